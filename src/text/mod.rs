//! What does this text say, in one script? Folding with alignment, sentences, segments.
//!
//! Knows nothing of entities.

pub mod cutter;
mod fold;
mod occurrences;
mod script;
mod segment;
mod sentence;

pub use fold::{fold, is_ready};
pub(crate) use fold::{simplified, traditional};
pub(crate) use occurrences::occurrences;
pub use script::is_han;
pub(crate) use script::is_kana;
pub use segment::{Segment, Segmenter};
pub(crate) use sentence::is_within_quotation;
pub use sentence::{Sentence, sentences};

use std::ops::Range;
use std::sync::OnceLock;

/// A text and its folded form: Simplified, half-width, as many code points as the source.
#[derive(Debug, Clone)]
pub struct Text {
    source: String,
    folded: String,
    /// Code point index of every byte of `folded` (plus one past the end).
    code_point: Vec<u32>,
    /// Byte of `source` where each code point begins (plus one past the end).
    source_byte: Vec<u32>,
    language: OnceLock<&'static str>,
}

impl Text {
    /// Folds `source`. Texts of 4 GiB and more are cut there; the reader refuses them long before.
    pub fn new(source: impl Into<String>) -> Text {
        let source = source.into();
        let folded = fold(&source);
        let mut code_point = Vec::with_capacity(folded.len() + 1);
        let mut count = 0u32;
        for c in folded.chars() {
            code_point.extend(std::iter::repeat_n(count, c.len_utf8()));
            count += 1;
        }
        code_point.push(count);
        let mut source_byte: Vec<u32> = Vec::with_capacity(count as usize + 1);
        source_byte.extend(source.char_indices().map(|(i, _)| i as u32));
        source_byte.push(source.len() as u32);
        Text {
            source,
            folded,
            code_point,
            source_byte,
            language: OnceLock::new(),
        }
    }

    /// The text as read.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The form that everything is matched on.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// Bytes of the folded form to code points (of both forms: they agree).
    pub fn code_points(&self, folded: Range<usize>) -> Range<usize> {
        let at = |byte: usize| self.code_point[byte.min(self.code_point.len() - 1)] as usize;
        at(folded.start)..at(folded.end)
    }

    /// What the source says where the folded form has these bytes.
    pub fn source_slice(&self, folded: Range<usize>) -> &str {
        let points = self.code_points(folded);
        &self.source[self.source_byte[points.start] as usize..self.source_byte[points.end] as usize]
    }

    /// Slice of the source by code points.
    pub fn source_of_code_points(&self, points: Range<usize>) -> &str {
        &self.source[self.source_byte[points.start] as usize..self.source_byte[points.end] as usize]
    }

    /// Bytes of the folded form where these code points stand; `None` beyond the end.
    pub fn folded_bytes(&self, points: Range<usize>) -> Option<Range<usize>> {
        let at = |point: usize| {
            let byte = self.code_point.partition_point(|&p| (p as usize) < point);
            (byte < self.code_point.len()).then_some(byte)
        };
        Some(at(points.start)?..at(points.end)?)
    }

    /// `zh-Hant`, `zh-Hans` or `en`, by the letters; `None` where there are none.
    pub fn guess_language(&self) -> &'static str {
        self.language.get_or_init(|| self.count_letters())
    }

    fn count_letters(&self) -> &'static str {
        let (mut han, mut latin, mut changed) = (0usize, 0usize, 0usize);
        for (s, f) in self.source.chars().zip(self.folded.chars()) {
            if is_han(s) {
                han += 1;
                changed += usize::from(s != f);
            } else if s.is_ascii_alphabetic() {
                latin += 1;
            }
        }
        // A Chinese character says about as much as four letters.
        if latin > 4 * han {
            "en"
        } else if changed * 50 > han {
            "zh-Hant"
        } else {
            "zh-Hans"
        }
    }
}
