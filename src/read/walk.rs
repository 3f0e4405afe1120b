//! Goes through what the user names and hands out documents one by one.

use super::encoding;
use super::jsonl::{self, Place};
use super::metadata::Metadata;
use super::open::{self, Compression, Format};
use super::{Document, Refusal, Refused, markdown, page, txt};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::collections::{HashSet, VecDeque};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use walkdir::WalkDir;

/// How to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The encoding of all inputs; `None` detects it for each. See [`super::encoding_for`].
    pub encoding: Option<&'static Encoding>,
    /// Longest document, or line of JSONL, in bytes after decompression; at most 4 GB.
    pub max_bytes: usize,
    /// Every file holds lines of JSON, whatever it is called but for `.gz` and `.zst`, as the parts that a cluster writes.
    /// Files whose name begins with `_` are passed over.
    pub all_lines: bool,
}

impl Options {
    /// What a file holds, by its name; `None` where it is no document.
    fn format_of(&self, path: &Path) -> Option<(Format, Compression)> {
        if !self.all_lines {
            return open::format_of(path);
        }
        let marker = path.file_name()?.as_encoded_bytes().starts_with(b"_");
        (!marker).then(|| (Format::Lines, open::without_compression(path).1))
    }
}

impl Default for Options {
    fn default() -> Self {
        Options {
            encoding: None,
            max_bytes: 64 << 20,
            all_lines: false,
        }
    }
}

/// The documents of files, folders and streams, in the order in which they were named; folders are walked in the order
/// of names. Hidden files and files that are no documents are passed over in folders, and refused when named.
///
/// Holds one line, or the path of one file, at a time.
pub struct Sources {
    inputs: VecDeque<Input>,
    folder: Option<Folder>,
    lines: Option<Lines>,
    again: Option<Again>,
    consumed: Arc<AtomicU64>,
    options: Options,
}

enum Input {
    Path(PathBuf),
    Stream(String, Box<dyn Read + Send>),
    /// A file of [`Refused`].
    Again(PathBuf),
}

/// A file of [`Refused`] that is being read.
struct Again {
    origin: String,
    reader: Box<dyn BufRead + Send>,
    line: u64,
    /// Files that were read again already: many of their lines may have been refused.
    done: HashSet<String>,
}

struct Folder {
    root: PathBuf,
    entries: walkdir::IntoIter,
}

impl Folder {
    /// Whether what the link leads to is in the folder, or the folder in it: then its documents would be read twice,
    /// under two ids.
    fn reaches(&self, link: &Path) -> bool {
        match (std::fs::canonicalize(&self.root), std::fs::canonicalize(link)) {
            (Ok(root), Ok(target)) => target.starts_with(&root) || root.starts_with(&target),
            _ => false,
        }
    }
}

/// A document that was found but not yet read; see [`RawDocument::parse`].
#[derive(Debug)]
pub struct RawDocument {
    origin: String,
    pub(super) content: Content,
    options: Options,
}

#[derive(Debug)]
pub(super) enum Content {
    File {
        path: PathBuf,
        id: String,
        format: Format,
        compression: Compression,
        size: u64,
    },
    Bytes {
        id: String,
        format: Format,
        compression: Compression,
        bytes: Vec<u8>,
    },
    Line {
        bytes: Vec<u8>,
        line: u64,
        offset: u64,
        likely: Option<&'static Encoding>,
    },
}

impl Sources {
    /// Documents of `paths`: files, folders, and `-` for JSONL on standard input. Nothing is opened yet.
    pub fn open<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>, options: Options) -> Sources {
        let inputs = paths
            .into_iter()
            .map(|path| match path.into() {
                path if path == Path::new("-") => Input::Stream("-".into(), Box::new(std::io::stdin())),
                path => Input::Path(path),
            })
            .collect();
        // Source maps count in 32 bits.
        let max_bytes = options.max_bytes.min(u32::MAX as usize - 1);
        Sources {
            inputs,
            folder: None,
            lines: None,
            again: None,
            consumed: Arc::default(),
            options: Options { max_bytes, ..options },
        }
    }

    /// Documents of a stream of JSONL, which may be compressed; `origin` names it in refusals.
    pub fn lines(origin: impl Into<String>, stream: impl Read + Send + 'static, options: Options) -> Sources {
        let mut sources = Sources::open(Vec::<PathBuf>::new(), options);
        sources.inputs.push_back(Input::Stream(origin.into(), Box::new(stream)));
        sources
    }

    /// How many bytes of files were read or handed out so far, as they are on disk; goes up as the sources are gone through.
    pub fn consumed(&self) -> Arc<AtomicU64> {
        self.consumed.clone()
    }

    /// How many that will be for `paths` in all. `None` if one of them is standard input.
    pub fn size_of(paths: &[PathBuf]) -> Option<u64> {
        let mut size = 0;
        for path in paths {
            if path == Path::new("-") {
                return None;
            }
            let folder = path.is_dir();
            for entry in walk(path).into_iter().filter_entry(|e| !is_hidden(e)).flatten() {
                if entry.file_type().is_file() && (!folder || open::format_of(entry.path()).is_some()) {
                    size += entry.metadata().map_or(0, |m| m.len());
                }
            }
        }
        Some(size)
    }

    /// After what was named, what was refused before and stands in `file`, one [`Refused`] a line.
    #[must_use]
    pub fn again(mut self, file: impl Into<PathBuf>) -> Sources {
        self.inputs.push_back(Input::Again(file.into()));
        self
    }

    /// The documents, read on this thread.
    pub fn documents(self) -> impl Iterator<Item = Result<Document, Refusal>> {
        self.map(|raw| raw.and_then(RawDocument::parse))
    }

    /// Documents by the batch, for work in parallel: a batch ends with `documents` of them, or when their sources have
    /// `bytes` bytes, whichever comes first. Order is kept.
    pub fn batches(self, documents: usize, bytes: u64) -> Batches {
        Batches {
            sources: self,
            documents: documents.max(1),
            bytes,
        }
    }

    fn file(&self, path: PathBuf, id: String) -> Option<Result<RawDocument, Refusal>> {
        let (format, compression) = self.options.format_of(&path)?;
        let origin = path.display().to_string();
        let size = std::fs::metadata(&path).map_or(0, |m| m.len());
        self.consumed.fetch_add(size, Relaxed);
        let content = Content::File {
            path,
            id,
            format,
            compression,
            size,
        };
        Some(Ok(RawDocument {
            origin,
            content,
            options: self.options.clone(),
        }))
    }

    /// Opens a file of JSONL, so that its lines come next; other files are handed out.
    fn start_file(&mut self, path: PathBuf, id: String) -> Option<Result<RawDocument, Refusal>> {
        let (format, compression) = self.options.format_of(&path)?;
        if format != Format::Lines {
            return self.file(path, id);
        }
        let origin = path.display().to_string();
        match open::open_counted(&path, compression, self.consumed.clone()) {
            Ok(reader) => {
                self.lines = Some(Lines::new(origin, reader, compression, &self.options));
                None
            }
            Err(error) => Some(Err(open::unreadable(&origin, 0, compression, &error))),
        }
    }

    fn start_input(&mut self, input: Input) -> Option<Result<RawDocument, Refusal>> {
        let path = match input {
            Input::Stream(origin, stream) => {
                let mut stream = BufReader::with_capacity(1 << 16, stream);
                let started = stream.fill_buf().map(open::compression_of);
                let opened = started.and_then(|c| Ok((open::decompressed(stream, c)?, c)));
                return match opened {
                    Ok((reader, compression)) => {
                        self.lines = Some(Lines::new(origin, reader, compression, &self.options));
                        None
                    }
                    Err(error) => Some(Err(open::unreadable(&origin, 0, Compression::None, &error))),
                };
            }
            Input::Again(path) => {
                let origin = path.display().to_string();
                let compression = open::without_compression(&path).1;
                return match open::open(&path, compression) {
                    Ok(reader) => {
                        self.again = Some(Again {
                            origin,
                            reader,
                            line: 0,
                            done: HashSet::new(),
                        });
                        None
                    }
                    Err(error) => Some(Err(open::unreadable(&origin, 0, compression, &error))),
                };
            }
            Input::Path(path) => path,
        };
        let origin = path.display().to_string();
        match std::fs::metadata(&path) {
            Err(error) => Some(Err(open::unreadable(&origin, 0, Compression::None, &error))),
            Ok(metadata) if metadata.is_dir() => {
                let entries = walk(&path).into_iter();
                self.folder = Some(Folder { root: path, entries });
                None
            }
            // Named along with the file it belongs to, as `*` does.
            Ok(_) if open::is_sidecar(&path) => {
                tracing::debug!(path = %origin, "a sidecar, read with its text");
                None
            }
            Ok(_) if self.options.format_of(&path).is_none() => Some(Err(Refusal {
                origin,
                line: None,
                byte: None,
                reason: "the name does not tell what is in the file".into(),
                remedy: "name it .txt, .md, .html, .htm, .jsonl or .ndjson, and .gz or .zst after that if compressed"
                    .into(),
            })),
            Ok(_) => {
                let id = path.file_name().map(PathBuf::from).unwrap_or_default();
                self.start_file(path, id_of(&id))
            }
        }
    }

    fn next_in_folder(&mut self) -> Option<Result<RawDocument, Refusal>> {
        let folder = self.folder.as_mut()?;
        let Some(entry) = folder.entries.next() else {
            self.folder = None;
            return None;
        };
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let origin = error.path().unwrap_or(&folder.root).display().to_string();
                if error.loop_ancestor().is_some() {
                    tracing::debug!(path = %origin, "a link to a folder it is in; not followed");
                    return None;
                }
                let error = error
                    .into_io_error()
                    .unwrap_or_else(|| std::io::Error::other("not a folder"));
                return Some(Err(open::unreadable(&origin, 0, Compression::None, &error)));
            }
        };
        if is_hidden(&entry) {
            tracing::debug!(path = %entry.path().display(), "hidden; passed over");
            if entry.file_type().is_dir() {
                folder.entries.skip_current_dir();
            }
            return None;
        }
        if entry.file_type().is_dir() {
            if entry.depth() > 0 && entry.path_is_symlink() && folder.reaches(entry.path()) {
                tracing::debug!(path = %entry.path().display(), "a link to what is walked anyway; not followed");
                folder.entries.skip_current_dir();
            }
            return None;
        }
        if !entry.file_type().is_file() || self.options.format_of(entry.path()).is_none() {
            tracing::debug!(path = %entry.path().display(), "no document; passed over");
            return None;
        }
        let below = entry.path().strip_prefix(&folder.root).unwrap_or(entry.path());
        let id = id_of(below);
        self.start_file(entry.into_path(), id)
    }
}

impl Sources {
    fn next_again(&mut self) -> Option<Result<RawDocument, Refusal>> {
        let again = self.again.as_mut()?;
        again.line += 1;
        let (origin, number) = (again.origin.clone(), again.line);
        let refuse = move |reason: String| Refusal {
            origin,
            line: Some(number),
            byte: None,
            reason,
            remedy: "give the file as --refused wrote it".into(),
        };
        let mut line = String::new();
        let read = match again.reader.read_line(&mut line) {
            Ok(0) => {
                self.again = None;
                return None;
            }
            Ok(_) if line.trim().is_empty() => return None,
            Ok(_) => serde_json::from_str::<Refused>(&line).map_err(|e| format!("this is no refusal: {e}")),
            Err(error) => {
                self.again = None;
                return Some(Err(refuse(format!("it can't be read: {error}"))));
            }
        };
        let found = read.and_then(|refused| Ok((refused.line()?, refused)));
        let (content, refused) = match found {
            Ok(found) => found,
            Err(reason) => return Some(Err(refuse(reason))),
        };
        let origin = refused.refusal.origin.clone();
        if let Some(content) = content {
            return Some(Ok(RawDocument {
                origin,
                content,
                options: self.options.clone(),
            }));
        }
        // A stream that was cut off can't be read again from here.
        if origin == "-" {
            return Some(Err(refused.refusal));
        }
        if !again.done.insert(origin.clone()) {
            return None;
        }
        let path = PathBuf::from(origin);
        match refused.id() {
            Some(id) if path.is_file() && open::format_of(&path).is_some() => self.start_file(path, id.to_owned()),
            _ => self.start_input(Input::Path(path)),
        }
    }
}

/// Everything below `path` by name. Links are followed; walkdir reports those that lead back to a folder they are in.
fn walk(path: &Path) -> WalkDir {
    WalkDir::new(path).follow_links(true).sort_by_file_name()
}

fn is_hidden(entry: &walkdir::DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// A path as an id: parts joined by `/` on every system, without the extension of compression.
fn id_of(path: &Path) -> String {
    let (path, _) = open::without_compression(path);
    path.components()
        .map(|c| c.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

impl Iterator for Sources {
    type Item = Result<RawDocument, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(lines) = &mut self.lines {
                match lines.next() {
                    Some(found) => return Some(found),
                    None => self.lines = None,
                }
            }
            if self.folder.is_some() {
                match self.next_in_folder() {
                    Some(found) => return Some(found),
                    None => continue,
                }
            }
            if self.again.is_some() {
                match self.next_again() {
                    Some(found) => return Some(found),
                    None => continue,
                }
            }
            let input = self.inputs.pop_front()?;
            if let Some(found) = self.start_input(input) {
                return Some(found);
            }
        }
    }
}

/// See [`Sources::batches`].
pub struct Batches {
    sources: Sources,
    documents: usize,
    bytes: u64,
}

impl Iterator for Batches {
    type Item = Vec<Result<RawDocument, Refusal>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        while batch.len() < self.documents && bytes < self.bytes.max(1) {
            let Some(found) = self.sources.next() else {
                break;
            };
            bytes += found.as_ref().map_or(0, RawDocument::size);
            batch.push(found);
        }
        (!batch.is_empty()).then_some(batch)
    }
}

impl RawDocument {
    /// A document in memory, with the content of a file called `name`, which tells format and compression and is the id
    /// of a document that has no other. `None` where the name is not that of a document, and for lines, which
    /// [`Sources::lines`] reads.
    pub fn from_bytes(name: impl Into<String>, bytes: impl Into<Vec<u8>>, options: Options) -> Option<RawDocument> {
        let origin = name.into();
        let (format, compression) = open::format_of(Path::new(&origin)).filter(|(f, _)| *f != Format::Lines)?;
        Some(RawDocument {
            content: Content::Bytes {
                id: id_of(Path::new(&origin)),
                format,
                compression,
                bytes: bytes.into(),
            },
            origin,
            options,
        })
    }

    /// Path of the file it is in, `-` for standard input.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Line of the file, from 1, for JSONL.
    pub fn line(&self) -> Option<u64> {
        match self.content {
            Content::File { .. } | Content::Bytes { .. } => None,
            Content::Line { line, .. } => Some(line),
        }
    }

    /// `refusal`, which is of this document, with what it takes to try again.
    pub fn refused(&self, refusal: Refusal) -> Refused {
        Refused::new(self, refusal)
    }

    /// Bytes of the line, or of the file as it is on disk.
    pub fn size(&self) -> u64 {
        match &self.content {
            Content::File { size, .. } => *size,
            Content::Bytes { bytes, .. } | Content::Line { bytes, .. } => bytes.len() as u64,
        }
    }

    /// What a line of JSON holds where it is no document, but something that a program wrote in a shape of its own.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]: no line of a file of JSON lines, or another shape.
    pub fn object<T: serde::de::DeserializeOwned>(&self, shape: &str) -> Result<T, Refusal> {
        let Content::Line {
            bytes, line, offset, ..
        } = &self.content
        else {
            return Err(Refusal {
                origin: self.origin.clone(),
                line: None,
                byte: None,
                reason: "the file holds no lines of JSON".into(),
                remedy: format!("give {shape}"),
            });
        };
        let place = Place {
            origin: &self.origin,
            line: *line,
            offset: *offset,
        };
        serde_json::from_slice(bytes).map_err(|error| {
            let byte = error.column().saturating_sub(1) as u64;
            let reason = error.to_string();
            let reason = reason.split(" at line ").next().unwrap_or_default();
            place.refuse(Some(byte), reason, format!("give {shape}"))
        })
    }

    /// As [`RawDocument::read`].
    ///
    /// # Errors
    /// As there.
    pub fn parse(self) -> Result<Document, Refusal> {
        self.read()
    }

    /// Reads, decompresses, decodes and takes apart.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] that says what is wrong where: unreadable file, unknown or broken encoding, damaged compression, wrong
    /// shape, nothing in it.
    pub fn read(&self) -> Result<Document, Refusal> {
        let (origin, options) = (&*self.origin, &self.options);
        let (bytes, format, id, path) = match &self.content {
            Content::Line {
                bytes,
                line,
                offset,
                likely,
            } => {
                let place = Place {
                    origin,
                    line: *line,
                    offset: *offset,
                };
                return jsonl::parse(bytes, &place, options.encoding, *likely);
            }
            Content::File {
                path,
                id,
                format,
                compression,
                ..
            } => {
                let bytes = open::read(path, *compression, options.max_bytes)?;
                (bytes, *format, id, Some(path))
            }
            Content::Bytes {
                id,
                format,
                compression,
                bytes,
            } => {
                let input = open::decompressed(std::io::Cursor::new(bytes.clone()), *compression);
                let bytes = open::read_all(origin, input, *compression, options.max_bytes)?;
                (bytes, *format, id, None)
            }
        };
        let beside = path.map(|path| sidecar(path)).transpose()?.unwrap_or_default();
        let mut document = parse_file(origin, beside, &bytes, format, options, id.clone())?;
        document.source.origin = origin.to_owned();
        Ok(document)
    }
}

fn parse_file(
    origin: &str,
    beside: Metadata,
    bytes: &[u8],
    format: Format,
    options: &Options,
    id: String,
) -> Result<Document, Refusal> {
    let refuse = |byte: Option<u64>, reason: String, remedy: &str| Refusal {
        origin: origin.to_owned(),
        line: None,
        byte,
        reason,
        remedy: remedy.to_owned(),
    };
    let undecodable = |e: encoding::Undecodable| refuse(Some(e.byte), e.reason, &e.remedy);
    let encoding = match options.encoding {
        Some(encoding) => encoding,
        None => {
            let declared = if format == Format::Page {
                page::declared_encoding(bytes)
            } else {
                None
            };
            encoding::detect(bytes, declared).map_err(undecodable)?
        }
    };
    let decoded = encoding::decode(bytes, encoding).map_err(undecodable)?;
    if let Some(nul) = decoded.text.find('\0') {
        let byte = decoded.cursor().byte_at(nul);
        let remedy = "convert it to text first, or name its encoding";
        return Err(refuse(
            Some(byte as u64),
            "there is a NUL byte, so this is not a text file".into(),
            remedy,
        ));
    }
    let document = match format {
        Format::Text => txt::parse(&decoded, with_id(beside, id)),
        Format::Markdown => {
            let parsed = markdown::parse(&decoded, |metadata| with_id(beside.over(metadata), id));
            parsed.map_err(|reason| refuse(None, reason, "correct the front matter at the head of the file"))?
        }
        Format::Page => page::parse(&decoded, |metadata| {
            // The title is part of the text, so it is the page's own.
            let title = metadata.title.clone();
            let metadata = beside.over(metadata);
            with_id(Metadata { title, ..metadata }, id)
        }),
        // Lines are handed out one by one and never come here as a file.
        Format::Lines => None,
    };
    let mut document = document.ok_or_else(|| {
        refuse(
            None,
            "there is no text in the file".into(),
            "leave it out, or fetch it again",
        )
    })?;
    document.hidden.add_tags_of(&decoded.text);
    Ok(document)
}

fn with_id(metadata: Metadata, id: String) -> Metadata {
    let id = metadata.id.clone().or_else(|| metadata.url.clone()).unwrap_or(id);
    Metadata {
        id: Some(id),
        ..metadata
    }
}

/// The fields beside a file, or none if there is no sidecar.
fn sidecar(path: &Path) -> Result<Metadata, Refusal> {
    let beside = open::sidecar_of(path);
    if !beside.is_file() {
        return Ok(Metadata::default());
    }
    let refuse = |byte: Option<u64>, reason: String| Refusal {
        origin: beside.display().to_string(),
        line: None,
        byte,
        reason,
        remedy: format!("correct or remove this sidecar of {}", path.display()),
    };
    let bytes = open::read(&beside, Compression::None, 1 << 20)?;
    let undecodable = |e: encoding::Undecodable| refuse(Some(e.byte), e.reason);
    let encoding = encoding::detect(&bytes, None).map_err(undecodable)?;
    let decoded = encoding::decode(&bytes, encoding).map_err(undecodable)?;
    match serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&decoded.text) {
        Ok(fields) => Metadata::from_fields(&fields).map_err(|reason| refuse(None, reason)),
        Err(error) => Err(refuse(None, format!("it is not a JSON object: {error}"))),
    }
}

/// The lines of a JSONL stream, as they come.
struct Lines {
    origin: String,
    reader: Box<dyn BufRead + Send>,
    compression: Compression,
    options: Options,
    line: u64,
    offset: u64,
    /// What the beginning of the stream looks like, unless UTF-8.
    likely: Option<&'static Encoding>,
    begun: bool,
    found_any: bool,
    ended: bool,
}

/// How a line ended.
enum End {
    Newline,
    TooLong,
    OfInput,
    Broken(std::io::Error),
}

impl Lines {
    fn new(origin: String, reader: Box<dyn BufRead + Send>, compression: Compression, options: &Options) -> Lines {
        let options = options.clone();
        Lines {
            origin,
            reader,
            compression,
            options,
            line: 0,
            offset: 0,
            likely: None,
            begun: false,
            found_any: false,
            ended: false,
        }
    }

    /// Looks at what the stream begins with: line ends of UTF-16 are two bytes, and a short line alone may not show in
    /// which encoding it is.
    fn begin(&mut self) {
        self.begun = true;
        let forced = self.options.encoding;
        let Ok(head) = self.reader.fill_buf() else {
            return;
        };
        self.likely = match Encoding::for_bom(head) {
            Some((encoding, _)) => Some(encoding),
            None if head.starts_with(b"{\0") => Some(UTF_16LE),
            None if head.starts_with(b"\0{") => Some(UTF_16BE),
            None => match std::str::from_utf8(head) {
                Ok(_) => None,
                Err(error) if error.error_len().is_none() => None,
                Err(_) => Some(encoding::guess(head)).filter(|e| [encoding_rs::GB18030, encoding_rs::BIG5].contains(e)),
            },
        };
        self.likely = forced.or(self.likely).filter(|e| *e != UTF_8);
    }

    /// Appends the next line to `line`, without its end.
    fn read_line(&mut self, line: &mut Vec<u8>) -> End {
        let little = self.likely == Some(UTF_16LE);
        let big = self.likely == Some(UTF_16BE);
        let (mut length, mut too_long) = (0usize, false);
        let mut last = 0u8;
        loop {
            let buffer = match self.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return End::Broken(error),
            };
            if buffer.is_empty() {
                return if too_long { End::TooLong } else { End::OfInput };
            }
            let newline = if little || big {
                buffer.iter().enumerate().position(|(i, b)| {
                    let before = if i == 0 { last } else { buffer[i - 1] };
                    let second = (length + i) % 2 == 1;
                    second
                        && if little {
                            (before, *b) == (b'\n', 0)
                        } else {
                            (before, *b) == (0, b'\n')
                        }
                })
            } else {
                buffer.iter().position(|b| *b == b'\n')
            };
            let taken = newline.map_or(buffer.len(), |i| i + 1);
            last = buffer[taken - 1];
            length += taken;
            if length > self.options.max_bytes + 2 {
                too_long = true;
                line.clear();
            } else {
                line.extend_from_slice(&buffer[..taken]);
            }
            self.reader.consume(taken);
            self.offset += taken as u64;
            if newline.is_some() {
                line.truncate(line.len().saturating_sub(if little || big { 2 } else { 1 }));
                return if too_long { End::TooLong } else { End::Newline };
            }
        }
    }

    fn next(&mut self) -> Option<Result<RawDocument, Refusal>> {
        if !self.begun {
            self.begin();
        }
        while !self.ended {
            let mut bytes = Vec::new();
            let offset = self.offset;
            self.line += 1;
            let place = |origin: &str, line| Place { origin, line, offset }.refuse(None, "", "");
            match self.read_line(&mut bytes) {
                End::Newline => {}
                End::OfInput => self.ended = true,
                End::TooLong => {
                    self.found_any = true;
                    return Some(Err(Refusal {
                        reason: format!("the line is longer than {} bytes", self.options.max_bytes),
                        remedy: "split the document, or leave it out".into(),
                        byte: Some(offset),
                        ..place(&self.origin, self.line)
                    }));
                }
                End::Broken(error) => {
                    self.ended = true;
                    let refusal = open::unreadable(&self.origin, self.offset, self.compression, &error);
                    return Some(Err(Refusal {
                        line: Some(self.line),
                        byte: Some(self.offset),
                        ..refusal
                    }));
                }
            }
            if self.likely.is_none() && bytes.starts_with(b"\xEF\xBB\xBF") && self.line == 1 && bytes.len() == 3 {
                continue;
            }
            if blank(&bytes) {
                continue;
            }
            self.found_any = true;
            let content = Content::Line {
                bytes,
                line: self.line,
                offset,
                likely: self.likely,
            };
            return Some(Ok(RawDocument {
                origin: self.origin.clone(),
                content,
                options: self.options.clone(),
            }));
        }
        if !self.found_any {
            self.found_any = true;
            return Some(Err(Refusal {
                origin: self.origin.clone(),
                line: None,
                byte: None,
                reason: "there is no document in it".into(),
                remedy: "leave it out, or write one JSON object a line".into(),
            }));
        }
        None
    }
}

/// Nothing but white space (and the zero bytes of UTF-16).
fn blank(line: &[u8]) -> bool {
    line.iter().all(|b| b.is_ascii_whitespace())
        || (line.len() < 8 && line.iter().all(|b| b" \t\r\0\xFE\xFF".contains(b)))
}
