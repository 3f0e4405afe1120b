use super::GraphError;
use super::vocabulary::{JW, PREFIXES};
use oxigraph::model::NamedNode;
use std::fmt::Write;

/// Where data live unless told otherwise.
pub const DEFAULT_BASE: &str = "https://w3id.org/jingwei/";

/// The namespace of the data, under which documents, claims, quantities and graphs have their IRIs.
///
/// ```
/// # use jingwei::graph::Base;
/// let base = Base::default();
/// assert_eq!(base.document("a b").as_str(), "https://w3id.org/jingwei/doc/a%20b");
/// assert_eq!(base.document_id("https://w3id.org/jingwei/doc/a%20b").as_deref(), Some("a b"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base(String);

impl Default for Base {
    fn default() -> Self {
        Base(DEFAULT_BASE.to_owned())
    }
}

impl Base {
    /// A base of one's own: an absolute IRI that ends in `/` or `#`, without a query.
    ///
    /// # Errors
    /// [`GraphError::Iri`] where it is anything else.
    pub fn new(iri: &str) -> Result<Self, GraphError> {
        let refuse = |reason: &str| GraphError::Iri {
            what: "the base",
            text: iri.to_owned(),
            reason: reason.to_owned(),
        };
        NamedNode::new(iri).map_err(|error| refuse(&error.to_string()))?;
        if !iri.ends_with('/') || iri.contains(['?', '#']) {
            return Err(refuse("it must end in `/` and have neither `?` nor `#`"));
        }
        Ok(Base(iri.to_owned()))
    }

    /// The base as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// IRI of a document and of its graph: everything but letters, digits and `-._~` is percent-encoded.
    pub fn document(&self, id: &str) -> NamedNode {
        self.under("doc", id)
    }

    /// The document's id, if the IRI is one of a document (or of a passage of it).
    pub fn document_id(&self, iri: &str) -> Option<String> {
        let rest = iri.strip_prefix(&self.0)?.strip_prefix("doc/")?;
        decode(rest.split('#').next()?)
    }

    /// IRI of a passage: code points `start` to `end` (exclusive) of the document, RFC 5147.
    pub fn passage(&self, id: &str, start: usize, end: usize) -> NamedNode {
        let document = self.document(id);
        NamedNode::new_unchecked(format!("{}#char={start},{end}", document.as_str()))
    }

    /// Code points `start` to `end` of a passage's IRI.
    pub fn passage_span(iri: &str) -> Option<(usize, usize)> {
        let (start, end) = iri.rsplit_once("#char=")?.1.split_once(',')?;
        Some((start.parse().ok()?, end.parse().ok()?))
    }

    /// IRI of a claim.
    pub fn claim(&self, id: &str) -> NamedNode {
        self.under("claim", id)
    }

    /// Id of a claim, if the IRI is one.
    pub fn claim_id(&self, iri: &str) -> Option<String> {
        decode(iri.strip_prefix(&self.0)?.strip_prefix("claim/")?)
    }

    /// IRI of an entity by its key.
    pub fn entity(&self, key: &str) -> NamedNode {
        self.under("entity", key)
    }

    /// Namespace of quantities.
    pub fn quantities(&self) -> String {
        format!("{}quantity/", self.0)
    }

    /// The graph of what the lexicon knows about entities that documents mention.
    pub fn lexicon_graph(&self) -> NamedNode {
        NamedNode::new_unchecked(format!("{}graph/lexicon", self.0))
    }

    /// The graph of decisions about who is who.
    pub fn identity_graph(&self) -> NamedNode {
        NamedNode::new_unchecked(format!("{}graph/identity", self.0))
    }

    /// Prefixes of the vocabularies and of this base: `jw:`, `schema:` … `doc:`, `entity:`, `claim:`, `quantity:`.
    pub fn prefixes(&self) -> Vec<(String, String)> {
        let mut prefixes: Vec<(String, String)> = PREFIXES
            .iter()
            .map(|(prefix, iri)| ((*prefix).to_owned(), (*iri).to_owned()))
            .collect();
        for folder in ["doc", "entity", "claim", "quantity", "graph"] {
            prefixes.push((folder.to_owned(), format!("{}{folder}/", self.0)));
        }
        prefixes
    }

    fn under(&self, folder: &str, id: &str) -> NamedNode {
        NamedNode::new_unchecked(format!("{}{folder}/{}", self.0, encode(id)))
    }
}

/// IRI of a `jw:` term whose name came from outside.
pub(super) fn own_term(name: &str) -> Result<NamedNode, GraphError> {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    if plain {
        Ok(NamedNode::new_unchecked(format!("{JW}{name}")))
    } else {
        Err(GraphError::Iri {
            what: "the qualifier",
            text: name.to_owned(),
            reason: "a name has letters and digits only".to_owned(),
        })
    }
}

/// Percent-encodes everything but RFC 3986's unreserved characters, so that no id can leave its folder.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string can't fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Takes [`encode`] back; `None` where the text isn't well encoded.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}
