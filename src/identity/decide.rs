//! Which IRIs of many documents are one entity: evidence for, guards against, and a decision that both explain.
//!
//! A name alone joins nothing that has two owners. The rules, in the order in which they are applied:
//!
//! | rule | joins | score |
//! |---|---|---|
//! | `ruled` | what the user said is one | 1 |
//! | `code` | two that are listed under one code | 0.98 |
//! | `post` | a person at one body with the person of that name at another, where one document gives both posts | 0.95 |
//! | `body` | two people of one name at bodies that are one | 0.9 |
//! | `introduced` | a name with the only entity that documents introduce by it | 0.95 |
//! | `name` | a name alone with the only entity of that name that something sets apart; of a person only where the documents that have the name alone name his or her body too | 0.85 |
//! | `shortened` | a name with the only entity that documents call so after its full name | 0.8 |
//! | `romanized` | a name in Latin letters with the only person whose Chinese name reads so, on the same condition | 0.8 |
//!
//! The last four are one rule over one name, called by the strongest tie, and are applied until nothing changes. Every
//! join is refused where a [`Guard`] stands against it. Sorting makes the outcome a function of the evidence.

use super::Tie;
use petgraph::unionfind::UnionFind;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// More bearers than this and a name is nobody's.
const CROWD: usize = 200;
/// Documents that a join names as its evidence.
const CITED: usize = 3;

/// An entity and another IRI, tied by a document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Witness {
    /// The other side: the handle, or the entity that bears it
    pub iri: String,
    pub by: Tie,
    /// Id of the document
    pub document: String,
}

/// What a user ruled of two IRIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ruling {
    /// They are one, whatever speaks against it
    Same,
    /// They are two, whatever speaks for one
    Different,
}

/// What documents and users say about IRIs. All answers are in terms of what single documents call an entity
/// ([`super::Local`]), but for [`Evidence::body_of`] and [`Evidence::names`].
pub trait Evidence {
    type Error;
    /// The handles of an entity.
    fn handles(&self, iri: &str) -> Result<Vec<Witness>, Self::Error>;
    /// The entities that bear a handle, `limit` of them at most.
    fn bearers(&self, iri: &str, limit: usize) -> Result<Vec<Witness>, Self::Error>;
    /// Ids of the documents that speak of an entity under this IRI.
    fn documents(&self, iri: &str) -> Result<Vec<String>, Self::Error>;
    /// Whether any does.
    fn is_used(&self, iri: &str) -> Result<bool, Self::Error>;
    /// A document that speaks of both as of two.
    fn together(&self, a: &str, b: &str) -> Result<Option<String>, Self::Error>;
    /// The bodies that set a person apart, each by the IRI that was decided for it.
    fn body_of(&self, iri: &str) -> Result<BTreeSet<String>, Self::Error>;
    /// Whether a document names an entity, by the IRI that was decided for it.
    fn names(&self, document: &str, iri: &str) -> Result<bool, Self::Error>;
    /// What is at present decided to be one with it, itself left out.
    fn joined(&self, iri: &str) -> Result<Vec<String>, Self::Error>;
    /// The user's rulings about it, with the other side.
    fn rulings(&self, iri: &str) -> Result<Vec<(String, Ruling)>, Self::Error>;
    /// Whether the lexicon names it.
    fn is_known(&self, iri: &str) -> bool;
    /// Whether it is the IRI of a listing.
    fn is_listing(&self, iri: &str) -> bool;
    /// Whether it is the IRI of a person whom the lexicon doesn't know.
    fn is_person(&self, iri: &str) -> bool;
}

/// Why two are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    Ruled,
    Code,
    Post,
    Body,
    Introduced,
    Name,
    Shortened,
    Romanized,
}

impl Rule {
    pub fn name(self) -> &'static str {
        match self {
            Rule::Ruled => "ruled",
            Rule::Code => "code",
            Rule::Post => "post",
            Rule::Body => "body",
            Rule::Introduced => "introduced",
            Rule::Name => "name",
            Rule::Shortened => "shortened",
            Rule::Romanized => "romanized",
        }
    }

    /// How far it can be trusted, 0 to 1.
    pub fn score(self) -> f32 {
        match self {
            Rule::Ruled => 1.0,
            Rule::Code => 0.98,
            Rule::Post | Rule::Introduced => 0.95,
            Rule::Body => 0.9,
            Rule::Name => 0.85,
            Rule::Shortened | Rule::Romanized => 0.8,
        }
    }

    fn of(tie: Tie) -> Rule {
        match tie {
            Tie::Code => Rule::Code,
            Tie::Post => Rule::Post,
            Tie::Introduced => Rule::Introduced,
            Tie::Name => Rule::Name,
            Tie::Shortened => Rule::Shortened,
            Tie::Romanized => Rule::Romanized,
        }
    }
}

/// What stands against a join.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// The user ruled that these two are two
    Ruled(String, String),
    /// The lexicon knows both, as two
    Lexicon(String, String),
    /// One document speaks of these two
    Together { a: String, b: String, document: String },
    /// Others bear the name too
    Owners(Vec<String>),
    /// More bear the name than are looked at
    Crowd,
    /// This document names the person but not the body that sets him or her apart
    Body(String),
}

/// Two IRIs that are one entity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Join {
    /// The lesser IRI
    pub a: String,
    pub b: String,
    pub rule: Rule,
    /// Ids of documents that state it, the first few
    pub documents: Vec<String>,
}

/// Two IRIs that a rule would have joined.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The lesser IRI
    pub a: String,
    pub b: String,
    pub rule: Rule,
    pub guard: Guard,
}

/// What follows for a set of IRIs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Every IRI that was looked at: the seeds and all that evidence connects with them
    pub seen: BTreeSet<String>,
    /// The IRI of the entity, for every IRI in use that isn't its entity's own
    pub same: BTreeMap<String, String>,
    /// Sorted
    pub joins: Vec<Join>,
    /// Sorted
    pub refused: Vec<Refusal>,
}

/// Whether two are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Same,
    Different,
}

impl Decisions {
    pub fn verdict(&self, a: &str, b: &str) -> Verdict {
        let entity = |iri: &str| self.same.get(iri).map_or(iri.to_owned(), String::clone);
        if entity(a) == entity(b) {
            Verdict::Same
        } else {
            Verdict::Different
        }
    }
}

/// Decides about the seeds and all that evidence connects with them.
///
/// # Errors
/// Whatever the evidence fails with.
pub fn decide<E: Evidence>(evidence: &E, seeds: impl IntoIterator<Item = String>) -> Result<Decisions, E::Error> {
    let mut bench = Bench::gather(evidence, seeds)?;
    bench.apply_rulings()?;
    bench.apply_codes()?;
    bench.apply_posts()?;
    bench.apply_bodies()?;
    bench.apply_people()?;
    while bench.apply_names()? {}
    bench.decisions()
}

/// The IRIs that are decided about together.
struct Bench<'e, E: Evidence> {
    evidence: &'e E,
    /// Sorted
    iris: Vec<String>,
    numbers: BTreeMap<String, usize>,
    /// Of each IRI the entities that bear it as a handle; empty where there is a crowd
    bearers: Vec<Vec<Witness>>,
    crowded: BTreeSet<usize>,
    used: Vec<bool>,
    rulings: BTreeMap<(usize, usize), Ruling>,
    sets: UnionFind<usize>,
    /// Members of each set, at its representative
    members: Vec<Vec<usize>>,
    joins: BTreeSet<Join>,
    refused: BTreeSet<Refusal>,
}

impl<'e, E: Evidence> Bench<'e, E> {
    fn gather(evidence: &'e E, seeds: impl IntoIterator<Item = String>) -> Result<Bench<'e, E>, E::Error> {
        let mut found: BTreeMap<String, Vec<Witness>> = BTreeMap::new();
        let mut crowded = BTreeSet::new();
        let mut rulings: BTreeMap<(String, String), Ruling> = BTreeMap::new();
        let mut queue: VecDeque<String> = seeds.into_iter().collect();
        while let Some(iri) = queue.pop_front() {
            if found.contains_key(&iri) {
                continue;
            }
            queue.extend(evidence.handles(&iri)?.into_iter().map(|handle| handle.iri));
            queue.extend(evidence.joined(&iri)?);
            for (other, ruling) in evidence.rulings(&iri)? {
                rulings.insert(ordered(&iri, &other), ruling);
                queue.push_back(other);
            }
            let mut bearers = evidence.bearers(&iri, usize::MAX)?;
            bearers.sort();
            let heads: BTreeSet<&String> = bearers.iter().map(|witness| &witness.iri).collect();
            if heads.len() > CROWD {
                crowded.insert(iri.clone());
                bearers.clear();
            }
            queue.extend(bearers.iter().map(|witness| witness.iri.clone()));
            found.insert(iri, bearers);
        }
        let iris: Vec<String> = found.keys().cloned().collect();
        let numbers: BTreeMap<String, usize> = iris.iter().cloned().zip(0..).collect();
        let used = iris.iter().map(|iri| evidence.is_used(iri)).collect::<Result<_, _>>()?;
        let number = |iri: &String| numbers.get(iri).copied();
        Ok(Bench {
            evidence,
            bearers: found.into_values().collect(),
            crowded: crowded.iter().filter_map(number).collect(),
            used,
            rulings: rulings
                .iter()
                .filter_map(|((a, b), ruling)| Some(((number(a)?, number(b)?), *ruling)))
                .collect(),
            sets: UnionFind::new(iris.len()),
            members: (0..iris.len()).map(|index| vec![index]).collect(),
            iris,
            numbers,
            joins: BTreeSet::new(),
            refused: BTreeSet::new(),
        })
    }

    fn apply_rulings(&mut self) -> Result<(), E::Error> {
        let same: Vec<(usize, usize)> = self
            .rulings
            .iter()
            .filter(|(_, ruling)| **ruling == Ruling::Same)
            .map(|(pair, _)| *pair)
            .collect();
        for (a, b) in same {
            self.unite(a, b, Rule::Ruled, Vec::new());
        }
        Ok(())
    }

    fn apply_codes(&mut self) -> Result<(), E::Error> {
        for listing in 0..self.iris.len() {
            if !self.evidence.is_listing(&self.iris[listing]) {
                continue;
            }
            let bearers = self.bearers_by(listing, |tie| tie == Tie::Code);
            for pair in bearers.windows(2) {
                let documents = cited(pair.iter().flat_map(|(_, documents)| documents));
                self.join(pair[0].0, pair[1].0, Rule::Code, documents)?;
            }
        }
        Ok(())
    }

    fn apply_posts(&mut self) -> Result<(), E::Error> {
        for there in 0..self.iris.len() {
            for (here, documents) in self.bearers_by(there, |tie| tie == Tie::Post) {
                self.join(here, there, Rule::Post, cited(&documents))?;
            }
        }
        Ok(())
    }

    fn apply_bodies(&mut self) -> Result<(), E::Error> {
        for name in 0..self.iris.len() {
            if !self.evidence.is_person(&self.iris[name]) {
                continue;
            }
            let mut by_body: BTreeMap<String, usize> = BTreeMap::new();
            for (person, documents) in self.bearers_by(name, |tie| matches!(tie, Tie::Name | Tie::Romanized)) {
                for body in self.evidence.body_of(&self.iris[person])? {
                    match by_body.get(&body) {
                        Some(&other) => self.join(other, person, Rule::Body, cited(&documents))?,
                        None => {
                            by_body.insert(body, person);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Joins people who are set apart by no more than what is named beside them with the only one of the name whose body
    /// every document that has them names.
    fn apply_people(&mut self) -> Result<(), E::Error> {
        for name in 0..self.iris.len() {
            if !self.evidence.is_person(&self.iris[name]) {
                continue;
            }
            let (mut settled, mut open) = (Vec::new(), Vec::new());
            for (person, documents) in self.bearers_by(name, |tie| tie == Tie::Name) {
                if self.evidence.body_of(&self.iris[person])?.is_empty() {
                    open.push(person);
                } else {
                    settled.push((person, documents));
                }
            }
            for person in open {
                self.apply_person(person, &settled)?;
            }
        }
        Ok(())
    }

    fn apply_person(&mut self, person: usize, settled: &[(usize, Vec<String>)]) -> Result<(), E::Error> {
        let mut sets: BTreeMap<usize, Vec<(usize, Vec<String>)>> = BTreeMap::new();
        for owner in settled {
            sets.entry(self.sets.find_mut(owner.0)).or_default().push(owner.clone());
        }
        let mut fitting = Vec::new();
        for owners in sets.into_values() {
            match self.document_without_body(person, &owners)? {
                None => fitting.push(owners),
                Some(document) => self.refuse(person, owners[0].0, Rule::Name, Guard::Body(document)),
            }
        }
        match &fitting[..] {
            [owners] => {
                let (owner, documents) = &owners[0];
                self.join(person, *owner, Rule::Name, cited(documents))?;
            }
            several => {
                for owners in several {
                    let others = several.iter().flatten().map(|(owner, _)| *owner);
                    let others = others.filter(|owner| *owner != owners[0].0);
                    let others = others.map(|owner| self.iris[owner].clone()).collect();
                    self.refuse(person, owners[0].0, Rule::Name, Guard::Owners(others));
                }
            }
        }
        Ok(())
    }

    /// Joins names with their only owners; whether anything came of it.
    fn apply_names(&mut self) -> Result<bool, E::Error> {
        let mut any = false;
        for name in 0..self.iris.len() {
            if self.used[name] {
                any |= self.apply_name(name)?;
            }
        }
        Ok(any)
    }

    fn apply_name(&mut self, name: usize) -> Result<bool, E::Error> {
        let is_name = |tie| matches!(tie, Tie::Introduced | Tie::Name | Tie::Shortened | Tie::Romanized);
        if self.crowded.contains(&name) {
            let owners = self.evidence.bearers(&self.iris[name], 1)?;
            for owner in owners.into_iter().filter(|owner| is_name(owner.by)) {
                self.refuse_iri(name, &owner.iri, Rule::of(owner.by), Guard::Crowd);
            }
            return Ok(false);
        }
        let owners: Vec<(usize, Vec<String>)> = self
            .bearers_by(name, is_name)
            .into_iter()
            .filter(|(owner, _)| *owner != name)
            .collect();
        let mut sets: BTreeMap<usize, Vec<(usize, Vec<String>)>> = BTreeMap::new();
        for (owner, documents) in owners {
            // Too many names read alike for one that nothing else speaks for.
            let is_read_so = self.bearers[name]
                .iter()
                .filter(|witness| witness.iri == self.iris[owner])
                .all(|witness| witness.by == Tie::Romanized);
            if is_read_so && self.evidence.body_of(&self.iris[owner])?.is_empty() {
                continue;
            }
            if !self.sets.equiv(owner, name) {
                sets.entry(self.sets.find_mut(owner))
                    .or_default()
                    .push((owner, documents));
            }
        }
        if sets.is_empty() {
            return Ok(false);
        }
        let rule = |bench: &Self, owners: &[(usize, Vec<String>)]| {
            let ties = bench.bearers[name]
                .iter()
                .filter(|witness| owners.iter().any(|(owner, _)| bench.iris[*owner] == witness.iri))
                .map(|witness| witness.by);
            ties.filter(|tie| is_name(*tie)).min().map_or(Rule::Name, Rule::of)
        };
        // A person's name has many owners in the world, of whom these are but the ones that were read about: every
        // document that has the name alone must name the body too.
        if self.evidence.is_person(&self.iris[name]) {
            let mut settled = BTreeMap::new();
            for (set, owners) in &sets {
                match self.document_without_body(name, owners)? {
                    None => {
                        settled.insert(*set, owners.clone());
                    }
                    Some(document) => {
                        let rule = rule(self, owners);
                        for (owner, _) in owners {
                            self.refuse(name, *owner, rule, Guard::Body(document.clone()));
                        }
                    }
                }
            }
            sets = settled;
        }
        // An owner that the name is joined with already is one more.
        let is_taken = self
            .bearers_by(name, is_name)
            .iter()
            .any(|(owner, _)| *owner != name && self.sets.equiv(*owner, name));
        let others: Vec<Vec<(usize, Vec<String>)>> = sets.into_values().collect();
        match &others[..] {
            [owners] if !is_taken => {
                let rule = rule(self, owners);
                let mut any = false;
                for (owner, documents) in owners {
                    any |= !self.sets.equiv(*owner, name);
                    self.join(name, *owner, rule, cited(documents))?;
                    any &= self.sets.equiv(*owner, name);
                }
                Ok(any)
            }
            _ => {
                let all: Vec<String> = others
                    .iter()
                    .flatten()
                    .map(|(owner, _)| self.iris[*owner].clone())
                    .collect();
                for owners in &others {
                    let rule = rule(self, owners);
                    for (owner, _) in owners {
                        let rest = all.iter().filter(|iri| **iri != self.iris[*owner]).cloned().collect();
                        self.refuse(name, *owner, rule, Guard::Owners(rest));
                    }
                }
                Ok(false)
            }
        }
    }

    /// A document that has the name but none of the bodies that set its owners apart. Owners without a body need none.
    fn document_without_body(&self, name: usize, owners: &[(usize, Vec<String>)]) -> Result<Option<String>, E::Error> {
        let mut bodies = BTreeSet::new();
        for (owner, _) in owners {
            let of_owner = self.evidence.body_of(&self.iris[*owner])?;
            if of_owner.is_empty() {
                return Ok(None);
            }
            bodies.extend(of_owner);
        }
        'documents: for document in self.evidence.documents(&self.iris[name])? {
            for body in &bodies {
                if self.evidence.names(&document, body)? {
                    continue 'documents;
                }
            }
            return Ok(Some(document));
        }
        Ok(None)
    }

    /// The entities that bear an IRI by a tie, each with the documents that say so.
    fn bearers_by(&self, iri: usize, by: impl Fn(Tie) -> bool) -> Vec<(usize, Vec<String>)> {
        let mut bearers: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for witness in self.bearers[iri].iter().filter(|witness| by(witness.by)) {
            if let Some(&number) = self.numbers.get(&witness.iri) {
                bearers.entry(number).or_default().push(witness.document.clone());
            }
        }
        bearers.into_iter().collect()
    }

    fn join(&mut self, a: usize, b: usize, rule: Rule, documents: Vec<String>) -> Result<(), E::Error> {
        if self.sets.equiv(a, b) {
            self.note(a, b, rule, documents);
            return Ok(());
        }
        match self.guard(a, b)? {
            Some(guard) => self.refuse(a, b, rule, guard),
            None => self.unite(a, b, rule, documents),
        }
        Ok(())
    }

    fn unite(&mut self, a: usize, b: usize, rule: Rule, documents: Vec<String>) {
        let (left, right) = (self.sets.find_mut(a), self.sets.find_mut(b));
        if left != right {
            self.sets.union(left, right);
            let mut members = std::mem::take(&mut self.members[left]);
            members.append(&mut std::mem::take(&mut self.members[right]));
            members.sort_unstable();
            let root = self.sets.find_mut(a);
            self.members[root] = members;
        }
        self.note(a, b, rule, documents);
    }

    fn note(&mut self, a: usize, b: usize, rule: Rule, documents: Vec<String>) {
        let (a, b) = ordered(&self.iris[a], &self.iris[b]);
        self.joins.insert(Join { a, b, rule, documents });
    }

    fn refuse(&mut self, a: usize, b: usize, rule: Rule, guard: Guard) {
        let other = self.iris[b].clone();
        self.refuse_iri(a, &other, rule, guard);
    }

    fn refuse_iri(&mut self, a: usize, b: &str, rule: Rule, guard: Guard) {
        let (a, b) = ordered(&self.iris[a], b);
        self.refused.insert(Refusal { a, b, rule, guard });
    }

    /// What stands against joining the sets of two IRIs.
    fn guard(&self, a: usize, b: usize) -> Result<Option<Guard>, E::Error> {
        let (left, right) = (&self.members[self.sets.find(a)], &self.members[self.sets.find(b)]);
        let pairs = || left.iter().flat_map(|&l| right.iter().map(move |&r| (l, r)));
        for (l, r) in pairs() {
            if self.rulings.get(&(l.min(r), l.max(r))) == Some(&Ruling::Different) {
                let (a, b) = ordered(&self.iris[l], &self.iris[r]);
                return Ok(Some(Guard::Ruled(a, b)));
            }
        }
        for (l, r) in pairs() {
            let (l, r) = (&self.iris[l], &self.iris[r]);
            if self.evidence.is_known(l) && self.evidence.is_known(r) {
                let (a, b) = ordered(l, r);
                return Ok(Some(Guard::Lexicon(a, b)));
            }
        }
        for (l, r) in pairs().filter(|&(l, r)| self.used[l] && self.used[r]) {
            let (a, b) = ordered(&self.iris[l], &self.iris[r]);
            if let Some(document) = self.evidence.together(&a, &b)? {
                return Ok(Some(Guard::Together { a, b, document }));
            }
        }
        Ok(None)
    }

    fn decisions(mut self) -> Result<Decisions, E::Error> {
        let mut same = BTreeMap::new();
        for root in 0..self.iris.len() {
            if self.members[root].len() < 2 || self.sets.find_mut(root) != root {
                continue;
            }
            let mut in_use: Vec<&String> = Vec::new();
            for &member in &self.members[root] {
                if self.used[member] {
                    in_use.push(&self.iris[member]);
                }
            }
            let mut best: Option<(bool, bool, &String)> = None;
            for iri in &in_use {
                // The lexicon's IRI if there is one, then one that says more than a name, then the first of the alphabet.
                let has_body = !self.evidence.body_of(iri)?.is_empty();
                let has_code = self.evidence.handles(iri)?.iter().any(|handle| handle.by == Tie::Code);
                let rank = (!self.evidence.is_known(iri), !has_body && !has_code, *iri);
                if best.is_none_or(|best| rank < best) {
                    best = Some(rank);
                }
            }
            let Some((_, _, entity)) = best else {
                continue;
            };
            for iri in in_use.iter().filter(|iri| **iri != entity) {
                same.insert((*iri).clone(), entity.clone());
            }
        }
        // What one rule refused another may have joined after all.
        let sets = &mut self.sets;
        let numbers = &self.numbers;
        let mut refused: Vec<Refusal> = self.refused.into_iter().collect();
        refused.retain(|refusal| match (numbers.get(&refusal.a), numbers.get(&refusal.b)) {
            (Some(&a), Some(&b)) => !sets.equiv(a, b),
            _ => true,
        });
        Ok(Decisions {
            seen: self.iris.into_iter().collect(),
            same,
            joins: self.joins.into_iter().collect(),
            refused,
        })
    }
}

fn ordered(a: &str, b: &str) -> (String, String) {
    if a <= b {
        (a.to_owned(), b.to_owned())
    } else {
        (b.to_owned(), a.to_owned())
    }
}

fn cited<'d>(documents: impl IntoIterator<Item = &'d String>) -> Vec<String> {
    let documents: BTreeSet<&String> = documents.into_iter().collect();
    documents.into_iter().take(CITED).cloned().collect()
}
