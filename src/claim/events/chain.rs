//! Which parts of a sentence play which role in an event: a linear chain over its units.

use super::features::Rows;
use crate::entity::tagger::decode::{self, ANY, Mask, Room, Scores, Transitions};
use crate::perceptron::{Learnt, Means};
use crate::random::Random;
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

/// Learns: an averaged structured perceptron.
pub fn learn(lessons: &[&Lesson], roles: usize, options: &Options, mut after: impl FnMut(usize, usize)) -> Chain {
    let count = decode::tags(roles);
    let mut seen = vec![0u32; 1 << options.bits];
    for row in lessons.iter().flat_map(|lesson| lesson.rows.iter()).flatten() {
        seen[*row as usize] += 1;
    }
    let often = |rows: &&[u32]| -> Vec<u32> {
        let rows = rows.iter().copied();
        rows.filter(|row| seen[*row as usize] >= options.least).collect()
    };
    let mut means = Means::<LANES>::new(options.bits);
    let mut random = Random(options.seed);
    let mut room = Room::default();
    let mut scores: Vec<Scores<LANES>> = Vec::new();
    let mut guess = Vec::new();
    for run in 0..options.runs {
        let mut weights = Learnt::<LANES>::new(options.bits);
        for round in 0..options.rounds {
            let mut order: Vec<usize> = (0..lessons.len()).collect();
            random.shuffle(&mut order);
            let mut mistakes = 0;
            for i in order {
                let lesson = lessons[i];
                let rows: Vec<Vec<u32>> = lesson.rows.iter().map(|rows| often(&rows)).collect();
                scores.clear();
                for (rows, gold) in rows.iter().zip(&lesson.tags) {
                    let mut sum = weights.score(rows.iter().copied());
                    for (tag, sum) in sum.iter_mut().enumerate().take(count) {
                        if tag != *gold as usize {
                            *sum += options.margin;
                        }
                    }
                    scores.push(sum);
                }
                weights.tick();
                let transitions = decode::strict(weights.transitions(), roles);
                room.decode(roles, &scores, &transitions, |_| lesson.allowed, &mut guess);
                if guess != lesson.tags {
                    mistakes += 1;
                    weights.update(rows, &lesson.tags, &guess);
                }
            }
            after(run * options.rounds + round + 1, mistakes);
        }
        means.add(&weights);
    }
    let (table, transitions) = means.rounded();
    Chain {
        roles,
        bits: options.bits,
        table,
        transitions: Box::new(decode::strict(&transitions, roles)),
    }
}
