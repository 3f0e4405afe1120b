//! What is said about them? Patterns over mentions, amounts and dates → claims with their quotes.
//!
//! Knows nothing of RDF.

mod eight_bits;
pub mod events;
mod matcher;
mod outline;
pub mod pattern;
mod predicate;
mod reader;
pub mod relate;
mod skeleton;
mod status;
mod topic;
mod words;

pub use pattern::{Pattern, PatternError};
pub use predicate::{Predicate, UnknownPredicate};
pub use reader::{Input, Reader};
pub use serde_json::Value;
pub use skeleton::{Depth, Skeleton, Skeletons};

use crate::entity::lexicon::Lexicon;
use crate::measure::Quantity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use words::Vocabulary;

/// One fact that a document states, by the document's own indices; offsets are bytes of the folded text.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Index of the quantity that is its object, if one is
    pub figure: Option<usize>,
    /// Its subject was left out and taken from what stands before
    pub elided: bool,
    /// Index of an entity
    pub subject: usize,
    pub predicate: Predicate,
    pub object: Object,
    pub qualifiers: BTreeMap<String, Value>,
    pub status: Status,
    /// The quote
    pub start: usize,
    pub end: usize,
    /// 0 to 1
    pub score: f32,
    /// Id of the pattern, or name of the mechanism, that made it
    pub rule: String,
}

/// What a claim's subject is related to.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// Index of an entity
    Entity(usize),
    Quantity(Quantity),
    /// EDTF
    Date(String),
    Text(String),
    /// Exchange and code, `XHKG 700`
    Listing(String),
}

impl Object {
    /// The same for objects that say the same.
    fn key(&self) -> String {
        match self {
            Object::Entity(i) => format!("e{i}"),
            Object::Quantity(q) => format!("q{} {:?} {:?} {:?} {:?}", q.value, q.min, q.max, q.unit, q.currency),
            Object::Date(d) => format!("d{d}"),
            Object::Text(t) => format!("t{t}"),
            Object::Listing(l) => format!("l{l}"),
        }
    }
}

/// The pattern files that are built in: path and content.
pub fn builtin_patterns() -> &'static [(&'static str, &'static str)] {
    PATTERN_FILES
}

include!(concat!(env!("OUT_DIR"), "/pattern_files.rs"));

/// Patterns, ready to match, and the words that they hold.
#[derive(Debug)]
pub struct Patterns {
    patterns: Vec<Pattern>,
    vocabulary: Vocabulary,
}

/// Compiles every pattern of the given files.
///
/// # Errors
/// The first mistake, with file and line; two patterns of one id are one too.
pub fn compile(files: &[(&str, &str)], lexicon: &Lexicon) -> Result<Patterns, PatternError> {
    let mut patterns: Vec<Pattern> = Vec::new();
    let mut vocabulary = Vocabulary::default();
    for (path, content) in files {
        for pattern in pattern::compile(path, content, lexicon, &mut vocabulary)? {
            if let Some(other) = patterns.iter().find(|p| p.id == pattern.id) {
                let (file, line) = pattern.place.clone();
                return Err(PatternError {
                    file,
                    line,
                    reason: format!(
                        "the id `{}` is taken by {}:{}",
                        pattern.id, other.place.0, other.place.1
                    ),
                });
            }
            patterns.push(pattern);
        }
    }
    Ok(Patterns { patterns, vocabulary })
}

/// Does the text assert it?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    Asserted,
    /// 拟, 將, plans to
    Planned,
    /// 传, 據悉, reportedly, may
    Hedged,
    /// 否认, denies, not
    Negated,
}
