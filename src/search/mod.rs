//! Where are these words? A text index of what a store holds.
//!
//! [`find`] finds entities by their names and codes, documents by their titles and publishers, and claims by their quotes,
//! in either script, the best first. [`keep`] brings the index up to date after something was written.
//!
//! The index (tantivy's) lies in the folder `search` of a store, and for a store in memory in memory. It is derived:
//! it can be deleted at any time, and is then built anew. SPARQL asks it by `jw:search` ([`crate::query`]).
//!
//! *Invariant.* What is found is what the store holds now. The index notes which state of the database's files it stands
//! for; where that is another, it compares itself with the store, unit by unit, before it answers.
//!
//! *Invariant.* The same content is found in the same order, however it came in: statistics count what is there and not
//! what was deleted, sums are made in the order of the question, and equals are in order of their IRIs.
//!
//! Knows nothing of SPARQL.

mod entries;
mod index;
mod rank;
mod schema;
mod tokens;

use crate::graph::vocabulary::QUOTE;
use crate::store::{Store, StoreError};
use oxigraph::model::{GraphName, NamedNode, Term};

/// Characters of a question.
pub const QUESTION: usize = 2_000;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The words: a text has to hold all of them. None of its signs has a meaning of its own.
    pub text: String,
    /// So many hits at most.
    pub limit: usize,
    /// IRIs of classes to one of which a hit must belong: an entity type, `jw:Entity`, `schema:NewsArticle`, `jw:Claim`.
    /// Where there is none, anything is a hit.
    pub classes: Vec<String>,
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Of an entity, document or claim
    pub iri: String,
    /// Its class, as IRI: an entity type, `schema:NewsArticle` or `jw:Claim`
    pub class: String,
    /// How well it fits: below 1 where it holds the words, 1 more where it is called so and no more.
    pub score: f64,
}

/// What was found, the best first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// [`Question::limit`] of them at most
    pub hits: Vec<Hit>,
    /// How many there would be
    pub of: usize,
}

/// Why nothing can be found.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The question is too long.
    #[error(
        "what is looked for has more than {QUESTION} characters or {} words; look for less",
        tokens::WORDS
    )]
    Long,
    /// The index can't be read or written.
    #[error("the text index failed: {0}")]
    Index(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<tantivy::TantivyError> for SearchError {
    fn from(error: tantivy::TantivyError) -> Self {
        SearchError::Index(error.to_string())
    }
}

impl From<std::io::Error> for SearchError {
    fn from(error: std::io::Error) -> Self {
        SearchError::Index(error.to_string())
    }
}

/// Finds what has the words. Brings the index up to date before, and builds it where there is none.
///
/// # Errors
/// [`SearchError`].
pub fn find(store: &Store, question: &Question) -> Result<Found, SearchError> {
    let asked = rank::Asked::new(question)?;
    index::with(store, |index| index.find(&asked))
}

/// Brings the index up to date, so that the next search needn't.
///
/// # Errors
/// [`SearchError`].
pub fn keep(store: &Store) -> Result<(), SearchError> {
    index::with(store, |index| index.note_state_of(store))
}

/// What stands where something was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passage {
    /// The entity is known by names: [`Store::entity`].
    Entity,
    /// The title of a document with this id.
    Title {
        /// Id of the document
        document: String,
        /// Empty where it has none
        title: String,
    },
    /// The quote of a claim.
    Quote {
        /// Id of the document
        document: String,
        /// As it stands there
        quote: String,
    },
}

/// What stands where something was found; `None` where it has gone since.
///
/// # Errors
/// [`StoreError::Storage`].
pub fn passage(store: &Store, hit: &Hit) -> Result<Option<Passage>, StoreError> {
    let base = store.base();
    if let Some(id) = base.document_id(&hit.iri) {
        let title = store.document(&id)?.map(|document| document.title);
        return Ok(title.map(|title| Passage::Title { document: id, title }));
    }
    if base.claim_id(&hit.iri).is_none() {
        return Ok(Some(Passage::Entity));
    }
    let claim = NamedNode::new_unchecked(&hit.iri);
    for quad in store
        .quads()
        .quads_for_pattern(Some((&claim).into()), Some(QUOTE), None, None)
    {
        let quad = quad?;
        if let (GraphName::NamedNode(graph), Term::Literal(quote)) = (quad.graph_name, quad.object)
            && let Some(document) = base.document_id(graph.as_str())
        {
            return Ok(Some(Passage::Quote {
                document,
                quote: quote.value().to_owned(),
            }));
        }
    }
    Ok(None)
}
