//! Which relation holds between two names of a sentence, told by the words around them: a linear model over hashed
//! features, learnt from annotated pairs ([`train`]).
//!
//! It is asked after the patterns, and what they said of a pair is among its features. Weights are small integers whose
//! sums are exact; what comes of them is rounded before it is compared with a bar.

mod features;
pub mod train;

pub use features::{Candidate, Eyes, candidates};

use super::{Predicate, Status};
use crate::entity::lexicon::Lexicon;
use std::sync::{Arc, LazyLock, OnceLock};

/// Room in a row of the table: class 0 is no relation, then come the labels.
pub(crate) const LANES: usize = 48;

/// The table of labels: path and content.
const LABELS: (&str, &str) = ("models/relations.tsv", include_str!("../../../models/relations.tsv"));

/// The weights that come with the program; `models/README.md` has their card.
pub const WEIGHTS: &[u8] = include_bytes!("../../../models/relations.bin");

/// What the model can say of a pair, in the order in which its two names stand in the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub name: &'static str,
    pub predicate: Predicate,
    /// What is named first is the subject; otherwise the object
    pub forward: bool,
    /// What the label itself says where no cue does: 拟收购 is planned
    pub status: Status,
    /// What is so whatever is planned: he who plans to sell his subsidiary owns it
    pub standing: bool,
    /// Classes of cues, one of which its quote should hold
    pub cues: Vec<&'static str>,
}

/// A file of weights, or a table of labels, that isn't one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RelationsError {
    #[error("no weights of relations: {0}")]
    Weights(&'static str),
    #[error("{}:{line}: {reason}", LABELS.0)]
    Label { line: usize, reason: String },
}

/// The labels of the built-in table.
///
/// # Errors
/// A row that can't be read, with its line.
pub fn labels() -> Result<Vec<Label>, RelationsError> {
    let mut out = Vec::new();
    for (i, row) in LABELS.1.lines().enumerate() {
        if row.starts_with('#') || row.trim().is_empty() {
            continue;
        }
        let wrong = |reason: String| RelationsError::Label { line: i + 1, reason };
        let cells: Vec<&'static str> = row.split('\t').collect();
        let [name, predicate, direction, status, cues] = cells[..] else {
            return Err(wrong("five cells are wanted".to_owned()));
        };
        out.push(Label {
            name,
            predicate: predicate
                .parse()
                .map_err(|e: super::UnknownPredicate| wrong(e.to_string()))?,
            forward: match direction {
                "forward" => true,
                "backward" => false,
                other => return Err(wrong(format!("`{other}` is no direction"))),
            },
            status: match status {
                "" | "standing" => Status::Asserted,
                "planned" => Status::Planned,
                other => return Err(wrong(format!("`{other}` is no status here"))),
            },
            standing: status == "standing",
            cues: cues.split('|').filter(|class| !class.is_empty()).collect(),
        });
    }
    if out.len() >= LANES {
        return Err(RelationsError::Label {
            line: 1,
            reason: format!("at most {} labels have room", LANES - 1),
        });
    }
    Ok(out)
}

/// How a model's raw probability becomes one that counts bear out (Platt), and from where on it speaks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    pub slope: f32,
    pub offset: f32,
    /// The bar that gave the best F1, with what the patterns tell, on pairs held out from training
    pub bar: f32,
}

/// Trained weights.
#[derive(Debug)]
pub struct Relations {
    labels: Vec<Label>,
    bits: u32,
    /// What one step of a weight is worth
    unit: f32,
    calibration: Calibration,
    /// One row of classes for each feature's hash
    rows: Vec<[i8; LANES]>,
}

/// What the model holds for possible of a pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opinion {
    /// Index of the label
    pub label: usize,
    /// Calibrated, 0 to 1, four decimals
    pub probability: f32,
}

impl Relations {
    /// The weights that come with the program.
    ///
    /// # Errors
    /// A file of weights that was damaged before the program was built.
    pub fn builtin() -> Result<Arc<Relations>, RelationsError> {
        static BUILTIN: LazyLock<Result<Arc<Relations>, RelationsError>> =
            LazyLock::new(|| Relations::from_bytes(WEIGHTS).map(Arc::new));
        BUILTIN.clone()
    }

    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    pub fn bits(&self) -> u32 {
        self.bits
    }

    pub fn calibration(&self) -> Calibration {
        self.calibration
    }

    /// The labels whose probability reaches a bar, the likeliest first. `features` are rows of the table, each once.
    pub fn opinions(&self, features: &[u32], bar: f32, out: &mut Vec<Opinion>) {
        out.clear();
        let mut sums = [0i32; LANES];
        for &row in features {
            if let Some(row) = self.rows.get(row as usize) {
                for (sum, weight) in sums.iter_mut().zip(row) {
                    *sum += i32::from(*weight);
                }
            }
        }
        let unit = self.unit / (features.len().max(1) as f32).sqrt();
        let logits = sums.map(|sum| sum as f32 * unit);
        for (label, odds) in log_odds(&logits[..=self.labels.len()]).into_iter().enumerate().skip(1) {
            let probability = calibrated(odds, &self.calibration);
            if probability >= bar {
                out.push(Opinion {
                    label: label - 1,
                    probability,
                });
            }
        }
        out.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.label.cmp(&b.label)));
    }
}

/// For each class the logarithm of its odds in the softmax of the logits.
fn log_odds(logits: &[f32]) -> Vec<f64> {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let shares: Vec<f64> = logits.iter().map(|x| f64::from(x - most).exp()).collect();
    let sum: f64 = shares.iter().sum();
    shares
        .iter()
        .map(|share| share.max(1e-12).ln() - (sum - share).max(1e-12).ln())
        .collect()
}

/// With four decimals: the last bits of a logarithm may differ from machine to machine, what is read must not.
fn calibrated(log_odds: f64, calibration: &Calibration) -> f32 {
    let z = f64::from(calibration.slope) * log_odds + f64::from(calibration.offset);
    let probability = 1.0 / (1.0 + (-z).exp());
    ((probability * 1e4).round() / 1e4) as f32
}

/// The model with what it needs to see, made ready when it is first asked: most documents never ask, and unpacking takes
/// some 20 ms.
pub struct Model {
    /// In place of the built-in weights
    relations: Option<Arc<Relations>>,
    ready: OnceLock<Option<(Arc<Relations>, Eyes)>>,
}

impl Model {
    /// With the weights that come with the program.
    pub fn builtin() -> Model {
        Model {
            relations: None,
            ready: OnceLock::new(),
        }
    }

    /// With other weights.
    pub fn of(relations: Arc<Relations>) -> Model {
        Model {
            relations: Some(relations),
            ready: OnceLock::new(),
        }
    }

    /// `None` where the built-in weights can't be read; a test holds them to be sound.
    pub(super) fn ready(&self, lexicon: &Lexicon) -> Option<&(Arc<Relations>, Eyes)> {
        let made = || {
            let relations = self.relations.clone().or_else(|| Relations::builtin().ok())?;
            Some((relations, Eyes::new(lexicon)))
        };
        self.ready.get_or_init(made).as_ref()
    }
}

const MAGIC: &[u8; 8] = b"jwrel001";
/// Bytes before the rows: the mark, the table's size, the number of labels, unit, slope, offset, bar.
const HEAD: usize = 8 + 4 + 4 + 4 * 4;

impl Relations {
    /// The weights as they are kept: a head, then the table class by class, which compresses better than row by row.
    pub fn bytes(&self) -> Vec<u8> {
        let classes = self.labels.len() + 1;
        let mut plain = Vec::with_capacity(HEAD + self.rows.len() * classes);
        plain.extend_from_slice(MAGIC);
        plain.extend_from_slice(&self.bits.to_le_bytes());
        plain.extend_from_slice(&(self.labels.len() as u32).to_le_bytes());
        let Calibration { slope, offset, bar } = self.calibration;
        for number in [self.unit, slope, offset, bar] {
            plain.extend_from_slice(&number.to_le_bytes());
        }
        for class in 0..classes {
            plain.extend(self.rows.iter().map(|row| row[class] as u8));
        }
        zstd::bulk::compress(&plain, 19).unwrap_or_default()
    }

    /// Reads what [`Relations::bytes`] wrote.
    ///
    /// # Errors
    /// Bytes that it didn't write, or that were learnt with another table of labels.
    pub fn from_bytes(bytes: &[u8]) -> Result<Relations, RelationsError> {
        let labels = labels()?;
        let classes = labels.len() + 1;
        let plain = zstd::bulk::decompress(bytes, HEAD + (LANES << 20))
            .map_err(|_| RelationsError::Weights("can't be unpacked"))?;
        let Some((head, table)) = plain.split_at_checked(HEAD) else {
            return Err(RelationsError::Weights("too short"));
        };
        if !head.starts_with(MAGIC) {
            return Err(RelationsError::Weights("another format"));
        }
        let word = |i: usize| [head[i], head[i + 1], head[i + 2], head[i + 3]];
        let bits = u32::from_le_bytes(word(8));
        if u32::from_le_bytes(word(12)) as usize != labels.len() {
            return Err(RelationsError::Weights("another number of labels"));
        }
        if bits > 20 || table.len() != classes << bits {
            return Err(RelationsError::Weights("another size"));
        }
        let number = |i: usize| f32::from_le_bytes(word(16 + 4 * i));
        let mut rows = vec![[0i8; LANES]; 1 << bits];
        for (class, column) in table.chunks_exact(1 << bits).enumerate() {
            for (row, weight) in rows.iter_mut().zip(column) {
                row[class] = *weight as i8;
            }
        }
        Ok(Relations {
            labels,
            bits,
            unit: number(0),
            calibration: Calibration {
                slope: number(1),
                offset: number(2),
                bar: number(3),
            },
            rows,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_weights_are_sound() {
        let relations = Relations::builtin().unwrap();
        let bar = relations.calibration().bar;
        assert!((0.1..0.9).contains(&bar), "{bar}");
        assert_eq!(relations.bytes(), WEIGHTS, "packed again they are the same");
    }

    #[test]
    fn weights_are_read_as_written() {
        let labels = labels().unwrap();
        let mut rows = vec![[0i8; LANES]; 1 << 4];
        rows[3][2] = -7;
        rows[15][43] = 127;
        let relations = Relations {
            labels,
            bits: 4,
            unit: 0.5,
            calibration: Calibration {
                slope: 1.5,
                offset: -0.25,
                bar: 0.4,
            },
            rows,
        };
        let again = Relations::from_bytes(&relations.bytes()).unwrap();
        assert_eq!(again.rows, relations.rows);
        assert_eq!(again.calibration, relations.calibration);
        assert_eq!(again.bytes(), relations.bytes());
        assert!(Relations::from_bytes(b"nonsense").is_err());
    }

    #[test]
    fn the_likeliest_label_comes_first() {
        let mut rows = vec![[0i8; LANES]; 1 << 2];
        rows[1][5] = 100;
        rows[1][6] = 90;
        let relations = Relations {
            labels: labels().unwrap(),
            bits: 2,
            unit: 0.1,
            calibration: Calibration {
                slope: 1.0,
                offset: 0.0,
                bar: 0.2,
            },
            rows,
        };
        let mut out = Vec::new();
        relations.opinions(&[1], 0.2, &mut out);
        assert_eq!(out.iter().map(|o| o.label).collect::<Vec<_>>(), [4, 5]);
        assert!((out[0].probability - 0.731).abs() < 0.01, "{out:?}");
        relations.opinions(&[], 0.2, &mut out);
        assert!(out.is_empty());
    }
}
