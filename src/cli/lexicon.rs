//! `jingwei lexicon`

use super::knowledge::Knowledge;
use super::output::Stdout;
use super::ruling::{self, PairArgs, Wanted};
use super::stores::StoreArgs;
use super::{Outcome, coverage, extractor, naming};
use clap::{Args, Subcommand};
use jingwei::eval::examples;
use jingwei::identity::Ruling;
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
    /// Rules that two names are one entity in a store, whatever speaks against it
    ///
    /// Example: jingwei lexicon join ByteDance 字節跳動 --store news.db --reason 'one company'
    Join(PairArgs),
    /// Rules that two names are two entities in a store, whatever speaks for one
    ///
    /// Example: jingwei lexicon forbid 瑞衡 org/瑞衡资本 --store news.db --dry-run
    Forbid(PairArgs),
    /// Takes a ruling back: the store is as if it never had been made
    Undo(PairArgs),
    /// Lists the rulings of a store
    Rulings(StoreArgs),
}

pub fn run(args: LexiconArgs) -> miette::Result<Outcome> {
    match args.command {
        LexiconCommand::Join(pair) => return ruling::run(&pair, Wanted::Rule(Ruling::Same)),
        LexiconCommand::Forbid(pair) => return ruling::run(&pair, Wanted::Rule(Ruling::Different)),
        LexiconCommand::Undo(pair) => return ruling::run(&pair, Wanted::TakeBack),
        LexiconCommand::Rulings(store) => return ruling::list(&store),
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
