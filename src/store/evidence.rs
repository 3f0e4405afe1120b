//! What the store's documents say about who is who, as [`crate::identity::decide()`] asks for it.

use crate::graph::{Base, vocabulary as v};
use crate::identity::{Evidence, Ruling, Tie, Witness};
use oxigraph::model::{
    GraphName, GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, NamedOrBlankNodeRef, Quad, Term,
};
use oxigraph::store::{QuadIter, StorageError, Transaction};
use std::collections::BTreeSet;

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
    pub(super) folder: String,
}

impl<'t> Sources<'t> {
    pub(super) fn new(transaction: &'t Transaction<'_>, base: &'t Base) -> Sources<'t> {
        Sources::of(Quads::Transaction(transaction), base)
    }

    pub(super) fn of(quads: Quads<'t>, base: &'t Base) -> Sources<'t> {
        Sources {
            quads,
            base,
            identity: base.identity_graph(),
            folder: format!("{}entity/", base.as_str()),
        }
    }

    pub(super) fn quads(
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
    pub(super) fn graphs(&self, node: &NamedNode) -> Result<BTreeSet<NamedNode>, StorageError> {
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

pub(super) fn node(iri: &str) -> NamedNode {
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
