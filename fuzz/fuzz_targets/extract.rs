//! The whole way from a text to its claims: offsets name what they say, and every claim has its quote.
#![no_main]

use jingwei::extract::Extractor;
use jingwei::graph::{Base, document_quads};
use jingwei::read::Document;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| Extractor::builtin().expect("the data is sound"));

fuzz_target!(|text: &str| {
    let (title, body) = text.split_once('\n').unwrap_or(("", text));
    let document = Document::from_text("fuzz", title, body, "2025-01-27".parse().ok());
    let extraction = EXTRACTOR.extract(&document);
    let points: Vec<char> = extraction.doc.text.chars().collect();
    let slice = |start: usize, end: usize| points[start..end].iter().collect::<String>();
    for mention in &extraction.mentions {
        assert_eq!(slice(mention.start, mention.end), mention.text);
    }
    for claim in &extraction.claims {
        assert_eq!(slice(claim.start, claim.end), claim.quote);
        assert!(!claim.quote.is_empty());
    }
    document_quads(&extraction, &Base::default(), "fuzz").expect("what is extracted can be said in RDF");
});
