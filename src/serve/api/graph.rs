use super::{Asked, Entities, date_of, documents, documents_json, kind, predicate, status};
use crate::claim::Status;
use crate::entity::EntityType;
use crate::serve::Shared;
use crate::serve::refuse::Refused;
use crate::store::{ClaimFilter, ClaimObject, StoredClaim};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Entities whose claims are read for one picture.
const LOOKED_AT: usize = 3_000;
/// Claims that are listed with one line of the picture; all are counted.
const LISTED: usize = 12;

/// `GET /api/graph?around=&hops=&limit=` and the filters `predicate`, `status`, `kind` (each may be repeated), `source`
/// (publishers), `minScore`, `since`, `until` (days): entities within so many steps of some, and what relates them.
/// `nodesOf` says how many there would be without the limit.
pub(super) fn graph(shared: &Shared, mut asked: Asked) -> Result<Value, Refused> {
    let around = asked.all("around", |iri| Some(iri.to_owned()))?;
    if around.is_empty() {
        return Err(Refused::bad("the parameter `around` is missing"));
    }
    let hops = asked.number("hops", 1, 4)?;
    let limit = asked.number("limit", 60, 2_000)?;
    let predicates = asked.all("predicate", predicate)?;
    let statuses = asked.all("status", status)?;
    let kinds: Vec<EntityType> = asked.all("kind", kind)?;
    let sources: BTreeSet<String> = asked.all("source", |name| Some(name.to_owned()))?.into_iter().collect();
    let min_score: Option<f64> = asked.parsed("minScore")?;
    let (since, until) = (asked.text("since")?, asked.text("until")?);

    let mut centres = Vec::new();
    for iri in &around {
        let iri = shared.store.entity_of(iri)?;
        if shared.store.entity(&iri)?.is_none() {
            return Err(Refused::missing(format!("no document speaks of {iri}")));
        }
        centres.push(iri);
    }

    let mut entities = Entities::new(shared);
    let mut claims: BTreeMap<(String, String), StoredClaim> = BTreeMap::new();
    // The step at which an entity is reached.
    let mut reached: BTreeMap<String, usize> = centres.iter().map(|iri| (iri.clone(), 0)).collect();
    let mut frontier: BTreeSet<String> = reached.keys().cloned().collect();
    let mut complete = true;
    // One step more than is shown, for the relations among the outermost.
    for step in 1..=hops + 1 {
        let mut next = BTreeSet::new();
        for iri in &frontier {
            let found = shared.store.claims(&ClaimFilter {
                entity: Some(iri.clone()),
                predicates: predicates.clone(),
                statuses: statuses.clone(),
                min_score,
                ..ClaimFilter::default()
            })?;
            let documents = documents(shared, found.iter())?;
            for claim in found {
                let ClaimObject::Entity(object) = &claim.object else {
                    continue;
                };
                let document = documents.get(&claim.document);
                let day = date_of(&claim)
                    .or_else(|| document?.published.as_deref())
                    .unwrap_or("")
                    .to_owned();
                let source = document
                    .and_then(|document| document.publisher.as_deref())
                    .unwrap_or("");
                let fits = since
                    .as_deref()
                    .is_none_or(|since| !day.is_empty() && until_of(&day).as_str() >= since)
                    && until
                        .as_deref()
                        .is_none_or(|until| !day.is_empty() && day.as_str() <= until)
                    && (sources.is_empty() || sources.contains(source));
                if !fits {
                    continue;
                }
                let other = if object == iri {
                    claim.subject.clone()
                } else {
                    object.clone()
                };
                let fits = match entities.get(&other)?.and_then(|entity| entity.kinds.first()) {
                    None | Some(EntityType::Listing) => false,
                    Some(kind) => kinds.is_empty() || kinds.contains(kind) || centres.contains(&other),
                };
                if !fits {
                    continue;
                }
                if step <= hops && !reached.contains_key(&other) {
                    next.insert(other);
                }
                claims.insert((claim.document.clone(), claim.id.clone()), claim);
            }
        }
        for iri in &next {
            reached.insert(iri.clone(), step);
        }
        if reached.len() > LOOKED_AT {
            complete = false;
            break;
        }
        frontier = next;
    }
    claims.retain(|_, claim| {
        let is_in = |iri: &str| reached.contains_key(iri);
        is_in(&claim.subject) && matches!(&claim.object, ClaimObject::Entity(object) if is_in(object))
    });

    // The nearest first, and of those the ones that most is said of.
    let mut weight: BTreeMap<&str, usize> = BTreeMap::new();
    for claim in claims.values() {
        *weight.entry(&claim.subject).or_default() += 1;
        if let ClaimObject::Entity(object) = &claim.object {
            *weight.entry(object).or_default() += 1;
        }
    }
    let mut order: Vec<&str> = reached.keys().map(String::as_str).collect();
    order.sort_by_key(|iri| (reached[*iri], Reverse(weight.get(iri).copied().unwrap_or(0)), *iri));
    let nodes_of = order.len();
    order.truncate(limit.max(centres.len()));
    let shown: BTreeSet<&str> = order.iter().copied().collect();

    let mut edges: BTreeMap<(&str, &str, &str, Status), Vec<&StoredClaim>> = BTreeMap::new();
    for claim in claims.values() {
        if let ClaimObject::Entity(object) = &claim.object
            && shown.contains(claim.subject.as_str())
            && shown.contains(object.as_str())
        {
            let key = (
                claim.subject.as_str(),
                claim.predicate.name(),
                object.as_str(),
                claim.status,
            );
            edges.entry(key).or_default().push(claim);
        }
    }
    let edges_of: BTreeSet<_> = claims
        .values()
        .map(|claim| match &claim.object {
            ClaimObject::Entity(object) => (
                claim.subject.as_str(),
                claim.predicate.name(),
                object.as_str(),
                claim.status,
            ),
            _ => (claim.subject.as_str(), "", "", claim.status),
        })
        .collect();
    let edges_of = edges_of.len();
    let listed: Vec<&StoredClaim> = edges.values().flatten().copied().collect();
    let documents = documents(shared, listed.into_iter())?;
    let edges: Vec<Value> = edges
        .into_iter()
        .map(|((subject, predicate, object, status), mut claims)| {
            claims.sort_by(|a, b| {
                b.score
                    .total_cmp(&a.score)
                    .then_with(|| (&a.document, a.span).cmp(&(&b.document, b.span)))
            });
            let former = claims.iter().all(|claim| claim.former);
            let quotes: Vec<Value> = claims
                .iter()
                .take(LISTED)
                .map(|claim| {
                    json!({
                        "id": claim.id, "doc": claim.document, "quote": claim.quote, "score": claim.score,
                        "date": date_of(claim), "start": claim.span.0, "end": claim.span.1,
                    })
                })
                .collect();
            json!({
                "subject": subject, "predicate": predicate, "object": object, "status": status, "former": former,
                "score": claims.first().map(|claim| claim.score), "claims": quotes, "claimsOf": claims.len(),
            })
        })
        .collect();
    let mut nodes = Vec::with_capacity(order.len());
    for iri in &order {
        if let Some(entity) = entities.get(iri)? {
            let mut node = super::short(entity);
            node["step"] = json!(reached[*iri]);
            node["claims"] = json!(weight.get(iri).copied().unwrap_or(0));
            nodes.push(node);
        }
    }
    Ok(json!({
        "centres": centres,
        "nodes": nodes,
        "nodesOf": nodes_of,
        "edges": edges,
        "edgesOf": edges_of,
        "complete": complete,
        "documents": documents_json(&documents),
    }))
}

/// The last day that a date may mean, as far as comparing texts needs it: `2025` is before `2025-03-01` but not over by then.
fn until_of(date: &str) -> String {
    format!("{date}~")
}
