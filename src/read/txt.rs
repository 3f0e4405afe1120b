//! Plain text files: the first line that is not empty is the title, the rest the body.

use super::encoding::Decoded;
use super::metadata::Metadata;
use super::traced::Traced;
use super::{Document, SourceMap, plain};

/// The document in `decoded`. A title in `metadata` (from a sidecar) that is not the first line makes the whole file body.
/// `None` if there is nothing in it.
pub(super) fn parse(decoded: &Decoded<'_>, metadata: Metadata) -> Option<Document> {
    let text = plain::clean(&decoded.text, false);
    let (title, body) = split(&text);
    let same = |a: &str, b: &str| a.split_whitespace().eq(b.split_whitespace());
    let (title, body) = match &metadata.title {
        Some(given) if !same(given, &title.text) => {
            let mut foreign = Traced::default();
            foreign.insert(given);
            let (start, end) = trimmed(&text.text, 0);
            (foreign, text.slice(start, end))
        }
        _ => (title, body),
    };
    if title.text.is_empty() && body.text.is_empty() {
        return None;
    }
    let title = plain::title_line(&title.text).through(&title);
    let mut newline = Traced::default();
    newline.insert("\n");
    let source = SourceMap::new(decoded, &[&title, &newline, &body]);
    Some(Document::assemble(metadata, &title.text, &body.text, None, source))
}

/// The first line that is not blank, without white space around it, and what follows.
pub(super) fn split(text: &Traced) -> (Traced, Traced) {
    let start = text.text.len() - text.text.trim_start().len();
    let line_end = text.text[start..].find('\n').map_or(text.text.len(), |i| start + i);
    let end = start + text.text[start..line_end].trim_end().len();
    let (from, to) = trimmed(&text.text, line_end);
    (text.slice(start, end), text.slice(from, to))
}

/// `text` from byte `from` on without blank lines before and after: its bytes. Indentation of the first line stays.
pub(super) fn trimmed(text: &str, from: usize) -> (usize, usize) {
    let rest = &text[from..];
    let blank = rest.len() - rest.trim_start().len();
    let start = from + rest[..blank].rfind('\n').map_or(0, |i| i + 1);
    let end = from + rest.trim_end().len();
    (start.min(end), end)
}
