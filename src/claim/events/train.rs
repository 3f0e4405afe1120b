//! Learning the weights, and how far what they say can be relied on.
//!
//! Files may mark different types: of a type that a file never marks its sentences say nothing, neither for nor against.

use super::chain::{self, tags_of};
use super::features::{self, Rows, Spot};
use super::scene::{Scene, hash};
use super::spot;
use super::{Calibration, Desk, Event, Events, Kind, Meaning, Told, Words, less_sure, seen};
use crate::entity::tagger::decode::{Mask, begin, end, middle};
use crate::random::Random;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// A sentence in which events are marked.
#[derive(Debug, Clone)]
pub struct Study {
    /// The folded text of which it is a part
    pub folded: Arc<str>,
    pub range: Range<usize>,
    pub scene: Scene,
    pub events: Vec<Marked>,
    /// Which file it is of: files may mark different types
    pub file: usize,
    /// Sentences of one group (the same words) are held out together
    pub group: u64,
}

/// An event as it is marked; bytes of the folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    pub kind: String,
    pub trigger: Range<usize>,
    pub parts: Vec<(String, Range<usize>)>,
}

/// What may be chosen.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub seed: u64,
    pub spots: spot::Options,
    pub chain: chain::Options,
    /// A word must have told of so many events to be looked at
    pub least: usize,
    /// Parts of what is learnt from, each held out once to find the bars
    pub folds: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            seed: 1,
            spots: spot::Options::default(),
            chain: chain::Options::default(),
            least: 2,
            folds: 5,
        }
    }
}

/// Too many types or roles for the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{kinds} types of event with {roles} roles are too many: there is room for {} and {}",
    spot::LANES,
    chain::MOST_ROLES
)]
pub struct TooMany {
    kinds: usize,
    roles: usize,
}

/// One row of a reliability table: of so many things with a probability in this tenth, how many are right?
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Bin {
    pub count: usize,
    /// Mean of what the model says
    pub said: f64,
    /// Share that is right
    pub held: f64,
}

/// What was learnt, and how sure it may be.
pub struct Learnt {
    pub events: Events,
    /// Of parts that sentences held out are said to have, by tenths of the probability
    pub parts: [Bin; 10],
    /// Of pairs of parts that would be a claim's subject and object
    pub pairs: [Bin; 10],
}

/// Names of types and roles, and which go together.
struct Names {
    kinds: Vec<String>,
    roles: Vec<String>,
    /// Tags of each type's roles
    of_kind: Vec<Mask>,
    /// Types that each file marks, a bit each
    annotated: Vec<u16>,
}

impl Names {
    fn of(studies: &[Study]) -> Result<Names, TooMany> {
        let events = || {
            studies
                .iter()
                .flat_map(|study| study.events.iter().map(move |e| (study.file, e)))
        };
        let sorted = |names: BTreeSet<&String>| names.into_iter().cloned().collect::<Vec<String>>();
        let kinds = sorted(events().map(|(_, event)| &event.kind).collect());
        let roles = sorted(
            events()
                .flat_map(|(_, event)| event.parts.iter().map(|(role, _)| role))
                .collect(),
        );
        if kinds.len() > spot::LANES || roles.len() > chain::MOST_ROLES {
            return Err(TooMany {
                kinds: kinds.len(),
                roles: roles.len(),
            });
        }
        let files = studies.iter().map(|study| study.file + 1).max().unwrap_or(0);
        let mut names = Names {
            of_kind: vec![tags_of([]); kinds.len()],
            annotated: vec![0; files],
            kinds,
            roles,
        };
        for (file, event) in events() {
            let kind = names.kind(&event.kind);
            names.annotated[file] |= 1 << kind;
            for (role, _) in &event.parts {
                names.of_kind[kind] |= tags_of([names.role(role)]);
            }
        }
        Ok(names)
    }

    /// Every name that is asked for is one of the studies'.
    fn kind(&self, name: &str) -> usize {
        self.kinds.partition_point(|kind| kind.as_str() < name)
    }

    fn role(&self, name: &str) -> usize {
        self.roles.partition_point(|role| role.as_str() < name)
    }

    fn marks(&self, file: usize, kind: usize) -> bool {
        self.annotated[file] >> kind & 1 == 1
    }
}

/// Learns from all, with bars and probabilities from what models made of sentences that they had not learnt from. `after`
/// is told what is done.
///
/// # Errors
/// More types or roles than there is room for.
pub fn learn(
    studies: &[Study],
    meanings: &[Meaning],
    options: &Options,
    after: &(impl Fn(&str) + Sync),
) -> Result<Learnt, TooMany> {
    let names = Names::of(studies)?;
    let found = held_out(studies, &names, options, options.folds, after);
    let all: Vec<&Study> = studies.iter().collect();
    let mut events = learn_from(&all, &names, options, after);
    let part = part_calibration(studies, &names, &found);
    events.calibration.part = part;
    let found: Vec<Vec<Event>> = found
        .into_iter()
        .map(|list| {
            list.into_iter()
                .map(|event| with_probabilities(event, &events.calibration))
                .collect()
        })
        .collect();
    let pairs = pairs(studies, &names, meanings, &found);
    let points: Vec<(Vec<f64>, bool)> = pairs
        .iter()
        .map(|(a, b, right)| (vec![less_sure(a, b)], *right))
        .collect();
    let fitted = fit(&points, 1);
    events.calibration.pair = [fitted[0] as f32, fitted[1] as f32];
    let calibration = events.calibration;
    let parts = bins(studies.iter().zip(&found).flat_map(|(study, list)| {
        let names = &names;
        list.iter().flat_map(move |event| {
            event
                .parts
                .iter()
                .map(move |part| (part.probability, is_right(study, names, event, part)))
        })
    }));
    let pairs = bins(pairs.iter().map(|(a, b, right)| (calibration.of_pair(a, b), *right)));
    Ok(Learnt { events, parts, pairs })
}

/// What models that have not learnt from a sentence say of it, for every sentence: one of `folds` parts is held out at a
/// time. Of types that its file never marks nothing is said.
///
/// # Errors
/// More types or roles than there is room for.
pub fn cross_validate(
    studies: &[Study],
    options: &Options,
    folds: u64,
    after: &(impl Fn(&str) + Sync),
) -> Result<Found, TooMany> {
    let names = Names::of(studies)?;
    let events = held_out(studies, &names, options, folds, after);
    Ok(Found {
        kinds: names.kinds,
        roles: names.roles,
        events,
    })
}

/// What was found in every sentence, with the names of types and roles.
pub struct Found {
    pub kinds: Vec<String>,
    pub roles: Vec<String>,
    pub events: Vec<Vec<Event>>,
}

fn held_out(
    studies: &[Study],
    names: &Names,
    options: &Options,
    folds: u64,
    after: &(impl Fn(&str) + Sync),
) -> Vec<Vec<Event>> {
    let found: Vec<Vec<(usize, Vec<Event>)>> = (0..folds)
        .into_par_iter()
        .map(|fold| {
            let is_out = |study: &Study| part(study.group, folds) == fold;
            let learnt: Vec<&Study> = studies.iter().filter(|study| !is_out(study)).collect();
            let events = learn_from(&learnt, names, options, &|_| {});
            let mut desk = Desk::default();
            let found = studies
                .iter()
                .enumerate()
                .filter(|(_, study)| is_out(study))
                .map(|(i, study)| {
                    let wanted = |kind| names.marks(study.file, kind);
                    let range = study.range.clone();
                    (i, events.told(&study.folded, range, &study.scene, wanted, &mut desk))
                })
                .collect();
            after(&format!("part {} of {folds} held out", fold + 1));
            found
        })
        .collect();
    let mut out = vec![Vec::new(); studies.len()];
    for (i, events) in found.into_iter().flatten() {
        out[i] = events;
    }
    out
}

fn learn_from(studies: &[&Study], names: &Names, options: &Options, after: &(impl Fn(&str) + Sync)) -> Events {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for study in studies {
        for event in &study.events {
            *counts.entry(&study.folded[event.trigger.clone()]).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count >= options.least);
    let words = Words::new(counts.keys().map(|word| (*word).to_owned()).collect());
    let spots: Vec<Vec<Spot>> = studies
        .iter()
        .map(|study| words.spots(&study.folded, study.range.clone(), &study.scene))
        .collect();
    let lessons: Vec<Vec<spot::Lesson>> = studies
        .iter()
        .zip(&spots)
        .map(|(study, spots)| spot_lessons(study, spots, names, options.spots.bits))
        .collect();
    let bars = bars(studies, &lessons, names, options);
    let seeded = spot::Options {
        seed: options.seed,
        ..options.spots
    };
    let all: Vec<&spot::Lesson> = lessons.iter().flatten().collect();
    let told = spot::learn(&all, names.kinds.len(), &seeded);
    let lessons: Vec<chain::Lesson> = studies
        .iter()
        .zip(&spots)
        .flat_map(|(study, spots)| part_lessons(study, spots, names, options.chain.bits))
        .collect();
    let all: Vec<&chain::Lesson> = lessons.iter().collect();
    let seeded = chain::Options {
        seed: options.seed,
        ..options.chain
    };
    let chain = chain::learn(&all, names.roles.len(), &seeded, |round, mistakes| {
        after(&format!(
            "round {round}: {mistakes} of {} events read wrongly",
            all.len()
        ));
    });
    let kinds = names.kinds.iter().zip(&names.of_kind).zip(bars);
    Events {
        kinds: kinds
            .map(|((name, roles), bar)| Kind {
                name: name.clone(),
                roles: *roles,
                bar,
            })
            .collect(),
        roles: names.roles.clone(),
        words,
        spots: told,
        chain,
        calibration: Calibration::default(),
    }
}

fn spot_lessons(study: &Study, spots: &[Spot], names: &Names, bits: u32) -> Vec<spot::Lesson> {
    spots
        .iter()
        .map(|spot| {
            let mut rows = Vec::new();
            features::of_spot(&study.scene, spots, spot, bits, &mut rows);
            let bytes = study.scene.bytes(spot.first..spot.end);
            let told = study
                .events
                .iter()
                .filter(|event| event.trigger == bytes)
                .fold(0, |told, event| told | 1 << names.kind(&event.kind));
            spot::Lesson {
                rows,
                told,
                annotated: names.annotated[study.file],
            }
        })
        .collect()
}

/// Parts with their roles.
type Parts = Vec<(Range<usize>, usize)>;

/// Events of one type told by one word are learnt as one: which of two buyers bought which of two firms is not asked.
fn part_lessons(study: &Study, spots: &[Spot], names: &Names, bits: u32) -> Vec<chain::Lesson> {
    let mut events: BTreeMap<(usize, usize, usize), Parts> = BTreeMap::new();
    for event in &study.events {
        let Some(trigger) = study.scene.inside(event.trigger.clone()) else {
            continue;
        };
        let parts = events
            .entry((names.kind(&event.kind), trigger.start, trigger.end))
            .or_default();
        for (role, span) in &event.parts {
            parts.extend(study.scene.inside(span.clone()).map(|units| (units, names.role(role))));
        }
    }
    let mut out = Vec::new();
    for ((kind, first, end_of), mut parts) in events {
        let bytes = study.scene.bytes(first..end_of);
        let spot = Spot {
            first,
            end: end_of,
            word: hash(&study.folded[bytes]),
        };
        let mut rows = Rows::default();
        features::of_units(&study.scene, spots, hash(&names.kinds[kind]), &spot, bits, &mut rows);
        let mut tags = vec![0u8; study.scene.units.len()];
        parts.sort_by_key(|(units, role)| (units.start, std::cmp::Reverse(units.end), *role));
        let mut at = 0;
        for (units, role) in parts {
            if units.start < at {
                continue;
            }
            at = units.end;
            for i in units.clone() {
                let tag = if i == units.start {
                    begin(role)
                } else if i + 1 == units.end {
                    end(role)
                } else {
                    middle(role)
                };
                tags[i] = tag as u8;
            }
        }
        out.push(chain::Lesson {
            rows,
            tags,
            allowed: names.of_kind[kind],
        });
    }
    out
}

/// For each type the odds from which on F1 over sentences held out is best.
fn bars(studies: &[&Study], lessons: &[Vec<spot::Lesson>], names: &Names, options: &Options) -> Vec<f32> {
    let mut scored: Vec<Vec<(f32, bool)>> = vec![Vec::new(); names.kinds.len()];
    let folds = options.folds;
    // Other parts than those that are held out around it.
    let fold_of = |study: &Study| part(study.group ^ 0x5eed, folds);
    for fold in 0..folds {
        let learnt: Vec<&spot::Lesson> = studies
            .iter()
            .zip(lessons)
            .filter(|(study, _)| fold_of(study) != fold)
            .flat_map(|(_, lessons)| lessons)
            .collect();
        let model = spot::learn(&learnt, names.kinds.len(), &options.spots);
        for (study, lessons) in studies.iter().zip(lessons).filter(|(study, _)| fold_of(study) == fold) {
            let odds: Vec<_> = lessons.iter().map(|lesson| model.odds(&lesson.rows)).collect();
            for (kind, scored) in scored.iter_mut().enumerate() {
                if names.marks(study.file, kind) {
                    let most = odds.iter().map(|odds| odds[kind]).fold(f32::MIN, f32::max);
                    scored.push((most, study.events.iter().any(|event| event.kind == names.kinds[kind])));
                }
            }
        }
    }
    scored.into_iter().map(best_bar).collect()
}

fn best_bar(mut scored: Vec<(f32, bool)>) -> f32 {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    let wanted = scored.iter().filter(|(_, told)| *told).count();
    let (mut right, mut best, mut bar) = (0usize, 0.0, 0.0);
    for (i, (odds, told)) in scored.iter().enumerate() {
        right += usize::from(*told);
        let f1 = 2.0 * right as f64 / (wanted + i + 1) as f64;
        if f1 > best {
            best = f1;
            bar = *odds;
        }
    }
    bar
}

/// Whether a part is marked in an event of its type.
fn is_right(study: &Study, names: &Names, event: &Event, part: &Told) -> bool {
    study
        .events
        .iter()
        .any(|marked| marked.kind == names.kinds[event.kind] && has(marked, names, part))
}

fn has(marked: &Marked, names: &Names, part: &Told) -> bool {
    marked
        .parts
        .iter()
        .any(|(role, span)| *role == names.roles[part.role] && *span == part.span)
}

fn part_calibration(studies: &[Study], names: &Names, found: &[Vec<Event>]) -> [f32; 3] {
    let mut points = Vec::new();
    for (study, events) in studies.iter().zip(found) {
        for event in events {
            for part in &event.parts {
                points.push((
                    seen(part.margin, event.odds).to_vec(),
                    is_right(study, names, event, part),
                ));
            }
        }
    }
    let fitted = fit(&points, 2);
    [fitted[0] as f32, fitted[1] as f32, fitted[2] as f32]
}

fn with_probabilities(mut event: Event, calibration: &Calibration) -> Event {
    for part in &mut event.parts {
        part.probability = calibration.of_part(part.margin, event.odds);
    }
    event
}

/// The pairs of parts that would be a claim's subject and object, and whether one marked event has both.
fn pairs(studies: &[Study], names: &Names, meanings: &[Meaning], found: &[Vec<Event>]) -> Vec<(Told, Told, bool)> {
    let mut out = Vec::new();
    for (study, events) in studies.iter().zip(found) {
        for event in events {
            let kind = &names.kinds[event.kind];
            let word = &study.folded[event.trigger.clone()];
            let means = meanings
                .iter()
                .find(|meaning| meaning.event == kind && (meaning.words.is_empty() || meaning.words.contains(&word)));
            let Some(meaning) = means else { continue };
            let of = |roles: &[&str]| {
                let roles: Vec<&Told> = event
                    .parts
                    .iter()
                    .filter(|part| roles.contains(&names.roles[part.role].as_str()))
                    .collect();
                roles
            };
            for a in of(&meaning.subject) {
                for b in of(&meaning.object) {
                    let right = study
                        .events
                        .iter()
                        .any(|marked| marked.kind == *kind && has(marked, names, a) && has(marked, names, b));
                    out.push((a.clone(), b.clone(), right));
                }
            }
        }
    }
    out
}

fn bins(things: impl Iterator<Item = (f32, bool)>) -> [Bin; 10] {
    let mut bins = [Bin::default(); 10];
    for (probability, right) in things {
        let said = f64::from(probability);
        let bin = &mut bins[((said * 10.0) as usize).min(9)];
        bin.count += 1;
        bin.said += said;
        bin.held += f64::from(u8::from(right));
    }
    for bin in &mut bins {
        bin.said /= bin.count.max(1) as f64;
        bin.held /= bin.count.max(1) as f64;
    }
    bins
}

/// Offset and weights of the logistic regression of what is right on what is seen, by Newton's steps.
fn fit(points: &[(Vec<f64>, bool)], width: usize) -> Vec<f64> {
    let n = width + 1;
    let mut weights = vec![0.0; n];
    for _ in 0..30 {
        let mut gradient = vec![0.0; n];
        let mut hessian = vec![vec![0.0; n]; n];
        for (values, right) in points {
            let x = |i: usize| if i == 0 { 1.0 } else { values[i - 1] };
            let z: f64 = (0..n).map(|i| x(i) * weights[i]).sum();
            let p = 1.0 / (1.0 + (-z).exp());
            let (error, weight) = (p - f64::from(u8::from(*right)), p * (1.0 - p));
            for i in 0..n {
                gradient[i] += error * x(i);
                for (j, cell) in hessian[i].iter_mut().enumerate() {
                    *cell += weight * x(i) * x(j);
                }
            }
        }
        // A little weight on nought, so that few points have an answer too.
        for i in 0..n {
            gradient[i] += 1e-3 * weights[i];
            hessian[i][i] += 1e-3;
        }
        let step = solved(hessian, gradient);
        for (weight, step) in weights.iter_mut().zip(step) {
            *weight -= step;
        }
    }
    weights
}

/// Gauss, for a positive definite matrix.
fn solved(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Vec<f64> {
    let n = right.len();
    for i in 0..n {
        let pivot = matrix[i].clone();
        for j in i + 1..n {
            let factor = matrix[j][i] / pivot[i];
            for (value, pivot) in matrix[j].iter_mut().zip(&pivot) {
                *value -= factor * pivot;
            }
            right[j] -= factor * right[i];
        }
    }
    for i in (0..n).rev() {
        for j in i + 1..n {
            right[i] -= matrix[i][j] * right[j];
        }
        right[i] /= matrix[i][i];
    }
    right
}

/// Which part a group belongs to, the same whatever else is learnt from.
fn part(group: u64, parts: u64) -> u64 {
    Random(group).next() % parts
}
