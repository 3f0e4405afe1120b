//! FewFC (Zhou et al., 2021, "What the Role is vs. What Plays the Role: Semi-Supervised Event Argument Extraction via
//! Dual Question Answering"), the events of CCKS 2020: ten kinds of financial event in sentences, each with the spans of
//! its arguments.
//!
//! Two figures:
//!
//! * *events*: which types of event a sentence tells of. An item is a sentence and a type, however often it is told
//!   there; micro, macro and types of [`Scores`](super::Scores) are of these.
//! * *arguments* (`parts["arguments"]`, by role): an item is a sentence, an event type, a role and an exact span, the
//!   argument classification of Sheng et al., 2021 ("CasEE"). Triggers are no arguments; our claims have no trigger, so
//!   trigger figures of the literature have no counterpart here.
//!
//! Claims become events by `lexicon/eval/fewfc.tsv`. An entity of a claim stands where it is named, in the quote or
//! nearest to it; a value stands where an amount or date of the text reads as that value. Negated claims are no events.
//! The set's files annotate different types: a type, or a role of it, that a file never uses is not counted in it.
//!
//! The model of events ([`crate::claim::events`]) is learnt from such files and says events and arguments itself;
//! [`Lessons`] are what it learns from, and what it is scored on by itself.

use super::passage::Passage;
use super::spans::is_name;
use super::{Counts, Extract, GoldError, Report, Scores, count, table};
use crate::claim::events::scene::Scene;
use crate::claim::events::train::{Marked, Study};
use crate::claim::events::{Desk, Event, Events};
use crate::claim::{Input, Predicate, Status};
use crate::entity::EntityType;
use crate::extract::{ClaimOut, Extraction, Extractor, ObjectOut};
use crate::measure::{Context, Market, Measures, Scanner};
use crate::text::Text;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

const TABLE: (&str, &str) = ("lexicon/eval/fewfc.tsv", include_str!("../../lexicon/eval/fewfc.tsv"));

/// A sentence with what it tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Of the file, from 1
    pub line: usize,
    pub text: String,
    pub events: BTreeSet<String>,
    pub arguments: BTreeSet<Argument>,
}

/// What plays a role in an event; code points of the sentence, end exclusive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Argument {
    pub event: String,
    pub role: String,
    pub start: usize,
    pub end: usize,
}

#[derive(Deserialize)]
struct Record {
    content: String,
    events: Vec<EventRecord>,
}

#[derive(Deserialize)]
struct EventRecord {
    #[serde(rename = "type")]
    kind: String,
    mentions: Vec<MentionRecord>,
}

#[derive(Deserialize)]
struct MentionRecord {
    word: String,
    span: [usize; 2],
    role: String,
}

/// A row of the table.
struct Row {
    event: String,
    predicate: Predicate,
    source: Source,
    kinds: Vec<EntityType>,
    part: Part,
    role: String,
}

enum Source {
    Subject,
    Object,
    Qualifier(String),
}

/// Which part of an amount a role is about.
#[derive(Clone, Copy)]
enum Part {
    Whole,
    Number,
    Unit,
}

/// Scores an extraction on a file's content.
///
/// # Errors
/// A line that can't be read, as [`read`] says.
pub fn score(extract: &impl Extract, file: &str, content: &str) -> Result<Report, GoldError> {
    let rows = rows()?;
    let sentences = read(file, content)?;
    let used = Used::by(&sentences);
    let scanner = Scanner::builtin().map_err(|e| GoldError::new("lexicon", 0, e.to_string()))?;
    let rows: Vec<Row> = rows
        .into_iter()
        .filter(|row| used.events.contains(row.event.as_str()))
        .collect();
    let predicted: Vec<Said> = sentences
        .par_iter()
        .map(|sentence| {
            let passage = Passage::new(format!("line {}", sentence.line), &sentence.text, Some("zh-Hans-CN"));
            let extraction = extract(&passage.document);
            let (events, mut arguments) = Reading::new(&passage, &extraction, &scanner).events(&rows);
            arguments.retain(|a| used.roles.contains(&(a.event.as_str(), a.role.as_str())));
            (events, arguments)
        })
        .collect();
    Ok(report(
        sentences.iter().map(|sentence| (file, sentence)).zip(&predicted),
    ))
}

/// The types of event, and the roles in them, that a file uses.
struct Used<'a> {
    events: BTreeSet<&'a str>,
    roles: BTreeSet<(&'a str, &'a str)>,
}

impl Used<'_> {
    fn by(sentences: &[Sentence]) -> Used<'_> {
        Used {
            events: sentences
                .iter()
                .flat_map(|s| s.events.iter().map(String::as_str))
                .collect(),
            roles: sentences
                .iter()
                .flat_map(|s| s.arguments.iter().map(|a| (a.event.as_str(), a.role.as_str())))
                .collect(),
        }
    }
}

/// The types of event that a sentence is said to tell of, and the arguments.
type Said = (BTreeSet<String>, BTreeSet<Argument>);

fn report<'a>(sentences: impl Iterator<Item = ((&'a str, &'a Sentence), &'a Said)>) -> Report {
    let (mut events, mut arguments, mut by_event): (
        BTreeMap<String, Counts>,
        BTreeMap<String, Counts>,
        BTreeMap<String, Counts>,
    ) = Default::default();
    let (mut misses, mut extras) = (Vec::new(), Vec::new());
    for ((file, sentence), (found_events, found_arguments)) in sentences {
        count(&mut events, &sentence.events, found_events, |event| event);
        count(&mut arguments, &sentence.arguments, found_arguments, |argument| {
            &argument.role
        });
        count(&mut by_event, &sentence.arguments, found_arguments, |argument| {
            &argument.event
        });
        let event_line = |event: &String| format!("{file}:{}\t{event}\t\t\t{}", sentence.line, sentence.text);
        let argument_line = |a: &Argument| {
            let words: String = sentence.text.chars().skip(a.start).take(a.end - a.start).collect();
            format!(
                "{file}:{}\t{}\t{}\t{}..{}\t{words}",
                sentence.line, a.event, a.role, a.start, a.end
            )
        };
        misses.extend(sentence.events.difference(found_events).map(event_line));
        misses.extend(sentence.arguments.difference(found_arguments).map(argument_line));
        extras.extend(found_events.difference(&sentence.events).map(event_line));
        extras.extend(found_arguments.difference(&sentence.arguments).map(argument_line));
    }
    let mut scores = Scores::of(&events);
    scores.parts.insert("arguments".to_owned(), Scores::of(&arguments));
    scores
        .parts
        .insert("arguments by event".to_owned(), Scores::of(&by_event));
    Report { scores, misses, extras }
}

/// Reads the sentences: one JSON object a line, `content` and `events`.
///
/// # Errors
/// A line that is no such object, or a span at which its word doesn't stand.
pub fn read(file: &str, content: &str) -> Result<Vec<Sentence>, GoldError> {
    Ok(records(file, content)?
        .into_iter()
        .map(|(line, record)| record.into_sentence(line))
        .collect())
}

/// The records with their lines, every span of which is sound.
fn records(file: &str, content: &str) -> Result<Vec<(usize, Record)>, GoldError> {
    let mut out = Vec::new();
    for (i, line) in content.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let error = |reason: String| GoldError::new(file, i + 1, reason);
        let record: Record =
            serde_json::from_str(line).map_err(|e| error(format!("no object with `content` and `events`: {e}")))?;
        let text: Vec<char> = record.content.chars().collect();
        for MentionRecord { word, span, .. } in record.events.iter().flat_map(|event| &event.mentions) {
            let [start, end] = *span;
            if !text
                .get(start..end)
                .is_some_and(|slice| slice.iter().copied().eq(word.chars()))
            {
                return Err(error(format!("`{word}` doesn't stand at {start}..{end}")));
            }
        }
        out.push((i + 1, record));
    }
    Ok(out)
}

/// The role of the word that tells of an event.
const TRIGGER: &str = "trigger";

impl Record {
    fn into_sentence(self, line: usize) -> Sentence {
        let (mut events, mut arguments) = (BTreeSet::new(), BTreeSet::new());
        for event in self.events {
            for mention in event.mentions.into_iter().filter(|mention| mention.role != TRIGGER) {
                arguments.insert(Argument {
                    event: event.kind.clone(),
                    role: mention.role,
                    start: mention.span[0],
                    end: mention.span[1],
                });
            }
            events.insert(event.kind);
        }
        Sentence {
            line,
            text: self.content,
            events,
            arguments,
        }
    }
}

/// Files as the model of events learns them and is scored on them: `studies` are the sentences of their texts.
pub struct Lessons {
    pub studies: Vec<Study>,
    files: Vec<String>,
    /// With the number of the file
    sentences: Vec<(usize, Sentence)>,
    /// Of each study, the number of its sentence
    of_study: Vec<usize>,
    /// Of each sentence, its document and that document's text
    texts: Vec<(Passage, Text)>,
}

impl Lessons {
    /// Reads files, given by name and content; the extractor says which names, amounts and dates are seen.
    ///
    /// # Errors
    /// A line that can't be read, as [`read`] says.
    pub fn read(extractor: &Extractor, files: &[(String, String)]) -> Result<Lessons, GoldError> {
        let mut all = Vec::new();
        for (number, (file, content)) in files.iter().enumerate() {
            all.extend(records(file, content)?.into_iter().map(|record| (number, record)));
        }
        let read: Vec<(usize, Sentence, Vec<Study>, Passage, Text)> = all
            .into_par_iter()
            .map(|(file, (line, record))| {
                let passage = Passage::new(format!("line {line}"), &record.content, Some("zh-Hans-CN"));
                let insight = extractor.insight(&passage.document);
                let studies = studies(extractor, &passage, &insight, &record, file);
                (file, record.into_sentence(line), studies, passage, insight.text)
            })
            .collect();
        let mut out = Lessons {
            studies: Vec::new(),
            files: files.iter().map(|(file, _)| file.clone()).collect(),
            sentences: Vec::new(),
            of_study: Vec::new(),
            texts: Vec::new(),
        };
        for (file, sentence, studies, passage, text) in read {
            out.of_study.extend(studies.iter().map(|_| out.sentences.len()));
            out.studies.extend(studies);
            out.sentences.push((file, sentence));
            out.texts.push((passage, text));
        }
        Ok(out)
    }

    /// What a model tells of each study.
    pub fn told(&self, events: &Events) -> Vec<Vec<Event>> {
        self.studies
            .par_iter()
            .map_init(Desk::default, |desk, study| {
                events.told(&study.folded, study.range.clone(), &study.scene, |_| true, desk)
            })
            .collect()
    }

    /// Scores what was found in each study, with the names of the types and roles; each file, and all of them together
    /// where there are several.
    pub fn reports(&self, found: &[Vec<Event>], kinds: &[String], roles: &[String]) -> Vec<(String, Report)> {
        let mut said: Vec<Said> = vec![Said::default(); self.sentences.len()];
        for (&number, events) in self.of_study.iter().zip(found) {
            let (passage, text) = &self.texts[number];
            let (types, arguments) = &mut said[number];
            for event in events {
                types.insert(kinds[event.kind].clone());
                arguments.extend(event.parts.iter().filter_map(|part| {
                    let place = passage.in_sentence(text.code_points(part.span.clone()))?;
                    Some(Argument {
                        event: kinds[event.kind].clone(),
                        role: roles[part.role].clone(),
                        start: place.start,
                        end: place.end,
                    })
                }));
            }
        }
        for number in 0..self.files.len() {
            let sentences: Vec<Sentence> = self.of_file(number).map(|(_, sentence)| sentence.clone()).collect();
            let used = Used::by(&sentences);
            for ((file, _), (types, arguments)) in self.sentences.iter().zip(&mut said) {
                if *file == number {
                    types.retain(|event| used.events.contains(event.as_str()));
                    arguments.retain(|a| used.roles.contains(&(a.event.as_str(), a.role.as_str())));
                }
            }
        }
        let with = |wanted: &dyn Fn(usize) -> bool| {
            report(
                self.sentences
                    .iter()
                    .zip(&said)
                    .filter(|((file, _), _)| wanted(*file))
                    .map(|((file, sentence), said)| ((self.files[*file].as_str(), sentence), said)),
            )
        };
        let mut out: Vec<(String, Report)> = (0..self.files.len())
            .map(|number| (self.files[number].clone(), with(&|file| file == number)))
            .collect();
        if out.len() > 1 {
            out.push(("all files".to_owned(), with(&|_| true)));
        }
        out
    }

    fn of_file(&self, number: usize) -> impl Iterator<Item = &(usize, Sentence)> {
        self.sentences.iter().filter(move |(file, _)| *file == number)
    }
}

/// The sentences of a record, with the events that they tell of.
fn studies(
    extractor: &Extractor,
    passage: &Passage,
    insight: &crate::extract::Insight,
    record: &Record,
    file: usize,
) -> Vec<Study> {
    let input = Input {
        text: &insight.text,
        sentences: &insight.sentences,
        found: &insight.found,
        measures: &insight.measures,
    };
    let folded: Arc<str> = insight.text.folded().into();
    // Sentences of the same words are held out together.
    let group = record.content.bytes().fold(0u64, |hash, b| {
        (hash.rotate_left(5) ^ u64::from(b)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    });
    let mut out = Vec::new();
    for sentence in &insight.sentences {
        let range = sentence.start..sentence.end;
        let place = |mention: &MentionRecord| {
            let points = passage.in_document(mention.span[0]..mention.span[1])?;
            let bytes = insight.text.folded_bytes(points)?;
            (bytes.start >= range.start && bytes.end <= range.end).then_some(bytes)
        };
        let marked = record.events.iter().filter_map(|event| {
            let trigger = event.mentions.iter().find(|mention| mention.role == TRIGGER)?;
            Some(Marked {
                kind: event.kind.clone(),
                trigger: place(trigger)?,
                parts: event
                    .mentions
                    .iter()
                    .filter(|mention| mention.role != TRIGGER)
                    .filter_map(|mention| Some((mention.role.clone(), place(mention)?)))
                    .collect(),
            })
        });
        out.push(Study {
            events: marked.collect(),
            scene: Scene::new(extractor.lexicon(), extractor.segmenter(), &input, range.clone()),
            folded: folded.clone(),
            range,
            file,
            group,
        });
    }
    out
}

fn rows() -> Result<Vec<Row>, GoldError> {
    let (file, content) = TABLE;
    let mut out = Vec::new();
    for (line, [event, predicate, source, kinds, part, role]) in table::rows(file, content)? {
        let error = |reason: String| GoldError::new(file, line, reason);
        if event.is_empty() || role.is_empty() {
            return Err(error("event and role are wanted".to_owned()));
        }
        out.push(Row {
            event: event.to_owned(),
            predicate: predicate
                .parse()
                .map_err(|e: crate::claim::UnknownPredicate| error(e.to_string()))?,
            source: match source {
                "subject" => Source::Subject,
                "object" => Source::Object,
                "" => return Err(error("a source is wanted".to_owned())),
                qualifier => Source::Qualifier(qualifier.to_owned()),
            },
            kinds: table::kinds(file, line, kinds)?,
            part: match part {
                "" => Part::Whole,
                "number" => Part::Number,
                "unit" => Part::Unit,
                other => return Err(error(format!("`{other}` is no part of an amount"))),
            },
            role: role.to_owned(),
        });
    }
    Ok(out)
}

/// A sentence's extraction with the places of its values.
struct Reading<'a> {
    passage: &'a Passage,
    extraction: &'a Extraction,
    text: Text,
    measures: Measures,
}

impl<'a> Reading<'a> {
    fn new(passage: &'a Passage, extraction: &'a Extraction, scanner: &Scanner) -> Reading<'a> {
        let text = Text::new(passage.document.text.as_str());
        let measures = scanner.measure(
            text.folded(),
            &Context {
                published: None,
                market: Market::Mainland,
            },
        );
        Reading {
            passage,
            extraction,
            text,
            measures,
        }
    }

    fn events(&self, rows: &[Row]) -> Said {
        let (mut events, mut arguments) = (BTreeSet::new(), BTreeSet::new());
        for claim in self.extraction.claims.iter().filter(|c| c.status != Status::Negated) {
            for row in rows.iter().filter(|row| row.predicate == claim.predicate) {
                events.insert(row.event.clone());
                let place = match &row.source {
                    Source::Subject => self.entity(claim, &claim.subject, &row.kinds),
                    Source::Object => match &claim.object {
                        ObjectOut::Entity(object) => self.entity(claim, object, &row.kinds),
                        ObjectOut::Literal(_) => None,
                    },
                    Source::Qualifier(name) => claim
                        .qualifiers
                        .get(name)
                        .and_then(|value| self.value(claim, value))
                        .and_then(|place| self.part(place, row.part)),
                };
                if let Some(place) = place.and_then(|place| self.passage.in_sentence(place)) {
                    arguments.insert(Argument {
                        event: row.event.clone(),
                        role: row.role.clone(),
                        start: place.start,
                        end: place.end,
                    });
                }
            }
        }
        (events, arguments)
    }

    /// Where an entity of these types is named, in or nearest to a claim's quote.
    fn entity(&self, claim: &ClaimOut, entity: &str, kinds: &[EntityType]) -> Option<Range<usize>> {
        let kind = self.extraction.entities.iter().find(|e| e.id == entity)?.kind;
        if !kinds.is_empty() && !kinds.contains(&kind) {
            return None;
        }
        let named = self
            .extraction
            .mentions
            .iter()
            .filter(|m| m.entity == entity && is_name(self.extraction, entity, &m.text));
        nearest(claim, named.map(|m| m.start..m.end))
    }

    /// Where an amount or date that reads as a qualifier's value stands, in or nearest to a claim's quote.
    fn value(&self, claim: &ClaimOut, value: &Value) -> Option<Range<usize>> {
        let same = |a: f64, b: f64| (a.abs() - b.abs()).abs() <= 1e-6 * a.abs().max(1.0);
        // A range is written as its two ends.
        let number = value.as_f64().or_else(|| value.get(0)?.as_f64());
        let places: Vec<Range<usize>> = match (number, value.as_str()) {
            (Some(number), _) => self
                .measures
                .quantities
                .iter()
                .filter(|q| same(q.value, number))
                .map(|q| q.start..q.end)
                .collect(),
            (None, Some(date)) => self
                .measures
                .dates
                .iter()
                .filter(|d| d.edtf.as_deref() == Some(date))
                .map(|d| d.start..d.end)
                .collect(),
            (None, None) => return None,
        };
        nearest(claim, places.into_iter().map(|place| self.text.code_points(place)))
    }

    /// The number of an amount, from its first code point to its last numeral, or what follows it.
    fn part(&self, place: Range<usize>, part: Part) -> Option<Range<usize>> {
        let numerals = |c: char| c.is_ascii_digit() || "〇零一二两三四五六七八九十百千万亿兆半几数".contains(c);
        let folded = self.text.folded_bytes(place.clone())?;
        let words = &self.text.folded()[folded];
        let last = words
            .char_indices()
            .rev()
            .find(|(_, c)| numerals(*c))
            .map(|(byte, c)| byte + c.len_utf8())?;
        let cut = place.start + words[..last].chars().count();
        let part = match part {
            Part::Whole => place,
            Part::Number => place.start..cut,
            Part::Unit => cut..place.end,
        };
        (!part.is_empty()).then_some(part)
    }
}

/// The place nearest to a claim's quote; of several within it, the first.
fn nearest(claim: &ClaimOut, places: impl Iterator<Item = Range<usize>>) -> Option<Range<usize>> {
    places.min_by_key(|place| {
        claim
            .start
            .saturating_sub(place.start)
            .max(place.end.saturating_sub(claim.end))
    })
}
