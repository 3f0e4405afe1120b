//! The questions of `queries/`, asked of a small store, with their answers as snapshots.

use jingwei::extract::{Extraction, Extractor, ObjectOut};
use jingwei::graph::{Base, document_quads};
use jingwei::query::{Answer, Format, Options, QueryError, Stop, run};
use jingwei::read::{self, Sources};
use jingwei::store::Store;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

fn store() -> Store {
    let store = Store::in_memory(Base::default()).expect("memory");
    for line in include_str!("data/graph/articles.jsonl").lines() {
        let article: Extraction = serde_json::from_str(line).expect("the fixture is sound");
        let quads = document_quads(&article, &Base::default(), "test").expect("so is its RDF");
        store.put(quads).expect("memory");
    }
    store
}

fn questions() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let mut questions: Vec<(String, String)> = fs::read_dir(folder)
        .expect("the folder of questions")
        .map(|entry| entry.expect("its entries").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rq"))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(path).expect("UTF-8"))
        })
        .collect();
    questions.sort();
    questions
}

fn written(answer: &Answer, format: &str) -> String {
    let format: Format = format.parse().expect("a known format");
    let mut out = Vec::new();
    answer
        .write(format, &Base::default(), None, &mut out)
        .expect("the answer fits the format");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn every_question_has_its_answer() {
    let store = store();
    let questions = questions();
    assert!(questions.len() >= 20);
    for (name, sparql) in questions {
        assert!(sparql.starts_with("# "), "{name} begins with the question as a comment");
        let answer = run(&store, &sparql, Options::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        insta::assert_snapshot!(name.clone(), written(&answer, "table"));
    }
}

/// The same questions of the articles of `corpus/`, as the program reads them.
#[test]
fn every_question_is_answered_from_the_corpus() {
    let extractor = Extractor::builtin().expect("the built-in data are sound");
    let store = Store::in_memory(Base::default()).expect("memory");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/articles");
    for document in Sources::open([corpus], read::Options::default()).documents() {
        let extraction = extractor.extract(&document.expect("the corpus can be read"));
        let quads = document_quads(&extraction, &Base::default(), "test").expect("its metadata are sound");
        store.put(quads).expect("memory");
    }
    for (name, sparql) in questions() {
        let answer = run(&store, &sparql, Options::default()).unwrap_or_else(|error| panic!("{name}: {error}"));
        insta::assert_snapshot!(format!("corpus_{name}"), written(&answer, "table"));
    }
}

/// A plan that compares everything with everything takes minutes here, a sound one well under a second.
#[test]
fn questions_stay_quick_when_the_store_grows() {
    let store = Store::in_memory(Base::default()).expect("memory");
    let articles: Vec<Extraction> = include_str!("data/graph/articles.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("the fixture is sound"))
        .collect();
    let mut loader = store.loader();
    for number in 0..1000 {
        // Every hundred articles speak of companies and people of their own.
        let circle = number % 99;
        let rename = |id: &mut String| id.push_str(&format!("-{circle}"));
        let mut article = articles[number % articles.len()].clone();
        article.doc.id.push_str(&format!("-{number}"));
        article.entities.iter_mut().for_each(|entity| rename(&mut entity.id));
        article
            .mentions
            .iter_mut()
            .for_each(|mention| rename(&mut mention.entity));
        for claim in &mut article.claims {
            claim.id.push_str(&format!("{number}"));
            rename(&mut claim.subject);
            if let ObjectOut::Entity(object) = &mut claim.object {
                rename(object);
            }
        }
        let quads = document_quads(&article, &Base::default(), "test").expect("sound");
        loader.add(quads).expect("memory");
    }
    loader.finish().expect("memory");
    let patience = Options {
        timeout: Some(Duration::from_secs(20)),
        ..Options::default()
    };
    for (name, sparql) in questions() {
        let started = Instant::now();
        if let Err(error) = run(&store, &sparql, patience) {
            panic!("{name}: {error}");
        }
        println!("{name}: {:?}", started.elapsed());
    }
}

/// Names of entities come once, in one language, however many the entity has.
#[test]
fn no_question_repeats_a_row() {
    let store = store();
    for (name, sparql) in questions() {
        let answer = run(&store, &sparql, Options::default()).expect("it has an answer");
        if let Answer::Table { rows, .. } = answer {
            for (at, row) in rows.iter().enumerate() {
                assert!(!rows[..at].contains(row), "{name} says twice {row:?}");
            }
        }
    }
}

#[test]
fn prefixes_need_no_declaration_and_may_be_redeclared() {
    let store = store();
    let ask = |sparql: &str| run(&store, sparql, Options::default()).expect("a query");
    assert_eq!(
        ask("ASK { entity:yuanfan jw:foundedBy entity:lin-zhiyuan ; a jw:Company ; skos:prefLabel ?n }"),
        Answer::Truth(true)
    );
    assert_eq!(
        ask("ASK { GRAPH doc:a01 { ?c a jw:Claim ; prov:wasDerivedFrom ?d } }"),
        Answer::Truth(true)
    );
    assert_eq!(
        ask("PREFIX jw: <https://example.org/> ASK { ?a jw:foundedBy ?b }"),
        Answer::Truth(false)
    );
}

#[test]
fn the_default_graph_counts_a_fact_once() {
    let answer = run(
        &store(),
        "SELECT (COUNT(*) AS ?n) { entity:yuanfan jw:foundedBy entity:lin-zhiyuan }",
        Options::default(),
    )
    .expect("a query");
    assert_eq!(written(&answer, "csv"), "n\r\n1\r\n");
}

#[test]
fn formats_say_the_same() {
    let store = store();
    let answer = run(
        &store,
        "SELECT ?name ?born WHERE { entity:lin-zhiyuan skos:prefLabel ?name OPTIONAL { entity:lin-zhiyuan jw:bornOn ?born } } ORDER BY ?name",
        Options::default(),
    )
    .expect("a query");
    for format in ["table", "json", "xml", "csv", "tsv"] {
        insta::assert_snapshot!(format!("format_{format}"), written(&answer, format));
    }
    let graph = run(
        &store,
        "CONSTRUCT { ?a jw:foundedBy ?b } WHERE { ?a jw:foundedBy ?b }",
        Options::default(),
    )
    .expect("a query");
    for format in ["turtle", "ntriples", "trig", "nquads"] {
        insta::assert_snapshot!(format!("graph_{format}"), written(&graph, format));
    }
    let refused = graph
        .write("csv".parse().expect("a format"), &Base::default(), None, Vec::new())
        .expect_err("a graph is no table");
    insta::assert_snapshot!("graph_as_csv", refused.to_string());
}

#[test]
fn tables_fold_long_cells_and_show_no_control_characters() {
    let answer = run(
        &store(),
        "SELECT ?a ?b { VALUES (?a ?b) { (\"經緯經緯經緯經緯經緯經緯經緯經緯經緯經緯\" \"a\\u001B[31mb\\nc\") (\"x\" 1) } }",
        Options::default(),
    )
    .expect("a query");
    let mut out = Vec::new();
    answer
        .write(Format::Table, &Base::default(), Some(30), &mut out)
        .expect("memory");
    let table = String::from_utf8(out).expect("UTF-8");
    assert!(!table.contains('\u{1b}'));
    for line in table.lines() {
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 30, "{line}");
    }
    insta::assert_snapshot!("folded", table);
}

#[test]
fn mistakes_are_shown_with_line_and_column() {
    let store = store();
    for (name, sparql) in [
        ("missing brace", "SELECT ?a WHERE {\n  ?a jw:foundedBy ?b .\n"),
        ("unknown prefix", "SELECT ?a WHERE {\n  ?a 公司:x ?b\n}"),
        (
            "after chinese",
            "SELECT ?a WHERE { ?a skos:prefLabel \"遠帆科技\"@zh-Hant ?b }",
        ),
        ("no object", "SELECT ?a WHERE { ?a jw:foundedBy . }"),
        ("update", "DELETE WHERE { ?a ?b ?c }"),
        ("empty", ""),
    ] {
        let error = run(&store, sparql, Options::default()).expect_err("it is no query");
        assert!(matches!(error, QueryError::Syntax(_)), "{name}: {error}");
        insta::assert_snapshot!(format!("mistake_{}", name.replace(' ', "_")), error.to_string());
    }
}

#[test]
fn limits_hold() {
    let store = store();
    let rows = Options {
        rows: Some(3),
        ..Options::default()
    };
    let answer = run(&store, "SELECT * { ?a ?b ?c }", rows).expect("a query");
    assert!(answer.is_cut());
    assert!(matches!(answer, Answer::Table { rows, .. } if rows.len() == 3));
    let answer = run(&store, "SELECT * { ?a ?b ?c } LIMIT 3", rows).expect("a query");
    assert!(!answer.is_cut());

    let timeout = Options {
        timeout: Some(Duration::from_millis(200)),
        ..Options::default()
    };
    let started = Instant::now();
    let endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?n";
    let error = run(&store, endless, timeout).expect_err("it takes too long");
    assert!(matches!(error, QueryError::Stopped(Stop::Time, _)), "{error}");
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    assert!(run(&store, "ASK { ?a ?b ?c }", timeout).is_ok());
}

#[test]
fn nothing_is_fetched_from_elsewhere() {
    let error = run(
        &store(),
        "SELECT * { SERVICE <https://example.org/sparql> { ?a ?b ?c } }",
        Options::default(),
    )
    .expect_err("there is no SERVICE");
    assert!(matches!(error, QueryError::Evaluation(_)), "{error}");
}
