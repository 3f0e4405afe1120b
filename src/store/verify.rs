use super::{Store, StoreError};
use crate::graph::{Knowledge, recover, rename, vocabulary};
use oxigraph::model::{GraphNameRef, NamedNode, NamedOrBlankNode, Quad};
use std::collections::{BTreeSet, HashSet};

/// How the default graph differs from what the named graphs imply, and how the decisions about who is who and the
/// documents' graphs differ from what the documents' evidence leads to. Sound stores have none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Implied, but not there.
    pub missing: Vec<Quad>,
    /// There, but not implied.
    pub surplus: Vec<Quad>,
}

impl Difference {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        self.missing.is_empty() && self.surplus.is_empty()
    }
}

impl Difference {
    fn compare(&mut self, should: &[Quad], is: &[Quad]) {
        let (should, is): (HashSet<&Quad>, HashSet<&Quad>) = (should.iter().collect(), is.iter().collect());
        self.missing.extend(should.difference(&is).map(|quad| (*quad).clone()));
        self.surplus.extend(is.difference(&should).map(|quad| (*quad).clone()));
    }
}

impl Store {
    /// Derives the default graph anew from the named graphs, decides anew about who is who, and compares. Holds both in
    /// memory.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn verify(&self) -> Result<Difference, StoreError> {
        let mut difference = Difference::default();
        let mut knowledge = Knowledge::new(self.base.clone());
        let mut seeds = BTreeSet::new();
        for graph in self.quads.named_graphs() {
            let NamedOrBlankNode::NamedNode(graph) = graph? else {
                continue;
            };
            let quads: Vec<Quad> = self
                .quads
                .quads_for_pattern(None, None, None, Some((&graph).into()))
                .collect::<Result<_, _>>()?;
            knowledge.add(&quads);
            if self.base.document_id(graph.as_str()).is_some() {
                let own = recover(quads.clone());
                seeds.extend(Store::undecided(&own, &self.base).into_iter().map(str::to_owned));
                let renamed = rename(own, |node| match self.entity_of(node.as_str()) {
                    Ok(entity) if entity != node.as_str() => Some(NamedNode::new_unchecked(entity)),
                    _ => None,
                });
                difference.compare(&renamed, &quads);
            }
        }
        let graph = self.base.identity_graph();
        let held: Vec<Quad> = self
            .quads
            .quads_for_pattern(None, None, None, Some((&graph).into()))
            .collect::<Result<_, _>>()?;
        let rulings: HashSet<NamedOrBlankNode> = held
            .iter()
            .filter(|quad| quad.predicate.as_ref() == vocabulary::VERDICT)
            .map(|quad| quad.subject.clone())
            .collect();
        let held: Vec<Quad> = held
            .into_iter()
            .filter(|quad| !rulings.contains(&quad.subject))
            .collect();
        for ruled in self.rulings()? {
            seeds.extend(ruled.members);
        }
        difference.compare(&self.decided(seeds)?, &held);
        let implied: HashSet<Quad> = knowledge.into_quads().into_iter().collect();
        let mut held = HashSet::new();
        for quad in self
            .quads
            .quads_for_pattern(None, None, None, Some(GraphNameRef::DefaultGraph))
        {
            let quad = quad?;
            if implied.contains(&quad) {
                held.insert(quad);
            } else {
                difference.surplus.push(quad);
            }
        }
        difference.missing.extend(implied.difference(&held).cloned());
        difference.missing.sort_by_cached_key(Quad::to_string);
        difference.surplus.sort_by_cached_key(Quad::to_string);
        Ok(difference)
    }
}
