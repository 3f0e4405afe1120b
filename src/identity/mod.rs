//! Which of these are the same? Stable IRIs for entities, whatever order documents come in.
//!
//! It is answered twice. [`locals()`] answers for one document: every entity gets an IRI that depends on the document
//! alone, and handles, which are other IRIs under which other documents may speak of it. [`decide()`] answers for many
//! documents: which of those IRIs are one entity, on which evidence, and which guard refused what looked like one. Its
//! outcome depends on the set of documents and on what the user ruled, never on an order.

mod decide;
mod local;
mod names;

pub use decide::{Decisions, Evidence, Guard, Join, Refusal, Rule, Ruling, Verdict, Witness, decide};
pub use local::{Handle, Local, Tie, locals, named_iris};
pub use names::{Kinship, core_name, kinship};

use crate::entity::EntityType;

/// The namespace of data unless `--base` says otherwise.
pub const DEFAULT_BASE: &str = "https://w3id.org/jingwei/";

/// The IRI of a listing: `XHKG 700` → `entity/listing/XHKG-700`.
pub fn listing_iri(base: &str, listing: &str) -> String {
    format!("{base}entity/listing/{}", segment(listing))
}

/// Types that one name hardly ever has two of at once share a class: a firm that one article takes for an
/// organization and another for a company stays one node.
fn class(kind: EntityType) -> &'static str {
    match kind {
        EntityType::Company | EntityType::Organization => "org",
        EntityType::Person => "person",
        EntityType::Place => "place",
        EntityType::Product | EntityType::Model | EntityType::Chip => "thing",
        EntityType::Listing => "listing",
        EntityType::Index => "index",
        EntityType::Benchmark => "benchmark",
        EntityType::Ranking => "ranking",
    }
}

/// A path segment of an IRI (RFC 3987): letters of every script stand as they are, the rest is percent-encoded;
/// white space becomes a hyphen.
fn segment(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.trim().chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '~' => out.push(c),
            ' ' => out.push('-'),
            c if c.is_alphanumeric() && c as u32 >= 0xa0 => out.push(c),
            c => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    out.push_str(&format!("%{byte:02X}"));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iri_has_nothing_in_it_that_an_iri_may_not_have() {
        assert_eq!(segment("a b<c>\"鹅厂\"/../x"), "a-b%3Cc%3E%22鹅厂%22%2F..%2Fx");
        assert_eq!(
            listing_iri(DEFAULT_BASE, "XHKG 700"),
            "https://w3id.org/jingwei/entity/listing/XHKG-700"
        );
    }
}
