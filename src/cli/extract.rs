//! `jingwei extract`

use super::output::SortedLines;
use super::reading::{self, ReadArgs};
use super::{Outcome, extractor};
use clap::Args;
use miette::IntoDiagnostic;
use std::io::{BufWriter, Write};

/// Writes what documents say, without a store
///
/// Prints one JSON object a document: its text, the entities it names, where it mentions them, and the claims it makes,
/// each with its quote. Sorted by document id, so the same documents give the same bytes in any order and with any number
/// of threads.
///
/// Example: jingwei extract corpus/ > claims.jsonl
#[derive(Args)]
pub struct ExtractArgs {
    #[command(flatten)]
    read: ReadArgs,
    /// Base IRI of the data
    #[arg(long, default_value = jingwei::identity::DEFAULT_BASE)]
    base: String,
}

pub fn run(args: ExtractArgs) -> miette::Result<Outcome> {
    let extractor = extractor()?.with_base(args.base);
    let mut lines = SortedLines::default();
    let counts = reading::for_each(
        &args.read,
        |document| {
            let extraction = extractor.extract(&document);
            serde_json::to_string(&extraction).map(|line| (extraction.doc.id, line))
        },
        |result| {
            let (id, line) = result.into_diagnostic()?;
            lines.push(id, line)
        },
    )?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    lines.write(&mut out)?;
    out.flush().into_diagnostic()?;
    Ok(counts.outcome())
}
