//! Learning where words end from texts whose words are marked: an averaged structured perceptron.

use super::features::{self, Room, Rows, Unit};
use super::{Cutter, MOST_BITS, PLACES, Scores, decode, place};
use crate::perceptron::{Learnt, Means};
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
            let wrong = go_through(&samples, &mut weights, &options, &mut random);
            means.clone_from(&before);
            means.add(&weights);
            after(run * options.rounds + round + 1, wrong, &cutter(&means, options.bits));
        }
    }
    cutter(&means, options.bits)
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

/// Goes through all samples once; how many were cut wrongly.
fn go_through(samples: &[Sample], weights: &mut Learnt<PLACES>, options: &Options, random: &mut Random) -> usize {
    let mut order: Vec<&Sample> = samples.iter().collect();
    random.shuffle(&mut order);
    let mut wrong = 0;
    for Sample { units, places } in order {
        weights.tick();
        let rows: Vec<Rows> = (0..units.len())
            .map(|i| features::rows(units, i, options.bits))
            .collect();
        let scores: Vec<Scores> = rows
            .iter()
            .zip(places)
            .zip(units)
            .map(|((rows, right), unit)| {
                let mut scores = weights.score(rows.iter().copied()).map(|score| score + options.margin);
                scores[*right] -= options.margin;
                unit.without_forbidden(scores)
            })
            .collect();
        let guess = decode(&scores, weights.transitions());
        if guess != *places {
            wrong += 1;
            weights.update(rows.iter().copied(), places, &guess);
        }
    }
    wrong
}

/// The means of weights as a cutter has them.
fn cutter(means: &Means<PLACES>, bits: u32) -> Cutter {
    let (table, transitions) = means.rounded();
    Cutter {
        bits,
        table,
        transitions,
    }
}
