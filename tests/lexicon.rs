//! The lexicon as its users extend and check it.

use jingwei::entity::Lexicon;
use jingwei::text::fold;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

fn run(folder: &Path, args: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_jingwei"))
        .args(args)
        .current_dir(folder)
        .output();
    output.expect("the program starts")
}

/// Runs it, checks how it ended, and gives what it wrote to stdout and stderr.
#[track_caller]
fn ended(folder: &Path, code: i32, args: &[&str]) -> (String, String) {
    let output = run(folder, args);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let (out, err) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(code), "{args:?}: {err}");
    (out, err)
}

const LIST: &str = "key,type,names,listings,ids,owner
dayu,Company,\"大禹軟件|Dayu Software\",8887.HK,wikidata:Q1,
yu-robot,Product,大禹機器人,,,dayu
,Company,鯀山電氣,XTAI 9998,,
tencent,Company,企鵝帝國,,,
";

#[test]
fn the_built_in_lexicon_is_that_of_its_files() {
    let built_in = Lexicon::builtin().expect("the lexicon is sound");
    let read = Lexicon::load(Lexicon::builtin_files()).expect("the lexicon is sound");
    assert_eq!(built_in.entries().len(), read.entries().len());
    for (a, b) in built_in.entries().iter().zip(read.entries().iter()) {
        assert_eq!((&a.key, a.kind, a.labels()), (&b.key, b.kind, b.labels()));
        assert_eq!(
            (&a.names, &a.listings, &a.identifiers),
            (&b.names, &b.listings, &b.identifiers)
        );
    }
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for file in walkdir::WalkDir::new(corpus).into_iter().filter_map(Result::ok) {
        if let Ok(text) = fs::read_to_string(file.path()) {
            let folded = fold(&text);
            assert_eq!(
                built_in.count_names(&folded),
                read.count_names(&folded),
                "{}",
                file.path().display()
            );
        }
    }
}

#[test]
fn names_of_a_list_are_known_to_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    fs::write(path.join("list.csv"), LIST).expect("a file");
    let (_, told) = ended(path, 0, &["lexicon", "import", "list.csv", "--output", "my.lexicon"]);
    assert!(told.contains("4 entities, 4 new"), "{told}");
    let with = ["--lexicon", "my.lexicon"];

    ended(path, 1, &["lexicon", "list", "大禹软件"]);
    let (found, _) = ended(path, 0, &[&with[..], &["lexicon", "list", "大禹软件"]].concat());
    assert_eq!(found, "dayu\tCompany\t大禹軟件|Dayu Software\tXHKG 8887\n");
    let (found, _) = ended(path, 0, &[&with[..], &["lexicon", "list", "鲧山电气"]].concat());
    assert!(found.starts_with("xtai-9998\t"), "{found}");
    // A key that is known adds its names to that entity.
    let (found, _) = ended(path, 0, &[&with[..], &["lexicon", "list", "企鹅帝国"]].concat());
    assert!(found.starts_with("tencent\tCompany\t騰訊"), "{found}");

    let article = "{\"id\":\"a\",\"title\":\"大禹軟件收購鯀山電氣\",\"text\":\"大禹軟件昨日宣布收購鯀山電氣。\",\"published\":\"2026-01-02\"}\n";
    fs::write(path.join("a.jsonl"), article).expect("a file");
    let (out, _) = ended(path, 0, &[&with[..], &["extract", "a.jsonl"]].concat());
    let extraction: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let entities = extraction["entities"].as_array().expect("a list");
    let dayu = entities
        .iter()
        .find(|entity| entity["label"] == "大禹軟件")
        .expect("it is found");
    assert!(
        dayu["id"].as_str().is_some_and(|id| id.ends_with("/entity/dayu")),
        "{dayu}"
    );
    assert_eq!(dayu["identifiers"]["listing"][0], "XHKG 8887");
}

#[test]
fn importing_again_adds_and_replaces() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    fs::write(path.join("list.csv"), LIST).expect("a file");
    ended(path, 0, &["lexicon", "import", "list.csv"]);
    let first = fs::read(path.join("jingwei.lexicon")).expect("it is written");
    ended(path, 0, &["lexicon", "import", "list.csv"]);
    assert!(fs::read(path.join("jingwei.lexicon")).expect("it is written") == first);

    // Compressed, as JSON, one entity in place of another.
    let gzip = fs::File::create(path.join("more.jsonl.gz")).expect("a file");
    let mut gzip = flate2::write::GzEncoder::new(gzip, flate2::Compression::default());
    let more = "{\"key\":\"dayu\",\"type\":\"Company\",\"hant\":\"大禹科技\"}\n{\"key\":\"gun\",\"type\":\"Person\",\"names\":[\"姒文命\"]}\n";
    gzip.write_all(more.as_bytes())
        .and_then(|()| gzip.finish().map(drop))
        .expect("a file");
    let (_, told) = ended(path, 0, &["lexicon", "import", "more.jsonl.gz"]);
    assert!(told.contains("5 entities, 1 new, 1 replaced"), "{told}");
    let with = ["--lexicon", "jingwei.lexicon", "lexicon", "list"];
    ended(path, 1, &[&with[..], &["大禹軟件"]].concat());
    ended(path, 0, &[&with[..], &["大禹科技"]].concat());
    ended(path, 0, &[&with[..], &["姒文命"]].concat());
}

#[test]
fn one_entity_is_added() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let name = [
        "--type",
        "Company",
        "--name",
        "大禹",
        "--name",
        "Dayu Software",
        "--listing",
        "XHKG 8887",
    ];
    ended(
        path,
        0,
        &[&["lexicon", "add", "dayu"][..], &name[..], &["--id", "lei:X1"]].concat(),
    );
    let (found, _) = ended(
        path,
        0,
        &["--lexicon", "jingwei.lexicon", "lexicon", "list", "dayu software"],
    );
    assert_eq!(found, "dayu\tCompany\t大禹|Dayu Software\tXHKG 8887\n");
    let (_, told) = ended(path, 2, &["lexicon", "add", "Dayu", "--type", "Company", "--name", "x"]);
    assert!(told.contains("may hold a-z"), "{told}");
    ended(
        path,
        2,
        &["lexicon", "add", "dayu", "--type", "Spaceship", "--name", "x"],
    );
}

#[test]
fn what_cannot_be_read_is_listed_and_the_rest_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    fs::write(
        path.join("list.csv"),
        "key,type,names\na,Firm,大禹軟件\nB,Company,大禹軟件\nc,Company,鯀山電氣\n",
    )
    .expect("a file");
    let args = [
        "lexicon",
        "import",
        "list.csv",
        "nowhere.csv",
        "list.txt",
        "--refused",
        "refused.jsonl",
    ];
    let (_, told) = ended(path, 1, &args);
    for refusal in [
        "list.csv:2: `Firm` is no type",
        "list.csv:3: the key `B`",
        "nowhere.csv: it can't be read",
        "list.txt: its name",
    ] {
        assert!(told.contains(refusal), "{refusal}: {told}");
    }
    assert_eq!(
        fs::read_to_string(path.join("refused.jsonl"))
            .expect("it is written")
            .lines()
            .count(),
        4
    );
    ended(
        path,
        0,
        &["--lexicon", "jingwei.lexicon", "lexicon", "list", "鯀山電氣"],
    );
    let (_, told) = ended(path, 2, &["--lexicon", "list.csv", "lexicon", "list"]);
    assert!(told.contains("isn't a compiled lexicon"), "{told}");
}

#[test]
fn coverage_is_told_by_market() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    fs::write(
        path.join("list.csv"),
        "code,name,exchange\n700,騰訊控股,HKEX\n99999,大禹軟件,HKEX\n2330,台積電,TWSE\n",
    )
    .expect("a file");
    let (out, _) = ended(path, 0, &["lexicon", "check", "--listings", "list.csv", "--missing"]);
    let lines: Vec<String> = out
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(lines[1], "XHKG 2 1 50.0% 1 50.0% 1 50.0%");
    assert_eq!(lines[2], "XTAI 1 1 100.0% 1 100.0% 1 100.0%");
    assert_eq!(lines[3], "XHKG XHKG 99999 大禹軟件");
    ended(path, 2, &["lexicon", "check", "--missing"]);
}

#[test]
fn a_store_reads_anew_what_further_names_may_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    fs::write(path.join("list.csv"), LIST).expect("a file");
    ended(path, 0, &["lexicon", "import", "list.csv"]);
    let article =
        "{\"id\":\"a\",\"title\":\"\",\"text\":\"大禹軟件昨日宣布收購鯀山電氣。\",\"published\":\"2026-01-02\"}\n";
    fs::write(path.join("a.jsonl"), article).expect("a file");
    let (_, told) = ended(path, 0, &["ingest", "a.jsonl"]);
    assert!(told.contains("1 new"), "{told}");
    let (_, told) = ended(path, 0, &["ingest", "a.jsonl"]);
    assert!(told.contains("1 unchanged"), "{told}");
    let (_, told) = ended(path, 0, &["--lexicon", "jingwei.lexicon", "ingest", "a.jsonl"]);
    assert!(told.contains("1 changed"), "{told}");
    let names =
        "SELECT ?name { GRAPH ?graph { entity:dayu skos:prefLabel ?name } FILTER(CONTAINS(STR(?graph), \"lexicon\")) }";
    let (out, _) = ended(
        path,
        0,
        &["--lexicon", "jingwei.lexicon", "query", "--format", "csv", "-e", names],
    );
    assert!(out.contains("大禹軟件") && out.contains("Dayu Software"), "{out}");
}
