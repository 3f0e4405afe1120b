//! Tables for `neo4j-admin database import`: entities, articles and facts are nodes, claims are relationships.
//!
//! A relationship's type is its predicate only where it is an asserted claim that still holds; what is hedged, planned,
//! denied or no longer so has a type of its own (`HEDGED_ACQUIRED`), so that no query takes a rumour for a fact.
//!
//! Fields are quoted as RFC 4180 has it. The importer reads a field as one line unless told otherwise, so line ends and
//! control characters in texts become spaces; that also frees one of them to part the elements of a list.

use super::graph::Edge;
use super::style::status_name;
use super::view::View;
use super::{Edtf, Fact};
use crate::claim::Status;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// Between the elements of a list: a character that no field holds.
const UNIT_SEPARATOR: &str = "\u{1f}";

const README: &str = r#"These tables are for Neo4j. Import them into a new database, in this folder:

neo4j-admin database import full --array-delimiter=U+001F \
  --nodes=entities.csv --nodes=documents.csv --nodes=facts.csv \
  --relationships=claims.csv --relationships=has_fact.csv --relationships=stated_in.csv \
  neo4j

A claim that is asserted and holds has its predicate as type (ACQUIRED); what is hedged, planned, denied or no
longer so is HEDGED_, PLANNED_, NEGATED_ or FORMER_ACQUIRED. Then ask, for example:

MATCH (a:Company)-[r:ACQUIRED]->(b) RETURN a.name, b.name, r.date, r.quote

"#;

/// The files by their names.
pub(super) fn neo4j(view: &View<'_>) -> BTreeMap<String, String> {
    let mut entities = Table::new("iri:ID,name,names:string[],degree:int,pagerank:double,community:int,:LABEL");
    let mut facts =
        Table::new("id:ID,predicate,value,date,firstDay:date,lastDay:date,status,score:double,quote,:LABEL");
    let mut has_fact = Table::new(":START_ID,:END_ID,:TYPE");
    let mut stated_in = Table::new(":START_ID,:END_ID,:TYPE");
    let mut cited: BTreeSet<&str> = BTreeSet::new();
    let mut number = 0;
    for node in &view.nodes {
        let entity = view.entity(node);
        entities.row(&[
            Cell::Text(&entity.iri),
            Cell::Text(&entity.label),
            Cell::List(&entity.names),
            Cell::Number(node.degree as f64),
            Cell::Number(node.page_rank),
            Cell::Number(node.community as f64),
            Cell::List(&["Entity".to_owned(), format!("{:?}", entity.kind)]),
        ]);
        for fact in view.facts(node) {
            number += 1;
            let id = format!("fact-{number}");
            fact_row(&mut facts, &id, fact);
            has_fact.row(&[Cell::Text(&entity.iri), Cell::Text(&id), Cell::Text("HAS_FACT")]);
            stated_in.row(&[Cell::Text(&id), Cell::Text(&fact.doc), Cell::Text("STATED_IN")]);
            cited.insert(&fact.doc);
        }
    }
    let mut claims = Table::new(
        ":START_ID,:END_ID,:TYPE,predicate,status,former:boolean,score:double,date,firstDay:date,lastDay:date,detail,doc,quote",
    );
    for claim in view.links.iter().flat_map(|link| view.claims(link)) {
        cited.insert(&claim.doc);
        let (first, last) = days(claim.date.as_ref());
        claims.row(&[
            Cell::Text(&view.graph.nodes[claim.subject].iri),
            Cell::Text(&view.graph.nodes[claim.object].iri),
            Cell::Text(&relationship(claim)),
            Cell::Text(&claim.predicate),
            Cell::Text(status_name(claim.status)),
            Cell::Text(if claim.former { "true" } else { "false" }),
            Cell::Number(claim.score),
            Cell::Maybe(claim.date.as_ref().map(Edtf::as_str)),
            Cell::Maybe(first.as_deref()),
            Cell::Maybe(last.as_deref()),
            Cell::Maybe(claim.detail.as_deref()),
            Cell::Text(&claim.doc),
            Cell::Text(&claim.quote),
        ]);
    }
    let mut documents = Table::new("iri:ID,title,published,publishedOn:date,publisher,url,:LABEL");
    let known: BTreeMap<&str, _> = view.graph.documents.iter().map(|d| (d.iri.as_str(), d)).collect();
    for iri in cited {
        let document = known.get(iri);
        let published = document.and_then(|d| d.published.as_deref());
        let day = published
            .and_then(|day| day.parse::<jiff::civil::Date>().ok())
            .map(|day| day.to_string());
        documents.row(&[
            Cell::Text(iri),
            Cell::Maybe(document.and_then(|d| d.title.as_deref())),
            Cell::Maybe(published),
            Cell::Maybe(day.as_deref()),
            Cell::Maybe(document.and_then(|d| d.publisher.as_deref())),
            Cell::Maybe(document.and_then(|d| d.url.as_deref())),
            Cell::Text("Document"),
        ]);
    }
    let caption = view
        .caption
        .iter()
        .map(|line| one_line(line))
        .collect::<Vec<_>>()
        .join("\n");
    [
        (
            "README.txt",
            format!("{}\n\n{README}{caption}\n", one_line(&view.title)),
        ),
        ("entities.csv", entities.0),
        ("documents.csv", documents.0),
        ("facts.csv", facts.0),
        ("claims.csv", claims.0),
        ("has_fact.csv", has_fact.0),
        ("stated_in.csv", stated_in.0),
    ]
    .map(|(name, content)| (name.to_owned(), content))
    .into()
}

fn fact_row(facts: &mut Table, id: &str, fact: &Fact) {
    let (first, last) = days(fact.date.as_ref());
    facts.row(&[
        Cell::Text(id),
        Cell::Text(&fact.predicate),
        Cell::Text(&fact.value),
        Cell::Maybe(fact.date.as_ref().map(Edtf::as_str)),
        Cell::Maybe(first.as_deref()),
        Cell::Maybe(last.as_deref()),
        Cell::Text(status_name(fact.status)),
        Cell::Number(fact.score),
        Cell::Text(&fact.quote),
        Cell::Text("Fact"),
    ]);
}

fn days(date: Option<&Edtf>) -> (Option<String>, Option<String>) {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    (day(date.and_then(Edtf::first_day)), day(date.and_then(Edtf::last_day)))
}

/// `foundedBy` → `FOUNDED_BY`, `HEDGED_FOUNDED_BY`, `FORMER_FOUNDED_BY`
fn relationship(claim: &Edge) -> String {
    let mut name = match (claim.status, claim.former) {
        (Status::Asserted, false) => String::new(),
        (Status::Asserted, true) => "FORMER_".to_owned(),
        (status, _) => status_name(status).to_uppercase() + "_",
    };
    for character in claim.predicate.chars() {
        if character.is_uppercase() && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        name.extend(character.to_uppercase());
    }
    name
}

enum Cell<'a> {
    Text(&'a str),
    /// An empty field is no property at all.
    Maybe(Option<&'a str>),
    List(&'a [String]),
    Number(f64),
}

/// A heading and rows.
struct Table(String);

impl Table {
    fn new(heading: &str) -> Table {
        Table(format!("{heading}\n"))
    }

    fn row(&mut self, cells: &[Cell<'_>]) {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            match cell {
                Cell::Text(text) | Cell::Maybe(Some(text)) => self.quoted(&one_line(text)),
                Cell::Maybe(None) => {}
                Cell::List(items) => {
                    let items: Vec<String> = items.iter().map(|item| one_line(item)).collect();
                    self.quoted(&items.join(UNIT_SEPARATOR));
                }
                Cell::Number(number) => {
                    let _ = write!(self.0, "{number}");
                }
            }
        }
        self.0.push('\n');
    }

    fn quoted(&mut self, text: &str) {
        let _ = write!(self.0, "\"{}\"", text.replace('"', "\"\""));
    }
}

/// Line ends and control characters become spaces, one each.
fn one_line(text: &str) -> String {
    text.replace("\r\n", " ")
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        })
        .collect()
}
