//! The averaged structured perceptron (Collins, 2002) by which every linear chain of this program learns: scores of the
//! features' rows and of one tag after another, in whole numbers, so that the same lessons give the same bytes.

/// The largest weight of a transition that is kept.
pub(crate) const MOST_TRANSITION: i32 = 30_000;

/// Weights while they are learnt, with what their average needs. A row has room for `L` tags.
pub(crate) struct Learnt<const L: usize> {
    now: Vec<[i32; L]>,
    /// Sum over all updates of the update times its time
    past: Vec<[i64; L]>,
    /// Of a tag after another
    transitions: [[i32; L]; L],
    past_transitions: [[i64; L]; L],
    time: i64,
}

impl<const L: usize> Learnt<L> {
    /// Nothing learnt, in 2 to the power of `bits` rows.
    pub fn new(bits: u32) -> Learnt<L> {
        Learnt {
            now: vec![[0; L]; 1 << bits],
            past: vec![[0; L]; 1 << bits],
            transitions: [[0; L]; L],
            past_transitions: [[0; L]; L],
            time: 1,
        }
    }

    /// Another sentence is looked at, whatever comes of it.
    pub fn tick(&mut self) {
        self.time += 1;
    }

    pub fn transitions(&self) -> &[[i32; L]; L] {
        &self.transitions
    }

    /// The sum of a position's rows.
    pub fn score(&self, rows: impl IntoIterator<Item = u32>) -> [i32; L] {
        let mut sum = [0; L];
        for row in rows {
            for (sum, weight) in sum.iter_mut().zip(&self.now[row as usize]) {
                *sum += weight;
            }
        }
        sum
    }

    /// Moves the weights from the tags of `wrong` to those of `right`. `rows` has the rows of each position.
    pub fn update<R, T>(&mut self, rows: impl IntoIterator<Item = R>, right: &[T], wrong: &[T])
    where
        R: IntoIterator<Item = u32>,
        T: Copy + Into<usize>,
    {
        for (i, rows) in rows.into_iter().enumerate() {
            let (to, from): (usize, usize) = (right[i].into(), wrong[i].into());
            if to != from {
                for row in rows {
                    let (now, past) = (&mut self.now[row as usize], &mut self.past[row as usize]);
                    now[to] += 1;
                    past[to] += self.time;
                    now[from] -= 1;
                    past[from] -= self.time;
                }
            }
            if i > 0 {
                let to = (right[i - 1].into(), to);
                let from = (wrong[i - 1].into(), from);
                if to != from {
                    self.transitions[to.0][to.1] += 1;
                    self.past_transitions[to.0][to.1] += self.time;
                    self.transitions[from.0][from.1] -= 1;
                    self.past_transitions[from.0][from.1] -= self.time;
                }
            }
        }
    }
}

/// Sums of the averages of the weights of several runs, as fixed-point numbers.
#[derive(Clone)]
pub(crate) struct Means<const L: usize> {
    table: Vec<[i64; L]>,
    transitions: [[i64; L]; L],
}

impl<const L: usize> Means<L> {
    /// Of no run yet.
    pub fn new(bits: u32) -> Means<L> {
        Means {
            table: vec![[0; L]; 1 << bits],
            transitions: [[0; L]; L],
        }
    }

    /// Adds the average of one run so far.
    pub fn add(&mut self, weights: &Learnt<L>) {
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

    /// The means as small integers, the same scale for all: rows in eight bits, and transitions.
    pub fn rounded(&self) -> (Vec<[i8; L]>, [[i32; L]; L]) {
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
        let small = |mean: i64, limit: i64| {
            let scaled = mean * 254 / top;
            // Half up, away from nought.
            ((scaled + scaled.signum()) / 2).clamp(-limit, limit)
        };
        let rows = self.table.iter().map(|row| row.map(|mean| small(mean, 127) as i8));
        let transitions = self
            .transitions
            .map(|row| row.map(|mean| small(mean, MOST_TRANSITION.into()) as i32));
        (rows.collect(), transitions)
    }
}
