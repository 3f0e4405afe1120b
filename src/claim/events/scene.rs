//! What is seen of a sentence: its characters, and the words, names, amounts and dates that they make up.

use super::super::Input;
use crate::entity::{EntityType, Lexicon, Mention, Origin};
use crate::measure::Kind;
use crate::text::{Segmenter, is_han, is_kana};
use std::ops::Range;

/// A character, or a Latin word or number as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    /// Bytes of the folded text
    pub start: u32,
    pub end: u32,
    /// The character, or a hash of the lower-cased word; numbers of one length are alike
    pub key: u32,
    /// Hash of the segmenter's word that holds it
    pub word: u32,
    /// Where in that word it stands, and how long that is
    pub place: u8,
    pub shape: Shape,
    /// Whether the word is an everyday one (1), and one of the segmenter's dictionary (2)
    pub known: u8,
    /// Index of the chunk that holds it
    pub chunk: u32,
    /// How many marks that end a clause stand before it in the sentence
    pub clause: u8,
}

/// The script of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Shape {
    Han,
    Number,
    Latin,
    Bracket,
    Mark,
}

/// A name, an amount, a date, or a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Units
    pub first: usize,
    /// Past the last
    pub end: usize,
    /// What it is: 0 a word; names, amounts and dates have numbers of their own
    pub kind: u8,
    /// Hash of its text
    pub word: u32,
}

/// Numbers of [`Chunk::kind`].
pub mod kind {
    pub const WORD: u8 = 0;
    /// The first of the entity types
    pub const NAME: u8 = 1;
    /// A pronoun or shorthand for an organisation, or for another entity
    pub const ORGANIZATION_PRONOUN: u8 = 12;
    pub const PRONOUN: u8 = 13;
    /// The first of the kinds of quantity
    pub const QUANTITY: u8 = 14;
    /// So many shares
    pub const SHARES: u8 = 20;
    pub const DATE: u8 = 21;
    pub const MARK: u8 = 22;
}

impl Chunk {
    /// A name or what stands for one.
    pub fn is_name(&self) -> bool {
        (kind::NAME..kind::QUANTITY).contains(&self.kind)
    }

    pub fn is_measure(&self) -> bool {
        (kind::QUANTITY..kind::MARK).contains(&self.kind)
    }
}

/// A sentence as the model sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scene {
    pub units: Vec<Unit>,
    pub chunks: Vec<Chunk>,
}

/// A span with its kind.
struct Span {
    range: Range<usize>,
    kind: u8,
}

impl Scene {
    /// What is seen of a range of the folded text.
    pub fn new(lexicon: &Lexicon, segmenter: &Segmenter, input: &Input<'_>, range: Range<usize>) -> Scene {
        let folded = input.text.folded();
        let mut scene = Scene {
            units: units(folded, range.clone()),
            chunks: Vec::new(),
        };
        scene.words(lexicon, segmenter, folded, range.clone());
        let spans = spans(input, range.clone());
        let keep: Vec<Range<usize>> = spans.iter().map(|span| span.range.clone()).collect();
        let mut at = 0;
        let mut span = spans.iter().peekable();
        for segment in segmenter.segments(folded, range, &keep) {
            let first = at;
            while scene
                .units
                .get(at)
                .is_some_and(|unit| (unit.end as usize) <= segment.end)
            {
                scene.units[at].chunk = scene.chunks.len() as u32;
                at += 1;
            }
            if first == at {
                continue;
            }
            while span.next_if(|span| span.range.start < segment.start).is_some() {}
            let kind = match span.peek() {
                Some(span) if span.range == (segment.start..segment.end) => span.kind,
                _ if matches!(scene.units[first].shape, Shape::Mark | Shape::Bracket) => kind::MARK,
                _ => kind::WORD,
            };
            scene.chunks.push(Chunk {
                first,
                end: at,
                kind,
                word: hash(&folded[segment.start..segment.end]),
            });
        }
        // A segment that ends inside a unit leaves none without a chunk.
        if at < scene.units.len() {
            let number = scene.chunks.len() as u32;
            scene.units[at..].iter_mut().for_each(|unit| unit.chunk = number);
            scene.chunks.push(Chunk {
                first: at,
                end: scene.units.len(),
                kind: kind::WORD,
                word: 0,
            });
        }
        scene
    }

    /// The units of these bytes, if they begin and end where units do.
    pub fn inside(&self, bytes: Range<usize>) -> Option<Range<usize>> {
        let first = self.units.partition_point(|unit| (unit.start as usize) < bytes.start);
        let last = self.units.partition_point(|unit| (unit.end as usize) < bytes.end);
        let fits =
            self.units.get(first)?.start as usize == bytes.start && self.units.get(last)?.end as usize == bytes.end;
        (fits && first <= last).then_some(first..last + 1)
    }

    /// The bytes of these units.
    pub fn bytes(&self, units: Range<usize>) -> Range<usize> {
        self.units[units.start].start as usize..self.units[units.end - 1].end as usize
    }

    /// Tells the units the segmenter's words.
    fn words(&mut self, lexicon: &Lexicon, segmenter: &Segmenter, folded: &str, range: Range<usize>) {
        let mut units = self.units.iter_mut().peekable();
        for segment in segmenter.segments(folded, range, &[]) {
            let text = &folded[segment.start..segment.end];
            let word = hash(text);
            let known = u8::from(lexicon.is_common(text)) | u8::from(segmenter.knows(text)) << 1;
            let length = text.chars().count().min(4) as u8;
            while let Some(unit) = units.next_if(|unit| (unit.start as usize) < segment.end) {
                let begins = unit.start as usize == segment.start;
                let ends = unit.end as usize == segment.end;
                unit.word = word;
                unit.known = known;
                unit.place = 4 * (length - 1) + 2 * u8::from(!begins) + u8::from(!ends);
            }
        }
    }
}

/// Names, amounts and dates that lie in a range and apart from one another, sorted.
fn spans(input: &Input<'_>, range: Range<usize>) -> Vec<Span> {
    let mut all: Vec<Span> = Vec::new();
    let mentions = &input.found.mentions;
    let low = mentions.partition_point(|m| m.start < range.start);
    all.extend(
        mentions[low..]
            .iter()
            .take_while(|m| m.start < range.end)
            .map(|m| Span {
                range: m.start..m.end,
                kind: name_kind(m),
            }),
    );
    let quantities = &input.measures.quantities;
    let low = quantities.partition_point(|q| q.start < range.start);
    all.extend(
        quantities[low..]
            .iter()
            .take_while(|q| q.start < range.end)
            .map(|q| Span {
                range: q.start..q.end,
                kind: if q.unit.as_deref() == Some("share") {
                    kind::SHARES
                } else {
                    kind::QUANTITY + kind_number(q.kind)
                },
            }),
    );
    let dates = &input.measures.dates;
    let low = dates.partition_point(|d| d.start < range.start);
    all.extend(dates[low..].iter().take_while(|d| d.start < range.end).map(|d| Span {
        range: d.start..d.end,
        kind: kind::DATE,
    }));
    // Of two that begin at one place the longer; a name before what is measured.
    all.sort_by_key(|span| (span.range.start, std::cmp::Reverse(span.range.end), span.kind));
    let mut end = 0;
    all.retain(|span| {
        let apart = span.range.start >= end && span.range.end <= range.end && !span.range.is_empty();
        if apart {
            end = span.range.end;
        }
        apart
    });
    all
}

fn name_kind(mention: &Mention) -> u8 {
    let organization = matches!(mention.kind, EntityType::Company | EntityType::Organization);
    match mention.origin {
        Origin::Anaphor if organization => kind::ORGANIZATION_PRONOUN,
        Origin::Anaphor => kind::PRONOUN,
        _ => {
            let number = EntityType::ALL.iter().position(|(kind, _)| *kind == mention.kind);
            kind::NAME + number.unwrap_or(0) as u8
        }
    }
}

fn kind_number(kind: Kind) -> u8 {
    match kind {
        Kind::Percent => 0,
        Kind::Money => 1,
        Kind::Multiple => 2,
        Kind::Count => 3,
        Kind::Duration => 4,
        Kind::Number => 5,
    }
}

fn units(folded: &str, range: Range<usize>) -> Vec<Unit> {
    let mut out = Vec::new();
    let mut chars = folded[range.clone()]
        .char_indices()
        .map(|(i, c)| (range.start + i, c))
        .peekable();
    let mut clause = 0u8;
    while let Some((start, c)) = chars.next() {
        let mut end = start + c.len_utf8();
        let latin = is_latin(c);
        while latin && let Some(&(i, next)) = chars.peek() {
            let inner = matches!(next, '\'' | '-' | '.' | '&' | '+')
                && folded[i + 1..range.end].starts_with(is_latin)
                && (next != '.' || c.is_ascii_digit());
            if !(is_latin(next) || inner) {
                break;
            }
            end = i + next.len_utf8();
            chars.next();
        }
        let (key, shape) = if latin {
            let text = &folded[start..end];
            if text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')) {
                (0x11_0000 + text.len().min(6) as u32, Shape::Number)
            } else {
                // Above the code points
                (hash(&text.to_lowercase()) | 0x8000_0000, Shape::Latin)
            }
        } else {
            let shape = match c {
                c if is_han(c) => Shape::Han,
                '“' | '”' | '(' | ')' | '[' | ']' | '《' | '》' | '"' | '\'' => Shape::Bracket,
                _ => Shape::Mark,
            };
            (c as u32, shape)
        };
        out.push(Unit {
            start: start as u32,
            end: end as u32,
            key,
            word: key,
            place: 0,
            shape,
            known: 0,
            chunk: 0,
            clause,
        });
        if matches!(c, ',' | ';' | '。' | ':' | '!' | '?') {
            clause = clause.saturating_add(1);
        }
    }
    out
}

fn is_latin(c: char) -> bool {
    !is_han(c) && !is_kana(c) && c.is_alphanumeric()
}

/// FNV-1a
pub(super) fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
