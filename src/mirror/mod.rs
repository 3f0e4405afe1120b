//! How does another store come to hold the same? By SPARQL Update over HTTP, unit by unit.
//!
//! The store on disk is the truth. It keeps beside it what the other one was told ([`record`]): for each [`Unit`] a digest of
//! what it says. [`mirror`] compares, sends what differs, and takes back what is no more. The default graph needs no thought
//! of its own, then: what the documents imply is worked out here, and only the subjects about which something else is implied
//! than before are written there anew.
//!
//! *Invariant.* A request may be carried out twice, or in part. Before a unit is sent, the record says that the other store may
//! have any part of it; such a unit is taken back and said anew. Nothing has blank nodes, so that saying twice is saying once.
//! So whatever is lost on the way, and wherever this is killed, the next run ends in the same content.
//!
//! *Invariant.* Nothing is written over that this store didn't leave there. The other store has a mark in the graph
//! `graph/mirror`, another one after each run that wrote; one that is not in the record tells of somebody else's graphs, or of
//! a backup that was put back, and then nothing is done without leave.
//!
//! Rationale: why not ask the other store what it has? Stores cut long answers off, some without a word, and a million
//! documents are millions of rows. Why no request a graph, as the Graph Store Protocol has it? Documents are small: one request
//! of an update takes in a hundred, and what the default graph says can't be replaced in part by that protocol at all.

mod record;
mod target;
mod update;
mod wire;

pub use target::{Credentials, Target};

use crate::graph::vocabulary::JW;
use crate::store::{Store, StoreError, Unit};
use oxigraph::model::{GraphName, NamedNode};
use record::{Digest, Reader, Record, UNSURE, short};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use update::{Step, iri, request, string, triple};
use wire::{Answer, Wire};

/// Bytes of one request. Less than any store's usual limit.
const REQUEST: usize = 512 << 10;
/// Triples of one request; fewer where a store can't take so many.
const TRIPLES: usize = 4_000;
/// Fewer than that are not tried.
const FEWEST_TRIPLES: usize = 16;
/// Bytes that are sent between two entries in the record, and again after a kill.
const ROUND: usize = 4 << 20;
/// Refusals that are kept to be shown.
const LISTED: usize = 100;
/// So many refusals before anything was taken mean that nothing will be.
const HOPELESS: u64 = 20;
/// Graphs that are forgotten in one request.
const DROPPED: usize = 100;

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mirrored {
    /// Graphs of documents that were written, new or anew.
    pub graphs: u64,
    /// Subjects of the other graphs about which was written what they say.
    pub subjects: u64,
    /// Graphs and subjects of which nothing is left.
    pub removed: u64,
    /// Units that were there just so.
    pub unchanged: u64,
    /// What was refused, down to single triples.
    pub refused: u64,
    /// The first refusals, each with what the store said.
    pub refusals: Vec<String>,
    /// Requests that were sent, repeated ones included.
    pub requests: u64,
    /// Requests that were sent again because nobody answered, or somebody was busy.
    pub repeated: u64,
    /// Bytes of all requests.
    pub bytes: u64,
}

/// Why another store can't be brought up to date. What was written stays, and the same command goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum MirrorError {
    /// No address of a store.
    #[error("`{text}` is no address of a store: {reason}")]
    Address {
        /// What was given, without what may be a password.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The graph for the knowledge would be one of those that are written anyway.
    #[error("<{0}> can't take the knowledge: it is a graph of Jingwei's own; name another, like <…graph/knowledge>")]
    Knowledge(String),
    /// Somebody else's graphs.
    #[error("the store at {url} holds graphs under {base} that this store didn't leave there as they are")]
    Foreign {
        /// Where updates go.
        url: String,
        /// The base of the graphs.
        base: String,
    },
    /// Nobody answered for too long.
    #[error("{url} could not be reached for {} s: {why}", patience.as_secs())]
    Away {
        /// Where the request went.
        url: String,
        /// The last failure.
        why: String,
        /// How long it was tried.
        patience: Duration,
    },
    /// The other store takes nothing.
    #[error("{url} does not do what is asked of it: {answer}")]
    Unwilling {
        /// Where the request went.
        url: String,
        /// What it said.
        answer: String,
    },
    /// What was sent can't be remembered.
    #[error("the record of what was sent can't be kept: {0}")]
    Record(String),
    /// A store in memory has no place for the record.
    #[error("only a store in a folder can be mirrored")]
    InMemory,
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes another store hold what this one holds, and tells how far it is after each round of requests.
///
/// Memory is bounded by a round of requests and 16 bytes or so a unit. Nobody else may write either of them meanwhile;
/// readers of the other one see a mixture of before and after until it is done.
///
/// # Errors
/// [`MirrorError`]. What the other store refuses is no error: it is in [`Mirrored::refusals`], and is tried again by the next
/// run.
pub fn mirror(store: &Store, target: &Target, tell: impl FnMut(&Mirrored)) -> Result<Mirrored, MirrorError> {
    let base = store.base();
    if let Some(knowledge) = &target.knowledge {
        let own = [base.lexicon_graph(), base.identity_graph(), mark_graph(store)];
        if own.contains(knowledge) || base.document_id(knowledge.as_str()).is_some() {
            return Err(MirrorError::Knowledge(knowledge.as_str().to_owned()));
        }
    }
    let record = Record::open(&path(store, target)?, &target.update.to_string())?;
    let mut run = Run {
        store,
        target,
        wire: Wire::new(target),
        marked: false,
        triples: TRIPLES,
        taken: false,
        jobs: Vec::new(),
        steps: Vec::new(),
        size: 0,
        settled: Vec::new(),
        mirrored: Mirrored::default(),
        record: &record,
        tell,
    };
    run.recognise()?;
    let mut told = record.reader()?;
    let mut seen = HashSet::new();
    for unit in store.units() {
        let unit = unit?;
        let name = name(&unit.graph, unit.subject.as_ref());
        seen.insert(short(&name));
        if run.compare(unit, name, &told)? {
            // A reader of before would keep the pages of before from being used again.
            told = record.reader()?;
        }
    }
    loop {
        let gone = record.reader()?.others(&seen, 10_000)?;
        if gone.is_empty() {
            break;
        }
        for name in gone {
            seen.insert(short(&name));
            run.forget(name)?;
        }
        run.send_round()?;
        run.settle(&[])?;
    }
    run.send_round()?;
    run.settle(&[])?;
    Ok(run.mirrored)
}

/// The record of what a target was told, in the store's folder.
fn path(store: &Store, target: &Target) -> Result<PathBuf, MirrorError> {
    let folder = store.folder().ok_or(MirrorError::InMemory)?.join("mirrors");
    std::fs::create_dir_all(&folder).map_err(|error| MirrorError::Record(error.to_string()))?;
    let knowledge = target.knowledge.as_ref().map_or("", NamedNode::as_str);
    let name = short(&format!("{}\n{knowledge}", target.update));
    Ok(folder.join(format!("{name:016x}")))
}

fn mark_graph(store: &Store) -> NamedNode {
    NamedNode::new_unchecked(format!("{}graph/mirror", store.base().as_str()))
}

/// What the record calls a unit: its graph (nothing for the default graph), and where it isn't the whole graph a space and
/// its subject. IRIs have no spaces.
fn name(graph: &GraphName, subject: Option<&NamedNode>) -> String {
    let graph = match graph {
        GraphName::NamedNode(node) => node.as_str(),
        _ => "",
    };
    match subject {
        None => graph.to_owned(),
        Some(subject) => format!("{graph} {}", subject.as_str()),
    }
}

/// A unit that is to be sent.
struct Job {
    name: String,
    /// `None` where it is to be forgotten.
    digest: Option<Digest>,
    refused: bool,
}

struct Run<'r, F> {
    store: &'r Store,
    target: &'r Target,
    wire: Wire,
    record: &'r Record,
    tell: F,
    /// Whether the other store has the mark of this run.
    marked: bool,
    /// Triples that it seems to take in one request.
    triples: usize,
    /// Whether it took anything yet.
    taken: bool,
    jobs: Vec<Job>,
    /// What is to be sent in this round, each with the number of its job.
    steps: Vec<(usize, Step)>,
    size: usize,
    /// What the rounds before have settled and is not in the record yet.
    settled: Vec<(String, Option<Digest>)>,
    mirrored: Mirrored,
}

impl<F: FnMut(&Mirrored)> Run<'_, F> {
    /// Looks whether the other store is as it was left.
    fn recognise(&mut self) -> Result<(), MirrorError> {
        let mark = iri_of(&mark_graph(self.store))?;
        let query = format!("SELECT ?mark WHERE {{ GRAPH {mark} {{ {mark} <{JW}mark> ?mark }} }}");
        let there = self.wire.select("mark", &query)?;
        let known = self.record.marks()?;
        if there.iter().any(|mark| known.contains(mark)) {
            return Ok(());
        }
        let lexicon = iri_of(&self.store.base().lexicon_graph())?;
        let is_empty = there.is_empty() && !self.wire.ask(&format!("ASK {{ GRAPH {lexicon} {{ ?s ?p ?o }} }}"))?;
        if !is_empty {
            if !self.target.replace {
                return Err(MirrorError::Foreign {
                    url: self.target.update.to_string(),
                    base: self.store.base().as_str().to_owned(),
                });
            }
            self.wipe()?;
        }
        self.record.clear()
    }

    /// Forgets all that stands under the base. The mark goes last: if this is cut off, it has to be allowed again.
    fn wipe(&mut self) -> Result<(), MirrorError> {
        let mark = mark_graph(self.store);
        let mut base = String::new();
        string(self.store.base().as_str(), &mut base);
        let query = format!(
            "SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), {base}) && ?g != {}) }} LIMIT {DROPPED}",
            iri_of(&mark)?
        );
        let mut before = Vec::new();
        loop {
            let mut graphs = self.wire.select("g", &query)?;
            graphs.sort();
            graphs.dedup();
            if graphs.is_empty() {
                break;
            }
            if graphs == before {
                return Err(MirrorError::Unwilling {
                    url: self.target.update.to_string(),
                    answer: format!("graphs that were dropped are still there, like <{}>", graphs[0]),
                });
            }
            let steps: Vec<Step> = graphs
                .iter()
                .map(|graph| Step::Drop(NamedNode::new_unchecked(graph)))
                .collect();
            self.insist(&request(&steps).map_err(MirrorError::Record)?)?;
            before = graphs;
        }
        match &self.target.knowledge {
            None => self.insist(&format!(
                "DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o FILTER(ISIRI(?s) && STRSTARTS(STR(?s), {base})) }}"
            ))?,
            Some(graph) => self.insist(&format!("DROP SILENT GRAPH {}", iri_of(graph)?))?,
        }
        self.insist(&format!("DROP SILENT GRAPH {}", iri_of(&mark)?))
    }

    /// Sends an update without which nothing can be done.
    fn insist(&mut self, update: &str) -> Result<(), MirrorError> {
        match self.wire.update(update)? {
            Answer::Taken => Ok(()),
            Answer::Refused(answer) => Err(MirrorError::Unwilling {
                url: self.target.update.to_string(),
                answer,
            }),
        }
    }

    /// Gives the other store a new mark, so that a backup of it, or of this one, can be told from what is now. The old one
    /// goes after the new one has come: at any moment there is one that the record knows.
    fn mark(&mut self) -> Result<(), MirrorError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let digest = Sha256::digest(format!("{now:?} {} {:?}", std::process::id(), self.store.folder()));
        let new: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        self.record.announce(&new)?;
        let mark = iri_of(&mark_graph(self.store))?;
        self.insist(&format!(
            "INSERT DATA {{ GRAPH {mark} {{ {mark} <{JW}mark> \"{new}\" }} }} ;\n\
             DELETE {{ GRAPH {mark} {{ {mark} <{JW}mark> ?old }} }} \
             WHERE {{ GRAPH {mark} {{ {mark} <{JW}mark> ?old FILTER(?old != \"{new}\") }} }}"
        ))?;
        self.record.marked(&new)?;
        self.marked = true;
        Ok(())
    }

    /// The graph in which the other store has what stands here in `graph`.
    fn there(&self, graph: &GraphName) -> Option<NamedNode> {
        match graph {
            GraphName::NamedNode(node) => Some(node.clone()),
            _ => self.target.knowledge.clone(),
        }
    }

    /// Sends a unit if the other store has another one. Says whether the record was written.
    fn compare(&mut self, unit: Unit, name: String, told: &Reader) -> Result<bool, MirrorError> {
        let mut triples = Vec::with_capacity(unit.quads.len());
        let mut unwritable = Vec::new();
        for quad in &unit.quads {
            match triple(quad) {
                Ok(text) => triples.push(text),
                Err(reason) => unwritable.push(format!("{quad}: {reason}")),
            }
        }
        triples.sort_unstable();
        let mut digest = Sha256::new();
        for text in &triples {
            digest.update(text);
        }
        let mut half = Digest::default();
        half.copy_from_slice(&digest.finalize()[..16]);
        let known = told.get(&name)?;
        if known == Some(half) && unwritable.is_empty() {
            self.mirrored.unchanged += 1;
            return Ok(false);
        }
        let job = self.jobs.len();
        self.jobs.push(Job {
            name,
            digest: Some(half),
            refused: false,
        });
        for what in unwritable {
            self.refuse(job, what)?;
        }
        let graph = self.there(&unit.graph);
        if known.is_some() {
            self.step(
                job,
                match (&graph, unit.subject) {
                    (Some(graph), None) => Step::Drop(graph.clone()),
                    (_, Some(subject)) => Step::Forget(graph.clone(), subject),
                    // The default graph is no unit.
                    (None, None) => return Ok(false),
                },
            );
        }
        let mut chunk = Vec::new();
        let mut size = 0;
        for text in triples {
            if size + text.len() > REQUEST || chunk.len() >= TRIPLES {
                self.step(job, Step::Say(graph.clone(), std::mem::take(&mut chunk)));
                size = 0;
            }
            size += text.len();
            chunk.push(text);
        }
        self.step(job, Step::Say(graph, chunk));
        self.full()
    }

    /// Takes back a unit that is no more.
    fn forget(&mut self, name: String) -> Result<bool, MirrorError> {
        let job = self.jobs.len();
        let node = |iri: &str| NamedNode::new_unchecked(iri);
        let step = match name.split_once(' ') {
            None => Step::Drop(node(&name)),
            Some(("", subject)) => Step::Forget(self.target.knowledge.clone(), node(subject)),
            Some((graph, subject)) => Step::Forget(Some(node(graph)), node(subject)),
        };
        self.jobs.push(Job {
            name,
            digest: None,
            refused: false,
        });
        self.step(job, step);
        self.full()
    }

    fn step(&mut self, job: usize, step: Step) {
        self.size += step.size();
        self.steps.push((job, step));
    }

    fn full(&mut self) -> Result<bool, MirrorError> {
        if self.size < ROUND {
            return Ok(false);
        }
        self.send_round()?;
        Ok(true)
    }

    /// Sends what was gathered, in requests of a bounded size.
    fn send_round(&mut self) -> Result<(), MirrorError> {
        if self.jobs.is_empty() {
            return Ok(());
        }
        if !self.marked {
            self.mark()?;
        }
        let jobs = std::mem::take(&mut self.jobs);
        self.settle(&jobs)?;
        self.jobs = jobs;
        self.size = 0;
        let mut steps = Vec::new();
        let (mut size, mut triples) = (0, 0);
        for (job, step) in std::mem::take(&mut self.steps) {
            let says = match &step {
                Step::Say(_, triples) => triples.len(),
                _ => 1,
            };
            if !steps.is_empty() && (size + step.size() > REQUEST || triples + says > self.triples) {
                self.send(std::mem::take(&mut steps))?;
                (size, triples) = (0, 0);
            }
            size += step.size();
            triples += says;
            steps.push((job, step));
        }
        self.send(steps)?;
        for job in std::mem::take(&mut self.jobs) {
            if job.refused {
                self.settled.push((job.name, Some(UNSURE)));
                continue;
            }
            match (&job.digest, job.name.contains(' ')) {
                (None, _) => self.mirrored.removed += 1,
                (Some(_), true) => self.mirrored.subjects += 1,
                (Some(_), false) => self.mirrored.graphs += 1,
            }
            self.settled.push((job.name, job.digest));
        }
        self.count();
        (self.tell)(&self.mirrored);
        Ok(())
    }

    fn count(&mut self) {
        self.mirrored.requests = self.wire.requests;
        self.mirrored.repeated = self.wire.repeated;
        self.mirrored.bytes = self.wire.bytes;
    }

    /// Writes down what is settled, and which units come next.
    fn settle(&mut self, next: &[Job]) -> Result<(), MirrorError> {
        self.count();
        if self.settled.is_empty() && next.is_empty() {
            return Ok(());
        }
        self.record.note(
            self.settled.iter().map(|(name, digest)| (name.as_str(), *digest)),
            next.iter().map(|job| job.name.as_str()),
        )?;
        self.settled.clear();
        Ok(())
    }

    /// Sends steps as one request; where that is refused by halves, down to the one triple that is at fault.
    fn send(&mut self, mut steps: Vec<(usize, Step)>) -> Result<(), MirrorError> {
        let bare: Vec<Step> = steps.iter().map(|(_, step)| step.clone()).collect();
        let text = request(&bare);
        let why = match text.as_deref() {
            Err(reason) => reason.clone(),
            Ok(text) => match self.wire.update(text)? {
                Answer::Taken => {
                    self.taken = true;
                    return Ok(());
                }
                Answer::Refused(why) => why,
            },
        };
        let triples: usize = bare
            .iter()
            .map(|step| match step {
                Step::Say(_, triples) => triples.len(),
                _ => 1,
            })
            .sum();
        let rest = if steps.len() > 1 {
            steps.split_off(steps.len() / 2)
        } else {
            match steps.pop() {
                Some((job, Step::Say(graph, mut triples))) if triples.len() > 1 => {
                    let rest = triples.split_off(triples.len() / 2);
                    steps.push((job, Step::Say(graph.clone(), triples)));
                    vec![(job, Step::Say(graph, rest))]
                }
                Some((job, step)) => {
                    let what = match &step {
                        Step::Say(_, triples) => triples.concat(),
                        _ => text.unwrap_or_default(),
                    };
                    let what: String = what.trim().chars().take(400).collect();
                    return self.refuse(job, format!("{what}: {why}"));
                }
                None => return Ok(()),
            }
        };
        let refused = self.mirrored.refused;
        self.send(steps)?;
        self.send(rest)?;
        if self.mirrored.refused == refused && triples / 2 < self.triples {
            // Each half was welcome: it was too much at once.
            self.triples = (triples / 2).max(FEWEST_TRIPLES);
            tracing::info!(triples = self.triples, why, "smaller requests from now on");
        }
        Ok(())
    }

    fn refuse(&mut self, job: usize, what: String) -> Result<(), MirrorError> {
        self.mirrored.refused += 1;
        if let Some(job) = self.jobs.get_mut(job) {
            job.refused = true;
        }
        if !self.taken && self.mirrored.refused >= HOPELESS {
            return Err(MirrorError::Unwilling {
                url: self.target.update.to_string(),
                answer: what,
            });
        }
        if self.mirrored.refusals.len() < LISTED {
            self.mirrored.refusals.push(what);
        }
        Ok(())
    }
}

/// The IRI of a graph, in SPARQL. The base is a checked IRI, and so is what is made of it.
fn iri_of(node: &NamedNode) -> Result<String, MirrorError> {
    iri(node).map_err(|reason| MirrorError::Address {
        text: node.as_str().to_owned(),
        reason,
    })
}
