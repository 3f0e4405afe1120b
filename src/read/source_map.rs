//! From code points of a document's text back to bytes of its source.

use super::encoding::Decoded;
use super::traced::Traced;
use encoding_rs::Encoding;
use std::ops::Range;

/// Leads code points of [`Document::text`](super::Document::text) back to bytes of the source.
///
/// A list of [`Run`]s, sorted by `at`, that cover the whole text. Most documents have few: a plain file has one, or one
/// a line where line ends were changed; markup and JSON escapes begin a new run each.
///
/// Bytes are those of the decoded file: for `.gz` and `.zst` after decompression, and for JSONL counted from the
/// beginning of the line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceMap {
    /// Path of the source as the user gave it, `-` for standard input, empty for a document made in memory.
    pub origin: String,
    /// Line of the file (from 1) for JSONL.
    pub line: Option<u64>,
    /// Byte of the (decompressed) file from which the runs count: where the line begins for JSONL, otherwise 0.
    pub offset: u64,
    /// WHATWG name of the encoding: `UTF-8`, `UTF-16LE`, `UTF-16BE`, `gb18030`, `Big5` …
    pub encoding: &'static str,
    pub runs: Vec<Run>,
}

/// Code points from `at` up to the next run's `at` were made from bytes `byte..byte + len`.
///
/// With `len` 0 the reader wrote them (a line break for a `<p>`, a title from a sidecar). A run of one code point stands
/// for all of its bytes, such as `&amp;` or `\u4e2d`. A longer run was copied: each code point is as wide as the encoding
/// writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Code points of the text
    pub at: u32,
    /// Bytes of the source
    pub byte: u32,
    /// Bytes
    pub len: u32,
}

impl SourceMap {
    /// The bytes of the source that code points `range` of `text` were made from, from the first to the last of them, with
    /// whatever markup stands between. `None` if none of them comes from the source or `range` is not inside the text.
    ///
    /// `text` must be the text of the document that this map belongs to. The bytes count from [`SourceMap::offset`].
    pub fn bytes_of(&self, text: &str, range: Range<usize>) -> Option<Range<u64>> {
        let encoding = Encoding::for_label(self.encoding.as_bytes())?;
        let total = text.chars().count();
        if range.is_empty() || range.end > total {
            return None;
        }
        let mut run = self
            .runs
            .partition_point(|r| r.at as usize <= range.start)
            .checked_sub(1)?;
        let mut found: Option<Range<u64>> = None;
        // Begins at the run's first code point because widths add up from there.
        let begin = self.runs.get(run)?.at as usize;
        let mut chars = text.chars().enumerate().skip(begin);
        while let Some(Run { at, byte, len }) = self.runs.get(run).copied().filter(|r| (r.at as usize) < range.end) {
            let count = self
                .runs
                .get(run + 1)
                .map_or(total, |next| next.at as usize)
                .saturating_sub(at as usize);
            let whole = u64::from(byte)..u64::from(byte) + u64::from(len);
            let mut place = whole.start;
            for (n, c) in chars.by_ref().take(count) {
                let here = if len == 0 {
                    None
                } else if count == 1 {
                    Some(whole.clone())
                } else {
                    let from = place;
                    place = (place + width(encoding, c) as u64).min(whole.end);
                    Some(from..place)
                };
                if let Some(here) = here.filter(|_| range.contains(&n)) {
                    found = Some(match found {
                        None => here,
                        Some(so_far) => so_far.start.min(here.start)..so_far.end.max(here.end),
                    });
                }
            }
            run += 1;
        }
        found
    }

    /// Joins the parts of a text, each traced to the text of `decoded`.
    pub(super) fn new(decoded: &Decoded<'_>, parts: &[&Traced]) -> SourceMap {
        let mut map = SourceMap {
            encoding: decoded.encoding.name(),
            ..SourceMap::default()
        };
        let mut at = 0;
        for part in parts {
            let mut bytes = decoded.cursor();
            for (i, span) in part.spans.iter().enumerate() {
                let piece = &part.text[span.at..part.end_of(i)];
                let points = piece.chars().count();
                if span.len == 0 {
                    map.push(at, 0, 0, points);
                } else if span.exact {
                    bytes.exact_runs(span.from, span.from + span.len, points, |offset, points, from, to| {
                        map.push(at + offset, from, to - from, points);
                    });
                } else {
                    let (from, to) = bytes.cover(span.from, span.from + span.len);
                    for n in 0..points {
                        map.push(at + n, from, to - from, 1);
                    }
                }
                at += points;
            }
        }
        map
    }

    fn push(&mut self, at: usize, byte: usize, len: usize, points: usize) {
        if points > 0 {
            // Documents are limited to less than 4 GB, see `Options::max_bytes`.
            self.runs.push(Run {
                at: at as u32,
                byte: byte as u32,
                len: len as u32,
            });
        }
    }
}

/// Bytes that `encoding` normally writes `c` with.
pub(super) fn width(encoding: &'static Encoding, c: char) -> usize {
    if encoding == encoding_rs::UTF_8 {
        c.len_utf8()
    } else if encoding == encoding_rs::UTF_16LE || encoding == encoding_rs::UTF_16BE {
        2 * c.len_utf16()
    } else if c.is_ascii() || encoding.is_single_byte() {
        1
    } else if encoding == encoding_rs::GB18030 && !matches!(c, '\u{4E00}'..='\u{9FA5}') {
        // Two or four bytes, which only the tables know.
        let mut bytes = [0; 8];
        let (_, _, written) =
            encoding
                .new_encoder()
                .encode_from_utf8_without_replacement(c.encode_utf8(&mut [0; 4]), &mut bytes, true);
        written
    } else {
        2
    }
}
