use super::{Asked, Entities, claim_json, documents, documents_json};
use crate::query::{PathError, paths};
use crate::serve::Shared;
use crate::serve::refuse::Refused;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// `GET /api/path?from=&to=&hops=`: the shortest ways between two entities, each step with what states it.
pub(super) fn path(shared: &Shared, mut asked: Asked) -> Result<Value, Refused> {
    let from = shared.store.entity_of(&asked.needed("from")?)?;
    let to = shared.store.entity_of(&asked.needed("to")?)?;
    let hops = asked.number("hops", 4, 6)?;
    let limit = asked.number("limit", 3, 20)?;
    let ways = paths(&shared.store, &from, &to, hops, limit).map_err(|error| match error {
        PathError::TooFar => Refused::new(StatusCode::SERVICE_UNAVAILABLE, "too-far", error.to_string()),
        PathError::Store(error) => error.into(),
    })?;
    let mut entities = Entities::new(shared);
    entities.get(&from)?;
    entities.get(&to)?;
    for step in ways.iter().flatten() {
        entities.get(&step.from)?;
        entities.get(&step.to)?;
        for claim in &step.evidence {
            entities.of(claim)?;
        }
    }
    let documents = documents(shared, ways.iter().flatten().flat_map(|step| &step.evidence))?;
    let ways: Vec<Vec<Value>> = ways
        .iter()
        .map(|way| {
            way.iter()
                .map(|step| {
                    json!({
                        "from": step.from, "to": step.to, "predicate": step.predicate.name(), "forward": step.forward,
                        "claims": step.evidence.iter().take(5).map(claim_json).collect::<Vec<_>>(),
                        "claimsOf": step.evidence.len(),
                    })
                })
                .collect()
        })
        .collect();
    Ok(json!({
        "from": from, "to": to, "hops": hops, "ways": ways,
        "entities": entities.json(), "documents": documents_json(&documents),
    }))
}
