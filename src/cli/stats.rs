//! `jingwei stats`

use super::Outcome;
use super::names::{Format, Shown};
use super::output::print;
use super::stores::StoreArgs;
use super::terminal::{Style, clean, columns};
use clap::Args;
use jingwei::claim::{Predicate, Status};
use jingwei::entity::EntityType;
use jingwei::graph::term_labels;
use jingwei::graph::vocabulary::JW;
use jingwei::query::{self, Answer, Options};
use jingwei::store::Store;
use miette::{IntoDiagnostic, miette};
use oxigraph::model::Term;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

/// Tells what is in the store
///
/// Documents by language and publisher with the days of publication, entities by type, claims by predicate and status,
/// facts, quads, and the size on disk.
///
/// Example: jingwei stats --store news.db --lang en
#[derive(Args)]
pub struct StatsArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Publishers at most, those with most documents; all of them in JSON
    #[arg(long, value_name = "N", default_value_t = 10)]
    publishers: usize,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Serialize)]
struct Stats {
    documents: Documents,
    entities: Entities,
    claims: Claims,
    /// Plain triples of the default graph between entities and values
    facts: u64,
    quads: usize,
    /// Bytes on disk; absent where the store is in memory
    bytes: Option<u64>,
}

#[derive(Serialize)]
struct Documents {
    count: u64,
    /// Day of publication
    first: Option<String>,
    last: Option<String>,
    undated: u64,
    languages: BTreeMap<String, u64>,
    publishers: BTreeMap<String, u64>,
}

#[derive(Serialize)]
struct Entities {
    count: u64,
    types: BTreeMap<EntityType, u64>,
}

#[derive(Serialize)]
struct Claims {
    count: u64,
    statuses: BTreeMap<Status, u64>,
    predicates: BTreeMap<String, BTreeMap<Status, u64>>,
}

pub fn run(args: StatsArgs) -> miette::Result<Outcome> {
    let store = args.store.open_for_reading()?;
    let stats = stats(&store)?;
    print(&match args.shown.format {
        Format::Json => serde_json::to_string_pretty(&stats).into_diagnostic()? + "\n",
        Format::Text => text(&stats, &args),
    })?;
    Ok(Outcome::Done)
}

fn stats(store: &Store) -> miette::Result<Stats> {
    let mut documents = Documents {
        count: 0,
        first: None,
        last: None,
        undated: 0,
        languages: BTreeMap::new(),
        publishers: BTreeMap::new(),
    };
    for row in rows(
        store,
        "SELECT ?language ?publisher (COUNT(*) AS ?n) (COUNT(?day) AS ?dated) (MIN(STR(?day)) AS ?first) (MAX(STR(?day)) AS ?last) { \
         GRAPH ?doc { ?doc a schema:NewsArticle OPTIONAL { ?doc schema:inLanguage ?language } \
         OPTIONAL { ?doc schema:publisher ?publisher } OPTIONAL { ?doc schema:datePublished ?day } } \
         } GROUP BY ?language ?publisher",
    )? {
        let [language, publisher, count, dated, first, last] = fields(&row);
        let (count, dated) = (number(&count), number(&dated));
        documents.count += count;
        documents.undated += count - dated;
        *documents.languages.entry(language.unwrap_or_default()).or_default() += count;
        *documents.publishers.entry(publisher.unwrap_or_default()).or_default() += count;
        documents.first = [documents.first, first].into_iter().flatten().min();
        documents.last = [documents.last, last].into_iter().flatten().max();
    }
    let mut entities = Entities {
        count: 0,
        types: BTreeMap::new(),
    };
    for row in rows(
        store,
        "SELECT ?class (COUNT(*) AS ?n) { ?entity a ?class } GROUP BY ?class",
    )? {
        let [class, count] = fields(&row);
        let kind = class.and_then(|class| class.strip_prefix(JW)?.parse::<EntityType>().ok());
        if let Some(kind) = kind {
            entities.count += number(&count);
            entities.types.insert(kind, number(&count));
        }
    }
    let mut claims = Claims {
        count: 0,
        statuses: BTreeMap::new(),
        predicates: BTreeMap::new(),
    };
    for row in rows(
        store,
        "SELECT ?predicate ?status (COUNT(*) AS ?n) { GRAPH ?doc { ?claim rdf:predicate ?predicate ; jw:status ?status } } \
         GROUP BY ?predicate ?status",
    )? {
        let [predicate, status, count] = fields(&row);
        let count = number(&count);
        let name = |term: Option<String>| term.and_then(|iri| Some(iri.strip_prefix(JW)?.to_owned()));
        let (Some(predicate), Some(status)) = (name(predicate), name(status)) else {
            continue;
        };
        let Some(status) = STATUSES
            .into_iter()
            .find(|known| format!("{known:?}").eq_ignore_ascii_case(&status))
        else {
            continue;
        };
        claims.count += count;
        *claims.statuses.entry(status).or_default() += count;
        *claims
            .predicates
            .entry(predicate)
            .or_default()
            .entry(status)
            .or_default() += count;
    }
    let mut facts = 0;
    for predicate in Predicate::ALL {
        let count = format!("SELECT (COUNT(*) AS ?n) {{ ?subject jw:{} ?object }}", predicate.name());
        for row in rows(store, &count)? {
            let [count] = fields(&row);
            facts += number(&count);
        }
    }
    Ok(Stats {
        documents,
        entities,
        claims,
        facts,
        quads: store.quads().len().into_diagnostic()?,
        bytes: store.folder().map(size),
    })
}

const STATUSES: [Status; 4] = [Status::Asserted, Status::Planned, Status::Hedged, Status::Negated];

fn rows(store: &Store, sparql: &str) -> miette::Result<Vec<Vec<Option<Term>>>> {
    match query::run(store, sparql, Options::default()).into_diagnostic()? {
        Answer::Table { rows, .. } => Ok(rows),
        _ => Err(miette!("a question about the store has no table for an answer")),
    }
}

fn fields<const N: usize>(row: &[Option<Term>]) -> [Option<String>; N] {
    std::array::from_fn(|at| {
        row.get(at)?.as_ref().map(|term| match term {
            Term::NamedNode(node) => node.as_str().to_owned(),
            Term::Literal(literal) => literal.value().to_owned(),
            other => other.to_string(),
        })
    })
}

fn number(field: &Option<String>) -> u64 {
    field.as_deref().and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Bytes of all files below a folder.
fn size(folder: &Path) -> u64 {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .filter_map(|entry| entry.metadata().ok())
        .filter(|data| data.is_file())
        .map(|data| data.len())
        .sum()
}

fn text(stats: &Stats, args: &StatsArgs) -> String {
    let terminal = args.shown.terminal();
    let terms = term_labels(args.shown.lang.tag());
    let term = |name: &str| terms.get(name).cloned().unwrap_or_else(|| name.to_owned());
    let status = |status: Status| term(&format!("{status:?}").to_lowercase());
    let mut out = String::new();
    let section = |out: &mut String, name: &str, count: u64, about: &str| {
        let gap = if out.is_empty() { "" } else { "\n" };
        let heading = terminal.paint(Style::Heading, &format!("{} {name}", grouped(count)));
        let _ = writeln!(out, "{gap}{heading}{}", terminal.paint(Style::Aside, about));
    };

    let Documents {
        count,
        first,
        last,
        undated,
        languages,
        publishers,
    } = &stats.documents;
    let mut about = match (first, last) {
        (Some(first), Some(last)) => format!("  {first} to {last}"),
        _ => String::new(),
    };
    if *undated > 0 {
        about += &format!("  {} undated", grouped(*undated));
    }
    section(&mut out, "documents", *count, &about);
    out += &numbers(&ranked(languages), "no language");
    out.push('\n');
    let ranked_publishers = ranked(publishers);
    let shown = &ranked_publishers[..ranked_publishers.len().min(args.publishers)];
    out += &numbers(shown, "no publisher");
    if shown.len() < ranked_publishers.len() {
        let more = format!(
            "  and {} more publishers",
            grouped((ranked_publishers.len() - shown.len()) as u64)
        );
        let _ = writeln!(out, "{}", terminal.paint(Style::Aside, &more));
    }

    section(&mut out, "entities", stats.entities.count, "");
    let types = stats
        .entities
        .types
        .iter()
        .map(|(kind, &count)| (term(&format!("{kind:?}")), count))
        .collect();
    out += &numbers(&ranked(&types), "");

    let about = format!("  of them {} facts, each counted once", grouped(stats.facts));
    section(&mut out, "claims", stats.claims.count, &about);
    let present: Vec<Status> = STATUSES
        .into_iter()
        .filter(|status| stats.claims.statuses.contains_key(status))
        .collect();
    let mut table = vec![vec![String::new()]];
    table[0].extend(present.iter().map(|&known| status(known)));
    let mut predicates: Vec<(String, &BTreeMap<Status, u64>)> = stats
        .claims
        .predicates
        .iter()
        .map(|(name, counts)| (term(name), counts))
        .collect();
    predicates.sort_by_key(|(name, counts)| (std::cmp::Reverse(counts.values().sum::<u64>()), name.clone()));
    for (name, counts) in predicates {
        let mut row = vec![name];
        row.extend(
            present
                .iter()
                .map(|known| counts.get(known).map_or(String::new(), |&count| grouped(count))),
        );
        table.push(row);
    }
    if table.len() > 1 {
        let mut all = vec!["=".to_owned()];
        all.extend(present.iter().map(|known| grouped(stats.claims.statuses[known])));
        table.push(all);
    }
    out += &right_aligned(&table);

    let bytes = stats
        .bytes
        .map_or(String::new(), |bytes| format!("  {} on disk", sized(bytes)));
    section(&mut out, "quads", stats.quads as u64, &bytes);
    out
}

/// The most first; of as many in order of name.
fn ranked(counts: &BTreeMap<String, u64>) -> Vec<(String, u64)> {
    let mut ranked: Vec<(String, u64)> = counts.iter().map(|(name, &count)| (name.clone(), count)).collect();
    ranked.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    ranked
}

/// Names and their numbers as two columns.
fn numbers(counts: &[(String, u64)], nameless: &str) -> String {
    let rows: Vec<Vec<String>> = counts
        .iter()
        .map(|(name, count)| {
            let name = clean(name);
            vec![
                if name.is_empty() { nameless.to_owned() } else { name },
                grouped(*count),
            ]
        })
        .collect();
    right_aligned(&rows)
}

/// Columns of which all but the first are numbers.
fn right_aligned(rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|at| super::terminal::widest(rows.iter().filter_map(|row| row.get(at)).map(String::as_str)))
        .collect();
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let cells = row.iter().zip(&widths).enumerate();
            cells
                .map(|(at, (cell, width))| match at {
                    0 => cell.clone(),
                    _ => format!("{}{cell}", " ".repeat(width.saturating_sub(cell.width()))),
                })
                .collect()
        })
        .collect();
    columns("  ", &rows)
}

/// `5310` → `5,310`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn sized(bytes: u64) -> String {
    match bytes {
        1_000_000_000.. => format!("{:.1} GB", bytes as f64 / 1e9),
        1_000_000.. => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} kB", bytes as f64 / 1e3),
    }
}
