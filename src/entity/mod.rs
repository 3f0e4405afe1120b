//! Who and what is mentioned? The lexicon, the shapes of names it doesn't hold, aliases and pronouns.
//!
//! Knows nothing of relations.

mod aliases;
mod anaphora;
mod backers;
mod codes;
mod companies;
mod kind;
mod latin;
pub mod lexicon;
mod models;
mod names;
mod persons;
mod reading;
mod recognize;
mod support;
mod tagged;
pub mod tagger;
mod wares;

pub(crate) use anaphora::is_brought_forth;
pub use kind::EntityType;
pub use lexicon::{Entry, Labels, Lexicon, LexiconError, Term, TermHit, TermTable};
pub use recognize::{AliasNote, Bracket, Found, Given, ListingNote, Meta, RoleHit, recognize};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;

// The type is written by its name. Not derived, as the build compiles `kind.rs` too and needs no serde.
impl Serialize for EntityType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for EntityType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<EntityType, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
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
    /// The tagger, by the letters and their surroundings
    Tagger,
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
