//! `jingwei train --model best`

use super::train::{GoldFile, TrainArgs, passages, read_file, read_sentences, set_of, shares_passages};
use super::{Outcome, knowledge::Knowledge, models, output::Stdout, reading};
use jingwei::entity::tagger::alone::Alone;
use jingwei::entity::tagger::network::Network;
use jingwei::entity::tagger::network::course::Course;
use jingwei::entity::tagger::network::train::Options;
use jingwei::entity::tagger::train::{Count, Lesson, Options as FastOptions, Trainer};
use jingwei::entity::tagger::{Tagger, own_labels};
use jingwei::eval::lessons;
use jingwei::eval::spans::tagged;
use jingwei::measure::Scanner;
use miette::{IntoDiagnostic, WrapErr, miette};
use serde_json::{Map, Value, json};
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

/// The head of the program's own types.
const TYPES: usize = 0;

/// Sentences to score on, for one head.
struct Held {
    file: GoldFile,
    head: Option<usize>,
    types: Vec<Lesson>,
}

/// Teaches the network all labels of the annotated files, and the program's types.
pub fn run(args: &TrainArgs) -> miette::Result<Outcome> {
    let Some(out) = &args.out else {
        return Err(miette!("where is the network to be written? Name a file with --out"));
    };
    let started = Instant::now();
    let from = match &args.encoder {
        Some(path) => std::fs::read(path)
            .into_diagnostic()
            .and_then(|bytes| Network::from_bytes(&bytes).into_diagnostic())
            .wrap_err_with(|| format!("can't go on from {}", path.display()))?,
        None => models::network()?.as_ref().clone(),
    };
    let knowledge = Knowledge::load()?;
    let extractor = knowledge.extractor()?.with_tagger(None);
    let scanner = Scanner::builtin().into_diagnostic()?;
    let alone = Alone::new(extractor.lexicon(), extractor.segmenter(), &scanner);

    let complete = |pair: &&[std::path::PathBuf]| {
        set_of(&pair[0]).map_or(true, |(set, _)| {
            lessons::sentences(set, "", "").is_ok_and(|some| some.is_some())
        })
    };
    let (whole, partial): (Vec<_>, Vec<_>) = args.gold.chunks_exact(2).partition(complete);
    let files = read_sentences(&whole.concat())?;
    let mut heads = vec![own_labels()];
    for file in &files {
        let labels = lessons::labels_of(&file.sentences);
        if !heads.contains(&labels) {
            heads.push(labels);
        }
    }
    let head_of = |file: &GoldFile| {
        let labels = lessons::labels_of(&file.sentences);
        // A part of a set may lack rare labels.
        (1..heads.len()).find(|&head| labels.iter().all(|label| heads[head].contains(label)))
    };

    let mut course = Course::new(alone, from, heads.clone());
    let fast = FastOptions {
        hidden: 0,
        seed: args.seed,
        ..FastOptions::default()
    };
    let mut companions = Vec::new();
    for labels in &heads {
        companions.push(Trainer::new(labels.clone(), alone, fast).into_diagnostic()?);
    }
    let mut held = Vec::new();
    for file in files {
        let Some(head) = head_of(&file) else { continue };
        let types = types_of(&file)?;
        let every = args.hold_out.unwrap_or(0);
        let is_held = |number: usize| every > 0 && number.is_multiple_of(every);
        let mut away = Held {
            file: GoldFile {
                name: format!("{} (held out)", file.name),
                set: file.set,
                sentences: Vec::new(),
            },
            head: Some(head),
            types: Vec::new(),
        };
        for (number, (sentence, types)) in file.sentences.into_iter().zip(types).enumerate() {
            if is_held(number) {
                away.file.sentences.push(sentence);
                away.types.push(types);
                continue;
            }
            let own = lessons::of_sentence(&sentence, &heads[head]);
            companions[head].add(&own, 0);
            course.add(&[(head, own), (TYPES, types)]);
        }
        if !away.types.is_empty() {
            held.push(away);
        }
    }
    for file in read_sentences(&args.dev)? {
        held.push(Held {
            head: head_of(&file),
            types: types_of(&file)?,
            file,
        });
    }
    for pair in partial {
        let (set, _) = set_of(&pair[0])?;
        let name = pair[1].display().to_string();
        for lesson in lessons::read(set, &name, &read_file(&pair[1])?).into_diagnostic()? {
            course.add(&[(TYPES, lesson)]);
        }
    }
    let mut counts = reading::Counts::default();
    if args.texts.named() {
        let seen = passages(&args.without)?;
        counts = reading::for_each(
            &args.texts,
            |document| {
                let insight = extractor.insight(&document);
                (!shares_passages(insight.text.folded(), &seen)).then(|| lessons::of_text(&insight))
            },
            |lesson| {
                if let Some(lesson) = lesson {
                    course.add(&[(TYPES, lesson)]);
                }
                Ok(())
            },
        )?;
    }
    if course.sentences() == 0 {
        return Err(miette!("nothing to learn from: no file holds a Chinese sentence"));
    }
    let mut fast_ones = vec![models::fast()?.as_ref().clone()];
    for (number, companion) in companions.iter().enumerate().skip(1) {
        eprintln!("hashed features of {}", heads[number].join(", "));
        fast_ones.push(companion.learn(|_, _, _| {}));
    }
    eprintln!(
        "learning from {} sentences, {:.1} s",
        course.sentences(),
        started.elapsed().as_secs_f64()
    );
    let options = Options {
        seed: args.seed,
        ..Options::default()
    };
    let rounds = args.rounds.unwrap_or(FastOptions::default().rounds);
    let mut failed = None;
    let network = course.learn(rounds, options, |round, loss, network| {
        let network = Arc::new(network.clone());
        let mut line = json!({ "round": round, "loss": rounded(loss) });
        for held in &held {
            line["dev"][&held.file.name] = scores(&alone, &network, &fast_ones, held, &companions[TYPES]);
        }
        eprintln!("round {round} of {rounds}, {:.1} s", started.elapsed().as_secs_f64());
        let mut out = Stdout::lock();
        if let Err(error) = writeln!(out, "{line}").and_then(|()| out.flush()) {
            failed.get_or_insert(error);
        }
    });
    if let Some(error) = failed {
        return Err(error).into_diagnostic();
    }
    std::fs::write(out, network.bytes())
        .into_diagnostic()
        .wrap_err_with(|| format!("can't write {}", out.display()))?;
    Ok(counts.outcome())
}

fn types_of(file: &GoldFile) -> miette::Result<Vec<Lesson>> {
    lessons::complete_of(&file.sentences).into_diagnostic()
}

fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// What a network finds in sentences that it didn't learn from, by itself and with the hashed features.
fn scores(alone: &Alone, network: &Arc<Network>, fast: &[Tagger], held: &Held, types: &Trainer) -> Value {
    let mut out = Map::new();
    if let Some(head) = held.head {
        for (name, tagger) in [
            ("network", Tagger::of_network(network, head)),
            ("best", fast[head].with_network(network)),
        ] {
            let Some(tagger) = tagger else { continue };
            let scores = held.file.report(&tagged(alone, &tagger, &held.file.sentences)).scores;
            let value = json!({ "micro": rounded(scores.micro.f1), "macro": rounded(scores.macro_.f1) });
            out.insert(name.to_owned(), value);
        }
    }
    if let Some(tagger) = fast[TYPES].with_network(network) {
        let all = types
            .check(&tagger, &held.types, 0)
            .iter()
            .fold(Count::default(), |all, count| all.and(count));
        out.insert("types".to_owned(), rounded(all.f1()).into());
    }
    Value::Object(out)
}
