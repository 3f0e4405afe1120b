//! Names in Latin letters: persons, companies and products in Chinese and in English text.

use super::lexicon::{Suffixes, TermHit};
use super::names::Drafts;
use super::reading::{KnownName, Reading};
use super::{EntityType, Origin};
use crate::text::{is_han, is_kana};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// Latin words with single spaces between them.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub start: usize,
    pub end: usize,
    pub words: Vec<Range<usize>>,
}

fn is_latin_char(c: char) -> bool {
    !is_han(c) && !is_kana(c) && c.is_alphanumeric()
}

/// Every sequence of Latin words. `forms`: the endings of companies, of which the strong ones may follow a comma.
pub(crate) fn runs(folded: &str, forms: &Suffixes) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let bytes = folded.as_bytes();
    let mut chars = folded.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if !(is_latin_char(c) || c == '&') {
            continue;
        }
        let mut end = start + c.len_utf8();
        while let Some(&(i, c)) = chars.peek() {
            let inner = matches!(c, '\'' | '-' | '&' | '+' | '.' | '_' | '@')
                && folded[i + 1..].starts_with(is_latin_char)
                && !(c == '.' && end - start > 3 && folded[i + 1..].starts_with(|c: char| c.is_uppercase()));
            if !(is_latin_char(c) || inner) {
                break;
            }
            // Keir Starmer's
            if c == '\'' && folded[i + 1..].starts_with('s') && !folded[i + 2..].starts_with(is_latin_char) {
                break;
            }
            end = i + c.len_utf8();
            chars.next();
        }
        if folded[end..].starts_with('.') && takes_stop(&folded[start..end]) {
            end += 1;
            chars.next();
        }
        match runs.last_mut() {
            // Novaris Therapeutics, Inc.: the comma is part of the name.
            Some(last)
                if last.end + 1 == start && bytes[last.end] == b' '
                    || last.end + 2 == start
                        && bytes[last.end..start] == *b", "
                        && forms.forms.get(&folded[start..end].to_ascii_lowercase()) == Some(&true) =>
            {
                last.end = end;
                last.words.push(start..end);
            }
            _ => runs.push(Run {
                start,
                end,
                words: std::iter::once(start..end).collect(),
            }),
        }
    }
    runs
}

fn takes_stop(word: &str) -> bool {
    matches!(
        word,
        "Inc"
            | "Corp"
            | "Ltd"
            | "Co"
            | "Jr"
            | "Sr"
            | "Mr"
            | "Mrs"
            | "Ms"
            | "Dr"
            | "Prof"
            | "St"
            | "Bros"
            | "Sen"
            | "Rep"
            | "Gov"
            | "U.S"
            | "U.K"
    ) || (word.len() == 1 && word.starts_with(|c: char| c.is_ascii_uppercase()))
}

/// The name in Latin letters that ends at `end`.
pub(crate) fn run_ending(reading: &Reading, end: usize) -> Option<Range<usize>> {
    let index = reading.runs.partition_point(|run| run.end < end);
    let run = reading.runs.get(index).filter(|run| run.start < end)?;
    let words: Vec<&Range<usize>> = run.words.iter().filter(|word| word.end <= end).collect();
    if words.last()?.end != end {
        return None;
    }
    let mut first = words.len();
    for (i, word) in words.iter().enumerate().rev() {
        let text = &reading.folded[(*word).clone()];
        if is_name_word(text) {
            first = i;
            // Shares of|Corvex (NASDAQ: CRVX)
            let before = reading.lower[..word.start].trim_end_matches(' ').len();
            if before < word.start && reading.precedes("english_company_before", before) {
                break;
            }
        } else if !reading.is_in("latin_joiner", text) {
            break;
        }
    }
    words.get(first).map(|word| word.start..end)
}

/// Bytes of two characters of Han.
const TWO_HAN: usize = 6;

/// Capitalised, or with capitals or a letter beside a digit inside.
fn is_name_word(word: &str) -> bool {
    let mut chars = word.chars();
    let first = chars.next();
    first.is_some_and(char::is_uppercase) || chars.any(char::is_uppercase)
}

/// The lexicon's company of a Latin name, with or without a strong ending (Inc., Corp).
pub(crate) fn entry_of_company(reading: &Reading, surface: &str) -> Option<u32> {
    let lexicon = reading.lexicon;
    let company = |name: &str| {
        let id = lexicon.name_of(name)?;
        let entries = lexicon.name(id).entries;
        entries
            .iter()
            .copied()
            .find(|&entry| lexicon.entries()[entry as usize].kind == EntityType::Company)
    };
    let bare = |name: &str| name.trim_end_matches(['.', ',', ' ']).to_owned();
    let (head, tail) = surface.trim_end_matches('.').rsplit_once(' ')?;
    let suffixes = &lexicon.shapes.company_suffixes.forms;
    let strong = suffixes.get(tail.to_lowercase().as_str()) == Some(&true);
    company(surface).or_else(|| strong.then(|| company(&bare(head))).flatten())
}

/// Company or Organization by the last words of a Latin name.
pub(crate) fn kind_of_ending(reading: &Reading, surface: &str) -> Option<EntityType> {
    let lower = surface.to_lowercase();
    let shapes = &reading.lexicon.shapes;
    lower
        .match_indices(' ')
        .map(|(i, _)| lower[i + 1..].trim_end_matches('.'))
        .find_map(|tail| {
            if shapes.company_suffixes.forms.contains_key(tail) {
                Some(EntityType::Company)
            } else {
                shapes
                    .organization_suffixes
                    .forms
                    .contains_key(tail)
                    .then_some(EntityType::Organization)
            }
        })
}

fn is_stop(reading: &Reading, word: &str) -> bool {
    let stop = &reading.lexicon.shapes.latin_stop;
    let any = |word: &str| stop.get(word).is_some_and(|kind| kind != "word");
    any(word) || any(word.trim_end_matches('s'))
}

/// An ordinary word that stands capitalised in headlines and at the head of sentences.
fn is_ordinary(reading: &Reading, word: &str) -> bool {
    let stop = &reading.lexicon.shapes.latin_stop;
    stop.contains_key(word) || stop.contains_key(word.trim_end_matches('s'))
}

/// Names within a run: sequences of name words, without stop words at the ends.
fn sequences(reading: &Reading, run: &Run) -> Vec<Vec<Range<usize>>> {
    let mut out: Vec<Vec<Range<usize>>> = Vec::new();
    let mut current: Vec<Range<usize>> = Vec::new();
    for word in &run.words {
        let text = &reading.folded[word.clone()];
        // Altera 51%: the figure isn't a version.
        let version = is_version(text) && !reading.is_percentage(word.end);
        // Noetica, Inc. Founded in 2022: a word of the language behind a legal form begins something else.
        let ended = current.last().is_some_and(|last: &Range<usize>| {
            matches!(&reading.folded[last.clone()], "Inc." | "Corp." | "Ltd." | "Co.")
                && reading.lexicon.is_common(&reading.lower[word.clone()])
                && !reading
                    .lexicon
                    .shapes
                    .company_suffixes
                    .forms
                    .contains_key(reading.lower[word.clone()].trim_end_matches('.'))
                && !reading.is_in("latin_joiner", text)
        });
        if ended {
            out.push(std::mem::take(&mut current));
        }
        // Council on Criminal Justice
        let on = text == "on"
            && current
                .last()
                .is_some_and(|last| reading.is_in("latin_organization_head", &reading.folded[last.clone()]));
        if is_name_word(text) || on || (!current.is_empty() && (reading.is_in("latin_joiner", text) || version)) {
            current.push(word.clone());
        } else {
            out.push(std::mem::take(&mut current));
        }
    }
    out.push(current);
    for sequence in &mut out {
        while let Some(last) = sequence.last() {
            let text = &reading.folded[last.clone()];
            // Vanguard Growth ETF: the kind of a fund ends its name.
            let fund = sequence.len() >= 3 && matches!(text, "ETF" | "ETFs" | "REIT");
            if fund || !reading.is_in("latin_joiner", text) && text != "on" && !is_stop(reading, text) {
                break;
            }
            sequence.pop();
        }
        let mut leading = true;
        while let Some(first) = sequence.first() {
            let text = &reading.folded[first.clone()];
            // The first word of a sentence is capitalised anyway.
            let opens = std::mem::take(&mut leading)
                && reading
                    .sentence_at(first.start)
                    .is_some_and(|sentence| sentence.start == first.start && sentence.english);
            // Silver Lake Management: of a company's name nothing may be missing.
            let part = sequence.len() == 3 && ends_in(reading, sequence, &reading.lexicon.shapes.company_suffixes);
            if (opens && !part && is_ordinary(reading, text))
                || is_stop(reading, text)
                || reading.is_in("honorific", text)
            {
                sequence.remove(0);
            } else {
                break;
            }
        }
    }
    out.retain(|sequence| !sequence.is_empty());
    out
}

pub(crate) fn is_version(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '.')
}

/// Lumetra of Lumetra Photonics, Westinghouse Electric of Westinghouse Electric Co.: the first word of a new company's
/// name, or all but its legal form, where these stand without the others.
pub(crate) fn first_words(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    let full: Vec<(usize, String)> = drafts
        .roots()
        .filter(|&draft| drafts.get(draft).kind == EntityType::Company && drafts.get(draft).entry.is_none())
        .flat_map(|draft| drafts.get(draft).names.iter().map(move |name| (draft, name.clone())))
        .collect();
    let mut owners: FxHashMap<&str, usize> = FxHashMap::default();
    let mut shared: FxHashSet<String> = FxHashSet::default();
    for (draft, name) in &full {
        let Some((first, _)) = name.split_once(' ') else {
            continue;
        };
        if *owners.entry(first).or_insert(*draft) != *draft {
            shared.insert(first.to_owned());
        }
    }
    drop(owners);
    for (draft, name) in full {
        let Some((first, rest)) = name.split_once(' ') else {
            continue;
        };
        if let Some((bare, form)) = name.rsplit_once(' ')
            && bare.contains(' ')
            && reading
                .lexicon
                .shapes
                .company_suffixes
                .forms
                .get(form.to_lowercase().as_str())
                == Some(&true)
            && drafts.of_name(bare).is_none()
            && reading.lexicon.name_of(bare).is_none()
            && reading.count(0, bare, usize::MAX) > reading.count(0, &name, usize::MAX)
        {
            drafts.add_name(draft, bare);
        }
        let unusual = first.len() >= 5
            && first.starts_with(|c: char| c.is_uppercase())
            && first.chars().all(char::is_alphabetic)
            && !is_ordinary(reading, first)
            && !reading.lexicon.shapes.given_names.contains_key(first);
        // Lumetra as a firm of its own is the same one; what two names begin with is short for neither.
        let other = drafts.of_name(first).map(|other| drafts.get(drafts.root(other)));
        let taken = other.is_some_and(|other| other.entry.is_some() || !is_firm(other.kind));
        if !unusual || taken || shared.contains(first) || reading.lexicon.name_of(first).is_some() {
            continue;
        }
        let next = rest.split(' ').next().unwrap_or(rest);
        let alone = reading
            .runs
            .iter()
            .flat_map(|run| &run.words)
            .filter(|word| &folded[(*word).clone()] == first)
            .any(|word| !folded[word.end..].trim_start_matches(' ').starts_with(next));
        if alone {
            drafts.add_name(draft, first);
        }
    }
}

fn is_firm(kind: EntityType) -> bool {
    matches!(kind, EntityType::Company | EntityType::Organization)
}

pub(crate) fn find(reading: &Reading, drafts: &mut Drafts) {
    // Where the line of the run before begins, and whether it is such a headline.
    let mut line = (usize::MAX, false);
    for run in &reading.runs {
        let english = reading.is_english_at(run.start);
        // Headlines capitalise everything: only what stands elsewhere as well counts.
        if english {
            let start = reading.line_start(run.start);
            if line.0 != start {
                line = (start, is_title_case(reading, run));
            }
            if line.1 {
                continue;
            }
        }
        for sequence in sequences(reading, run) {
            read_sequence(reading, drafts, &sequence, english);
        }
    }
}

/// Five words and more, nearly all of them capitalised.
fn is_title_case(reading: &Reading, run: &Run) -> bool {
    let (start, end) = (reading.line_start(run.start), reading.line_end(run.start));
    let words: Vec<&str> = reading.folded[start..end]
        .split(' ')
        .filter(|word| word.len() > 3)
        .collect();
    let capitals = words
        .iter()
        .filter(|word| word.starts_with(|c: char| c.is_uppercase()))
        .count();
    words.len() >= 4 && capitals * 5 >= words.len() * 4
}

/// Whether two longer words of the line at least are written small, as none of a headline in capitals is.
fn has_lower_case(reading: &Reading, at: usize) -> bool {
    let (start, end) = (reading.line_start(at), reading.line_end(at));
    reading.folded[start..end]
        .split(' ')
        .filter(|word| word.len() > 3 && word.starts_with(|c: char| c.is_lowercase()))
        .nth(1)
        .is_some()
}

fn read_sequence(reading: &Reading, drafts: &mut Drafts, words: &[Range<usize>], english: bool) {
    let folded = reading.folded;
    let (start, end) = (words[0].start, words[words.len() - 1].end);
    let known = reading.known_in(start..end);
    if known
        .iter()
        .any(|known| known.start == start && known.end == end && !known.ambiguous)
    {
        return;
    }
    // Of names joined by `and` each is its own.
    if let Some(i) = words
        .iter()
        .position(|word| matches!(&folded[word.clone()], "and" | "&"))
        && i > 0
        && i + 1 < words.len()
        && (known
            .iter()
            .any(|known| known.end == words[i - 1].end || known.start == words[i + 1].start)
            || (english
                && !ends_in(reading, words, &reading.lexicon.shapes.company_suffixes)
                && !is_headed(reading, words))
            || are_two_firms(reading, &words[..i], &words[i + 1..]))
    {
        read_sequence(reading, drafts, &words[..i], english);
        read_sequence(reading, drafts, &words[i + 1..], english);
        return;
    }
    // Jane Miller of the Financial Times: a person, and whose he is.
    if english
        && let Some(of) = words.iter().position(|word| &folded[word.clone()] == "of")
        && (1..=3).contains(&of)
    {
        let name = &words[..of];
        let is_person = of >= 2
            && (known.iter().any(|known| {
                known.kind == EntityType::Person && known.start == start && known.end == name[of - 1].end
            }) || person(reading, name, known, english).is_some_and(|range| range.start == start));
        let rest = &words[of + 1..];
        let named = rest.first().is_some_and(|word| &folded[word.clone()] == "the");
        let rest = &rest[usize::from(named)..];
        // National President of the Fraternal Order of Police
        let is_post = named && reading.role_ending(name[of - 1].end).is_some();
        if (is_person || is_post) && !rest.is_empty() {
            if is_person {
                read_sequence(reading, drafts, name, english);
            }
            read_sequence(reading, drafts, rest, english);
            return;
        }
    }
    if let Some((range, kind, score)) = classify(reading, words, known, english) {
        let surface = &folded[range.clone()];
        // Tesla Inc. is Tesla.
        let entry = (kind == EntityType::Company)
            .then(|| entry_of_company(reading, surface))
            .flatten();
        let draft = match entry {
            Some(entry) => {
                let draft = drafts.of_entry(entry, EntityType::Company);
                drafts.add_name(draft, surface);
                draft
            }
            None => drafts.of_shape(surface, kind, score, Origin::Shape),
        };
        drafts.spot(range.start, range.end, draft, score, Origin::Shape);
        if kind == EntityType::Person {
            add_last_name(reading, drafts, draft, surface);
            if english && known.iter().all(|known| known.kind == EntityType::Person) {
                employer(reading, drafts, words, range.start);
            }
        }
    }
}

/// Vantara Holdings and Corvex Cloud: both sides are a word and an ending.
fn are_two_firms(reading: &Reading, left: &[Range<usize>], right: &[Range<usize>]) -> bool {
    let suffixes = &reading.lexicon.shapes.company_suffixes;
    let whole = |words: &[Range<usize>]| {
        words.len() >= 2
            && ends_in(reading, words, suffixes)
            && !suffixes
                .forms
                .contains_key(reading.lower[words[0].clone()].trim_end_matches('.'))
            && !is_ordinary(reading, &reading.folded[words[0].clone()])
    };
    whole(left) && whole(right)
}

/// Vantara CEO Ingrid Solberg: the words before a post of firms name the firm.
fn employer(reading: &Reading, drafts: &mut Drafts, words: &[Range<usize>], person: usize) {
    let folded = reading.folded;
    // Former Vantara CEO Ingrid Solberg
    let before: Vec<&Range<usize>> = words
        .iter()
        .filter(|word| word.end < person)
        .skip_while(|word| {
            let text = &folded[(*word).clone()];
            let opens = reading
                .sentence_at(word.start)
                .is_none_or(|sentence| sentence.start == word.start);
            is_ordinary(reading, text) && (opens || reading.is_in("tenure_before", text))
        })
        .collect();
    let post = before.iter().position(|word| {
        reading
            .role_starting(word.start)
            .is_some_and(|role| is_firms_post(reading, &role))
    });
    let Some(names) = post
        .map(|post| &before[..post])
        .filter(|names| (1..=3).contains(&names.len()))
    else {
        return;
    };
    let ordinary = names.iter().all(|word| is_ordinary(reading, &folded[(*word).clone()]));
    let capitals = names
        .iter()
        .all(|word| folded[(*word).clone()].starts_with(|c: char| c.is_uppercase()));
    let (start, end) = (names[0].start, names[names.len() - 1].end);
    let surface = &folded[start..end];
    if capitals && !ordinary && surface.len() >= 4 && drafts.of_name(surface).is_none() {
        let draft = drafts.of_shape(surface, EntityType::Company, 0.7, Origin::Shape);
        drafts.spot(start, end, draft, 0.7, Origin::Shape);
    }
}

/// Posts that only firms and the like have.
pub(crate) fn is_firms_post(reading: &Reading, role: &TermHit) -> bool {
    reading.lexicon.term(role.table, role.row).is_some_and(|term| {
        term.name.starts_with("chief ")
            || matches!(
                term.name.as_str(),
                "founder" | "co-founder" | "chair" | "managing director"
            )
    })
}

/// `Yang` of `Luke Yang`, where it stands alone later.
pub(crate) fn add_last_name(reading: &Reading, drafts: &mut Drafts, draft: usize, full: &str) {
    let family = &reading.lexicon.shapes.family_names;
    // Liang of Liang Wenfeng: Chinese names keep their order.
    let parts = full.split_once(' ').map(|(first, rest)| {
        if family.contains(first) && !rest.contains(' ') && !family.contains(rest) {
            (rest, first)
        } else {
            full.rsplit_once(' ').unwrap_or((first, rest))
        }
    });
    if let Some((_, last)) = parts
        && last.len() >= 3
        && last.chars().all(char::is_alphabetic)
        && drafts.of_name(last).is_none()
        && reading
            .lexicon
            .name_of(last)
            .is_none_or(|id| reading.lexicon.name(id).ambiguous)
    {
        drafts.add_name(draft, last);
    }
}

/// Whether the last words are an ending of the table, with at least one word before them.
fn ends_in(reading: &Reading, words: &[Range<usize>], suffixes: &Suffixes) -> bool {
    let Some(last) = words.last() else {
        return false;
    };
    (1..words.len()).rev().take(4).any(|first| {
        let tail = &reading.lower[words[first].start..last.end];
        suffixes.forms.contains_key(tail) || suffixes.forms.contains_key(tail.trim_end_matches('.'))
    })
}

/// Ministry of Finance, Office of Management and Budget
fn is_headed(reading: &Reading, words: &[Range<usize>]) -> bool {
    words.len() >= 3
        && reading.is_in("latin_organization_head", &reading.folded[words[0].clone()])
        && matches!(&reading.folded[words[1].clone()], "of" | "for" | "on")
}

/// Whether the last word is an ending that marks a name by itself.
fn ends_in_strong(reading: &Reading, words: &[Range<usize>], suffixes: &Suffixes) -> bool {
    let last = words.last().map(|word| &reading.lower[word.clone()]);
    words.len() > 1 && last.is_some_and(|word| suffixes.forms.get(word) == Some(&true))
}

fn classify(
    reading: &Reading,
    words: &[Range<usize>],
    known: &[KnownName],
    english: bool,
) -> Option<(Range<usize>, EntityType, f32)> {
    let folded = reading.folded;
    let (start, end) = (words[0].start, words[words.len() - 1].end);
    let surface = &folded[start..end];
    let shapes = &reading.lexicon.shapes;
    let fund = matches!(
        reading.lower[words[words.len() - 1].clone()].trim_end_matches('.'),
        "fund" | "funds" | "trust" | "etf"
    );
    let headed = is_headed(reading, words) && !fund;
    if ends_in(reading, words, &shapes.company_suffixes) && !fund && !headed {
        // `The`, a place or a weekday at the head of an English sentence isn't part of the name.
        return Some((start..end, EntityType::Company, 0.85));
    }
    // Communist Party officials: the post is another's.
    let organization = ends_in_strong(reading, words, &shapes.organization_suffixes);
    if let Some(range) = person(reading, words, known, english).filter(|range| !organization || range.end < end) {
        return Some((range, EntityType::Person, 0.85));
    }
    if headed {
        return Some((start..end, EntityType::Organization, 0.8));
    }
    if words.len() >= 3 && fund {
        return Some((start..end, EntityType::Product, 0.75));
    }
    if ends_in(reading, words, &shapes.organization_suffixes) {
        return Some((start..end, EntityType::Organization, 0.75));
    }
    let covered = known.iter().map(|known| known.end - known.start).sum::<usize>();
    if known.iter().any(|known| known.start == start) && covered * 2 >= end - start {
        // A known name with another word behind it: a product of it (Unitree R1) where a version follows.
        let rest = words
            .iter()
            .find(|word| known.iter().all(|known| word.start >= known.end))?;
        let versioned = folded[rest.start..end].bytes().any(|b| b.is_ascii_digit());
        let kind = if super::models::is_model_context(reading, start, end) {
            EntityType::Model
        } else {
            EntityType::Product
        };
        return (versioned && !english).then_some((start..end, kind, 0.8));
    }
    if english {
        return english_name(reading, words, known);
    }
    if surface.starts_with(|c: char| c.is_ascii_digit()) && reading.is_measured(start) {
        return None;
    }
    // 收购Corvex50%股权: the figure is no part of it.
    if surface.ends_with(|c: char| c.is_ascii_digit()) && reading.is_percentage(end) {
        return None;
    }
    let letters = surface.chars().filter(|c| c.is_alphabetic()).count();
    if letters < 2 || words.len() > 6 {
        return None;
    }
    let all_caps = surface.chars().all(|c| !c.is_lowercase());
    let mut support = 0.0f32;
    let (before, after) = (reading.char_before(start), skip_space(reading, end));
    if super::models::is_model_context(reading, start, end) {
        return Some((start..end, EntityType::Model, 0.75));
    }
    // 具身大脑Noematrix Brain 2.0: no firm has a version.
    let versioned = words.len() >= 2
        && words
            .last()
            .is_some_and(|word| is_version(&folded[word.clone()]) && folded[word.clone()].contains('.'));
    if super::wares::is_made(reading, start) || versioned || product_follows(reading, after) {
        return (letters >= 2).then_some((start..end, EntityType::Product, 0.75));
    }
    if reading.recurs(words, 2) && reading.count(start, surface, 2) >= 2 {
        support += 0.4;
    }
    for class in ["say", "release", "announce", "acquire", "invest", "rise", "fall"] {
        if reading.cue_at(class, after) {
            support += 1.0;
        }
    }
    if let Some(boundary) = reading.boundary_before(start)
        && folded[boundary..start].chars().count() > 1
    {
        support += 0.4;
    }
    // 宏盛国际及Preeminence
    let joined = |c: Option<char>| c.is_some_and(|c| matches!(c, '、' | '和' | '与' | '及'));
    let named_left = joined(before)
        && before.is_some_and(|c| {
            let at = start - c.len_utf8();
            reading.known_ending(at).is_some() || super::companies::suffix_ending(reading, at).is_some()
        });
    let named_right = joined(reading.char_at(after))
        && reading
            .char_at(after)
            .is_some_and(|c| reading.known_starting(after + c.len_utf8()).is_some());
    if named_left || named_right {
        support += 0.8;
    }
    if matches!(before, Some('、')) || matches!(reading.char_at(after), Some('、')) {
        support += 0.3;
    }
    // 竞争对手Corvex, Corvex股价, Corvex首席科学家, Corvex的o1: not the end of 42 Corvex, and hardly an abbreviation
    let cut_off = before == Some(' ')
        && folded[..start]
            .trim_end_matches(' ')
            .ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '&' | '.'));
    if !cut_off && !reading.lexicon.is_common(&reading.lower[start..end]) {
        let weight = if all_caps { 0.4 } else { 0.8 };
        // A word of one character (和, 由) says less.
        if let Some(led) = reading
            .lexicon
            .surroundings("firm_before")
            .ends(&reading.lower[..start])
        {
            support += if start - led >= TWO_HAN { weight } else { weight / 2.0 };
        }
        let of_its = after
            + if folded[after..].starts_with('的') {
                '的'.len_utf8()
            } else {
                0
            };
        let post = reading
            .role_starting(after)
            .is_some_and(|role| !role.ambiguous && is_firms_post(reading, &role));
        let ware = reading
            .known_starting(of_its)
            .is_some_and(|known| !known.ambiguous && matches!(known.kind, EntityType::Model | EntityType::Chip));
        if reading.follows("firm_after", after) || post || ware {
            support += weight;
        }
    }
    // OpenAI的Corvex: what a firm of the lexicon has, in one word.
    let owner = before == Some('的')
        && words.len() == 1
        && letters >= 4
        && !is_ordinary(reading, surface)
        && reading
            .known_ending(start - '的'.len_utf8())
            .is_some_and(|known| !known.ambiguous && known.kind == EntityType::Company);
    if owner {
        return Some((start..end, EntityType::Product, 0.65));
    }
    if reading.precedes("product_before", start) {
        return Some((start..end, EntityType::Product, 0.7));
    }
    if reading.precedes("company_before", start) {
        return Some((start..end, EntityType::Company, 0.75));
    }
    let plain_word = words.len() == 1 && is_ordinary(reading, surface);
    if plain_word {
        return None;
    }
    let inner_capital = surface
        .split(' ')
        .any(|word| word.chars().skip(1).any(char::is_uppercase))
        && !all_caps;
    if inner_capital || words.len() >= 2 {
        support += 0.5;
    }
    let needed = match (words.len() == 1, all_caps, letters) {
        (true, true, 0..=4) => 1.0,
        (true, _, _) => 0.8,
        _ => 0.5,
    };
    (support >= needed).then_some((start..end, EntityType::Company, 0.6))
}

pub(crate) fn skip_space(reading: &Reading, mut at: usize) -> usize {
    while reading.folded[at..].starts_with(' ') {
        at += 1;
    }
    at
}

fn product_follows(reading: &Reading, at: usize) -> bool {
    reading.follows("product_after", at)
}

/// Whether the words, or some at their end, are a person: beside a role, before a word of saying, or with a given name.
fn person(reading: &Reading, words: &[Range<usize>], known: &[KnownName], english: bool) -> Option<Range<usize>> {
    let folded = reading.folded;
    let looks_personal = |word: &Range<usize>| {
        let text = &folded[word.clone()];
        let mut chars = text.chars();
        chars.next().is_some_and(char::is_uppercase)
            && chars.all(|c| c.is_lowercase() || matches!(c, '\'' | '-' | '.') || c.is_alphabetic())
            && !text.chars().all(char::is_uppercase)
            || (text.len() == 2 && text.ends_with('.'))
    };
    // The role may be inside the sequence: `Starbucks CEO Howard Schultz`, `Meta CTO Andrew Bosworth`.
    let mut first = 0;
    let mut role_before = false;
    for (i, word) in words.iter().enumerate() {
        if reading.role_ending(word.end).is_some() {
            first = i + 1;
            role_before = true;
        }
    }
    let rest = &words[first.min(words.len())..];
    // Rajeev de Mello, Ursula von der Leyen
    let particle = |word: &Range<usize>| reading.is_in("name_particle", &folded[word.clone()]);
    let count = rest.iter().filter(|word| !particle(word)).count();
    let ordinary = |word: &Range<usize>| {
        let text = &folded[word.clone()];
        is_ordinary(reading, text) && !reading.lexicon.shapes.given_names.contains_key(text)
    };
    let (Some(head), Some(last)) = (rest.first(), rest.last()) else {
        return None;
    };
    if count > 4
        || !rest.iter().all(|word| looks_personal(word) || particle(word))
        || particle(head)
        || particle(last)
        || ordinary(head)
    {
        return None;
    }
    let (start, end) = (rest[0].start, rest[rest.len() - 1].end);
    let mut before = start;
    while reading.char_before(before) == Some(' ') {
        before -= 1;
    }
    role_before |= is_second_name(reading, start);
    role_before |= reading.role_ending(before).is_some() || before < start && reading.precedes("honorific", before);
    let name_of = |word: &Range<usize>| reading.lexicon.shapes.given_names.get(&folded[word.clone()]);
    let sure_given = rest.len() >= 2 && name_of(&rest[0]).is_some_and(|ambiguous| !ambiguous);
    // Simon Penn: after a post and a given name, the family name that a firm has, too.
    let family_only =
        |known: &KnownName| role_before && sure_given && known.start == rest[rest.len() - 1].start && known.end == end;
    if known.iter().any(|known| {
        known.start < end
            && known.end > start
            && !known.ambiguous
            && known.kind != EntityType::Person
            && !family_only(known)
    }) {
        return None;
    }
    let after = skip_space(reading, end);
    let given = sure_given
        || rest.len() >= 2
            && name_of(&rest[0]).is_some()
            && (reading
                .lexicon
                .shapes
                .family_names
                .contains(&folded[rest[rest.len() - 1].clone()])
                || rest.len() == 2 && is_within_sentence(reading, start) && is_nobodys_word(reading, &rest[1]));
    let says = reading.cue_at("say", after);
    let role_after = reading.role_starting(after).is_some()
        || (folded[after..].starts_with(", ") && reading.role_starting(after + 2).is_some())
        || english
            && rest.len() == 2
            && is_posted(reading, after)
            && rest.iter().all(|word| is_nobodys_word(reading, word));
    let personal = match count {
        1 => role_before && !english,
        2..=3 => role_before || given || if english { role_after } else { says },
        _ => role_before && given,
    };
    personal.then_some(start..end)
}

/// Mark of `led by Mark Delaney`: capitalised where only names are.
fn is_within_sentence(reading: &Reading, start: usize) -> bool {
    reading
        .sentence_at(start)
        .is_some_and(|sentence| sentence.english && sentence.start < start)
        && has_lower_case(reading, start)
        && reading.folded[..start]
            .strip_suffix(' ')
            .is_some_and(|before| before.ends_with(|c: char| c.is_lowercase() || c == ','))
}

/// Neither a word of the language nor an ending of names.
fn is_nobodys_word(reading: &Reading, word: &Range<usize>) -> bool {
    let lower = &reading.lower[word.clone()];
    let shapes = &reading.lexicon.shapes;
    lower.len() >= 3
        && !reading.lexicon.is_common(lower)
        && !is_ordinary(reading, &reading.folded[word.clone()])
        && !shapes.company_suffixes.forms.contains_key(lower)
        && !shapes.organization_suffixes.forms.contains_key(lower)
}

/// Most lower-case words between a name's comma and the post that the apposition tells.
const POST_REACH: usize = 4;

/// Harmeet Dhillon, assistant attorney general in charge of: a post in the apposition, and what it is of.
fn is_posted(reading: &Reading, at: usize) -> bool {
    let Some(rest) = reading.folded[at..].strip_prefix(", ") else {
        return false;
    };
    let mut word = reading.folded.len() - rest.len();
    for _ in 0..=POST_REACH {
        if let Some(role) = reading.role_starting(word) {
            return !role.ambiguous
                && [" of ", " at ", " for ", " with ", " in ", " to "]
                    .iter()
                    .any(|joint| reading.folded[role.end..].starts_with(joint));
        }
        let text = &reading.folded[word..];
        let length = text.find(' ').unwrap_or(text.len());
        if length == 0 || !text[..length].chars().all(|c| c.is_lowercase() || c == '-') {
            return false;
        }
        word = skip_space(reading, word + length);
    }
    false
}

/// 首席执行官盖思新(Sassine Ghazi): in a bracket behind a Chinese name that a post stands before.
fn is_second_name(reading: &Reading, start: usize) -> bool {
    if reading.char_before(start) != Some('(') {
        return false;
    }
    let open = start - 1;
    let mut at = open;
    for count in 0..=8 {
        if count >= 2 && reading.role_ending(at).is_some() {
            return true;
        }
        match reading.char_before(at) {
            Some(c) if is_han(c) || c == '·' => at -= c.len_utf8(),
            _ => return false,
        }
    }
    false
}

/// English capitalised words that nothing else explains: kept where they recur as a sequence.
fn english_name(
    reading: &Reading,
    words: &[Range<usize>],
    known: &[KnownName],
) -> Option<(Range<usize>, EntityType, f32)> {
    let folded = reading.folded;
    let (start, end) = (words[0].start, words[words.len() - 1].end);
    if known.iter().any(|known| !known.ambiguous) || words.len() > 4 {
        return None;
    }
    // Titles capitalise everything, but for those that are written as sentences are.
    if reading
        .sentence_at(start)
        .is_some_and(|sentence| sentence.paragraph == 0)
        && !has_lower_case(reading, start)
    {
        return None;
    }
    let surface = &folded[start..end];
    let capitals = words
        .iter()
        .all(|word| folded[word.clone()].starts_with(|c: char| c.is_uppercase()));
    // biotechnology group Genmab, a deal to acquire SciTec, Merus shares
    let before = reading.lower[..start].trim_end_matches(' ').len();
    let framed = before < start && reading.precedes("english_company_before", before)
        || reading.follows("english_company_after", skip_space(reading, end))
        || reading.follows("english_company_after", end);
    let plain = words.iter().all(|word| is_ordinary(reading, &folded[word.clone()]));
    let letters = surface.chars().filter(|c| c.is_alphabetic()).count();
    let framed = framed || is_listed(reading, surface, end) || words.len() == 1 && is_apposed(reading, end);
    if capitals && framed && !plain && letters >= 4 && words.len() <= 3 {
        return Some((start..end, EntityType::Company, 0.7));
    }
    if capitals && letters >= 4 && words.len() <= 2 && is_expected(reading, words) {
        return Some((start..end, EntityType::Company, 0.65));
    }
    if words.len() == 1 && is_designation(surface) && is_of_firm(reading, start) {
        return Some((start..end, EntityType::Product, 0.65));
    }
    if words.len() < 2 {
        return None;
    }
    if capitals && !plain && words.len() <= 3 && is_made(reading, end) {
        return Some((start..end, EntityType::Product, 0.65));
    }
    if capitals && is_launched(reading, words) {
        return Some((start..end, EntityType::Product, 0.7));
    }
    let ordinary = |word: &Range<usize>| is_ordinary(reading, &folded[word.clone()]);
    if capitals && words.len() == 2 && is_called_by_last(reading, &words[0], &words[1]) {
        return Some((start..end, EntityType::Person, 0.7));
    }
    // South Korean goods: a word of an everyday kind at the end describes.
    (capitals
        && !words.last().is_some_and(ordinary)
        && reading.recurs(words, 3)
        && reading.count(start, surface, 3) >= 3)
        .then_some((start..end, EntityType::Organization, 0.55))
}

/// A capitalised word within a sentence that is nobody's name and no everyday word, with what firms do or have on both sides,
/// or on one where it stands more than once: `sued Lumetra in`, `Lumetra's o1`.
fn is_expected(reading: &Reading, words: &[Range<usize>]) -> bool {
    let folded = reading.folded;
    let (start, end) = (words[0].start, words[words.len() - 1].end);
    let shapes = &reading.lexicon.shapes;
    let opens = reading
        .sentence_at(start)
        .is_some_and(|sentence| sentence.start == start);
    let unusual = words.iter().all(|word| {
        let text = &folded[word.clone()];
        !is_ordinary(reading, text)
            && !shapes.given_names.contains_key(text)
            && !shapes.family_names.contains(text)
            && text.chars().skip(1).any(char::is_lowercase)
            && !reading.lexicon.is_common(&reading.lower[word.clone()])
    });
    if !unusual {
        return false;
    }
    let before = reading.lower[..start].trim_end_matches(' ').len();
    let after = skip_space(reading, end);
    let left = before < start && reading.precedes("english_firm_before", before);
    let right = reading.follows("english_firm_after", after) || reading.follows("english_firm_after", end);
    // Brenara and Meta: beside a firm of the lexicon
    let beside =
        |known: Option<KnownName>| known.is_some_and(|known| !known.ambiguous && known.kind == EntityType::Company);
    let joined_left = [" and ", ", "]
        .iter()
        .any(|joint| folded[..start].ends_with(joint) && beside(reading.known_ending(start - joint.len())));
    let joined_right = [" and ", ", "]
        .iter()
        .any(|joint| folded[end..].starts_with(joint) && beside(reading.known_starting(end + joint.len())));
    let often = reading.recurs(words, 2) && reading.count(start, &folded[start..end], 2) >= 2;
    let sides = usize::from(left) + usize::from(right) + usize::from(joined_left || joined_right);
    sides >= 2 || sides == 1 && often && (right || !opens)
}

/// Corvex, a quantitative hedge fund: a word for firms at the head of the apposition, after a few others at most.
fn is_apposed(reading: &Reading, end: usize) -> bool {
    let rest = &reading.lower[end..];
    let Some(rest) = [", a ", ", an ", ", the "]
        .iter()
        .find_map(|article| rest.strip_prefix(article))
    else {
        return false;
    };
    let phrase = rest.split([',', '.', '\n', ';', ':']).next().unwrap_or("");
    phrase
        .split(' ')
        .take(APPOSITION)
        .take_while(|word| {
            !matches!(
                *word,
                "of" | "in" | "for" | "that" | "which" | "who" | "and" | "from" | "with"
            )
        })
        .any(|word| reading.is_in("firm_noun", word) || word == "fund")
}

/// Words of an apposition before the one that tells what the name is.
const APPOSITION: usize = 4;

/// Bytes between a verb of launching and the product (launched its second-generation engine, …).
const LAUNCH_REACH: usize = 60;

/// YFQ-44A: capitals and figures, and no quarter or year.
fn is_designation(surface: &str) -> bool {
    let letters = surface.bytes().filter(u8::is_ascii_uppercase).count();
    let figures = surface.bytes().filter(u8::is_ascii_digit).count();
    let period = ["Q", "H", "FY", "CY", "1H", "2H"].iter().any(|unit| {
        surface
            .strip_prefix(unit)
            .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b'\''))
    });
    surface.len() >= 3
        && letters >= 1
        && figures >= 1
        && !period
        && surface
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether a firm of the lexicon has what stands at `start` (Anduril's …).
fn is_of_firm(reading: &Reading, start: usize) -> bool {
    ["'s ", "' "].iter().any(|mark| {
        reading.folded[..start].strip_suffix(mark).is_some_and(|before| {
            reading
                .known_ending(before.len())
                .is_some_and(|known| !known.ambiguous && known.kind == EntityType::Company)
        })
    })
}

/// Ghost Murmur was reportedly developed by: what somebody made.
fn is_made(reading: &Reading, end: usize) -> bool {
    let mut words = reading.lower[end..].split(' ').skip(1);
    if !matches!(words.next(), Some("was" | "were" | "is" | "are" | "has")) {
        return false;
    }
    let made = words
        .by_ref()
        .take(3)
        .any(|word| reading.is_in("made_by_participle", word));
    made && words.next() == Some("by")
}

/// launched Lumen 2: a name with a version behind a verb of launching or making.
fn is_launched(reading: &Reading, words: &[Range<usize>]) -> bool {
    let folded = reading.folded;
    let [first, .., last] = words else { return false };
    let versioned = is_version(&folded[last.clone()]) && last.len() <= 4;
    if !versioned || is_ordinary(reading, &folded[first.clone()]) {
        return false;
    }
    let Some(sentence) = reading.sentence_at(first.start) else {
        return false;
    };
    let mut from = first.start.saturating_sub(LAUNCH_REACH).max(sentence.start);
    while !folded.is_char_boundary(from) {
        from += 1;
    }
    let before = &reading.lower[from..first.start];
    ["release", "develop", "open_source"].iter().any(|class| {
        let cues = reading.lexicon.cues(class);
        cues.iter().filter(|verb| verb.is_ascii()).any(|verb| {
            before
                .split(|c: char| !c.is_alphanumeric() && c != '-')
                .any(|word| word == verb)
        })
    })
}

/// Merus (MRUS): a code in capitals behind the name that begins as it does and isn't just its initials.
fn is_listed(reading: &Reading, surface: &str, end: usize) -> bool {
    let Some(rest) = reading.folded[end..].strip_prefix(" (") else {
        return false;
    };
    let Some(code) = rest.find(')').map(|close| &rest[..close]) else {
        return false;
    };
    let initials = surface.split([' ', '-']).filter_map(|word| word.chars().next());
    (2..=5).contains(&code.len())
        && code.chars().all(|c| c.is_ascii_uppercase())
        && surface.starts_with(&code[..1])
        && !surface.eq_ignore_ascii_case(code)
        && !initials.eq(code.chars())
}

/// Tucker Carlson … Carlson said: of two words the last stands alone elsewhere, once at least before a word of saying,
/// and the first never does, as with persons. (A firm is called by its first word.)
fn is_called_by_last(reading: &Reading, first: &Range<usize>, last: &Range<usize>) -> bool {
    let folded = reading.folded;
    let first_at = first.start;
    let (first, last) = (&folded[first.clone()], &folded[last.clone()]);
    let proper = |word: &str| {
        word.len() >= 3
            && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-'))
            && word.chars().skip(1).any(char::is_lowercase)
            && !is_ordinary(reading, word)
            && reading.lexicon.name_of(word).is_none()
    };
    let suffixes = &reading.lexicon.shapes;
    let lower = last.to_lowercase();
    if !proper(first)
        || !proper(last)
        || suffixes.company_suffixes.forms.contains_key(lower.as_str())
        || suffixes.organization_suffixes.forms.contains_key(lower.as_str())
    {
        return false;
    }
    // Roundhill Memory … memory: an everyday word.
    let window = reading.article_around(first_at);
    let from = reading.runs.partition_point(|run| run.start < window.start);
    let to = reading.runs.partition_point(|run| run.end <= window.end);
    let runs = &reading.runs[from..to.max(from)];
    let everyday = runs
        .iter()
        .flat_map(|run| &run.words)
        .any(|word| folded[word.clone()] == lower);
    if everyday {
        return false;
    }
    let mut says = false;
    for run in runs {
        for (i, word) in run.words.iter().enumerate() {
            let text = &folded[word.clone()];
            let after_first = i > 0 && &folded[run.words[i - 1].clone()] == first;
            let before_last = run.words.get(i + 1).is_some_and(|next| &folded[next.clone()] == last);
            if text == first && !before_last {
                return false;
            }
            let beside_name = i > 0 && is_name_word(&folded[run.words[i - 1].clone()])
                || run
                    .words
                    .get(i + 1)
                    .is_some_and(|next| is_name_word(&folded[next.clone()]));
            says |=
                text == last && !after_first && !beside_name && reading.cue_at("say", skip_space(reading, word.end));
        }
    }
    says
}
