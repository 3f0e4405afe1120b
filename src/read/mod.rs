//! What documents are in these bytes? Encodings, HTML, JSONL, metadata, and a map back to the source.
//!
//! Knows nothing of languages or of the graph. What can't be read becomes a [`Refusal`]; everything else goes on.

use jiff::civil;

/// One article as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub id: String,
    pub url: Option<String>,
    pub title: String,
    /// Day of publication; relative dates of the text are resolved against it.
    pub published: Option<civil::Date>,
    pub publisher: Option<String>,
    /// BCP 47, as given (`zh-Hant-HK`); `None` lets the text room guess.
    pub language: Option<String>,
    /// Title, newline, body. Every offset of the output counts code points of this.
    pub text: String,
    /// SHA-256 over `text` and the metadata above, in hex: equal documents have equal fingerprints.
    pub sha256: String,
    /// Mentions that the input brought itself; then these are used and none is added.
    pub given: Option<Vec<GivenMention>>,
    pub source: SourceMap,
}

/// A mention that came with the document (JSONL `mentions`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenMention {
    /// Code points of [`Document::text`]; the reader has moved them from the body's offsets.
    pub start: usize,
    pub end: usize,
    pub kind: Option<String>,
    pub entity: Option<String>,
}

/// Leads code points of [`Document::text`] back to bytes of the source.
///
/// A list of runs, sorted by `at`: from code point `at` on, the text was decoded from source byte `byte` on.
/// Within a run each code point's width follows from the encoding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceMap {
    /// Path or URL of the source, and the line for JSONL.
    pub origin: String,
    pub line: Option<u64>,
    pub encoding: &'static str,
    pub runs: Vec<Run>,
}

/// See [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub at: usize,
    pub byte: u64,
}

/// Why some input was not read: what, where, why, and what helps.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize)]
#[error("{origin}{}: {reason}; {remedy}", line.map(|l| format!(":{l}")).or(byte.map(|b| format!(" at byte {b}"))).unwrap_or_default())]
pub struct Refusal {
    pub origin: String,
    pub line: Option<u64>,
    pub byte: Option<u64>,
    pub reason: String,
    pub remedy: String,
}
