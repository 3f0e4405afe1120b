//! Words of the folded text as people part them, by trained weights.
//!
//! A linear chain over characters (Latin words and numbers whole): each begins a word, stands within or at the end of one,
//! or is one. What a dictionary knows and how jieba would cut are among the features, so that only where people do otherwise
//! must be learnt. The weights are small integers: the same cuts on every machine.

mod features;
pub mod train;

use super::segment::{Segment, Segmenter};
use crate::perceptron::MOST_TRANSITION;
use features::{Room, Unit};
use std::ops::Range;
use std::sync::{Arc, LazyLock};

/// Where in its word a unit stands.
mod place {
    pub const ALONE: usize = 0;
    pub const BEGIN: usize = 1;
    pub const MIDDLE: usize = 2;
    pub const END: usize = 3;
}

/// How many places there are.
const PLACES: usize = 4;

/// Which places may follow each.
const FOLLOWS: [[bool; PLACES]; PLACES] = [
    [true, true, false, false],
    [false, false, true, true],
    [false, false, true, true],
    [true, true, false, false],
];

type Scores = [i32; PLACES];
type Transitions = [[i32; PLACES]; PLACES];

/// Low enough that no sum of weights makes up for it, high enough that sums of it don't overflow.
const NEVER: i32 = i32::MIN / 4;

/// Cuts folded text into words by trained weights.
pub struct Cutter {
    bits: u32,
    /// One row of places for each feature's hash
    table: Vec<[i8; PLACES]>,
    transitions: Transitions,
}

impl Cutter {
    /// Cuts `range` of `folded` into words; concatenated they give it back. White space is words of its own. The spans of
    /// `keep` (sorted: names, dates, amounts) stay whole; of two that overlap the first does.
    pub fn segments(
        &self,
        segmenter: &Segmenter,
        folded: &str,
        range: Range<usize>,
        keep: &[Range<usize>],
    ) -> Vec<Segment> {
        let mut room = Room::default();
        let mut scores = Vec::new();
        let mut out: Vec<Segment> = Vec::new();
        for sentence in features::sentences(folded, range, keep) {
            room.units(segmenter, folded, sentence.clone(), keep);
            scores.clear();
            scores.extend((0..room.units.len()).map(|i| self.score(&room.units, i)));
            let mut at = sentence.start;
            let mut start = at;
            for (unit, place) in room.units.iter().zip(decode(&scores, &self.transitions)) {
                if matches!(place, place::ALONE | place::BEGIN) {
                    if unit.start > at {
                        out.push(Segment {
                            start: at,
                            end: unit.start,
                        });
                    }
                    start = unit.start;
                }
                if matches!(place, place::ALONE | place::END) {
                    out.push(Segment { start, end: unit.end });
                    at = unit.end;
                }
            }
            if at < sentence.end {
                out.push(Segment {
                    start: at,
                    end: sentence.end,
                });
            }
        }
        out
    }

    fn score(&self, units: &[Unit], i: usize) -> Scores {
        let mut sum = [0; PLACES];
        for row in features::rows(units, i, self.bits) {
            for (sum, weight) in sum.iter_mut().zip(&self.table[row as usize]) {
                *sum += i32::from(*weight);
            }
        }
        units[i].without_forbidden(sum)
    }
}

/// The best places, one for each of the scores.
fn decode(scores: &[Scores], transitions: &Transitions) -> Vec<usize> {
    let mut before: Vec<[u8; PLACES]> = Vec::with_capacity(scores.len());
    let mut best = [0, 0, NEVER, NEVER];
    for (i, scores) in scores.iter().enumerate() {
        let mut from = [0; PLACES];
        if i > 0 {
            let mut next = [NEVER; PLACES];
            for (to, next) in next.iter_mut().enumerate() {
                for (place, best) in best.iter().enumerate().filter(|(place, _)| FOLLOWS[*place][to]) {
                    let sum = best + transitions[place][to];
                    if sum > *next {
                        *next = sum;
                        from[to] = place as u8;
                    }
                }
            }
            best = next;
        }
        for (best, score) in best.iter_mut().zip(scores) {
            *best = (*best + score).max(NEVER);
        }
        before.push(from);
    }
    let mut place = if best[place::ALONE] >= best[place::END] {
        place::ALONE
    } else {
        place::END
    };
    let mut out = vec![0; scores.len()];
    for (out, from) in out.iter_mut().zip(&before).rev() {
        *out = place;
        place = usize::from(from[place]);
    }
    out
}

/// A file of weights that isn't one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no weights for cutting words: {0}")]
pub struct WeightsError(&'static str);

const MAGIC: &[u8; 8] = b"jwcut001";

/// The table has no more than 2 to the power of so many rows.
const MOST_BITS: u32 = 22;

/// The weights that come with the program; `models/README.md` is their card.
pub const WEIGHTS: &[u8] = include_bytes!("../../../models/segments.bin");

static BUILTIN: LazyLock<Result<Arc<Cutter>, WeightsError>> =
    LazyLock::new(|| Cutter::from_bytes(WEIGHTS).map(Arc::new));

impl Cutter {
    /// The weights that come with the program.
    ///
    /// # Errors
    /// A file of weights that was damaged before the program was built.
    pub fn builtin() -> Result<Arc<Cutter>, WeightsError> {
        BUILTIN.clone()
    }

    /// The weights as they are kept: the mark, the table's size, the transitions, then the table place by place, which
    /// compresses better than row by row.
    pub fn bytes(&self) -> Vec<u8> {
        let mut plain = MAGIC.to_vec();
        plain.extend_from_slice(&self.bits.to_le_bytes());
        for weight in self.transitions.as_flattened() {
            plain.extend_from_slice(&weight.to_le_bytes());
        }
        for place in 0..PLACES {
            plain.extend(self.table.iter().map(|row| row[place] as u8));
        }
        zstd::bulk::compress(&plain, 19).unwrap_or_default()
    }

    /// Reads what [`Cutter::bytes`] wrote.
    ///
    /// # Errors
    /// Bytes that it didn't write.
    pub fn from_bytes(bytes: &[u8]) -> Result<Cutter, WeightsError> {
        // The frame says how long it is when unpacked; no more is made room for than the largest table needs.
        let most = (PLACES << MOST_BITS) + 1024;
        let length = zstd::bulk::Decompressor::upper_bound(bytes).map_or(most, |length| length.min(most));
        let plain = zstd::bulk::decompress(bytes, length).map_err(|_| WeightsError("can't be unpacked"))?;
        let rest = plain.strip_prefix(MAGIC).ok_or(WeightsError("another format"))?;
        let size = WeightsError("another size");
        let (bits, mut rest) = rest.split_first_chunk().ok_or(size)?;
        let bits = u32::from_le_bytes(*bits);
        let mut transitions = [[0; PLACES]; PLACES];
        for weight in transitions.as_flattened_mut() {
            let (bytes, behind) = rest.split_first_chunk().ok_or(size)?;
            // Beyond what is ever learnt, sums might overflow.
            *weight = i32::from_le_bytes(*bytes).clamp(-MOST_TRANSITION, MOST_TRANSITION);
            rest = behind;
        }
        if bits > MOST_BITS || rest.len() != PLACES << bits {
            return Err(size);
        }
        let mut table = vec![[0; PLACES]; 1 << bits];
        for (place, column) in rest.chunks_exact(1 << bits).enumerate() {
            for (row, weight) in table.iter_mut().zip(column) {
                row[place] = *weight as i8;
            }
        }
        Ok(Cutter {
            bits,
            table,
            transitions,
        })
    }
}
