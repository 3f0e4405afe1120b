use super::{Asked, Entities, claim_json, day_of, documents, documents_json, short};
use crate::serve::Shared;
use crate::serve::refuse::Refused;
use crate::store::{ClaimFilter, ClaimObject};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// `GET /api/entity?iri=&limit=`: names, codes, claims (the newest first), neighbours.
pub(super) fn entity(shared: &Shared, mut asked: Asked) -> Result<Value, Refused> {
    let iri = asked.needed("iri")?;
    let limit = asked.number("limit", 300, 5_000)?;
    // An IRI from before a join leads to what it was joined with.
    let iri = shared.store.entity_of(&iri)?;
    let Some(entity) = shared.store.entity(&iri)? else {
        return Err(Refused::missing(format!("no document speaks of {iri}")));
    };
    let mut claims = shared.store.claims(&ClaimFilter {
        entity: Some(iri.clone()),
        ..ClaimFilter::default()
    })?;
    let documents = documents(shared, claims.iter())?;
    claims.sort_by(|a, b| {
        let key = |claim| Reverse(day_of(claim, &documents).to_owned());
        (key(a), &a.document, a.span, &a.id).cmp(&(key(b), &b.document, b.span, &b.id))
    });
    let of = claims.len();
    let mut neighbours: BTreeMap<&str, usize> = BTreeMap::new();
    for claim in &claims {
        if let ClaimObject::Entity(object) = &claim.object {
            let other = if *object == iri { &claim.subject } else { object };
            if *other != iri {
                *neighbours.entry(other).or_default() += 1;
            }
        }
    }
    let mut neighbours: Vec<(&str, usize)> = neighbours.into_iter().collect();
    neighbours.sort_by_key(|(iri, count)| (Reverse(*count), *iri));
    let neighbours_of = neighbours.len();
    neighbours.truncate(60);
    let mut entities = Entities::new(shared);
    for (iri, _) in &neighbours {
        entities.get(iri)?;
    }
    for claim in claims.iter().take(limit) {
        entities.of(claim)?;
    }
    let neighbours: Vec<Value> = neighbours
        .iter()
        .map(|(iri, count)| json!({ "iri": iri, "claims": count }))
        .collect();
    let mut value = short(&entity);
    value["kinds"] = entity.kinds.iter().map(|kind| kind.name()).collect();
    value["names"] = entity
        .names
        .iter()
        .map(|(language, name)| json!({ "language": language, "name": name }))
        .collect();
    value["tickers"] = json!(entity.tickers);
    value["sameAs"] = json!(entity.same_as);
    Ok(json!({
        "entity": value,
        "claims": claims.iter().take(limit).map(claim_json).collect::<Vec<_>>(),
        "claimsOf": of,
        "neighbours": neighbours,
        "neighboursOf": neighbours_of,
        "entities": entities.json(),
        "documents": documents_json(&documents),
    }))
}
