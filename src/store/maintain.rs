//! Keeps the default graph equal to what the named graphs imply.

use super::evidence::Sources;
use super::{Store, StoreError};
use crate::graph::{self, Implied, Name, implied, names_to_triples, recover, vocabulary as v};
use oxigraph::model::{
    GraphName, GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term, TermRef, Triple,
};
use oxigraph::store::{StorageError, Transaction};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Marks an entity in the journal whose names are to be settled.
pub(super) const UNSETTLED: NamedNodeRef<'static> =
    NamedNodeRef::new_unchecked("https://w3id.org/jingwei/ns#unsettled");
/// Marks one that is to be decided about.
pub(super) const UNDECIDED: NamedNodeRef<'static> =
    NamedNodeRef::new_unchecked("https://w3id.org/jingwei/ns#undecided");

impl Store {
    /// Makes `new`, which is in the document's own terms, the content of its graph. Empty means removing the graph.
    /// Returns the entities that are to be decided about before the transaction is committed.
    pub(super) fn put_document(
        &self,
        transaction: &mut Transaction<'_>,
        document: &NamedNode,
        new: &[Quad],
    ) -> Result<BTreeSet<String>, StoreError> {
        let held: Vec<Quad> = transaction
            .quads_for_pattern(None, None, None, Some(document.into()))
            .collect::<Result<_, _>>()?;
        let held = recover(held);
        let mut undecided = Store::undecided(&held, &self.base);
        undecided.extend(Store::undecided(new, &self.base));
        let undecided = undecided.into_iter().map(str::to_owned).collect();
        let renamed = self.in_terms_of_entities(&Sources::new(transaction, &self.base), new)?;
        self.replace(transaction, document, renamed.as_deref().unwrap_or(new))?;
        Ok(undecided)
    }

    /// Makes `new` the content of a document's graph, within a transaction. Empty means removing the graph.
    pub(super) fn replace(
        &self,
        transaction: &mut Transaction<'_>,
        document: &NamedNode,
        new: &[Quad],
    ) -> Result<(), StoreError> {
        let old: Vec<Quad> = transaction
            .quads_for_pattern(None, None, None, Some(document.into()))
            .collect::<Result<_, _>>()?;
        let before = implied(&old, &self.base);
        let after = implied(new, &self.base);
        self.changes.document(document);
        for entity in entities(&before).union(&entities(&after)) {
            self.changes.entity(entity);
        }

        let kept: HashSet<&Quad> = new.iter().collect();
        for quad in old.iter().filter(|quad| !kept.contains(quad)) {
            transaction.remove(quad);
        }
        let held: HashSet<&Quad> = old.iter().collect();
        transaction.extend(new.iter().filter(|quad| !held.contains(quad)));
        if new.is_empty() && !old.is_empty() {
            transaction.remove_named_graph(document)?;
        }

        let mut names = NamesToSettle::default();
        for entity in entities(&before).difference(&entities(&after)) {
            self.forget_background(transaction, entity, &mut names)?;
        }
        for triple in &after.triples {
            transaction.insert(triple.as_ref().in_graph(GraphNameRef::DefaultGraph));
        }
        self.retract(transaction, &before, &after)?;
        for entity in entities(&after).difference(&entities(&before)) {
            self.recall_background(transaction, entity, &mut names)?;
        }
        let (before, after): (HashSet<Name>, HashSet<Name>) =
            (before.names.into_iter().collect(), after.names.into_iter().collect());
        for name in before.symmetric_difference(&after) {
            names.note(name);
        }
        for (entity, labels) in names.0 {
            self.settle_names(transaction, &entity, labels)?;
        }
        Ok(())
    }

    /// Deletes what `before` implied, `after` doesn't, and no graph implies any more. The document's graph must hold
    /// its new content already.
    fn retract(&self, transaction: &mut Transaction<'_>, before: &Implied, after: &Implied) -> Result<(), StoreError> {
        let still: HashSet<&Triple> = after.triples.iter().collect();
        let gone: HashSet<&Triple> = before.triples.iter().filter(|triple| !still.contains(triple)).collect();
        // A quantity lives as long as anything refers to it, so that facts go first.
        let (quantities, facts): (Vec<&Triple>, Vec<&Triple>) =
            gone.into_iter().partition(|triple| self.quantity(triple).is_some());
        for triple in facts {
            if !is_implied(transaction, triple)? {
                transaction.remove(triple.as_ref().in_graph(GraphNameRef::DefaultGraph));
            }
        }
        for triple in quantities {
            let Some(node) = self.quantity(triple) else {
                continue;
            };
            if !exists(transaction, None, None, Some(node.into()), None)? {
                transaction.remove(triple.as_ref().in_graph(GraphNameRef::DefaultGraph));
            }
        }
        Ok(())
    }

    fn quantity<'t>(&self, triple: &'t Triple) -> Option<NamedNodeRef<'t>> {
        match &triple.subject {
            NamedOrBlankNode::NamedNode(node) if graph::Quantity::from_iri(node.as_str(), &self.base).is_some() => {
                Some(node.as_ref())
            }
            _ => None,
        }
    }

    /// Puts what the background knows about an entity that is now mentioned into the lexicon's graph.
    pub(super) fn recall_background(
        &self,
        transaction: &mut Transaction<'_>,
        entity: &NamedNode,
        names: &mut NamesToSettle,
    ) -> Result<(), StoreError> {
        let lexicon = self.base.lexicon_graph();
        let known = self.background_quads(entity)?;
        if known.is_empty() || exists(transaction, Some(entity.as_ref()), None, None, Some(&lexicon))? {
            return Ok(());
        }
        let implied = implied(&known, &self.base);
        self.changes.entity(entity);
        transaction.extend(&known);
        for triple in &implied.triples {
            transaction.insert(triple.as_ref().in_graph(GraphNameRef::DefaultGraph));
        }
        for name in &implied.names {
            names.note(name);
        }
        Ok(())
    }

    /// Takes an entity's background out again, unless a document still mentions the entity.
    fn forget_background(
        &self,
        transaction: &mut Transaction<'_>,
        entity: &NamedNode,
        names: &mut NamesToSettle,
    ) -> Result<(), StoreError> {
        if self.is_mentioned(transaction, entity)? {
            return Ok(());
        }
        self.drop_background(transaction, entity, names)
    }

    /// Whether a document's graph types the entity.
    fn is_mentioned(&self, transaction: &Transaction<'_>, entity: &NamedNode) -> Result<bool, StoreError> {
        let lexicon = GraphName::NamedNode(self.base.lexicon_graph());
        for quad in transaction.quads_for_pattern(Some(entity.into()), Some(v::TYPE), None, None) {
            let graph = quad?.graph_name;
            if graph != GraphName::DefaultGraph && graph != lexicon {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Deletes an entity's quads of the lexicon's graph and what only they implied.
    pub(super) fn drop_background(
        &self,
        transaction: &mut Transaction<'_>,
        entity: &NamedNode,
        names: &mut NamesToSettle,
    ) -> Result<(), StoreError> {
        let lexicon = self.base.lexicon_graph();
        let known: Vec<Quad> = transaction
            .quads_for_pattern(Some(entity.into()), None, None, Some((&lexicon).into()))
            .collect::<Result<_, _>>()?;
        if known.is_empty() {
            return Ok(());
        }
        self.changes.entity(entity);
        for quad in &known {
            transaction.remove(quad);
        }
        let before = implied(&known, &self.base);
        self.retract(transaction, &before, &Implied::default())?;
        for name in &before.names {
            names.note(name);
        }
        Ok(())
    }

    /// What the background says about an entity, as quads of the lexicon's graph.
    pub(super) fn background_quads(&self, entity: &NamedNode) -> Result<Vec<Quad>, StoreError> {
        match self
            .background
            .as_ref()
            .and_then(|background| background.entity(entity.as_str()))
        {
            Some(known) => Ok(graph::lexicon_quads(&known, &self.base)?),
            None => Ok(Vec::new()),
        }
    }

    /// Brings an entity's names in the default graph into line with the named graphs. `labels` are the names that
    /// came or went; together with those that the default graph has they are all there can be.
    pub(super) fn settle_names(
        &self,
        transaction: &mut Transaction<'_>,
        entity: &NamedNode,
        mut labels: HashSet<(String, String)>,
    ) -> Result<(), StoreError> {
        let current = names_in(transaction, entity, GraphNameRef::DefaultGraph)?;
        labels.extend(current.iter().map(|name| language_and_text(&name.label)));
        let lexicon = self.base.lexicon_graph();
        let known = names_in(transaction, entity, (&lexicon).into())?;
        let lexicon = GraphName::NamedNode(lexicon);
        let mut stated = Vec::new();
        for (language, text) in labels {
            for preferred in [true, false] {
                let triple = graph::name_triple(entity, preferred, &language, &text);
                for quad in transaction.quads_for_pattern(
                    Some(entity.into()),
                    Some(triple.predicate.as_ref()),
                    Some(triple.object.as_ref()),
                    None,
                ) {
                    let graph = quad?.graph_name;
                    if graph != GraphName::DefaultGraph && graph != lexicon {
                        if let Term::Literal(label) = triple.object {
                            stated.push(Name {
                                entity: entity.clone(),
                                label,
                                preferred,
                            });
                        }
                        break;
                    }
                }
            }
        }
        let wanted = names_to_triples(&known, &stated);
        self.changes.entity(entity);
        let held: BTreeSet<(bool, String, String)> = current
            .iter()
            .map(|name| {
                let (language, text) = language_and_text(&name.label);
                (name.preferred, language, text)
            })
            .collect();
        for (preferred, language, text) in held.difference(&wanted) {
            let triple = graph::name_triple(entity, *preferred, language, text);
            transaction.remove(triple.as_ref().in_graph(GraphNameRef::DefaultGraph));
        }
        for (preferred, language, text) in wanted.difference(&held) {
            let triple = graph::name_triple(entity, *preferred, language, text);
            transaction.insert(triple.as_ref().in_graph(GraphNameRef::DefaultGraph));
        }
        Ok(())
    }

    /// Settles what a bulk load that was cut off left in the journal.
    #[cfg(feature = "disk")]
    pub(super) fn settle_leftovers(&self) -> Result<(), StoreError> {
        let _writing = self.writing();
        let journal = self.journal();
        if !self.quads.contains_named_graph(&journal)? {
            return Ok(());
        }
        let mut transaction = self.quads.start_transaction()?;
        let noted: Vec<Quad> = transaction
            .quads_for_pattern(None, None, None, Some((&journal).into()))
            .collect::<Result<_, _>>()?;
        let mut undecided = BTreeSet::new();
        for quad in noted {
            let NamedOrBlankNode::NamedNode(entity) = quad.subject else {
                continue;
            };
            if quad.predicate.as_ref() == UNDECIDED {
                undecided.insert(entity.into_string());
                continue;
            }
            let mut labels = HashSet::new();
            for property in [v::PREF_LABEL, v::ALT_LABEL] {
                for quad in transaction.quads_for_pattern(Some((&entity).into()), Some(property), None, None) {
                    if let Term::Literal(label) = quad?.object {
                        labels.insert(language_and_text(&label));
                    }
                }
            }
            self.settle_names(&mut transaction, &entity, labels)?;
        }
        self.decide_about(&mut transaction, undecided)?;
        transaction.remove_named_graph(&journal)?;
        transaction.commit()?;
        Ok(())
    }
}

/// Entities whose names changed, with the names that came or went as language and text.
#[derive(Default)]
pub(super) struct NamesToSettle(pub(super) HashMap<NamedNode, HashSet<(String, String)>>);

impl NamesToSettle {
    pub(super) fn note(&mut self, name: &Name) {
        self.0
            .entry(name.entity.clone())
            .or_default()
            .insert(language_and_text(&name.label));
    }
}

pub(super) fn language_and_text(label: &oxigraph::model::Literal) -> (String, String) {
    (label.language().unwrap_or("").to_owned(), label.value().to_owned())
}

/// The entities that a graph types.
pub(super) fn entities(implied: &Implied) -> BTreeSet<NamedNode> {
    implied
        .triples
        .iter()
        .filter(|triple| triple.predicate.as_ref() == v::TYPE)
        .filter_map(|triple| match (&triple.subject, &triple.object) {
            (NamedOrBlankNode::NamedNode(node), Term::NamedNode(class)) if v::entity_type(class.as_str()).is_some() => {
                Some(node.clone())
            }
            _ => None,
        })
        .collect()
}

/// An entity's names in one graph.
fn names_in(
    transaction: &Transaction<'_>,
    entity: &NamedNode,
    graph: GraphNameRef<'_>,
) -> Result<Vec<Name>, StorageError> {
    let mut names = Vec::new();
    for (property, preferred) in [(v::PREF_LABEL, true), (v::ALT_LABEL, false)] {
        for quad in transaction.quads_for_pattern(Some(entity.into()), Some(property), None, Some(graph)) {
            if let Term::Literal(label) = quad?.object {
                names.push(Name {
                    entity: entity.clone(),
                    label,
                    preferred,
                });
            }
        }
    }
    Ok(names)
}

/// Whether a named graph implies a triple of the default graph (other than a name or a quantity's content).
fn is_implied(transaction: &Transaction<'_>, triple: &Triple) -> Result<bool, StorageError> {
    let (NamedOrBlankNode::NamedNode(subject), predicate, object) =
        (&triple.subject, &triple.predicate, &triple.object)
    else {
        return Ok(false);
    };
    if matches!(
        predicate.as_ref(),
        v::TYPE | v::SAME_AS | v::TICKER_SYMBOL | v::LEI_CODE | v::ISIN
    ) {
        for quad in transaction.quads_for_pattern(
            Some(subject.into()),
            Some(predicate.as_ref()),
            Some(object.as_ref()),
            None,
        ) {
            if quad?.graph_name != GraphName::DefaultGraph {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    // Claims with this subject and claims with this object are looked at in turn: the shorter list decides how long
    // it takes, and a subject or object that everybody writes about costs nothing.
    let mut by_subject = transaction.quads_for_pattern(None, Some(v::SUBJECT), Some(subject.into()), None);
    let mut by_object = transaction.quads_for_pattern(None, Some(v::OBJECT), Some(object.as_ref()), None);
    loop {
        for claims in [&mut by_subject, &mut by_object] {
            let Some(claim) = claims.next() else {
                return Ok(false);
            };
            let claim = claim?;
            if claim_implies(transaction, &claim, subject, predicate, object)? {
                return Ok(true);
            }
        }
    }
}

fn claim_implies(
    transaction: &Transaction<'_>,
    claim: &Quad,
    subject: &NamedNode,
    predicate: &NamedNode,
    object: &Term,
) -> Result<bool, StorageError> {
    let has = |property: NamedNodeRef<'_>, value: TermRef<'_>| {
        transaction.contains(oxigraph::model::QuadRef::new(
            &claim.subject,
            property,
            value,
            &claim.graph_name,
        ))
    };
    Ok(has(v::OBJECT, object.as_ref())?
        && has(v::SUBJECT, subject.into())?
        && has(v::PREDICATE, predicate.into())?
        && has(v::STATUS, v::status(crate::claim::Status::Asserted).into())?
        && !has(v::POSITION_STATUS, v::FORMER.into())?)
}

pub(super) fn exists(
    transaction: &Transaction<'_>,
    subject: Option<NamedNodeRef<'_>>,
    predicate: Option<NamedNodeRef<'_>>,
    object: Option<TermRef<'_>>,
    graph: Option<&NamedNode>,
) -> Result<bool, StorageError> {
    Ok(transaction
        .quads_for_pattern(subject.map(Into::into), predicate, object, graph.map(Into::into))
        .next()
        .transpose()?
        .is_some())
}
