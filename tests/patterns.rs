//! Every example of the pattern files must give its claims, every counter-example must not match.

use jingwei::claim::Predicate;
use jingwei::eval::examples;
use jingwei::extract::{Extractor, ObjectOut};
use jingwei::read::Document;

/// The rows of a table of cases, each of so many cells.
fn rows<const CELLS: usize>(table: &str) -> impl Iterator<Item = [&str; CELLS]> {
    let rows = table.lines().filter(|row| !row.starts_with('#'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('\t').collect();
        cells
            .try_into()
            .unwrap_or_else(|_| panic!("{CELLS} cells are wanted: {row}"))
    })
}

#[test]
fn examples_give_their_claims_and_counterexamples_do_not() {
    let extractor = Extractor::builtin().unwrap_or_else(|e| panic!("{e}"));
    let (checked, errors) = examples::check(&extractor);
    assert!(checked > 100, "only {checked} examples were found");
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(
        errors.is_empty(),
        "{} of {checked} examples fail:\n{}",
        errors.len(),
        errors.join("\n")
    );
}

/// `tests/data/claims/lists.tsv`
#[test]
fn lists_and_brackets_are_read() {
    let extractor = Extractor::builtin().unwrap();
    for [name, text, wanted] in rows(include_str!("data/claims/lists.tsv")) {
        let document = Document::from_text("lists", "", text, "2026-04-20".parse().ok());
        let extraction = extractor.extract(&document);
        let mut told: Vec<String> = extraction
            .claims
            .iter()
            .map(|claim| {
                let subject = extraction
                    .mentions
                    .iter()
                    .find(|mention| mention.entity == claim.subject)
                    .map_or("", |mention| mention.text.as_str());
                let object = match &claim.object {
                    ObjectOut::Literal(literal) => literal.value.to_string(),
                    ObjectOut::Entity(iri) => iri.rsplit('/').next().unwrap_or_default().to_owned(),
                };
                format!("{subject} {} {object}", claim.predicate)
            })
            .collect();
        told.sort();
        assert_eq!(told.join(", "), wanted, "{name}: {text}");
    }
}

/// `tests/data/claims/days.tsv`
#[test]
fn prices_move_on_the_day_that_is_told_of() {
    let extractor = Extractor::builtin().unwrap();
    for [name, published, text, wanted] in rows(include_str!("data/claims/days.tsv")) {
        let document = Document::from_text("days", "", &text.replace('⏎', "\n"), published.parse().ok());
        let days: Vec<String> = extractor
            .extract(&document)
            .claims
            .iter()
            .filter(|claim| claim.predicate == Predicate::PriceMoved)
            .map(|claim| {
                claim
                    .qualifiers
                    .get("date")
                    .map_or("none".to_owned(), |day| day.as_str().unwrap_or_default().to_owned())
            })
            .collect();
        assert_eq!(days.join(" "), wanted, "{name}: {text}");
    }
}

/// `tests/data/claims/status.tsv`
#[test]
fn what_is_told_of_as_told_is_not_asserted() {
    let extractor = Extractor::builtin().unwrap();
    for [text, predicate, wanted] in rows(include_str!("data/claims/status.tsv")) {
        let document = Document::from_text("status", "", text, "2026-04-20".parse().ok());
        let told: Vec<String> = extractor
            .extract(&document)
            .claims
            .iter()
            .filter(|claim| claim.predicate.name() == predicate)
            .map(|claim| format!("{:?}", claim.status).to_lowercase())
            .collect();
        assert_eq!(told.join(" "), wanted, "{text}");
    }
}
