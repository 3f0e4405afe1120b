//! How likely the right tags are among all sequences of tags: a linear-chain conditional random field.

use super::super::decode::{ANY, Mask, closes, follows, opens};

/// What a field learns from one sequence: the sum over all sequences and over those that are right.
#[derive(Debug, Default)]
pub struct Field {
    /// Factors of the tags at each position, the greatest one
    factors: Vec<f64>,
    forward: Vec<f64>,
    backward: Vec<f64>,
    scales: Vec<f64>,
}

/// Scores of one sequence: `tags` numbers a position.
pub struct Scores<'a> {
    pub tags: usize,
    pub emissions: &'a [f32],
    /// Exponentials of the scores of a tag after another, nought where it can't stand there ([`factors`])
    pub transitions: &'a [f64],
}

/// Exponentials of transitions of which those that can't be are nought.
pub fn factors(transitions: &[f32], tags: usize) -> Vec<f64> {
    let mut out = vec![0.0; tags * tags];
    for before in 0..tags {
        for after in 0..tags {
            if follows(before, after) {
                out[before * tags + after] = f64::from(transitions[before * tags + after]).exp();
            }
        }
    }
    out
}

impl Field {
    /// Adds to the gradient what the sequences that are allowed hold, times `sign`, and gives the logarithm of their sum.
    /// Where everything is allowed, having no name counts `favour` times. `None` where no sequence is allowed.
    fn sum(
        &mut self,
        scores: &Scores,
        allowed: impl Fn(usize) -> Mask,
        (sign, favour): (f64, f64),
        (of_emissions, of_transitions): (&mut [f32], &mut [f32]),
    ) -> Option<f64> {
        let tags = scores.tags;
        let length = scores.emissions.len() / tags;
        self.factors.clear();
        self.forward.clear();
        self.scales.clear();
        let mut logarithm = 0.0;
        for (i, emissions) in scores.emissions.chunks_exact(tags).enumerate() {
            let top = emissions.iter().copied().fold(f32::MIN, f32::max);
            let mask = allowed(i);
            let from = self.factors.len();
            self.factors.extend(emissions.iter().enumerate().map(|(tag, score)| {
                if mask >> tag & 1 == 1 {
                    f64::from(score - top).exp()
                } else {
                    0.0
                }
            }));
            if mask == ANY {
                self.factors[from] *= favour;
            }
            let factors = &self.factors[from..];
            let mut now = vec![0.0; tags];
            if i == 0 {
                for tag in (0..tags).filter(|tag| opens(*tag)) {
                    now[tag] = factors[tag];
                }
            } else {
                let before = &self.forward[from - tags..];
                for (before, row) in before.iter().zip(scores.transitions.chunks_exact(tags)) {
                    for (now, factor) in now.iter_mut().zip(row) {
                        *now += before * factor;
                    }
                }
                for (now, factor) in now.iter_mut().zip(factors) {
                    *now *= factor;
                }
            }
            if i + 1 == length {
                for tag in (0..tags).filter(|tag| !closes(*tag)) {
                    now[tag] = 0.0;
                }
            }
            let sum: f64 = now.iter().sum();
            if sum <= 0.0 {
                return None;
            }
            now.iter_mut().for_each(|value| *value /= sum);
            self.scales.push(sum);
            logarithm += sum.ln() + f64::from(top);
            self.forward.extend(now);
        }
        self.backward.clear();
        self.backward.resize(length * tags, 0.0);
        let mut after = vec![0.0; tags];
        for i in (0..length).rev() {
            let at = i * tags;
            if i + 1 == length {
                for tag in (0..tags).filter(|tag| closes(*tag)) {
                    self.backward[at + tag] = 1.0;
                }
            } else {
                let scale = self.scales[i + 1];
                for (tag, after) in after.iter_mut().enumerate() {
                    *after = self.backward[at + tags + tag] * self.factors[at + tags + tag] / scale;
                }
                for before in 0..tags {
                    let row = &scores.transitions[before * tags..(before + 1) * tags];
                    let start = self.forward[at + before];
                    let mut sum = 0.0;
                    for (tag, (factor, after)) in row.iter().zip(&after).enumerate() {
                        let value = factor * after;
                        sum += value;
                        of_transitions[before * tags + tag] += (sign * start * value) as f32;
                    }
                    self.backward[at + before] = sum;
                }
            }
            for tag in 0..tags {
                of_emissions[at + tag] += (sign * self.forward[at + tag] * self.backward[at + tag]) as f32;
            }
        }
        Some(logarithm)
    }

    /// How unlikely the right sequences are, as a negative logarithm; its gradient is added to the two. Where all tags are
    /// right, the right sequences with no name there count `favour` times. `None` where no sequence is right.
    pub fn learn(
        &mut self,
        scores: &Scores,
        allowed: impl Fn(usize) -> Mask,
        favour: f64,
        of_emissions: &mut [f32],
        of_transitions: &mut [f32],
    ) -> Option<f64> {
        let right = self.sum(
            scores,
            allowed,
            (-1.0, favour),
            (&mut *of_emissions, &mut *of_transitions),
        )?;
        let all = self.sum(scores, |_| ANY, (1.0, 1.0), (of_emissions, of_transitions))?;
        Some(all - right)
    }
}
