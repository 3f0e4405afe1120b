//! Names in Latin letters: persons, companies and products in Chinese and in English text.

use super::lexicon::is_kana;
use super::names::Drafts;
use super::reading::{KnownName, Reading};
use super::{EntityType, Origin};
use crate::text::is_han;
use std::ops::Range;

/// Latin words with single spaces between them.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub start: usize,
    pub end: usize,
    pub words: Vec<Range<usize>>,
}

/// Words that end a company's name, lower case without stops.
const COMPANY_ENDS: &[&str] = &[
    "inc", "corp", "corporation", "ltd", "limited", "llc", "llp", "lp", "plc", "co", "company", "group", "holdings",
    "holding", "capital", "partners", "management", "ventures", "securities", "bank", "bancorp", "technologies",
    "technology", "therapeutics", "pharmaceuticals", "pharma", "motors", "airlines", "energy", "entertainment",
    "industries", "systems", "semiconductor", "semiconductors", "networks", "labs", "robotics", "biosciences", "media",
    "ag", "sa", "nv", "se", "gmbh", "investments", "advisors", "associates", "brothers", "studios", "software",
    "electronics", "insurance", "financial", "resources", "mining", "petroleum", "oil", "foods", "brands", "realty",
];

/// Words that end an organisation's name.
const ORGANIZATION_ENDS: &[&str] = &[
    "agency", "administration", "authority", "bureau", "center", "centre", "commission", "committee", "council",
    "court", "department", "foundation", "fund", "institute", "institution", "ministry", "office", "organization",
    "organisation", "party", "senate", "service", "society", "union", "university", "association", "federation",
    "college", "school", "exchange", "reserve", "treasury", "police", "army", "times", "post", "journal", "news",
    "congress", "parliament", "alliance", "league",
];

const JOINERS: &[&str] = &["of", "and", "for", "the", "de", "van", "von", "da", "del", "la", "le", "&", "bin", "al"];

/// Titles before a person's name that say nothing of a post.
const HONORIFICS: &[&str] = &["Mr", "Mr.", "Mrs", "Mrs.", "Ms", "Ms.", "Dr", "Dr.", "Sir", "Prof", "Prof.", "Sen.", "Rep.", "Gov."];

fn is_latin_char(c: char) -> bool {
    c.is_alphanumeric() && !is_han(c) && !is_kana(c)
}

/// Every sequence of Latin words.
pub(crate) fn runs(folded: &str) -> Vec<Run> {
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
            end = i + c.len_utf8();
            chars.next();
        }
        if folded[end..].starts_with('.') && takes_stop(&folded[start..end]) {
            end += 1;
            chars.next();
        }
        match runs.last_mut() {
            Some(last) if last.end + 1 == start && bytes[last.end] == b' ' => {
                last.end = end;
                last.words.push(start..end);
            }
            _ => runs.push(Run { start, end, words: std::iter::once(start..end).collect() }),
        }
    }
    runs
}

fn takes_stop(word: &str) -> bool {
    matches!(
        word,
        "Inc" | "Corp" | "Ltd" | "Co" | "Jr" | "Sr" | "Mr" | "Mrs" | "Ms" | "Dr" | "Prof" | "St" | "Bros" | "Sen" | "Rep" | "Gov" | "U.S" | "U.K"
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
        } else if !JOINERS.contains(&text) {
            break;
        }
    }
    words.get(first).map(|word| word.start..end)
}

/// Capitalised, or with capitals or a letter beside a digit inside.
fn is_name_word(word: &str) -> bool {
    let mut chars = word.chars();
    let first = chars.next();
    first.is_some_and(char::is_uppercase) || chars.any(char::is_uppercase)
}

fn is_stop(reading: &Reading, word: &str) -> bool {
    let stop = &reading.lexicon.shapes.latin_stop;
    stop.contains(word) || stop.contains(word.to_lowercase().as_str()) || stop.contains(word.trim_end_matches('s'))
}

/// Names within a run: sequences of name words, without stop words at the ends.
fn sequences(reading: &Reading, run: &Run) -> Vec<Vec<Range<usize>>> {
    let mut out: Vec<Vec<Range<usize>>> = Vec::new();
    let mut current: Vec<Range<usize>> = Vec::new();
    for word in &run.words {
        let text = &reading.folded[word.clone()];
        if is_name_word(text) || (!current.is_empty() && (JOINERS.contains(&text) || is_version(text))) {
            current.push(word.clone());
        } else {
            out.push(std::mem::take(&mut current));
        }
    }
    out.push(current);
    for sequence in &mut out {
        loop {
            let Some(last) = sequence.last() else { break };
            let text = &reading.folded[last.clone()];
            if JOINERS.contains(&text) || is_stop(reading, text) {
                sequence.pop();
            } else {
                break;
            }
        }
        while let Some(first) = sequence.first() {
            let text = &reading.folded[first.clone()];
            if is_stop(reading, text) || HONORIFICS.contains(&text) {
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

pub(crate) fn find(reading: &Reading, drafts: &mut Drafts) {
    for run in &reading.runs {
        let english = reading.is_english_at(run.start);
        for sequence in sequences(reading, run) {
            read_sequence(reading, drafts, &sequence, english);
        }
    }
}

fn read_sequence(reading: &Reading, drafts: &mut Drafts, words: &[Range<usize>], english: bool) {
    let folded = reading.folded;
    let (start, end) = (words[0].start, words[words.len() - 1].end);
    let known = reading.known_in(start..end);
    if known.iter().any(|known| known.start == start && known.end == end && !known.ambiguous) {
        return;
    }
    // Of names joined by `and` each is its own.
    if let Some(i) = words.iter().position(|word| matches!(&folded[word.clone()], "and" | "&"))
        && i > 0
        && i + 1 < words.len()
        && (known.iter().any(|known| known.end == words[i - 1].end || known.start == words[i + 1].start)
            || (english && !ends_company(folded, &words[words.len() - 1])))
    {
        read_sequence(reading, drafts, &words[..i], english);
        read_sequence(reading, drafts, &words[i + 1..], english);
        return;
    }
    if let Some((range, kind, score)) = classify(reading, words, known, english) {
        let surface = &folded[range.clone()];
        let draft = drafts.of_shape(surface, kind, score, Origin::Shape);
        drafts.spot(range.start, range.end, draft, score, Origin::Shape);
        if kind == EntityType::Person {
            add_last_name(reading, drafts, draft, surface);
        }
    }
}

/// `Yang` of `Luke Yang`, where it stands alone later.
pub(crate) fn add_last_name(reading: &Reading, drafts: &mut Drafts, draft: usize, full: &str) {
    if let Some((_, last)) = full.rsplit_once(' ')
        && last.len() >= 3
        && last.chars().all(char::is_alphabetic)
        && drafts.of_name(last).is_none()
        && reading.lexicon.name_of(last).is_none_or(|id| reading.lexicon.names[id as usize].ambiguous)
    {
        drafts.add_name(draft, last);
    }
}

fn ends_company(folded: &str, word: &Range<usize>) -> bool {
    let word = folded[word.clone()].trim_end_matches('.').to_lowercase();
    COMPANY_ENDS.contains(&word.as_str())
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
    let last = folded[words[words.len() - 1].clone()].trim_end_matches('.').to_lowercase();
    if words.len() >= 2 && COMPANY_ENDS.contains(&last.as_str()) {
        // `The`, a place or a weekday at the head of an English sentence isn't part of the name.
        return Some((start..end, EntityType::Company, 0.85));
    }
    if let Some(range) = person(reading, words, known, english) {
        return Some((range, EntityType::Person, 0.85));
    }
    if words.len() >= 2 && ORGANIZATION_ENDS.contains(&last.as_str()) {
        let kind = if last == "fund" { EntityType::Product } else { EntityType::Organization };
        return Some((start..end, kind, 0.75));
    }
    let covered = known.iter().map(|known| known.end - known.start).sum::<usize>();
    if known.iter().any(|known| known.start == start) && covered * 2 >= end - start {
        // A known name with another word behind it: a product of it (Unitree R1) where a version follows.
        let rest = words.iter().find(|word| known.iter().all(|known| word.start >= known.end))?;
        let versioned = folded[rest.start..end].bytes().any(|b| b.is_ascii_digit());
        let kind = if super::models::is_model_context(reading, start, end) { EntityType::Model } else { EntityType::Product };
        return (versioned && !english).then_some((start..end, kind, 0.8));
    }
    if english {
        return english_name(reading, words, known);
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
    if reading.cue_before("release", start) || product_follows(reading, after) {
        return (letters >= 2).then_some((start..end, EntityType::Product, 0.75));
    }
    if reading.count(surface, 2) >= 2 {
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
    if matches!(before, Some('、')) || matches!(reading.char_at(after), Some('、')) {
        support += 0.3;
    }
    let inner_capital = surface.split(' ').any(|word| word.chars().skip(1).any(char::is_uppercase)) && !all_caps;
    if inner_capital || words.len() >= 2 {
        support += 0.5;
    } else if !all_caps && letters >= 4 {
        support += 0.5;
    }
    let needed = match (all_caps && words.len() == 1, letters) {
        (true, 0..=4) => 1.0,
        (true, _) => 0.8,
        _ => 0.5,
    };
    (support >= needed).then_some((start..end, EntityType::Company, 0.6))
}

fn skip_space(reading: &Reading, mut at: usize) -> usize {
    while reading.folded[at..].starts_with(' ') {
        at += 1;
    }
    at
}

fn product_follows(reading: &Reading, at: usize) -> bool {
    const PRODUCT_WORDS: &[&str] =
        &["系列", "手机", "机器人", "芯片", "应用", "App", "APP", "眼镜", "智能体", "助手", "操作系统", "车型", "处理器", "游戏", "耳机", "平板"];
    PRODUCT_WORDS.iter().any(|word| reading.folded[at..].starts_with(word))
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
    if rest.is_empty() || rest.len() > 4 || !rest.iter().all(looks_personal) {
        return None;
    }
    let (start, end) = (rest[0].start, rest[rest.len() - 1].end);
    if known.iter().any(|known| known.start < end && known.end > start && !known.ambiguous && known.kind != EntityType::Person) {
        return None;
    }
    let mut before = start;
    while reading.char_before(before) == Some(' ') {
        before -= 1;
    }
    role_before |= reading.role_ending(before).is_some()
        || HONORIFICS.iter().any(|title| folded[..before].ends_with(title) && before < start);
    let after = skip_space(reading, end);
    let given = rest.len() >= 2 && reading.lexicon.shapes.given_names.contains(&folded[rest[0].clone()]);
    let says = reading.cue_at("say", after);
    let role_after = reading.role_starting(after).is_some()
        || (folded[after..].starts_with(", ") && reading.role_starting(after + 2).is_some());
    let personal = match rest.len() {
        1 => role_before && !english,
        2..=3 => role_before || given || (says && !english) || (says && given) || (role_after && english),
        _ => role_before && given,
    };
    personal.then_some(start..end)
}

/// English capitalised words that nothing else explains: kept where they recur as a sequence.
fn english_name(
    reading: &Reading,
    words: &[Range<usize>],
    known: &[KnownName],
) -> Option<(Range<usize>, EntityType, f32)> {
    let folded = reading.folded;
    let (start, end) = (words[0].start, words[words.len() - 1].end);
    if known.iter().any(|known| !known.ambiguous) || !(2..=4).contains(&words.len()) {
        return None;
    }
    // Titles capitalise everything.
    if reading.sentence_at(start).is_some_and(|sentence| sentence.paragraph == 0) {
        return None;
    }
    let surface = &folded[start..end];
    let capitals = words.iter().all(|word| folded[word.clone()].starts_with(|c: char| c.is_uppercase()));
    (capitals && reading.count(surface, 3) >= 3).then_some((start..end, EntityType::Organization, 0.55))
}
