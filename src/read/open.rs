//! Which format a file is in, and its bytes whether compressed or not.

use super::Refusal;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Text,
    Markdown,
    Page,
    Lines,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
}

/// Format and compression by the file's name, in any case; `None` if it is no name of a document.
pub(super) fn format_of(path: &Path) -> Option<(Format, Compression)> {
    let (inner, compression) = without_compression(path);
    let format = match extension(&inner)?.as_str() {
        "txt" => Format::Text,
        "md" | "markdown" => Format::Markdown,
        "html" | "htm" => Format::Page,
        "jsonl" | "ndjson" => Format::Lines,
        _ => return None,
    };
    Some((format, compression))
}

/// The name without `.gz` or `.zst`.
pub(super) fn without_compression(path: &Path) -> (PathBuf, Compression) {
    match extension(path).as_deref() {
        Some("gz") => (path.with_extension(""), Compression::Gzip),
        Some("zst") => (path.with_extension(""), Compression::Zstd),
        _ => (path.to_owned(), Compression::None),
    }
}

fn extension(path: &Path) -> Option<String> {
    path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase)
}

/// The sidecar of a file: `NAME.meta.json` beside `NAME.txt`, `NAME.html`, `NAME.txt.gz` and so on.
pub(super) fn sidecar_of(path: &Path) -> PathBuf {
    without_compression(path).0.with_extension("meta.json")
}

/// Whether the name is that of a sidecar.
pub(super) fn is_sidecar(path: &Path) -> bool {
    path.file_name()
        .and_then(OsStr::to_str)
        .is_some_and(|name| name.to_ascii_lowercase().ends_with(".meta.json"))
}

/// The decompressed bytes of `path`, as they come.
pub(super) fn open(path: &Path, compression: Compression) -> io::Result<Box<dyn BufRead + Send>> {
    decompressed(BufReader::with_capacity(1 << 16, File::open(path)?), compression)
}

/// The same, adding what is read of the file to `count`.
pub(super) fn open_counted(
    path: &Path,
    compression: Compression,
    count: Arc<AtomicU64>,
) -> io::Result<Box<dyn BufRead + Send>> {
    let file = Counted {
        file: File::open(path)?,
        count,
    };
    decompressed(BufReader::with_capacity(1 << 16, file), compression)
}

struct Counted {
    file: File,
    count: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.count.fetch_add(read as u64, Relaxed);
        Ok(read)
    }
}

/// `input` decompressed.
pub(super) fn decompressed(
    input: impl BufRead + Send + 'static,
    compression: Compression,
) -> io::Result<Box<dyn BufRead + Send>> {
    Ok(match compression {
        Compression::None => Box::new(input),
        Compression::Gzip => Box::new(BufReader::with_capacity(
            1 << 16,
            flate2::bufread::MultiGzDecoder::new(input),
        )),
        Compression::Zstd => Box::new(BufReader::with_capacity(
            1 << 16,
            zstd::stream::read::Decoder::with_buffer(input)?,
        )),
    })
}

/// The compression that the first bytes of a stream show.
pub(super) fn compression_of(first: &[u8]) -> Compression {
    match first {
        [0x1F, 0x8B, ..] => Compression::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Compression::Zstd,
        _ => Compression::None,
    }
}

/// All bytes of a file, at most `limit`.
pub(super) fn read(path: &Path, compression: Compression, limit: usize) -> Result<Vec<u8>, Refusal> {
    read_all(&path.display().to_string(), open(path, compression), compression, limit)
}

/// All bytes of `input`, at most `limit`; `origin` names it in refusals.
pub(super) fn read_all(
    origin: &str,
    input: io::Result<Box<dyn BufRead + Send>>,
    compression: Compression,
    limit: usize,
) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let refuse = |read: usize, error: &io::Error| unreadable(origin, read as u64, compression, error);
    let mut reader = input.map_err(|e| refuse(0, &e))?.take(limit as u64 + 1);
    if let Err(error) = reader.read_to_end(&mut bytes) {
        return Err(refuse(bytes.len(), &error));
    }
    let refusal = |byte: Option<u64>, reason: String, remedy: &str| Refusal {
        origin: origin.to_owned(),
        line: None,
        byte,
        reason,
        remedy: remedy.into(),
    };
    if bytes.len() > limit {
        let reason = format!("the document is longer than {limit} bytes");
        return Err(refusal(Some(limit as u64), reason, "split it, or leave it out"));
    }
    if bytes.is_empty() {
        return Err(refusal(
            None,
            "the file is empty".into(),
            "leave it out, or fetch it again",
        ));
    }
    Ok(bytes)
}

/// A refusal for an error of the file system or of decompression after `read` good bytes.
pub(super) fn unreadable(origin: &str, read: u64, compression: Compression, error: &io::Error) -> Refusal {
    let damaged = compression != Compression::None && error.raw_os_error().is_none();
    let (reason, remedy) = match error.kind() {
        ErrorKind::NotFound => ("there is no such file".to_owned(), "check the path"),
        ErrorKind::PermissionDenied => ("it may not be read".to_owned(), "grant permission to read it"),
        ErrorKind::UnexpectedEof if damaged => (
            format!("the compressed data is cut off after {read} bytes of content"),
            "fetch or compress the file again",
        ),
        _ if damaged => (
            format!("the compressed data is damaged: {error}"),
            "fetch or compress the file again",
        ),
        _ => (format!("it can't be read: {error}"), "check the file and the disk"),
    };
    Refusal {
        origin: origin.to_owned(),
        line: None,
        byte: damaged.then_some(read),
        reason,
        remedy: remedy.to_owned(),
    }
}
