//! Every example of the pattern files must give its claims, every counter-example must not match.

use jingwei::extract::{Extraction, Extractor, ObjectOut};
use jingwei::read::Document;
use jingwei::text::fold;

fn extract(extractor: &Extractor, text: &str, english: bool) -> Extraction {
    let published = "2025-06-30".parse().ok();
    let document =
        Document::from_text("example", "", text, published).with_language(if english { "en" } else { "zh-Hans-CN" });
    extractor.extract(&document)
}

/// The names of an entity, folded, or a literal as text.
fn names(extraction: &Extraction, iri: &str) -> Vec<String> {
    extraction
        .entities
        .iter()
        .filter(|e| e.id == iri)
        .flat_map(|e| e.names.iter().chain([&e.label]))
        .map(|n| fold(n).to_lowercase())
        .collect()
}

fn object_is(extraction: &Extraction, object: &ObjectOut, wanted: &str) -> bool {
    match object {
        ObjectOut::Entity(iri) => names(extraction, iri).contains(&fold(wanted).to_lowercase()),
        ObjectOut::Literal(literal) => match (&literal.value, wanted.parse::<f64>()) {
            (serde_json::Value::Number(n), Ok(w)) => {
                n.as_f64().is_some_and(|n| (n - w).abs() <= 1e-9 * w.abs().max(1.0))
            }
            (serde_json::Value::String(s), _) => s.starts_with(wanted) || fold(s) == fold(wanted),
            _ => false,
        },
    }
}

#[test]
fn examples_give_their_claims_and_counterexamples_do_not() {
    let extractor = Extractor::builtin().unwrap_or_else(|e| panic!("{e}"));
    let mut failures = Vec::new();
    let mut checked = 0;
    for pattern in extractor.reader().patterns() {
        let place = format!("{}:{} {}", pattern.place.0, pattern.place.1, pattern.id);
        for example in &pattern.examples {
            let Some((text, wanted)) = example.split_once("=>") else {
                failures.push(format!("{place}: `{example}` names no claim, so it checks nothing"));
                continue;
            };
            let extraction = extract(&extractor, text.trim(), pattern.english);
            for claim in wanted.split(';').map(str::trim).filter(|c| !c.is_empty()) {
                checked += 1;
                let parts: Vec<&str> = claim.split('|').map(str::trim).collect();
                let [subject, predicate, object] = parts[..] else {
                    failures.push(format!("{place}: `{claim}` is not `subject | predicate | object`"));
                    continue;
                };
                let found = extraction.claims.iter().any(|c| {
                    c.predicate.name() == predicate
                        && names(&extraction, &c.subject).contains(&fold(subject).to_lowercase())
                        && object_is(&extraction, &c.object, object)
                        || c.predicate.is_symmetric()
                            && c.predicate.name() == predicate
                            && object_is(&extraction, &c.object, subject)
                            && names(&extraction, &c.subject).contains(&fold(object).to_lowercase())
                });
                if !found {
                    let got: Vec<String> = extraction
                        .claims
                        .iter()
                        .map(|c| format!("{} {} {:?}", c.subject, c.predicate, c.object))
                        .collect();
                    failures.push(format!(
                        "{place}: {text}\n    wanted {claim}\n    got {}",
                        got.join("; ")
                    ));
                }
            }
        }
        for text in &pattern.counterexamples {
            checked += 1;
            let extraction = extract(&extractor, text, pattern.english);
            if let Some(claim) = extraction.claims.iter().find(|c| c.rule == pattern.id) {
                failures.push(format!("{place}: must not match {text}\n    got {:?}", claim.object));
            }
        }
    }
    assert!(checked > 100, "only {checked} examples were found");
    assert!(
        failures.is_empty(),
        "{} of {checked} examples fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
