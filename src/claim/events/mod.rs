//! Which events a sentence tells of, by which word, and who and what plays which role in them: two linear models, learnt
//! from sentences in which events are marked ([`train`]).
//!
//! The first looks at every word that has told of an event before ([`spot`]) and says of which types it tells here. The
//! second reads the sentence once for each of these, knowing the type and where the word stands ([`chain`]). Weights are
//! small integers whose sums are exact.

pub mod chain;
pub mod features;
pub mod scene;
pub mod spot;
pub mod train;

use super::Predicate;
use crate::entity::tagger::decode::{self, Mask};
use chain::{Bench, Chain, Part};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use features::{Rows, Spot};
use scene::{Scene, hash};
use spot::Spots;
use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

/// The table of what the events mean as claims: path and content.
const TABLE: (&str, &str) = ("models/events.tsv", include_str!("../../../models/events.tsv"));

/// The weights that come with the program; `models/README.md` has their card.
pub const WEIGHTS: &[u8] = include_bytes!("../../../models/events.bin");

/// A file of weights, or a table of events, that isn't one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventsError {
    #[error("no weights of events: {0}")]
    Weights(&'static str),
    #[error("{}:{line}: {reason}", TABLE.0)]
    Table { line: usize, reason: String },
}

/// What an event of some type, told by some words, means as a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meaning {
    pub event: &'static str,
    /// By which words it is told; none for any
    pub words: Vec<&'static str>,
    /// Roles of the subject
    pub subject: Vec<&'static str>,
    pub predicate: Predicate,
    /// Roles of the object
    pub object: Vec<&'static str>,
    /// Names of qualifiers and the roles that they are
    pub qualifiers: Vec<(&'static str, &'static str)>,
}

/// The meanings of the built-in table.
///
/// # Errors
/// A row that can't be read, with its line.
pub fn meanings() -> Result<Vec<Meaning>, EventsError> {
    let mut out = Vec::new();
    for (i, row) in TABLE.1.lines().enumerate() {
        if row.starts_with('#') || row.trim().is_empty() {
            continue;
        }
        let wrong = |reason: String| EventsError::Table { line: i + 1, reason };
        let cells: Vec<&'static str> = row.split('\t').collect();
        let [event, words, subject, predicate, object, qualifiers] = cells[..] else {
            return Err(wrong("six cells are wanted".to_owned()));
        };
        let list = |cell: &'static str| cell.split('|').filter(|part| !part.is_empty()).collect::<Vec<_>>();
        let mut pairs = Vec::new();
        for pair in list(qualifiers) {
            pairs.push(
                pair.split_once('=')
                    .ok_or_else(|| wrong(format!("`{pair}` is no `qualifier=role`")))?,
            );
        }
        out.push(Meaning {
            event,
            words: list(words),
            subject: list(subject),
            predicate: predicate
                .parse()
                .map_err(|e: super::UnknownPredicate| wrong(e.to_string()))?,
            object: list(object),
            qualifiers: pairs,
        });
    }
    Ok(out)
}

/// A type of event.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    pub name: String,
    /// The tags of its roles
    roles: Mask,
    /// The logarithm of the odds from which on a word is held to tell of it
    bar: f32,
}

/// How margins and odds become probabilities that counts bear out (logistic).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Calibration {
    /// Of a part: offset, weight of its margin, weight of the event's odds
    pub part: [f32; 3],
    /// Of two parts of one event: offset, and weight of the log odds of the less sure one
    pub pair: [f32; 2],
}

/// Trained weights.
pub struct Events {
    kinds: Vec<Kind>,
    roles: Vec<String>,
    words: Words,
    spots: Spots,
    chain: Chain,
    calibration: Calibration,
}

/// An event of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Which of [`Events::kinds`]
    pub kind: usize,
    /// The word that tells of it; bytes of the folded text
    pub trigger: Range<usize>,
    /// The logarithm of its odds
    pub odds: f32,
    /// Sorted by place
    pub parts: Vec<Told>,
}

/// What plays a role in an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Which of [`Events::roles`]
    pub role: usize,
    /// Bytes of the folded text
    pub span: Range<usize>,
    /// By how much the best reading without it is worse
    pub margin: i32,
    /// That it is right, 0 to 1, four decimals
    pub probability: f32,
}

/// Room for reading, kept from sentence to sentence.
#[derive(Default)]
pub struct Desk {
    spot: Vec<u32>,
    rows: Rows,
    parts: Vec<Part>,
    bench: Bench,
}

/// The words that may tell of events.
pub(crate) struct Words {
    /// Sorted, each once; of the folded text
    list: Vec<String>,
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
}

impl Words {
    fn new(mut list: Vec<String>) -> Words {
        list.retain(|word| !word.is_empty());
        list.sort();
        list.dedup();
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .build_with_values(list.iter().zip(0u32..))
            .ok();
        Words { list, automaton }
    }

    /// Whether any of them stands in a text.
    fn stand_in(&self, text: &str) -> bool {
        self.automaton
            .as_ref()
            .is_some_and(|automaton| automaton.find_overlapping_iter(text).next().is_some())
    }

    /// Where they stand in a range of the folded text, sorted; those that cut a unit are passed over.
    fn spots(&self, folded: &str, range: Range<usize>, scene: &Scene) -> Vec<Spot> {
        let Some(automaton) = &self.automaton else {
            return Vec::new();
        };
        let mut out: Vec<Spot> = automaton
            .find_overlapping_iter(&folded[range.clone()])
            .filter_map(|hit| {
                let bytes = range.start + hit.start()..range.start + hit.end();
                let units = scene.inside(bytes.clone())?;
                Some(Spot {
                    first: units.start,
                    end: units.end,
                    word: hash(&folded[bytes]),
                })
            })
            .collect();
        out.sort_by_key(|spot| (spot.first, spot.end));
        out
    }
}

impl Events {
    /// The weights that come with the program.
    ///
    /// # Errors
    /// A file of weights that was damaged before the program was built.
    pub fn builtin() -> Result<Arc<Events>, EventsError> {
        static BUILTIN: LazyLock<Result<Arc<Events>, EventsError>> =
            LazyLock::new(|| Events::from_bytes(WEIGHTS).map(Arc::new));
        BUILTIN.clone()
    }

    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    pub fn calibration(&self) -> Calibration {
        self.calibration
    }

    /// Whether a text holds a word that may tell of an event.
    pub fn may_tell(&self, folded: &str) -> bool {
        self.words.stand_in(folded)
    }

    /// The events that a range of the folded text tells of, of the types that `wanted` takes; sorted by type and place.
    /// `scene` is what is seen of the range.
    pub fn told(
        &self,
        folded: &str,
        range: Range<usize>,
        scene: &Scene,
        wanted: impl Fn(usize) -> bool,
        desk: &mut Desk,
    ) -> Vec<Event> {
        let spots = self.words.spots(folded, range, scene);
        let mut out = Vec::new();
        for spot in &spots {
            features::of_spot(scene, &spots, spot, self.spots.bits, &mut desk.spot);
            let odds = self.spots.odds(&desk.spot);
            for (number, kind) in self.kinds.iter().enumerate() {
                if odds[number] < kind.bar || !wanted(number) {
                    continue;
                }
                features::of_units(scene, &spots, hash(&kind.name), spot, self.chain.bits, &mut desk.rows);
                self.chain
                    .parts(&desk.rows, kind.roles, EAGER, &mut desk.bench, &mut desk.parts);
                let parts = desk.parts.iter().map(|part| Told {
                    role: part.role,
                    span: scene.bytes(part.units.clone()),
                    margin: part.margin,
                    probability: self.calibration.of_part(part.margin, odds[number]),
                });
                out.push(Event {
                    kind: number,
                    trigger: scene.bytes(spot.first..spot.end),
                    odds: odds[number],
                    parts: parts.collect(),
                });
            }
        }
        out.sort_by_key(|event| (event.kind, event.trigger.start, event.trigger.end));
        out
    }
}

/// What a role has before none: what is learnt favours precision, and the F1 of held-out sentences is best here.
const EAGER: i32 = 0;

impl Calibration {
    fn of_part(&self, margin: i32, odds: f32) -> f32 {
        probability(
            f64::from(self.part[0])
                + seen(margin, odds)
                    .iter()
                    .zip(&self.part[1..])
                    .map(|(x, w)| x * f64::from(*w))
                    .sum::<f64>(),
        )
    }

    /// That two parts of one event both play their roles in it.
    pub fn of_pair(&self, a: &Told, b: &Told) -> f32 {
        probability(f64::from(self.pair[0]) + f64::from(self.pair[1]) * less_sure(a, b))
    }
}

/// What a part's probability depends on.
fn seen(margin: i32, odds: f32) -> [f64; 2] {
    [
        (f64::from(margin.max(0)) / 100.0).min(12.0),
        f64::from(odds.clamp(-8.0, 8.0)),
    ]
}

/// The log odds of the less sure of two parts.
fn less_sure(a: &Told, b: &Told) -> f64 {
    let p = f64::from(a.probability.min(b.probability)).clamp(1e-4, 1.0 - 1e-4);
    (p / (1.0 - p)).ln()
}

/// With four decimals: the last bits of an exponential may differ from machine to machine, what is read must not.
fn probability(log_odds: f64) -> f32 {
    let p = 1.0 / (1.0 + (-log_odds).exp());
    ((p * 1e4).round() / 1e4) as f32
}

/// The model with the meanings of its events, made ready when it is first asked: most documents never ask.
pub struct Model {
    /// In place of the built-in weights
    events: Option<Arc<Events>>,
    ready: OnceLock<Option<(Arc<Events>, Vec<Meaning>)>>,
}

impl Model {
    /// With the weights that come with the program.
    pub fn builtin() -> Model {
        Model {
            events: None,
            ready: OnceLock::new(),
        }
    }

    /// With other weights.
    pub fn of(events: Arc<Events>) -> Model {
        Model {
            events: Some(events),
            ready: OnceLock::new(),
        }
    }

    /// `None` where the built-in weights can't be read; a test holds them to be sound.
    pub fn ready(&self) -> Option<&(Arc<Events>, Vec<Meaning>)> {
        let made = || {
            let events = self.events.clone().or_else(|| Events::builtin().ok())?;
            Some((events, meanings().ok()?))
        };
        self.ready.get_or_init(made).as_ref()
    }
}

const MAGIC: &[u8; 8] = b"jwevt001";
/// The tables have no more than 2 to the power of so many rows.
const MOST_BITS: u32 = 20;

impl Events {
    /// The weights as they are kept: the mark, names and numbers, then the tables class by class, which compress better
    /// than row by row.
    pub fn bytes(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        plain.extend_from_slice(MAGIC);
        let text = |text: &str, plain: &mut Vec<u8>| {
            plain.extend_from_slice(&(text.len() as u16).to_le_bytes());
            plain.extend_from_slice(text.as_bytes());
        };
        let count = |count: usize, plain: &mut Vec<u8>| plain.extend_from_slice(&(count as u16).to_le_bytes());
        count(self.kinds.len(), &mut plain);
        for kind in &self.kinds {
            text(&kind.name, &mut plain);
            plain.extend_from_slice(&kind.roles.to_le_bytes());
            plain.extend_from_slice(&kind.bar.to_le_bytes());
        }
        for list in [&self.roles, &self.words.list] {
            count(list.len(), &mut plain);
            list.iter().for_each(|name| text(name, &mut plain));
        }
        let Calibration { part, pair } = self.calibration;
        for number in part.into_iter().chain(pair).chain([self.spots.unit]) {
            plain.extend_from_slice(&number.to_le_bytes());
        }
        plain.extend_from_slice(&self.spots.bits.to_le_bytes());
        plain.extend_from_slice(&self.chain.bits.to_le_bytes());
        let tags = decode::tags(self.roles.len());
        for row in &self.chain.transitions[..tags] {
            for weight in &row[..tags] {
                // What can't be is told by the tags, not by its weight.
                plain.extend_from_slice(&i16::try_from(*weight).unwrap_or(0).to_le_bytes());
            }
        }
        for kind in 0..self.kinds.len() {
            plain.extend(self.spots.table.iter().map(|row| row[kind] as u8));
        }
        for tag in 0..tags {
            plain.extend(self.chain.table.iter().map(|row| row[tag] as u8));
        }
        zstd::bulk::compress(&plain, 19).unwrap_or_default()
    }

    /// Reads what [`Events::bytes`] wrote.
    ///
    /// # Errors
    /// Bytes that it didn't write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Events, EventsError> {
        let most = (spot::LANES + chain::LANES + 1) << MOST_BITS;
        let length = zstd::bulk::Decompressor::upper_bound(bytes).map_or(most, |length| length.min(most));
        let plain = zstd::bulk::decompress(bytes, length).map_err(|_| EventsError::Weights("can't be unpacked"))?;
        let mut rest = plain
            .strip_prefix(MAGIC)
            .ok_or(EventsError::Weights("another format"))?;
        let rest = &mut rest;
        let mut kinds = Vec::new();
        for _ in 0..take(rest).map(u16::from_le_bytes)? {
            kinds.push(Kind {
                name: text(rest)?,
                roles: take(rest).map(Mask::from_le_bytes)?,
                bar: take(rest).map(f32::from_le_bytes)?,
            });
        }
        let mut list = || -> Result<Vec<String>, EventsError> {
            (0..take(rest).map(u16::from_le_bytes)?).map(|_| text(rest)).collect()
        };
        let (roles, words) = (list()?, list()?);
        if kinds.len() > spot::LANES || roles.len() > chain::MOST_ROLES {
            return Err(EventsError::Weights("too many types or roles"));
        }
        let mut number = || take(rest).map(f32::from_le_bytes);
        let calibration = Calibration {
            part: [number()?, number()?, number()?],
            pair: [number()?, number()?],
        };
        let unit = number()?;
        let bits: [u32; 2] = [take(rest).map(u32::from_le_bytes)?, take(rest).map(u32::from_le_bytes)?];
        let tags = decode::tags(roles.len());
        if bits.iter().any(|bits| *bits > MOST_BITS)
            || rest.len() != 2 * tags * tags + (kinds.len() << bits[0]) + (tags << bits[1])
        {
            return Err(EventsError::Weights("another size"));
        }
        let mut transitions = [[0; chain::LANES]; chain::LANES];
        for row in &mut transitions[..tags] {
            for weight in &mut row[..tags] {
                *weight = take(rest).map(i16::from_le_bytes).map(i32::from)?;
            }
        }
        let (spots, chains) = rest.split_at(kinds.len() << bits[0]);
        Ok(Events {
            words: Words::new(words),
            spots: Spots {
                kinds: kinds.len(),
                bits: bits[0],
                unit,
                table: columns(spots, bits[0]),
            },
            chain: Chain {
                roles: roles.len(),
                bits: bits[1],
                table: columns(chains, bits[1]),
                transitions: Box::new(decode::strict(&transitions, roles.len())),
            },
            kinds,
            roles,
            calibration,
        })
    }
}

/// A table from its columns.
fn columns<const L: usize>(bytes: &[u8], bits: u32) -> Vec<[i8; L]> {
    let mut table = vec![[0i8; L]; 1 << bits];
    for (lane, column) in bytes.chunks_exact(1 << bits).enumerate() {
        for (row, weight) in table.iter_mut().zip(column) {
            row[lane] = *weight as i8;
        }
    }
    table
}

/// The next few bytes.
fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], EventsError> {
    let (head, behind) = rest.split_first_chunk().ok_or(EventsError::Weights("too short"))?;
    *rest = behind;
    Ok(*head)
}

fn text(rest: &mut &[u8]) -> Result<String, EventsError> {
    let length = take(rest).map(u16::from_le_bytes)?;
    let (text, behind) = rest
        .split_at_checked(usize::from(length))
        .ok_or(EventsError::Weights("too short"))?;
    *rest = behind;
    String::from_utf8(text.to_vec()).map_err(|_| EventsError::Weights("a name isn't UTF-8"))
}
