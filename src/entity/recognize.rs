//! The room's one function: every layer in turn, then one decision for the whole document.

use super::lexicon::{Labels, Lexicon, TermHit, TermTable};
use super::names::{Drafts, NameSet, Spot};
use super::reading::{KnownName, Reading, is_name_char};
use super::tagger::Tagger;
use super::{Entity, EntityType, Mention, Origin};
use super::{aliases, anaphora, backers, codes, companies, latin, models, persons, support, tagged, wares};
use crate::measure::{Market, Measures};
use crate::text::{Segmenter, Sentence, Text, is_han};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// A mention that came with the document.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Bytes of the folded text.
    pub start: usize,
    pub end: usize,
    pub kind: Option<EntityType>,
    /// The giver's name for the entity: mentions that share it are one entity.
    pub entity: Option<String>,
}

/// What is known of a document beside its text.
#[derive(Debug, Clone)]
pub struct Meta<'a> {
    pub publisher: Option<&'a str>,
    /// BCP 47
    pub language: &'a str,
    pub market: Market,
    /// Where present, exactly these are the mentions.
    pub given: Option<&'a [Given]>,
}

/// A code beside a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingNote {
    /// Index into the mentions: the company.
    pub mention: usize,
    /// `XHKG 700`
    pub listing: String,
    /// The code, in bytes of the folded text.
    pub start: usize,
    pub end: usize,
}

/// The bracket directly after a name that holds its code, its alias or its name in another language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bracket {
    /// Index into the mentions.
    pub mention: usize,
    /// Bytes of the folded text, the bracket's marks included.
    pub start: usize,
    pub end: usize,
}

/// A further name that the text introduced (以下簡稱…).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasNote {
    /// Index into the entities.
    pub entity: usize,
    pub start: usize,
    pub end: usize,
}

/// A post named in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleHit {
    pub start: usize,
    pub end: usize,
    /// Row of the table of roles.
    pub row: usize,
    /// The ontology's name of it.
    pub role: String,
}

/// Everything that a document mentions. All offsets are bytes of the folded text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    pub entities: Vec<Entity>,
    /// Sorted by start. They don't overlap, but 两者 or 双方 gives two mentions of one span, one an entity.
    pub mentions: Vec<Mention>,
    pub listings: Vec<ListingNote>,
    pub brackets: Vec<Bracket>,
    pub aliases: Vec<AliasNote>,
    pub roles: Vec<RoleHit>,
    /// Where forms of the table of metrics stand, sorted by start; what they measure is the next room's question.
    pub metrics: Vec<TermHit>,
}

/// Mentions by name, while references are resolved.
pub(crate) struct Settled {
    pub mentions: Vec<Mention>,
    /// Type of each entity.
    pub kinds: Vec<EntityType>,
    /// Folded names of each entity.
    names: Vec<Vec<String>>,
    /// Starts of names with a code behind them.
    listed: FxHashSet<usize>,
}

impl Settled {
    pub fn covers(&self, start: usize, end: usize) -> bool {
        let index = self.mentions.partition_point(|mention| mention.end <= start);
        self.mentions.get(index).is_some_and(|mention| mention.start < end)
    }

    pub fn company_begins_at(&self, at: usize) -> bool {
        self.mentions
            .binary_search_by_key(&at, |mention| mention.start)
            .is_ok_and(|index| self.mentions[index].kind == EntityType::Company)
    }

    pub fn between(&self, from: usize, to: usize) -> &[Mention] {
        let low = self.mentions.partition_point(|mention| mention.start < from);
        let high = self.mentions.partition_point(|mention| mention.start < to);
        &self.mentions[low..high.max(low)]
    }

    pub fn has_listing(&self, start: usize) -> bool {
        self.listed.contains(&start)
    }

    pub fn bears_one_of(&self, entity: usize, hints: &[String]) -> bool {
        self.names[entity]
            .iter()
            .any(|name| hints.iter().any(|hint| name.contains(hint.as_str())))
    }
}

/// Finds who and what is mentioned in a text. Pure: the same text, lexicon and weights give the same result. Without a
/// tagger only the lexicon and the rules speak.
pub fn recognize(
    lexicon: &Lexicon,
    segmenter: &Segmenter,
    tagger: Option<&Tagger>,
    text: &Text,
    sentences: &[Sentence],
    measures: &Measures,
    meta: &Meta,
) -> Found {
    let reading = Reading::new(lexicon, segmenter, text, sentences, measures, meta);
    let mut drafts = Drafts::default();
    let mut notes = aliases::Notes::default();
    match meta.given {
        Some(given) => take_given(&reading, &mut drafts, given),
        None => {
            known_names(&reading, &mut drafts);
            codes(&reading, &mut drafts);
            aliases::read_brackets(&reading, &mut drafts, &mut notes);
            companies::find(&reading, &mut drafts);
            backers::find(&reading, &mut drafts);
            companies::find_by_frame(&reading, &mut drafts);
            places(&reading, &mut drafts);
            models::find(&reading, &mut drafts);
            wares::find(&reading, &mut drafts);
            latin::find(&reading, &mut drafts);
            persons::find(&reading, &mut drafts);
            aliases::read_persons(&reading, &mut drafts, &mut notes);
            companies::before_posts(&reading, &mut drafts);
            headlines(&reading, &mut drafts);
            short_forms(&reading, &mut drafts);
            cores(&reading, &mut drafts);
            latin::first_words(&reading, &mut drafts);
            support::supported_names(&reading, &mut drafts);
            everywhere(&reading, &mut drafts);
            if let Some(tagger) = tagger {
                tagged::find(&reading, &mut drafts, &mut notes, tagger);
            }
            full_names(&reading, &mut drafts);
        }
    }
    settle(&reading, drafts, notes)
}

fn take_given(reading: &Reading, drafts: &mut Drafts, given: &[Given]) {
    for mention in given {
        let Some(surface) = reading.folded.get(mention.start..mention.end) else {
            continue;
        };
        let known = reading
            .lexicon
            .name_of(surface)
            .map(|id| reading.lexicon.name(id).entries[0]);
        let known_kind = known.map(|entry| reading.lexicon.entries()[entry as usize].kind);
        let kind = mention.kind.or(known_kind).unwrap_or(EntityType::Organization);
        let draft = match (&mention.entity, known) {
            // The giver's identity is a name like any other; no text holds it by chance, as it begins with a mark.
            (Some(name), _) => drafts.of_shape(&format!("\u{1}{name}"), kind, 1.0, Origin::Given),
            (None, Some(entry)) if known_kind == Some(kind) => drafts.of_entry(entry, kind),
            (None, _) => drafts.of_shape(surface, kind, 1.0, Origin::Given),
        };
        drafts.spot(mention.start, mention.end, draft, 1.0, Origin::Given);
    }
}

/// Names that need no support.
fn known_names(reading: &Reading, drafts: &mut Drafts) {
    for known in &reading.known {
        if !known.ambiguous {
            support::add_known(reading, drafts, known, 0.95);
            let surface = &reading.folded[known.start..known.end];
            if known.kind == EntityType::Person
                && surface.is_ascii()
                && let Some(draft) = drafts.of_name(surface)
            {
                latin::add_last_name(reading, drafts, draft, surface);
            }
        }
    }
}

/// 0700.HK升6%: a code that stands for the company.
fn codes(reading: &Reading, drafts: &mut Drafts) {
    for (code, entry) in codes::standing(reading.folded, reading.meta.market, reading.lexicon) {
        let draft = drafts.of_entry(entry, reading.lexicon.entries()[entry as usize].kind);
        drafts.spot(code.start, code.end, draft, 0.9, Origin::Lexicon);
    }
}

/// `赤天化：近期…` at the head of a line: the same name elsewhere with a code, or at the head of the next line.
fn headlines(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    let mut start = 0;
    for line in folded.split('\n') {
        let head = line.trim_start_matches([' ', '*', '#', '·']);
        let from = start + (line.len() - head.len());
        start += line.len() + 1;
        let Some(colon) = head.find(':').filter(|i| *i <= 40) else {
            continue;
        };
        let name = head[..colon].trim_end();
        let count = name.chars().count();
        if !(2..=8).contains(&count)
            || !name.chars().all(is_name_char)
            || !name.chars().any(is_han)
            || reading.likeness(from, from + name.len()) < 0.3
            || reading
                .roles
                .iter()
                .any(|role| role.start >= from && role.end <= from + name.len())
        {
            if let Some(draft) = drafts.of_name(name) {
                drafts.spot(from, from + name.len(), draft, 0.9, Origin::Shape);
            }
            continue;
        }
        if let Some(draft) = drafts.of_name(name) {
            drafts.spot(from, from + name.len(), draft, 0.9, Origin::Shape);
        } else if reading.folded[from + colon..]
            .trim_start_matches([':', ' '])
            .starts_with(['拟', '预'])
            && !reading.is_boundary_word(name)
        {
            let draft = drafts.of_shape(name, EntityType::Company, 0.8, Origin::Shape);
            drafts.spot(from, from + name.len(), draft, 0.8, Origin::Shape);
        }
    }
}

/// 启迪环境 of 启迪环境科技发展股份有限公司: the head of a full name that also stands alone.
fn short_forms(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    let full: Vec<(usize, usize, usize)> = drafts
        .spots
        .iter()
        .filter(|spot| {
            drafts.get(spot.draft).kind == EntityType::Company
                && companies::has_strong_suffix(&folded[spot.start..spot.end], reading)
        })
        .map(|spot| (spot.draft, spot.start, spot.end))
        .collect();
    for (draft, start, end) in full {
        let core = core_of(reading, &folded[start..end]);
        let Some((head, _)) = core.char_indices().nth(3) else {
            continue;
        };
        let window = reading.article_around(start);
        for (i, _) in folded[window.clone()].match_indices(&core[..head]).take(24) {
            let at = window.start + i;
            let common: usize = folded[at..]
                .chars()
                .zip(core.chars())
                .take(8)
                .take_while(|(a, b)| a == b)
                .map(|(c, _)| c.len_utf8())
                .sum();
            let short = &folded[at..at + common];
            // The full name itself, and names that only begin alike.
            if common == core.len() || folded[at..].starts_with(core) || !reading.is_cut(at + common) {
                continue;
            }
            if drafts.of_name(short).is_none()
                && reading.lexicon.name_of(short).is_none()
                && !reading.is_boundary_word(short)
                && reading.is_cut(at)
                && reading.likeness(at, at + common) > 0.4
            {
                drafts.add_name(draft, short);
            }
        }
    }
}

/// 海岚 of 海岚航运: what stands before the weak ending of a new name, where it also stands alone.
fn cores(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    // A core that two names share is short for neither.
    let mut by_core: FxHashMap<&str, Option<usize>> = FxHashMap::default();
    let mut order: Vec<(&str, usize)> = Vec::new();
    for spot in &drafts.spots {
        let draft = drafts.root(spot.draft);
        if drafts.get(draft).kind != EntityType::Company || drafts.get(draft).entry.is_some() {
            continue;
        }
        let Some((core_end, false)) = companies::suffix_ending(reading, spot.end) else {
            continue;
        };
        let core = folded.get(spot.start..core_end).unwrap_or("");
        if !(2..=4).contains(&core.chars().count()) || !core.chars().all(is_han) {
            continue;
        }
        by_core
            .entry(core)
            .and_modify(|known| *known = known.filter(|known| *known == draft))
            .or_insert(Some(draft));
        order.push((core, spot.start));
    }
    let mut found: Vec<(String, usize)> = Vec::new();
    for (core, at) in order {
        let Some(Some(draft)) = by_core.remove(core) else {
            continue;
        };
        if drafts.of_name(core).is_some()
            || reading.lexicon.name_of(core).is_some()
            || reading.is_common(core)
            || reading.lexicon.is_cue(core)
        {
            continue;
        }
        let window = reading.article_around(at);
        let alone = folded[window.clone()].match_indices(core).any(|(i, _)| {
            let (start, end) = (window.start + i, window.start + i + core.len());
            let free = reading.char_before(start).is_none_or(|c| !is_name_char(c));
            let begins = free || reading.boundary_before(start).is_some() || reading.is_cut(start);
            let ends = reading.char_at(end).is_none_or(|c| !is_name_char(c))
                || (free && reading.lexicon.starts_with_cue(&reading.lower[end..]))
                || (reading.is_cut(end)
                    && (reading.lexicon.starts_with_cue(&reading.lower[end..])
                        || reading.role_starting(end).is_some()
                        || reading
                            .segments_in(end, end + 1)
                            .first()
                            .is_some_and(|word| reading.is_boundary_word(word))));
            begins && ends
        });
        if alone {
            found.push((core.to_owned(), draft));
        }
    }
    for (core, draft) in found {
        drafts.add_name(draft, &core);
    }
}

/// 铎川能源集团有限公司 and 铎川能源: a full name and the everyday name that begins it are one company, where the
/// everyday name begins no other full name of the document, or where the lexicon knows it and only a legal form follows.
fn full_names(reading: &Reading, drafts: &mut Drafts) {
    let is_body = |kind| matches!(kind, EntityType::Company | EntityType::Organization);
    // Full names by the everyday name that begins them; `None` where there are several.
    let mut full: FxHashMap<usize, Option<usize>> = FxHashMap::default();
    let mut known: Vec<(usize, u32)> = Vec::new();
    for draft in drafts.roots() {
        let found = drafts.get(draft);
        if found.entry.is_some() || !is_body(found.kind) {
            continue;
        }
        for name in &found.names {
            for (short, by_form) in reading.lexicon.everyday_names(name) {
                // 澄海 may be short for 澄海电讯 already: then it is not for 澄海控股.
                let is_short_alone = |names: &[String]| {
                    let everyday = reading.lexicon.everyday_names(name);
                    names.iter().all(|name| everyday.iter().any(|(short, _)| short == name))
                };
                if let Some(other) = drafts.of_name(short)
                    && other != draft
                    && is_body(drafts.get(other).kind)
                    && drafts.get(other).entry.is_none()
                    && is_short_alone(&drafts.get(other).names)
                {
                    full.entry(other)
                        .and_modify(|one| *one = one.filter(|one| *one == draft))
                        .or_insert(Some(draft));
                }
                let core = core_of(reading, short);
                let is_whole = core.len() == short.len() || name[short.len()..].contains(['集', '股']);
                if by_form
                    && is_whole
                    && let Some(id) = reading.lexicon.name_of(core)
                    && let shared = reading.lexicon.name(id)
                    && let [entry] = shared.entries[..]
                    && !shared.ambiguous
                    && is_body(reading.lexicon.entries()[entry as usize].kind)
                {
                    known.push((draft, entry));
                }
            }
        }
    }
    for (draft, entry) in known {
        let of_entry = drafts.of_entry(entry, reading.lexicon.entries()[entry as usize].kind);
        drafts.merge(of_entry, draft);
    }
    let mut full: Vec<(usize, usize)> = full
        .into_iter()
        .filter_map(|(short, full)| Some((short, full?)))
        .collect();
    full.sort_unstable();
    for (short, full) in full {
        drafts.merge(full, short);
    }
}

/// The name without the places at its head.
fn core_of<'n>(reading: &Reading, name: &'n str) -> &'n str {
    let mut at = 0;
    // The longest place at the head, twice at most (浙江省杭州市).
    for _ in 0..2 {
        let rest = &name[at..];
        let mut ends: Vec<usize> = rest.char_indices().map(|(i, _)| i).skip(2).take(5).collect();
        ends.reverse();
        let Some(end) = ends.into_iter().find(|end| reading.is_place(&rest[..*end])) else {
            break;
        };
        at += end;
        if name[at..].starts_with(['省', '市', '县', '区']) {
            at += '省'.len_utf8();
        }
    }
    &name[at..]
}

/// Every name of every entity wherever it stands.
fn everywhere(reading: &Reading, drafts: &mut Drafts) {
    let names: Vec<(String, usize)> = drafts
        .roots()
        .flat_map(|draft| {
            let found = drafts.get(draft);
            found
                .names
                .iter()
                .map(move |name| (name.clone(), draft))
                .collect::<Vec<_>>()
        })
        .filter(|(name, _)| name.chars().count() >= 2)
        .collect();
    let set = NameSet::new(names);
    let mut spots = Vec::new();
    set.scan(reading.folded, |start, end, draft| {
        if !super::lexicon::has_word_edges(reading.folded, start, end) {
            return;
        }
        // Two characters in the middle of other words are a coincidence.
        if !reading.is_word_fit(start, end) {
            return;
        }
        let known = drafts.get(draft);
        if known.entry.is_some() && support::speaks_against(reading, start, end, known.kind) {
            return;
        }
        spots.push(Spot {
            start,
            end,
            draft,
            score: known.score * 0.95,
            origin: known.origin,
        });
    });
    drafts.spots.extend(spots);
}

/// 浙江省|杭州市|拱墅区: places in a row are one, and a district that the lexicon doesn't know joins them.
fn places(reading: &Reading, drafts: &mut Drafts) {
    let known: Vec<&KnownName> = reading
        .known
        .iter()
        .filter(|known| known.kind == EntityType::Place)
        .collect();
    let mut i = 0;
    while i < known.len() {
        let (start, mut end) = (known[i].start, known[i].end);
        i += 1;
        let mut joined = false;
        if reading.folded[end..].starts_with(['省', '市']) && reading.is_cut(end + 3) {
            end += 3;
            joined = true;
        }
        while let Some(next) = known.get(i).filter(|next| next.start == end) {
            end = next.end;
            joined = true;
            i += 1;
        }
        // 闵行区, 拱墅区: up to three characters and the word for the district, cut off on the right.
        for count in 2..=4 {
            let Some((at, last)) = reading.folded[end..]
                .char_indices()
                .nth(count)
                .map(|(i, _)| i)
                .and_then(|i| {
                    reading.folded[end..end + i]
                        .chars()
                        .next_back()
                        .map(|last| (end + i, last))
                })
            else {
                break;
            };
            let name = &reading.folded[end..at];
            if !name.chars().all(is_han) {
                break;
            }
            let joint = name.starts_with(['和', '与', '及', '等', '在', '的', '或', '、', '其', '各', '这', '该'])
                || reading.role_starting(end).is_some()
                || reading.known_at(end).is_some();
            if matches!(last, '区' | '县' | '市' | '镇' | '州')
                && reading.is_cut(at)
                && !reading.is_common(name)
                && !joint
            {
                end = at;
                joined = true;
                break;
            }
        }
        // 得克萨斯州奥斯汀|市
        if reading.folded[end..].starts_with(['省', '市', '州', '县']) && reading.is_cut(end + '市'.len_utf8()) {
            end += '市'.len_utf8();
            joined = true;
        }
        if joined && end - start <= 60 {
            let draft = drafts.of_shape(&reading.folded[start..end], EntityType::Place, 0.8, Origin::Shape);
            drafts.spot(start, end, draft, 0.8, Origin::Shape);
        }
    }
}

/// Chooses among overlapping spots, and makes entities of what is left.
fn settle(reading: &Reading, mut drafts: Drafts, notes: aliases::Notes) -> Found {
    let mut spots = std::mem::take(&mut drafts.spots);
    // `NYSE: BABA` in its bracket is a code, not a mention.
    let mut codes: Vec<Range<usize>> = notes.listings.iter().map(|(_, _, code)| code.clone()).collect();
    codes.sort_by_key(|code| code.start);
    spots.retain(|spot| {
        let index = codes.partition_point(|code| code.end < spot.end);
        codes.get(index).is_none_or(|code| code.start > spot.start)
    });
    // 某互联网大厂, 董事长兼CEO王军
    spots.retain(|spot| {
        !matches!(spot.origin, Origin::Shape | Origin::Tagger) || !reading.follows("begins_no_name", spot.start)
    });
    // GPGPU创新企业“行云”: what kind of firm it is, not another.
    spots.retain(|spot| {
        spot.origin == Origin::Lexicon
            || drafts.get(spot.draft).kind != EntityType::Company
            || !reading
                .lexicon
                .surroundings("company_before")
                .begins(&reading.lower[spot.end..])
                .is_some_and(|length| reading.folded[spot.end + length..].starts_with(['“', '「']))
    });
    // The longest wins; of equals the surer.
    spots.sort_by(|a, b| {
        (b.end - b.start)
            .cmp(&(a.end - a.start))
            .then(b.score.total_cmp(&a.score))
            .then(a.start.cmp(&b.start))
            .then(a.draft.cmp(&b.draft))
    });
    let mut taken: Vec<Spot> = Vec::new();
    let mut covered = vec![false; reading.folded.len()];
    for spot in spots {
        if covered[spot.start..spot.end].iter().any(|c| *c) {
            continue;
        }
        covered[spot.start..spot.end].iter_mut().for_each(|c| *c = true);
        taken.push(spot);
    }
    taken.sort_by_key(|spot| spot.start);

    // Entities in order of their first mention.
    let mut numbers: FxHashMap<usize, usize> = FxHashMap::default();
    let mut order: Vec<usize> = Vec::new();
    let mut mentions = Vec::with_capacity(taken.len());
    for spot in &taken {
        let root = drafts.root(spot.draft);
        let entity = *numbers.entry(root).or_insert_with(|| {
            order.push(root);
            order.len() - 1
        });
        let kind = drafts.get(root).kind;
        mentions.push(Mention {
            start: spot.start,
            end: spot.end,
            entity,
            kind,
            score: spot.score,
            origin: spot.origin,
        });
    }
    let kinds: Vec<EntityType> = order.iter().map(|&draft| drafts.get(draft).kind).collect();
    let names = order.iter().map(|&draft| drafts.get(draft).names.clone()).collect();
    let listed = notes.listings.iter().map(|(name, _, _)| name.start).collect();
    let mut settled = Settled {
        mentions,
        kinds,
        names,
        listed,
    };
    if reading.meta.given.is_none() {
        anaphora::resolve(reading, &mut settled);
    }
    let mentions = settled.mentions;
    let mut by_entity: Vec<Vec<&Mention>> = vec![Vec::new(); order.len()];
    for mention in mentions.iter().filter(|mention| mention.origin != Origin::Anaphor) {
        by_entity[mention.entity].push(mention);
    }
    let entities = order
        .iter()
        .zip(&by_entity)
        .map(|(&draft, mentions)| entity(reading, &drafts, draft, mentions))
        .collect();
    let mention_at = |name: &Range<usize>| {
        let index = mentions.partition_point(|mention| mention.start < name.start);
        mentions
            .get(index)
            .filter(|mention| mention.start == name.start && mention.end == name.end)
            .map(|_| index)
    };
    let listings = notes
        .listings
        .iter()
        .filter_map(|(name, listing, code)| {
            let mention = mention_at(name)?;
            Some(ListingNote {
                mention,
                listing: listing.clone(),
                start: code.start,
                end: code.end,
            })
        })
        .collect();
    let brackets = notes
        .brackets
        .iter()
        .filter_map(|(name, bracket)| {
            let mention = mention_at(name)?;
            Some(Bracket {
                mention,
                start: bracket.start,
                end: bracket.end,
            })
        })
        .collect();
    let aliases = notes
        .aliases
        .iter()
        .filter_map(|(draft, span)| {
            let entity = *numbers.get(&drafts.root(*draft))?;
            Some(AliasNote {
                entity,
                start: span.start,
                end: span.end,
            })
        })
        .collect();
    let roles = reading
        .roles
        .iter()
        .filter_map(|hit| {
            let role = reading.lexicon.term(TermTable::Roles, hit.row)?.name.clone();
            Some(RoleHit {
                start: hit.start,
                end: hit.end,
                row: hit.row,
                role,
            })
        })
        .collect();
    Found {
        entities,
        mentions,
        listings,
        brackets,
        aliases,
        roles,
        metrics: reading.metrics.clone(),
    }
}

fn entity(reading: &Reading, drafts: &Drafts, draft: usize, mentions: &[&Mention]) -> Entity {
    let found = drafts.get(draft);
    let mut names: Vec<String> = Vec::new();
    let mut listings = Vec::new();
    let mut identifiers = Vec::new();
    let mut label = None;
    let entry = found.entry.map(|entry| &reading.lexicon.entries()[entry as usize]);
    if let Some(entry) = entry {
        let Labels { hant, hans, en } = entry.labels();
        let labels = [hant, hans, en];
        label = labels.iter().find_map(|label| (*label).clone());
        for name in labels
            .into_iter()
            .flatten()
            .chain(entry.names.iter().map(|name| &name.text))
        {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        listings = entry.listings.clone();
        identifiers = entry.identifiers.clone();
    }
    for mention in mentions {
        let surface = reading.text.source_slice(mention.start..mention.end);
        if !names.iter().any(|name| name == surface) {
            names.push(surface.to_owned());
        }
    }
    for listing in &found.listings {
        if !listings.contains(listing) {
            listings.push(listing.clone());
        }
    }
    let label = label
        .or_else(|| names.iter().max_by_key(|name| name.chars().count()).cloned())
        .unwrap_or_default();
    Entity {
        key: entry.map(|entry| entry.key.clone()),
        kind: found.kind,
        label,
        names,
        listings,
        identifiers,
    }
}
