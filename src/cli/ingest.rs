//! `jingwei ingest`

use super::Outcome;
use super::elsewhere::{self, ElsewhereArgs, Written};
use super::knowledge::Knowledge;
use super::reading::{self, Counts, Fingerprint, Place, ReadArgs, Seen};
use super::stores::StoreArgs;
use clap::Args;
use jingwei::extract::Extraction;
use jingwei::graph::document_quads;
use jingwei::read::Document;
use jingwei::store::Loaded;
use miette::{IntoDiagnostic, WrapErr};
use oxigraph::model::Quad;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

/// Reads documents into the store
///
/// Extracts what each document says and keeps it in the store, which is made where there is none. Documents that are in
/// already are passed over, those that have changed are replaced, and all others stay as they are. So a run that was cut
/// off, even by a kill, is taken up again by the same command. Documents are known by their id: what `id` of a JSON line
/// or of the metadata says, otherwise the address, otherwise the path below the folder.
///
/// Many machines may extract and one load: with --extracted the paths hold what they wrote.
///
/// With --to another store comes to hold the same graphs, over SPARQL Update: after the documents are in, all that differs
/// from what was last left there is written, in requests of at most half a megabyte, and what is no more is taken back. A run
/// that is cut off is taken up by the same command, which without paths reads nothing and writes only. Nobody else may write
/// the graphs under the base there.
///
/// Example: jingwei ingest --store news.db articles/ more.jsonl.gz
#[derive(Args)]
pub struct IngestArgs {
    #[command(flatten)]
    read: ReadArgs,
    #[command(flatten)]
    store: StoreArgs,
    /// The paths hold what `jingwei extract` wrote, here or elsewhere, with the same edition of program and data
    #[arg(long)]
    extracted: bool,
    /// Write what was done to this file, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    #[command(flatten)]
    elsewhere: ElsewhereArgs,
}

/// What became of one document.
struct Done {
    fingerprint: Fingerprint,
    /// `None` where the store has it already.
    said: Option<Said>,
}

impl Done {
    fn new(id: &str, sha256: &str, said: Option<Said>) -> Done {
        Done {
            fingerprint: Fingerprint::of(id, sha256),
            said,
        }
    }
}

struct Said {
    quads: Vec<Quad>,
    mentions: u64,
    claims: BTreeMap<&'static str, u64>,
}

pub fn run(args: IngestArgs) -> miette::Result<Outcome> {
    let target = args.elsewhere.target()?;
    if target.is_none() {
        args.read.insist()?;
    }
    let knowledge = Knowledge::load()?;
    let base = args.store.base()?;
    let extractor = knowledge.extractor()?.with_base(base.as_str());
    let edition = knowledge.edition()?;
    let store = args.store.open_for_writing(&knowledge)?;

    let mut loader = store.loader();
    let mut unchanged = 0;
    let mut mentions = 0;
    let mut claims: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut seen = Seen::default();
    let started = Instant::now();
    let known = |id: &str, sha256: &str| {
        // A store that can't be read fails when it is written to, and says so there.
        store.has(id, sha256, &edition).unwrap_or(false)
    };
    let said = |extraction: &Extraction, place: &Place| {
        let mut claims = BTreeMap::new();
        for claim in &extraction.claims {
            *claims.entry(claim.predicate.name()).or_default() += 1;
        }
        let quads = document_quads(extraction, &base, &edition)
            .map_err(|error| place.refusal(error.to_string(), "correct its metadata"))?;
        Ok(Said {
            quads,
            mentions: extraction.mentions.len() as u64,
            claims,
        })
    };
    let take = |done: Done, place: &Place| {
        match seen.is_first(done.fingerprint, place) {
            Err(refusal) => return Ok(Some(refusal)),
            Ok(false) => {
                unchanged += 1;
                return Ok(None);
            }
            Ok(true) => {}
        }
        let Some(said) = done.said else {
            unchanged += 1;
            return Ok(None);
        };
        loader.add(said.quads).into_diagnostic()?;
        mentions += said.mentions;
        for (predicate, count) in said.claims {
            *claims.entry(predicate).or_default() += count;
        }
        Ok(None)
    };
    let mut counts = if args.extracted {
        let read = |extraction: Extraction, place: &Place| {
            let said = match known(&extraction.doc.id, &extraction.doc.sha256) {
                true => None,
                false => Some(said(&extraction, place)?),
            };
            Ok(Done::new(&extraction.doc.id, &extraction.doc.sha256, said))
        };
        reading::for_each_or_refuse(&args.read, read, take)?
    } else {
        let read = |document: Document, place: &Place| {
            let said = match known(&document.id, &document.sha256) {
                true => None,
                false => Some(said(&extractor.extract(&document), place)?),
            };
            Ok(Done::new(&document.id, &document.sha256, said))
        };
        reading::for_each_or_refuse(&args.read, read, take)?
    };
    let mut loaded = loader.finish().into_diagnostic()?;
    loaded.unchanged += unchanged;
    store.flush().into_diagnostic()?;
    args.store.keep_index(&store);
    counts.elapsed = started.elapsed();

    let run = Run {
        loaded,
        counts,
        mentions,
        claims,
        memory: peak_memory(),
    };
    if args.read.named() {
        eprintln!("{}", run.summary());
    }
    // The documents are in, whatever the other store says.
    let written = target
        .as_ref()
        .map(|target| elsewhere::write(&store, target))
        .transpose()?;
    if let Some(written) = &written {
        eprintln!("{}", written.summary());
    }
    if let Some(path) = &args.report {
        let report = json!({
            "store": args.store.store,
            "edition": edition,
            "documents": {
                "new": loaded.new,
                "changed": loaded.replaced,
                "unchanged": loaded.unchanged,
                "refused": counts.refused,
                "withHiddenText": counts.hiding,
            },
            "mentions": run.mentions,
            "claims": run.claims.values().sum::<u64>(),
            "claimsByPredicate": run.claims,
            "quads": loaded.quads,
            "bytesOfText": counts.bytes,
            "seconds": counts.elapsed.as_secs_f64(),
            "bytesOfTextPerSecond": counts.rate().round(),
            "peakMemoryBytes": run.memory,
            "to": written.as_ref().map(Written::report),
        });
        let text = serde_json::to_string_pretty(&report).into_diagnostic()? + "\n";
        std::fs::write(path, text)
            .into_diagnostic()
            .wrap_err_with(|| format!("can't write {}", path.display()))?;
    }
    Ok(match written {
        Some(written) if written.refused() > 0 => Outcome::Partly,
        _ => counts.outcome(),
    })
}

struct Run {
    loaded: Loaded,
    counts: Counts,
    mentions: u64,
    claims: BTreeMap<&'static str, u64>,
    /// Bytes, where the system tells
    memory: Option<u64>,
}

impl Run {
    fn summary(&self) -> String {
        let memory = self.memory.map_or(String::new(), |bytes| {
            format!(", {} MB of memory at most", bytes / 1_000_000)
        });
        format!(
            "documents: {} new, {} changed, {} unchanged, {} refused; {} mentions, {} claims, {} quads; {}{memory}",
            self.loaded.new,
            self.loaded.replaced,
            self.loaded.unchanged,
            self.counts.refused,
            self.mentions,
            self.claims.values().sum::<u64>(),
            self.loaded.quads,
            self.counts.pace(),
        )
    }
}

/// The most memory that the process has had resident, in bytes, where the system tells (Linux).
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}
