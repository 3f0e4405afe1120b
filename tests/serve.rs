//! The server over loopback: the protocol as a table of requests, costly queries, clients that others wrote.
//!
//! RDFLib and SPARQLWrapper are taken from the virtual environment in `JINGWEI_PEERS` (by default `target/peers`).

use jingwei::extract::Extraction;
use jingwei::graph::{Base, document_quads};
use jingwei::query::Counting;
use jingwei::read::Document;
use jingwei::serve::{Articles, Options, Server, Stopper};
use jingwei::store::Store;
use serde::Deserialize;
use serde_json::Value;
use std::alloc::System;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// As in the program: without it a query's memory isn't limited.
#[global_allocator]
static ALLOCATOR: Counting<System> = Counting(System);

const TOKEN: &str = "0123456789abcdef";

fn fill(store: &Store) {
    for line in include_str!("data/graph/articles.jsonl").lines() {
        let article: Extraction = serde_json::from_str(line).expect("the fixture is sound");
        let quads = document_quads(&article, &Base::default(), "test").expect("so is its RDF");
        store.put(quads).expect("it goes in");
    }
}

fn filled() -> Store {
    let store = Store::in_memory(Base::default()).expect("memory");
    fill(&store);
    store
}

fn options() -> Options {
    Options {
        bind: SocketAddr::from(([127, 0, 0, 1], 0)),
        hosts: vec!["graph.example".to_owned()],
        origins: vec!["https://friend.example".to_owned()],
        rows: 5_000,
        body: 64 << 10,
        ..Options::default()
    }
}

struct Running {
    address: SocketAddr,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    fn new(store: Store, articles: Articles, options: Options) -> Self {
        let server = Server::bind(store, articles, options).expect("a free port");
        let (address, stopper) = (server.address(), server.stopper());
        let thread = std::thread::spawn(move || server.run(false).expect("it ends well"));
        Running {
            address,
            stopper,
            thread: Some(thread),
        }
    }

    fn get(&self, path: &str) -> Response {
        request(self.address, "GET", path, &BTreeMap::new(), b"")
    }

    fn query(&self, sparql: &str) -> Response {
        self.get(&format!("/query?query={}", encoded(sparql)))
    }

    /// Waits until no query is evaluated any more.
    fn is_idle_within(&self, most: Duration) -> bool {
        let started = Instant::now();
        while started.elapsed() < most {
            if self.get("/metrics").text().contains("\njingwei_queries_running 0\n") {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stopper.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[derive(Debug)]
struct Response {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
    /// Whether the body came to its end.
    whole: bool,
}

impl Response {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

fn send(address: SocketAddr, method: &str, path: &str, headers: &BTreeMap<String, String>, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("a timeout");
    let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.keys().any(|name| name == "Host") {
        head += &format!("Host: {address}\r\n");
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() || method == "POST" || method == "PUT" {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).expect("it reads");
    // It may answer, and hang up, before it has read all of a body that is too long.
    let _ = stream.write_all(body);
    stream
}

fn request(address: SocketAddr, method: &str, path: &str, headers: &BTreeMap<String, String>, body: &[u8]) -> Response {
    let mut stream = send(address, method, path, headers, body);
    let mut bytes = Vec::new();
    let ended = stream.read_to_end(&mut bytes).is_ok();
    let cut = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .expect("a head");
    let head = String::from_utf8(bytes[..cut].to_vec()).expect("ASCII");
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1)?.parse().ok())
        .expect("a status");
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        let known = headers.entry(name.to_ascii_lowercase()).or_default();
        *known += value;
    }
    let mut body = bytes.split_off(cut + 4);
    let mut whole = ended;
    if headers
        .get("transfer-encoding")
        .is_some_and(|coding| coding == "chunked")
    {
        (body, whole) = unchunked(&body);
    }
    Response {
        status,
        headers,
        body,
        whole,
    }
}

fn unchunked(mut bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(line) = bytes.windows(2).position(|window| window == b"\r\n") else {
            return (body, false);
        };
        let size = std::str::from_utf8(&bytes[..line])
            .ok()
            .and_then(|size| usize::from_str_radix(size, 16).ok());
        let size = size.expect("a chunk's size");
        if size == 0 {
            return (body, true);
        }
        let Some(chunk) = bytes.get(line + 2..line + 2 + size) else {
            return (body, false);
        };
        body.extend_from_slice(chunk);
        bytes = bytes.get(line + 4 + size..).unwrap_or_default();
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

fn form(pairs: &[(String, String)]) -> String {
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    pairs.join("&")
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    server: Option<String>,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    more: Vec<(String, String)>,
    #[serde(default)]
    form: Option<Vec<(String, String)>>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    body_bytes: usize,
    #[serde(default)]
    token: bool,
    status: u16,
    #[serde(default, rename = "type")]
    media: Option<String>,
    #[serde(default)]
    has: Vec<String>,
    #[serde(default)]
    lacks: Vec<String>,
    #[serde(default)]
    head: BTreeMap<String, String>,
    #[serde(default)]
    no_head: Vec<String>,
    #[serde(default)]
    body_is: Option<String>,
    #[serde(default)]
    lines: Option<usize>,
}

#[test]
fn the_protocol() {
    let cases: Cases = toml::from_str(include_str!("data/serve/protocol.toml")).expect("a table of cases");
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("store");
    let written = Store::open(&at, Base::default()).expect("a store");
    fill(&written);
    let before = written.nquads().expect("its quads");
    let writable = Options {
        token: Some(TOKEN.to_owned()),
        ..options()
    };
    let read = Running::new(filled(), Articles::default(), options());
    let write = Running::new(written, Articles::default(), writable);
    let mut wrong = Vec::new();
    for case in cases.case {
        let server = if case.server.as_deref() == Some("write") {
            &write
        } else {
            &read
        };
        let mut headers = case.headers.clone();
        let mut body = case.body.clone().unwrap_or_default().into_bytes();
        body.resize(body.len().max(case.body_bytes), b' ');
        if let Some(fields) = &case.form {
            headers.insert(
                "Content-Type".to_owned(),
                "application/x-www-form-urlencoded".to_owned(),
            );
            body = form(fields).into_bytes();
        }
        if case.token {
            headers.insert("Authorization".to_owned(), format!("Bearer {TOKEN}"));
        }
        let path = match (&case.path, &case.query) {
            (Some(path), _) => path.clone(),
            (None, Some(query)) => {
                let mut pairs = vec![("query".to_owned(), query.clone())];
                pairs.extend(case.more.clone());
                format!("/query?{}", form(&pairs))
            }
            (None, None) => panic!("{}: asks nothing", case.name),
        };
        let method = case.method.as_deref().unwrap_or("GET");
        let response = request(server.address, method, &path, &headers, &body);
        let text = response.text();
        let media = response.headers.get("content-type").map_or("", String::as_str);
        let mut check = |holds: bool, what: String| {
            if !holds {
                wrong.push(format!(
                    "{}: {what}\n  {} {:?}\n  {text:.600}",
                    case.name, response.status, response.headers
                ));
            }
        };
        check(response.status == case.status, format!("status {}", case.status));
        check(
            case.media.as_ref().is_none_or(|kind| media.starts_with(kind.as_str())),
            format!("type {:?}", case.media),
        );
        for part in &case.has {
            check(text.contains(part.as_str()), format!("has {part}"));
        }
        for part in &case.lacks {
            check(!text.contains(part.as_str()), format!("lacks {part}"));
        }
        for (name, value) in &case.head {
            let header = response.headers.get(&name.to_ascii_lowercase());
            let same = |header: &String| header.to_ascii_lowercase().contains(&value.to_ascii_lowercase());
            check(header.is_some_and(same), format!("header {name}: {value}"));
        }
        for name in &case.no_head {
            check(
                !response.headers.contains_key(&name.to_ascii_lowercase()),
                format!("no header {name}"),
            );
        }
        check(
            case.body_is.as_ref().is_none_or(|body| *body == text),
            format!("body {:?}", case.body_is),
        );
        check(
            case.lines.is_none_or(|lines| text.lines().count() == lines),
            format!("lines {:?}", case.lines),
        );
        if case.status >= 400 && case.media.is_none() && method != "HEAD" {
            let is_told = response.json()["error"]
                .as_str()
                .is_some_and(|reason| !reason.is_empty());
            check(is_told, "an error with a reason".to_owned());
        }
    }
    assert!(wrong.is_empty(), "{}\n\n{}", wrong.len(), wrong.join("\n\n"));

    // And nothing of Jingwei's own has changed.
    drop(write);
    let store = Store::open(&at, Base::default()).expect("it was let go of");
    let difference = store.verify().expect("the store reads");
    assert!(difference.missing.is_empty() && difference.surplus.is_empty());
    let own = |quads: &str| -> Vec<String> {
        quads
            .lines()
            .filter(|line| !line.contains("<https://example.org/"))
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(own(&store.nquads().expect("its quads")), own(&before));
}

#[derive(Deserialize)]
struct Costly {
    query: Vec<CostlyQuery>,
}

#[derive(Deserialize)]
struct CostlyQuery {
    name: String,
    sparql: String,
}

#[test]
fn a_query_over_its_limits_stops_for_real() {
    let costly: Costly = toml::from_str(include_str!("data/serve/costly.toml")).expect("a list of queries");
    let timeout = Duration::from_millis(300);
    let server = Running::new(
        filled(),
        Articles::default(),
        Options {
            timeout,
            memory: 256 << 20,
            rows: usize::MAX,
            concurrency: 1,
            ..options()
        },
    );
    for query in costly.query {
        let started = Instant::now();
        let response = server.query(&query.sparql);
        let answered = started.elapsed();
        assert_eq!(response.status, 503, "{}: {}", query.name, response.text());
        let kind = response.json()["kind"].as_str().expect("a kind").to_owned();
        assert!(kind == "time" || kind == "memory", "{}: {kind}", query.name);
        // Its only place is free again: the next one is answered.
        assert!(server.is_idle_within(Duration::from_secs(1)), "{} runs on", query.name);
        assert_eq!(server.query("ASK {}").status, 200, "{}", query.name);
        assert!(
            answered < timeout + Duration::from_secs(2),
            "{}: {answered:?}",
            query.name
        );
    }
}

#[test]
fn memory_is_bounded_whatever_the_time() {
    let server = Running::new(
        filled(),
        Articles::default(),
        Options {
            timeout: Duration::from_secs(50),
            memory: 64 << 20,
            rows: usize::MAX,
            ..options()
        },
    );
    let response = server.query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i LIMIT 1");
    assert_eq!(
        (response.status, response.json()["kind"].as_str()),
        (503, Some("memory")),
        "{}",
        response.text()
    );
    assert!(
        response.json()["error"]
            .as_str()
            .is_some_and(|reason| reason.contains("64 MB"))
    );
    // What it held is given back: as much again can be held by the next.
    for _ in 0..3 {
        assert_eq!(server.query("SELECT * { ?a ?b ?c } ORDER BY ?c LIMIT 1").status, 200);
    }
}

#[test]
fn who_hangs_up_is_worked_for_no_longer() {
    let server = Running::new(
        filled(),
        Articles::default(),
        Options {
            timeout: Duration::from_secs(50),
            ..options()
        },
    );
    let path = format!(
        "/query?query={}",
        encoded("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    );
    let stream = send(server.address, "GET", &path, &BTreeMap::new(), b"");
    std::thread::sleep(Duration::from_millis(300));
    assert!(
        !server.is_idle_within(Duration::from_millis(50)),
        "it is being worked on"
    );
    drop(stream);
    assert!(
        server.is_idle_within(Duration::from_secs(2)),
        "it is still being worked on"
    );
}

#[test]
fn half_an_answer_is_never_a_whole_one() {
    let server = Running::new(
        filled(),
        Articles::default(),
        Options {
            timeout: Duration::from_millis(1500),
            rows: 20_000,
            ..options()
        },
    );
    // The limit comes after the head was sent: the connection is broken off.
    let response = server.query("SELECT ?a ?c ?d ?f { ?a ?b ?c . ?d ?e ?f }");
    assert_eq!(response.status, 200);
    assert!(!response.whole && response.body.len() > 64 << 10);
    // Within the limit all of it comes.
    let response = server.query("SELECT ?a ?c ?d ?f { ?a ?b ?c . ?d ?e ?f } LIMIT 20000");
    assert!(response.whole);
    assert_eq!(
        response.json()["results"]["bindings"].as_array().map(Vec::len),
        Some(20_000)
    );
}

#[test]
fn too_many_queries_are_sent_away() {
    let server = Running::new(
        filled(),
        Articles::default(),
        Options {
            timeout: Duration::from_secs(3),
            concurrency: 1,
            queue: 2,
            ..options()
        },
    );
    let slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }";
    let address = server.address;
    let threads: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn(move || {
                request(
                    address,
                    "GET",
                    &format!("/query?query={}", encoded(slow)),
                    &BTreeMap::new(),
                    b"",
                )
            })
        })
        .collect();
    let responses: Vec<Response> = threads
        .into_iter()
        .map(|thread| thread.join().expect("an answer"))
        .collect();
    assert!(responses.iter().all(|response| response.status == 503));
    let busy: Vec<&Response> = responses
        .iter()
        .filter(|response| response.json()["kind"] == "busy")
        .collect();
    assert!(busy.len() >= 5, "{responses:?}");
    assert!(busy.iter().all(|response| response.headers.contains_key("retry-after")));
}

#[test]
fn queries_of_great_depth_break_nothing() {
    let server = Running::new(
        filled(),
        Articles::default(),
        Options {
            body: 1 << 20,
            timeout: Duration::from_secs(20),
            ..options()
        },
    );
    let deep = |open: &str, middle: &str, close: &str, times: usize| {
        format!("{}{middle}{}", open.repeat(times), close.repeat(times))
    };
    let queries = [
        format!("ASK {}", deep("{", "", "}", 100_000)),
        format!("SELECT ({} AS ?x) {{}}", deep("(", "1", ")", 100_000)),
        format!("ASK {{ FILTER({}true) }}", "!".repeat(100_000)),
        format!("SELECT ({}1 AS ?x) {{}}", "- ".repeat(100_000)),
        format!("ASK {{ {{}} {} }}", "UNION {} ".repeat(20_000)),
        format!("ASK {{ FILTER(true{}) }}", " && true".repeat(20_000)),
        format!("SELECT (1{} AS ?x) {{}}", "+1".repeat(20_000)),
        format!("ASK {{ ?a rdf:type{} ?b }}", "/rdf:type".repeat(5_000)),
        format!("ASK {{ {} }}", "OPTIONAL { ?a ?b ?c } ".repeat(2_000)),
        format!("ASK {{ ?a ?b {} }}", deep("[ ?c ", "?d", "]", 10_000)),
    ];
    for query in &queries {
        let headers = BTreeMap::from([("Content-Type".to_owned(), "application/sparql-query".to_owned())]);
        let response = request(server.address, "POST", "/query", &headers, query.as_bytes());
        assert!(
            [200, 400, 503].contains(&response.status),
            "{:.60}: {}",
            query,
            response.status
        );
        assert_eq!(server.query("ASK {}").status, 200, "after {query:.60}");
    }
}

#[test]
fn quotes_are_shown_where_they_stand() {
    let store = Store::in_memory(Base::default()).expect("memory");
    let extractor = jingwei::extract::Extractor::builtin().expect("sound data");
    // Beyond the basic plane, so that code points, UTF-16 units and bytes differ; and what would be markup.
    let body = "😀<img src=x onerror=alert(1)>騰訊（0700）今日升6%，報403元。</script><script>alert(2)</script>";
    let document = Document::from_text("d<1>", "𠮷 & \"騰訊\"升6%", body, "2025-01-27".parse().ok());
    let mut articles = Articles::default();
    articles.keep(&document).expect("room");
    let text = document.text.clone();
    let quads = document_quads(&extractor.extract(&document), store.base(), "test").expect("RDF");
    store.put(quads).expect("memory");
    let server = Running::new(store, articles, options());
    let response = server.get(&format!("/api/document?id={}", encoded("d<1>")));
    assert!(response.headers["content-type"].starts_with("application/json"));
    let shown = response.json();
    assert_eq!(shown["whole"], true);
    assert_eq!(shown["passages"][0]["text"], text.as_str());
    let claims = shown["claims"].as_array().expect("claims");
    assert!(!claims.is_empty());
    let points: Vec<char> = text.chars().collect();
    for claim in claims {
        let (start, end) = (
            claim["start"].as_u64().expect("a place"),
            claim["end"].as_u64().expect("a place"),
        );
        let there: String = points[start as usize..end as usize].iter().collect();
        assert_eq!(claim["quote"], there.as_str());
        let of_claim = server.get(&format!(
            "/api/claim?id={}",
            encoded(claim["id"].as_str().expect("an id"))
        ));
        assert_eq!(of_claim.json()["claim"], claim["id"]);
    }
}

#[test]
fn where_the_article_is_not_there_its_quotes_are() {
    let server = Running::new(filled(), Articles::default(), options());
    let shown = server.get("/api/document?id=a01").json();
    let passages = shown["passages"].as_array().expect("passages");
    let at = |start: u64, end: u64| -> Option<String> {
        passages.iter().find_map(|passage| {
            let first = passage["start"].as_u64()?;
            let points: Vec<char> = passage["text"].as_str()?.chars().collect();
            let range = (start.checked_sub(first)?) as usize..(end - first) as usize;
            points.get(range).map(|points| points.iter().collect())
        })
    };
    let claims = shown["claims"].as_array().expect("claims");
    assert!(claims.len() > 1);
    for claim in claims {
        let quote = at(
            claim["start"].as_u64().expect("a place"),
            claim["end"].as_u64().expect("a place"),
        );
        assert_eq!(quote.as_deref(), claim["quote"].as_str());
    }
    // Passages are apart and in order.
    for pair in passages.windows(2) {
        let end = pair[0]["start"].as_u64().expect("a place")
            + pair[0]["text"].as_str().expect("a text").chars().count() as u64;
        assert!(end < pair[1]["start"].as_u64().expect("a place"));
    }
}

#[test]
fn the_graph_says_what_it_leaves_out() {
    let server = Running::new(filled(), Articles::default(), options());
    let around = encoded("https://w3id.org/jingwei/entity/lin-zhiyuan");
    let all = server
        .get(&format!("/api/graph?around={around}&hops=3&limit=2000"))
        .json();
    let few = server.get(&format!("/api/graph?around={around}&hops=3&limit=2")).json();
    let count = |value: &Value, key: &str| value[key].as_array().map_or(0, Vec::len) as u64;
    assert!(count(&all, "nodes") > 3);
    assert_eq!(all["nodesOf"].as_u64(), Some(count(&all, "nodes")));
    assert_eq!(all["edgesOf"].as_u64(), Some(count(&all, "edges")));
    assert_eq!(
        (count(&few, "nodes"), few["nodesOf"].as_u64()),
        (2, all["nodesOf"].as_u64())
    );
    assert_eq!(few["edgesOf"], all["edgesOf"]);
    // Each status by itself, and together they are all.
    let of = |status: &str| {
        let graph = server
            .get(&format!("/api/graph?around={around}&hops=1&limit=2000&status={status}"))
            .json();
        let edges = graph["edges"].as_array().expect("edges").clone();
        assert!(edges.iter().all(|edge| edge["status"] == status));
        edges.len()
    };
    let sum: usize = ["asserted", "planned", "hedged", "negated"].into_iter().map(of).sum();
    let one = server
        .get(&format!("/api/graph?around={around}&hops=1&limit=2000"))
        .json();
    assert!(sum <= one["edges"].as_array().expect("edges").len() && sum > 0);
}

#[test]
fn clients_that_others_wrote() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let peers = root.join(std::env::var_os("JINGWEI_PEERS").unwrap_or_else(|| "target/peers".into()));
    let python = peers.join("bin/python");
    assert!(
        python.exists(),
        "{} is missing; scripts/test.sh makes it",
        python.display()
    );
    let server = Running::new(filled(), Articles::default(), options());
    let output = Command::new(python)
        .arg(root.join("tests/data/serve/clients.py"))
        .arg(format!("http://{}", server.address))
        .output()
        .expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let companies = server.query("SELECT (COUNT(?a) AS ?n) { ?a a jw:Company }").json()["results"]["bindings"][0]["n"]
        ["value"]
        .clone();
    assert!(companies.as_str().is_some_and(|count| count != "0"));
    for client in [
        "SPARQLWrapper JSON",
        "SPARQLWrapper XML",
        "SPARQLWrapper POST",
        "RDFLib SPARQLStore",
    ] {
        assert_eq!(found[client], companies, "{client}");
    }
    for client in ["SPARQLWrapper Turtle", "RDFLib parse", "RDFLib entity"] {
        assert!(found[client].as_u64().is_some_and(|triples| triples > 0), "{client}");
    }
    assert_eq!(found["SPARQLWrapper bad query"], "QueryBadFormed");
}

#[test]
fn the_program_serves_until_it_is_told_to_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("store");
    fill(&Store::open(&at, Base::default()).expect("a store"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_jingwei"))
        .args(["serve", "--bind", "127.0.0.1:0", "--store"])
        .arg(&at)
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stderr.take().expect("stderr"))
        .read_line(&mut line)
        .expect("a line");
    let address = line
        .split("http://")
        .nth(1)
        .and_then(|rest| rest.split('/').next()?.parse().ok())
        .unwrap_or_else(|| panic!("an address in {line}"));
    assert_eq!(request(address, "GET", "/health", &BTreeMap::new(), b"").status, 200);
    let told = Command::new("kill").arg(child.id().to_string()).status().expect("kill");
    assert!(told.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn the_program_refuses_what_is_not_safe() {
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_jingwei"))
            .arg("serve")
            .args(arguments)
            .output()
            .expect("it starts");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, message) = run(&["--bind", "0.0.0.0:0"]);
    assert_eq!(code, Some(2));
    assert!(message.contains("--allow-remote"), "{message}");
    assert_eq!(run(&["--writable"]).0, Some(2));
    let short = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(short.path(), "secret\n").expect("it is written");
    let (code, message) = run(&["--writable", "--token-file", short.path().to_str().expect("UTF-8")]);
    assert_eq!(code, Some(2));
    assert!(message.contains("at least 16"), "{message}");
}
