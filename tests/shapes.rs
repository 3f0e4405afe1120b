//! Every graph passes `ontology/shapes.ttl`, judged by a SHACL engine that others wrote (pySHACL).
//!
//! The engine lives in a Python environment: `target/peers`, or where `JINGWEI_PEERS` says. Without it these tests
//! fail and say how to make it.

use jingwei::extract::Extraction;
use jingwei::graph::{Base, document_quads, vocabulary, write_quads};
use jingwei::store::{Part, Store};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, Quad};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn python() -> PathBuf {
    let peers = std::env::var_os("JINGWEI_PEERS").map_or_else(|| root().join("target/peers"), PathBuf::from);
    let python = peers.join("bin/python");
    assert!(
        python.exists(),
        "the SHACL engine is missing; make it with\n  python3 -m venv {peers} && {peers}/bin/pip install -r tests/shapes/requirements.txt",
        peers = peers.display()
    );
    python
}

/// Validates a Turtle file; the engine's verdict and report.
fn validate(data: &Path) -> (bool, String) {
    let output = Command::new(python())
        .args(["-m", "pyshacl", "--format", "human", "--shacl"])
        .arg(root().join("ontology/shapes.ttl"))
        .arg("--ont-graph")
        .arg(root().join("ontology/jingwei.ttl"))
        .arg(data)
        .output()
        .expect("the engine starts");
    let report = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => (true, report),
        Some(1) => (false, report),
        code => panic!("the engine broke down ({code:?}): {complaints}\n{report}"),
    }
}

/// The default graph with the claims and metadata of the documents, as the shapes want it.
fn to_validate(store: &Store) -> Vec<Quad> {
    let mut quads = store.part(&Part::Knowledge).expect("memory");
    quads.extend(
        store
            .part(&Part::Evidence)
            .expect("memory")
            .into_iter()
            .filter(|quad| !matches!(quad.predicate.as_ref(), vocabulary::PREF_LABEL | vocabulary::ALT_LABEL)),
    );
    quads
}

fn write(quads: Vec<Quad>, path: &Path) {
    let file = fs::File::create(path).expect("disk");
    write_quads(quads, RdfFormat::Turtle, &Base::default(), file).expect("disk");
}

fn store() -> Store {
    let store = Store::in_memory(Base::default()).expect("memory");
    for line in include_str!("data/graph/articles.jsonl").lines() {
        let article: Extraction = serde_json::from_str(line).expect("the fixture is sound");
        store
            .put(document_quads(&article, &Base::default(), "test").expect("so is its RDF"))
            .expect("memory");
    }
    store
}

#[test]
fn graphs_pass_the_shapes() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("graph.ttl");
    write(to_validate(&store()), &path);
    let (conforms, report) = validate(&path);
    assert!(conforms, "{report}");
}

/// Each of these is wrong in one way. The node that is wrong is `t:NAME`.
const WRONG: &str = r#"
t:noQuote a jw:Claim ; rdf:subject t:a ; rdf:predicate jw:owns ; rdf:object t:b ; jw:status jw:asserted ;
  jw:score 0.5 ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x#char=1,2> ; jw:rule "r" .
t:scoreTooHigh a jw:Claim ; rdf:subject t:a ; rdf:predicate jw:owns ; rdf:object t:b ; jw:status jw:asserted ;
  jw:score 1.5 ; jw:quote "q"@en ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x#char=1,2> ; jw:rule "r" .
t:unknownPredicate a jw:Claim ; rdf:subject t:a ; rdf:predicate jw:likes ; rdf:object t:b ; jw:status jw:asserted ;
  jw:score 0.5 ; jw:quote "q"@en ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x#char=1,2> ; jw:rule "r" .
t:twoStatuses a jw:Claim ; rdf:subject t:a ; rdf:predicate jw:owns ; rdf:object t:b ; jw:status jw:asserted , jw:negated ;
  jw:score 0.5 ; jw:quote "q"@en ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x#char=1,2> ; jw:rule "r" .
t:twoSubjects a jw:Claim ; rdf:subject t:a , t:b ; rdf:predicate jw:owns ; rdf:object t:b ; jw:status jw:asserted ;
  jw:score 0.5 ; jw:quote "q"@en ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x#char=1,2> ; jw:rule "r" .
t:noPassage a jw:Claim ; rdf:subject t:a ; rdf:predicate jw:owns ; rdf:object t:b ; jw:status jw:asserted ;
  jw:score 0.5 ; jw:quote "q"@en ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x> ; jw:rule "r" .
t:unknownQualifier a jw:Claim ; rdf:subject t:a ; rdf:predicate jw:owns ; rdf:object t:b ; jw:status jw:asserted ;
  jw:score 0.5 ; jw:quote "q"@en ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x#char=1,2> ; jw:rule "r" ; jw:mood "glad"@en .
t:founderIsAPlace a jw:Claim ; rdf:subject t:a ; rdf:predicate jw:foundedBy ; rdf:object t:place ; jw:status jw:asserted ;
  jw:score 0.5 ; jw:quote "q"@en ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x#char=1,2> ; jw:rule "r" .
t:placeHoldsPosition a jw:Claim ; rdf:subject t:place ; rdf:predicate jw:holdsPosition ; rdf:object t:a ; jw:status jw:asserted ;
  jw:score 0.5 ; jw:quote "q"@en ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x#char=1,2> ; jw:rule "r" .
t:dateIsText a jw:Claim ; rdf:subject t:a ; rdf:predicate jw:establishedOn ; rdf:object "2023" ; jw:status jw:asserted ;
  jw:score 0.5 ; jw:quote "q"@en ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x#char=1,2> ; jw:rule "r" .
t:objectIsText a jw:Claim ; rdf:subject t:a ; rdf:predicate jw:owns ; rdf:object "b"@en ; jw:status jw:asserted ;
  jw:score 0.5 ; jw:quote "q"@en ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x#char=1,2> ; jw:rule "r" .
t:amountIsText a jw:Claim ; rdf:subject t:a ; rdf:predicate jw:acquired ; rdf:object t:b ; jw:status jw:asserted ;
  jw:score 0.5 ; jw:quote "q"@en ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x#char=1,2> ; jw:rule "r" ; jw:amount "much"@en .
t:movedByMoney a jw:Claim ; rdf:subject t:a ; rdf:predicate jw:priceMoved ; rdf:object t:money ; jw:status jw:asserted ;
  jw:score 0.5 ; jw:quote "q"@en ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x#char=1,2> ; jw:rule "r" .
t:quantityWithoutValue a jw:Quantity ; jw:bound "exact" .
t:strangeCurrency a jw:Quantity ; jw:value 1.0 ; jw:bound "exact" ; jw:currency "yuan" .
t:nameless a jw:Company .
t:twoPreferredNames a jw:Company ; skos:prefLabel "a"@en , "b"@en .
t:strangeTicker a jw:Company ; skos:prefLabel "a"@en ; schema:tickerSymbol "700.HK" .
t:noFingerprint a schema:NewsArticle ; schema:inLanguage "en" ; jw:extractedBy "x" .
"#;

/// What the wrong ones refer to, itself sound.
const SOUND: &str = r#"
t:a a jw:Company ; skos:prefLabel "a"@en .
t:b a jw:Company ; skos:prefLabel "b"@en .
t:place a jw:Place ; skos:prefLabel "p"@en .
t:money a jw:Quantity ; jw:value 1.0 ; jw:bound "exact" ; jw:currency "HKD" .
t:right a jw:Claim ; rdf:subject t:a ; rdf:predicate jw:acquired ; rdf:object t:b ; jw:status jw:asserted ;
  jw:score 0.5 ; jw:quote "q"@en ; prov:wasDerivedFrom <https://w3id.org/jingwei/doc/x#char=1,2> ; jw:rule "r" ;
  jw:amount t:money ; jw:date "2024-33"^^<http://id.loc.gov/datatypes/edtf/EDTF> .
"#;

#[test]
fn the_shapes_find_what_is_wrong() {
    let mut turtle = String::from("@prefix t: <https://example.org/t/> .\n");
    for (prefix, iri) in vocabulary::PREFIXES {
        turtle.push_str(&format!("@prefix {prefix}: <{iri}> .\n"));
    }
    turtle.push_str(SOUND);
    turtle.push_str(WRONG);
    let quads: Vec<Quad> = RdfParser::from_format(RdfFormat::Turtle)
        .for_slice(&turtle)
        .collect::<Result<_, _>>()
        .expect("it is Turtle");
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("wrong.ttl");
    write(quads.clone(), &path);
    let (conforms, report) = validate(&path);
    assert!(!conforms);
    let complained = |name: &str| {
        report.lines().any(|line| {
            line.contains("Focus Node:")
                && (line.contains(&format!("t:{name}")) || line.contains(&format!("/t/{name}>")))
        })
    };
    let names = |turtle: &str| -> Vec<String> {
        turtle
            .lines()
            .filter_map(|line| Some(line.strip_prefix("t:")?.split(' ').next()?.to_owned()))
            .collect()
    };
    assert_eq!(names(WRONG).len(), 19);
    for name in names(WRONG) {
        assert!(complained(&name), "nothing was found wrong with {name}\n{report}");
    }
    for name in names(SOUND) {
        assert!(!complained(&name), "something was found wrong with {name}\n{report}");
    }
    assert!(quads.iter().all(|quad| quad.graph_name == GraphName::DefaultGraph));
}
