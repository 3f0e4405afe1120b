//! What does this text say, in one script? Folding with alignment, sentences, segments.
//!
//! Knows nothing of entities.

/// A text and its folded form: Simplified, half-width, as many code points as the source.
#[derive(Debug, Clone)]
pub struct Text {
    source: String,
    folded: String,
    /// Code point index of every byte of `folded` (plus one past the end).
    code_point: Vec<u32>,
    /// Byte of `source` where each code point begins (plus one past the end).
    source_byte: Vec<u32>,
}

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

/// A word of the segmented text, as bytes of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    pub start: usize,
    pub end: usize,
}
