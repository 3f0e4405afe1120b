//! `jingwei extract`

use super::Outcome;
use super::knowledge::Knowledge;
use super::output::{SortedLines, Stdout};
use super::reading::{self, Fingerprint, ReadArgs, Seen};
use clap::{Args, ValueEnum};
use jingwei::extract::Extractor;
use jingwei::graph::{Base, document_quads};
use jingwei::read::Document;
use jingwei::store::{Part, Store};
use miette::IntoDiagnostic;
use oxigraph::io::RdfFormat;
use std::io::Write;

/// Writes what documents say, without a store
///
/// Prints one JSON object a document: its text, the entities it names, where it mentions them, and the claims it makes,
/// each with its quote. Sorted by document id, so the same documents give the same bytes in any order and with any number
/// of threads. The RDF formats give what `ingest` and `export` would, byte for byte; they are put together in memory.
///
/// Example: jingwei extract corpus/ > claims.jsonl
#[derive(Args)]
pub struct ExtractArgs {
    #[command(flatten)]
    read: ReadArgs,
    /// What is written
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Format,
    /// Base IRI of the data
    #[arg(long, value_name = "IRI", default_value = jingwei::identity::DEFAULT_BASE)]
    base: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// One JSON object a document
    Jsonl,
    /// RDF, one quad a line
    Nquads,
    /// RDF, a graph for each document, and one for what all of them say
    Trig,
    /// RDF, all in one graph
    Turtle,
}

pub fn run(args: ExtractArgs) -> miette::Result<Outcome> {
    args.read.insist()?;
    let knowledge = Knowledge::load()?;
    let base = Base::new(&args.base).into_diagnostic()?;
    let extractor = knowledge.extractor()?.with_base(base.as_str());
    match args.format {
        Format::Jsonl => lines(&args.read, &extractor),
        Format::Nquads => rdf(&args.read, &extractor, &knowledge, base, RdfFormat::NQuads),
        Format::Trig => rdf(&args.read, &extractor, &knowledge, base, RdfFormat::TriG),
        Format::Turtle => rdf(&args.read, &extractor, &knowledge, base, RdfFormat::Turtle),
    }
}

fn lines(read: &ReadArgs, extractor: &Extractor) -> miette::Result<Outcome> {
    let mut lines = SortedLines::default();
    let mut seen = Seen::default();
    let counts = reading::for_each_or_refuse(
        read,
        |document: Document, place| {
            let extraction = extractor.extract(&document);
            let line = serde_json::to_string(&extraction)
                .map_err(|error| place.refusal(error.to_string(), "please report it with the document"))?;
            Ok((Fingerprint::of(&document.id, &document.sha256), extraction.doc.id, line))
        },
        |(fingerprint, id, line), place| match seen.is_first(fingerprint, place) {
            Ok(true) => lines.push(id, line).map(|()| None),
            Ok(false) => Ok(None),
            Err(refusal) => Ok(Some(refusal)),
        },
    )?;
    let mut out = Stdout::lock();
    lines.write(&mut out)?;
    out.flush().into_diagnostic()?;
    eprintln!(
        "documents: {} read, {} refused; {}",
        counts.documents,
        counts.refused,
        counts.pace()
    );
    Ok(counts.outcome())
}

/// By way of a store that vanishes, so that there is one way only in which quads come together.
fn rdf(
    read: &ReadArgs,
    extractor: &Extractor,
    knowledge: &Knowledge,
    base: Base,
    format: RdfFormat,
) -> miette::Result<Outcome> {
    let mut store = Store::in_memory(base.clone()).into_diagnostic()?;
    store.set_background(knowledge.background(&base)).into_diagnostic()?;
    let edition = knowledge.edition()?;
    let mut loader = store.loader();
    let mut seen = Seen::default();
    let counts = reading::for_each_or_refuse(
        read,
        |document: Document, place| {
            let quads = document_quads(&extractor.extract(&document), &base, &edition)
                .map_err(|error| place.refusal(error.to_string(), "correct its metadata"))?;
            Ok((Fingerprint::of(&document.id, &document.sha256), quads))
        },
        |(fingerprint, quads), place| match seen.is_first(fingerprint, place) {
            Ok(true) => loader.add(quads).into_diagnostic().map(|()| None),
            Ok(false) => Ok(None),
            Err(refusal) => Ok(Some(refusal)),
        },
    )?;
    loader.finish().into_diagnostic()?;
    let mut out = Stdout::lock();
    store.write(&Part::All, format, false, &mut out).into_diagnostic()?;
    out.flush().into_diagnostic()?;
    eprintln!(
        "documents: {} read, {} refused; {}",
        counts.documents,
        counts.refused,
        counts.pace()
    );
    Ok(counts.outcome())
}
