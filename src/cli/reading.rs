//! Reading documents for a command: arguments, progress, refusals.

use super::Outcome;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jingwei::extract::Extraction;
use jingwei::read::{Document, Options, RawDocument, Refusal, Sources, encoding_for};
use miette::{IntoDiagnostic, WrapErr, miette};
use rayon::prelude::*;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
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
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Encoding of all input (`utf-8`, `gb18030`, `big5`, `utf-16le` …); detected where not given
    #[arg(long)]
    encoding: Option<String>,
    /// Threads to work with; all cores where not given
    #[arg(long)]
    threads: Option<usize>,
    /// Write what was refused to this file, one JSON object a line
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
}

/// How much was read.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    pub documents: u64,
    pub refused: u64,
    /// Of text, in UTF-8
    pub bytes: u64,
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
        let bytes = self.bytes as f64;
        format!(
            "{} of text in {seconds:.1} s ({}/s)",
            size(bytes),
            size(bytes / seconds.max(0.001))
        )
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

/// What was refused so far: written to the file of `--refused` at once, listed when all is read.
pub struct Refusals {
    file: Option<BufWriter<File>>,
    listed: Vec<String>,
    pub count: u64,
}

impl Refusals {
    /// None yet; all of them will be in `file` too.
    pub fn new(file: Option<&Path>) -> miette::Result<Refusals> {
        let file = match file {
            Some(path) => Some(BufWriter::new(
                File::create(path)
                    .into_diagnostic()
                    .wrap_err_with(|| format!("can't write {}", path.display()))?,
            )),
            None => None,
        };
        Ok(Refusals {
            file,
            listed: Vec::new(),
            count: 0,
        })
    }

    pub fn add(&mut self, refusal: &Refusal) -> miette::Result<()> {
        self.count += 1;
        if self.listed.len() < LISTED {
            self.listed.push(refusal.to_string());
        }
        if let Some(file) = &mut self.file {
            serde_json::to_writer(&mut *file, refusal).into_diagnostic()?;
            writeln!(file).into_diagnostic()?;
        }
        Ok(())
    }

    /// Tells of the first ones on stderr.
    pub fn list(&mut self) -> miette::Result<()> {
        for line in &self.listed {
            eprintln!("refused: {line}");
        }
        if self.count > self.listed.len() as u64 {
            eprintln!(
                "refused: {} more; --refused FILE writes down all of them",
                self.count - self.listed.len() as u64
            );
        }
        match &mut self.file {
            Some(file) => file.flush().into_diagnostic(),
            None => Ok(()),
        }
    }
}

/// What sources hold: documents, or what was made of them before.
pub trait Readable: Sized {
    /// Whether every file holds lines of it, whatever the file is called.
    const ALL_LINES: bool;

    fn read(raw: RawDocument) -> Result<Self, Refusal>;

    /// Its text, in UTF-8.
    fn text(&self) -> &str;
}

impl Readable for Document {
    const ALL_LINES: bool = false;

    fn read(raw: RawDocument) -> Result<Self, Refusal> {
        raw.parse()
    }

    fn text(&self) -> &str {
        &self.text
    }
}

impl Readable for Extraction {
    const ALL_LINES: bool = true;

    fn read(raw: RawDocument) -> Result<Self, Refusal> {
        raw.object("what `jingwei extract` writes")
    }

    fn text(&self) -> &str {
        &self.doc.text
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
    let batches = Sources::open(&args.paths, options).batches(BATCH, BATCH_BYTES);
    let bar = progress();
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
                            let raw = raw?;
                            let place = Place {
                                origin: raw.origin().to_owned(),
                                line: raw.line(),
                            };
                            let (bytes, value) = guarded(&place, || {
                                let document = D::read(raw)?;
                                let bytes = document.text().len() as u64;
                                Ok((bytes, work(document, &place)?))
                            })?;
                            Ok((bytes, value, place))
                        })
                        .collect::<Vec<Result<_, Refusal>>>()
                });
                // Nobody receives any more once taking a result has failed.
                if sender.send(results).is_err() {
                    return;
                }
            }
        });
        for result in receiver.iter().flatten() {
            let refusal = match result {
                Ok((bytes, value, place)) => {
                    let refusal = take(value, &place)?;
                    if refusal.is_none() {
                        counts.documents += 1;
                        counts.bytes += bytes;
                    }
                    refusal
                }
                Err(refusal) => Some(refusal),
            };
            if let Some(refusal) = refusal {
                refusals.add(&refusal)?;
            }
            bar.set_position(counts.bytes);
            bar.set_message(format!("{} documents", counts.documents));
        }
        Ok(())
    });
    bar.finish_and_clear();
    counts.refused = refusals.count;
    counts.elapsed = started.elapsed();
    refusals.list()?;
    outcome.map(|()| counts)
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

/// A bar on a terminal, nothing elsewhere.
fn progress() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}, {bytes} of text, {bytes_per_sec}, {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
