//! Another store comes to hold the same graphs: over a bad line, through kills, in servers that others wrote.
//!
//! The program is run as its users run it, against a server of this library under another base (which lets graphs be written
//! that are not its own), with a proxy between them that does to requests what networks do. Oxigraph's and RDFLib's servers
//! are taken from the virtual environment in `JINGWEI_PEERS` (by default `target/peers`), Virtuoso where `JINGWEI_VIRTUOSO` is
//! set and Debian's `virtuoso-opensource-7` is installed.

mod program;

use jingwei::graph::Base;
use jingwei::serve::{Articles, Options, Server, Stopper};
use jingwei::store::Store;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, Term};
use program::{Run, program};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const TOKEN: &str = "0123456789abcdef";
const BASE: &str = "https://w3id.org/jingwei/";
const KNOWLEDGE: &str = "https://w3id.org/jingwei/graph/knowledge";
const NOTES: &str = "https://example.org/notes";
const MARK: &str = "https://w3id.org/jingwei/graph/mirror";

/// Quads as texts, of graphs under the base and the graph of knowledge.
type Quads = BTreeSet<String>;

fn text(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

fn literal(value: &str, tag: &str, datatype: &str) -> String {
    let short = datatype
        .strip_prefix("http://www.w3.org/2001/XMLSchema#")
        .unwrap_or(datatype);
    match (tag, short) {
        ("", "" | "string") => format!("{value:?}"),
        // Stores may write numbers in another way.
        ("", "decimal" | "integer" | "double") => {
            format!("{:?} {short}", value.parse::<f64>().expect("a number"))
        }
        ("", _) => format!("{value:?} {short}"),
        // Tags are equal whatever their capitals.
        _ => format!("{value:?}@{}", tag.to_ascii_lowercase()),
    }
}

/// What the store on disk holds.
fn held(store: &Path, knowledge: &str) -> Quads {
    let exported = run(&["export", "--format", "nquads", "--store", &text(store)]).done();
    let quads = RdfParser::from_format(RdfFormat::NQuads).for_slice(exported.out.as_bytes());
    quads
        .map(|quad| {
            let quad = quad.expect("N-Quads");
            let graph = match &quad.graph_name {
                GraphName::NamedNode(node) => node.as_str(),
                _ => knowledge,
            };
            let object = match &quad.object {
                Term::NamedNode(node) => format!("<{}>", node.as_str()),
                Term::Literal(object) => literal(
                    object.value(),
                    object.language().unwrap_or(""),
                    object.datatype().as_str(),
                ),
                other => panic!("{other} in a store"),
            };
            format!("{graph} {} {} {object}", quad.subject, quad.predicate)
        })
        .collect()
}

fn run(args: &[&str]) -> Run {
    command(args).output().expect("the program starts").into()
}

fn command(args: &[&str]) -> Command {
    let mut command = program();
    command
        .args(args)
        .env("JINGWEI_TO_CREDENTIALS", format!("Bearer {TOKEN}"))
        .env("NO_PROXY", "*");
    command
}

/// A store that takes updates.
trait Remote {
    fn update(&self) -> String;
    fn query(&self) -> String;
    /// `None` where the default graph takes it.
    fn knowledge(&self) -> Option<&str>;

    fn to(&self) -> Vec<String> {
        let mut args = vec!["--to".to_owned(), self.update()];
        if let Some(graph) = self.knowledge() {
            args.extend(["--to-knowledge".to_owned(), graph.to_owned()]);
        }
        args
    }

    /// Brings it up to date and returns the report.
    fn write(&self, store: &Path, more: &[&str]) -> Value {
        let report = store.with_extension("report.json");
        let (store, to) = (text(store), self.to());
        let mut args = vec!["ingest", "--store", &store, "--report"];
        let report_name = text(&report);
        args.push(&report_name);
        args.extend(to.iter().map(String::as_str));
        args.extend(more);
        run(&args).done();
        let report: Value = serde_json::from_slice(&fs::read(report).expect("a report")).expect("JSON");
        report["to"].clone()
    }

    fn ask(&self, query: &str) -> Value {
        let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
        let mut answer = agent
            .post(self.query())
            .header("Accept", "application/sparql-results+json")
            .send_form([("query", query)])
            .expect("an answer");
        let text = answer
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_string()
            .expect("all of it");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// What it holds under the base, and in its default graph where that takes the knowledge.
    fn holds(&self) -> Quads {
        let named = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }";
        let mut rows = vec![self.ask(named)];
        if self.knowledge().is_none() {
            rows.push(self.ask("SELECT ?s ?p ?o WHERE { ?s ?p ?o }"));
        }
        let mut quads = Quads::new();
        for row in rows
            .iter()
            .flat_map(|rows| rows["results"]["bindings"].as_array().expect("rows"))
        {
            let value = |name: &str| row[name]["value"].as_str().unwrap_or("").to_owned();
            let graph = value("g");
            if graph == MARK || !(graph.is_empty() || graph.starts_with(BASE)) {
                continue;
            }
            let object = &row["o"];
            let object = match object["type"].as_str() {
                Some("uri") => format!("<{}>", value("o")),
                _ => literal(
                    &value("o"),
                    object["xml:lang"].as_str().unwrap_or(""),
                    object["datatype"].as_str().unwrap_or(""),
                ),
            };
            quads.insert(format!("{graph} <{}> <{}> {object}", value("s"), value("p")));
        }
        quads
    }

    #[track_caller]
    fn assert_holds(&self, store: &Path, what: &str) {
        let (there, here) = (self.holds(), held(store, self.knowledge().unwrap_or("")));
        assert!(!here.is_empty(), "{what}: nothing to compare");
        let missing: Vec<_> = here.difference(&there).take(5).collect();
        let surplus: Vec<_> = there.difference(&here).take(5).collect();
        assert!(
            there == here,
            "{what}: {} quads instead of {}; missing {missing:#?}, surplus {surplus:#?}",
            there.len(),
            here.len()
        );
    }
}

/// Our own server, under another base.
struct Own {
    address: SocketAddr,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
}

impl Own {
    fn new() -> Own {
        let base = Base::new("https://elsewhere.example/").expect("a base");
        let store = Store::in_memory(base).expect("memory");
        let options = Options {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            rows: 10_000_000,
            memory: 4 << 30,
            token: Some(TOKEN.to_owned()),
            ..Options::default()
        };
        let server = Server::bind(store, Articles::default(), options).expect("a free port");
        let (address, stopper) = (server.address(), server.stopper());
        let thread = std::thread::spawn(move || server.run(false).expect("it ends well"));
        Own {
            address,
            stopper,
            thread: Some(thread),
        }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        self.stopper.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Remote for Own {
    fn update(&self) -> String {
        format!("http://{}/update", self.address)
    }
    fn query(&self) -> String {
        format!("http://{}/query", self.address)
    }
    fn knowledge(&self) -> Option<&str> {
        Some(KNOWLEDGE)
    }
}

/// The same reached by another address.
struct Through<'r, R: Remote>(&'r R, SocketAddr);

impl<R: Remote> Remote for Through<'_, R> {
    fn update(&self) -> String {
        format!("http://{}/update", self.1)
    }
    fn query(&self) -> String {
        self.0.query()
    }
    fn knowledge(&self) -> Option<&str> {
        self.0.knowledge()
    }
}

/// What becomes of a request on its way.
#[derive(Debug, Clone)]
enum Way {
    Open,
    /// The line is cut before the request has arrived.
    CutRequest,
    /// The request is carried out, and its answer lost half-way.
    CutAnswer,
    /// Somebody answers in the server's place.
    Answer(u16, &'static str, &'static str),
    /// The proxy tells that the request came, which is carried out or not, and nobody ever answers it.
    Silence {
        carried_out: bool,
    },
}

struct Proxy {
    address: SocketAddr,
    /// Of each request that came: its number, size, and what became of it.
    came: mpsc::Receiver<(usize, usize, Way)>,
}

impl Proxy {
    /// Stands before a server. What becomes of a request is said by its number and its text.
    fn new(upstream: SocketAddr, way: impl Fn(usize, &str) -> Way + Send + Sync + 'static) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (sender, came) = mpsc::channel();
        let (way, number) = (Arc::new(way), Arc::new(Mutex::new(0)));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (way, number, sender) = (way.clone(), number.clone(), sender.clone());
                std::thread::spawn(move || {
                    let _ = pass(stream, upstream, |body| {
                        let mut number = number.lock().expect("nobody panics");
                        *number += 1;
                        let what = way(*number, body);
                        let _ = sender.send((*number, body.len(), what.clone()));
                        what
                    });
                });
            }
        });
        Proxy { address, came }
    }
}

/// One request and its answer; the connection ends with it.
fn pass(mut client: TcpStream, upstream: SocketAddr, way: impl FnOnce(&str) -> Way) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 1 << 16];
    let (head, length) = loop {
        let read = client.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        request.extend_from_slice(&buffer[..read]);
        if let Some(end) = request.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.trim().parse::<usize>().ok())
                .unwrap_or(0);
            break (end + 4, length);
        }
    };
    while request.len() < head + length {
        let read = client.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        request.extend_from_slice(&buffer[..read]);
    }
    let forward = |request: &[u8]| -> std::io::Result<Vec<u8>> {
        let mut server = TcpStream::connect(upstream)?;
        let text = [b"POST ", &request[b"POST ".len()..]].concat();
        let cut = text.windows(2).position(|window| window == b"\r\n").unwrap_or(0);
        server.write_all(&text[..cut])?;
        server.write_all(b"\r\nConnection: close")?;
        server.write_all(&text[cut..])?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer)?;
        Ok(answer)
    };
    match way(&String::from_utf8_lossy(&request[head..])) {
        Way::Open => client.write_all(&forward(&request)?),
        Way::CutRequest => {
            let mut server = TcpStream::connect(upstream)?;
            server.write_all(&request[..head + length / 2])
        }
        Way::CutAnswer => {
            let answer = forward(&request)?;
            client.write_all(&answer[..answer.len().min(30)])
        }
        Way::Answer(status, headers, text) => {
            let length = text.len();
            let answer =
                format!("HTTP/1.1 {status} So\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{text}");
            client.write_all(answer.as_bytes())
        }
        Way::Silence { carried_out } => {
            if carried_out {
                forward(&request)?;
            }
            // Until the other side is gone.
            let _ = client.read(&mut buffer)?;
            Ok(())
        }
    }
}

fn articles(folder: &Path) -> PathBuf {
    let store = folder.join("news.db");
    run(&["ingest", "--store", &text(&store), "corpus/articles"]).done();
    store
}

/// Made-up news that takes several requests.
fn much(folder: &Path, lines: usize) -> PathBuf {
    let news = folder.join("news.jsonl");
    let generated = Command::new("python3")
        .args(["benches/generate.py", &lines.to_string()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("python3 is there");
    fs::write(&news, generated.stdout).expect("a file");
    let store = folder.join("much.db");
    run(&["ingest", "--store", &text(&store), &text(&news)]).done();
    store
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("it can be listed").flatten() {
        if entry.file_type().expect("a type").is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        }
    }
}

/// Through a history: first writing, writing again, changed and removed documents, rulings, hostile text.
fn assert_follows(remote: &dyn Remote, folder: &Path, first: &[&str]) {
    let store = folder.join("history.db");
    let name = text(&store);
    let said = remote.write(&store, first);
    remote.assert_holds(&store, "the first time");
    assert!(
        said["graphs"].as_u64() > Some(0) && said["subjects"].as_u64() > Some(0),
        "{said}"
    );

    let again = remote.write(&store, first);
    assert_eq!(again["graphs"], 0, "{again}");
    assert_eq!(again["subjects"], 0, "{again}");
    assert_eq!(
        again["requests"], 1,
        "only whether it is the same store is asked: {again}"
    );

    let changed = folder.join("changed.jsonl");
    let line = |id: &str, text: &str| {
        serde_json::json!({"id": id, "title": "快訊", "text": text, "published": "2025-05-16"}).to_string() + "\n"
    };
    let hostile =
        r#"騰訊（0700）昨日升6%，公司稱：「\u0022 } ; DROP ALL #  " } } ; CLEAR ALL ; INSERT DATA { \\u0022」。"#;
    let before = line("changing", "騰訊（0700）昨日升6%，報403元。") + &line("hostile", hostile);
    fs::write(&changed, before).expect("a file");
    let said = remote.write(&store, &[&text(&changed)]);
    remote.assert_holds(&store, "two more documents, one of them hostile");
    assert_eq!(said["graphs"], 2, "{said}");

    fs::write(&changed, line("changing", "阿里巴巴（9988）昨日跌2%，報85元。")).expect("a file");
    let said = remote.write(&store, &[&text(&changed)]);
    remote.assert_holds(&store, "a changed document");
    assert_eq!(said["graphs"], 1, "{said}");

    run(&["remove", "--store", &name, "changing"]).done();
    let said = remote.write(&store, &[]);
    remote.assert_holds(&store, "a removed document");
    assert_eq!(said["graphs"], 0, "{said}");
    assert!(said["removed"].as_u64() > Some(0), "{said}");

    run(&[
        "lexicon",
        "join",
        "--store",
        &name,
        "騰訊",
        "阿里巴巴",
        "--reason",
        "to see what follows",
    ]);
    remote.write(&store, &[]);
    remote.assert_holds(&store, "a ruling");
}

#[test]
fn another_store_comes_to_hold_the_same_through_a_history() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = Own::new();
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    let notes = format!("INSERT DATA {{ GRAPH <{NOTES}> {{ <{NOTES}> <{NOTES}> \"mine\" }} }}");
    agent
        .post(own.update())
        .header("Authorization", format!("Bearer {TOKEN}"))
        .header("Content-Type", "application/sparql-update")
        .send(&notes)
        .expect("it takes notes");
    assert_follows(&own, folder.path(), &["corpus/articles"]);
    let notes = own.ask(&format!("ASK {{ GRAPH <{NOTES}> {{ ?s ?p \"mine\" }} }}"));
    assert_eq!(notes["boolean"], true, "graphs of others are left alone");
}

#[test]
fn a_bad_line_changes_nothing_but_the_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = much(folder.path(), 400);
    let own = Own::new();
    let proxy = Proxy::new(own.address, |number, _| match number % 7 {
        1 => Way::CutRequest,
        2 => Way::CutAnswer,
        4 => Way::Answer(503, "Retry-After: 0\r\n", "busy"),
        5 => Way::Answer(429, "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", "slowly"),
        6 => Way::Answer(500, "", "something went wrong"),
        _ => Way::Open,
    });
    let through = Through(&own, proxy.address);
    let said = through.write(&store, &["--to-query", &own.query()]);
    own.assert_holds(&store, "over a bad line");
    assert!(said["repeated"].as_u64() > Some(10), "{said}");
    let sizes: Vec<usize> = proxy.came.try_iter().map(|(_, size, _)| size).collect();
    let most = *sizes.iter().max().expect("requests");
    assert!(
        sizes.len() > 15 && most < 600 << 10,
        "{most} bytes at most in {} requests",
        sizes.len()
    );
    let again = through.write(&store, &["--to-query", &own.query()]);
    assert_eq!(again["requests"], 1, "{again}");
}

#[test]
fn a_kill_anywhere_and_the_same_command_end_in_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = much(folder.path(), 400);
    for (at, carried_out) in [(1, true), (2, false), (2, true), (3, true), (5, false)] {
        let what = format!("killed at update {at}, carried out: {carried_out}");
        let store = folder.path().join(format!("killed-{at}-{carried_out}.db"));
        copy_folder(&start, &store);
        let own = Own::new();
        let proxy = Proxy::new(own.address, move |number, _| {
            if number == at {
                Way::Silence { carried_out }
            } else {
                Way::Open
            }
        });
        let through = Through(&own, proxy.address);
        let write = |store: &Path| {
            let (to, query) = (through.to(), own.query());
            let store = text(store);
            let mut args = vec!["ingest", "--store", &store, "--to-query", &query];
            args.extend(to.iter().map(String::as_str));
            command(&args).stderr(Stdio::null()).spawn().expect("it starts")
        };
        let mut child = write(&store);
        loop {
            let (number, ..) = proxy
                .came
                .recv_timeout(Duration::from_secs(120))
                .expect("requests come");
            if number == at {
                break;
            }
        }
        if carried_out {
            // Until the server has done it.
            std::thread::sleep(Duration::from_millis(500));
        }
        child.kill().expect("it is killed");
        child.wait().expect("it ends");
        // What it was about to write may have changed meanwhile.
        let document = text(&folder.path().join("news.jsonl"));
        let first = fs::read_to_string(&document).expect("news");
        let changed = folder.path().join("changed.jsonl");
        let change = |line: &str| -> String {
            let mut document: Value = serde_json::from_str(line).expect("JSON");
            document["text"] = document["text"].as_str().expect("a text").replace('5', "8").into();
            document.to_string()
        };
        let lines: Vec<String> = first.lines().take(20).map(change).collect();
        fs::write(&changed, lines.join("\n")).expect("a file");
        through.write(&store, &["--to-query", &own.query(), &text(&changed)]);
        own.assert_holds(&store, &what);
        let again = through.write(&store, &["--to-query", &own.query()]);
        assert_eq!(again["requests"], 1, "{what}: {again}");
    }
}

#[test]
fn what_is_refused_holds_nothing_else_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = articles(folder.path());
    let own = Own::new();
    let all = held(&store, KNOWLEDGE);
    let one = all
        .iter()
        .find(|quad| quad.contains("prefLabel"))
        .expect("a name")
        .clone();
    let word = one
        .rsplit_once(" \"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .expect("a literal")
        .0
        .to_owned();
    let wanted = word.clone();
    let proxy = Proxy::new(own.address, move |_, body| {
        if body.contains(&format!("\"{wanted}\"")) {
            Way::Answer(400, "", "I don't\n like it")
        } else if body.len() > 20_000 {
            Way::Answer(413, "", "too much")
        } else {
            Way::Open
        }
    });
    let (through, name) = (Through(&own, proxy.address), text(&store));
    let (to, query) = (through.to(), own.query());
    let mut args = vec!["ingest", "--store", &name, "--to-query", &query];
    args.extend(to.iter().map(String::as_str));
    let said = run(&args).ended(1);
    assert!(
        said.err.contains("400 Bad Request: I don't like it") && said.err.contains(&word),
        "{}",
        said.err
    );
    let (there, quoted) = (own.holds(), format!("\"{word}\""));
    let missing: Vec<_> = all.difference(&there).collect();
    assert!(
        !missing.is_empty() && missing.iter().all(|quad| quad.contains(&quoted)),
        "{missing:#?}"
    );
    assert!(there.is_subset(&all));

    let again = run(&args).ended(1);
    assert!(
        again.err.contains("400 Bad Request"),
        "what was refused is tried again: {}",
        again.err
    );
    own.write(&store, &["--to-replace"]);
    own.assert_holds(&store, "afterwards");
}

#[test]
fn graphs_that_somebody_else_wrote_are_replaced_with_leave_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let mine = articles(folder.path());
    let theirs = much(folder.path(), 20);
    let own = Own::new();
    own.write(&theirs, &[]);
    let (name, to) = (text(&mine), own.to());
    let mut args = vec!["ingest", "--store", &name];
    args.extend(to.iter().map(String::as_str));
    let said = run(&args).ended(2);
    assert!(
        said.said().contains("didn't leave there") && said.err.contains("--to-replace"),
        "{}",
        said.err
    );
    own.assert_holds(&theirs, "nothing was touched");
    own.write(&mine, &["--to-replace"]);
    own.assert_holds(&mine, "replaced");
    let again = own.write(&mine, &["--to-replace"]);
    assert_eq!(
        again["requests"], 1,
        "what was left there is not replaced again: {again}"
    );

    // A copy of the store from before, as a backup would be.
    let backup = folder.path().join("backup.db");
    copy_folder(&mine, &backup);
    let more = folder.path().join("more.jsonl");
    fs::write(
        &more,
        "{\"id\":\"more\",\"title\":\"t\",\"text\":\"騰訊（0700）昨日升6%。\",\"published\":\"2025-05-16\"}\n",
    )
    .expect("a file");
    own.write(&mine, &[&text(&more)]);
    let name = text(&backup);
    let mut args = vec!["ingest", "--store", &name];
    args.extend(to.iter().map(String::as_str));
    run(&args).ended(2);
    own.assert_holds(&mine, "a backup doesn't write over what came after it");
}

#[test]
fn credentials_are_seen_by_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("empty.db");
    let name = text(&store);
    let own = Own::new();
    let secret = folder.path().join("secret");
    fs::write(&secret, "me:sesame-open\n").expect("a file");
    let file = text(&secret);
    let with = |url: &str, more: &[&str]| {
        let mut args = vec!["ingest", "--store", &name, "--to", url];
        args.extend(more);
        run(&args)
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).expect("a mode");
        let said = with(&own.update(), &["--to-credentials", &file]).ended(2);
        assert!(said.err.contains("chmod 600 /"), "{}", said.err);
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).expect("a mode");
    }
    run(&["ingest", "--store", &name, "corpus/articles/tsmc-tw.txt"]).done();
    let wrong = with(&own.update(), &["--to-credentials", &file, "--to-knowledge", KNOWLEDGE]).ended(2);
    assert!(wrong.err.contains("401"), "{}", wrong.err);
    let plain = with("http://store.example/update", &["--to-credentials", &file]).ended(2);
    assert!(plain.said().contains("others can read them"), "{}", plain.err);
    let inside = with("http://me:sesame-open@127.0.0.1/update", &[]).ended(2);
    for said in [wrong, plain, inside] {
        assert!(
            !said.err.contains("sesame") && !said.out.contains("sesame"),
            "{}",
            said.err
        );
    }
}

#[test]
fn a_store_that_is_away_is_waited_for_and_told_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = text(&folder.path().join("news.db"));
    let nobody = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("bound");
    let url = format!("http://{nobody}/update");
    let started = Instant::now();
    let said = run(&[
        "ingest",
        "--store",
        &name,
        "corpus/articles/tsmc-tw.txt",
        "--to",
        &url,
        "--to-patience",
        "2",
    ])
    .ended(2);
    assert!(started.elapsed() >= Duration::from_secs(2));
    assert!(said.said().contains("could not be reached for 2 s"), "{}", said.err);
    assert!(said.said().contains("the same command goes on"), "{}", said.err);
    let own = Own::new();
    own.write(Path::new(&name), &[]);
    own.assert_holds(Path::new(&name), "the documents were in all the same");
}

#[test]
fn only_a_server_that_the_system_trusts_is_told_anything() {
    let folder = tempfile::tempdir().expect("a folder");
    let (key, cert) = (folder.path().join("key.pem"), folder.path().join("cert.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args([
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-keyout",
            &text(&key),
            "-out",
            &text(&cert),
        ])
        .output()
        .expect("openssl is there");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let script = r#"
import http.server, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print("told", self.headers["Authorization"], flush=True)
        answer = b'{"boolean": false, "results": {"bindings": []}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[1])
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
"#;
    let mut server = Command::new("python3")
        .args(["-c", script, &text(&key), &text(&cert)])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("python3 is there");
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(server.stdout.take().expect("piped")));
    let port = lines.next().expect("a line").expect("a port");
    let server = Ended(server);
    let name = text(&folder.path().join("news.db"));
    let url = format!("https://localhost:{port}/update");
    let args = [
        "ingest",
        "--store",
        &name,
        "corpus/articles/tsmc-tw.txt",
        "--to",
        &url,
        "--to-patience",
        "3",
    ];
    let unknown: Run = command(&args).output().expect("it starts").into();
    let unknown = unknown.ended(2);
    assert!(unknown.said().contains("certificate"), "{}", unknown.err);
    let known: Run = command(&args)
        .env("SSL_CERT_FILE", &cert)
        .output()
        .expect("it starts")
        .into();
    known.done();
    let told = lines.next().expect("a line").expect("text");
    assert_eq!(told, format!("told Bearer {TOKEN}"));
    drop(server);
}

/// A program that ends with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server that others wrote.
struct Peer {
    update: String,
    query: String,
    knowledge: Option<&'static str>,
    _server: Ended,
}

impl Peer {
    /// Starts a server, and waits until it listens. Updates and queries go to these paths.
    fn start(command: &mut Command, port: u16, [update, query]: [&str; 2], knowledge: Option<&'static str>) -> Peer {
        let server = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let server = server.unwrap_or_else(|error| panic!("{command:?} doesn't start: {error}"));
        let peer = Peer {
            update: format!("http://127.0.0.1:{port}/{update}"),
            query: format!("http://127.0.0.1:{port}/{query}"),
            knowledge,
            _server: Ended(server),
        };
        wait_for(port);
        peer
    }
}

impl Remote for Peer {
    fn update(&self) -> String {
        self.update.clone()
    }
    fn query(&self) -> String {
        self.query.clone()
    }
    fn knowledge(&self) -> Option<&str> {
        self.knowledge
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("bound").port()
}

fn wait_for(port: u16) {
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(started.elapsed() < Duration::from_secs(60), "nobody listens on {port}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// A program of the virtual environment with the peers.
fn peer(name: &str) -> PathBuf {
    let folder = std::env::var("JINGWEI_PEERS").unwrap_or_else(|_| "target/peers".to_owned());
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(folder)
        .join("bin")
        .join(name);
    assert!(
        path.exists(),
        "{} is missing: scripts/test.sh installs it, or JINGWEI_PEERS names another virtual environment",
        path.display()
    );
    path
}

#[test]
fn oxigraphs_server_comes_to_hold_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let port = free_port();
    let mut server = Command::new(peer("oxigraph"));
    server.args([
        "serve",
        "--bind",
        &format!("127.0.0.1:{port}"),
        "--location",
        &text(&folder.path().join("theirs")),
    ]);
    let peer = Peer::start(&mut server, port, ["update", "query"], None);
    assert_follows(&peer, folder.path(), &["corpus/articles"]);
    // Somebody else's graphs in its default graph, too.
    let other = much(folder.path(), 20);
    peer.write(&other, &["--to-replace"]);
    peer.assert_holds(&other, "replaced, the default graph too");
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    let dropped = agent
        .post(peer.update())
        .header("Content-Type", "application/sparql-update")
        .send("DROP ALL");
    dropped.expect("it drops everything");
    peer.write(&other, &[]);
    peer.assert_holds(&other, "a server that lost everything gets everything");
}

#[test]
fn rdflibs_server_comes_to_hold_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let port = free_port();
    let script = "import sys, uvicorn\n\
                  from rdflib import Dataset\n\
                  from rdflib_endpoint import SparqlEndpoint\n\
                  app = SparqlEndpoint(graph=Dataset(), enable_update=True, path='/sparql')\n\
                  uvicorn.run(app, host='127.0.0.1', port=int(sys.argv[1]), log_level='critical')\n";
    let mut server = Command::new(peer("python"));
    server.args(["-c", script, &port.to_string()]);
    // RDFLib 7.6 fails where triples are put into the default graph of several.
    let peer = Peer::start(&mut server, port, ["sparql", "sparql"], Some(KNOWLEDGE));
    // It is slow.
    assert_follows(
        &peer,
        folder.path(),
        &["corpus/articles/tsmc-tw.txt", "corpus/articles/deepseek-tw.txt"],
    );
}

#[test]
fn virtuoso_comes_to_hold_the_same() {
    if std::env::var_os("JINGWEI_VIRTUOSO").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let theirs = folder.path().join("virtuoso");
    fs::create_dir(&theirs).expect("a folder");
    let (sql, http) = (free_port(), free_port());
    let settings = format!(
        "[Database]\nDatabaseFile = virtuoso.db\nErrorLogFile = virtuoso.log\nLockFile = virtuoso.lck\n\
         TransactionFile = virtuoso.trx\nxa_persistent_file = virtuoso.pxa\n\
         [TempDatabase]\nDatabaseFile = temp.db\nTransactionFile = temp.trx\n\
         [Parameters]\nServerPort = 127.0.0.1:{sql}\nDisableUnixSocket = 1\nCaseMode = 2\nNumberOfBuffers = 20000\n\
         [HTTPServer]\nServerPort = 127.0.0.1:{http}\nServerRoot = .\nServerThreads = 5\nCharset = UTF-8\n\
         [SPARQL]\nResultSetMaxRows = 100000000\n"
    );
    fs::write(theirs.join("virtuoso.ini"), settings).expect("a file");
    // Of Debian's package virtuoso-opensource-7.
    let mut server = Command::new("virtuoso-t");
    server
        .args(["+foreground", "+configfile", "virtuoso.ini"])
        .current_dir(&theirs);
    let peer = Peer::start(&mut server, http, ["sparql", "sparql"], Some(KNOWLEDGE));
    wait_for(sql);
    let granted = Command::new("isql-vt")
        .args([
            &format!("127.0.0.1:{sql}"),
            "dba",
            "dba",
            "EXEC=GRANT SPARQL_UPDATE TO \"SPARQL\";",
        ])
        .output()
        .expect("isql-vt is installed");
    assert!(granted.status.success(), "{}", String::from_utf8_lossy(&granted.stderr));
    assert_follows(&peer, folder.path(), &["corpus/articles"]);
    let other = much(folder.path(), 300);
    peer.write(&other, &["--to-replace"]);
    peer.assert_holds(&other, "replaced");
}
