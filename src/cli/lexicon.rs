//! `jingwei lexicon`

use super::knowledge::Knowledge;
use super::output::Stdout;
use super::{Outcome, coverage, extractor, naming};
use clap::{Args, Subcommand};
use jingwei::eval::examples;
use miette::IntoDiagnostic;
use std::io::Write;

/// Checks, lists and extends what Jingwei knows beforehand
///
/// Example: jingwei lexicon list 騰訊
#[derive(Args)]
pub struct LexiconArgs {
    #[command(subcommand)]
    command: LexiconCommand,
}

#[derive(Subcommand)]
enum LexiconCommand {
    Add(naming::AddArgs),
    Import(naming::ImportArgs),
    Check(coverage::CheckArgs),
    /// Lists entities, or those known by a name
    List {
        /// A name in any script, a ticker or a key
        name: Option<String>,
    },
}

pub fn run(args: LexiconArgs) -> miette::Result<Outcome> {
    match args.command {
        LexiconCommand::Add(args) => return naming::add(args),
        LexiconCommand::Import(args) => return naming::import(args),
        LexiconCommand::Check(args) if !args.listings.is_empty() => return coverage::run(args),
        LexiconCommand::Check(_) => {
            let extractor = extractor()?;
            let entries = extractor.lexicon().entries();
            let names: usize = entries.iter().map(|e| e.names.len()).sum();
            let (checked, errors) = examples::check(&extractor);
            for error in &errors {
                eprintln!("{error}");
            }
            println!(
                "{} entities with {names} names, {} patterns with {checked} examples: {}",
                entries.len(),
                extractor.reader().patterns().len(),
                match errors.len() {
                    0 => "no mistakes".to_owned(),
                    1 => "1 example fails".to_owned(),
                    n => format!("{n} examples fail"),
                }
            );
            if !errors.is_empty() {
                return Ok(Outcome::Partly);
            }
        }
        LexiconCommand::List { name } => {
            let lexicon = Knowledge::load()?.lexicon;
            let mut out = Stdout::lock();
            let found: Vec<_> = match &name {
                Some(name) => lexicon.lookup(name),
                None => lexicon.entries().iter().collect(),
            };
            for entry in &found {
                let names: Vec<&str> = entry.names.iter().map(|n| n.text.as_str()).collect();
                writeln!(
                    out,
                    "{}\t{:?}\t{}\t{}",
                    entry.key,
                    entry.kind,
                    names.join("|"),
                    entry.listings.join("|")
                )
                .into_diagnostic()?;
            }
            out.flush().into_diagnostic()?;
            if found.is_empty() {
                return Ok(Outcome::Partly);
            }
        }
    }
    Ok(Outcome::Done)
}
