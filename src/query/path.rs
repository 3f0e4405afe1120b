//! How are two entities connected? The shortest ways through asserted facts, each step with what states it.

use crate::claim::{Predicate, Status};
use crate::graph::vocabulary as v;
use crate::store::{ClaimFilter, Store, StoreError, StoredClaim};
use oxigraph::model::{GraphNameRef, NamedNode, NamedOrBlankNode, Term};
use std::collections::{BTreeMap, BTreeSet};

/// Entities that are looked at before the search gives up.
const LOOKED_AT: usize = 500_000;

/// One fact on the way.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// IRI of the entity that the step comes from
    pub from: String,
    /// IRI of the one that it leads to
    pub to: String,
    pub predicate: Predicate,
    /// Whether `from` is the fact's subject
    pub forward: bool,
    /// What states it, the surest first
    pub evidence: Vec<StoredClaim>,
}

/// Why there is no way.
#[derive(Debug, thiserror::Error)]
pub enum PathError {
    /// The search grew beyond all bounds.
    #[error("more than {LOOKED_AT} entities lie between them; ask for fewer --hops")]
    TooFar,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A fact between two entities, seen from one of them: the other, the predicate, and whether the first is the subject.
type Edge = (String, Predicate, bool);

/// The shortest ways from one entity to another over at most `hops` facts, `limit` of them at most, in order of the
/// entities that they pass. Empty where there is none.
///
/// # Errors
/// [`PathError`].
pub fn paths(store: &Store, from: &str, to: &str, hops: usize, limit: usize) -> Result<Vec<Vec<Step>>, PathError> {
    // Breadth first from the start; of each entity that is reached, all facts by which it is reached soonest.
    let mut reached: BTreeMap<String, usize> = BTreeMap::from([(from.to_owned(), 0)]);
    let mut sources: BTreeMap<String, BTreeSet<Edge>> = BTreeMap::new();
    let mut layer: BTreeSet<String> = BTreeSet::from([from.to_owned()]);
    for depth in 1..=hops {
        if reached.contains_key(to) || layer.is_empty() {
            break;
        }
        let mut next = BTreeSet::new();
        for entity in &layer {
            for (other, predicate, forward) in edges(store, entity)? {
                if *reached.entry(other.clone()).or_insert(depth) == depth {
                    sources
                        .entry(other.clone())
                        .or_default()
                        .insert((entity.clone(), predicate, forward));
                    next.insert(other);
                }
            }
        }
        if reached.len() > LOOKED_AT {
            return Err(PathError::TooFar);
        }
        layer = next;
    }
    // And back, one way after the other.
    let mut ways: Vec<Vec<Step>> = Vec::new();
    let mut open: Vec<(String, Vec<(String, Edge)>)> = vec![(to.to_owned(), Vec::new())];
    while let Some((entity, tail)) = open.pop() {
        if entity == from {
            if !tail.is_empty() {
                ways.push(steps(store, from, &tail)?);
            }
            if ways.len() == limit {
                break;
            }
            continue;
        }
        for (source, predicate, forward) in sources.get(&entity).into_iter().flatten().rev() {
            let mut tail = tail.clone();
            tail.push((entity.clone(), (source.clone(), *predicate, *forward)));
            open.push((source.clone(), tail));
        }
    }
    Ok(ways)
}

fn steps(store: &Store, from: &str, tail: &[(String, Edge)]) -> Result<Vec<Step>, PathError> {
    let mut at = from.to_owned();
    let mut steps = Vec::with_capacity(tail.len());
    for (to, (source, predicate, forward)) in tail.iter().rev() {
        let (subject, object) = if *forward { (source, to) } else { (to, source) };
        let mut evidence = store.claims(&ClaimFilter {
            subject: Some(subject.clone()),
            object: Some(object.clone()),
            predicates: vec![*predicate],
            statuses: vec![Status::Asserted],
            ..ClaimFilter::default()
        })?;
        evidence.retain(|claim| !claim.former);
        evidence.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| (&a.document, a.span).cmp(&(&b.document, b.span)))
        });
        steps.push(Step {
            from: std::mem::replace(&mut at, to.clone()),
            to: to.clone(),
            predicate: *predicate,
            forward: *forward,
            evidence,
        });
    }
    Ok(steps)
}

/// The facts of the default graph between an entity and others, codes of exchanges left out.
fn edges(store: &Store, entity: &str) -> Result<Vec<Edge>, PathError> {
    let node = NamedNode::new_unchecked(entity);
    let folder = format!("{}entity/", store.base().as_str());
    let is_entity = |iri: &str| {
        iri.strip_prefix(&folder)
            .is_some_and(|path| !path.starts_with("listing/"))
    };
    let default = Some(GraphNameRef::DefaultGraph);
    let mut edges = Vec::new();
    for quad in store
        .quads()
        .quads_for_pattern(Some((&node).into()), None, None, default)
    {
        let quad = quad.map_err(StoreError::from)?;
        if let (Some(predicate), Term::NamedNode(other)) = (v::predicate(quad.predicate.as_str()), quad.object)
            && is_entity(other.as_str())
        {
            edges.push((other.into_string(), predicate, true));
        }
    }
    for quad in store
        .quads()
        .quads_for_pattern(None, None, Some((&node).into()), default)
    {
        let quad = quad.map_err(StoreError::from)?;
        if let (Some(predicate), NamedOrBlankNode::NamedNode(other)) =
            (v::predicate(quad.predicate.as_str()), quad.subject)
            && is_entity(other.as_str())
        {
            edges.push((other.into_string(), predicate, false));
        }
    }
    Ok(edges)
}
