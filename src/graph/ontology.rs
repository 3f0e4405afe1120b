use super::canonical_tag;
use super::vocabulary::JW;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{NamedOrBlankNode, Term};
use std::collections::BTreeMap;

/// The vocabulary in Turtle: every class, property and qualifier with names in three languages.
pub const ONTOLOGY: &str = include_str!("../../ontology/jingwei.ttl");

/// What every graph looks like, as SHACL shapes in Turtle.
pub const SHAPES: &str = include_str!("../../ontology/shapes.ttl");

/// The names of the vocabulary's terms in a language (`zh-Hant`, `zh-Hans`, `en`), by local name: `foundedBy` is
/// 創辦人, 创始人, founded by. Empty for other languages. Reads the ontology; keep the result.
pub fn term_labels(language: &str) -> BTreeMap<String, String> {
    let wanted = canonical_tag(language);
    RdfParser::from_format(RdfFormat::Turtle)
        .for_slice(ONTOLOGY)
        // The ontology is part of the program, and a test reads all of it.
        .filter_map(Result::ok)
        .filter(|quad| quad.predicate.as_str().ends_with("rdf-schema#label"))
        .filter_map(|quad| match (quad.subject, quad.object) {
            (NamedOrBlankNode::NamedNode(term), Term::Literal(label))
                if label.language().map(canonical_tag).as_deref() == Some(&*wanted) =>
            {
                let name = term.as_str().strip_prefix(JW)?.to_owned();
                Some((name, label.value().to_owned()))
            }
            _ => None,
        })
        .collect()
}
