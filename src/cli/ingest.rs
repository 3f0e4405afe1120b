//! `jingwei ingest`

use super::Outcome;
use super::knowledge::Knowledge;
use super::reading::{self, Counts, ReadArgs};
use super::stores::StoreArgs;
use clap::Args;
use jingwei::graph::document_quads;
use jingwei::store::Loaded;
use miette::{IntoDiagnostic, WrapErr};
use oxigraph::model::Quad;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::time::Instant;

/// Reads documents into the store
///
/// Extracts what each document says and keeps it in the store, which is made where there is none. Documents that are in
/// already are passed over, those that have changed are replaced, and all others stay as they are. So a run that was cut
/// off, even by a kill, is taken up again by the same command. Documents are known by their id: what `id` of a JSON line
/// or of the metadata says, otherwise the address, otherwise the path below the folder.
///
/// Example: jingwei ingest --store news.db articles/ more.jsonl.gz
#[derive(Args)]
pub struct IngestArgs {
    #[command(flatten)]
    read: ReadArgs,
    #[command(flatten)]
    store: StoreArgs,
    /// Write what was done to this file, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// What became of one document.
struct Done {
    id: u64,
    sha256: u64,
    /// `None` where the store has it already.
    said: Option<Said>,
}

struct Said {
    quads: Vec<Quad>,
    claims: BTreeMap<&'static str, u64>,
}

pub fn run(args: IngestArgs) -> miette::Result<Outcome> {
    let knowledge = Knowledge::load()?;
    let base = args.store.base()?;
    let extractor = knowledge.extractor()?.with_base(base.as_str());
    let edition = knowledge.edition()?;
    let store = args.store.open_for_writing(&knowledge)?;

    let mut loader = store.loader();
    let mut unchanged = 0;
    let mut claims: BTreeMap<&'static str, u64> = BTreeMap::new();
    // Two documents of one id in one run would replace each other in turn, whenever the command is repeated.
    let mut seen: HashMap<u64, u64> = HashMap::new();
    let started = Instant::now();
    let mut counts = reading::for_each_or_refuse(
        &args.read,
        |document, place| {
            let (id, sha256) = (fingerprint(&document.id), fingerprint(&document.sha256));
            // A store that can't be read fails when it is written to, and says so there.
            if store.has(&document.id, &document.sha256, &edition).unwrap_or(false) {
                return Ok(Done { id, sha256, said: None });
            }
            let extraction = extractor.extract(&document);
            let mut claims = BTreeMap::new();
            for claim in &extraction.claims {
                *claims.entry(claim.predicate.name()).or_default() += 1;
            }
            let quads = document_quads(&extraction, &base, &edition)
                .map_err(|error| place.refusal(error.to_string(), "correct its metadata"))?;
            Ok(Done {
                id,
                sha256,
                said: Some(Said { quads, claims }),
            })
        },
        |done, place| {
            match seen.insert(done.id, done.sha256) {
                Some(before) if before != done.sha256 => {
                    seen.insert(done.id, before);
                    return Ok(Some(place.refusal(
                        "another document of this run has the same id and other content; the first was kept",
                        "give it an id of its own",
                    )));
                }
                Some(_) => {
                    unchanged += 1;
                    return Ok(None);
                }
                None => {}
            }
            let Some(said) = done.said else {
                unchanged += 1;
                return Ok(None);
            };
            loader.add(said.quads).into_diagnostic()?;
            for (predicate, count) in said.claims {
                *claims.entry(predicate).or_default() += count;
            }
            Ok(None)
        },
    )?;
    let mut loaded = loader.finish().into_diagnostic()?;
    loaded.unchanged += unchanged;
    store.flush().into_diagnostic()?;
    counts.elapsed = started.elapsed();

    let run = Run { loaded, counts, claims };
    eprintln!("{}", run.summary());
    if let Some(path) = &args.report {
        let report = json!({
            "store": args.store.store,
            "edition": edition,
            "documents": {
                "new": loaded.new,
                "changed": loaded.replaced,
                "unchanged": loaded.unchanged,
                "refused": counts.refused,
            },
            "claims": run.claims.values().sum::<u64>(),
            "claimsByPredicate": run.claims,
            "quads": loaded.quads,
            "bytesOfText": counts.bytes,
            "seconds": counts.elapsed.as_secs_f64(),
        });
        let text = serde_json::to_string_pretty(&report).into_diagnostic()? + "\n";
        std::fs::write(path, text)
            .into_diagnostic()
            .wrap_err_with(|| format!("can't write {}", path.display()))?;
    }
    Ok(counts.outcome())
}

struct Run {
    loaded: Loaded,
    counts: Counts,
    claims: BTreeMap<&'static str, u64>,
}

impl Run {
    fn summary(&self) -> String {
        format!(
            "documents: {} new, {} changed, {} unchanged, {} refused; {} claims, {} quads; {}",
            self.loaded.new,
            self.loaded.replaced,
            self.loaded.unchanged,
            self.counts.refused,
            self.claims.values().sum::<u64>(),
            self.loaded.quads,
            self.counts.pace(),
        )
    }
}

/// 64 bits of a digest: enough to tell the documents of one run apart, and small for millions of them.
fn fingerprint(text: &str) -> u64 {
    Sha256::digest(text)
        .iter()
        .take(8)
        .fold(0, |bits, &byte| bits << 8 | u64::from(byte))
}
