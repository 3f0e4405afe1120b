//! Is this word a cue? Classes of words, found at the start or the end of a text.

use super::edges::{has_word_edges, lowered};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Ends of names, found by their last character.
#[derive(Debug, Default)]
pub(crate) struct Suffixes {
    /// Folded; whether it is strong. Latin ones lower-cased.
    pub forms: FxHashMap<String, bool>,
    /// By their last character: names end at few of the many characters that are looked at.
    by_last: Filed,
}

impl Suffixes {
    pub(super) fn insert(&mut self, form: String, strong: bool) {
        let slot = self.forms.entry(form).or_insert(strong);
        *slot |= strong;
    }

    pub(super) fn index(&mut self) {
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

/// The forms of a class of cue words.
#[derive(Debug, Default)]
pub(crate) struct CueClass {
    /// Folded, in the file's order.
    pub(super) forms: Vec<String>,
    /// Lower-cased form and whether it is weak.
    pub(super) set: FxHashMap<String, bool>,
    by_first: Filed,
    by_last: Filed,
}

pub(super) static NO_CUES: LazyLock<CueClass> = LazyLock::new(CueClass::default);

impl CueClass {
    pub(super) fn insert(&mut self, form: String, weak: bool) {
        let lower = lowered(&form);
        if let Some(known) = self.set.get_mut(&lower) {
            *known &= weak;
            return;
        }
        self.set.insert(lower, weak);
        self.forms.push(form);
    }

    pub(super) fn index(&mut self) {
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
