//! How good is it? Gold formats and scores, defined as the sets' own papers define them.
//!
//! | file | gold |
//! |---|---|
//! | `claims.rs` | claims of whole articles, the project's own format |
//! | `examples.rs` | the examples that patterns carry |
//! | `cluener.rs`, `bmes.rs`, `iob2.rs` | names in sentences; `spans.rs` compares them |
//! | `fewfc.rs` | financial events with their arguments |
//! | `finre.rs` | the relation of a given pair |
//! | `identity.rs` | who is who over many documents |
//! | `words.rs` | the words of sentences |
//! | `lessons.rs` | all of them as what the tagger learns from |
//!
//! Every scorer asks for a function from a document to its [`Extraction`], so it knows nothing of how that is made;
//! [`Extractor::extract`](crate::extract::Extractor::extract) is one. The sets have labels of their own: the tables in
//! `lexicon/eval/` say which of our types and predicates stand for them.

pub mod bmes;
pub mod claims;
pub mod cluener;
pub mod examples;
pub mod fewfc;
pub mod finre;
pub mod identity;
pub mod iob2;
pub mod lessons;
mod passage;
pub mod spans;
mod table;
pub mod words;

use crate::extract::Extraction;
use crate::read::Document;
use serde::Serialize;
use std::collections::BTreeMap;

/// What says what a document says.
pub trait Extract: Fn(&Document) -> Extraction + Sync {}

impl<F: Fn(&Document) -> Extraction + Sync> Extract for F {}

/// Precision, recall and F1 with the number of gold items they rest on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Default)]
pub struct Score {
    pub p: f64,
    pub r: f64,
    pub f1: f64,
    /// Gold items
    pub n: usize,
}

impl Score {
    /// With four decimals, as scores are written.
    fn rounded(self) -> Score {
        Score {
            p: rounded(self.p),
            r: rounded(self.r),
            f1: rounded(self.f1),
            n: self.n,
        }
    }
}

fn rounded(figure: f64) -> f64 {
    (figure * 1e4).round() / 1e4
}

/// Counts of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Gold items that were found
    pub found: usize,
    /// Gold items that were not
    pub missed: usize,
    /// What was found and no gold item supports
    pub extra: usize,
}

impl Counts {
    /// Precision, recall and F1; a ratio of nothing is 0.
    pub fn score(&self) -> Score {
        let ratio = |a: usize, b: usize| {
            if a + b == 0 { 0.0 } else { a as f64 / (a + b) as f64 }
        };
        let (p, r) = (ratio(self.found, self.extra), ratio(self.found, self.missed));
        Score {
            p,
            r,
            f1: if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 },
            n: self.found + self.missed,
        }
    }

    pub fn add(&mut self, other: Counts) {
        self.found += other.found;
        self.missed += other.missed;
        self.extra += other.extra;
    }
}

/// What a set of gold gives: over all items, as the mean over types, and by type.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// Over all items of all types together
    pub micro: Score,
    /// Mean of the types' figures, each type weighing the same
    pub macro_: Score,
    pub types: BTreeMap<String, Score>,
    /// Figures that only this format has, by name (`qualifiers` of claims).
    pub further: BTreeMap<String, f64>,
    /// Scores of another kind of item, by name (`arguments` of events).
    pub parts: BTreeMap<String, Scores>,
}

impl Scores {
    /// Scores of counts by type.
    pub fn of(counts: &BTreeMap<String, Counts>) -> Scores {
        let mut all = Counts::default();
        for c in counts.values() {
            all.add(*c);
        }
        let types: BTreeMap<String, Score> = counts.iter().map(|(name, c)| (name.clone(), c.score())).collect();
        let n = types.len().max(1) as f64;
        let mean = |f: fn(&Score) -> f64| types.values().map(f).sum::<f64>() / n;
        let macro_ = Score {
            p: mean(|s| s.p),
            r: mean(|s| s.r),
            f1: mean(|s| s.f1),
            n: all.found + all.missed,
        };
        Scores {
            micro: all.score(),
            macro_,
            types,
            further: BTreeMap::new(),
            parts: BTreeMap::new(),
        }
    }

    /// As the contract's JSON, with four decimals.
    pub fn json(&self) -> serde_json::Value {
        let types: BTreeMap<&String, Score> = self.types.iter().map(|(name, score)| (name, score.rounded())).collect();
        let mut out =
            serde_json::json!({ "micro": self.micro.rounded(), "macro": self.macro_.rounded(), "types": types });
        for (name, value) in &self.further {
            out[name] = serde_json::json!(rounded(*value));
        }
        for (name, part) in &self.parts {
            out[name] = part.json();
        }
        out
    }
}

/// Scores with what they are made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub scores: Scores,
    /// Gold items that were not found, one line each: where, and what
    pub misses: Vec<String>,
    /// What was found without gold to support it, one line each
    pub extras: Vec<String>,
}

/// Counts how a set of things found agrees with the set that should be, by type.
fn count<T: Ord>(
    counts: &mut BTreeMap<String, Counts>,
    gold: &std::collections::BTreeSet<T>,
    found: &std::collections::BTreeSet<T>,
    type_of: impl Fn(&T) -> &str,
) {
    for item in gold.union(found) {
        let counts = counts.entry(type_of(item).to_owned()).or_default();
        match (gold.contains(item), found.contains(item)) {
            (true, true) => counts.found += 1,
            (true, false) => counts.missed += 1,
            _ => counts.extra += 1,
        }
    }
}

/// A line or record of a gold file that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct GoldError {
    pub file: String,
    /// From 1
    pub line: usize,
    pub reason: String,
}

impl GoldError {
    fn new(file: &str, line: usize, reason: impl Into<String>) -> GoldError {
        GoldError {
            file: file.to_owned(),
            line,
            reason: reason.into(),
        }
    }
}
