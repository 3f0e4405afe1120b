//! Which events a word of a sentence tells of: logistic regression, a class of its own for each type of event.

use crate::claim::eight_bits;
use crate::random::Random;

/// Room in a row for the types of event.
pub const LANES: usize = 16;

/// Weights, all a multiple of one unit.
pub struct Spots {
    pub kinds: usize,
    pub bits: u32,
    pub unit: f32,
    pub table: Vec<[i8; LANES]>,
}

impl Spots {
    /// The logarithm of the odds of every type.
    pub fn odds(&self, rows: &[u32]) -> [f32; LANES] {
        let mut sums = [0i32; LANES];
        for row in rows {
            if let Some(row) = self.table.get(*row as usize) {
                for (sum, weight) in sums.iter_mut().zip(row) {
                    *sum += i32::from(*weight);
                }
            }
        }
        let unit = self.unit / (rows.len().max(1) as f32).sqrt();
        sums.map(|sum| sum as f32 * unit)
    }
}

/// A word to learn from.
pub struct Lesson {
    pub rows: Vec<u32>,
    /// Types of which it tells, a bit each
    pub told: u16,
    /// Types of which the file says whether a word tells of them
    pub annotated: u16,
}

/// What may be chosen.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub seed: u64,
    pub rounds: usize,
    pub bits: u32,
    pub least: u32,
    /// First step, as AdaGrad takes it
    pub step: f32,
    pub decay: f32,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            rounds: 10,
            bits: 18,
            least: 2,
            step: 0.3,
            decay: 1e-5,
        }
    }
}

/// Learns by stochastic steps of their own sizes (AdaGrad); the mean of the later rounds.
pub fn learn(lessons: &[&Lesson], kinds: usize, options: &Options) -> Spots {
    let size = 1usize << options.bits;
    let mut seen = vec![0u32; size];
    for row in lessons.iter().flat_map(|lesson| &lesson.rows) {
        seen[*row as usize] += 1;
    }
    let mut weights = vec![[0f32; LANES]; size];
    let mut squares = vec![[1e-3f32; LANES]; size];
    let mut sums = vec![[0f32; LANES]; size];
    let mut random = Random(options.seed);
    for round in 0..options.rounds {
        let mut order: Vec<usize> = (0..lessons.len()).collect();
        random.shuffle(&mut order);
        for i in order {
            let lesson = lessons[i];
            let length = 1.0 / (lesson.rows.len().max(1) as f32).sqrt();
            let learnt = || lesson.rows.iter().filter(|row| seen[**row as usize] >= options.least);
            let mut z = [0f32; LANES];
            for row in learnt() {
                for (z, weight) in z.iter_mut().zip(&weights[*row as usize]) {
                    *z += length * weight;
                }
            }
            let mut gradient = [0f32; LANES];
            for (kind, gradient) in gradient.iter_mut().enumerate().take(kinds) {
                if lesson.annotated >> kind & 1 == 1 {
                    let told = f32::from(lesson.told >> kind & 1);
                    *gradient = 1.0 / (1.0 + (-z[kind]).exp()) - told;
                }
            }
            for row in learnt() {
                let row = *row as usize;
                for ((weight, square), gradient) in weights[row].iter_mut().zip(&mut squares[row]).zip(&gradient) {
                    if *gradient != 0.0 {
                        let step = length * gradient + options.decay * *weight;
                        *square += step * step;
                        *weight -= options.step * step / square.sqrt();
                    }
                }
            }
        }
        if round >= options.rounds / 2 {
            for (sum, weight) in sums.as_flattened_mut().iter_mut().zip(weights.as_flattened()) {
                *sum += weight;
            }
        }
    }
    let step = eight_bits::unit(sums.as_flattened());
    let rounds = (options.rounds - options.rounds / 2).max(1) as f32;
    Spots {
        kinds,
        bits: options.bits,
        unit: step / rounds,
        table: sums
            .iter()
            .map(|row| row.map(|weight| eight_bits::rounded(weight, step)))
            .collect(),
    }
}
