//! Items of Wikidata as N-Triples: the truthy dump, or the full one. The lines of an item follow one another there.

use super::super::layer::{Given, Unfit};
use super::wikidata::{Gathered, is_language};

const ENTITY: &str = "http://www.wikidata.org/entity/";
const STATEMENT: &str = "http://www.wikidata.org/entity/statement/";
const DIRECT: &str = "http://www.wikidata.org/prop/direct/";
const OF_STATEMENT: &str = "http://www.wikidata.org/prop/statement/";
const QUALIFIER: &str = "http://www.wikidata.org/prop/qualifier/";
const LABEL: &str = "http://www.w3.org/2000/01/rdf-schema#label";
const ALIAS: &str = "http://www.w3.org/2004/02/skos/core#altLabel";

/// The item that is being read.
#[derive(Default)]
pub(super) struct Triples {
    began: u64,
    item: Option<Gathered>,
    /// Statements about listings: their name, exchange, code, and whether they are over
    statements: Vec<Listed>,
    /// Exchanges and codes that stand at the item itself
    exchanges: Vec<String>,
    codes: Vec<String>,
}

#[derive(Default)]
struct Listed {
    statement: String,
    exchange: String,
    code: String,
    ended: bool,
}

/// The line of an item that has been read, and its entity, where it is one.
type Finished = (u64, Option<Given>);

impl Triples {
    /// Takes a line in. What comes back is the item before, where this line begins another.
    pub fn line(&mut self, line: &str, number: u64) -> Result<Option<Finished>, Unfit> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        let broken = || Unfit::new("it is no triple of N-Triples", "write `<subject> <predicate> object .`");
        let (subject, rest) = iri(line).ok_or_else(broken)?;
        let (predicate, rest) = iri(rest).ok_or_else(broken)?;
        let statement = subject.strip_prefix(STATEMENT);
        let name = statement.or_else(|| subject.strip_prefix(ENTITY)).unwrap_or("");
        let item = name.split('-').next().unwrap_or("").to_ascii_uppercase();
        if !is_item(&item) {
            return object(rest).map(|_| None).ok_or_else(broken);
        }
        let finished = match &self.item {
            Some(known) if known.item == item => None,
            _ => self.end(),
        };
        if self.item.is_none() {
            self.began = number;
        }
        self.item.get_or_insert_with(|| Gathered {
            item,
            ..Gathered::default()
        });
        let object = object(rest).ok_or_else(broken)?;
        match statement {
            Some(statement) => self.of_statement(statement, predicate, &object),
            None => self.of_item(predicate, object),
        }
        Ok(finished)
    }

    fn of_item(&mut self, predicate: &str, object: Object) {
        let Some(item) = &mut self.item else { return };
        let Object { text, language } = object;
        let property = predicate.strip_prefix(DIRECT).unwrap_or(predicate);
        let value = || text.strip_prefix(ENTITY).unwrap_or(&text).to_owned();
        match property {
            LABEL | ALIAS => {
                if let Some(language) = language.filter(|language| is_language(language)) {
                    let texts = if property == LABEL {
                        &mut item.labels
                    } else {
                        &mut item.aliases
                    };
                    texts.push((language, text));
                }
            }
            "P31" => item.classes.push(value()),
            "P414" => self.exchanges.push(value()),
            "P249" => self.codes.push(value()),
            "P946" => item.isins.push(value()),
            "P1278" => item.leis.push(value()),
            "P176" | "P178" => item.makers.push(value()),
            _ => {}
        }
    }

    fn of_statement(&mut self, statement: &str, predicate: &str, object: &Object) {
        let (of, qualifier) = (predicate.strip_prefix(OF_STATEMENT), predicate.strip_prefix(QUALIFIER));
        if of != Some("P414") && !matches!(qualifier, Some("P249" | "P582")) {
            return;
        }
        let known = self.statements.iter().position(|listed| listed.statement == statement);
        let place = known.unwrap_or_else(|| {
            self.statements.push(Listed {
                statement: statement.to_owned(),
                ..Listed::default()
            });
            self.statements.len() - 1
        });
        let listed = &mut self.statements[place];
        match (of, qualifier) {
            (Some(_), _) => listed.exchange = object.text.strip_prefix(ENTITY).unwrap_or(&object.text).to_owned(),
            (_, Some("P249")) => listed.code.clone_from(&object.text),
            _ => listed.ended = true,
        }
    }

    /// The last item.
    pub fn end(&mut self) -> Option<Finished> {
        let mut item = self.item.take()?;
        for listed in self.statements.drain(..).filter(|listed| !listed.ended) {
            if !listed.exchange.is_empty() && !listed.code.is_empty() {
                item.listed.push((listed.exchange, listed.code));
            }
        }
        // Where there are several, nothing says which code is of which exchange.
        if let (true, [exchange], [code]) = (item.listed.is_empty(), &self.exchanges[..], &self.codes[..]) {
            item.listed.push((exchange.clone(), code.clone()));
        }
        self.exchanges.clear();
        self.codes.clear();
        item.labels.sort();
        item.aliases.sort();
        Some((self.began, item.given()))
    }
}

fn is_item(name: &str) -> bool {
    name.strip_prefix('Q')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// An IRI, and what stands behind it.
fn iri(text: &str) -> Option<(&str, &str)> {
    let (iri, rest) = text.trim_start().strip_prefix('<')?.split_once('>')?;
    Some((iri, rest))
}

struct Object {
    text: String,
    /// In lower case
    language: Option<String>,
}

/// The object of a triple, its full stop checked.
fn object(text: &str) -> Option<Object> {
    let text = text.trim().strip_suffix('.')?.trim_end();
    if text.starts_with('<') {
        let (iri, rest) = iri(text)?;
        return rest.trim().is_empty().then(|| Object {
            text: iri.to_owned(),
            language: None,
        });
    }
    if text.starts_with("_:") {
        return Some(Object {
            text: String::new(),
            language: None,
        });
    }
    let (literal, rest) = literal(text)?;
    let language = match rest.strip_prefix('@') {
        Some(language) => Some(language.to_ascii_lowercase()),
        None if rest.is_empty() || rest.starts_with("^^<") => None,
        None => return None,
    };
    Some(Object {
        text: literal,
        language,
    })
}

/// The text between quotes, and what stands behind them.
fn literal(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut out = String::new();
    let mut chars = inside.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((out, &inside[at + 1..])),
            '\\' => {
                let (_, escape) = chars.next()?;
                let digits = match escape {
                    'u' => 4,
                    'U' => 8,
                    't' | 'n' | 'r' | 'b' | 'f' => {
                        out.push(' ');
                        continue;
                    }
                    other => {
                        out.push(other);
                        continue;
                    }
                };
                let code: String = chars.by_ref().take(digits).map(|(_, digit)| digit).collect();
                out.push(char::from_u32(u32::from_str_radix(&code, 16).ok()?)?);
            }
            _ => out.push(c),
        }
    }
    None
}
