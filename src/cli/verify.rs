//! `jingwei verify`

use super::Outcome;
use super::knowledge::Knowledge;
use super::output::Stdout;
use super::reading::{self, ReadArgs};
use super::stores::StoreArgs;
use clap::Args;
use jingwei::graph::document_quads;
use jingwei::store::{ClaimFilter, Store};
use miette::{IntoDiagnostic, miette};
use oxigraph::model::Quad;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// Proves that the store says what its sources say
///
/// Reads the sources again and checks that each document is the one that the store knows, that every quote stands where
/// the graph says, and, where this program read it, that reading it again gives the same claims of the same entities. Then
/// derives the knowledge and the decisions about who is who anew from the documents' graphs and compares. Names what
/// doesn't hold; the exit code is 1 then. Without PATH only the store itself is checked.
///
/// Example: jingwei verify --store news.db articles/
#[derive(Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    sources: ReadArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// Faults of one kind that are written out in full.
const SHOWN: usize = 20;

pub fn run(args: VerifyArgs) -> miette::Result<Outcome> {
    let store = args.store.open_for_reading()?;
    let mut faults: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let (mut quotes, mut of_others) = (0, 0);
    let mut refused = false;
    if args.sources.named() {
        let knowledge = Knowledge::load()?;
        let base = args.store.base()?;
        let extractor = knowledge.extractor()?.with_base(base.as_str());
        let edition = knowledge.edition()?;
        let counts = reading::for_each(
            &args.sources,
            |document| {
                let known = match store.document(&document.id) {
                    Ok(known) => known,
                    Err(error) => return Err(error.to_string()),
                };
                let Some(known) = known else {
                    return Ok(None);
                };
                let mut checked = check_quotes(&store, &document.id, &document.text)?;
                if known.sha256 != document.sha256 {
                    checked.faults.push(("the source has changed", document.id.clone()));
                } else if known.edition != edition {
                    checked.by_another = true;
                } else {
                    let again = document_quads(&extractor.extract(&document), &base, &edition);
                    let again = again.map_err(|error| error.to_string())?;
                    let held = store.as_read(&document.id).map_err(|error| error.to_string())?;
                    for (what, quad) in difference(&again, &held) {
                        checked.faults.push((what, quad));
                    }
                }
                Ok(Some((document.id, checked)))
            },
            |checked| {
                let checked = checked.map_err(|error| miette!("{error}"))?;
                if let Some((id, checked)) = checked {
                    seen.insert(id);
                    quotes += checked.quotes;
                    of_others += usize::from(checked.by_another);
                    for (kind, fault) in checked.faults {
                        faults.entry(kind.to_owned()).or_default().push(fault);
                    }
                }
                Ok(())
            },
        )?;
        refused = counts.refused > 0;
    }
    let documents = store.documents().into_diagnostic()?;
    let unseen = documents.iter().filter(|document| !seen.contains(&document.id)).count();
    let difference = store.verify().into_diagnostic()?;
    for (kind, quads) in [
        ("implied, but not in the store", difference.missing),
        ("in the store, but nothing implies it", difference.surplus),
    ] {
        if !quads.is_empty() {
            faults.insert(kind.to_owned(), quads.iter().map(Quad::to_string).collect());
        }
    }
    let mut out = Stdout::lock();
    for (kind, list) in &faults {
        writeln!(out, "{kind}: {}", list.len()).into_diagnostic()?;
        for fault in list.iter().take(SHOWN) {
            writeln!(out, "  {fault}").into_diagnostic()?;
        }
        if list.len() > SHOWN {
            writeln!(out, "  and {} more", list.len() - SHOWN).into_diagnostic()?;
        }
    }
    if args.sources.named() {
        writeln!(
            out,
            "{} of {} documents read again, {quotes} quotes compared with their sources",
            seen.len(),
            documents.len()
        )
        .into_diagnostic()?;
        if of_others > 0 {
            writeln!(
                out,
                "{of_others} of them were read by another edition of program or data: of those the quotes alone were compared"
            )
            .into_diagnostic()?;
        }
        if unseen > 0 {
            writeln!(out, "{unseen} documents of the store are not among the sources").into_diagnostic()?;
        }
    }
    let sound = faults.is_empty();
    writeln!(out, "{}", if sound { "sound" } else { "not sound" }).into_diagnostic()?;
    out.flush().into_diagnostic()?;
    Ok(if sound && !refused {
        Outcome::Done
    } else {
        Outcome::Partly
    })
}

#[derive(Default)]
struct Checked {
    quotes: usize,
    /// Another edition has read it, so that reading it again proves nothing
    by_another: bool,
    /// Kind and fault
    faults: Vec<(&'static str, String)>,
}

/// Whether every quote stands in the text where the graph says.
fn check_quotes(store: &Store, id: &str, text: &str) -> Result<Checked, String> {
    let filter = ClaimFilter {
        document: Some(id.to_owned()),
        ..ClaimFilter::default()
    };
    let claims = store.claims(&filter).map_err(|error| error.to_string())?;
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let mut checked = Checked::default();
    for claim in claims {
        let (start, end) = claim.span;
        let stands = match (starts.get(start), starts.get(end)) {
            (Some(&from), Some(&to)) => text.get(from..to) == Some(&*claim.quote),
            _ => false,
        };
        checked.quotes += 1;
        if !stands {
            checked.faults.push((
                "a quote doesn't stand where it is said to",
                format!("{id} {start}-{end} claim {} 「{}」", claim.id, claim.quote),
            ));
        }
    }
    Ok(checked)
}

/// What reading again gives that the store lacks, and the other way round.
fn difference(again: &[Quad], held: &[Quad]) -> Vec<(&'static str, String)> {
    let texts = |quads: &[Quad]| quads.iter().map(Quad::to_string).collect::<BTreeSet<_>>();
    let (again, held) = (texts(again), texts(held));
    let lacks = again
        .difference(&held)
        .map(|quad| ("said by the source, but not in the store", quad.clone()));
    let extra = held
        .difference(&again)
        .map(|quad| ("in the store, but not said by the source", quad.clone()));
    lacks.chain(extra).collect()
}
