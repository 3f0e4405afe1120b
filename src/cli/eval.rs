//! `jingwei eval`

use super::knowledge::{self, Knowledge, Model};
use super::output::print;
use super::reading::{self, ReadArgs};
use super::{Outcome, extractor, models};
use clap::{ArgMatches, Args, Command, FromArgMatches, ValueEnum};
use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use jingwei::claim::events::Events;
use jingwei::entity::tagger::Tagger;
use jingwei::entity::tagger::alone::Alone;
use jingwei::eval::claims::{self, Breakdown, Gold, Tally};
use jingwei::eval::fewfc::Lessons;
use jingwei::eval::lessons::{self, Set};
use jingwei::eval::spans::{Sentence, Span, tagged};
use jingwei::eval::{GoldError, Report, Score, Scores, bmes, cluener, fewfc, finre, identity, iob2};
use jingwei::extract::Extraction;
use jingwei::graph::{Base, document_quads};
use jingwei::measure::Scanner;
use jingwei::read::Document;
use jingwei::store::Store;
use miette::{IntoDiagnostic, WrapErr, miette};
use serde_json::json;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Scores extraction against gold annotations
///
/// Prints precision, recall, F1 and the number of gold items, by type, over all items (micro) and as the mean of the types
/// (macro). FORMAT says what FILE holds: `claims` are the claims of whole articles, which are read from --documents (or,
/// extracted before, from --extracted); `identity` are mentions over many articles with who is meant, scored by B³;
/// `cluener`, `bmes` and `iob2` are sentences with names; `fewfc` sentences with
/// events, scored by what the model of events tells (with `--model none` by the patterns' claims); `finre` pairs of
/// entities with their relations. Each is scored as the paper of its set says.
///
/// With --segments the words are scored into which text is cut (`iob2`): by the trained weights, and beside them by
/// jieba-rs, on the text as it is and on the folded text. The places at which the weights cut otherwise follow, the
/// commonest first.
///
/// Where a `cluener`, `bmes` or `iob2` file has the labels of a set for which a tagger comes with the program (the ten of
/// CLUENER; PER, ORG and LOC; the eight of Resume), that tagger is scored by itself, with hashed features alone or with the
/// network's head for these labels as --model says. Which one it was is said on stderr, and in the JSON as `tagger`. A file
/// has a set's labels if it has no others and half of them or more. All other files, and all with --extraction, are scored by
/// what `extract` finds, its types taken for the labels as `lexicon/eval/` says.
///
/// Example: jingwei eval --gold claims corpus/gold.jsonl --documents corpus/articles
///
/// Example: jingwei eval --segments --gold iob2 dev.iob2
#[derive(Args)]
pub struct EvalArgs {
    /// What the gold file holds (claims, identity, cluener, finre, fewfc, bmes, iob2), and the file
    #[arg(long, required = true, num_args = 2, value_names = ["FORMAT", "FILE"])]
    gold: Vec<PathBuf>,
    #[command(flatten)]
    documents: Documents,
    /// Output of `jingwei extract` to score in place of reading documents
    #[arg(long, value_name = "FILE", conflicts_with = "paths")]
    extracted: Option<PathBuf>,
    /// Score weights made by `jingwei train --labels own` by themselves, under their own labels (cluener, bmes, iob2)
    #[arg(long, value_name = "FILE")]
    tagger: Option<PathBuf>,
    /// Score the words into which text is cut (iob2)
    #[arg(long, conflicts_with_all = ["paths", "extracted", "tagger", "set", "by"])]
    segments: bool,
    /// Score what `extract` finds, its types taken for the file's labels, even where a tagger with these labels comes with the
    /// program (cluener, bmes, iob2)
    #[arg(long, conflicts_with = "tagger")]
    extraction: bool,
    /// Score only the claims of one set of the gold file (`first`, `later`)
    #[arg(long)]
    set: Option<String>,
    /// What the scores of claims are broken down by; `predicate` where not given
    #[arg(long, value_enum)]
    by: Option<By>,
    /// List what was not found
    #[arg(long)]
    misses: bool,
    /// List what was found without gold to support it
    #[arg(long)]
    extras: bool,
    /// Print JSON: `micro`, `macro`, `types`, and `misses` and `extras` where asked for
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum By {
    Predicate,
    Document,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Claims,
    Cluener,
    Finre,
    Fewfc,
    Bmes,
    Iob2,
    Identity,
}

/// The arguments of reading, with the documents as an option: the gold file is what this command is about.
struct Documents {
    read: ReadArgs,
    given: bool,
    threads: usize,
}

impl Args for Documents {
    fn augment_args(command: Command) -> Command {
        ReadArgs::augment_args(command).mut_arg("paths", |arg| arg.long("documents").value_name("PATH").num_args(1..))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Documents::augment_args(command)
    }
}

impl FromArgMatches for Documents {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Documents {
            given: matches.contains_id("paths"),
            threads: matches.get_one("threads").copied().unwrap_or(0),
            read: ReadArgs::from_arg_matches(matches)?,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Documents::from_arg_matches(matches)?;
        Ok(())
    }
}

pub fn run(args: EvalArgs) -> miette::Result<Outcome> {
    let [format, file] = &args.gold[..] else {
        return Err(miette!("--gold wants a format and a file"));
    };
    let format = Format::from_str(&format.to_string_lossy(), true).map_err(|_| {
        miette!(
            "no gold format is called `{}`; there are claims, identity, cluener, finre, fewfc, bmes and iob2",
            format.display()
        )
    })?;
    if format != Format::Claims && (args.extracted.is_some() || args.set.is_some() || args.by.is_some()) {
        return Err(miette!("--extracted, --set and --by go with the format `claims` only"));
    }
    if !matches!(format, Format::Claims | Format::Identity) && args.documents.given {
        return Err(miette!(
            "--documents goes with the formats `claims` and `identity`: the others hold the sentences themselves"
        ));
    }
    if args.segments {
        let report = super::cutting::score(&args.gold)?;
        print_report(&args, &report, None)?;
        return if args.json {
            Ok(Outcome::Done)
        } else {
            print(&commonest(&report)).map(|()| Outcome::Done)
        };
    }
    let content = read_file(file)?;
    let name = file.display().to_string();
    let set = match format {
        Format::Cluener => Some(Set::Cluener),
        Format::Bmes => Some(Set::Bmes),
        Format::Iob2 => Some(Set::Iob2),
        _ if args.tagger.is_some() => return Err(miette!("--tagger goes with the formats cluener, bmes and iob2")),
        _ if args.extraction => return Err(miette!("--extraction goes with the formats cluener, bmes and iob2")),
        _ => None,
    };
    if let Some(set) = set
        && let Some(sentences) = lessons::sentences(set, &name, &content).into_diagnostic()?
        && let Some(by) = tagger_of(&args, &name, &sentences)?
    {
        let found = find_names(&args.documents, &by.tagger, &sentences)?;
        print_report(
            &args,
            &lessons::report(set, &name, &sentences, &found),
            by.name.as_deref(),
        )?;
        return Ok(Outcome::Done);
    }
    let sentences =
        |score: &Scorer| score_sentences(&args.documents, score, &name, &content).map(|report| (report, Outcome::Done));
    let (report, outcome) = match format {
        Format::Claims => score_claims(&args, &name, &content),
        Format::Identity => score_identity(&args, &name, &content),
        Format::Cluener => sentences(&|extract, file, content| cluener::score(&extract, file, content)),
        Format::Finre => sentences(&|extract, file, content| finre::score(&extract, file, content)),
        Format::Fewfc if super::knowledge::model() != super::knowledge::Model::None => {
            score_events(&args.documents, &name, content.clone()).map(|report| (report, Outcome::Done))
        }
        Format::Fewfc => sentences(&|extract, file, content| fewfc::score(&extract, file, content)),
        Format::Bmes => sentences(&|extract, file, content| bmes::score(&extract, file, content)),
        Format::Iob2 => sentences(&|extract, file, content| iob2::score(&extract, file, content)),
    }?;
    print_report(&args, &report, None)?;
    Ok(outcome)
}

fn read_file(path: &Path) -> miette::Result<String> {
    std::fs::read_to_string(path)
        .into_diagnostic()
        .wrap_err_with(|| format!("can't read {}", path.display()))
}

/// How many of each kind of difference are shown.
const COMMONEST: usize = 10;

/// Where the weights cut otherwise than the gold does.
fn commonest(report: &Report) -> String {
    let mut out = String::new();
    for (name, lines) in [
        ("words of the gold that are joined", &report.misses),
        ("words of the gold that are parted", &report.extras),
    ] {
        out.push_str(&format!("\n{name}\n"));
        for line in lines.iter().take(COMMONEST) {
            out.push_str(&format!("{line}\n"));
        }
    }
    out
}

/// Scores the model of events by itself: what it tells, not only what becomes a claim.
fn score_events(documents: &Documents, name: &str, content: String) -> miette::Result<Report> {
    let extractor = extractor()?.with_relations(None).with_events(None);
    let events = Events::builtin().into_diagnostic()?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(documents.threads)
        .build()
        .into_diagnostic()?;
    pool.install(|| {
        let lessons = Lessons::read(&extractor, &[(name.to_owned(), content)]).into_diagnostic()?;
        let kinds: Vec<String> = events.kinds().iter().map(|kind| kind.name.clone()).collect();
        let reports = lessons.reports(&lessons.told(&events), &kinds, events.roles());
        reports
            .into_iter()
            .next()
            .map(|(_, report)| report)
            .ok_or_else(|| miette!("{name} holds nothing"))
    })
}

/// A tagger that knows a file's labels.
struct ByLabels {
    tagger: Tagger,
    /// Set and model, if it came with the program
    name: Option<String>,
}

/// The tagger that scores a file under its own labels: the one of --tagger, or the one that comes with the program for these
/// labels. `None` where extraction is to be scored.
fn tagger_of(args: &EvalArgs, name: &str, sentences: &[Sentence]) -> miette::Result<Option<ByLabels>> {
    let labels = lessons::labels_of(sentences);
    if let Some(weights) = &args.tagger {
        let bytes = std::fs::read(weights)
            .into_diagnostic()
            .wrap_err_with(|| format!("can't read {}", weights.display()))?;
        let tagger = Tagger::from_bytes(&bytes)
            .into_diagnostic()
            .wrap_err_with(|| format!("can't use {}", weights.display()))?;
        if !labels.iter().any(|label| tagger.labels().contains(label)) {
            return Err(miette!(
                "{} has other labels ({}) than {name} ({})",
                weights.display(),
                tagger.labels().join(", "),
                labels.join(", ")
            ));
        }
        return Ok(Some(ByLabels { tagger, name: None }));
    }
    if args.extraction || labels.is_empty() || knowledge::model() == Model::None {
        return Ok(None);
    }
    let Some((name, tagger)) = models::of_labels(&labels)? else {
        eprintln!("{name}: no tagger for its labels comes with the program; its types are taken for them");
        return Ok(None);
    };
    eprintln!(
        "scored by the tagger {name} with the labels {}; --extraction scores what `extract` finds",
        tagger.labels().join(", ")
    );
    Ok(Some(ByLabels {
        tagger,
        name: Some(name),
    }))
}

/// The names that a tagger by itself finds in each sentence.
fn find_names(documents: &Documents, tagger: &Tagger, sentences: &[Sentence]) -> miette::Result<Vec<BTreeSet<Span>>> {
    let extractor = extractor()?;
    let scanner = Scanner::builtin().into_diagnostic()?;
    let alone = Alone::new(extractor.lexicon(), extractor.segmenter(), &scanner);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(documents.threads)
        .build()
        .into_diagnostic()?;
    Ok(pool.install(|| tagged(&alone, tagger, sentences)))
}

fn score_claims(args: &EvalArgs, name: &str, content: &str) -> miette::Result<(Report, Outcome)> {
    let mut rows = claims::read(name, content).into_diagnostic()?;
    if let Some(set) = &args.set {
        rows.retain(|row| row.set.as_ref() == Some(set));
        if rows.is_empty() {
            return Err(miette!("no claim of {name} is of the set `{set}`"));
        }
    }
    let gold: Gold = rows.into_iter().collect();
    let mut tallies: Vec<Tally> = Vec::new();
    let outcome = match &args.extracted {
        Some(path) => {
            claims::read_extracted(&path.display().to_string(), &read_file(path)?, |extraction| {
                tallies.extend(gold.compare(&extraction))
            })
            .into_diagnostic()?;
            Outcome::Done
        }
        None if !args.documents.given => {
            return Err(miette!(
                "which documents? Name them with --documents, or what was extracted from them with --extracted"
            ));
        }
        None => {
            let extractor = extractor()?;
            let compare = |document: Document| {
                if gold.has(&document.id) {
                    gold.compare(&extractor.extract(&document))
                } else {
                    None
                }
            };
            let counts = reading::for_each(&args.documents.read, compare, |tally| {
                tallies.extend(tally);
                Ok(())
            })?;
            counts.outcome()
        }
    };
    if tallies.is_empty() {
        eprintln!("none of the documents has gold in {name}: the ids must agree");
    }
    let by = match args.by {
        None | Some(By::Predicate) => Breakdown::Predicate,
        Some(By::Document) => Breakdown::Document,
    };
    Ok((gold.report(&tallies, by), outcome))
}

/// By way of a store that vanishes: who is who is decided where documents come together.
fn score_identity(args: &EvalArgs, name: &str, content: &str) -> miette::Result<(Report, Outcome)> {
    let gold = identity::read(name, content).into_diagnostic()?;
    if !args.documents.given {
        return Err(miette!("which documents? Name them with --documents"));
    }
    let wanted: HashSet<&str> = gold.iter().map(|mention| mention.doc.as_str()).collect();
    let knowledge = Knowledge::load()?;
    let base = Base::default();
    let extractor = knowledge.extractor()?;
    let mut store = Store::in_memory(base.clone()).into_diagnostic()?;
    store.set_background(knowledge.background(&base)).into_diagnostic()?;
    let mut loader = store.loader();
    let mut found: HashMap<(String, usize, usize), String> = HashMap::new();
    let read = |document: Document| {
        wanted.contains(document.id.as_str()).then(|| {
            let extraction = extractor.extract(&document);
            (document_quads(&extraction, &base, ""), extraction)
        })
    };
    let counts = reading::for_each(&args.documents.read, read, |done| {
        let Some((quads, extraction)) = done else {
            return Ok(());
        };
        loader.add(quads.into_diagnostic()?).into_diagnostic()?;
        for mention in extraction.mentions {
            found.insert((extraction.doc.id.clone(), mention.start, mention.end), mention.entity);
        }
        Ok(())
    })?;
    loader.finish().into_diagnostic()?;
    let mut entities: HashMap<String, String> = HashMap::new();
    for local in found.values() {
        if !entities.contains_key(local) {
            entities.insert(local.clone(), store.entity_of(local).into_diagnostic()?);
        }
    }
    let report = identity::score(&gold, |mention| {
        let local = found.get(&(mention.doc.clone(), mention.start, mention.end))?;
        entities.get(local).cloned()
    });
    Ok((report, counts.outcome()))
}

/// Scores what a function extracts against a file, given by its name and content.
type Scorer = dyn Fn(&(dyn Fn(&Document) -> Extraction + Sync), &str, &str) -> Result<Report, GoldError> + Sync;

fn score_sentences(documents: &Documents, score: &Scorer, name: &str, content: &str) -> miette::Result<Report> {
    let extractor = extractor()?;
    let bar = progress();
    let extract = |document: &Document| {
        let extraction = extractor.extract(document);
        bar.inc(1);
        extraction
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(documents.threads)
        .build()
        .into_diagnostic()?;
    let report = pool.install(|| score(&extract, name, content)).into_diagnostic();
    bar.finish_and_clear();
    report
}

/// `tagger` is the one that came with the program for the file's labels, where it was used.
fn print_report(args: &EvalArgs, report: &Report, tagger: Option<&str>) -> miette::Result<()> {
    if args.json {
        let mut out = report.scores.json();
        if let Some(tagger) = tagger {
            out["tagger"] = tagger.into();
        }
        for (name, asked, lines) in [
            ("misses", args.misses, &report.misses),
            ("extras", args.extras, &report.extras),
        ] {
            if asked {
                out[name] = json!(lines);
            }
        }
        return print(&(serde_json::to_string_pretty(&out).into_diagnostic()? + "\n"));
    }
    let mut text = String::new();
    for (name, asked, lines) in [
        ("missed", args.misses, &report.misses),
        ("extra", args.extras, &report.extras),
    ] {
        for line in lines.iter().filter(|_| asked) {
            text.push_str(&format!("{name}\t{line}\n"));
        }
    }
    print(&(text + &render(&report.scores)))
}

/// The scores as tables, one for each kind of item.
pub(super) fn render(scores: &Scores) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["", "P", "R", "F1", "n"]);
    let mut add = |name: &str, s: &Score| {
        table.add_row([
            name.to_owned(),
            percent(s.p),
            percent(s.r),
            percent(s.f1),
            s.n.to_string(),
        ]);
    };
    for (name, score) in &scores.types {
        add(name, score);
    }
    add("micro", &scores.micro);
    add("macro", &scores.macro_);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut out: String = table.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    for (name, value) in &scores.further {
        out.push_str(&format!(" {name}: {}\n", percent(*value)));
    }
    for (name, part) in &scores.parts {
        out.push_str(&format!("\n{name}\n{}", render(part)));
    }
    out
}

fn percent(share: f64) -> String {
    format!("{:.1}", share * 100.0)
}

/// A count of sentences on a terminal, nothing elsewhere.
fn progress() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} sentences, {per_sec}, {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
