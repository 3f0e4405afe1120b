//! Who is who: what was decided about the documents' entities, in the graph `graph/identity`.
//!
//! Documents' graphs are kept in terms of those decisions ([`crate::graph::rename`]). Whenever a document comes or goes,
//! the entities that it names, and all that evidence connects with them, are decided about anew
//! ([`crate::identity::decide()`]), and the graphs of the documents that speak of those for which the outcome changed are
//! written anew. So the store stays a function of the documents in it and of what the user ruled.

use super::{Store, StoreError};
use crate::graph::{self, Base, GraphError, locals, recover, rename, vocabulary as v};
use crate::identity::{Decisions, Evidence, Join, Ruling, Tie, Witness, decide};
use oxigraph::model::{
    GraphName, GraphNameRef, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term,
};
use oxigraph::store::{QuadIter, StorageError, Transaction};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What a change of decisions did, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// IRIs that go to another entity than before: the IRI, the entity before, the entity now
    pub moved: Vec<(String, String, String)>,
    /// Ids of the documents whose graphs are written anew
    pub documents: BTreeSet<String>,
}

/// What speaks for and against two IRIs being one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The handles of either
    pub ties: [Vec<Witness>; 2],
    /// How many documents speak of either
    pub documents: [usize; 2],
    /// What the user ruled
    pub rulings: Vec<Ruling>,
    /// About both and all that hangs together with them
    pub decisions: Decisions,
}

/// A ruling as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruled {
    /// The two IRIs, the lesser first
    pub members: Vec<String>,
    pub ruling: Ruling,
    /// In the user's words
    pub reason: Option<String>,
}

/// Where quads are looked up: a transaction sees what it has written itself, and a store that was opened for reading has
/// none.
#[derive(Clone, Copy)]
pub(super) enum Quads<'t> {
    Transaction(&'t Transaction<'t>),
    Store(&'t oxigraph::store::Store),
}

/// Evidence as it stands in the store.
pub(super) struct Sources<'t> {
    quads: Quads<'t>,
    base: &'t Base,
    identity: NamedNode,
    /// What the IRIs of entities begin with
    folder: String,
}

impl<'t> Sources<'t> {
    pub(super) fn new(transaction: &'t Transaction<'_>, base: &'t Base) -> Sources<'t> {
        Sources::of(Quads::Transaction(transaction), base)
    }

    fn of(quads: Quads<'t>, base: &'t Base) -> Sources<'t> {
        Sources {
            quads,
            base,
            identity: base.identity_graph(),
            folder: format!("{}entity/", base.as_str()),
        }
    }

    fn quads(
        &self,
        subject: Option<&NamedNode>,
        property: NamedNodeRef<'_>,
        object: Option<&NamedNode>,
        graph: Option<&NamedNode>,
    ) -> QuadIter<'t> {
        let (subject, object) = (subject.map(NamedOrBlankNodeRef::from), object.map(Into::into));
        let graph = graph.map(GraphNameRef::from);
        match self.quads {
            Quads::Transaction(quads) => quads.quads_for_pattern(subject, Some(property), object, graph),
            Quads::Store(quads) => quads.quads_for_pattern(subject, Some(property), object, graph),
        }
    }

    fn document(&self, graph: &GraphName) -> Option<String> {
        match graph {
            GraphName::NamedNode(graph) => self.base.document_id(graph.as_str()),
            _ => None,
        }
    }

    /// The entity that an IRI was decided to be.
    pub(super) fn entity_of(&self, node: NamedNodeRef<'_>) -> Result<Option<NamedNode>, StorageError> {
        let (node, graph) = (Some(node.into()), Some((&self.identity).into()));
        let quad = match self.quads {
            Quads::Transaction(quads) => quads.quads_for_pattern(node, Some(v::SAME_AS), None, graph).next(),
            Quads::Store(quads) => quads.quads_for_pattern(node, Some(v::SAME_AS), None, graph).next(),
        };
        Ok(quad.transpose()?.and_then(|quad| match quad.object {
            Term::NamedNode(entity) => Some(entity),
            _ => None,
        }))
    }

    /// Whether a document speaks of an entity under this very IRI.
    fn is_local(&self, document: &NamedNode, node: &NamedNode) -> Result<bool, StorageError> {
        if self
            .quads(Some(node), v::JOINED_TO, None, Some(document))
            .next()
            .is_some()
        {
            return Ok(true);
        }
        let is_typed = self
            .quads(Some(node), v::TYPE, None, Some(document))
            .next()
            .transpose()?;
        Ok(is_typed.is_some()
            && self
                .quads(None, v::JOINED_TO, Some(node), Some(document))
                .next()
                .is_none())
    }

    /// The graphs of the documents that speak of an entity under this very IRI.
    fn graphs(&self, node: &NamedNode) -> Result<BTreeSet<NamedNode>, StorageError> {
        let mut graphs = BTreeSet::new();
        for property in [v::JOINED_TO, v::TYPE] {
            for quad in self.quads(Some(node), property, None, None) {
                let quad = quad?;
                if self.document(&quad.graph_name).is_some()
                    && let GraphName::NamedNode(graph) = quad.graph_name
                    && (property == v::JOINED_TO || self.is_local(&graph, node)?)
                {
                    graphs.insert(graph);
                }
            }
        }
        Ok(graphs)
    }

    fn witnesses(
        &self,
        quads: impl Iterator<Item = Result<Quad, StorageError>>,
        by: Tie,
        borne: bool,
    ) -> Result<Vec<Witness>, StorageError> {
        let mut witnesses = Vec::new();
        for quad in quads {
            let quad = quad?;
            let iri = match (quad.subject, quad.object, borne) {
                (NamedOrBlankNode::NamedNode(subject), _, false) => subject,
                (_, Term::NamedNode(object), true) => object,
                _ => continue,
            };
            if let Some(document) = self.document(&quad.graph_name) {
                witnesses.push(Witness {
                    iri: iri.into_string(),
                    by,
                    document,
                });
            }
        }
        Ok(witnesses)
    }
}

fn node(iri: &str) -> NamedNode {
    // IRIs come from the store or from `locals`, which encodes names.
    NamedNode::new_unchecked(iri)
}

impl Evidence for Sources<'_> {
    type Error = StorageError;

    fn handles(&self, iri: &str) -> Result<Vec<Witness>, StorageError> {
        let mut handles = Vec::new();
        for by in Tie::ALL {
            let quads = self.quads(Some(&node(iri)), v::tie(by), None, None);
            handles.extend(self.witnesses(quads, by, true)?);
        }
        Ok(handles)
    }

    fn bearers(&self, iri: &str, limit: usize) -> Result<Vec<Witness>, StorageError> {
        let mut bearers = Vec::new();
        for by in Tie::ALL {
            let quads = self.quads(None, v::tie(by), Some(&node(iri)), None).take(limit);
            bearers.extend(self.witnesses(quads, by, false)?);
        }
        Ok(bearers)
    }

    fn documents(&self, iri: &str) -> Result<Vec<String>, StorageError> {
        let graphs = self.graphs(&node(iri))?;
        let mut documents: Vec<String> = graphs
            .iter()
            .filter_map(|graph| self.base.document_id(graph.as_str()))
            .collect();
        documents.sort();
        Ok(documents)
    }

    fn is_used(&self, iri: &str) -> Result<bool, StorageError> {
        // Stops at the first: the lexicon's entities may stand in every document.
        let node = node(iri);
        if self.quads(Some(&node), v::JOINED_TO, None, None).next().is_some() {
            return Ok(true);
        }
        for quad in self.quads(Some(&node), v::TYPE, None, None) {
            let quad = quad?;
            if let GraphName::NamedNode(graph) = &quad.graph_name
                && self.document(&quad.graph_name).is_some()
                && self.is_local(graph, &node)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn together(&self, a: &str, b: &str) -> Result<Option<String>, StorageError> {
        // What the lexicon knows may stand in every document.
        let (rare, other) = if self.is_known(a) { (b, a) } else { (a, b) };
        let other = node(other);
        let mut documents = BTreeSet::new();
        for graph in self.graphs(&node(rare))? {
            if self.is_local(&graph, &other)? {
                documents.extend(self.base.document_id(graph.as_str()));
            }
        }
        Ok(documents.into_iter().next())
    }

    fn body_of(&self, iri: &str) -> Result<BTreeSet<String>, StorageError> {
        let mut bodies = BTreeSet::new();
        for quad in self.quads(Some(&node(iri)), v::AT, None, None) {
            if let Term::NamedNode(body) = quad?.object {
                bodies.insert(self.entity_of(body.as_ref())?.unwrap_or(body).into_string());
            }
        }
        Ok(bodies)
    }

    fn names(&self, document: &str, iri: &str) -> Result<bool, StorageError> {
        let document = self.base.document(document);
        // Graphs may be yet to be written anew: what they are joined to is asked, not what they say.
        if self
            .quads(Some(&node(iri)), v::TYPE, None, Some(&document))
            .next()
            .is_some()
        {
            return Ok(true);
        }
        for quad in self.quads(None, v::SAME_AS, Some(&node(iri)), Some(&self.identity)) {
            if let NamedOrBlankNode::NamedNode(member) = quad?.subject
                && self.is_local(&document, &member)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn joined(&self, iri: &str) -> Result<Vec<String>, StorageError> {
        let iri = node(iri);
        let entity = self.entity_of(iri.as_ref())?;
        let mut joined: Vec<String> = Vec::new();
        for quad in self.quads(
            None,
            v::SAME_AS,
            Some(entity.as_ref().unwrap_or(&iri)),
            Some(&self.identity),
        ) {
            if let NamedOrBlankNode::NamedNode(member) = quad?.subject {
                joined.push(member.into_string());
            }
        }
        joined.extend(entity.map(NamedNode::into_string));
        Ok(joined)
    }

    fn rulings(&self, iri: &str) -> Result<Vec<(String, Ruling)>, StorageError> {
        let mut rulings = Vec::new();
        let iri = node(iri);
        for quad in self.quads(None, v::MEMBER, Some(&iri), Some(&self.identity)) {
            let NamedOrBlankNode::NamedNode(ruling) = quad?.subject else {
                continue;
            };
            let Some(verdict) = self.quads(Some(&ruling), v::VERDICT, None, Some(&self.identity)).next() else {
                continue;
            };
            let verdict = match verdict?.object {
                Term::NamedNode(same) if same.as_ref() == v::SAME => Ruling::Same,
                _ => Ruling::Different,
            };
            for quad in self.quads(Some(&ruling), v::MEMBER, None, Some(&self.identity)) {
                if let Term::NamedNode(other) = quad?.object
                    && other != iri
                {
                    rulings.push((other.into_string(), verdict));
                }
            }
        }
        Ok(rulings)
    }

    fn is_known(&self, iri: &str) -> bool {
        iri.strip_prefix(&self.folder).is_some_and(|key| !key.contains('/'))
    }

    fn is_listing(&self, iri: &str) -> bool {
        iri.strip_prefix(&self.folder)
            .is_some_and(|path| path.starts_with("listing/"))
    }

    fn is_person(&self, iri: &str) -> bool {
        iri.strip_prefix(&self.folder)
            .is_some_and(|path| path.starts_with("person/"))
    }
}

impl Store {
    /// The IRI of the entity that a document's own IRI was found to be; the same where it was joined with no other.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn entity_of(&self, iri: &str) -> Result<String, StoreError> {
        let entity = Sources::of(Quads::Store(&self.quads), &self.base).entity_of(node(iri).as_ref())?;
        Ok(entity.map_or_else(|| iri.to_owned(), NamedNode::into_string))
    }

    /// A document's graph as it was taken in: in the document's own terms, whatever its entities were joined with.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn as_read(&self, id: &str) -> Result<Vec<Quad>, StoreError> {
        let graph = self.base.document(id);
        let held = self
            .quads
            .quads_for_pattern(None, None, None, Some((&graph).into()))
            .collect::<Result<_, _>>()?;
        Ok(recover(held))
    }

    /// What speaks for and against two IRIs being one entity, with everything that hangs together with them.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn why_same(&self, a: &str, b: &str) -> Result<Case, StoreError> {
        let sources = Sources::of(Quads::Store(&self.quads), &self.base);
        let decisions = decide(&sources, [a.to_owned(), b.to_owned()])?;
        Ok(Case {
            ties: [sources.handles(a)?, sources.handles(b)?],
            documents: [sources.documents(a)?.len(), sources.documents(b)?.len()],
            rulings: sources
                .rulings(a)?
                .into_iter()
                .filter(|(other, _)| other == b)
                .map(|(_, ruling)| ruling)
                .collect(),
            decisions,
        })
    }

    /// The IRIs under which documents speak of something that goes by a name: an IRI itself or its part behind
    /// `entity/`, the lexicon's key, or the name in any script. Sorted.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn called(&self, name: &str) -> Result<Vec<String>, StoreError> {
        let sources = Sources::of(Quads::Store(&self.quads), &self.base);
        let mut called = BTreeSet::new();
        let mut candidates = vec![name.to_owned(), format!("{}{name}", sources.folder)];
        candidates.extend(crate::identity::named_iris(self.base.as_str(), name));
        for iri in candidates {
            if NamedNode::new(&iri).is_err() {
                continue;
            }
            if sources.is_used(&iri)? {
                called.insert(iri.clone());
            }
            for bearer in sources.bearers(&iri, usize::MAX)? {
                if bearer.by == Tie::Name && sources.is_used(&bearer.iri)? {
                    called.insert(bearer.iri);
                }
            }
        }
        if called.is_empty() {
            // A name of the lexicon, or one that only a label has.
            let wanted = crate::text::fold(name).to_lowercase();
            for property in [v::PREF_LABEL, v::ALT_LABEL] {
                for quad in self
                    .quads
                    .quads_for_pattern(None, Some(property), None, Some(GraphNameRef::DefaultGraph))
                {
                    let quad = quad?;
                    if let (NamedOrBlankNode::NamedNode(entity), Term::Literal(label)) = (quad.subject, quad.object)
                        && crate::text::fold(label.value()).to_lowercase() == wanted
                    {
                        called.insert(entity.into_string());
                    }
                }
            }
        }
        Ok(called.into_iter().collect())
    }

    /// All rulings, sorted.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn rulings(&self) -> Result<Vec<Ruled>, StoreError> {
        let graph = self.base.identity_graph();
        let mut rulings: BTreeMap<NamedNode, Ruled> = BTreeMap::new();
        for quad in self
            .quads
            .quads_for_pattern(None, Some(v::TYPE), Some(v::RULING.into()), Some((&graph).into()))
        {
            let NamedOrBlankNode::NamedNode(ruling) = quad?.subject else {
                continue;
            };
            let mut ruled = Ruled {
                members: Vec::new(),
                ruling: Ruling::Different,
                reason: None,
            };
            for quad in self
                .quads
                .quads_for_pattern(Some((&ruling).into()), None, None, Some((&graph).into()))
            {
                let quad = quad?;
                match (quad.predicate.as_ref(), quad.object) {
                    (v::MEMBER, Term::NamedNode(member)) => ruled.members.push(member.into_string()),
                    (v::VERDICT, Term::NamedNode(verdict)) if verdict.as_ref() == v::SAME => {
                        ruled.ruling = Ruling::Same
                    }
                    (v::COMMENT, Term::Literal(reason)) => ruled.reason = Some(reason.value().to_owned()),
                    _ => {}
                }
            }
            ruled.members.sort();
            rulings.insert(ruling, ruled);
        }
        let mut rulings: Vec<Ruled> = rulings.into_values().collect();
        rulings.sort_by(|a, b| a.members.cmp(&b.members));
        Ok(rulings)
    }

    /// Rules that two IRIs are one entity or two, or with `None` takes what was ruled back, and writes what follows.
    /// With `dry` nothing is written, but what would follow is told.
    ///
    /// The IRIs may be ones that no document uses yet. Taking a ruling back leaves the store as if it never had been.
    ///
    /// # Errors
    /// [`StoreError::Storage`], [`StoreError::Graph`] where either is no IRI.
    pub fn rule(
        &self,
        a: &str,
        b: &str,
        ruling: Option<Ruling>,
        reason: Option<&str>,
        dry: bool,
    ) -> Result<Changes, StoreError> {
        let _writing = self.writing();
        let graph = self.base.identity_graph();
        let (a, b) = (a.min(b), a.max(b));
        let about = self.pair_iri("ruling", a, b, "");
        let mut transaction = self.quads.start_transaction()?;
        let old: Vec<Quad> = transaction
            .quads_for_pattern(Some((&about).into()), None, None, Some((&graph).into()))
            .collect::<Result<_, _>>()?;
        for quad in &old {
            transaction.remove(quad);
        }
        if let Some(ruling) = ruling {
            let mut say = |property: NamedNodeRef<'_>, object: Term| {
                transaction.insert(Quad::new(about.clone(), property, object, graph.clone()).as_ref());
            };
            say(v::TYPE, v::RULING.into());
            for iri in [a, b] {
                let member = NamedNode::new(iri).map_err(|error| GraphError::Iri {
                    what: "the entity",
                    text: iri.to_owned(),
                    reason: error.to_string(),
                })?;
                say(v::MEMBER, member.into());
            }
            say(
                v::VERDICT,
                match ruling {
                    Ruling::Same => v::SAME.into(),
                    Ruling::Different => v::DIFFERENT.into(),
                },
            );
            if let Some(reason) = reason {
                say(v::COMMENT, Literal::new_simple_literal(reason).into());
            }
        }
        let changes = self.decide_about(&mut transaction, BTreeSet::from([a.to_owned(), b.to_owned()]))?;
        self.drop_if_empty(&mut transaction, &graph)?;
        if !dry {
            transaction.commit()?;
        }
        Ok(changes)
    }

    /// A document's quads in terms of what was decided so far; `None` where they are already.
    pub(super) fn in_terms_of_entities(
        &self,
        sources: &Sources<'_>,
        quads: &[Quad],
    ) -> Result<Option<Vec<Quad>>, StoreError> {
        let mut entities: BTreeMap<&str, NamedNode> = BTreeMap::new();
        for node in locals(quads) {
            if let Some(entity) = sources.entity_of(node)? {
                entities.insert(node.as_str(), entity);
            }
        }
        if entities.is_empty() {
            return Ok(None);
        }
        Ok(Some(rename(quads.to_vec(), |node| {
            entities.get(node.as_str()).cloned()
        })))
    }

    /// The entities of a document's own that may have to be decided about when it comes or goes.
    pub(super) fn undecided<'q>(quads: &'q [Quad], base: &Base) -> BTreeSet<&'q str> {
        let folder = format!("{}entity/", base.as_str());
        let mut undecided: BTreeSet<&str> = locals(quads)
            .into_iter()
            .map(|node| node.as_str())
            .filter(|iri| {
                iri.strip_prefix(&folder)
                    .is_some_and(|path| path.contains('/') && !path.starts_with("listing/"))
            })
            .collect();
        for quad in quads {
            if Tie::ALL.iter().any(|by| quad.predicate.as_ref() == v::tie(*by))
                && let (NamedOrBlankNode::NamedNode(entity), Term::NamedNode(handle)) = (&quad.subject, &quad.object)
            {
                // A handle too: where the document goes, nothing else may lead to it.
                undecided.extend([entity.as_str(), handle.as_str()]);
            }
        }
        undecided
    }

    /// Decides anew about entities and all that evidence connects with them, and writes what follows.
    pub(super) fn decide_about(
        &self,
        transaction: &mut Transaction<'_>,
        entities: BTreeSet<String>,
    ) -> Result<Changes, StoreError> {
        let mut changes = Changes::default();
        let mut round = entities;
        let mut last: BTreeMap<String, String> = BTreeMap::new();
        while !round.is_empty() {
            let decisions = decide(&Sources::new(transaction, &self.base), round)?;
            let moved = self.write_decisions(transaction, &decisions)?;
            let mut graphs = BTreeSet::new();
            let mut people = BTreeSet::new();
            for (iri, before, now) in &moved {
                let sources = Sources::new(transaction, &self.base);
                graphs.extend(sources.graphs(&node(iri))?);
                // People are told apart by their bodies: where those became one or two, so may they.
                for body in [iri, before, now] {
                    for quad in sources.quads(None, v::AT, Some(&node(body)), None) {
                        if let NamedOrBlankNode::NamedNode(person) = quad?.subject {
                            people.insert(person.into_string());
                        }
                    }
                }
            }
            for graph in graphs {
                let held: Vec<Quad> = transaction
                    .quads_for_pattern(None, None, None, Some((&graph).into()))
                    .collect::<Result<_, _>>()?;
                let own = recover(held);
                let new = self.in_terms_of_entities(&Sources::new(transaction, &self.base), &own)?;
                self.replace(transaction, &graph, new.as_deref().unwrap_or(&own))?;
                changes.documents.extend(self.base.document_id(graph.as_str()));
            }
            for (iri, before, now) in moved {
                last.entry(iri.clone()).or_insert(before);
                changes.moved.retain(|(known, _, _)| *known != iri);
                let first = last[&iri].clone();
                if first != now {
                    changes.moved.push((iri, first, now));
                }
            }
            round = people;
        }
        changes.moved.sort();
        Ok(changes)
    }

    /// Brings the graph of decisions into line, as far as it speaks of the IRIs that were looked at. Returns those that
    /// go to another entity than before.
    fn write_decisions(
        &self,
        transaction: &mut Transaction<'_>,
        decisions: &Decisions,
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        let graph = self.base.identity_graph();
        let mut held: BTreeSet<String> = BTreeSet::new();
        let mut old: Vec<Quad> = Vec::new();
        let mut moved = Vec::new();
        for iri in &decisions.seen {
            let entity = node(iri);
            let sources = Sources::new(transaction, &self.base);
            let before = sources.entity_of(entity.as_ref())?.map(NamedNode::into_string);
            let now = decisions.same.get(iri);
            if before.as_ref() != now {
                moved.push((
                    iri.clone(),
                    before.clone().unwrap_or_else(|| iri.clone()),
                    now.unwrap_or(iri).clone(),
                ));
            }
            for quad in sources.quads(Some(&entity), v::SAME_AS, None, Some(&graph)) {
                old.push(quad?);
            }
            for quad in sources.quads(None, v::MEMBER, Some(&entity), Some(&graph)) {
                let NamedOrBlankNode::NamedNode(join) = quad?.subject else {
                    continue;
                };
                let is_join = sources.quads(Some(&join), v::RULE, None, Some(&graph)).next().is_some();
                if is_join && held.insert(join.as_str().to_owned()) {
                    for quad in transaction.quads_for_pattern(Some((&join).into()), None, None, Some((&graph).into())) {
                        old.push(quad?);
                    }
                }
            }
        }
        let new = self.decision_quads(decisions);
        let (old_set, new_set): (BTreeSet<String>, BTreeSet<String>) = (
            old.iter().map(Quad::to_string).collect(),
            new.iter().map(Quad::to_string).collect(),
        );
        for quad in old.iter().filter(|quad| !new_set.contains(&quad.to_string())) {
            transaction.remove(quad);
        }
        for quad in new.iter().filter(|quad| !old_set.contains(&quad.to_string())) {
            transaction.insert(quad);
        }
        self.drop_if_empty(transaction, &graph)?;
        Ok(moved)
    }

    /// A graph without quads is none, as if it never had been.
    fn drop_if_empty(&self, transaction: &mut Transaction<'_>, graph: &NamedNode) -> Result<(), StoreError> {
        if transaction
            .quads_for_pattern(None, None, None, Some(graph.into()))
            .next()
            .is_none()
            && transaction.contains_named_graph(graph)?
        {
            transaction.remove_named_graph(graph)?;
        }
        Ok(())
    }

    /// The quads that the graph of decisions should have about these IRIs.
    pub(super) fn decided(&self, seeds: BTreeSet<String>) -> Result<Vec<Quad>, StoreError> {
        let decisions = decide(&Sources::of(Quads::Store(&self.quads), &self.base), seeds)?;
        Ok(self.decision_quads(&decisions))
    }

    /// Decisions as quads of the graph of identity.
    fn decision_quads(&self, decisions: &Decisions) -> Vec<Quad> {
        let graph = self.base.identity_graph();
        let mut quads = Vec::new();
        for (iri, entity) in &decisions.same {
            quads.push(Quad::new(node(iri), v::SAME_AS, node(entity), graph.clone()));
        }
        for join in &decisions.joins {
            let Join { a, b, rule, documents } = join;
            if *rule == crate::identity::Rule::Ruled {
                continue;
            }
            let about = self.pair_iri("join", a, b, rule.name());
            let mut say = |property: NamedNodeRef<'_>, object: Term| {
                quads.push(Quad::new(about.clone(), property, object, graph.clone()));
            };
            say(v::TYPE, v::JOIN.into());
            say(v::MEMBER, node(a).into());
            say(v::MEMBER, node(b).into());
            say(v::RULE, Literal::new_simple_literal(rule.name()).into());
            say(v::SCORE, graph::score_literal(rule.score()).into());
            for document in documents {
                say(v::WAS_DERIVED_FROM, self.base.document(document).into());
            }
        }
        quads
    }

    /// The IRI of what is said about two IRIs.
    fn pair_iri(&self, what: &str, a: &str, b: &str, detail: &str) -> NamedNode {
        let digest = Sha256::digest(format!("{a}\n{b}\n{detail}"));
        let mut iri = format!("{}{what}/", self.base.as_str());
        for byte in digest.iter().take(10) {
            // Writing to a string can't fail.
            let _ = write!(iri, "{byte:02x}");
        }
        NamedNode::new_unchecked(iri)
    }
}
