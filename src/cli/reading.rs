//! Reading documents for a command: arguments, progress, refusals.

use super::Outcome;
use clap::Args;
use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use jingwei::extract::Extraction;
use jingwei::read::{Document, Hidden, Options, RawDocument, Refusal, Refused, Sources, encoding_for};
use miette::{IntoDiagnostic, WrapErr, miette};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

/// Documents that are read and worked on at once; they are what memory is bounded by.
const BATCH: usize = 256;

/// Bytes of sources in one batch.
const BATCH_BYTES: u64 = 8 << 20;

/// Refusals that are listed at the end; `--refused` holds all of them.
const LISTED: usize = 100;

#[derive(Args)]
pub struct ReadArgs {
    /// Files (.txt, .md, .html, .jsonl, each also .gz or .zst), folders, or `-` for JSONL on stdin
    paths: Vec<PathBuf>,
    /// Encoding of all input (`utf-8`, `gb18030`, `big5`, `utf-16le` …); detected where not given
    #[arg(long)]
    encoding: Option<String>,
    /// Threads to work with; all cores where not given
    #[arg(long)]
    threads: Option<usize>,
    /// Write what was refused to this file, one JSON object a line, so that it can be given again with --again
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
    /// Try again what is in a file that --refused wrote (lines may have been corrected there)
    #[arg(long, value_name = "FILE")]
    again: Option<PathBuf>,
}

impl ReadArgs {
    /// Whether anything to read was named.
    pub fn named(&self) -> bool {
        !self.paths.is_empty() || self.again.is_some()
    }

    /// For commands that have nothing to do without.
    ///
    /// # Errors
    /// Nothing to read was named.
    pub fn insist(&self) -> miette::Result<()> {
        if self.named() {
            return Ok(());
        }
        Err(miette!(
            help = "name files, folders, or `-` for JSONL on stdin",
            "there is nothing to read"
        ))
    }
}

/// How much was read.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    pub documents: u64,
    pub refused: u64,
    /// Of text, in UTF-8
    pub bytes: u64,
    /// Documents that had text which nobody sees
    pub hiding: u64,
    /// Code points of that text
    pub hidden: u64,
    /// From the first document to the last
    pub elapsed: Duration,
}

impl Counts {
    pub fn outcome(&self) -> Outcome {
        if self.refused > 0 {
            Outcome::Partly
        } else {
            Outcome::Done
        }
    }
}

impl Counts {
    /// `47 kB of text in 0.5 s (94 kB/s)`
    pub fn pace(&self) -> String {
        let seconds = self.elapsed.as_secs_f64();
        format!(
            "{} of text in {seconds:.1} s ({}/s)",
            size(self.bytes as f64),
            size(self.rate())
        )
    }

    /// Bytes of text in a second
    pub fn rate(&self) -> f64 {
        self.bytes as f64 / self.elapsed.as_secs_f64().max(0.001)
    }
}

/// `47 kB`, `3.2 MB`
fn size(bytes: f64) -> String {
    if bytes < 1e6 {
        format!("{:.0} kB", bytes / 1e3)
    } else {
        format!("{:.1} MB", bytes / 1e6)
    }
}

/// Where a document stands in the input.
pub struct Place {
    origin: String,
    line: Option<u64>,
}

impl Place {
    /// Refuses what stands here.
    pub fn refusal(&self, reason: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal {
            origin: self.origin.clone(),
            line: self.line,
            byte: None,
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }
}

/// The documents of one run, by id: two of one id would replace each other in turn, whenever the command is repeated.
#[derive(Default)]
pub struct Seen(HashMap<u64, u64>);

/// A document as [`Seen`] knows it: 64 bits of its id's digest and of its content's, enough to tell the documents of one
/// run apart, and small for millions of them.
#[derive(Clone, Copy)]
pub struct Fingerprint {
    id: u64,
    content: u64,
}

impl Fingerprint {
    /// Of a document's id, and of the digest of its content.
    pub fn of(id: &str, sha256: &str) -> Fingerprint {
        let bits = |text: &str| {
            let digest = Sha256::digest(text);
            digest.iter().take(8).fold(0, |bits, &byte| bits << 8 | u64::from(byte))
        };
        Fingerprint {
            id: bits(id),
            content: bits(sha256),
        }
    }
}

impl Seen {
    /// Whether the document comes for the first time; the refusal is for one that has the id of another.
    pub fn is_first(&mut self, document: Fingerprint, place: &Place) -> Result<bool, Refusal> {
        match self.0.entry(document.id) {
            Entry::Vacant(entry) => {
                entry.insert(document.content);
                Ok(true)
            }
            Entry::Occupied(entry) if *entry.get() == document.content => Ok(false),
            Entry::Occupied(_) => Err(place.refusal(
                "another document of this run has the same id and other content; the first was kept",
                "give it an id of its own",
            )),
        }
    }
}

/// What was refused so far: written down at once, listed when all is read.
pub struct Refusals {
    file: Option<RefusalFile>,
    listed: Vec<String>,
    pub count: u64,
}

/// Where refusals are written: beside the file of that name until all are there, so that what an earlier run has left in
/// it is not lost if this one is cut off.
struct RefusalFile {
    path: PathBuf,
    /// `None` where the path is no file but a pipe or a terminal.
    draft: Option<PathBuf>,
    writer: BufWriter<File>,
}

impl RefusalFile {
    fn create(path: &Path) -> miette::Result<RefusalFile> {
        let special = path.metadata().is_ok_and(|m| !m.is_file());
        let draft = (!special).then(|| {
            let mut name = path.as_os_str().to_owned();
            name.push(".part");
            PathBuf::from(name)
        });
        let target = draft.as_deref().unwrap_or(path);
        let file = File::create(target)
            .into_diagnostic()
            .wrap_err_with(|| format!("can't write {}", target.display()))?;
        Ok(RefusalFile {
            path: path.to_owned(),
            draft,
            writer: BufWriter::new(file),
        })
    }

    fn add(&mut self, refused: &Refused) -> std::io::Result<()> {
        serde_json::to_writer(&mut self.writer, refused)?;
        self.writer.write_all(b"\n")
    }

    fn finish(mut self, complete: bool) -> std::io::Result<()> {
        self.writer.flush()?;
        match self.draft {
            Some(draft) if complete => std::fs::rename(draft, self.path),
            _ => Ok(()),
        }
    }
}

impl Refusals {
    /// None yet; all of them will be in `file` too.
    pub fn new(file: Option<&Path>) -> miette::Result<Refusals> {
        Ok(Refusals {
            file: file.map(RefusalFile::create).transpose()?,
            listed: Vec::new(),
            count: 0,
        })
    }

    pub fn add(&mut self, refused: &Refused) -> miette::Result<()> {
        self.count += 1;
        if self.listed.len() < LISTED {
            self.listed.push(refused.refusal.to_string());
        }
        match &mut self.file {
            Some(file) => file.add(refused).into_diagnostic(),
            None => Ok(()),
        }
    }

    /// Tells of the first ones on stderr. `complete` says whether all input was seen.
    pub fn list(&mut self, complete: bool) -> miette::Result<()> {
        for line in &self.listed {
            eprintln!("refused: {line}");
        }
        if self.count > self.listed.len() as u64 {
            eprintln!(
                "refused: {} more; --refused FILE writes down all of them",
                self.count - self.listed.len() as u64
            );
        }
        match self.file.take() {
            Some(file) => file.finish(complete).into_diagnostic(),
            None => Ok(()),
        }
    }
}

/// What sources hold: documents, or what was made of them before.
pub trait Readable: Sized {
    /// Whether every file holds lines of it, whatever the file is called.
    const ALL_LINES: bool;

    fn read(raw: &RawDocument) -> Result<Self, Refusal>;

    fn id(&self) -> &str;

    /// Its text, in UTF-8.
    fn text(&self) -> &str;

    /// What of its source is hidden from readers, where that is known.
    fn hidden(&self) -> Option<&Hidden>;
}

impl Readable for Document {
    const ALL_LINES: bool = false;

    fn read(raw: &RawDocument) -> Result<Self, Refusal> {
        raw.read()
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn text(&self) -> &str {
        &self.text
    }

    fn hidden(&self) -> Option<&Hidden> {
        Some(&self.hidden)
    }
}

impl Readable for Extraction {
    const ALL_LINES: bool = true;

    fn read(raw: &RawDocument) -> Result<Self, Refusal> {
        raw.object("what `jingwei extract` writes")
    }

    fn id(&self) -> &str {
        &self.doc.id
    }

    fn text(&self) -> &str {
        &self.doc.text
    }

    fn hidden(&self) -> Option<&Hidden> {
        None
    }
}

/// Reads every document, works on each in parallel, and hands the results over in the order of input.
pub fn for_each<T: Send>(
    args: &ReadArgs,
    work: impl Fn(Document) -> T + Sync,
    mut take: impl FnMut(T) -> miette::Result<()>,
) -> miette::Result<Counts> {
    for_each_or_refuse(
        args,
        |document, _| Ok(work(document)),
        |value, _| take(value).map(|()| None),
    )
}

/// The same where a document may also be refused after it was read, by the work or by whoever takes its result.
///
/// The next documents are worked on while results are taken.
pub fn for_each_or_refuse<D: Readable, T: Send>(
    args: &ReadArgs,
    work: impl Fn(D, &Place) -> Result<T, Refusal> + Sync,
    mut take: impl FnMut(T, &Place) -> miette::Result<Option<Refusal>>,
) -> miette::Result<Counts> {
    let encoding = match &args.encoding {
        Some(label) => Some(encoding_for(label).ok_or_else(|| {
            miette!("no encoding is called `{label}`; try utf-8, gb18030, big5, utf-16le or utf-16be")
        })?),
        None => None,
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads.unwrap_or(0))
        .build()
        .into_diagnostic()?;
    let mut refusals = Refusals::new(args.refused.as_deref())?;
    let options = Options {
        encoding,
        all_lines: D::ALL_LINES,
        ..Options::default()
    };
    let mut sources = Sources::open(&args.paths, options);
    if let Some(file) = &args.again {
        sources = sources.again(file);
    }
    let mut progress = Progress::start(args, sources.consumed());
    let batches = sources.batches(BATCH, BATCH_BYTES);
    // Lines are kept only where somebody wants to have them back.
    let keep = args.refused.is_some();
    let mut counts = Counts::default();
    let started = Instant::now();
    let outcome = std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(1);
        let (pool, work) = (&pool, &work);
        scope.spawn(move || {
            for batch in batches {
                let results: Vec<_> = pool.install(|| {
                    batch
                        .into_par_iter()
                        .map(|raw| {
                            let raw = raw.map_err(|refusal| Box::new(Refused::from(refusal)))?;
                            let place = Place {
                                origin: raw.origin().to_owned(),
                                line: raw.line(),
                            };
                            let read = guarded(&place, || {
                                let document = D::read(&raw)?;
                                let size = Size {
                                    bytes: document.text().len() as u64,
                                    hidden: document.hidden().map_or(0, |hidden| hidden.characters as u64),
                                };
                                if let Some(hidden) = document.hidden().filter(|hidden| !hidden.is_empty()) {
                                    tracing::info!(
                                        document = ?document.id(),
                                        characters = hidden.characters,
                                        beginning = %hidden.beginning,
                                        "hidden text was left out"
                                    );
                                }
                                Ok((size, work(document, &place)?))
                            });
                            match read {
                                Ok((size, value)) => Ok((size, value, place, keep.then_some(raw))),
                                Err(refusal) => Err(Box::new(raw.refused(refusal))),
                            }
                        })
                        .collect::<Vec<Result<_, Box<Refused>>>>()
                });
                // Nobody receives any more once taking a result has failed.
                if sender.send(results).is_err() {
                    return;
                }
            }
        });
        for result in receiver.iter().flatten() {
            let refused = match result {
                Ok((size, value, place, raw)) => {
                    let refusal = take(value, &place)?;
                    if refusal.is_none() {
                        counts.documents += 1;
                        counts.bytes += size.bytes;
                        counts.hiding += u64::from(size.hidden > 0);
                        counts.hidden += size.hidden;
                    }
                    refusal.map(|refusal| match raw {
                        Some(raw) => raw.refused(refusal),
                        None => refusal.into(),
                    })
                }
                Err(refused) => Some(*refused),
            };
            if let Some(refused) = refused {
                refusals.add(&refused)?;
            }
            progress.show(&counts, refusals.count);
        }
        Ok(())
    });
    progress.end();
    counts.refused = refusals.count;
    counts.elapsed = started.elapsed();
    refusals.list(outcome.is_ok())?;
    if counts.hiding > 0 {
        eprintln!(
            "hidden text ({} characters) was left out of {} documents; -v tells which",
            counts.hidden, counts.hiding
        );
    }
    outcome.map(|()| counts)
}

/// How large a document is.
struct Size {
    /// Of text, in UTF-8
    bytes: u64,
    /// Code points left out because nobody sees them
    hidden: u64,
}

/// One document that trips the program up must not end a run over millions.
fn guarded<T>(place: &Place, work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(place.refusal(
            "the program failed on this document",
            "this is a mistake of the program: please report it with the document",
        ))
    })
}

/// Between two looks at the bar, and between two messages where there is no terminal.
const SHOWN_EVERY: Duration = Duration::from_millis(100);
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// How far reading has got: a bar on a terminal, elsewhere a message (with `-v`) now and then.
struct Progress {
    bar: ProgressBar,
    /// Bytes of the sources that were read
    consumed: Arc<AtomicU64>,
    /// All of them, once that is known
    total: Arc<AtomicU64>,
    started: Instant,
    shown: Option<Instant>,
}

impl Progress {
    fn start(args: &ReadArgs, consumed: Arc<AtomicU64>) -> Progress {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}, {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(SHOWN_EVERY * 2);
        let total = Arc::new(AtomicU64::new(0));
        if args.again.is_none() {
            // A folder of a million files takes a while to look through.
            let (paths, total) = (args.paths.clone(), total.clone());
            std::thread::spawn(move || total.store(Sources::size_of(&paths).unwrap_or(0), Relaxed));
        }
        Progress {
            bar,
            consumed,
            total,
            started: Instant::now(),
            shown: None,
        }
    }

    fn show(&mut self, counts: &Counts, refused: u64) {
        let every = if self.bar.is_hidden() { TOLD_EVERY } else { SHOWN_EVERY };
        if self.shown.unwrap_or(self.started).elapsed() < every {
            return;
        }
        self.shown = Some(Instant::now());
        let elapsed = self.started.elapsed();
        let rate = counts.bytes as f64 / elapsed.as_secs_f64().max(0.001);
        let left = time_left(self.consumed.load(Relaxed), self.total.load(Relaxed), elapsed);
        let told = left.map_or(String::new(), |(share, left)| {
            format!(", {:.0} %, {} left", share * 100.0, HumanDuration(left))
        });
        let refused = if refused > 0 {
            format!(", {refused} refused")
        } else {
            String::new()
        };
        let message = format!(
            "{} documents{refused}, {} of text ({}/s){told}",
            counts.documents,
            size(counts.bytes as f64),
            size(rate)
        );
        if self.bar.is_hidden() {
            tracing::info!("{message}");
        } else {
            self.bar.set_message(message);
        }
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// The share that is done and the time that the rest will take at this pace; `None` where it is not known how much
/// there is.
fn time_left(consumed: u64, total: u64, elapsed: Duration) -> Option<(f64, Duration)> {
    if total == 0 || consumed == 0 {
        return None;
    }
    let share = (consumed as f64 / total as f64).min(1.0);
    Some((share, elapsed.mul_f64((1.0 - share) / share)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_follows_from_what_was_read() {
        let seconds = Duration::from_secs;
        assert_eq!(time_left(25, 100, seconds(10)), Some((0.25, seconds(30))));
        assert_eq!(time_left(120, 100, seconds(10)), Some((1.0, seconds(0))));
        assert_eq!(time_left(25, 0, seconds(10)), None);
        assert_eq!(time_left(0, 100, seconds(10)), None);
    }
}
