//! `/api/…`: what the explorer asks, as JSON. Everything in it is derived from the store; names come in all three
//! languages (`labels`), so that the page needs to ask only once.

mod about;
mod document;
mod entity;
mod graph;
mod paths;
mod tables;

use super::refuse::Refused;
use super::sparql::{Parameters, decode, one};
use super::stream::Place;
use super::{Shared, State};
use crate::claim::{Predicate, Status};
use crate::entity::EntityType;
use crate::graph::Quantity;
use crate::measure::Bound;
use crate::query::Found;
use crate::store::{ClaimObject, StoreError, StoredClaim, StoredDocument, StoredEntity};
use crate::text::fold;
use axum::Router;
use axum::extract::RawQuery;
use axum::http::header;
use axum::routing::get;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::str::FromStr;

/// How an address is answered, on a thread that may block.
type Answer = fn(&Shared, Asked) -> Result<Value, Refused>;

pub(super) fn routes() -> Router<State> {
    const ANSWERS: [(&str, Answer); 8] = [
        ("/about", about::about),
        ("/search", about::search),
        ("/entity", entity::entity),
        ("/document", document::document),
        ("/claim", document::claim),
        ("/graph", graph::graph),
        ("/path", paths::path),
        ("/benchmarks", tables::benchmarks),
    ];
    let mut router = Router::new();
    for (path, answer) in ANSWERS.into_iter().chain([("/moves", tables::moves as Answer)]) {
        router = router.route(
            path,
            get(
                move |axum::extract::State(state): axum::extract::State<State>, RawQuery(query): RawQuery| async move {
                    let asked = Asked(decode(query.as_deref().unwrap_or(""))?);
                    let place = Place::take(&state).await?;
                    let text = place.work(move |shared| Ok(answer(shared, asked)?.to_string())).await?;
                    Ok::<_, Refused>(([(header::CONTENT_TYPE, "application/json")], text))
                },
            ),
        );
    }
    router
}

/// The parameters of a request.
pub(super) struct Asked(Parameters);

impl Asked {
    fn text(&mut self, name: &str) -> Result<Option<String>, Refused> {
        Ok(one(&mut self.0, name)?.filter(|value| !value.is_empty()))
    }

    fn needed(&mut self, name: &str) -> Result<String, Refused> {
        self.text(name)?
            .ok_or_else(|| Refused::bad(format!("the parameter `{name}` is missing")))
    }

    fn parsed<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, Refused> {
        self.text(name)?
            .map(|value| {
                value
                    .parse()
                    .map_err(|_| Refused::bad(format!("`{value}` is nothing that `{name}` can be")))
            })
            .transpose()
    }

    /// A number between 1 and `most`.
    fn number(&mut self, name: &str, usual: usize, most: usize) -> Result<usize, Refused> {
        Ok(self.parsed(name)?.unwrap_or(usual).clamp(1, most))
    }

    /// A parameter that may be repeated.
    fn all<T>(&self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Refused> {
        self.0
            .iter()
            .filter(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| {
                parse(value).ok_or_else(|| Refused::bad(format!("`{value}` is nothing that `{name}` can be")))
            })
            .collect()
    }
}

fn status(name: &str) -> Option<Status> {
    serde_json::from_value(Value::String(name.to_owned())).ok()
}

fn predicate(name: &str) -> Option<Predicate> {
    name.parse().ok()
}

fn kind(name: &str) -> Option<EntityType> {
    name.parse().ok()
}

/// Entities that an answer speaks of, by IRI, each once.
struct Entities<'s> {
    shared: &'s Shared,
    known: BTreeMap<String, Option<StoredEntity>>,
}

impl<'s> Entities<'s> {
    fn new(shared: &'s Shared) -> Self {
        Entities {
            shared,
            known: BTreeMap::new(),
        }
    }

    fn get(&mut self, iri: &str) -> Result<Option<&StoredEntity>, StoreError> {
        if !self.known.contains_key(iri) {
            let entity = self.shared.store.entity(iri)?;
            self.known.insert(iri.to_owned(), entity);
        }
        Ok(self.known.get(iri).and_then(Option::as_ref))
    }

    /// Those that a claim names.
    fn of(&mut self, claim: &StoredClaim) -> Result<(), StoreError> {
        self.get(&claim.subject)?;
        let values = claim.qualifiers.values().flatten().chain([&claim.object]);
        for value in values {
            if let ClaimObject::Entity(iri) = value {
                self.get(iri)?;
            }
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let entities = self.known.iter().map(|(iri, entity)| {
            let value = entity.as_ref().map_or(Value::Null, short);
            (iri.clone(), value)
        });
        Value::Object(entities.collect::<Map<_, _>>())
    }
}

/// Type and labels of an entity.
fn short(entity: &StoredEntity) -> Value {
    json!({
        "iri": entity.iri,
        "kind": entity.kinds.first().map(|kind| kind.name()),
        "labels": labels(entity),
    })
}

/// The name for readers of each language. One that is known in Traditional only is folded for readers of Simplified.
fn labels(entity: &StoredEntity) -> Value {
    let simplified = match entity.labels.get("zh-Hans") {
        Some(label) => label.clone(),
        None => fold(entity.label("zh-Hant")),
    };
    json!({ "zh-Hant": entity.label("zh-Hant"), "zh-Hans": simplified, "en": entity.label("en") })
}

fn found(shared: &Shared, found: &[Found]) -> Result<Vec<Value>, Refused> {
    let mut list = Vec::with_capacity(found.len());
    for found in found {
        if let Some(entity) = shared.store.entity(&found.iri)? {
            let mut value = short(&entity);
            let names: Vec<&str> = entity.names.iter().map(|(_, name)| name.as_str()).collect();
            value["names"] = json!(names);
            value["tickers"] = json!(entity.tickers);
            value["facts"] = json!(found.facts);
            list.push(value);
        }
    }
    Ok(list)
}

fn claim_json(claim: &StoredClaim) -> Value {
    let qualifiers: Map<String, Value> = claim
        .qualifiers
        .iter()
        .map(|(name, values)| (name.clone(), values.iter().map(value_json).collect()))
        .collect();
    json!({
        "id": claim.id,
        "doc": claim.document,
        "subject": claim.subject,
        "predicate": claim.predicate.name(),
        "object": value_json(&claim.object),
        "status": claim.status,
        "former": claim.former,
        "score": claim.score,
        "quote": claim.quote,
        "start": claim.span.0,
        "end": claim.span.1,
        "rule": claim.rule,
        "date": date_of(claim),
        "qualifiers": qualifiers,
    })
}

/// `{"iri"}`, `{"number", …}` or `{"text"}`.
fn value_json(value: &ClaimObject) -> Value {
    match value {
        ClaimObject::Entity(iri) => json!({ "iri": iri }),
        ClaimObject::Quantity(quantity) => quantity_json(quantity),
        ClaimObject::Text(text) => json!({ "text": text }),
    }
}

fn quantity_json(quantity: &Quantity) -> Value {
    let bound = match quantity.bound {
        Bound::Exact => "exact",
        Bound::Over => "over",
        Bound::Under => "under",
        Bound::About => "about",
        Bound::Range => "range",
    };
    json!({
        "number": quantity.value,
        "min": quantity.min,
        "max": quantity.max,
        "bound": bound,
        "unit": quantity.unit,
        "currency": quantity.currency,
    })
}

/// When it was so, by the claim's own words (EDTF).
fn date_of(claim: &StoredClaim) -> Option<&str> {
    let text = |value: &ClaimObject| matches!(value, ClaimObject::Text(_));
    let own = ["date", "start", "end"]
        .iter()
        .find_map(|name| claim.qualifiers.get(*name)?.first());
    let is_date = matches!(claim.predicate, Predicate::EstablishedOn | Predicate::BornOn);
    match own.or(is_date.then_some(&claim.object)).filter(|value| text(value)) {
        Some(ClaimObject::Text(date)) => Some(date),
        _ => None,
    }
}

fn document_json(document: &StoredDocument) -> Value {
    json!({
        "id": document.id,
        "iri": document.iri,
        "title": document.title,
        "published": document.published,
        "publisher": document.publisher,
        "language": document.language,
        "url": document.url,
    })
}

/// The documents of some claims, by id.
fn documents<'c>(
    shared: &Shared,
    claims: impl Iterator<Item = &'c StoredClaim>,
) -> Result<BTreeMap<String, StoredDocument>, Refused> {
    let mut documents = BTreeMap::new();
    for claim in claims {
        if !documents.contains_key(&claim.document)
            && let Some(document) = shared.store.document(&claim.document)?
        {
            documents.insert(claim.document.clone(), document);
        }
    }
    Ok(documents)
}

fn documents_json(documents: &BTreeMap<String, StoredDocument>) -> Value {
    let documents = documents
        .iter()
        .map(|(id, document)| (id.clone(), document_json(document)));
    Value::Object(documents.collect::<Map<_, _>>())
}

/// The day a claim is shown under: its own, otherwise that of its document's publication.
fn day_of<'c>(claim: &'c StoredClaim, documents: &'c BTreeMap<String, StoredDocument>) -> &'c str {
    date_of(claim)
        .or_else(|| documents.get(&claim.document)?.published.as_deref())
        .unwrap_or("")
}
