//! Who put money into a firm: the names of a list in a sentence that tells of a round of funding.
//!
//! Hardly any other list is so sure to be one of firms, and hardly any names are so often unknown or made of everyday
//! words (苏州天使母基金, 圆周基金, 临沂国科): here the place says what the name doesn't.

use super::lexicon::BoundaryKind;
use super::names::Drafts;
use super::reading::{Reading, is_name_char};
use super::{EntityType, Origin};
use crate::text::is_han;
use std::ops::Range;

/// The longest name of an investor, in characters: 无锡市梁溪科创产业投资二期基金合伙企业(有限合伙).
const LONGEST: usize = 28;

/// The longest one without an ending that firms have.
const LONGEST_BARE: usize = 6;

/// How far from the word for backers the word may stand that opens their list: 投资方主要包括, 投资方阵容中则有.
const OPENING_REACH: usize = 6;

/// Marks the names in lists of backers that nobody knows.
pub(crate) fn find(reading: &Reading, drafts: &mut Drafts) {
    let mut found: Vec<Range<usize>> = Vec::new();
    for sentence in reading.sentences {
        let range = sentence.start..sentence.end;
        if sentence.english || !holds(reading, "round_told", range.clone()) {
            continue;
        }
        for clause in clauses(reading.folded, range) {
            for list in lists(reading, clause) {
                let items = items(reading, list.range);
                let lone = items.len() == 1 && list.announced;
                found.extend(items.into_iter().filter(|item| is_backer(reading, item, lone)));
            }
        }
    }
    for item in found {
        let draft = drafts.of_shape(&reading.folded[item.clone()], EntityType::Company, 0.7, Origin::Shape);
        drafts.spot(item.start, item.end, draft, 0.7, Origin::Shape);
    }
}

/// Whether a word of the class stands in the range.
fn holds(reading: &Reading, class: &str, range: Range<usize>) -> bool {
    let class = reading.lexicon.surroundings(class);
    reading.folded[range.clone()]
        .char_indices()
        .any(|(i, c)| class.may_begin(c) && class.begins(&reading.lower[range.start + i..range.end]).is_some())
}

/// The parts of a sentence between commas and its other marks; what a bracket holds parts nothing.
fn clauses(folded: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (range.start, 0usize);
    for (i, c) in folded[range.clone()].char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | ';' | '。' | '!' | '?' | '\n' if depth == 0 => {
                parts.push(start..range.start + i);
                start = range.start + i + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(start..range.end);
    parts
}

/// A list of backers.
struct List {
    range: Range<usize>,
    /// A word for backers stands before it (投资方包括甲、乙), not what they do behind it.
    announced: bool,
}

/// The lists of backers in a clause: before what backers do (由甲、乙领投), and behind what announces them (投资方包括甲、乙).
fn lists(reading: &Reading, clause: Range<usize>) -> Vec<List> {
    let mut lists = Vec::new();
    let mut from = clause.start;
    let mut at = clause.start;
    while at < clause.end {
        let width = reading.char_at(at).map_or(1, char::len_utf8);
        let announced = announcement(reading, at, clause.end);
        if let Some(start) = announced {
            let end = before_others(reading, start..clause.end).unwrap_or(clause.end);
            // 投资方包括甲、乙,由丙领投: in one clause what they do ends the list.
            let end = next_act(reading, start..end).map_or(end, |act| without_manner(reading, start, act.start));
            lists.push(List {
                range: start..end,
                announced: true,
            });
            from = end;
            at = end.max(at + width);
            continue;
        }
        let act = reading
            .lexicon
            .surroundings("backers_act")
            .begins(&reading.lower[at..clause.end]);
        if let Some(length) = act.filter(|_| at > from && reading.is_cut(at)) {
            let start = opening(reading, from..at);
            let end = without_manner(reading, start, at);
            if start < end {
                let end = before_others(reading, start..end).unwrap_or(end);
                lists.push(List {
                    range: start..end,
                    announced: false,
                });
            }
            at += length;
            from = at;
            continue;
        }
        at += width;
    }
    lists
}

/// Where the list begins that a word for backers at `at` announces: 投资方包括|甲, 新投资方为|甲, 领投方:|甲.
fn announcement(reading: &Reading, at: usize, end: usize) -> Option<usize> {
    let noun = reading
        .lexicon
        .surroundings("backers_noun")
        .begins(&reading.lower[at..end])?;
    let opens = reading.lexicon.surroundings("backers_are");
    let mut from = at + noun;
    for _ in 0..OPENING_REACH {
        if from >= end {
            return None;
        }
        if let Some(length) = opens.begins(&reading.lower[from..end]) {
            let mut start = from + length;
            // 主要为:甲, 包括来自…
            while let Some(more) = reading
                .lexicon
                .surroundings("backers_are")
                .begins(&reading.lower[start..end])
            {
                start += more;
            }
            return Some(start);
        }
        let c = reading.char_at(from)?;
        if !is_han(c) {
            return None;
        }
        from += c.len_utf8();
    }
    None
}

/// What backers do, the first in the range.
fn next_act(reading: &Reading, range: Range<usize>) -> Option<Range<usize>> {
    let class = reading.lexicon.surroundings("backers_act");
    reading.folded[range.clone()].char_indices().find_map(|(i, c)| {
        let at = range.start + i;
        let length = class
            .may_begin(c)
            .then(|| class.begins(&reading.lower[at..range.end]))
            .flatten()?;
        (i > 0 && reading.is_cut(at)).then_some(at..at + length)
    })
}

/// Where the list begins in the range before what its members do: behind the last word that opens one, or at its head.
fn opening(reading: &Reading, range: Range<usize>) -> usize {
    let class = reading.lexicon.surroundings("backers_open");
    let mut start = range.start;
    for (i, c) in reading.folded[range.clone()].char_indices() {
        let at = range.start + i;
        if at >= start
            && class.may_begin(c)
            && let Some(length) = class.begins(&reading.lower[at..range.end])
        {
            start = at + length;
        }
    }
    start
}

/// The end without how it was done: 甲、乙|等多家知名机构联合 (领投).
fn without_manner(reading: &Reading, start: usize, end: usize) -> usize {
    let class = reading.lexicon.surroundings("backers_manner");
    let mut end = end;
    while let Some(at) = class.ends(&reading.lower[start..end]).map(|i| start + i) {
        if at >= end {
            break;
        }
        end = at;
    }
    end
}

/// Where 等 or its like ends a list.
fn before_others(reading: &Reading, range: Range<usize>) -> Option<usize> {
    reading.folded[range.clone()]
        .match_indices('等')
        .map(|(i, _)| range.start + i)
        .find(|&at| at > range.start && reading.is_cut(at) && !reading.folded[at..range.end].contains('、'))
}

/// The members of a list, without the words that only describe them; of 甲旗下乙 both.
fn items(reading: &Reading, list: Range<usize>) -> Vec<Range<usize>> {
    let folded = reading.folded;
    let mut items = Vec::new();
    let mut start = list.start;
    let mut at = list.start;
    let mut depth = 0usize;
    while at < list.end {
        let Some(c) = reading.char_at(at) else { break };
        let next = at + c.len_utf8();
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '、' | '/' | '|' if depth == 0 => {
                items.push(start..at);
                start = next;
            }
            '和' | '与' | '及' | '暨'
                if depth == 0
                    && !folded[at..list.end].starts_with("及其他")
                    && at > start
                    && reading.is_cut(at)
                    && reading.is_cut(next) =>
            {
                items.push(start..at);
                start = next;
            }
            _ => {
                // 甲旗下乙, 甲及其他机构
                let joint = ["旗下", "及其他", "及其它", "以及"]
                    .iter()
                    .find(|word| folded[at..list.end].starts_with(**word));
                if let Some(joint) = joint.filter(|_| depth == 0 && at > start) {
                    items.push(start..at);
                    start = at + joint.len();
                    at = start;
                    continue;
                }
            }
        }
        at = next;
    }
    items.push(start..list.end);
    items.into_iter().map(|item| trimmed(reading, item)).collect()
}

/// An item without the words before its name (老股东, 知名投资机构) and the bracket behind it.
fn trimmed(reading: &Reading, item: Range<usize>) -> Range<usize> {
    let folded = reading.folded;
    let class = reading.lexicon.surroundings("backers_kind");
    let mut start = item.start;
    loop {
        let rest = &folded[start..item.end];
        if let Some(first) = rest
            .chars()
            .next()
            .filter(|c| matches!(c, ' ' | '“' | '"' | ':' | '「' | '『'))
        {
            start += first.len_utf8();
            continue;
        }
        match class.begins(&reading.lower[start..item.end]) {
            Some(length) if start + length < item.end => start += length,
            _ => break,
        }
    }
    let mut end = start
        + folded[start..item.end]
            .trim_end_matches([' ', '”', '"', '」', '』'])
            .len();
    if folded[start..end].ends_with(')')
        && let Some(open) = folded[start..end].rfind('(').map(|i| start + i)
    {
        let inner = &folded[open + 1..end - 1];
        if !(inner.ends_with("合伙") || reading.is_in("name_bracket", inner) || reading.is_place(inner)) {
            end = start + folded[start..open].trim_end_matches([' ', '”']).len();
        }
    }
    start..end
}

/// Whether an item may be the name of a firm that nobody knows. A `lone` one needs an ending that firms have.
fn is_backer(reading: &Reading, item: &Range<usize>, lone: bool) -> bool {
    let surface = &reading.folded[item.clone()];
    if surface.is_ascii() {
        return !lone && is_latin_backer(reading, item);
    }
    let count = surface.chars().count();
    if !(2..=LONGEST).contains(&count)
        || !is_one_name(surface)
        || !surface.chars().any(is_han)
        || holds(reading, "backers_described", item.clone())
        || surface.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '某' | '多' | '数' | '各' | '其' | '该'))
        || reading.is_measured(item.start)
        || !is_unknown(reading, item)
    {
        return false;
    }
    let ending = reading
        .lexicon
        .surroundings("backers_end")
        .ends(&reading.lower[item.clone()])
        .map(|i| item.start + i);
    let generic = |word: &str| reading.is_in("backers_generic", word) || reading.is_in("backers_end", word);
    let words = reading.segments_in(item.start, item.end);
    if words.iter().all(|word| generic(word)) {
        return false;
    }
    let bars = |word: &&str| {
        reading
            .lexicon
            .shapes
            .boundary_words
            .get(*word)
            .is_some_and(|boundary| {
                !boundary.weak && !generic(word) && (ending.is_none() || boundary.kind == BoundaryKind::Function)
            })
    };
    if words.iter().any(bars) {
        return false;
    }
    match ending {
        // 圆周|基金, 苏州天使|母基金: two characters before the ending.
        Some(core_end) => reading.folded[item.start..core_end].chars().count() >= 2,
        None => {
            let rooted = reading
                .known_starting(item.start)
                .is_some_and(|known| known.kind == EntityType::Place && known.end < item.end);
            !lone
                && (rooted || words.iter().any(|word| !reading.is_common(word)))
                && count <= LONGEST_BARE
                && !reading.segmenter.knows(surface)
                && reading.role_ending(item.end).is_none()
                && !is_person_like(reading, surface)
        }
    }
}

/// Baillie Gifford, QED Investors: capitalised words that begin with nobody's given name.
fn is_latin_backer(reading: &Reading, item: &Range<usize>) -> bool {
    let surface = &reading.folded[item.clone()];
    let words: Vec<&str> = surface.split(' ').collect();
    let shapes = &reading.lexicon.shapes;
    let named = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()) || reading.is_in("latin_joiner", word)
    };
    let person = words.len() > 1
        && words
            .first()
            .is_some_and(|first| shapes.given_names.get(*first) == Some(&false));
    (1..=5).contains(&words.len())
        && surface.len() >= 3
        && surface.starts_with(|c: char| c.is_ascii_uppercase())
        && words.iter().all(named)
        && surface
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '&' | '-' | '\''))
        && !person
        && !surface.contains("University")
        && !shapes.latin_stop.contains_key(surface)
        && !reading.lexicon.is_common(&reading.lower[item.clone()])
        && reading.known_in(item.clone()).iter().all(|known| known.ambiguous)
}

/// Whether these are characters of one name: Latin words may have spaces, and a bracket may stand in or behind it.
fn is_one_name(surface: &str) -> bool {
    let (mut before, mut open) = (' ', false);
    for c in surface.chars() {
        match c {
            '(' if !open => open = true,
            ')' if open => open = false,
            ' ' if before.is_ascii_alphanumeric() => {}
            c if is_name_char(c) => {}
            _ => return false,
        }
        before = c;
    }
    !open
}

/// Whether the lexicon has neither this name nor one that crosses its edges, and no firm at its head that the rest leaves as
/// it is.
fn is_unknown(reading: &Reading, item: &Range<usize>) -> bool {
    reading.known_in(item.clone()).iter().all(|known| {
        let whole = known.start == item.start && known.end == item.end;
        let rest = &reading.folded[known.end.min(item.end)..item.end];
        match known.kind {
            EntityType::Place => !whole && known.end <= item.end,
            EntityType::Person => known.ambiguous && known.end < item.end,
            _ if whole || known.end > item.end => false,
            _ if known.ambiguous => true,
            // 北汽|产投 is another firm, 泰康|集团 the same.
            _ => reading.lexicon.surroundings("backers_arm").ends(rest).is_some(),
        }
    })
}

/// Two or three characters that begin with a frequent family name.
fn is_person_like(reading: &Reading, surface: &str) -> bool {
    let first = surface.chars().next();
    (2..=3).contains(&surface.chars().count())
        && first.is_some_and(|c| reading.lexicon.shapes.surnames.get(&c) == Some(&true))
}
