//! How good is it? Gold formats and scores, defined as the sets' own papers define them.

pub mod finre;

use serde::Serialize;
use std::collections::BTreeMap;

/// Precision, recall and F1 with the number of gold items they rest on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Default)]
pub struct Score {
    pub p: f64,
    pub r: f64,
    pub f1: f64,
    /// Gold items
    pub n: usize,
}

/// Counts of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub found: usize,
    pub missed: usize,
    pub extra: usize,
}

impl Counts {
    pub fn score(&self) -> Score {
        let ratio = |a: usize, b: usize| if a + b == 0 { 0.0 } else { a as f64 / (a + b) as f64 };
        let (p, r) = (ratio(self.found, self.extra), ratio(self.found, self.missed));
        Score { p, r, f1: if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }, n: self.found + self.missed }
    }

    pub fn add(&mut self, other: Counts) {
        self.found += other.found;
        self.missed += other.missed;
        self.extra += other.extra;
    }
}

/// What a set of gold gives: over all items, as the mean over types, and by type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scores {
    pub micro: Score,
    pub macro_: Score,
    pub types: BTreeMap<String, Score>,
    /// Figures that only this format has, by name (`qualifiers` of claims).
    pub further: BTreeMap<String, f64>,
}

impl Scores {
    pub fn of(counts: &BTreeMap<String, Counts>) -> Scores {
        let mut all = Counts::default();
        for c in counts.values() {
            all.add(*c);
        }
        let types: BTreeMap<String, Score> = counts.iter().map(|(name, c)| (name.clone(), c.score())).collect();
        let n = types.len().max(1) as f64;
        let mean = |f: fn(&Score) -> f64| types.values().map(f).sum::<f64>() / n;
        let macro_ = Score { p: mean(|s| s.p), r: mean(|s| s.r), f1: mean(|s| s.f1), n: all.found + all.missed };
        Scores { micro: all.score(), macro_, types, further: BTreeMap::new() }
    }

    /// As the contract's JSON.
    pub fn json(&self) -> serde_json::Value {
        let mut out = serde_json::json!({ "micro": self.micro, "macro": self.macro_, "types": self.types });
        for (name, value) in &self.further {
            out[name] = serde_json::json!(value);
        }
        out
    }
}

/// A line or record of a gold file that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct GoldError {
    pub file: String,
    pub line: usize,
    pub reason: String,
}
