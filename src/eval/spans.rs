//! Names in sentences, by exact span and label: what CLUENER, BMES and IOB2 files have in common.
//!
//! Found counts a span with both its ends and its label right, as usual since CoNLL-2003. A label that a file never
//! uses is one that it doesn't annotate, so spans of that label are not counted against anybody.

use super::passage::Passage;
use super::{Counts, Extract, GoldError, Report, Scores, count, table};
use crate::claim::Predicate;
use crate::entity::EntityType;
use crate::entity::tagger::Tagger;
use crate::entity::tagger::alone::Alone;
use crate::extract::Extraction;
use crate::text::{Text, fold};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A labelled span in code points of its sentence, end exclusive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub label: String,
}

/// A sentence of a gold file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Line of the file at which it begins, from 1
    pub line: usize,
    pub text: String,
    pub spans: BTreeSet<Span>,
}

impl Sentence {
    fn slice(&self, span: &Span) -> String {
        self.text.chars().skip(span.start).take(span.end - span.start).collect()
    }
}

/// Which of our names stand for which labels.
#[derive(Debug)]
pub struct Labels {
    rows: Vec<Row>,
    language: Option<&'static str>,
}

#[derive(Debug)]
struct Row {
    source: Source,
    /// Folded; the name must end in one of them, where there are any
    endings: Vec<String>,
    /// Names of one label in different sets
    labels: Vec<String>,
}

#[derive(Debug)]
enum Source {
    Mention(EntityType),
    Qualifier(Predicate, String),
}

impl Labels {
    /// Reads a table of `lexicon/eval/`: source, endings, labels. `language` is the one of the sentences.
    pub(super) fn read(file: &str, content: &str, language: Option<&'static str>) -> Result<Labels, GoldError> {
        let mut rows = Vec::new();
        for (line, [source, endings, labels]) in table::rows(file, content)? {
            let source = match source.split_once('.') {
                Some((predicate, qualifier)) => Source::Qualifier(
                    predicate
                        .parse()
                        .map_err(|e: crate::claim::UnknownPredicate| GoldError::new(file, line, e.to_string()))?,
                    qualifier.to_owned(),
                ),
                None => match table::kinds(file, line, source)?[..] {
                    [kind] => Source::Mention(kind),
                    _ => return Err(GoldError::new(file, line, "one entity type is wanted")),
                },
            };
            if labels.is_empty() {
                return Err(GoldError::new(file, line, "a label is wanted"));
            }
            rows.push(Row {
                source,
                endings: table::parts(endings).iter().map(|e| fold(e)).collect(),
                labels: table::parts(labels),
            });
        }
        Ok(Labels { rows, language })
    }

    /// The label of a mention: the first row of its type whose endings fit decides.
    fn of_mention(&self, kind: EntityType, text: &str, used: &BTreeSet<&str>) -> Option<&str> {
        let folded = fold(text);
        let row = self.rows.iter().find(|row| {
            matches!(row.source, Source::Mention(k) if k == kind)
                && (row.endings.is_empty() || row.endings.iter().any(|e| folded.ends_with(e.as_str())))
        })?;
        row.label(used)
    }
}

impl Row {
    fn label(&self, used: &BTreeSet<&str>) -> Option<&str> {
        self.labels
            .iter()
            .map(String::as_str)
            .find(|label| used.contains(label))
    }
}

/// What an extraction finds in each sentence.
pub fn predict(extract: &impl Extract, sentences: &[Sentence], labels: &Labels) -> Vec<BTreeSet<Span>> {
    let used: BTreeSet<&str> = sentences
        .iter()
        .flat_map(|s| s.spans.iter().map(|span| span.label.as_str()))
        .collect();
    sentences
        .par_iter()
        .map(|sentence| {
            let passage = Passage::new(format!("line {}", sentence.line), &sentence.text, labels.language);
            let extraction = extract(&passage.document);
            spans_of(&extraction, &passage, labels, &used)
        })
        .collect()
}

/// What a tagger by itself finds in each sentence, under its own labels.
pub fn tagged(alone: &Alone, tagger: &Tagger, sentences: &[Sentence]) -> Vec<BTreeSet<Span>> {
    let used: BTreeSet<&str> = sentences
        .iter()
        .flat_map(|s| s.spans.iter().map(|span| span.label.as_str()))
        .collect();
    sentences
        .par_iter()
        .map(|sentence| {
            let text = Text::new(sentence.text.as_str());
            let spans = alone.names(tagger, &text).into_iter().map(|name| {
                let points = text.code_points(name.start..name.end);
                Span {
                    start: points.start,
                    end: points.end,
                    label: tagger.labels()[name.label].clone(),
                }
            });
            spans.filter(|span| used.contains(span.label.as_str())).collect()
        })
        .collect()
}

fn spans_of(extraction: &Extraction, passage: &Passage, labels: &Labels, used: &BTreeSet<&str>) -> BTreeSet<Span> {
    let mut out = BTreeSet::new();
    let mut push = |points: std::ops::Range<usize>, label: &str| {
        if let Some(points) = passage.in_sentence(points) {
            out.insert(Span {
                start: points.start,
                end: points.end,
                label: label.to_owned(),
            });
        }
    };
    for mention in extraction
        .mentions
        .iter()
        .filter(|m| is_name(extraction, &m.entity, &m.text))
    {
        if let Some(label) = labels.of_mention(mention.kind, &mention.text, used) {
            push(mention.start..mention.end, label);
        }
    }
    for row in &labels.rows {
        let Source::Qualifier(predicate, qualifier) = &row.source else {
            continue;
        };
        let Some(label) = row.label(used) else {
            continue;
        };
        for claim in extraction.claims.iter().filter(|c| c.predicate == *predicate) {
            if let Some(words) = claim.qualifiers.get(qualifier).and_then(|v| v.as_str())
                && !words.is_empty()
                && let Some(byte) = claim.quote.find(words)
            {
                let start = claim.start + claim.quote[..byte].chars().count();
                push(start..start + words.chars().count(), label);
            }
        }
    }
    out
}

/// Whether a mention calls its entity by a name. Pronouns and shorthands (公司, 他) are mentions too, but no names.
pub(super) fn is_name(extraction: &Extraction, entity: &str, text: &str) -> bool {
    extraction
        .entities
        .iter()
        .any(|e| e.id == entity && e.names.iter().any(|name| name == text))
}

/// Scores predictions, one set a sentence.
pub fn report(file: &str, sentences: &[Sentence], predicted: &[BTreeSet<Span>]) -> Report {
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    let (mut misses, mut extras) = (Vec::new(), Vec::new());
    for (sentence, found) in sentences.iter().zip(predicted) {
        count(&mut counts, &sentence.spans, found, |span| &span.label);
        let line = |span: &Span| {
            format!(
                "{file}:{}\t{}\t{}..{}\t{}",
                sentence.line,
                span.label,
                span.start,
                span.end,
                sentence.slice(span)
            )
        };
        misses.extend(sentence.spans.difference(found).map(line));
        extras.extend(found.difference(&sentence.spans).map(line));
    }
    Report {
        scores: Scores::of(&counts),
        misses,
        extras,
    }
}
