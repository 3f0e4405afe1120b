//! Matches one form of a pattern on a skeleton: regular expressions with captures, by backtracking over characters.
//!
//! Forms hold long gaps of negated classes, alternations of hundreds of cue words, and captures; they are tried on short
//! sentences in which one of their words stands already. For that the automata of the `regex` crate are the wrong trade:
//! every form unrolls its gaps over the bytes of UTF-8 and keeps a cache for each thread. Here a gap is one instruction,
//! an alternation is looked up by its next character, a class of cues is a table that all forms share, and a search remembers which instruction failed at which
//! character, so that it takes time in proportion to the form's length times the sentence's (the bounded backtracker
//! of RE2 and `regex-automata`). What matches, and what is captured, is the same as with the `regex` crate: leftmost
//! first; the tests hold the two against each other.

use super::skeleton::{METRIC_SYMBOL, SymbolSet};
use super::words::{Piece, Table, Vocabulary, pieces};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::ops::Range;
use std::sync::Arc;

/// Why a form can't be matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    #[error("a repetition of something that may be empty")]
    EmptyRepetition,
    #[error("an assertion other than ^, $ and \\b")]
    Assertion,
    #[error("a class of bytes")]
    Bytes,
    #[error("more than a million instructions")]
    Size,
}

const MAX_INSTRUCTIONS: usize = 1 << 20;
const UNBOUNDED: u32 = u32::MAX;

/// One step of a form. Targets are indices of instructions.
#[derive(Debug)]
enum Step {
    Char(char),
    /// Range of `Matcher::literals`
    Literal(Range<u32>),
    Class(u32),
    /// `min` to `max` characters of a class. Uses two memos, its own and the next.
    Gap {
        class: u32,
        min: u32,
        max: u32,
        lazy: bool,
        memo: u32,
    },
    /// One of the words of a table.
    Word {
        table: u32,
        memo: u32,
    },
    /// One of several branches, in their order.
    Choice {
        choice: u32,
        memo: u32,
    },
    Split {
        first: u32,
        second: u32,
        memo: u32,
    },
    Jump(u32),
    Save(u32),
    Start,
    End,
    Boundary,
    Match,
}

/// Branches of an alternation by the character that they begin with.
#[derive(Debug, Default)]
struct Choice {
    by_char: FxHashMap<char, SmallVec<[u32; 2]>>,
    /// Branches for every other character, and for the end of the text
    others: SmallVec<[u32; 2]>,
}

/// A set of characters.
#[derive(Debug)]
struct CharSet {
    /// Sorted and disjoint
    ranges: Box<[(char, char)]>,
    /// Where the set holds all ordinary characters or none: a bit for each [`kind`]
    kinds: Option<u64>,
}

/// What a character is to the sets of gaps: 0 for an ordinary one, else the number of its mark or symbol. All of them
/// fit into the bits of a word.
pub fn kind(c: char) -> u8 {
    match c {
        ',' => 1,
        ';' => 2,
        ':' => 3,
        '。' => 4,
        '!' => 5,
        '?' => 6,
        '“' => 7,
        '”' => 8,
        '"' => 9,
        '\'' => 10,
        '、' => 11,
        ' ' => 12,
        '(' => 13,
        ')' => 14,
        '%' => 15,
        '-' => 16,
        '.' => 17,
        '$' => 18,
        _ => SymbolSet::number(c).map_or(0, |symbol| 19 + symbol),
    }
}

/// The characters that have a kind.
fn marks() -> impl Iterator<Item = char> {
    ",;:。!?“”\"'、 ()%-.$".chars().chain('\u{e000}'..=METRIC_SYMBOL)
}

/// The kinds of the marks and symbols in a class, a bit each.
pub fn class_kinds(class: &ClassUnicode) -> u64 {
    marks()
        .filter(|c| contains(class, *c))
        .fold(0, |kinds, c| kinds | 1 << kind(c))
}

impl CharSet {
    fn new(class: &ClassUnicode) -> CharSet {
        CharSet {
            ranges: class.iter().map(|r| (r.start(), r.end())).collect(),
            kinds: CharSet::kinds(class),
        }
    }

    fn kinds(class: &ClassUnicode) -> Option<u64> {
        let of = |class: &ClassUnicode| -> Option<u64> {
            let size: usize = class
                .iter()
                .map(|r| u32::from(r.end()) as usize - u32::from(r.start()) as usize + 1)
                .sum();
            if size > 64 {
                return None;
            }
            class
                .iter()
                .flat_map(|r| r.start()..=r.end())
                .try_fold(0u64, |bits, c| match kind(c) {
                    0 => None,
                    kind => Some(bits | 1 << kind),
                })
        };
        of(class).or_else(|| {
            let mut others = class.clone();
            others.negate();
            of(&others).map(|bits| !bits)
        })
    }

    fn contains(&self, line: &Line<'_>, at: usize) -> bool {
        let Some(&c) = line.chars.get(at) else { return false };
        match (self.kinds, self.ranges.as_ref()) {
            (Some(bits), _) => bits >> line.kinds[at] & 1 == 1,
            (None, [(low, high)]) => (*low..=*high).contains(&c),
            (None, ranges) => {
                let i = ranges.partition_point(|(_, high)| *high < c);
                ranges.get(i).is_some_and(|(low, _)| *low <= c)
            }
        }
    }
}

/// A form ready to match.
#[derive(Debug)]
pub struct Matcher {
    steps: Vec<Step>,
    classes: Vec<CharSet>,
    literals: Vec<char>,
    choices: Vec<Choice>,
    tables: Vec<Arc<Table>>,
    /// By group; `None` for those without a name
    names: Vec<Option<Box<str>>>,
    memos: u32,
    /// What every match begins with; `None` if that may be anything
    first: Option<CharSet>,
    /// Whether that is a symbol of a skeleton in every case
    on_symbol: bool,
    /// Whether a match that begins at the text's start may begin with any character
    at_start: bool,
}

/// What a form is matched on.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    pub chars: &'a [char],
    /// The [`kind`] of each
    pub kinds: &'a [u8],
    /// Which of them are symbols of a skeleton, ascending: most forms begin with one
    pub symbols: &'a [u32],
    /// Which of them have a kind of their own, ascending
    pub marks: &'a [u32],
    /// How many of those stand before each character
    pub marks_before: &'a [u32],
}

/// What a match captured: ranges of characters, by group. Group 0 is the whole match.
#[derive(Debug, Clone)]
pub struct Captures<'m> {
    names: &'m [Option<Box<str>>],
    groups: SmallVec<[Option<Range<usize>>; 8]>,
}

impl Captures<'_> {
    pub fn whole(&self) -> Range<usize> {
        self.groups.first().cloned().flatten().unwrap_or(0..0)
    }

    /// The group of this name that took part in the match.
    pub fn name(&self, name: &str) -> Option<Range<usize>> {
        let group = self.names.iter().position(|n| n.as_deref() == Some(name))?;
        self.groups.get(group).cloned().flatten()
    }
}

/// Memory that searches share.
#[derive(Debug, Default)]
pub struct Scratch {
    frames: Vec<Frame>,
    /// Bit `memo * (length + 1) + character`: known not to lead to a match
    failed: Vec<u64>,
    slots: Vec<u32>,
}

const UNSET: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
enum Frame {
    Try {
        step: u32,
        at: u32,
    },
    /// A lazy gap that has taken `count` characters and may take one more
    Longer {
        step: u32,
        at: u32,
        count: u32,
    },
    /// A greedy gap that has taken `count` characters and may give one back
    Shorter {
        step: u32,
        at: u32,
        count: u32,
    },
    Restore {
        slot: u32,
        value: u32,
    },
}

impl Matcher {
    /// # Errors
    /// What forms don't need and so can't have.
    pub fn new(hir: &Hir, vocabulary: &Vocabulary) -> Result<Matcher, Unsupported> {
        let mut matcher = Matcher {
            steps: Vec::new(),
            classes: Vec::new(),
            literals: Vec::new(),
            choices: Vec::new(),
            tables: Vec::new(),
            names: vec![None],
            memos: 0,
            first: None,
            on_symbol: false,
            at_start: false,
        };
        matcher.steps.push(Step::Save(0));
        matcher.emit(hir, vocabulary)?;
        matcher.steps.push(Step::Save(1));
        matcher.steps.push(Step::Match);
        matcher.steps.shrink_to_fit();
        let first = First::of(hir, vocabulary);
        if !first.empty {
            matcher.on_symbol = SymbolSet::of_ranges(first.chars.iter().map(|r| (r.start(), r.end()))).is_some();
            matcher.first = Some(CharSet::new(&first.chars));
            matcher.at_start = first.at_start;
        }
        Ok(matcher)
    }

    /// Names of the captures.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().filter_map(Option::as_deref)
    }

    /// The first match that begins at character `from` or behind it. Where `at` is given, only there matches begin;
    /// `admits` is asked about each place at which one may, and false only where none does.
    pub fn find(
        &self,
        line: &Line<'_>,
        from: usize,
        at: Option<&[u32]>,
        scratch: &mut Scratch,
        mut admits: impl FnMut(usize) -> bool,
    ) -> Option<Captures<'_>> {
        let text = line.chars;
        let width = text.len() + 1;
        // Most searches try nothing at all.
        let mut ready = false;
        let mut runs = |start: usize| {
            if !admits(start) {
                return false;
            }
            if !ready {
                ready = true;
                scratch.failed.clear();
                scratch.failed.resize((self.memos as usize * width).div_ceil(64), 0);
                scratch.slots.clear();
                scratch.slots.resize(self.names.len() * 2, UNSET);
                scratch.frames.clear();
            }
            self.run(line, start, scratch)
        };
        let found = match &self.first {
            _ if let Some(at) = at => at.iter().map(|&at| at as usize).filter(|&at| at >= from).any(runs),
            None => (from..width).any(runs),
            Some(first) => {
                let begins = |start: &usize| first.contains(line, *start);
                let mut at_start = (self.at_start && from == 0).then_some(0).into_iter();
                if self.on_symbol {
                    let after = line.symbols.partition_point(|&at| (at as usize) < from);
                    let mut starts = line.symbols[after..].iter().map(|&at| at as usize).filter(begins);
                    at_start.any(&mut runs) || starts.any(runs)
                } else {
                    let mut starts = (from..text.len()).filter(begins);
                    at_start.any(&mut runs) || starts.any(runs)
                }
            }
        };
        found.then(|| Captures {
            names: &self.names,
            groups: scratch
                .slots
                .chunks(2)
                .map(|pair| (pair[0] != UNSET && pair[1] != UNSET).then(|| pair[0] as usize..pair[1] as usize))
                .collect(),
        })
    }

    /// False where the step behind a gap surely fails at `at`: saves trying it at every character of the gap.
    fn may_go_on(&self, mut step: u32, line: &Line<'_>, at: u32) -> bool {
        while let Step::Save(_) = self.steps[step as usize] {
            step += 1;
        }
        let next = line.chars.get(at as usize);
        match &self.steps[step as usize] {
            Step::Char(c) => next == Some(c),
            Step::Literal(range) => next == self.literals.get(range.start as usize),
            Step::Class(class) => self.classes[*class as usize].contains(line, at as usize),
            Step::Word { table, .. } => next.is_some_and(|c| !self.tables[*table as usize].beginning(*c).is_empty()),
            Step::Choice { choice, .. } => {
                let choice = &self.choices[*choice as usize];
                !choice.others.is_empty() || next.is_some_and(|c| choice.by_char.contains_key(c))
            }
            _ => true,
        }
    }

    /// Whether the form matches at `start`; its captures are in the slots.
    fn run(&self, line: &Line<'_>, start: usize, scratch: &mut Scratch) -> bool {
        let text = line.chars;
        let width = text.len() as u32 + 1;
        let Scratch { frames, failed, slots } = scratch;
        // True the first time only: a second arrival fails as the first did.
        let mut fresh = |memo: u32, at: u32| {
            let bit = (memo * width + at) as usize;
            let (word, mask) = (&mut failed[bit / 64], 1u64 << (bit % 64));
            let fresh = *word & mask == 0;
            *word |= mask;
            fresh
        };
        frames.push(Frame::Try {
            step: 0,
            at: start as u32,
        });
        'frames: while let Some(frame) = frames.pop() {
            let (mut step, mut at) = match frame {
                Frame::Try { step, at } => (step, at),
                Frame::Restore { slot, value } => {
                    slots[slot as usize] = value;
                    continue;
                }
                Frame::Longer {
                    step,
                    mut at,
                    mut count,
                } => {
                    let Step::Gap { class, max, memo, .. } = self.steps[step as usize] else {
                        continue;
                    };
                    let class = &self.classes[class as usize];
                    loop {
                        if !class.contains(line, at as usize) {
                            continue 'frames;
                        }
                        at += 1;
                        count += 1;
                        if self.may_go_on(step + 1, line, at) && fresh(memo + 1, at) {
                            break;
                        }
                        if count == max {
                            continue 'frames;
                        }
                    }
                    if count < max {
                        frames.push(Frame::Longer { step, at, count });
                    }
                    (step + 1, at)
                }
                Frame::Shorter { step, at, count } => {
                    let Step::Gap { min, memo, .. } = self.steps[step as usize] else {
                        continue;
                    };
                    if count > min {
                        frames.push(Frame::Shorter {
                            step,
                            at: at - 1,
                            count: count - 1,
                        });
                    }
                    if !fresh(memo + 1, at) {
                        continue;
                    }
                    (step + 1, at)
                }
            };
            loop {
                match &self.steps[step as usize] {
                    Step::Char(c) => {
                        if text.get(at as usize) != Some(c) {
                            continue 'frames;
                        }
                        at += 1;
                        step += 1;
                    }
                    Step::Literal(range) => {
                        let literal = &self.literals[range.start as usize..range.end as usize];
                        if !text[at as usize..].starts_with(literal) {
                            continue 'frames;
                        }
                        at += literal.len() as u32;
                        step += 1;
                    }
                    Step::Class(class) => {
                        if !self.classes[*class as usize].contains(line, at as usize) {
                            continue 'frames;
                        }
                        at += 1;
                        step += 1;
                    }
                    Step::Gap {
                        class,
                        min,
                        max,
                        lazy,
                        memo,
                    } => {
                        if !fresh(*memo, at) {
                            continue 'frames;
                        }
                        let class = &self.classes[*class as usize];
                        let wanted = if *lazy { *min } else { *max };
                        let end = text.len().min(at as usize + wanted as usize);
                        let taken = (at as usize..end).take_while(|&i| class.contains(line, i)).count() as u32;
                        if taken < *min {
                            continue 'frames;
                        }
                        at += taken;
                        if *lazy && taken < *max {
                            frames.push(Frame::Longer { step, at, count: taken });
                        } else if !*lazy && taken > *min {
                            frames.push(Frame::Shorter {
                                step,
                                at: at - 1,
                                count: taken - 1,
                            });
                        }
                        if !fresh(*memo + 1, at) {
                            continue 'frames;
                        }
                        step += 1;
                    }
                    Step::Word { table, memo } => {
                        let rest = &text[at as usize..];
                        let Some(first) = rest.first().filter(|_| fresh(*memo, at)) else {
                            continue 'frames;
                        };
                        let alike = self.tables[*table as usize].beginning(*first);
                        let mut ends = alike
                            .iter()
                            .filter(|word| {
                                rest.starts_with(&word.chars)
                                    && (!word.latin
                                        || is_boundary(text, at as usize)
                                            && is_boundary(text, at as usize + word.chars.len()))
                            })
                            .map(|word| at + word.chars.len() as u32);
                        let Some(end) = ends.next() else { continue 'frames };
                        step += 1;
                        let others = frames.len();
                        frames.extend(ends.map(|at| Frame::Try { step, at }));
                        frames[others..].reverse();
                        at = end;
                    }
                    Step::Choice { choice, memo } => {
                        if !fresh(*memo, at) {
                            continue 'frames;
                        }
                        let choice = &self.choices[*choice as usize];
                        let branches = text
                            .get(at as usize)
                            .and_then(|c| choice.by_char.get(c))
                            .unwrap_or(&choice.others);
                        let Some((first, rest)) = branches.split_first() else {
                            continue 'frames;
                        };
                        frames.extend(rest.iter().rev().map(|&step| Frame::Try { step, at }));
                        step = *first;
                    }
                    Step::Split { first, second, memo } => {
                        if !fresh(*memo, at) {
                            continue 'frames;
                        }
                        frames.push(Frame::Try { step: *second, at });
                        step = *first;
                    }
                    Step::Jump(to) => step = *to,
                    Step::Save(slot) => {
                        let value = std::mem::replace(&mut slots[*slot as usize], at);
                        frames.push(Frame::Restore { slot: *slot, value });
                        step += 1;
                    }
                    Step::Start if at == 0 => step += 1,
                    Step::End if at as usize == text.len() => step += 1,
                    Step::Boundary if is_boundary(text, at as usize) => step += 1,
                    Step::Start | Step::End | Step::Boundary => continue 'frames,
                    Step::Match => {
                        frames.clear();
                        return true;
                    }
                }
            }
        }
        false
    }

    fn memo(&mut self, count: u32) -> u32 {
        self.memos += count;
        self.memos - count
    }

    fn push(&mut self, step: Step) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }

    fn class(&mut self, class: &ClassUnicode) -> u32 {
        self.classes.push(CharSet::new(class));
        self.classes.len() as u32 - 1
    }

    fn emit(&mut self, hir: &Hir, vocabulary: &Vocabulary) -> Result<(), Unsupported> {
        if self.steps.len() > MAX_INSTRUCTIONS {
            return Err(Unsupported::Size);
        }
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                for piece in pieces(std::str::from_utf8(&literal.0).map_err(|_| Unsupported::Bytes)?) {
                    self.emit_piece(piece, vocabulary);
                }
            }
            HirKind::Class(_) => {
                let class = one_character(hir).ok_or(Unsupported::Bytes)?;
                let class = self.class(&class);
                self.push(Step::Class(class));
            }
            HirKind::Look(look) => {
                self.push(match look {
                    Look::Start => Step::Start,
                    Look::End => Step::End,
                    Look::WordAscii => Step::Boundary,
                    _ => return Err(Unsupported::Assertion),
                });
            }
            HirKind::Repetition(repetition) => self.emit_repetition(repetition, vocabulary)?,
            HirKind::Capture(capture) => {
                let group = capture.index;
                while self.names.len() <= group as usize {
                    self.names.push(None);
                }
                self.names[group as usize] = capture.name.clone();
                self.push(Step::Save(group * 2));
                self.emit(&capture.sub, vocabulary)?;
                self.push(Step::Save(group * 2 + 1));
            }
            HirKind::Concat(parts) => {
                for part in parts {
                    self.emit(part, vocabulary)?;
                }
            }
            HirKind::Alternation(branches) => self.emit_alternation(branches, vocabulary)?,
        }
        Ok(())
    }

    fn emit_piece(&mut self, piece: Piece<'_>, vocabulary: &Vocabulary) {
        match piece {
            Piece::Table(number) => {
                let table = self.tables.len() as u32;
                self.tables.push(vocabulary.table(number).clone());
                let memo = self.memo(1);
                self.push(Step::Word { table, memo });
            }
            Piece::Text(word) => {
                let mut chars = word.chars();
                match (chars.next(), chars.next()) {
                    (Some(c), None) => {
                        self.push(Step::Char(c));
                    }
                    _ => {
                        let start = self.literals.len() as u32;
                        self.literals.extend(word.chars());
                        self.push(Step::Literal(start..self.literals.len() as u32));
                    }
                }
            }
        }
    }

    fn emit_repetition(&mut self, repetition: &Repetition, vocabulary: &Vocabulary) -> Result<(), Unsupported> {
        let max = repetition.max.unwrap_or(UNBOUNDED);
        if let Some(class) = one_character(&repetition.sub) {
            let class = self.class(&class);
            let memo = self.memo(2);
            self.push(Step::Gap {
                class,
                min: repetition.min,
                max,
                lazy: !repetition.greedy,
                memo,
            });
            return Ok(());
        }
        for _ in 0..repetition.min {
            self.emit(&repetition.sub, vocabulary)?;
        }
        let split = |matcher: &mut Matcher| {
            let memo = matcher.memo(1);
            matcher.push(Step::Split {
                first: 0,
                second: 0,
                memo,
            })
        };
        let mut splits = Vec::new();
        if max == UNBOUNDED {
            if repetition.sub.properties().minimum_len() == Some(0) {
                return Err(Unsupported::EmptyRepetition);
            }
            let at = split(self);
            splits.push(at);
            self.emit(&repetition.sub, vocabulary)?;
            self.push(Step::Jump(at as u32));
        } else {
            for _ in repetition.min..max {
                splits.push(split(self));
                self.emit(&repetition.sub, vocabulary)?;
            }
        }
        let end = self.steps.len() as u32;
        for at in splits {
            let inner = at as u32 + 1;
            if let Step::Split { first, second, .. } = &mut self.steps[at] {
                (*first, *second) = if repetition.greedy { (inner, end) } else { (end, inner) };
            }
        }
        Ok(())
    }

    fn emit_alternation(&mut self, branches: &[Hir], vocabulary: &Vocabulary) -> Result<(), Unsupported> {
        let number = self.choices.len();
        self.choices.push(Choice::default());
        let memo = self.memo(1);
        self.push(Step::Choice {
            choice: number as u32,
            memo,
        });
        let mut starts: Vec<(u32, Option<First>)> = Vec::with_capacity(branches.len());
        let mut jumps = Vec::with_capacity(branches.len());
        for branch in branches {
            let first = First::of(branch, vocabulary);
            let listed = !first.empty && !first.at_start && first.size() <= MAX_LISTED;
            starts.push((self.steps.len() as u32, listed.then_some(first)));
            self.emit(branch, vocabulary)?;
            jumps.push(self.push(Step::Jump(0)));
        }
        let end = self.steps.len() as u32;
        for at in jumps {
            self.steps[at] = Step::Jump(end);
        }
        let mut choice = Choice::default();
        for (_, first) in &starts {
            for range in first.iter().flat_map(|f| f.chars.iter()) {
                for c in range.start()..=range.end() {
                    choice.by_char.entry(c).or_default();
                }
            }
        }
        for (c, list) in &mut choice.by_char {
            list.extend(
                starts
                    .iter()
                    .filter(|(_, first)| first.as_ref().is_none_or(|f| contains(&f.chars, *c)))
                    .map(|(start, _)| *start),
            );
        }
        choice.others = starts
            .iter()
            .filter(|(_, first)| first.is_none())
            .map(|(start, _)| *start)
            .collect();
        self.choices[number] = choice;
        Ok(())
    }
}

/// Most characters that a branch is filed under; one that begins with more is tried on all.
const MAX_LISTED: usize = 64;

fn contains(class: &ClassUnicode, c: char) -> bool {
    let ranges = class.ranges();
    let i = ranges.partition_point(|r| r.end() < c);
    ranges.get(i).is_some_and(|r| r.start() <= c)
}

/// What an expression may begin with.
struct First {
    chars: ClassUnicode,
    /// It may take no character at all.
    empty: bool,
    /// It may do so at the text's start.
    at_start: bool,
}

impl First {
    fn nothing(empty: bool, at_start: bool) -> First {
        First {
            chars: ClassUnicode::empty(),
            empty,
            at_start,
        }
    }

    fn of(hir: &Hir, vocabulary: &Vocabulary) -> First {
        match hir.kind() {
            HirKind::Empty => First::nothing(true, false),
            HirKind::Look(Look::Start) => First::nothing(false, true),
            HirKind::Look(_) => First::nothing(true, false),
            HirKind::Literal(literal) => {
                let mut first = First::nothing(false, false);
                match pieces(std::str::from_utf8(&literal.0).unwrap_or("")).next() {
                    Some(Piece::Table(table)) => first.chars = vocabulary.table(table).first.clone(),
                    Some(Piece::Text(text)) => {
                        if let Some(c) = text.chars().next() {
                            first.chars.push(ClassUnicodeRange::new(c, c));
                        }
                    }
                    None => {}
                }
                first
            }
            HirKind::Class(_) => First {
                chars: one_character(hir).unwrap_or_else(ClassUnicode::empty),
                empty: false,
                at_start: false,
            },
            HirKind::Repetition(repetition) => {
                let mut first = First::of(&repetition.sub, vocabulary);
                first.empty |= repetition.min == 0;
                first
            }
            HirKind::Capture(capture) => First::of(&capture.sub, vocabulary),
            HirKind::Concat(parts) => {
                let mut all = First::nothing(true, false);
                for part in parts {
                    let first = First::of(part, vocabulary);
                    all.chars.union(&first.chars);
                    all.at_start |= first.at_start;
                    if !first.empty {
                        all.empty = false;
                        break;
                    }
                }
                all
            }
            HirKind::Alternation(branches) => {
                let mut all = First::nothing(false, false);
                for branch in branches {
                    let first = First::of(branch, vocabulary);
                    all.chars.union(&first.chars);
                    all.empty |= first.empty;
                    all.at_start |= first.at_start;
                }
                all
            }
        }
    }

    fn size(&self) -> usize {
        self.chars
            .iter()
            .map(|r| (u32::from(r.end()) - u32::from(r.start())) as usize + 1)
            .sum()
    }
}

/// The characters that an expression of exactly one character takes.
pub fn one_character(hir: &Hir) -> Option<ClassUnicode> {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class.clone()),
        HirKind::Class(Class::Bytes(class)) => class.to_unicode_class(),
        HirKind::Literal(literal) => {
            let mut chars = std::str::from_utf8(&literal.0).ok()?.chars();
            let c = chars.next()?;
            chars
                .next()
                .is_none()
                .then(|| ClassUnicode::new([ClassUnicodeRange::new(c, c)]))
        }
        _ => None,
    }
}

/// `(?-u:\b)`: between a Latin letter or digit and anything else, a Chinese character too.
fn is_boundary(text: &[char], at: usize) -> bool {
    let is_word = |c: Option<&char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || *c == '_');
    is_word(at.checked_sub(1).and_then(|i| text.get(i))) != is_word(text.get(at))
}

#[cfg(test)]
mod tests {
    use super::super::outline::{Outline, Places};
    use super::super::words::SetId;
    use super::*;
    use proptest::prelude::*;
    use regex::Regex;

    /// Where words stand, by looking everywhere.
    struct Standing<'a> {
        vocabulary: &'a Vocabulary,
        chars: &'a [char],
        places: Vec<(u32, u32)>,
    }

    impl Places for Standing<'_> {
        fn of(&mut self, set: SetId) -> &[(u32, u32)] {
            self.places.clear();
            for &word in self.vocabulary.members(set) {
                let word: Vec<char> = self.vocabulary.words()[word as usize].chars().collect();
                let starts = (0..self.chars.len()).filter(|&at| self.chars[at..].starts_with(&word));
                self.places
                    .extend(starts.map(|at| (at as u32, (at + word.len()) as u32)));
            }
            &self.places
        }
    }

    /// All groups of all matches, by this matcher and by the `regex` crate.
    fn both(form: &str, text: &str) -> [Vec<Vec<Option<Range<usize>>>>; 2] {
        let hir = regex_syntax::parse(form).unwrap_or_else(|e| panic!("{form}: {e}"));
        let mut vocabulary = Vocabulary::default();
        let matcher = Matcher::new(&hir, &vocabulary).unwrap_or_else(|e| panic!("{form}: {e}"));
        let outline = Outline::new(&hir, &mut vocabulary);
        let regex = Regex::new(form).unwrap_or_else(|e| panic!("{form}: {e}"));
        let chars: Vec<char> = text.chars().collect();
        let is_symbol = |c: char| SymbolSet::of_ranges([(c, c)].into_iter()).is_some();
        let symbols: Vec<u32> = (0..chars.len() as u32)
            .filter(|&at| is_symbol(chars[at as usize]))
            .collect();
        let kinds: Vec<u8> = chars.iter().map(|c| kind(*c)).collect();
        let marks: Vec<u32> = (0..chars.len() as u32).filter(|&at| kinds[at as usize] != 0).collect();
        let marks_before: Vec<u32> = (0..chars.len() as u32)
            .map(|at| marks.iter().filter(|&&mark| mark < at).count() as u32)
            .collect();
        let mut standing = Standing {
            vocabulary: &vocabulary,
            chars: &chars,
            places: Vec::new(),
        };
        let mut bytes: Vec<usize> = text.char_indices().map(|(i, _)| i).collect();
        bytes.push(text.len());
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let mut scratch = Scratch::default();
        for from in 0..=chars.len() {
            let line = Line {
                chars: &chars,
                kinds: &kinds,
                symbols: &symbols,
                marks: &marks,
                marks_before: &marks_before,
            };
            let at: Option<Vec<u32>> = outline.leading().map(|set| {
                let mut at: Vec<u32> = standing.of(set).iter().map(|(first, _)| *first).collect();
                at.sort_unstable();
                at
            });
            let anywhere = outline.admits(&line, &mut standing, from..=chars.len());
            let found = matcher.find(&line, from, at.as_deref(), &mut scratch, |start| {
                outline.admits(&line, &mut standing, start..=start)
            });
            assert!(anywhere || found.is_none(), "{form} on {text}");
            ours.push(found.map_or_else(Vec::new, |captures| {
                captures
                    .groups
                    .iter()
                    .map(|group| group.clone().map(|g| bytes[g.start]..bytes[g.end]))
                    .collect()
            }));
            theirs.push(regex.captures_at(text, bytes[from]).map_or_else(Vec::new, |captures| {
                captures.iter().map(|group| group.map(|g| g.range())).collect()
            }));
        }
        [ours, theirs]
    }

    #[test]
    fn gaps_choices_and_captures_are_those_of_the_regex_crate() {
        let cases = [
            (
                "(?P<a>甲)[^,]{0,3}?(?:收购|收)(?P<b>乙)?",
                "甲拟收购乙,甲收乙,甲一二三四收购乙",
            ),
            ("(^|[,;])[^,;]{0,4}(?P<b>乙)(?:$|[,;])", "一二乙,三乙;乙乙"),
            ("(?:ab|a|abc)(?P<rest>c*)d?", "abcabcdacd"),
            ("(a|b)*?(?P<x>b)+", "aabbab"),
            (r"(?-u:\b)(?:up|ups)(?-u:\b)", "up涨ups upset"),
            ("[^a]+(?P<x>a{2,3})", "baaaabaa"),
            ("(?P<x>a)?b|c", "abcb"),
            (
                "(?P<x>[\u{e000}\u{e001}])[^,]*?涨(?P<y>\u{e010})",
                "甲\u{e000},\u{e001}股价涨\u{e010}",
            ),
            ("(?:^|,)(?P<x>\u{e000})?涨", "涨,\u{e000}涨"),
        ];
        for (form, text) in cases {
            let [ours, theirs] = both(form, text);
            assert_eq!(ours, theirs, "{form} on {text}");
        }
    }

    #[test]
    fn a_hostile_form_takes_linear_steps() {
        // Without a memory of failures this takes two to the power of its length.
        let form = "(?:(a|b)|(a|c))*d";
        let text = "a".repeat(2000);
        let [ours, theirs] = both(form, &text[..60]);
        assert_eq!(ours, theirs);
        let hir = regex_syntax::parse(form).unwrap_or_else(|e| panic!("{e}"));
        let matcher = Matcher::new(&hir, &Vocabulary::default()).unwrap_or_else(|e| panic!("{e}"));
        let chars: Vec<char> = text.chars().collect();
        let line = Line {
            chars: &chars,
            kinds: &vec![0; chars.len()],
            symbols: &[],
            marks: &[],
            marks_before: &[],
        };
        assert!(
            matcher
                .find(&line, 0, None, &mut Scratch::default(), |_| true)
                .is_none()
        );
    }

    #[test]
    fn a_table_matches_as_the_alternation_of_its_words() {
        let words = ["收购", "收", "并购了", "并购", "up", "ups"];
        let mut vocabulary = Vocabulary::default();
        let placeholder = vocabulary.placeholder("t".to_owned(), || words.map(str::to_owned).to_vec());
        let spelt = r"(?:并购了|(?-u:\b)ups(?-u:\b)|(?-u:\b)up(?-u:\b)|收购|并购|收)";
        let text: Vec<char> = "甲收购乙,丙并购了丁,up收ups涨,收收购了".chars().collect();
        let kinds: Vec<u8> = text.iter().map(|c| kind(*c)).collect();
        let line = Line {
            chars: &text,
            kinds: &kinds,
            symbols: &[],
            marks: &[],
            marks_before: &[],
        };
        for form in [
            "@(?P<x>[^,])",
            "@+?了?(?P<x>乙)?",
            "(?P<x>@@?)[^,]*$",
            "甲?@|(?P<x>@)涨",
        ] {
            let find = |words: &str| {
                let hir = regex_syntax::parse(&form.replace('@', words)).unwrap_or_else(|e| panic!("{form}: {e}"));
                let matcher = Matcher::new(&hir, &vocabulary).unwrap_or_else(|e| panic!("{form}: {e}"));
                let mut scratch = Scratch::default();
                (0..=text.len())
                    .map(|from| {
                        let found = matcher.find(&line, from, None, &mut scratch, |_| true);
                        found.map(|captures| captures.groups.to_vec())
                    })
                    .collect::<Vec<_>>()
            };
            assert_eq!(find(&placeholder), find(spelt), "{form}");
        }
    }

    fn form() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("a".to_owned()),
            Just("甲".to_owned()),
            Just("ab".to_owned()),
            Just("[^b]".to_owned()),
            Just("[a甲]".to_owned()),
            Just("\u{e000}".to_owned()),
            Just("[\u{e000}-\u{e00a}]".to_owned()),
            Just("[^,]{0,3}?".to_owned()),
            Just("[^b]{1,2}".to_owned()),
            Just("b*?".to_owned()),
            Just("^".to_owned()),
            Just("$".to_owned()),
            Just(r"(?-u:\b)".to_owned()),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
                prop::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
                inner.clone().prop_map(|part| format!("({part})")),
                inner.clone().prop_map(|part| format!("(?:{part})?")),
                inner.prop_map(|part| format!("(?:{part}){{0,2}}?")),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_form_matches_as_with_the_regex_crate(form in form(), text in "[ab甲,\u{e000}\u{e001}]{0,12}") {
            let [ours, theirs] = both(&form, &text);
            prop_assert_eq!(ours, theirs, "{} on {}", form, text);
        }
    }
}
