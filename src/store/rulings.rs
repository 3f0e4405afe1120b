//! What a user asks and rules about who is who.

use super::evidence::{Quads, Sources, node};
use super::who::Changes;
use super::{Store, StoreError};
use crate::graph::{GraphError, recover, vocabulary as v};
use crate::identity::{Decisions, Evidence, Ruling, Tie, Witness, decide};
use oxigraph::model::{GraphNameRef, Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use std::collections::{BTreeMap, BTreeSet};

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
}
