//! Sentences, Chinese and English, with quotes, abbreviations and decimals.

use super::{Text, is_han};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that end in a full stop without ending a sentence; lower case, without the stop.
static ABBREVIATIONS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../lexicon/abbreviations.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect()
});

/// Verbs at the end of what attributes a quotation to its speaker (“……。”马斯克说).
static ATTRIBUTIONS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    include_str!("../../lexicon/attributions.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect()
});

/// Most characters of an attribution behind a quotation.
const ATTRIBUTION: usize = 24;

/// A sentence, as bytes of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    pub start: usize,
    pub end: usize,
    /// Number of the line (paragraph) it stands in; 0 is the title.
    pub paragraph: u32,
    /// Written in English (by its letters).
    pub english: bool,
}

/// Whether a quotation that began in this part of a line hasn't ended in it.
pub(crate) fn is_within_quotation(text: &str) -> bool {
    text.matches('"').count() % 2 == 1 || text.rfind('“') > text.rfind('”')
}

/// Splits a text at sentence ends and line breaks. Sentences don't overlap, keep their end mark and closing
/// quotes, and leave out surrounding white space; nothing but white space is left between them.
pub fn sentences(text: &Text) -> Vec<Sentence> {
    let folded = text.folded();
    let mut out = Vec::new();
    let mut line_start = 0;
    for (paragraph, line) in folded.split('\n').enumerate() {
        split_line(folded, line_start, line_start + line.len(), paragraph as u32, &mut out);
        line_start += line.len() + 1;
    }
    out
}

fn split_line(text: &str, from: usize, to: usize, paragraph: u32, out: &mut Vec<Sentence>) {
    let mut start = from;
    let mut chars = text[from..to].char_indices().map(|(i, c)| (from + i, c)).peekable();
    while let Some((i, c)) = chars.next() {
        let ends = match c {
            '。' | '!' | '?' => true,
            '.' => is_full_stop(text, start, i, to),
            _ => false,
        };
        if !ends {
            continue;
        }
        let mut end = i + c.len_utf8();
        while let Some(&(j, next)) = chars.peek() {
            let closes = matches!(next, '。' | '!' | '?' | '”' | ')' | ']' | '\'')
                || (next == '"' && !text[j + 1..to].starts_with(|c: char| c.is_alphanumeric()));
            if !closes {
                break;
            }
            end = j + next.len_utf8();
            chars.next();
        }
        // “……。”马斯克说。 is one sentence.
        if text[start..end].ends_with('”') && is_attributed(&text[end..to]) {
            continue;
        }
        push(text, start, end, paragraph, out);
        start = end;
    }
    push(text, start, to, paragraph, out);
}

/// Whether a quotation's speaker follows it, with nothing but him and a verb up to the next mark.
fn is_attributed(rest: &str) -> bool {
    let length = rest
        .char_indices()
        .take(ATTRIBUTION + 1)
        .find(|(_, c)| matches!(c, '。' | '!' | '?' | ',' | ';' | ':' | '“' | '”'))
        .map_or(rest.len(), |(i, _)| i);
    let clause = &rest[..length];
    let ends = rest[length..].chars().next();
    clause.chars().count() <= ATTRIBUTION
        && matches!(ends, None | Some('。' | ',' | '!'))
        && clause.starts_with(|c: char| is_han(c) || c.is_alphabetic())
        && ATTRIBUTIONS
            .iter()
            .any(|verb| clause.strip_suffix(verb).is_some_and(|speaker| !speaker.is_empty()))
}

/// Whether the stop at `i` ends a sentence: followed by a space and not by a lower-case letter, and not the stop
/// of a decimal, an initial or an abbreviation.
fn is_full_stop(text: &str, start: usize, i: usize, to: usize) -> bool {
    let after = &text[i + 1..to];
    let mut following = after.chars();
    match following.next() {
        None => return true,
        Some(' ') => {}
        Some('”' | '"' | '\'' | ')') => return !matches!(after.chars().nth(1), Some(c) if c.is_alphanumeric()),
        // Chinese text that uses the Latin stop.
        Some(c) if is_han(c) => return text[..i].chars().next_back().is_some_and(is_han),
        Some(_) => return false,
    }
    let next = following.find(|c| *c != ' ');
    if next.is_some_and(|c| c.is_lowercase()) {
        return false;
    }
    let word = text[start..i]
        .rsplit(|c: char| !(c.is_alphanumeric() || c == '.'))
        .next()
        .unwrap_or("");
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    let is_dotted = word.contains('.') && word.split('.').all(|part| part.chars().count() <= 1);
    !(is_initial || is_dotted || ABBREVIATIONS.contains(word.to_lowercase().as_str()))
}

fn push(text: &str, start: usize, end: usize, paragraph: u32, out: &mut Vec<Sentence>) {
    let slice = &text[start..end];
    let trimmed = slice.trim();
    if trimmed.is_empty() {
        return;
    }
    let start = start + (slice.len() - slice.trim_start().len());
    let end = start + trimmed.len();
    let (mut han, mut latin) = (0usize, 0usize);
    for c in trimmed.chars() {
        han += usize::from(is_han(c));
        latin += usize::from(c.is_ascii_alphabetic());
    }
    out.push(Sentence {
        start,
        end,
        paragraph,
        // Names in Latin letters are long: Anthropic推出Claude Opus 4.5 is Chinese, Alibaba (阿里巴巴) said … is not.
        english: latin > 10 * han,
    });
}
