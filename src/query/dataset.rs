//! The store as evaluation sees it while it is watched.

use super::guard;
use oxigraph::model::{GraphNameRef, NamedOrBlankNodeRef, Term};
use oxigraph::store::{StorageError, Store};
use rustc_hash::FxHashMap;
use spareval::{InternalQuad, QueryableDataset};
use std::cell::RefCell;
use std::rc::Rc;

/// A term of one query, by number. Cloning it is what evaluation does all the time, and so what it is stopped at.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Id(u32);

impl Clone for Id {
    #[inline]
    fn clone(&self) -> Self {
        guard::tick();
        Id(self.0)
    }
}

/// The terms that a query has met.
#[derive(Default)]
struct Terms {
    by_id: Vec<Rc<Term>>,
    ids: FxHashMap<Rc<Term>, u32>,
}

impl Terms {
    fn id(&mut self, term: Term) -> Id {
        if let Some(id) = self.ids.get(&term) {
            return Id(*id);
        }
        // Memory ends long before numbers do.
        let id = u32::try_from(self.by_id.len()).unwrap_or(u32::MAX);
        let term = Rc::new(term);
        self.by_id.push(term.clone());
        self.ids.insert(term, id);
        Id(id)
    }
}

/// The quads of a store, scanned under the limits of the thread ([`guard::within`]).
#[derive(Clone)]
pub(super) struct Watched {
    quads: Store,
    terms: Rc<RefCell<Terms>>,
}

impl Watched {
    pub(super) fn new(quads: &Store) -> Self {
        Watched {
            quads: quads.clone(),
            terms: Rc::default(),
        }
    }

    fn term(&self, id: &Id) -> Rc<Term> {
        self.terms.borrow().by_id[id.0 as usize].clone()
    }
}

/// Nothing is found by a term that can't stand there.
fn subject(term: &Term) -> Option<NamedOrBlankNodeRef<'_>> {
    match term {
        Term::NamedNode(node) => Some(node.into()),
        Term::BlankNode(node) => Some(node.into()),
        _ => None,
    }
}

impl<'a> QueryableDataset<'a> for Watched {
    type InternalTerm = Id;
    type Error = StorageError;

    fn internal_quads_for_pattern(
        &self,
        subject_id: Option<&Id>,
        predicate_id: Option<&Id>,
        object_id: Option<&Id>,
        graph_id: Option<Option<&Id>>,
    ) -> impl Iterator<Item = Result<InternalQuad<Id>, StorageError>> + use<'a> {
        guard::tick();
        let terms = self.terms.clone();
        let [s, p, o] = [subject_id, predicate_id, object_id].map(|id| id.map(|id| self.term(id)));
        let g = graph_id.map(|graph| graph.map(|id| self.term(id)));
        // What a quad has in a place that was asked for is known already.
        let [known_s, known_p, known_o] = [subject_id, predicate_id, object_id].map(|id| id.map(|id| id.0));
        let known_g = graph_id.flatten().map(|id| id.0);
        let possible = s.as_ref().is_none_or(|term| subject(term).is_some())
            && p.as_ref().is_none_or(|term| matches!(**term, Term::NamedNode(_)))
            && g.as_ref()
                .and_then(Option::as_ref)
                .is_none_or(|term| subject(term).is_some());
        let scan = possible.then(|| {
            self.quads.quads_for_pattern(
                s.as_deref().and_then(subject),
                p.as_deref().and_then(|term| match term {
                    Term::NamedNode(node) => Some(node.into()),
                    _ => None,
                }),
                o.as_deref().map(Term::as_ref),
                g.as_ref().map(|graph| match graph.as_deref().and_then(subject) {
                    Some(NamedOrBlankNodeRef::NamedNode(node)) => GraphNameRef::NamedNode(node),
                    Some(NamedOrBlankNodeRef::BlankNode(node)) => GraphNameRef::BlankNode(node),
                    None => GraphNameRef::DefaultGraph,
                }),
            )
        });
        let any_graph = graph_id.is_none();
        scan.into_iter().flatten().filter_map(move |quad| {
            guard::tick();
            let quad = match quad {
                Ok(quad) => quad,
                Err(error) => return Some(Err(error)),
            };
            if any_graph && quad.graph_name.is_default_graph() {
                return None;
            }
            let mut terms = terms.borrow_mut();
            Some(Ok(InternalQuad {
                subject: known_s.map_or_else(|| terms.id(quad.subject.into()), Id),
                predicate: known_p.map_or_else(|| terms.id(quad.predicate.into()), Id),
                object: known_o.map_or_else(|| terms.id(quad.object), Id),
                graph_name: match (known_g, quad.graph_name) {
                    (Some(id), _) => Some(Id(id)),
                    (None, oxigraph::model::GraphName::DefaultGraph) => None,
                    (None, oxigraph::model::GraphName::NamedNode(node)) => Some(terms.id(node.into())),
                    (None, oxigraph::model::GraphName::BlankNode(node)) => Some(terms.id(node.into())),
                },
            }))
        })
    }

    fn internal_named_graphs(&self) -> impl Iterator<Item = Result<Id, StorageError>> + use<'a> {
        let terms = self.terms.clone();
        self.quads.named_graphs().map(move |graph| {
            guard::tick();
            Ok(terms.borrow_mut().id(graph?.into()))
        })
    }

    fn contains_internal_graph_name(&self, graph: &Id) -> Result<bool, StorageError> {
        match subject(&self.term(graph)) {
            Some(graph) => self.quads.contains_named_graph(graph),
            None => Ok(false),
        }
    }

    fn internalize_term(&self, term: Term) -> Result<Id, StorageError> {
        match &term {
            Term::Literal(literal) => guard::made(literal.value().len()),
            _ => guard::tick(),
        }
        Ok(self.terms.borrow_mut().id(term))
    }

    fn externalize_term(&self, id: Id) -> Result<Term, StorageError> {
        guard::tick();
        Ok((*self.term(&id)).clone())
    }
}
