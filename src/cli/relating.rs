//! `jingwei train --relations`

use super::Outcome;
use super::knowledge::Knowledge;
use jingwei::claim::relate::train::{Count, Options, Sample, check, learn};
use jingwei::claim::relate::{Eyes, labels};
use jingwei::eval::finre;
use jingwei::extract::Extractor;
use miette::{Context, IntoDiagnostic, miette};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Trains the model of relations from the files of `gold` and writes it to `out`; a line of JSON after each round, with the
/// scores on the files of `dev`, and one on reliability at the end.
///
/// # Errors
/// A file that can't be read or written, or a mistake in one.
pub fn run(gold: &[PathBuf], dev: &[PathBuf], out: &Path, seed: u64) -> miette::Result<Outcome> {
    let started = Instant::now();
    let extractor = Knowledge::load()?.extractor()?.with_tagger(None).with_relations(None);
    let eyes = Eyes::new(extractor.lexicon());
    let options = Options {
        seed,
        ..Options::default()
    };
    let learnt_from: Vec<Sample> = read_all(&extractor, &eyes, options.bits, gold)?
        .into_iter()
        .flat_map(|(_, samples)| samples)
        .collect();
    if learnt_from.is_empty() {
        return Err(miette!("nothing to learn from: no file holds a pair of names"));
    }
    let dev = read_all(&extractor, &eyes, options.bits, dev)?;
    eprintln!(
        "learning from {} pairs; {:.1} s",
        learnt_from.len(),
        started.elapsed().as_secs_f64()
    );
    let labels = labels().into_diagnostic()?;
    let learnt = learn(&learnt_from, &labels, &options, |round, loss, relations| {
        let bar = relations.calibration().bar;
        let sets: serde_json::Map<String, serde_json::Value> = dev
            .iter()
            .map(|(name, samples)| (name.clone(), scores(&check(relations, samples, bar).0)))
            .collect();
        println!("{}", json!({ "round": round, "loss": rounded(loss), "dev": sets }));
    });
    let calibration = learnt.relations.calibration();
    let bins: Vec<_> = learnt
        .reliability
        .iter()
        .map(|bin| json!({ "labels": bin.labels, "said": rounded(bin.said), "held": rounded(bin.held) }))
        .collect();
    println!(
        "{}",
        json!({
            "bar": rounded(calibration.bar.into()), "slope": rounded(calibration.slope.into()),
            "offset": rounded(calibration.offset.into()), "held_out": scores(&learnt.held_out), "reliability": bins,
        })
    );
    for (name, samples) in &dev {
        let (_, each) = check(&learnt.relations, samples, calibration.bar);
        let types: serde_json::Map<String, serde_json::Value> = labels
            .iter()
            .zip(&each)
            .map(|(label, count)| (label.name.to_owned(), scores(count)))
            .collect();
        println!("{}", json!({ "dev": name, "labels": types }));
    }
    std::fs::write(out, learnt.relations.bytes())
        .into_diagnostic()
        .wrap_err_with(|| format!("can't write {}", out.display()))?;
    eprintln!("{:.1} s", started.elapsed().as_secs_f64());
    Ok(Outcome::Done)
}

/// The pairs of files given by format and path.
fn read_all(
    extractor: &Extractor,
    eyes: &Eyes,
    bits: u32,
    files: &[PathBuf],
) -> miette::Result<Vec<(String, Vec<Sample>)>> {
    let mut out = Vec::new();
    for pair in files.chunks_exact(2) {
        let format = pair[0].to_string_lossy();
        if format != "finre" {
            return Err(miette!(
                "relations are learnt from the format finre, not from `{format}`"
            ));
        }
        let name = pair[1].display().to_string();
        let content = std::fs::read_to_string(&pair[1])
            .into_diagnostic()
            .wrap_err_with(|| format!("can't read {name}"))?;
        let insight = |document: &_| extractor.insight(document);
        let samples = finre::samples(&insight, eyes, bits, &name, &content).into_diagnostic()?;
        out.push((name, samples));
    }
    Ok(out)
}

fn scores(count: &Count) -> serde_json::Value {
    json!({
        "p": rounded(count.precision()), "r": rounded(count.recall()), "f1": rounded(count.f1()),
        "n": count.found + count.missed,
    })
}

fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
