//! Who is who over many documents, scored by B³ (Bagga and Baldwin, *Entity-based cross-document coreferencing using the
//! vector space model*, 1998): for each gold mention, how much of what the program put with it belongs with it
//! (precision), and how much of what belongs with it the program put there (recall); each the mean over all mentions.
//!
//! Only gold mentions count, on both sides. One that the program doesn't mention with the same span stands alone.

use super::{GoldError, Report, Score, Scores};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// A gold mention.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GoldMention {
    /// Id of the document
    pub doc: String,
    /// Code points of the document's text.
    pub start: usize,
    /// End, exclusive
    pub end: usize,
    pub text: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// The annotator's name of the entity, one over all documents
    pub entity: String,
    /// Named in an unusual way, like others, or unknown to the public.
    #[serde(default)]
    pub hard: bool,
}

/// Reads a file of gold mentions, one JSON object a line.
///
/// # Errors
/// [`GoldError`] with the line that is none.
pub fn read(file: &str, content: &str) -> Result<Vec<GoldMention>, GoldError> {
    content
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| serde_json::from_str(line).map_err(|error| GoldError::new(file, at + 1, error.to_string())))
        .collect()
}

/// Scores the entity that a function gives for each mention; `None` where it has none with this span.
pub fn score(gold: &[GoldMention], entity_of: impl Fn(&GoldMention) -> Option<String>) -> Report {
    // A mention that wasn't found is an entity by itself.
    let found: Vec<Option<String>> = gold.iter().map(entity_of).collect();
    let system: Vec<String> = found
        .iter()
        .enumerate()
        .map(|(at, entity)| entity.clone().unwrap_or_else(|| format!("\u{1}{at}")))
        .collect();
    let mut by_gold: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    let mut by_system: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (at, mention) in gold.iter().enumerate() {
        by_gold.entry(&mention.entity).or_default().insert(at);
        by_system.entry(&system[at]).or_default().insert(at);
    }
    let mut sums: BTreeMap<&str, (f64, f64, usize)> = BTreeMap::new();
    for (at, mention) in gold.iter().enumerate() {
        let (right, given) = (&by_gold[mention.entity.as_str()], &by_system[system[at].as_str()]);
        let shared = right.intersection(given).count() as f64;
        let (p, r) = (shared / given.len() as f64, shared / right.len() as f64);
        let mut kinds = vec!["", mention.kind.as_str()];
        kinds.extend(mention.hard.then_some("hard"));
        kinds.extend((right.len() > 1).then_some("named twice and more"));
        for kind in kinds {
            let sum = sums.entry(kind).or_default();
            *sum = (sum.0 + p, sum.1 + r, sum.2 + 1);
        }
    }
    let mut types: BTreeMap<String, Score> = sums
        .into_iter()
        .map(|(kind, sum)| (kind.to_owned(), mean(sum)))
        .collect();
    let micro = types.remove("").unwrap_or_default();
    let n = types.len().max(1) as f64;
    let of_types = |f: fn(&Score) -> f64| types.values().map(f).sum::<f64>() / n;
    let macro_ = Score {
        p: of_types(|s| s.p),
        r: of_types(|s| s.r),
        f1: of_types(|s| s.f1),
        n: micro.n,
    };
    let found = found.iter().flatten().count() as f64 / gold.len().max(1) as f64;
    let scores = Scores {
        micro,
        macro_,
        types,
        further: BTreeMap::from([("mentions found".to_owned(), found)]),
        parts: BTreeMap::new(),
    };
    let described = |at: &usize| {
        format!(
            "{} ({} {}-{})",
            gold[*at].text, gold[*at].doc, gold[*at].start, gold[*at].end
        )
    };
    let misses = by_gold
        .iter()
        .filter_map(|(entity, mentions)| {
            let mut parts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for at in mentions {
                parts.entry(&system[*at]).or_default().push(*at);
            }
            let shown: Vec<String> = parts
                .iter()
                .map(|(iri, ats)| format!("{} ← {}", shown(iri), described(&ats[0])))
                .collect();
            (parts.len() > 1).then(|| format!("{entity}\t{}", shown.join(" | ")))
        })
        .collect();
    let extras = by_system
        .iter()
        .filter_map(|(iri, mentions)| {
            let mut parts: BTreeMap<&str, usize> = BTreeMap::new();
            for at in mentions {
                parts.entry(&gold[*at].entity).or_insert(*at);
            }
            let list: Vec<String> = parts
                .iter()
                .map(|(entity, at)| format!("{entity} ← {}", described(at)))
                .collect();
            (parts.len() > 1).then(|| format!("{}\t{}", shown(iri), list.join(" | ")))
        })
        .collect();
    Report { scores, misses, extras }
}

fn shown(iri: &str) -> &str {
    if iri.starts_with('\u{1}') { "nothing" } else { iri }
}

fn mean((p, r, n): (f64, f64, usize)) -> Score {
    let (p, r) = (p / n as f64, r / n as f64);
    Score {
        p,
        r,
        f1: if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 },
        n,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(at: usize, entity: &str) -> GoldMention {
        GoldMention {
            doc: "d".to_owned(),
            start: at,
            end: at + 1,
            text: "x".to_owned(),
            kind: "Company".to_owned(),
            entity: entity.to_owned(),
            hard: false,
        }
    }

    /// The example of the paper: {1..5} {6,7} {8..12}, answered once by joining the last two and once the first and last.
    #[test]
    fn the_examples_of_the_paper_score_as_there() {
        let entity = |at| match at {
            1..=5 => "a",
            6..=7 => "b",
            _ => "c",
        };
        let gold: Vec<GoldMention> = (1..=12).map(|at| mention(at, entity(at))).collect();
        let first = score(&gold, |m| Some(if m.start > 5 { "bc" } else { "a" }.to_owned()));
        assert!((first.scores.micro.p - 0.7619).abs() < 1e-4, "{:?}", first.scores.micro);
        assert!((first.scores.micro.r - 1.0).abs() < 1e-9);
        let second = score(&gold, |m| {
            Some(if (6..=7).contains(&m.start) { "b" } else { "ac" }.to_owned())
        });
        assert!(
            (second.scores.micro.p - 0.5833).abs() < 1e-4,
            "{:?}",
            second.scores.micro
        );
        assert_eq!(second.extras.len(), 1);
    }

    #[test]
    fn what_is_not_found_stands_alone() {
        let gold = [mention(1, "a"), mention(2, "a")];
        let report = score(&gold, |m| (m.start == 1).then(|| "a".to_owned()));
        assert_eq!((report.scores.micro.p, report.scores.micro.r), (1.0, 0.5));
        assert_eq!(report.misses.len(), 1);
    }
}
