//! `jingwei lexicon check`

use super::Outcome;
use super::knowledge::Knowledge;
use super::output::Stdout;
use super::reading::Refusals;
use clap::Args;
use jingwei::entity::lexicon::coverage::Coverage;
use miette::{IntoDiagnostic, WrapErr};
use std::io::Write;
use std::path::PathBuf;

/// Looks for mistakes in the lexicon and the patterns, or for companies that the lexicon lacks
///
/// Reads every name, term and pattern, then every example of the patterns, and names file and line of mistakes. With
/// --listings it reads lists of listed companies instead and says of each market how many of them are known, by their code
/// and by their name. A list is a table with a heading (.csv, .tsv), or JSON: objects or arrays, one a line or all in one.
/// Code, exchange and name are found by the usual headings; an exchange may stand at the code (0700.HK).
///
/// Example: jingwei lexicon check --listings listed.csv --missing
#[derive(Args)]
pub struct CheckArgs {
    /// Lists of listed companies
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub listings: Vec<PathBuf>,
    /// List the codes that the lexicon doesn't know
    #[arg(long, requires = "listings")]
    missing: bool,
    /// Write the rows that can't be read to this file, one JSON object a line
    #[arg(long, value_name = "FILE", requires = "listings")]
    refused: Option<PathBuf>,
}

pub fn run(args: CheckArgs) -> miette::Result<Outcome> {
    let lexicon = Knowledge::load()?.lexicon;
    let mut coverage = Coverage::default();
    for path in &args.listings {
        let bytes = std::fs::read(path)
            .into_diagnostic()
            .wrap_err_with(|| format!("can't read {}", path.display()))?;
        coverage.add(&path.display().to_string(), &bytes, &lexicon);
    }
    let markets = coverage.markets();
    let mut out = Stdout::lock();
    writeln!(
        out,
        "{:<8} {:>7} {:>15} {:>15} {:>15}",
        "market", "listed", "by code", "by name", "either"
    )
    .into_diagnostic()?;
    for (market, tally) in &markets {
        let share = |known: u64| {
            let percent = 100.0 * known as f64 / (tally.listed.max(1)) as f64;
            format!("{known} {percent:>5.1}%")
        };
        writeln!(
            out,
            "{market:<8} {:>7} {:>15} {:>15} {:>15}",
            tally.listed,
            share(tally.by_code),
            share(tally.by_name),
            share(tally.either)
        )
        .into_diagnostic()?;
    }
    if args.missing {
        for (market, tally) in &markets {
            for (listing, name) in &tally.missing {
                writeln!(out, "{market}\t{listing}\t{name}").into_diagnostic()?;
            }
        }
    }
    out.flush().into_diagnostic()?;
    let mut refusals = Refusals::new(args.refused.as_deref())?;
    coverage
        .refused
        .iter()
        .try_for_each(|refusal| refusals.add(&refusal.clone().into()))?;
    refusals.list(true)?;
    Ok(if coverage.refused.is_empty() {
        Outcome::Done
    } else {
        Outcome::Partly
    })
}
