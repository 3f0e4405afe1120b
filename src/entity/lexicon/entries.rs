//! Which entities are known, by which keys, listings and names? The built-in ones, and those of the layers over them.
//!
//! Every file numbers its own rows and names. Here they have one number each: those of the first file, then those of
//! the next. A row of a layer whose key or listing a lower file knows has no number of its own: it adds to that entity.
//! An entity is read from its file when it is first asked for.

use super::bytes::Cursor;
use super::compile::{CASED, DOUBTED, EVERYDAY};
use super::edges::{case_check, has_word_edges};
use super::entry::{Entry, Labels};
use super::file::{File, NAME_TRIE, Part};
use super::record::Record;
use super::rows::add_name;
use super::{NameHit, NameUse};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::ops::Index;
use std::sync::OnceLock;

/// Entities whose places are made together.
const PAGE: usize = 256;

/// The entities that are known beforehand, in the order of their numbers.
pub struct Entries {
    layers: Vec<Layer>,
    /// Rows of layers that tell of an entity that a lower number has
    joined: FxHashMap<u32, u32>,
    /// The same the other way round, in order
    further: FxHashMap<u32, Vec<u32>>,
    rows: u32,
    pages: Vec<OnceLock<Page>>,
}

type Page = Box<[OnceLock<Box<Entry>>]>;

/// A file, and the numbers of its first row and name.
struct Layer {
    file: File,
    first_row: u32,
    first_name: u32,
}

impl Layer {
    fn rows(&self) -> u32 {
        self.file.numbers(Part::EntryEnds).len() as u32
    }

    fn names(&self) -> u32 {
        self.file.numbers(Part::NameEnds).len() as u32
    }

    /// The row with this key, in the file's own numbers.
    fn row_of(&self, index: [Part; 3], text: &str) -> Option<u32> {
        let [ends, texts, rows] = index;
        let place = self.file.texts(ends, texts).find(text.as_bytes())?;
        self.file.numbers(rows).get(place).filter(|row| *row < self.rows())
    }
}

const KEYS: [Part; 3] = [Part::KeyEnds, Part::Keys, Part::KeyEntries];
const LISTINGS: [Part; 3] = [Part::ListingEnds, Part::Listings, Part::ListingEntries];

impl Entries {
    /// The entities of a file.
    pub(super) fn new(file: File) -> Entries {
        let mut entries = Entries {
            layers: Vec::new(),
            joined: FxHashMap::default(),
            further: FxHashMap::default(),
            rows: 0,
            pages: Vec::new(),
        };
        entries.add(file);
        entries
    }

    /// Lays a file over those that are there.
    pub(super) fn add(&mut self, file: File) {
        let layer = Layer {
            file,
            first_row: self.rows,
            first_name: self.layers.last().map_or(0, |last| last.first_name + last.names()),
        };
        let mut joined: FxHashMap<u32, u32> = FxHashMap::default();
        for index in [KEYS, LISTINGS] {
            for lower in &self.layers {
                for (row, known) in shared(lower, &layer, index) {
                    let known = self.entity_of(lower.first_row + known);
                    joined.entry(layer.first_row + row).or_insert(known);
                }
            }
        }
        // Rows of the file that are one entity: what one of them is joined to, all are. Those that aren't the first know
        // no more than which is.
        let pairs = layer.file.part(Part::Joined).as_chunks::<8>().0;
        for [a, b, c, d, e, f, g, h] in pairs.iter().copied() {
            let row = layer.first_row.saturating_add(u32::from_le_bytes([a, b, c, d]));
            let first = layer.first_row.saturating_add(u32::from_le_bytes([e, f, g, h]));
            if row > first && row - layer.first_row < layer.rows() {
                let root = joined.get(&first).copied().unwrap_or(first);
                joined.insert(row, root);
            }
        }
        let mut pairs: Vec<(u32, u32)> = joined.into_iter().collect();
        pairs.sort_unstable();
        for (row, entity) in pairs {
            self.joined.insert(row, entity);
            self.further.entry(entity).or_default().push(row);
        }
        self.rows = self.rows.saturating_add(layer.rows());
        self.layers.push(layer);
        // What was read so far lacks what the layer adds.
        self.pages = (0..(self.rows as usize).div_ceil(PAGE))
            .map(|_| OnceLock::new())
            .collect();
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &File> {
        self.layers.iter().map(|layer| &layer.file)
    }

    /// How many entities there are.
    pub fn len(&self) -> usize {
        self.rows as usize - self.joined.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All entities. Each is read and kept: where there are millions, ask for those that are needed.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        (0..self.rows)
            .filter(|row| !self.joined.contains_key(row))
            .filter_map(|row| self.get(row as usize))
    }

    /// The entity of a number.
    pub fn get(&self, index: usize) -> Option<&Entry> {
        let row = u32::try_from(index).ok().filter(|row| *row < self.rows)?;
        let row = self.entity_of(row) as usize;
        let page = self.pages.get(row / PAGE)?;
        let page = page.get_or_init(|| (0..PAGE).map(|_| OnceLock::new()).collect());
        Some(page.get(row % PAGE)?.get_or_init(|| Box::new(self.read(row as u32))))
    }

    fn entity_of(&self, row: u32) -> u32 {
        self.joined.get(&row).copied().unwrap_or(row)
    }

    /// The entity with this key.
    pub(super) fn with_key(&self, key: &str) -> Option<u32> {
        self.with(KEYS, key)
    }

    /// The entity listed as `XHKG 700`.
    pub(super) fn with_listing(&self, listing: &str) -> Option<u32> {
        self.with(LISTINGS, listing)
    }

    fn with(&self, index: [Part; 3], text: &str) -> Option<u32> {
        self.layers.iter().find_map(|layer| {
            let row = layer.row_of(index, text)?;
            Some(self.entity_of(layer.first_row + row))
        })
    }

    /// The number of a name, given folded and in lower case.
    pub(super) fn name(&self, lower: &str) -> Option<u32> {
        self.layers.iter().find_map(|layer| {
            let names = layer.file.texts(Part::NameEnds, Part::Names);
            let name = layer.file.trie(NAME_TRIE).get(lower, |name| names.get(name as usize))?;
            Some(layer.first_name + name)
        })
    }

    /// Who bears a name. Empty where there is no such number.
    pub(super) fn bearers(&self, name: u32) -> NameUse<'_> {
        let Some(at) = self.layers.iter().rposition(|layer| layer.first_name <= name) else {
            return NameUse::default();
        };
        let layer = &self.layers[at];
        let mut found = self.bearers_in(layer, name - layer.first_name);
        // A name that a lower file knows may have bearers in those above, whose bulk lists don't make it doubtful.
        if let Some(above) = self.layers.get(at + 1..).filter(|above| !above.is_empty()) {
            let lower = layer
                .file
                .texts(Part::NameEnds, Part::Names)
                .str((name - layer.first_name) as usize);
            for layer in above {
                let names = layer.file.texts(Part::NameEnds, Part::Names);
                if let Some(name) = layer.file.trie(NAME_TRIE).get(lower, |name| names.get(name as usize)) {
                    let further = self.bearers_in(layer, name);
                    found.ambiguous |= further.marks & DOUBTED != 0;
                    for entry in further.entries {
                        if !found.entries.contains(&entry) {
                            found.entries.push(entry);
                        }
                    }
                }
            }
        }
        found
    }

    /// Who bears a name of one file, by the file's own number.
    fn bearers_in<'l>(&self, layer: &'l Layer, name: u32) -> NameUse<'l> {
        let mut record = Cursor(layer.file.texts(Part::UseEnds, Part::Uses).get(name as usize));
        let marks = record.byte();
        let rows = layer.rows();
        let mut entries: SmallVec<[u32; 2]> = SmallVec::new();
        for _ in 0..(record.number() as usize).min(record.0.len()) {
            let row = record.number();
            if row < rows {
                let entity = self.entity_of(layer.first_row + row);
                if !entries.contains(&entity) {
                    entries.push(entity);
                }
            }
        }
        // A name without a bearer is a file's mistake, which shall do no harm.
        if entries.is_empty() {
            entries.push(self.entity_of(layer.first_row));
        }
        let folded = if marks & CASED != 0 {
            std::str::from_utf8(record.0).unwrap_or("")
        } else {
            layer.file.texts(Part::NameEnds, Part::Names).str(name as usize)
        };
        NameUse {
            folded,
            entries,
            ambiguous: marks & (DOUBTED | EVERYDAY) != 0,
            marks,
        }
    }

    /// Every name that stands in `folded` with right edges and case, overlapping ones included, in order of end, the
    /// longest first.
    pub(super) fn names_in(&self, folded: &str, lower: &str) -> Vec<NameHit> {
        let mut hits: Vec<NameHit> = Vec::new();
        for layer in &self.layers {
            let names = layer.file.texts(Part::NameEnds, Part::Names);
            let trie = layer.file.trie(NAME_TRIE);
            trie.scan(
                lower,
                |name| names.get(name as usize),
                |start, end, name| {
                    if !folded.is_char_boundary(end) || !has_word_edges(folded, start, end) {
                        return;
                    }
                    hits.push(NameHit {
                        start,
                        end,
                        name: layer.first_name + name,
                        doubtful: false,
                    });
                },
            );
        }
        // Stable: of a name that several files know the first file's number stays.
        hits.sort_by_key(|hit| (hit.end, hit.start));
        hits.dedup_by_key(|hit| (hit.end, hit.start));
        hits.retain_mut(|hit| {
            let name = self.folded(hit.name);
            match case_check(&folded[hit.start..hit.end], name) {
                Some(doubtful) => {
                    hit.doubtful = doubtful;
                    true
                }
                None => false,
            }
        });
        hits
    }

    /// A name as it is written, folded.
    fn folded(&self, name: u32) -> &str {
        let layer = self.layers.iter().rfind(|layer| layer.first_name <= name);
        layer.map_or("", |layer| self.bearers_in(layer, name - layer.first_name).folded)
    }

    /// What the files say of an entity.
    fn read(&self, row: u32) -> Entry {
        let mut entry = self.read_row(row);
        for &row in self.further.get(&row).into_iter().flatten() {
            let further = self.read_row(row);
            further
                .names
                .into_iter()
                .for_each(|name| add_name(&mut entry.names, name));
            entry.listings.extend(further.listings);
            entry.identifiers.extend(further.identifiers);
            entry.owner = entry.owner.or(further.owner);
            let Labels { hant, hans, en } = further.written;
            let written = &mut entry.written;
            written.hant = written.hant.take().or(hant);
            written.hans = written.hans.take().or(hans);
            written.en = written.en.take().or(en);
        }
        entry.listings.sort();
        entry.listings.dedup();
        entry.identifiers.sort();
        entry.identifiers.dedup();
        entry
    }

    fn read_row(&self, row: u32) -> Entry {
        let layer = self.layers.iter().rfind(|layer| layer.first_row <= row);
        let record = layer.map_or(&[][..], |layer| {
            let entries = layer.file.texts(Part::EntryEnds, Part::Entries);
            entries.get((row - layer.first_row) as usize)
        });
        Record::decode(record).into()
    }
}

/// Rows of two files that have a key or a listing in common: the upper one's and the lower one's.
fn shared(lower: &Layer, upper: &Layer, index: [Part; 3]) -> Vec<(u32, u32)> {
    let [ends, texts, rows] = index;
    let own = |layer: &Layer| layer.file.texts(ends, texts).len();
    // The fewer are sought among the more.
    let (few, many) = if own(lower) <= own(upper) {
        (lower, upper)
    } else {
        (upper, lower)
    };
    let mut pairs = Vec::new();
    for (place, text) in few.file.texts(ends, texts).iter().enumerate() {
        let text = std::str::from_utf8(text).unwrap_or("");
        let row = few.file.numbers(rows).get(place).filter(|row| *row < few.rows());
        if let (Some(row), Some(other)) = (row, many.row_of(index, text)) {
            pairs.push(if std::ptr::eq(few, upper) {
                (row, other)
            } else {
                (other, row)
            });
        }
    }
    pairs
}

impl Index<usize> for Entries {
    type Output = Entry;

    /// The entity of a number, as the lexicon gives them.
    ///
    /// # Panics
    /// Where there is no such number.
    fn index(&self, index: usize) -> &Entry {
        self.get(index).expect("a number that the lexicon gave")
    }
}
