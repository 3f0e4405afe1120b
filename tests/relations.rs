//! The model of relations at work: what it tells of names that a document brings, and where it is silent.

use jingwei::claim::Status;
use jingwei::claim::relate::{Model, Relations, WEIGHTS};
use jingwei::extract::{ClaimOut, Extraction, Extractor, ObjectOut};
use jingwei::read::{Document, GivenMention};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Sentences of which no pattern tells anything about the two names, and what the model tells.
const TOLD: [(&str, &str, &str, &str, &str); 3] = [
    (
        "远帆科技与晴川医药共同研制的新药将于明年上市。",
        "远帆科技",
        "partneredWith",
        "晴川医药",
        "遠帆科技與晴川醫藥共同研製的新藥將於明年上市。",
    ),
    (
        "由星河证券推荐的远帆科技将在新三板挂牌。",
        "星河证券",
        "assisted",
        "远帆科技",
        "由星河證券推薦的遠帆科技將在新三板掛牌。",
    ),
    (
        "远帆科技拟把旗下的晴川医药卖掉。",
        "远帆科技",
        "owns",
        "晴川医药",
        "遠帆科技擬把旗下的晴川醫藥賣掉。",
    ),
];

fn document(text: &str, names: &[&str], language: &str) -> Document {
    let mut given: Vec<GivenMention> = Vec::new();
    let document = Document::from_text("d", "", text, None).with_language(language);
    for name in names {
        for (byte, _) in document.text.match_indices(name) {
            let start = document.text[..byte].chars().count();
            given.push(GivenMention {
                start,
                end: start + name.chars().count(),
                kind: Some("Company".to_owned()),
                entity: None,
            });
        }
    }
    given.sort_by_key(|m| m.start);
    if names.is_empty() {
        document
    } else {
        document.with_mentions(given)
    }
}

fn modelled(extraction: &Extraction) -> Vec<&ClaimOut> {
    let model = |claim: &&ClaimOut| claim.rule.starts_with("model.relation.");
    extraction.claims.iter().filter(model).collect()
}

/// Subject, predicate and object in the words of the text.
fn said(extraction: &Extraction, claim: &ClaimOut) -> (String, String, String) {
    let name = |iri: &str| {
        let mention = extraction.mentions.iter().find(|m| m.entity == iri);
        mention.map(|m| m.text.clone()).unwrap_or_default()
    };
    let object = match &claim.object {
        ObjectOut::Entity(iri) => name(iri),
        ObjectOut::Literal(value) => value.value.as_str().unwrap_or_default().to_owned(),
    };
    (name(&claim.subject), claim.predicate.name().to_owned(), object)
}

#[test]
fn it_tells_of_given_names_what_no_pattern_tells() {
    let extractor = Extractor::builtin().unwrap();
    for (text, a, predicate, b, _) in TOLD {
        let extraction = extractor.extract(&document(text, &[a, b], "zh-Hans-CN"));
        let claims = modelled(&extraction);
        assert!(!claims.is_empty(), "{text}");
        let wanted = (a.to_owned(), predicate.to_owned(), b.to_owned());
        assert_eq!(said(&extraction, claims[0]), wanted, "{text}");
        for claim in claims {
            assert!(
                claim.quote.contains(a) && claim.quote.contains(b),
                "{text}: {}",
                claim.quote
            );
            assert!(claim.score > 0.0 && claim.score < 1.0, "{text}: {}", claim.score);
        }
    }
}

#[test]
fn both_scripts_say_the_same() {
    let extractor = Extractor::builtin().unwrap();
    for (simplified, a, _, b, traditional) in TOLD {
        let of = |text: &str, names: [String; 2], language: &str| {
            let extraction = extractor.extract(&document(text, &[&names[0], &names[1]], language));
            let claims = modelled(&extraction);
            let fold = |(s, p, o): (String, String, String)| (jingwei::text::fold(&s), p, jingwei::text::fold(&o));
            claims
                .iter()
                .map(|c| {
                    (
                        fold(said(&extraction, c)),
                        c.rule.clone(),
                        c.start,
                        c.end,
                        c.score.to_bits(),
                        c.status,
                    )
                })
                .collect::<Vec<_>>()
        };
        let names = |text: &str| {
            // The same places of the text, in its own script.
            [a, b].map(|name| {
                let start = simplified[..simplified.find(name).unwrap()].chars().count();
                text.chars().skip(start).take(name.chars().count()).collect::<String>()
            })
        };
        assert_eq!(
            of(simplified, names(simplified), "zh-Hans-CN"),
            of(traditional, names(traditional), "zh-Hant-HK"),
            "{simplified}"
        );
    }
}

#[test]
fn it_is_silent_without_given_names_and_where_it_is_switched_off() {
    let extractor = Extractor::builtin().unwrap();
    let alone = Extractor::builtin().unwrap().with_relations(None);
    for (text, a, _, b, _) in TOLD {
        assert!(
            modelled(&extractor.extract(&document(text, &[], "zh-Hans-CN"))).is_empty(),
            "{text}"
        );
        assert!(
            modelled(&alone.extract(&document(text, &[a, b], "zh-Hans-CN"))).is_empty(),
            "{text}"
        );
    }
}

#[test]
fn what_is_owned_is_owned_whatever_is_planned() {
    let (text, a, _, b, _) = TOLD[2];
    let extraction = Extractor::builtin()
        .unwrap()
        .extract(&document(text, &[a, b], "zh-Hans-CN"));
    assert_eq!(modelled(&extraction)[0].status, Status::Asserted);
}

#[test]
fn its_card_names_the_weights() {
    let card = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/models/README.md")).unwrap();
    let digest: String = Sha256::digest(WEIGHTS)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert!(card.contains(&digest), "models/relations.bin is {digest}");
}

#[test]
fn a_denial_is_no_relation() {
    let extractor = Extractor::builtin().unwrap();
    let extraction = extractor.extract(&document(
        "远帆科技否认将收购晴川医药。",
        &["远帆科技", "晴川医药"],
        "zh-Hans-CN",
    ));
    assert!(modelled(&extraction).is_empty(), "{:?}", extraction.claims);
}

#[test]
fn other_weights_take_the_place_of_the_built_in_ones() {
    let again = Relations::from_bytes(WEIGHTS).unwrap();
    let extractor = Extractor::builtin()
        .unwrap()
        .with_relations(Some(Model::of(Arc::new(again))));
    let builtin = Extractor::builtin().unwrap();
    let (text, a, _, b, _) = TOLD[0];
    let document = document(text, &[a, b], "zh-Hans-CN");
    assert_eq!(extractor.extract(&document), builtin.extract(&document));
}
