//! Two directions of gated recurrent units over many sequences at once.

use super::lanes::{gate, multiply, transposed};

/// Size of a state in each direction.
pub const STATE: usize = 128;
/// Update, reset and new of a state.
pub const GATES: usize = 3 * STATE;
/// States of both directions.
pub const BOTH: usize = 2 * STATE;

/// How sequences lie in a batch: the longest first, and all their first positions, then all their second ones, and so on.
#[derive(Debug, Default, Clone)]
pub struct Layout {
    /// Lengths of the sequences, falling.
    lengths: Vec<usize>,
    /// Where the rows of a step begin, and past the last.
    offsets: Vec<usize>,
}

impl Layout {
    /// A layout of sequences that are sorted by falling length.
    pub fn new(lengths: Vec<usize>) -> Layout {
        debug_assert!(lengths.is_sorted_by(|a, b| a >= b), "longest first");
        let steps = lengths.first().copied().unwrap_or_default();
        let mut offsets = vec![0];
        let mut active = lengths.len();
        for step in 0..steps {
            while active > 0 && lengths[active - 1] <= step {
                active -= 1;
            }
            offsets.push(offsets[step] + active);
        }
        Layout { lengths, offsets }
    }

    pub fn sequences(&self) -> usize {
        self.lengths.len()
    }

    pub fn length(&self, sequence: usize) -> usize {
        self.lengths[sequence]
    }

    fn steps(&self) -> usize {
        self.offsets.len() - 1
    }

    /// How many sequences are longer than this.
    fn active(&self, step: usize) -> usize {
        self.offsets[step + 1] - self.offsets[step]
    }

    /// All rows.
    pub fn rows(&self) -> usize {
        self.offsets.last().copied().unwrap_or_default()
    }

    /// The row of a position of a sequence.
    pub fn row(&self, sequence: usize, position: usize) -> usize {
        self.offsets[position] + sequence
    }

    /// The row that a direction reads at a step.
    fn row_at(&self, backward: bool, sequence: usize, step: usize) -> usize {
        let position = if backward {
            self.lengths[sequence] - 1 - step
        } else {
            step
        };
        self.row(sequence, position)
    }
}

/// Weights of one direction of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Direction {
    /// A row of gates for every number of the input
    pub input: Vec<f32>,
    /// A row of gates for every number of the state
    pub recurrent: Vec<f32>,
    pub input_bias: Vec<f32>,
    pub recurrent_bias: Vec<f32>,
}

impl Direction {
    /// Nothing, for inputs of so many numbers.
    pub fn zero(size: usize) -> Direction {
        Direction {
            input: vec![0.0; size * GATES],
            recurrent: vec![0.0; STATE * GATES],
            input_bias: vec![0.0; GATES],
            recurrent_bias: vec![0.0; GATES],
        }
    }

    pub fn parts(&self) -> [&Vec<f32>; 4] {
        [&self.input, &self.recurrent, &self.input_bias, &self.recurrent_bias]
    }

    pub fn parts_mut(&mut self) -> [&mut Vec<f32>; 4] {
        [
            &mut self.input,
            &mut self.recurrent,
            &mut self.input_bias,
            &mut self.recurrent_bias,
        ]
    }
}

/// A layer: forward and backward.
pub type Layer = [Direction; 2];

/// What a pass through a layer leaves for learning, by row.
#[derive(Debug, Default, Clone)]
pub struct Trace {
    gates: [Vec<f32>; 2],
    /// What the state before gave to the gate of the new
    new: [Vec<f32>; 2],
    before: [Vec<f32>; 2],
}

fn repeated(row: &[f32], times: usize) -> Vec<f32> {
    row.repeat(times)
}

/// The states of a layer for inputs of `size` numbers, both directions beside each other in each row.
pub fn forward(layer: &Layer, layout: &Layout, input: &[f32], size: usize, mut trace: Option<&mut Trace>) -> Vec<f32> {
    let rows = layout.rows();
    let mut out = vec![0.0; rows * BOTH];
    let mut scratch = [0.0; GATES];
    for (number, weights) in layer.iter().enumerate() {
        let backward = number == 1;
        let mut inputs = repeated(&weights.input_bias, rows);
        multiply(input, size, &weights.input, GATES, &mut inputs);
        if let Some(trace) = trace.as_deref_mut() {
            trace.gates[number] = vec![0.0; rows * GATES];
            trace.new[number] = vec![0.0; rows * STATE];
            trace.before[number] = vec![0.0; rows * STATE];
        }
        let mut states = vec![0.0; layout.sequences() * STATE];
        let mut recurrent = vec![0.0; layout.sequences() * GATES];
        for step in 0..layout.steps() {
            let active = layout.active(step);
            let recurrent = &mut recurrent[..active * GATES];
            for row in recurrent.chunks_exact_mut(GATES) {
                row.copy_from_slice(&weights.recurrent_bias);
            }
            multiply(&states[..active * STATE], STATE, &weights.recurrent, GATES, recurrent);
            let each = recurrent.chunks_exact_mut(GATES).zip(states.chunks_exact_mut(STATE));
            for (sequence, (recurrent, state)) in each.enumerate() {
                let row = layout.row_at(backward, sequence, step);
                let gates = match trace.as_deref_mut() {
                    Some(trace) => {
                        trace.before[number][row * STATE..(row + 1) * STATE].copy_from_slice(state);
                        trace.new[number][row * STATE..(row + 1) * STATE].copy_from_slice(&recurrent[2 * STATE..]);
                        &mut trace.gates[number][row * GATES..(row + 1) * GATES]
                    }
                    None => &mut scratch[..],
                };
                gate(&inputs[row * GATES..(row + 1) * GATES], recurrent, gates, state);
                out[row * BOTH + number * STATE..][..STATE].copy_from_slice(state);
            }
        }
    }
    out
}

/// From the gradient of a layer's states that of its input; that of its weights is added to `gradient`.
#[allow(
    clippy::needless_range_loop,
    reason = "a dozen rows side by side are plainer by number"
)]
pub fn backward(
    layer: &Layer,
    layout: &Layout,
    (input, size): (&[f32], usize),
    trace: &Trace,
    out: &[f32],
    gradient: &mut Layer,
) -> Vec<f32> {
    let rows = layout.rows();
    let mut of_input = vec![0.0; rows * size];
    let input_across = transposed(input, size);
    for (number, (weights, gradient)) in layer.iter().zip(gradient).enumerate() {
        let backward = number == 1;
        let recurrent_across = transposed(&weights.recurrent, GATES);
        let mut inputs = vec![0.0; rows * GATES];
        let mut recurrents = vec![0.0; rows * GATES];
        let mut states = vec![0.0; layout.sequences() * STATE];
        let mut step_gates = vec![0.0; layout.sequences() * GATES];
        for step in (0..layout.steps()).rev() {
            let active = layout.active(step);
            for (sequence, state) in states.chunks_exact_mut(STATE).enumerate().take(active) {
                let row = layout.row_at(backward, sequence, step);
                let gates = &trace.gates[number][row * GATES..(row + 1) * GATES];
                let new = &trace.new[number][row * STATE..(row + 1) * STATE];
                let before = &trace.before[number][row * STATE..(row + 1) * STATE];
                let out = &out[row * BOTH + number * STATE..][..STATE];
                let inputs = &mut inputs[row * GATES..(row + 1) * GATES];
                let step_gates = &mut step_gates[sequence * GATES..(sequence + 1) * GATES];
                for i in 0..STATE {
                    let (z, r, n) = (gates[i], gates[STATE + i], gates[2 * STATE + i]);
                    let d = state[i] + out[i];
                    let dz = d * (before[i] - n) * z * (1.0 - z);
                    let dn = d * (1.0 - z) * (1.0 - n * n);
                    let dr = dn * new[i] * r * (1.0 - r);
                    inputs[i] = dz;
                    inputs[STATE + i] = dr;
                    inputs[2 * STATE + i] = dn;
                    step_gates[i] = dz;
                    step_gates[STATE + i] = dr;
                    step_gates[2 * STATE + i] = dn * r;
                    state[i] = d * z;
                }
                recurrents[row * GATES..(row + 1) * GATES].copy_from_slice(step_gates);
            }
            multiply(
                &step_gates[..active * GATES],
                GATES,
                &recurrent_across,
                STATE,
                &mut states[..active * STATE],
            );
        }
        multiply(&input_across, rows, &inputs, GATES, &mut gradient.input);
        let before_across = transposed(&trace.before[number], STATE);
        multiply(&before_across, rows, &recurrents, GATES, &mut gradient.recurrent);
        add_rows(&inputs, &mut gradient.input_bias);
        add_rows(&recurrents, &mut gradient.recurrent_bias);
        multiply(&inputs, GATES, &transposed(&weights.input, GATES), size, &mut of_input);
    }
    of_input
}

/// Adds all rows to one.
pub fn add_rows(rows: &[f32], sum: &mut [f32]) {
    for row in rows.chunks_exact(sum.len()) {
        for (sum, value) in sum.iter_mut().zip(row) {
            *sum += value;
        }
    }
}
