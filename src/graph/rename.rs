//! A document's graph in terms of what was decided about who is who, and back.
//!
//! A document's own IRIs ([`crate::identity::locals`]) are kept where they were joined with others, so that a decision
//! can be undone: the graph then leads each of them to the entity (`jw:joinedTo`), and what it said of it stands beside
//! under properties of the namespace [`v::WAS`]. `was:rdf.type` is the type that it had, `was:rdf.subject` leads to the
//! claims that were about it.

use super::vocabulary as v;
use crate::claim::Predicate;
use crate::identity::Tie;
use oxigraph::model::{NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Puts entities in the place of the document's own IRIs; `entity_of` knows those that were joined with another.
/// [`recover`] takes it back, whatever was joined with what.
pub fn rename(quads: Vec<Quad>, entity_of: impl Fn(NamedNodeRef<'_>) -> Option<NamedNode>) -> Vec<Quad> {
    let Some(graph) = quads.first().map(|quad| quad.graph_name.clone()) else {
        return quads;
    };
    let mut names: BTreeMap<NamedNode, NamedNode> = BTreeMap::new();
    for node in locals(&quads) {
        if let Some(entity) = entity_of(node) {
            names.insert(node.into_owned(), entity);
        }
    }
    if names.is_empty() {
        return quads;
    }
    // The entity's own IRI may be one that this document uses for itself: it has to be told from the others.
    let targets: BTreeSet<NamedNode> = names.values().cloned().collect();
    for node in locals(&quads) {
        if let Some(own) = targets.get(&node.into_owned()) {
            names.insert(own.clone(), own.clone());
        }
    }
    let mut renamed = Vec::with_capacity(quads.len() + 8 * names.len());
    for (node, entity) in &names {
        renamed.push(Quad::new(node.clone(), v::JOINED_TO, entity.clone(), graph.clone()));
    }
    let symmetric = symmetric_claims(&quads);
    for quad in quads {
        if is_evidence(&quad) {
            renamed.push(quad);
            continue;
        }
        let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
            renamed.push(quad);
            continue;
        };
        if let Some(entity) = names.get(subject) {
            renamed.push(Quad::new(
                subject.clone(),
                was(&quad.predicate),
                quad.object.clone(),
                graph.clone(),
            ));
            renamed.push(Quad::new(entity.clone(), quad.predicate, quad.object, graph.clone()));
            continue;
        }
        let Term::NamedNode(object) = &quad.object else {
            renamed.push(quad);
            continue;
        };
        let entity = names.get(object);
        // Both ends of a claim that may have to be turned round are remembered.
        let turns = symmetric
            .get(subject)
            .is_some_and(|ends| ends.iter().any(|end| names.contains_key(end)))
            && matches!(quad.predicate.as_ref(), v::SUBJECT | v::OBJECT);
        if entity.is_some() || turns {
            renamed.push(Quad::new(
                object.clone(),
                was(&quad.predicate),
                subject.clone(),
                graph.clone(),
            ));
        }
        let object = entity.unwrap_or(object).clone();
        renamed.push(Quad::new(subject.clone(), quad.predicate, object, graph.clone()));
    }
    turn(&mut renamed);
    let mut seen = HashSet::with_capacity(renamed.len());
    renamed.retain(|quad| seen.insert(quad.clone()));
    renamed
}

/// The graph as the document alone had it.
pub fn recover(quads: Vec<Quad>) -> Vec<Quad> {
    let mut own: HashSet<NamedNode> = HashSet::new();
    let mut entities: HashSet<NamedNode> = HashSet::new();
    // What a claim had, by property.
    let mut had: HashMap<(NamedNode, NamedNode), Vec<NamedNode>> = HashMap::new();
    for quad in &quads {
        let (NamedOrBlankNode::NamedNode(subject), Term::NamedNode(object)) = (&quad.subject, &quad.object) else {
            continue;
        };
        if quad.predicate.as_ref() == v::JOINED_TO {
            own.insert(subject.clone());
            entities.insert(object.clone());
        } else if let Some(property) = of_claim(&quad.predicate) {
            had.entry((object.clone(), property)).or_default().push(subject.clone());
        }
    }
    if own.is_empty() {
        return quads;
    }
    let mut recovered = Vec::with_capacity(quads.len());
    for quad in quads {
        if quad.predicate.as_ref() == v::JOINED_TO || of_claim(&quad.predicate).is_some() {
            continue;
        }
        if is_evidence(&quad) {
            recovered.push(quad);
            continue;
        }
        let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
            recovered.push(quad);
            continue;
        };
        if let Some(property) = before(&quad.predicate) {
            recovered.push(Quad::new(subject.clone(), property, quad.object, quad.graph_name));
        } else if entities.contains(subject) {
            // Said of one of those that were joined; it comes back from what was remembered.
        } else if had.contains_key(&(subject.clone(), quad.predicate.clone())) {
            // One of several values of a qualifier may be left as it was.
            let stays = match &quad.object {
                Term::NamedNode(object) => {
                    !matches!(quad.predicate.as_ref(), v::SUBJECT | v::OBJECT) && !entities.contains(object)
                }
                _ => true,
            };
            if stays {
                recovered.push(quad);
            }
        } else {
            recovered.push(quad);
        }
    }
    let Some(graph) = recovered.first().map(|quad| quad.graph_name.clone()) else {
        return recovered;
    };
    for ((claim, property), objects) in had {
        for object in objects {
            recovered.push(Quad::new(claim.clone(), property.clone(), object, graph.clone()));
        }
    }
    let mut seen = HashSet::with_capacity(recovered.len());
    recovered.retain(|quad| seen.insert(quad.clone()));
    recovered
}

/// The entities of a graph that hasn't been renamed: what it types as one, and what claims are about.
pub fn locals(quads: &[Quad]) -> BTreeSet<NamedNodeRef<'_>> {
    let mut nodes = BTreeSet::new();
    for quad in quads {
        match (&quad.subject, quad.predicate.as_ref(), &quad.object) {
            (NamedOrBlankNode::NamedNode(node), v::TYPE, Term::NamedNode(class))
                if v::entity_type(class.as_str()).is_some() =>
            {
                nodes.insert(node.as_ref());
            }
            (_, v::SUBJECT | v::OBJECT, Term::NamedNode(node)) => {
                nodes.insert(node.as_ref());
            }
            _ => {}
        }
    }
    nodes
}

/// Whether a quad says under which other IRIs an entity goes: that is evidence, and stays in the document's own terms.
fn is_evidence(quad: &Quad) -> bool {
    quad.predicate.as_ref() == v::AT || Tie::ALL.iter().any(|tie| quad.predicate.as_ref() == v::tie(*tie))
}

/// Subject and object of the claims whose predicate is symmetric.
fn symmetric_claims(quads: &[Quad]) -> HashMap<NamedNode, Vec<NamedNode>> {
    let mut claims: HashMap<NamedNode, Vec<NamedNode>> = HashMap::new();
    for quad in quads {
        if let (NamedOrBlankNode::NamedNode(claim), v::PREDICATE, Term::NamedNode(property)) =
            (&quad.subject, quad.predicate.as_ref(), &quad.object)
            && v::predicate(property.as_str()).is_some_and(Predicate::is_symmetric)
        {
            claims.insert(claim.clone(), Vec::new());
        }
    }
    for quad in quads {
        if let (NamedOrBlankNode::NamedNode(claim), v::SUBJECT | v::OBJECT, Term::NamedNode(node)) =
            (&quad.subject, quad.predicate.as_ref(), &quad.object)
            && let Some(ends) = claims.get_mut(claim)
        {
            ends.push(node.clone());
        }
    }
    claims.retain(|_, ends| ends.len() == 2);
    claims
}

/// Turns symmetric claims so that the lesser IRI is the subject, as [`super::document_quads`] does.
fn turn(quads: &mut [Quad]) {
    let mut ends: HashMap<NamedNode, (Option<NamedNode>, Option<NamedNode>)> = HashMap::new();
    let symmetric = symmetric_claims(quads);
    for quad in quads.iter() {
        if let (NamedOrBlankNode::NamedNode(claim), Term::NamedNode(node)) = (&quad.subject, &quad.object)
            && symmetric.contains_key(claim)
        {
            match quad.predicate.as_ref() {
                v::SUBJECT => ends.entry(claim.clone()).or_default().0 = Some(node.clone()),
                v::OBJECT => ends.entry(claim.clone()).or_default().1 = Some(node.clone()),
                _ => {}
            }
        }
    }
    for quad in quads.iter_mut() {
        let NamedOrBlankNode::NamedNode(claim) = &quad.subject else {
            continue;
        };
        if let Some((Some(subject), Some(object))) = ends.get(claim)
            && object < subject
        {
            match quad.predicate.as_ref() {
                v::SUBJECT => quad.object = object.clone().into(),
                v::OBJECT => quad.object = subject.clone().into(),
                _ => {}
            }
        }
    }
}

/// Properties of entities, which are remembered with what they said. All others belong to claims, and what is
/// remembered leads to the claim.
const OF_ENTITIES: [NamedNodeRef<'static>; 4] = [v::TYPE, v::PREF_LABEL, v::ALT_LABEL, v::TICKER_SYMBOL];

/// The property that remembers one: `rdf:type` → `was:rdf.type`.
fn was(property: &NamedNode) -> NamedNode {
    let iri = property.as_str();
    let (prefix, namespace) = v::PREFIXES
        .iter()
        .find(|(_, namespace)| iri.starts_with(namespace))
        .copied()
        .unwrap_or(("", ""));
    NamedNode::new_unchecked(format!("{}{prefix}.{}", v::WAS, &iri[namespace.len()..]))
}

fn remembered(property: &NamedNode) -> Option<NamedNode> {
    let (prefix, name) = property.as_str().strip_prefix(v::WAS)?.split_once('.')?;
    let (_, namespace) = v::PREFIXES.iter().find(|(known, _)| *known == prefix)?;
    Some(NamedNode::new_unchecked(format!("{namespace}{name}")))
}

/// The property of an entity that this one remembers.
fn before(property: &NamedNode) -> Option<NamedNode> {
    remembered(property).filter(|property| OF_ENTITIES.contains(&property.as_ref()))
}

/// The property of a claim that this one remembers.
fn of_claim(property: &NamedNode) -> Option<NamedNode> {
    remembered(property).filter(|property| !OF_ENTITIES.contains(&property.as_ref()))
}
