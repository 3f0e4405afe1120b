//! Learning where words end from texts whose words are marked: an averaged structured perceptron.

use super::features::{self, Room, Rows, Unit};
use super::{Cutter, MOST_BITS, MOST_WEIGHT, PLACES, Scores, Transitions, decode, place};
use crate::random::Random;
use crate::text::{Segmenter, Text};
use std::ops::Range;

/// A text with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    pub text: String,
    /// Code points of the text, sorted, apart from each other
    pub words: Vec<Range<usize>>,
}

/// What may be chosen.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Order of the lessons
    pub seed: u64,
    pub rounds: usize,
    /// How often all is learnt anew in another order: the mean of several runs errs less than any of them
    pub runs: usize,
    /// The table has 2 to the power of this many rows, at most 22
    pub bits: u32,
    /// By how much the right places must win
    pub margin: i32,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            rounds: 8,
            runs: 3,
            bits: 18,
            margin: 4,
        }
    }
}

/// A stretch of text to learn from.
struct Sample {
    units: Vec<Unit>,
    places: Vec<usize>,
}

/// Learns from lessons. `after` sees the mean of the weights so far after each round, with the number of the round and of
/// the stretches that were cut wrongly in it.
pub fn learn(
    segmenter: &Segmenter,
    lessons: &[Lesson],
    options: Options,
    mut after: impl FnMut(usize, usize, &Cutter),
) -> Cutter {
    let options = Options {
        bits: options.bits.clamp(1, MOST_BITS),
        ..options
    };
    let samples: Vec<Sample> = lessons
        .iter()
        .flat_map(|lesson| samples_of(segmenter, lesson))
        .collect();
    let mut means = Means::new(options.bits);
    let mut random = Random(options.seed);
    for run in 0..options.runs {
        let mut weights = Learnt::new(options.bits);
        let before = means.clone();
        for round in 0..options.rounds {
            let wrong = weights.round(&samples, &options, &mut random);
            means.clone_from(&before);
            means.add(&weights);
            after(run * options.rounds + round + 1, wrong, &means.cutter());
        }
    }
    means.cutter()
}

fn samples_of(segmenter: &Segmenter, lesson: &Lesson) -> Vec<Sample> {
    let text = Text::new(lesson.text.as_str());
    let folded = text.folded();
    let words: Vec<Range<usize>> = lesson
        .words
        .iter()
        .filter_map(|word| text.folded_bytes(word.clone()))
        .collect();
    let mut room = Room::default();
    features::sentences(folded, 0..folded.len(), &[])
        .into_iter()
        .filter_map(|sentence| {
            room.units(segmenter, folded, sentence, &[]);
            let places: Option<Vec<usize>> = room.units.iter().map(|unit| place_in(&words, unit)).collect();
            let places = places.filter(|places| !places.is_empty())?;
            Some(Sample {
                units: room.units.clone(),
                places,
            })
        })
        .collect()
}

/// The place of a unit in its word; `None` where no word holds it, or a word ends within it.
fn place_in(words: &[Range<usize>], unit: &Unit) -> Option<usize> {
    let word = &words[words.partition_point(|word| word.end <= unit.start)..].first()?;
    if word.start > unit.start || word.end < unit.end {
        return None;
    }
    Some(match (word.start == unit.start, word.end == unit.end) {
        (true, true) => place::ALONE,
        (true, false) => place::BEGIN,
        (false, false) => place::MIDDLE,
        (false, true) => place::END,
    })
}

/// Weights while they are learnt, with what their average needs.
struct Learnt {
    bits: u32,
    now: Vec<Scores>,
    /// Sum over all updates of the update times its time
    past: Vec<[i64; PLACES]>,
    transitions: Transitions,
    past_transitions: [[i64; PLACES]; PLACES],
    time: i64,
}

impl Learnt {
    fn new(bits: u32) -> Learnt {
        Learnt {
            bits,
            now: vec![[0; PLACES]; 1 << bits],
            past: vec![[0; PLACES]; 1 << bits],
            transitions: [[0; PLACES]; PLACES],
            past_transitions: [[0; PLACES]; PLACES],
            time: 1,
        }
    }

    /// Goes through all samples once; how many were cut wrongly.
    fn round(&mut self, samples: &[Sample], options: &Options, random: &mut Random) -> usize {
        let mut order: Vec<&Sample> = samples.iter().collect();
        random.shuffle(&mut order);
        let mut wrong = 0;
        for Sample { units, places } in order {
            self.time += 1;
            let rows: Vec<Rows> = (0..units.len()).map(|i| features::rows(units, i, self.bits)).collect();
            let scores: Vec<Scores> = rows
                .iter()
                .zip(places)
                .zip(units)
                .map(|((rows, right), unit)| {
                    let mut scores = self.score(rows).map(|score| score + options.margin);
                    scores[*right] -= options.margin;
                    unit.without_forbidden(scores)
                })
                .collect();
            let guess = decode(&scores, &self.transitions);
            if guess != *places {
                wrong += 1;
                self.update(&rows, places, &guess);
            }
        }
        wrong
    }

    fn score(&self, rows: &Rows) -> Scores {
        let mut sum = [0; PLACES];
        for row in rows {
            for (sum, weight) in sum.iter_mut().zip(&self.now[*row as usize]) {
                *sum += weight;
            }
        }
        sum
    }

    fn update(&mut self, rows: &[Rows], right: &[usize], wrong: &[usize]) {
        for (i, rows) in rows.iter().enumerate() {
            for (place, by) in [(right[i], 1), (wrong[i], -1)] {
                if right[i] != wrong[i] {
                    for row in rows {
                        self.now[*row as usize][place] += by;
                        self.past[*row as usize][place] += i64::from(by) * self.time;
                    }
                }
            }
            if i > 0 {
                for (from, to, by) in [(right[i - 1], right[i], 1), (wrong[i - 1], wrong[i], -1)] {
                    self.transitions[from][to] += by;
                    self.past_transitions[from][to] += i64::from(by) * self.time;
                }
            }
        }
    }
}

/// Averages of the weights of several runs, as fixed-point numbers.
#[derive(Clone)]
struct Means {
    bits: u32,
    table: Vec<[i64; PLACES]>,
    transitions: [[i64; PLACES]; PLACES],
}

impl Means {
    fn new(bits: u32) -> Means {
        Means {
            bits,
            table: vec![[0; PLACES]; 1 << bits],
            transitions: [[0; PLACES]; PLACES],
        }
    }

    fn add(&mut self, weights: &Learnt) {
        let time = weights.time + 1;
        let rows = weights.now.iter().zip(&weights.past).zip(&mut self.table);
        let pairs = weights
            .transitions
            .iter()
            .zip(&weights.past_transitions)
            .zip(&mut self.transitions);
        for ((now, past), sum) in rows.chain(pairs) {
            for ((now, past), sum) in now.iter().zip(past).zip(sum) {
                *sum += ((i64::from(*now) * time - past) << 16) / time;
            }
        }
    }

    /// The means as small integers, the same scale for all.
    fn cutter(&self) -> Cutter {
        let mut sizes: Vec<i64> = self
            .table
            .as_flattened()
            .iter()
            .map(|mean| mean.abs())
            .filter(|size| *size > 0)
            .collect();
        // Nearly all weights fit; the few beyond are cut.
        let top = match sizes.len() {
            0 => 1,
            count => *sizes.select_nth_unstable(count - 1 - count / 20_000).1,
        };
        let small = |mean: i64, limit: i32| {
            let scaled = mean * 254 / top;
            // Half up, away from nought.
            ((scaled + scaled.signum()) / 2).clamp(-i64::from(limit), i64::from(limit)) as i32
        };
        Cutter {
            bits: self.bits,
            table: self
                .table
                .iter()
                .map(|row| row.map(|mean| small(mean, 127) as i8))
                .collect(),
            transitions: self.transitions.map(|row| row.map(|mean| small(mean, MOST_WEIGHT))),
        }
    }
}
