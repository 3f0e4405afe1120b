//! The program as its users run it: what it writes, where, and how it ends.

mod program;

use jingwei::text::fold;
use program::{Run, program, run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn run_with_input(args: &[&str], input: &[u8]) -> Run {
    let mut child = program()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(input)
        .expect("it reads its input");
    child.wait_with_output().expect("it ends").into()
}

/// A folder of a test's own.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("UTF-8").to_owned()
    }

    fn write(&self, name: &str, content: &str) -> String {
        fs::write(self.0.path().join(name), content).expect("it can be written");
        self.path(name)
    }

    /// A store with an article or more.
    fn store(&self, documents: &[&str]) -> String {
        let store = self.path("store");
        let mut args = vec!["ingest", "--store", &store];
        args.extend(documents);
        run(&args).done();
        store
    }
}

const TSMC: &str = "corpus/articles/tsmc-tw.txt";
const DEEPSEEK: &str = "corpus/articles/deepseek-tw.txt";

fn articles() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/articles"))
        .expect("the corpus is there")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| !path.to_string_lossy().ends_with(".meta.json"))
        .collect();
    paths.sort();
    paths
}

fn lines(json: &str) -> Vec<Value> {
    json.lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}

#[test]
fn every_command_has_help_in_prose_with_an_example() {
    let general = run(&["--help"]).done().out;
    for command in [
        "ingest",
        "remove",
        "query",
        "search",
        "export",
        "extract",
        "explain",
        "eval",
        "lexicon",
        "why",
        "path",
        "verify",
        "stats",
        "completions",
    ] {
        assert!(general.contains(command), "{command} is not in\n{general}");
        let help = run(&[command, "--help"]).done().out;
        let joined = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            joined.contains(&format!("Example: jingwei {command}")),
            "no example in\n{help}"
        );
        assert!(help.contains("Usage:"), "{help}");
    }
}

#[test]
fn wrong_usage_ends_with_2_and_says_why() {
    let folder = Folder::new();
    let nowhere = folder.path("nowhere");
    let store = folder.store(&[TSMC]);
    let cases: &[(&[&str], &str)] = &[
        (&[], "Usage"),
        (&["nonsense"], "unrecognized subcommand"),
        (&["extract"], "there is nothing to read"),
        (&["extract", TSMC, "--format", "yaml"], "invalid value"),
        (&["extract", TSMC, "--encoding", "klingon"], "no encoding is called"),
        (&["extract", TSMC, "--base", "no iri"], "no iri"),
        (&["query", "--store", &nowhere, "-e", "ASK {}"], "there is no store"),
        (&["query", "--store", &store], "required"),
        (&["query", "--store", &store, "-e", "SELECT * {"], "line 1"),
        (&["query", "--store", &store, "-e", "DROP ALL"], "line 1"),
        (&["query", "--store", &store, "no-such.rq"], "can't read no-such.rq"),
        (
            &["query", "--store", &store, "-e", "ASK {}", "--format", "table2"],
            "no format is called",
        ),
        (
            &["query", "--store", &store, "-e", "ASK {}", "--format", "turtle"],
            "can't be written as turtle",
        ),
        (&["remove", "--store", &nowhere, "x"], "there is no store"),
        (&["export", "--store", &nowhere, "--format", "svg"], "there is no store"),
        (
            &["export", "--store", &store, "--format", "svg", "--around", "無此公司"],
            "無此公司",
        ),
        (
            &["export", "--store", &store, "--format", "svg", "--predicate", "likes"],
            "likes",
        ),
        (
            &["export", "--store", &store, "--format", "svg", "--type", "Animal"],
            "Animal",
        ),
        (
            &["export", "--store", &store, "--format", "svg", "--since", "yesterday"],
            "yesterday",
        ),
        (
            &["export", "--store", &store, "--format", "turtle", "--min-score", "0.5"],
            "--min-score",
        ),
        (&["ingest", "--store", "src", TSMC], "no Jingwei store"),
        (&["--data", &nowhere, "lexicon", "check"], "nowhere"),
    ];
    for (args, message) in cases {
        let run = run(args).ended(2);
        assert_eq!(run.out, "", "{args:?} writes data");
        assert!(run.said().contains(message), "{args:?} says\n{}", run.err);
    }
    assert!(!Path::new(&nowhere).exists(), "a refused command makes nothing");
}

#[test]
fn what_cant_be_read_is_refused_with_place_and_remedy_and_holds_nothing_up() {
    let folder = Folder::new();
    let lines = folder.write(
        "mixed.jsonl",
        "{\"id\": \"good\", \"title\": \"騰訊升6%\", \"text\": \"騰訊（0700）今日升6%。\"}\n{\"id\": broken\n{\"id\": \"no text\"}\n",
    );
    let refused = folder.path("refused.jsonl");
    for command in ["extract", "ingest"] {
        let store = folder.path("refusals");
        let mut args = vec![command, &lines, "--refused", &refused];
        if command == "ingest" {
            args.extend(["--store", &store]);
        }
        let run = run(&args).ended(1);
        assert!(run.err.contains("mixed.jsonl:2"), "{}", run.err);
        assert!(run.err.contains("mixed.jsonl:3"), "{}", run.err);
        let written = self::lines(&fs::read_to_string(&refused).expect("it was written"));
        let places: Vec<_> = written.iter().map(|refusal| refusal["line"].as_u64()).collect();
        assert_eq!(places, [Some(2), Some(3)]);
        assert!(written.iter().all(|refusal| {
            ["origin", "reason", "remedy"]
                .iter()
                .all(|part| refusal[part].as_str().is_some_and(|text| !text.is_empty()))
        }));
        if command == "extract" {
            assert_eq!(self::lines(&run.out)[0]["doc"]["id"], "good");
        } else {
            assert!(run.err.contains("1 new"), "{}", run.err);
        }
    }
    let missing = run(&["extract", "no-such-folder", TSMC]).ended(1);
    assert!(missing.err.contains("no-such-folder"), "{}", missing.err);
    assert_eq!(self::lines(&missing.out).len(), 1);
}

#[test]
fn of_two_documents_with_one_id_the_second_is_refused_however_often_they_are_read() {
    let folder = Folder::new();
    let twice = folder.write(
        "twice.jsonl",
        "{\"id\": \"a\", \"title\": \"騰訊升6%\", \"text\": \"騰訊（0700）今日升6%。\"}\n{\"id\": \"a\", \"title\": \"騰訊跌3%\", \"text\": \"騰訊（0700）今日跌3%。\"}\n",
    );
    let store = folder.path("store");
    for expected in [
        "1 new, 0 changed, 0 unchanged, 1 refused",
        "0 new, 0 changed, 1 unchanged, 1 refused",
    ] {
        let run = run(&["ingest", "--store", &store, &twice]).ended(1);
        assert!(run.err.contains("twice.jsonl:2"), "{}", run.err);
        assert!(run.err.contains(expected), "{}", run.err);
    }
}

#[test]
fn ingesting_again_changes_nothing_and_a_changed_document_replaces_its_old_self() {
    let folder = Folder::new();
    let store = folder.path("store");
    let article = folder.write("a.txt", "騰訊升6%\n\n騰訊（0700）今日升6%。");
    let report = folder.path("report.json");
    let report_of = |args: &[&str]| -> Value {
        run(&[args, &["--store", &store, "--report", &report]].concat()).done();
        serde_json::from_str(&fs::read_to_string(&report).expect("it was written")).expect("it is JSON")
    };
    let first = report_of(&["ingest", &article, TSMC]);
    assert_eq!(first["documents"]["new"], 2);
    assert!(first["claims"].as_u64().is_some_and(|claims| claims > 5), "{first}");
    let export = || run(&["export", "--store", &store, "--format", "nquads"]).done().out;
    let before = export();

    let again = report_of(&["ingest", &article, TSMC]);
    assert_eq!(
        (&again["documents"]["new"], &again["documents"]["changed"]),
        (&0.into(), &0.into())
    );
    assert_eq!(again["documents"]["unchanged"], 2);
    assert_eq!(export(), before);

    folder.write("a.txt", "騰訊跌3%\n\n騰訊（0700）今日跌3%。");
    let changed = report_of(&["ingest", &article, TSMC]);
    assert_eq!(changed["documents"]["changed"], 1);
    assert!(!export().contains("升6%"), "nothing is left of what it said before");
    folder.write("a.txt", "騰訊升6%\n\n騰訊（0700）今日升6%。");
    report_of(&["ingest", &article]);
    assert_eq!(export(), before, "the store is a function of the documents in it");
}

#[test]
fn a_removed_document_leaves_nothing_behind() {
    let folder = Folder::new();
    let one = folder.store(&[TSMC]);
    let export = |store: &str| run(&["export", "--store", store, "--format", "nquads"]).done().out;
    let before = export(&one);
    run(&["ingest", "--store", &one, DEEPSEEK]).done();
    assert_ne!(export(&one), before);
    let removed = run(&["remove", "--store", &one, "no such document", "deepseek-tw"]).ended(1);
    assert!(removed.err.contains("no such document"), "{}", removed.err);
    assert!(removed.err.contains("1 removed"), "{}", removed.err);
    assert_eq!(export(&one), before);
}

#[test]
fn extraction_is_the_same_in_any_order_and_with_any_number_of_threads() {
    let mut paths = articles();
    let with = |paths: &[PathBuf], threads: &str| {
        let mut args = vec![PathBuf::from("extract"), "--threads".into(), threads.into()];
        args.extend(paths.iter().cloned());
        run(&args).done().out
    };
    let one = with(&paths, "1");
    assert!(lines(&one).len() >= paths.len());
    let ids: Vec<String> = lines(&one)
        .iter()
        .map(|line| line["doc"]["id"].as_str().unwrap_or("").to_owned())
        .collect();
    assert!(ids.is_sorted(), "{ids:?}");
    paths.reverse();
    // Takes the list apart further than a reversal.
    let middle = paths.len() / 3;
    paths.rotate_left(middle);
    assert!(with(&paths, "2") == one, "order or threads change the output");
}

#[test]
fn rdf_of_extract_is_what_a_store_exports() {
    let folder = Folder::new();
    let store = folder.store(&[DEEPSEEK, TSMC]);
    for format in ["nquads", "trig", "turtle"] {
        let extracted = run(&["extract", "--format", format, TSMC, DEEPSEEK]).done().out;
        let exported = run(&["export", "--format", format, "--store", &store]).done().out;
        assert!(extracted == exported, "{format} differs");
        assert!(extracted.contains("liang-wenfeng"), "{format} holds no facts");
    }
}

/// What a claim says, without the words it says it in.
fn sayings(extraction: &Value) -> BTreeSet<String> {
    extraction["claims"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|claim| {
            let mut claim = claim.clone();
            let parts = claim.as_object_mut().expect("an object");
            // The quote is the text's own; the id is a digest of the folded claim and stays.
            parts.remove("quote");
            fold(&claim.to_string())
        })
        .collect()
}

#[test]
fn traditional_and_simplified_say_the_same() {
    for article in [
        TSMC,
        DEEPSEEK,
        "corpus/articles/founder-nvidia-tw.txt",
        "corpus/articles/results-hk.txt",
    ] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(article)).expect("it is there");
        let (title, body) = text.split_once('\n').expect("a title");
        // The same document but for its script; a language tag would be a difference beyond script.
        let document = |title: &str, body: &str| {
            serde_json::json!({"id": "a", "title": title, "text": body.trim(), "published": "2025-06-18", "language": "zh"}).to_string()
        };
        let read = |line: String| {
            let run = run_with_input(&["extract", "-"], line.as_bytes()).done();
            lines(&run.out).remove(0)
        };
        let traditional = read(document(title, body));
        let simplified = read(document(&fold(title), &fold(body)));
        assert_ne!(
            traditional["doc"]["text"], simplified["doc"]["text"],
            "{article} is Traditional"
        );
        assert!(sayings(&traditional).len() > 5, "{article} makes claims");
        assert_eq!(sayings(&traditional), sayings(&simplified), "{article}");
        let ids = |extraction: &Value| -> Vec<Value> {
            extraction["entities"]
                .as_array()
                .expect("a list")
                .iter()
                .map(|entity| entity["id"].clone())
                .collect()
        };
        assert_eq!(ids(&traditional), ids(&simplified), "{article}");
    }
}

#[test]
fn a_quote_is_the_slice_of_the_text_that_its_offsets_name() {
    let run = run(&["extract", "corpus/articles"]).done();
    let mut quotes = 0;
    for extraction in lines(&run.out) {
        let text: Vec<char> = extraction["doc"]["text"].as_str().expect("a text").chars().collect();
        for part in extraction["claims"]
            .as_array()
            .into_iter()
            .chain(extraction["mentions"].as_array())
            .flatten()
        {
            let offset = |name: &str| part[name].as_u64().expect("an offset") as usize;
            let slice: String = text[offset("start")..offset("end")].iter().collect();
            assert_eq!(
                part.get("quote").or(part.get("text")).and_then(Value::as_str),
                Some(slice.as_str())
            );
            quotes += 1;
        }
    }
    assert!(quotes > 500, "only {quotes} quotes and mentions");
}

#[test]
fn a_query_is_answered_in_every_format() {
    let folder = Folder::new();
    let store = folder.store(&[DEEPSEEK]);
    let select = "SELECT ?name { entity:deepseek jw:foundedBy/skos:prefLabel ?name FILTER(LANG(?name) = 'en') }";
    let ask = |args: &[&str]| run(&[&["query", "--store", &store], args].concat()).done().out;
    assert!(
        ask(&["-e", select]).contains("Liang Wenfeng\r\n"),
        "elsewhere than on a terminal it is CSV"
    );
    assert!(ask(&["-e", select, "--format", "table"]).contains(" Liang Wenfeng"));
    let json: Value = serde_json::from_str(&ask(&["-e", select, "--format", "json"])).expect("JSON");
    assert!(
        json["results"]["bindings"]
            .as_array()
            .is_some_and(|rows| !rows.is_empty())
    );
    assert!(ask(&["-e", select, "--format", "xml"]).starts_with("<?xml"));
    assert!(ask(&["-e", select, "--format", "tsv"]).contains("\"Liang Wenfeng\"@en"));
    assert_eq!(ask(&["-e", "ASK { ?s jw:foundedBy ?o }"]).trim(), "true");
    let construct = "CONSTRUCT WHERE { ?s jw:foundedBy ?o }";
    assert!(ask(&["-e", construct]).contains("jw:foundedBy"));
    assert!(ask(&["-e", construct, "--format", "ntriples"]).contains("<https://w3id.org/jingwei/ns#foundedBy>"));
    let file = folder.write("q.rq", select);
    assert_eq!(ask(&[&file]), ask(&["-e", select]));
    let piped = run_with_input(&["query", "--store", &store, "-"], select.as_bytes()).done();
    assert_eq!(piped.out, ask(&["-e", select]));
    let cut = run(&["query", "--store", &store, "--rows", "1", "-e", "SELECT * { ?s ?p ?o }"]).done();
    assert_eq!(cut.out.lines().count(), 2, "a head and a row");
    assert!(cut.err.contains("--rows"));
    let endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }";
    let late = run(&["query", "--store", &store, "--timeout", "0.2", "-e", endless]).ended(2);
    assert!(late.err.contains("took longer"), "{}", late.err);
}

#[test]
fn who_is_who_is_told_ruled_and_taken_back() {
    let folder = Folder::new();
    let store = folder.store(&["corpus/identity/articles"]);
    let graph = || run(&["export", "--store", &store, "--format", "nquads"]).done().out;
    let before = graph();
    let pair = ["海岬實業", "屿光数码"];
    let why = |format: &str| {
        let [a, b] = pair;
        run(&["why", "--store", &store, a, "=", b, "--format", format])
            .done()
            .out
    };
    assert!(why("text").contains("are one entity"), "{}", why("text"));
    let told: Value = serde_json::from_str(&why("json")).expect("JSON");
    assert_eq!(told["same"], true);
    assert_eq!(told["for"][0]["rule"], "code");

    let ruled = |args: &[&str]| run(&[&["lexicon"], args, &pair, &["--store", &store]].concat());
    let dry = ruled(&["forbid", "--dry-run"]).done().out;
    assert!(dry.contains("would be written anew"), "{dry}");
    assert_eq!(graph(), before, "a dry run changes nothing");
    ruled(&["forbid", "--reason", "two firms"]).done();
    assert!(graph() != before);
    assert!(why("text").contains("ruled to be two"), "{}", why("text"));
    let listed = run(&["lexicon", "rulings", "--store", &store]).done().out;
    assert!(
        listed.starts_with("forbid\t") && listed.contains("two firms"),
        "{listed}"
    );
    // The same documents again find nothing to do, and the ruling stays.
    run(&["ingest", "--store", &store, "corpus/identity/articles"]).done();
    assert!(why("text").contains("ruled to be two"));
    ruled(&["undo"]).done();
    assert_eq!(graph(), before, "undone to the byte");
    assert!(ruled(&["undo"]).ended(2).err.contains("nothing was ruled"));

    // An abbreviation that two companies introduce is said to be either's, and which one has to be told.
    let unclear = run(&["lexicon", "join", "王伟", "屿光数码", "--store", &store])
        .ended(2)
        .err;
    assert!(unclear.contains("say which by its IRI"), "{unclear}");
    let unknown = run(&["why", "--store", &store, "沒有這個名", "=", "屿光数码"])
        .ended(2)
        .err;
    assert!(unknown.contains("no document in the store speaks of"), "{unknown}");
}

#[test]
fn a_fact_has_its_evidence() {
    let folder = Folder::new();
    let store = folder.store(&["corpus/articles"]);
    let why = run(&["why", "--store", &store, "DeepSeek", "foundedBy", "梁文锋"])
        .done()
        .out;
    assert!(why.starts_with("for: asserted"), "{why}");
    assert!(why.contains("「") && why.contains("founder.zh"), "{why}");
    let json = run(&["why", "--store", &store, "深度求索", "foundedBy", "--format", "json"])
        .done()
        .out;
    let claims: Value = serde_json::from_str(&json).expect("JSON");
    for claim in claims.as_array().expect("a list") {
        assert_eq!(claim["predicate"], "foundedBy");
        assert!(claim["quote"].as_str().is_some_and(|quote| !quote.is_empty()));
    }
    let nothing = run(&["why", "--store", &store, "DeepSeek", "acquired", "台積電"])
        .ended(1)
        .out;
    assert!(nothing.contains("no document says"), "{nothing}");
    assert!(
        run(&["why", "--store", &store, "DeepSeek", "bought"])
            .ended(2)
            .err
            .contains("`bought`")
    );
}

#[test]
fn two_entities_are_connected_by_facts_with_their_quotes() {
    let folder = Folder::new();
    let store = folder.store(&["corpus/articles"]);
    let path = |args: &[&str]| run(&[&["path", "--store", &store], args].concat());
    let text = path(&["梁文锋", "OpenAI"]).done().out;
    assert!(text.starts_with("梁文鋒") && text.contains("「"), "{text}");
    let ways: Value = serde_json::from_str(&path(&["梁文锋", "OpenAI", "--format", "json"]).done().out).expect("JSON");
    let ways = ways.as_array().expect("a list");
    assert!(!ways.is_empty());
    for way in ways {
        let way = way.as_array().expect("a list");
        assert_eq!(way[0]["from"], "https://w3id.org/jingwei/entity/liang-wenfeng");
        assert_eq!(way[way.len() - 1]["to"], "https://w3id.org/jingwei/entity/openai");
        for (step, next) in way.iter().zip(&way[1..]) {
            assert_eq!(step["to"], next["from"], "steps join");
        }
        for step in way {
            let evidence = step["evidence"].as_array().expect("a list");
            assert!(!evidence.is_empty(), "{step}");
            assert!(
                evidence
                    .iter()
                    .all(|claim| claim["quote"].as_str().is_some_and(|quote| !quote.is_empty()))
            );
        }
    }
    // The way back is as long.
    let back: Value = serde_json::from_str(&path(&["OpenAI", "梁文鋒", "--format", "json"]).done().out).expect("JSON");
    assert_eq!(back[0].as_array().map(Vec::len), ways[0].as_array().map(Vec::len));
    assert!(
        path(&["梁文锋", "OpenAI", "--hops", "0"])
            .ended(1)
            .out
            .contains("no way")
    );
    assert!(path(&["輝達", "NVIDIA"]).ended(2).err.contains("one entity"));
}

#[test]
fn verify_proves_quotes_and_names_what_does_not_hold() {
    let folder = Folder::new();
    let article = folder.path("tsmc.txt");
    let original = fs::read_to_string(TSMC).expect("it can be read");
    fs::write(&article, &original).expect("it can be written");
    let store = folder.store(&[&article, "corpus/identity/articles"]);
    let verify = |paths: &[&str]| run(&[&["verify", "--store", &store], paths].concat());
    let sound = verify(&[&article, "corpus/identity/articles"]).done().out;
    assert!(
        sound.ends_with("sound\n") && sound.contains("21 of 21 documents"),
        "{sound}"
    );
    assert!(verify(&[]).done().out.ends_with("sound\n"));
    // What another edition has read isn't proved by reading it again, and that is said.
    let another = verify(&["--model", "none", &article]).done().out;
    assert!(another.contains("1 of them were read by another edition"), "{another}");

    // A source that was altered: quotes behind the change no longer stand where they were.
    let (head, tail) = original.split_at(
        original.len() / 2
            - (0..3)
                .find(|n| original.is_char_boundary(original.len() / 2 - n))
                .unwrap_or(0),
    );
    fs::write(&article, format!("{head}（改）{tail}")).expect("it can be written");
    let altered = verify(&[&article]).ended(1).out;
    assert!(
        altered.contains("a quote doesn't stand where it is said to"),
        "{altered}"
    );
    assert!(altered.contains("the source has changed"), "{altered}");
    fs::write(&article, &original).expect("it can be written");

    // A quad that was altered.
    {
        use oxigraph::model::{GraphName, NamedNode, Quad};
        let quads = oxigraph::store::Store::open(folder.0.path().join("store/quads")).expect("nobody has it open");
        let [a, p, b] = ["entity/tsmc", "ns#acquired", "entity/nvidia"]
            .map(|name| NamedNode::new_unchecked(format!("https://w3id.org/jingwei/{name}")));
        quads
            .insert(&Quad::new(a, p, b, GraphName::DefaultGraph))
            .expect("disk");
        quads.flush().expect("disk");
    }
    let surplus = verify(&[]).ended(1).out;
    assert!(
        surplus.contains("nothing implies it") && surplus.contains("not sound"),
        "{surplus}"
    );
}

#[test]
fn every_question_that_comes_with_the_program_is_answered() {
    let folder = Folder::new();
    let store = folder.store(&["corpus/articles"]);
    let mut questions = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("queries")).expect("they are there") {
        let path = entry.expect("it can be listed").path();
        if path.extension().is_some_and(|extension| extension == "rq") {
            let path = path.to_str().expect("UTF-8");
            run(&["query", "--store", &store, "--format", "table", path]).done();
            questions += 1;
        }
    }
    assert!(questions >= 20, "only {questions} questions");
}

#[test]
fn the_graph_is_exported_in_every_format_the_same_each_time() {
    let folder = Folder::new();
    let store = folder.store(&[DEEPSEEK, TSMC]);
    let beginnings = [
        ("html", "<!doctype html>"),
        ("svg", "<svg"),
        ("dot", "digraph"),
        ("graphml", "<?xml"),
        ("gexf", "<?xml"),
        ("cytoscape", "{"),
        ("nquads", "<https://w3id.org/jingwei/"),
        ("turtle", "@prefix"),
        ("trig", "@prefix"),
    ];
    for (format, beginning) in beginnings {
        let written = run(&["export", "--store", &store, "--format", format]).done().out;
        assert!(
            written
                .trim_start()
                .to_lowercase()
                .starts_with(&beginning.to_lowercase()),
            "{format}: {}",
            &written[..80]
        );
        let file = folder.path(format);
        let to_file = run(&["export", "--store", &store, "--format", format, "--output", &file]).done();
        assert_eq!(to_file.out, "");
        assert!(
            fs::read_to_string(&file).expect("it was written") == written,
            "{format} differs in a file"
        );
    }
}

#[test]
fn a_picture_shows_what_was_asked_for_by_any_name_in_any_language() {
    let folder = Folder::new();
    let store = folder.store(&["corpus/articles"]);
    let nodes = |args: &[&str]| -> BTreeSet<String> {
        let run = run(&[&["export", "--store", &store, "--format", "cytoscape"], args].concat()).done();
        let picture: Value = serde_json::from_str(&run.out).expect("JSON");
        let elements = picture["elements"]["nodes"].as_array().expect("nodes").clone();
        elements
            .iter()
            .map(|node| node["data"]["label"].as_str().expect("a label").to_owned())
            .collect()
    };
    let all = nodes(&[]);
    let around = nodes(&["--around", "深度求索"]);
    assert!(around.len() > 3 && around.len() < all.len(), "{around:?}");
    assert!(around.contains("梁文鋒"), "{around:?}");
    for name in ["DeepSeek", "deepseek", "https://w3id.org/jingwei/entity/deepseek"] {
        assert_eq!(nodes(&["--around", name]), around, "{name}");
    }
    assert_eq!(nodes(&["--around", "台积电"]), nodes(&["--around", "台積電"]));
    assert_eq!(nodes(&["--around", "XTAI 2330", "--limit", "1"]).len(), 1);
    assert!(nodes(&["--around", "深度求索", "--hops", "2"]).is_superset(&around));
    assert!(nodes(&["--around", "深度求索", "--lang", "en"]).contains("Liang Wenfeng"));
    assert!(nodes(&["--around", "深度求索", "--lang", "zh-Hans"]).contains("梁文锋"));
    let founders = nodes(&["--predicate", "foundedBy", "--status", "asserted", "--min-score", "0.5"]);
    assert!(founders.contains("梁文鋒") && founders.len() < all.len());
    assert!(!all.iter().any(|label| label.starts_with("XHKG ")), "tickers are facts");
    assert!(
        nodes(&["--type", "Company,Listing"])
            .iter()
            .any(|label| label.starts_with("XHKG "))
    );
}

#[test]
fn explain_shows_mentions_amounts_dates_and_claims() {
    let args = ["explain", "--published", "2025-01-27", "騰訊（0700）昨日升逾6%。"];
    let shown = run(&args).done().out;
    for part in ["騰訊", "XHKG 700", "2025-01-26", "priceMoved", "升逾6%"] {
        assert!(shown.contains(part), "no {part} in\n{shown}");
    }
    let piped = run_with_input(&args[..3], args[3].as_bytes()).done();
    assert_eq!(piped.out, shown);
    run(&["explain", "--published", "someday", "騰訊"]).ended(2);
}

#[test]
fn the_lexicon_is_checked_and_looked_up_in_any_script() {
    assert!(run(&["lexicon", "check"]).done().out.contains("no mistakes"));
    let traditional = run(&["lexicon", "list", "騰訊"]).done().out;
    assert!(traditional.starts_with("tencent\tCompany\t"), "{traditional}");
    assert_eq!(run(&["lexicon", "list", "腾讯"]).done().out, traditional);
    run(&["lexicon", "list", "查無此名"]).ended(1);
}

#[test]
fn a_name_added_to_the_lexicon_of_data_is_known() {
    let folder = Folder::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for kind in ["lexicon", "patterns"] {
        for entry in walkdir::WalkDir::new(root.join(kind)) {
            let entry = entry.expect("it can be listed");
            let to = folder.0.path().join(entry.path().strip_prefix(root).expect("below it"));
            if entry.file_type().is_dir() {
                fs::create_dir_all(to).expect("a folder");
            } else {
                fs::copy(entry.path(), to).expect("a copy");
            }
        }
    }
    let data = folder.0.path().to_str().expect("UTF-8");
    let name = "窅窕映像";
    run(&["lexicon", "list", name]).ended(1);
    folder.write(
        "lexicon/names/own.tsv",
        &format!("yaotiao\tCompany\t{name}\t\tYaotiao Pictures\n"),
    );
    let found = run(&["--data", data, "lexicon", "list", "Yaotiao Pictures"]).done().out;
    assert!(found.contains(name), "{found}");
    let shown = run(&["--data", data, "explain", &format!("{name}今日升6%。")])
        .done()
        .out;
    assert!(shown.contains("yaotiao"), "{shown}");

    folder.write("lexicon/names/own.tsv", "yaotiao\tSpaceship\t窅窕映像\n");
    let mistake = run(&["--data", data, "lexicon", "check"]).ended(2);
    assert!(mistake.err.contains("own.tsv"), "{}", mistake.err);
}

#[test]
fn eval_scores_the_corpus_and_writes_json() {
    let args = [
        "eval",
        "--gold",
        "claims",
        "corpus/gold.jsonl",
        "--documents",
        "corpus/articles",
    ];
    let table = run(&args).done().out;
    assert!(table.contains("micro"), "{table}");
    let json = run(&[&args[..], &["--json"]].concat()).done().out;
    let scores: Value = serde_json::from_str(&json).expect("JSON");
    assert!(
        scores["micro"]["f1"].as_f64().is_some_and(|f1| f1 > 0.0 && f1 <= 1.0),
        "{json}"
    );
    run(&["eval", "--gold", "claims", "no-such-file"]).ended(2);
}

#[test]
fn a_reader_that_has_had_enough_ends_the_program_in_peace() {
    let folder = Folder::new();
    let store = folder.store(&["corpus/articles"]);
    let mut child = program()
        .args(["export", "--store", &store, "--format", "nquads"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let ended = Run::from(child.wait_with_output().expect("it ends"));
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
}

#[test]
fn a_store_in_use_is_left_alone() {
    let folder = Folder::new();
    let store = folder.store(&[TSMC]);
    let lock = fs::File::options()
        .write(true)
        .open(Path::new(&store).join("lock"))
        .expect("a lock");
    lock.lock().expect("it is free");
    let busy = run(&["ingest", "--store", &store, DEEPSEEK]).ended(2);
    assert!(busy.err.contains("in use"), "{}", busy.err);
}

/// Sentences with labels that the program has none for.
const POSTS: &str = "沈 B-NAME\n祺 M-NAME\n彦 E-NAME\n任 O\n总 B-TITLE\n裁 E-TITLE\n。 O\n\n\
                     郭 B-NAME\n立 E-NAME\n任 O\n董 B-TITLE\n事 E-TITLE\n。 O\n\n\
                     吴 B-NAME\n思 M-NAME\n敏 E-NAME\n任 O\n总 B-TITLE\n裁 E-TITLE\n。 O\n\n";

#[test]
fn a_tagger_learns_the_labels_of_a_set() {
    let folder = Folder::new();
    let gold = folder.write("posts.bmes", POSTS);
    let (first, second) = (folder.path("first.bin"), folder.path("second.bin"));
    let train = |out: &str| {
        let args = [
            "train", "--labels", "own", "--gold", "bmes", &gold, "--dev", "bmes", &gold, "--json", "--out", out,
        ];
        run(&args).done().out
    };
    let told: Value = serde_json::from_str(&train(&first)).expect("one line of JSON");
    assert_eq!(told["micro"]["f1"], 1.0, "{told}");
    assert!(told["types"]["TITLE"]["n"] == 3 && told["by"] == "dev", "{told}");
    train(&second);
    assert!(fs::read(&first).expect("weights") == fs::read(&second).expect("weights"));

    let scored = run(&["eval", "--gold", "bmes", &gold, "--tagger", &first, "--json"])
        .done()
        .out;
    let scored: Value = serde_json::from_str(&scored).expect("JSON");
    assert_eq!(scored["types"], told["types"]);

    let folds = run(&["train", "--labels", "own", "--gold", "bmes", &gold, "--folds", "3"])
        .done()
        .out;
    assert!(folds.contains("3 folds") && folds.contains("macro"), "{folds}");
}

#[test]
fn what_other_machines_extracted_is_loaded_as_if_it_had_been_read_here() {
    let folder = Folder::new();
    let here = folder.store(&["corpus/articles"]);
    let extracted = run(&["extract", "corpus/articles"]).done().out;
    let lines: Vec<&str> = extracted.lines().collect();
    // As a cluster leaves its parts: named in no way that tells what they hold, some packed, with a mark beside them.
    let parts = folder.0.path().join("parts");
    fs::create_dir(&parts).expect("a folder");
    for (number, part) in lines.chunks(10).rev().enumerate() {
        let text = part.join("\n");
        let path = parts.join(format!("part-{number:05}"));
        if number % 2 == 0 {
            fs::write(path, text).expect("a part");
        } else {
            let file = fs::File::create(path.with_extension("gz")).expect("a part");
            let mut writer = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
            writer.write_all(text.as_bytes()).expect("a part");
            writer.finish().expect("a part");
        }
    }
    fs::write(parts.join("_SUCCESS"), "no line of JSON").expect("a mark");
    let parts = parts.to_str().expect("UTF-8");

    let there = folder.path("there");
    let ingest = ["ingest", "--store", &there, "--extracted", parts];
    run(&ingest).done();
    let quads = |store: &str| run(&["export", "--store", store, "--format", "nquads"]).done().out;
    assert!(quads(&there) == quads(&here));
    assert!(run(&ingest).done().err.contains("0 new"));

    // A document is no extraction of one.
    let document = folder.write("document.jsonl", r#"{"id": "a", "text": "騰訊升6%。"}"#);
    let refused = run(&["ingest", "--store", &there, "--extracted", &document]).ended(1);
    assert!(
        refused.err.contains("document.jsonl:1: missing field `doc`"),
        "{}",
        refused.err
    );
}

/// Words that jieba parts otherwise.
const WORDS: &str = "# text = 租車公司的加速度\n1\t租車\tO\t-\t-\n2\t公司\tO\t-\t-\n3\t的\tO\t-\t-\n4\t加速\tO\t-\t-\n\
                     5\t度\tO\t-\t-\n\n# text = 它則是禮車\n1\t它\tO\t-\t-\n2\t則是\tO\t-\t-\n3\t禮車\tO\t-\t-\n\n";

#[test]
fn weights_for_words_are_learnt_and_scored() {
    let folder = Folder::new();
    let gold = folder.write("words.iob2", WORDS);
    let (first, second) = (folder.path("first.bin"), folder.path("second.bin"));
    let train = |out: &str| {
        let args = [
            "train",
            "--segments",
            "--gold",
            "iob2",
            &gold,
            "--dev",
            "iob2",
            &gold,
            "--out",
            out,
        ];
        run(&args).done().out
    };
    let log = train(&first);
    let last: Value = serde_json::from_str(log.lines().last().unwrap_or_default()).expect("a line of JSON");
    assert_eq!(last["dev"][&gold]["f1"], 1.0, "{log}");
    assert_eq!(log, train(&second));
    assert!(fs::read(&first).expect("weights") == fs::read(&second).expect("weights"));

    let scored = run(&["eval", "--segments", "--gold", "iob2", &gold, "--json"])
        .done()
        .out;
    let scored: Value = serde_json::from_str(&scored).expect("JSON");
    assert!(
        scored["micro"]["n"] == 8 && scored["jieba-rs"]["micro"]["n"] == 8,
        "{scored}"
    );
    let trained = scored["micro"]["f1"].as_f64();
    assert!(
        trained > scored["jieba-rs on folded text"]["micro"]["f1"].as_f64(),
        "{scored}"
    );

    let told = run(&["eval", "--segments", "--gold", "iob2", &gold]).done().out;
    assert!(
        told.contains("jieba-rs on folded text") && told.contains("joined"),
        "{told}"
    );
}

/// Sentences with the labels of a set for which a tagger comes with the program.
const PLACES: &str =
    "李 B-PER\n明 I-PER\n在 O\n台 B-LOC\n灣 I-LOC\n。 O\n\n國 B-ORG\n民 I-ORG\n黨 I-ORG\n說 O\n。 O\n\n";

#[test]
fn a_file_is_scored_by_the_tagger_of_its_labels() {
    let folder = Folder::new();
    let gold = folder.write("names.iob2", PLACES);
    for model in ["fast", "best"] {
        let scored = run(&["eval", "--gold", "iob2", &gold, "--model", model, "--json"]).done();
        let told: Value = serde_json::from_str(&scored.out).expect("JSON");
        assert_eq!(told["tagger"], format!("uner ({model})"));
        assert!(scored.err.contains("LOC, ORG, PER"), "{}", scored.err);
    }
    for more in [&["--extraction"][..], &["--model", "none"]] {
        let args = [&["eval", "--gold", "iob2", &gold, "--json"][..], more].concat();
        let told: Value = serde_json::from_str(&run(&args).done().out).expect("JSON");
        assert!(told.get("tagger").is_none(), "{told}");
    }
}

#[test]
fn the_network_learns_the_labels_of_a_set() {
    let folder = Folder::new();
    let gold = folder.write("posts.bmes", POSTS);
    let teach = |out: &str| {
        let out = folder.path(out);
        let args = [
            "train", "--model", "best", "--gold", "bmes", &gold, "--dev", "bmes", &gold, "--rounds", "2", "--out", &out,
        ];
        let told = run(&args).done().out;
        let last: Value = serde_json::from_str(told.lines().last().expect("a line")).expect("JSON");
        assert_eq!(last["round"], 2);
        assert!(last["dev"][&gold]["best"]["micro"].is_number(), "{last}");
        fs::read(out).expect("a network")
    };
    assert!(teach("first.bin") == teach("second.bin"));
}

#[test]
fn training_says_what_does_not_go_together() {
    let folder = Folder::new();
    let gold = folder.write("posts.bmes", POSTS);
    let own = ["train", "--labels", "own", "--gold", "bmes", &gold];
    let cases: [(&[&str], &str); 13] = [
        (&["train", "--gold", "bmes", &gold], "--out"),
        (
            &["train", "--segments", "--gold", "bmes", &gold, "--out", "x"],
            "format iob2",
        ),
        (&["eval", "--segments", "--gold", "bmes", &gold], "format iob2"),
        (
            &["train", "--gold", "bmes", &gold, "--folds", "3", "--out", "x"],
            "--labels own",
        ),
        (&["train", "--labels", "own", "--folds", "3"], "--gold"),
        (&own, "--folds"),
        (&[&own[..], &["--folds", "1"]].concat(), "2..=100"),
        (&[&own[..], &["--folds", "3", "--hold-out", "3"]].concat(), "--hold-out"),
        (&[&own[..], &["--folds", "3", TSMC]].concat(), "real text"),
        (
            &["train", "--labels", "own", "--gold", "finre", &gold, "--folds", "3"],
            "only some",
        ),
        (
            &["eval", "--gold", "finre", &gold, "--tagger", &gold],
            "cluener, bmes and iob2",
        ),
        (&["eval", "--gold", "bmes", &gold, "--tagger", &gold], "no weights"),
        (
            &["eval", "--gold", "bmes", &gold, "--tagger", "models/fast.bin"],
            "other labels",
        ),
    ];
    for (args, told) in cases {
        let failed = run(args).ended(2);
        assert!(failed.err.contains(told), "{args:?}: {}", failed.err);
    }
}

/// What people see of answers, as it stands in `tests/snapshots`.
#[test]
fn answers_on_the_terminal_are_aligned_and_in_the_language_asked_for() {
    let folder = Folder::new();
    // Few articles, as what others say would change the answers.
    let store = folder.store(&[
        "corpus/articles/deepseek-cn.txt",
        "corpus/articles/deepseek-en.html",
        DEEPSEEK,
        "corpus/identity/articles",
    ]);
    let on = |args: &[&str]| run(&[args, &["--store", &store]].concat()).done().out;
    let narrow = ["--width", "60"];
    let show = |args: &[&str]| on(&[args, &narrow].concat());
    insta::assert_snapshot!("path", show(&["path", "梁文锋", "OpenAI", "--limit", "1"]));
    insta::assert_snapshot!(
        "path_en",
        show(&["path", "梁文锋", "OpenAI", "--limit", "1", "--lang", "en"])
    );
    insta::assert_snapshot!(
        "path_hans",
        show(&["path", "梁文锋", "OpenAI", "--limit", "1", "--lang", "zh-Hans"])
    );
    insta::assert_snapshot!("why", show(&["why", "DeepSeek", "foundedBy", "--lang", "en"]));
    insta::assert_snapshot!("why_same", show(&["why", "海岬實業", "=", "屿光数码"]));
    let names = "SELECT ?company ?type ?founder { ?company jw:foundedBy ?founder ; a ?type } ORDER BY ?company ?founder LIMIT 4";
    let table = |lang: &str| show(&["query", "-e", names, "--format", "table", "--lang", lang]);
    insta::assert_snapshot!(
        "table_in_three_languages",
        ["zh-Hant", "zh-Hans", "en"].map(table).concat()
    );
    let stats = on(&["stats", "--lang", "en"]);
    // The size on disk is the database's own affair.
    let size = regex::Regex::new(r"[\d.]+ [kMG]B on disk").expect("a pattern");
    assert!(size.is_match(&stats), "{stats}");
    insta::assert_snapshot!("stats", size.replace(&stats, "… on disk"));
    let text = "騰訊（0700）昨日升6%，報403元。據悉公司擬以10億美元收購示範科技有限公司。";
    let explain = |more: &[&str]| {
        run(&[&["explain", "--published", "2025-05-16", text], more].concat())
            .done()
            .out
    };
    insta::assert_snapshot!("explain", explain(&narrow));
    insta::assert_snapshot!("explain_json", explain(&["--format", "json"]));
}

#[test]
fn stats_add_up() {
    let folder = Folder::new();
    let store = folder.store(&["corpus/articles"]);
    let stats: Value =
        serde_json::from_str(&run(&["stats", "--store", &store, "--format", "json"]).done().out).expect("JSON");
    let count = |query: &str| -> u64 {
        let out = run(&["query", "--store", &store, "--format", "csv", "-e", query])
            .done()
            .out;
        out.lines().nth(1).and_then(|line| line.parse().ok()).expect("a number")
    };
    let sum = |value: &Value| {
        value
            .as_object()
            .expect("an object")
            .values()
            .filter_map(Value::as_u64)
            .sum::<u64>()
    };
    assert_eq!(
        stats["documents"]["count"],
        count("SELECT (COUNT(*) AS ?n) { GRAPH ?d { ?d a schema:NewsArticle } }")
    );
    assert_eq!(
        stats["documents"]["count"].as_u64(),
        Some(sum(&stats["documents"]["languages"]))
    );
    assert_eq!(
        stats["documents"]["count"].as_u64(),
        Some(sum(&stats["documents"]["publishers"]))
    );
    assert_eq!(
        stats["claims"]["count"],
        count("SELECT (COUNT(*) AS ?n) { GRAPH ?d { ?c a jw:Claim } }")
    );
    assert_eq!(
        stats["claims"]["count"].as_u64(),
        Some(sum(&stats["claims"]["statuses"]))
    );
    let by_predicate = stats["claims"]["predicates"].as_object().expect("an object");
    assert_eq!(
        stats["claims"]["count"].as_u64(),
        Some(by_predicate.values().map(sum).sum())
    );
    assert_eq!(
        stats["entities"]["count"].as_u64(),
        Some(sum(&stats["entities"]["types"]))
    );
    assert_eq!(
        stats["entities"]["types"]["Company"],
        count("SELECT (COUNT(*) AS ?n) { ?e a jw:Company }")
    );
    assert!(stats["facts"].as_u64() > Some(0) && stats["quads"].as_u64() > stats["facts"].as_u64());
    assert!(stats["bytes"].as_u64() > Some(10_000), "{stats}");
    assert!(stats["documents"]["first"].as_str() < stats["documents"]["last"].as_str());
}

#[test]
fn colours_are_for_terminals_and_texts_dont_steer_them() {
    let folder = Folder::new();
    let article = folder.write("evil.jsonl", &serde_json::json!({
        "id": "evil\u{1b}[31m", "title": "騰訊\u{1b}[2J收購", "text": "騰訊（0700）\u{1b}[31m收購了\u{202e}示範科技有限公司。", "published": "2025-01-27",
    }).to_string());
    let store = folder.store(&[&article]);
    let with = |colour: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jingwei"));
        command.args(["why", "--store", &store, "騰訊", "acquired"]);
        command
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .envs(colour.iter().copied());
        String::from_utf8(command.output().expect("it runs").stdout).expect("UTF-8")
    };
    let plain = with(&[]);
    assert!(plain.contains("「") && plain.contains("收購"), "{plain}");
    assert!(!plain.contains(['\u{1b}', '\u{202e}']), "{plain:?}");
    assert_eq!(with(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]), plain);
    let coloured = with(&[("CLICOLOR_FORCE", "1")]);
    assert!(
        coloured.contains("\u{1b}[1;36m") && !coloured.contains("\u{1b}[31m收"),
        "{coloured:?}"
    );
    let codes = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern");
    assert_eq!(codes.replace_all(&coloured, ""), plain);
}

#[test]
fn shells_complete_commands() {
    for (shell, part) in [
        ("bash", "complete -F _jingwei"),
        ("zsh", "#compdef jingwei"),
        ("fish", "complete -c jingwei"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let script = run(&["completions", shell]).done().out;
        assert!(
            script.contains(part) && script.contains("zh-Hant") && script.contains("stats"),
            "{shell}"
        );
    }
    // Bash itself takes it.
    let folder = Folder::new();
    let script = folder.write("jingwei.bash", &run(&["completions", "bash"]).done().out);
    let complete = format!(
        "source {script}; COMP_WORDS=(jingwei exp); COMP_CWORD=1; _jingwei jingwei exp jingwei; echo \"${{COMPREPLY[@]}}\""
    );
    let told = Command::new("bash")
        .args(["-c", &complete])
        .output()
        .expect("bash is there");
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert_eq!(told.trim(), "export explain");
}

#[test]
fn a_folder_of_an_export_is_replaced_and_nobody_elses() {
    let folder = Folder::new();
    let store = folder.store(&[TSMC, DEEPSEEK]);
    let notes = folder.path("notes");
    let export = |around: &str| {
        run(&[
            "export", "--store", &store, "--format", "obsidian", "--around", around, "--lang", "en", "--output", &notes,
        ])
    };
    export("DeepSeek").done();
    let note = |name: &str| Path::new(&notes).join("entities").join(name).exists();
    assert!(note("DeepSeek.md") && !note("TSMC.md"));
    fs::write(Path::new(&notes).join("entities/mine.md"), "my own").expect("it can be written");
    export("台積電").done();
    assert!(note("TSMC.md") && !note("DeepSeek.md") && note("mine.md"));
    // A list that was tampered with leads nowhere outside.
    let outside = folder.write("outside.txt", "kept");
    fs::write(
        Path::new(&notes).join(".jingwei-export"),
        "../outside.txt\n/etc/hostname\n",
    )
    .expect("it can be written");
    export("DeepSeek").done();
    assert!(Path::new(&outside).exists() && note("DeepSeek.md"));

    let other = folder.path("other");
    fs::create_dir(&other).expect("it can be made");
    fs::write(Path::new(&other).join("x"), "").expect("it can be written");
    let refused = run(&["export", "--store", &store, "--format", "neo4j", "--output", &other])
        .ended(2)
        .err;
    assert!(refused.contains("no export wrote"), "{refused}");
    let nowhere = run(&["export", "--store", &store, "--format", "neo4j"]).ended(2).err;
    assert!(nowhere.contains("--output"), "{nowhere}");
}

/// The Python in the README, with the program's place put in, run in the environment of `tests/peers.txt`.
#[test]
fn the_notebook_of_the_readme_runs() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("it can be read");
    let code = readme
        .split("```python\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("there is Python");
    let folder = Folder::new();
    let store = folder.store(&["corpus/articles"]);
    let code = code
        .replace("\"jingwei\"", &format!("{:?}", env!("CARGO_BIN_EXE_jingwei")))
        .replace("\"news.db\"", &format!("{store:?}"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let peers = root.join(std::env::var_os("JINGWEI_PEERS").unwrap_or_else(|| "target/peers".into()));
    let ran = Command::new(peers.join("bin/python"))
        .args(["-c", &code])
        .output()
        .expect("scripts/test.sh makes the environment");
    let (out, err) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    assert!(ran.status.success(), "{err}");
    assert!(out.contains("organisation") && out.contains("DeepSeek"), "{out}");
}
