//! What a sentence that leaves its subject out goes on about.
//!
//! Chinese news drops a subject once it is set: 特斯拉公布业绩……营收249亿美元，同比下滑3%. Candidates are mentions at the
//! beginning of a clause, first in the sentence itself, then in those before it, then the article's own subject.

use super::pattern::Reach;
use super::reader::Input;
use super::skeleton::{Depth, Item, Skeletons};
use crate::entity::{EntityType, Origin, is_brought_forth};
use crate::text::is_within_quotation;
use std::cell::OnceCell;
use std::ops::Range;

/// Sentences back in which a left-out subject is sought before the article's own subject is taken.
const REACH: usize = 3;

/// Most skeleton characters between a clause's beginning and a subject (连词, adverbs, attributes).
const LEAD: usize = 10;

/// See the module.
#[derive(Debug, Default)]
pub struct Topics<'a> {
    /// By sentence: mentions that stand where subjects stand, in order
    subjects: Vec<Vec<usize>>,
    /// Entities by how much the article is about them, most first
    prominent: Vec<usize>,
    /// Verbs after which something new is named
    introducing: &'a [String],
    /// By mention: whether such a verb stands before it, once that was asked
    brought: Vec<OnceCell<bool>>,
    /// Verbs of saying, in lower case
    says: &'a [String],
}

/// Most bytes between a speaker and the verb of saying.
const SPEAKS: usize = 60;

/// Most bytes between a firm and a person whose post there stands between them.
const POST: usize = 48;

/// The firm or organization of the post that a person's mention follows.
fn employer(input: &Input<'_>, person: usize) -> Option<usize> {
    let mentions = &input.found.mentions;
    let org = person.checked_sub(1)?;
    let (before, after) = (&mentions[org], &mentions[person]);
    let between = input.text.folded().get(before.end..after.start)?;
    let posted = input
        .found
        .roles
        .get(input.found.roles.partition_point(|role| role.start < before.end))
        .is_some_and(|role| role.end <= after.start);
    (after.kind == EntityType::Person
        && matches!(before.kind, EntityType::Company | EntityType::Organization)
        && posted
        && between.len() <= POST
        && !between.contains([',', ';', ':', '。', '\n']))
    .then_some(org)
}

impl<'a> Topics<'a> {
    pub(super) fn new(
        input: &Input<'_>,
        skeletons: &[Skeletons],
        not_subject: &[String],
        not_topics: &[String],
        topic_verbs: &[String],
        introducing: &'a [String],
        says: &'a [String],
    ) -> Topics<'a> {
        let mentions = &input.found.mentions;
        let subjects: Vec<Vec<usize>> = skeletons
            .iter()
            .map(|skeletons| {
                let skeleton = skeletons.at(Depth::Heads);
                let mut out = Vec::new();
                for (at, item) in skeleton.items_in(0..skeleton.text.len()) {
                    let Item::Mentions(list) = item else { continue };
                    let before = &skeleton.text[..at];
                    let lead = &before[before.rfind([',', ';', ':', '。', '“', '!', '?']).map_or(0, |i| i)..];
                    // 36氪获悉, 红杉中国跟投: who brings the news or the money isn't whom it is about.
                    let after = &skeleton.text[at + skeleton.text[at..].chars().next().map_or(0, char::len_utf8)..];
                    // 情感交互机器人企业“首形科技”完成…: a long attribute before what is said to do something.
                    let does = || topic_verbs.iter().any(|word| after.starts_with(word.as_str()));
                    let subject = if lead.chars().count() <= LEAD {
                        !not_subject.iter().any(|word| lead.contains(word.as_str()))
                    } else {
                        does() && !not_subject.iter().any(|word| lead.ends_with(word.as_str()))
                    };
                    // 老股东|腾讯 is a post and a firm to the skeleton.
                    let head = list.first().map_or("", |&m| &input.text.folded()[..mentions[m].start]);
                    let beside = not_subject
                        .iter()
                        .any(|word| word.chars().nth(1).is_some() && head.ends_with(word.as_str()));
                    if subject
                        && !beside
                        && !not_topics.iter().any(|word| after.starts_with(word.as_str()))
                        && let Some(&first) = list.first()
                    {
                        // 京东创始人刘强东: the firm whose post it is goes on, too.
                        out.extend(employer(input, first));
                        out.push(first);
                    }
                }
                out
            })
            .collect();
        let mut weight = vec![0u32; input.found.entities.len()];
        let title_end = input.text.folded().find('\n').unwrap_or(0);
        for mention in mentions {
            if mention.origin != Origin::Anaphor {
                weight[mention.entity] += if mention.start < title_end { 3 } else { 1 };
            }
        }
        let mut first = vec![usize::MAX; weight.len()];
        for mention in mentions.iter().rev() {
            first[mention.entity] = mention.start;
        }
        let mut prominent: Vec<usize> = (0..weight.len()).filter(|&e| weight[e] > 0).collect();
        prominent.sort_by_key(|&e| (std::cmp::Reverse(weight[e]), first[e]));
        Topics {
            subjects,
            prominent,
            introducing,
            brought: vec![OnceCell::new(); mentions.len()],
            says,
        }
    }

    /// The mention that fills a subject left out before byte `at` of sentence `sentence`.
    pub(super) fn resolve(
        &self,
        input: &Input<'_>,
        sentence: usize,
        at: usize,
        types: &[EntityType],
        reach: Reach,
    ) -> Option<usize> {
        let mentions = &input.found.mentions;
        match reach {
            Reach::Home => return None,
            Reach::Quote if types == [EntityType::Person] => return self.speaker(input, sentence),
            Reach::Quote => return named_in_quotation(input, sentence, types),
            _ => {}
        }
        if reach == Reach::Main {
            return self.main(input, at, types);
        }
        if reach == Reach::Colon {
            return self.before_colon(input, sentence, types);
        }
        // What a clause has just brought in is what the next goes on about: 推出R1模型,在MATH上达77.5%.
        let here = input.sentences[sentence].start;
        let named = mentions.partition_point(|m| m.start < here)..mentions.partition_point(|m| m.start < at);
        if let Some(introduced) = self.introduced(input, here, named.filter(|&m| types.contains(&mentions[m].kind)), at)
        {
            return Some(introduced);
        }
        let fits = |m: &&usize| types.contains(&mentions[**m].kind);
        let here = self.subjects[sentence]
            .iter()
            .filter(|m| mentions[**m].start < at)
            .rfind(fits);
        if let Some(&mention) = here {
            return Some(mention);
        }
        // Of a person anything goes on that isn't said of another: 创办人为梁文锋,1985年出生.
        let start = input.sentences[sentence].start;
        let named = mentions.partition_point(|m| m.start < start)..mentions.partition_point(|m| m.start < at);
        if let Some(person) = named
            .rev()
            .find(|m| types == [EntityType::Person] && mentions[*m].kind == EntityType::Person)
        {
            return Some(person);
        }
        if reach == Reach::Sentence {
            return None;
        }
        let paragraph = input.sentences[sentence].paragraph;
        for before in (0..sentence).rev().take(REACH) {
            let same = input.sentences[before].paragraph == paragraph;
            // A short line over a paragraph is its heading.
            let heading = input.sentences[before].paragraph + 2 >= paragraph
                && input.sentences[before].end - input.sentences[before].start < 150;
            let previous = reach == Reach::Previous && input.sentences[before].paragraph + 2 >= paragraph;
            if !(same || heading || previous) {
                break;
            }
            if let Some(&mention) = self.subjects[before].iter().find(fits) {
                return Some(mention);
            }
        }
        if matches!(reach, Reach::Paragraph | Reach::Previous) {
            None
        } else {
            self.main(input, at, types)
        }
    }

    /// 马斯克表示:⏎“…”: who speaks in the sentence before, which a colon ends.
    fn before_colon(&self, input: &Input<'_>, sentence: usize, types: &[EntityType]) -> Option<usize> {
        let before = sentence.checked_sub(1)?;
        let here = &input.sentences[before];
        if !input.text.folded()[here.start..here.end].ends_with(':') {
            return None;
        }
        let mentions = &input.found.mentions;
        let fits = |m: &&usize| types.contains(&mentions[**m].kind);
        self.subjects[before].iter().find(fits).copied()
    }

    /// Who says what is still being quoted: named beside a verb of saying in a sentence before, of this paragraph or of
    /// the one before it.
    fn speaker(&self, input: &Input<'_>, sentence: usize) -> Option<usize> {
        let folded = input.text.folded();
        let mentions = &input.found.mentions;
        let paragraph = input.sentences[sentence].paragraph;
        for before in (0..sentence).rev().take(REACH) {
            let here = &input.sentences[before];
            if here.paragraph + 2 < paragraph {
                break;
            }
            let named =
                mentions.partition_point(|m| m.start < here.start)..mentions.partition_point(|m| m.start < here.end);
            let line = input.sentences[..before]
                .iter()
                .rfind(|other| other.paragraph != here.paragraph)
                .map_or(0, |other| other.end);
            for m in named {
                let mention = &mentions[m];
                if mention.kind != EntityType::Person || is_within_quotation(&folded[line..mention.start]) {
                    continue;
                }
                let after = &folded[mention.end..here.end];
                let after = &after[..after.find(['"', '“', '”']).unwrap_or(after.len())];
                let said_after = after
                    .split(|c: char| !c.is_alphabetic())
                    .scan(0, |length, word| {
                        *length += word.len() + 1;
                        Some((*length, word))
                    })
                    .take_while(|(length, _)| *length <= SPEAKS)
                    .any(|(_, word)| self.says.iter().any(|verb| verb == word));
                let lead = folded[here.start..mention.start].trim_end_matches(' ');
                let said_before = lead.rfind(['"', '”']).is_some_and(|close| {
                    lead.len() - close <= SPEAKS
                        && lead[close..]
                            .split(|c: char| !c.is_alphabetic())
                            .any(|word| self.says.iter().any(|verb| verb == word))
                });
                if said_after || said_before {
                    return Some(m);
                }
            }
        }
        None
    }

    /// The last of these mentions that a verb of bringing forth (推出, 成立) stands before, unless a clause that begins
    /// with another subject follows.
    fn introduced(
        &self,
        input: &Input<'_>,
        sentence_start: usize,
        named: impl DoubleEndedIterator<Item = usize>,
        at: usize,
    ) -> Option<usize> {
        let mentions = &input.found.mentions;
        let last = named.rev().find(|&m| {
            *self.brought[m].get_or_init(|| {
                is_brought_forth(
                    input.text.folded(),
                    sentence_start,
                    mentions[m].start,
                    self.introducing.iter(),
                )
            })
        })?;
        let overtaken = self
            .subjects
            .iter()
            .flatten()
            .any(|&m| mentions[m].start > mentions[last].end && mentions[m].end <= at);
        (!overtaken).then_some(last)
    }

    /// The nearest mention of the entity of these types that the article is most about.
    fn main(&self, input: &Input<'_>, at: usize, types: &[EntityType]) -> Option<usize> {
        let mentions = &input.found.mentions;
        let entity = self
            .prominent
            .iter()
            .copied()
            .find(|&e| types.contains(&input.found.entities[e].kind))?;
        (0..mentions.len())
            .filter(|&m| mentions[m].entity == entity)
            .min_by_key(|&m| mentions[m].start.abs_diff(at))
    }

    /// The mention of an entity nearest to a span; the span itself where one stands in it.
    pub(super) fn nearest_mention(&self, input: &Input<'_>, entity: usize, span: &Range<usize>) -> Range<usize> {
        input
            .found
            .mentions
            .iter()
            .filter(|m| m.entity == entity)
            .min_by_key(|m| {
                if m.start >= span.start && m.end <= span.end {
                    0
                } else if m.end <= span.start {
                    span.start - m.end + 1
                } else {
                    2 * (m.start.saturating_sub(span.end)) + 1
                }
            })
            .map_or_else(|| span.clone(), |m| m.start..m.end)
    }
}

/// What the words that are still being quoted named in a sentence of this paragraph before.
fn named_in_quotation(input: &Input<'_>, sentence: usize, types: &[EntityType]) -> Option<usize> {
    let folded = input.text.folded();
    let mentions = &input.found.mentions;
    let here = &input.sentences[sentence];
    let first = input.sentences[..sentence]
        .iter()
        .rposition(|other| other.paragraph != here.paragraph)
        .map_or(0, |i| i + 1);
    let line = input.sentences[first].start;
    let named = mentions.partition_point(|m| m.start < line)..mentions.partition_point(|m| m.start < here.start);
    named
        .filter(|&m| types.contains(&mentions[m].kind))
        .find(|&m| is_within_quotation(&folded[line..mentions[m].start]))
}
