//! Networks as files.
//!
//! The mark, the characters, the tensors of the encoder, then the heads with their labels; zstd around it. A tensor says how
//! its numbers are kept: as they are, in half the bits, or in eight with a scale for each row.

use super::gru::{BOTH, Direction, GATES, STATE};
use super::{Head, Network, SIZE, TRAITS, Vocabulary};
use crate::entity::tagger::decode::tags;
use crate::entity::tagger::{MOST_LABELS, WeightsError};

const MAGIC: &[u8; 8] = b"jwnet001";

/// Files are no longer than this when unpacked.
const MOST_BYTES: usize = 1 << 26;

/// How the numbers of a tensor are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Four bytes
    Whole = 0,
    /// One byte each, and a scale for each row
    Byte = 1,
    /// Two bytes each, and a scale for each row
    Two = 2,
}

impl Network {
    /// The network as it is kept. Numbers are rounded: [`Network::rounded`] is what is read again.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        let characters: String = self.vocabulary.characters.iter().collect();
        push_text(&mut out, &characters);
        push_tensor(&mut out, &self.table, SIZE, Kept::Byte);
        for direction in self.layers.iter().flatten() {
            for part in direction.parts() {
                push_tensor(&mut out, part, GATES, Kept::Two);
            }
        }
        out.push(self.heads.len() as u8);
        for head in &self.heads {
            out.push(head.labels.len() as u8);
            for label in &head.labels {
                push_text(&mut out, label);
            }
            for part in [&head.weights, &head.bias, &head.transitions] {
                push_tensor(&mut out, part, head.tags(), Kept::Two);
            }
        }
        zstd::bulk::compress(&out, 19).unwrap_or_default()
    }

    /// The network with its numbers as a file keeps them.
    pub fn rounded(&self) -> Network {
        Network::from_bytes(&self.bytes()).unwrap_or_else(|_| self.clone())
    }

    /// Reads what [`Network::bytes`] wrote, and the networks of `models/lac.py`.
    ///
    /// # Errors
    /// Other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Network, WeightsError> {
        let length = zstd::bulk::Decompressor::upper_bound(bytes).map_or(MOST_BYTES, |length| length.min(MOST_BYTES));
        let plain = if bytes.starts_with(MAGIC) {
            bytes.to_vec()
        } else {
            zstd::bulk::decompress(bytes, length).map_err(|_| WeightsError("can't be unpacked"))?
        };
        let rest = plain.strip_prefix(MAGIC).ok_or(WeightsError("another format"))?;
        let mut reader = Reader(rest);
        let vocabulary = Vocabulary::new(reader.text()?.chars().collect());
        let mut table = reader.tensor(SIZE)?;
        let without = (vocabulary.characters.len() + 1) * SIZE;
        // A network from elsewhere knows no traits.
        if table.len() == without {
            table.resize(without + TRAITS * SIZE, 0.0);
        }
        if table.len() != vocabulary.all_rows() * SIZE {
            return Err(SIZE_DIFFERS);
        }
        let mut direction = |size: usize| -> Result<Direction, WeightsError> {
            let mut direction = Direction::zero(size);
            for part in direction.parts_mut() {
                *part = reader.sized(GATES, part.len())?;
            }
            Ok(direction)
        };
        let layers = [
            [direction(SIZE)?, direction(SIZE)?],
            [direction(2 * STATE)?, direction(2 * STATE)?],
        ];
        let mut heads = Vec::new();
        for _ in 0..reader.byte()? {
            let mut labels = Vec::new();
            for _ in 0..reader.byte()? {
                labels.push(reader.text()?.to_owned());
            }
            if labels.len() > MOST_LABELS {
                return Err(WeightsError("too many labels"));
            }
            let tags = tags(labels.len());
            heads.push(Head {
                labels,
                weights: reader.sized(tags, BOTH * tags)?,
                bias: reader.sized(tags, tags)?,
                transitions: reader.sized(tags, tags * tags)?,
            });
        }
        Ok(Network {
            vocabulary,
            table,
            layers,
            heads,
        })
    }
}

const SIZE_DIFFERS: WeightsError = WeightsError("another size");

fn push_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(&(text.len() as u32).to_le_bytes());
    out.extend_from_slice(text.as_bytes());
}

fn push_tensor(out: &mut Vec<u8>, numbers: &[f32], columns: usize, kept: Kept) {
    out.push(kept as u8);
    out.extend_from_slice(&((numbers.len() / columns) as u32).to_le_bytes());
    let most = match kept {
        Kept::Whole => {
            numbers
                .iter()
                .for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
            return;
        }
        Kept::Byte => 127.0f32,
        Kept::Two => 32_767.0,
    };
    for row in numbers.chunks_exact(columns) {
        let top = row.iter().fold(0f32, |top, number| top.max(number.abs()));
        let scale = top / most;
        out.extend_from_slice(&scale.to_le_bytes());
        for number in row {
            let small = if scale > 0.0 {
                (number / scale).round().clamp(-most, most)
            } else {
                0.0
            };
            match kept {
                Kept::Byte => out.push(small as i8 as u8),
                _ => out.extend_from_slice(&(small as i16).to_le_bytes()),
            }
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], WeightsError> {
        let (head, rest) = self.0.split_at_checked(length).ok_or(WeightsError("too short"))?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], WeightsError> {
        self.take(N)?.try_into().map_err(|_| WeightsError("too short"))
    }

    fn byte(&mut self) -> Result<u8, WeightsError> {
        self.array().map(|[byte]| byte)
    }

    fn number(&mut self) -> Result<f32, WeightsError> {
        let number = self.array().map(f32::from_le_bytes)?;
        if number.is_finite() {
            Ok(number)
        } else {
            Err(WeightsError("not a number"))
        }
    }

    fn text(&mut self) -> Result<&'a str, WeightsError> {
        let length = self.array().map(u32::from_le_bytes)?;
        std::str::from_utf8(self.take(length as usize)?).map_err(|_| WeightsError("a text isn't UTF-8"))
    }

    fn sized(&mut self, columns: usize, length: usize) -> Result<Vec<f32>, WeightsError> {
        let numbers = self.tensor(columns)?;
        if numbers.len() == length {
            Ok(numbers)
        } else {
            Err(SIZE_DIFFERS)
        }
    }

    fn tensor(&mut self, columns: usize) -> Result<Vec<f32>, WeightsError> {
        let kept = self.byte()?;
        let rows = self.array().map(u32::from_le_bytes)? as usize;
        // No more room is made than the bytes that are there can fill.
        let mut out = Vec::new();
        for _ in 0..rows {
            let scale = if kept == Kept::Whole as u8 { 1.0 } else { self.number()? };
            match kept {
                0 => {
                    for _ in 0..columns {
                        out.push(self.number()?);
                    }
                }
                1 => out.extend(self.take(columns)?.iter().map(|byte| f32::from(*byte as i8) * scale)),
                2 => {
                    let numbers = self.take(2 * columns)?.chunks_exact(2);
                    out.extend(numbers.map(|two| f32::from(i16::from_le_bytes([two[0], two[1]])) * scale));
                }
                _ => return Err(WeightsError("numbers of another kind")),
            }
        }
        Ok(out)
    }
}
