//! Teaching the network: gradients of the field's likelihood, Adam, and the mean of the later weights.
//!
//! A step takes a few sentences of one head, in two halves of fixed membership, which two threads may work at: sums are made
//! in the same order whoever makes them, so the same lessons and the same seed give the same bytes.

use super::super::decode::Mask;
use super::crf::{Field, Scores, factors};
use super::gru::{self, BOTH, Layer, Layout, Trace, add_rows};
use super::lanes::{multiply, narrowed, transposed, widened};
use super::{Direction, Head, Inputs, Network, SIZE, at_units, layout};
use rayon::prelude::*;

/// A sentence to learn from.
#[derive(Debug, Clone)]
pub struct Example {
    pub inputs: Inputs,
    /// The heads that learn from it, with the tags at each unit that agree with what they are taught
    pub lessons: Vec<(usize, Vec<Mask>)>,
}

impl Example {
    fn heads(&self) -> impl Iterator<Item = usize> {
        self.lessons.iter().map(|(head, _)| *head)
    }
}

/// What may be chosen.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub seed: u64,
    /// Sentences of one step
    pub batch: usize,
    /// How fast the heads learn
    pub head_rate: f32,
    /// How fast the layers learn
    pub layer_rate: f32,
    /// How fast the table of characters learns
    pub table_rate: f32,
    /// Share of the numbers of characters, of the first layer and of the second that are left out
    pub dropout: [f32; 3],
    /// How much of the mean of the weights stays at each step
    pub mean: f32,
    /// How much likelier than a name its absence is taken for where a lesson says nothing
    pub favour: f64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            batch: 32,
            head_rate: 2e-3,
            layer_rate: 1e-3,
            table_rate: 5e-4,
            dropout: [0.2, 0.3, 0.4],
            mean: 0.997,
            favour: 20.0,
        }
    }
}

/// The mean is taken at every so many steps.
const STRIDE: i32 = 4;

/// A network while it learns.
pub struct Learner {
    network: Network,
    mean: Network,
    first: Moments,
    second: Moments,
    steps: i32,
    random: u64,
    options: Options,
}

/// What Adam keeps, in the shape of the weights.
struct Moments {
    table: Vec<f32>,
    layers: [Layer; 2],
    heads: Vec<Head>,
}

impl Moments {
    fn new(network: &Network) -> Moments {
        Moments {
            table: vec![0.0; network.table.len()],
            layers: zero_layers(),
            heads: network
                .heads
                .iter()
                .map(|head| Head::new(head.labels.clone()))
                .collect(),
        }
    }
}

fn zero_layers() -> [Layer; 2] {
    [SIZE, BOTH].map(|size| [Direction::zero(size), Direction::zero(size)])
}

/// What one half of a step says about the weights.
struct Gradient {
    /// Rows of the table with their gradients, in the order in which they came up
    rows: Vec<u32>,
    table: Vec<f32>,
    layers: [Layer; 2],
    heads: Vec<(usize, Head)>,
    loss: f64,
}

impl Learner {
    /// A learner that goes on from a network, with heads for these labels: the network's own where it has them.
    pub fn new(from: &Network, heads: Vec<Vec<String>>, options: Options) -> Learner {
        let head = |labels: Vec<String>| {
            let own = from.heads.iter().find(|head| head.labels == labels);
            own.cloned().unwrap_or_else(|| Head::new(labels))
        };
        let network = Network {
            heads: heads.into_iter().map(head).collect(),
            ..from.clone()
        };
        Learner {
            mean: network.clone(),
            first: Moments::new(&network),
            second: Moments::new(&network),
            network,
            steps: 0,
            random: options.seed,
            options,
        }
    }

    /// The mean of the later weights.
    pub fn mean(&self) -> &Network {
        &self.mean
    }

    /// Goes once through the examples; `rate` tells how much of the rates of learning counts after which share of the round.
    /// The mean loss of a sentence.
    pub fn round(&mut self, examples: &[&Example], rate: impl Fn(f32) -> f32) -> f64 {
        let batches = self.batches(examples);
        let mut loss = 0.0;
        for (number, batch) in batches.iter().enumerate() {
            let rate = rate(number as f32 / batches.len() as f32);
            loss += self.step(batch, rate);
        }
        loss / examples.len().max(1) as f64
    }

    /// Shuffled, each with examples of one head and of about the same length.
    fn batches<'a>(&mut self, examples: &[&'a Example]) -> Vec<Vec<&'a Example>> {
        let mut order = examples.to_vec();
        self.shuffle(&mut order);
        // Lengths in steps, so that what is put together changes from round to round.
        order.sort_by_cached_key(|example| (example.heads().collect::<Vec<_>>(), example.inputs.characters() / 8));
        let mut batches: Vec<Vec<&Example>> = order
            .chunk_by(|a, b| a.heads().eq(b.heads()))
            .flat_map(|of_heads| of_heads.chunks(self.options.batch).map(<[_]>::to_vec))
            .collect();
        self.shuffle(&mut batches);
        batches
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, (random(&mut self.random) % (i as u64 + 1)) as usize);
        }
    }

    fn step(&mut self, batch: &[&Example], rate: f32) -> f64 {
        let seeds = [random(&mut self.random), random(&mut self.random)];
        let scale = 1.0 / batch.len() as f32;
        let half = batch.len().div_ceil(2);
        let halves: Vec<(&[&Example], u64)> = batch.chunks(half).zip(seeds).collect();
        let gradients: Vec<Gradient> = halves
            .into_par_iter()
            .map(|(examples, seed)| gradient(&self.network, examples, scale, seed, &self.options))
            .collect();
        let loss = gradients.iter().map(|gradient| gradient.loss).sum();
        self.steps += 1;
        self.apply(gradients, rate);
        if self.steps % STRIDE == 0 {
            self.average();
        }
        loss
    }

    fn apply(&mut self, gradients: Vec<Gradient>, rate: f32) {
        let adam = Adam::new(self.steps);
        let options = self.options;
        let mut gradients = gradients.into_iter();
        let Some(mut sum) = gradients.next() else {
            return;
        };
        for other in gradients {
            let layers = sum.layers.iter_mut().flatten().zip(other.layers.iter().flatten());
            for (sum, other) in layers {
                for (sum, other) in sum.parts_mut().into_iter().zip(other.parts()) {
                    add(sum, other);
                }
            }
            for ((_, sum), (_, other)) in sum.heads.iter_mut().zip(&other.heads) {
                for (sum, other) in parts_mut(sum).into_iter().zip(parts(other)) {
                    add(sum, other);
                }
            }
            sum.rows.extend(&other.rows);
            sum.table.extend(&other.table);
        }
        if options.layer_rate > 0.0 {
            let layers = self
                .network
                .layers
                .iter_mut()
                .flatten()
                .zip(sum.layers.iter().flatten())
                .zip(self.first.layers.iter_mut().flatten())
                .zip(self.second.layers.iter_mut().flatten());
            for (((weights, gradient), first), second) in layers {
                let parts = weights
                    .parts_mut()
                    .into_iter()
                    .zip(gradient.parts())
                    .zip(first.parts_mut())
                    .zip(second.parts_mut());
                for (((weights, gradient), first), second) in parts {
                    adam.step(options.layer_rate * rate, weights, gradient, first, second);
                }
            }
        }
        for (head, gradient) in &sum.heads {
            let parts = parts_mut(&mut self.network.heads[*head])
                .into_iter()
                .zip(parts(gradient))
                .zip(parts_mut(&mut self.first.heads[*head]))
                .zip(parts_mut(&mut self.second.heads[*head]));
            for (((weights, gradient), first), second) in parts {
                adam.step(options.head_rate * rate, weights, gradient, first, second);
            }
        }
        if options.table_rate > 0.0 {
            // Rows that came up more than once are put together, in the order of their numbers.
            let mut order: Vec<usize> = (0..sum.rows.len()).collect();
            order.sort_by_key(|&i| (sum.rows[i], i));
            let mut row = vec![0.0; SIZE];
            for same in order.chunk_by(|a, b| sum.rows[*a] == sum.rows[*b]) {
                row.fill(0.0);
                same.iter()
                    .for_each(|&i| add(&mut row, &sum.table[i * SIZE..(i + 1) * SIZE]));
                let at = sum.rows[same[0]] as usize * SIZE;
                let range = at..at + SIZE;
                adam.step(
                    options.table_rate * rate,
                    &mut self.network.table[range.clone()],
                    &row,
                    &mut self.first.table[range.clone()],
                    &mut self.second.table[range],
                );
            }
        }
    }

    /// Moves the mean towards the weights.
    fn average(&mut self) {
        // The first weights are forgotten at once.
        let steps = (self.steps / STRIDE) as f32;
        let keep = self.options.mean.powi(STRIDE).min(steps / (steps + 10.0));
        let blend = |mean: &mut [f32], now: &[f32]| {
            for (mean, now) in mean.iter_mut().zip(now) {
                *mean = now + keep * (*mean - now);
            }
        };
        blend(&mut self.mean.table, &self.network.table);
        let layers = self.mean.layers.iter_mut().flatten();
        for (mean, now) in layers.zip(self.network.layers.iter().flatten()) {
            for (mean, now) in mean.parts_mut().into_iter().zip(now.parts()) {
                blend(mean, now);
            }
        }
        for (mean, now) in self.mean.heads.iter_mut().zip(&self.network.heads) {
            for (mean, now) in parts_mut(mean).into_iter().zip(parts(now)) {
                blend(mean, now);
            }
        }
    }
}

fn parts(head: &Head) -> [&Vec<f32>; 3] {
    [&head.weights, &head.bias, &head.transitions]
}

fn parts_mut(head: &mut Head) -> [&mut Vec<f32>; 3] {
    [&mut head.weights, &mut head.bias, &mut head.transitions]
}

fn add(sum: &mut [f32], other: &[f32]) {
    for (sum, other) in sum.iter_mut().zip(other) {
        *sum += other;
    }
}

/// Adam at one step.
struct Adam {
    first: f32,
    second: f32,
}

impl Adam {
    const FIRST: f32 = 0.9;
    const SECOND: f32 = 0.999;

    fn new(step: i32) -> Adam {
        Adam {
            first: 1.0 / (1.0 - Adam::FIRST.powi(step)),
            second: 1.0 / (1.0 - Adam::SECOND.powi(step)),
        }
    }

    fn step(&self, rate: f32, weights: &mut [f32], gradient: &[f32], first: &mut [f32], second: &mut [f32]) {
        let each = weights.iter_mut().zip(gradient).zip(first).zip(second);
        for (((weight, gradient), first), second) in each {
            *first += (1.0 - Adam::FIRST) * (gradient - *first);
            *second += (1.0 - Adam::SECOND) * (gradient * gradient - *second);
            *weight -= rate * *first * self.first / ((*second * self.second).sqrt() + 1e-8);
        }
    }
}

/// Leaves out numbers at random and makes up for it; gives the factors.
fn leave_out(numbers: &mut [f32], share: f32, state: &mut u64) -> Vec<f32> {
    if share <= 0.0 {
        return Vec::new();
    }
    let most = (f64::from(share) * f64::from(u16::MAX)) as u64;
    let kept = 1.0 / (1.0 - share);
    let mut factors = Vec::with_capacity(numbers.len());
    // Four choices of sixteen bits a draw
    for chunk in numbers.chunks_mut(4) {
        let mut bits = random(state);
        for number in chunk {
            let factor = if bits & 0xffff < most { 0.0 } else { kept };
            bits >>= 16;
            *number *= factor;
            factors.push(factor);
        }
    }
    factors
}

fn leave_out_again(gradient: &mut [f32], factors: &[f32]) {
    for (gradient, factor) in gradient.iter_mut().zip(factors) {
        *gradient *= factor;
    }
}

/// What some examples say about the weights.
fn gradient(network: &Network, examples: &[&Example], scale: f32, seed: u64, options: &Options) -> Gradient {
    let mut state = seed;
    let mut order: Vec<&Example> = examples.to_vec();
    order.sort_by_key(|example| std::cmp::Reverse(example.inputs.characters()));
    let inputs: Vec<&Inputs> = order.iter().map(|example| &example.inputs).collect();
    let layout = layout(&inputs);
    let mut out = Gradient {
        rows: Vec::new(),
        table: Vec::new(),
        layers: zero_layers(),
        heads: Vec::new(),
        loss: 0.0,
    };
    let mut characters = network.characters(&inputs, &layout);
    let masks = leave_out(&mut characters, options.dropout[0], &mut state);
    let mut traces = [Trace::default(), Trace::default()];
    let [low, high] = &mut traces;
    let mut first = gru::forward(&network.layers[0], &layout, &characters, SIZE, Some(low));
    let first_masks = leave_out(&mut first, options.dropout[1], &mut state);
    let second = gru::forward(&network.layers[1], &layout, &first, BOTH, Some(high));
    let mut states: Vec<f32> = Vec::new();
    for (sequence, inputs) in inputs.iter().enumerate() {
        states.extend(at_units(&layout, sequence, inputs, &second));
    }
    let state_masks = leave_out(&mut states, options.dropout[2], &mut state);
    let mut of_states = vec![0.0; states.len()];
    for lesson in 0..order.first().map_or(0, |example| example.lessons.len()) {
        learn_head(
            network,
            &order,
            lesson,
            &states,
            (scale, options.favour),
            &mut of_states,
            &mut out,
        );
    }
    if options.layer_rate <= 0.0 {
        return out;
    }
    leave_out_again(&mut of_states, &state_masks);
    let of_second = from_units(&layout, &inputs, &of_states);
    let mut of_first = gru::backward(
        &network.layers[1],
        &layout,
        (&first, BOTH),
        high,
        &of_second,
        &mut out.layers[1],
    );
    leave_out_again(&mut of_first, &first_masks);
    let mut of_characters = gru::backward(
        &network.layers[0],
        &layout,
        (&characters, SIZE),
        low,
        &of_first,
        &mut out.layers[0],
    );
    leave_out_again(&mut of_characters, &masks);
    for (sequence, inputs) in inputs.iter().enumerate() {
        for position in 0..inputs.characters() {
            let row = layout.row(sequence, position) * SIZE;
            for number in inputs.rows_of(position) {
                out.rows.push(*number);
                out.table.extend_from_slice(&of_characters[row..row + SIZE]);
            }
        }
    }
    out
}

/// What one lesson of each example says about its head, and about the states.
fn learn_head(
    network: &Network,
    examples: &[&Example],
    lesson: usize,
    states: &[f32],
    (scale, favour): (f32, f64),
    of_states: &mut [f32],
    out: &mut Gradient,
) {
    let Some((number, _)) = examples.first().and_then(|example| example.lessons.get(lesson)) else {
        return;
    };
    let head = &network.heads[*number];
    let tags = head.tags();
    let mut gradient = Head::new(head.labels.clone());
    let emissions = head.scores(states);
    let mut of_emissions = vec![0.0; emissions.len()];
    let transitions = factors(&head.transitions, tags);
    let mut field = Field::default();
    let mut at = 0;
    for example in examples {
        let range = at..at + example.inputs.units() * tags;
        at = range.end;
        let scores = Scores {
            tags,
            emissions: &emissions[range.clone()],
            transitions: &transitions,
        };
        let (_, allowed) = &example.lessons[lesson];
        let loss = field.learn(
            &scores,
            |unit| allowed[unit],
            favour,
            &mut of_emissions[range],
            &mut gradient.transitions,
        );
        out.loss += loss.unwrap_or_default();
    }
    of_emissions.iter_mut().for_each(|value| *value *= scale);
    gradient.transitions.iter_mut().for_each(|value| *value *= scale);
    let units = states.len() / BOTH;
    let (of_wide, wide) = widened(&of_emissions, tags);
    let mut of_weights = vec![0.0; BOTH * wide];
    multiply(&transposed(states, BOTH), units, &of_wide, wide, &mut of_weights);
    gradient.weights = narrowed(&of_weights, wide, tags);
    add_rows(&of_emissions, &mut gradient.bias);
    multiply(&of_emissions, tags, &transposed(&head.weights, tags), BOTH, of_states);
    out.heads.push((*number, gradient));
}

/// The other way round of [`at_units`].
fn from_units(layout: &Layout, inputs: &[&Inputs], of_states: &[f32]) -> Vec<f32> {
    let mut out = vec![0.0; layout.rows() * BOTH];
    let mut rows = of_states.chunks_exact(BOTH);
    for (sequence, inputs) in inputs.iter().enumerate() {
        for ((first, last), row) in inputs.units.iter().zip(rows.by_ref()) {
            let forward = layout.row(sequence, *last as usize) * BOTH;
            let backward = layout.row(sequence, *first as usize) * BOTH;
            add(&mut out[forward..forward + BOTH / 2], &row[..BOTH / 2]);
            add(&mut out[backward + BOTH / 2..backward + BOTH], &row[BOTH / 2..]);
        }
    }
    out
}

/// SplitMix64.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut x = *state;
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{inputs, network};
    use super::*;

    fn example(lessons: Vec<(usize, Vec<Mask>)>) -> Example {
        Example {
            inputs: inputs("海岚abc航运"),
            lessons,
        }
    }

    /// With nothing left out, so that a loss is a function of the weights.
    fn plain() -> Options {
        Options {
            dropout: [0.0; 3],
            ..Options::default()
        }
    }

    #[test]
    fn gradients_are_the_slopes_of_the_loss() {
        let network = network(&[2, 1]);
        // A name of the first label and one of any, and in other words one that may be there or not.
        let examples = [
            example(vec![(0, vec![2, 8, 1, 0b10010, 1]), (1, vec![Mask::MAX; 5])]),
            example(vec![(0, vec![1; 5]), (1, vec![1, 2, 8, 1, 1])]),
        ];
        let examples: Vec<&Example> = examples.iter().collect();
        let loss = |network: &Network| gradient(network, &examples, 1.0, 1, &plain()).loss;
        let found = gradient(&network, &examples, 1.0, 1, &plain());
        type Weight = fn(&mut Network) -> &mut f32;
        let weights: [(Weight, f32); 7] = [
            (|n| &mut n.layers[0][0].input[700], found.layers[0][0].input[700]),
            (|n| &mut n.layers[0][1].recurrent[9], found.layers[0][1].recurrent[9]),
            (
                |n| &mut n.layers[1][0].recurrent_bias[300],
                found.layers[1][0].recurrent_bias[300],
            ),
            (
                |n| &mut n.layers[1][1].input_bias[140],
                found.layers[1][1].input_bias[140],
            ),
            (|n| &mut n.heads[0].weights[30], found.heads[0].1.weights[30]),
            (|n| &mut n.heads[1].transitions[1], found.heads[1].1.transitions[1]),
            (|n| &mut n.heads[0].bias[1], found.heads[0].1.bias[1]),
        ];
        for (number, (weight, slope)) in weights.into_iter().enumerate() {
            let step = 1e-2;
            let at = |by: f32| {
                let mut other = network.clone();
                *weight(&mut other) += by;
                loss(&other)
            };
            let measured = (at(step) - at(-step)) / (2.0 * f64::from(step));
            let slope = f64::from(slope);
            assert!(slope != 0.0, "weight {number} plays no part");
            assert!(
                (measured - slope).abs() < 1e-3 + 0.02 * slope.abs(),
                "weight {number}: {slope}, measured {measured}"
            );
        }
    }

    #[test]
    fn the_same_lessons_give_the_same_network_and_less_loss() {
        let from = network(&[2]);
        let examples: Vec<Example> = (0..40)
            .map(|number| {
                example(vec![(
                    0,
                    if number % 2 == 0 {
                        vec![2, 8, 1, 1, 1]
                    } else {
                        vec![2, 8, 1, 16, 64]
                    },
                )])
            })
            .collect();
        let examples: Vec<&Example> = examples.iter().collect();
        let learn = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .expect("a pool");
            pool.install(|| {
                let mut learner = Learner::new(&from, vec![from.heads[0].labels.clone()], Options::default());
                let losses = [0; 4].map(|_| learner.round(&examples, |_| 1.0));
                (learner.mean().bytes(), losses)
            })
        };
        let (bytes, losses) = learn(1);
        assert!(learn(2) == (bytes, losses));
        assert!(losses[3] < losses[0], "{losses:?}");
    }
}
