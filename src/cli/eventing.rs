//! `jingwei train --events`

use super::Outcome;
use super::eval::render;
use super::knowledge::Knowledge;
use super::output::print;
use super::train::read_file;
use jingwei::claim::events::meanings;
use jingwei::claim::events::train::{Bin, Options, cross_validate, learn};
use jingwei::eval::fewfc::Lessons;
use miette::{Context, IntoDiagnostic, miette};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Scores the model of events by cross-validation where `folds` are given, and trains it and writes it where `out` is.
///
/// # Errors
/// A file that can't be read or written, or a mistake in one.
pub fn run(
    gold: &[PathBuf],
    folds: Option<u32>,
    out: Option<&Path>,
    seed: u64,
    as_json: bool,
) -> miette::Result<Outcome> {
    if folds.is_none() && out.is_none() {
        return Err(miette!(
            "what shall be done with what is learnt? Ask for scores with --folds, for weights with --out"
        ));
    }
    let started = Instant::now();
    let extractor = Knowledge::load()?.extractor()?.with_relations(None).with_events(None);
    let mut files = Vec::new();
    for pair in gold.chunks_exact(2) {
        let format = pair[0].to_string_lossy();
        if format != "fewfc" {
            return Err(miette!("events are learnt from the format fewfc, not from `{format}`"));
        }
        files.push((pair[1].display().to_string(), read_file(&pair[1])?));
    }
    let lessons = Lessons::read(&extractor, &files).into_diagnostic()?;
    let events = lessons.studies.iter().map(|study| study.events.len()).sum::<usize>();
    if events == 0 {
        return Err(miette!("nothing to learn from: no file holds an event"));
    }
    let say = |done: &str| eprintln!("{done}; {:.1} s", started.elapsed().as_secs_f64());
    say(&format!("{} sentences with {events} events", lessons.studies.len()));
    let options = Options {
        seed,
        ..Options::default()
    };
    if let Some(folds) = folds {
        let found = cross_validate(&lessons.studies, &options, folds.into(), &say).into_diagnostic()?;
        for (name, report) in lessons.reports(&found.events, &found.kinds, &found.roles) {
            if as_json {
                let mut line = report.scores.json();
                line["set"] = name.into();
                line["by"] = format!("{folds} folds").into();
                print(&format!("{line}\n"))?;
            } else {
                print(&format!("{name}, {folds} folds\n{}\n", render(&report.scores)))?;
            }
        }
    }
    if let Some(out) = out {
        let learnt = learn(&lessons.studies, &meanings().into_diagnostic()?, &options, &say).into_diagnostic()?;
        for (what, bins) in [("parts", &learnt.parts), ("pairs", &learnt.pairs)] {
            print(&format!("{}\n", json!({ "reliability": what, "tenths": table(bins) })))?;
        }
        std::fs::write(out, learnt.events.bytes())
            .into_diagnostic()
            .wrap_err_with(|| format!("can't write {}", out.display()))?;
        say("written");
    }
    Ok(Outcome::Done)
}

fn table(bins: &[Bin]) -> Vec<serde_json::Value> {
    let rounded = |value: f64| (value * 1e4).round() / 1e4;
    bins.iter()
        .map(|bin| json!({ "count": bin.count, "said": rounded(bin.said), "held": rounded(bin.held) }))
        .collect()
}
