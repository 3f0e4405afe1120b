//! Typed values out of the store, for those who don't want to write SPARQL.

use super::{Store, StoreError};
use crate::claim::{Predicate, Status};
use crate::entity::EntityType;
use crate::graph::{Base, Quantity, canonical_tag, vocabulary as v};
use oxigraph::model::{GraphName, GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, Quad, Term};
use std::collections::{BTreeMap, BTreeSet};

/// An entity of the default graph.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEntity {
    /// IRI
    pub iri: String,
    /// One, unless documents disagree; in the contract's order.
    pub kinds: Vec<EntityType>,
    /// Preferred names by language tag.
    pub labels: BTreeMap<String, String>,
    /// Other names with their language tags, sorted.
    pub names: Vec<(String, String)>,
    /// `XHKG 700` …
    pub tickers: Vec<String>,
    /// IRIs of the same entity elsewhere.
    pub same_as: Vec<String>,
}

impl StoredEntity {
    /// The name to show to a reader of `language` (`zh-Hant`, `zh-Hans`, `en`): in that language, otherwise in any,
    /// Chinese first; the IRI's last part where there is no name at all.
    pub fn label(&self, language: &str) -> &str {
        [language, "zh-Hant", "zh-Hans", "en"]
            .iter()
            .find_map(|tag| self.labels.get(*tag))
            .or_else(|| self.labels.values().next())
            .map_or_else(|| self.iri.rsplit('/').next().unwrap_or(&self.iri), String::as_str)
    }
}

/// A document's metadata.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredDocument {
    /// Id as given with the document.
    pub id: String,
    /// IRI, which is its graph's name too.
    pub iri: String,
    /// Title; empty where it has none.
    pub title: String,
    /// Day of publication.
    pub published: Option<String>,
    /// Publisher.
    pub publisher: Option<String>,
    /// Language as given.
    pub language: String,
    /// Address.
    pub url: Option<String>,
    /// Fingerprint of text and metadata.
    pub sha256: String,
    /// Version of program and data that read it.
    pub edition: String,
}

/// A claim with its evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredClaim {
    /// Id, the last part of its IRI.
    pub id: String,
    /// Id of the document.
    pub document: String,
    /// IRI of the entity it is about.
    pub subject: String,
    /// What is said.
    pub predicate: Predicate,
    /// Of or with whom, or how much.
    pub object: ClaimObject,
    /// Whether the document asserts it.
    pub status: Status,
    /// A position that is no longer held.
    pub former: bool,
    /// 0 to 1
    pub score: f64,
    /// The words of the document.
    pub quote: String,
    /// Code points of the document's text where the quote stands, end exclusive.
    pub span: (usize, usize),
    /// The rule that made it.
    pub rule: String,
    /// By name; several values of one name in order.
    pub qualifiers: BTreeMap<String, Vec<QualifierValue>>,
}

/// What a claim says of its subject.
#[derive(Debug, Clone, PartialEq)]
pub enum ClaimObject {
    /// IRI of an entity
    Entity(String),
    /// A number with its unit.
    Quantity(Quantity),
    /// A date (EDTF) or text.
    Text(String),
}

/// The value of a qualifier.
pub type QualifierValue = ClaimObject;

/// Which claims to read; what is `None` doesn't matter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClaimFilter {
    /// IRI of an entity that is subject or object.
    pub entity: Option<String>,
    /// IRI of the subject.
    pub subject: Option<String>,
    /// IRI of the object.
    pub object: Option<String>,
    /// One of these; empty means any.
    pub predicates: Vec<Predicate>,
    /// One of these; empty means any.
    pub statuses: Vec<Status>,
    /// Id of the document.
    pub document: Option<String>,
    /// 0 to 1
    pub min_score: Option<f64>,
}

/// Claims with the entities and documents that they name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Graph {
    /// In order of IRI.
    pub entities: Vec<StoredEntity>,
    /// In order of document, place and id.
    pub claims: Vec<StoredClaim>,
    /// In order of id.
    pub documents: Vec<StoredDocument>,
}

impl Store {
    /// All documents, in order of id.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn documents(&self) -> Result<Vec<StoredDocument>, StoreError> {
        let mut documents = Vec::new();
        for graph in self.quads.named_graphs() {
            if let NamedOrBlankNode::NamedNode(graph) = graph?
                && let Some(id) = self.base.document_id(graph.as_str())
                && let Some(document) = self.document(&id)?
            {
                documents.push(document);
            }
        }
        documents.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(documents)
    }

    /// One document's metadata; `None` where it isn't in.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn document(&self, id: &str) -> Result<Option<StoredDocument>, StoreError> {
        let node = self.base.document(id);
        let mut document = StoredDocument {
            id: id.to_owned(),
            iri: node.as_str().to_owned(),
            ..StoredDocument::default()
        };
        let mut found = false;
        for quad in self
            .quads
            .quads_for_pattern(Some((&node).into()), None, None, Some((&node).into()))
        {
            let quad = quad?;
            found = true;
            let value = text(&quad.object);
            match quad.predicate.as_ref() {
                v::HEADLINE => document.title = value,
                v::DATE_PUBLISHED => document.published = Some(value),
                v::PUBLISHER => document.publisher = Some(value),
                v::IN_LANGUAGE => document.language = value,
                v::URL => document.url = Some(value),
                v::SHA256 => document.sha256 = value,
                v::EXTRACTED_BY => document.edition = value,
                _ => {}
            }
        }
        Ok(found.then_some(document))
    }

    /// All entities, in order of IRI.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn entities(&self) -> Result<Vec<StoredEntity>, StoreError> {
        let mut nodes = BTreeSet::new();
        for kind in v::ENTITY_TYPES {
            for quad in self.quads.quads_for_pattern(
                None,
                Some(v::TYPE),
                Some(v::class(*kind).into()),
                Some(GraphNameRef::DefaultGraph),
            ) {
                if let NamedOrBlankNode::NamedNode(node) = quad?.subject {
                    nodes.insert(node);
                }
            }
        }
        let mut entities = Vec::with_capacity(nodes.len());
        for node in nodes {
            entities.extend(self.entity(node.as_str())?);
        }
        Ok(entities)
    }

    /// One entity by its IRI; `None` where no document mentions it.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn entity(&self, iri: &str) -> Result<Option<StoredEntity>, StoreError> {
        let Ok(node) = NamedNodeRef::new(iri) else {
            return Ok(None);
        };
        let mut entity = StoredEntity {
            iri: iri.to_owned(),
            kinds: Vec::new(),
            labels: BTreeMap::new(),
            names: Vec::new(),
            tickers: Vec::new(),
            same_as: Vec::new(),
        };
        for quad in self
            .quads
            .quads_for_pattern(Some(node.into()), None, None, Some(GraphNameRef::DefaultGraph))
        {
            let quad = quad?;
            match (quad.predicate.as_ref(), &quad.object) {
                (v::TYPE, Term::NamedNode(class)) => {
                    entity.kinds.extend(v::entity_type(class.as_str()));
                }
                (v::PREF_LABEL, Term::Literal(label)) => {
                    let tag = canonical_tag(label.language().unwrap_or(""));
                    entity.labels.insert(tag, label.value().to_owned());
                }
                (v::ALT_LABEL, Term::Literal(label)) => entity
                    .names
                    .push((canonical_tag(label.language().unwrap_or("")), label.value().to_owned())),
                (v::TICKER_SYMBOL, symbol) => entity.tickers.push(text(symbol)),
                (v::SAME_AS, other) => entity.same_as.push(text(other)),
                _ => {}
            }
        }
        entity.kinds.sort_unstable();
        entity.names.sort_unstable();
        entity.tickers.sort_unstable();
        entity.same_as.sort_unstable();
        Ok((!entity.kinds.is_empty()).then_some(entity))
    }

    /// The claims that a filter lets through, in order of document, place and id.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn claims(&self, filter: &ClaimFilter) -> Result<Vec<StoredClaim>, StoreError> {
        let mut found: BTreeSet<(String, NamedNode)> = BTreeSet::new();
        for (property, object) in filter.entry_points() {
            let graph = filter
                .document
                .as_ref()
                .map(|id| GraphName::from(self.base.document(id)));
            for quad in self.quads.quads_for_pattern(
                None,
                Some(property),
                Some(Term::from(object).as_ref()),
                graph.as_ref().map(GraphName::as_ref),
            ) {
                let quad = quad?;
                if let (NamedOrBlankNode::NamedNode(claim), GraphName::NamedNode(graph)) =
                    (quad.subject, quad.graph_name)
                {
                    found.insert((graph.into_string(), claim));
                }
            }
        }
        let mut claims = Vec::new();
        for (graph, claim) in found {
            let graph = NamedNode::new_unchecked(graph);
            let quads: Vec<Quad> = self
                .quads
                .quads_for_pattern(Some((&claim).into()), None, None, Some((&graph).into()))
                .collect::<Result<_, _>>()?;
            claims.extend(read_claim(&quads, &claim, &graph, &self.base).filter(|claim| filter.lets_through(claim)));
        }
        claims.sort_by(|a, b| (&a.document, a.span, &a.id).cmp(&(&b.document, b.span, &b.id)));
        Ok(claims)
    }

    /// The claims that a filter lets through with the entities and documents they name.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn graph(&self, filter: &ClaimFilter) -> Result<Graph, StoreError> {
        let claims = self.claims(filter)?;
        let mut entities = BTreeSet::new();
        let mut documents = BTreeSet::new();
        for claim in &claims {
            entities.insert(claim.subject.as_str());
            if let ClaimObject::Entity(object) = &claim.object {
                entities.insert(object);
            }
            documents.insert(claim.document.as_str());
        }
        let mut graph = Graph::default();
        for iri in entities {
            graph.entities.extend(self.entity(iri)?);
        }
        for id in documents {
            graph.documents.extend(self.document(id)?);
        }
        graph.claims = claims;
        Ok(graph)
    }
}

impl ClaimFilter {
    /// The triples to look claims up by: the most selective that the filter names.
    fn entry_points(&self) -> Vec<(NamedNodeRef<'static>, NamedNode)> {
        let node = |iri: &String| NamedNode::new_unchecked(iri.clone());
        if let Some(subject) = &self.subject {
            vec![(v::SUBJECT, node(subject))]
        } else if let Some(object) = &self.object {
            vec![(v::OBJECT, node(object))]
        } else if let Some(entity) = &self.entity {
            vec![(v::SUBJECT, node(entity)), (v::OBJECT, node(entity))]
        } else if self.document.is_none() && !self.predicates.is_empty() {
            self.predicates
                .iter()
                .map(|predicate| (v::PREDICATE, v::property(*predicate)))
                .collect()
        } else {
            vec![(v::TYPE, v::CLAIM.into_owned())]
        }
    }

    fn lets_through(&self, claim: &StoredClaim) -> bool {
        let is_object = |iri: &str| matches!(&claim.object, ClaimObject::Entity(object) if object == iri);
        self.subject.as_ref().is_none_or(|iri| *iri == claim.subject)
            && self.object.as_ref().is_none_or(|iri| is_object(iri))
            && self
                .entity
                .as_ref()
                .is_none_or(|iri| *iri == claim.subject || is_object(iri))
            && (self.predicates.is_empty() || self.predicates.contains(&claim.predicate))
            && (self.statuses.is_empty() || self.statuses.contains(&claim.status))
            && self.min_score.is_none_or(|least| claim.score >= least)
    }
}

/// A claim from its quads; `None` where parts are missing, which a store that Jingwei wrote has nowhere.
fn read_claim(quads: &[Quad], claim: &NamedNode, graph: &NamedNode, base: &Base) -> Option<StoredClaim> {
    let (mut subject, mut predicate, mut object, mut status, mut span) = (None, None, None, None, None);
    let (mut former, mut score, mut quote, mut rule) = (false, 0.0, String::new(), String::new());
    let mut qualifiers: BTreeMap<String, Vec<QualifierValue>> = BTreeMap::new();
    for quad in quads {
        let value = text(&quad.object);
        match quad.predicate.as_ref() {
            v::TYPE | v::REIFIES => {}
            v::SUBJECT => subject = Some(value),
            v::PREDICATE => predicate = v::predicate(&value),
            v::OBJECT => object = Some(object_of(&quad.object, base)),
            v::STATUS => status = v::status_of(&value),
            v::SCORE => score = value.parse().ok()?,
            v::QUOTE => quote = value,
            v::RULE => rule = value,
            v::WAS_DERIVED_FROM => span = Base::passage_span(&value),
            property => {
                former |= property == v::POSITION_STATUS && value == v::FORMER.as_str();
                if let Some(name) = property.as_str().strip_prefix(v::JW) {
                    qualifiers
                        .entry(name.to_owned())
                        .or_default()
                        .push(object_of(&quad.object, base));
                }
            }
        }
    }
    for values in qualifiers.values_mut() {
        values.sort_by_cached_key(|value| format!("{value:?}"));
    }
    Some(StoredClaim {
        id: base.claim_id(claim.as_str())?,
        document: base.document_id(graph.as_str())?,
        subject: subject?,
        predicate: predicate?,
        object: object?,
        status: status?,
        former,
        score,
        quote,
        span: span?,
        rule,
        qualifiers,
    })
}

fn object_of(term: &Term, base: &Base) -> ClaimObject {
    match term {
        Term::NamedNode(node) => match Quantity::from_iri(node.as_str(), base) {
            Some(quantity) => ClaimObject::Quantity(quantity),
            None => match node.as_str().strip_prefix(v::JW) {
                Some(code) => ClaimObject::Text(code.to_owned()),
                None => ClaimObject::Entity(node.as_str().to_owned()),
            },
        },
        other => ClaimObject::Text(text(other)),
    }
}

fn text(term: &Term) -> String {
    match term {
        Term::NamedNode(node) => node.as_str().to_owned(),
        Term::Literal(literal) => literal.value().to_owned(),
        other => other.to_string(),
    }
}
