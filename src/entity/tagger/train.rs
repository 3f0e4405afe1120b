//! Learning the weights: an averaged structured perceptron.
//!
//! Sets differ in what they annotate. A lesson says which names stand in its text, and where else a name may stand that it
//! doesn't tell; there the best reading that agrees with the lesson is what is learnt (a latent perceptron). Names of the
//! lexicon are hidden at random, another choice in each round, so that the surroundings are learnt and not the lexicon.

use super::alone::Alone;
use super::decode::{self, ANY, Mask, Room, Scores, begin, end, middle, tags, tags_of};
use super::features;
use super::units::{self, Class, Known, Unit, sign};
use super::{MOST_LABELS, Model, Tagger, Weights};
use crate::perceptron::{Learnt, Means};
use crate::random::Random;
use crate::text::Text;
use std::ops::Range;
use std::sync::Arc;

/// An annotated text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    pub text: String,
    pub names: Vec<Marked>,
    /// Labels that the set doesn't annotate: such a name may stand anywhere.
    pub untold: Vec<usize>,
    /// Spans of which the set says nothing.
    pub open: Vec<Range<usize>>,
    /// Only some names are marked: everyday words in a row are no names, of the rest nothing is said.
    pub partial: bool,
}

/// A name in a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Code points of the text.
    pub span: Range<usize>,
    /// What it may be, as numbers of the tagger's labels: sets that don't tell companies from other organisations have
    /// both. None where it is known to be no name.
    pub labels: Vec<usize>,
}

/// A sentence to learn from.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) units: Vec<Unit>,
    known: Vec<Known>,
    /// Tags that agree with the lesson.
    pub(super) allowed: Vec<Mask>,
    /// The number of the lesson.
    lesson: usize,
    /// From this round on.
    since: usize,
    partial: bool,
}

impl Sample {
    /// The units with all of the lexicon's names among them.
    pub(super) fn shown(&self) -> Vec<Unit> {
        let mut units = self.units.clone();
        units::set_names(&mut units, self.known.iter().copied());
        units
    }
}

/// What may be chosen.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub seed: u64,
    pub rounds: usize,
    /// How often all is learnt anew in another order: the mean of several runs errs less than any of them.
    pub runs: usize,
    /// The table has 2 to the power of this many rows.
    pub bits: u32,
    /// Share of the lexicon's names that are hidden, of 256.
    pub hidden: u64,
    /// By how much the right tags must win.
    pub margin: i32,
    /// By how much a name must win where a lesson says nothing; less sure ones are unlearnt.
    pub doubt: i32,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            rounds: 6,
            runs: 3,
            bits: 18,
            hidden: 128,
            margin: 4,
            doubt: 6,
        }
    }
}

/// Precision and recall of names, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub found: usize,
    pub missed: usize,
    pub extra: usize,
}

impl Count {
    #[must_use]
    pub fn and(&self, other: &Count) -> Count {
        Count {
            found: self.found + other.found,
            missed: self.missed + other.missed,
            extra: self.extra + other.extra,
        }
    }

    pub fn precision(&self) -> f64 {
        ratio(self.found, self.found + self.extra)
    }

    pub fn recall(&self) -> f64 {
        ratio(self.found, self.found + self.missed)
    }

    pub fn f1(&self) -> f64 {
        ratio(2 * self.found, 2 * self.found + self.missed + self.extra)
    }
}

fn ratio(part: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

/// Collects lessons and learns from them.
pub struct Trainer<'a> {
    labels: Vec<String>,
    alone: Alone<'a>,
    samples: Vec<Sample>,
    lessons: usize,
    options: Options,
}

/// More labels than a tagger has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} labels are too many: a tagger has room for {MOST_LABELS}")]
pub struct TooManyLabels(usize);

impl<'a> Trainer<'a> {
    /// A trainer of taggers with these labels.
    ///
    /// # Errors
    /// More labels than there is room for.
    pub fn new(labels: Vec<String>, alone: Alone<'a>, options: Options) -> Result<Trainer<'a>, TooManyLabels> {
        if labels.len() > MOST_LABELS {
            return Err(TooManyLabels(labels.len()));
        }
        Ok(Trainer {
            labels,
            alone,
            samples: Vec::new(),
            lessons: 0,
            options,
        })
    }

    /// Takes a lesson in, to be learnt from the given round on. Lessons are numbered in the order in which they come.
    pub fn add(&mut self, lesson: &Lesson, since: usize) {
        let samples = samples(&self.alone, self.labels.len(), lesson);
        self.samples.extend(samples.into_iter().map(|sample| Sample {
            lesson: self.lessons,
            since,
            ..sample
        }));
        self.lessons += 1;
    }

    pub fn sentences(&self) -> usize {
        self.samples.len()
    }

    /// Learns from all lessons. `after` sees the mean of all weights so far after each round, with the number of the round
    /// and of the mistakes made in it.
    pub fn learn(&self, after: impl FnMut(usize, usize, &Tagger)) -> Tagger {
        self.learn_from(|_| true, after)
    }

    /// Learns from the lessons whose numbers are chosen.
    pub fn learn_from(&self, chosen: impl Fn(usize) -> bool, after: impl FnMut(usize, usize, &Tagger)) -> Tagger {
        let chosen: Vec<&Sample> = self.samples.iter().filter(|sample| chosen(sample.lesson)).collect();
        match tags(self.labels.len()) {
            ..=16 => self.learn_wide(&chosen, Weights::Narrow, after),
            17..=32 => self.learn_wide(&chosen, Weights::Wide, after),
            _ => self.learn_wide(&chosen, Weights::Widest, after),
        }
    }

    fn learn_wide<const L: usize>(
        &self,
        samples: &[&Sample],
        of_width: fn(Model<L>) -> Weights,
        mut after: impl FnMut(usize, usize, &Tagger),
    ) -> Tagger {
        let tagger = |means: &Means<L>| Tagger {
            labels: self.labels.clone(),
            network: None,
            weights: of_width(model(means, self.labels.len(), self.options.bits)),
        };
        let mut means = Means::new(self.options.bits);
        let mut random = Random(self.options.seed);
        for run in 0..self.options.runs {
            self.run(samples, &mut random, &mut means, |round, mistakes, means| {
                after(run * self.options.rounds + round, mistakes, &tagger(means));
            });
        }
        tagger(&means)
    }

    /// Learns from the beginning, and adds the average of the weights to the means.
    fn run<const L: usize>(
        &self,
        samples: &[&Sample],
        random: &mut Random,
        means: &mut Means<L>,
        mut after: impl FnMut(usize, usize, &Means<L>),
    ) {
        let options = self.options;
        let kinds = self.labels.len();
        let mut weights = Learnt::<L>::new(options.bits);
        let mut room = Room::default();
        let mut units: Vec<Unit> = Vec::new();
        let mut facets = features::Facets::default();
        let mut rows: Vec<features::Rows> = Vec::new();
        let mut scores: Vec<Scores<L>> = Vec::new();
        let mut augmented: Vec<Scores<L>> = Vec::new();
        let (mut guess, mut gold) = (Vec::new(), Vec::new());
        let before = means.clone();
        for round in 0..options.rounds {
            let mut order: Vec<usize> = (0..samples.len()).filter(|&i| samples[i].since <= round).collect();
            random.shuffle(&mut order);
            let mut mistakes = 0;
            for i in order {
                let sample = samples[i];
                units.clear();
                units.extend_from_slice(&sample.units);
                let shown = sample.known.iter().filter(|_| random.below(256) >= options.hidden);
                units::set_names(&mut units, shown.copied());
                features::rows(&units, options.bits, &mut facets, &mut rows);
                scores.clear();
                scores.extend(rows.iter().map(|rows| weights.score(rows.iter().copied())));
                weights.tick();
                augmented.clear();
                augmented.extend_from_slice(&scores);
                for (scores, allowed) in augmented.iter_mut().zip(&sample.allowed) {
                    for (tag, score) in scores.iter_mut().enumerate().take(tags(kinds)) {
                        if allowed >> tag & 1 == 0 {
                            *score += options.margin;
                        }
                    }
                }
                let transitions = decode::strict(weights.transitions(), kinds);
                room.decode(kinds, &augmented, &transitions, |_| ANY, &mut guess);
                let agrees = guess
                    .iter()
                    .zip(&sample.allowed)
                    .all(|(tag, allowed)| allowed >> tag & 1 == 1);
                if agrees && (!sample.partial || options.doubt == 0) {
                    continue;
                }
                if sample.partial {
                    for (scores, allowed) in scores.iter_mut().zip(&sample.allowed) {
                        if *allowed == ANY {
                            scores[0] += options.doubt;
                        }
                    }
                }
                if room
                    .decode(kinds, &scores, &transitions, |j| sample.allowed[j], &mut gold)
                    .is_none()
                    || gold == guess
                {
                    continue;
                }
                mistakes += 1;
                weights.update(rows.iter().copied(), &gold, &guess);
            }
            means.clone_from(&before);
            means.add(&weights);
            after(round + 1, mistakes, means);
        }
    }

    /// Counts the names of lessons that a tagger finds, by exact span and label. Labels that a lesson doesn't tell don't count.
    pub fn check(&self, tagger: &Tagger, lessons: &[Lesson], least: i32) -> Vec<Count> {
        let mut counts = vec![Count::default(); self.labels.len()];
        for lesson in lessons {
            let text = Text::new(lesson.text.as_str());
            let mut tagged = self.alone.names(tagger, &text);
            tagged.retain(|name| name.margin >= least);
            for name in &lesson.names {
                let Some(bytes) = text.folded_bytes(name.span.clone()) else {
                    continue;
                };
                let at = tagged
                    .iter()
                    .position(|t| t.start == bytes.start && t.end == bytes.end && name.labels.contains(&t.label));
                match (at, name.labels.first()) {
                    (Some(i), Some(label)) => {
                        tagged.remove(i);
                        counts[*label].found += 1;
                    }
                    (None, Some(label)) => counts[*label].missed += 1,
                    _ => {}
                }
            }
            for name in tagged.iter().filter(|name| !lesson.untold.contains(&name.label)) {
                // Sets that don't tell companies apart count them as organisations.
                let label = lesson
                    .names
                    .iter()
                    .find(|marked| marked.labels.contains(&name.label))
                    .map_or(name.label, |marked| marked.labels[0]);
                counts[label].extra += 1;
            }
        }
        counts
    }
}

/// The Chinese sentences of a lesson for a tagger with so many labels.
pub(super) fn samples(alone: &Alone, labels: usize, lesson: &Lesson) -> Vec<Sample> {
    let text = Text::new(lesson.text.as_str());
    let (sentences, measures) = alone.around(&text);
    let reading = alone.reading(&text, &sentences, &measures);
    let untold = lesson.untold.iter().fold(1, |mask, label| mask | tags_of(*label));
    let going_on = decode::going_on(labels);
    let marked: Vec<(Range<usize>, &[usize])> = lesson
        .names
        .iter()
        .filter_map(|name| Some((text.folded_bytes(name.span.clone())?, &name.labels[..])))
        .collect();
    let open: Vec<Range<usize>> = lesson
        .open
        .iter()
        .filter_map(|span| text.folded_bytes(span.clone()))
        .collect();
    let mut out = Vec::new();
    for sentence in sentences.iter().filter(|sentence| !sentence.english) {
        let mut sample = Sample {
            units: Vec::new(),
            known: Vec::new(),
            allowed: Vec::new(),
            lesson: 0,
            since: 0,
            partial: lesson.partial,
        };
        units::units(&reading, sentence.start..sentence.end, &mut sample.units);
        units::known(&reading, &sample.units, &mut sample.known);
        let everyday = everyday(&sample.units);
        sample.allowed = everyday
            .iter()
            .map(|everyday| if lesson.partial && !everyday { ANY } else { untold })
            .collect();
        for span in &open {
            for (unit, allowed) in sample.units.iter().zip(&mut sample.allowed) {
                if (unit.start as usize) < span.end && (unit.end as usize) > span.start {
                    *allowed = ANY;
                }
            }
        }
        let mut any = false;
        for (bytes, kinds) in &marked {
            any |= mark(&mut sample, bytes, kinds, going_on);
        }
        if any || !lesson.partial {
            out.push(sample);
        }
    }
    out
}

/// Writes a name into the allowed tags; `false` if it isn't one of this sentence. One that ends inside a Latin word leaves
/// the word open.
fn mark(sample: &mut Sample, bytes: &Range<usize>, kinds: &[usize], going_on: Mask) -> bool {
    let Some(range) = units::inside(&sample.units, bytes.clone()) else {
        for (unit, allowed) in sample.units.iter().zip(&mut sample.allowed) {
            if (unit.start as usize) < bytes.end && (unit.end as usize) > bytes.start {
                *allowed = ANY;
            }
        }
        return false;
    };
    // Known not to be a name of these types.
    if kinds.is_empty() {
        sample.allowed[range].fill(1);
        return false;
    }
    let mask = |tag: fn(usize) -> usize| kinds.iter().fold(0, |mask: Mask, kind| mask | 1 << tag(*kind));
    let last = range.end - 1;
    for i in range.clone() {
        sample.allowed[i] = if i == range.start {
            mask(begin)
        } else if i == last {
            mask(end)
        } else {
            mask(middle)
        };
    }
    if let Some(next) = sample.allowed.get_mut(range.end) {
        *next &= !going_on;
    }
    true
}

/// Which units can't be of a name even where a lesson says nothing: marks, amounts, and everyday words among such.
fn everyday(units: &[Unit]) -> Vec<bool> {
    let plain: Vec<bool> = units
        .iter()
        .map(|unit| {
            let mark = matches!(unit.class, Class::Mark | Class::Bracket)
                && unit.key != '·' as u32
                && unit.key != '(' as u32
                && unit.key != ')' as u32;
            mark || unit.signs & (sign::COMMON | sign::BOUNDARY | sign::MEASURED | sign::ROLE) != 0
        })
        .collect();
    let reach = |i: usize, j: Option<usize>| {
        // Over the rest of the own word to the neighbour.
        j.and_then(|j| plain.get(j)).is_none_or(|p| *p) || units[i].signs & sign::MEASURED != 0
    };
    (0..units.len())
        .map(|i| {
            if !plain[i] {
                return false;
            }
            let mut left = i;
            while left > 0 && units[left - 1].word == units[i].word {
                left -= 1;
            }
            let mut right = i;
            while right + 1 < units.len() && units[right + 1].word == units[i].word {
                right += 1;
            }
            reach(i, left.checked_sub(1)) && reach(i, Some(right + 1))
        })
        .collect()
}

/// The means of weights as a tagger of so many labels has them.
fn model<const L: usize>(means: &Means<L>, kinds: usize, bits: u32) -> Model<L> {
    let (table, transitions) = means.rounded();
    Model {
        kinds,
        bits,
        table: Arc::new(table),
        transitions: Box::new(decode::strict(&transitions, kinds)),
    }
}
