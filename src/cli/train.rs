//! `jingwei train`

use super::Outcome;
use super::eval::render;
use super::knowledge::{self, Knowledge};
use super::output::{Stdout, print};
use super::reading::{self, ReadArgs};
use clap::{Args, ValueEnum};
use jingwei::entity::tagger::alone::Alone;
use jingwei::entity::tagger::train::{Count, Lesson, Options, Trainer};
use jingwei::entity::tagger::{KINDS, Tagger, own_labels};
use jingwei::eval::Report;
use jingwei::eval::lessons::{self, Set};
use jingwei::eval::spans::{Sentence, Span, tagged};
use jingwei::measure::Scanner;
use jingwei::text::{Text, cutter};
use miette::{IntoDiagnostic, WrapErr, miette};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Trains the tagger, which finds names that lexicon and rules don't know
///
/// Learns from annotated files (--gold: `cluener`, `bmes` and `iob2` mark every name, `finre` and `duie` some of them) and
/// from real text, in which the names that the lexicon is sure of are the lesson. Prints the scores on the files of --dev
/// after each round, one line of JSON each. The same files and the same seed give the same bytes.
///
/// With `--labels own` the tagger learns the labels of the --gold files themselves (TITLE, EDU …) in place of the program's
/// four types, from files that mark every name. It is scored by itself, without lexicon and rules speaking first: by
/// --folds on every fold of the files when it has learnt from the others, by --dev on other files. Weights written with
/// --out know their labels; `jingwei eval --tagger` scores them.
///
/// With `--model best` the network is taught, which adds its scores to those of the tagger: one encoder (--encoder) with a
/// head for the labels of each kind of --gold file and one for the program's types. Prints the scores on what is held out and
/// on the files of --dev after each round, of the network by itself and together with hashed features learnt from the same
/// files.
///
/// With --relations it trains the other model, which tells what one name of a sentence has to do with another: from files
/// of the format `finre`, without real text. After the rounds it prints how far its probabilities can be relied on.
///
/// With --segments it trains the weights that cut text into words, from the words of files of the format `iob2`.
///
/// With --events it trains the model that tells events and who plays which role in them, from files of the format `fewfc`;
/// with --folds it scores it instead. It, too, prints how far it can be relied on.
///
/// Example: jingwei train --gold cluener train.json --dev iob2 dev.iob2 --out models/fast.bin news.jsonl
///
/// Example: jingwei train --labels own --gold cluener train.json --folds 5
///
/// Example: jingwei train --model best --encoder lac.bin --gold cluener train.json --dev iob2 dev.iob2 --out models/best.bin
///
/// Example: jingwei train --relations --gold finre train.txt --dev finre valid.txt --out models/relations.bin
///
/// Example: jingwei train --segments --gold iob2 train.iob2 --dev iob2 dev.iob2 --out models/segments.bin
#[derive(Args)]
pub struct TrainArgs {
    #[command(flatten)]
    pub(super) texts: ReadArgs,
    /// What the tagger calls the names that it finds
    #[arg(long, value_enum, default_value_t = Labels::Types)]
    labels: Labels,
    /// Train the model of relations
    #[arg(long, conflicts_with_all = ["paths", "hold_out", "without", "rounds", "labels", "folds", "json"])]
    relations: bool,
    /// Train the weights that cut text into words
    #[arg(long, conflicts_with_all = ["paths", "relations", "hold_out", "without", "labels", "folds", "json"])]
    segments: bool,
    /// Train the model of events
    #[arg(long, conflicts_with_all = ["paths", "hold_out", "without", "rounds", "labels", "relations", "segments", "dev"])]
    events: bool,
    /// What an annotated file holds (cluener, iob2, bmes, finre, duie, fewfc), and the file; may be repeated
    #[arg(long, num_args = 2, value_names = ["FORMAT", "FILE"], action = clap::ArgAction::Append)]
    pub(super) gold: Vec<PathBuf>,
    /// Files to score on, as --gold; with the program's types after each round
    #[arg(long, num_args = 2, value_names = ["FORMAT", "FILE"], action = clap::ArgAction::Append)]
    pub(super) dev: Vec<PathBuf>,
    /// Score by cross-validation: every Nth sentence when all others are learnt from, N times (with --labels own or --events)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100))]
    folds: Option<u32>,
    /// Keep every Nth sentence of the --gold files that mark every name from training, and score on it
    #[arg(long, value_name = "N")]
    pub(super) hold_out: Option<usize>,
    /// Leave out real texts that share passages with these files, as what is tested on must not be learnt from
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(super) without: Vec<PathBuf>,
    /// Where the weights are written; may be left off with --labels own
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// The network to go on from with --model best: one made by `models/lac.py`, or an earlier one; the built-in one if not given
    #[arg(long, value_name = "FILE")]
    pub(super) encoder: Option<PathBuf>,
    /// Order of the lessons and choice of hidden names
    #[arg(long, default_value_t = Options::default().seed)]
    pub(super) seed: u64,
    /// How often every lesson is gone through, in each of three runs; 6, of words 8 times
    #[arg(long)]
    pub(super) rounds: Option<usize>,
    /// Print the scores of --labels own and --events as JSON, one line for each file
    #[arg(long)]
    json: bool,
}

/// Whose labels are learnt.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Labels {
    /// The program's: companies, organizations, persons, places
    Types,
    /// Those of the --gold files
    Own,
}

pub fn run(args: TrainArgs) -> miette::Result<Outcome> {
    if args.relations || args.segments {
        let Some(out) = &args.out else {
            return Err(miette!("where are the weights to be written? Name a file with --out"));
        };
        return if args.relations {
            super::relating::run(&args.gold, &args.dev, out, args.seed)
        } else {
            let rounds = args.rounds.unwrap_or(cutter::train::Options::default().rounds);
            super::cutting::train(&args.gold, &args.dev, out, args.seed, rounds)
        };
    }
    if args.events {
        return super::eventing::run(&args.gold, args.folds, args.out.as_deref(), args.seed, args.json);
    }
    if knowledge::model() == knowledge::Model::Best {
        return super::teaching::run(&args);
    }
    if args.encoder.is_some() {
        return Err(miette!(
            "--encoder goes with --model best: only the network goes on from another"
        ));
    }
    match args.labels {
        Labels::Types => learn_types(args),
        Labels::Own => learn_own(&args),
    }
}

/// Learns the labels of the annotated files.
fn learn_own(args: &TrainArgs) -> miette::Result<Outcome> {
    for (given, option) in [
        (args.texts.named(), "real text"),
        (!args.without.is_empty(), "--without"),
        (args.hold_out.is_some(), "--hold-out"),
    ] {
        if given {
            return Err(miette!(
                "{option} goes with the program's types, not with --labels own: only annotated files have other labels"
            ));
        }
    }
    if args.gold.is_empty() {
        return Err(miette!("which labels? Name files that mark every name with --gold"));
    }
    if args.folds.is_none() && args.dev.is_empty() && args.out.is_none() {
        return Err(miette!(
            "what shall be done with what is learnt? Ask for scores with --folds or --dev, for weights with --out"
        ));
    }
    let knowledge = Knowledge::load()?;
    let extractor = knowledge.extractor()?.with_tagger(None);
    let scanner = Scanner::builtin().into_diagnostic()?;
    let alone = Alone::new(extractor.lexicon(), extractor.segmenter(), &scanner);
    let files = read_sentences(&args.gold)?;
    let labels = lessons::labels_of(files.iter().flat_map(|file| &file.sentences));
    let options = Options {
        // The lexicon knows as much of what is scored as of what is learnt, so nothing of it need be hidden.
        hidden: 0,
        ..options(args)
    };
    let mut trainer = Trainer::new(labels.clone(), alone, options).into_diagnostic()?;
    for sentence in files.iter().flat_map(|file| &file.sentences) {
        trainer.add(&lessons::of_sentence(sentence, &labels), 0);
    }
    if trainer.sentences() == 0 {
        return Err(miette!("nothing to learn from: no file holds a Chinese sentence"));
    }
    if let Some(folds) = args.folds {
        let folds = folds as usize;
        let found = cross_validate(&trainer, &alone, &files, folds);
        for (file, found) in files.iter().zip(&found) {
            tell(args, &file.name, &format!("{folds} folds"), &file.report(found))?;
        }
    }
    if args.dev.is_empty() && args.out.is_none() {
        return Ok(Outcome::Done);
    }
    let tagger = trainer.learn(|round, _, _| eprintln!("round {round} of {}", options.rounds * options.runs));
    for file in read_sentences(&args.dev)? {
        let found = tagged(&alone, &tagger, &file.sentences);
        tell(args, &file.name, "dev", &file.report(&found))?;
    }
    if let Some(out) = &args.out {
        write(out, &tagger)?;
    }
    Ok(Outcome::Done)
}

/// What is found in the sentences of every file by taggers that learnt from all but their fold.
fn cross_validate(trainer: &Trainer, alone: &Alone, files: &[GoldFile], folds: usize) -> Vec<Vec<BTreeSet<Span>>> {
    let all: Vec<&Sentence> = files.iter().flat_map(|file| &file.sentences).collect();
    let found: Vec<Vec<BTreeSet<Span>>> = (0..folds)
        .into_par_iter()
        .map(|fold| {
            let tagger = trainer.learn_from(|lesson| lesson % folds != fold, |_, _, _| {});
            let held: Vec<Sentence> = all.iter().skip(fold).step_by(folds).map(|s| (*s).clone()).collect();
            let found = tagged(alone, &tagger, &held);
            eprintln!("fold {} of {folds}", fold + 1);
            found
        })
        .collect();
    let mut folds: Vec<_> = found.into_iter().map(Vec::into_iter).collect();
    let count = folds.len();
    let mut at = 0;
    files
        .iter()
        .map(|file| {
            let spans = file.sentences.iter().map(|_| {
                at += 1;
                folds[(at - 1) % count].next().unwrap_or_default()
            });
            spans.collect()
        })
        .collect()
}

/// An annotated file that marks every name.
pub(super) struct GoldFile {
    pub(super) name: String,
    pub(super) set: Set,
    pub(super) sentences: Vec<Sentence>,
}

impl GoldFile {
    pub(super) fn report(&self, found: &[BTreeSet<Span>]) -> Report {
        lessons::report(self.set, &self.name, &self.sentences, found)
    }
}

pub(super) fn read_sentences(files: &[PathBuf]) -> miette::Result<Vec<GoldFile>> {
    let mut out = Vec::new();
    for pair in files.chunks_exact(2) {
        let (set, format) = set_of(&pair[0])?;
        let name = pair[1].display().to_string();
        let sentences = lessons::sentences(set, &name, &read_file(&pair[1])?)
            .into_diagnostic()?
            .ok_or_else(|| {
                miette!("`{format}` marks only some of the names: --labels own wants cluener, iob2 or bmes")
            })?;
        out.push(GoldFile { name, set, sentences });
    }
    Ok(out)
}

/// Prints the scores on a file.
fn tell(args: &TrainArgs, name: &str, how: &str, report: &Report) -> miette::Result<()> {
    if !args.json {
        return print(&format!("{name}, {how}\n{}", render(&report.scores)));
    }
    let mut line = report.scores.json();
    line["set"] = name.into();
    line["by"] = how.into();
    print(&format!("{line}\n"))
}

fn options(args: &TrainArgs) -> Options {
    Options {
        seed: args.seed,
        rounds: args.rounds.unwrap_or(Options::default().rounds),
        ..Options::default()
    }
}

fn write(path: &Path, tagger: &Tagger) -> miette::Result<()> {
    std::fs::write(path, tagger.bytes())
        .into_diagnostic()
        .wrap_err_with(|| format!("can't write {}", path.display()))
}

/// Learns the program's types.
fn learn_types(args: TrainArgs) -> miette::Result<Outcome> {
    let Some(out) = &args.out else {
        return Err(miette!("where are the weights to be written? Name a file with --out"));
    };
    if args.folds.is_some() || args.json {
        return Err(miette!(
            "--folds and --json go with --labels own; --hold-out keeps sentences for scoring"
        ));
    }
    let started = Instant::now();
    let knowledge = Knowledge::load()?;
    let extractor = knowledge.extractor()?.with_tagger(None);
    let scanner = Scanner::builtin().into_diagnostic()?;
    let options = options(&args);
    let alone = Alone::new(extractor.lexicon(), extractor.segmenter(), &scanner);
    let mut trainer = Trainer::new(own_labels(), alone, options).into_diagnostic()?;
    let mut dev: Vec<(String, Vec<Lesson>)> = read_all(&args.dev)?;
    for (name, lessons) in read_all(&args.gold)? {
        let every = args.hold_out.unwrap_or(0);
        let (held, learnt): (Vec<_>, Vec<_>) = lessons
            .into_iter()
            .enumerate()
            // What marks some names only is no measure.
            .partition(|(i, lesson)| every > 0 && i % every == 0 && !lesson.partial);
        // Where only some names are marked, the rest is learnt once those that are marked everywhere have taught the types.
        for (_, lesson) in &learnt {
            trainer.add(lesson, usize::from(lesson.partial));
        }
        if !held.is_empty() {
            dev.push((
                format!("{name} (held out)"),
                held.into_iter().map(|(_, lesson)| lesson).collect(),
            ));
        }
    }
    let passages = passages(&args.without)?;
    let mut left_out = 0;
    let counts = reading::for_each(
        &args.texts,
        |document| {
            let insight = extractor.insight(&document);
            (!shares_passages(insight.text.folded(), &passages)).then(|| lessons::of_text(&insight))
        },
        |lesson| {
            match lesson {
                Some(lesson) => trainer.add(&lesson, 1),
                None => left_out += 1,
            }
            Ok(())
        },
    )?;
    if trainer.sentences() == 0 {
        return Err(miette!(
            "nothing to learn from: no file holds a Chinese sentence with a name"
        ));
    }
    eprintln!(
        "learning from {} sentences; {left_out} texts left out; {:.1} s",
        trainer.sentences(),
        started.elapsed().as_secs_f64()
    );
    let mut failed = None;
    let tagger = trainer.learn(|round, mistakes, tagger| {
        let line = scores(&trainer, tagger, &dev, round, mistakes);
        eprintln!(
            "round {round} of {}, {:.1} s",
            options.rounds * options.runs,
            started.elapsed().as_secs_f64()
        );
        let mut out = Stdout::lock();
        if let Err(error) = writeln!(out, "{line}").and_then(|()| out.flush()) {
            failed.get_or_insert(error);
        }
    });
    if let Some(error) = failed {
        return Err(error).into_diagnostic();
    }
    write(out, &tagger)?;
    Ok(counts.outcome())
}

/// Files given as pairs of format and path.
fn read_all(files: &[PathBuf]) -> miette::Result<Vec<(String, Vec<Lesson>)>> {
    let mut out = Vec::new();
    for pair in files.chunks_exact(2) {
        let (set, _) = set_of(&pair[0])?;
        let name = pair[1].display().to_string();
        let content = read_file(&pair[1])?;
        let lessons = lessons::read(set, &name, &content).into_diagnostic()?;
        out.push((name, lessons));
    }
    Ok(out)
}

/// The annotated format of this name.
pub(super) fn set_of(format: &Path) -> miette::Result<(Set, &'static str)> {
    let format = format.to_string_lossy();
    Set::ALL.into_iter().find(|(_, name)| *name == format).ok_or_else(|| {
        miette!("no annotated format is called `{format}`; there are cluener, iob2, bmes, finre and duie")
    })
}

pub(super) fn read_file(path: &Path) -> miette::Result<String> {
    std::fs::read_to_string(path)
        .into_diagnostic()
        .wrap_err_with(|| format!("can't read {}", path.display()))
}

fn scores(
    trainer: &Trainer,
    tagger: &Tagger,
    dev: &[(String, Vec<Lesson>)],
    round: usize,
    mistakes: usize,
) -> serde_json::Value {
    let rounded = |value: f64| (value * 1e4).round() / 1e4;
    let sets: serde_json::Map<String, serde_json::Value> = dev
        .iter()
        .map(|(name, lessons)| {
            let counts = trainer.check(tagger, lessons, 0);
            let all = counts.iter().fold(Count::default(), |all, count| all.and(count));
            let mut types = serde_json::Map::new();
            for (kind, count) in KINDS.iter().zip(&counts) {
                types.insert(format!("{kind:?}"), rounded(count.f1()).into());
            }
            let value = serde_json::json!({
                "p": rounded(all.precision()), "r": rounded(all.recall()), "f1": rounded(all.f1()), "types": types,
            });
            (name.clone(), value)
        })
        .collect();
    serde_json::json!({ "round": round, "mistakes": mistakes, "dev": sets })
}

/// Characters in a row by which texts are told to share a passage.
const PASSAGE: usize = 24;
/// So many passages make a text one that was seen; a shared byline doesn't.
const SHARED: usize = 4;

/// Passages of the files' text, markup passed over.
pub(super) fn passages(paths: &[PathBuf]) -> miette::Result<FxHashSet<u64>> {
    let mut out = FxHashSet::default();
    for path in paths {
        for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
            let entry = entry.into_diagnostic()?;
            if entry.file_type().is_file()
                && let Ok(content) = std::fs::read_to_string(entry.path())
            {
                out.extend(windows(Text::new(content).folded(), 1));
            }
        }
    }
    Ok(out)
}

pub(super) fn shares_passages(folded: &str, passages: &FxHashSet<u64>) -> bool {
    !passages.is_empty()
        && windows(folded, 6)
            .filter(|window| passages.contains(window))
            .nth(SHARED - 1)
            .is_some()
}

/// Hashes of every so many windows of Chinese characters, all others passed over.
fn windows(folded: &str, step: usize) -> impl Iterator<Item = u64> {
    let chars: Vec<char> = folded.chars().filter(|c| jingwei::text::is_han(*c)).collect();
    (0..(chars.len() + 1).saturating_sub(PASSAGE))
        .step_by(step)
        .map(move |i| {
            chars[i..i + PASSAGE]
                .iter()
                .fold(0xcbf2_9ce4_8422_2325, |hash: u64, c| {
                    (hash ^ u64::from(u32::from(*c))).wrapping_mul(0x0100_0000_01b3)
                })
        })
}
