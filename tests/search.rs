//! The text index: what is found, in which order, and that it is what the store holds, come what may.

mod program;

use jingwei::extract::Extraction;
use jingwei::graph::{Base, document_quads, vocabulary as v};
use jingwei::query::{Answer, HITS, MOST, Options, Query, QueryError, run as ask};
use jingwei::search::{Found, Passage, Question, SearchError, find, keep, passage};
use jingwei::store::Store;
use oxigraph::model::{Quad, Term};
use program::{copy_folder, program, run};
use proptest::prelude::*;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn articles() -> Vec<Vec<Quad>> {
    include_str!("data/graph/articles.jsonl")
        .lines()
        .map(|line| {
            let article: Extraction = serde_json::from_str(line).expect("the fixture is sound");
            document_quads(&article, &Base::default(), "test").expect("so is its RDF")
        })
        .collect()
}

fn in_memory() -> Store {
    Store::in_memory(Base::default()).expect("memory")
}

fn filled() -> Store {
    let store = in_memory();
    for article in articles() {
        store.put(article).expect("memory");
    }
    store
}

fn search(store: &Store, text: &str, classes: &[&str]) -> Found {
    let question = Question {
        text: text.to_owned(),
        limit: MOST,
        classes: classes.iter().map(|class| (*class).to_owned()).collect(),
    };
    find(store, &question).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// IRIs of a class's prefix written out.
fn class(name: &str) -> String {
    let (prefix, rest) = name.split_once(':').expect("a prefixed name");
    let (_, iri) = v::PREFIXES
        .iter()
        .find(|(known, _)| *known == prefix)
        .expect("a known prefix");
    format!("{iri}{rest}")
}

/// What people would call a hit: its IRI behind the base, or its quote.
fn called(store: &Store, found: &Found, at: usize) -> String {
    let Some(hit) = found.hits.get(at) else {
        return String::new();
    };
    match passage(store, hit).expect("memory") {
        Some(Passage::Quote { quote, .. }) => quote,
        _ => hit.iri.replace(Base::default().as_str(), ""),
    }
}

#[test]
fn words_find_what_holds_them_and_the_best_first() {
    let store = filled();
    let mut wrong = Vec::new();
    for line in include_str!("data/search/cases.tsv").lines() {
        if line.starts_with('#') {
            continue;
        }
        let [text, of_class, count, best] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("four columns: {line}");
        };
        let classes: Vec<String> = (of_class != "-").then(|| class(of_class)).into_iter().collect();
        let classes: Vec<&str> = classes.iter().map(String::as_str).collect();
        let found = search(&store, text, &classes);
        let first = called(&store, &found, 0);
        if found.of.to_string() != count || first != best {
            wrong.push(format!("{text}\t{of_class}\t{}\t{first}", found.of));
        }
        assert_eq!(found.hits.len(), found.of, "{text}");
        assert!(
            found
                .hits
                .is_sorted_by(|a, b| a.score > b.score || a.score == b.score && a.iri < b.iri)
        );
    }
    assert!(wrong.is_empty(), "found instead:\n{}", wrong.join("\n"));
}

/// The whole list, as people would see it.
#[test]
fn rankings_stay_as_they_are() {
    let store = filled();
    let mut seen = String::new();
    for text in ["遠帆科技", "收购", "半導體", "yuanfan", "王海", "2599", "經濟晨報"] {
        let found = search(&store, text, &[]);
        seen += &format!("{text}: {}\n", found.of);
        for (at, hit) in found.hits.iter().enumerate().take(8) {
            seen += &format!("  {:.4} {}\n", hit.score, called(&store, &found, at));
        }
    }
    insta::assert_snapshot!(seen);
}

#[test]
fn a_whole_name_comes_before_any_part_of_one() {
    let store = filled();
    for (text, iri) in [
        ("巨浪集团", "entity/julang-group"),
        ("julang semiconductor", "entity/julang-semiconductor"),
        ("yf-2", "entity/yf-2"),
    ] {
        let found = search(&store, text, &[]);
        assert_eq!(called(&store, &found, 0), iri);
        assert!(found.hits[0].score >= 1.0);
        assert!(found.hits[1..].iter().all(|hit| hit.score < 1.0), "{text}");
    }
}

#[test]
fn both_scripts_find_the_same() {
    let store = filled();
    for (traditional, simplified) in [
        ("遠帆科技", "远帆科技"),
        ("收購", "收购"),
        ("巨浪半導體 減持", "巨浪半导体 减持"),
        ("證券", "证券"),
    ] {
        let found = search(&store, traditional, &[]);
        assert!(found.of > 0, "{traditional}");
        assert_eq!(found, search(&store, simplified, &[]), "{traditional}");
    }
}

/// What is asked is text, whatever it looks like to the engine, to SPARQL or to a browser.
#[test]
fn hostile_texts_are_data() {
    let store = filled();
    let long = "远帆".repeat(400);
    for text in [
        "",
        " ",
        "\"",
        "'",
        "\\",
        "*",
        "?",
        "远*",
        "远?",
        "远帆~2",
        "text:远帆",
        "names:(远帆 AND 巨浪)",
        "+远帆 -科技",
        "[a TO z]",
        "<script>alert(1)</script>",
        "} UNION { ?s ?p ?o",
        "\0",
        "\u{202e}远帆",
        "\u{1f600}",
        "=远帆",
        "AND",
        "NOT",
        "/.*/",
        "^",
        "{}",
        &long,
    ] {
        let question = Question {
            text: text.to_owned(),
            limit: 10,
            classes: Vec::new(),
        };
        let found = find(&store, &question).unwrap_or_else(|error| panic!("{text:?}: {error}"));
        // The same words without signs.
        let words: String = text
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { ' ' })
            .collect();
        if !text.contains("远?") {
            let plain = Question {
                text: words,
                ..question
            };
            let plain = find(&store, &plain).expect("words");
            assert!(found.of <= plain.of, "{text:?} finds more than its words");
        }
    }
    assert!(
        search(&store, "远帆*", &[]).of > 0,
        "a sign is no word that must be there"
    );
    for text in ["远".repeat(2_001), (0..40).map(|n| format!("w{n} ")).collect()] {
        let question = Question {
            text,
            limit: 10,
            classes: Vec::new(),
        };
        assert!(matches!(find(&store, &question), Err(SearchError::Long)));
    }
}

/// Text of a document with markup and quotes is found by its words.
#[test]
fn hostile_articles_are_found_by_their_words() {
    let store = in_memory();
    let mut article: Extraction = serde_json::from_str(
        include_str!("data/graph/articles.jsonl")
            .lines()
            .next()
            .expect("a line"),
    )
    .expect("sound");
    article.doc.title = "<img src=x onerror=\"alert('遠帆')\"> \u{0}\u{202e} ' OR 1=1 -- 𠮷野家".to_owned();
    store
        .put(document_quads(&article, &Base::default(), "test").expect("sound"))
        .expect("memory");
    for text in ["onerror", "遠帆", "𠮷野家", "𠮷", "1=1"] {
        let found = search(&store, text, &[v::NEWS_ARTICLE.as_str()]);
        assert_eq!(found.of, 1, "{text}");
    }
}

#[test]
fn what_is_written_is_found_and_what_is_removed_is_not() {
    let store = in_memory();
    let count = |text: &str| search(&store, text, &[]).of;
    assert_eq!(count("遠帆科技"), 0);
    let articles = articles();
    store.put(articles[0].clone()).expect("memory");
    let one = count("遠帆科技");
    assert!(one > 0);
    store.put(articles[1].clone()).expect("memory");
    assert!(count("遠帆科技") > one);
    assert!(count("星海资本") > 0);
    store.remove("a02").expect("memory");
    assert_eq!(count("遠帆科技"), one);
    store.remove("a01").expect("memory");
    assert_eq!(count("遠帆科技"), 0);
    assert_eq!(count("星海资本"), 0);
}

const QUESTIONS: [&str; 6] = ["遠帆科技", "收购", "半導體", "yuanfan", "晶片 供應", "deal"];

fn rankings(store: &Store) -> Vec<Found> {
    QUESTIONS.iter().map(|text| search(store, text, &[])).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever was in the store before, and in whatever steps it was searched, the same documents are found in the same
    /// order, with the same scores.
    #[test]
    fn the_order_is_that_of_a_new_store(
        steps in proptest::collection::vec((0_usize..10, any::<bool>(), any::<bool>()), 1..40)
    ) {
        let articles = articles();
        let store = in_memory();
        let mut is_in = [false; 10];
        for (nth, put, look) in steps {
            if put {
                store.put(articles[nth].clone()).expect("memory");
            } else {
                let Some(oxigraph::model::GraphName::NamedNode(graph)) = articles[nth].first().map(|quad| &quad.graph_name) else {
                    unreachable!("articles have graphs")
                };
                store.remove(&Base::default().document_id(graph.as_str()).expect("an id")).expect("memory");
            }
            is_in[nth] = put;
            if look {
                rankings(&store);
            }
        }
        let fresh = in_memory();
        for nth in (0..10).filter(|nth| is_in[*nth]) {
            fresh.put(articles[nth].clone()).expect("memory");
        }
        prop_assert_eq!(rankings(&store), rankings(&fresh));
    }
}

fn table(store: &Store, sparql: &str) -> Vec<Vec<Option<Term>>> {
    match ask(store, sparql, Options::default()) {
        Ok(Answer::Table { rows, .. }) => rows,
        other => panic!("{sparql}: {other:?}"),
    }
}

#[test]
fn sparql_joins_what_is_found() {
    let store = filled();
    let all = search(&store, "收购", &[]).of;
    let claims = search(&store, "收购", &[v::CLAIM.as_str()]).of;
    assert!(claims > 3 && claims < all);
    for (sparql, rows) in [
        ("SELECT ?hit { ?hit jw:search \"收购\" }", all),
        ("SELECT * { ?hit jw:search \"收購\"@zh-Hant }", all),
        ("SELECT ?hit { (?hit) jw:search (\"收购\") }", all),
        ("SELECT ?hit ?score { (?hit ?score) jw:search \"收购\" }", all),
        (
            "SELECT ?hit ?score ?class { (?hit ?score ?class) jw:search (\"收购\" 3) }",
            3,
        ),
        ("SELECT ?hit { ?hit jw:search (\"收购\" jw:Claim) }", claims),
        ("SELECT ?hit { ?hit jw:search (\"收购\" jw:Claim 2) }", 2),
        (
            "SELECT ?hit { ?hit jw:search (\"收购\" jw:Claim schema:NewsArticle) }",
            all,
        ),
        ("SELECT ?hit { ?hit jw:search (\"收购\" jw:Person) }", 0),
        (
            "SELECT ?q { ?hit jw:search \"收购\" . GRAPH ?doc { ?hit jw:quote ?q } }",
            claims,
        ),
        (
            "SELECT ?q { GRAPH ?doc { ?hit jw:search \"收购\" ; jw:quote ?q } }",
            claims,
        ),
        (
            "SELECT ?q { GRAPH ?doc { [] jw:search \"收购\" ; jw:quote ?q } }",
            claims,
        ),
        (
            "SELECT ?q { GRAPH ?doc { [ jw:search (\"收购\" 1000) ] jw:quote ?q } }",
            claims,
        ),
        (
            "SELECT ?q { GRAPH ?doc { ?hit jw:quote ?q FILTER EXISTS { ?hit jw:search \"收购\" } } }",
            claims,
        ),
        (
            "SELECT ?s { GRAPH ?doc { [] jw:search (\"收购\" jw:Claim) ; rdf:subject/rdf:type ?s } }",
            claims,
        ),
        ("SELECT ?n { entity:yuanfan jw:search \"遠帆\" ; skos:prefLabel ?n }", 3),
        ("SELECT ?n { entity:yuanfan jw:search \"收购\" ; skos:prefLabel ?n }", 0),
        ("SELECT ?class { (entity:yuanfan ?score ?class) jw:search \"遠帆\" }", 1),
        ("SELECT ?hit { (?hit ?hit) jw:search \"收购\" }", 0),
        (
            "SELECT ?a ?b { ?a jw:search (\"遠帆\" jw:Entity) . ?b jw:search (\"巨浪\" jw:Entity) }",
            2,
        ),
        (
            "SELECT ?a { { ?a jw:search (\"遠帆\" jw:Entity) } UNION { ?a jw:search (\"巨浪\" jw:Entity) } }",
            3,
        ),
        ("SELECT ?hit { ?hit jw:search \"\" }", 0),
        ("SELECT ?hit { ?hit jw:search \"\\\"; DROP *\" }", 0),
    ] {
        assert_eq!(table(&store, sparql).len(), rows, "{sparql}");
    }
    assert_eq!(
        ask(
            &store,
            "ASK { entity:yuanfan jw:search \"遠帆科技\" }",
            Options::default()
        )
        .expect("a query"),
        Answer::Truth(true)
    );
    let rows = table(
        &store,
        "SELECT ?class ?score { (entity:yuanfan ?score ?class) jw:search \"遠帆科技\" }",
    );
    let [Some(Term::NamedNode(kind)), Some(Term::Literal(score))] = &rows[0][..] else {
        panic!("{rows:?}");
    };
    assert_eq!(kind.as_str(), v::class(jingwei::entity::EntityType::Company).as_str());
    assert!(score.value().starts_with("1."), "{score}");
    // Within limits it is the same.
    let limited = Options {
        timeout: Some(Duration::from_secs(20)),
        rows: Some(2),
    };
    let answer = ask(&store, "SELECT ?hit { ?hit jw:search \"收购\" }", limited).expect("a query");
    assert!(answer.is_cut());
}

#[test]
fn what_is_no_question_is_refused_with_the_reason() {
    let store = filled();
    let mut refused = String::new();
    for sparql in [
        "SELECT * { ?hit jw:search ?words }",
        "SELECT * { ?hit jw:search 5 }",
        "SELECT * { ?hit jw:search () }",
        "SELECT * { ?hit jw:search (5) }",
        "SELECT * { ?hit jw:search (\"a\" \"b\") }",
        "SELECT * { ?hit jw:search (\"a\" 0) }",
        "SELECT * { ?hit jw:search (\"a\" 100001) }",
        "SELECT * { ?hit jw:search (\"a\" jw:Quantity) }",
        "SELECT * { ?hit jw:search (\"a\" ?n) }",
        "SELECT * { ?hit jw:search jw:Claim }",
        "SELECT * { (?a ?b ?c ?d) jw:search \"a\" }",
        "SELECT * { ?hit jw:search+ \"a\" }",
        "SELECT * { ?hit ^jw:search \"a\" }",
        "SELECT * { ?hit jw:search/jw:quote ?x }",
    ] {
        match ask(&store, sparql, Options::default()) {
            Err(QueryError::Syntax(error)) => refused += &format!("{sparql}\n  {}\n", error.reason),
            other => panic!("{sparql}: {other:?}"),
        }
    }
    insta::assert_snapshot!(refused);
}

#[test]
fn what_is_cut_is_told() {
    let store = in_memory();
    let article: Extraction = serde_json::from_str(
        include_str!("data/graph/articles.jsonl")
            .lines()
            .next()
            .expect("a line"),
    )
    .expect("sound");
    let mut loader = store.loader();
    for number in 0..1_100 {
        let mut article = article.clone();
        article.doc.id = format!("d{number:04}");
        article.claims.clear();
        loader
            .add(document_quads(&article, &Base::default(), "test").expect("sound"))
            .expect("memory");
    }
    loader.finish().expect("memory");
    let cut = |sparql: &str| {
        let mut query = Query::parse(&store, sparql).expect("a query");
        query.search(&store).expect("an index")
    };
    let told = cut("SELECT * { ?hit jw:search (\"領投\" schema:NewsArticle) }");
    assert_eq!((told[0].hits, told[0].of), (HITS, 1_100));
    assert_eq!(
        cut("SELECT * { ?hit jw:search (\"領投\" 1100 schema:NewsArticle) }"),
        []
    );
    assert_eq!(cut("SELECT * { ?hit jw:search (\"領投\" 5 schema:NewsArticle) }"), []);
    let rows = table(&store, "SELECT * { ?hit jw:search (\"領投\" schema:NewsArticle) }");
    assert_eq!(rows.len(), HITS);
    // Equals come in order of their IRIs, so that it is always the same ones that are cut.
    let found = find(
        &store,
        &Question {
            text: "領投".to_owned(),
            limit: 5,
            classes: vec![v::NEWS_ARTICLE.as_str().to_owned()],
        },
    )
    .expect("an index");
    let iris: Vec<&str> = found
        .hits
        .iter()
        .map(|hit| hit.iri.rsplit('/').next().expect("a part"))
        .collect();
    assert_eq!(iris, ["d0000", "d0001", "d0002", "d0003", "d0004"]);
}

// On disk, with the program.

fn text(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

fn found_by_program(store: &Path, words: &str) -> (Value, String) {
    let run = run(&[
        "search",
        "--store",
        &text(store),
        "--limit",
        "100000",
        "--format",
        "json",
        words,
    ]);
    assert!(matches!(run.code, Some(0 | 1)), "{words}: {}", run.err);
    (serde_json::from_str(&run.out).expect("JSON"), run.err)
}

const WORDS: [&str; 4] = ["科技", "收购", "revenue", "银行"];

fn all_found(store: &Path) -> Vec<Value> {
    WORDS.iter().map(|words| found_by_program(store, words).0).collect()
}

fn news(folder: &Path, name: &str, lines: usize, seed: usize) -> PathBuf {
    let made = Command::new("python3")
        .args(["benches/generate.py", &lines.to_string(), "--seed", &seed.to_string()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("python3 is there");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let path = folder.join(name);
    fs::write(&path, made.stdout).expect("disk");
    path
}

fn index_of(store: &Path) -> PathBuf {
    store.join("search")
}

#[test]
fn ingest_and_remove_leave_an_index_that_needs_no_more_work() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store");
    let state = index_of(&store).join("state");
    let is_used_as_it_is = |what: &str| {
        let before = fs::read(&state).expect("it was written");
        let (_, said) = found_by_program(&store, "台积电");
        assert_eq!(said, "", "{what}");
        assert_eq!(fs::read(&state).expect("still there"), before, "{what}");
        let said = run(&["search", "-v", "--store", &text(&store), "台积电"]).err;
        assert!(!said.contains("text index"), "{what}: {said}");
    };
    run(&["ingest", "--store", &text(&store), "corpus/articles/tsmc-tw.txt"]).ended(0);
    is_used_as_it_is("new");
    let (found, _) = found_by_program(&store, "台积电");
    assert!(found["of"].as_u64() > Some(0));
    run(&["ingest", "--store", &text(&store), "corpus/articles/tsmc-tw.txt"]).ended(0);
    is_used_as_it_is("the same again");
    run(&["ingest", "--store", &text(&store), "corpus/articles/deepseek-tw.txt"]).ended(0);
    is_used_as_it_is("more");
    run(&["remove", "--store", &text(&store), "tsmc-tw"]).ended(0);
    is_used_as_it_is("less");
    let (found, _) = found_by_program(&store, "台积电");
    assert_eq!(found["of"], 0, "{found}");
    assert!(found_by_program(&store, "deepseek").0["of"].as_u64() > Some(0));
}

/// SIGKILL at any moment: while documents are written, between the store and the index, while the index is written.
#[test]
fn after_a_kill_what_is_found_is_what_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (
        news(folder.path(), "a.jsonl", 120, 3),
        news(folder.path(), "b.jsonl", 120, 4),
    );
    let start = folder.path().join("start");
    run(&["ingest", "--store", &text(&start), &text(&first)]).ended(0);
    let began = Instant::now();
    let whole = folder.path().join("whole");
    copy_folder(&start, &whole);
    run(&["ingest", "--store", &text(&whole), &text(&second)]).ended(0);
    let takes = began.elapsed();
    let (mut kills, mut behind) = (0_u32, 0);
    for round in 0_u32..40 {
        if kills >= 12 {
            break;
        }
        let store = folder.path().join(format!("killed-{round}"));
        copy_folder(&start, &store);
        let before = fs::read(index_of(&store).join("state")).expect("an index");
        let mut child = program()
            .args(["ingest", "--store", &text(&store), &text(&second)])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        // A third is killed when the index is touched or soon after, the rest at any time.
        let began = Instant::now();
        let moment = takes * ((round * 7) % 20 + 1) / 20;
        let mut touched = None;
        let ended = loop {
            if child.try_wait().expect("it can be asked").is_some() {
                break true;
            }
            if round % 3 == 0 {
                if touched.is_none() && fs::read(index_of(&store).join("state")).ok().as_ref() != Some(&before) {
                    touched = Some(Instant::now());
                }
                let pause = Duration::from_millis(u64::from(round % 9) * 5);
                if touched.is_some_and(|at| at.elapsed() >= pause) {
                    break false;
                }
            } else if began.elapsed() >= moment {
                break false;
            }
            std::thread::sleep(Duration::from_millis(1));
        };
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        if ended {
            continue;
        }
        kills += 1;
        // What a store is asked first finds what it holds, and nothing else: as an index that is made anew does.
        let (found, said) = (
            all_found(&store),
            fs::read(index_of(&store).join("state")).expect("it was written"),
        );
        behind += u32::from(said != before);
        fs::remove_dir_all(index_of(&store)).expect("it can be deleted");
        assert_eq!(found, all_found(&store), "round {round}");
        // And the run that is repeated ends as if it had not been disturbed.
        run(&["ingest", "--store", &text(&store), &text(&second)]).ended(0);
        assert_eq!(all_found(&store), all_found(&whole), "round {round}");
        fs::remove_dir_all(&store).expect("disk");
    }
    assert!(
        kills >= 8 && behind >= 4,
        "{kills} kills, {behind} of which left the index behind"
    );
}

#[test]
fn an_index_that_is_missing_old_or_damaged_is_built_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = folder.path().join("start");
    run(&[
        "ingest",
        "--store",
        &text(&start),
        &text(&news(folder.path(), "a.jsonl", 60, 5)),
    ])
    .ended(0);
    let wanted = all_found(&start);
    assert!(wanted.iter().any(|found| found["of"].as_u64() > Some(10)));
    let segment = |index: &Path, extension: &str| -> PathBuf {
        let files = fs::read_dir(index).expect("it can be listed");
        files
            .map(|entry| entry.expect("it can be listed").path())
            .find(|path| path.extension().is_some_and(|found| found == extension))
            .unwrap_or_else(|| panic!("no .{extension}"))
    };
    type Damage<'d> = &'d dyn Fn(&Path);
    let cut = |extension: &'static str| {
        move |index: &Path| {
            let path = segment(index, extension);
            let bytes = fs::read(&path).expect("a file");
            fs::write(&path, &bytes[..bytes.len() / 2]).expect("disk");
        }
    };
    let garble = |extension: &'static str| {
        move |index: &Path| {
            let path = segment(index, extension);
            let mut bytes = fs::read(&path).expect("a file");
            let end = bytes.len() - bytes.len() / 4;
            bytes[..end].fill(0xa5);
            fs::write(&path, bytes).expect("disk");
        }
    };
    let state = |change: fn(&str) -> String| {
        move |index: &Path| {
            let path = index.join("state");
            let text = fs::read_to_string(&path).expect("a file");
            fs::write(&path, change(&text)).expect("disk");
        }
    };
    let missing = |index: &Path| fs::remove_dir_all(index).expect("it can be deleted");
    let meta = |index: &Path| fs::write(index.join("meta.json"), "{").expect("disk");
    let gone = |index: &Path| fs::remove_file(segment(index, "pos")).expect("it can be deleted");
    let cases: [(&str, Damage<'_>, &str); 10] = [
        ("missing", &missing, ""),
        (
            "of another version",
            &state(|text| text.replacen("format 1", "format 0", 1)),
            "of another version: it is built anew",
        ),
        ("half a state", &state(|text| text[..text.len() / 2].to_owned()), ""),
        (
            "of another state",
            &state(|text| text.replacen("database ", "database x", 1)),
            "",
        ),
        ("meta", &meta, "built anew"),
        ("a file gone", &gone, "built anew"),
        ("cut terms", &cut("term"), "built anew"),
        ("cut postings", &cut("idx"), "built anew"),
        ("garbled terms", &garble("term"), "built anew"),
        ("garbled fast fields", &garble("store"), "built anew"),
    ];
    for (name, damage, message) in cases {
        let store = folder.path().join(name);
        copy_folder(&start, &store);
        damage(&index_of(&store));
        let (first, said) = found_by_program(&store, WORDS[0]);
        let said = said.replace("\n  │ ", " ");
        assert_eq!(first, wanted[0], "{name}: {said}");
        assert!(said.contains(message), "{name}: {said}");
        assert_eq!(all_found(&store), wanted, "{name}");
        assert_eq!(found_by_program(&store, WORDS[0]).1, "", "{name}: once is enough");
    }
}

/// Quads that another program put into the database are noticed.
#[test]
fn an_index_whose_store_was_written_by_others_is_compared() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store");
    run(&["ingest", "--store", &text(&path), "corpus/articles/tsmc-tw.txt"]).ended(0);
    assert_eq!(found_by_program(&path, "远帆科技").0["of"], 0);
    {
        // As a program without the text index would.
        let store = Store::open(&path, Base::default()).expect("a store");
        for article in articles() {
            store.put(article).expect("it goes in");
        }
        store.flush().expect("disk");
    }
    assert!(found_by_program(&path, "远帆科技").0["of"].as_u64() > Some(3));
    // The one who wrote it may search it at once as well.
    let store = Store::open(&path, Base::default()).expect("a store");
    let before = search(&store, "远帆科技", &[]).of;
    store.remove("a02").expect("disk");
    assert!(search(&store, "远帆科技", &[]).of < before);
}

/// What RocksDB tidies up until it is closed doesn't leave the index behind.
#[test]
fn an_index_is_up_to_date_when_its_store_was_closed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store");
    let state = index_of(&path).join("state");
    for article in articles() {
        let store = Store::open(&path, Base::default()).expect("a store");
        store.put(article).expect("it goes in");
        store.flush().expect("disk");
        keep(&store).expect("an index");
        drop(store);
        let noted = fs::read(&state).expect("it was written");
        let store = Store::open_for_reading(&path, Base::default()).expect("a store");
        assert!(search(&store, "远帆科技", &[]).of > 0 || search(&store, "巨浪", &[]).of > 0);
        drop(store);
        assert_eq!(fs::read(&state).expect("still there"), noted);
    }
}

#[test]
fn many_may_search_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store");
    run(&[
        "ingest",
        "--store",
        &text(&path),
        &text(&news(folder.path(), "a.jsonl", 60, 6)),
    ])
    .ended(0);
    fs::remove_dir_all(index_of(&path)).expect("it can be deleted");
    // All of them find no index; one builds it.
    let children: Vec<_> = (0..4)
        .map(|_| {
            program()
                .args(["search", "--store", &text(&path), "--format", "json", "科技"])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the program starts")
        })
        .collect();
    let answers: Vec<_> = children
        .into_iter()
        .map(|child| child.wait_with_output().expect("it ends"))
        .collect();
    for answer in &answers {
        assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
        assert_eq!(answer.stdout, answers[0].stdout);
    }
}

#[test]
fn the_command_shows_what_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("store");
    run(&[
        "ingest",
        "--store",
        &text(&store),
        "corpus/articles/tsmc-tw.txt",
        "corpus/articles/deepseek-tw.txt",
    ])
    .ended(0);
    let show = |args: &[&str]| {
        let run = run(&[&["search", "--store", &text(&store)], args].concat());
        format!("{}{}", run.out, run.err)
    };
    insta::assert_snapshot!("search", show(&["台积电", "--width", "80"]));
    insta::assert_snapshot!(
        "search_quotes",
        show(&["DeepSeek", "--kind", "quote", "--limit", "3", "--lang", "en"])
    );
    insta::assert_snapshot!("search_json", show(&["台积电", "--kind", "entity", "--format", "json"]));
    assert_eq!(run(&["search", "--store", &text(&store), "没有这个词"]).code, Some(1));
    assert_eq!(
        run(&["search", "--store", &text(&store), "--limit", "0", "x"]).code,
        Some(2)
    );
    let missing = run(&["search", "--store", &text(&folder.path().join("none")), "x"]);
    assert_eq!(missing.code, Some(2));
}
