//! The tagger's word on names that neither lexicon nor rules found.

use super::names::{Drafts, NameSet, Spot};
use super::reading::{Reading, is_name_char};
use super::tagger::{Desk, Tagged, Tagger};
use super::{EntityType, Origin};
use crate::text::is_han;
use rustc_hash::FxHashSet;

/// By how much a name must win, by its type. Figures are of the weights' scale; what they let through is in the card.
fn bar(kind: EntityType) -> i32 {
    match kind {
        EntityType::Company => 150,
        EntityType::Organization => 200,
        EntityType::Person => 150,
        _ => 250,
    }
}

/// A name of the lexicon that needs support has been seen before: the tagger's word needs less.
const SUPPORT: i32 = 100;

/// Names that the tagger sees clearly where nothing else was found, and wherever else they stand.
pub(crate) fn find(reading: &Reading, drafts: &mut Drafts, tagger: &Tagger) {
    let mut desk = Desk::default();
    let mut tagged = Vec::new();
    for sentence in reading.sentences.iter().filter(|sentence| !sentence.english) {
        tagger.tag(reading, sentence.start..sentence.end, &mut desk, &mut tagged);
    }
    if tagged.is_empty() {
        return;
    }
    let mut taken = vec![false; reading.folded.len()];
    for spot in &drafts.spots {
        taken[spot.start..spot.end].fill(true);
    }
    let mut names: Vec<(String, usize)> = Vec::new();
    let mut seen: FxHashSet<String> = FxHashSet::default();
    for name in tagged {
        if taken[name.start..name.end].iter().any(|taken| *taken) || !is_plausible(reading, &name) {
            continue;
        }
        let surface = &reading.folded[name.start..name.end];
        let draft = match known(reading, drafts, &name) {
            Some(draft) => draft,
            None if name.margin < bar(name.kind) => continue,
            None => unknown(reading, drafts, &name),
        };
        let score = drafts.get(draft).score;
        drafts.spot(name.start, name.end, draft, score, Origin::Tagger);
        taken[name.start..name.end].fill(true);
        if seen.insert(surface.to_owned()) {
            names.push((surface.to_owned(), draft));
        }
    }
    let mut spots = Vec::new();
    NameSet::new(names).scan(reading.folded, |start, end, draft| {
        let free = !taken[start..end].iter().any(|taken| *taken);
        if free && super::lexicon::has_word_edges(reading.folded, start, end) && reading.is_word_fit(start, end) {
            taken[start..end].fill(true);
            spots.push(Spot {
                start,
                end,
                draft,
                score: drafts.get(draft).score * 0.95,
                origin: Origin::Tagger,
            });
        }
    });
    drafts.spots.extend(spots);
}

/// A name of the lexicon that is also a word, or one of the document's that wasn't trusted here.
fn known(reading: &Reading, drafts: &mut Drafts, name: &Tagged) -> Option<usize> {
    if name.margin < SUPPORT {
        return None;
    }
    let surface = &reading.folded[name.start..name.end];
    if let Some(draft) = drafts.of_name(surface).filter(|draft| drafts.get(*draft).kind == name.kind) {
        return Some(draft);
    }
    let entries = &reading.lexicon.names[reading.lexicon.name_of(surface)? as usize].entries;
    let entry = *entries
        .iter()
        .find(|entry| reading.lexicon.entries()[**entry as usize].kind == name.kind)?;
    let draft = drafts.of_entry(entry, name.kind);
    drafts.add_name(draft, surface);
    Some(draft)
}

/// A new entity, or the company whose name the document shortens.
fn unknown(reading: &Reading, drafts: &mut Drafts, name: &Tagged) -> usize {
    let surface = &reading.folded[name.start..name.end];
    if name.kind == EntityType::Company {
        let mut longer = drafts.roots().filter(|&draft| {
            let found = drafts.get(draft);
            found.kind == EntityType::Company
                && found
                    .names
                    .iter()
                    .any(|full| full.len() > surface.len() && full.starts_with(surface))
        });
        if let (Some(draft), None) = (longer.next(), longer.next()) {
            drop(longer);
            drafts.add_name(draft, surface);
            return draft;
        }
    }
    // Surer with the margin, and never as sure as a rule.
    let score = 0.5 + 0.2 * (name.margin.min(500) as f32 / 500.0);
    drafts.of_shape(surface, name.kind, score, Origin::Tagger)
}

fn is_plausible(reading: &Reading, name: &Tagged) -> bool {
    let surface = &reading.folded[name.start..name.end];
    let count = surface.chars().count();
    let open = surface.matches('(').count();
    (2..=32).contains(&count)
        && surface.chars().any(|c| is_han(c) || c.is_alphabetic())
        && surface.starts_with(is_name_char)
        && surface.ends_with(|c: char| is_name_char(c) || c == ')' || c == '.')
        && open == surface.matches(')').count()
        && !surface.contains(['“', '”', '《', '》', '\n', ',', '、'])
        && !reading.is_common(surface)
        && !reading.is_measured(name.start)
        && reading.role_starting(name.start).is_none_or(|role| role.end < name.end)
        && !(surface.is_ascii() && (count < 3 || surface.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())))
}
