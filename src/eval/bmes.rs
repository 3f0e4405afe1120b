//! BMES files: a character and its label a line, a blank line between sentences. `B-` begins a name, `M-` goes on, `E-`
//! ends it, `S-` is one of a single character, `O` is none.
//!
//! The Resume set (Zhang and Yang, 2018, "Chinese NER Using Lattice LSTM") comes so; its figure is micro F1 by exact
//! span and type.

use super::spans::{Labels, Sentence, Span, predict, report};
use super::{Extract, GoldError, Report};
use std::collections::BTreeSet;
use std::ops::Range;

const LABELS: (&str, &str) = ("lexicon/eval/bmes.tsv", include_str!("../../lexicon/eval/bmes.tsv"));

/// Scores an extraction on a file's content.
///
/// # Errors
/// A line that can't be read, as [`read`] says.
pub fn score(extract: &impl Extract, file: &str, content: &str) -> Result<Report, GoldError> {
    let labels = Labels::read(LABELS.0, LABELS.1, Some("zh-Hans-CN"))?;
    let sentences = read(file, content)?;
    let predicted = predict(extract, &sentences, &labels);
    Ok(report(file, &sentences, &predicted))
}

/// Reads the sentences. A name that its labels leave unfinished ends where they stop agreeing (a few of the Resume set
/// do): scorers of such files have always read them so.
///
/// # Errors
/// A line that isn't a character and a label of the scheme.
pub fn read(file: &str, content: &str) -> Result<Vec<Sentence>, GoldError> {
    let mut out = Vec::new();
    let mut current = Open::default();
    for (i, line) in content.lines().enumerate() {
        let line = line.trim_end_matches('\r');
        if line.is_empty() {
            out.extend(current.close());
            continue;
        }
        // The character may itself be a space.
        let Some((token, tag)) = line.rsplit_once([' ', '\t']).filter(|(token, _)| !token.is_empty()) else {
            return Err(GoldError::new(
                file,
                i + 1,
                "a character and a label are wanted, separated by a space",
            ));
        };
        current.begin(i + 1);
        match tag.split_once('-') {
            None if tag == "O" => current.push(token, None, true),
            Some(("B", label)) => current.push(token, Some(label), true),
            Some(("M" | "I", label)) => current.push(token, Some(label), false),
            Some(("E", label)) => {
                current.push(token, Some(label), false);
                current.finish();
            }
            Some(("S", label)) => {
                current.push(token, Some(label), true);
                current.finish();
            }
            _ => {
                return Err(GoldError::new(
                    file,
                    i + 1,
                    format!("`{tag}` is no label; O, B-X, M-X, E-X and S-X are"),
                ));
            }
        }
    }
    out.extend(current.close());
    Ok(out)
}

/// A sentence that is being read, of BMES or IOB2.
#[derive(Default)]
pub(super) struct Open {
    line: usize,
    text: String,
    points: usize,
    /// Code points of every token
    tokens: Vec<Range<usize>>,
    spans: BTreeSet<Span>,
    name: Option<Span>,
}

impl Open {
    /// The first line of a sentence counts.
    pub fn begin(&mut self, line: usize) {
        if self.line == 0 {
            self.line = line;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Adds text that belongs to no token.
    pub fn space(&mut self, between: &str) {
        self.text.push_str(between);
        self.points += between.chars().count();
    }

    /// Adds a token. It goes on with the name before it if the label is the same and it doesn't `begin` one.
    pub fn push(&mut self, token: &str, label: Option<&str>, begin: bool) {
        let start = self.points;
        self.space(token);
        self.tokens.push(start..self.points);
        let goes_on = !begin
            && self
                .name
                .as_ref()
                .is_some_and(|name| Some(name.label.as_str()) == label);
        if !goes_on {
            self.finish();
            self.name = label.map(|label| Span {
                start,
                end: start,
                label: label.to_owned(),
            });
        }
        if let Some(name) = &mut self.name {
            name.end = self.points;
        }
    }

    /// Ends the name that is open, if one is.
    pub fn finish(&mut self) {
        self.spans.extend(self.name.take());
    }

    /// The sentence, if there is one.
    pub fn close(&mut self) -> Option<Sentence> {
        self.close_with_tokens().map(|(sentence, _)| sentence)
    }

    /// The sentence and the code points of its tokens, if there is one.
    pub fn close_with_tokens(&mut self) -> Option<(Sentence, Vec<Range<usize>>)> {
        self.finish();
        let done = std::mem::take(self);
        let sentence = Sentence {
            line: done.line,
            text: done.text,
            spans: done.spans,
        };
        (!sentence.text.is_empty()).then_some((sentence, done.tokens))
    }
}
