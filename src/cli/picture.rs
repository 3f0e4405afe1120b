//! From the store to what is drawn: entities with their names in the reader's language, claims with what is worth
//! showing of them.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use jingwei::draw::{Document, Edge, Edtf, Fact, Graph, Language, Node};
use jingwei::entity::EntityType;
use jingwei::graph::{Quantity, language_tag, term_labels};
use jingwei::measure::Bound;
use jingwei::store::{ClaimFilter, ClaimObject, Store, StoredClaim, StoredDocument, StoredEntity};
use jingwei::text::fold;
use miette::{IntoDiagnostic, miette};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// `zh-Hant`, `zh-Hans` or `en`, as an argument.
pub fn language() -> impl TypedValueParser<Value = Language> {
    PossibleValuesParser::new([
        PossibleValue::new("zh-Hant").help("Traditional Chinese"),
        PossibleValue::new("zh-Hans").help("Simplified Chinese"),
        PossibleValue::new("en").help("English"),
    ])
    .try_map(|tag| tag.parse::<Language>())
}

/// What most of the documents are written in; of equally frequent ones the first of the list above.
pub fn language_of_most(documents: &[StoredDocument]) -> Language {
    let count = |language: Language| {
        documents
            .iter()
            .filter(|document| language_tag(&document.language, &document.title) == language.tag())
            .count()
    };
    [Language::English, Language::Simplified, Language::Traditional]
        .into_iter()
        .max_by_key(|&language| count(language))
        .unwrap_or(Language::Traditional)
}

/// The large numbers that a language counts in, the largest first.
fn scales(language: Language) -> &'static [(f64, &'static str)] {
    match language {
        Language::Traditional => &[(1e12, "萬億"), (1e8, "億"), (1e4, "萬")],
        Language::Simplified => &[(1e12, "万亿"), (1e8, "亿"), (1e4, "万")],
        Language::English => &[(1e12, "tn"), (1e9, "bn"), (1e6, "m")],
    }
}

/// The IRIs of the entities with these names, in any script, width and case.
///
/// # Errors
/// A name that no entity has, with those that resemble it.
pub fn find(store: &Store, names: &[String]) -> miette::Result<Vec<String>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let entities = store.entities().into_diagnostic()?;
    let known: Vec<Vec<String>> = entities
        .iter()
        .map(|entity| all_names(entity).map(comparable).collect())
        .collect();
    let mut found = BTreeSet::new();
    for name in names {
        let wanted = comparable(name);
        let bearers: Vec<usize> = (0..entities.len())
            .filter(|&at| entities[at].iri == *name || known[at].contains(&wanted))
            .collect();
        if bearers.is_empty() {
            let mut near: Vec<&str> = (0..entities.len())
                .filter(|&at| {
                    known[at]
                        .iter()
                        .any(|other| other.contains(&wanted) || (other.chars().count() > 1 && wanted.contains(other)))
                })
                .map(|at| entities[at].label("zh-Hant"))
                .collect();
            near.truncate(5);
            return Err(match near.is_empty() {
                true => miette!("the store has no entity called `{name}`"),
                false => miette!(
                    "the store has no entity called `{name}`; did you mean {}?",
                    near.join(", ")
                ),
            });
        }
        found.extend(bearers.into_iter().map(|at| entities[at].iri.clone()));
    }
    Ok(found.into_iter().collect())
}

fn all_names(entity: &StoredEntity) -> impl Iterator<Item = &str> {
    let names = entity.names.iter().map(|(_, name)| name);
    entity
        .labels
        .values()
        .chain(names)
        .chain(&entity.tickers)
        .map(String::as_str)
}

fn comparable(name: &str) -> String {
    fold(name.trim()).to_lowercase()
}

/// The claims within so many steps of some entities, whatever their status; all where none are given.
pub fn claims(store: &Store, around: &[String], hops: usize) -> miette::Result<Vec<StoredClaim>> {
    if around.is_empty() {
        return store.claims(&ClaimFilter::default()).into_diagnostic();
    }
    let mut claims: BTreeMap<(String, String), StoredClaim> = BTreeMap::new();
    let mut reached: BTreeSet<String> = around.iter().cloned().collect();
    let mut frontier = reached.clone();
    // One step more than is shown, for the last entities' facts and the claims among them.
    for step in 0..=hops {
        let mut next = BTreeSet::new();
        for entity in std::mem::take(&mut frontier) {
            let filter = ClaimFilter {
                entity: Some(entity),
                ..ClaimFilter::default()
            };
            for claim in store.claims(&filter).into_diagnostic()? {
                next.extend(ends(&claim).filter(|iri| !reached.contains(*iri)).map(str::to_owned));
                claims.insert((claim.document.clone(), claim.id.clone()), claim);
            }
        }
        if step < hops {
            reached.extend(next.iter().cloned());
            frontier = next;
        }
    }
    claims.retain(|_, claim| ends(claim).all(|iri| reached.contains(iri)));
    Ok(claims.into_values().collect())
}

/// The centres as a caption should name them: by their label where no other entity of the graph is called so.
pub fn by_name(graph: &Graph, around: Vec<String>) -> Vec<String> {
    around
        .into_iter()
        .map(|iri| {
            let label = graph.nodes.iter().find(|node| node.iri == iri).map(|node| &node.label);
            match label {
                Some(label) if graph.find(label).is_ok_and(|found| found.len() == 1) => label.clone(),
                _ => iri,
            }
        })
        .collect()
}

/// The entities that a claim relates.
fn ends(claim: &StoredClaim) -> impl Iterator<Item = &str> {
    let object = match &claim.object {
        ClaimObject::Entity(iri) => Some(iri.as_str()),
        _ => None,
    };
    std::iter::once(claim.subject.as_str()).chain(object)
}

/// Whether the code under which a company is listed is an entity of the picture, or a fact about the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listings {
    Entities,
    Facts,
}

/// Claims with their entities and documents, as the drawing wants them.
pub fn graph(
    store: &Store,
    claims: Vec<StoredClaim>,
    around: &[String],
    language: Language,
    listings: Listings,
) -> miette::Result<Graph> {
    let mut iris: BTreeSet<&str> = claims.iter().flat_map(ends).collect();
    iris.extend(around.iter().map(String::as_str));
    let mut graph = Graph {
        predicate_labels: term_labels(language.tag()),
        language,
        ..Graph::default()
    };
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut labels: HashMap<&str, String> = HashMap::new();
    for iri in iris {
        let Some(entity) = store.entity(iri).into_diagnostic()? else {
            continue;
        };
        let Some(&kind) = entity.kinds.first() else { continue };
        let label = label(&entity, language);
        labels.insert(iri, label.clone());
        if kind == EntityType::Listing && listings == Listings::Facts && !around.iter().any(|centre| centre == iri) {
            continue;
        }
        places.insert(iri, graph.nodes.len());
        let names: BTreeSet<&str> = all_names(&entity).collect();
        graph.nodes.push(Node {
            iri: iri.to_owned(),
            label,
            kind,
            names: names.into_iter().map(str::to_owned).collect(),
            facts: Vec::new(),
        });
    }
    let mut documents: BTreeSet<&str> = BTreeSet::new();
    for claim in &claims {
        let Some(&subject) = places.get(claim.subject.as_str()) else {
            continue;
        };
        documents.insert(&claim.document);
        let doc = store.base().document(&claim.document).into_string();
        let predicate = claim.predicate.name().to_owned();
        let date = date(claim);
        match &claim.object {
            ClaimObject::Entity(iri) => {
                let Some(&object) = places.get(iri.as_str()) else {
                    if let Some(listing) = labels.get(iri.as_str()) {
                        let value = listing.clone();
                        graph.nodes[subject].facts.push(stated(claim, value, date, doc));
                    }
                    continue;
                };
                graph.edges.push(Edge {
                    subject,
                    object,
                    predicate,
                    status: claim.status,
                    score: claim.score,
                    date,
                    doc,
                    quote: claim.quote.clone(),
                    former: claim.former,
                    detail: detail(claim, &labels, language),
                });
            }
            value => {
                let value = fact(claim, value, &labels, language);
                graph.nodes[subject].facts.push(stated(claim, value, date, doc));
            }
        }
    }
    for id in documents {
        let Some(document) = store.document(id).into_diagnostic()? else {
            continue;
        };
        graph.documents.push(Document {
            iri: document.iri,
            title: (!document.title.is_empty()).then_some(document.title),
            published: document.published,
            publisher: document.publisher,
            url: document.url,
        });
    }
    Ok(graph)
}

fn stated(claim: &StoredClaim, value: String, date: Option<Edtf>, doc: String) -> Fact {
    Fact {
        predicate: claim.predicate.name().to_owned(),
        value,
        date,
        doc,
        quote: claim.quote.clone(),
        status: claim.status,
        score: claim.score,
    }
}

/// The name of an entity in a language; a name known in Traditional only is folded for readers of Simplified.
pub fn label(entity: &StoredEntity, language: Language) -> String {
    let label = entity.label(language.tag());
    if language == Language::Simplified && !entity.labels.contains_key("zh-Hans") {
        fold(label)
    } else {
        label.to_owned()
    }
}

/// When it was so, by the claim's own words; the day of publication says nothing about that.
fn date(claim: &StoredClaim) -> Option<Edtf> {
    ["date", "start", "end"]
        .iter()
        .find_map(|name| match claim.qualifiers.get(*name)?.first()? {
            ClaimObject::Text(date) => date.parse().ok(),
            _ => None,
        })
        .or_else(|| match &claim.object {
            ClaimObject::Text(date) => date.parse().ok(),
            _ => None,
        })
}

/// The qualifier worth showing beside a predicate, the most telling first.
fn detail(claim: &StoredClaim, labels: &HashMap<&str, String>, language: Language) -> Option<String> {
    const TELLING: [&str; 11] = [
        "amount",
        "share",
        "outcome",
        "value",
        "rating",
        "targetPrice",
        "rank",
        "round",
        "quantity",
        "price",
        "degree",
    ];
    // The role's name in the ontology is English; the text's own words may be of any language.
    let roles = match language {
        Language::English => ["role", "roleText"],
        _ => ["roleText", "role"],
    };
    let name = roles
        .into_iter()
        .chain(TELLING)
        .find(|name| claim.qualifiers.contains_key(*name))?;
    let mut detail = qualifier(claim, name, labels, language)?;
    let beside = match name {
        "amount" => Some("share"),
        "rating" => Some("targetPrice"),
        "outcome" => Some("aspect"),
        _ => None,
    };
    if let Some(more) = beside.and_then(|name| qualifier(claim, name, labels, language)) {
        detail = format!("{detail}, {more}");
    }
    if claim.former {
        detail = match language {
            Language::English => format!("former {detail}"),
            _ => format!("前{detail}"),
        };
    }
    Some(detail)
}

fn qualifier(claim: &StoredClaim, name: &str, labels: &HashMap<&str, String>, language: Language) -> Option<String> {
    let values = claim.qualifiers.get(name)?;
    let shown: Vec<String> = values.iter().map(|value| show(value, labels, language)).collect();
    Some(shown.join(", "))
}

/// A value that an entity has, as a reader wants to see it.
fn fact(claim: &StoredClaim, value: &ClaimObject, labels: &HashMap<&str, String>, language: Language) -> String {
    let mut text = String::new();
    if let Some(metric) = qualifier(claim, "metric", labels, language) {
        text = metric + " ";
    }
    text += &match value {
        ClaimObject::Quantity(quantity) if claim.predicate == jingwei::claim::Predicate::PriceMoved => {
            signed(quantity, language)
        }
        value => show(value, labels, language),
    };
    if let Some([ClaimObject::Quantity(change)]) = claim.qualifiers.get("change").map(Vec::as_slice) {
        text += &format!(" ({})", signed(change, language));
    }
    if let Some(price) = qualifier(claim, "price", labels, language) {
        text += &format!(" @ {price}");
    }
    text
}

fn show(value: &ClaimObject, labels: &HashMap<&str, String>, language: Language) -> String {
    match value {
        ClaimObject::Quantity(quantity) => amount(quantity, language),
        ClaimObject::Text(text) => text.clone(),
        ClaimObject::Entity(iri) => match labels.get(iri.as_str()) {
            Some(label) => label.clone(),
            None => iri.rsplit('/').next().unwrap_or(iri).to_owned(),
        },
    }
}

/// A change, with its sign.
fn signed(quantity: &Quantity, language: Language) -> String {
    let text = amount(quantity, language);
    if quantity.value > 0.0 { format!("+{text}") } else { text }
}

/// `12.6億 HKD`, `HKD 1.26bn`, `>90%`, `2–3%`.
pub fn amount(quantity: &Quantity, language: Language) -> String {
    let number = match (quantity.min, quantity.max) {
        (Some(min), Some(max)) => format!("{}–{}", number(min, language), number(max, language)),
        _ => number(quantity.value, language),
    };
    let bound = match quantity.bound {
        Bound::Over => ">",
        Bound::Under => "<",
        Bound::About => "~",
        Bound::Exact | Bound::Range => "",
    };
    let number = format!("{bound}{number}");
    match (&quantity.currency, quantity.unit.as_deref()) {
        (Some(currency), _) if language == Language::English => format!("{currency} {number}"),
        (Some(currency), _) => format!("{number} {currency}"),
        (None, Some("%")) => format!("{number}%"),
        (None, Some(unit)) => format!("{number} {unit}"),
        (None, None) => number,
    }
}

/// A number in the words of the language: 1260000000 is `12.6億` or `1.26bn`.
fn number(value: f64, language: Language) -> String {
    let scale = scales(language).iter().find(|(scale, _)| value.abs() >= *scale);
    let (scaled, word) = scale.map_or((value, ""), |(scale, word)| (value / scale, *word));
    // Four decimals are more than news gives, and fewer than binary fractions leave behind.
    let text = format!("{scaled:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let text = text.replace('-', "−");
    format!("{text}{word}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(value: f64) -> Quantity {
        Quantity {
            value,
            min: None,
            max: None,
            bound: Bound::Exact,
            unit: None,
            currency: Some("HKD".to_owned()),
        }
    }

    #[test]
    fn amounts_are_written_in_the_large_numbers_of_the_language() {
        assert_eq!(amount(&money(1.26e9), Language::Traditional), "12.6億 HKD");
        assert_eq!(amount(&money(1.26e9), Language::Simplified), "12.6亿 HKD");
        assert_eq!(amount(&money(1.26e9), Language::English), "HKD 1.26bn");
        assert_eq!(amount(&money(-0.1), Language::English), "HKD −0.1");
        let range = Quantity {
            min: Some(2.0),
            max: Some(3.0),
            unit: Some("%".to_owned()),
            currency: None,
            ..money(2.0)
        };
        assert_eq!(amount(&range, Language::English), "2–3%");
        let over = Quantity {
            bound: Bound::Over,
            ..money(5e4)
        };
        assert_eq!(amount(&over, Language::Simplified), ">5万 HKD");
    }

    #[test]
    fn every_predicate_has_a_label_in_every_language() {
        for language in [Language::Traditional, Language::Simplified, Language::English] {
            let labels = term_labels(language.tag());
            for predicate in jingwei::claim::Predicate::ALL {
                assert!(
                    labels.contains_key(predicate.name()),
                    "{predicate} in {}",
                    language.tag()
                );
            }
        }
    }
}
