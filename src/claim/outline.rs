//! What every match of a form holds: words and symbols that a sentence must have for the form to be tried on it at
//! all, and in which order and how far apart they stand.

use super::matcher::{Line, class_kinds, kind, one_character};
use super::skeleton::SymbolSet;
use super::words::{Extent, Piece, SetId, Vocabulary, WordId, pieces};
use regex_syntax::hir::{Class, Hir, HirKind};
use std::ops::RangeInclusive;

/// Something that every match holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Landmark {
    /// What may stand between the landmark before, or the match's beginning, and this one
    before: Extent,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    /// A character of these kinds
    Symbol(u64),
    Word(SetId),
}

/// The landmarks of a form, in order.
///
/// Most places at which a form could begin are ruled out by the word that must follow: it stands nowhere behind them,
/// or only in another clause. To see that takes a few comparisons, to find out by matching takes hundreds.
#[derive(Debug, Default)]
pub struct Outline {
    /// Characters of a symbol that every match begins with, and that is known to stand there
    lead: u32,
    landmarks: Vec<Landmark>,
}

/// Where the words of a set begin and end in a text, by characters.
pub trait Places {
    fn of(&mut self, set: SetId) -> &[(u32, u32)];
}

impl Outline {
    pub fn new(hir: &Hir, vocabulary: &mut Vocabulary) -> Outline {
        let mut outline = Outline::default();
        let mut before = Extent::default();
        outline.walk(hir, &mut before, vocabulary);
        if let Some(first) = outline.landmarks.first()
            && first.before == Extent::default()
            && matches!(first.what, What::Symbol(_))
        {
            outline.landmarks.remove(0);
            outline.lead = 1;
        }
        outline
    }

    /// The words that matches begin with, one of them each.
    pub fn leading(&self) -> Option<SetId> {
        let first = self.landmarks.first().filter(|_| self.lead == 0)?;
        match first.what {
            What::Word(set) if first.before == Extent::default() => Some(set),
            _ => None,
        }
    }

    /// The sets of words among the landmarks.
    pub fn sets(&self) -> impl Iterator<Item = SetId> {
        self.landmarks.iter().filter_map(|landmark| match landmark.what {
            What::Word(set) => Some(set),
            What::Symbol(_) => None,
        })
    }

    /// False where no match begins at any of these characters.
    pub fn admits(&self, line: &Line<'_>, places: &mut impl Places, starts: RangeInclusive<usize>) -> bool {
        // Where a match may have got to by the landmark before.
        let mut low = *starts.start() as u32 + self.lead;
        let mut high = *starts.end() as u32 + self.lead;
        for landmark in &self.landmarks {
            let from = low.saturating_add(landmark.before.min);
            let to = reach(line, high, &landmark.before);
            let mut span: Option<(u32, u32)> = None;
            let mut add = |end: u32| {
                span = Some(span.map_or((end, end), |(first, last)| (first.min(end), last.max(end))));
            };
            match landmark.what {
                What::Symbol(kinds) => {
                    let after = line.symbols.partition_point(|&at| at < from);
                    for &at in line.symbols[after..].iter().take_while(|&&at| at <= to) {
                        if kinds >> line.kinds[at as usize] & 1 == 1 {
                            add(at + 1);
                        }
                    }
                }
                What::Word(set) => {
                    for &(first, end) in places.of(set) {
                        if (from..=to).contains(&first) {
                            add(end);
                        }
                    }
                }
            }
            let Some((first, last)) = span else { return false };
            (low, high) = (first, last);
        }
        true
    }

    fn push(&mut self, before: &mut Extent, what: What) {
        self.landmarks.push(Landmark {
            before: std::mem::take(before),
            what,
        });
    }

    fn walk(&mut self, hir: &Hir, before: &mut Extent, vocabulary: &mut Vocabulary) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => return,
            HirKind::Capture(capture) => return self.walk(&capture.sub, before, vocabulary),
            HirKind::Concat(parts) => return parts.iter().for_each(|part| self.walk(part, before, vocabulary)),
            HirKind::Literal(literal) => {
                for piece in pieces(std::str::from_utf8(&literal.0).unwrap_or("")) {
                    match piece {
                        Piece::Text(text) if is_word(text) => {
                            let word = vocabulary.word(text);
                            let set = vocabulary.set(vec![word]);
                            self.push(before, What::Word(set));
                        }
                        Piece::Text(text) => match lone_symbol(text) {
                            Some(kinds) => self.push(before, What::Symbol(kinds)),
                            None => *before = before.then(Extent::of_text(text)),
                        },
                        Piece::Table(table) => {
                            let words = vocabulary.words_of_table(table).to_vec();
                            let set = vocabulary.set(words);
                            self.push(before, What::Word(set));
                        }
                    }
                }
                return;
            }
            HirKind::Class(Class::Unicode(class))
                if SymbolSet::of_ranges(class.iter().map(|r| (r.start(), r.end()))).is_some() =>
            {
                return self.push(before, What::Symbol(class_kinds(class)));
            }
            _ => {}
        }
        let extent = extent(hir, vocabulary);
        let what = match required_words(hir, vocabulary).filter(|words| are_words(words, vocabulary)) {
            Some(words) => Some(What::Word(vocabulary.set(words))),
            None => one_of_symbols(hir).map(What::Symbol),
        };
        let Some(what) = what else {
            *before = before.then(extent);
            return;
        };
        if is_plain(hir) {
            self.push(before, what);
            return;
        }
        // It stands somewhere within.
        let within = Extent { min: 0, ..extent };
        *before = before.then(within);
        self.push(before, what);
        *before = within;
    }
}

/// The last character at which a landmark may begin when the one before ends at `from`.
fn reach(line: &Line<'_>, from: u32, before: &Extent) -> u32 {
    let most = from.saturating_add(before.max);
    if before.max == 0 {
        return most;
    }
    let after = line
        .marks_before
        .get(from as usize)
        .map_or(line.marks.len(), |&count| count as usize);
    line.marks[after..]
        .iter()
        .take_while(|&&at| at < most)
        .find(|&&at| before.kinds >> line.kinds[at as usize] & 1 == 0)
        .map_or(most, |&at| at)
}

/// Whether an expression is one of several words and nothing else.
fn is_plain(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(_) => true,
        HirKind::Literal(literal) => pieces(std::str::from_utf8(&literal.0).unwrap_or("")).nth(1).is_none(),
        HirKind::Capture(capture) => is_plain(&capture.sub),
        HirKind::Alternation(parts) => parts.iter().all(is_plain),
        HirKind::Concat(parts) => {
            let mut taking = parts.iter().filter(|part| !matches!(part.kind(), HirKind::Look(_)));
            taking.next().is_some_and(is_plain) && taking.next().is_none()
        }
        _ => false,
    }
}

fn extent(hir: &Hir, vocabulary: &Vocabulary) -> Extent {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Extent::default(),
        HirKind::Literal(literal) => pieces(std::str::from_utf8(&literal.0).unwrap_or(""))
            .map(|piece| match piece {
                Piece::Text(text) => Extent::of_text(text),
                Piece::Table(table) => vocabulary.table(table).extent,
            })
            .fold(Extent::default(), Extent::then),
        HirKind::Class(_) => Extent {
            min: 1,
            max: 1,
            kinds: one_character(hir).map_or(u64::MAX, |class| class_kinds(&class)),
        },
        HirKind::Repetition(repetition) => {
            let once = extent(&repetition.sub, vocabulary);
            Extent {
                min: once.min.saturating_mul(repetition.min),
                max: repetition.max.map_or(u32::MAX, |max| once.max.saturating_mul(max)),
                kinds: once.kinds,
            }
        }
        HirKind::Capture(capture) => extent(&capture.sub, vocabulary),
        HirKind::Concat(parts) => parts
            .iter()
            .map(|part| extent(part, vocabulary))
            .fold(Extent::default(), Extent::then),
        HirKind::Alternation(parts) => parts
            .iter()
            .map(|part| extent(part, vocabulary))
            .reduce(Extent::or)
            .unwrap_or_default(),
    }
}

/// The kind of a text that is one symbol, as a bit.
fn lone_symbol(text: &str) -> Option<u64> {
    let mut chars = text.chars();
    let symbol = chars.next().filter(|c| SymbolSet::number(*c).is_some())?;
    chars.next().is_none().then(|| 1 << kind(symbol))
}

/// Whether a literal says something, symbols and lone marks aside.
fn is_word(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_alphanumeric() && !('\u{e000}'..='\u{e03f}').contains(&c))
}

fn are_words(words: &[WordId], vocabulary: &Vocabulary) -> bool {
    words.iter().all(|&word| is_word(&vocabulary.words()[word as usize]))
}

/// Words of which every match of the expression holds at least one; `None` if there is no such set.
pub fn required_words(hir: &Hir, vocabulary: &mut Vocabulary) -> Option<Vec<WordId>> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let pieces: Vec<Piece> = pieces(std::str::from_utf8(&literal.0).ok()?).collect();
            let sets: Vec<Vec<WordId>> = pieces
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) => vec![vocabulary.word(text)],
                    Piece::Table(table) => vocabulary.words_of_table(table).to_vec(),
                })
                .collect();
            sets.into_iter().max_by_key(|set| selectivity(set, vocabulary))
        }
        HirKind::Class(Class::Unicode(class)) => {
            let size: u64 = class
                .iter()
                .map(|r| u64::from(u32::from(r.end())) - u64::from(u32::from(r.start())) + 1)
                .sum();
            (size <= 4).then(|| {
                class
                    .iter()
                    .flat_map(|r| r.start()..=r.end())
                    .map(|c| vocabulary.word(c.encode_utf8(&mut [0; 4])))
                    .collect()
            })
        }
        HirKind::Concat(parts) => {
            let sets: Vec<Vec<WordId>> = parts
                .iter()
                .filter_map(|part| required_words(part, vocabulary))
                .collect();
            sets.into_iter().max_by_key(|set| selectivity(set, vocabulary))
        }
        HirKind::Alternation(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(required_words(part, vocabulary)?);
            }
            Some(all)
        }
        HirKind::Repetition(r) if r.min > 0 => required_words(&r.sub, vocabulary),
        HirKind::Capture(c) => required_words(&c.sub, vocabulary),
        _ => None,
    }
}

/// Every set of words of which each match of the expression holds at least one, symbols and lone marks aside.
pub fn word_sets(hir: &Hir, vocabulary: &mut Vocabulary, out: &mut Vec<SetId>) {
    match hir.kind() {
        HirKind::Concat(parts) => parts.iter().for_each(|part| word_sets(part, vocabulary, out)),
        HirKind::Capture(c) => word_sets(&c.sub, vocabulary, out),
        HirKind::Repetition(r) if r.min > 0 => word_sets(&r.sub, vocabulary, out),
        HirKind::Literal(literal) => {
            for piece in pieces(std::str::from_utf8(&literal.0).unwrap_or("")) {
                let words = match piece {
                    Piece::Text(text) if is_word(text) => vec![vocabulary.word(text)],
                    Piece::Text(_) => continue,
                    Piece::Table(table) => vocabulary.words_of_table(table).to_vec(),
                };
                out.push(vocabulary.set(words));
            }
        }
        _ => {
            if let Some(words) = required_words(hir, vocabulary).filter(|words| are_words(words, vocabulary)) {
                out.push(vocabulary.set(words));
            }
        }
    }
}

/// Symbols of which every match of the expression holds at least one, as kinds.
fn one_of_symbols(hir: &Hir) -> Option<u64> {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            SymbolSet::of_ranges(class.iter().map(|r| (r.start(), r.end()))).map(|_| class_kinds(class))
        }
        HirKind::Literal(literal) => {
            let symbol = std::str::from_utf8(&literal.0)
                .ok()?
                .chars()
                .find(|c| SymbolSet::number(*c).is_some())?;
            Some(1 << kind(symbol))
        }
        HirKind::Concat(parts) => parts.iter().find_map(one_of_symbols),
        HirKind::Alternation(parts) => parts
            .iter()
            .try_fold(0, |kinds, part| Some(kinds | one_of_symbols(part)?)),
        HirKind::Repetition(r) if r.min > 0 => one_of_symbols(&r.sub),
        HirKind::Capture(c) => one_of_symbols(&c.sub),
        _ => None,
    }
}

/// Sets of symbols of which every match of the expression holds at least one each.
pub fn required_symbols(hir: &Hir) -> Vec<SymbolSet> {
    let mut sets = match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            let chars = class.iter().map(|r| (r.start(), r.end()));
            SymbolSet::of_ranges(chars).into_iter().collect()
        }
        HirKind::Concat(parts) => parts.iter().flat_map(required_symbols).collect(),
        HirKind::Alternation(parts) => {
            let mut any = SymbolSet::default();
            for part in parts {
                // The rarest of each branch would be best; its first is as good as another.
                let Some(first) = required_symbols(part).into_iter().next() else {
                    return Vec::new();
                };
                any |= first;
            }
            vec![any]
        }
        HirKind::Repetition(r) if r.min > 0 => required_symbols(&r.sub),
        HirKind::Capture(c) => required_symbols(&c.sub),
        _ => Vec::new(),
    };
    sets.sort_unstable();
    sets.dedup();
    sets
}

/// Longer words say more; symbols of entities stand in nearly every sentence and say nothing.
fn selectivity(set: &[WordId], vocabulary: &Vocabulary) -> (usize, std::cmp::Reverse<usize>) {
    let weight = |word: &WordId| {
        let word = &vocabulary.words()[*word as usize];
        match word.chars().next() {
            Some(c) if ('\u{e000}'..='\u{e020}').contains(&c) && word.chars().count() == 1 => 1,
            Some(c) if ('\u{e021}'..='\u{e030}').contains(&c) => 3,
            _ => 2 + 2 * word.chars().count(),
        }
    };
    (set.iter().map(weight).min().unwrap_or(0), std::cmp::Reverse(set.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_required_word_is_found_behind_optional_parts() {
        let hir = regex_syntax::parse("(?P<subject>[\u{e000}\u{e001}])[^,]*?(?:收购|并购)了?(?P<object>\u{e000})")
            .unwrap_or_else(|e| panic!("{e}"));
        let mut vocabulary = Vocabulary::default();
        let words = required_words(&hir, &mut vocabulary).unwrap_or_default();
        let words: Vec<&str> = words.iter().map(|&w| &*vocabulary.words()[w as usize]).collect();
        assert_eq!(words, ["收购", "并购"]);
    }
}
