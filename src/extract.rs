//! From a document to its claims: the rooms `text` to `identity` joined into one pure function.

use crate::claim::events;
use crate::claim::relate::{self, Model};
use crate::claim::{self, Claim, Input, Object, PatternError, Predicate, Reader, Status};
use crate::edition;
use crate::entity::lexicon::{Labels, Lexicon, LexiconError};
use crate::entity::tagger::{self, Tagger, WeightsError};
use crate::entity::{self, Entity, EntityType, Found, Given, Meta};
use crate::identity::{DEFAULT_BASE, Handle, Local, listing_iri, locals};
use crate::measure::{Bound, Context, Kind, Market, Measures, Quantity, Scanner, TableError};
use crate::read::{Document, GivenMention};
use crate::text::{self, Segmenter, Sentence, Text, fold, occurrences, sentences};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Why an extractor can't be made: a mistake in its data, or no Chinese conversion.
#[derive(Debug, thiserror::Error)]
pub enum ExtractorError {
    #[error("the lexicon: {0}")]
    Lexicon(#[from] LexiconError),
    #[error("the tables of units: {0}")]
    Table(#[from] TableError),
    #[error("the patterns: {0}")]
    Pattern(#[from] PatternError),
    #[error("the tagger: {0}")]
    Tagger(#[from] WeightsError),
    #[error("OpenCC's dictionaries are not there; install them (Debian: libopencc-data)")]
    OpenCc,
}

/// The weights of the models that come with the program, and what their files are called.
pub const FAST: &[(&str, &[u8])] = &[
    ("models/fast.bin", tagger::WEIGHTS),
    ("models/relations.bin", relate::WEIGHTS),
    ("models/events.bin", events::WEIGHTS),
];

/// Reads documents. Make one and share it: it is the same for every document and every thread.
pub struct Extractor {
    lexicon: Arc<Lexicon>,
    scanner: Scanner,
    segmenter: Segmenter,
    tagger: Option<Arc<Tagger>>,
    reader: Reader,
    base: String,
}

/// Everything the rooms found in one document, for `explain` and the tests.
pub struct Insight {
    pub text: Text,
    pub sentences: Vec<Sentence>,
    pub measures: Measures,
    pub found: Found,
    pub claims: Vec<Claim>,
}

impl Extractor {
    /// With the lexicon and the patterns that are built in.
    ///
    /// # Errors
    /// A mistake in that data, with file and line.
    pub fn builtin() -> Result<Extractor, ExtractorError> {
        Extractor::new(Lexicon::builtin()?, claim::builtin_patterns())
    }

    /// With a lexicon and pattern files (path and content).
    ///
    /// # Errors
    /// A mistake in that data, with file and line.
    pub fn new(lexicon: Arc<Lexicon>, patterns: &[(&str, &str)]) -> Result<Extractor, ExtractorError> {
        if !text::is_ready() {
            return Err(ExtractorError::OpenCc);
        }
        let reader = Reader::new(claim::compile(patterns, &lexicon)?, &lexicon);
        Ok(Extractor {
            scanner: Scanner::builtin()?,
            segmenter: Segmenter::new(),
            tagger: Some(Tagger::builtin()?),
            reader,
            lexicon,
            base: DEFAULT_BASE.to_owned(),
        })
    }

    /// Names data under another IRI than [`DEFAULT_BASE`].
    #[must_use]
    pub fn with_base(mut self, base: impl Into<String>) -> Extractor {
        self.base = base.into();
        self
    }

    /// Finds names by another tagger, or by lexicon and rules alone.
    #[must_use]
    pub fn with_tagger(mut self, tagger: Option<Arc<Tagger>>) -> Extractor {
        self.tagger = tagger;
        self
    }

    /// Has relations told by another model than the built-in one, or by patterns alone.
    #[must_use]
    pub fn with_relations(mut self, relations: Option<Model>) -> Extractor {
        self.reader = self.reader.with_relations(relations);
        self
    }

    /// Has events told by another model than the built-in one, or by patterns alone.
    #[must_use]
    pub fn with_events(mut self, events: Option<events::Model>) -> Extractor {
        self.reader = self.reader.with_events(events);
        self
    }

    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    pub fn tagger(&self) -> Option<&Tagger> {
        self.tagger.as_deref()
    }

    pub fn segmenter(&self) -> &Segmenter {
        &self.segmenter
    }

    /// The edition of an extractor with the built-in lexicon and patterns and these models.
    pub fn builtin_edition(weights: &[(&str, &[u8])]) -> String {
        let files = Lexicon::builtin_files().iter().chain(claim::builtin_patterns());
        let data = files.map(|(name, content)| (*name, content.as_bytes()));
        edition::edition(data.chain(weights.iter().copied()))
    }

    /// What the document says, as it is written out.
    pub fn extract(&self, document: &Document) -> Extraction {
        let insight = self.insight(document);
        self.write(document, &insight)
    }

    /// What each room found.
    pub fn insight(&self, document: &Document) -> Insight {
        let text = Text::new(document.text.as_str());
        let sentences = sentences(&text);
        let market = market(document, &text);
        let context = Context {
            published: document.published,
            market,
        };
        let measures = self.scanner.measure(text.folded(), &context);
        let given: Option<Vec<Given>> = document
            .given
            .as_ref()
            .map(|mentions| mentions.iter().filter_map(|m| given(&text, m)).collect());
        let language = document.language.as_deref().unwrap_or(text.guess_language());
        let meta = Meta {
            publisher: document.publisher.as_deref(),
            language,
            market,
            given: given.as_deref(),
        };
        let found = entity::recognize(
            &self.lexicon,
            &self.segmenter,
            self.tagger.as_deref(),
            &text,
            &sentences,
            &measures,
            &meta,
        );
        let claims = self.reader.read(
            &self.lexicon,
            &self.segmenter,
            &Input {
                text: &text,
                sentences: &sentences,
                found: &found,
                measures: &measures,
            },
        );
        Insight {
            text,
            sentences,
            measures,
            found,
            claims,
        }
    }

    fn write(&self, document: &Document, insight: &Insight) -> Extraction {
        let Insight {
            text, found, claims, ..
        } = insight;
        let locals = locals(
            &self.base,
            (&document.id, document.publisher.as_deref()),
            &self.lexicon,
            text,
            found,
            claims,
        );
        let mut entities: BTreeMap<String, EntityOut> = BTreeMap::new();
        for (entity, local) in found.entities.iter().zip(&locals) {
            self.write_entity(entity, local, &mut entities);
        }
        let iris: Vec<String> = locals.into_iter().map(|local| local.iri).collect();
        let mut mentions: Vec<MentionOut> = found
            .mentions
            .iter()
            .map(|m| {
                let points = text.code_points(m.start..m.end);
                MentionOut {
                    entity: iris[m.entity].clone(),
                    text: text.source_of_code_points(points.clone()).to_owned(),
                    start: points.start,
                    end: points.end,
                    kind: m.kind,
                    score: rounded(m.score),
                }
            })
            .collect();
        mentions.sort_by(|a, b| (a.start, a.end, &a.entity).cmp(&(b.start, b.end, &b.entity)));
        let mut out: Vec<ClaimOut> = claims
            .iter()
            .map(|c| self.write_claim(document, text, c, &iris, &mut entities))
            .collect();
        out.sort_by(|a, b| (a.start, a.end, &a.id).cmp(&(b.start, b.end, &b.id)));
        out.dedup_by(|a, b| a.id == b.id);
        let mentioned: BTreeSet<&str> = mentions
            .iter()
            .map(|m| m.entity.as_str())
            .chain(out.iter().flat_map(ClaimOut::entities))
            .collect();
        let entities = entities
            .into_values()
            .filter(|e| mentioned.contains(e.id.as_str()))
            .collect();
        Extraction {
            doc: DocumentOut {
                id: document.id.clone(),
                title: document.title.clone(),
                published: document.published.map(|d| d.to_string()),
                publisher: document.publisher.clone(),
                language: document
                    .language
                    .clone()
                    .unwrap_or_else(|| text.guess_language().to_owned()),
                url: document.url.clone(),
                sha256: document.sha256.clone(),
                text: document.text.clone(),
            },
            entities,
            mentions,
            claims: out,
        }
    }

    fn write_entity(&self, entity: &Entity, local: &Local, entities: &mut BTreeMap<String, EntityOut>) {
        let iri = local.iri.as_str();
        let known = entity.key.as_deref().and_then(|key| self.lexicon.by_key(key));
        let mut labels = BTreeMap::new();
        if let Some(known) = known {
            let Labels { hant, hans, en } = known.labels();
            for (tag, label) in [("zh-Hant", hant), ("zh-Hans", hans), ("en", en)] {
                if let Some(label) = label {
                    labels.insert(tag.to_owned(), label.clone());
                }
            }
        }
        let mut identifiers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if !entity.listings.is_empty() {
            identifiers.insert("listing".to_owned(), entity.listings.clone());
        }
        for (scheme, id) in &entity.identifiers {
            identifiers.entry(scheme.clone()).or_default().push(id.clone());
        }
        match entities.get_mut(iri) {
            // Two entities of the document that turn out to bear one name.
            Some(other) => {
                for name in &entity.names {
                    if !other.names.contains(name) {
                        other.names.push(name.clone());
                    }
                }
                other.handles.extend_from_slice(&local.handles);
                other.handles.sort();
                other.handles.dedup();
                // Of two bodies the lesser IRI, whichever came first.
                other.at = [other.at.take(), local.at.clone()].into_iter().flatten().min();
            }
            None => {
                entities.insert(
                    iri.to_owned(),
                    EntityOut {
                        id: iri.to_owned(),
                        kind: entity.kind,
                        label: entity.label.clone(),
                        names: entity.names.clone(),
                        labels,
                        identifiers,
                        at: local.at.clone(),
                        handles: local.handles.clone(),
                    },
                );
            }
        }
    }

    fn write_claim(
        &self,
        document: &Document,
        text: &Text,
        claim: &Claim,
        iris: &[String],
        entities: &mut BTreeMap<String, EntityOut>,
    ) -> ClaimOut {
        let object = match &claim.object {
            Object::Entity(i) => ObjectOut::Entity(iris[*i].clone()),
            Object::Listing(listing) => {
                let iri = listing_iri(&self.base, listing);
                entities.entry(iri.clone()).or_insert_with(|| EntityOut {
                    id: iri.clone(),
                    kind: EntityType::Listing,
                    label: listing.clone(),
                    names: vec![listing.clone()],
                    labels: BTreeMap::new(),
                    identifiers: BTreeMap::from([("listing".to_owned(), vec![listing.clone()])]),
                    at: None,
                    handles: Vec::new(),
                });
                ObjectOut::Entity(iri)
            }
            Object::Quantity(q) => ObjectOut::Literal(Literal::from(q)),
            Object::Date(date) => ObjectOut::Literal(Literal {
                value: json!(date),
                unit: None,
                currency: None,
                min: None,
                max: None,
                bound: None,
            }),
            Object::Text(words) => ObjectOut::Literal(Literal {
                value: json!(words),
                unit: None,
                currency: None,
                min: None,
                max: None,
                bound: None,
            }),
        };
        let points = text.code_points(claim.start..claim.end);
        let subject = iris[claim.subject].clone();
        let id = claim_id(&document.id, &subject, claim, &object, points.start, points.end);
        ClaimOut {
            id,
            subject,
            predicate: claim.predicate,
            object,
            qualifiers: claim.qualifiers.clone(),
            status: claim.status,
            start: points.start,
            end: points.end,
            quote: text.source_of_code_points(points).to_owned(),
            score: rounded(claim.score),
            rule: claim.rule.clone(),
        }
    }
}

/// A mention that the document brought, in the core's offsets; `None` where it lies outside the text.
fn given(text: &Text, mention: &GivenMention) -> Option<Given> {
    let range = text.folded_bytes(mention.start..mention.end)?;
    let kind = mention.kind.as_deref().and_then(|k| k.parse().ok());
    Some(Given {
        start: range.start,
        end: range.end,
        kind,
        entity: mention.entity.clone(),
    })
}

/// Scores are written with two decimals: more would claim a precision that nobody measured.
fn rounded(score: f32) -> f32 {
    (score * 100.0).round() / 100.0
}

/// A digest of what is claimed, where. Words are folded first, so that both scripts give the same id.
fn claim_id(document: &str, subject: &str, claim: &Claim, object: &ObjectOut, start: usize, end: usize) -> String {
    let said = json!([
        document,
        subject,
        claim.predicate.name(),
        object,
        claim.qualifiers,
        claim.status,
        start,
        end
    ]);
    let digest = Sha256::digest(fold(&said.to_string()).as_bytes());
    digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}

/// The market whose habits settle a bare 元 or $: by the region of the language tag, otherwise by telling words.
fn market(document: &Document, text: &Text) -> Market {
    let language = document.language.as_deref().unwrap_or(text.guess_language());
    let tag = language.to_ascii_lowercase();
    if tag.contains("hk") {
        Market::HongKong
    } else if tag.contains("tw") {
        Market::Taiwan
    } else if tag.starts_with("en") {
        Market::UnitedStates
    } else if tag.contains("cn") || tag.contains("hans") {
        Market::Mainland
    } else {
        let count = |words: &[&str]| {
            words
                .iter()
                .map(|w| occurrences(text.folded(), w).count())
                .sum::<usize>()
        };
        let hong_kong = count(&["港元", "恒指", "港股", "行政总裁", "港交所"]);
        let taiwan = count(&["台股", "新台币", "执行长", "台币", "外资"]);
        match hong_kong.cmp(&taiwan) {
            std::cmp::Ordering::Greater => Market::HongKong,
            std::cmp::Ordering::Less => Market::Taiwan,
            std::cmp::Ordering::Equal => Market::Open,
        }
    }
}

impl From<&Quantity> for Literal {
    fn from(q: &Quantity) -> Literal {
        let number = |v: f64| {
            if v.fract() == 0.0 && v.abs() < 9e15 {
                json!(v as i64)
            } else {
                json!(v)
            }
        };
        Literal {
            value: number(q.value),
            unit: q
                .unit
                .clone()
                .or_else(|| (q.kind == Kind::Percent).then(|| "%".to_owned())),
            currency: q.currency.clone(),
            min: q.min,
            max: q.max,
            bound: Some(q.bound),
        }
    }
}

impl ClaimOut {
    /// IRIs of the entities it relates.
    pub fn entities(&self) -> impl Iterator<Item = &str> {
        let object = match &self.object {
            ObjectOut::Entity(iri) => Some(iri.as_str()),
            ObjectOut::Literal(_) => None,
        };
        std::iter::once(self.subject.as_str()).chain(object)
    }
}

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
    /// IRI of the body that sets a person apart from others of the name, where the lexicon doesn't know the person.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<String>,
    /// Other IRIs under which other documents may speak of it, and why: [`crate::identity`].
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub handles: Vec<Handle>,
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
