//! Pronouns and shorthands (公司, 该行, 他, the company) and what they refer to.

use super::lexicon::{AnaphorForm, Manner, has_word_edges};
use super::reading::Reading;
use super::recognize::Settled;
use super::{EntityType, Mention, Origin};
use crate::text::{is_han, is_within_quotation, occurrences};

/// 尤其, 土耳其 …
const NOT_BEFORE_QI: &[char] = &['尤', '极', '与', '耳', '何', '莫', '及', '若', '在'];

/// Bytes from a paragraph's beginning to the company that it is about (11月7日晚间，…（301689.SZ）公告).
const HEAD: usize = 60;

/// How far back a reference may reach, in sentences.
const REACH: usize = 6;

/// An occurrence of an anaphor's form.
struct Site<'a> {
    start: usize,
    end: usize,
    form: &'a AnaphorForm,
}

/// Adds the mentions by reference to those by name. `settled.mentions` must be sorted; the result is too.
///
/// 两者 and 双方 give two mentions of one span, one an entity.
pub(crate) fn resolve(reading: &Reading, settled: &mut Settled) {
    let sites = sites(reading, settled);
    if sites.is_empty() {
        return;
    }
    let main = main_company(reading, settled);
    let mut added: Vec<Mention> = Vec::new();
    for site in &sites {
        // What is named only later isn't referred back to.
        let main = main.filter(|(_, first)| *first < site.start).map(|(entity, _)| entity);
        let found = antecedents(reading, settled, &added, site, main);
        for entity in found {
            added.push(Mention {
                start: site.start,
                end: site.end,
                entity,
                kind: settled.kinds[entity],
                score: match site.form.manner {
                    Manner::Definite | Manner::Own => 0.8,
                    Manner::Bare => 0.75,
                    Manner::Pronoun | Manner::Pair | Manner::Former | Manner::Latter => 0.65,
                },
                origin: Origin::Anaphor,
            });
        }
    }
    settled.mentions.extend(added);
    settled
        .mentions
        .sort_by_key(|mention| (mention.start, mention.end, mention.entity));
}

fn sites<'a>(reading: &Reading<'a>, settled: &Settled) -> Vec<Site<'a>> {
    let mut sites: Vec<Site> = Vec::new();
    let anaphors = &reading.lexicon.anaphors;
    reading.lexicon.anaphor_set.scan(&reading.lower, |start, end, index| {
        let form = &anaphors[index];
        // Directly before a name it is in apposition to it.
        let apposed = form.manner == Manner::Bare && settled.company_begins_at(end);
        if !apposed && is_reference(reading, form, start, end) && !settled.covers(start, end) {
            sites.push(Site { start, end, form });
        }
    });
    // 该公司 before 公司, the longer at one place.
    sites.sort_by_key(|site| (site.start, std::cmp::Reverse(site.end)));
    let mut at = 0;
    sites.retain(|site| {
        let keep = site.start >= at;
        if keep {
            at = site.end;
        }
        keep
    });
    sites
}

fn is_reference(reading: &Reading, form: &AnaphorForm, start: usize, end: usize) -> bool {
    let folded = reading.folded;
    if form.form.is_ascii() {
        return has_word_edges(folded, start, end) && !folded[end..].starts_with('\'');
    }
    let after = &folded[end..];
    let before = reading.char_before(start);
    match form.form.as_str() {
        "其" => {
            !reading.follows("not_after_qi", end)
                && !before.is_some_and(|c| NOT_BEFORE_QI.contains(&c) && !reading.is_cut(start))
                && reading.is_cut(start)
                && reading.is_cut(end)
        }
        "他" | "她" | "它" => {
            !after.starts_with('们')
                && !after.starts_with('国')
                && !after.starts_with('人')
                && before != Some('其')
                && reading.is_cut(start)
        }
        _ if form.manner == Manner::Bare => {
            if reading.follows("not_after_bare", end) {
                return false;
            }
            // An ending of a name or a kind of company: 上市公司, 控股集团, 多家公司.
            match before {
                // 公司新闻, 公司公告: a heading.
                _ if reading.line_end(end) - reading.line_start(start) <= 30 => false,
                None => true,
                Some(c) if !is_han(c) => {
                    !c.is_alphanumeric() && !matches!(c, '”' | '》' | ')') || reading.is_measured(start - 1)
                }
                Some(c) => {
                    let word = reading.segments_in(start - c.len_utf8(), start);
                    reading.is_cut(start) && word.last().is_some_and(|word| reading.is_in("before_bare", word))
                        || reading.is_measured(start - c.len_utf8())
                }
            }
        }
        // 该行 isn't in 该行业.
        _ => reading.is_cut(end) && !["业", "为", "动", "政"].iter().any(|next| after.starts_with(next)),
    }
}

/// The company that the article is about, and where it is first named: the title's first, otherwise the one with most
/// mentions.
fn main_company(reading: &Reading, settled: &Settled) -> Option<(usize, usize)> {
    let title_end = reading.line_end(0);
    let is_company = |mention: &&Mention| mention.kind == EntityType::Company;
    let mut counts = vec![0usize; settled.kinds.len()];
    for mention in settled.mentions.iter().filter(is_company) {
        counts[mention.entity] += 1;
    }
    let titled = settled
        .mentions
        .iter()
        .filter(|mention| mention.end <= title_end)
        .find(is_company);
    // 新希望孵化具身智能公司: of a firm that the title only describes the body speaks far more often.
    let others = counts.iter().copied().max().unwrap_or(0);
    if let Some(mention) = titled.filter(|mention| others < 3 || others < 2 * counts[mention.entity]) {
        return Some((mention.entity, mention.start));
    }
    let most = counts.iter().copied().max().filter(|count| *count > 0)?;
    let entity = counts.iter().position(|count| *count == most)?;
    let first = settled.mentions.iter().find(|mention| mention.entity == entity)?;
    Some((entity, first.start))
}

fn antecedents(
    reading: &Reading,
    settled: &Settled,
    added: &[Mention],
    site: &Site,
    main: Option<usize>,
) -> Vec<usize> {
    let index = reading.sentences.partition_point(|sentence| sentence.end <= site.start);
    let Some(sentence) = reading.sentences.get(index) else {
        return Vec::new();
    };
    let fits = |mention: &&Mention| site.form.kinds.contains(&mention.kind);
    let hinted = |entity: usize| site.form.hints.is_empty() || settled.bears_one_of(entity, &site.form.hints);
    let before = |from: usize, to: usize| settled.between(from, to).iter().filter(fits);
    let paragraph = reading.line_start(site.start);
    match site.form.manner {
        Manner::Pair => last_two(reading, settled, site, index).into_iter().flatten().collect(),
        Manner::Former => last_two(reading, settled, site, index)
            .map(|[first, _]| first)
            .into_iter()
            .collect(),
        Manner::Latter => {
            let from = reading.sentences[index.saturating_sub(1)].start.max(paragraph);
            before(from, site.start)
                .next_back()
                .map(|mention| mention.entity)
                .into_iter()
                .collect()
        }
        Manner::Pronoun if site.form.kinds == [EntityType::Person] => {
            let from = reading.sentences[index.saturating_sub(REACH)].start;
            let nearest = || before(from, site.start).next_back().map(|mention| mention.entity);
            actor_before(reading, settled, added, site, index)
                .or_else(nearest)
                .into_iter()
                .collect()
        }
        Manner::Own | Manner::Bare => {
            // Announcements: the paragraph's company is the one with the code or the one it begins with. One that
            // comes up in its middle (她将转投港澜地产) is not.
            let heads = |mention: &&Mention| main.is_none() || mention.start - paragraph <= HEAD;
            let with_code = before(paragraph, site.start)
                .filter(heads)
                .find(|mention| settled.has_listing(mention.start));
            // 甲、乙均为公司的客户, 甲与公司签署: who stands before it in its clause is another.
            let paired = ["为", "是", "系", "与", "和", "同"]
                .iter()
                .any(|word| reading.folded[..site.start].ends_with(word));
            let to = if paired {
                reading.clause_start(site.start)
            } else {
                site.start
            };
            let first = || {
                before(paragraph, to)
                    .filter(heads)
                    .find(|mention| !is_oblique(reading, mention))
                    .or(before(paragraph, to).find(heads))
            };
            // 集团主席…。他又透露，集团…: one paragraph means one company by one word.
            let same_word = || {
                let word = &reading.folded[site.start..site.end];
                added
                    .iter()
                    .rev()
                    .take_while(|mention| mention.start >= paragraph)
                    .find(|mention| &reading.folded[mention.start..mention.end] == word)
            };
            with_code
                .or_else(same_word)
                .or_else(first)
                .map(|mention| mention.entity)
                .or_else(|| earlier_in_line(added, paragraph, site))
                .or(main.filter(|main| !paired || settled.between(0, to).iter().any(|mention| mention.entity == *main)))
                .into_iter()
                .collect()
        }
        Manner::Definite | Manner::Pronoun => {
            // The subject of this sentence, else of the ones before it.
            let mut to = site.start;
            for back in 0..=REACH {
                let Some(i) = index.checked_sub(back) else {
                    break;
                };
                let here = &reading.sentences[i];
                if site.form.manner == Manner::Pronoun && here.paragraph != sentence.paragraph {
                    break;
                }
                let mut all: Vec<&Mention> = before(here.start, to)
                    .chain(
                        added
                            .iter()
                            .filter(|m| m.start >= here.start && m.start < to)
                            .filter(fits),
                    )
                    .filter(|mention| hinted(mention.entity) && !is_bystander(reading, mention))
                    .collect();
                if !all.is_empty() {
                    all.sort_by_key(|mention| mention.start);
                    // 月之暗面发布Kimi K2。它取得65.8%, 成立幻方量化，该公司…: what was brought forth, not who did.
                    // (其 is more often of who did.)
                    let brought = all.iter().rfind(|mention| is_brought(reading, here.start, mention));
                    let firm = site.form.manner == Manner::Definite && back == 0;
                    let thing = site.form.form != "其" && back > 0;
                    if let Some(mention) = brought
                        && (if mention.kind == EntityType::Company {
                            firm
                        } else {
                            thing
                        })
                    {
                        return vec![mention.entity];
                    }
                    let chosen = match site.form.manner {
                        // 其 is the nearest that acts in its sentence.
                        Manner::Pronoun if back == 0 => all
                            .iter()
                            .rev()
                            .find(|mention| !is_oblique(reading, mention))
                            .unwrap_or(&all[0]),
                        _ if back == 0 => all
                            .iter()
                            .find(|mention| !is_oblique(reading, mention))
                            .unwrap_or(&all[all.len() - 1]),
                        _ => all
                            .iter()
                            .find(|mention| !is_oblique(reading, mention))
                            .unwrap_or(&all[0]),
                    };
                    return vec![chosen.entity];
                }
                to = here.start;
            }
            // Without a hinted one, any that fits where the word leaves one type only (该行 of 大摩).
            if !site.form.hints.is_empty() && site.form.kinds.len() == 1 {
                let from = reading.sentences[index.saturating_sub(2)].start;
                if let Some(mention) = before(from, site.start).next() {
                    return vec![mention.entity];
                }
            }
            match site.form.kinds.as_slice() {
                [EntityType::Company] if site.form.manner == Manner::Definite => main.into_iter().collect(),
                _ => Vec::new(),
            }
        }
    }
}

/// He, she: who acts in the sentence or in the ones before, rather than who was named last (Putin said that Trump tries.
/// He added). Nobody within a quotation is meant by who tells of it.
fn actor_before(
    reading: &Reading,
    settled: &Settled,
    added: &[Mention],
    site: &Site,
    sentence: usize,
) -> Option<usize> {
    if !matches!(&reading.lower[site.start..site.end], "he" | "she") || in_quotes(reading, site.start) {
        return None;
    }
    // “…,” he said
    let quoted = reading.folded[..site.start].trim_end_matches(' ').ends_with(['"', '”']);
    for back in usize::from(quoted)..=REACH {
        let here = reading.sentences.get(sentence.checked_sub(back)?)?;
        let to = here.end.min(site.start);
        let spoken = added.iter().filter(|m| m.start >= here.start && m.start < to);
        let mut persons: Vec<&Mention> = settled
            .between(here.start, to)
            .iter()
            .chain(spoken)
            .filter(|m| m.kind == EntityType::Person && !in_quotes(reading, m.start))
            .collect();
        persons.sort_by_key(|m| m.start);
        let opens = |m: &Mention| {
            !reading.folded[here.start..m.start].contains(',')
                && reading.folded[m.end..].starts_with(", ")
                && !is_oblique(reading, m)
        };
        if let Some(actor) = persons.iter().find(|m| acts(reading, m) || opens(m)) {
            return Some(actor.entity);
        }
        if !persons.is_empty() {
            return None;
        }
    }
    None
}

/// Whether a verb stands behind a person's name, or one of saying before it.
fn acts(reading: &Reading, mention: &Mention) -> bool {
    let rest = &reading.folded[mention.end..];
    let verb = rest.strip_prefix(' ').is_some_and(|rest| {
        let word = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or("");
        word.starts_with(|c: char| c.is_lowercase()) && !reading.is_in("no_verb", word)
    });
    let before = &reading.lower[..mention.start];
    verb || before.ends_with(" said ") || before.ends_with(" says ")
}

/// Whether a place of its paragraph is within a quotation.
fn in_quotes(reading: &Reading, at: usize) -> bool {
    is_within_quotation(&reading.folded[reading.line_start(at)..at])
}

/// The two entities of one type that were named last, in their order.
fn last_two(reading: &Reading, settled: &Settled, site: &Site, sentence: usize) -> Option<[usize; 2]> {
    let paragraph = reading.line_start(site.start);
    let from = reading.sentences[sentence.saturating_sub(2)].start.max(paragraph);
    let mut last: Option<&Mention> = None;
    let fits = |mention: &&Mention| site.form.kinds.contains(&mention.kind);
    for mention in settled.between(from, site.start).iter().filter(fits).rev() {
        match last {
            None => last = Some(mention),
            Some(last) if last.kind == mention.kind && last.entity != mention.entity => {
                return Some([mention.entity, last.entity]);
            }
            Some(_) => {}
        }
    }
    None
}

fn earlier_in_line(added: &[Mention], paragraph: usize, site: &Site) -> Option<usize> {
    added
        .iter()
        .rev()
        .take_while(|mention| mention.start >= paragraph)
        .find(|mention| site.form.kinds.contains(&mention.kind))
        .map(|mention| mention.entity)
}

/// Bytes between a verb of bringing forth and what it brings forth (发布并开源新一代模型…, launched its second engine …).
const BROUGHT_REACH: usize = 45;

/// Whether one of these verbs stands before byte `start` of a text, in its clause and not before byte `from`.
///
/// Not as a noun in a list (程式设计与推理), and no verb of one character: 推 stands in 推理, too.
pub(crate) fn is_brought_forth<'v>(
    text: &str,
    from: usize,
    start: usize,
    mut verbs: impl Iterator<Item = &'v String>,
) -> bool {
    let mut from = start.saturating_sub(BROUGHT_REACH).max(from);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let clause = text[from..start]
        .rsplit([',', ';', ':', '。', '“'])
        .next()
        .unwrap_or_default();
    verbs.any(|verb| {
        verb.chars().nth(1).is_some()
            && occurrences(clause, verb).any(|i| !clause[i + verb.len()..].starts_with(['与', '和', '及', '、', '等']))
    })
}

/// A model or product behind a verb of bringing forth in its clause, a firm behind one of founding.
fn is_brought(reading: &Reading, sentence: usize, mention: &Mention) -> bool {
    let classes: &[&str] = match mention.kind {
        EntityType::Model | EntityType::Product => &["release", "develop", "open_source"],
        EntityType::Company => &["found"],
        _ => return false,
    };
    let verbs = classes.iter().flat_map(|class| reading.lexicon.cues(class));
    is_brought_forth(&reading.lower, sentence, mention.start, verbs)
}

/// Who brings the news (36氪获悉), put the money up (甲领投, 老股东甲) or brought the two together (甲担任财务顾问).
fn is_bystander(reading: &Reading, mention: &Mention) -> bool {
    reading.cue_at("learns", mention.end)
        || mention.kind == EntityType::Company
            && (reading.cue_at("backs", mention.end) || reading.precedes("backer_before", mention.start))
}

/// A source or a bystander, not the subject: 据X报道, 与X, 向X, with X, in a bracket.
fn is_oblique(reading: &Reading, mention: &Mention) -> bool {
    is_bystander(reading, mention)
        || matches!(
            reading.char_before(mention.start),
            Some('据' | '在' | '与' | '向' | '对' | '和' | '由' | '给' | '从' | '(' | '、' | '《' | '及' | '/')
        )
        || [
            " with ",
            " against ",
            " from ",
            " via ",
            " than ",
            " at ",
            " unlike ",
            " versus ",
        ]
        .iter()
        .any(|word| reading.lower[..mention.start].ends_with(word))
}
