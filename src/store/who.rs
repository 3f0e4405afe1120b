//! Who is who: what was decided about the documents' entities, in the graph `graph/identity`.
//!
//! Documents' graphs are kept in terms of those decisions ([`crate::graph::rename`]). Whenever a document comes or goes,
//! the entities that it names, and all that evidence connects with them, are decided about anew
//! ([`crate::identity::decide()`]), and the graphs of the documents that speak of those for which the outcome changed are
//! written anew. So the store stays a function of the documents in it and of what the user ruled.

use super::evidence::{Quads, Sources, node};
use super::{Store, StoreError};
use crate::graph::{self, Base, locals, recover, rename, vocabulary as v};
use crate::identity::{Decisions, Join, Tie, decide};
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use oxigraph::store::Transaction;
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

impl Store {
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
    pub(super) fn drop_if_empty(&self, transaction: &mut Transaction<'_>, graph: &NamedNode) -> Result<(), StoreError> {
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
    pub(super) fn pair_iri(&self, what: &str, a: &str, b: &str, detail: &str) -> NamedNode {
        let digest = Sha256::digest(format!("{a}\n{b}\n{detail}"));
        let mut iri = format!("{}{what}/", self.base.as_str());
        for byte in digest.iter().take(10) {
            // Writing to a string can't fail.
            let _ = write!(iri, "{byte:02x}");
        }
        NamedNode::new_unchecked(iri)
    }
}
