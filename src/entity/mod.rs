//! Who and what is mentioned? The lexicon, the shapes of names it doesn't hold, aliases and pronouns.
//!
//! Knows nothing of relations.

use serde::{Deserialize, Serialize};

/// The contract's entity types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EntityType {
    Company,
    /// Regulator, university, medium, government, association…
    Organization,
    Person,
    Place,
    Product,
    /// An AI model
    Model,
    Chip,
    Listing,
    Index,
    Benchmark,
    Ranking,
}

/// Where a mention came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Origin {
    /// A name of the lexicon
    Lexicon,
    /// The shape of the name and its surroundings (X科技, X Inc., a code in brackets, a title before it)
    Shape,
    /// An alias that the text itself introduced (以下簡稱…)
    Alias,
    /// A pronoun or shorthand resolved to an entity named before (公司, 該行, 他)
    Anaphor,
    /// Given with the document
    Given,
}

/// A span that refers to an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// Bytes of the folded text.
    pub start: usize,
    pub end: usize,
    /// Index into the document's entities.
    pub entity: usize,
    pub kind: EntityType,
    /// 0 to 1
    pub score: f32,
    pub origin: Origin,
}

/// An entity of one document.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Key in the lexicon, where it is known there.
    pub key: Option<String>,
    pub kind: EntityType,
    /// The name to show: the lexicon's, or the fullest one of the document.
    pub label: String,
    /// Every name: the lexicon's in each script, and each surface of this document. Source script, not folded.
    pub names: Vec<String>,
    /// `XHKG 700` …
    pub listings: Vec<String>,
    /// Other identifiers by scheme (`wikidata` …).
    pub identifiers: Vec<(String, String)>,
}
