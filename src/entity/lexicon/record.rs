//! How does what is known of one entity lie in a compiled lexicon?

use super::bytes::{Cursor, put_number, put_text};
use super::entry::{Entry, Labels, Name};
use crate::entity::EntityType;
use std::sync::OnceLock;

/// What is known of one entity, with all that its rows say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    /// The first is the entity's own; the others are those of further rows.
    pub keys: Vec<String>,
    pub kind: EntityType,
    /// hant, hans, en; each is one of the names
    pub labels: [Option<String>; 3],
    pub names: Vec<Name>,
    /// Sorted
    pub listings: Vec<String>,
    /// Sorted
    pub identifiers: Vec<(String, String)>,
    pub owner: Option<String>,
    /// Only bulk lists know it.
    pub bulk: bool,
}

impl Record {
    /// Appends its bytes. Of the keys the first is kept.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend([self.kind as u8, u8::from(self.bulk)]);
        put_text(out, self.keys.first().map_or("", String::as_str));
        put_text(out, self.owner.as_deref().unwrap_or(""));
        for label in &self.labels {
            let index = label
                .as_ref()
                .and_then(|label| self.names.iter().position(|name| name.text == *label));
            put_number(out, index.map_or(0, |index| index as u32 + 1));
        }
        put_number(out, self.names.len() as u32);
        for name in &self.names {
            out.push(u8::from(name.ambiguous));
            put_text(out, &name.text);
        }
        put_number(out, self.listings.len() as u32);
        self.listings.iter().for_each(|listing| put_text(out, listing));
        put_number(out, self.identifiers.len() as u32);
        for (scheme, value) in &self.identifiers {
            put_text(out, scheme);
            put_text(out, value);
        }
    }

    /// Reads what [`Record::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Record {
        let mut bytes = Cursor(bytes);
        let kind = EntityType::of_number(bytes.byte()).unwrap_or(EntityType::Organization);
        let bulk = bytes.byte() != 0;
        let key = bytes.text().to_owned();
        let owner = bytes.text();
        let labels = [bytes.number(), bytes.number(), bytes.number()];
        let names = bytes.list(|bytes| Name {
            ambiguous: bytes.byte() != 0,
            text: bytes.text().to_owned(),
        });
        Record {
            keys: vec![key],
            kind,
            labels: labels.map(|label| {
                let name = names.get((label as usize).checked_sub(1)?)?;
                Some(name.text.clone())
            }),
            names,
            listings: bytes.list(|bytes| bytes.text().to_owned()),
            identifiers: bytes.list(|bytes| (bytes.text().to_owned(), bytes.text().to_owned())),
            owner: (!owner.is_empty()).then(|| owner.to_owned()),
            bulk,
        }
    }

    /// The key of the entity whose bytes these are.
    pub fn key_of(bytes: &[u8]) -> &str {
        Cursor(bytes.get(2..).unwrap_or(&[])).text()
    }
}

impl From<Record> for Entry {
    fn from(record: Record) -> Entry {
        let [hant, hans, en] = record.labels;
        Entry {
            key: record.keys.into_iter().next().unwrap_or_default(),
            kind: record.kind,
            written: Labels { hant, hans, en },
            labels: OnceLock::new(),
            names: record.names,
            listings: record.listings,
            identifiers: record.identifiers,
            owner: record.owner,
        }
    }
}
