//! FinRE (Li et al., 2019, "Chinese Relation Extraction with Multi-Grained Information and External Linguistic
//! Knowledge"): which relation holds from a head to a tail named in a sentence. Scored as there: micro F1 over all
//! relations but `unknown`; a pair may have several.
//!
//! Only the two entities are given to the extractor, by the contract's `mentions`; its claims between them become
//! labels by `lexicon/finre.tsv`.

use super::{Counts, GoldError, Scores};
use crate::claim::{Predicate, Status};
use crate::extract::{Extractor, ObjectOut};
use crate::read::{Document, GivenMention};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The table from predicates to labels.
const LABELS: &str = include_str!("../../lexicon/finre.tsv");

/// One pair with its gold relations.
struct Pair {
    head: String,
    tail: String,
    sentence: String,
    gold: BTreeSet<String>,
}

/// A row of the label table: the label from head to tail of a claim.
struct Label {
    predicate: Predicate,
    status: Option<Status>,
    /// Label when the head is the claim's subject
    forward: String,
    /// Label when the head is the claim's object
    backward: String,
}

fn labels() -> Result<Vec<Label>, GoldError> {
    let mut out = Vec::new();
    for (i, line) in LABELS.lines().enumerate() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        let error = |reason: String| GoldError { file: "lexicon/finre.tsv".to_owned(), line: i + 1, reason };
        let cells: Vec<&str> = line.split('\t').collect();
        let [predicate, status, forward, backward] = cells[..] else { return Err(error("four cells are wanted".to_owned())) };
        out.push(Label {
            predicate: predicate.parse().map_err(|e: crate::claim::UnknownPredicate| error(e.to_string()))?,
            status: match status {
                "" => None,
                "planned" => Some(Status::Planned),
                "hedged" => Some(Status::Hedged),
                other => return Err(error(format!("`{other}` is no status"))),
            },
            forward: forward.to_owned(),
            backward: backward.to_owned(),
        });
    }
    Ok(out)
}

/// Scores an extractor on a FinRE file's content.
///
/// # Errors
/// A record without its four fields, with its line.
pub fn score(extractor: &Extractor, file: &str, content: &str) -> Result<Scores, GoldError> {
    let labels = labels()?;
    let mut by_pair: BTreeMap<(String, String, String), BTreeSet<String>> = BTreeMap::new();
    for (i, line) in content.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let cells: Vec<&str> = line.splitn(4, '\t').collect();
        let [head, tail, relation, sentence] = cells[..] else {
            return Err(GoldError { file: file.to_owned(), line: i + 1, reason: "head, tail, relation and sentence are wanted, separated by tabs".to_owned() });
        };
        let gold = by_pair.entry((sentence.to_owned(), head.to_owned(), tail.to_owned())).or_default();
        if relation != "unknown" {
            gold.insert(relation.to_owned());
        }
    }
    let pairs: Vec<Pair> = by_pair.into_iter().map(|((sentence, head, tail), gold)| Pair { head, tail, sentence, gold }).collect();
    let counts = pairs
        .par_iter()
        .map(|pair| {
            let predicted = predict(extractor, &labels, pair);
            let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
            for label in pair.gold.union(&predicted) {
                let c = counts.entry(label.clone()).or_default();
                match (pair.gold.contains(label), predicted.contains(label)) {
                    (true, true) => c.found += 1,
                    (true, false) => c.missed += 1,
                    _ => c.extra += 1,
                }
            }
            counts
        })
        .reduce(BTreeMap::new, |mut all, one| {
            for (label, c) in one {
                all.entry(label).or_default().add(c);
            }
            all
        });
    Ok(Scores::of(&counts))
}

fn predict(extractor: &Extractor, labels: &[Label], pair: &Pair) -> BTreeSet<String> {
    let mut mentions = occurrences(&pair.sentence, &pair.head);
    let tails = occurrences(&pair.sentence, &pair.tail);
    // A name within the other is the longer one's.
    let longer_head = pair.head.chars().count() >= pair.tail.chars().count();
    let apart = |a: &GivenMention, others: &[GivenMention]| others.iter().all(|o| a.end <= o.start || a.start >= o.end);
    let mut all = if longer_head {
        let tails: Vec<_> = tails.into_iter().filter(|t| apart(t, &mentions)).collect();
        mentions.extend(tails);
        mentions
    } else {
        mentions.retain(|h| apart(h, &tails));
        mentions.extend(tails);
        mentions
    };
    all.sort_by_key(|m| m.start);
    let mut document = Document::from_text("pair", "", &pair.sentence, None).with_language("zh-Hans-CN");
    let shift = document.text.chars().count() - pair.sentence.chars().count();
    for mention in &mut all {
        mention.start += shift;
        mention.end += shift;
    }
    document = document.with_mentions(all);
    let extraction = extractor.extract(&document);
    let named = |name: &str| -> BTreeSet<&str> { extraction.mentions.iter().filter(|m| m.text == name).map(|m| m.entity.as_str()).collect() };
    let (heads, tails) = (named(&pair.head), named(&pair.tail));
    let mut out = BTreeSet::new();
    if !heads.is_disjoint(&tails) {
        out.insert("自己".to_owned());
        return out;
    }
    for claim in &extraction.claims {
        let ObjectOut::Entity(object) = &claim.object else { continue };
        if claim.status == Status::Negated {
            continue;
        }
        for forward in [true, false] {
            let (from, to) = if forward { (&claim.subject, object) } else { (object, &claim.subject) };
            if !(heads.contains(from.as_str()) && tails.contains(to.as_str())) {
                continue;
            }
            let row = labels.iter().filter(|l| l.predicate == claim.predicate).max_by_key(|l| l.status == Some(claim.status));
            if let Some(row) = row.filter(|l| l.status.is_none() || l.status == Some(claim.status)) {
                let label = if forward { &row.forward } else { &row.backward };
                if !label.is_empty() {
                    out.insert(label.clone());
                }
            }
        }
    }
    out
}

/// Where a name stands in a sentence, in code points.
fn occurrences(sentence: &str, name: &str) -> Vec<GivenMention> {
    let length = name.chars().count();
    sentence
        .match_indices(name)
        .map(|(byte, _)| {
            let start = sentence[..byte].chars().count();
            GivenMention { start, end: start + length, kind: None, entity: None }
        })
        .collect()
}
