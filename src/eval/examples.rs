//! The examples and counter-examples that every pattern carries.

use crate::claim::Pattern;
use crate::extract::{Extraction, Extractor, ObjectOut};
use crate::read::Document;
use crate::text::fold;

/// Day on which examples count as published.
const PUBLISHED: &str = "2025-06-30";

/// An example that does not give its claim, or a counter-example that matches.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {pattern}: {reason}\n    {text}")]
pub struct ExampleError {
    pub file: String,
    /// Where the pattern begins.
    pub line: usize,
    pub pattern: String,
    pub text: String,
    pub reason: String,
}

/// Reads every example; the number of claims and counter-examples looked at, and those that fail.
pub fn check(extractor: &Extractor) -> (usize, Vec<ExampleError>) {
    let mut checked = 0;
    let mut errors = Vec::new();
    for pattern in extractor.reader().patterns() {
        let mut fail = |text: &str, reason: String| {
            errors.push(ExampleError {
                file: pattern.place.0.clone(),
                line: pattern.place.1,
                pattern: pattern.id.clone(),
                text: text.trim().to_owned(),
                reason,
            });
        };
        for example in &pattern.examples {
            let Some((text, wanted)) = example.split_once("=>") else {
                fail(example, "names no claim behind `=>`, so it checks nothing".to_owned());
                continue;
            };
            let extraction = read(extractor, pattern, text);
            for claim in wanted.split(';').map(str::trim).filter(|claim| !claim.is_empty()) {
                checked += 1;
                let parts: Vec<&str> = claim.split('|').map(str::trim).collect();
                match parts[..] {
                    [subject, predicate, object] if states(&extraction, subject, predicate, object) => {}
                    [_, _, _] => fail(text, format!("must give `{claim}`, gives {}", given(&extraction))),
                    _ => fail(text, format!("`{claim}` is not `subject | predicate | object`")),
                }
            }
        }
        for text in &pattern.counterexamples {
            checked += 1;
            let extraction = read(extractor, pattern, text);
            if extraction.claims.iter().any(|claim| claim.rule == pattern.id) {
                fail(text, format!("must not match, gives {}", given(&extraction)));
            }
        }
    }
    (checked, errors)
}

fn read(extractor: &Extractor, pattern: &Pattern, text: &str) -> Extraction {
    let document = Document::from_text("example", "", text.trim(), PUBLISHED.parse().ok())
        .with_language(if pattern.english { "en" } else { "zh-Hans-CN" });
    extractor.extract(&document)
}

fn states(extraction: &Extraction, subject: &str, predicate: &str, object: &str) -> bool {
    extraction
        .claims
        .iter()
        .filter(|claim| claim.predicate.name() == predicate)
        .any(|claim| {
            let is = |subject: &str, object: &str| {
                is_called(extraction, &claim.subject, subject) && is_object(extraction, &claim.object, object)
            };
            is(subject, object) || claim.predicate.is_symmetric() && is(object, subject)
        })
}

fn is_called(extraction: &Extraction, iri: &str, name: &str) -> bool {
    let name = fold(name).to_lowercase();
    extraction
        .entities
        .iter()
        .filter(|entity| entity.id == iri)
        .flat_map(|entity| entity.names.iter().chain([&entity.label]))
        .any(|other| fold(other).to_lowercase() == name)
}

fn is_object(extraction: &Extraction, object: &ObjectOut, wanted: &str) -> bool {
    match object {
        ObjectOut::Entity(iri) => is_called(extraction, iri, wanted),
        ObjectOut::Literal(literal) => match (&literal.value, wanted.parse::<f64>()) {
            (serde_json::Value::Number(number), Ok(wanted)) => number
                .as_f64()
                .is_some_and(|number| (number - wanted).abs() <= 1e-9 * wanted.abs().max(1.0)),
            (serde_json::Value::String(words), _) => words.starts_with(wanted) || fold(words) == fold(wanted),
            _ => false,
        },
    }
}

/// What an extraction claims, for a message.
fn given(extraction: &Extraction) -> String {
    let label = |iri: &str| {
        extraction
            .entities
            .iter()
            .find(|entity| entity.id == iri)
            .map_or_else(|| iri.to_owned(), |entity| entity.label.clone())
    };
    let claims: Vec<String> = extraction
        .claims
        .iter()
        .map(|claim| {
            let object = match &claim.object {
                ObjectOut::Entity(iri) => label(iri),
                ObjectOut::Literal(literal) => literal.value.to_string(),
            };
            format!(
                "`{} | {} | {object}` ({})",
                label(&claim.subject),
                claim.predicate,
                claim.rule
            )
        })
        .collect();
    if claims.is_empty() {
        "nothing".to_owned()
    } else {
        claims.join(", ")
    }
}
