//! What an extraction becomes in RDF, and that vocabulary, ontology and shapes say the same.

use jingwei::claim::{Predicate, Status};
use jingwei::extract::Extraction;
use jingwei::graph::{
    Base, Knowledge, ONTOLOGY, Quantity, SHAPES, canonical_tag, date_literal, document_quads, language_tag,
    reification, term_labels, vocabulary as v, write_quads,
};
use jingwei::measure::Bound;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, NamedNode, Quad, Term};
use proptest::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

fn articles() -> Vec<Extraction> {
    include_str!("data/graph/articles.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("the fixture is sound"))
        .collect()
}

fn nquads(quads: Vec<Quad>) -> String {
    let bytes = write_quads(quads, RdfFormat::NQuads, &Base::default(), Vec::new()).expect("memory");
    String::from_utf8(bytes).expect("UTF-8")
}

fn trig(quads: Vec<Quad>) -> String {
    let bytes = write_quads(quads, RdfFormat::TriG, &Base::default(), Vec::new()).expect("memory");
    String::from_utf8(bytes).expect("UTF-8")
}

/// One claim in a document of its own.
fn said(claim: serde_json::Value) -> Extraction {
    let mut whole = json!({
        "id": "c1", "subject": "https://w3id.org/jingwei/entity/a", "predicate": "owns",
        "object": "https://w3id.org/jingwei/entity/b", "qualifiers": {}, "status": "asserted",
        "start": 0, "end": 2, "quote": "甲乙", "score": 0.9, "rule": "r"
    });
    for (key, value) in claim.as_object().expect("an object") {
        whole[key] = value.clone();
    }
    let entity = |key: &str, name: &str| {
        json!({
            "id": format!("https://w3id.org/jingwei/entity/{key}"), "type": "Company", "label": name, "names": [name]
        })
    };
    serde_json::from_value(json!({
        "doc": {"id": "d", "title": "甲乙", "language": "zh-Hans", "sha256": "0", "text": "甲乙\n甲乙"},
        "entities": [entity("a", "甲"), entity("b", "乙")],
        "mentions": [], "claims": [whole]
    }))
    .expect("an extraction")
}

fn quads(extraction: &Extraction) -> Vec<Quad> {
    document_quads(extraction, &Base::default(), "test").expect("it can be said in RDF")
}

fn knowledge(extractions: &[Extraction]) -> Vec<Quad> {
    let mut knowledge = Knowledge::new(Base::default());
    for extraction in extractions {
        knowledge.add(&quads(extraction));
    }
    knowledge.into_quads()
}

/// The values of a claim's property, as N-Triples terms.
fn values(extraction: &Extraction, property: &str) -> BTreeSet<String> {
    let property = format!("{}{property}", v::JW);
    quads(extraction)
        .iter()
        .filter(|quad| quad.subject.to_string().contains("/claim/") && quad.predicate.as_str() == property)
        .map(|quad| quad.object.to_string())
        .collect()
}

fn plain_facts(extractions: &[Extraction]) -> Vec<String> {
    let mut facts: Vec<String> = knowledge(extractions)
        .iter()
        .filter(|quad| v::predicate(quad.predicate.as_str()).is_some())
        .map(|quad| quad.to_string().replace("https://w3id.org/jingwei/", ""))
        .collect();
    facts.sort();
    facts
}

#[test]
fn a_document_as_trig() {
    let article = &articles()[0];
    let mut all = quads(article);
    all.extend(knowledge(std::slice::from_ref(article)));
    insta::assert_snapshot!(trig(all));
}

#[test]
fn only_what_is_asserted_and_still_so_is_knowledge() {
    let fact = ["<entity/a> <ns#owns> <entity/b>".to_owned()];
    assert_eq!(plain_facts(&[said(json!({}))]), fact);
    for status in ["planned", "hedged", "negated"] {
        assert_eq!(plain_facts(&[said(json!({"status": status}))]), [""; 0], "{status}");
    }
    let post = |status: &str| said(json!({"predicate": "holdsPosition", "qualifiers": {"status": status}}));
    assert_eq!(plain_facts(&[post("current")]).len(), 1);
    assert_eq!(plain_facts(&[post("former")]), [""; 0]);
    // A fact that two documents state is one triple.
    let mut other = said(json!({"id": "c2"}));
    other.doc.id = "e".to_owned();
    assert_eq!(plain_facts(&[said(json!({})), other]), fact);
}

#[test]
fn symmetric_claims_are_one_fact_whichever_way_round() {
    let (a, b) = ("https://w3id.org/jingwei/entity/a", "https://w3id.org/jingwei/entity/b");
    let there = said(json!({"predicate": "partneredWith"}));
    let back = said(json!({"predicate": "partneredWith", "subject": b, "object": a}));
    assert_eq!(plain_facts(&[there]), plain_facts(std::slice::from_ref(&back)));
    let lopsided = said(json!({"predicate": "acquired", "subject": b, "object": a}));
    assert_ne!(plain_facts(&[back]), plain_facts(std::slice::from_ref(&lopsided)));
    assert_eq!(plain_facts(&[lopsided]), ["<entity/b> <ns#acquired> <entity/a>"]);
}

#[test]
fn qualifiers_get_the_values_that_the_ontology_promises() {
    let quantity = |part: &str| format!("<https://w3id.org/jingwei/quantity/{part}>");
    let cases: Vec<(serde_json::Value, &str, Vec<String>)> = vec![
        (
            json!({"date": "2023"}),
            "date",
            vec![r#""2023"^^<http://www.w3.org/2001/XMLSchema#gYear>"#.to_owned()],
        ),
        (
            json!({"date": "2024-33"}),
            "date",
            vec![r#""2024-33"^^<http://id.loc.gov/datatypes/edtf/EDTF>"#.to_owned()],
        ),
        (
            json!({"amount": 5e8, "currency": "HKD"}),
            "amount",
            vec![quantity("500000000;currency=HKD")],
        ),
        (
            json!({"amount": {"value": 5e8, "currency": "HKD", "bound": "over"}}),
            "amount",
            vec![quantity("500000000;bound=over;currency=HKD")],
        ),
        (json!({"amount": "500000000"}), "amount", vec![quantity("500000000")]),
        (json!({"share": 8.7}), "share", vec![quantity("8.7;unit=%25")]),
        (
            json!({"share": {"value": 5, "min": 5, "max": 7, "bound": "range", "unit": "%"}}),
            "share",
            vec![quantity("5;bound=range;max=7;min=5;unit=%25")],
        ),
        (
            json!({"quantity": 2048, "unit": "塊"}),
            "quantity",
            vec![quantity("2048;unit=%E5%A1%8A")],
        ),
        (
            json!({"rank": 1}),
            "rank",
            vec![r#""1"^^<http://www.w3.org/2001/XMLSchema#integer>"#.to_owned()],
        ),
        (
            json!({"value": [90, 95]}),
            "value",
            vec![
                r#""90"^^<http://www.w3.org/2001/XMLSchema#decimal>"#.to_owned(),
                r#""95"^^<http://www.w3.org/2001/XMLSchema#decimal>"#.to_owned(),
            ],
        ),
        (
            json!({"value": {"value": 90, "max": 95, "unit": "%"}}),
            "max",
            vec![r#""95"^^<http://www.w3.org/2001/XMLSchema#decimal>"#.to_owned()],
        ),
        (
            json!({"role": "chief executive officer"}),
            "role",
            vec![r#""chief executive officer""#.to_owned()],
        ),
        (
            json!({"roleText": "行政總裁"}),
            "roleText",
            vec![r#""行政總裁"@zh-hans"#.to_owned()],
        ),
        (
            json!({"aspect": ["coding", "數學"]}),
            "aspect",
            vec![r#""coding"@en"#.to_owned(), r#""數學"@zh-hans"#.to_owned()],
        ),
        (
            json!({"attributedTo": "https://w3id.org/jingwei/entity/b"}),
            "attributedTo",
            vec!["<https://w3id.org/jingwei/entity/b>".to_owned()],
        ),
        (
            json!({"status": "incoming"}),
            "positionStatus",
            vec!["<https://w3id.org/jingwei/ns#incoming>".to_owned()],
        ),
        (json!({"date": null}), "date", vec![]),
    ];
    for (qualifiers, property, expected) in cases {
        let found = values(&said(json!({"qualifiers": qualifiers})), property);
        assert_eq!(found, expected.into_iter().collect(), "{qualifiers}");
    }
}

#[test]
fn objects_are_dates_texts_or_quantities_by_predicate() {
    let object = |predicate: &str, literal: serde_json::Value| {
        let extraction = said(json!({"predicate": predicate, "object": literal}));
        quads(&extraction)
            .into_iter()
            .find(|quad| quad.predicate.as_ref() == v::OBJECT)
            .expect("a claim has an object")
            .object
            .to_string()
    };
    assert!(object("establishedOn", json!({"value": "2023-07"})).ends_with("gYearMonth>"));
    assert!(object("bornOn", json!({"value": "1964-10-29"})).ends_with("#date>"));
    assert_eq!(object("alsoKnownAs", json!({"value": "360"})), r#""360"@zh-hans"#);
    assert_eq!(
        object("issued", json!({"value": "22万科MTN004"})),
        r#""22万科MTN004"@zh-hans"#
    );
    assert!(object("hasMetric", json!({"value": 12.5, "unit": "%"})).ends_with("/12.5;unit=%25>"));
    // A price moves by percent, whatever currency the price itself is in.
    assert!(object("priceMoved", json!({"value": -3})).ends_with("/-3;unit=%25>"));
}

#[test]
fn what_is_no_iri_or_no_language_is_refused() {
    let refused = |extraction: &Extraction| {
        document_quads(extraction, &Base::default(), "test")
            .expect_err("it is refused")
            .to_string()
    };
    let mut odd = said(json!({}));
    odd.entities[0].id = "not an IRI".to_owned();
    assert!(refused(&odd).contains("not an IRI"));
    let mut odd = said(json!({}));
    odd.doc.language = "中文".to_owned();
    assert!(refused(&odd).contains("中文"));
    let odd = said(json!({"qualifiers": {"a b": 1}}));
    assert!(refused(&odd).contains("a b"));
    for base in [
        "",
        "data/",
        "https://example.org",
        "https://example.org/?a/",
        "https://example.org/ a/",
    ] {
        assert!(Base::new(base).is_err(), "{base}");
    }
    assert!(Base::new("https://example.org/data/").is_ok());
}

#[test]
fn a_pronoun_is_no_name() {
    let mut article = said(json!({}));
    article.mentions = serde_json::from_value(json!([
        {"entity": "https://w3id.org/jingwei/entity/a", "start": 0, "end": 1, "text": "甲", "type": "Company", "score": 1.0},
        {"entity": "https://w3id.org/jingwei/entity/a", "start": 1, "end": 2, "text": "該公司", "type": "Company", "score": 1.0}
    ]))
    .expect("mentions");
    let text = nquads(quads(&article));
    assert!(text.contains("\"甲\"@zh-Hans"));
    assert!(!text.contains("該公司"));
}

#[test]
fn names_do_not_depend_on_the_order_of_documents() {
    let mut articles = articles();
    let forward = nquads(knowledge(&articles));
    articles.reverse();
    assert_eq!(nquads(knowledge(&articles)), forward);
}

#[test]
fn languages_and_scripts() {
    for (given, sample, tag) in [
        ("zh-Hant-HK", "", "zh-Hant"),
        ("zh_TW", "", "zh-Hant"),
        ("zh-CN", "", "zh-Hans"),
        ("ZH-HANS", "", "zh-Hans"),
        ("zh", "遠帆科技", "zh-Hant"),
        ("zh", "远帆科技", "zh-Hans"),
        ("en-US", "", "en"),
        ("ja", "", "ja"),
    ] {
        assert_eq!(language_tag(given, sample), tag, "{given}");
    }
    assert_eq!(canonical_tag("zh-hant-hk"), "zh-Hant-HK");
    assert_eq!(canonical_tag("EN"), "en");
}

#[test]
fn dates() {
    for (edtf, datatype) in [
        ("2023", "gYear"),
        ("2023-11", "gYearMonth"),
        ("2023-11-02", "date"),
        ("2023-02-30", "EDTF"),
        ("2023-13", "EDTF"),
        ("2024-33", "EDTF"),
        ("2024-41", "EDTF"),
        ("2023/2024", "EDTF"),
        ("202X", "EDTF"),
    ] {
        let literal = date_literal(edtf);
        assert_eq!(literal.value(), edtf);
        assert!(literal.datatype().as_str().ends_with(datatype), "{edtf}: {literal}");
    }
}

proptest! {
    /// An id of any kind makes an IRI, and the IRI gives it back.
    #[test]
    fn ids_survive(id in "\\PC{1,40}") {
        let base = Base::default();
        for node in [base.document(&id), base.claim(&id)] {
            prop_assert!(NamedNode::new(node.as_str()).is_ok());
        }
        prop_assert_eq!(base.document_id(base.document(&id).as_str()), Some(id.clone()));
        prop_assert_eq!(base.document_id(base.passage(&id, 3, 5).as_str()), Some(id.clone()));
        prop_assert_eq!(base.claim_id(base.claim(&id).as_str()), Some(id.clone()));
        prop_assert_eq!(Base::passage_span(base.passage(&id, 3, 5).as_str()), Some((3, 5)));
    }

    /// A quantity's IRI is valid and gives the quantity back.
    #[test]
    fn quantities_survive(
        value in -1e15f64..1e15,
        max in proptest::option::of(-1e6f64..1e6),
        bound in 0usize..5,
        unit in proptest::option::of("\\PC{1,8}"),
        currency in proptest::option::of("[A-Z]{3}"),
    ) {
        let bound = [Bound::Exact, Bound::Over, Bound::Under, Bound::About, Bound::Range][bound];
        let quantity = Quantity { value, min: max.map(|m| m - 1.0), max, bound, unit, currency };
        let base = Base::default();
        let node = quantity.iri(&base);
        prop_assert!(NamedNode::new(node.as_str()).is_ok());
        prop_assert_eq!(Quantity::from_iri(node.as_str(), &base), Some(quantity.clone()));
        for triple in quantity.triples(&base) {
            prop_assert_eq!(triple.subject.to_string(), node.to_string());
        }
    }
}

#[test]
fn formats_hold_the_same_and_are_the_same_each_time() {
    let mut all = Vec::new();
    for article in &articles() {
        all.extend(quads(article));
    }
    all.extend(knowledge(&articles()));
    let mut shuffled = all.clone();
    shuffled.reverse();
    let lines = nquads(all.clone());
    assert_eq!(lines, nquads(shuffled.clone()));
    let text = trig(all.clone());
    assert_eq!(text, trig(shuffled));
    let back: Vec<Quad> = RdfParser::from_format(RdfFormat::TriG)
        .for_slice(&text)
        .collect::<Result<_, _>>()
        .expect("it is TriG");
    assert_eq!(nquads(back), lines);
    // Turtle has no graphs: every triple once.
    let bytes = write_quads(all.clone(), RdfFormat::Turtle, &Base::default(), Vec::new()).expect("memory");
    let triples: BTreeSet<String> = RdfParser::from_format(RdfFormat::Turtle)
        .for_slice(&bytes)
        .map(|quad| quad.expect("it is Turtle").to_string())
        .collect();
    let expected: BTreeSet<String> = all
        .into_iter()
        .map(|mut quad| {
            quad.graph_name = GraphName::DefaultGraph;
            quad.to_string()
        })
        .collect();
    assert_eq!(triples, expected);
}

#[test]
fn rdf_12_leads_claims_to_their_triples() {
    let quads = quads(&articles()[0]);
    let reified = reification(&quads);
    assert_eq!(reified.len(), articles()[0].claims.len());
    let text = nquads(reified);
    assert!(text.contains("<<( <https://w3id.org/jingwei/entity/yuanfan> <https://w3id.org/jingwei/ns#foundedBy> <https://w3id.org/jingwei/entity/lin-zhiyuan> )>>"), "{text}");
    let back: Vec<Quad> = RdfParser::from_format(RdfFormat::NQuads)
        .for_slice(&text)
        .collect::<Result<_, _>>()
        .expect("it is N-Quads 1.2");
    assert_eq!(nquads(back), text);
}

fn turtle(text: &str) -> Vec<Quad> {
    RdfParser::from_format(RdfFormat::Turtle)
        .for_slice(text)
        .collect::<Result<_, _>>()
        .expect("it is Turtle")
}

fn of_type(ontology: &[Quad], class: &str) -> BTreeSet<String> {
    let class = if class.contains(':') {
        class.to_owned()
    } else {
        format!("{}{class}", v::JW)
    };
    ontology
        .iter()
        .filter(|quad| quad.predicate.as_ref() == v::TYPE)
        .filter(|quad| matches!(&quad.object, Term::NamedNode(node) if node.as_str() == class))
        .map(|quad| quad.subject.to_string().trim_matches(['<', '>']).replace(v::JW, ""))
        .collect()
}

#[test]
fn ontology_and_program_have_the_same_predicates() {
    let ontology = turtle(ONTOLOGY);
    let program: BTreeSet<String> = Predicate::ALL.iter().map(|p| p.name().to_owned()).collect();
    assert_eq!(of_type(&ontology, "Relation"), program);
    let symmetric: BTreeSet<String> = Predicate::ALL
        .iter()
        .filter(|predicate| predicate.is_symmetric())
        .map(|predicate| predicate.name().to_owned())
        .collect();
    assert_eq!(
        of_type(&ontology, "http://www.w3.org/2002/07/owl#SymmetricProperty"),
        symmetric
    );
    for predicate in Predicate::ALL {
        assert_eq!(v::predicate(v::property(*predicate).as_str()), Some(*predicate));
    }
}

#[test]
fn ontology_and_program_have_the_same_types_statuses_and_qualifiers() {
    let ontology = turtle(ONTOLOGY);
    let classes = of_type(&ontology, "http://www.w3.org/2002/07/owl#Class");
    for kind in v::ENTITY_TYPES {
        let name = v::class(*kind).as_str().replace(v::JW, "");
        assert!(classes.contains(&name), "{name}");
        assert_eq!(v::entity_type(v::class(*kind).as_str()), Some(*kind));
    }
    let statuses: BTreeSet<String> = [Status::Asserted, Status::Planned, Status::Hedged, Status::Negated]
        .into_iter()
        .map(|status| v::status(status).as_str().replace(v::JW, ""))
        .collect();
    assert_eq!(of_type(&ontology, "Status"), statuses);
    let mut qualifiers: BTreeSet<String> = v::QUALIFIERS.iter().map(|(name, _)| (*name).to_owned()).collect();
    qualifiers.insert("positionStatus".to_owned());
    assert_eq!(of_type(&ontology, "Qualifier"), qualifiers);
}

#[test]
fn every_term_is_named_and_described_in_three_languages() {
    let ontology = turtle(ONTOLOGY);
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for quad in &ontology {
        let subject = quad.subject.to_string();
        if !subject.contains(v::JW) {
            continue;
        }
        let known = texts.entry(subject).or_default();
        if let Term::Literal(literal) = &quad.object {
            let property = quad.predicate.as_str().rsplit('#').next().unwrap_or_default();
            if property == "label" || property == "comment" {
                assert!(!literal.value().is_empty());
                known.insert(format!("{property}@{}", literal.language().unwrap_or("")));
            }
        }
    }
    for (term, texts) in texts {
        let expected: BTreeSet<String> = ["label", "comment"]
            .iter()
            .flat_map(|property| ["zh-hant", "zh-hans", "en"].map(|tag| format!("{property}@{tag}")))
            .collect();
        assert_eq!(texts, expected, "{term}");
    }
}

#[test]
fn terms_are_called_by_their_names() {
    for (language, name) in [("zh-Hant", "創辦人"), ("zh-Hans", "创始人"), ("en", "founded by")] {
        assert_eq!(term_labels(language)["foundedBy"], name);
    }
    for predicate in Predicate::ALL {
        assert!(term_labels("zh-hans").contains_key(predicate.name()));
    }
    assert!(term_labels("fr").is_empty());
}

#[test]
fn the_shapes_know_every_predicate_and_qualifier() {
    let shapes = turtle(SHAPES);
    let named: BTreeSet<&str> = shapes
        .iter()
        .filter_map(|quad| match &quad.object {
            Term::NamedNode(node) => node.as_str().strip_prefix(v::JW),
            _ => None,
        })
        .collect();
    for predicate in Predicate::ALL {
        assert!(named.contains(predicate.name()), "{predicate}");
    }
    for (qualifier, _) in v::QUALIFIERS {
        assert!(named.contains(qualifier), "{qualifier}");
    }
    // And name nothing that the ontology lacks.
    let ontology = turtle(ONTOLOGY);
    let declared: BTreeSet<String> = ontology
        .iter()
        .map(|quad| quad.subject.to_string().trim_matches(['<', '>']).replace(v::JW, ""))
        .collect();
    for name in named {
        assert!(name.ends_with("Shape") || declared.contains(name), "{name}");
    }
}
