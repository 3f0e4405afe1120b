//! How do rows become a file that opens at once? Everything that takes time is done here, once: folding, joining,
//! sorting, indexing, and looking for mistakes.

use super::bytes::{TextsOut, TooLarge, put_number, put_text};
use super::edges::lowered;
use super::error::{LexiconError, mistake};
use super::file::{COMMON_TRIE, FORM_TRIE, FileOut, NAME_TRIE, Part};
use super::record::Record;
use super::rows::NameTable;
use super::tables::{COMMON, Tables, common_words, prepared};
use super::terms::TermTable;
use crate::entity::EntityType;
use crate::text;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Marked with `?`, or by somebody who knows: the document must support it.
pub(super) const DOUBTED: u8 = 1;

/// An everyday word that bulk lists alone have as a name: the document must support it, unless who wrote another lexicon
/// has it without doubt.
pub(super) const EVERYDAY: u8 = 2;

/// Written in capitals: the folded form stands behind the bearers.
pub(super) const CASED: u8 = 4;

/// Bytes of names that are folded in one go: calling the C library for each costs more than the converting.
const FOLD_BYTES: usize = 1 << 20;

/// Compiles the files of a lexicon: (path below `lexicon/`, content). Files that the lexicon doesn't know are passed over,
/// as other rooms read them.
///
/// # Errors
/// A mistake in a file, with its line.
pub(super) fn compile(files: &[(&str, &str)]) -> Result<FileOut, LexiconError> {
    if !text::is_ready() {
        return Err(mistake("names", 0, "Chinese conversion isn't available"));
    }
    let mut order: Vec<_> = files.iter().collect();
    order.sort_by_key(|(path, _)| *path);
    let mut names = NameTable::default();
    let mut common: Vec<String> = Vec::new();
    let mut tables: Vec<(&str, String)> = Vec::new();
    for (path, content) in order {
        if path.starts_with("names/") {
            names.read(path, content)?;
        } else if *path == COMMON {
            common = common_words(content);
        } else if let Some(content) = prepared(path, content) {
            tables.push((path, content));
        }
    }
    common.sort_unstable();
    common.dedup();
    let read = Tables::read(tables.iter().map(|(path, content)| (*path, content.as_str())))?;
    let too_large = |_| mistake("names", 0, "more than a file of names can hold (4 GiB)");
    let mut out = FileOut::new();
    let is_everyday = |name: &str| common.binary_search_by(|word| word.as_str().cmp(name)).is_ok();
    let mut compiler = Compiler::default();
    for record in names.into_records() {
        compiler.add(&record, &is_everyday).map_err(too_large)?;
    }
    compiler.finish(&mut out, &is_everyday).map_err(too_large)?;
    index_terms(&read, &mut out).map_err(too_large)?;
    let words: Vec<&str> = common.iter().map(String::as_str).collect();
    out.put_set(Part::CommonEnds, Part::Common, COMMON_TRIE, &words)
        .map_err(too_large)?;
    let mut texts = TextsOut::default();
    for (path, content) in &tables {
        texts.push(path.as_bytes()).map_err(too_large)?;
        texts.push(content.as_bytes()).map_err(too_large)?;
    }
    out.put_texts(Part::TableEnds, Part::Tables, texts);
    Ok(out)
}

/// The forms of the terms, and on which rows each stands.
fn index_terms(tables: &Tables, out: &mut FileOut) -> Result<(), TooLarge> {
    let forms = || tables.terms.iter().flatten().flat_map(|term| &term.forms);
    let all: Vec<&str> = forms().map(|form| form.text.as_str()).collect();
    let folded_all = text::fold(&all.join("\n"));
    let mut folded_forms = folded_all.lines();
    let mut uses: BTreeMap<String, Vec<(usize, usize, bool, String)>> = BTreeMap::new();
    for table in TermTable::ALL {
        for (row, term) in tables.terms[table as usize].iter().enumerate() {
            for form in &term.forms {
                let folded = folded_forms.next().unwrap_or("");
                let letters = folded.bytes().any(|b| b.is_ascii_uppercase());
                let exact = letters && !folded.bytes().any(|b| b.is_ascii_lowercase());
                let exact = if exact { folded.to_owned() } else { String::new() };
                uses.entry(lowered(folded))
                    .or_default()
                    .push((table as usize, row, form.ambiguous, exact));
            }
        }
    }
    uses.remove("");
    let mut records = TextsOut::default();
    for uses in uses.values() {
        for (table, row, ambiguous, exact) in uses {
            records.bytes.extend([*table as u8, u8::from(*ambiguous)]);
            put_number(&mut records.bytes, *row as u32);
            put_text(&mut records.bytes, exact);
        }
        records.close()?;
    }
    let forms: Vec<&str> = uses.keys().map(String::as_str).collect();
    out.put_set(Part::FormEnds, Part::Forms, FORM_TRIE, &forms)?;
    out.put_texts(Part::FormUseEnds, Part::FormUses, records);
    Ok(())
}

/// Takes records one by one and keeps of each no more than its bytes and its names.
#[derive(Default)]
pub(super) struct Compiler {
    entries: TextsOut,
    count: u32,
    /// Key or listing, and entity
    keys: Vec<(Span, u32)>,
    listings: Vec<(Span, u32)>,
    /// What the spans point into
    arena: String,
    names: Vec<NameUse>,
    /// Names that wait to be folded, a line each; their entities, and `EVERYDAY` where bulk lists alone know those
    waiting: String,
    waiting_uses: Vec<(u32, u8)>,
    families: Vec<String>,
}

/// A piece of the arena.
#[derive(Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

/// A name of an entity.
struct NameUse {
    /// In lower case
    lower: Span,
    /// As long as `lower`; the same span where the name has no capitals
    folded: u32,
    entry: u32,
    marks: u8,
}

impl Compiler {
    /// Adds an entity. Its names that are everyday words are doubted where only bulk lists know it.
    ///
    /// # Errors
    /// More than offsets of four bytes can tell.
    pub fn add(&mut self, record: &Record, is_everyday: &dyn Fn(&str) -> bool) -> Result<(), TooLarge> {
        let entry = self.count;
        self.count = self.count.checked_add(1).ok_or(TooLarge)?;
        record.encode(&mut self.entries.bytes);
        self.entries.close()?;
        for key in &record.keys {
            let span = self.keep(key)?;
            self.keys.push((span, entry));
        }
        // By its item in Wikidata an entity is known as by a key.
        for (_, item) in record.identifiers.iter().filter(|(scheme, _)| scheme == "wikidata") {
            let span = self.keep(&wikidata_key(item))?;
            self.keys.push((span, entry));
        }
        for listing in &record.listings {
            let span = self.keep(listing)?;
            self.listings.push((span, entry));
        }
        let bulk = if record.bulk { EVERYDAY } else { 0 };
        for name in &record.names {
            self.waiting
                .extend(name.text.chars().map(|c| if c == '\n' { ' ' } else { c }));
            self.waiting.push('\n');
            let doubted = if name.ambiguous { DOUBTED } else { 0 };
            self.waiting_uses.push((entry, doubted | bulk));
            if record.kind == EntityType::Model {
                self.families.extend(family(&name.text).map(str::to_owned));
            }
        }
        if self.waiting.len() > FOLD_BYTES {
            self.fold(is_everyday)?;
        }
        Ok(())
    }

    fn keep(&mut self, text: &str) -> Result<Span, TooLarge> {
        let start = u32::try_from(self.arena.len()).map_err(|_| TooLarge)?;
        self.arena.push_str(text);
        let end = u32::try_from(self.arena.len()).map_err(|_| TooLarge)?;
        Ok(Span { start, end })
    }

    /// Folds the names that wait.
    fn fold(&mut self, is_everyday: &dyn Fn(&str) -> bool) -> Result<(), TooLarge> {
        let folded = text::fold(&self.waiting);
        self.waiting.clear();
        let uses = std::mem::take(&mut self.waiting_uses);
        for (name, (entry, marks)) in folded.lines().zip(uses) {
            let name = name.trim();
            if name.is_empty() {
                continue;
            }
            let lower = lowered(name);
            let span = self.keep(&lower)?;
            let folded = if lower == name {
                span.start
            } else {
                self.keep(name)?.start
            };
            let everyday = marks & EVERYDAY != 0 && is_everyday(name);
            self.names.push(NameUse {
                lower: span,
                folded,
                entry,
                marks: marks & DOUBTED | if everyday { EVERYDAY } else { 0 },
            });
        }
        Ok(())
    }

    /// Of each row that shares a listing with an earlier one the first of all that hang together so.
    fn joined(&self) -> FxHashMap<u32, u32> {
        let mut order: Vec<(&str, u32)> = self
            .listings
            .iter()
            .map(|(span, row)| (self.text(*span), *row))
            .collect();
        order.sort_unstable();
        let mut parent: FxHashMap<u32, u32> = FxHashMap::default();
        for pair in order.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            let (a, b) = (root(&mut parent, pair[0].1), root(&mut parent, pair[1].1));
            if a != b {
                parent.insert(a.max(b), a.min(b));
            }
        }
        let rows: Vec<u32> = parent.keys().copied().collect();
        rows.into_iter().map(|row| (row, root(&mut parent, row))).collect()
    }

    fn text(&self, span: Span) -> &str {
        &self.arena[span.start as usize..span.end as usize]
    }

    /// Writes the parts that tell of names. Rows that share a listing are one entity: the first.
    ///
    /// # Errors
    /// More than offsets of four bytes can tell.
    pub fn finish(mut self, out: &mut FileOut, is_everyday: &dyn Fn(&str) -> bool) -> Result<(), TooLarge> {
        self.fold(is_everyday)?;
        let joined = self.joined();
        let root = |entry: u32| joined.get(&entry).copied().unwrap_or(entry);
        let mut pairs: Vec<(u32, u32)> = joined.iter().map(|(row, first)| (*row, *first)).collect();
        pairs.sort_unstable();
        let numbers = pairs.iter().flat_map(|(row, first)| [*row, *first]);
        out.put(Part::Joined, numbers.flat_map(u32::to_le_bytes).collect());
        let mut names = std::mem::take(&mut self.names);
        // Stable: the first that bears a name says in which case it is written.
        names.sort_by(|a, b| self.text(a.lower).cmp(self.text(b.lower)));
        let mut sorted: Vec<&str> = Vec::new();
        let mut texts = TextsOut::default();
        let mut uses = TextsOut::default();
        for group in names.chunk_by(|a, b| self.text(a.lower) == self.text(b.lower)) {
            let lower = self.text(group[0].lower);
            sorted.push(lower);
            texts.push(lower.as_bytes())?;
            self.put_use(group, &root, &mut uses.bytes);
            uses.close()?;
        }
        out.put_trie(NAME_TRIE, super::trie::plant(&sorted)?);
        out.put_texts(Part::NameEnds, Part::Names, texts);
        out.put_texts(Part::UseEnds, Part::Uses, uses);
        self.put_index(&self.keys, &root, out, [Part::KeyEnds, Part::Keys, Part::KeyEntries])?;
        let parts = [Part::ListingEnds, Part::Listings, Part::ListingEntries];
        self.put_index(&self.listings, &root, out, parts)?;
        self.families.sort_unstable();
        self.families.dedup();
        let mut families = TextsOut::default();
        for family in &self.families {
            families.push(family.as_bytes())?;
        }
        out.put_texts(Part::FamilyEnds, Part::Families, families);
        out.put_texts(Part::EntryEnds, Part::Entries, self.entries);
        Ok(())
    }

    /// The bearers of one name.
    fn put_use(&self, group: &[NameUse], root: &impl Fn(u32) -> u32, out: &mut Vec<u8>) {
        let first = &group[0];
        let mut bearers: Vec<u32> = group.iter().map(|name| root(name.entry)).collect();
        bearers.sort_unstable();
        bearers.dedup();
        let mut marks = group.iter().fold(0, |marks, name| marks | name.marks & DOUBTED);
        if group.iter().all(|name| name.marks & EVERYDAY != 0) {
            marks |= EVERYDAY;
        }
        if first.folded != first.lower.start {
            marks |= CASED;
        }
        out.push(marks);
        put_number(out, bearers.len() as u32);
        bearers.iter().for_each(|bearer| put_number(out, *bearer));
        if marks & CASED != 0 {
            let end = first.folded + (first.lower.end - first.lower.start);
            let folded = Span {
                start: first.folded,
                end,
            };
            out.extend_from_slice(self.text(folded).as_bytes());
        }
    }

    /// Sorted texts and the entity of each; where several have one, the last wins.
    fn put_index(
        &self,
        index: &[(Span, u32)],
        root: &impl Fn(u32) -> u32,
        out: &mut FileOut,
        [ends, texts, entries]: [Part; 3],
    ) -> Result<(), TooLarge> {
        let mut order: Vec<(&str, u32)> = index.iter().map(|(span, entry)| (self.text(*span), *entry)).collect();
        order.sort_by_key(|(text, _)| *text);
        let (mut sorted, mut numbers) = (TextsOut::default(), Vec::new());
        for group in order.chunk_by(|a, b| a.0 == b.0) {
            let (text, entry) = group[group.len() - 1];
            sorted.push(text.as_bytes())?;
            numbers.extend_from_slice(&root(entry).to_le_bytes());
        }
        out.put_texts(ends, texts, sorted);
        out.put(entries, numbers);
        Ok(())
    }
}

/// The first of the rows that hang together. The way there is halved, so that long ones are walked once.
fn root(parent: &mut FxHashMap<u32, u32>, mut row: u32) -> u32 {
    while let Some(&above) = parent.get(&row) {
        if let Some(&further) = parent.get(&above) {
            parent.insert(row, further);
        }
        row = above;
    }
    row
}

/// The key of an item of Wikidata: `wikidata-q312`.
pub(super) fn wikidata_key(item: &str) -> String {
    format!("wikidata-{}", item.to_ascii_lowercase())
}

/// The head of a model's name by which further versions are told: GPT of GPT-4.
fn family(name: &str) -> Option<&str> {
    let head = name.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
    let versioned = name[head.len()..].bytes().any(|b| b.is_ascii_digit());
    (head.len() >= 3 && head.starts_with(|c: char| c.is_ascii_uppercase()) && versioned).then_some(head)
}
