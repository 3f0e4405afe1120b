//! Annotated sets as lessons for the tagger ([`crate::entity::tagger`]).
//!
//! CLUENER, BMES and IOB2 files mark every name of their types; a pair of FinRE and a triple of DuIE only name some of
//! those in their sentence. `lexicon/eval/lessons.tsv` says what the labels are. Real text without annotation gives
//! lessons too: what the lexicon is sure of ([`of_text`]).

use super::spans::{self, Sentence, Span};
use super::{GoldError, Report, bmes, cluener, iob2, table};
use crate::entity::tagger::train::{Lesson, Marked};
use crate::entity::tagger::{KINDS, kind_number};
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

/// The numbers of the built-in tagger's labels that a set's label may be; `None` where nothing is said of such a name.
struct Labels(BTreeMap<String, Option<Vec<usize>>>);

impl Labels {
    fn read() -> Result<Labels, GoldError> {
        let (file, content) = LABELS;
        let mut map = BTreeMap::new();
        for (line, [label, types]) in table::rows(file, content)? {
            let types = match types {
                "?" => None,
                types => Some(numbers(&table::kinds(file, line, types)?)),
            };
            map.insert(label.to_owned(), types);
        }
        Ok(Labels(map))
    }

    fn of(&self, label: &str) -> Option<&Vec<usize>> {
        self.0.get(label)?.as_ref()
    }
}

fn numbers(kinds: &[EntityType]) -> Vec<usize> {
    kinds
        .iter()
        .filter_map(|kind| kind_number(*kind))
        .map(usize::from)
        .collect()
}

/// Sentences in which every name is marked, with the set's own labels.
///
/// # Errors
/// A line that can't be read, with its number. A set that doesn't mark every name has no sentences of this kind: `None`.
pub fn sentences(set: Set, file: &str, content: &str) -> Result<Option<Vec<Sentence>>, GoldError> {
    match set {
        Set::Cluener => cluener::read(file, content).map(Some),
        Set::Iob2 => iob2::read(file, content).map(Some),
        Set::Bmes => bmes::read(file, content).map(Some),
        Set::Finre | Set::Duie => Ok(None),
    }
}

/// Scores what was found in the sentences of a set, as its own scorer does.
#[must_use]
pub fn report(set: Set, file: &str, sentences: &[Sentence], found: &[BTreeSet<Span>]) -> Report {
    match set {
        Set::Cluener => cluener::compare(file, sentences, found),
        _ => spans::report(file, sentences, found),
    }
}

/// The labels that sentences use, sorted.
#[must_use]
pub fn labels_of<'a>(sentences: impl IntoIterator<Item = &'a Sentence>) -> Vec<String> {
    let labels: BTreeSet<&str> = sentences
        .into_iter()
        .flat_map(|sentence| sentence.spans.iter().map(|span| span.label.as_str()))
        .collect();
    labels.into_iter().map(str::to_owned).collect()
}

/// A sentence as a lesson for a tagger with these labels, which are all that it may have.
#[must_use]
pub fn of_sentence(sentence: &Sentence, labels: &[String]) -> Lesson {
    let names = sentence.spans.iter().map(|span| Marked {
        span: span.start..span.end,
        labels: labels
            .iter()
            .position(|label| *label == span.label)
            .into_iter()
            .collect(),
    });
    Lesson {
        text: sentence.text.clone(),
        names: names.collect(),
        untold: Vec::new(),
        open: Vec::new(),
        partial: false,
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

/// Sentences in which every name is marked as lessons for the built-in tagger, in their order.
///
/// # Errors
/// A mistake in the table of labels.
pub fn complete_of(sentences: &[Sentence]) -> Result<Vec<Lesson>, GoldError> {
    Ok(complete(sentences.to_vec(), &Labels::read()?))
}

/// Sentences in which every name of the set's types is marked. A type that hardly any sentence has is one that the set
/// marks by chance (the places of Resume): it is taken for untold.
fn complete(sentences: Vec<Sentence>, labels: &Labels) -> Vec<Lesson> {
    let mut counts = [0; KINDS.len()];
    for span in sentences.iter().flat_map(|sentence| &sentence.spans) {
        for label in labels.of(&span.label).into_iter().flatten() {
            counts[*label] += 1;
        }
    }
    let rare = |label: &usize| counts[*label] == 0 || counts[*label] * 50 < sentences.len();
    let untold: Vec<usize> = (0..KINDS.len()).filter(rare).collect();
    sentences
        .into_iter()
        .map(|sentence| {
            let (mut names, mut open) = (Vec::new(), Vec::new());
            for span in &sentence.spans {
                match labels.of(&span.label) {
                    Some(labels) => names.push(Marked {
                        span: span.start..span.end,
                        labels: labels.clone(),
                    }),
                    None => open.push(span.start..span.end),
                }
            }
            // A post inside a name or beside it says nothing of the name.
            names.sort_by_key(|name| !name.labels.is_empty());
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
    let mut order: Vec<(Vec<char>, &Vec<usize>)> = names
        .iter()
        .filter_map(|(name, label)| Some((name.chars().collect::<Vec<char>>(), labels.of(label)?)))
        .filter(|(name, labels)| name.len() > 1 && !labels.is_empty())
        .collect();
    order.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut taken = vec![false; chars.len()];
    let mut marked = Vec::new();
    for (name, labels) in order {
        for start in 0..(chars.len() + 1).saturating_sub(name.len()) {
            let span = start..start + name.len();
            if chars[span.clone()] == name[..] && !taken[span.clone()].contains(&true) {
                taken[span.clone()].fill(true);
                marked.push(Marked {
                    span,
                    labels: labels.clone(),
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
                labels: numbers(&[mention.kind]),
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
        let kinds: Vec<EntityType> = duie[0].names.iter().map(|name| KINDS[name.labels[0]]).collect();
        assert_eq!(kinds, [EntityType::Company, EntityType::Person]);
    }

    #[test]
    fn a_type_that_a_set_lacks_is_untold() {
        let lessons = read(Set::Bmes, "f", "李 B-NAME\n明 E-NAME\n任 O\n职 O\n").expect("a sentence");
        let untold: Vec<EntityType> = lessons[0].untold.iter().map(|label| KINDS[*label]).collect();
        assert_eq!(
            untold,
            [EntityType::Company, EntityType::Organization, EntityType::Place]
        );
    }

    #[test]
    fn a_sentence_teaches_its_own_labels() {
        let read = |content| {
            sentences(Set::Bmes, "f", content)
                .expect("sentences")
                .expect("all marked")
        };
        let sentences = read("李 B-NAME\n明 E-NAME\n任 O\n总 B-TITLE\n裁 E-TITLE\n");
        let labels = labels_of(&sentences);
        assert_eq!(labels, ["NAME", "TITLE"]);
        let lesson = of_sentence(&sentences[0], &labels);
        let names: Vec<(Range<usize>, Vec<usize>)> =
            lesson.names.into_iter().map(|name| (name.span, name.labels)).collect();
        assert_eq!(names, [(0..2, vec![0]), (3..5, vec![1])]);
    }

    #[test]
    fn a_record_that_is_cut_short_is_named() {
        let error = read(Set::Finre, "f", "海岚\t航运\n").expect_err("two cells are missing");
        assert_eq!((error.file.as_str(), error.line), ("f", 1));
    }
}
