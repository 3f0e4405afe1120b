//! Lessons as what the network learns from, and the rounds in which it does.

use super::super::super::lexicon::lowered;
use super::super::alone::Alone;
use super::super::inputs_of;
use super::super::train::{Lesson, samples};
use super::Network;
use super::train::{Example, Learner, Options};
use crate::text::Text;

/// Collects lessons and teaches a network.
pub struct Course<'a> {
    alone: Alone<'a>,
    from: Network,
    heads: Vec<Vec<String>>,
    examples: Vec<Example>,
}

impl<'a> Course<'a> {
    /// A course that goes on from the encoder of a network, for heads of these labels.
    pub fn new(alone: Alone<'a>, from: Network, heads: Vec<Vec<String>>) -> Course<'a> {
        Course {
            alone,
            from: from.folded(),
            heads,
            examples: Vec::new(),
        }
    }

    /// Takes in what is said of one text: for every head that is to learn from it, its number and the lesson in its labels.
    pub fn add(&mut self, lessons: &[(usize, Lesson)]) {
        let Some((_, first)) = lessons.first() else {
            return;
        };
        let text = Text::new(first.text.as_str());
        let lower = lowered(text.folded());
        // Sentences in which a lesson marks nothing are left out of it, so they are told by where they begin.
        let mut examples: Vec<(u32, Example)> = Vec::new();
        for (head, lesson) in lessons {
            for sample in samples(&self.alone, self.heads[*head].len(), lesson) {
                let Some(start) = sample.units.first().map(|unit| unit.start) else {
                    continue;
                };
                match examples.iter_mut().find(|(other, _)| *other == start) {
                    Some((_, example)) => example.lessons.push((*head, sample.allowed)),
                    None => examples.push((
                        start,
                        Example {
                            inputs: inputs_of(&self.from, &lower, &sample.shown()),
                            lessons: vec![(*head, sample.allowed)],
                        },
                    )),
                }
            }
        }
        self.examples.extend(examples.into_iter().map(|(_, example)| example));
    }

    /// Sentences so far.
    pub fn sentences(&self) -> usize {
        self.examples.len()
    }

    /// Learns in so many rounds. `after` sees the network after each, with the number of the round and the mean loss.
    pub fn learn(&self, rounds: usize, options: Options, mut after: impl FnMut(usize, f64, &Network)) -> Network {
        let mut learner = Learner::new(&self.from, self.heads.clone(), options);
        let examples: Vec<&Example> = self.examples.iter().collect();
        for round in 0..rounds {
            // Slowly at first, and ever more slowly towards the end.
            let rate = |share: f32| {
                let at = (round as f32 + share) / rounds as f32;
                (at * 20.0).min(1.0) * (1.0 - 0.95 * at)
            };
            let loss = learner.round(&examples, rate);
            // What is scored is what will be read from a file.
            after(round + 1, loss, &learner.mean().rounded());
        }
        learner.mean().clone()
    }
}
