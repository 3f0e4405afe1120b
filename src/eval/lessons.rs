//! Annotated sets as lessons for the tagger ([`crate::entity::tagger`]).
//!
//! CLUENER, BMES and IOB2 files mark every name of their types; a pair of FinRE and a triple of DuIE only name some of
//! those in their sentence. `lexicon/eval/lessons.tsv` says what the labels are. Real text without annotation gives
//! lessons too: what the lexicon is sure of ([`of_text`]).

use super::spans::Sentence;
use super::{GoldError, bmes, cluener, iob2, table};
use crate::entity::tagger::KINDS;
use crate::entity::tagger::train::{Lesson, Marked};
use crate::entity::{EntityType, Origin};
use crate::extract::Insight;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

const LABELS: (&str, &str) = (
    "lexicon/eval/lessons.tsv",
    include_str!("../../lexicon/eval/lessons.tsv"),
);

/// From this sureness on a name of the lexicon is a lesson.
const SURE: f32 = 0.9;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    Cluener,
    Iob2,
    Bmes,
    Finre,
    Duie,
}

impl Set {
    pub const ALL: [(Set, &'static str); 5] = [
        (Set::Cluener, "cluener"),
        (Set::Iob2, "iob2"),
        (Set::Bmes, "bmes"),
        (Set::Finre, "finre"),
        (Set::Duie, "duie"),
    ];
}

/// The types of a label; `None` where nothing is said of such a name.
struct Labels(BTreeMap<String, Option<Vec<EntityType>>>);

impl Labels {
    fn read() -> Result<Labels, GoldError> {
        let (file, content) = LABELS;
        let mut map = BTreeMap::new();
        for (line, [label, types]) in table::rows(file, content)? {
            let types = match types {
                "?" => None,
                types => Some(table::kinds(file, line, types)?),
            };
            map.insert(label.to_owned(), types);
        }
        Ok(Labels(map))
    }

    fn of(&self, label: &str) -> Option<&Vec<EntityType>> {
        self.0.get(label)?.as_ref()
    }
}

/// Reads the lessons of a file's content.
///
/// # Errors
/// A line that can't be read, with its number.
pub fn read(set: Set, file: &str, content: &str) -> Result<Vec<Lesson>, GoldError> {
    let labels = Labels::read()?;
    match set {
        Set::Cluener => Ok(complete(cluener::read(file, content)?, &labels)),
        Set::Iob2 => Ok(complete(iob2::read(file, content)?, &labels)),
        Set::Bmes => Ok(complete(bmes::read(file, content)?, &labels)),
        Set::Finre => finre(file, content, &labels),
        Set::Duie => duie(file, content, &labels),
    }
}

/// Sentences in which every name of the set's types is marked. A type that hardly any sentence has is one that the set
/// marks by chance (the places of Resume): it is taken for untold.
fn complete(sentences: Vec<Sentence>, labels: &Labels) -> Vec<Lesson> {
    let mut counts: BTreeMap<EntityType, usize> = BTreeMap::new();
    for span in sentences.iter().flat_map(|sentence| &sentence.spans) {
        for kind in labels.of(&span.label).into_iter().flatten() {
            *counts.entry(*kind).or_default() += 1;
        }
    }
    let rare = |kind: &EntityType| counts.get(kind).is_none_or(|count| count * 50 < sentences.len());
    let untold: Vec<EntityType> = KINDS.into_iter().filter(rare).collect();
    sentences
        .into_iter()
        .map(|sentence| {
            let (mut names, mut open) = (Vec::new(), Vec::new());
            for span in &sentence.spans {
                match labels.of(&span.label) {
                    Some(kinds) => names.push(Marked {
                        span: span.start..span.end,
                        kinds: kinds.clone(),
                    }),
                    None => open.push(span.start..span.end),
                }
            }
            // A post inside a name or beside it says nothing of the name.
            names.sort_by_key(|name| !name.kinds.is_empty());
            Lesson {
                text: sentence.text,
                names,
                untold: untold.clone(),
                open,
                partial: false,
            }
        })
        .collect()
}

/// FinRE's sentences, the pairs of each together.
fn finre(file: &str, content: &str, labels: &Labels) -> Result<Vec<Lesson>, GoldError> {
    let mut sentences: Vec<(&str, BTreeSet<(&str, &str)>)> = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (i, line) in content.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let cells: Vec<&str> = line.splitn(4, '\t').collect();
        let [head, tail, _, sentence] = cells[..] else {
            return Err(GoldError::new(
                file,
                i + 1,
                "head, tail, relation and sentence are wanted, separated by tabs",
            ));
        };
        let place = *places.entry(sentence).or_insert_with(|| {
            sentences.push((sentence, BTreeSet::new()));
            sentences.len() - 1
        });
        sentences[place].1.extend([(head, "pair"), (tail, "pair")]);
    }
    Ok(sentences
        .into_iter()
        .map(|(sentence, names)| partial(sentence, &names, labels))
        .collect())
}

#[derive(Deserialize)]
struct Row {
    text: String,
    spo_list: Vec<Triple>,
}

#[derive(Deserialize)]
struct Triple {
    subject: String,
    subject_type: String,
    object: Value,
    object_type: Value,
}

#[derive(Deserialize)]
struct Value {
    #[serde(rename = "@value")]
    value: String,
}

fn duie(file: &str, content: &str, labels: &Labels) -> Result<Vec<Lesson>, GoldError> {
    let mut lessons = Vec::new();
    for (i, line) in content.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let row: Row = serde_json::from_str(line)
            .map_err(|e| GoldError::new(file, i + 1, format!("no object with `text` and `spo_list`: {e}")))?;
        let names = row
            .spo_list
            .iter()
            .flat_map(|triple| {
                [
                    (triple.subject.as_str(), triple.subject_type.as_str()),
                    (triple.object.value.as_str(), triple.object_type.value.as_str()),
                ]
            })
            .collect();
        lessons.push(partial(&row.text, &names, labels));
    }
    Ok(lessons)
}

/// A sentence of which some names are known, wherever they stand; the longest first.
fn partial(text: &str, names: &BTreeSet<(&str, &str)>, labels: &Labels) -> Lesson {
    let chars: Vec<char> = text.chars().collect();
    let mut order: Vec<(Vec<char>, &Vec<EntityType>)> = names
        .iter()
        .filter_map(|(name, label)| Some((name.chars().collect::<Vec<char>>(), labels.of(label)?)))
        .filter(|(name, kinds)| name.len() > 1 && !kinds.is_empty())
        .collect();
    order.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut taken = vec![false; chars.len()];
    let mut marked = Vec::new();
    for (name, kinds) in order {
        for start in 0..(chars.len() + 1).saturating_sub(name.len()) {
            let span = start..start + name.len();
            if chars[span.clone()] == name[..] && !taken[span.clone()].contains(&true) {
                taken[span.clone()].fill(true);
                marked.push(Marked {
                    span,
                    kinds: kinds.clone(),
                });
            }
        }
    }
    Lesson {
        text: text.to_owned(),
        names: marked,
        untold: Vec::new(),
        open: Vec::new(),
        partial: true,
    }
}

/// A real text that was read without a tagger: names that the lexicon is sure of. Of what the rules found nothing is said.
#[must_use]
pub fn of_text(insight: &Insight) -> Lesson {
    let (mut names, mut open) = (Vec::new(), Vec::<Range<usize>>::new());
    for mention in &insight.found.mentions {
        let span = insight.text.code_points(mention.start..mention.end);
        match mention.origin {
            Origin::Anaphor => {}
            Origin::Lexicon if mention.score >= SURE => names.push(Marked {
                span,
                kinds: KINDS.into_iter().filter(|kind| *kind == mention.kind).collect(),
            }),
            _ => open.push(span),
        }
    }
    Lesson {
        text: insight.text.source().to_owned(),
        names,
        untold: Vec::new(),
        open,
        partial: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_and_triples_mark_the_longest_names_first() {
        let finre = read(Set::Finre, "f", "海岚\t海岚航运\tunknown\t海岚即海岚航运\n").expect("a record");
        let spans: Vec<Range<usize>> = finre[0].names.iter().map(|name| name.span.clone()).collect();
        assert_eq!(spans, [3..7, 0..2]);
        assert!(finre[0].partial);
        let line = r#"{"text":"李明创立海岚航运","spo_list":[{"subject":"海岚航运","subject_type":"企业","predicate":"创始人","object":{"@value":"李明"},"object_type":{"@value":"人物"}}]}"#;
        let duie = read(Set::Duie, "f", line).expect("a record");
        let kinds: Vec<EntityType> = duie[0].names.iter().map(|name| name.kinds[0]).collect();
        assert_eq!(kinds, [EntityType::Company, EntityType::Person]);
    }

    #[test]
    fn a_type_that_a_set_lacks_is_untold() {
        let lessons = read(Set::Bmes, "f", "李 B-NAME\n明 E-NAME\n任 O\n职 O\n").expect("a sentence");
        assert_eq!(
            lessons[0].untold,
            [EntityType::Company, EntityType::Organization, EntityType::Place]
        );
    }

    #[test]
    fn a_record_that_is_cut_short_is_named() {
        let error = read(Set::Finre, "f", "海岚\t航运\n").expect_err("two cells are missing");
        assert_eq!((error.file.as_str(), error.line), ("f", 1));
    }
}
