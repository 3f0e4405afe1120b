//! FinRE (Li et al., 2019, "Chinese Relation Extraction with Multi-Grained Information and External Linguistic
//! Knowledge"): which relation holds from a head to a tail named in a sentence. Scored as there: micro F1 over all
//! relations but `unknown`; a pair may have several.
//!
//! Only the two entities are given to the extractor, by the contract's `mentions`; its claims between them become
//! labels by `lexicon/eval/finre.tsv`. Negated claims give none. A head and a tail that are the same entity are 自己;
//! where no claim relates them, so are names of which one may abbreviate the other, and a group owns what carries its
//! name (`identity::kinship`).

use super::passage::Passage;
use super::{Counts, Extract, GoldError, Report, Scores, count, table};
use crate::claim::relate::train::Sample;
use crate::claim::relate::{self, Eyes};
use crate::claim::{Claim, Input, Object, Predicate, Status};
use crate::extract::{Extraction, Insight, ObjectOut};
use crate::identity::{Kinship, kinship};
use crate::read::{Document, GivenMention};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The table from predicates to labels.
const LABELS: (&str, &str) = ("lexicon/eval/finre.tsv", include_str!("../../lexicon/eval/finre.tsv"));

/// One pair with its gold relations.
struct Pair<'a> {
    /// Line of its first record
    line: usize,
    head: &'a str,
    tail: &'a str,
    sentence: &'a str,
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
    let (file, content) = LABELS;
    let mut out = Vec::new();
    for (line, [predicate, status, forward, backward]) in table::rows(file, content)? {
        out.push(Label {
            predicate: predicate
                .parse()
                .map_err(|e: crate::claim::UnknownPredicate| GoldError::new(file, line, e.to_string()))?,
            status: match status {
                "" => None,
                "planned" => Some(Status::Planned),
                "hedged" => Some(Status::Hedged),
                other => {
                    return Err(GoldError::new(file, line, format!("`{other}` is no status")));
                }
            },
            forward: forward.to_owned(),
            backward: backward.to_owned(),
        });
    }
    Ok(out)
}

/// Scores an extraction on a FinRE file's content.
///
/// # Errors
/// A record without its four fields, with its line.
pub fn score(extract: &impl Extract, file: &str, content: &str) -> Result<Report, GoldError> {
    let labels = labels()?;
    let pairs = read(file, content)?;
    let predicted: Vec<BTreeSet<String>> = pairs.par_iter().map(|pair| predict(extract, &labels, pair)).collect();
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    let (mut misses, mut extras) = (Vec::new(), Vec::new());
    for (pair, found) in pairs.iter().zip(&predicted) {
        count(&mut counts, &pair.gold, found, |label| label);
        let line = |label: &String| {
            format!(
                "{file}:{}\t{}\t{label}\t{}\t{}",
                pair.line, pair.head, pair.tail, pair.sentence
            )
        };
        misses.extend(pair.gold.difference(found).map(line));
        extras.extend(found.difference(&pair.gold).map(line));
    }
    Ok(Report {
        scores: Scores::of(&counts),
        misses,
        extras,
    })
}

/// The pairs in the order of the file, the relations of one pair together.
fn read<'a>(file: &str, content: &'a str) -> Result<Vec<Pair<'a>>, GoldError> {
    let mut pairs: Vec<Pair> = Vec::new();
    let mut places: BTreeMap<(&str, &str, &str), usize> = BTreeMap::new();
    for (i, line) in content.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let cells: Vec<&str> = line.splitn(4, '\t').collect();
        let [head, tail, relation, sentence] = cells[..] else {
            return Err(GoldError::new(
                file,
                i + 1,
                "head, tail, relation and sentence are wanted, separated by tabs",
            ));
        };
        let place = *places.entry((sentence, head, tail)).or_insert_with(|| {
            pairs.push(Pair {
                line: i + 1,
                head,
                tail,
                sentence,
                gold: BTreeSet::new(),
            });
            pairs.len() - 1
        });
        if relation != "unknown" {
            pairs[place].gold.insert(relation.to_owned());
        }
    }
    Ok(pairs)
}

/// The pairs as the model of relations learns them, each in the direction in which its names stand: `insight` is what
/// the rooms find without that model.
///
/// # Errors
/// A record without its four fields, or with a label that the model's table lacks, with its line.
pub fn samples(
    insight: &(impl Fn(&Document) -> Insight + Sync),
    eyes: &Eyes,
    bits: u32,
    file: &str,
    content: &str,
) -> Result<Vec<Sample>, GoldError> {
    let known = relate::labels().map_err(|e| GoldError::new(file, 1, e.to_string()))?;
    let index = |name: &str| known.iter().position(|label| label.name == name);
    let rows = labels()?;
    let pairs = read(file, content)?;
    let of = |pair: &Pair| -> Result<Vec<Sample>, GoldError> {
        let mut wanted = Vec::new();
        for name in &pair.gold {
            wanted.push(
                index(name)
                    .ok_or_else(|| GoldError::new(file, pair.line, format!("the model knows no label `{name}`")))?,
            );
        }
        let insight = insight(&document(pair));
        let input = Input {
            text: &insight.text,
            sentences: &insight.sentences,
            found: &insight.found,
            measures: &insight.measures,
        };
        let group = pair.sentence.bytes().fold(0u64, |hash, b| {
            (hash.rotate_left(5) ^ u64::from(b)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        });
        let mut out = Vec::new();
        for sentence in 0..insight.sentences.len() {
            for candidate in relate::candidates(&input, sentence, |_| true) {
                let first = &insight.found.mentions[candidate.nearest.0];
                // The record of the other direction has the labels of that one.
                if insight.text.source_slice(first.start..first.end) != pair.head {
                    continue;
                }
                let mut features = Vec::new();
                candidate.features(&input, eyes, &insight.claims, bits, &mut features);
                let second = &insight.found.mentions[candidate.nearest.1];
                let told = told(&rows, &insight.claims, first.entity, second.entity);
                let told = told.into_iter().filter_map(index).collect();
                out.push(Sample {
                    features,
                    told,
                    labels: wanted.clone(),
                    group,
                });
            }
        }
        Ok(out)
    };
    let samples: Result<Vec<Vec<Sample>>, GoldError> = pairs.par_iter().map(of).collect();
    Ok(samples?.into_iter().flatten().collect())
}

fn predict(extract: &impl Extract, labels: &[Label], pair: &Pair) -> BTreeSet<String> {
    let extraction = extract(&document(pair));
    relations(&extraction, labels, pair.head, pair.tail)
}

/// The sentence with its two names given.
fn document(pair: &Pair) -> Document {
    let (heads, tails) = (
        occurrences(pair.sentence, pair.head),
        occurrences(pair.sentence, pair.tail),
    );
    // A name within the other is the longer one's.
    let (longer, shorter) = if pair.head.chars().count() >= pair.tail.chars().count() {
        (heads, tails)
    } else {
        (tails, heads)
    };
    let apart = |a: &Range<usize>| longer.iter().all(|o| a.end <= o.start || a.start >= o.end);
    let passage = Passage::new(format!("line {}", pair.line), pair.sentence, Some("zh-Hans-CN"));
    let mut given: Vec<GivenMention> = longer
        .iter()
        .chain(shorter.iter().filter(|a| apart(a)))
        .filter_map(|span| passage.in_document(span.clone()))
        .map(|span| GivenMention {
            start: span.start,
            end: span.end,
            kind: None,
            entity: None,
        })
        .collect();
    given.sort_by_key(|m| m.start);
    passage.document.with_mentions(given)
}

fn relations(extraction: &Extraction, labels: &[Label], head: &str, tail: &str) -> BTreeSet<String> {
    let named = |name: &str| -> BTreeSet<&str> {
        extraction
            .mentions
            .iter()
            .filter(|m| m.text == name)
            .map(|m| m.entity.as_str())
            .collect()
    };
    let (heads, tails) = (named(head), named(tail));
    let mut out = BTreeSet::new();
    if !heads.is_disjoint(&tails) {
        out.insert("自己".to_owned());
        return out;
    }
    for claim in extraction.claims.iter().filter(|c| c.status != Status::Negated) {
        let object = match &claim.object {
            ObjectOut::Entity(object) => object,
            // By another name: the pair's other one.
            ObjectOut::Literal(name) if claim.predicate == Predicate::AlsoKnownAs => {
                let of = |from: &BTreeSet<&str>, to: &str| {
                    from.contains(claim.subject.as_str()) && name.value.as_str() == Some(to)
                };
                if of(&heads, tail) || of(&tails, head) {
                    out.insert("自己".to_owned());
                }
                continue;
            }
            ObjectOut::Literal(_) => continue,
        };
        let Some(row) = row(labels, claim.predicate, claim.status) else {
            continue;
        };
        for (from, to, label) in [
            (&claim.subject, object, &row.forward),
            (object, &claim.subject, &row.backward),
        ] {
            if heads.contains(from.as_str()) && tails.contains(to.as_str()) && !label.is_empty() {
                out.insert(label.clone());
            }
        }
    }
    // Of a pair of which the sentence says nothing, the names themselves may: the set labels these too.
    if out.is_empty() {
        let label = kinship(head, tail).map(|kinship| match kinship {
            Kinship::Short => "自己",
            Kinship::Group => "拥有",
            Kinship::Member => "被拥有",
        });
        out.extend(label.map(str::to_owned));
    }
    out
}

/// The row of a claim: that of its status goes before the one of any.
fn row(labels: &[Label], predicate: Predicate, status: Status) -> Option<&Label> {
    let of = |status: Option<Status>| labels.iter().find(|l| l.predicate == predicate && l.status == status);
    of(Some(status)).or_else(|| of(None))
}

/// The labels that claims give a pair of entities, from the first to the second.
fn told<'l>(rows: &'l [Label], claims: &[Claim], first: usize, second: usize) -> BTreeSet<&'l str> {
    let mut out = BTreeSet::new();
    for claim in claims.iter().filter(|c| c.status != Status::Negated) {
        let Object::Entity(object) = claim.object else { continue };
        let Some(row) = row(rows, claim.predicate, claim.status) else {
            continue;
        };
        for (from, to, label) in [
            (claim.subject, object, &row.forward),
            (object, claim.subject, &row.backward),
        ] {
            if (from, to) == (first, second) && !label.is_empty() {
                out.insert(label.as_str());
            }
        }
    }
    out
}

/// Where a name stands in a sentence, in code points.
fn occurrences(sentence: &str, name: &str) -> Vec<Range<usize>> {
    let length = name.chars().count();
    sentence
        .match_indices(name)
        .map(|(byte, _)| {
            let start = sentence[..byte].chars().count();
            start..start + length
        })
        .collect()
}
