//! Names that neither lexicon nor rules know, told by their letters and surroundings: a linear-chain model over characters.
//!
//! The weights are learnt by an averaged structured perceptron ([`train`]) and kept as small integers, so that tagging is
//! exact arithmetic and gives the same result everywhere.

pub mod decode;
pub mod features;
pub mod train;
pub mod units;

use super::EntityType;
use decode::{LANES, Room, Scores, TAGS, Transitions};
use std::ops::Range;
use std::sync::{Arc, LazyLock};
use units::{Known, Unit};

/// The types that the tagger tells apart, in the order of its tags.
pub const KINDS: [EntityType; decode::KINDS] = [
    EntityType::Company,
    EntityType::Organization,
    EntityType::Person,
    EntityType::Place,
];

/// Index of a type among [`KINDS`].
pub(crate) fn kind_number(kind: EntityType) -> Option<u8> {
    KINDS.iter().position(|k| *k == kind).map(|i| i as u8)
}

/// Trained weights.
pub struct Tagger {
    bits: u32,
    /// One row of tags for each feature's hash.
    weights: Vec<[i8; LANES]>,
    transitions: Transitions,
}

/// A name that the tagger sees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tagged {
    /// Bytes of the folded text.
    pub start: usize,
    pub end: usize,
    pub kind: EntityType,
    /// By how much the best reading that doesn't have this name is worse.
    pub margin: i32,
}

/// Room for tagging, kept from sentence to sentence.
#[derive(Default)]
pub(crate) struct Desk {
    pub units: Vec<Unit>,
    known: Vec<Known>,
    facets: features::Facets,
    rows: Vec<features::Rows>,
    scores: Vec<Scores>,
    tags: Vec<u8>,
    room: Room,
}

impl Tagger {
    fn score(&self, desk: &mut Desk) {
        features::rows(&desk.units, self.bits, &mut desk.facets, &mut desk.rows);
        desk.scores.clear();
        desk.scores.extend(desk.rows.iter().map(|rows| {
            let mut sum = [0i16; LANES];
            for row in rows {
                for (sum, weight) in sum.iter_mut().zip(&self.weights[*row as usize]) {
                    *sum += i16::from(*weight);
                }
            }
            sum.map(i32::from)
        }));
    }

    /// The names in a range of the text, sorted.
    pub(crate) fn tag(
        &self,
        reading: &super::reading::Reading,
        range: Range<usize>,
        desk: &mut Desk,
        out: &mut Vec<Tagged>,
    ) {
        units::units(reading, range, &mut desk.units);
        units::known(reading, &desk.units, &mut desk.known);
        units::set_names(&mut desk.units, desk.known.iter().copied());
        self.names(desk, out);
    }

    fn names(&self, desk: &mut Desk, out: &mut Vec<Tagged>) {
        self.score(desk);
        let best = desk
            .room
            .decode(&desk.scores, &self.transitions, |_| decode::ANY, &mut desk.tags)
            .unwrap_or_default();
        if desk.tags.iter().all(|tag| *tag == 0) {
            return;
        }
        let through = desk.room.through(&desk.scores, &self.transitions);
        for (first, end, kind) in decode::names(&desk.tags) {
            // Without the name some position of it, or the one behind it, has another tag.
            let positions = first..(end + 1).min(desk.tags.len());
            let other = positions
                .map(|i| {
                    let tag = desk.tags[i] as usize;
                    // Behind the name it matters only whether it goes on.
                    let same = |other: usize| {
                        if i < end {
                            other == tag
                        } else {
                            other != decode::middle(kind) && other != decode::end(kind)
                        }
                    };
                    (0..TAGS)
                        .filter(|other| !same(*other))
                        .map(|other| through[i][other])
                        .max()
                        .unwrap_or(i32::MIN / 4)
                })
                .max()
                .unwrap_or(i32::MIN / 4);
            out.push(Tagged {
                start: desk.units[first].start as usize,
                end: desk.units[end - 1].end as usize,
                kind: KINDS[kind],
                margin: best - other,
            });
        }
    }
}

/// A file of weights that isn't one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no weights of this tagger: {0}")]
pub struct WeightsError(&'static str);

const MAGIC: &[u8; 8] = b"jwtag001";
/// Bytes before the rows: the mark, the table's size, the transitions.
const HEAD: usize = 8 + 4 + 2 * TAGS * LANES;

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

    /// The weights as they are kept: a head, then the table tag by tag, which compresses better than row by row.
    pub fn bytes(&self) -> Vec<u8> {
        let mut plain = Vec::with_capacity(HEAD + self.weights.len() * TAGS);
        plain.extend_from_slice(MAGIC);
        plain.extend_from_slice(&self.bits.to_le_bytes());
        for row in &self.transitions {
            for weight in row {
                plain.extend_from_slice(&(*weight as i16).to_le_bytes());
            }
        }
        for tag in 0..TAGS {
            plain.extend(self.weights.iter().map(|row| row[tag] as u8));
        }
        zstd::bulk::compress(&plain, 19).unwrap_or_default()
    }

    /// Reads what [`Tagger::bytes`] wrote.
    ///
    /// # Errors
    /// Bytes that it didn't write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Tagger, WeightsError> {
        let plain =
            zstd::bulk::decompress(bytes, HEAD + (TAGS << 22)).map_err(|_| WeightsError("can't be unpacked"))?;
        let Some((head, table)) = plain.split_at_checked(HEAD) else {
            return Err(WeightsError("too short"));
        };
        if !head.starts_with(MAGIC) {
            return Err(WeightsError("another format"));
        }
        let bits = u32::from_le_bytes([head[8], head[9], head[10], head[11]]);
        if bits > 22 || table.len() != TAGS << bits {
            return Err(WeightsError("another size"));
        }
        let mut transitions = [[0; LANES]; TAGS];
        for (slot, pair) in transitions
            .as_flattened_mut()
            .iter_mut()
            .zip(head[12..].chunks_exact(2))
        {
            *slot = i32::from(i16::from_le_bytes([pair[0], pair[1]]));
        }
        let mut weights = vec![[0i8; LANES]; 1 << bits];
        for (tag, column) in table.chunks_exact(1 << bits).enumerate() {
            for (row, weight) in weights.iter_mut().zip(column) {
                row[tag] = *weight as i8;
            }
        }
        Ok(Tagger {
            bits,
            weights,
            transitions,
        })
    }
}
