//! What a name's bracket holds: its code, its short form, its name in another language.

use super::codes;
use super::companies;
use super::latin;
use super::names::{Drafts, Length, left_edge};
use super::reading::{KnownName, Reading};
use super::{EntityType, Origin};
use crate::text::is_han;
use std::ops::Range;

/// What the brackets said, to be joined to mentions when these are settled.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Start and end of the name, listing, start and end of the code.
    pub listings: Vec<(Range<usize>, String, Range<usize>)>,
    /// The name and its bracket.
    pub brackets: Vec<(Range<usize>, Range<usize>)>,
    /// Draft and where its further name stands.
    pub aliases: Vec<(usize, Range<usize>)>,
}

impl Notes {
    /// The name of these bytes turned out to begin later.
    pub fn move_start(&mut self, name: &Range<usize>, start: usize) {
        let listings = self.listings.iter_mut().map(|(noted, ..)| noted);
        for noted in listings.chain(self.brackets.iter_mut().map(|(noted, _)| noted)) {
            if noted == name {
                noted.start = start;
            }
        }
    }
}

#[derive(Debug)]
enum Part {
    Code(Option<codes::Code>, Range<usize>),
    Alias(Range<usize>),
    ShareName(Range<usize>),
    /// A capitalised Latin name without a cue.
    Latin(Range<usize>),
    /// A Chinese name without a cue.
    Han(Range<usize>),
}

pub(crate) fn read_brackets(reading: &Reading, drafts: &mut Drafts, notes: &mut Notes) {
    let folded = reading.folded;
    let mut at = 0;
    while let Some(found) = folded[at..].find('(') {
        let open = at + found;
        at = open + 1;
        let line_end = reading.line_end(open);
        let window = floor(folded, line_end.min(open + 240));
        // A text that was cut may leave its last bracket open.
        let close = match folded[open + 1..window].find([')', '(']) {
            Some(i) if folded[open + 1 + i..].starts_with(')') => open + 1 + i,
            // Another bracket inside: this one isn't a name's.
            Some(_) => continue,
            None if window == folded.len() => window,
            None => continue,
        };
        let parts = parts_of(reading, open + 1..close);
        if parts.is_empty() {
            continue;
        }
        let bracket_end = if folded[close..].starts_with(')') {
            close + 1
        } else {
            close
        };
        read_one(reading, drafts, notes, open..bracket_end, &parts);
    }
}

/// Longest bracket with a person's name in Latin letters, in bytes.
const PERSON: usize = 40;

/// 马特·施利希特(Matt Schlicht): what a bracket right behind a person's Chinese name holds in Latin letters.
///
/// Reads the persons found before.
pub(crate) fn read_persons(reading: &Reading, drafts: &mut Drafts, notes: &mut Notes) {
    let folded = reading.folded;
    let mut found: Vec<(usize, Range<usize>, Range<usize>)> = Vec::new();
    for spot in &drafts.spots {
        let is_person =
            drafts.get(spot.draft).kind == EntityType::Person && folded[spot.start..spot.end].contains(is_han);
        if !is_person || !folded[spot.end..].starts_with('(') {
            continue;
        }
        let inner = spot.end + 1;
        let Some(length) = folded[inner..].find(')').filter(|length| *length <= PERSON) else {
            continue;
        };
        let name = &folded[inner..inner + length];
        let words = name.split(' ').collect::<Vec<_>>();
        let capital = |word: &&str| word.starts_with(|c: char| c.is_uppercase());
        let shaped = (2..=4).contains(&words.len())
            && [words.first(), words.last()].into_iter().flatten().all(capital)
            && name
                .chars()
                .all(|c| c.is_alphabetic() && !is_han(c) || matches!(c, ' ' | '-' | '.' | '\''));
        if shaped && same_entity_or_unknown(reading, spot.draft, drafts, name) {
            found.push((spot.draft, spot.start..spot.end, inner..inner + length));
        }
    }
    for (draft, name, inner) in found {
        notes.brackets.push((name, inner.start - 1..inner.end + 1));
        add_alias(reading, drafts, notes, draft, inner);
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn parts_of(reading: &Reading, range: Range<usize>) -> Vec<Part> {
    let folded = reading.folded;
    let mut out = Vec::new();
    let mut from = range.start;
    let content = &folded[range.clone()];
    let mut bounds: Vec<usize> = content
        .char_indices()
        .filter(|(i, c)| {
            matches!(c, ',' | ';' | '、') || (*c == '/' && content[i + 1..].contains(|c: char| c.is_ascii_digit()))
        })
        .map(|(i, _)| range.start + i)
        .collect();
    bounds.push(range.end);
    for bound in bounds {
        let part = trim(folded, from..bound, &[' ', '“', '”', '"', '\'', ':']);
        from = bound + folded[bound..].chars().next().map_or(0, char::len_utf8);
        if part.is_empty() {
            continue;
        }
        let text = &folded[part.clone()];
        if let Some(length) = reading
            .lexicon
            .surroundings("share_name")
            .begins(&reading.lower[part.clone()])
        {
            let name = trim(folded, part.start + length..part.end, &[' ', ':', '“', '”', '"', '为']);
            if !name.is_empty() {
                out.push(Part::ShareName(name));
            }
            continue;
        }
        let lower = &reading.lower[part.clone()];
        if let Some(length) = reading.lexicon.surroundings("alias").begins(lower) {
            let rest = part.start + length..part.end;
            for name in alias_names(folded, rest) {
                out.push(Part::Alias(name));
            }
            continue;
        }
        if let Ok(codes) = codes::parse(text, reading.meta.market, reading.lexicon) {
            if codes.is_empty() {
                out.push(Part::Code(None, part));
            } else {
                out.extend(codes.into_iter().map(|code| Part::Code(Some(code), part.clone())));
            }
            continue;
        }
        let count = text.chars().count();
        if text.starts_with(|c: char| c.is_uppercase())
            && text.chars().filter(|c| c.is_alphabetic()).count() >= 2
            && text.chars().all(|c| !is_han(c))
            && count <= 60
            && !reading.lexicon.shapes.latin_stop.contains_key(text)
        {
            out.push(Part::Latin(part));
        } else if (2..=20).contains(&count) && text.chars().all(|c| is_han(c) || c == '·') {
            out.push(Part::Han(part));
        }
    }
    out
}

/// The names after an alias cue: all in quotes, or the rest as a whole.
fn alias_names(folded: &str, rest: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut at = rest.start;
    while let Some(i) = folded[at..rest.end].find('“') {
        let start = at + i + '“'.len_utf8();
        let Some(length) = folded[start..rest.end].find('”') else {
            break;
        };
        out.push(start..start + length);
        at = start + length;
    }
    if out.is_empty() {
        let name = trim(folded, rest, &[' ', ':', '“', '”', '"', '\'', '为']);
        if !name.is_empty() {
            out.push(name);
        }
    }
    out.retain(|name| {
        let text = &folded[name.clone()];
        let count = text.chars().count();
        // 以下简称公司, 本公司: shorthand that the pronoun table knows.
        (2..=30).contains(&count)
            && !matches!(
                text,
                "公司" | "本公司" | "集团" | "本集团" | "该公司" | "上市公司" | "标的公司"
            )
    });
    out
}

fn trim(text: &str, range: Range<usize>, marks: &[char]) -> Range<usize> {
    let slice = &text[range.clone()];
    let start = range.start + (slice.len() - slice.trim_start_matches(marks).len());
    let end = range.end - (slice.len() - slice.trim_end_matches(marks).len());
    if start >= end { start..start } else { start..end }
}

fn read_one(reading: &Reading, drafts: &mut Drafts, notes: &mut Notes, bracket: Range<usize>, parts: &[Part]) {
    // The share's own name inside the bracket bears the code.
    if let Some(Part::ShareName(name)) = parts.iter().find(|part| matches!(part, Part::ShareName(_))) {
        let draft = draft_of(reading, drafts, name.clone(), codes_of(parts).next(), 0.95);
        drafts.spot(name.start, name.end, draft, 0.95, Origin::Shape);
        for part in parts {
            if let Part::Code(Some(code), span) = part {
                add_listing(drafts, notes, draft, name.clone(), code, span.clone());
            }
        }
        return;
    }
    let has_code = parts.iter().any(|part| matches!(part, Part::Code(..)));
    let has_alias = parts.iter().any(|part| matches!(part, Part::Alias(_)));
    let Some(name) = name_before(reading, drafts, bracket.start, parts, has_code, has_alias) else {
        return;
    };
    let Range { start, end } = name;
    let surface = &reading.folded[start..end];
    let known = reading.known_ending(end).filter(|known| known.start == start);
    let agreeing = codes_of(parts).find(|code| agrees(reading, known, code));
    let certain = codes_of(parts).find(|code| code.certain);
    let sure = agreeing.or(certain);
    if known.is_none() && sure.is_none() && !has_alias && !companies::has_strong_suffix(surface, reading) {
        // A Latin word after an unknown Chinese one explains a term as often as it names a company.
        let latin_pair = surface.is_ascii() && parts.iter().any(|part| is_acronym_of(reading, surface, part));
        if !latin_pair {
            return;
        }
    }
    // 投资基金（以下简称…）: a description with a short form is no name.
    let described = known.is_none()
        && sure.is_none()
        && surface.chars().any(is_han)
        && !companies::has_strong_suffix(surface, reading)
        && reading.likeness(start, end) < -0.7;
    if described {
        return;
    }
    let draft = draft_of(reading, drafts, start..end, sure, 0.95);
    drafts.add_name(draft, surface);
    drafts.spot(
        start,
        end,
        draft,
        0.95,
        if known.is_some() {
            Origin::Lexicon
        } else {
            Origin::Shape
        },
    );
    let mut used = false;
    for part in parts {
        match part {
            Part::Code(Some(code), span)
                if code.certain || (agrees(reading, known, code) && !is_own_name(reading, known, span)) =>
            {
                add_listing(drafts, notes, draft, start..end, code, span.clone());
                used = true;
            }
            // 超微(AMD), 阿斯麦(ASML): the letters are its name, whatever else they are.
            Part::Code(Some(code), span) if !code.certain && is_own_name(reading, known, span) => {
                used = true;
                add_alias(reading, drafts, notes, draft, span.clone());
            }
            Part::Code(..) => {}
            Part::Alias(span) => {
                used = true;
                add_alias(reading, drafts, notes, draft, span.clone());
            }
            Part::Latin(span) => {
                let text = &reading.folded[span.clone()];
                let is_name = sure.is_some()
                    || has_alias
                    || reading.lexicon.name_of(text).is_some()
                    || known.is_some_and(|known| !known.ambiguous && is_actor(known.kind))
                    || latin::entry_of_company(reading, text)
                        .is_some_and(|entry| drafts.get(draft).entry == Some(entry))
                    || is_acronym_of(reading, surface, part);
                if is_name && same_entity_or_unknown(reading, draft, drafts, text) {
                    used = true;
                    add_alias(reading, drafts, notes, draft, span.clone());
                }
            }
            Part::Han(span) => {
                let text = &reading.folded[span.clone()];
                if surface.is_ascii()
                    && reading.lexicon.name_of(text).is_some()
                    && same_entity_or_unknown(reading, draft, drafts, text)
                {
                    used = true;
                    add_alias(reading, drafts, notes, draft, span.clone());
                }
            }
            Part::ShareName(_) => {}
        }
    }
    if used {
        notes.brackets.push((start..end, bracket));
    }
}

fn is_actor(kind: EntityType) -> bool {
    matches!(
        kind,
        EntityType::Company | EntityType::Organization | EntityType::Person
    )
}

fn codes_of(parts: &[Part]) -> impl Iterator<Item = &codes::Code> {
    parts.iter().filter_map(|part| match part {
        Part::Code(code, _) => code.as_ref(),
        _ => None,
    })
}

fn agrees(reading: &Reading, known: Option<KnownName>, code: &codes::Code) -> bool {
    known.is_some_and(|known| {
        reading.lexicon.name(known.name).entries.iter().any(|&entry| {
            reading.lexicon.entries()[entry as usize]
                .listings
                .contains(&code.listing)
        })
    })
}

/// Whether the bracket holds the known name's own English one (阿斯麦(ASML)), and not merely a code (英伟达(NVDA)).
fn is_own_name(reading: &Reading, known: Option<KnownName>, span: &Range<usize>) -> bool {
    let code = &reading.folded[span.clone()];
    known.is_some_and(|known| {
        reading.lexicon.name(known.name).entries.iter().any(|&entry| {
            let english = reading.lexicon.entries()[entry as usize].labels().en.as_deref();
            english.is_some_and(|name| {
                name.strip_prefix(code)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            })
        })
    })
}

/// `IC3` of `Internet Crime Complaint Center`: the first letters agree.
fn is_acronym_of(reading: &Reading, name: &str, part: &Part) -> bool {
    let Part::Latin(span) = part else {
        return false;
    };
    let short = &reading.folded[span.clone()];
    let initials: String = name
        .split([' ', '-'])
        .filter_map(|word| word.chars().next())
        .filter(|c| c.is_uppercase())
        .collect();
    let letters: String = short.chars().filter(|c| c.is_uppercase()).collect();
    initials.chars().count() >= 2 && short.len() <= 8 && letters.len() >= 2 && initials.starts_with(letters.as_str())
}

/// A name in the bracket that the lexicon knows as somebody else's is a remark, not an alias.
fn same_entity_or_unknown(reading: &Reading, draft: usize, drafts: &Drafts, name: &str) -> bool {
    match (reading.lexicon.name_of(name), drafts.get(draft).entry) {
        (Some(id), Some(entry)) => reading.lexicon.name(id).entries.contains(&entry),
        (Some(id), None) => reading.lexicon.name(id).ambiguous || is_ascii_kind(reading, id),
        (None, _) => true,
    }
}

fn is_ascii_kind(reading: &Reading, name: u32) -> bool {
    let entry = reading.lexicon.name(name).entries[0];
    is_actor(reading.lexicon.entries()[entry as usize].kind)
}

fn add_listing(
    drafts: &mut Drafts,
    notes: &mut Notes,
    draft: usize,
    name: Range<usize>,
    code: &codes::Code,
    span: Range<usize>,
) {
    let listings = &mut drafts.get_mut(draft).listings;
    if !listings.contains(&code.listing) {
        listings.push(code.listing.clone());
    }
    notes.listings.push((name, code.listing.clone(), span));
}

fn add_alias(reading: &Reading, drafts: &mut Drafts, notes: &mut Notes, draft: usize, span: Range<usize>) {
    let text = &reading.folded[span.clone()];
    // The bracket's word beats what the lexicon may know under the same letters.
    drafts.add_name(draft, text);
    drafts.spot(span.start, span.end, draft, 0.9, Origin::Alias);
    notes.aliases.push((draft, span));
}

/// The draft of a name that a bracket vouches for.
fn draft_of(
    reading: &Reading,
    drafts: &mut Drafts,
    name: Range<usize>,
    code: Option<&codes::Code>,
    score: f32,
) -> usize {
    let lexicon = reading.lexicon;
    let surface = &reading.folded[name.clone()];
    let listed = code.and_then(|code| lexicon.index_of_listing(&code.listing));
    let named = reading.known_ending(name.end).filter(|known| known.start == name.start);
    let entry = match (named, listed) {
        (Some(named), Some(listed)) => {
            let shared = lexicon.name(named.name);
            let first = shared.entries[0];
            Some(if shared.entries.contains(&listed) || shared.ambiguous {
                listed
            } else {
                first
            })
        }
        (Some(named), None) => Some(lexicon.name(named.name).entries[0]),
        (None, listed) => listed,
    };
    match entry {
        Some(entry) => {
            let draft = drafts.of_entry(entry, lexicon.entries()[entry as usize].kind);
            drafts.add_name(draft, surface);
            draft
        }
        None => {
            let kind = match companies::kind_of_shape(surface, reading) {
                Some(kind) => kind,
                None if code.is_some() || surface.chars().any(is_han) => EntityType::Company,
                None => latin::kind_of_ending(reading, surface).unwrap_or(EntityType::Organization),
            };
            drafts.of_shape(surface, kind, score, Origin::Shape)
        }
    }
}

fn known_title(reading: &Reading, end: usize) -> Option<KnownName> {
    reading.known_ending(end - '》'.len_utf8())
}

/// The name directly before a bracket.
fn name_before(
    reading: &Reading,
    drafts: &Drafts,
    open: usize,
    parts: &[Part],
    has_code: bool,
    has_alias: bool,
) -> Option<Range<usize>> {
    let folded = reading.folded;
    let mut end = open;
    while reading.char_before(end) == Some(' ') {
        end -= 1;
    }
    let last = reading.char_before(end)?;
    // “烽云信息”（…）, 《金融时报》（…）
    // A law's or a report's title is nobody's name, even where it has a short form.
    if last == '》' && known_title(reading, end).is_none() {
        return None;
    }
    if last == '”' || last == '》' || last == '"' {
        let inner_end = end - last.len_utf8();
        let opening = match last {
            '”' => '“',
            '》' => '《',
            _ => '"',
        };
        let start =
            folded[reading.line_start(end)..inner_end].rfind(opening)? + reading.line_start(end) + opening.len_utf8();
        let count = folded[start..inner_end].chars().count();
        return (1..=24).contains(&count).then_some(start..inner_end);
    }
    let known = reading.known_ending(end);
    let whole = known.is_some_and(|known| !known.ambiguous && known.kind != EntityType::Place);
    if let Some((core_end, strong)) = companies::suffix_ending(reading, end)
        && !whole
        && (strong || known.is_none())
    {
        let length = if strong { Length::Full } else { Length::Short };
        if let Some((start, _)) = left_edge(reading, end, core_end, length)
            && (has_alias
                || folded[start..end].contains("有限")
                || reading.likeness(start, core_end) > 0.3
                || reading.known_starting(start).is_some())
            && known.is_none_or(|known| start < known.start)
        {
            return Some(start..end);
        }
    }
    if let Some(known) = known {
        return Some(known.start..end);
    }
    if !is_han(last) {
        // Latin and mixed names (XREAL, 万科A).
        if let Some(run) = latin::run_ending(reading, end) {
            let mixed = reading.char_before(run.start).is_some_and(is_han);
            if !mixed {
                return Some(run);
            }
            if !has_code {
                return Some(run);
            }
        } else if !has_code {
            return None;
        }
    }
    if !(has_alias || has_code && codes_of(parts).any(|code| code.certain)) {
        return None;
    }
    let name = drafts
        .roots()
        .flat_map(|draft| drafts.get(draft).names.iter())
        .filter(|name| folded[..end].ends_with(name.as_str()))
        .max_by_key(|name| name.len());
    if let Some(name) = name {
        return Some(end - name.len()..end);
    }
    let (start, score) = left_edge(reading, end, end, Length::Short)?;
    let named = !reading.is_boundary_word(&folded[start..end]) && reading.likeness(start, end) > -0.7;
    (score > 0.0 && named).then_some(start..end)
}
