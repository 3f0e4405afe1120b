//! Names that neither lexicon nor rules know, told by their letters and surroundings: a linear-chain model over characters.
//!
//! The weights are learnt by an averaged structured perceptron ([`train`]) and kept as small integers, so that tagging is
//! exact arithmetic and gives the same result everywhere. They know the labels that they were learnt with: those that come
//! with the program tell the four types of [`KINDS`] apart, others may have the labels of any annotated set.

pub mod alone;
pub mod decode;
pub mod features;
pub mod train;
pub mod units;

use super::EntityType;
use super::reading::Reading;
use decode::{Room, Scores, Transitions};
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
pub struct Tagger {
    labels: Vec<String>,
    weights: Weights,
}

/// Weights by the width of their rows: a few labels take the narrow ones, which are quick.
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
struct Model<const L: usize> {
    kinds: usize,
    bits: u32,
    /// One row of tags for each feature's hash.
    table: Vec<[i8; L]>,
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

    /// The names in a range of the text, sorted, added to `out`.
    pub(crate) fn tag(&self, reading: &Reading, range: Range<usize>, desk: &mut Desk, out: &mut Vec<Tagged>) {
        units::units(reading, range, &mut desk.units);
        units::known(reading, &desk.units, &mut desk.known);
        units::set_names(&mut desk.units, desk.known.iter().copied());
        let bits = each_width!(&self.weights, model => model.bits);
        features::rows(&desk.units, bits, &mut desk.facets, &mut desk.rows);
        let units = &desk.units;
        let mut push = |(range, label, margin): Found| {
            out.push(Tagged {
                start: units[range.start].start as usize,
                end: units[range.end - 1].end as usize,
                label,
                margin,
            });
        };
        match &self.weights {
            Weights::Narrow(model) => model.names(&desk.rows, &mut desk.narrow, &mut push),
            Weights::Wide(model) => model.names(&desk.rows, &mut desk.wide, &mut push),
            Weights::Widest(model) => model.names(&desk.rows, &mut desk.widest, &mut push),
        }
    }
}

impl<const L: usize> Model<L> {
    fn names(&self, rows: &[features::Rows], bench: &mut Bench<L>, push: &mut impl FnMut(Found)) {
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
        Ok(Tagger { labels, weights })
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
        if bits > MOST_BITS || rest.len() != 2 * tags * tags + (tags << bits) {
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
            table,
            transitions: Box::new(decode::strict(&transitions, kinds)),
        })
    }
}
