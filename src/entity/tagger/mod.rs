//! Names that neither lexicon nor rules know, told by their letters and surroundings: a linear-chain model over characters.
//!
//! The weights are learnt by an averaged structured perceptron ([`train`]) and kept as small integers, so that tagging is
//! exact arithmetic and gives the same result everywhere. They know the labels that they were learnt with: those that come
//! with the program tell the four types of [`KINDS`] apart, others may have the labels of any annotated set.

pub mod alone;
pub mod decode;
pub mod features;
pub mod network;
pub mod shipped;
pub mod train;
pub mod units;

use super::EntityType;
use super::reading::Reading;
use decode::{Room, Scores, Transitions};
use network::{Inputs, Network, Traits};
use std::ops::Range;
use std::sync::{Arc, LazyLock};
use units::{Known, Unit};

/// The types that the built-in tagger tells apart, in the order of its labels.
pub const KINDS: [EntityType; 4] = [
    EntityType::Company,
    EntityType::Organization,
    EntityType::Person,
    EntityType::Place,
];

/// More labels than this have no room.
pub const MOST_LABELS: usize = 21;

/// Index of a type among [`KINDS`].
pub(crate) fn kind_number(kind: EntityType) -> Option<u8> {
    KINDS.iter().position(|k| *k == kind).map(|i| i as u8)
}

/// The labels of the built-in tagger.
#[must_use]
pub fn own_labels() -> Vec<String> {
    KINDS.iter().map(|kind| kind.name().to_owned()).collect()
}

/// Trained weights.
#[derive(Clone)]
pub struct Tagger {
    labels: Vec<String>,
    weights: Weights,
    /// A network whose scores are added
    network: Option<Companion>,
}

/// A network and its head of a tagger's labels.
#[derive(Clone)]
struct Companion {
    network: Arc<Network>,
    head: usize,
}

/// What a unit of a network's scores, the natural logarithm of how much likelier something is, counts in the scale of the
/// hashed features' weights.
const STRENGTH: f32 = 160.0;

/// How much of a margin counts, of a hundred, where a network's scores are in it: by so much it is greater than the features
/// alone would have it.
const SHARE: i64 = 30;

/// Sentences whose states are held in memory at once. It changes no result.
const TOGETHER: usize = 48;

/// Weights by the width of their rows: a few labels take the narrow ones, which are quick.
#[derive(Clone)]
enum Weights {
    Narrow(Model<16>),
    Wide(Model<32>),
    Widest(Model<64>),
}

/// Does the same whatever the width.
macro_rules! each_width {
    ($weights:expr, $model:ident => $body:expr) => {
        match $weights {
            Weights::Narrow($model) => $body,
            Weights::Wide($model) => $body,
            Weights::Widest($model) => $body,
        }
    };
}

/// Weights of one width.
#[derive(Clone)]
struct Model<const L: usize> {
    kinds: usize,
    bits: u32,
    /// One row of tags for each feature's hash.
    table: Arc<Vec<[i8; L]>>,
    /// Apart, so that a model of any width is of one size
    transitions: Box<Transitions<L>>,
}

/// A name that a tagger sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tagged {
    /// Bytes of the folded text.
    pub start: usize,
    pub end: usize,
    /// Which of [`Tagger::labels`].
    pub label: usize,
    /// By how much the best reading that doesn't have this name is worse.
    pub margin: i32,
}

impl Tagged {
    /// The type that a tagger with [`own_labels`] means.
    pub(crate) fn kind(&self) -> EntityType {
        KINDS[self.label]
    }
}

/// Room for tagging, kept from sentence to sentence.
#[derive(Default)]
pub(crate) struct Desk {
    pub units: Vec<Unit>,
    known: Vec<Known>,
    facets: features::Facets,
    rows: Vec<features::Rows>,
    narrow: Bench<16>,
    wide: Bench<32>,
    widest: Bench<64>,
}

/// The part of a desk that depends on the width of the weights.
#[derive(Default)]
struct Bench<const L: usize> {
    scores: Vec<Scores<L>>,
    tags: Vec<u8>,
    room: Room<L>,
}

/// A name among the units: the first, past the last, its label and its margin.
type Found = (Range<usize>, usize, i32);

impl Tagger {
    /// What the tagger calls the names that it finds.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Whether these are the types of the program, and not another set's labels.
    pub fn has_own_labels(&self) -> bool {
        self.labels == own_labels()
    }

    /// The same tagger with a network's scores added to its own, if the network has a head of its labels.
    #[must_use]
    pub fn with_network(&self, network: &Arc<Network>) -> Option<Tagger> {
        let head = network.heads().iter().position(|head| head.labels == self.labels)?;
        let mut tagger = self.clone();
        let tags = network.heads()[head].tags();
        each_width!(&mut tagger.weights, model => {
            let rows = model.transitions.iter_mut().zip(network.heads()[head].transitions().chunks_exact(tags));
            for (own, other) in rows {
                for (own, other) in own.iter_mut().zip(other) {
                    *own = (*own + counted(*other)).max(decode::NEVER);
                }
            }
            *model.transitions = decode::strict(&model.transitions, model.kinds);
        });
        tagger.network = Some(Companion {
            network: network.clone(),
            head,
        });
        Some(tagger)
    }

    /// A network's head by itself; `None` where it has none of this number.
    #[must_use]
    pub fn of_network(network: &Arc<Network>, head: usize) -> Option<Tagger> {
        let labels = network.heads().get(head)?.labels.clone();
        let weights = match decode::tags(labels.len()) {
            ..=16 => Weights::Narrow(Model::empty(labels.len())),
            17..=32 => Weights::Wide(Model::empty(labels.len())),
            _ => Weights::Widest(Model::empty(labels.len())),
        };
        let tagger = Tagger {
            labels,
            weights,
            network: None,
        };
        tagger.with_network(network)
    }

    /// The names in ranges of the text, sorted in each, added to `out`.
    pub(crate) fn read(
        &self,
        reading: &Reading,
        ranges: impl Iterator<Item = Range<usize>>,
        desk: &mut Desk,
        out: &mut Vec<Tagged>,
    ) {
        let Some(companion) = &self.network else {
            for range in ranges {
                desk.look(reading, range);
                self.tag(&[], desk, out);
            }
            return;
        };
        let ranges: Vec<Range<usize>> = ranges.collect();
        for ranges in ranges.chunks(TOGETHER) {
            let mut sentences = Vec::with_capacity(ranges.len());
            let mut inputs = Vec::with_capacity(ranges.len());
            for range in ranges {
                desk.look(reading, range.clone());
                inputs.push(inputs_of(companion.network.as_ref(), &reading.lower, &desk.units));
                sentences.push(std::mem::take(&mut desk.units));
            }
            let head = &companion.network.heads()[companion.head];
            for (units, states) in sentences.into_iter().zip(companion.network.states(&inputs)) {
                desk.units = units;
                self.tag(&head.scores(&states), desk, out);
            }
        }
    }

    /// The names in the units on the desk.
    fn tag(&self, more: &[f32], desk: &mut Desk, out: &mut Vec<Tagged>) {
        let bits = each_width!(&self.weights, model => model.bits);
        features::rows(&desk.units, bits, &mut desk.facets, &mut desk.rows);
        let units = &desk.units;
        let share = if self.network.is_some() { SHARE } else { 100 };
        let mut push = |(range, label, margin): Found| {
            out.push(Tagged {
                start: units[range.start].start as usize,
                end: units[range.end - 1].end as usize,
                label,
                margin: (i64::from(margin) * share / 100) as i32,
            });
        };
        match &self.weights {
            Weights::Narrow(model) => model.names(&desk.rows, more, &mut desk.narrow, &mut push),
            Weights::Wide(model) => model.names(&desk.rows, more, &mut desk.wide, &mut push),
            Weights::Widest(model) => model.names(&desk.rows, more, &mut desk.widest, &mut push),
        }
    }
}

impl Desk {
    /// Puts the units of a range on the desk, with the lexicon's names among them.
    fn look(&mut self, reading: &Reading, range: Range<usize>) {
        units::units(reading, range, &mut self.units);
        units::known(reading, &self.units, &mut self.known);
        units::set_names(&mut self.units, self.known.iter().copied());
    }
}

/// What a network reads of units of a text in lower case.
fn inputs_of(network: &Network, lower: &str, units: &[Unit]) -> Inputs {
    let mut inputs = Inputs::default();
    for unit in units {
        let traits = Traits {
            name: unit.name,
            place: unit.place,
            class: unit.class as u8,
            signs: unit.signs,
        };
        inputs.push(
            network.vocabulary(),
            &lower[unit.start as usize..unit.end as usize],
            traits,
        );
    }
    inputs
}

/// A score of a network in the scale of the hashed features' weights.
fn counted(score: f32) -> i32 {
    (score * STRENGTH).round() as i32
}

impl<const L: usize> Model<L> {
    /// Weights that say nothing.
    fn empty(kinds: usize) -> Model<L> {
        Model {
            kinds,
            bits: 1,
            table: Arc::new(vec![[0; L]; 2]),
            transitions: Box::new(decode::strict(&[[0; L]; L], kinds)),
        }
    }

    /// `more` are a network's scores of the tags at each unit, if there are any.
    fn names(&self, rows: &[features::Rows], more: &[f32], bench: &mut Bench<L>, push: &mut impl FnMut(Found)) {
        bench.scores.clear();
        bench.scores.extend(rows.iter().map(|rows| {
            let mut sum = [0i16; L];
            for row in rows {
                for (sum, weight) in sum.iter_mut().zip(&self.table[*row as usize]) {
                    *sum += i16::from(*weight);
                }
            }
            sum.map(i32::from)
        }));
        let more = more.chunks_exact(decode::tags(self.kinds));
        for (scores, more) in bench.scores.iter_mut().zip(more) {
            for (score, more) in scores.iter_mut().zip(more) {
                *score += counted(*more);
            }
        }
        let best = bench
            .room
            .decode(
                self.kinds,
                &bench.scores,
                &self.transitions,
                |_| decode::ANY,
                &mut bench.tags,
            )
            .unwrap_or_default();
        let tags = &bench.tags;
        if tags.iter().all(|tag| *tag == 0) {
            return;
        }
        let through = bench.room.through(self.kinds, &bench.scores, &self.transitions);
        for (first, end, kind) in decode::names(tags) {
            // Without the name some position of it, or the one behind it, has another tag.
            let other = (first..(end + 1).min(tags.len()))
                .map(|i| {
                    let tag = tags[i] as usize;
                    // Behind the name it matters only whether it goes on.
                    let same = |other: usize| {
                        if i < end {
                            other == tag
                        } else {
                            other != decode::middle(kind) && other != decode::end(kind)
                        }
                    };
                    (0..decode::tags(self.kinds))
                        .filter(|other| !same(*other))
                        .map(|other| through[i][other])
                        .max()
                        .unwrap_or(i32::MIN / 4)
                })
                .max()
                .unwrap_or(i32::MIN / 4);
            push((first..end, kind, best - other));
        }
    }
}

/// A file of weights that isn't one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no weights of this tagger: {0}")]
pub struct WeightsError(&'static str);

const MAGIC: &[u8; 8] = b"jwtag002";

/// The table has no more than 2 to the power of so many rows.
const MOST_BITS: u32 = 22;

/// The weights that come with the program; `models/README.md` is their card.
pub const WEIGHTS: &[u8] = include_bytes!("../../../models/fast.bin");

static BUILTIN: LazyLock<Result<Arc<Tagger>, WeightsError>> =
    LazyLock::new(|| Tagger::from_bytes(WEIGHTS).map(Arc::new));

impl Tagger {
    /// The weights that come with the program.
    ///
    /// # Errors
    /// A file of weights that was damaged before the program was built.
    pub fn builtin() -> Result<Arc<Tagger>, WeightsError> {
        BUILTIN.clone()
    }

    /// The weights as they are kept: the mark, the table's size, the labels, the transitions, then the table tag by tag,
    /// which compresses better than row by row.
    pub fn bytes(&self) -> Vec<u8> {
        let mut plain = Vec::new();
        plain.extend_from_slice(MAGIC);
        plain.push(self.labels.len() as u8);
        for label in &self.labels {
            plain.extend_from_slice(&(label.len() as u16).to_le_bytes());
            plain.extend_from_slice(label.as_bytes());
        }
        each_width!(&self.weights, model => model.write(&mut plain));
        zstd::bulk::compress(&plain, 19).unwrap_or_default()
    }

    /// Reads what [`Tagger::bytes`] wrote.
    ///
    /// # Errors
    /// Bytes that it didn't write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Tagger, WeightsError> {
        // The frame says how long it is when unpacked; no more is made room for than the largest table needs.
        let most = (decode::tags(MOST_LABELS) << MOST_BITS) + (1 << 22);
        let length = zstd::bulk::Decompressor::upper_bound(bytes).map_or(most, |length| length.min(most));
        let plain = zstd::bulk::decompress(bytes, length).map_err(|_| WeightsError("can't be unpacked"))?;
        let mut rest = plain.strip_prefix(MAGIC).ok_or(WeightsError("another format"))?;
        let short = WeightsError("too short");
        let [count] = take(&mut rest).ok_or(short)?;
        let mut labels = Vec::new();
        for _ in 0..count {
            let length = take(&mut rest).map(u16::from_le_bytes).ok_or(short)?;
            let (label, behind) = rest.split_at_checked(usize::from(length)).ok_or(short)?;
            labels.push(String::from_utf8(label.to_vec()).map_err(|_| WeightsError("a label isn't UTF-8"))?);
            rest = behind;
        }
        let weights = match decode::tags(labels.len()) {
            ..=16 => Weights::Narrow(Model::read(labels.len(), rest)?),
            17..=32 => Weights::Wide(Model::read(labels.len(), rest)?),
            33..=64 => Weights::Widest(Model::read(labels.len(), rest)?),
            _ => return Err(WeightsError("too many labels")),
        };
        Ok(Tagger {
            labels,
            weights,
            network: None,
        })
    }
}

/// The next few bytes.
fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(*head)
}

impl<const L: usize> Model<L> {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.bits.to_le_bytes());
        let tags = decode::tags(self.kinds);
        for row in &self.transitions[..tags] {
            for weight in &row[..tags] {
                // What can't be is told by the tags, not by its weight.
                let weight = i16::try_from(*weight).unwrap_or(0);
                out.extend_from_slice(&weight.to_le_bytes());
            }
        }
        for tag in 0..tags {
            out.extend(self.table.iter().map(|row| row[tag] as u8));
        }
    }

    fn read(kinds: usize, mut rest: &[u8]) -> Result<Model<L>, WeightsError> {
        let tags = decode::tags(kinds);
        let size = WeightsError("another size");
        let bits = take(&mut rest).map(u32::from_le_bytes).ok_or(size)?;
        if !(1..=MOST_BITS).contains(&bits) || rest.len() != 2 * tags * tags + (tags << bits) {
            return Err(size);
        }
        let mut transitions = [[0; L]; L];
        for row in &mut transitions[..tags] {
            for weight in &mut row[..tags] {
                *weight = take(&mut rest).map(i16::from_le_bytes).map(i32::from).ok_or(size)?;
            }
        }
        let mut table = vec![[0i8; L]; 1 << bits];
        for (tag, column) in rest.chunks_exact(1 << bits).enumerate() {
            for (row, weight) in table.iter_mut().zip(column) {
                row[tag] = *weight as i8;
            }
        }
        Ok(Model {
            kinds,
            bits,
            table: Arc::new(table),
            transitions: Box::new(decode::strict(&transitions, kinds)),
        })
    }
}
