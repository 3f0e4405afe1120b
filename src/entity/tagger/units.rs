//! What the tagger looks at: Chinese characters one by one, Latin words and numbers whole.

use super::super::reading::{KnownName, Reading};
use super::kind_number;
use crate::text::is_han;
use std::ops::Range;

/// One position of the tagger with everything that its features are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Bytes of the folded text.
    pub start: u32,
    pub end: u32,
    /// The character, or a hash of the lower-cased word.
    pub key: u32,
    /// Hash of the segmenter's word that holds it.
    pub word: u32,
    pub class: Class,
    /// Where in its word it stands, and how long that is.
    pub place: u8,
    /// What the tables say of it.
    pub signs: u16,
    /// Type and position in a name of the lexicon; 0 outside.
    pub name: u8,
}

/// The script and shape of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Class {
    Han,
    Number,
    /// arm
    Lower,
    /// Arm
    Title,
    /// ARM
    Upper,
    /// OpenAI, H100
    Mixed,
    Space,
    /// Opens or closes a quotation or bracket
    Bracket,
    Mark,
}

/// Bits of [`Unit::signs`].
pub mod sign {
    /// In an everyday word
    pub const COMMON: u16 = 1;
    /// In a word at which names end
    pub const BOUNDARY: u16 = 1 << 1;
    pub const FREQUENT_SURNAME: u16 = 1 << 2;
    pub const SURNAME: u16 = 1 << 3;
    pub const TRANSLIT: u16 = 1 << 4;
    /// In the name of a post
    pub const ROLE: u16 = 1 << 5;
    /// A post begins
    pub const ROLE_BEGINS: u16 = 1 << 6;
    /// In an amount or a date
    pub const MEASURED: u16 = 1 << 7;
    /// In an ending of companies' names
    pub const COMPANY_ENDING: u16 = 1 << 8;
    pub const STRONG_COMPANY_ENDING: u16 = 1 << 9;
    pub const ORGANIZATION_ENDING: u16 = 1 << 10;
    /// A cue of some pattern begins
    pub const CUE: u16 = 1 << 11;
    /// In a word of the segmenter's dictionary
    pub const WORD: u16 = 1 << 12;
}

/// A name of the lexicon among the units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub first: u32,
    /// Past the last.
    pub end: u32,
    pub kind: u8,
}

/// The units of a range of the text.
pub(crate) fn units(reading: &Reading, range: Range<usize>, out: &mut Vec<Unit>) {
    out.clear();
    let folded = reading.folded;
    let mut chars = folded[range.clone()]
        .char_indices()
        .map(|(i, c)| (range.start + i, c))
        .peekable();
    let words = reading.segments_from(range.start);
    let mut word = words.iter().peekable();
    let mut measured = reading.measured_from(range.start).iter().peekable();
    let shapes = &reading.lexicon.shapes;
    let mut word_hash = 0;
    let mut word_signs = 0;
    let mut hashed = usize::MAX;
    while let Some((start, c)) = chars.next() {
        let mut end = start + c.len_utf8();
        let latin = is_latin(c);
        if latin {
            while let Some(&(i, next)) = chars.peek() {
                let inner = matches!(next, '\'' | '-' | '.' | '&' | '+')
                    && folded[i + 1..].starts_with(is_latin)
                    && (next != '.' || c.is_ascii_digit());
                if !(is_latin(next) || inner) {
                    break;
                }
                end = i + next.len_utf8();
                chars.next();
            }
        }
        let (key, class) = if latin {
            latin_key(&folded[start..end])
        } else {
            (c as u32, class_of(c))
        };
        while word.peek().is_some_and(|w| w.end <= start) {
            word.next();
        }
        let mut place = 0;
        if let Some(w) = word.peek().filter(|w| w.start <= start && class == Class::Han) {
            if hashed != w.start {
                hashed = w.start;
                let text = &folded[w.start..w.end];
                word_hash = hash_str(text);
                word_signs = if reading.is_boundary_word(text) {
                    sign::BOUNDARY | sign::COMMON
                } else if reading.lexicon.is_common(text) {
                    sign::COMMON
                } else {
                    0
                };
                if reading.segmenter.knows(text) {
                    word_signs |= sign::WORD;
                }
            }
            let length = ((w.end - w.start) / 3).min(4) as u8;
            let position = match (w.start == start, w.end == end) {
                (true, true) => 0,
                (true, false) => 1,
                (false, false) => 2,
                (false, true) => 3,
            };
            place = 1 + position + 4 * (length.max(1) - 1);
        } else {
            word_hash = key;
            word_signs = 0;
            hashed = usize::MAX;
        }
        let mut signs = word_signs;
        if class == Class::Han {
            match shapes.surnames.get(&c) {
                Some(true) => signs |= sign::FREQUENT_SURNAME,
                Some(false) => signs |= sign::SURNAME,
                None => {}
            }
            if shapes.translit.contains(&c) {
                signs |= sign::TRANSLIT;
            }
            if reading.is_cut(start) && reading.lexicon.starts_with_cue(&reading.lower[start..]) {
                signs |= sign::CUE;
            }
        }
        while measured.peek().is_some_and(|m| m.end <= start) {
            measured.next();
        }
        if measured.peek().is_some_and(|m| m.start <= start) {
            signs |= sign::MEASURED;
        }
        out.push(Unit {
            start: start as u32,
            end: end as u32,
            key,
            word: word_hash,
            class,
            place,
            signs,
            name: 0,
        });
        mark_endings(reading, out, c, end, range.start);
    }
    for role in reading.roles_in(range.clone()) {
        let Some(units) = inside(out, role.start..role.end) else {
            continue;
        };
        out[units.start].signs |= sign::ROLE_BEGINS;
        out[units].iter_mut().for_each(|unit| unit.signs |= sign::ROLE);
    }
}

/// Marks the ending of a name that closes with the unit pushed last.
fn mark_endings(reading: &Reading, out: &mut [Unit], last: char, end: usize, from: usize) {
    if !is_han(last) || !reading.is_cut(end) {
        return;
    }
    let shapes = &reading.lexicon.shapes;
    let mut mark = |start: usize, bits: u16| {
        for unit in out.iter_mut().rev().take_while(|unit| unit.start as usize >= start) {
            unit.signs |= bits;
        }
    };
    if shapes.company_suffixes.may_end(last)
        && let Some((start, strong)) = shapes.company_suffixes.ending(&reading.lower[from..end])
    {
        let strong = if strong { sign::STRONG_COMPANY_ENDING } else { 0 };
        mark(from + start, sign::COMPANY_ENDING | strong);
    }
    if shapes.organization_suffixes.may_end(last)
        && let Some((start, _)) = shapes.organization_suffixes.ending(&reading.lower[from..end])
    {
        mark(from + start, sign::ORGANIZATION_ENDING);
    }
}

/// The lexicon's names among the units; those that begin or end inside a unit are left out.
pub(crate) fn known(reading: &Reading, units: &[Unit], out: &mut Vec<Known>) {
    out.clear();
    let (Some(first), Some(last)) = (units.first(), units.last()) else {
        return;
    };
    for name in reading.known_in(first.start as usize..last.end as usize) {
        if let Some(range) = inside(units, name.start..name.end) {
            out.push(Known {
                first: range.start as u32,
                end: range.end as u32,
                kind: known_kind(name),
            });
        }
    }
}

fn known_kind(name: &KnownName) -> u8 {
    1 + kind_number(name.kind).unwrap_or(4) * 2 + u8::from(name.ambiguous)
}

/// Writes names into the units.
pub fn set_names(units: &mut [Unit], names: impl IntoIterator<Item = Known>) {
    units.iter_mut().for_each(|unit| unit.name = 0);
    for name in names {
        let range = name.first as usize..name.end as usize;
        let last = range.end - 1;
        for i in range.clone() {
            let position = if i == last { 2 } else { u8::from(i > range.start) };
            // B 0, M 1, E 2; a name of one unit is an E that follows none.
            units[i].name = name.kind * 3 + position;
        }
    }
}

/// The units of these bytes, if they begin and end where units do.
pub fn inside(units: &[Unit], bytes: Range<usize>) -> Option<Range<usize>> {
    let first = units.partition_point(|unit| (unit.start as usize) < bytes.start);
    let last = units.partition_point(|unit| (unit.end as usize) < bytes.end);
    (first <= last && units.get(first)?.start as usize == bytes.start && units.get(last)?.end as usize == bytes.end)
        .then_some(first..last + 1)
}

fn is_latin(c: char) -> bool {
    !is_han(c) && !crate::text::is_kana(c) && c.is_alphanumeric()
}

fn class_of(c: char) -> Class {
    match c {
        c if is_han(c) => Class::Han,
        ' ' | '\n' => Class::Space,
        '“' | '”' | '(' | ')' | '[' | ']' | '《' | '》' | '"' | '\'' => Class::Bracket,
        _ => Class::Mark,
    }
}

/// Numbers are alike; words are told apart by their letters.
fn latin_key(word: &str) -> (u32, Class) {
    if word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')) {
        return (0x11_0000 + word.len().min(6) as u32, Class::Number);
    }
    let upper = word.chars().filter(|c| c.is_uppercase()).count();
    let digits = word.bytes().any(|b| b.is_ascii_digit());
    let class = match upper {
        _ if digits => Class::Mixed,
        0 => Class::Lower,
        1 if word.starts_with(char::is_uppercase) && word.len() > 1 => Class::Title,
        n if n == word.chars().count() => Class::Upper,
        _ => Class::Mixed,
    };
    // Above the code points.
    (hash_str(&word.to_lowercase()) | 0x8000_0000, class)
}

fn hash_str(text: &str) -> u32 {
    let mut hash: u32 = 0x811c_9dc5;
    for byte in text.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    hash
}
