//! Names that are also words: what the text around one says for it (平安股價, Target said) and against it (報平安,
//! 苹果汁, 拳王阿里).
//!
//! Two questions. A name that the lexicon marks as ambiguous counts only where something speaks *for* it. Any short
//! name of a firm is passed over where something speaks *against* it. The words that speak are data
//! (`shapes/surroundings.tsv`); which of them must stand where is said here.

use super::lexicon::lowered;
use super::names::Drafts;
use super::reading::{KnownName, Reading, is_name_char};
use super::{EntityType, Origin, latin, models, persons};
use crate::measure::Market;
use crate::text::{fold, is_han, occurrences};
use rustc_hash::FxHashSet;
use std::ops::Range;

/// Characters of a Chinese name beyond which it is hardly ever a word.
const SHORT: usize = 4;

/// Items of a list that are looked through for the verb behind it.
const LISTED: usize = 8;

// ---------------------------------------------------------------------------------------------------- against

/// Whether what surrounds a short name of the lexicon says that it isn't that entity here.
pub(crate) fn speaks_against(reading: &Reading, start: usize, end: usize, kind: EntityType) -> bool {
    let surface = &reading.folded[start..end];
    match kind {
        EntityType::Organization => {
            surface.ends_with(OFFICE)
                && reading
                    .lexicon
                    .name_of(surface)
                    .is_some_and(|id| reading.lexicon.name(id).ambiguous)
                && belongs_to_others(reading, start)
        }
        // pro-Russian, US$600 million
        EntityType::Place => {
            reading.folded[end..].starts_with('$')
                || ["pro-", "anti-"]
                    .iter()
                    .any(|side| reading.lower[..start].ends_with(side))
        }
        EntityType::Company if surface.is_ascii() => against_latin(reading, start, end),
        EntityType::Company => {
            surface.chars().all(is_han)
                && surface.chars().count() <= SHORT
                && (against_han(reading, start, end) || is_person(reading, start, end))
        }
        _ => false,
    }
}

/// Last characters of the short names of offices.
const OFFICE: [char; 8] = ['行', '会', '局', '部', '委', '院', '署', '办'];

/// 泰国|证监会, 多国|央行: the office of another country, or of several. Only asked of names that need support.
fn belongs_to_others(reading: &Reading, start: usize) -> bool {
    let low = reading.hits.partition_point(|hit| hit.start + PLACE < start);
    reading.precedes("of_others", start)
        || reading.hits[low..]
            .iter()
            .take_while(|hit| hit.start < start)
            .any(|hit| hit.end == start && is_foreign_place(reading, hit.name))
}

/// Bytes of the longest names of places that stand before an office.
const PLACE: usize = 24;

fn is_foreign_place(reading: &Reading, name: u32) -> bool {
    let name = reading.lexicon.name(name);
    let entry = &reading.lexicon.entries()[name.entries[0] as usize];
    entry.kind == EntityType::Place && !reading.is_in("own_place", name.folded)
}

fn against_han(reading: &Reading, start: usize, end: usize) -> bool {
    let chars = reading.folded[start..end].chars().count();
    // 苹果树, 行动 of 过程中行动迟缓: the name's last character and the next one are a word, and nothing else is left
    // for the next one to be.
    let swallowed = || {
        let Some(next) = reading.char_at(end).filter(|c| is_han(*c)) else {
            return false;
        };
        let (Some((last, _)), after) = (
            reading.folded[start..end].char_indices().next_back(),
            end + next.len_utf8(),
        ) else {
            return false;
        };
        let word = &reading.folded[start + last..after];
        reading.is_cut(end)
            && reading.is_cut(after)
            && reading.is_common(word)
            && !reading.is_boundary_word(&reading.folded[end..after])
            && !reading.is_char_in("everyday_character", next)
            && !reading.begins_verb(end)
    };
    // 步步高升: a word of four characters that isn't what firms are called or do.
    let idiom = || {
        let whole = reading.segments_from(start).first();
        whole.is_some_and(|whole| {
            whole.start == start
                && whole.end > end
                && reading.folded[end..whole.end].chars().count() == 1
                && reading.segmenter.knows(&reading.folded[whole.start..whole.end])
                && !reading.follows("company_after", end)
                && !reading.has_figure(whole.end, FIGURE_REACH)
        })
    };
    let thing = reading.follows("thing_after", end)
        && reading
            .lexicon
            .surroundings("thing_after")
            .begins(&reading.lower[end..])
            .is_some_and(|length| reading.is_cut(end + length));
    // 东芯、中芯、西芯三区: the list's last item counts districts.
    let counted = || {
        let head = reading
            .char_at(end)
            .is_some_and(is_joint)
            .then(|| list_items(reading, end).last().cloned())
            .flatten();
        head.is_some_and(|item| {
            reading.folded[item.clone()].char_indices().any(|(at, c)| {
                "两二三四五六七八九十".contains(c) && reading.follows("place_after", item.start + at + c.len_utf8())
            })
        })
    };
    thing
        || reading.precedes("thing_before", start)
        || reading.precedes("wished", start) && is_made_of_words(reading, start, end)
        || chars == 3 && idiom()
        || chars == 2 && swallowed()
        || is_located(reading, end)
        || chars == 2 && is_place_here(reading, start, end)
        || counted()
}

/// 中芯路的, 中芯区改建: a road or district of the name that ends here, and the word ends there.
fn is_located(reading: &Reading, end: usize) -> bool {
    let places = reading.lexicon.surroundings("place_after");
    places.begins(&reading.lower[end..]).is_some_and(|length| {
        let after = end + length;
        let ends = reading
            .char_at(after)
            .is_none_or(|c| !is_name_char(c) || reading.is_char_in("everyday_character", c))
            || reading.segments_from(after).first().is_some_and(|segment| {
                let word = &reading.folded[segment.start..segment.end];
                reading.is_boundary_word(word) || reading.lexicon.is_cue(word)
            });
        reading.is_cut(after) && ends
    })
}

/// 中芯 where the text has 中芯村 and never the firm by a longer name: the place is meant throughout.
fn is_place_here(reading: &Reading, start: usize, end: usize) -> bool {
    let surface = &reading.folded[start..end];
    let asked = reading.villages.borrow().get(surface).copied();
    let is_place = asked.unwrap_or_else(|| {
        let mut matches = occurrences(reading.folded, surface);
        let villages = reading.lexicon.surroundings("village_after");
        let is_place = matches.any(|at| {
            let end = at + surface.len();
            villages.begins(&reading.lower[end..]).is_some() || is_located(reading, end)
        });
        reading.villages.borrow_mut().insert(surface, is_place);
        is_place
    });
    let is_firm = || {
        let bearers = |name: u32| reading.lexicon.name(name).entries;
        let firms = reading.lexicon.name_of(surface).map(bearers).unwrap_or_default();
        reading.known.iter().any(|known| {
            known.end - known.start > surface.len() && bearers(known.name).iter().any(|firm| firms.contains(firm))
        })
    };
    is_place && !is_firm()
}

/// 中国|平安, 新|希望: two words, the second of two characters, and each an everyday word or a place.
fn is_made_of_words(reading: &Reading, start: usize, end: usize) -> bool {
    let chars: Vec<usize> = reading.folded[start..end].char_indices().map(|(i, _)| i).collect();
    let plain = |word: &str| reading.is_common(word) || reading.is_place(word) || reading.segmenter.knows(word);
    match chars[..] {
        [_, _, half, _] | [_, half, _] => {
            plain(&reading.folded[start..start + half]) && plain(&reading.folded[start + half..end])
        }
        _ => reading.is_all_common(start, end),
    }
}

/// Bytes behind a verb of price in which its figure stands.
const FIGURE_REACH: usize = 12;

/// 体操王子李宁, 创始人李宁现年62岁: somebody who bears the name, or whose name it is.
fn is_person(reading: &Reading, start: usize, end: usize) -> bool {
    if reading.precedes("person_called", start) {
        return true;
    }
    let surface = &reading.folded[start..end];
    persons::is_common_person_shape(reading.lexicon, surface)
        && (reading.follows("person_after", end)
            || reading
                .role_ending(start)
                .is_some_and(|role| !role.ambiguous && latin::is_firms_post(reading, &role))
                && !reading.follows("company_after", end)
                && reading.char_at(end) != Some('('))
}

fn against_latin(reading: &Reading, start: usize, end: usize) -> bool {
    let before = &reading.folded[..start];
    // 黄斑病变（AMD）
    if let Some(term) = before.strip_suffix('(')
        && reading.precedes("disease_end", term.trim_end_matches(' ').len())
    {
        return true;
    }
    let head = before.trim_end_matches(' ').len();
    let after = latin::skip_space(reading, end);
    if head < start && reading.precedes("thing_before", head) || after > end && reading.follows("thing_after", after) {
        return true;
    }
    // in the Amazon fell, across the Amazon.
    head < start
        && reading.precedes("place_preposition", head)
        && (reading.char_at(end).is_none_or(|c| matches!(c, '.' | ',' | ';' | ')'))
            || reading.follows("clause_goes_on", after)
            || ["rise", "fall"].iter().any(|class| reading.cue_at(class, after)))
}

// ---------------------------------------------------------------------------------------------------- for

/// Ambiguous names that something in the document speaks for.
pub(crate) fn supported_names(reading: &Reading, drafts: &mut Drafts) {
    // A second look lets a name that the first look found support its neighbours in a list.
    for _ in 0..2 {
        let sure = Sure::new(drafts);
        for known in reading.known.iter().filter(|known| known.ambiguous) {
            if sure.starts.contains(&known.start) {
                continue;
            }
            if is_supported(reading, drafts, known, &sure) {
                add_known(reading, drafts, known, 0.75);
            }
        }
    }
}

/// Where names stand that need no support any more.
struct Sure {
    starts: FxHashSet<usize>,
    /// Those of firms, of what firms make, and all others.
    firms: Sides,
    things: Sides,
    others: Sides,
}

/// Starts and ends of names.
type Sides = (FxHashSet<usize>, FxHashSet<usize>);

impl Sure {
    fn new(drafts: &Drafts) -> Sure {
        let mut sure = Sure {
            starts: FxHashSet::default(),
            firms: Default::default(),
            things: Default::default(),
            others: Default::default(),
        };
        for spot in &drafts.spots {
            sure.starts.insert(spot.start);
            let side = match drafts.get(spot.draft).kind {
                EntityType::Company => &mut sure.firms,
                EntityType::Product | EntityType::Model | EntityType::Chip => &mut sure.things,
                _ => &mut sure.others,
            };
            side.0.insert(spot.start);
            side.1.insert(spot.end);
        }
        sure
    }

    /// Whether the names that may stand in one list with one of this type hold something: firms stand beside firms,
    /// offices and media beside any, other things beside others.
    fn holds(&self, kind: EntityType, test: impl Fn(&Sides) -> bool) -> bool {
        match kind {
            EntityType::Company => test(&self.firms),
            EntityType::Organization => test(&self.firms) || test(&self.others),
            _ => test(&self.things) || test(&self.others),
        }
    }
}

fn is_supported(reading: &Reading, drafts: &Drafts, known: &KnownName, sure: &Sure) -> bool {
    let entries = reading.lexicon.name(known.name).entries;
    let named = entries
        .iter()
        .any(|&e| drafts.has_entry(e) || owner_named(reading, drafts, e));
    // Ice isn't ICE, whatever the document is about.
    let as_written = reading.folded[known.start..known.end] == *reading.lexicon.name(known.name).folded;
    let settled = || as_written && bearer_by_words(reading, &entries).is_some() && !is_short_for_others(reading, known);
    if named || settled() || list_beside(reading, known, sure) {
        return true;
    }
    // An everyday word that is the name of a share elsewhere (全国 in Taiwan) is that word.
    if known.kind == EntityType::Company && is_word_of_elsewhere(reading, known) {
        return false;
    }
    company_word_beside(reading, known)
        || school_word_beside(reading, known)
        || known.kind == EntityType::Company
            && (has_its_person(reading, known)
                || if reading.folded[known.start..known.end].is_ascii() {
                    latin_deed(reading, known, sure)
                } else {
                    has_its_figures(reading, known)
                })
}

/// 毕业于剑桥, 剑桥博士: a short name of a school beside what is said of schools.
fn school_word_beside(reading: &Reading, known: &KnownName) -> bool {
    known.kind == EntityType::Organization
        && (reading.precedes("school_before", known.start) || reading.follows("school_after", known.end))
}

pub(crate) fn add_known(reading: &Reading, drafts: &mut Drafts, known: &KnownName, score: f32) {
    let lexicon = reading.lexicon;
    let entries = lexicon.name(known.name).entries;
    let entry = by_trade(reading, known).unwrap_or_else(|| best_entry(reading, drafts, &entries));
    let draft = drafts.of_entry(entry, lexicon.entries()[entry as usize].kind);
    drafts.add_name(draft, &reading.folded[known.start..known.end]);
    drafts.spot(known.start, known.end, draft, score, Origin::Lexicon);
}

/// 平安 of 平安、招行、浦发: in a list of banks the bank of that name, in one of brokers the broker. Two others at least must
/// be of the trade, and none of another.
fn by_trade(reading: &Reading, known: &KnownName) -> Option<u32> {
    let surface = &reading.folded[known.start..known.end];
    if known.kind != EntityType::Company || surface.is_ascii() {
        return None;
    }
    let lexicon = reading.lexicon;
    let trades = lexicon.surroundings("trade").forms();
    let mut shared: Option<&String> = None;
    let mut count = 0;
    for item in list_items(reading, known.end) {
        let first = reading.hits.partition_point(|hit| hit.start < item.start);
        let Some(hit) = reading.hits.get(first).filter(|hit| hit.start == item.start) else {
            continue;
        };
        let entry = &lexicon.entries()[lexicon.name(hit.name).entries[0] as usize];
        let label = fold(entry.labels().hans.as_deref()?);
        let trade = trades.iter().find(|trade| label.ends_with(trade.as_str()))?;
        if *shared.get_or_insert(trade) != trade {
            return None;
        }
        count += 1;
    }
    let trade = shared.filter(|trade| count >= 2 && !surface.ends_with(trade.as_str()))?;
    let name = lexicon.name(lexicon.name_of(&format!("{surface}{trade}"))?);
    (!name.ambiguous).then(|| name.entries[0])
}

/// Of several bearers of a name the one that the document names otherwise too, else one whose owner it names, else the
/// only one at home in its market, else the first.
fn best_entry(reading: &Reading, drafts: &Drafts, entries: &[u32]) -> u32 {
    let at_home = || {
        let mut home = entries.iter().filter(|entry| is_at_home(reading, **entry));
        match (home.next(), home.next()) {
            (Some(&only), None) => Some(only),
            _ => None,
        }
    };
    match entries {
        [only] => *only,
        _ => entries
            .iter()
            .find(|entry| drafts.has_entry(**entry))
            .or_else(|| entries.iter().find(|entry| owner_named(reading, drafts, **entry)))
            .copied()
            .or_else(|| bearer_by_words(reading, entries))
            .or_else(at_home)
            .unwrap_or(entries[0]),
    }
}

/// Whether the document has somebody else's longer name that ends so (日本央行), for which the short one (央行) may stand.
fn is_short_for_others(reading: &Reading, known: &KnownName) -> bool {
    let lexicon = reading.lexicon;
    let short = &reading.folded[known.start..known.end];
    let bearers = lexicon.name(known.name).entries;
    reading.hits.iter().any(|hit| {
        hit.end - hit.start > short.len()
            && reading.folded[..hit.end].ends_with(short)
            && lexicon
                .name(hit.name)
                .entries
                .iter()
                .all(|entry| !bearers.contains(entry))
    })
}

/// Of the bearers of a short name (证监会) the only one that words of the document speak for.
fn bearer_by_words(reading: &Reading, entries: &[u32]) -> Option<u32> {
    let speaks = |entry: &&u32| {
        let key = &reading.lexicon.entries()[**entry as usize].key;
        let words = reading.lexicon.surroundings(&format!("settles {key}")).forms();
        words.iter().any(|word| reading.folded.contains(word.as_str()))
    };
    let mut found = entries.iter().filter(speaks);
    match (found.next(), found.next()) {
        (Some(&only), None) => Some(only),
        _ => None,
    }
}

fn owner_named(reading: &Reading, drafts: &Drafts, entry: u32) -> bool {
    let lexicon = reading.lexicon;
    lexicon.entries()[entry as usize]
        .owner
        .as_deref()
        .and_then(|owner| lexicon.index_of_key(owner))
        .is_some_and(|owner| drafts.has_entry(owner))
}

/// Jack Dorsey's Block, CEO李想: a person of the firm in the same sentence.
fn has_its_person(reading: &Reading, known: &KnownName) -> bool {
    let Some(sentence) = reading.sentence_at(known.start) else {
        return false;
    };
    // 理想的, 不理想: an adjective beside whom it may.
    if reading.char_at(known.end) == Some('的') || reading.precedes("degree", known.start) {
        return false;
    }
    let lexicon = reading.lexicon;
    let entries = lexicon.name(known.name).entries;
    reading.known_in(sentence.start..sentence.end).iter().any(|person| {
        person.kind == EntityType::Person
            && (!person.ambiguous || reading.role_ending(person.start).is_some())
            && lexicon.name(person.name).entries.iter().any(|&person| {
                let owner = lexicon.entries()[person as usize].owner.as_deref();
                owner.is_some_and(|owner| entries.iter().any(|&e| lexicon.entries()[e as usize].key == owner))
            })
    })
}

/// The exchanges of a market; of an open one all but those whose listed names are everyday words most often.
fn is_home(market: Market, exchange: &str) -> bool {
    match market {
        Market::Mainland => matches!(exchange, "XSHG" | "XSHE" | "BJSE"),
        Market::HongKong => exchange == "XHKG",
        Market::Taiwan => matches!(exchange, "XTAI" | "ROCO"),
        Market::UnitedStates => matches!(exchange, "XNAS" | "XNYS"),
        Market::Open => !matches!(exchange, "XTAI" | "ROCO"),
    }
}

fn is_at_home(reading: &Reading, entry: u32) -> bool {
    reading.lexicon.entries()[entry as usize]
        .listings
        .iter()
        .filter_map(|listing| listing.split(' ').next())
        .any(|exchange| is_home(reading.meta.market, exchange))
}

/// An everyday word, and all who bear it are listed in Taiwan, where the shortest names are shares' names, while the
/// text is not from there.
fn is_word_of_elsewhere(reading: &Reading, known: &KnownName) -> bool {
    let lexicon = reading.lexicon;
    reading.meta.market != Market::Taiwan
        && reading.is_common(&reading.folded[known.start..known.end])
        && lexicon.name(known.name).entries.iter().all(|&entry| {
            let listings = &lexicon.entries()[entry as usize].listings;
            !listings.is_empty()
                && listings
                    .iter()
                    .all(|listing| listing.starts_with("XTAI") || listing.starts_with("ROCO"))
        })
}

/// Behind the space or the genitive that English puts there.
fn past_space(reading: &Reading, at: usize) -> usize {
    let rest = &reading.folded[at..];
    at + ["'s ", "’s ", " "]
        .iter()
        .find(|mark| rest.starts_with(**mark))
        .map_or(0, |mark| mark.len())
}

fn company_word_beside(reading: &Reading, known: &KnownName) -> bool {
    if known.kind == EntityType::Organization {
        return reading.folded[..known.start].ends_with('《') && reading.folded[known.end..].starts_with('》');
    }
    if known.kind == EntityType::Benchmark {
        return reading.follows("benchmark_after", past_space(reading, known.end));
    }
    if known.kind == EntityType::Chip {
        return reading.follows("chip_after", past_space(reading, known.end));
    }
    if known.kind != EntityType::Company {
        // 生猪涨2.97%, 玻璃跌超1%: what is traded, at the head of a clause.
        let traded = || {
            known.kind == EntityType::Product
                && reading
                    .char_before(known.start)
                    .is_none_or(|c| !is_name_char(c) && c != '的')
                && moves(reading, known.end)
        };
        return matches!(known.kind, EntityType::Person) && reading.role_ending(known.start).is_some()
            || known.kind == EntityType::Model && models::is_model_context(reading, known.start, known.end)
            || traded();
    }
    // 通威|太阳能|公司: behind an everyday word in the middle of a longer name.
    let inside = reading.is_common(&reading.folded[known.start..known.end])
        && reading.follows("name_goes_on", known.end)
        && follows_a_name(reading, known.start);
    !inside && reading.follows("company_after", past_space(reading, known.end))
        || reading.precedes(
            "company_called",
            reading.folded[..known.start].trim_end_matches(' ').len(),
        )
        || moves(reading, known.end)
        || !reading.is_common(&reading.folded[known.start..known.end])
            && (reading.role_starting(known.end).is_some_and(|role| !role.ambiguous)
                || reading.folded[known.start..known.end].ends_with(is_han)
                    && reading.lexicon.starts_with_cue(&reading.lower[known.end..]))
}

/// 平安升3%: a verb of price directly behind; of a single character (步步高升) it needs a figure or the end of the clause.
fn moves(reading: &Reading, end: usize) -> bool {
    ["rise", "fall"].iter().any(|class| {
        let verb = reading.lexicon.cue_beginning(class, &reading.lower[end..]);
        verb.is_some_and(|length| {
            let after = end + length;
            reading.folded[end..after].chars().nth(1).is_some()
                || reading.has_figure(after, FIGURE_REACH)
                || matches!(reading.char_at(after), Some(',' | '、' | ';'))
        })
    })
}

/// Whether a word that no dictionary has, or a known name, ends directly before.
fn follows_a_name(reading: &Reading, at: usize) -> bool {
    let index = reading.segments.partition_point(|segment| segment.end < at);
    let word = reading
        .segments
        .get(index)
        .filter(|segment| segment.end == at)
        .map(|segment| &reading.folded[segment.start..segment.end]);
    word.is_some_and(|word| {
        word.chars().nth(1).is_some()
            && word.ends_with(is_han)
            && (!reading.segmenter.knows(word) || reading.known_ending(at).is_some())
    })
}

/// 理想第三季交付, 兴业营收转正, 春秋、吉祥涨逾4%: at the head of a clause, and a figure of business is said of it. Of an
/// everyday word only where the firm is at home.
fn has_its_figures(reading: &Reading, known: &KnownName) -> bool {
    let common = reading.is_common(&reading.folded[known.start..known.end]);
    let home = reading
        .lexicon
        .name(known.name)
        .entries
        .iter()
        .any(|&entry| is_at_home(reading, entry));
    let heads = reading.clause_start(known.start) == known.start;
    let listed = reading.char_before(known.start).is_some_and(is_joint);
    if common && !home || !(heads || listed) {
        return false;
    }
    price_behind_list(reading, known.end) || heads && (!common || home) && period_and_figure(reading, known.end)
}

fn is_joint(c: char) -> bool {
    matches!(c, '、' | '和' | '与' | '及')
}

/// Behind a period, or directly, a metric: 第三季交付, 营收.
fn period_and_figure(reading: &Reading, end: usize) -> bool {
    let period = reading
        .measured_from(end)
        .first()
        .filter(|range| range.start == end)
        .map(|range| range.end);
    let at = period.unwrap_or(end);
    let metric = reading.metrics.partition_point(|hit| hit.start < at);
    let metric = reading
        .metrics
        .get(metric)
        .is_some_and(|hit| hit.start == at && !reading.is_in("price_of_wares", &reading.folded[hit.start..hit.end]));
    metric || period.is_some() && reading.lexicon.starts_with_cue(&reading.lower[at..])
}

/// The items of a list behind the name that ends at `end`, whatever they are; the last reaches into what follows it.
fn list_items(reading: &Reading, end: usize) -> Vec<Range<usize>> {
    let mut items = Vec::new();
    let mut at = end;
    while items.len() < LISTED
        && let Some(mark) = reading.char_at(at).filter(|c| is_joint(*c))
    {
        let start = at + mark.len_utf8();
        let length: usize = reading.folded[start..]
            .chars()
            .take(ITEM)
            .enumerate()
            .take_while(|(count, c)| is_name_char(*c) && !(is_joint(*c) && *count >= 2))
            .map(|(_, c)| c.len_utf8())
            .sum();
        at = start + length;
        items.push(start..at);
    }
    items
}

/// A list of short names, and a move of price directly behind its last: 大同與華通、威盛同登漲停.
fn price_behind_list(reading: &Reading, end: usize) -> bool {
    let items = list_items(reading, end);
    // 世界和中国上涨: one joint that isn't the mark of lists joins whatever it may.
    let listed = items.len() > 1 || reading.char_at(end) == Some('、');
    listed
        && items.last().is_some_and(|item| {
            reading.folded[item.clone()].char_indices().skip(2).any(|(at, _)| {
                ["rise", "fall", "limit_up", "limit_down"]
                    .iter()
                    .any(|class| reading.cue_at(class, item.start + at))
            })
        })
}

/// Characters of an item of a list, an adverb between it and its verb included.
const ITEM: usize = 7;

/// A、B、C涨超5%, Meta, Snap and Pinterest: beside a sure name of a like type with only a joint between.
fn list_beside(reading: &Reading, known: &KnownName, sure: &Sure) -> bool {
    // Veo和Runway: in Latin letters a firm stands for what it makes.
    let latin = reading.folded[known.start..known.end].is_ascii() && !reading.follows("product_after", known.end);
    let starts =
        |at: usize| sure.holds(known.kind, |side| side.0.contains(&at)) || latin && sure.things.0.contains(&at);
    let ends = |at: usize| sure.holds(known.kind, |side| side.1.contains(&at)) || latin && sure.things.1.contains(&at);
    let joined = |c: Option<char>| c.filter(|c| is_joint(*c) || *c == '/');
    let after = joined(reading.char_at(known.end)).map(|c| known.end + c.len_utf8());
    let before = joined(reading.char_before(known.start)).map(|c| known.start - c.len_utf8());
    if after.is_some_and(starts) || before.is_some_and(ends) {
        return true;
    }
    if known.kind != EntityType::Company
        || !reading.folded[known.start..known.end].is_ascii()
        || is_part_of_longer(reading, known)
    {
        return false;
    }
    const JOINTS: [&str; 3] = [" and ", ", and ", " & "];
    let (left, right) = (&reading.folded[..known.start], &reading.folded[known.end..]);
    JOINTS.iter().any(|joint| {
        right.starts_with(joint) && starts(known.end + joint.len())
            || left.ends_with(joint) && ends(known.start - joint.len())
    })
}

/// Orange County, Bill Gates, Harvey Weinstein: a capitalised word before or behind, so that the name is a part.
fn is_part_of_longer(reading: &Reading, known: &KnownName) -> bool {
    let capital = |word: &str| word.starts_with(|c: char| c.is_uppercase());
    let next = reading.folded[known.end..].strip_prefix(' ').unwrap_or("");
    if capital(next) {
        return true;
    }
    let before = reading.folded[..known.start].strip_suffix(' ').unwrap_or("");
    let word = before.rsplit([' ', '\n']).next().unwrap_or("");
    capital(word) && word.ends_with(|c: char| c.is_alphabetic()) && !reading.is_in("before_latin_firm", &lowered(word))
}

/// Block cut about 900 jobs, startup Harvey, Cruise, the robotaxi unit: what English says of firms only.
fn latin_deed(reading: &Reading, known: &KnownName, sure: &Sure) -> bool {
    let folded = reading.folded;
    let after = past_space(reading, known.end);
    let post = |at: usize| {
        reading
            .role_starting(at)
            .is_some_and(|role| !role.ambiguous && latin::is_firms_post(reading, &role))
    };
    let before = folded[..known.start].trim_end_matches(' ').len();
    // Ripple chief executive Brad Garlinghouse: the post may be in capitals, too.
    if after > known.end && post(after) && before_fits(reading, known) {
        return true;
    }
    if is_part_of_longer(reading, known) || sure.others.1.contains(&before) {
        return false;
    }
    let framed = before < known.start && reading.precedes("english_company_before", before)
        || reading.follows("english_company_after", known.end)
        || after > known.end && reading.follows("english_company_after", after)
        || apposed(reading, known.end);
    if framed {
        return true;
    }
    if after == known.end || !reading.follows("firm_verb", after) {
        return false;
    }
    // At the head of a sentence every word has a capital: Cut … is no firm's verb there unless a firm is spoken of.
    let heads = reading
        .sentence_at(known.start)
        .is_none_or(|sentence| folded[sentence.start..known.start].trim_start().is_empty());
    !heads || !reading.follows("weak_firm_verb", after) || names_a_firm(reading, known)
}

/// No capitalised word directly before that isn't a word for firms.
fn before_fits(reading: &Reading, known: &KnownName) -> bool {
    let before = reading.folded[..known.start].strip_suffix(' ').unwrap_or("");
    let word = before.rsplit([' ', '\n']).next().unwrap_or("");
    !word.starts_with(|c: char| c.is_uppercase())
        || !word.ends_with(|c: char| c.is_alphabetic())
        || reading.is_in("before_latin_firm", &lowered(word))
}

/// `, the robotaxi unit`: an article, up to three words in small letters, and a noun for firms.
fn apposed(reading: &Reading, end: usize) -> bool {
    let rest = &reading.lower[end..];
    let Some(rest) = [", the ", ", a ", ", an "]
        .iter()
        .find_map(|mark| rest.strip_prefix(mark))
    else {
        return false;
    };
    let folded = &reading.folded[reading.folded.len() - rest.len()..];
    folded
        .split(' ')
        .take(4)
        .take_while(|word| word.starts_with(|c: char| c.is_lowercase() || c == '$'))
        .any(|word| reading.is_in("firm_noun", word.trim_end_matches([',', '.'])))
}

/// `, the fertilizer company said` at the end of the sentence that the name heads.
fn names_a_firm(reading: &Reading, known: &KnownName) -> bool {
    let Some(sentence) = reading.sentence_at(known.start) else {
        return false;
    };
    reading.folded[known.end..sentence.end]
        .match_indices(", the ")
        .any(|(at, _)| apposed(reading, known.end + at))
}
