//! The words of all patterns: numbered, in sets, and with the tables of cues and terms that many forms share.
//!
//! A class of cues has hundreds of words and stands in dozens of forms. It is a table, made once; in a form's regular
//! expression a placeholder stands for it, a literal of two private characters, which the parser takes for an
//! ordinary word and so copies, groups and repeats as such.

use super::matcher::kind;
use crate::text::is_han;
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// First character of every placeholder; the second is this and the table's number plus one.
const MARK: char = '\u{f0000}';

/// Number of a word among those of all patterns.
pub type WordId = u32;

/// Number of a set of words, one of which must stand.
pub type SetId = u32;

/// A piece of a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'l> {
    Text(&'l str),
    /// Number of the table of which one word stands here
    Table(u32),
}

/// The pieces of a literal, in order.
pub fn pieces(literal: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = literal;
    std::iter::from_fn(move || {
        if let Some(behind) = rest.strip_prefix(MARK) {
            let number = behind.chars().next()?;
            rest = &behind[number.len_utf8()..];
            return Some(Piece::Table(number as u32 - MARK as u32 - 1));
        }
        if rest.is_empty() {
            return None;
        }
        let (text, behind) = rest.split_at(rest.find(MARK).unwrap_or(rest.len()));
        rest = behind;
        Some(Piece::Text(text))
    })
}

/// How much a piece of a form takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extent {
    /// Fewest and most characters
    pub min: u32,
    pub max: u32,
    /// The [`kind`]s of the marks and symbols that may be among them, a bit each
    pub kinds: u64,
}

impl Extent {
    pub fn of_text(text: &str) -> Extent {
        let count = text.chars().count() as u32;
        Extent {
            min: count,
            max: count,
            kinds: text.chars().fold(0, |kinds, c| kinds | 1 << kind(c)),
        }
    }

    /// Of this and the other behind it.
    pub fn then(self, other: Extent) -> Extent {
        Extent {
            min: self.min.saturating_add(other.min),
            max: self.max.saturating_add(other.max),
            kinds: self.kinds | other.kinds,
        }
    }

    /// Of one or the other.
    pub fn or(self, other: Extent) -> Extent {
        Extent {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            kinds: self.kinds | other.kinds,
        }
    }
}

/// A word of a table.
#[derive(Debug)]
pub struct Word {
    pub chars: Box<[char]>,
    /// Latin words have no letter or digit beside them.
    pub latin: bool,
}

/// Words of which one stands, the first that fits before the others.
#[derive(Debug)]
pub struct Table {
    by_first: FxHashMap<char, Vec<Word>>,
    /// What they begin with
    pub first: ClassUnicode,
    pub extent: Extent,
    /// Sorted
    words: Box<[WordId]>,
}

impl Table {
    /// The words that begin with this character, in order.
    pub fn beginning(&self, first: char) -> &[Word] {
        self.by_first.get(&first).map_or(&[], Vec::as_slice)
    }
}

/// Length of the class that a form begins with.
fn class_length(form: &str) -> usize {
    let inner = form.strip_prefix("[^").or(form.strip_prefix('[')).unwrap_or(form);
    // A bracket that closes right at the beginning stands for itself.
    let inner = inner.strip_prefix(']').unwrap_or(inner);
    let mut depth = 1;
    let mut escaped = false;
    for (i, c) in inner.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return form.len() - inner.len() + i + 1;
        }
    }
    form.len()
}

fn escape_length(form: &str) -> usize {
    form.char_indices().nth(2).map_or(form.len(), |(i, _)| i)
}

/// See the module.
#[derive(Debug, Default)]
pub struct Vocabulary {
    words: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, WordId>,
    tables: Vec<Arc<Table>>,
    by_name: FxHashMap<String, u32>,
    sets: Vec<Arc<[WordId]>>,
    set_numbers: FxHashMap<Arc<[WordId]>, SetId>,
}

impl Vocabulary {
    pub fn words(&self) -> &[Box<str>] {
        &self.words
    }

    pub fn word(&mut self, word: &str) -> WordId {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = self.words.len() as WordId;
        self.words.push(word.into());
        self.numbers.insert(word.into(), number);
        number
    }

    pub fn set(&mut self, mut words: Vec<WordId>) -> SetId {
        words.sort_unstable();
        words.dedup();
        if let Some(&number) = self.set_numbers.get(words.as_slice()) {
            return number;
        }
        let number = self.sets.len() as SetId;
        let words: Arc<[WordId]> = words.into();
        self.sets.push(words.clone());
        self.set_numbers.insert(words, number);
        number
    }

    /// The words of a set.
    pub fn members(&self, set: SetId) -> &[WordId] {
        &self.sets[set as usize]
    }

    pub fn sets(&self) -> &[Arc<[WordId]>] {
        &self.sets
    }

    pub fn table(&self, number: u32) -> &Arc<Table> {
        &self.tables[number as usize]
    }

    /// The words of a table, sorted.
    pub fn words_of_table(&self, number: u32) -> &[WordId] {
        &self.table(number).words
    }

    /// The placeholder of the table of this name; `forms` are its words as written. A longer word stands before a
    /// shorter one.
    pub fn placeholder(&mut self, name: String, forms: impl FnOnce() -> Vec<String>) -> String {
        self.placeholder_of(name, || {
            let mut forms = forms();
            forms.sort_by_cached_key(|form| (std::cmp::Reverse(form.chars().count()), form.clone()));
            let word = |form: String| {
                let form = form.to_lowercase();
                let latin = !form.chars().any(is_han);
                (if latin { form } else { form.replace(' ', "") }, latin)
            };
            forms.into_iter().map(word).collect()
        })
    }

    /// `forms` are the words in the order in which they are tried, and whether they are Latin words.
    fn placeholder_of(&mut self, name: String, forms: impl FnOnce() -> Vec<(String, bool)>) -> String {
        let number = match self.by_name.get(&name) {
            Some(&number) => number,
            None => {
                let table = self.make_table(forms());
                self.tables.push(Arc::new(table));
                let number = self.tables.len() as u32 - 1;
                self.by_name.insert(name, number);
                number
            }
        };
        let second = char::from_u32(MARK as u32 + 1 + number).unwrap_or(MARK);
        format!("(?:{MARK}{second})")
    }

    /// A form with placeholders for its groups of plain words (`(?:同比|按年|环比)`): to parse them word by word takes
    /// most of the time of reading the patterns.
    pub fn share(&mut self, form: &str) -> String {
        let mut out = String::with_capacity(form.len());
        let mut rest = form;
        while let Some(at) = rest.find(['(', '[', '\\']) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            if !rest.starts_with('(') {
                let (copied, behind) = rest.split_at(if rest.starts_with('[') {
                    class_length(rest)
                } else {
                    escape_length(rest)
                });
                out.push_str(copied);
                rest = behind;
                continue;
            }
            let plain_group =
                !rest.starts_with("(?") || ["(?:", "(?P<", "(?<"].iter().any(|head| rest.starts_with(head));
            let head = match rest.strip_prefix("(?") {
                Some(flags) => 2 + flags.find([':', '>']).map_or(0, |end| end + 1),
                None => 1,
            };
            out.push_str(&rest[..head]);
            rest = &rest[head..];
            // A placeholder's bytes begin with one that no other character of the forms has.
            let special = |b: &u8| b"()[]{}\\.+*?^$\xf3".contains(b);
            let end = rest.bytes().position(|b| special(&b)).unwrap_or(rest.len());
            if !plain_group || !rest[end..].starts_with(')') {
                continue;
            }
            let words: Vec<&str> = rest[..end].split('|').collect();
            let tabled = words.len() > 2
                && words.iter().all(|word| !word.is_empty())
                // A group of single characters is a class, which is quicker still.
                && words.iter().any(|word| word.chars().nth(1).is_some());
            if tabled {
                let forms = || words.iter().map(|word| ((*word).to_owned(), false)).collect();
                out.push_str(&self.placeholder_of(format!("group {}", &rest[..end]), forms));
                rest = &rest[end..];
            }
        }
        out.push_str(rest);
        out
    }

    fn make_table(&mut self, forms: Vec<(String, bool)>) -> Table {
        let mut by_first: FxHashMap<char, Vec<Word>> = FxHashMap::default();
        let mut words = Vec::with_capacity(forms.len());
        let mut extent: Option<Extent> = None;
        for (form, latin) in forms {
            let chars: Box<[char]> = form.chars().collect();
            let Some(&first) = chars.first() else { continue };
            let alike = by_first.entry(first).or_default();
            if alike.iter().any(|word| word.chars == chars) {
                continue;
            }
            alike.push(Word { chars, latin });
            let of_word = Extent::of_text(&form);
            extent = Some(extent.map_or(of_word, |extent| extent.or(of_word)));
            words.push(self.word(&form));
        }
        words.sort_unstable();
        Table {
            first: ClassUnicode::new(by_first.keys().map(|&c| ClassUnicodeRange::new(c, c))),
            by_first,
            extent: extent.unwrap_or_default(),
            words: words.into(),
        }
    }
}
