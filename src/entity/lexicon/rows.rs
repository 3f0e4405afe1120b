//! What do the rows of a table say? Reading `names/*.tsv`, and bringing together the rows of one entity.

use super::entry::Name;
use super::error::{LexiconError, mistake};
use super::record::Record;
use crate::entity::EntityType;
use crate::text;
use rustc_hash::FxHashMap;

/// The rows of a table: line number and cells, comments and empty lines left out.
pub(super) fn rows(content: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    content
        .lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line))
        .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty())
        .map(|(i, line)| (i, line.split('\t').map(str::trim).collect()))
}

/// A table folded in one conversion, as calling the C library for each of thousands of words costs more than the
/// converting; tabs are kept as a private character, which folding leaves alone.
pub(super) fn folded_table(content: &str) -> String {
    text::fold(&content.replace('\t', "\u{e000}"))
}

/// The rows of a folded table: line number and cells.
pub(super) fn folded_rows(content: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    content
        .lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line))
        .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty())
        .map(|(i, line)| (i, line.split('\u{e000}').map(str::trim).collect()))
}

pub(super) fn split_names(cell: &str) -> Vec<String> {
    cell.split('|')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Rows of `names/*.tsv` before they are joined.
#[derive(Default)]
pub(super) struct NameTable {
    rows: Vec<Row>,
    /// Union-find over `rows`: each points to an earlier one.
    parent: Vec<usize>,
    by_key: FxHashMap<String, usize>,
    by_listing: FxHashMap<String, usize>,
}

struct Row {
    key: String,
    kind: EntityType,
    /// hant, hans, en
    labels: [Option<Name>; 3],
    aliases: Vec<Name>,
    listings: Vec<String>,
    identifiers: Vec<(String, String)>,
    owner: Option<String>,
    filled: usize,
    bulk: bool,
}

impl NameTable {
    /// Reads a file.
    ///
    /// # Errors
    /// A mistake, with its line.
    pub fn read(&mut self, path: &str, content: &str) -> Result<(), LexiconError> {
        for (line, cells) in rows(content) {
            let cell = |i: usize| cells.get(i).copied().unwrap_or("");
            if cells.len() > 8 {
                return Err(mistake(
                    path,
                    line,
                    &format!("{} cells where a name has at most 8", cells.len()),
                ));
            }
            let key = cell(0);
            if !is_key(key) {
                return Err(mistake(
                    path,
                    line,
                    &format!("the key `{key}` may hold a-z, 0-9 and - only"),
                ));
            }
            let kind: EntityType = cell(1).parse().map_err(|reason: String| mistake(path, line, &reason))?;
            let labels = [cell(2), cell(3), cell(4)].map(read_name);
            let aliases: Vec<Name> = cell(5).split('|').filter_map(read_name).collect();
            if labels.iter().all(Option::is_none) && aliases.is_empty() {
                return Err(mistake(path, line, "an entity without a name"));
            }
            let mut listings = Vec::new();
            let mut identifiers = Vec::new();
            for id in split_names(cell(6)) {
                if let Some((scheme, value)) = id.split_once(':') {
                    identifiers.push((scheme.to_owned(), value.to_owned()));
                } else if is_listing(&id) {
                    listings.push(id);
                } else {
                    return Err(mistake(
                        path,
                        line,
                        &format!("`{id}` is neither `MIC CODE` nor `scheme:value`"),
                    ));
                }
            }
            let index = self.rows.len();
            self.parent.push(index);
            let earlier = *self.by_key.entry(key.to_owned()).or_insert(index);
            self.join(earlier, index);
            for listing in &listings {
                let earlier = *self.by_listing.entry(listing.clone()).or_insert(index);
                self.join(earlier, index);
            }
            self.rows.push(Row {
                key: key.to_owned(),
                kind,
                labels,
                aliases,
                listings,
                identifiers,
                owner: Some(cell(7)).filter(|owner| !owner.is_empty()).map(str::to_owned),
                bulk: path.starts_with("names/listings-"),
                filled: cells.iter().filter(|cell| !cell.is_empty()).count(),
            });
        }
        Ok(())
    }

    fn root(&self, mut index: usize) -> usize {
        while self.parent[index] != index {
            index = self.parent[index];
        }
        index
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        let (first, second) = (a.min(b), a.max(b));
        self.parent[second] = first;
    }

    /// The entities, in the order of their first rows.
    pub fn into_records(self) -> Vec<Record> {
        let roots: Vec<usize> = (0..self.rows.len()).map(|i| self.root(i)).collect();
        let mut groups: Vec<Vec<usize>> = vec![Vec::new(); self.rows.len()];
        for (index, root) in roots.iter().enumerate() {
            groups[*root].push(index);
        }
        let mut rows: Vec<Option<Row>> = self.rows.into_iter().map(Some).collect();
        let groups = groups.into_iter().filter(|group| !group.is_empty());
        groups
            .map(|group| joined(group.iter().filter_map(|&i| rows[i].take()).collect()))
            .collect()
    }
}

/// What the rows of one entity say together.
fn joined(mut rows: Vec<Row>) -> Record {
    let mut record = Record {
        keys: rows.iter().map(|row| row.key.clone()).collect(),
        kind: EntityType::Company,
        labels: [None, None, None],
        names: Vec::new(),
        listings: Vec::new(),
        identifiers: Vec::new(),
        owner: None,
        bulk: rows.iter().all(|row| row.bulk),
    };
    // Stable: among rows that say as much the first wins.
    rows.sort_by_key(|row| std::cmp::Reverse(row.filled));
    if let Some(fullest) = rows.first() {
        record.kind = fullest.kind;
    }
    for row in rows {
        for (slot, label) in record.labels.iter_mut().zip(&row.labels) {
            if let (None, Some(label)) = (slot.as_ref(), label) {
                *slot = Some(label.text.clone());
            }
        }
        row.labels
            .into_iter()
            .flatten()
            .chain(row.aliases)
            .for_each(|name| add_name(&mut record.names, name));
        record.listings.extend(row.listings);
        record.identifiers.extend(row.identifiers);
        record.owner = record.owner.or(row.owner);
    }
    record.listings.sort();
    record.listings.dedup();
    record.identifiers.sort();
    record.identifiers.dedup();
    record
}

/// A name that one row gives without doubt may still be doubted by another: doubt wins.
pub(super) fn add_name(names: &mut Vec<Name>, name: Name) {
    match names.iter_mut().find(|known| known.text == name.text) {
        Some(known) => known.ambiguous |= name.ambiguous,
        None => names.push(name),
    }
}

/// Whether a key holds nothing but what stays as it is in an IRI.
pub(super) fn is_key(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A name as a cell has it, `?` at its end for doubt.
pub(super) fn read_name(cell: &str) -> Option<Name> {
    let cell = cell.trim();
    let text = cell.strip_suffix('?').unwrap_or(cell).trim();
    (!text.is_empty()).then(|| Name {
        text: text.to_owned(),
        ambiguous: cell.ends_with('?'),
    })
}

/// `XHKG 700`: a four-letter exchange and a code.
pub(super) fn is_listing(id: &str) -> bool {
    id.split_once(' ').is_some_and(|(mic, code)| {
        mic.len() == 4
            && mic.bytes().all(|b| b.is_ascii_uppercase())
            && !code.is_empty()
            && code
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
    })
}
