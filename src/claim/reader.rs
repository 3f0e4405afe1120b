//! The reader: runs the patterns over the sentences of a document and makes claims of what they capture.

use super::events::scene::Scene;
use super::events::{self, Desk, Event, Events, Meaning, Told};
use super::matcher::{Captures, Scratch};
use super::outline::Places;
use super::pattern::{self, DateScope, Pattern, Reach};
use super::relate::{self, Candidate, Eyes, Opinion, Relations};
use super::skeleton::{Depth, Item, Parts, Skeleton, Skeletons};
use super::status::{Cues, Scope};
use super::topic::Topics;
use super::words::{SetId, Vocabulary, WordId};
use super::{Claim, Object, Patterns, Predicate, Value};
use crate::entity::lexicon::{Lexicon, Term, TermHit, TermTable};
use crate::entity::{EntityType, Found, Mention, Origin, RoleHit};
use crate::measure::{Date, Kind, Measures, Quantity};
use crate::text::{Segmenter, Sentence, Text, fold};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::json;
use smallvec::{SmallVec, smallvec};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex};

/// Farthest that a quote reaches back for the entity that an ellipsis leaves out, in bytes of the folded text.
const MAX_QUOTE: usize = 2400;

/// Bytes between a weak form of a metric and its figure.
const WEAK_METRIC_REACH: usize = 9;

/// The model is never surer than this: of what it holds for all but certain nine in ten are so (`models/README.md`).
const SUREST: f32 = 0.92;

/// Below this a pair of an event's parts is no claim: at 0.6 three in ten of the new claims in news were wrong, most often
/// the seller taken for what was sold.
const EVENT_BAR: f32 = 0.8;
/// Below this a pair completes no pattern's claim.
const COMPLETE_BAR: f32 = 0.6;
/// Below this an amount or date is no qualifier.
const PART_BAR: f32 = 0.6;

/// What a document's claims are read from.
pub struct Input<'a> {
    pub text: &'a Text,
    pub sentences: &'a [Sentence],
    pub found: &'a Found,
    pub measures: &'a Measures,
}

/// Patterns compiled and indexed by the words that they need.
pub struct Reader {
    patterns: Vec<Pattern>,
    /// By number of the set: the words of which one must stand
    sets: Vec<Arc<[WordId]>>,
    chinese: Triggers,
    english: Triggers,
    cues: Cues,
    /// Verbs of saying
    says: Vec<String>,
    /// Verbs after which something new is named
    introducing: Vec<String>,
    /// Verbs whose subject the text goes on about wherever in its clause it stands
    topic_verbs: Vec<String>,
    /// Verbs whose subject the text doesn't go on about: it tells the news, or backs the one that it is about
    not_topics: Vec<String>,
    /// What tells relations that no pattern told
    relations: Option<relate::Model>,
    /// What tells events that no pattern told
    events: Option<events::Model>,
    /// One for each thread that reads at the same time
    rooms: Mutex<Vec<Room>>,
}

/// Room for reading, kept from document to document.
#[derive(Default)]
struct Room {
    candidates: Vec<(u32, u32)>,
    starts: Vec<u32>,
    scratch: Scratch,
    in_whole: Hits,
    in_heads: Hits,
    in_things: Hits,
}

/// Finds which patterns a sentence may match at all.
struct Triggers {
    automaton: Option<CharwiseDoubleArrayAhoCorasick<WordId>>,
    /// By word: how many characters it has
    lengths: Vec<u32>,
    /// By word: the sets with it that forms ask about
    sets: Vec<Vec<SetId>>,
    /// By set: the forms that are filed under it
    forms: Vec<Vec<Filed>>,
    /// Sets that forms need: of each form a range
    needs: Vec<SetId>,
}

/// A form among the triggers.
struct Filed {
    pattern: u32,
    form: u32,
    /// Range of [`Triggers::needs`]
    needs: (u32, u32),
}

/// A word in a skeleton.
struct Hit {
    first: u32,
    end: u32,
    /// Index of the one before of the same word, or `NONE`
    next: u32,
}

const NONE: u32 = u32::MAX;

/// Which words one skeleton holds, and where.
#[derive(Default)]
struct Hits {
    hits: Vec<Hit>,
    /// By word: its last hit, or `NONE`
    last: Vec<u32>,
    /// Words that have hits
    words: Vec<WordId>,
    /// By set: what is known of its places
    of_sets: Vec<SetPlaces>,
    /// Sets of which a word stands in the skeleton, each once
    met: Vec<SetId>,
    places: Vec<(u32, u32)>,
}

/// What is known of a set's places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SetPlaces {
    /// No word of it stands in the skeleton
    Empty,
    /// Nobody has asked for them
    Unknown,
    /// Their range of [`Hits::places`]
    Known(u32, u32),
}

/// The same for whoever asks about sets of words.
struct Asked<'a> {
    hits: &'a mut Hits,
    sets: &'a [Arc<[WordId]>],
}

impl Asked<'_> {
    fn has(&self, set: SetId) -> bool {
        self.hits.of_sets[set as usize] != SetPlaces::Empty
    }
}

impl Places for Asked<'_> {
    fn of(&mut self, set: SetId) -> &[(u32, u32)] {
        let Hits {
            hits,
            last,
            of_sets,
            places,
            ..
        } = &mut *self.hits;
        let range = &mut of_sets[set as usize];
        if *range == SetPlaces::Unknown {
            let from = places.len() as u32;
            for &word in &*self.sets[set as usize] {
                let mut at = last[word as usize];
                while let Some(hit) = hits.get(at as usize) {
                    places.push((hit.first, hit.end));
                    at = hit.next;
                }
            }
            *range = SetPlaces::Known(from, places.len() as u32);
        }
        match *range {
            SetPlaces::Known(from, to) => &places[from as usize..to as usize],
            _ => &[],
        }
    }
}

impl Triggers {
    fn new(patterns: &[Pattern], vocabulary: &Vocabulary, english: bool) -> Triggers {
        let words = vocabulary.words();
        let mut forms: Vec<Vec<Filed>> = Vec::new();
        forms.resize_with(vocabulary.sets().len(), Vec::new);
        let mut needs: Vec<SetId> = Vec::new();
        let mut used: FxHashSet<SetId> = FxHashSet::default();
        for (p, pattern) in patterns.iter().enumerate().filter(|(_, p)| p.english == english) {
            for (f, form) in pattern.forms.iter().enumerate() {
                let from = needs.len() as u32;
                needs.extend(&form.needs);
                forms[form.trigger as usize].push(Filed {
                    pattern: p as u32,
                    form: f as u32,
                    needs: (from, needs.len() as u32),
                });
                used.extend([form.trigger].iter().chain(&form.needs));
                used.extend(form.outline.sets());
            }
        }
        let mut sets: Vec<Vec<SetId>> = vec![Vec::new(); words.len()];
        for set in (0..vocabulary.sets().len() as SetId).filter(|set| used.contains(set)) {
            for &word in vocabulary.members(set) {
                sets[word as usize].push(set);
            }
        }
        let mut literals: Vec<(&str, WordId)> = words
            .iter()
            .zip(0..)
            .filter(|(_, number)| !sets[*number as usize].is_empty())
            .map(|(word, number)| (&**word, number))
            .collect();
        literals.sort_unstable();
        Triggers {
            automaton: CharwiseDoubleArrayAhoCorasickBuilder::new()
                .build_with_values(literals)
                .ok(),
            lengths: words.iter().map(|word| word.chars().count() as u32).collect(),
            sets,
            forms,
            needs,
        }
    }

    /// Looks for words in a skeleton.
    fn read(&self, skeleton: &Skeleton, out: &mut Hits) {
        out.hits.clear();
        out.places.clear();
        for word in out.words.drain(..) {
            out.last[word as usize] = NONE;
        }
        for set in out.met.drain(..) {
            out.of_sets[set as usize] = SetPlaces::Empty;
        }
        out.last.resize(self.lengths.len(), NONE);
        out.of_sets.resize(self.forms.len(), SetPlaces::Empty);
        let Some(automaton) = &self.automaton else { return };
        let mut counter = skeleton.counter();
        for hit in automaton.find_overlapping_iter(&skeleton.text) {
            let word = hit.value();
            let end = counter.chars_before(hit.end());
            let last = &mut out.last[word as usize];
            if *last == NONE {
                out.words.push(word);
                for &set in &self.sets[word as usize] {
                    if std::mem::replace(&mut out.of_sets[set as usize], SetPlaces::Unknown) == SetPlaces::Empty {
                        out.met.push(set);
                    }
                }
            }
            let next = std::mem::replace(last, out.hits.len() as u32);
            out.hits.push(Hit {
                first: end - self.lengths[word as usize],
                end,
                next,
            });
        }
    }

    /// Patterns and forms that lack no word, in the order of the pattern files.
    fn candidates(&self, words: &Asked<'_>, out: &mut Vec<(u32, u32)>) {
        out.clear();
        for &set in &words.hits.met {
            let complete = self.forms[set as usize].iter().filter(|filed| {
                let needs = &self.needs[filed.needs.0 as usize..filed.needs.1 as usize];
                needs.iter().all(|need| words.has(*need))
            });
            out.extend(complete.map(|filed| (filed.pattern, filed.form)));
        }
        out.sort_unstable();
    }
}

/// What a capture holds.
enum Captured<'a> {
    Mentions(&'a [usize]),
    Quantities(&'a [usize]),
    Date(usize),
    Roles(&'a [usize]),
    Metrics(&'a [usize]),
    /// Range of the folded text
    Text(Range<usize>),
}

/// One sentence being read.
struct Reading<'a> {
    input: &'a Input<'a>,
    lexicon: &'a Lexicon,
    metrics: &'a [TermHit],
    roles: &'a [RoleHit],
    sentence: usize,
    skeleton: &'a Skeleton,
    topics: &'a Topics<'a>,
}

impl Reader {
    pub fn new(patterns: Patterns, lexicon: &Lexicon) -> Reader {
        let Patterns { patterns, vocabulary } = patterns;
        Reader {
            chinese: Triggers::new(&patterns, &vocabulary, false),
            english: Triggers::new(&patterns, &vocabulary, true),
            sets: vocabulary.sets().to_vec(),
            cues: Cues::new(lexicon),
            says: verbs(lexicon, &["say"]),
            introducing: verbs(lexicon, &["release", "develop", "open_source", "found"]),
            topic_verbs: verbs(lexicon, &["topic_verb"]),
            not_topics: verbs(lexicon, &["learns", "backs"]),
            relations: Some(relate::Model::builtin()),
            events: Some(events::Model::builtin()),
            rooms: Mutex::default(),
            patterns,
        }
    }

    /// Has relations told by another model than the built-in one, or by patterns alone.
    #[must_use]
    pub fn with_relations(mut self, relations: Option<relate::Model>) -> Reader {
        self.relations = relations;
        self
    }

    /// Has events told by another model than the built-in one, or by patterns alone.
    #[must_use]
    pub fn with_events(mut self, events: Option<events::Model>) -> Reader {
        self.events = events;
        self
    }

    pub fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// The skeletons that patterns are matched on, for people who write patterns.
    pub fn skeletons(&self, lexicon: &Lexicon, input: &Input<'_>) -> Vec<Skeletons> {
        skeletons(lexicon, input, &metrics(lexicon, input), &roles(lexicon, input))
    }

    /// Every claim of the document, sorted by span; of equal claims the best founded one.
    pub fn read(&self, lexicon: &Lexicon, segmenter: &Segmenter, input: &Input<'_>) -> Vec<Claim> {
        let folded = input.text.folded();
        let metrics = metrics(lexicon, input);
        let roles = roles(lexicon, input);
        let skeletons = skeletons(lexicon, input, &metrics, &roles);
        let topics = Topics::new(
            input,
            &skeletons,
            lexicon.cues("not_subject"),
            &self.not_topics,
            &self.topic_verbs,
            &self.introducing,
            &self.says,
        );
        let reading = |sentence, skeleton| Reading {
            input,
            lexicon,
            metrics: &metrics,
            roles: &roles,
            sentence,
            skeleton,
            topics: &topics,
        };
        let mut claims = notes(input);
        claims.extend(figures_in_brackets(lexicon, input, &metrics));
        let mut room = self
            .rooms
            .lock()
            .ok()
            .and_then(|mut rooms| rooms.pop())
            .unwrap_or_default();
        let Room {
            candidates,
            starts,
            scratch,
            in_whole,
            in_heads,
            in_things,
        } = &mut room;
        let sets = self.sets.as_slice();
        for (i, (sentence, all)) in input.sentences.iter().zip(&skeletons).enumerate() {
            let triggers = if sentence.english { &self.english } else { &self.chinese };
            triggers.read(&all.whole, in_whole);
            let hits = &mut *in_whole;
            triggers.candidates(&Asked { hits, sets }, candidates);
            if candidates.is_empty() {
                continue;
            }
            let (mut heads_read, mut things_read) = (false, false);
            let mut scope = Scope::new(&self.cues, segmenter, folded, sentence, &input.found.mentions);
            for &(p, f) in &*candidates {
                let pattern = &self.patterns[p as usize];
                if pattern.title && sentence.paragraph != 0 {
                    continue;
                }
                let skeleton = all.at(pattern.depth);
                let form = &pattern.forms[f as usize];
                if !form.symbols.iter().all(|set| set.meets(skeleton.symbols)) {
                    continue;
                }
                let hits = if std::ptr::eq(skeleton, &all.whole) {
                    &mut *in_whole
                } else {
                    let heads = std::ptr::eq(skeleton, all.at(Depth::Heads));
                    let (hits, read) = if heads {
                        (&mut *in_heads, &mut heads_read)
                    } else {
                        (&mut *in_things, &mut things_read)
                    };
                    if !std::mem::replace(read, true) {
                        triggers.read(skeleton, hits);
                    }
                    hits
                };
                let mut asked = Asked { hits, sets };
                let line = skeleton.line();
                let reading = reading(i, skeleton);
                if !form.outline.admits(&line, &mut asked, 0..=skeleton.chars.len()) {
                    continue;
                }
                let at = form.outline.leading().map(|set| {
                    starts.clear();
                    starts.extend(asked.of(set).iter().map(|(first, _)| *first));
                    starts.sort_unstable();
                    starts.dedup();
                    starts.as_slice()
                });
                let mut from = 0;
                while from < skeleton.chars.len()
                    && let Some(captures) = form.matcher.find(&line, from, at, scratch, |start| {
                        form.outline.admits(&line, &mut asked, start..=start)
                    })
                {
                    let whole = captures.whole();
                    let made = reading.claims(pattern, &captures, &mut scope, &mut claims);
                    // A match that a guard refused hides none that begins behind it.
                    from = if made { whole.end } else { whole.start }.max(whole.start + 1);
                }
            }
        }
        if let Ok(mut rooms) = self.rooms.lock() {
            rooms.push(room);
        }
        if input.found.mentions.iter().any(is_asked_about)
            && let Some((relations, eyes)) = self.relations.as_ref().and_then(|model| model.ready(lexicon))
        {
            let told = claims.len();
            for (i, (sentence, all)) in input.sentences.iter().zip(&skeletons).enumerate() {
                // What it learnt from was Chinese.
                if sentence.english {
                    continue;
                }
                let mut scope = Scope::new(&self.cues, segmenter, folded, sentence, &input.found.mentions);
                let reading = reading(i, &all.whole);
                reading.related(relations, eyes, told, &mut scope, &mut claims);
            }
        }
        if let Some(model) = &self.events {
            let told = claims.len();
            let mut desk = Desk::default();
            for (i, (sentence, all)) in input.sentences.iter().zip(&skeletons).enumerate() {
                if sentence.english || !names_two(input, sentence) {
                    continue;
                }
                let Some((events, meanings)) = model.ready() else { break };
                if !events.may_tell(&folded[sentence.start..sentence.end]) {
                    continue;
                }
                let mut scope = Scope::new(&self.cues, segmenter, folded, sentence, &input.found.mentions);
                let reading = reading(i, &all.whole);
                let range = sentence.start..sentence.end;
                let scene = Scene::new(lexicon, segmenter, input, range.clone());
                let wanted = |kind: usize| {
                    let name = &events.kinds()[kind].name;
                    meanings.iter().any(|meaning| meaning.event == name)
                };
                for event in events.told(folded, range, &scene, wanted, &mut desk) {
                    reading.happened(events, meanings, &event, told, &mut scope, &mut claims);
                }
            }
        }
        joined(claims)
    }
}

/// The verbs of several classes of cues.
fn verbs(lexicon: &Lexicon, classes: &[&str]) -> Vec<String> {
    classes.iter().flat_map(|class| lexicon.cues(class)).cloned().collect()
}

fn metrics(lexicon: &Lexicon, input: &Input<'_>) -> Vec<TermHit> {
    let hits = input.found.metrics.iter().copied();
    let quantities = &input.measures.quantities;
    hits.filter_map(|hit| uncovered(lexicon, input, hit))
        // A weak form (重, 价) is a metric only with its figure right behind it.
        .filter(|hit| {
            !hit.ambiguous
                || quantities
                    .get(quantities.partition_point(|q| q.start < hit.end))
                    .is_some_and(|q| q.start - hit.end <= WEAK_METRIC_REACH)
        })
        .collect()
}

/// The posts that the entity room found.
fn roles(lexicon: &Lexicon, input: &Input<'_>) -> Vec<RoleHit> {
    let mut out: Vec<RoleHit> = Vec::with_capacity(input.found.roles.len());
    for role in &input.found.roles {
        let hit = TermHit {
            start: role.start,
            end: role.end,
            table: TermTable::Roles,
            row: role.row,
            ambiguous: false,
        };
        if let Some(hit) = uncovered(lexicon, input, hit)
            && let Some(term) = lexicon.term(hit.table, hit.row)
        {
            out.push(RoleHit {
                start: hit.start,
                end: hit.end,
                row: hit.row,
                role: term.name.clone(),
            });
        }
    }
    out
}

/// A term where no name or date lies across its beginning or within it; otherwise the term in what these leave of it
/// (RBC資本市場 + 市場分析師, 全年 + 全年营收, chief China economist).
fn uncovered(lexicon: &Lexicon, input: &Input<'_>, hit: TermHit) -> Option<TermHit> {
    let mentions = &input.found.mentions;
    let dates = &input.measures.dates;
    let mention = mentions
        .get(mentions.partition_point(|m| m.end <= hit.start))
        .map(|m| m.start..m.end);
    let date = dates
        .get(dates.partition_point(|d| d.end <= hit.start))
        .map(|d| d.start..d.end);
    let across = [mention, date]
        .into_iter()
        .flatten()
        .find(|span| span.end > hit.start && span.end < hit.end);
    match across {
        Some(span) => lexicon
            .terms_in(input.text.folded(), span.end..hit.end)
            .into_iter()
            .find(|rest| rest.table == hit.table),
        None => Some(hit),
    }
}

/// Those of each sentence.
fn skeletons(lexicon: &Lexicon, input: &Input<'_>, metrics: &[TermHit], roles: &[RoleHit]) -> Vec<Skeletons> {
    let parts = Parts {
        folded: input.text.folded(),
        found: input.found,
        quantities: &input.measures.quantities,
        dates: &input.measures.dates,
        metrics,
        roles,
        rounds: lexicon.cues("round"),
    };
    input.sentences.iter().map(|s| Skeletons::new(&parts, s)).collect()
}

/// Claims that the entity room's own notes make: codes in brackets, introduced aliases.
fn notes(input: &Input<'_>) -> Vec<Claim> {
    let mut claims = Vec::new();
    for note in &input.found.listings {
        let mention = &input.found.mentions[note.mention];
        if !matches!(mention.kind, EntityType::Company | EntityType::Organization) {
            continue;
        }
        // With the bracket that holds the code, where one does.
        let brackets = &input.found.brackets;
        let bracket = brackets
            .binary_search_by_key(&note.mention, |b| b.mention)
            .map_or(note.end, |i| brackets[i].end);
        claims.push(Claim {
            figure: None,
            elided: false,
            subject: mention.entity,
            predicate: Predicate::ListedAs,
            object: Object::Listing(note.listing.clone()),
            qualifiers: BTreeMap::new(),
            status: super::Status::Asserted,
            start: mention.start,
            end: note.end.max(mention.end).max(bracket),
            score: 0.97,
            rule: "listing.bracket".to_owned(),
        });
    }
    claims
}

/// Figures in the bracket that holds a firm's code: （SZ000430，股价7.68元，市值62.18亿元）.
fn figures_in_brackets(lexicon: &Lexicon, input: &Input<'_>, metrics: &[TermHit]) -> Vec<Claim> {
    let folded = input.text.folded();
    let brackets = &input.found.brackets;
    let mut claims = Vec::new();
    for note in &input.found.listings {
        let mention = &input.found.mentions[note.mention];
        let Ok(i) = brackets.binary_search_by_key(&note.mention, |b| b.mention) else {
            continue;
        };
        if mention.kind != EntityType::Company {
            continue;
        }
        let within = mention.end..brackets[i].end;
        let first = metrics.partition_point(|m| m.start < within.start);
        for hit in metrics[first..].iter().take_while(|m| m.end <= within.end) {
            let from = input.measures.quantities.partition_point(|q| q.start < hit.end);
            let Some(quantity) = input.measures.quantities.get(from).filter(|q| {
                q.end <= within.end
                    && folded
                        .get(hit.end..q.start)
                        .is_some_and(|gap| matches!(gap, "" | ":" | "为" | "约" | "约为" | " "))
            }) else {
                continue;
            };
            let Some(term) = lexicon
                .term(hit.table, hit.row)
                .filter(|term| takes(term, quantity.kind))
            else {
                continue;
            };
            let mut qualifiers = BTreeMap::from([("metric".to_owned(), json!(term.name))]);
            if let Some(currency) = &quantity.currency {
                qualifiers.insert("currency".to_owned(), json!(currency));
            }
            claims.push(Claim {
                figure: Some(from),
                elided: false,
                subject: mention.entity,
                predicate: Predicate::HasMetric,
                object: Object::Quantity(quantity.clone()),
                qualifiers,
                status: super::Status::Asserted,
                start: mention.start,
                end: within.end,
                score: 0.9,
                rule: "figure.bracket".to_owned(),
            });
        }
    }
    claims
}

/// Qualifiers in which claims differ that are not the same.
const DISTINCT: [&str; 5] = ["metric", "aspect", "role", "session", "outcome"];

/// Sorts, and keeps one of the claims that say the same, with the qualifiers of all of them.
fn joined(mut claims: Vec<Claim>) -> Vec<Claim> {
    // A figure whose subject is named is not also that of a subject guessed.
    let named: FxHashSet<(Predicate, usize)> = claims
        .iter()
        .filter(|c| !c.elided)
        .filter_map(|c| Some((c.predicate, c.figure?)))
        .collect();
    claims.retain(|c| !c.elided || c.figure.is_none_or(|f| !named.contains(&(c.predicate, f))));
    claims.sort_by(|a, b| {
        (a.start, a.end)
            .cmp(&(b.start, b.end))
            .then(b.score.total_cmp(&a.score))
            .then_with(|| a.rule.cmp(&b.rule))
    });
    let mut out: Vec<Claim> = Vec::with_capacity(claims.len());
    let mut by_key: FxHashMap<(usize, Predicate, String, super::Status), Vec<usize>> = FxHashMap::default();
    for claim in claims {
        let distinct = DISTINCT.map(|q| claim.qualifiers.get(q).cloned());
        let key = (claim.subject, claim.predicate, claim.object.key(), claim.status);
        let same = by_key.get(&key).and_then(|indices| {
            indices.iter().copied().find(|&i| {
                DISTINCT.iter().zip(&distinct).all(|(q, value)| {
                    value.is_none()
                        || out[i]
                            .qualifiers
                            .get(*q)
                            .is_none_or(|other| Some(other) == value.as_ref())
                }) && compatible_dates(&out[i], &claim)
            })
        });
        if let Some(i) = same {
            let overlaps = claim.start < out[i].end;
            let kept = &mut out[i];
            // Only readings of one place may complete one another; of a fact told twice the fuller telling stays.
            if !overlaps && claim.qualifiers.len() > kept.qualifiers.len() {
                *kept = claim;
            } else if overlaps {
                kept.start = kept.start.min(claim.start);
                kept.end = kept.end.max(claim.end);
                for (name, value) in claim.qualifiers {
                    // Of two readings of a post the one that saw a word for its end or beginning knows more.
                    let tenure = name == "status" && kept.qualifiers.get("status") == Some(&json!("current"));
                    if tenure {
                        kept.qualifiers.insert(name, value);
                    } else {
                        kept.qualifiers.entry(name).or_insert(value);
                    }
                }
                if claim.score > kept.score {
                    kept.score = claim.score;
                    kept.rule = claim.rule;
                }
            }
            continue;
        }
        by_key.entry(key).or_default().push(out.len());
        out.push(claim);
    }
    drop_repeated_growth(&mut out);
    out.sort_by(|a, b| {
        (a.start, a.end, a.predicate, a.subject)
            .cmp(&(b.start, b.end, b.predicate, b.subject))
            .then_with(|| a.object.key().cmp(&b.object.key()))
    });
    out
}

/// 净利润同比增长358% beside 净利润为12亿元,同比增长358%: growth told alone says nothing that the level doesn't.
fn drop_repeated_growth(claims: &mut Vec<Claim>) {
    let is_growth = |claim: &Claim| match &claim.object {
        Object::Quantity(q) => q.kind == Kind::Percent && claim.qualifiers.get("change") == Some(&number(q.value)),
        _ => false,
    };
    let change = |claim: &Claim| {
        let qualifier = |name| claim.qualifiers.get(name).map(Value::to_string);
        (claim.predicate == Predicate::HasMetric)
            .then(|| Some((claim.subject, claim.status, qualifier("metric")?, qualifier("change")?)))
            .flatten()
    };
    let levels: FxHashSet<_> = claims.iter().filter(|c| !is_growth(c)).filter_map(change).collect();
    claims.retain(|c| !is_growth(c) || change(c).is_none_or(|change| !levels.contains(&change)));
}

fn compatible_dates(a: &Claim, b: &Claim) -> bool {
    match (a.qualifiers.get("date"), b.qualifiers.get("date")) {
        (Some(Value::String(x)), Some(Value::String(y))) => x.starts_with(y.as_str()) || y.starts_with(x.as_str()),
        _ => true,
    }
}

/// Whether the model is asked about an entity: only where the document brings its own. Where names are sought as well, no
/// bar was found above which its claims are as sure as the patterns'.
fn is_asked_about(mention: &Mention) -> bool {
    mention.origin == Origin::Given
}

/// What may be a party to an event; a pronoun is left to the patterns, which know how far back it reaches.
fn is_party(mention: &Mention) -> bool {
    mention.origin != Origin::Anaphor
        && matches!(
            mention.kind,
            EntityType::Company | EntityType::Organization | EntityType::Person
        )
}

/// Whether two different parties are named in a sentence.
fn names_two(input: &Input<'_>, sentence: &Sentence) -> bool {
    let mentions = &input.found.mentions;
    let low = mentions.partition_point(|m| m.start < sentence.start);
    let mut parties = mentions[low..]
        .iter()
        .take_while(|m| m.start < sentence.end)
        .filter(|m| is_party(m))
        .map(|m| m.entity);
    parties.next().is_some_and(|first| parties.any(|other| other != first))
}

/// Whether a claim relates these two, by whatever predicate and in whichever direction.
fn speaks_of(told: &Claim, a: usize, b: usize) -> bool {
    matches!(told.object, Object::Entity(object) if (told.subject, object) == (a, b) || (told.subject, object) == (b, a))
}

impl Reading<'_> {
    /// What an event that the model tells adds: claims of pairs of which no pattern spoke, and what a pattern's claim leaves
    /// open. The first `told` claims are those that stand.
    fn happened(
        &self,
        events: &Events,
        meanings: &[Meaning],
        event: &Event,
        told: usize,
        scope: &mut Scope<'_>,
        out: &mut Vec<Claim>,
    ) {
        let folded = self.input.text.folded();
        let kind = &events.kinds()[event.kind].name;
        let word = &folded[event.trigger.clone()];
        let Some(meaning) = meanings
            .iter()
            .find(|m| m.event == kind && (m.words.is_empty() || m.words.contains(&word)))
        else {
            return;
        };
        let of = |roles: &[&str]| -> Vec<&Told> {
            let plays = |part: &&Told| roles.contains(&events.roles()[part.role].as_str());
            event.parts.iter().filter(plays).collect()
        };
        let sentence = &self.input.sentences[self.sentence];
        for a in of(&meaning.subject) {
            for b in of(&meaning.object) {
                let (Some(subject), Some(object)) = (self.party(&a.span), self.party(&b.span)) else {
                    continue;
                };
                let probability = events.calibration().of_pair(a, b);
                if probability < COMPLETE_BAR || subject.entity == object.entity {
                    continue;
                }
                let mut span = event.trigger.clone();
                for part in [a, b] {
                    span = span.start.min(part.span.start)..span.end.max(part.span.end);
                }
                let (qualifiers, places) = self.circumstances(meaning, &of);
                let here = |claim: &Claim| claim.start >= sentence.start && claim.end <= sentence.end;
                let mut spoken = false;
                for claim in out[..told]
                    .iter_mut()
                    .filter(|c| speaks_of(c, subject.entity, object.entity))
                {
                    let same = claim.predicate == meaning.predicate
                        && (claim.subject == subject.entity || claim.predicate.is_symmetric());
                    spoken |= same || here(claim);
                    if same && here(claim) && claim.start <= event.trigger.start && claim.end >= event.trigger.end {
                        complete(claim, &qualifiers, &places);
                    }
                }
                let again = |other: &Claim| {
                    other.predicate == meaning.predicate && speaks_of(other, subject.entity, object.entity)
                };
                if probability < EVENT_BAR || spoken || out[told..].iter().any(again) {
                    continue;
                }
                let status = scope.status(&span, &[], meaning.predicate);
                let value = Object::Entity(object.entity);
                if status == super::Status::Negated || !fits(meaning.predicate, subject.kind, &value, Some(object.kind))
                {
                    continue;
                }
                let mut claim = Claim {
                    figure: None,
                    elided: false,
                    subject: subject.entity,
                    predicate: meaning.predicate,
                    object: value,
                    qualifiers: BTreeMap::new(),
                    status,
                    start: span.start,
                    end: span.end,
                    score: probability.min(SUREST) * subject.score * object.score,
                    rule: format!("model.event.{kind}"),
                };
                complete(&mut claim, &qualifiers, &places);
                if let Some(date) = self.date_nearby(DateScope::Clause, &span) {
                    claim.qualifiers.entry("date".to_owned()).or_insert(json!(date));
                }
                out.push(claim);
            }
        }
    }

    /// The party that is named exactly here.
    fn party(&self, span: &Range<usize>) -> Option<&Mention> {
        let mentions = &self.input.found.mentions;
        let low = mentions.partition_point(|m| m.start < span.start);
        mentions[low..]
            .iter()
            .take_while(|m| m.start == span.start)
            .find(|m| m.end == span.end && is_party(m))
    }

    /// The qualifiers that an event gives a claim, and where they stand. Of two amounts that play one role neither is taken.
    fn circumstances<'e>(
        &self,
        meaning: &Meaning,
        of: &impl Fn(&[&str]) -> Vec<&'e Told>,
    ) -> (BTreeMap<String, Value>, BTreeMap<String, Range<usize>>) {
        let (mut qualifiers, mut places) = (BTreeMap::new(), BTreeMap::new());
        let only = |role: &str| match of(&[role])[..] {
            [part] if part.probability >= PART_BAR => Some(part.span.clone()),
            _ => None,
        };
        let overlap = |start: usize, end: usize, span: &Range<usize>| start < span.end && span.start < end;
        for (name, role) in &meaning.qualifiers {
            let Some(span) = only(role) else { continue };
            let quantities = &self.input.measures.quantities;
            let low = quantities.partition_point(|q| q.end <= span.start);
            let found = quantities[low..]
                .iter()
                .take_while(|q| q.start < span.end)
                .find(|q| match *name {
                    "amount" => q.kind == Kind::Money && !self.is_price_per_unit(q),
                    "share" => q.kind == Kind::Percent && q.unit.as_deref() == Some("%"),
                    _ => matches!(q.kind, Kind::Count | Kind::Number),
                });
            if let Some(quantity) = found {
                let mut put = BTreeMap::new();
                put_value(name, quantity, &mut put);
                for name in put.keys() {
                    places.insert(name.clone(), quantity.start..quantity.end);
                }
                qualifiers.append(&mut put);
            }
        }
        if let Some(span) = only("date") {
            let dates = &self.input.measures.dates;
            let low = dates.partition_point(|d| d.start < span.start);
            let date = dates[low.saturating_sub(1)..]
                .iter()
                .take_while(|d| d.start < span.end)
                .find(|d| overlap(d.start, d.end, &span));
            if let Some((date, edtf)) = date.and_then(|d| Some((d, d.edtf.as_ref()?))) {
                qualifiers.insert("date".to_owned(), json!(edtf));
                places.insert("date".to_owned(), date.start..date.end);
            }
        }
        (qualifiers, places)
    }

    /// What the model tells of the sentence's pairs. A pattern's claim stands: the first `told` claims are theirs, and what
    /// one of them says of a pair is not said again.
    fn related(&self, relations: &Relations, eyes: &Eyes, told: usize, scope: &mut Scope<'_>, out: &mut Vec<Claim>) {
        let (mut features, mut opinions) = (Vec::new(), Vec::new());
        for pair in relate::candidates(self.input, self.sentence, is_asked_about) {
            pair.features(self.input, eyes, &out[..told], relations.bits(), &mut features);
            relations.opinions(&features, relations.calibration().bar, &mut opinions);
            let modelled = out.len();
            for opinion in &opinions {
                if let Some(claim) = self.opined(&pair, relations, eyes, opinion, scope)
                    && !out[..told].iter().any(|other| says_the_same(other, &claim))
                    // Of 收购 and 拟收购, or of both directions, the likelier is meant.
                    && !out[modelled..].iter().any(|other| other.predicate == claim.predicate)
                {
                    out.push(claim);
                }
            }
        }
    }

    /// The claim of one opinion, unless a guard refuses it.
    fn opined(
        &self,
        pair: &Candidate,
        relations: &Relations,
        eyes: &Eyes,
        opinion: &Opinion,
        scope: &mut Scope<'_>,
    ) -> Option<Claim> {
        let mentions = &self.input.found.mentions;
        let label = relations.labels().get(opinion.label)?;
        let (subject, object) = if label.forward {
            pair.nearest
        } else {
            (pair.nearest.1, pair.nearest.0)
        };
        let (a, b) = (&mentions[subject], &mentions[object]);
        let mut span = a.start.min(b.start)..a.end.max(b.end);
        let sentence = &self.input.sentences[self.sentence];
        let folded = self.input.text.folded();
        let cue = eyes.nearest(
            folded,
            sentence.start..sentence.end,
            &span,
            [&(a.start..a.end), &(b.start..b.end)],
            &label.cues,
        );
        if let Some(cue) = cue {
            span = span.start.min(cue.start)..span.end.max(cue.end);
        }
        let ignore: &[&str] = if label.standing { &["planned", "expected"] } else { &[] };
        let ignore: Vec<String> = ignore.iter().map(|class| (*class).to_owned()).collect();
        let (status, value) = if label.predicate == Predicate::AlsoKnownAs {
            let name = self.input.text.source_slice(b.start..b.end).to_owned();
            (label.status, Object::Text(name))
        } else {
            let status = match scope.status(&span, &ignore, label.predicate) {
                // It learnt what is told, not what is denied.
                super::Status::Negated => return None,
                super::Status::Asserted => label.status,
                status => status,
            };
            (status, Object::Entity(b.entity))
        };
        if a.entity == b.entity || !fits(label.predicate, a.kind, &value, Some(b.kind)) {
            return None;
        }
        let mut qualifiers = BTreeMap::new();
        if let Some(date) = self.date_nearby(DateScope::Clause, &span) {
            qualifiers.insert("date".to_owned(), json!(date));
        }
        Some(Claim {
            figure: None,
            elided: false,
            subject: a.entity,
            predicate: label.predicate,
            object: value,
            qualifiers,
            status,
            start: span.start,
            end: span.end,
            score: opinion.probability.min(SUREST) * a.score * b.score,
            rule: format!("model.relation.{}", label.name),
        })
    }

    fn captured(&self, captures: &Captures<'_>, name: &str) -> Option<(Captured<'_>, Range<usize>)> {
        let group = captures.name(name)?;
        let whole_symbol = group.len() == 1;
        let bytes = self.skeleton.bytes(group);
        let origin = self.skeleton.origin(bytes.clone());
        let captured = match self.skeleton.item_at(bytes.start).filter(|_| whole_symbol) {
            Some(Item::Mentions(list)) => Captured::Mentions(list),
            Some(Item::Quantities(list)) => Captured::Quantities(list),
            Some(Item::Date(i)) => Captured::Date(*i),
            Some(Item::Roles(list)) => Captured::Roles(list),
            Some(Item::Metrics(list)) => Captured::Metrics(list),
            None => Captured::Text(origin.clone()),
        };
        Some((captured, origin))
    }

    /// What a match stands for in the folded text.
    fn matched(&self, captures: &Captures<'_>) -> Range<usize> {
        self.trimmed(self.skeleton.origin(self.skeleton.bytes(captures.whole())))
    }

    /// A span without the marks that a form only leans on.
    fn trimmed(&self, span: Range<usize>) -> Range<usize> {
        let slice = &self.input.text.folded()[span.clone()];
        let start = span.end
            - slice
                .trim_start_matches([',', ';', ':', '。', '“', '”', '、', ' '])
                .len();
        let end = span.start + slice.trim_end_matches([',', ';', ':', '、', ' ']).len();
        start..end.max(start)
    }

    fn quantity(&self, index: usize) -> &Quantity {
        &self.input.measures.quantities[index]
    }

    fn kind(&self, mention: usize) -> EntityType {
        self.input.found.mentions[mention].kind
    }

    /// Anthropic, OpenAI and Alphabet's Google: of a list only the last has what follows.
    fn possessor<'l>(&self, list: &'l [usize]) -> &'l [usize] {
        let owns = list
            .last()
            .is_some_and(|&last| self.input.text.folded()[self.input.found.mentions[last].end..].starts_with("'s "));
        if owns { &list[list.len() - 1..] } else { list }
    }

    /// Where a person is known from, if that is of one of these types: of the countries and firms that an article names it
    /// is the likeliest one of a post told without it.
    fn home(&self, subject: usize, types: &[EntityType]) -> Home {
        let found = self.input.found;
        let mention = &found.mentions[subject];
        let owner = (mention.kind == EntityType::Person)
            .then(|| found.entities[mention.entity].key.as_deref())
            .flatten()
            .and_then(|key| self.lexicon.index_of_key(key))
            .and_then(|index| self.lexicon.entry(index as usize)?.owner.as_deref());
        let Some(owner) = owner else { return Home::Unknown };
        let named = found
            .mentions
            .iter()
            .position(|m| types.contains(&m.kind) && found.entities[m.entity].key.as_deref() == Some(owner));
        match named {
            Some(mention) => Home::Named(mention),
            // The head of another country than those that are named.
            None if self
                .lexicon
                .index_of_key(owner)
                .and_then(|index| self.lexicon.entry(index as usize))
                .is_some_and(|entry| entry.kind == EntityType::Place && types.contains(&entry.kind)) =>
            {
                Home::Elsewhere
            }
            None => Home::Unknown,
        }
    }

    /// Makes the claims of one match; false where a guard refused all of them.
    fn claims(&self, pattern: &Pattern, captures: &Captures<'_>, scope: &mut Scope<'_>, out: &mut Vec<Claim>) -> bool {
        let mut span = self.matched(captures);
        let before = out.len();

        if !pattern.not_before.is_empty()
            && let Some((_, origin)) = self.captured(captures, "subject")
            && pattern
                .not_before
                .iter()
                .any(|word| self.input.text.folded()[..origin.start].ends_with(word.as_str()))
        {
            return false;
        }
        if let Some((Captured::Mentions(list), _)) = self.captured(captures, "both") {
            for (a, b) in sides(self.input, list) {
                self.one(
                    pattern,
                    captures,
                    scope,
                    span.clone(),
                    a,
                    ObjectAt::Mention(b),
                    0,
                    1,
                    out,
                );
            }
            return out.len() > before;
        }

        // The anchor of an ellipsis is the trigger's own place: the match's beginning.
        let subjects: Vec<usize> = match self.captured(captures, "subject") {
            Some((Captured::Mentions(list), _)) => self.possessor(list).to_vec(),
            Some(_) => return false,
            None if !pattern.topic.is_empty() => {
                match self
                    .topics
                    .resolve(self.input, self.sentence, span.start, &pattern.topic, pattern.reach)
                {
                    Some(mention) => vec![mention],
                    None => return false,
                }
            }
            None => return false,
        };
        let objects: Vec<ObjectAt> = match self.captured(captures, "object") {
            Some((Captured::Mentions(list), _)) => self
                .possessor(list)
                .iter()
                .filter(|&&m| !pattern.named || self.input.found.mentions[m].origin != Origin::Anaphor)
                .map(|&m| ObjectAt::Mention(m))
                .collect(),
            Some((Captured::Quantities(list), _)) => list.iter().map(|&q| ObjectAt::Quantity(q)).collect(),
            Some((Captured::Date(i), _)) => vec![ObjectAt::Date(i)],
            Some((Captured::Text(range), _)) => vec![ObjectAt::Text(range)],
            Some(_) => return false,
            None if !pattern.topic_object.is_empty() => {
                let topic = || {
                    self.topics.resolve(
                        self.input,
                        self.sentence,
                        span.start,
                        &pattern.topic_object,
                        pattern.reach,
                    )
                };
                let found = match subjects.first().map(|&s| self.home(s, &pattern.topic_object)) {
                    Some(Home::Named(mention))
                        if pattern.reach == Reach::Home || self.kind(mention) == EntityType::Place =>
                    {
                        Some(mention)
                    }
                    Some(Home::Elsewhere) => None,
                    _ => topic(),
                };
                match found {
                    Some(mention) => vec![ObjectAt::Mention(mention)],
                    None => return false,
                }
            }
            None => return false,
        };
        if subjects.is_empty() || objects.is_empty() {
            return false;
        }
        // A subject taken from elsewhere widens the quote to where it is named.
        for &subject in &subjects {
            let mention = &self.input.found.mentions[subject];
            let nearest = self.topics.nearest_mention(self.input, mention.entity, &span);
            span = span.start.min(nearest.start)..span.end.max(nearest.end);
        }
        if let Some(ObjectAt::Mention(object)) = objects.first().filter(|_| captures.name("object").is_none()) {
            let entity = self.input.found.mentions[*object].entity;
            let nearest = self.topics.nearest_mention(self.input, entity, &span);
            span = span.start.min(nearest.start)..span.end.max(nearest.end);
        }
        if span.len() > MAX_QUOTE {
            return false;
        }

        let values = objects.iter().all(|o| matches!(o, ObjectAt::Quantity(_)));
        let elided = captures.name("subject").is_none();
        let paired = matches!(
            self.captured(captures, "metric"),
            Some((Captured::Metrics(list), _)) if list.len() == objects.len()
        );
        if elided && values && objects.len() > 1 && !paired {
            return false;
        }
        // 全球REITs、标普500和大豆分别涨10%、8%和7%: names that aren't known stand at the list's beginning, or they would part
        // it, so that the figures of those that are known are the last ones.
        let unknown_first = values
            && !elided
            && !paired
            && objects.len() > subjects.len()
            && self.input.text.folded()[span.clone()].contains("分别")
            && self.input.text.folded()[..self.input.found.mentions[subjects[0]].start]
                .ends_with(['、', '和', '及', '与']);
        let objects = if unknown_first {
            objects[objects.len() - subjects.len()..].to_vec()
        } else {
            objects
        };
        let zipped = subjects.len() > 1
            && subjects.len() == objects.len()
            && (values || self.input.text.folded()[span.clone()].contains("分别"));
        // 营收和净利润均增长20%: one figure of every metric.
        if let (Some((Captured::Metrics(list), metrics)), [_], [ObjectAt::Quantity(q)]) =
            (self.captured(captures, "metric"), &subjects[..], &objects[..])
            && list.len() > 1
            && let Some(between) = self.input.text.folded().get(metrics.end..self.quantity(*q).start)
            && self
                .lexicon
                .cues("each_alike")
                .iter()
                .any(|word| between.contains(word.as_str()))
        {
            let n = list.len();
            for i in 0..n {
                self.one(
                    pattern,
                    captures,
                    scope,
                    span.clone(),
                    subjects[0],
                    objects[0].clone(),
                    i,
                    n,
                    out,
                );
            }
            return out.len() > before;
        }
        if zipped {
            let n = subjects.len();
            for (i, (subject, object)) in subjects.into_iter().zip(objects).enumerate() {
                self.one(pattern, captures, scope, span.clone(), subject, object, i, n, out);
            }
        } else if values && subjects.len() > 1 && objects.len() > 1 {
            // Three companies and two figures: nothing tells which belongs to which.
            return false;
        } else {
            let (n, m) = (subjects.len(), objects.len());
            for (i, subject) in subjects.iter().enumerate() {
                for (j, object) in objects.iter().enumerate() {
                    let (index, count) = if n > 1 { (i, n) } else { (j, m) };
                    self.one(
                        pattern,
                        captures,
                        scope,
                        span.clone(),
                        *subject,
                        object.clone(),
                        index,
                        count,
                        out,
                    );
                }
            }
        }
        out.len() > before
    }

    /// Makes one claim, `index` of the `count` that share the match, unless a guard refuses it.
    #[allow(clippy::too_many_arguments)]
    fn one(
        &self,
        pattern: &Pattern,
        captures: &Captures<'_>,
        scope: &mut Scope<'_>,
        span: Range<usize>,
        subject: usize,
        object: ObjectAt,
        index: usize,
        count: usize,
        out: &mut Vec<Claim>,
    ) {
        let mentions = &self.input.found.mentions;
        let folded = self.input.text.folded();
        let matched = self.matched(captures);
        let mut qualifiers: BTreeMap<String, Value> = pattern.set.clone();
        let mut score = pattern.score * mentions[subject].score;
        let object_value = match &object {
            ObjectAt::Mention(m) => {
                if mentions[*m].entity == mentions[subject].entity {
                    return;
                }
                // he said it was late: what a pronoun stands for is hardly what the words are about.
                let pronoun =
                    mentions[*m].origin == Origin::Anaphor && mentions[*m].end - mentions[*m].start <= PRONOUN;
                if pattern.predicate == Predicate::CommentedOn
                    && pronoun
                    && folded[mentions[*m].start..mentions[*m].end].is_ascii()
                {
                    return;
                }
                score *= mentions[*m].score;
                Object::Entity(mentions[*m].entity)
            }
            ObjectAt::Quantity(q) => Object::Quantity(signed(self.quantity(*q), pattern.negative)),
            ObjectAt::Date(d) => match &self.input.measures.dates[*d].edtf {
                Some(edtf) => Object::Date(edtf.clone()),
                None => return,
            },
            ObjectAt::Text(range) => {
                let text = self.input.text.source_slice(range.clone()).trim();
                if text.is_empty() {
                    return;
                }
                Object::Text(text.to_owned())
            }
        };

        if pattern.predicate == Predicate::HasMetric
            && let Object::Quantity(q) = &object_value
        {
            // 毛利率收窄2.1个百分点: by how much a rate moved is not the rate.
            if q.unit.as_deref() == Some("percentage point") && pattern.echo.is_none() {
                return;
            }
            if let Some(currency) = &q.currency {
                qualifiers.insert("currency".to_owned(), json!(currency));
            }
            if !pattern.counts.is_empty() {
                match q.unit.as_ref().and_then(|unit| pattern.counts.get(unit)) {
                    Some(metric) => qualifiers.insert("metric".to_owned(), json!(metric)),
                    None => return,
                };
            }
            if let Some(name) = &pattern.echo {
                qualifiers.insert(name.clone(), number(q.value));
            }
        }

        let mut roles: Vec<(String, String)> = Vec::new();
        let mut used: Vec<usize> = match &object {
            ObjectAt::Quantity(q) => vec![*q],
            _ => Vec::new(),
        };
        let mut own_date = None;
        for name in pattern.captures() {
            if matches!(name, "subject" | "object" | "both") {
                continue;
            }
            let Some((captured, _)) = self.captured(captures, name) else {
                continue;
            };
            match captured {
                Captured::Quantities(list) => {
                    let pick = if list.len() == count { list[index] } else { list[0] };
                    used.extend(list);
                    self.put_quantity(name, self.quantity(pick), pattern, &mut qualifiers);
                }
                Captured::Date(d) => {
                    if let Some(edtf) = &self.input.measures.dates[d].edtf {
                        if name == "date" {
                            own_date = Some(edtf.clone());
                        } else {
                            qualifiers.insert(name.to_owned(), json!(edtf));
                        }
                    }
                }
                Captured::Roles(list) => {
                    for &r in list {
                        let role = &self.roles[r];
                        roles.push((
                            role.role.clone(),
                            self.input.text.source_slice(role.start..role.end).to_owned(),
                        ));
                    }
                }
                Captured::Metrics(list) => {
                    // 营收和净利润分别为12亿元和3亿元 pairs them; else a figure is that of the metric nearest to it.
                    let paired = count == list.len() && matches!(object, ObjectAt::Quantity(_));
                    let Some(&m) = (if paired { list.get(index) } else { list.last() }) else {
                        continue;
                    };
                    let hit = &self.metrics[m];
                    let Some(term) = self.lexicon.term(hit.table, hit.row) else {
                        continue;
                    };
                    if let ObjectAt::Quantity(q) = &object
                        && name == "metric"
                        && !takes(term, self.quantity(*q).kind)
                    {
                        return;
                    }
                    qualifiers.insert(name.to_owned(), json!(term.name));
                }
                Captured::Mentions(list) => {
                    let labels: Vec<Value> = list
                        .iter()
                        .map(|&m| json!(self.input.text.source_slice(mentions[m].start..mentions[m].end)))
                        .collect();
                    let value = if labels.len() == 1 {
                        labels[0].clone()
                    } else {
                        Value::Array(labels)
                    };
                    qualifiers.insert(name.to_owned(), value);
                }
                Captured::Text(range) => {
                    let words = self
                        .input
                        .text
                        .source_slice(range.clone())
                        .trim()
                        .trim_matches(['“', '”', '「', '」', '"', '，', ',', '：', ':', '。', ' ']);
                    let words = words.strip_prefix("that ").unwrap_or(words);
                    if name == "rank" {
                        qualifiers.insert(
                            name.to_owned(),
                            ordinal(&folded[range]).map_or_else(|| json!(words), |n| json!(n)),
                        );
                        continue;
                    }
                    if name == "aspect" {
                        let aspects = aspects(self.lexicon, &folded[range.clone()].to_lowercase());
                        if !aspects.is_empty() {
                            qualifiers.insert(
                                name.to_owned(),
                                if aspects.len() == 1 {
                                    json!(aspects[0])
                                } else {
                                    json!(aspects)
                                },
                            );
                            continue;
                        }
                    }
                    let known = pattern::table(&format!("{}s", name.trim_start_matches('_')))
                        .and_then(|t| term_name(self.lexicon, t, &folded[range].to_lowercase()));
                    let value = match known {
                        Some(known) => known.to_owned(),
                        None if name.starts_with('_') => fold(words),
                        None => words.to_owned(),
                    };
                    if !value.is_empty() {
                        qualifiers.insert(name.to_owned(), json!(value));
                    }
                }
            }
        }
        let places = self.places_of(pattern, captures, &matched, subject, &object);
        for (name, kinds) in &pattern.take {
            if !qualifiers.contains_key(name.as_str())
                && let Some(q) = places
                    .iter()
                    .find_map(|(i, place)| self.nearby_quantity(*i, place, kinds, &used))
            {
                used.push(q);
                self.put_quantity(name, self.quantity(q), pattern, &mut qualifiers);
            }
        }
        for (name, table) in &pattern.seek {
            if !qualifiers.contains_key(name.as_str())
                && let Some(found) = places.iter().find_map(|(i, place)| self.seek(*i, table, place))
            {
                qualifiers.insert(name.clone(), found);
            }
        }
        // Of several posts (实际控制人、董事长) those that don't fit are left out, not the person.
        if let Some(except) = pattern.except.get("role")
            && roles.iter().any(|(role, _)| !except.contains(role))
        {
            roles.retain(|(role, _)| !except.contains(role));
        }
        let meant = |name: &String| -> Option<Vec<String>> {
            if name == "role" {
                return (!roles.is_empty()).then(|| roles.iter().map(|(role, _)| role.clone()).collect());
            }
            qualifiers
                .get(name)
                .map(|v| vec![v.as_str().map_or_else(|| v.to_string(), str::to_owned)])
        };
        let allowed = pattern
            .only
            .iter()
            .all(|(name, values)| meant(name).is_none_or(|m| m.iter().any(|v| values.contains(v))))
            && pattern
                .except
                .iter()
                .all(|(name, values)| meant(name).is_none_or(|m| !m.iter().any(|v| values.contains(v))));
        if !allowed {
            return;
        }
        qualifiers.retain(|name, _| !name.starts_with('_'));
        by_share(&object_value, &mut qualifiers);
        let object_value = self.as_loss(object_value, &mut qualifiers);
        if let Some(date) = own_date.or_else(|| self.date_nearby(pattern.date, &matched)) {
            qualifiers.entry("date".to_owned()).or_insert(json!(date));
        }
        let status = pattern
            .status
            .unwrap_or_else(|| scope.status(&matched, &pattern.ignore, pattern.predicate));
        let status = match status {
            super::Status::Planned
                if self.is_foreseen_by_another(pattern.predicate, mentions[subject].entity, &matched) =>
            {
                super::Status::Hedged
            }
            status => status,
        };

        if !fits(
            pattern.predicate,
            self.kind(subject),
            &object_value,
            match &object {
                ObjectAt::Mention(m) => Some(self.kind(*m)),
                _ => None,
            },
        ) {
            return;
        }
        let figure = match &object {
            ObjectAt::Quantity(q) => Some(*q),
            _ => None,
        };
        let elided = captures.name("subject").is_none() && captures.name("both").is_none();
        let claim = Claim {
            figure,
            elided,
            subject: mentions[subject].entity,
            predicate: pattern.predicate,
            object: object_value,
            qualifiers,
            status,
            start: span.start,
            end: span.end,
            score,
            rule: pattern.id.clone(),
        };
        if roles.is_empty() || pattern.predicate != Predicate::HoldsPosition {
            out.push(claim);
            return;
        }
        for (role, text) in roles {
            let mut claim = claim.clone();
            let tenure = scope.tenure(&matched);
            if status == super::Status::Planned || tenure == "incoming" {
                claim.status = super::Status::Asserted;
            }
            let tenure = if status == super::Status::Planned {
                "incoming"
            } else {
                tenure
            };
            claim.qualifiers.entry("status".to_owned()).or_insert(json!(tenure));
            claim.qualifiers.insert("role".to_owned(), json!(role));
            claim.qualifiers.insert("roleText".to_owned(), json!(text));
            out.push(claim);
        }
    }

    /// 摩根士丹利预计英伟达营收…: a figure that somebody else expects is no outlook of the company's own.
    fn is_foreseen_by_another(&self, predicate: Predicate, entity: usize, matched: &Range<usize>) -> bool {
        if predicate != Predicate::HasMetric {
            return false;
        }
        let folded = self.input.text.folded();
        let mentions = &self.input.found.mentions;
        let sentence = &self.input.sentences[self.sentence];
        let first = mentions.partition_point(|m| m.start < sentence.start);
        let last = mentions.partition_point(|m| m.start < matched.end);
        mentions[first..last.max(first)]
            .iter()
            .filter(|m| m.entity != entity)
            .filter(|m| {
                matches!(
                    m.kind,
                    EntityType::Company | EntityType::Organization | EntityType::Person
                )
            })
            .any(|m| {
                let behind = folded[m.end..].trim_start_matches(' ');
                self.lexicon
                    .cues("expected")
                    .iter()
                    .any(|cue| behind.starts_with(cue.as_str()))
            })
    }

    /// A profit below zero is a loss of that size, where the table of metrics knows the loss (net profit, net loss).
    fn as_loss(&self, object: Object, qualifiers: &mut BTreeMap<String, Value>) -> Object {
        let Object::Quantity(mut q) = object else { return object };
        let loss = qualifiers
            .get("metric")
            .and_then(Value::as_str)
            .filter(|_| q.value < 0.0 && q.kind == Kind::Money)
            .and_then(|metric| metric.strip_suffix("profit"))
            .map(|kind| format!("{kind}loss"))
            .filter(|loss| {
                self.lexicon
                    .terms(TermTable::Metrics)
                    .iter()
                    .any(|term| term.name == *loss)
            });
        if let Some(loss) = loss {
            q.value = -q.value;
            (q.min, q.max) = (q.max.map(|v| -v), q.min.map(|v| -v));
            qualifiers.insert("metric".to_owned(), json!(loss));
        }
        Object::Quantity(q)
    }

    fn put_quantity(
        &self,
        name: &str,
        quantity: &Quantity,
        pattern: &Pattern,
        qualifiers: &mut BTreeMap<String, Value>,
    ) {
        let (name, falls) = if name == "fall" {
            ("change", true)
        } else {
            (name, name == "change" && pattern.negative)
        };
        put_value(name, &signed(quantity, falls), qualifiers);
    }

    /// Sentences and spans beside which amounts and terms are sought: the match, and with `recall` the place where what
    /// it leaves out is named (完成数亿元A轮融资。本轮由…).
    fn places_of(
        &self,
        pattern: &Pattern,
        captures: &Captures<'_>,
        matched: &Range<usize>,
        subject: usize,
        object: &ObjectAt,
    ) -> SmallVec<[(usize, Range<usize>); 2]> {
        let mut places = smallvec![(self.sentence, matched.clone())];
        let named = match object {
            _ if captures.name("subject").is_none() => Some(subject),
            ObjectAt::Mention(object) if captures.name("object").is_none() => Some(*object),
            _ => None,
        };
        if let Some(mention) = named.filter(|_| pattern.recall) {
            let mention = &self.input.found.mentions[mention];
            let sentence = self.input.sentences.partition_point(|s| s.end <= mention.start);
            if sentence < self.sentence {
                places.push((sentence, mention.start..mention.end));
            }
        }
        places
    }

    /// The clause that holds a span: from the comma before to the comma after it.
    fn clause(&self, sentence: usize, span: &Range<usize>) -> Range<usize> {
        let sentence = &self.input.sentences[sentence];
        let folded = self.input.text.folded();
        let start = span.start.clamp(sentence.start, sentence.end);
        let end = span.end.clamp(start, sentence.end);
        let from = after_last(folded, sentence.start..start, &[',', ';', ':', '。']);
        let to = folded[end..sentence.end]
            .find([',', ';', '。'])
            .map_or(sentence.end, |i| end + i);
        from..to
    }

    /// The nearest quantity of these kinds in the clause of the match or the one after it.
    fn nearby_quantity(
        &self,
        sentence: usize,
        matched: &Range<usize>,
        kinds: &[Kind],
        used: &[usize],
    ) -> Option<usize> {
        let folded = self.input.text.folded();
        let clause = self.clause(sentence, matched);
        let sentence_end = self.input.sentences[sentence].end;
        let after = folded[clause.end..sentence_end]
            .chars()
            .next()
            .map_or(sentence_end, |c| clause.end + c.len_utf8());
        let next = self.clause(sentence, &(after..after));
        let quantities = &self.input.measures.quantities;
        let first = quantities.partition_point(|q| q.start < clause.start);
        quantities[first..]
            .iter()
            .enumerate()
            .take_while(|(_, q)| q.end <= next.end.max(clause.end))
            .filter(|(i, q)| kinds.contains(&q.kind) && !used.contains(&(first + i)))
            // A price for one share or barrel is no amount.
            .filter(|(_, q)| q.kind != Kind::Money || !self.is_price_per_unit(q))
            .min_by_key(|(_, q)| {
                if q.start < matched.start {
                    matched.start - q.start
                } else {
                    q.start.saturating_sub(matched.end)
                }
            })
            .map(|(i, _)| first + i)
    }

    /// 每股58元, $1.85 per share, 每桶60美元
    fn is_price_per_unit(&self, q: &Quantity) -> bool {
        if q.is_by_unit() {
            return true;
        }
        let folded = self.input.text.folded();
        let from = after_last(folded, 0..q.start, &[',', '。', ';', ' ', '\n']);
        let before = &folded[from..q.start];
        let after = folded[q.end..].trim_start_matches(' ');
        self.lexicon
            .cues("price_per_unit")
            .iter()
            .any(|word| before.ends_with(word.as_str()) || after.starts_with(word.as_str()))
    }

    /// The first term of a table in the clause of the match, as its English name.
    fn seek(&self, sentence: usize, table: &str, matched: &Range<usize>) -> Option<Value> {
        let table = pattern::table(table)?;
        let clause = self.clause(sentence, matched);
        let hits = self.lexicon.terms_in(self.input.text.folded(), clause);
        let names: Vec<&str> = hits
            .iter()
            .filter(|h| h.table == table)
            .filter_map(|h| self.lexicon.term(h.table, h.row))
            .map(|t| t.name.as_str())
            .collect();
        match names.as_slice() {
            [] => None,
            [first, ..] if matches!(table, TermTable::Sessions) => Some(json!(first)),
            [one] => Some(json!(one)),
            many => {
                let mut distinct: Vec<&str> = Vec::new();
                for name in many {
                    if !distinct.contains(name) {
                        distinct.push(name);
                    }
                }
                Some(if distinct.len() == 1 {
                    json!(distinct[0])
                } else {
                    json!(distinct)
                })
            }
        }
    }

    /// The day that a sentence without one tells of: the last that its paragraph names before it; failing that the day of
    /// publication where the text says somewhere that it speaks of that day, else the last day named before. A text that
    /// names none speaks of the day on which it was published.
    fn day_of(&self, sentence: &Sentence) -> Option<&str> {
        let Measures { dates, published, .. } = self.input.measures;
        let day = |d: &'_ Date| d.edtf.as_deref().is_some_and(is_day);
        let before = dates.partition_point(|d| d.start < sentence.start);
        let first = self
            .input
            .sentences
            .partition_point(|s| s.paragraph < sentence.paragraph);
        let paragraph = self.input.sentences.get(first).map_or(sentence.start, |s| s.start);
        let last = dates[..before].iter().rev().find(|d| day(d));
        let tells = |d: &Date| d.edtf.is_some() && d.edtf == *published;
        match last {
            Some(last) if last.start >= paragraph || !dates.iter().any(tells) => last.edtf.as_deref(),
            _ => published.as_deref(),
        }
    }

    fn date_nearby(&self, scope: DateScope, matched: &Range<usize>) -> Option<String> {
        if scope == DateScope::None {
            return None;
        }
        let sentence = &self.input.sentences[self.sentence];
        let clause = self.clause(self.sentence, matched);
        let dates = &self.input.measures.dates;
        let within = |range: &Range<usize>| {
            let first = dates.partition_point(|d| d.start < range.start);
            let range = range.clone();
            dates[first..]
                .iter()
                .take_while(move |d| d.end <= range.end)
                .filter(|d| d.edtf.is_some())
        };
        let nearest = |range: &Range<usize>| {
            within(range)
                .min_by_key(|d| {
                    if d.start < matched.end {
                        matched.end.abs_diff(d.end)
                    } else {
                        1000 + d.start - matched.end
                    }
                })
                .and_then(|d: &Date| d.edtf.clone())
        };
        // 较上年同期, from a year earlier: what a figure is held against, not its own period.
        let folded = self.input.text.folded();
        let period = |d: &&Date| {
            (d.fiscal || d.edtf.as_deref().is_some_and(is_period))
                && !self
                    .lexicon
                    .cues("held_against")
                    .iter()
                    .any(|word| folded[..d.start].trim_end_matches(' ').ends_with(word.as_str()))
        };
        if scope == DateScope::Period
            && let Some(date) = within(&(sentence.start..matched.end))
                .filter(period)
                .last()
                .or_else(|| within(&clause).find(period))
        {
            return date.edtf.clone();
        }
        let is_day = |d: &&Date| d.edtf.as_deref().is_some_and(is_day);
        if scope == DateScope::Running {
            // A price moves on a day, or over the year to date; a quarter beside it is a report's.
            let here = within(&clause)
                .filter(|d| is_day(d) || d.edtf.as_deref().is_some_and(|e| e.len() == 4))
                .last();
            let date = here.or_else(|| within(&(sentence.start..matched.start)).filter(is_day).last());
            if let Some(date) = date {
                return date.edtf.clone();
            }
            return self.day_of(sentence).map(str::to_owned);
        }
        if let Some(date) = nearest(&clause) {
            return Some(date);
        }
        if scope == DateScope::Clause {
            return None;
        }
        if let Some(date) = within(&(sentence.start..matched.start)).last() {
            return date.edtf.clone();
        }
        if scope == DateScope::Sentence {
            return None;
        }
        let before = dates.partition_point(|d| d.start < sentence.start);
        dates[..before]
            .iter()
            .rev()
            .filter(|d| d.edtf.is_some())
            .find(period)
            .and_then(|d| d.edtf.clone())
    }
}

/// Writes a quantity as a qualifier.
fn put_value(name: &str, quantity: &Quantity, qualifiers: &mut BTreeMap<String, Value>) {
    let value = match (quantity.min, quantity.max) {
        (Some(min), Some(max)) => json!([number(min), number(max)]),
        _ => number(quantity.value),
    };
    qualifiers.insert(name.to_owned(), value);
    if let Some(currency) = &quantity.currency
        && matches!(name, "amount" | "price" | "targetPrice" | "value")
    {
        qualifiers.entry("currency".to_owned()).or_insert(json!(currency));
    }
    if name == "value"
        && let Some(unit) = &quantity.unit
    {
        qualifiers.entry("unit".to_owned()).or_insert(json!(unit));
    }
}

/// Gives a claim the qualifiers that it lacks, and its quote what they are read from.
fn complete(claim: &mut Claim, qualifiers: &BTreeMap<String, Value>, places: &BTreeMap<String, Range<usize>>) {
    // Another amount has a currency of its own.
    let priced = claim.qualifiers.contains_key("amount");
    for (name, value) in qualifiers {
        if claim.qualifiers.contains_key(name) || name == "currency" && priced {
            continue;
        }
        claim.qualifiers.insert(name.clone(), value.clone());
        if let Some(place) = places.get(name) {
            claim.start = claim.start.min(place.start);
            claim.end = claim.end.max(place.end);
        }
    }
}

/// earnings of $1.71 per share: what a profit is by the share has a name of its own.
fn by_share(object: &Object, qualifiers: &mut BTreeMap<String, Value>) {
    let shared = matches!(object, Object::Quantity(q) if q.is_by_unit() && q.unit.as_deref() == Some("per share"));
    let profit = qualifiers
        .get("metric")
        .and_then(Value::as_str)
        .is_some_and(|metric| metric.ends_with("profit") || metric == "earnings");
    if shared && profit {
        qualifiers.insert("metric".to_owned(), json!("earnings per share"));
    }
}

/// Whether a claim relates the same two by the same predicate, in either direction where that makes no difference.
fn says_the_same(told: &Claim, claim: &Claim) -> bool {
    let (Object::Entity(a), Object::Entity(b)) = (&told.object, &claim.object) else {
        return false;
    };
    told.predicate == claim.predicate
        && ((told.subject, *a) == (claim.subject, *b)
            || (told.predicate.is_symmetric() && (*a, told.subject) == (claim.subject, *b)))
}

/// Byte after the last of these marks in a range; its beginning where none stands in it.
pub(super) fn after_last(folded: &str, range: Range<usize>, marks: &[char]) -> usize {
    folded[range.clone()]
        .char_indices()
        .rev()
        .find(|(_, c)| marks.contains(c))
        .map_or(range.start, |(i, c)| range.start + i + c.len_utf8())
}

fn is_day(edtf: &str) -> bool {
    edtf.len() == 10
}

/// Quarter, half-year or year: what a report covers, not the day it came out.
fn is_period(edtf: &str) -> bool {
    edtf.len() == 4 || (edtf.len() == 7 && edtf[5..].parse::<u8>().is_ok_and(|n| n > 12))
}

/// Whether a metric's value may be of this kind; the table's second column says so.
fn takes(term: &Term, kind: Kind) -> bool {
    let Some(kinds) = term.rest.first().filter(|k| !k.is_empty()) else {
        return true;
    };
    // A number without its counter (14.1亿月活) counts all the same.
    kinds
        .split('|')
        .filter_map(pattern::quantity_kind)
        .any(|k| k == kind || (k == Kind::Count && kind == Kind::Number))
}

/// A place in a ranking: Arabic, or Chinese up to ninety-nine.
fn ordinal(words: &str) -> Option<u32> {
    if let Ok(n) = words.parse() {
        return Some(n);
    }
    let digit = |c: char| "一二三四五六七八九".chars().position(|d| d == c).map(|i| i as u32 + 1);
    let (tens, ones) = match words.split_once('十') {
        Some((tens, ones)) => (
            if tens.is_empty() {
                1
            } else {
                digit(tens.chars().next()?)?
            },
            ones,
        ),
        None => (0, words),
    };
    let ones = if ones.is_empty() {
        0
    } else {
        digit(ones.chars().next()?)?
    };
    Some(tens * 10 + ones)
}

/// The aspects that a list of words names (数学、编程和推理).
fn aspects<'l>(lexicon: &'l Lexicon, words: &str) -> Vec<&'l str> {
    let mut out = Vec::new();
    for word in words.split(['、', '和', '与', '及', '/', ',']) {
        if let Some(name) = term_name(lexicon, TermTable::Aspects, word.trim())
            && !out.contains(&name)
        {
            out.push(name);
        }
    }
    out
}

/// The English name of the row of a table that has this form.
fn term_name<'l>(lexicon: &'l Lexicon, table: TermTable, form: &str) -> Option<&'l str> {
    lexicon.term_of(table, form).map(|t| t.name.as_str())
}

/// A whole number is written without a fraction.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        json!(value as i64)
    } else {
        json!(value)
    }
}

fn signed(quantity: &Quantity, negative: bool) -> Quantity {
    let mut q = quantity.clone();
    if negative && q.value > 0.0 {
        q.value = -q.value;
        (q.min, q.max) = (q.max.map(|v| -v), q.min.map(|v| -v));
        if q.min.is_some() {
            q.value = -quantity.value;
        }
    }
    q
}

/// The two sides of a list for a symmetric relation: A、B与C is A and B on one side, C on the other.
fn sides(input: &Input<'_>, list: &[usize]) -> Vec<(usize, usize)> {
    let mentions = &input.found.mentions;
    let folded = input.text.folded();
    let joined_by = |pair: &[usize], words: &[&str]| {
        folded
            .get(mentions[pair[0]].end..mentions[pair[1]].start)
            .is_some_and(|between| words.iter().any(|w| between.contains(w)))
    };
    // 甲与乙、丙和丁签约: 与 parts the sides, 和 only ends the list.
    let split = list
        .windows(2)
        .position(|pair| joined_by(pair, &["与", "跟", "同"]))
        .or_else(|| {
            list.windows(2)
                .rposition(|pair| joined_by(pair, &["和", "及", " and ", "&"]))
        });
    let at = split.map_or(1, |i| i + 1);
    let (left, right) = list.split_at(at.min(list.len()));
    left.iter().flat_map(|&a| right.iter().map(move |&b| (a, b))).collect()
}

/// Most bytes of an English pronoun.
const PRONOUN: usize = 4;

/// Whom the lexicon knows a person to belong to.
enum Home {
    /// A mention of it
    Named(usize),
    /// A place that the article doesn't name
    Elsewhere,
    Unknown,
}

#[derive(Debug, Clone)]
enum ObjectAt {
    Mention(usize),
    Quantity(usize),
    Date(usize),
    Text(Range<usize>),
}

/// The guard of types: what may be subject and object of a predicate, by the contract.
fn fits(predicate: Predicate, subject: EntityType, object: &Object, object_kind: Option<EntityType>) -> bool {
    use EntityType::*;
    use Predicate::*;
    let org = |kind: EntityType| matches!(kind, Company | Organization);
    let actor = |kind: EntityType| matches!(kind, Company | Organization | Person | Place);
    let thing = |kind: EntityType| matches!(kind, Product | Model | Chip);
    let o = object_kind;
    match predicate {
        FoundedBy => (org(subject) || thing(subject)) && o.is_some_and(|k| org(k) || k == Person),
        EstablishedOn => org(subject) && matches!(object, Object::Date(_)),
        HeadquarteredIn => org(subject) && o == Some(Place),
        SubsidiaryOf => org(subject) && o.is_some_and(org),
        HoldsPosition => subject == Person && o.is_some_and(|k| org(k) || k == Place),
        EducatedAt => subject == Person && o.is_some_and(org),
        BornOn => subject == Person && matches!(object, Object::Date(_)),
        BornIn => subject == Person && o == Some(Place),
        ListedOn => subject == Company && o.is_some_and(org),
        ScoredOn => o == Some(Benchmark),
        RankedOn => o == Some(Ranking),
        Rated => org(subject) && o == Some(Company),
        CommentedOn => actor(subject) && subject != Place && o.is_some(),
        PriceMoved => {
            matches!(subject, Company | Index | Listing | Product | Organization)
                && matches!(object, Object::Quantity(_))
        }
        ComparedWith => o.is_some() || matches!(object, Object::Text(_)),
        Developed | Released | OpenSourced => actor(subject) && !o.is_some_and(|k| matches!(k, Person | Place | Index)),
        TrainedOn => o == Some(Chip) || o == Some(Product),
        HasMetric => subject != Place || matches!(object, Object::Quantity(_)),
        _ => true,
    }
}
