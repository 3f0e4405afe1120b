//! `jingwei query`

use super::output::Stdout;
use super::stores::StoreArgs;
use super::{Outcome, picture};
use clap::Args;
use jingwei::draw::Language;
use jingwei::graph::term_labels;
use jingwei::graph::vocabulary::JW;
use jingwei::query::{self, Answer, Format, Options, QueryError};
use jingwei::store::Store;
use miette::{IntoDiagnostic, WrapErr, miette};
use oxigraph::io::RdfFormat;
use oxigraph::sparql::results::QueryResultsFormat;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Asks the store a SPARQL question
///
/// Runs a SPARQL 1.1 query from a file or the command line. The default graph holds each asserted fact once; the named
/// graph of a document holds its claims with quotes, reached by GRAPH ?doc { … }. The prefixes jw:, schema:, skos:, prov:,
/// rdf:, rdfs:, xsd:, entity: and doc: need not be declared. Tables are drawn on a terminal and written as CSV elsewhere;
/// graphs (CONSTRUCT, DESCRIBE) are written as Turtle.
///
/// Example: jingwei query --store news.db -e 'SELECT ?company ?person { ?company jw:foundedBy ?person }'
#[derive(Args)]
pub struct QueryArgs {
    /// File with the query, or `-` for stdin
    #[arg(required_unless_present = "expression", value_name = "FILE.rq")]
    file: Option<PathBuf>,
    /// The query itself
    #[arg(short = 'e', long, value_name = "SPARQL", conflicts_with = "file")]
    expression: Option<String>,
    #[command(flatten)]
    store: StoreArgs,
    /// table, json, xml, csv, tsv; for graphs turtle, ntriples, nquads, trig, rdfxml, jsonld
    #[arg(long, value_parser = format)]
    format: Option<Format>,
    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// Columns of a table, in characters; those of the terminal where not given, as many as it takes elsewhere
    #[arg(long, value_name = "COLUMNS")]
    width: Option<u16>,
    /// In tables, names in this language in place of the IRIs of entities, types and predicates
    #[arg(long, value_parser = picture::language())]
    lang: Option<Language>,
    /// At most so many rows
    #[arg(long, value_name = "N")]
    rows: Option<usize>,
}

fn format(name: &str) -> Result<Format, query::UnknownFormat> {
    name.parse()
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("`{text}` is no number of seconds"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

pub fn run(args: QueryArgs) -> miette::Result<Outcome> {
    let sparql = match (&args.expression, &args.file) {
        (Some(expression), _) => expression.clone(),
        (None, Some(file)) => read(file)?,
        (None, None) => return Err(miette!("which query? Name a file, or give the query with -e")),
    };
    let store = args.store.open_for_reading()?;
    let options = Options {
        timeout: args.timeout,
        rows: args.rows,
    };
    let answer = query::run(&store, &sparql, options).map_err(|error| explained(error, args.file.as_deref()))?;
    let format = args.format.unwrap_or_else(|| usual_format(&answer));
    let width = args.width.or_else(|| comfy_table::Table::new().width());
    let answer = match args.lang {
        Some(_) if format != Format::Table => {
            return Err(miette!(
                "--lang is for tables; programs want IRIs: ask for skos:prefLabel and rdfs:label instead"
            ));
        }
        Some(language) => named(&store, answer, language)?,
        None => answer,
    };
    let mut out = Stdout::lock();
    answer.write(format, store.base(), width, &mut out).into_diagnostic()?;
    out.flush().into_diagnostic()?;
    if answer.is_cut() {
        eprintln!("there are more than the {} of --rows", args.rows.unwrap_or(0));
    }
    Ok(Outcome::Done)
}

/// The answer with what entities and terms of the vocabulary are called in a language.
fn named(store: &Store, answer: Answer, language: Language) -> miette::Result<Answer> {
    let terms = term_labels(language.tag());
    let mut failed = None;
    let answer = answer.with_names(|iri| {
        if let Some(term) = iri.strip_prefix(JW) {
            return terms.get(term).cloned();
        }
        match store.entity(iri) {
            Ok(entity) => entity.map(|entity| picture::label(&entity, language)),
            Err(error) => {
                failed.get_or_insert(error);
                None
            }
        }
    });
    match failed {
        Some(error) => Err(error).into_diagnostic(),
        None => Ok(answer),
    }
}

fn read(file: &Path) -> miette::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).into_diagnostic()?;
        return Ok(text);
    }
    std::fs::read_to_string(file)
        .into_diagnostic()
        .wrap_err_with(|| format!("can't read {}", file.display()))
}

fn explained(error: QueryError, file: Option<&Path>) -> miette::Report {
    let report = miette!("{error}");
    match file {
        Some(file) => report.wrap_err(format!("the query in {}", file.display())),
        None => report,
    }
}

fn usual_format(answer: &Answer) -> Format {
    match answer {
        Answer::Graph { .. } => Format::Graph(RdfFormat::Turtle),
        _ if std::io::stdout().is_terminal() => Format::Table,
        Answer::Truth(_) => Format::Table,
        Answer::Table { .. } => Format::Results(QueryResultsFormat::Csv),
    }
}
