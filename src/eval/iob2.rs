//! IOB2 files: a token and its label a line, a blank line between sentences. `B-` begins a name, `I-` goes on, `O` is
//! none.
//!
//! Two layouts are read: token and label in two columns, and the five columns of Universal NER (Mayhew et al., 2024,
//! "Universal NER: A Gold-Standard Multilingual Named Entity Recognition Benchmark"): number, token, label, two more,
//! with `# text = …` above a sentence. The figure of both is micro F1 by exact span and type; an `I-` that follows no
//! name of its type begins one, as in conlleval and seqeval.

use super::bmes::Open;
use super::spans::{Labels, Sentence, predict, report};
use super::{Extract, GoldError, Report};
use std::ops::Range;

const LABELS: (&str, &str) = ("lexicon/eval/iob2.tsv", include_str!("../../lexicon/eval/iob2.tsv"));

/// Scores an extraction on a file's content.
///
/// # Errors
/// A line that can't be read, as [`read`] says.
pub fn score(extract: &impl Extract, file: &str, content: &str) -> Result<Report, GoldError> {
    let labels = Labels::read(LABELS.0, LABELS.1, None)?;
    let sentences = read(file, content)?;
    let predicted = predict(extract, &sentences, &labels);
    Ok(report(file, &sentences, &predicted))
}

/// Reads the sentences. Tokens stand as `# text` has them; without it, Latin words are parted by a space and Chinese
/// ones by nothing.
///
/// # Errors
/// A line that is none of the layouts, a label that isn't IOB2, a token that `# text` doesn't go on with.
pub fn read(file: &str, content: &str) -> Result<Vec<Sentence>, GoldError> {
    let sentences = read_with_tokens(file, content)?;
    Ok(sentences.into_iter().map(|(sentence, _)| sentence).collect())
}

/// A sentence and the code points of its tokens.
pub type Tokens = (Sentence, Vec<Range<usize>>);

/// Reads the sentences, each with the code points of its tokens.
///
/// # Errors
/// As [`read`] says.
pub fn read_with_tokens(file: &str, content: &str) -> Result<Vec<Tokens>, GoldError> {
    let mut out = Vec::new();
    let mut current = Open::default();
    // What `# text` has left for the next tokens.
    let mut rest: Option<&str> = None;
    for (i, line) in content.lines().enumerate() {
        let error = |reason: String| GoldError::new(file, i + 1, reason);
        let line = line.trim_end_matches('\r');
        if line.trim().is_empty() {
            out.extend(current.close_with_tokens());
            rest = None;
            continue;
        }
        let cells: Vec<&str> = if line.contains('\t') {
            line.split('\t').collect()
        } else {
            line.split(' ').collect()
        };
        // In two columns `#` may be a token.
        let token = matches!(cells[..], [_, tag] if tag == "O" || tag.starts_with("B-"));
        if line.starts_with('#') && current.is_empty() && !token {
            if let Some((_, text)) = line.split_once("text =").filter(|(before, _)| before.trim() == "#") {
                rest = Some(text.trim());
            }
            continue;
        }
        let (token, tag) = match cells[..] {
            [token, tag] => (token, tag),
            [number, token, tag, ..] if number.starts_with(|c: char| c.is_ascii_digit()) => {
                // A range of words (`3-4`) repeats what its words say.
                if number.contains('-') {
                    continue;
                }
                (token, tag)
            }
            _ => {
                return Err(error(
                    "a token and a label are wanted, or number, token and label, separated by tabs".to_owned(),
                ));
            }
        };
        let (label, begin) = match tag.split_once('-') {
            None if matches!(tag, "O" | "_") => (None, true),
            Some(("B", label)) => (Some(label), true),
            Some(("I", label)) => (Some(label), false),
            _ => return Err(error(format!("`{tag}` is no label; O, B-X and I-X are"))),
        };
        current.begin(i + 1);
        match rest {
            Some(text) => {
                let trimmed = text.trim_start();
                let gap = &text[..text.len() - trimmed.len()];
                let Some(after) = trimmed.strip_prefix(token) else {
                    return Err(error(format!("`{token}` is not how the text goes on")));
                };
                current.space(gap);
                rest = Some(after);
            }
            None => {
                let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                if latin(current.text().chars().next_back()) && latin(token.chars().next()) {
                    current.space(" ");
                }
            }
        }
        current.push(token, label, begin);
    }
    out.extend(current.close_with_tokens());
    Ok(out)
}
