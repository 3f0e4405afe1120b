use super::iri::own_term;
use super::language::{language_tag, name_tag, passage_tag};
use super::literal::{date_literal, decimal, number, score};
use super::quantity::{Quantity, bound_name, number_of};
use super::vocabulary::{self as v, QualifierKind, Range};
use super::{Base, GraphError};
use crate::extract::{ClaimOut, EntityOut, Extraction, Literal as JsonLiteral, ObjectOut};
use crate::measure::Bound;
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Quad, Term};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// The named graph of a document: what it said, and nothing that its name or another of its quads says already.
///
/// `edition` names the version of program and data that made the extraction; an unchanged document read by another
/// edition is read anew. The claims of symmetric predicates are turned so that the lesser IRI is the subject, so
/// that a fact stated both ways is one fact.
///
/// # Errors
/// [`GraphError`] where an entity's id is no IRI, the language no tag, or a qualifier's name no name.
pub fn document_quads(extraction: &Extraction, base: &Base, edition: &str) -> Result<Vec<Quad>, GraphError> {
    let document = &extraction.doc;
    let tag = language_tag(&document.language, &document.text);
    Literal::new_language_tagged_literal("", &tag).map_err(|_| GraphError::Language {
        document: document.id.clone(),
        language: document.language.clone(),
    })?;
    let mut writer = Writer {
        base,
        graph: base.document(&document.id),
        tag,
        entities: HashMap::with_capacity(extraction.entities.len()),
        quads: Vec::with_capacity(8 + 3 * extraction.entities.len() + 12 * extraction.claims.len()),
    };
    for entity in &extraction.entities {
        let node = entity_node(&entity.id)?;
        writer.entities.insert(&entity.id, node);
    }
    writer.metadata(extraction, edition);
    writer.names(extraction)?;
    for claim in &extraction.claims {
        writer.claim(&document.id, claim)?;
    }
    Ok(writer.quads)
}

/// `claim rdf:reifies <<( subject predicate object )>>` for every claim among `quads`: RDF 1.2's way to say what a
/// claim is about, beside `rdf:subject`, `rdf:predicate` and `rdf:object`.
pub fn reification(quads: &[Quad]) -> Vec<Quad> {
    let mut parts: HashMap<_, [Option<&Term>; 3]> = HashMap::new();
    for quad in quads {
        let at = match quad.predicate.as_ref() {
            v::SUBJECT => 0,
            v::PREDICATE => 1,
            v::OBJECT => 2,
            _ => continue,
        };
        parts.entry((&quad.subject, &quad.graph_name)).or_default()[at] = Some(&quad.object);
    }
    let mut reified = Vec::with_capacity(parts.len());
    for ((claim, graph), triple) in parts {
        if let [
            Some(Term::NamedNode(subject)),
            Some(Term::NamedNode(predicate)),
            Some(object),
        ] = triple
        {
            reified.push(Quad::new(
                claim.clone(),
                v::REIFIES,
                oxigraph::model::Triple::new(subject.clone(), predicate.clone(), object.clone()),
                graph.clone(),
            ));
        }
    }
    reified
}

struct Writer<'a> {
    base: &'a Base,
    graph: NamedNode,
    tag: String,
    entities: HashMap<&'a str, NamedNode>,
    quads: Vec<Quad>,
}

impl Writer<'_> {
    fn say(&mut self, subject: &NamedNode, property: NamedNodeRef<'_>, object: impl Into<Term>) {
        self.quads
            .push(Quad::new(subject.clone(), property, object, self.graph.clone()));
    }

    fn metadata(&mut self, extraction: &Extraction, edition: &str) {
        let document = &extraction.doc;
        let node = self.graph.clone();
        self.say(&node, v::TYPE, v::NEWS_ARTICLE);
        if !document.title.is_empty() {
            let title = self.passage(&document.title);
            self.say(&node, v::HEADLINE, title);
        }
        if let Some(published) = &document.published {
            self.say(&node, v::DATE_PUBLISHED, date_literal(published));
        }
        if let Some(publisher) = &document.publisher {
            let name = self.name(publisher);
            self.say(&node, v::PUBLISHER, name);
        }
        let language = Literal::new_simple_literal(&document.language);
        self.say(&node, v::IN_LANGUAGE, language);
        if let Some(url) = &document.url {
            // What isn't a well-formed IRI is kept as the text that it is.
            let url: Term =
                NamedNode::new(url).map_or_else(|_| Literal::new_simple_literal(url).into(), |iri| iri.into());
            self.say(&node, v::URL, url);
        }
        let sha256 = Literal::new_simple_literal(&document.sha256);
        self.say(&node, v::SHA256, sha256);
        self.say(&node, v::EXTRACTED_BY, Literal::new_simple_literal(edition));
    }

    /// Every entity's type and the names that this document used for it. What the lexicon knows beside them stands
    /// once in its own graph, not once a document.
    ///
    /// Under which other IRIs documents may speak of it is said here too: whoever decides about who is who needs it.
    fn names(&mut self, extraction: &Extraction) -> Result<(), GraphError> {
        let mut surfaces: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for mention in &extraction.mentions {
            surfaces.entry(&mention.entity).or_default().insert(mention.text.trim());
        }
        for entity in &extraction.entities {
            let Some(node) = self.entities.get(entity.id.as_str()).cloned() else {
                continue;
            };
            self.say(&node, v::TYPE, v::class(entity.kind));
            // A mention may be a pronoun; a name is what the entity's list of names holds as well.
            let mut used: BTreeSet<&str> = surfaces.remove(entity.id.as_str()).unwrap_or_default();
            used.retain(|surface| *surface == entity.label || entity.names.iter().any(|n| n == surface));
            let mut preferred: Vec<(&str, String)> = entity
                .labels
                .iter()
                .filter(|(_, label)| used.contains(label.as_str()))
                .map(|(tag, label)| (label.as_str(), tag.clone()))
                .collect();
            if preferred.is_empty() {
                let label = label(entity, self.tag.as_str());
                preferred.push(label);
            }
            for (label, tag) in &preferred {
                used.remove(label);
                self.say(&node, v::PREF_LABEL, tagged(label, tag));
            }
            for surface in used {
                let name = self.name(surface);
                self.say(&node, v::ALT_LABEL, name);
            }
            self.tickers(extraction, entity, &node);
            if let Some(body) = &entity.at {
                self.say(&node, v::AT, entity_node(body)?);
            }
            for handle in &entity.handles {
                self.say(&node, v::tie(handle.by), entity_node(&handle.iri)?);
            }
        }
        Ok(())
    }

    /// Tickers that the document itself states: those of the listings it claims.
    fn tickers(&mut self, extraction: &Extraction, entity: &EntityOut, node: &NamedNode) {
        let Some(listings) = entity.identifiers.get("listing") else {
            return;
        };
        let mut stated = BTreeSet::new();
        for claim in &extraction.claims {
            if claim.predicate != crate::claim::Predicate::ListedAs || claim.subject != entity.id {
                continue;
            }
            if let ObjectOut::Entity(object) = &claim.object
                && let Some(listing) = extraction.entities.iter().find(|e| e.id == *object)
                && listings.contains(&listing.label)
            {
                stated.insert(listing.label.as_str());
            }
        }
        for symbol in stated {
            self.say(node, v::TICKER_SYMBOL, Literal::new_simple_literal(symbol));
        }
    }

    fn claim(&mut self, document: &str, claim: &ClaimOut) -> Result<(), GraphError> {
        let node = self.base.claim(&claim.id);
        let mut subject = Term::from(self.entity(&claim.subject)?);
        let mut object = match &claim.object {
            ObjectOut::Entity(id) => self.entity(id)?.into(),
            ObjectOut::Literal(literal) => self.object(claim, literal),
        };
        if claim.predicate.is_symmetric()
            && let (Term::NamedNode(left), Term::NamedNode(right)) = (&subject, &object)
            && right < left
        {
            std::mem::swap(&mut subject, &mut object);
        }
        self.say(&node, v::TYPE, v::CLAIM);
        self.say(&node, v::SUBJECT, subject);
        self.say(&node, v::PREDICATE, v::property(claim.predicate));
        self.say(&node, v::OBJECT, object);
        self.say(&node, v::STATUS, v::status(claim.status));
        self.say(&node, v::SCORE, score(claim.score));
        let quote = self.passage(&claim.quote);
        self.say(&node, v::QUOTE, quote);
        let passage = self.base.passage(document, claim.start, claim.end);
        self.say(&node, v::WAS_DERIVED_FROM, passage);
        self.say(&node, v::RULE, Literal::new_simple_literal(&claim.rule));
        self.qualifiers(&node, claim)
    }

    fn object(&self, claim: &ClaimOut, literal: &JsonLiteral) -> Term {
        let text = match &literal.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match v::literal_range(claim.predicate) {
            Range::Date => date_literal(&text).into(),
            Range::Text => self.name(&text).into(),
            Range::Quantity => match Quantity::from_literal(literal) {
                Some(mut quantity) => {
                    if quantity.currency.is_none() && quantity.unit.is_none() {
                        quantity.currency = code(claim, "currency");
                        quantity.unit = code(claim, "unit");
                    }
                    if claim.predicate == crate::claim::Predicate::PriceMoved && quantity.unit.is_none() {
                        quantity.unit = Some("%".to_owned());
                        quantity.currency = None;
                    }
                    quantity.iri(self.base).into()
                }
                None => self.name(&text).into(),
            },
        }
    }

    fn qualifiers(&mut self, node: &NamedNode, claim: &ClaimOut) -> Result<(), GraphError> {
        for (name, value) in &claim.qualifiers {
            let values = match value {
                Value::Null => continue,
                Value::Array(values) => values.as_slice(),
                one => std::slice::from_ref(one),
            };
            if name == "status" {
                for value in values.iter().filter_map(Value::as_str) {
                    self.say(node, v::POSITION_STATUS, own_term(value)?);
                }
                continue;
            }
            let property = own_term(name)?;
            for value in values {
                self.qualifier(node, claim, name, property.as_ref(), value);
            }
        }
        Ok(())
    }

    fn qualifier(&mut self, node: &NamedNode, claim: &ClaimOut, name: &str, property: NamedNodeRef<'_>, value: &Value) {
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let object: Term = match v::qualifier(name) {
            QualifierKind::Date => date_literal(&text).into(),
            QualifierKind::Code => Literal::new_simple_literal(text).into(),
            QualifierKind::Quantity { unit, money } => match quantity(value, unit) {
                Some(mut quantity) => {
                    if quantity.currency.is_none() && quantity.unit.is_none() {
                        if money {
                            quantity.currency = code(claim, "currency");
                        } else {
                            quantity.unit = code(claim, "unit");
                        }
                    }
                    quantity.iri(self.base).into()
                }
                None => self.name(&text).into(),
            },
            QualifierKind::Number => {
                self.measure(node, name, property, value, &text);
                return;
            }
            QualifierKind::Text => match self.entities.get(text.as_str()) {
                Some(entity) => entity.clone().into(),
                None => self.passage(&text).into(),
            },
        };
        self.say(node, property, object);
    }

    /// A number of the claim itself, with its unit and bounds beside it.
    fn measure(&mut self, node: &NamedNode, name: &str, property: NamedNodeRef<'_>, value: &Value, text: &str) {
        if let Some(number_value) = number_of(value) {
            let literal = if name == "rank" {
                number(number_value)
            } else {
                decimal(number_value)
            };
            self.say(node, property, literal);
        } else if let Some(quantity) = quantity(value, None) {
            self.say(node, property, decimal(quantity.value));
            for (property, end) in [(v::MIN, quantity.min), (v::MAX, quantity.max)] {
                if let Some(end) = end {
                    self.say(node, property, decimal(end));
                }
            }
            if quantity.bound != Bound::Exact {
                let bound = Literal::new_simple_literal(bound_name(quantity.bound));
                self.say(node, v::BOUND, bound);
            }
            for (property, code) in [(v::UNIT, quantity.unit), (v::CURRENCY, quantity.currency)] {
                if let Some(code) = code {
                    self.say(node, property, Literal::new_simple_literal(code));
                }
            }
        } else {
            let text = self.name(text);
            self.say(node, property, text);
        }
    }

    /// An entity's node; one that the list of entities lacks is taken by its id.
    fn entity(&self, id: &str) -> Result<NamedNode, GraphError> {
        match self.entities.get(id) {
            Some(node) => Ok(node.clone()),
            None => entity_node(id),
        }
    }

    fn passage(&self, text: &str) -> Literal {
        tagged(text, &passage_tag(text, &self.tag))
    }

    fn name(&self, text: &str) -> Literal {
        tagged(text, &name_tag(text, &self.tag))
    }
}

pub(super) fn entity_node(id: &str) -> Result<NamedNode, GraphError> {
    NamedNode::new(id).map_err(|error| GraphError::Iri {
        what: "the entity",
        text: id.to_owned(),
        reason: error.to_string(),
    })
}

fn label<'a>(entity: &'a EntityOut, document_tag: &str) -> (&'a str, String) {
    let tag = entity
        .labels
        .iter()
        .find(|(_, label)| **label == entity.label)
        .map_or_else(|| name_tag(&entity.label, document_tag), |(tag, _)| tag.clone());
    (&entity.label, tag)
}

/// The tag is `zh-Hant`, `zh-Hans`, `en`, or the document's, which was checked before anything was written.
pub(super) fn tagged(text: &str, tag: &str) -> Literal {
    Literal::new_language_tagged_literal(text, tag).unwrap_or_else(|_| Literal::new_simple_literal(text))
}

/// A word of a closed list among the claim's qualifiers.
fn code(claim: &ClaimOut, name: &str) -> Option<String> {
    Some(claim.qualifiers.get(name)?.as_str()?.to_owned())
}

fn quantity(value: &Value, unit: Option<&str>) -> Option<Quantity> {
    if let Some(number) = number_of(value) {
        return Some(Quantity {
            value: number,
            min: None,
            max: None,
            bound: Bound::Exact,
            unit: unit.map(str::to_owned),
            currency: None,
        });
    }
    let mut quantity = Quantity::from_literal(&serde_json::from_value::<JsonLiteral>(value.clone()).ok()?)?;
    if quantity.unit.is_none() && quantity.currency.is_none() {
        quantity.unit = unit.map(str::to_owned);
    }
    Some(quantity)
}
