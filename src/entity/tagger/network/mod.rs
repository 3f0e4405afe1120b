//! The larger tagger: a small recurrent network over characters, whose scores are added to those of the hashed features.
//!
//! A character's row of the table, with rows for what the lexicon and the segmenter say of it, passes two layers of gated
//! recurrent units that read in both directions. On their states stand *heads*, one for each set of labels: a score for
//! every tag at each unit and for every tag after another. The heads share all else, so that every annotated set teaches
//! the states.

pub mod course;
pub mod crf;
pub mod file;
pub mod gru;
pub mod lanes;
pub mod train;

use super::decode::tags;
use crate::text::fold;
use gru::{BOTH, Direction, Layer, Layout};
use lanes::{multiply, narrowed, widened};
use rustc_hash::FxHashMap;

/// Numbers of a character.
pub const SIZE: usize = 128;

/// Rows of the table behind those of the characters: for what is known of a unit.
const TRAITS: usize = 128;

/// Sequences that are read at once. It changes the speed and nothing else.
const BATCH: usize = 12;

/// A trained network.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    vocabulary: Vocabulary,
    /// A row for every character, one for those that it doesn't know, and one for each trait
    table: Vec<f32>,
    layers: [Layer; 2],
    heads: Vec<Head>,
}

/// The characters that have a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vocabulary {
    characters: Vec<char>,
    rows: FxHashMap<char, u32>,
}

impl Vocabulary {
    pub fn new(characters: Vec<char>) -> Vocabulary {
        let rows = characters.iter().zip(0..).map(|(c, row)| (*c, row)).collect();
        Vocabulary { characters, rows }
    }

    fn row(&self, character: char) -> u32 {
        self.rows
            .get(&character)
            .copied()
            .unwrap_or(self.characters.len() as u32)
    }

    /// The row of a trait.
    fn trait_row(&self, number: usize) -> u32 {
        (self.characters.len() + 1 + number) as u32
    }

    fn all_rows(&self) -> usize {
        self.characters.len() + 1 + TRAITS
    }
}

/// Scores for the tags of some labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    pub labels: Vec<String>,
    /// A row of tags for each number of the states
    weights: Vec<f32>,
    bias: Vec<f32>,
    transitions: Vec<f32>,
}

impl Head {
    fn new(labels: Vec<String>) -> Head {
        let tags = tags(labels.len());
        Head {
            labels,
            weights: vec![0.0; BOTH * tags],
            bias: vec![0.0; tags],
            transitions: vec![0.0; tags * tags],
        }
    }

    /// How many tags it tells apart.
    pub fn tags(&self) -> usize {
        self.bias.len()
    }

    /// Scores of a tag after another, by the former; those that can't follow are nought.
    pub fn transitions(&self) -> &[f32] {
        &self.transitions
    }

    /// The scores of the tags at each unit with these states.
    pub fn scores(&self, states: &[f32]) -> Vec<f32> {
        let (bias, wide) = widened(&self.bias, self.tags());
        let mut out = bias.repeat(states.len() / BOTH);
        multiply(states, BOTH, &widened(&self.weights, self.tags()).0, wide, &mut out);
        narrowed(&out, wide, self.tags())
    }
}

/// What is known of a unit beside its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traits {
    /// Below 64
    pub name: u8,
    /// Below 24
    pub place: u8,
    /// Below 16
    pub class: u8,
    pub signs: u16,
}

/// What the network reads of a sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Rows of the table that are added up
    rows: Vec<u32>,
    /// Where the rows of each character end
    ends: Vec<u32>,
    /// The first and last character of each unit
    units: Vec<(u32, u32)>,
}

impl Inputs {
    /// Adds a unit with its text, which is folded and in lower case.
    pub fn push(&mut self, vocabulary: &Vocabulary, text: &str, traits: Traits) {
        let first = self.ends.len() as u32;
        for character in text.chars() {
            self.rows.push(vocabulary.row(character));
            let mut add = |number: usize| self.rows.push(vocabulary.trait_row(number));
            if traits.name > 0 {
                add(usize::from(traits.name & 63));
            }
            add(64 + usize::from(traits.place % 24));
            add(88 + usize::from(traits.class & 15));
            (0..16)
                .filter(|bit| traits.signs >> bit & 1 == 1)
                .for_each(|bit| add(104 + bit));
            self.ends.push(self.rows.len() as u32);
        }
        self.units.push((first, self.ends.len() as u32 - 1));
    }

    pub fn clear(&mut self) {
        self.rows.clear();
        self.ends.clear();
        self.units.clear();
    }

    /// How many characters.
    pub fn characters(&self) -> usize {
        self.ends.len()
    }

    pub fn units(&self) -> usize {
        self.units.len()
    }

    /// The rows of a character.
    fn rows_of(&self, character: usize) -> &[u32] {
        let start = character.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.rows[start as usize..self.ends[character] as usize]
    }
}

impl Network {
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Without the characters that folded text never holds.
    #[must_use]
    pub fn folded(self) -> Network {
        let count = self.vocabulary.characters.len();
        let mut characters = Vec::new();
        let mut table = Vec::new();
        for (character, row) in self.vocabulary.characters.iter().zip(self.table.chunks_exact(SIZE)) {
            let text = character.to_string();
            if fold(&text).to_lowercase() == text {
                characters.push(*character);
                table.extend_from_slice(row);
            }
        }
        table.extend_from_slice(&self.table[count * SIZE..]);
        Network {
            vocabulary: Vocabulary::new(characters),
            table,
            ..self
        }
    }

    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The states at each unit of every sentence, [`BOTH`] numbers each: the forward state behind its last character and the
    /// backward one before its first.
    pub fn states(&self, sentences: &[Inputs]) -> Vec<Vec<f32>> {
        let mut order: Vec<usize> = (0..sentences.len()).collect();
        order.sort_by_key(|&i| std::cmp::Reverse(sentences[i].characters()));
        let mut out = vec![Vec::new(); sentences.len()];
        for batch in order.chunks(BATCH) {
            let inputs: Vec<&Inputs> = batch.iter().map(|&i| &sentences[i]).collect();
            let layout = layout(&inputs);
            let mut states = self.characters(&inputs, &layout);
            let mut size = SIZE;
            for layer in &self.layers {
                states = gru::forward(layer, &layout, &states, size, None);
                size = BOTH;
            }
            for (place, &i) in batch.iter().enumerate() {
                out[i] = at_units(&layout, place, &sentences[i], &states);
            }
        }
        out
    }

    /// The sums of rows that stand for each character of a batch.
    fn characters(&self, inputs: &[&Inputs], layout: &Layout) -> Vec<f32> {
        let mut out = vec![0.0f32; layout.rows() * SIZE];
        for (sequence, inputs) in inputs.iter().enumerate() {
            for position in 0..inputs.characters() {
                let at = layout.row(sequence, position) * SIZE;
                let sum = &mut out[at..at + SIZE];
                for row in inputs.rows_of(position) {
                    let row = &self.table[*row as usize * SIZE..][..SIZE];
                    for (sum, value) in sum.iter_mut().zip(row) {
                        *sum += value;
                    }
                }
            }
        }
        out
    }
}

fn layout(inputs: &[&Inputs]) -> Layout {
    Layout::new(inputs.iter().map(|inputs| inputs.characters()).collect())
}

/// The states at the units of one sequence of a batch.
fn at_units(layout: &Layout, sequence: usize, inputs: &Inputs, states: &[f32]) -> Vec<f32> {
    let mut out = Vec::with_capacity(inputs.units() * BOTH);
    for (first, last) in &inputs.units {
        let forward = layout.row(sequence, *last as usize) * BOTH;
        let backward = layout.row(sequence, *first as usize) * BOTH;
        out.extend_from_slice(&states[forward..forward + BOTH / 2]);
        out.extend_from_slice(&states[backward + BOTH / 2..backward + BOTH]);
    }
    out
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A network of random weights that knows a few characters, with heads of so many labels.
    pub fn network(labels: &[usize]) -> Network {
        let vocabulary = Vocabulary::new("岚海航运abc".chars().collect());
        let mut state = 7u32;
        let mut numbers = |count: usize| -> Vec<f32> {
            (0..count)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    ((state >> 8) as f32 / (1 << 23) as f32 - 1.0) * 0.2
                })
                .collect()
        };
        let mut layers = [SIZE, BOTH].map(|size| [Direction::zero(size), Direction::zero(size)]);
        for direction in layers.iter_mut().flatten() {
            for part in direction.parts_mut() {
                *part = numbers(part.len());
            }
        }
        let heads = labels.iter().map(|count| {
            let mut head = Head::new((0..*count).map(|label| format!("L{label}")).collect());
            head.weights = numbers(head.weights.len());
            head.transitions = numbers(head.transitions.len());
            head
        });
        let heads = heads.collect();
        Network {
            table: numbers(vocabulary.all_rows() * SIZE),
            vocabulary,
            layers,
            heads,
        }
    }

    /// Han one by one, all else in one unit, as the tagger's units are.
    pub fn inputs(text: &str) -> Inputs {
        let network = network(&[]);
        let mut inputs = Inputs::default();
        for part in text.split_inclusive(|c: char| !c.is_ascii()) {
            let han = part.find(|c: char| !c.is_ascii()).unwrap_or(part.len());
            for unit in [&part[..han], &part[han..]] {
                let traits = Traits {
                    name: unit.len() as u8,
                    place: 3,
                    class: 1,
                    signs: 5,
                };
                if !unit.is_empty() {
                    inputs.push(network.vocabulary(), unit, traits);
                }
            }
        }
        inputs
    }

    #[test]
    fn a_sentence_has_the_same_states_beside_any_others() {
        let network = network(&[3]);
        let sentences: Vec<Inputs> = (0..40)
            .map(|number| inputs(&"海岚航运abc在运河".repeat(1 + number * 7 % 5)))
            .chain([Inputs::default(), inputs("海")])
            .collect();
        let together = network.states(&sentences);
        for (sentence, states) in sentences.iter().zip(&together) {
            assert_eq!(states.len(), sentence.units() * BOTH);
            assert_eq!(&network.states(std::slice::from_ref(sentence))[0], states);
        }
    }

    #[test]
    fn a_file_holds_the_network() {
        let network = network(&[4, 1]);
        let read = Network::from_bytes(&network.bytes()).expect("a network");
        assert_eq!(read.vocabulary, network.vocabulary);
        assert_eq!(read.heads[1].labels, network.heads[1].labels);
        let pairs = read.table.iter().zip(&network.table);
        assert!(pairs.into_iter().all(|(read, written)| (read - written).abs() < 1e-3));
        let bytes = network.bytes();
        assert!(Network::from_bytes(&bytes[..bytes.len() / 2]).is_err());
        assert!(Network::from_bytes(b"weights").is_err());
    }

    #[test]
    fn only_characters_of_folded_text_are_kept() {
        let mut network = network(&[]);
        network.vocabulary = Vocabulary::new("海運A运abc".chars().collect());
        let folded = network.clone().folded();
        assert_eq!(folded.vocabulary.characters, ['海', '运', 'a', 'b', 'c']);
        assert_eq!(folded.table[SIZE..2 * SIZE], network.table[3 * SIZE..4 * SIZE]);
        assert_eq!(folded.table.len(), network.table.len() - 2 * SIZE);
    }
}
