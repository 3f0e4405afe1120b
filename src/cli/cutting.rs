//! `jingwei train --segments` and `jingwei eval --segments`

use super::Outcome;
use jingwei::eval::{Report, words};
use jingwei::text::Segmenter;
use jingwei::text::cutter::Cutter;
use jingwei::text::cutter::train::{Lesson, Options, learn};
use miette::{Context, IntoDiagnostic, miette};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Trains the weights that cut text into words from the files of `gold` and writes them to `out`; a line of JSON after each
/// round, with the scores on the files of `dev`.
///
/// # Errors
/// A file that can't be read or written, or a mistake in one.
pub fn train(gold: &[PathBuf], dev: &[PathBuf], out: &Path, seed: u64, rounds: usize) -> miette::Result<Outcome> {
    let started = Instant::now();
    let lessons: Vec<Lesson> = read_all(gold)?.into_iter().flat_map(|(_, lessons)| lessons).collect();
    if lessons.is_empty() {
        return Err(miette!(
            "nothing to learn from: name files whose words are marked with --gold"
        ));
    }
    let dev = read_all(dev)?;
    let options = Options {
        seed,
        rounds,
        ..Options::default()
    };
    let segmenter = Segmenter::new();
    let cutter = learn(&segmenter, &lessons, options, |round, wrong, cutter| {
        let sets: serde_json::Map<String, serde_json::Value> = dev
            .iter()
            .map(|(name, gold)| {
                let scores = words::score(&segmenter, cutter, gold).scores;
                (name.clone(), scores.json()["micro"].take())
            })
            .collect();
        println!("{}", json!({ "round": round, "wrong": wrong, "dev": sets }));
    });
    std::fs::write(out, cutter.bytes())
        .into_diagnostic()
        .wrap_err_with(|| format!("can't write {}", out.display()))?;
    eprintln!(
        "learnt from {} sentences; {:.1} s",
        lessons.len(),
        started.elapsed().as_secs_f64()
    );
    Ok(Outcome::Done)
}

/// How well the words of a file are found, with jieba-rs beside the trained weights.
///
/// # Errors
/// A file that can't be read, or a mistake in it.
pub fn score(gold: &[PathBuf]) -> miette::Result<Report> {
    let lessons: Vec<Lesson> = read_all(gold)?.into_iter().flat_map(|(_, lessons)| lessons).collect();
    let cutter = Cutter::builtin().into_diagnostic()?;
    Ok(words::score(&Segmenter::new(), &cutter, &lessons))
}

/// The pairs of files given by format and path.
fn read_all(files: &[PathBuf]) -> miette::Result<Vec<(String, Vec<Lesson>)>> {
    let mut out = Vec::new();
    for pair in files.chunks_exact(2) {
        let format = pair[0].to_string_lossy();
        if format != "iob2" {
            return Err(miette!("words are read from the format iob2, not from `{format}`"));
        }
        let name = pair[1].display().to_string();
        let content = std::fs::read_to_string(&pair[1])
            .into_diagnostic()
            .wrap_err_with(|| format!("can't read {name}"))?;
        out.push((name.clone(), words::read(&name, &content).into_diagnostic()?));
    }
    Ok(out)
}
