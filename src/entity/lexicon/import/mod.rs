//! What do lists of names from elsewhere say? Tables, lines of JSON, and the dumps of Wikidata.
//!
//! Lists are read line by line, so that memory doesn't grow with them; what can't be read is told with its line, and the
//! rest is read on.

mod fields;
mod lines;
pub(super) mod table;
mod triples;
mod wikidata;

pub use lines::MAX_LINE;

use super::layer::{Given, Unfit};
use crate::entity::EntityType;
use lines::{Line, Lines};
use std::io::{self, BufRead};
use std::path::Path;
use table::Table;
use triples::Triples;

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A heading and rows, with commas, semicolons or tabs
    Table,
    /// An object of JSON a line: names, or items as in Wikidata's dump
    Json,
    /// N-Triples of Wikidata
    Triples,
}

/// How a file is written, by its name without `.gz` and `.zst`; `None` where the name doesn't tell.
pub fn form_of(path: &Path) -> Option<Form> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let name = name.trim_end_matches(".gz").trim_end_matches(".zst");
    match name.rsplit_once('.')?.1 {
        "csv" | "tsv" => Some(Form::Table),
        "json" | "jsonl" | "ndjson" => Some(Form::Json),
        "nt" => Some(Form::Triples),
        _ => None,
    }
}

/// What was in a list beside its entities.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rest {
    /// Items of Wikidata that are of no type that entities have, or have no name
    pub passed_over: u64,
    /// Columns of a table that say nothing here
    pub columns: Vec<String>,
}

/// Reads a list. `take` gets every entity, or why there is none, with the line (from 1). Where it has no type of its own an
/// entity is of `kind`.
///
/// # Errors
/// An error of the file system, or of what unpacks the file.
pub fn read(
    input: impl BufRead,
    form: Form,
    kind: Option<EntityType>,
    mut take: impl FnMut(u64, Result<Given, Unfit>),
) -> io::Result<Rest> {
    let mut lines = Lines::new(input);
    let mut rest = Rest::default();
    let mut take = |number: u64, given: Result<Given, Unfit>| {
        take(
            number,
            given.map(|given| Given {
                kind: given.kind.or(kind),
                ..given
            }),
        );
    };
    let mut table: Option<Table> = None;
    let mut triples = Triples::default();
    while let Some((number, line)) = lines.next()? {
        let text = match line {
            Line::Text(text) => text,
            Line::TooLong => {
                take(
                    number,
                    Err(Unfit::new(
                        format!("the line is longer than {MAX_LINE} bytes"),
                        "split it",
                    )),
                );
                continue;
            }
            Line::NoText => {
                take(
                    number,
                    Err(Unfit::new("the line isn't UTF-8", "convert the file to UTF-8")),
                );
                continue;
            }
        };
        match form {
            Form::Table => match &mut table {
                None => match Table::of_heading(text) {
                    Ok(heading) => {
                        rest.columns = heading.unknown();
                        table = Some(heading);
                    }
                    Err(unfit) => {
                        take(number, Err(unfit));
                        return Ok(rest);
                    }
                },
                Some(_) if text.trim().is_empty() => {}
                Some(table) => take(number, table.row(text)),
            },
            Form::Json => {
                // A dump is one array, an item a line.
                let text = text.trim().trim_end_matches(',');
                if matches!(text, "" | "[" | "]") {
                    continue;
                }
                if wikidata::is_item(text) {
                    match wikidata::item(text) {
                        Ok(Some(given)) => take(number, Ok(given)),
                        Ok(None) => rest.passed_over += 1,
                        Err(unfit) => take(number, Err(unfit)),
                    }
                } else {
                    take(number, fields::object(text));
                }
            }
            Form::Triples => match triples.line(text, number) {
                Ok(Some((began, Some(given)))) => take(began, Ok(given)),
                Ok(Some((_, None))) => rest.passed_over += 1,
                Ok(None) => {}
                Err(unfit) => take(number, Err(unfit)),
            },
        }
    }
    match triples.end() {
        Some((began, Some(given))) => take(began, Ok(given)),
        Some((_, None)) => rest.passed_over += 1,
        None => {}
    }
    Ok(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each line gave.
    type Found = Vec<(u64, Result<Given, Unfit>)>;

    fn all(form: Form, text: &str) -> (Found, Rest) {
        let mut found = Found::new();
        let rest = read(text.as_bytes(), form, None, |line, given| found.push((line, given))).expect("memory");
        (found, rest)
    }

    fn one(form: Form, text: &str) -> Given {
        let (mut found, _) = all(form, text);
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0).1.expect("an entity")
    }

    #[test]
    fn a_table_may_be_written_in_several_ways() {
        for text in [
            "key,type,names,listing,isin\ndayu,Company,\"大禹軟件|Dayu, Inc.\",XHKG 8887,HK0000000001\n",
            "\u{feff}Key;Type;Names;Listing;ISIN\r\ndayu;Company;大禹軟件|Dayu, Inc.;XHKG 8887;HK0000000001",
            "isin\tlistings\tnames\ttype\tkey\nHK0000000001\tXHKG 8887\t大禹軟件|Dayu, Inc.\tcompany\tdayu\n\n",
        ] {
            let given = one(Form::Table, text);
            assert_eq!(given.key, "dayu");
            assert_eq!(given.kind, Some(EntityType::Company));
            assert_eq!(given.names, ["大禹軟件", "Dayu, Inc."]);
            assert_eq!(given.listings, ["XHKG 8887"]);
            assert_eq!(given.identifiers, [("isin".to_owned(), "HK0000000001".to_owned())]);
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        let (found, rest) = all(
            Form::Table,
            "key,type,names,colour\na,Firm,大禹\nb,Company,\"大禹\nc,Company,大禹治水\n",
        );
        let lines: Vec<u64> = found
            .iter()
            .filter(|(_, given)| given.is_err())
            .map(|(line, _)| *line)
            .collect();
        assert_eq!(lines, [2, 3]);
        assert_eq!(found.len(), 3);
        assert_eq!(rest.columns, ["colour"]);
        let (found, _) = all(
            Form::Json,
            "{\"key\": \"a\"\n{\"key\": \"b\", \"names\": [\"大禹治水\"]}\n",
        );
        assert!(found[0].1.is_err() && found[1].1.is_ok());
        let (found, _) = all(Form::Table, "colour,size\nred,1\n");
        assert!(matches!(&found[..], [(1, Err(_))]));
    }

    #[test]
    fn names_as_lines_of_json() {
        let given = one(
            Form::Json,
            r#"{"key":"dayu","type":"Company","hant":"大禹軟件","aliases":["大禹?","Dayu"],"tickers":"0700.HK","ids":{"lei":"X1"},"owner":"yu"}"#,
        );
        assert_eq!(given.hant.as_deref(), Some("大禹軟件"));
        assert_eq!(given.names, ["大禹?", "Dayu"]);
        assert_eq!(given.listings, ["0700.HK"]);
        assert_eq!(given.identifiers, [("lei".to_owned(), "X1".to_owned())]);
        assert_eq!(given.owner.as_deref(), Some("yu"));
    }

    const ITEM: &str = r#"{"type":"item","id":"Q99","labels":{"zh-hant":{"language":"zh-hant","value":"大禹軟件"},"zh-cn":{"language":"zh-cn","value":"大禹软件"},"en":{"language":"en","value":"Dayu"},"fr":{"language":"fr","value":"Dayou"}},"descriptions":[],"aliases":{"zh":[{"language":"zh","value":"大禹公司"}]},"claims":{"P31":[{"mainsnak":{"snaktype":"value","datavalue":{"value":{"entity-type":"item","id":"Q891723"},"type":"wikibase-entityid"}},"rank":"normal"}],"P414":[{"mainsnak":{"datavalue":{"value":{"id":"Q496672"}}},"qualifiers":{"P249":[{"datavalue":{"value":"0700","type":"string"}}]},"rank":"normal"},{"mainsnak":{"datavalue":{"value":{"id":"Q13677"}}},"qualifiers":{"P249":[{"datavalue":{"value":"OLD"}}],"P582":[{"datavalue":{"value":{"time":"+2010"}}}]}}],"P946":[{"mainsnak":{"datavalue":{"value":"HK1"}}}],"P1278":[{"mainsnak":{"snaktype":"novalue"}}]},"sitelinks":{}}"#;

    #[test]
    fn an_item_of_wikidata() {
        let given = one(Form::Json, &format!("[\n{ITEM},\n]\n"));
        assert_eq!(given.key, "wikidata-q99");
        assert_eq!(given.kind, Some(EntityType::Company));
        assert_eq!(given.hant.as_deref(), Some("大禹軟件"));
        assert_eq!(given.hans.as_deref(), Some("大禹软件"));
        assert_eq!(given.en.as_deref(), Some("Dayu"));
        assert_eq!(given.names, ["大禹公司"]);
        assert_eq!(given.listings, ["XHKG 700"]);
        let ids = [("wikidata", "Q99"), ("isin", "HK1")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(given.identifiers, ids);
    }

    #[test]
    fn items_of_no_type_are_passed_over() {
        let item = ITEM.replace("Q891723", "Q4167836");
        let (found, rest) = all(Form::Json, &item);
        assert!(found.is_empty());
        assert_eq!(rest.passed_over, 1);
        let (_, rest) = all(
            Form::Json,
            r#"{"type":"item","id":"Q1","labels":[],"aliases":[],"claims":[]}"#,
        );
        assert_eq!(rest.passed_over, 1);
    }

    #[test]
    fn the_same_item_as_triples() {
        let text = r#"<http://www.wikidata.org/entity/Q99> <http://www.w3.org/2000/01/rdf-schema#label> "\u5927\u79B9\u8EDF\u4EF6"@zh-hant .
<http://www.wikidata.org/entity/Q99> <http://www.w3.org/2000/01/rdf-schema#label> "大禹软件"@zh-cn .
<http://www.wikidata.org/entity/Q99> <http://www.w3.org/2000/01/rdf-schema#label> "Dayu"@en .
<http://www.wikidata.org/entity/Q99> <http://www.w3.org/2004/02/skos/core#altLabel> "大禹公司"@zh .
<http://www.wikidata.org/entity/Q99> <http://www.wikidata.org/prop/direct/P31> <http://www.wikidata.org/entity/Q891723> .
<http://www.wikidata.org/entity/Q99> <http://www.wikidata.org/prop/P414> <http://www.wikidata.org/entity/statement/Q99-AB> .
<http://www.wikidata.org/entity/statement/Q99-AB> <http://www.wikidata.org/prop/statement/P414> <http://www.wikidata.org/entity/Q496672> .
<http://www.wikidata.org/entity/statement/Q99-AB> <http://www.wikidata.org/prop/qualifier/P249> "0700" .
<http://www.wikidata.org/entity/Q99> <http://www.wikidata.org/prop/direct/P946> "HK1" .
# a comment
<http://www.wikidata.org/entity/Q100> <http://www.w3.org/2000/01/rdf-schema#label> "nothing"@en .
"#;
        let (found, rest) = all(Form::Triples, text);
        assert_eq!(rest.passed_over, 1);
        let [(1, Ok(given))] = &found[..] else {
            panic!("{found:?}")
        };
        assert_eq!(given, &one(Form::Json, ITEM));
        let (found, _) = all(Form::Triples, "<http://a> <http://b> \"never closed .\n");
        assert!(matches!(&found[..], [(1, Err(_))]));
    }
}
