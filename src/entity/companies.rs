//! Company and organisation names by their endings: 北京中元鼎盛投资管理有限公司, 瑞昇基金, 广东证监局.

use super::lexicon::Suffixes;
use super::names::{Drafts, Length, left_edge};
use super::reading::{Reading, is_name_char};
use super::{EntityType, Origin};
use crate::text::is_han;

/// The longest company or organisation suffix that ends at `end`: where it begins and whether it is strong.
pub(crate) fn suffix_ending(reading: &Reading, end: usize) -> Option<(usize, bool)> {
    let shapes = &reading.lexicon.shapes;
    let company = longest(&reading.lower, end, &shapes.company_suffixes);
    let organization = longest(&reading.lower, end, &shapes.organization_suffixes);
    match (company, organization) {
        (Some(a), Some(b)) => Some(if b.0 < a.0 { b } else { a }),
        (a, b) => a.or(b),
    }
}

fn longest(lower: &str, end: usize, suffixes: &Suffixes) -> Option<(usize, bool)> {
    let mut start = end;
    let mut found = None;
    for _ in 0..suffixes.longest {
        let Some(c) = lower[..start].chars().next_back() else { break };
        if !is_han(c) {
            break;
        }
        start -= c.len_utf8();
        if let Some(&strong) = suffixes.forms.get(&lower[start..end]) {
            found = Some((start, strong));
        }
    }
    found
}

pub(crate) fn has_strong_suffix(surface: &str, reading: &Reading) -> bool {
    let shapes = &reading.lexicon.shapes;
    [&shapes.company_suffixes, &shapes.organization_suffixes]
        .iter()
        .any(|suffixes| longest(surface, surface.len(), suffixes).is_some_and(|(_, strong)| strong))
}

/// Company or Organization by the name's ending.
pub(crate) fn kind_of_shape(surface: &str, reading: &Reading) -> Option<EntityType> {
    let shapes = &reading.lexicon.shapes;
    let company = longest(surface, surface.len(), &shapes.company_suffixes);
    let organization = longest(surface, surface.len(), &shapes.organization_suffixes);
    match (company, organization) {
        (Some(a), Some(b)) => Some(if b.0 < a.0 { EntityType::Organization } else { EntityType::Company }),
        (Some(_), None) => Some(EntityType::Company),
        (None, Some(_)) => Some(EntityType::Organization),
        (None, None) => None,
    }
}

/// Every name with a company's or organisation's ending.
pub(crate) fn find(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    let shapes = &reading.lexicon.shapes;
    let is_last = |c: &char| shapes.company_suffixes.ends.contains(c) || shapes.organization_suffixes.ends.contains(c);
    for (i, c) in folded.char_indices() {
        if !is_han(c) || !is_last(&c) {
            continue;
        }
        let end = i + c.len_utf8();
        let Some((core_end, strong)) = suffix_ending(reading, end) else { continue };
        if !ends_here(reading, end, strong) {
            continue;
        }
        name_at(reading, drafts, core_end, end, strong);
    }
}

/// Whether the name is over: not the middle of a word (科技股, 银行业), and no further ending follows (集团|有限公司).
fn ends_here(reading: &Reading, end: usize, strong: bool) -> bool {
    if !strong && !reading.is_cut(end) {
        return false;
    }
    let mut at = end;
    for _ in 0..8 {
        let Some(c) = reading.char_at(at) else { return true };
        if !is_han(c) && c != '(' {
            return true;
        }
        at += c.len_utf8();
        if let Some((start, _)) = suffix_ending(reading, at)
            && start <= end
            && at > end
        {
            return false;
        }
    }
    true
}

fn name_at(reading: &Reading, drafts: &mut Drafts, core_end: usize, end: usize, strong: bool) {
    let folded = reading.folded;
    let length = if strong { Length::Full } else { Length::Short };
    let Some((start, score)) = left_edge(reading, end, core_end, length) else { return };
    if reading.known_in(start..end).iter().any(|known| known.start == start && known.end >= end) {
        return;
    }
    let surface = &folded[start..end];
    let core = &folded[start..core_end];
    if !is_core(reading, core, strong) {
        return;
    }
    let Some(kind) = kind_of_shape(surface, reading) else { return };
    let evidence = if strong { 1.0 } else { evidence(reading, start, end, core) };
    let minimum = if strong { -1.0 } else { 1.5 };
    if score < minimum || evidence < 1.0 {
        return;
    }
    let trust = if strong { 0.9 } else { 0.75 };
    let draft = drafts.of_shape(surface, kind, trust, Origin::Shape);
    drafts.spot(start, end, draft, trust, Origin::Shape);
}

/// Whether the part before the ending can be a name: not a word of the boundary list, a number, a lone place before a weak
/// ending (上海科技), or a known word for a kind of company (上市公司).
fn is_core(reading: &Reading, core: &str, strong: bool) -> bool {
    let count = core.chars().count();
    if count == 0 || reading.is_boundary_word(core) || core.chars().all(|c| c.is_ascii_digit()) {
        return false;
    }
    let place_only = reading.lexicon.name_of(core).is_some_and(|name| {
        let entry = reading.lexicon.names[name as usize].entries[0];
        reading.lexicon.entries()[entry as usize].kind == EntityType::Place
    });
    (!place_only || strong) && (strong || count >= 2)
}

/// What speaks for a weak ending being a name: repeated, listed beside names, something said of it that is said of companies.
fn evidence(reading: &Reading, start: usize, end: usize, core: &str) -> f32 {
    let folded = reading.folded;
    let mut sum = 0.0;
    if reading.count(&folded[start..end], 2) >= 2 {
        sum += 0.7;
    }
    for class in ["say", "release", "acquire", "invest", "announce"] {
        if reading.cue_at(class, end) {
            sum += 1.0;
        }
    }
    let after = reading.char_at(end);
    let before = reading.char_before(start);
    let beside = |at: Option<char>| matches!(at, Some('、' | '和' | '及' | '与' | '/'));
    if beside(after) || beside(before) {
        sum += 0.6;
    }
    if after == Some('(') || before == Some('“') && after == Some('”') {
        sum += 0.5;
    }
    if reading.role_starting(end).is_some() {
        sum += 1.0;
    }
    if before.is_none_or(|c| !is_name_char(c)) {
        sum += 0.4;
    }
    if let Some(boundary) = reading.boundary_before(start)
        && folded[boundary..start].chars().count() > 1
    {
        sum += 0.5;
    }
    // The core isn't made of dictionary words alone: 瑞昇, 探奇, 盛景嘉成.
    let pieces = reading.segments_in(start, start + core.len());
    if pieces.iter().all(|piece| piece.chars().count() == 1) || core.chars().any(|c| !is_han(c)) {
        sum += 0.6;
    }
    sum
}
