use super::{Store, StoreError};
use crate::graph::Knowledge;
use oxigraph::model::{GraphNameRef, NamedOrBlankNode, Quad};
use std::collections::HashSet;

/// How the default graph differs from what the named graphs imply. Sound stores have none.
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

impl Store {
    /// Derives the default graph anew from the named graphs and compares. Holds both in memory.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn verify(&self) -> Result<Difference, StoreError> {
        let mut knowledge = Knowledge::new(self.base.clone());
        for graph in self.quads.named_graphs() {
            let NamedOrBlankNode::NamedNode(graph) = graph? else {
                continue;
            };
            let quads: Vec<Quad> = self
                .quads
                .quads_for_pattern(None, None, None, Some((&graph).into()))
                .collect::<Result<_, _>>()?;
            knowledge.add(&quads);
        }
        let implied: HashSet<Quad> = knowledge.into_quads().into_iter().collect();
        let mut difference = Difference::default();
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
        difference.missing = implied.difference(&held).cloned().collect();
        difference.missing.sort_by_cached_key(Quad::to_string);
        difference.surplus.sort_by_cached_key(Quad::to_string);
        Ok(difference)
    }
}
