use super::{Asked, Entities, claim_json, day_of, documents, documents_json};
use crate::claim::Predicate;
use crate::serve::Shared;
use crate::serve::refuse::Refused;
use crate::store::{ClaimFilter, StoredClaim};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Rows of one table.
const ROWS: usize = 2_000;

fn claims(shared: &Shared, predicates: &[Predicate]) -> Result<Vec<StoredClaim>, Refused> {
    Ok(shared.store.claims(&ClaimFilter {
        predicates: predicates.to_vec(),
        ..ClaimFilter::default()
    })?)
}

/// `GET /api/benchmarks`: what models scored on benchmarks, and how they were compared.
pub(super) fn benchmarks(shared: &Shared, _: Asked) -> Result<Value, Refused> {
    let claims = claims(shared, &[Predicate::ScoredOn, Predicate::ComparedWith])?;
    answer(shared, claims, json!({}))
}

/// `GET /api/moves?date=`: the days on which prices moved, and the moves of one of them, the latest where none is given.
pub(super) fn moves(shared: &Shared, mut asked: Asked) -> Result<Value, Refused> {
    let wanted = asked.text("date")?;
    let mut claims = claims(shared, &[Predicate::PriceMoved])?;
    let documents = documents(shared, claims.iter())?;
    let mut days: BTreeMap<String, usize> = BTreeMap::new();
    for claim in &claims {
        *days.entry(day_of(claim, &documents).to_owned()).or_default() += 1;
    }
    let day = wanted.or_else(|| days.keys().next_back().cloned()).unwrap_or_default();
    claims.retain(|claim| day_of(claim, &documents) == day);
    let days: Vec<Value> = days
        .into_iter()
        .rev()
        .map(|(day, moves)| json!({ "day": day, "moves": moves }))
        .collect();
    answer(shared, claims, json!({ "day": day, "days": days }))
}

fn answer(shared: &Shared, mut claims: Vec<StoredClaim>, mut with: Value) -> Result<Value, Refused> {
    let of = claims.len();
    claims.truncate(ROWS);
    let documents = documents(shared, claims.iter())?;
    let mut entities = Entities::new(shared);
    for claim in &claims {
        entities.of(claim)?;
    }
    with["claims"] = claims.iter().map(claim_json).collect();
    with["claimsOf"] = of.into();
    with["entities"] = entities.json();
    with["documents"] = documents_json(&documents);
    Ok(with)
}
