//! CLUENER2020 (Xu et al., 2020, "CLUENER2020: Fine-grained Named Entity Recognition Dataset and Benchmark for
//! Chinese"): names of ten types in sentences of news.
//!
//! Published figures are F1 by exact span and type, and their mean over the types. The script that came with the set
//! compares something else, the distinct names of each sentence wherever they stand; its mean is in
//! [`Scores::further`](super::Scores::further) as `macro_f1_by_name`.

use super::spans::{Labels, Sentence, Span, predict, report};
use super::{Counts, Extract, GoldError, Report, Scores, count};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const LABELS: (&str, &str) = (
    "lexicon/eval/cluener.tsv",
    include_str!("../../lexicon/eval/cluener.tsv"),
);

#[derive(Deserialize)]
struct Row {
    text: String,
    /// By type and name: first and last code point of each occurrence
    label: BTreeMap<String, BTreeMap<String, Vec<[usize; 2]>>>,
}

/// Scores an extraction on a file's content.
///
/// # Errors
/// A line that can't be read, as [`read`] says.
pub fn score(extract: &impl Extract, file: &str, content: &str) -> Result<Report, GoldError> {
    let labels = Labels::read(LABELS.0, LABELS.1, Some("zh-Hans-CN"))?;
    let sentences = read(file, content)?;
    let predicted = predict(extract, &sentences, &labels);
    Ok(compare(file, &sentences, &predicted))
}

/// Scores spans, one set a sentence.
#[must_use]
pub fn compare(file: &str, sentences: &[Sentence], predicted: &[BTreeSet<Span>]) -> Report {
    let mut report = report(file, sentences, predicted);
    report
        .scores
        .further
        .insert("macro_f1_by_name".to_owned(), by_name(sentences, predicted).macro_.f1);
    report
}

/// Reads the sentences: one JSON object a line, `text` and `label`.
///
/// # Errors
/// A line that is no such object, or a span at which its name doesn't stand.
pub fn read(file: &str, content: &str) -> Result<Vec<Sentence>, GoldError> {
    let mut out = Vec::new();
    for (i, line) in content.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let error = |reason: String| GoldError::new(file, i + 1, reason);
        let row: Row =
            serde_json::from_str(line).map_err(|e| error(format!("no object with `text` and `label`: {e}")))?;
        let text: Vec<char> = row.text.chars().collect();
        let mut spans = BTreeSet::new();
        for (label, names) in row.label {
            for (name, places) in names {
                for [first, last] in places {
                    let stands = text
                        .get(first..last.saturating_add(1))
                        .is_some_and(|slice| slice.iter().copied().eq(name.chars()));
                    if !stands {
                        return Err(error(format!("`{name}` doesn't stand at {first} to {last}")));
                    }
                    spans.insert(Span {
                        start: first,
                        end: last + 1,
                        label: label.clone(),
                    });
                }
            }
        }
        out.push(Sentence {
            line: i + 1,
            text: row.text,
            spans,
        });
    }
    Ok(out)
}

/// Scores by the distinct names of each sentence.
fn by_name(sentences: &[Sentence], predicted: &[BTreeSet<Span>]) -> Scores {
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for (sentence, found) in sentences.iter().zip(predicted) {
        let text: Vec<char> = sentence.text.chars().collect();
        let names = |spans: &BTreeSet<Span>| -> BTreeSet<(String, String)> {
            spans
                .iter()
                .map(|s| (s.label.clone(), text[s.start..s.end].iter().collect()))
                .collect()
        };
        count(&mut counts, &names(&sentence.spans), &names(found), |(label, _)| label);
    }
    Scores::of(&counts)
}
