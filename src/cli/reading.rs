//! Reading documents for a command: arguments, progress, refusals.

use super::Outcome;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jingwei::read::{Document, Options, Refusal, Sources, encoding_for};
use miette::{IntoDiagnostic, WrapErr, miette};
use rayon::prelude::*;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

/// Documents that are read and worked on at once; they are what memory is bounded by.
const BATCH: usize = 256;

/// Bytes of sources in one batch.
const BATCH_BYTES: u64 = 8 << 20;

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
}

impl Counts {
    pub fn outcome(&self) -> Outcome {
        if self.refused > 0 { Outcome::Partly } else { Outcome::Done }
    }
}

/// Reads every document, works on each in parallel, and hands the results over in the order of input.
pub fn for_each<T: Send>(args: &ReadArgs, work: impl Fn(Document) -> T + Sync, mut take: impl FnMut(T) -> miette::Result<()>) -> miette::Result<Counts> {
    let encoding = match &args.encoding {
        Some(label) => Some(encoding_for(label).ok_or_else(|| miette!("no encoding is called `{label}`; try utf-8, gb18030, big5, utf-16le or utf-16be"))?),
        None => None,
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads.unwrap_or(0)).build().into_diagnostic()?;
    let mut refused = match &args.refused {
        Some(path) => Some(BufWriter::new(File::create(path).into_diagnostic().wrap_err_with(|| format!("can't write {}", path.display()))?)),
        None => None,
    };
    let bar = progress();
    let mut counts = Counts::default();
    for batch in Sources::open(&args.paths, Options { encoding, ..Options::default() }).batches(BATCH, BATCH_BYTES) {
        let results: Vec<Result<(u64, T), Refusal>> = pool.install(|| {
            batch
                .into_par_iter()
                .map(|raw| {
                    let document = raw?.parse()?;
                    let bytes = document.text.len() as u64;
                    Ok((bytes, work(document)))
                })
                .collect()
        });
        for result in results {
            match result {
                Ok((bytes, value)) => {
                    counts.documents += 1;
                    counts.bytes += bytes;
                    take(value)?;
                }
                Err(refusal) => {
                    counts.refused += 1;
                    bar.suspend(|| eprintln!("refused: {refusal}"));
                    if let Some(file) = &mut refused {
                        serde_json::to_writer(&mut *file, &refusal).into_diagnostic()?;
                        writeln!(file).into_diagnostic()?;
                    }
                }
            }
        }
        bar.set_position(counts.bytes);
        bar.set_message(format!("{} documents", counts.documents));
    }
    bar.finish_and_clear();
    if let Some(mut file) = refused {
        file.flush().into_diagnostic()?;
    }
    Ok(counts)
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
