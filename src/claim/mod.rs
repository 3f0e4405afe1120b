//! What is said about them? Patterns over mentions, amounts and dates → claims with their quotes.
//!
//! Knows nothing of RDF.

mod predicate;

pub use predicate::Predicate;

use serde::{Deserialize, Serialize};

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
