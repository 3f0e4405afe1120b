//! What firms make: names that a word of making or a noun for wares announces (机器人绝影X30, 推出百舸AI计算平台5.0,
//! “天工”由…研发, Nova、Aura两款产品).

use super::latin::Run;
use super::names::Drafts;
use super::reading::{Quotation, Reading, is_name_char};
use super::{EntityType, Origin};
use crate::text::is_han;
use std::ops::Range;

/// The longest name before a version, in characters: 百舸AI异构计算平台.
const LONGEST: usize = 10;

/// How far before a name its clause may have the word of making, in characters.
const REACH: usize = 20;

pub(crate) fn find(reading: &Reading, drafts: &mut Drafts) {
    let mut found: Vec<(Range<usize>, EntityType)> = Vec::new();
    for run in &reading.runs {
        if reading.is_english_at(run.start) {
            continue;
        }
        found.extend(coded(reading, run));
        found.extend(versioned(reading, run));
        found.extend(counted(reading, run));
    }
    found.extend(made_by(reading));
    for (range, kind) in found {
        let draft = drafts.of_shape(&reading.folded[range.clone()], kind, 0.7, Origin::Shape);
        drafts.spot(range.start, range.end, draft, 0.7, Origin::Shape);
    }
}

/// Whether a word of making or releasing stands before a name, with no more between than 了, 的, 首款.
pub(crate) fn is_made(reading: &Reading, start: usize) -> bool {
    let links = reading.lexicon.surroundings("made_link");
    let mut at = start;
    for _ in 0..4 {
        if ["develop", "release"].iter().any(|class| reading.cue_before(class, at)) {
            return true;
        }
        match links.ends(&reading.lower[..at]) {
            Some(link) => at = link,
            None => return false,
        }
    }
    false
}

/// Model where the noun is one for models, Product where it is another for wares.
fn kind_before(reading: &Reading, at: usize) -> Option<EntityType> {
    if reading.precedes("model_word", at) {
        Some(EntityType::Model)
    } else if reading.precedes("product_before", at) || reading.precedes("product_called", at) {
        Some(EntityType::Product)
    } else {
        None
    }
}

/// Whether the word holds a capital and a figure: X30, GO-1, HRS-5635.
fn is_code(word: &str) -> bool {
    word.len() <= 12 && word.bytes().any(|b| b.is_ascii_uppercase()) && word.bytes().any(|b| b.is_ascii_digit())
}

/// 机器人|绝影X30: a short word and a code, right behind a noun for wares.
fn coded(reading: &Reading, run: &Run) -> Option<(Range<usize>, EntityType)> {
    let folded = reading.folded;
    let first = &folded[run.words.first()?.clone()];
    let known = reading.known_in(run.start..run.end);
    if !is_code(first) || known.iter().any(|known| !known.ambiguous) || reading.is_percentage(run.end) {
        return None;
    }
    let end = run.words.first()?.end;
    let mut start = run.start;
    for count in 1..=4 {
        let c = reading.char_before(start).filter(|c| is_han(*c))?;
        start -= c.len_utf8();
        if count < 2 {
            continue;
        }
        if let Some(kind) = kind_before(reading, start) {
            let named = reading.segments_in(start, run.start).iter().all(|word| {
                !reading.is_boundary_word(word) && !(word.chars().count() > 1 && reading.lexicon.is_cue(word))
            });
            return (named && is_free(reading, start, run.start)).then_some((start..end, kind));
        }
    }
    None
}

/// Whether no known name stands between two bytes.
fn is_free(reading: &Reading, start: usize, end: usize) -> bool {
    reading.known_in(start..end).iter().all(|known| known.ambiguous)
        && reading.known_at(start).is_none_or(|known| known.ambiguous)
}

/// 推出|百舸AI计算平台5.0: a name and its version behind a word of making.
fn versioned(reading: &Reading, run: &Run) -> Option<(Range<usize>, EntityType)> {
    let folded = reading.folded;
    let version = &folded[run.words.first()?.clone()];
    let dotted = version.len() <= 5
        && version.split_once('.').is_some_and(|(major, minor)| {
            [major, minor]
                .iter()
                .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        });
    let end = run.words.first()?.end;
    // 跌至5.0%, 售价5.0万元, 上涨5.0个点
    if !dotted || reading.is_measured_to(run.start) || reading.is_percentage(end) {
        return None;
    }
    let mut start = run.start;
    let mut count = 0;
    while let Some(c) = reading.char_before(start).filter(|c| is_name_char(*c)) {
        if count >= LONGEST
            || reading.boundary_before(start).is_some()
            || reading.precedes("made_link", start) && count >= 2
        {
            break;
        }
        start -= c.len_utf8();
        count += 1;
    }
    // 音乐大模型|天工音乐4.0: the noun only describes where enough is left behind it.
    for (i, _) in folded[start..run.start].char_indices().skip(1) {
        if kind_before(reading, start + i).is_some() && folded[start + i..run.start].chars().count() >= 2 {
            start += i;
            count = folded[start..run.start].chars().count();
            break;
        }
    }
    let made = is_made(reading, start) || kind_before(reading, start).is_some() && is_clause_of_making(reading, start);
    let clean = is_free(reading, start, run.start) && !reading.is_common(&folded[start..run.start]);
    let kind = kind_before(reading, start)
        .or_else(|| kind_before(reading, run.start))
        .unwrap_or(EntityType::Product);
    (made && clean && (2..LONGEST).contains(&count)).then_some((start..end, kind))
}

/// Whether the clause has a word of making before a name.
fn is_clause_of_making(reading: &Reading, start: usize) -> bool {
    let head = reading.clause_head(start, REACH * 3);
    reading.folded[head..start].char_indices().any(|(i, _)| {
        ["develop", "release"]
            .iter()
            .any(|class| reading.cue_at(class, head + i))
    })
}

/// Nova、Aura|两款产品: words in Latin letters of a list that is counted as one of wares.
fn counted(reading: &Reading, run: &Run) -> Option<(Range<usize>, EntityType)> {
    let folded = reading.folded;
    let listed = |at: usize| {
        let rest = &folded[at..reading.line_end(at)];
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '、' | '和' | '与' | '及' | ' ' | '-' | '.')));
        end.is_some_and(|i| reading.follows("wares_counted", at + i))
    };
    let first = folded[run.start..run.end].chars().next()?;
    let before = reading.char_before(run.start);
    let joined = matches!(before, Some('、' | '和' | '与' | '及'))
        || matches!(reading.char_at(run.end), Some('、' | '和' | '与' | '及'));
    let plain = reading
        .lexicon
        .shapes
        .latin_stop
        .contains_key(&folded[run.start..run.end]);
    (joined
        && !plain
        && first.is_ascii_uppercase()
        && run.end - run.start >= 2
        && reading.known_in(run.start..run.end).iter().all(|known| known.ambiguous)
        && listed(run.end)
        && is_clause_of_making(reading, run.start))
    .then_some((run.start..run.end, EntityType::Product))
}

/// “天工”由…研发, “观澜”大模型: what is between quotation marks before who made it or what it is.
fn made_by(reading: &Reading) -> Vec<(Range<usize>, EntityType)> {
    let folded = reading.folded;
    let mut found = Vec::new();
    for Quotation { open, inner, after, .. } in reading.quotations(&[('“', '”'), ('「', '」'), ('『', '』')]) {
        let (start, end) = (inner.start, inner.end);
        let surface = &folded[start..end];
        if !(2..=10).contains(&surface.chars().count())
            || !surface.chars().all(|c| is_name_char(c) || matches!(c, ' ' | '-' | '.'))
            || reading.known_starting(start).is_some_and(|known| known.end == end)
        {
            continue;
        }
        let by = folded[after..].starts_with('由') && {
            let clause = after..reading.line_end(after);
            folded[clause.clone()]
                .char_indices()
                .take(REACH * 2)
                .take_while(|(_, c)| !matches!(c, ',' | '。' | ';'))
                .any(|(i, _)| reading.follows("made_passive", clause.start + i))
        };
        let ware = reading.follows("product_after", after) && !reading.is_common(surface);
        if by || ware {
            let kind = if reading.precedes("model_word", open) || reading.follows("model_word", after) {
                EntityType::Model
            } else {
                EntityType::Product
            };
            found.push((start..end, kind));
        }
    }
    found
}
