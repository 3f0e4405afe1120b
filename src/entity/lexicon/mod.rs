//! What is known before reading: names with their entities, and the tables of words and shapes.
//!
//! Plain-text tables (see `lexicon/README.md`) are compiled to one file ([`compile`]), which is used as it lies. The
//! built-in tables are compiled when the program is built; those of a folder when it starts, by the same function. Further
//! files of names may be laid over it ([`Lexicon::with_layer`]). Both sides of a comparison are folded
//! ([`crate::text::fold`]) and lower-cased without changing a byte offset.

mod bytes;
mod compile;
mod cues;
mod edges;
mod entries;
mod entry;
mod error;
mod file;
mod record;
mod rows;
mod shapes;
mod tables;
mod terms;
mod trie;

pub(crate) use cues::{CharBits, CueClass, Suffixes};
pub(crate) use edges::{has_word_edges, lowered};
pub use entries::Entries;
pub use entry::{Entry, Labels, Name};
pub use error::LexiconError;
pub use file::BrokenFile;
pub(crate) use shapes::{AnaphorForm, BoundaryKind, Manner, Shapes};
pub use terms::{Term, TermHit, TermTable};

use super::EntityType;
use super::names::NameSet;
use crate::text;
use bytes::Cursor;
use cues::NO_CUES;
use error::mistake;
use file::{Bytes, COMMON_TRIE, FORM_TRIE, File, Part};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};
use tables::Tables;

include!(concat!(env!("OUT_DIR"), "/lexicon_files.rs"));

/// The built-in tables, compiled by `build.rs`.
static COMPILED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.bin"));

/// A name and the entities that bear it, the foremost first.
#[derive(Debug, Clone, Default)]
pub(crate) struct NameUse<'l> {
    /// Folded, in the case in which it was written down.
    pub folded: &'l str,
    pub entries: SmallVec<[u32; 2]>,
    pub ambiguous: bool,
    marks: u8,
}

/// A name found in a text; bytes of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameHit {
    pub start: usize,
    pub end: usize,
    pub name: u32,
    /// Written in another case than the lexicon's: needs the document's support.
    pub doubtful: bool,
}

/// A row on which a form stands: whether it is ambiguous there, and the only spelling where case matters.
struct TermUse {
    table: TermTable,
    row: usize,
    ambiguous: bool,
    exact: Option<String>,
}

/// Names, terms and shapes, ready to be looked up. Built once, shared by all threads.
pub struct Lexicon {
    entries: Entries,
    terms: Vec<Vec<Term>>,
    /// By table: the first row of every form, folded and in lower case, once that was asked
    term_rows: Vec<OnceLock<FxHashMap<String, usize>>>,
    /// Of each form its rows
    term_uses: Vec<Vec<TermUse>>,
    cues: FxHashMap<String, CueClass>,
    /// The surer forms of all classes.
    all_cues: CueClass,
    pub(crate) shapes: Shapes,
    pub(crate) anaphors: Vec<AnaphorForm>,
    pub(crate) anaphor_set: NameSet,
}

static BUILTIN: LazyLock<Result<Arc<Lexicon>, LexiconError>> =
    LazyLock::new(|| Lexicon::open(Bytes::Static(COMPILED)).map(Arc::new));

impl Lexicon {
    /// The lexicon that comes with the program.
    ///
    /// # Errors
    /// No Chinese conversion.
    pub fn builtin() -> Result<Arc<Lexicon>, LexiconError> {
        BUILTIN.clone()
    }

    /// The lexicon that comes with the program, not shared: to lay files over it.
    ///
    /// # Errors
    /// No Chinese conversion.
    pub fn builtin_alone() -> Result<Lexicon, LexiconError> {
        Lexicon::open(Bytes::Static(COMPILED))
    }

    /// The embedded files, as (path below `lexicon/`, content): what [`Lexicon::load`] takes; further files may be added.
    pub fn builtin_files() -> &'static [(&'static str, &'static str)] {
        LEXICON_FILES
    }

    /// Compiles the tables and opens them. `files` are (path below `lexicon/`, content); files that the lexicon doesn't know
    /// are passed over, as other rooms read them.
    ///
    /// Rows of `names/` that share a key or a listing are one entity. The row with the most cells filled gives its
    /// type and labels, as a curated row says more than one of a bulk list; among equals the first. Names that only
    /// bulk lists (`names/listings-*.tsv`) have and that are everyday words (`shapes/common-words.tsv`) are ambiguous.
    ///
    /// # Errors
    /// A mistake, with file and line.
    pub fn load(files: &[(&str, &str)]) -> Result<Lexicon, LexiconError> {
        Lexicon::open(Bytes::Shared(Box::new(compile::compile(files)?.into_bytes())))
    }

    fn open(bytes: Bytes) -> Result<Lexicon, LexiconError> {
        if !text::is_ready() {
            return Err(mistake("names", 0, "Chinese conversion isn't available"));
        }
        let file = File::open(bytes).map_err(|broken| mistake("names", 0, &broken.to_string()))?;
        let tables = file.texts(Part::TableEnds, Part::Tables);
        let tables = (0..tables.len() / 2).map(|i| (tables.str(2 * i), tables.str(2 * i + 1)));
        let Tables {
            terms,
            cues,
            all_cues,
            mut shapes,
            anaphors,
        } = Tables::read(tables)?;
        let families = file.texts(Part::FamilyEnds, Part::Families);
        shapes
            .model_families
            .extend((0..families.len()).map(|i| families.str(i).to_owned()));
        let forms = anaphors.iter().enumerate();
        let anaphor_set = NameSet::new(forms.map(|(i, anaphor)| (anaphor.form.clone(), i)));
        let mut lexicon = Lexicon {
            terms,
            term_rows: TermTable::ALL.map(|_| OnceLock::new()).into(),
            term_uses: term_uses(&file),
            cues,
            all_cues,
            shapes,
            anaphors,
            anaphor_set,
            entries: Entries::new(file),
        };
        lexicon.free_places();
        Ok(lexicon)
    }

    /// Places begin names (中国物流与采购联合会) though the boundary words list some.
    fn free_places(&mut self) {
        let mut words = std::mem::take(&mut self.shapes.boundary_words);
        words.retain(|word, _| {
            let name = self.entries.name(word).map(|name| self.entries.bearers(name));
            let first = name.and_then(|name| name.entries.first().copied());
            first.is_none_or(|first| self.entries[first as usize].kind != EntityType::Place)
        });
        self.shapes.boundary_words = words;
    }

    /// What is known, by number.
    pub fn entries(&self) -> &Entries {
        &self.entries
    }

    pub fn entry(&self, index: usize) -> Option<&Entry> {
        self.entries.get(index)
    }

    pub fn by_key(&self, key: &str) -> Option<&Entry> {
        self.entries.get(self.index_of_key(key)? as usize)
    }

    /// The entry listed as `XHKG 700`.
    pub fn by_listing(&self, listing: &str) -> Option<&Entry> {
        self.entries.get(self.index_of_listing(listing)? as usize)
    }

    pub(crate) fn index_of_key(&self, key: &str) -> Option<u32> {
        self.entries.with_key(key)
    }

    pub(crate) fn index_of_listing(&self, listing: &str) -> Option<u32> {
        self.entries.with_listing(listing)
    }

    /// The number of a name, given folded.
    pub(crate) fn name_of(&self, folded: &str) -> Option<u32> {
        self.entries.name(&lowered(folded))
    }

    /// Who bears the name of a number.
    pub(crate) fn name(&self, number: u32) -> NameUse<'_> {
        self.entries.bearers(number)
    }

    /// The entries that bear this name, in any script and width.
    pub fn lookup(&self, name: &str) -> Vec<&Entry> {
        let bearers = self.name_of(&text::fold(name)).map(|name| self.name(name).entries);
        let bearers = bearers.into_iter().flatten();
        bearers.filter_map(|entry| self.entries.get(entry as usize)).collect()
    }

    /// Every name that stands in `folded` with right edges and case, overlapping ones included, in order of end.
    /// `lower` is `folded` through [`lowered`].
    pub(crate) fn names_in(&self, folded: &str, lower: &str) -> Vec<NameHit> {
        self.entries.names_in(folded, lower)
    }

    /// How often names stand in a folded text: a search for them without what is made of them.
    pub fn count_names(&self, folded: &str) -> usize {
        self.names_in(folded, &lowered(folded)).len()
    }

    /// Whether a folded word is an everyday one.
    pub(crate) fn is_common(&self, word: &str) -> bool {
        self.entries.files().next().is_some_and(|file| {
            let words = file.texts(Part::CommonEnds, Part::Common);
            let place = file.trie(COMMON_TRIE).get(word, |place| words.get(place as usize));
            place.is_some()
        })
    }

    /// The terms in `range` of a folded text: of each table the leftmost longest, sorted by start.
    pub fn terms_in(&self, folded: &str, range: Range<usize>) -> Vec<TermHit> {
        let lower = lowered(&folded[range.clone()]);
        self.terms_in_lowered(folded, range, &lower)
    }

    /// The same where the range is there through [`lowered`].
    pub(crate) fn terms_in_lowered(&self, folded: &str, range: Range<usize>, lower: &str) -> Vec<TermHit> {
        let mut hits = Vec::new();
        let Some(file) = self.entries.files().next() else {
            return hits;
        };
        let slice = &folded[range.clone()];
        let forms = file.texts(Part::FormEnds, Part::Forms);
        let trie = file.trie(FORM_TRIE);
        trie.scan(
            lower,
            |form| forms.get(form as usize),
            |start, end, form| {
                if !slice.is_char_boundary(end) || !has_word_edges(slice, start, end) {
                    return;
                }
                for found in self.term_uses.get(form as usize).into_iter().flatten() {
                    // EPS is as written, not eps.
                    if found.exact.as_ref().is_some_and(|exact| *exact != slice[start..end]) {
                        continue;
                    }
                    hits.push(TermHit {
                        start: range.start + start,
                        end: range.start + end,
                        table: found.table,
                        row: found.row,
                        ambiguous: found.ambiguous,
                    });
                }
            },
        );
        hits.sort_by(|a, b| (a.table, a.start, b.end, a.row).cmp(&(b.table, b.start, a.end, b.row)));
        let mut last: Option<TermHit> = None;
        hits.retain(|hit| {
            let keep = last.is_none_or(|last| last.table != hit.table || hit.start >= last.end);
            if keep {
                last = Some(*hit);
            }
            keep
        });
        hits.sort_by_key(|hit| (hit.start, hit.end, hit.table));
        hits
    }

    /// The row of a hit.
    pub fn term(&self, table: TermTable, row: usize) -> Option<&Term> {
        self.terms[table as usize].get(row)
    }

    pub fn terms(&self, table: TermTable) -> &[Term] {
        &self.terms[table as usize]
    }

    /// The first row of a table with this form, which is folded and in lower case.
    pub(crate) fn term_of(&self, table: TermTable, form: &str) -> Option<&Term> {
        let rows = self.term_rows[table as usize].get_or_init(|| {
            let mut rows = FxHashMap::default();
            for (row, term) in self.terms(table).iter().enumerate() {
                for form in &term.forms {
                    rows.entry(text::fold(&form.text).to_lowercase()).or_insert(row);
                }
            }
            rows
        });
        self.term(table, *rows.get(form)?)
    }

    /// The forms of a class of cue words (`rise`, `say`, `acquire` …), folded, weak ones included; empty where there is no
    /// such class.
    pub fn cues(&self, class: &str) -> &[String] {
        self.cues.get(class).map_or(&[], |class| class.forms.as_slice())
    }

    /// Whether a form of the class counts only directly beside the word that it goes with (`?` in the table).
    pub fn is_weak_cue(&self, class: &str, form: &str) -> bool {
        self.cues
            .get(class)
            .and_then(|class| class.set.get(&lowered(form)).copied())
            .unwrap_or(false)
    }

    /// Length of the longest cue of the class that begins a folded, lower-cased text.
    pub fn cue_beginning(&self, class: &str, lower: &str) -> Option<usize> {
        self.cues.get(class)?.begins(lower)
    }

    /// The words of a class of cues; empty where there is no such class.
    pub(crate) fn cue_class(&self, class: &str) -> &CueClass {
        self.cues.get(class).unwrap_or(&NO_CUES)
    }

    /// Where the longest cue of the class begins that ends a folded, lower-cased text.
    pub fn cue_ending(&self, class: &str, lower: &str) -> Option<usize> {
        self.cues.get(class)?.ends(lower)
    }

    /// Whether a cue word of any class begins a folded, lower-cased text; weak ones and single characters, which mostly join
    /// words, are left out but for those of price moves and of saying.
    pub(crate) fn starts_with_cue(&self, lower: &str) -> bool {
        self.all_cues.begins(lower).is_some_and(|end| {
            lower[..end].chars().nth(1).is_some() || lower.starts_with(['涨', '跌', '升', '称', '说', '拟'])
        })
    }

    /// Words that stand beside names, by class; empty where there is no such class.
    pub(crate) fn surroundings(&self, class: &str) -> &CueClass {
        self.shapes.surroundings.get(class).unwrap_or(&NO_CUES)
    }

    pub(crate) fn is_cue(&self, word: &str) -> bool {
        self.all_cues.set.contains_key(word)
    }

    /// Names of the classes of cue words.
    pub fn cue_classes(&self) -> impl Iterator<Item = &str> {
        self.cues.keys().map(String::as_str)
    }
}

/// The rows of each form.
fn term_uses(file: &File) -> Vec<Vec<TermUse>> {
    let records = file.texts(Part::FormUseEnds, Part::FormUses).iter();
    records
        .map(|record| {
            let mut record = Cursor(record);
            let mut uses = Vec::new();
            while !record.is_empty() {
                let table = TermTable::ALL[usize::from(record.byte()) % TermTable::ALL.len()];
                let ambiguous = record.byte() != 0;
                let row = record.number() as usize;
                let exact = record.text();
                uses.push(TermUse {
                    table,
                    row,
                    ambiguous,
                    exact: (!exact.is_empty()).then(|| exact.to_owned()),
                });
            }
            uses
        })
        .collect()
}
