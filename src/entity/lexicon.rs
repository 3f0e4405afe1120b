//! What is known before reading: names with their entities, and the tables of words and shapes.
//!
//! Plain-text tables (see `lexicon/README.md`) become two automata: one over every name, one over every term. Both
//! sides of a comparison are folded ([`crate::text::fold`]) and lower-cased without changing a byte offset.

use super::EntityType;
use super::names::NameSet;
use crate::text;
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

include!(concat!(env!("OUT_DIR"), "/lexicon_files.rs"));

/// A mistake in a lexicon file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct LexiconError {
    pub file: String,
    /// Counted from 1; 0 where the file as a whole is meant.
    pub line: usize,
    pub reason: String,
}

/// A name of an entry, in the script in which it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    /// Also an ordinary word or somebody else's name: needs the document's support.
    pub ambiguous: bool,
}

/// The preferred name in each script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    pub hant: Option<String>,
    pub hans: Option<String>,
    pub en: Option<String>,
}

/// An entity that is known beforehand.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: String,
    pub kind: EntityType,
    /// As written down
    written: Labels,
    /// With the label of the other script, once that was asked: no text names more than a few of the entries.
    labels: OnceLock<Labels>,
    pub names: Vec<Name>,
    /// `XHKG 700` …
    pub listings: Vec<String>,
    /// Other identifiers by scheme.
    pub identifiers: Vec<(String, String)>,
    /// Key of the maker or owner.
    pub owner: Option<String>,
}

impl Entry {
    /// The preferred names; where one script has none it is converted from the other.
    pub fn labels(&self) -> &Labels {
        self.labels.get_or_init(|| {
            let Labels { hant, hans, en } = self.written.clone();
            let other =
                |label: &Option<String>, convert: fn(&str) -> Option<String>| label.as_deref().and_then(convert);
            Labels {
                hans: hans.clone().or_else(|| other(&hant, text::simplified)),
                hant: hant.or_else(|| other(&hans, text::traditional)),
                en,
            }
        })
    }
}

/// A folded, lower-cased name and the entries that bear it.
#[derive(Debug, Clone)]
pub(crate) struct NameUse {
    /// Folded, in the case in which it was written down.
    pub folded: String,
    pub entries: Vec<u32>,
    pub ambiguous: bool,
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

/// The tables of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TermTable {
    Roles,
    Metrics,
    Rounds,
    Ratings,
    Sessions,
    Regions,
    Degrees,
    Aspects,
    Courts,
}

impl TermTable {
    pub const ALL: [TermTable; 9] = [
        TermTable::Roles,
        TermTable::Metrics,
        TermTable::Rounds,
        TermTable::Ratings,
        TermTable::Sessions,
        TermTable::Regions,
        TermTable::Degrees,
        TermTable::Aspects,
        TermTable::Courts,
    ];

    fn file(self) -> &'static str {
        match self {
            TermTable::Roles => "terms/roles.tsv",
            TermTable::Metrics => "terms/metrics.tsv",
            TermTable::Rounds => "terms/rounds.tsv",
            TermTable::Ratings => "terms/ratings.tsv",
            TermTable::Sessions => "terms/sessions.tsv",
            TermTable::Regions => "terms/regions.tsv",
            TermTable::Degrees => "terms/degrees.tsv",
            TermTable::Aspects => "terms/aspects.tsv",
            TermTable::Courts => "terms/courts.tsv",
        }
    }
}

/// A row of a term table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The ontology's name (`chief executive officer`, `net profit`).
    pub name: String,
    /// As written in the file; an ambiguous form is also an ordinary word.
    pub forms: Vec<Name>,
    /// Cells between the name and the forms (`kinds` of a metric), as `lexicon/README.md` documents them.
    pub rest: Vec<String>,
}

/// A term found in a text; bytes of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermHit {
    pub start: usize,
    pub end: usize,
    pub table: TermTable,
    /// Index of the row: [`Lexicon::term`].
    pub row: usize,
    /// The form is also an ordinary word (`?` in the table).
    pub ambiguous: bool,
}

/// Words that shape names, one set a file of `shapes/`.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    /// Ends of company names: whether the end alone is enough evidence.
    pub company_suffixes: Suffixes,
    pub organization_suffixes: Suffixes,
    pub boundary_words: FxHashMap<String, Boundary>,
    pub translit: FxHashSet<char>,
    /// Latin given names, and whether they are also words, places or brands.
    pub given_names: FxHashMap<String, bool>,
    pub family_names: FxHashSet<String>,
    /// Capitalised words that are no names, with their kind (`acronym`, `date`, `title`, `word`).
    pub latin_stop: FxHashMap<String, String>,
    /// Words beside names by class (`surroundings.tsv`).
    surroundings: FxHashMap<String, CueClass>,
    /// Everyday words.
    pub common: FxHashSet<String>,
    /// Latin heads of model names (GPT, Claude), by which new versions are told.
    pub model_families: FxHashSet<String>,
    /// Of one character, and whether it is a frequent one.
    pub surnames: FxHashMap<char, bool>,
    /// Of two and more.
    pub compound_surnames: FxHashSet<String>,
    /// What full names have behind everyday names, and whether it is no more than a form.
    name_tails: FxHashMap<String, bool>,
}

/// What kind of word ends a name on its side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Boundary {
    pub kind: BoundaryKind,
    /// Unknown names may hold it too.
    pub weak: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BoundaryKind {
    Function,
    Verb,
    Time,
    Noun,
}

/// Ends of names, found by their last character.
#[derive(Debug, Default)]
pub(crate) struct Suffixes {
    /// Folded; whether it is strong. Latin ones lower-cased.
    pub forms: FxHashMap<String, bool>,
    /// By their last character: names end at few of the many characters that are looked at.
    by_last: Filed,
}

impl Suffixes {
    fn insert(&mut self, form: String, strong: bool) {
        let slot = self.forms.entry(form).or_insert(strong);
        *slot |= strong;
    }

    fn index(&mut self) {
        self.by_last = Filed::by_last(&self.forms);
    }

    /// Whether a form ends in this character.
    pub fn may_end(&self, last: char) -> bool {
        !self.by_last.of(last).is_empty()
    }

    /// The longest form that ends `lower`: where it begins and whether it is strong.
    pub fn ending(&self, lower: &str) -> Option<(usize, bool)> {
        let mut found = self.by_last.ending(lower);
        found.next().map(|form| (lower.len() - form.text.len(), form.flag))
    }
}

/// Forms by their first or last character: most characters of a text begin and end none.
#[derive(Debug, Default)]
struct Filed {
    by_char: FxHashMap<char, Vec<Form>>,
    bits: CharBits,
}

/// A bit for the low bits of each of some characters: a quick no for most others.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CharBits([u64; 8]);

impl CharBits {
    pub fn insert(&mut self, c: char) {
        self.0[c as usize % 512 / 64] |= 1 << (c as usize % 64);
    }

    pub fn may_hold(&self, c: char) -> bool {
        self.0[c as usize % 512 / 64] >> (c as usize % 64) & 1 == 1
    }
}

#[derive(Debug)]
struct Form {
    text: String,
    flag: bool,
    /// The last byte of the second character from the side that is looked from (of the only one where there is no
    /// second), and how far from that side it stands: forms that share a character hardly share it, so that most of
    /// them needn't be compared.
    telling: u8,
    distance: u8,
}

impl Filed {
    fn by_first(forms: &FxHashMap<String, bool>) -> Filed {
        let mut filed = Filed::default();
        for (text, &flag) in forms {
            let mut chars = text.chars();
            if let Some(first) = chars.next() {
                let at = first.len_utf8() + chars.next().map_or(0, char::len_utf8) - 1;
                filed.insert(first, text, flag, text.as_bytes()[at], at);
            }
        }
        filed.sorted()
    }

    fn by_last(forms: &FxHashMap<String, bool>) -> Filed {
        let mut filed = Filed::default();
        for (text, &flag) in forms {
            if let Some(last) = text.chars().next_back() {
                let distance = if last.len_utf8() < text.len() {
                    last.len_utf8() + 1
                } else {
                    1
                };
                filed.insert(last, text, flag, text.as_bytes()[text.len() - distance], distance);
            }
        }
        filed.sorted()
    }

    fn insert(&mut self, c: char, text: &str, flag: bool, telling: u8, distance: usize) {
        self.bits.insert(c);
        self.by_char.entry(c).or_default().push(Form {
            text: text.to_owned(),
            flag,
            telling,
            distance: distance as u8,
        });
    }

    /// The longest first.
    fn sorted(mut self) -> Filed {
        for list in self.by_char.values_mut() {
            list.sort_by(|a, b| b.text.len().cmp(&a.text.len()).then_with(|| a.text.cmp(&b.text)));
        }
        self
    }

    fn of(&self, c: char) -> &[Form] {
        if !self.bits.may_hold(c) {
            return &[];
        }
        self.by_char.get(&c).map_or(&[], Vec::as_slice)
    }

    /// The forms that begin a text, the longest first.
    fn beginning<'f>(&'f self, lower: &'f str) -> impl Iterator<Item = &'f Form> {
        let forms = lower.chars().next().map_or(&[][..], |first| self.of(first));
        forms.iter().filter(|form| {
            lower.as_bytes().get(usize::from(form.distance)) == Some(&form.telling) && lower.starts_with(&*form.text)
        })
    }

    /// The forms that end a text, the longest first.
    fn ending<'f>(&'f self, lower: &'f str) -> impl Iterator<Item = &'f Form> {
        let forms = lower.chars().next_back().map_or(&[][..], |last| self.of(last));
        forms.iter().filter(|form| {
            let telling = lower.len().checked_sub(usize::from(form.distance));
            telling.is_some_and(|at| lower.as_bytes()[at] == form.telling) && lower.ends_with(&*form.text)
        })
    }
}

/// A row of `anaphora.tsv`.
#[derive(Debug, Clone)]
pub(crate) struct AnaphorForm {
    pub form: String,
    pub kinds: Vec<EntityType>,
    pub manner: Manner,
    /// Folded; the name should hold one of these.
    pub hints: Vec<String>,
}

/// How a word refers back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// 本公司
    Own,
    /// 公司
    Bare,
    /// 该公司, the company
    Definite,
    /// 他, it
    Pronoun,
    /// 双方
    Pair,
    /// 前者: the first of the two named last
    Former,
    /// 后者: the one named last
    Latter,
}

/// The forms of a class of cue words.
#[derive(Debug, Default)]
pub(crate) struct CueClass {
    /// Folded, in the file's order.
    forms: Vec<String>,
    /// Lower-cased form and whether it is weak.
    set: FxHashMap<String, bool>,
    by_first: Filed,
    by_last: Filed,
}

static NO_CUES: LazyLock<CueClass> = LazyLock::new(CueClass::default);

impl CueClass {
    fn insert(&mut self, form: String, weak: bool) {
        let lower = lowered(&form);
        if let Some(known) = self.set.get_mut(&lower) {
            *known &= weak;
            return;
        }
        self.set.insert(lower, weak);
        self.forms.push(form);
    }

    fn index(&mut self) {
        self.by_first = Filed::by_first(&self.set);
        self.by_last = Filed::by_last(&self.set);
    }

    pub fn forms(&self) -> &[String] {
        &self.forms
    }

    pub fn has(&self, lower: &str) -> bool {
        self.set.contains_key(lower)
    }

    /// False for most characters that no form begins with.
    pub fn may_begin(&self, first: char) -> bool {
        self.by_first.bits.may_hold(first)
    }

    /// The longest form that begins the lower-cased text.
    pub fn begins(&self, lower: &str) -> Option<usize> {
        let mut lengths = self.by_first.beginning(lower).map(|form| form.text.len());
        lengths.find(|length| has_word_edges(lower, 0, *length))
    }

    /// The longest form that ends the lower-cased text: where it begins.
    pub fn ends(&self, lower: &str) -> Option<usize> {
        let mut starts = self.by_last.ending(lower).map(|form| lower.len() - form.text.len());
        starts.find(|start| has_word_edges(lower, *start, lower.len()))
    }
}

type TermUse = (TermTable, u32, bool, Option<String>);

/// Names, terms and shapes, ready to be looked up. Built once, shared by all threads.
pub struct Lexicon {
    entries: Vec<Entry>,
    by_key: FxHashMap<String, u32>,
    by_listing: FxHashMap<String, u32>,
    pub(crate) names: Vec<NameUse>,
    name_index: FxHashMap<String, u32>,
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    terms: Vec<Vec<Term>>,
    /// By table: the first row of every form, folded and in lower case, once that was asked
    term_rows: Vec<OnceLock<FxHashMap<String, usize>>>,
    /// Entries of which bulk lists (`names/listings-*.tsv`) alone know.
    bulk: FxHashSet<u32>,
    term_automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// Of each pattern its rows: whether ambiguous there, and the only spelling where case matters.
    term_forms: Vec<Vec<TermUse>>,
    cues: FxHashMap<String, CueClass>,
    /// The surer forms of all classes.
    all_cues: CueClass,
    pub(crate) shapes: Shapes,
    pub(crate) anaphors: Vec<AnaphorForm>,
    pub(crate) anaphor_set: NameSet,
}

/// Folds and lower-cases without moving a byte.
pub(crate) fn lowered(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    let mut rest = folded;
    // Scripts with cases stand before Hebrew, as far as names go: the first bytes of their characters are no other's,
    // and what stands between is copied as it is.
    while let Some(at) = rest.bytes().position(|b| matches!(b, b'A'..=b'Z' | 0xc3..=0xd6)) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(c) = rest.chars().next() else { break };
        rest = &rest[c.len_utf8()..];
        out.push(match c {
            'A'..='Z' => c.to_ascii_lowercase(),
            _ => {
                let mut lower = c.to_lowercase();
                match (lower.next(), lower.next()) {
                    (Some(l), None) if l.len_utf8() == c.len_utf8() => l,
                    _ => c,
                }
            }
        });
    }
    out.push_str(rest);
    out
}

static BUILTIN: LazyLock<Result<Arc<Lexicon>, LexiconError>> =
    LazyLock::new(|| Lexicon::load(LEXICON_FILES).map(Arc::new));

impl Lexicon {
    /// The lexicon that comes with the program.
    pub fn builtin() -> Result<Arc<Lexicon>, LexiconError> {
        BUILTIN.clone()
    }

    /// The embedded files, as (path below `lexicon/`, content): what [`Lexicon::load`] takes; further files may be added.
    pub fn builtin_files() -> &'static [(&'static str, &'static str)] {
        LEXICON_FILES
    }

    /// Reads the tables. `files` are (path below `lexicon/`, content); files that the lexicon doesn't know are passed
    /// over, as other rooms read them.
    ///
    /// Rows of `names/` that share a key or a listing are one entity. The row with the most cells filled gives its
    /// type and labels, as a curated row says more than one of a bulk list; among equals the first. Names that only
    /// bulk lists (`names/listings-*.tsv`) have and that are everyday words (`shapes/common-words.tsv`) are ambiguous.
    pub fn load(files: &[(&str, &str)]) -> Result<Lexicon, LexiconError> {
        if !text::is_ready() {
            return Err(mistake("names", 0, "Chinese conversion isn't available"));
        }
        let mut names = NameTable::default();
        let mut lexicon = Lexicon {
            entries: Vec::new(),
            by_key: FxHashMap::default(),
            by_listing: FxHashMap::default(),
            names: Vec::new(),
            name_index: FxHashMap::default(),
            automaton: None,
            terms: vec![Vec::new(); TermTable::ALL.len()],
            term_rows: TermTable::ALL.map(|_| OnceLock::new()).into(),
            bulk: FxHashSet::default(),
            term_automaton: None,
            term_forms: Vec::new(),
            cues: FxHashMap::default(),
            all_cues: CueClass::default(),
            shapes: Shapes::default(),
            anaphors: Vec::new(),
            anaphor_set: NameSet::default(),
        };
        let mut order: Vec<_> = files.iter().collect();
        order.sort_by_key(|(path, _)| *path);
        for (path, content) in order {
            if path.starts_with("names/") {
                names.read(path, content)?;
            } else if let Some(table) = TermTable::ALL.iter().find(|table| table.file() == *path) {
                lexicon.read_terms(*table, path, content)?;
            } else if *path == "words/cues.tsv" {
                lexicon.read_cues(path, content)?;
            } else {
                lexicon.read_shapes(path, content)?;
            }
        }
        let forms = lexicon
            .anaphors
            .iter()
            .enumerate()
            .map(|(i, anaphor)| (anaphor.form.clone(), i));
        lexicon.anaphor_set = NameSet::new(forms);
        lexicon.shapes.company_suffixes.index();
        lexicon.shapes.organization_suffixes.index();
        lexicon.cues.values_mut().for_each(CueClass::index);
        lexicon.shapes.surroundings.values_mut().for_each(CueClass::index);
        lexicon.all_cues.index();
        names.into_entries(&mut lexicon);
        lexicon.collect_families();
        lexicon.index_names()?;
        lexicon.doubt_everyday_names();
        lexicon.free_places();
        lexicon.index_terms()?;
        Ok(lexicon)
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn entry(&self, index: usize) -> Option<&Entry> {
        self.entries.get(index)
    }

    pub fn by_key(&self, key: &str) -> Option<&Entry> {
        self.by_key.get(key).map(|&i| &self.entries[i as usize])
    }

    /// The entry listed as `XHKG 700`.
    pub fn by_listing(&self, listing: &str) -> Option<&Entry> {
        self.by_listing.get(listing).map(|&i| &self.entries[i as usize])
    }

    pub(crate) fn index_of_key(&self, key: &str) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    pub(crate) fn index_of_listing(&self, listing: &str) -> Option<u32> {
        self.by_listing.get(listing).copied()
    }

    /// Index into `names` of a name, given folded.
    pub(crate) fn name_of(&self, folded: &str) -> Option<u32> {
        self.name_index.get(lowered(folded).as_str()).copied()
    }

    /// The entries that bear this name, in any script and width.
    pub fn lookup(&self, name: &str) -> Vec<&Entry> {
        match self.name_of(&text::fold(name)) {
            Some(id) => self.names[id as usize]
                .entries
                .iter()
                .map(|&e| &self.entries[e as usize])
                .collect(),
            None => Vec::new(),
        }
    }

    /// Every name that stands in `folded` with right edges and case, overlapping ones included, in order of end.
    /// `lower` is `folded` through [`lowered`].
    pub(crate) fn names_in(&self, folded: &str, lower: &str) -> Vec<NameHit> {
        let mut hits = Vec::new();
        let Some(automaton) = &self.automaton else {
            return hits;
        };
        for found in automaton.find_overlapping_iter(lower) {
            let (start, end) = (found.start(), found.end());
            if !has_word_edges(folded, start, end) {
                continue;
            }
            let name = &self.names[found.value() as usize];
            if let Some(doubtful) = case_check(&folded[start..end], &name.folded) {
                hits.push(NameHit {
                    start,
                    end,
                    name: found.value(),
                    doubtful,
                });
            }
        }
        hits
    }

    /// The terms in `range` of a folded text: of each table the leftmost longest, sorted by start.
    pub fn terms_in(&self, folded: &str, range: Range<usize>) -> Vec<TermHit> {
        let lower = lowered(&folded[range.clone()]);
        self.terms_in_lowered(folded, range, &lower)
    }

    /// The same where the range is there through [`lowered`].
    pub(crate) fn terms_in_lowered(&self, folded: &str, range: Range<usize>, lower: &str) -> Vec<TermHit> {
        let mut hits = Vec::new();
        let Some(automaton) = &self.term_automaton else {
            return hits;
        };
        let slice = &folded[range.clone()];
        for found in automaton.find_overlapping_iter(lower) {
            if !has_word_edges(slice, found.start(), found.end()) {
                continue;
            }
            for (table, row, ambiguous, exact) in &self.term_forms[found.value() as usize] {
                // EPS is as written, not eps.
                if exact
                    .as_ref()
                    .is_some_and(|exact| *exact != slice[found.start()..found.end()])
                {
                    continue;
                }
                let (table, row, ambiguous) = (*table, *row, *ambiguous);
                hits.push(TermHit {
                    start: range.start + found.start(),
                    end: range.start + found.end(),
                    table,
                    row: row as usize,
                    ambiguous,
                });
            }
        }
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

    fn read_terms(&mut self, table: TermTable, path: &str, content: &str) -> Result<(), LexiconError> {
        for (line, cells) in rows(content) {
            let name = cells[0].to_owned();
            if name.is_empty() {
                return Err(mistake(path, line, "a term needs its English name in the first column"));
            }
            let [_, middle @ .., last] = cells.as_slice() else {
                return Err(mistake(path, line, "a term needs forms in the last column"));
            };
            let forms: Vec<Name> = last.split('|').filter_map(read_name).collect();
            let rest = middle.iter().map(|cell| (*cell).to_owned()).collect();
            self.terms[table as usize].push(Term { name, forms, rest });
        }
        Ok(())
    }

    fn read_cues(&mut self, path: &str, content: &str) -> Result<(), LexiconError> {
        let content = folded_table(content);
        for (line, cells) in folded_rows(&content) {
            let [name, forms] = cells[..] else {
                return Err(mistake(path, line, "a row of cues is a class and its forms"));
            };
            if name.is_empty() {
                return Err(mistake(path, line, "a row of cues is a class and its forms"));
            }
            let class = self.cues.entry(name.to_owned()).or_default();
            for form in forms.split('|').filter_map(read_name) {
                if !form.ambiguous {
                    self.all_cues.insert(form.text.clone(), false);
                }
                class.insert(form.text, form.ambiguous);
            }
        }
        Ok(())
    }

    fn read_shapes(&mut self, path: &str, content: &str) -> Result<(), LexiconError> {
        let shapes = &mut self.shapes;
        let content = folded_table(content);
        for (line, cells) in folded_rows(&content) {
            // A grade and the forms, or the forms alone.
            let (grade, forms) = match cells.as_slice() {
                [forms] => ("", *forms),
                [grade, forms, ..] => (*grade, *forms),
                [] => continue,
            };
            let forms = || forms.split('|').map(str::trim).filter(|form| !form.is_empty());
            match path {
                "shapes/company-suffixes.tsv" | "shapes/organization-suffixes.tsv" => {
                    let strong = match grade {
                        "strong" => true,
                        "weak" => false,
                        other => {
                            return Err(mistake(path, line, &format!("`{other}` is neither strong nor weak")));
                        }
                    };
                    let suffixes = match path {
                        "shapes/company-suffixes.tsv" => &mut shapes.company_suffixes,
                        _ => &mut shapes.organization_suffixes,
                    };
                    forms().for_each(|form| suffixes.insert(lowered(form), strong));
                }
                "shapes/boundary-words.tsv" => {
                    let kind = match grade {
                        "function" => BoundaryKind::Function,
                        "verb" => BoundaryKind::Verb,
                        "time" => BoundaryKind::Time,
                        "noun" => BoundaryKind::Noun,
                        other => {
                            return Err(mistake(path, line, &format!("`{other}` is no kind of boundary word")));
                        }
                    };
                    for form in forms() {
                        let weak = form.ends_with('?');
                        let word = form.trim_end_matches('?').to_owned();
                        shapes.boundary_words.entry(word).or_insert(Boundary { kind, weak });
                    }
                }
                "shapes/translit.tsv" => shapes
                    .translit
                    .extend(forms().flat_map(str::chars).filter(|c| text::is_han(*c))),
                "shapes/given-names.tsv" if grade == "family" => {
                    shapes
                        .family_names
                        .extend(forms().map(|form| form.trim_end_matches('?').to_owned()));
                }
                "shapes/given-names.tsv" => {
                    shapes
                        .given_names
                        .extend(forms().filter_map(read_name).map(|name| (name.text, name.ambiguous)));
                }
                "shapes/latin-stop.tsv" => {
                    let words = forms().map(|form| form.trim_end_matches('?').to_owned());
                    shapes.latin_stop.extend(words.map(|word| (word, grade.to_owned())));
                }
                "shapes/surroundings.tsv" => {
                    let class = shapes.surroundings.entry(grade.to_owned()).or_default();
                    forms().for_each(|form| class.insert(form.to_owned(), false));
                }
                "name-tails.tsv" => {
                    let is_form = match grade {
                        "form" => true,
                        "word" => false,
                        other => return Err(mistake(path, line, &format!("`{other}` is neither form nor word"))),
                    };
                    shapes.name_tails.extend(forms().map(|form| (form.to_owned(), is_form)));
                }
                "shapes/common-words.tsv" => shapes.common.extend(forms().map(str::to_owned)),
                "surnames.tsv" => {
                    for form in forms() {
                        let form = form.trim_end_matches('?');
                        let mut chars = form.chars();
                        match (chars.next(), chars.next()) {
                            (Some(only), None) => {
                                shapes.surnames.insert(only, grade != "rare");
                            }
                            _ => {
                                shapes.compound_surnames.insert(form.to_owned());
                            }
                        }
                    }
                }
                "anaphora.tsv" => {
                    let mut kinds = Vec::new();
                    for kind in split_names(cells.get(1).copied().unwrap_or("")) {
                        kinds.push(kind.parse().map_err(|reason: String| mistake(path, line, &reason))?);
                    }
                    let manner = match cells.get(2).copied().unwrap_or("") {
                        "own" => Manner::Own,
                        "bare" => Manner::Bare,
                        "definite" => Manner::Definite,
                        "pronoun" => Manner::Pronoun,
                        "pair" => Manner::Pair,
                        "former" => Manner::Former,
                        "latter" => Manner::Latter,
                        other => {
                            return Err(mistake(path, line, &format!("`{other}` is no manner of reference")));
                        }
                    };
                    let hints = split_names(cells.get(3).copied().unwrap_or(""));
                    self.anaphors.push(AnaphorForm {
                        form: lowered(cells[0]),
                        kinds,
                        manner,
                        hints,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn collect_families(&mut self) {
        let models = self.entries.iter().filter(|entry| entry.kind == EntityType::Model);
        for name in models.flat_map(|entry| &entry.names) {
            let head = name.text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
            let versioned = name.text[head.len()..].bytes().any(|b| b.is_ascii_digit());
            if head.len() >= 3 && head.starts_with(|c: char| c.is_ascii_uppercase()) && versioned {
                self.shapes.model_families.insert(head.to_owned());
            }
        }
    }

    /// Places begin names (中国物流与采购联合会) though the boundary words list some.
    fn free_places(&mut self) {
        let (names, index, entries) = (&self.names, &self.name_index, &self.entries);
        self.shapes.boundary_words.retain(|word, _| {
            index
                .get(word)
                .is_none_or(|&id| entries[names[id as usize].entries[0] as usize].kind != EntityType::Place)
        });
    }

    /// Everyday words that bulk lists have as names (太阳能, 机器人, 材料).
    fn doubt_everyday_names(&mut self) {
        for name in &mut self.names {
            let bulk = name.entries.iter().all(|&entry| self.bulk.contains(&entry));
            name.ambiguous |= bulk && self.shapes.common.contains(name.folded.as_str());
        }
    }

    fn index_names(&mut self) -> Result<(), LexiconError> {
        // One conversion for all: calling the C library for each of some 80,000 names costs more than the converting.
        let mut all = String::new();
        for name in self.entries.iter().flat_map(|entry| &entry.names) {
            all.push_str(&name.text);
            all.push('\n');
        }
        let folded_all = text::fold(&all);
        let mut lines = folded_all.lines();
        for (index, entry) in self.entries.iter().enumerate() {
            for name in &entry.names {
                let folded = lines.next().unwrap_or("").trim();
                if folded.is_empty() {
                    continue;
                }
                let id = *self.name_index.entry(lowered(folded)).or_insert_with(|| {
                    self.names.push(NameUse {
                        folded: folded.to_owned(),
                        entries: Vec::new(),
                        ambiguous: false,
                    });
                    (self.names.len() - 1) as u32
                });
                let shared = &mut self.names[id as usize];
                shared.ambiguous |= name.ambiguous;
                if !shared.entries.contains(&(index as u32)) {
                    shared.entries.push(index as u32);
                }
            }
        }
        let mut patterns: Vec<(&str, u32)> = self.name_index.iter().map(|(name, id)| (name.as_str(), *id)).collect();
        patterns.sort_unstable();
        self.automaton = automaton(patterns)?;
        Ok(())
    }

    fn index_terms(&mut self) -> Result<(), LexiconError> {
        let all: Vec<&str> = self
            .terms
            .iter()
            .flatten()
            .flat_map(|term| &term.forms)
            .map(|form| form.text.as_str())
            .collect();
        let folded_all = text::fold(&all.join("\n"));
        let mut folded_forms = folded_all.lines();
        let mut forms: FxHashMap<String, Vec<TermUse>> = FxHashMap::default();
        for table in TermTable::ALL {
            for (row, term) in self.terms[table as usize].iter().enumerate() {
                for form in &term.forms {
                    let folded = folded_forms.next().unwrap_or("").to_owned();
                    let letters = folded.bytes().any(|b| b.is_ascii_uppercase());
                    let exact = letters && !folded.bytes().any(|b| b.is_ascii_lowercase());
                    let lower = lowered(&folded);
                    let exact = exact.then_some(folded);
                    forms
                        .entry(lower)
                        .or_default()
                        .push((table, row as u32, form.ambiguous, exact));
                }
            }
        }
        let mut forms: Vec<_> = forms.into_iter().collect();
        forms.sort();
        let patterns = forms
            .iter()
            .enumerate()
            .map(|(i, (form, _))| (form.as_str(), i as u32))
            .collect();
        self.term_automaton = automaton(patterns)?;
        self.term_forms = forms.into_iter().map(|(_, uses)| uses).collect();
        Ok(())
    }
}

fn automaton(patterns: Vec<(&str, u32)>) -> Result<Option<CharwiseDoubleArrayAhoCorasick<u32>>, LexiconError> {
    if patterns.is_empty() {
        return Ok(None);
    }
    CharwiseDoubleArrayAhoCorasickBuilder::new()
        .match_kind(MatchKind::Standard)
        .build_with_values(patterns)
        .map(Some)
        .map_err(|error| mistake("names", 0, &error.to_string()))
}

/// Whether no Latin word or number goes on across the edges.
pub(crate) fn has_word_edges(folded: &str, start: usize, end: usize) -> bool {
    let word = |c: char| !text::is_han(c) && !is_kana(c) && c.is_alphanumeric();
    let inner_first = folded[start..].chars().next();
    let inner_last = folded[..end].chars().next_back();
    let before = folded[..start].chars().next_back();
    let after = folded[end..].chars().next();
    let left_open = matches!((before, inner_first), (Some(b), Some(f)) if word(b) && word(f));
    let right_open = matches!((inner_last, after), (Some(l), Some(a)) if word(l) && word(a))
        && !(inner_last.is_some_and(char::is_alphabetic) && starts_with_year(&folded[end..]));
    // GPT-5 of GPT-5.6
    let decimal = inner_last.is_some_and(|c| c.is_ascii_digit())
        && after == Some('.')
        && folded[end + 1..].starts_with(|c: char| c.is_ascii_digit());
    !left_open && !right_open && !decimal
}

/// TikTok Shop|2025年: a year glued to a name.
fn starts_with_year(rest: &str) -> bool {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && rest.starts_with(['1', '2']) && rest[digits..].starts_with('年')
}

pub(crate) fn is_kana(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}')
}

/// How a surface in another case compares with the name: `Some(false)` counts, `Some(true)` needs support, `None` doesn't.
fn case_check(surface: &str, name: &str) -> Option<bool> {
    if surface == name {
        return Some(false);
    }
    let letters = surface
        .chars()
        .filter(|c| c.is_alphabetic() && !text::is_han(*c))
        .count();
    let upper = surface.chars().filter(|c| c.is_uppercase()).count();
    let all_upper = upper > 0 && upper == letters;
    if all_upper && letters >= 3 {
        return Some(false);
    }
    let first_upper = surface
        .chars()
        .next()
        .is_some_and(|c| c.is_uppercase() || text::is_han(c));
    let telling = name.chars().any(|c| c.is_ascii_digit()) || name.chars().skip(1).any(|c| c.is_uppercase());
    if first_upper && (letters >= 6 || telling) {
        return Some(false);
    }
    // 搭载h800芯片, qwen3-max: lower case of a name with a number in it is nothing else.
    (letters >= 4 && name.chars().any(|c| c.is_ascii_digit())).then_some(true)
}

/// The rows of a table: line number and cells, comments and empty lines left out.
fn rows(content: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    content
        .lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line))
        .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty())
        .map(|(i, line)| (i, line.split('\t').map(str::trim).collect()))
}

/// A table folded in one conversion, as calling the C library for each of thousands of words costs more than the
/// converting; tabs are kept as a private character, which folding leaves alone.
fn folded_table(content: &str) -> String {
    text::fold(&content.replace('\t', "\u{e000}"))
}

/// The rows of a folded table: line number and cells.
fn folded_rows(content: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    content
        .lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line))
        .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty())
        .map(|(i, line)| (i, line.split('\u{e000}').map(str::trim).collect()))
}

fn split_names(cell: &str) -> Vec<String> {
    cell.split('|')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

fn mistake(file: &str, line: usize, reason: &str) -> LexiconError {
    LexiconError {
        file: format!("lexicon/{file}"),
        line,
        reason: reason.to_owned(),
    }
}

/// Rows of `names/*.tsv` before they are joined.
#[derive(Default)]
struct NameTable {
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
    fn read(&mut self, path: &str, content: &str) -> Result<(), LexiconError> {
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
            if key.is_empty()
                || !key
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            {
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

    fn into_entries(self, lexicon: &mut Lexicon) {
        let roots: Vec<usize> = (0..self.rows.len()).map(|i| self.root(i)).collect();
        let mut groups: Vec<Vec<usize>> = vec![Vec::new(); self.rows.len()];
        for (index, root) in roots.iter().enumerate() {
            groups[*root].push(index);
        }
        let mut rows: Vec<Option<Row>> = self.rows.into_iter().map(Some).collect();
        for group in groups.into_iter().filter(|group| !group.is_empty()) {
            // Stable: among rows that say as much the first wins.
            let mut members: Vec<Row> = group.iter().filter_map(|&i| rows[i].take()).collect();
            let keys: Vec<String> = members.iter().map(|row| row.key.clone()).collect();
            members.sort_by_key(|row| std::cmp::Reverse(row.filled));
            let index = lexicon.entries.len() as u32;
            if members.iter().all(|row| row.bulk) {
                lexicon.bulk.insert(index);
            }
            let mut entry = Entry {
                key: keys[0].clone(),
                kind: members[0].kind,
                written: Labels::default(),
                labels: OnceLock::new(),
                names: Vec::new(),
                listings: Vec::new(),
                identifiers: Vec::new(),
                owner: None,
            };
            for row in members {
                let [hant, hans, en] = row.labels;
                for (slot, name) in [
                    (&mut entry.written.hant, &hant),
                    (&mut entry.written.hans, &hans),
                    (&mut entry.written.en, &en),
                ] {
                    if let (None, Some(name)) = (slot.as_ref(), name) {
                        *slot = Some(name.text.clone());
                    }
                }
                for name in [hant, hans, en].into_iter().flatten().chain(row.aliases) {
                    // A name that one row gives without doubt may still be doubted by another: doubt wins.
                    match entry.names.iter_mut().find(|known| known.text == name.text) {
                        Some(known) => known.ambiguous |= name.ambiguous,
                        None => entry.names.push(name),
                    }
                }
                entry.listings.extend(row.listings);
                entry.identifiers.extend(row.identifiers);
                entry.owner = entry.owner.or(row.owner);
            }
            entry.listings.sort();
            entry.listings.dedup();
            entry.identifiers.sort();
            entry.identifiers.dedup();
            for listing in &entry.listings {
                lexicon.by_listing.insert(listing.clone(), index);
            }
            for key in keys {
                lexicon.by_key.insert(key, index);
            }
            lexicon.entries.push(entry);
        }
    }
}

fn read_name(cell: &str) -> Option<Name> {
    let cell = cell.trim();
    let text = cell.strip_suffix('?').unwrap_or(cell).trim();
    (!text.is_empty()).then(|| Name {
        text: text.to_owned(),
        ambiguous: cell.ends_with('?'),
    })
}

/// `XHKG 700`: a four-letter exchange and a code.
fn is_listing(id: &str) -> bool {
    id.split_once(' ').is_some_and(|(mic, code)| {
        mic.len() == 4
            && mic.bytes().all(|b| b.is_ascii_uppercase())
            && !code.is_empty()
            && code
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
    })
}
