//! How is that said in RDF? Vocabulary and mapping of an extraction to quads.
//!
//! There are two kinds of graph. A **named graph** holds what one document said: its metadata, its claims with their
//! quotes, and the names it used. The **default graph** is the knowledge: what the named graphs imply and nothing
//! else. [`document_quads`] makes the first, [`Knowledge`] derives the second from any set of named graphs, and
//! [`write_quads`] writes either down in a fixed order. Knows nothing of storage or HTTP.
//!
//! What the default graph holds:
//!
//! * `s p o` for every claim that is asserted, unless it is a post that is no longer held,
//! * the type of every entity that some document mentions,
//! * one `skos:prefLabel` an entity and language, its other names as `skos:altLabel`,
//! * `schema:tickerSymbol`, `schema:leiCode`, `jw:isin` and `owl:sameAs`,
//! * the content of every [`Quantity`] that a claim refers to. It follows from the quantity's IRI, so that it need
//!   not stand in every document's graph as well.

mod iri;
mod knowledge;
mod language;
mod lexicon;
mod literal;
mod ontology;
mod quads;
mod quantity;
mod rename;
pub mod vocabulary;
mod write;

pub use iri::{Base, DEFAULT_BASE};
pub(crate) use knowledge::name_triple;
pub use knowledge::{Implied, Knowledge, Name, implied, names_to_triples};
pub use language::{canonical_tag, language_tag};
pub use lexicon::lexicon_quads;
pub use literal::date_literal;
pub(crate) use literal::score as score_literal;
pub use ontology::{ONTOLOGY, SHAPES, term_labels};
pub use quads::{document_quads, reification};
pub use quantity::Quantity;
pub use rename::{locals, recover, rename};
pub use write::{write_quads, write_sorted};

/// Why an extraction can't be said in RDF.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// A base, an entity's id or a qualifier's name that makes no IRI.
    #[error("{what} `{text}` makes no IRI: {reason}")]
    Iri {
        /// What was to become an IRI.
        what: &'static str,
        /// What it was to be made of.
        text: String,
        /// The parser's reason.
        reason: String,
    },
    /// The document's language is no BCP 47 tag.
    #[error("document `{document}` has language `{language}`, which is no BCP 47 tag")]
    Language {
        /// Id of the document.
        document: String,
        /// Language as given.
        language: String,
    },
    /// Writing failed.
    #[error("the graph could not be written: {0}")]
    Write(#[from] std::io::Error),
}
