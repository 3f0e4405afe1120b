//! What does the user want? Arguments, progress, exit codes; one file a command.
//!
//! Data goes to stdout, everything else to stderr. Exit code 0: done; 1: done, but some input was refused (or a
//! check failed); 2: the command can't be carried out as given.

mod eval;
mod explain;
mod extract;
mod lexicon;
mod output;
mod reading;

use clap::{Args, Parser, Subcommand};
use jingwei::entity::lexicon::Lexicon;
use jingwei::extract::Extractor;
use miette::{Context, IntoDiagnostic};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

#[derive(Parser)]
#[command(name = "jingwei", version, about = "Chinese financial news to a knowledge graph in which every fact has its quote", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    log: LogArgs,
    /// Folder with `lexicon/` and `patterns/` to use in place of the built-in ones
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// The folder given by `--data`.
static DATA: OnceLock<PathBuf> = OnceLock::new();

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
    Extract(extract::ExtractArgs),
    Eval(eval::EvalArgs),
    Explain(explain::ExplainArgs),
    Lexicon(lexicon::LexiconArgs),
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
        // Set once, before anything reads it.
        let _ = DATA.set(data);
    }
    let result = match cli.command {
        Command::Extract(args) => extract::run(args),
        Command::Eval(args) => eval::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Lexicon(args) => lexicon::run(args),
    };
    match result {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Partly) => ExitCode::from(1),
        Err(report) => {
            eprintln!("{report:?}");
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
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match args.log_format {
        LogFormat::Text => builder.without_time().init(),
        LogFormat::Json => builder.json().init(),
    }
}

/// The extractor with the built-in data or that of `--data`, or a report of what is wrong with it.
fn extractor() -> miette::Result<Extractor> {
    let Some(folder) = DATA.get() else { return Extractor::builtin().into_diagnostic() };
    let lexicon = data_files(&folder.join("lexicon"), "tsv")?;
    let patterns = data_files(&folder.join("patterns"), "toml")?;
    let lexicon = Lexicon::load(&borrowed(&lexicon)).into_diagnostic()?;
    Extractor::new(Arc::new(lexicon), &borrowed(&patterns)).into_diagnostic()
}

fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(path, content)| (path.as_str(), content.as_str())).collect()
}

/// Path below the folder and content of every file of a kind, sorted by path.
fn data_files(folder: &Path, extension: &str) -> miette::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.into_diagnostic()?;
        if entry.path().extension().is_some_and(|e| e == extension) {
            let path = entry.path().strip_prefix(folder).unwrap_or(entry.path()).to_string_lossy().replace('\\', "/");
            let content = std::fs::read_to_string(entry.path()).into_diagnostic().wrap_err_with(|| format!("can't read {}", entry.path().display()))?;
            files.push((path, content));
        }
    }
    Ok(files)
}
