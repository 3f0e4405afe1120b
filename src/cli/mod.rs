//! What does the user want? Arguments, progress, exit codes; one file a command.
//!
//! Data goes to stdout, everything else to stderr. Exit code 0: done; 1: done, but some input was refused (or a
//! check failed); 2: the command can't be carried out as given.

mod completions;
mod coverage;
mod cutting;
mod elsewhere;
mod eval;
mod eventing;
mod explain;
mod export;
mod extract;
mod folder;
mod ingest;
mod knowledge;
mod lexicon;
mod models;
mod names;
mod naming;
mod output;
mod path;
mod picture;
mod query;
mod reading;
mod relating;
mod remove;
mod ruling;
mod search;
mod serve;
mod stats;
mod stores;
mod teaching;
mod terminal;
mod train;
mod verify;
mod why;

use clap::{Args, Parser, Subcommand};
use jingwei::extract::Extractor;
use knowledge::Knowledge;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(
    name = "jingwei",
    version,
    about = "Chinese financial news to a knowledge graph in which every fact has its quote",
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    log: LogArgs,
    /// Folder with `lexicon/` and `patterns/` to use in place of the built-in ones, and the weights that are in its `models/`
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// File of further names, made by `jingwei lexicon import` or `add`; may be repeated
    #[arg(long, global = true, value_name = "FILE")]
    lexicon: Vec<PathBuf>,
    /// What finds names that neither lexicon nor rules know, and relations that no pattern tells
    #[arg(long, global = true, value_enum, default_value = "fast")]
    model: knowledge::Model,
}

#[derive(Args)]
struct LogArgs {
    /// How messages on stderr are written
    #[arg(long, global = true, value_enum, default_value = "text")]
    log_format: LogFormat,
    /// More messages (twice: all of them)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Subcommand)]
enum Command {
    Ingest(ingest::IngestArgs),
    Remove(remove::RemoveArgs),
    Query(query::QueryArgs),
    Search(search::SearchArgs),
    Serve(serve::ServeArgs),
    Export(export::ExportArgs),
    Extract(extract::ExtractArgs),
    Explain(explain::ExplainArgs),
    Eval(eval::EvalArgs),
    Lexicon(lexicon::LexiconArgs),
    Train(train::TrainArgs),
    Why(why::WhyArgs),
    Path(path::PathArgs),
    Verify(verify::VerifyArgs),
    Stats(stats::StatsArgs),
    Completions(completions::CompletionsArgs),
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Some input was refused, or a check found something; the rest is done.
    Partly,
}

/// Parses the arguments and carries out the command.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    start_log(&cli.log);
    if let Some(data) = cli.data {
        knowledge::use_folder(data);
    }
    knowledge::use_layers(cli.lexicon);
    knowledge::use_model(cli.model);
    let result = match cli.command {
        Command::Ingest(args) => ingest::run(args),
        Command::Remove(args) => remove::run(args),
        Command::Query(args) => query::run(args),
        Command::Search(args) => search::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Export(args) => export::run(args),
        Command::Extract(args) => extract::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Eval(args) => eval::run(args),
        Command::Lexicon(args) => lexicon::run(args),
        Command::Train(args) => train::run(args),
        Command::Why(args) => why::run(args),
        Command::Path(args) => path::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Stats(args) => stats::run(args),
        Command::Completions(args) => completions::run(args),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Partly) => ExitCode::from(1),
        Err(report) => {
            eprintln!("{report:?}");
            // It may hold an error of the database, which must not be freed: see `StoreError`.
            std::mem::forget(report);
            ExitCode::from(2)
        }
    }
}

fn start_log(args: &LogArgs) {
    use tracing_subscriber::EnvFilter;
    let level = match args.verbose {
        0 => "warn",
        1 => "info",
        _ => "debug",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    match args.log_format {
        LogFormat::Text => builder.without_time().init(),
        LogFormat::Json => builder.json().init(),
    }
}

/// The extractor with the built-in data or that of `--data`, or a report of what is wrong with it.
fn extractor() -> miette::Result<Extractor> {
    Knowledge::load()?.extractor()
}
