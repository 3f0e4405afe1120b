//! `jingwei train`

use super::Outcome;
use super::knowledge::Knowledge;
use super::output::Stdout;
use super::reading::{self, ReadArgs};
use clap::{ArgMatches, Args, Command, FromArgMatches};
use jingwei::entity::tagger::train::{Count, Lesson, Options, Trainer};
use jingwei::entity::tagger::{KINDS, Tagger};
use jingwei::eval::lessons::{self, Set};
use jingwei::measure::Scanner;
use jingwei::text::Text;
use miette::{IntoDiagnostic, WrapErr, miette};
use rustc_hash::FxHashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Trains the tagger, which finds names that lexicon and rules don't know
///
/// Learns from annotated files (--gold: `cluener`, `bmes` and `iob2` mark every name, `finre` and `duie` some of them) and
/// from real text, in which the names that the lexicon is sure of are the lesson. Prints the scores on the files of --dev
/// after each round, one line of JSON each. The same files and the same seed give the same bytes.
///
/// With --relations it trains the other model, which tells what one name of a sentence has to do with another: from files
/// of the format `finre`, without real text. After the rounds it prints how far its probabilities can be relied on.
///
/// Examples: jingwei train --gold cluener train.json --dev iob2 dev.iob2 --out models/fast.bin news.jsonl
/// jingwei train --relations --gold finre train.txt --dev finre valid.txt --out models/relations.bin
#[derive(Args)]
pub struct TrainArgs {
    /// Real text: its sure names are learnt from
    #[command(flatten)]
    read: Texts,
    /// Train the model of relations
    #[arg(long, conflicts_with_all = ["paths", "hold_out", "without", "rounds"])]
    relations: bool,
    /// What an annotated file holds (cluener, iob2, bmes, finre, duie), and the file; may be repeated
    #[arg(long, num_args = 2, value_names = ["FORMAT", "FILE"], action = clap::ArgAction::Append)]
    gold: Vec<PathBuf>,
    /// Files to score on after each round, as --gold
    #[arg(long, num_args = 2, value_names = ["FORMAT", "FILE"], action = clap::ArgAction::Append)]
    dev: Vec<PathBuf>,
    /// Keep every Nth sentence of the --gold files that mark every name from training, and score on it
    #[arg(long, value_name = "N")]
    hold_out: Option<usize>,
    /// Leave out real texts that share passages with these files, as what is tested on must not be learnt from
    #[arg(long, value_name = "PATH", num_args = 1..)]
    without: Vec<PathBuf>,
    /// Where the weights are written
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Order of the lessons and choice of hidden names
    #[arg(long, default_value_t = Options::default().seed)]
    seed: u64,
    /// How often every lesson is gone through, in each of three runs
    #[arg(long, default_value_t = Options::default().rounds)]
    rounds: usize,
}

/// The arguments of reading; the model of relations learns from no real text.
struct Texts(ReadArgs);

impl Args for Texts {
    fn augment_args(command: Command) -> Command {
        ReadArgs::augment_args(command).mut_arg("paths", |arg| arg.required(false).required_unless_present("relations"))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Texts::augment_args(command)
    }
}

impl FromArgMatches for Texts {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        ReadArgs::from_arg_matches(matches).map(Texts)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Texts::from_arg_matches(matches)?;
        Ok(())
    }
}

pub fn run(args: TrainArgs) -> miette::Result<Outcome> {
    if args.relations {
        return super::relating::run(&args.gold, &args.dev, &args.out, args.seed);
    }
    let started = Instant::now();
    let knowledge = Knowledge::load()?;
    let extractor = knowledge.extractor()?.with_tagger(None);
    let scanner = Scanner::builtin().into_diagnostic()?;
    let options = Options {
        seed: args.seed,
        rounds: args.rounds,
        ..Options::default()
    };
    let mut trainer = Trainer::new(extractor.lexicon(), extractor.segmenter(), &scanner, options);
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
        &args.read.0,
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
            args.rounds * options.runs,
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
    std::fs::write(&args.out, tagger.bytes())
        .into_diagnostic()
        .wrap_err_with(|| format!("can't write {}", args.out.display()))?;
    Ok(counts.outcome())
}

/// Files given as pairs of format and path.
fn read_all(files: &[PathBuf]) -> miette::Result<Vec<(String, Vec<Lesson>)>> {
    let mut out = Vec::new();
    for pair in files.chunks_exact(2) {
        let format = pair[0].to_string_lossy();
        let (set, _) = Set::ALL.into_iter().find(|(_, name)| *name == format).ok_or_else(|| {
            miette!("no annotated format is called `{format}`; there are cluener, iob2, bmes, finre and duie")
        })?;
        let name = pair[1].display().to_string();
        let content = read_file(&pair[1])?;
        let lessons = lessons::read(set, &name, &content).into_diagnostic()?;
        out.push((name, lessons));
    }
    Ok(out)
}

fn read_file(path: &Path) -> miette::Result<String> {
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
fn passages(paths: &[PathBuf]) -> miette::Result<FxHashSet<u64>> {
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

fn shares_passages(folded: &str, passages: &FxHashSet<u64>) -> bool {
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
