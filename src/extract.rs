//! From a document to its claims: the rooms `text` to `identity` joined into one pure function.

use crate::claim::{Predicate, Status};
use crate::entity::EntityType;
use crate::measure::Bound;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one document says, as it is written out (one JSON object a line). Offsets count code points of
/// [`DocumentOut::text`], end exclusive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extraction {
    pub doc: DocumentOut,
    /// Sorted by `id`.
    pub entities: Vec<EntityOut>,
    /// Sorted by `start`, then `end`.
    pub mentions: Vec<MentionOut>,
    /// Sorted by `start`, then `end`, then `id`.
    pub claims: Vec<ClaimOut>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentOut {
    pub id: String,
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub publisher: Option<String>,
    /// BCP 47: as given, or as guessed from the text.
    pub language: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    pub sha256: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntityOut {
    /// IRI
    pub id: String,
    #[serde(rename = "type")]
    pub kind: EntityType,
    pub label: String,
    pub names: Vec<String>,
    /// Labels by language tag (`zh-Hant`, `zh-Hans`, `en`), the preferred one of each script.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub labels: BTreeMap<String, String>,
    /// By scheme: `listing` → [`XHKG 700`], `wikidata` → [`Q860580`].
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub identifiers: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MentionOut {
    pub entity: String,
    pub start: usize,
    pub end: usize,
    pub text: String,
    #[serde(rename = "type")]
    pub kind: EntityType,
    pub score: f32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClaimOut {
    /// Hex digest over document, subject, predicate, object, qualifiers and span: stable, and unique in the graph.
    pub id: String,
    /// IRI of an entity
    pub subject: String,
    pub predicate: Predicate,
    pub object: ObjectOut,
    pub qualifiers: BTreeMap<String, serde_json::Value>,
    pub status: Status,
    pub start: usize,
    pub end: usize,
    pub quote: String,
    pub score: f32,
    pub rule: String,
}

/// An entity's IRI or a literal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ObjectOut {
    Entity(String),
    Literal(Literal),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Literal {
    /// A number, an EDTF date or a text.
    pub value: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub max: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bound: Option<Bound>,
}
