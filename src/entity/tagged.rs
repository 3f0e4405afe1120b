//! The tagger's word on names that neither lexicon nor rules found.

use super::aliases::Notes;
use super::names::{Drafts, NameSet, Spot};
use super::reading::{Reading, is_name_char};
use super::tagger::{Desk, Tagged, Tagger};
use super::{EntityType, Origin, companies, latin, persons, support};
use crate::text::is_han;
use rustc_hash::FxHashSet;

/// By how much a name must win, by its type. Figures are of the weights' scale; what they let through is in the card.
/// A name that ends like one needs less, and so does one where a firm's is expected; behind words that only names follow
/// (竞争对手包括) hardly anything is needed.
fn bar(reading: &Reading, name: &Tagged, firms: &Edges) -> i32 {
    let firm = matches!(name.kind(), EntityType::Company | EntityType::Organization);
    if firm && reading.precedes("company_relation", name.start) {
        return RELATED;
    }
    let ends_like_one = || {
        companies::suffix_ending(reading, name.end).is_some_and(|(core_end, _)| {
            core_end >= name.start + TWO_HAN
                && reading.folded[core_end..name.end].chars().count() > 1
                && (name.kind() != EntityType::Company || !reading.is_place(&reading.folded[name.start..core_end]))
        })
    };
    let plain = match name.kind() {
        EntityType::Company if ends_like_one() => 110,
        EntityType::Company => 180,
        EntityType::Organization if ends_like_one() => 180,
        EntityType::Organization => 250,
        EntityType::Person => 125,
        _ => 170,
    };
    if name.kind() != EntityType::Company {
        return plain;
    }
    let expected = firms.expect(reading, name.start, name.end);
    plain.min(match expected {
        0 => i32::MAX,
        1 => EXPECTED[0],
        _ => EXPECTED[1],
    })
}

/// The bars where one thing beside the name, or two, call it a firm's.
const EXPECTED: [i32; 2] = [90, 40];

/// Where names of firms begin and end.
struct Edges {
    starts: FxHashSet<usize>,
    ends: FxHashSet<usize>,
}

impl Edges {
    /// Those of names that were found, and of what the tagger is sure of.
    fn new(drafts: &Drafts, tagged: &[Tagged]) -> Edges {
        let found = drafts
            .spots
            .iter()
            .filter(|spot| drafts.get(spot.draft).kind == EntityType::Company);
        let seen = tagged
            .iter()
            .filter(|name| name.kind() == EntityType::Company && name.margin >= LISTED);
        let spans: Vec<(usize, usize)> = found
            .map(|spot| (spot.start, spot.end))
            .chain(seen.map(|name| (name.start, name.end)))
            .collect();
        Edges {
            starts: spans.iter().map(|(start, _)| *start).collect(),
            ends: spans.iter().map(|(_, end)| *end).collect(),
        }
    }

    /// How many things beside a name call it a firm's: words before it that only firms follow, words of what only firms do
    /// or have behind it, another firm in the same list.
    fn expect(&self, reading: &Reading, start: usize, end: usize) -> usize {
        let before = reading.precedes("firm_before", start);
        let after = reading.follows("firm_after", end)
            || reading
                .role_starting(end)
                .is_some_and(|role| !role.ambiguous && latin::is_firms_post(reading, &role));
        let joint = |c: Option<char>| c.filter(|c| matches!(c, '、' | '和' | '与' | '及'));
        let listed = joint(reading.char_before(start)).is_some_and(|c| self.ends.contains(&(start - c.len_utf8())))
            || joint(reading.char_at(end)).is_some_and(|c| self.starts.contains(&(end + c.len_utf8())));
        usize::from(before) + usize::from(after) + usize::from(listed)
    }
}

/// The label of [`super::tagger::KINDS`] for companies.
const FIRM: usize = 0;

/// From this margin on a name speaks for those in a list with it.
const LISTED: i32 = 150;

/// The bar behind words that say of the name that it is a company's.
const RELATED: i32 = 40;

/// Bytes of two characters of Han: less before an ending is no name's core.
const TWO_HAN: usize = 6;

/// A name of the lexicon that needs support has been seen before: the tagger's word needs less.
const SUPPORT: i32 = 130;

/// By how much a name must win over what a rule found in its place.
const OVERRULE: i32 = 170;

/// Names that the tagger sees clearly where nothing else was found, and wherever else they stand. Of names that rules
/// found by their ending, it may move the left border.
/// A tagger with the labels of another set has no say here.
pub(crate) fn find(reading: &Reading, drafts: &mut Drafts, notes: &mut Notes, tagger: &Tagger) {
    if !tagger.has_own_labels() {
        return;
    }
    let mut desk = Desk::default();
    let mut tagged = Vec::new();
    let chinese = reading.sentences.iter().filter(|sentence| !sentence.english);
    let ranges = chinese.map(|sentence| sentence.start..sentence.end);
    tagger.read(reading, ranges, &mut desk, &mut tagged);
    tagged.retain(|name| is_plausible(reading, name) && !is_spoken_against(reading, name));
    if tagged.is_empty() {
        return;
    }
    // 华伦, whose 股价 the article speaks of, is no person.
    for name in &mut tagged {
        if name.kind() == EntityType::Person && persons::is_firms(reading, name.start, name.end) {
            name.label = FIRM;
        }
    }
    overrule(reading, drafts, notes, &tagged);
    extend(reading, drafts, &tagged);
    let mut taken = vec![Taken::Free; reading.folded.len()];
    for spot in &drafts.spots {
        let found = drafts.get(spot.draft);
        let what = if found.kind == EntityType::Place && found.entry.is_some() {
            Taken::Place
        } else {
            Taken::Name
        };
        for taken in &mut taken[spot.start..spot.end] {
            *taken = (*taken).max(what);
        }
    }
    let firms = Edges::new(drafts, &tagged);
    let mut names: Vec<(String, usize)> = Vec::new();
    let mut seen: FxHashSet<String> = FxHashSet::default();
    for name in tagged {
        let range = name.start..name.end;
        if taken[range.clone()].contains(&Taken::Name)
            || taken[range.clone()].contains(&Taken::Place) && !begins_with_place(reading, &name, &taken)
        {
            continue;
        }
        let surface = &reading.folded[range.clone()];
        let draft = match known(reading, drafts, &name) {
            Some(draft) => draft,
            None if name.margin < bar(reading, &name, &firms) => continue,
            None => unknown(reading, drafts, &name),
        };
        let score = drafts.get(draft).score;
        drafts.spot(name.start, name.end, draft, score, Origin::Tagger);
        taken[range].fill(Taken::Name);
        if seen.insert(surface.to_owned()) {
            names.push((surface.to_owned(), draft));
        }
    }
    let mut spots = Vec::new();
    NameSet::new(names).scan(reading.folded, |start, end, draft| {
        let free = taken[start..end].iter().all(|taken| *taken == Taken::Free);
        if free && super::lexicon::has_word_edges(reading.folded, start, end) && reading.is_word_fit(start, end) {
            taken[start..end].fill(Taken::Name);
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

/// A name of the lexicon that the rules passed over for what surrounds it.
fn is_spoken_against(reading: &Reading, name: &Tagged) -> bool {
    reading.lexicon.name_of(&reading.folded[name.start..name.end]).is_some()
        && support::speaks_against(reading, name.start, name.end, name.kind())
}

/// What stands at a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Taken {
    Free,
    /// A place of the lexicon
    Place,
    Name,
}

/// 四川省|自然资源厅, 上海|诚洲投资: a place at the head of the name and nothing else that was found.
fn begins_with_place(reading: &Reading, name: &Tagged, taken: &[Taken]) -> bool {
    let length = taken[name.start..name.end]
        .iter()
        .take_while(|taken| **taken == Taken::Place)
        .count();
    let rest = &reading.folded[name.start + length..name.end];
    matches!(name.kind(), EntityType::Company | EntityType::Organization)
        && name.margin >= OVERRULE
        && length > 0
        && rest.chars().count() >= 2
        && !taken[name.start + length..name.end].contains(&Taken::Place)
        && !reading.is_common(rest)
}

/// 律所|盈科律师事务所, 授权|中国银行(香港)有限公司: words before a name that a rule took for part of it; and
/// 高市早苗|顾问, a person that a rule took for the head of a longer name.
fn overrule(reading: &Reading, drafts: &mut Drafts, notes: &mut Notes, tagged: &[Tagged]) {
    for name in tagged.iter().filter(|name| name.margin >= OVERRULE) {
        let mut longer = drafts.spots.iter().filter(|spot| {
            let found = drafts.get(spot.draft);
            spot.start <= name.start
                && spot.end >= name.end
                && spot.end - spot.start > name.end - name.start
                && spot.origin == Origin::Shape
                && found.entry.is_none()
                && matches!(found.kind, EntityType::Company | EntityType::Organization)
        });
        let Some(spot) = longer.next().copied() else {
            continue;
        };
        let same = |other: &Spot| other.start == spot.start && other.end == spot.end;
        if name.kind() == EntityType::Person && spot.start == name.start {
            drafts.spots.retain(|other| !same(other));
            continue;
        }
        let company = matches!(name.kind(), EntityType::Company | EntityType::Organization);
        if !company || spot.end != name.end || !is_description(reading, spot.start, name.start) {
            continue;
        }
        // The same entity under its own name: what brackets say of it stays.
        drafts.add_name(spot.draft, &reading.folded[name.start..name.end]);
        drafts.spots.retain(|other| !same(other));
        drafts.spot(name.start, name.end, spot.draft, spot.score, Origin::Shape);
        notes.move_start(&(spot.start..spot.end), name.start);
    }
}

/// 华泰|联合证券, 浦发银行|深圳分行, 陈|立德: a longer name that holds what was found in it.
///
/// A firm's must end like one, as the name inside it is another firm; the bare legal form behind a known name
/// (万科企业股份有限公司) is still that firm's.
fn extend(reading: &Reading, drafts: &mut Drafts, tagged: &[Tagged]) {
    for name in tagged {
        let firm = matches!(name.kind(), EntityType::Company | EntityType::Organization);
        let needed = if firm { EXTEND } else { OVERRULE };
        if name.margin < needed || !(firm || name.kind() == EntityType::Person) {
            continue;
        }
        let mut inside: Vec<Spot> = Vec::new();
        let mut across = false;
        for spot in drafts.spots.iter().filter(|s| s.start < name.end && s.end > name.start) {
            across |=
                spot.start < name.start || spot.end > name.end || (spot.start, spot.end) == (name.start, name.end);
            inside.push(*spot);
        }
        let fits = |spot: &Spot| {
            let found = drafts.get(spot.draft);
            match found.kind {
                EntityType::Person => {
                    let dotted = reading.folded[spot.start..spot.end].contains('·');
                    !firm && found.entry.is_none() && (spot.end == name.end || (dotted && spot.start == name.start))
                }
                // 陈|立德: a listed firm's name within a person's.
                EntityType::Company | EntityType::Organization => {
                    firm && spot.end < name.end || !firm && spot.start > name.start && spot.end == name.end
                }
                EntityType::Place => firm && spot.end < name.end,
                _ => false,
            }
        };
        if across || inside.is_empty() || !inside.iter().all(fits) {
            continue;
        }
        let surface = &reading.folded[name.start..name.end];
        let owner = inside
            .iter()
            .find(|spot| spot.start == name.start && drafts.get(spot.draft).kind != EntityType::Place)
            .copied();
        let rest = owner.map(|owner| &reading.folded[owner.end..name.end]);
        let draft = match (owner, rest) {
            (Some(owner), Some(rest)) if reading.is_in("legal_form_added", rest) => {
                drafts.add_name(owner.draft, surface);
                owner.draft
            }
            _ => {
                let ends_like_one = companies::kind_of_shape(surface, reading).is_some();
                // 上海|科技 is a place's; 深圳|某某科技 a firm's.
                let own = inside.iter().map(|spot| spot.end).max().unwrap_or(name.start);
                if firm && (!ends_like_one || name.end - own < TWO_HAN) {
                    continue;
                }
                unknown(reading, drafts, name)
            }
        };
        drafts.spots.retain(|s| !(s.start >= name.start && s.end <= name.end));
        let score = drafts.get(draft).score;
        drafts.spot(name.start, name.end, draft, score, Origin::Tagger);
    }
}

/// By how much a firm's name must win over another's that it holds.
const EXTEND: i32 = 250;

/// Everyday words, and no name among them.
fn is_description(reading: &Reading, start: usize, end: usize) -> bool {
    reading.is_cut(end)
        && reading.known_in(start..end).is_empty()
        && (reading.is_all_common(start, end) || reading.boundary_before(end).is_some())
}

/// A name of the lexicon that is also a word, or one of the document's that wasn't trusted here.
fn known(reading: &Reading, drafts: &mut Drafts, name: &Tagged) -> Option<usize> {
    if name.margin < SUPPORT {
        return None;
    }
    let surface = &reading.folded[name.start..name.end];
    if let Some(draft) = drafts
        .of_name(surface)
        .filter(|draft| drafts.get(*draft).kind == name.kind())
    {
        return Some(draft);
    }
    let entries = reading.lexicon.name(reading.lexicon.name_of(surface)?).entries;
    let entry = *entries
        .iter()
        .find(|entry| reading.lexicon.entries()[**entry as usize].kind == name.kind())?;
    let draft = drafts.of_entry(entry, name.kind());
    drafts.add_name(draft, surface);
    Some(draft)
}

/// A new entity, or the company whose name the document shortens.
fn unknown(reading: &Reading, drafts: &mut Drafts, name: &Tagged) -> usize {
    let surface = &reading.folded[name.start..name.end];
    if name.kind() == EntityType::Company {
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
    drafts.of_shape(surface, name.kind(), score, Origin::Tagger)
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
        && !reading.lexicon.shapes.latin_stop.contains_key(surface)
        && !(surface.ends_with(|c: char| c.is_ascii_digit()) && reading.is_percentage(name.end))
        && reading.role_starting(name.start).is_none_or(|role| role.end < name.end)
        && !["公司", "部门", "机构", "基金", "企业", "集团"].iter().any(|end| {
            surface
                .strip_suffix(end)
                .is_some_and(|core| reading.segmenter.knows(core))
        })
        && !(surface.is_ascii() && (count < 3 || surface.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())))
}
