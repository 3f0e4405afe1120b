//! What is looked at where a word may begin or end.

use super::{NEVER, Scores, place};
use crate::text::segment::Segmenter;
use crate::text::{is_han, is_kana};
use std::ops::Range;

/// A Chinese character, a Latin word, a number or a mark, with what its features are made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Unit {
    /// Bytes of the folded text
    pub start: usize,
    pub end: usize,
    /// The character, or what kind of word it is and how long
    key: u32,
    class: u32,
    /// White space stands before it
    spaced: bool,
    /// Which places it can't have, as bits
    forbidden: u8,
    /// Hash of jieba's word that holds it
    word: u32,
    /// Its place in that word, with the length of it, and whether the dictionary has it
    place: u32,
    known: bool,
    /// Length of the longest word of the dictionary that begins, ends, goes on here; 0 for none
    begins: u32,
    ends: u32,
    holds: u32,
}

impl Unit {
    pub fn without_forbidden(&self, mut scores: Scores) -> Scores {
        for (place, score) in scores.iter_mut().enumerate() {
            if self.forbidden >> place & 1 == 1 {
                *score = NEVER;
            }
        }
        scores
    }

    fn must_be(&mut self, places: &[usize]) {
        self.forbidden = places.iter().fold(0b1111, |forbidden, place| forbidden & !(1 << place));
    }

    fn can_not_be(&mut self, places: &[usize]) {
        for place in places {
            self.forbidden |= 1 << place;
        }
    }
}

/// Classes of units.
mod class {
    /// Before the first and behind the last
    pub const EDGE: u32 = 0;
    pub const NUMBER: u32 = 1;
    pub const LATIN: u32 = 2;
    /// 一二三
    pub const NUMERAL: u32 = 3;
    /// 年月日
    pub const TIME: u32 = 4;
    pub const HAN: u32 = 5;
    pub const KANA: u32 = 6;
    pub const MARK: u32 = 7;
}

/// Before the first and behind the last.
const EDGE: Unit = Unit {
    start: 0,
    end: 0,
    key: 1,
    class: class::EDGE,
    spaced: true,
    forbidden: 0,
    word: 0,
    place: 99,
    known: false,
    begins: 0,
    ends: 0,
    holds: 0,
};

/// Words of the dictionary count for as long as this.
const LONGEST: usize = 6;

/// Stretches that are cut one by one: what stands beyond a full stop says nothing of a word. None ends within a kept span.
pub(super) fn sentences(folded: &str, range: Range<usize>, keep: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    let mut at = range.start;
    for sentence in folded[range].split_inclusive(['。', '\n']) {
        let end = at + sentence.len();
        let across = |span: &Range<usize>| span.start < at && span.end > at;
        match out.last_mut() {
            Some(last)
                if keep[..keep.partition_point(|span| span.start < at)]
                    .last()
                    .is_some_and(across) =>
            {
                last.end = end
            }
            _ => out.push(at..end),
        }
        at = end;
    }
    out
}

/// Room for units, kept from sentence to sentence.
#[derive(Default)]
pub(super) struct Room {
    pub units: Vec<Unit>,
}

impl Room {
    /// The units of a sentence. What is kept whole can have no other places than those of one word.
    pub fn units(&mut self, segmenter: &Segmenter, folded: &str, sentence: Range<usize>, keep: &[Range<usize>]) {
        self.units.clear();
        let first = keep.partition_point(|span| span.start < sentence.start);
        let mut at = sentence.start;
        let kept: Vec<&Range<usize>> = keep[first..]
            .iter()
            .take_while(|span| span.start < sentence.end)
            .filter(|span| {
                let apart = span.start >= at && span.end <= sentence.end && !span.is_empty();
                at = if apart { span.end } else { at };
                apart
            })
            .collect();
        self.characters(folded, sentence.clone(), &kept);
        self.words(segmenter, &folded[sentence.clone()], sentence.start);
        self.dictionary(segmenter, &folded[sentence.clone()], sentence.start);
        for span in kept {
            let units = self.within(span);
            match &mut self.units[units] {
                [] => {}
                [only] => only.must_be(&[place::ALONE]),
                [begin, middle @ .., end] => {
                    begin.must_be(&[place::BEGIN]);
                    middle.iter_mut().for_each(|unit| unit.must_be(&[place::MIDDLE]));
                    end.must_be(&[place::END]);
                }
            }
        }
    }

    fn within(&self, span: &Range<usize>) -> Range<usize> {
        let first = self.units.partition_point(|unit| unit.start < span.start);
        let end = self.units.partition_point(|unit| unit.start < span.end);
        first..end
    }

    fn characters(&mut self, folded: &str, sentence: Range<usize>, kept: &[&Range<usize>]) {
        let begin = sentence.start;
        let mut chars = folded[sentence].char_indices().map(|(i, c)| (begin + i, c)).peekable();
        let mut edges = kept.iter().flat_map(|span| [span.start, span.end]).peekable();
        let mut spaced = false;
        while let Some((start, c)) = chars.next() {
            if c.is_whitespace() {
                spaced = true;
                if let Some(last) = self.units.last_mut() {
                    last.can_not_be(&[place::BEGIN, place::MIDDLE]);
                }
                continue;
            }
            while edges.peek().is_some_and(|edge| *edge <= start) {
                edges.next();
            }
            let mut end = start + c.len_utf8();
            let (key, class) = if is_latin(c) {
                while let Some((at, next)) = chars.next_if(|(at, c)| is_latin(*c) && Some(at) != edges.peek()) {
                    end = at + next.len_utf8();
                }
                latin(&folded[start..end])
            } else {
                (u32::from(c), class_of(c))
            };
            let mut unit = Unit {
                start,
                end,
                key,
                class,
                spaced,
                ..Unit::default()
            };
            if spaced {
                unit.can_not_be(&[place::MIDDLE, place::END]);
            }
            self.units.push(unit);
            spaced = false;
        }
    }

    /// Writes jieba's words into the units.
    fn words(&mut self, segmenter: &Segmenter, text: &str, begin: usize) {
        let mut units = self.units.iter_mut().peekable();
        for word in segmenter.cut(text) {
            let (start, end) = (begin + word.start, begin + word.end);
            let word = &text[word.start..word.end];
            let length = word.chars().count().min(LONGEST - 1) as u32;
            let (hash, known) = (hash_of(word), segmenter.knows(word));
            while let Some(unit) = units.next_if(|unit| unit.start < end) {
                let place = match (unit.start.cmp(&start), unit.end.cmp(&end)) {
                    (std::cmp::Ordering::Less, _) | (_, std::cmp::Ordering::Greater) => 4,
                    (std::cmp::Ordering::Equal, std::cmp::Ordering::Equal) => place::ALONE as u32,
                    (std::cmp::Ordering::Equal, _) => place::BEGIN as u32,
                    (_, std::cmp::Ordering::Equal) => place::END as u32,
                    _ => place::MIDDLE as u32,
                };
                unit.place = place * 10 + length;
                unit.word = hash;
                unit.known = known;
            }
        }
    }

    /// Writes into the units where words of the dictionary may stand.
    fn dictionary(&mut self, segmenter: &Segmenter, text: &str, begin: usize) {
        for word in segmenter.words_anywhere(text) {
            let length = text[word.clone()].chars().count().min(LONGEST) as u32;
            if length < 2 {
                continue;
            }
            let (start, end) = (begin + word.start, begin + word.end);
            let first = self.units.partition_point(|unit| unit.start < start);
            for unit in self.units[first..].iter_mut().take_while(|unit| unit.start < end) {
                let longest = if unit.start == start {
                    &mut unit.begins
                } else if unit.end == end {
                    &mut unit.ends
                } else {
                    &mut unit.holds
                };
                *longest = (*longest).max(length);
            }
        }
    }
}

fn is_latin(c: char) -> bool {
    c.is_alphanumeric() && !is_han(c) && !is_kana(c)
}

/// Key and class of a Latin word or a number: how long it is, not which.
fn latin(word: &str) -> (u32, u32) {
    let length = word.len().min(5) as u32;
    // Above the code points.
    if word.bytes().all(|b| b.is_ascii_digit()) {
        (0x11_0000 + length, class::NUMBER)
    } else {
        (0x11_0010 + length, class::LATIN)
    }
}

fn class_of(c: char) -> u32 {
    match c {
        '零' | '〇' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千' | '万'
        | '亿' | '两' => class::NUMERAL,
        '年' | '月' | '日' | '时' | '分' | '秒' | '号' => class::TIME,
        c if is_han(c) => class::HAN,
        c if is_kana(c) => class::KANA,
        _ => class::MARK,
    }
}

fn hash_of(text: &str) -> u32 {
    let mut hash: u32 = 0x811c_9dc5;
    for byte in text.bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    hash
}

/// How many features a unit has.
pub(super) const FEATURES: usize = 35;

pub(super) type Rows = [u32; FEATURES];

/// Rows of the table for the features of unit `i`.
pub(super) fn rows(units: &[Unit], i: usize, bits: u32) -> Rows {
    let at = |distance: isize| {
        i.checked_add_signed(distance)
            .and_then(|i| units.get(i))
            .unwrap_or(&EDGE)
    };
    let [u2, u1, here, v1, v2] = [at(-2), at(-1), at(0), at(1), at(2)];
    let dictionary = |unit: &Unit| unit.begins << 8 | unit.ends << 4 | unit.holds;
    let edges = |unit: &Unit| unit.begins << 4 | unit.ends;
    let alike = |units: [&Unit; 4]| {
        units
            .iter()
            .fold(0, |bits, unit| bits << 1 | u32::from(unit.key == here.key))
    };
    let [k, j] = [here.key, here.place];
    let features: [[u32; 4]; FEATURES] = [
        [u2.key, 0, 0, 0],
        [u1.key, 0, 0, 0],
        [k, 0, 0, 0],
        [v1.key, 0, 0, 0],
        [v2.key, 0, 0, 0],
        [u2.key, u1.key, 0, 0],
        [u1.key, k, 0, 0],
        [k, v1.key, 0, 0],
        [v1.key, v2.key, 0, 0],
        [u1.key, v1.key, 0, 0],
        [u2.key, u1.key, k, 0],
        [u1.key, k, v1.key, 0],
        [k, v1.key, v2.key, 0],
        [u1.class, here.class, v1.class, 0],
        [u2.class << 8 | u1.class, here.class, v1.class, v2.class],
        [u1.class, here.class, 0, 0],
        [here.class, v1.class, 0, 0],
        [alike([u2, u1, v1, v2]), 0, 0, 0],
        [u32::from(here.spaced), u32::from(v1.spaced), 0, 0],
        [dictionary(here), 0, 0, 0],
        [here.begins, k, 0, 0],
        [here.ends, k, 0, 0],
        [here.holds, k, 0, 0],
        [edges(u1), edges(here), 0, 0],
        [edges(here), edges(v1), 0, 0],
        [j, u32::from(here.known), 0, 0],
        [u1.place, j, v1.place, 0],
        [j, here.word, 0, 0],
        [j, k, v1.key, 0],
        [j, u1.key, k, 0],
        [j, k, 0, 0],
        [j, v1.place, v1.word, 0],
        [u1.place, j, u1.word, 0],
        [u1.word, here.word, j, 0],
        [here.word, v1.word, j, 0],
    ];
    let mut rows = [0; FEATURES];
    for (number, (row, feature)) in rows.iter_mut().zip(features).enumerate() {
        let mut hash = (number as u32 + 1).wrapping_mul(0x9e37_79b1);
        for part in feature {
            hash = (hash ^ part).wrapping_mul(0x85eb_ca6b);
            hash ^= hash >> 13;
        }
        hash = hash.wrapping_mul(0xc2b2_ae35);
        *row = (hash ^ hash >> 16) >> (32 - bits);
    }
    rows
}
