//! What is known before reading: names with their entities, and the tables of words and shapes.
//!
//! Plain-text tables (see `lexicon/README.md`) are compiled to one file ([`compile`]), which is used as it lies. The
//! built-in tables are compiled when the program is built; those of a folder when it starts, by the same function. Further
//! files of names may be laid over it ([`Lexicon::with_layer`]). Both sides of a comparison are folded
//! ([`crate::text::fold`]) and lower-cased without changing a byte offset.

mod bytes;
mod compile;
pub mod coverage;
mod cues;
mod edges;
mod entries;
mod entry;
mod error;
mod file;
pub mod import;
mod layer;
pub mod listing;
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
pub use layer::{Added, Given, LayerError, LayerOut, Unfit};
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

    /// Lays a compiled file of names over those that are known. A row whose key, item of Wikidata or listing is known
    /// already adds to that entity; any other is a new one. What comes back is the digest of the file's content.
    ///
    /// # Errors
    /// Bytes that are no such file.
    pub fn add_layer(&mut self, bytes: Box<dyn AsRef<[u8]> + Send + Sync>) -> Result<String, BrokenFile> {
        let file = File::open(Bytes::Shared(bytes))?;
        let digest = file.digest().iter().map(|byte| format!("{byte:02x}")).collect();
        let families = file.texts(Part::FamilyEnds, Part::Families);
        let families = (0..families.len()).map(|i| families.str(i).to_owned());
        self.shapes.model_families.extend(families);
        self.entries.add(file);
        Ok(digest)
    }

    /// Whether a folded name is also a word, or so short that texts hold it by chance.
    pub(crate) fn is_everyday(&self, name: &str) -> bool {
        name.chars().nth(2).is_none()
            || self.is_common(name)
            || self.shapes.latin_stop.contains_key(name)
            || self.shapes.given_names.contains_key(name)
            || self.shapes.family_names.contains(name)
    }

    /// Whether a folded word is an everyday one.
    pub(crate) fn is_common(&self, word: &str) -> bool {
        self.entries.files().next().is_some_and(|file| {
            let words = file.texts(Part::CommonEnds, Part::Common);
            let place = file.trie(COMMON_TRIE).get(word, |place| words.get(place as usize));
            place.is_some()
        })
    }

    /// The everyday names that a folded full name may begin with, the longest first, and whether no more than a form
    /// of companies (有限公司, 集团) follows: 霁川智能科技有限公司 gives 霁川智能科技 (by form) and 霁川智能.
    pub(crate) fn everyday_names<'n>(&self, full: &'n str) -> Vec<(&'n str, bool)> {
        let mut names = Vec::new();
        let mut rest = full;
        let mut by_form = true;
        while let Some((short, is_form)) = self.without_tail(rest) {
            by_form &= is_form;
            names.push((short, by_form));
            rest = short;
        }
        names
    }

    /// A name without the longest tail, where enough is left.
    fn without_tail<'n>(&self, name: &'n str) -> Option<(&'n str, bool)> {
        if name.ends_with(|c: char| c.is_ascii()) {
            let (rest, last) = name.rsplit_once(' ')?;
            let is_form = *self.shapes.name_tails.get(last)?;
            let rest = rest.trim_end_matches([',', ' ']);
            return (rest.len() >= 4).then_some((rest, is_form));
        }
        let mut starts = name.char_indices().map(|(at, _)| at).skip(2);
        starts.find_map(|at| Some((&name[..at], *self.shapes.name_tails.get(&name[at..])?)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_build_compiles_as_the_program_does() {
        let compiled = compile::compile(LEXICON_FILES)
            .expect("the tables are sound")
            .into_bytes();
        assert!(
            compiled == COMPILED,
            "built in: {} bytes, now {}",
            COMPILED.len(),
            compiled.len()
        );
    }

    fn small() -> Lexicon {
        Lexicon::load(&[
            (
                "names/a.tsv",
                "tencent\tCompany\t騰訊\t\tTencent\t騰訊控股\tXHKG 700|wikidata:Q860580\nmeituan\tCompany\t美團\t\t\t\tXHKG 3690",
            ),
            ("shapes/common-words.tsv", "機器人"),
        ])
        .expect("the tables are sound")
    }

    fn given(key: &str, names: &[&str], listings: &[&str]) -> Given {
        Given {
            key: key.to_owned(),
            kind: Some(EntityType::Company),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            listings: listings.iter().map(|listing| (*listing).to_owned()).collect(),
            ..Given::default()
        }
    }

    fn written(rows: &[Given], bulk: bool) -> Vec<u8> {
        let mut layer = LayerOut::default();
        for row in rows {
            layer.add(row.clone(), bulk).expect("a sound row");
        }
        let mut bytes = Vec::new();
        layer.write(&small(), &mut bytes).expect("memory");
        bytes
    }

    fn with(layers: &[Vec<u8>]) -> Lexicon {
        let mut lexicon = small();
        for layer in layers {
            lexicon.add_layer(Box::new(layer.clone())).expect("a sound file");
        }
        lexicon
    }

    #[test]
    fn a_layer_adds_to_what_is_known() {
        let mut item = given("wikidata-q860580", &["騰訊公司"], &[]);
        item.identifiers = vec![("wikidata".to_owned(), "Q860580".to_owned())];
        let layer = written(
            &[
                given("tencent", &["企鵝帝國"], &[]),
                given("xhkg-3690", &["美團點評"], &["3690.HK"]),
                given("dayu", &["大禹軟件", "Dayu Software"], &["XHKG 8887"]),
                item,
            ],
            true,
        );
        let lexicon = with(&[layer]);
        assert_eq!(lexicon.entries().len(), 3);
        assert_eq!(lexicon.entries().iter().count(), 3);
        for name in ["企鹅帝国", "腾讯公司", "腾讯"] {
            assert_eq!(lexicon.lookup(name)[0].key, "tencent", "{name}");
        }
        assert_eq!(lexicon.lookup("美团点评")[0].key, "meituan");
        assert_eq!(
            lexicon.by_key("xhkg-3690").map(|entry| entry.key.as_str()),
            Some("meituan")
        );
        let tencent = lexicon.by_key("tencent").expect("it is known");
        assert!(tencent.names.iter().any(|name| name.text == "企鵝帝國"));
        let dayu = lexicon.by_listing("XHKG 8887").expect("it was added");
        assert_eq!(dayu.labels().hans.as_deref(), Some("大禹软件"));
        assert_eq!(dayu.labels().en.as_deref(), Some("Dayu Software"));
        assert_eq!(lexicon.count_names("大禹软件与腾讯"), 2);
    }

    #[test]
    fn layers_lie_over_layers() {
        let first = written(&[given("dayu", &["大禹軟件"], &[])], true);
        let second = written(
            &[given("dayu", &["Dayu Software"], &[]), given("yu", &["大禹軟件"], &[])],
            true,
        );
        let lexicon = with(&[first, second]);
        assert_eq!(lexicon.entries().len(), 4);
        let bearers: Vec<&str> = lexicon
            .lookup("大禹软件")
            .iter()
            .map(|entry| entry.key.as_str())
            .collect();
        assert_eq!(bearers, ["dayu", "yu"]);
        assert_eq!(lexicon.lookup("Dayu Software")[0].key, "dayu");
        assert_eq!(lexicon.count_names("大禹软件"), 1);
    }

    #[test]
    fn rows_of_a_layer_that_share_a_listing_are_one_entity() {
        let rows = [
            given("a", &["甲骨文軟件"], &["XNYS ABC"]),
            given("b", &["乙骨文軟件"], &["XNYS ABC", "XNAS DEF"]),
            given("c", &["丙骨文軟件"], &["XNAS DEF"]),
        ];
        let lexicon = with(&[written(&rows, true)]);
        assert_eq!(lexicon.entries().len(), 3);
        let entry = lexicon.by_listing("XNAS DEF").expect("it is listed");
        assert_eq!(entry.key, "a");
        assert_eq!(entry.names.len(), 3);
        assert!(std::ptr::eq(lexicon.lookup("丙骨文软件")[0], entry));
    }

    #[test]
    fn everyday_words_and_short_names_of_lists_are_doubted() {
        let rows = [given("x", &["機器人", "大禹", "大禹軟件", "禹王宮?"], &[])];
        let doubted = |bulk: bool, name: &str| {
            let lexicon = with(&[written(&rows, bulk)]);
            let number = lexicon.name_of(&text::fold(name)).expect("it is a name");
            lexicon.name(number).ambiguous
        };
        for (name, of_list, of_user) in [
            ("機器人", true, false),
            ("大禹", true, false),
            ("大禹軟件", false, false),
            ("禹王宮", true, true),
        ] {
            assert_eq!(doubted(true, name), of_list, "{name}");
            assert_eq!(doubted(false, name), of_user, "{name}");
        }
        // What a list adds to a name that is sure doesn't make it doubtful.
        let lexicon = with(&[written(&[given("y", &["騰訊"], &[])], true)]);
        let number = lexicon.name_of("腾讯").expect("it is a name");
        assert!(!lexicon.name(number).ambiguous);
    }

    #[test]
    fn the_same_rows_give_the_same_bytes() {
        let rows = [
            given("c", &["丙骨文軟件"], &[]),
            given("a", &["甲骨文軟件"], &[]),
            given("b", &["乙骨文軟件"], &[]),
        ];
        let mut turned = rows.to_vec();
        turned.reverse();
        let bytes = written(&rows, true);
        assert_eq!(written(&turned, true), bytes);
        // In two steps, the first of which had another row of one key.
        let mut layer = LayerOut::default();
        layer.add(given("a", &["甲"], &[]), true).expect("sound");
        let mut first = Vec::new();
        layer.write(&small(), &mut first).expect("memory");
        let mut layer = LayerOut::default();
        layer.extend(first).expect("a sound file");
        assert_eq!(layer.add(rows[1].clone(), true), Ok(Added::Replaced));
        for row in [&rows[0], &rows[2]] {
            assert_eq!(layer.add(row.clone(), true), Ok(Added::New));
        }
        let mut second = Vec::new();
        layer.write(&small(), &mut second).expect("memory");
        assert_eq!(second, bytes);
    }

    #[test]
    fn what_is_no_file_of_names_is_refused() {
        let bytes = written(&[given("dayu", &["大禹軟件"], &[])], true);
        let open = |bytes: &[u8]| small().add_layer(Box::new(bytes.to_vec())).err();
        assert_eq!(open(b"names"), Some(BrokenFile::Foreign));
        assert_eq!(open(&bytes[..bytes.len() - 1]), Some(BrokenFile::Cut));
        assert_eq!(open(&bytes[..40]), Some(BrokenFile::Cut));
        assert_eq!(open(&bytes), None);
    }

    proptest! {
        #[test]
        fn a_damaged_file_does_no_harm(damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
            let rows = [given("dayu", &["大禹軟件", "Dayu Software"], &["XHKG 8887"]), given("yu", &["大禹"], &["XHKG 8887"])];
            let mut bytes = written(&rows, true);
            let length = bytes.len();
            for (at, byte) in damage {
                // The mark and the length stay.
                bytes[24 + at.index(length - 24)] = byte;
            }
            let mut lexicon = small();
            if lexicon.add_layer(Box::new(bytes)).is_ok() {
                lexicon.count_names("大禹软件与大禹 Dayu Software 腾讯");
                lexicon.lookup("大禹");
                lexicon.by_key("dayu");
                lexicon.by_listing("XHKG 8887");
                lexicon.entries().iter().for_each(|entry| drop(entry.labels().clone()));
            }
        }
    }
}
