//! Learning the weights: multinomial logistic regression by stochastic steps of their own sizes (AdaGrad), the mean of the
//! later rounds, then probabilities calibrated on pairs held out.

use super::{Calibration, LANES, Label, Opinion, Relations, calibrated, log_odds};
use crate::claim::eight_bits;
pub use crate::entity::tagger::train::Count;
use crate::random::Random;
use rayon::prelude::*;

/// A pair to learn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Rows of the table, each once
    pub features: Vec<u32>,
    /// Indices of the labels that hold, from what is named first to what is named second; none: no relation is told
    pub labels: Vec<usize>,
    /// Indices of the labels that the patterns' claims come to: they stand whatever the model says
    pub told: Vec<usize>,
    /// Samples of one group (a sentence) are held out together
    pub group: u64,
}

/// What may be chosen.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub seed: u64,
    pub rounds: usize,
    /// The table has 2 to the power of this many rows
    pub bits: u32,
    /// Features of fewer samples are not learnt
    pub least: usize,
    /// First step, as AdaGrad takes it
    pub step: f32,
    /// Pull of every weight that a sample touches towards zero
    pub decay: f32,
    /// Parts of the samples, each held out once to calibrate on
    pub folds: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            rounds: 10,
            bits: 17,
            least: 3,
            step: 0.3,
            decay: 1e-5,
            folds: 5,
        }
    }
}

/// Counts the labels of one pair that are right, wrong and missing.
fn tally(count: &mut Count, wanted: &[usize], said: &[usize]) {
    let found = said.iter().filter(|label| wanted.contains(label)).count();
    *count = count.and(&Count {
        found,
        missed: wanted.len() - found,
        extra: said.len() - found,
    });
}

/// One row of a reliability table: of so many labels with a probability in this tenth, how many hold?
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bin {
    pub labels: usize,
    /// Mean of what the model says
    pub said: f64,
    /// Share that holds
    pub held: f64,
}

/// What was learnt, and how sure it may be.
pub struct Learnt {
    pub relations: Relations,
    /// On the samples held out, by tenths of the probability
    pub reliability: [Bin; 10],
    /// On the samples held out, at the bar
    pub held_out: Count,
}

/// Learns. `after` sees the weights so far after each round of the last run, with the number of the round and the mean
/// loss in it (nats).
pub fn learn(
    samples: &[Sample],
    labels: &[Label],
    options: &Options,
    mut after: impl FnMut(usize, f64, &Relations),
) -> Learnt {
    let folds = options.folds.max(2);
    let odds: Vec<Vec<(usize, Vec<f64>)>> = (0..folds)
        .into_par_iter()
        .map(|fold| {
            let is_out = |sample: &&Sample| part(sample.group, folds) == fold;
            let learnt: Vec<&Sample> = samples.iter().filter(|s| !is_out(s)).collect();
            let mut run = Run::new(&learnt, options);
            for _ in 0..options.rounds {
                run.round(&learnt, options);
            }
            let mean = run.mean();
            samples
                .iter()
                .enumerate()
                .filter(|(_, s)| is_out(s))
                .map(|(i, s)| (i, log_odds(&logits(&mean, &s.features)[..=labels.len()])))
                .collect()
        })
        .collect();
    let held_out: Vec<(&Sample, Vec<f64>)> = odds
        .into_iter()
        .flatten()
        .map(|(i, odds)| (&samples[i], odds))
        .collect();
    let (slope, offset) = platt(&held_out);
    let mut calibration = Calibration {
        slope,
        offset,
        bar: 0.5,
    };
    let count_at = |calibration: &Calibration, bar: f32| {
        let mut count = Count::default();
        for (sample, odds) in &held_out {
            let said: Vec<usize> = (0..labels.len())
                .filter(|label| sample.told.contains(label) || calibrated(odds[label + 1], calibration) >= bar)
                .collect();
            tally(&mut count, &sample.labels, &said);
        }
        count
    };
    let mut best = Count::default();
    for percent in 15..=85u8 {
        let bar = f32::from(percent) / 100.0;
        let count = count_at(&calibration, bar);
        if count.f1() > best.f1() {
            best = count;
            calibration.bar = bar;
        }
    }
    let reliability = reliability(&held_out, &calibration);

    let all: Vec<&Sample> = samples.iter().collect();
    let mut run = Run::new(&all, options);
    let mut relations = quantized(&run.mean(), labels, calibration, options.bits);
    for round in 0..options.rounds {
        let loss = run.round(&all, options);
        relations = quantized(&run.mean(), labels, calibration, options.bits);
        after(round + 1, loss, &relations);
    }
    Learnt {
        relations,
        reliability,
        held_out: best,
    }
}

/// How right patterns and model together are about samples at a bar, and the same by label.
pub fn check(relations: &Relations, samples: &[Sample], bar: f32) -> (Count, Vec<Count>) {
    let mut all = Count::default();
    let mut each = vec![Count::default(); relations.labels().len()];
    let mut opinions: Vec<Opinion> = Vec::new();
    for sample in samples {
        relations.opinions(&sample.features, bar, &mut opinions);
        let more = opinions
            .iter()
            .map(|o| o.label)
            .filter(|label| !sample.told.contains(label));
        let said: Vec<usize> = sample.told.iter().copied().chain(more).collect();
        tally(&mut all, &sample.labels, &said);
        for (label, count) in each.iter_mut().enumerate() {
            let of = |list: &[usize]| list.iter().copied().filter(|l| *l == label).collect::<Vec<_>>();
            tally(count, &of(&sample.labels), &of(&said));
        }
    }
    (all, each)
}

type Table = Vec<[f32; LANES]>;

/// Weights on their way.
struct Run {
    weights: Table,
    /// Sums of the squares of all steps
    squares: Table,
    /// Sums of the weights after the later rounds
    sums: Table,
    summed: usize,
    rounds: usize,
    /// Whether a feature is learnt at all
    learnt: Vec<bool>,
    random: Random,
}

impl Run {
    fn new(samples: &[&Sample], options: &Options) -> Run {
        let size = 1usize << options.bits;
        let mut counts = vec![0usize; size];
        for row in samples.iter().flat_map(|s| &s.features) {
            counts[*row as usize] += 1;
        }
        Run {
            weights: vec![[0.0; LANES]; size],
            squares: vec![[1e-3; LANES]; size],
            sums: vec![[0.0; LANES]; size],
            summed: 0,
            rounds: 0,
            learnt: counts.iter().map(|n| *n >= options.least).collect(),
            random: Random(options.seed),
        }
    }

    /// Goes through all samples once; the mean loss.
    fn round(&mut self, samples: &[&Sample], options: &Options) -> f64 {
        let mut order: Vec<usize> = (0..samples.len()).collect();
        self.random.shuffle(&mut order);
        let mut loss = 0.0;
        for i in order {
            let sample = samples[i];
            // As many as there are, learnt or not: a pair of which little is known stays unsure.
            let length = 1.0 / (sample.features.len().max(1) as f32).sqrt();
            let mut z = [0f32; LANES];
            for &row in sample.features.iter().filter(|row| self.learnt[**row as usize]) {
                for (z, weight) in z.iter_mut().zip(&self.weights[row as usize]) {
                    *z += length * weight;
                }
            }
            let most = z.iter().copied().fold(f32::MIN, f32::max);
            let mut gradient = z.map(|z| (z - most).exp());
            let sum: f32 = gradient.iter().sum();
            for share in &mut gradient {
                *share /= sum;
            }
            let held = 1.0 / sample.labels.len().max(1) as f32;
            let mut wanted = |class: usize| {
                loss -= f64::from(held) * f64::from(gradient[class].max(1e-9)).ln();
                gradient[class] -= held;
            };
            sample.labels.iter().for_each(|label| wanted(label + 1));
            if sample.labels.is_empty() {
                wanted(0);
            }
            for &row in sample.features.iter().filter(|row| self.learnt[**row as usize]) {
                let weights = &mut self.weights[row as usize];
                let squares = &mut self.squares[row as usize];
                for ((weight, square), gradient) in weights.iter_mut().zip(squares).zip(&gradient) {
                    let step = length * gradient + options.decay * *weight;
                    *square += step * step;
                    *weight -= options.step * step / square.sqrt();
                }
            }
        }
        self.rounds += 1;
        if self.rounds > options.rounds / 2 {
            self.summed += 1;
            for (sums, weights) in self.sums.iter_mut().zip(&self.weights) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += weight;
                }
            }
        }
        loss / samples.len().max(1) as f64
    }

    /// The mean over the later rounds; the weights as they are before these.
    fn mean(&self) -> Table {
        if self.summed == 0 {
            return self.weights.clone();
        }
        let share = 1.0 / self.summed as f32;
        self.sums.iter().map(|row| row.map(|sum| sum * share)).collect()
    }
}

fn logits(table: &Table, features: &[u32]) -> [f32; LANES] {
    let mut z = [0f32; LANES];
    for &row in features {
        for (z, weight) in z.iter_mut().zip(&table[row as usize]) {
            *z += weight;
        }
    }
    let length = 1.0 / (features.len().max(1) as f32).sqrt();
    z.map(|z| z * length)
}

/// In eight bits.
fn quantized(table: &Table, labels: &[Label], calibration: Calibration, bits: u32) -> Relations {
    let unit = eight_bits::unit(table.as_flattened());
    let classes = labels.len() + 1;
    let rows = table
        .iter()
        .map(|row| {
            let mut out = [0i8; LANES];
            for (out, weight) in out.iter_mut().zip(&row[..classes]) {
                *out = eight_bits::rounded(*weight, unit);
            }
            out
        })
        .collect();
    Relations {
        labels: labels.to_vec(),
        bits,
        unit,
        calibration,
        rows,
    }
}

/// Labels less likely than this say nothing of how the others are to be calibrated.
const UNLIKELY: f64 = -6.0;

/// Slope and offset by which log odds give the likeliest probabilities (Platt, by Newton's steps).
fn platt(held_out: &[(&Sample, Vec<f64>)]) -> (f32, f32) {
    let mut points: Vec<(f64, bool)> = Vec::new();
    for (sample, odds) in held_out {
        for (label, odds) in odds.iter().skip(1).enumerate() {
            if *odds > UNLIKELY {
                points.push((*odds, sample.labels.contains(&label)));
            }
        }
    }
    let (mut slope, mut offset) = (1.0f64, 0.0f64);
    for _ in 0..30 {
        let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
        for &(x, holds) in &points {
            let p = 1.0 / (1.0 + (-(slope * x + offset)).exp());
            let (error, weight) = (p - f64::from(u8::from(holds)), p * (1.0 - p));
            g0 += error * x;
            g1 += error;
            h00 += weight * x * x;
            h01 += weight * x;
            h11 += weight;
        }
        let determinant = h00 * h11 - h01 * h01;
        if determinant.abs() < 1e-12 {
            break;
        }
        slope -= (h11 * g0 - h01 * g1) / determinant;
        offset -= (h00 * g1 - h01 * g0) / determinant;
    }
    (slope as f32, offset as f32)
}

fn reliability(held_out: &[(&Sample, Vec<f64>)], calibration: &Calibration) -> [Bin; 10] {
    let mut bins = [Bin::default(); 10];
    for (sample, odds) in held_out {
        for (label, odds) in odds.iter().skip(1).enumerate() {
            let probability = f64::from(calibrated(*odds, calibration));
            let bin = &mut bins[((probability * 10.0) as usize).min(9)];
            bin.labels += 1;
            bin.said += probability;
            bin.held += f64::from(u8::from(sample.labels.contains(&label)));
        }
    }
    for bin in &mut bins {
        bin.said /= bin.labels.max(1) as f64;
        bin.held /= bin.labels.max(1) as f64;
    }
    bins
}

/// Which part a group belongs to, the same whatever else is learnt from.
fn part(group: u64, parts: u64) -> u64 {
    Random(group).next() % parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_learnt_is_known_and_the_same_twice() {
        let labels = super::super::labels().unwrap();
        let samples: Vec<Sample> = (0..200u64)
            .map(|i| Sample {
                features: vec![0, 1 + (i % 3) as u32, 10 + (i % 7) as u32],
                told: vec![],
                labels: if i % 3 == 0 { vec![] } else { vec![(i % 3) as usize] },
                group: i,
            })
            .collect();
        let options = Options {
            bits: 5,
            ..Options::default()
        };
        let learnt = learn(&samples, &labels, &options, |_, _, _| ());
        let (all, each) = check(&learnt.relations, &samples, learnt.relations.calibration().bar);
        assert!(all.f1() > 0.99, "{all:?}");
        assert_eq!(each[1].found, 67);
        let again = learn(&samples, &labels, &options, |_, _, _| ());
        assert_eq!(learnt.relations.bytes(), again.relations.bytes());
    }
}
