//! Which parts of a sentence play which role in an event: a linear chain over its units.

use super::features::Rows;
use crate::entity::tagger::decode::{self, ANY, Mask, Room, Scores, Transitions};
use std::ops::Range;

/// Room in a row: no role, and beginning, middle and end of each.
pub const LANES: usize = 64;
/// More roles than this have no room.
pub const MOST_ROLES: usize = 21;

/// Weights of the chain.
pub struct Chain {
    pub roles: usize,
    pub bits: u32,
    pub table: Vec<[i8; LANES]>,
    pub transitions: Box<Transitions<LANES>>,
}

/// A part that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Units
    pub units: Range<usize>,
    pub role: usize,
    /// By how much the best reading that doesn't have it is worse
    pub margin: i32,
}

/// Room for decoding, kept from event to event.
#[derive(Default)]
pub struct Bench {
    scores: Vec<Scores<LANES>>,
    tags: Vec<u8>,
    room: Room<LANES>,
}

/// The tags of some roles, and none.
pub fn tags_of(roles: impl IntoIterator<Item = usize>) -> Mask {
    roles.into_iter().fold(1, |mask, role| mask | decode::tags_of(role))
}

impl Chain {
    /// The best parts of the roles in `allowed`. `eager` is added to every score of a role's beginning.
    pub fn parts(&self, rows: &Rows, allowed: Mask, eager: i32, bench: &mut Bench, out: &mut Vec<Part>) {
        out.clear();
        let count = decode::tags(self.roles);
        bench.scores.clear();
        bench.scores.extend(rows.iter().map(|rows| {
            let mut sum = [0i32; LANES];
            for row in rows {
                for (sum, weight) in sum.iter_mut().zip(&self.table[*row as usize]) {
                    *sum += i32::from(*weight);
                }
            }
            for role in 0..self.roles {
                sum[decode::begin(role)] += eager;
            }
            // What may not be is out of the question for the margins too.
            for (tag, sum) in sum.iter_mut().enumerate().take(count) {
                if allowed >> tag & 1 == 0 {
                    *sum = i32::MIN / 8;
                }
            }
            sum
        }));
        let Some(best) = bench
            .room
            .decode(self.roles, &bench.scores, &self.transitions, |_| ANY, &mut bench.tags)
        else {
            return;
        };
        let tags = &bench.tags;
        if tags.iter().all(|tag| *tag == 0) {
            return;
        }
        let through = bench.room.through(self.roles, &bench.scores, &self.transitions);
        for (first, end, role) in decode::names(tags) {
            let other = (first..(end + 1).min(tags.len()))
                .filter_map(|i| {
                    let tag = tags[i] as usize;
                    // Behind the part it matters only whether it goes on.
                    let same = |other: usize| {
                        if i < end {
                            other == tag
                        } else {
                            other != decode::middle(role) && other != decode::end(role)
                        }
                    };
                    (0..count)
                        .filter(|other| !same(*other))
                        .map(|other| through[i][other])
                        .max()
                })
                .max()
                .unwrap_or(i32::MIN / 8);
            out.push(Part {
                units: first..end,
                role,
                margin: best.saturating_sub(other),
            });
        }
    }
}

/// An event to learn the parts of.
pub struct Lesson {
    pub rows: Rows,
    pub tags: Vec<u8>,
    pub allowed: Mask,
}

/// What may be chosen.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub seed: u64,
    pub rounds: usize,
    /// How often all is learnt anew in another order
    pub runs: usize,
    pub bits: u32,
    /// By how much the right tags must win
    pub margin: i32,
    /// Features of fewer positions are not learnt
    pub least: u32,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            rounds: 6,
            runs: 1,
            bits: 18,
            margin: 4,
            least: 2,
        }
    }
}

/// Weights while they are learnt, with what their average needs.
struct Learner {
    now: Vec<[i32; LANES]>,
    /// Sum over all updates of the update times its time
    past: Vec<[i64; LANES]>,
    transitions: Transitions<LANES>,
    past_transitions: [[i64; LANES]; LANES],
    time: i64,
}

/// Learns: an averaged structured perceptron.
pub fn learn(lessons: &[&Lesson], roles: usize, options: &Options, mut after: impl FnMut(usize, usize)) -> Chain {
    let size = 1usize << options.bits;
    let count = decode::tags(roles);
    let mut seen = vec![0u32; size];
    for row in lessons.iter().flat_map(|lesson| lesson.rows.iter()).flatten() {
        seen[*row as usize] += 1;
    }
    let mut means = vec![[0i64; LANES]; size];
    let mut mean_transitions = [[0i64; LANES]; LANES];
    let mut random = super::Random(options.seed);
    let mut room = Room::default();
    let mut scores: Vec<Scores<LANES>> = Vec::new();
    let mut guess = Vec::new();
    for run in 0..options.runs {
        let mut learner = Learner {
            now: vec![[0; LANES]; size],
            past: vec![[0; LANES]; size],
            transitions: [[0; LANES]; LANES],
            past_transitions: [[0; LANES]; LANES],
            time: 1,
        };
        for round in 0..options.rounds {
            let mut order: Vec<usize> = (0..lessons.len()).collect();
            random.shuffle(&mut order);
            let mut mistakes = 0;
            for i in order {
                let lesson = lessons[i];
                scores.clear();
                for (rows, gold) in lesson.rows.iter().zip(&lesson.tags) {
                    let mut sum = [0i32; LANES];
                    for row in rows.iter().filter(|row| seen[**row as usize] >= options.least) {
                        for (sum, weight) in sum.iter_mut().zip(&learner.now[*row as usize]) {
                            *sum += weight;
                        }
                    }
                    for (tag, sum) in sum.iter_mut().enumerate().take(count) {
                        if tag != *gold as usize {
                            *sum += options.margin;
                        }
                    }
                    scores.push(sum);
                }
                learner.time += 1;
                let transitions = decode::strict(&learner.transitions, roles);
                room.decode(roles, &scores, &transitions, |_| lesson.allowed, &mut guess);
                if guess != lesson.tags {
                    mistakes += 1;
                    learner.update(&lesson.rows, &seen, options.least, &lesson.tags, &guess);
                }
            }
            after(run * options.rounds + round + 1, mistakes);
        }
        let time = learner.time + 1;
        let mean = |now: i32, past: i64| ((i64::from(now) * time - past) << 16) / time;
        let pairs = learner
            .transitions
            .iter()
            .zip(&learner.past_transitions)
            .zip(&mut mean_transitions);
        for ((now, past), sum) in learner.now.iter().zip(&learner.past).zip(&mut means).chain(pairs) {
            for ((now, past), sum) in now.iter().zip(past).zip(sum) {
                *sum += mean(*now, *past);
            }
        }
    }
    quantized(&means, &mean_transitions, roles, options.bits)
}

/// The means as small integers, the same scale for all; the few beyond are cut.
fn quantized(means: &[[i64; LANES]], transitions: &[[i64; LANES]; LANES], roles: usize, bits: u32) -> Chain {
    let mut sizes: Vec<i64> = means
        .as_flattened()
        .iter()
        .map(|mean| mean.abs())
        .filter(|size| *size > 0)
        .collect();
    let top = if sizes.is_empty() {
        1
    } else {
        let place = sizes.len() - 1 - sizes.len() / 20_000;
        *sizes.select_nth_unstable(place).1
    };
    let small = |mean: i64, limit: i64| {
        let scaled = mean * 254 / top.max(1);
        // Half up, away from nought
        ((scaled + scaled.signum()) / 2).clamp(-limit, limit)
    };
    Chain {
        roles,
        bits,
        table: means.iter().map(|row| row.map(|mean| small(mean, 127) as i8)).collect(),
        transitions: Box::new(decode::strict(
            &transitions.map(|row| row.map(|mean| small(mean, 30_000) as i32)),
            roles,
        )),
    }
}

impl Learner {
    fn update(&mut self, rows: &Rows, seen: &[u32], least: u32, gold: &[u8], guess: &[u8]) {
        for (i, rows) in rows.iter().enumerate() {
            let (right, wrong) = (gold[i] as usize, guess[i] as usize);
            if right != wrong {
                for row in rows.iter().filter(|row| seen[**row as usize] >= least) {
                    let (now, past) = (&mut self.now[*row as usize], &mut self.past[*row as usize]);
                    now[right] += 1;
                    past[right] += self.time;
                    now[wrong] -= 1;
                    past[wrong] -= self.time;
                }
            }
            if i > 0 {
                let right = (gold[i - 1] as usize, right);
                let wrong = (guess[i - 1] as usize, wrong);
                if right != wrong {
                    self.transitions[right.0][right.1] += 1;
                    self.past_transitions[right.0][right.1] += self.time;
                    self.transitions[wrong.0][wrong.1] -= 1;
                    self.past_transitions[wrong.0][wrong.1] -= self.time;
                }
            }
        }
    }
}
