//! What documents are in these bytes? Encodings, HTML, JSONL, metadata, and a map back to the source.
//!
//! Knows nothing of languages or of the graph. What can't be read becomes a [`Refusal`]; everything else goes on.
//!
//! [`Sources`] goes through files, folders and standard input and hands out [`RawDocument`]s one by one, whatever the
//! size of the input. They are cheap to make and [`RawDocument::parse`] does the work, on whichever thread it is called:
//!
//! ```
//! # let folder = std::env::temp_dir().join("jingwei-read-example");
//! # std::fs::create_dir_all(&folder)?;
//! # std::fs::write(folder.join("a.txt"), "騰訊升6%\n\n騰訊今日升6%。")?;
//! use jingwei::read::{Options, Sources};
//!
//! for raw in Sources::open([&folder], Options::default()) {
//!     match raw.and_then(|raw| raw.parse()) {
//!         Ok(document) => println!("{}: {}", document.id, document.title),
//!         Err(refusal) => eprintln!("{refusal}"),
//!     }
//! }
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! | file | what |
//! |---|---|
//! | `walk.rs`, `open.rs` | which files, in which format, compressed how |
//! | `again.rs` | what was refused and is to be tried again |
//! | `encoding.rs` | which encoding, and the way back from characters to bytes |
//! | `txt.rs`, `markdown.rs`, `page.rs`, `jsonl.rs` | one format each |
//! | `html.rs`, `flow.rs`, `plain.rs` | markup to running text |
//! | `hidden.rs` | what readers don't see |
//! | `metadata.rs` | fields that come with a document |
//! | `traced.rs`, `source_map.rs` | where each character came from |

mod again;
mod encoding;
mod flow;
mod hidden;
mod html;
mod jsonl;
mod markdown;
mod metadata;
mod open;
mod page;
mod plain;
mod source_map;
mod traced;
mod txt;
mod walk;

pub use again::Refused;
pub use encoding::encoding_for;
pub use hidden::Hidden;
pub use source_map::{Run, SourceMap};
pub use walk::{Batches, Options, RawDocument, Sources};

use jiff::civil;
use metadata::Metadata;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::BufRead;
use std::path::Path;

/// One article as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// As given. Without an id: the URL; else, for a file, its path below the folder that was named (its name if the file
    /// itself was named) without `.gz` or `.zst`; else, for a line, the beginning of its fingerprint. So an id depends
    /// neither on where the folder lies nor on the order of lines.
    pub id: String,
    pub url: Option<String>,
    /// One line; may be empty.
    pub title: String,
    /// Day of publication; relative dates of the text are resolved against it.
    pub published: Option<civil::Date>,
    pub publisher: Option<String>,
    /// BCP 47, as given (`zh-Hant-HK`); `None` lets the text room guess.
    pub language: Option<String>,
    /// Title, newline, body. Every offset of the output counts code points of this.
    pub text: String,
    /// SHA-256 over `text`, the metadata above and `given`, in hex: equal documents have equal fingerprints, whatever file,
    /// format or encoding they came from.
    pub sha256: String,
    /// Mentions that the input brought itself; then these are used and none is added.
    pub given: Option<Vec<GivenMention>>,
    pub source: SourceMap,
    /// What of the source is not in `text` because nobody sees it. Not part of the fingerprint.
    pub hidden: Hidden,
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

/// What is in a file that may be compressed, by its name (`.gz`, `.zst`). `input` gives its bytes.
///
/// # Errors
/// An error of what unpacks it.
pub fn unpacked(path: &Path, input: impl BufRead + Send + 'static) -> std::io::Result<Box<dyn BufRead + Send>> {
    open::decompressed(input, open::without_compression(path).1)
}

/// Why some input was not read: what, where, why, and what helps.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("{}{}: {}; {remedy}", on_one_line(origin), line.map(|l| format!(":{l}")).or(byte.map(|b| format!(" at byte {b}"))).unwrap_or_default(), on_one_line(reason))]
pub struct Refusal {
    /// Path as the user gave it, or `-`.
    pub origin: String,
    /// Line of the file, from 1.
    pub line: Option<u64>,
    /// Byte of the file, after decompression.
    pub byte: Option<u64>,
    pub reason: String,
    pub remedy: String,
}

/// `text` with escapes for what would break a line or have a terminal do something: names of files may hold anything.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || c == '\t' || plain::invisible(c) || plain::breaks_line(c) {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

impl Document {
    /// A document made in memory, from plain text (markup is not undone). Line ends become `\n`, invisible characters are
    /// left out, and line breaks in the title become spaces.
    pub fn from_text(id: impl Into<String>, title: &str, body: &str, published: Option<civil::Date>) -> Document {
        let title = plain::clean(title, false).text.replace(['\n', '\t'], " ");
        let metadata = Metadata {
            id: Some(id.into()),
            published,
            ..Metadata::default()
        };
        Document::assemble(
            metadata,
            &title,
            &plain::clean(body, false).text,
            None,
            SourceMap::default(),
        )
    }

    /// A document that is one JSON object, with the fields of a line of `.jsonl`.
    ///
    /// # Errors
    /// [`Refusal`] as of line 1 of a file called `-`.
    pub fn from_json(object: &[u8]) -> Result<Document, Refusal> {
        let place = jsonl::Place {
            origin: "-",
            line: 1,
            offset: 0,
        };
        jsonl::parse(object, &place, Some(encoding_rs::UTF_8), None)
    }

    /// The same with a publisher.
    #[must_use]
    pub fn with_publisher(mut self, publisher: impl Into<String>) -> Document {
        self.publisher = Some(publisher.into());
        self.fingerprinted()
    }

    /// The same with a language (BCP 47).
    #[must_use]
    pub fn with_language(mut self, language: impl Into<String>) -> Document {
        self.language = Some(language.into());
        self.fingerprinted()
    }

    /// The same with the address it was published at.
    #[must_use]
    pub fn with_url(mut self, url: impl Into<String>) -> Document {
        self.url = Some(url.into());
        self.fingerprinted()
    }

    /// The same with mentions, whose offsets count code points of [`Document::text`].
    #[must_use]
    pub fn with_mentions(mut self, mentions: Vec<GivenMention>) -> Document {
        self.given = Some(mentions);
        self.fingerprinted()
    }

    /// The bytes of the source that code points `range` of the text came from; see [`SourceMap::bytes_of`].
    pub fn source_bytes(&self, range: std::ops::Range<usize>) -> Option<std::ops::Range<u64>> {
        self.source.bytes_of(&self.text, range)
    }

    /// Puts a document together; `metadata.id` may be absent.
    fn assemble(
        metadata: Metadata,
        title: &str,
        body: &str,
        given: Option<Vec<GivenMention>>,
        source: SourceMap,
    ) -> Document {
        let mut document = Document {
            id: metadata.id.or_else(|| metadata.url.clone()).unwrap_or_default(),
            url: metadata.url,
            title: title.to_owned(),
            published: metadata.published,
            publisher: metadata.publisher,
            language: metadata.language,
            text: [title, "\n", body].concat(),
            sha256: String::new(),
            given,
            source,
            hidden: Hidden::default(),
        }
        .fingerprinted();
        if document.id.is_empty() {
            document.id = format!("sha256-{}", &document.sha256[..16]);
            document = document.fingerprinted();
        }
        document
    }

    fn fingerprinted(mut self) -> Document {
        let mut hash = Sha256::new();
        // Each field with its length before it, so that no two documents run together to the same bytes.
        let mut field = |value: Option<&str>| match value {
            None => hash.update([0]),
            Some(value) => {
                hash.update([1]);
                hash.update((value.len() as u64).to_le_bytes());
                hash.update(value);
            }
        };
        field(Some(&self.id));
        field(self.url.as_deref());
        field(Some(&self.title));
        field(self.published.map(|p| p.to_string()).as_deref());
        field(self.publisher.as_deref());
        field(self.language.as_deref());
        field(Some(&self.text));
        for mention in self.given.iter().flatten() {
            field(Some(&format!("{}..{}", mention.start, mention.end)));
            field(mention.kind.as_deref());
            field(mention.entity.as_deref());
        }
        // Given but empty is not the same as not given.
        field(self.given.as_ref().map(|_| "mentions"));
        let mut hex = String::with_capacity(64);
        for byte in hash.finalize() {
            let _ = write!(hex, "{byte:02x}");
        }
        self.sha256 = hex;
        self
    }
}
