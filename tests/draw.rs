//! Pictures are read back by programs that others wrote: Graphviz, networkx, an XML parser, Python's HTML parser.
//!
//! networkx is taken from the virtual environment in `JINGWEI_PEERS` (by default `target/peers`).

use jingwei::claim::Status;
use jingwei::draw::{Document, Edge, Edtf, Fact, Filter, Format, Graph, Node, RankedBy, View, ViewError};
use jingwei::entity::EntityType;
use proptest::prelude::*;
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Texts that break a format whose escaping is wrong.
const HOSTILE: &[&str] = &[
    "</script><script>alert(1)</script>",
    "\"double\" and 'single'",
    "]]> <![CDATA[ <!-- -->",
    "\u{202e}fdp.exe \u{2066}isolated\u{2069}",
    "two\nlines\r\nand a\ttab",
    "family 👩‍👩‍👧‍👦 flag 🇭🇰 plane 𠮷",
    "back\\slash \\n \\N \\G \\\\ \\",
    "&lt;b&gt; &amp; &#65; &nbsp",
    "{{data}} {{script}} ${x} %s",
    "<b onclick=x>bold</b> <img src=x onerror=alert(1)>",
    "line\u{2028}and\u{2029}paragraph",
    "a|b,c;d=[e]{f}",
    "",
    "控股（集團）「有限」公司……——《報》",
];

fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/draw").join(file)
}

fn technology() -> Graph {
    serde_json::from_str(&std::fs::read_to_string(data("technology.json")).unwrap()).unwrap()
}

fn iri(number: usize) -> String {
    format!("https://w3id.org/jingwei/entity/e{number:03}")
}

/// A ring of entities whose every text is one of `texts`.
fn ring(texts: &[&str]) -> Graph {
    let count = texts.len();
    let text = |n: usize| texts[n % count].to_owned();
    let statuses = [Status::Asserted, Status::Planned, Status::Hedged, Status::Negated];
    let kinds = [
        EntityType::Company,
        EntityType::Person,
        EntityType::Model,
        EntityType::Index,
    ];
    let predicates = ["acquired", "partneredWith", "foundedBy", "sued"];
    Graph {
        nodes: (0..count)
            .map(|n| Node {
                iri: iri(n),
                label: text(n),
                kind: kinds[n % 4],
                names: vec![text(n), text(n + 1)],
                facts: vec![Fact {
                    predicate: "priceMoved".into(),
                    value: text(n),
                    date: "2024-33".parse().ok(),
                    doc: format!("https://w3id.org/jingwei/doc/{n}"),
                    quote: text(n + 2),
                    status: Status::Asserted,
                    score: 0.75,
                }],
            })
            .collect(),
        edges: (0..count)
            .map(|n| Edge {
                subject: n,
                object: (n + 1) % count,
                predicate: predicates[n % 4].into(),
                status: statuses[n % 4],
                score: 0.5,
                date: if n % 2 == 0 { "2024-33".parse().ok() } else { None },
                doc: format!("https://w3id.org/jingwei/doc/{n}"),
                quote: text(n),
                detail: (n % 3 == 0).then(|| text(n)),
            })
            .collect(),
        documents: (0..count)
            .map(|n| Document {
                iri: format!("https://w3id.org/jingwei/doc/{n}"),
                title: Some(text(n)),
                published: None,
                publisher: Some(text(n)),
                url: Some(format!("javascript:alert({n})")),
            })
            .collect(),
        predicate_labels: [("acquired".to_owned(), "收購 <&\"\\>".to_owned())].into(),
    }
}

fn whole(graph: &Graph) -> View<'_> {
    View::new(graph, &Filter::default(), RankedBy::Degree, "新聞 <&> \"\\").unwrap()
}

/// What XML can hold of a text.
fn in_xml(text: &str) -> String {
    let allowed =
        |c: char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect()
}

/// Runs `program` with `input` on its standard input.
fn run(program: &Path, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// What networkx or Python's HTML parser reads in a view's file.
fn read_back(format: Format, view: &View<'_>) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let peers = root.join(std::env::var_os("JINGWEI_PEERS").unwrap_or_else(|| "target/peers".into()));
    let python = peers.join("bin/python");
    assert!(
        python.exists(),
        "{python} is missing; make it with: python3 -m venv {peers} && {peers}/bin/pip install networkx",
        python = python.display(),
        peers = peers.display()
    );
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(format.render(view).as_bytes()).unwrap();
    let (script, path) = (data("read_back.py"), file.path().to_str().unwrap().to_owned());
    serde_json::from_str(&run(&python, &[script.to_str().unwrap(), format.name(), &path], "")).unwrap()
}

fn dot(arguments: &[&str], input: &str) -> String {
    run(Path::new("dot"), arguments, input)
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("no text `{key}` in {value}"))
}

/// Everything that networkx found, held against the graph.
fn agrees_with_networkx(format: Format, graph: &Graph) {
    let found = read_back(format, &whole(graph));
    let clean = |text: &str| {
        if format == Format::Cytoscape {
            text.to_owned()
        } else {
            in_xml(text)
        }
    };
    assert_eq!(found["directed"], true);
    let nodes = found["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), graph.nodes.len());
    for node in &graph.nodes {
        let seen = nodes.iter().find(|seen| seen["key"] == node.iri.as_str()).unwrap();
        assert_eq!(text(seen, "label"), clean(&node.label));
        assert_eq!(text(seen, "iri"), node.iri);
        assert_eq!(text(seen, "kind"), format!("{:?}", node.kind));
        let list = |key: &str| match &seen[key] {
            Value::String(json) => serde_json::from_str(json).unwrap(),
            other => other.clone(),
        };
        assert_eq!(list("names"), serde_json::json!(node.names));
        let ordered = |facts: &Value| {
            let mut facts: Vec<String> = facts.as_array().unwrap().iter().map(Value::to_string).collect();
            facts.sort();
            facts
        };
        assert_eq!(ordered(&list("facts")), ordered(&serde_json::json!(node.facts)));
        assert!(
            seen["degree"].as_u64().is_some() && seen["pagerank"].as_f64().is_some(),
            "{seen}"
        );
    }
    let mut expected: Vec<Vec<String>> = graph
        .edges
        .iter()
        .map(|edge| {
            let ends = [&graph.nodes[edge.subject].iri, &graph.nodes[edge.object].iri];
            let date = edge.date.as_ref().map_or(String::new(), Edtf::to_string);
            let status = serde_json::json!(edge.status);
            vec![
                ends[0].clone(),
                ends[1].clone(),
                edge.predicate.clone(),
                status.as_str().unwrap().to_owned(),
                edge.score.to_string(),
                date,
                edge.doc.clone(),
                clean(&edge.quote),
                clean(edge.detail.as_deref().unwrap_or("")),
            ]
        })
        .collect();
    let mut seen: Vec<Vec<String>> = found["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| {
            let keys = [
                "subject",
                "object",
                "predicate",
                "status",
                "score",
                "date",
                "doc",
                "quote",
                "detail",
            ];
            keys.into_iter()
                .map(|key| match &edge[key] {
                    Value::String(text) => text.clone(),
                    Value::Null => String::new(),
                    other => other.to_string(),
                })
                .collect()
        })
        .collect();
    expected.sort();
    seen.sort();
    assert_eq!(seen, expected);
}

#[test]
fn networkx_reads_graphml() {
    agrees_with_networkx(Format::GraphMl, &ring(HOSTILE));
    agrees_with_networkx(Format::GraphMl, &technology());
}

#[test]
fn networkx_reads_gexf() {
    agrees_with_networkx(Format::Gexf, &ring(HOSTILE));
    agrees_with_networkx(Format::Gexf, &technology());
}

#[test]
fn networkx_reads_cytoscape_json() {
    agrees_with_networkx(Format::Cytoscape, &ring(HOSTILE));
    agrees_with_networkx(Format::Cytoscape, &technology());
}

#[test]
fn gexf_has_the_days_that_a_date_covers() {
    let graph = ring(HOSTILE);
    let found = read_back(Format::Gexf, &whole(&graph));
    for edge in found["edges"].as_array().unwrap() {
        match edge.get("date") {
            Some(date) => {
                assert_eq!(date, "2024-33");
                assert_eq!((text(edge, "start"), text(edge, "end")), ("2024-01-01", "2024-03-31"));
            }
            None => assert!(edge.get("start").is_none() && edge.get("end").is_none()),
        }
    }
}

/// Lines of the text elements of each group of a class in an SVG that Graphviz wrote, by the group's title.
fn drawn_by_graphviz(svg: &str, class: &str) -> Vec<(String, Vec<String>)> {
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..Default::default()
    };
    let document = roxmltree::Document::parse_with_options(svg, options).unwrap();
    document
        .descendants()
        .filter(|element| element.attribute("class") == Some(class))
        .map(|group| {
            let texts = |name: &'static str| {
                group
                    .descendants()
                    .filter(move |e| e.has_tag_name(("http://www.w3.org/2000/svg", name)))
            };
            let title = texts("title")
                .next()
                .and_then(|e| e.text())
                .unwrap_or_default()
                .to_owned();
            (
                title,
                texts("text").map(|e| e.text().unwrap_or_default().to_owned()).collect(),
            )
        })
        .collect()
}

/// Graphviz writes a space as a no-break space, and blank lines not at all.
fn drawn_lines(text: &str) -> Vec<String> {
    let text = in_xml(text).replace('\r', "").replace('\u{a0}', " ");
    text.split('\n')
        .map(str::to_owned)
        .filter(|line| !line.trim().is_empty())
        .collect()
}

#[test]
fn graphviz_draws_every_label() {
    for graph in [ring(HOSTILE), technology()] {
        let svg = dot(&["-Tsvg"], &Format::Dot.render(&whole(&graph)));
        let nodes = drawn_by_graphviz(&svg, "node");
        assert_eq!(nodes.len(), graph.nodes.len());
        for node in &graph.nodes {
            let (_, lines) = nodes.iter().find(|(title, _)| *title == node.iri).unwrap();
            let lines: Vec<String> = lines
                .iter()
                .map(|l| l.replace('\u{a0}', " "))
                .filter(|l| !l.trim().is_empty())
                .collect();
            assert_eq!(lines, drawn_lines(&node.label));
        }
        assert_eq!(drawn_by_graphviz(&svg, "edge").len(), graph.edges.len());
    }
}

#[test]
fn graphviz_keeps_every_attribute() {
    // A backslash before the end, a quotation mark or a line end is followed by a zero-width space, see `dot.rs`.
    let plain = |text: &str| text.replace('\u{200b}', "");
    let graph = ring(HOSTILE);
    let json: Value = serde_json::from_str(&dot(&["-Tjson0"], &Format::Dot.render(&whole(&graph)))).unwrap();
    for node in &graph.nodes {
        let seen = json["objects"]
            .as_array()
            .unwrap()
            .iter()
            .find(|o| o["name"] == node.iri.as_str())
            .unwrap();
        let names: Vec<String> = serde_json::from_str(&plain(text(seen, "names"))).unwrap();
        assert_eq!(names, node.names);
        assert_eq!(text(seen, "kind"), format!("{:?}", node.kind));
    }
    let mut quotes: Vec<String> =
        // An empty attribute is none to Graphviz.
        json["edges"].as_array().unwrap().iter().map(|edge| plain(edge["quote"].as_str().unwrap_or(""))).collect();
    let mut expected: Vec<String> = HOSTILE.iter().map(|&quote| quote.to_owned()).collect();
    quotes.sort();
    expected.sort();
    assert_eq!(quotes, expected);
}

/// Titles of the groups of a class in our own SVG.
fn titles(svg: &str, class: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(svg).unwrap();
    document
        .descendants()
        .filter(|element| {
            element
                .attribute("class")
                .is_some_and(|c| c.split(' ').next() == Some(class))
        })
        .map(|group| {
            let title = group
                .children()
                .find(|child| child.tag_name().name() == "title")
                .unwrap();
            title.text().unwrap_or_default().to_owned()
        })
        .collect()
}

#[test]
fn svg_is_xml_and_has_every_label() {
    for graph in [ring(HOSTILE), technology()] {
        let view = whole(&graph);
        let svg = Format::Svg.render(&view);
        let mut seen = titles(&svg, "node");
        let mut expected: Vec<String> = graph.nodes.iter().map(|node| node.label.clone()).collect();
        seen.sort();
        expected.sort();
        assert_eq!(seen, expected);
        assert_eq!(titles(&svg, "link").len(), view.links.len());
        let document = roxmltree::Document::parse(&svg).unwrap();
        for element in document.descendants() {
            assert!(!["script", "foreignObject", "image", "use", "a"].contains(&element.tag_name().name()));
            for attribute in element.attributes() {
                assert!(
                    !attribute.name().starts_with("on") && attribute.name() != "href",
                    "{attribute:?}"
                );
            }
        }
    }
}

#[test]
fn svg_lays_no_label_on_another() {
    let graph = technology();
    let svg = Format::Svg.render(&whole(&graph));
    let document = roxmltree::Document::parse(&svg).unwrap();
    let boxes: Vec<(f64, f64, f64, f64, &str)> = document
        .descendants()
        .filter(|e| e.tag_name().name() == "text" && e.parent().unwrap().attribute("data-node").is_some())
        .map(|e| {
            let number = |name: &str| e.attribute(name).unwrap().parse::<f64>().unwrap();
            let label = e.text().unwrap();
            let ems: f64 = label.chars().map(|c| if c.is_ascii() { 0.55 } else { 1.0 }).sum();
            let half = ems * number("font-size") * 0.5;
            let (x, y) = (number("x"), number("y"));
            (
                x - half,
                y - number("font-size") * 0.85,
                x + half,
                y + number("font-size") * 0.15,
                label,
            )
        })
        .collect();
    assert_eq!(boxes.len(), graph.nodes.len());
    for (index, a) in boxes.iter().enumerate() {
        for b in &boxes[index + 1..] {
            assert!(
                a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1,
                "{} lies on {}",
                a.4,
                b.4
            );
        }
    }
}

#[test]
fn html_runs_its_own_script_and_nothing_else() {
    for graph in [ring(HOSTILE), technology()] {
        let view = whole(&graph);
        let page = read_back(Format::Html, &view);
        assert_eq!(page["scripts"].as_array().unwrap().len(), 1);
        let policy = text(&page, "policy");
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        for hash in page["scripts"]
            .as_array()
            .unwrap()
            .iter()
            .chain(page["styles"].as_array().unwrap())
        {
            assert!(policy.contains(hash.as_str().unwrap()), "{hash} is not in {policy}");
        }
        assert_eq!(page["outside"], serde_json::json!([]));
        assert_eq!(page["handlers"], serde_json::json!([]));
        assert_eq!(page["title"], serde_json::json!([view.title]));

        let shown = &page["data"][0];
        let labels = |value: &Value, key: &str| -> Vec<String> {
            let mut labels: Vec<String> = value
                .as_array()
                .unwrap()
                .iter()
                .map(|item| text(item, key).to_owned())
                .collect();
            labels.sort();
            labels
        };
        let mut expected: Vec<String> = graph.nodes.iter().map(|node| node.label.clone()).collect();
        expected.sort();
        assert_eq!(labels(&shown["nodes"], "label"), expected);
        let claims: usize = shown["links"]
            .as_array()
            .unwrap()
            .iter()
            .map(|link| link["claims"].as_array().unwrap().len())
            .sum();
        assert_eq!(claims, graph.edges.len());
        let quotes: Vec<String> = shown["links"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|link| labels(&link["claims"], "quote"))
            .collect();
        for edge in &graph.edges {
            assert!(quotes.contains(&edge.quote), "{}", edge.quote);
        }
        let facts: usize = shown["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["facts"].as_array().unwrap().len())
            .sum();
        assert_eq!(facts, view.counts.facts.total);
    }
}

fn seen_with(graph: &Graph, filter: Filter) -> (Vec<String>, String) {
    let view = View::new(graph, &filter, RankedBy::Degree, "").unwrap();
    let mut labels: Vec<String> = view.nodes.iter().map(|node| view.entity(node).label.clone()).collect();
    labels.sort();
    (labels, view.caption.join(" · "))
}

/// A small graph: A — B — C — D in a chain, E alone.
fn chain() -> Graph {
    let node = |label: &str, kind| Node {
        iri: format!("https://w3id.org/jingwei/entity/{label}"),
        label: label.to_owned(),
        kind,
        names: vec![format!("{label} Ltd.")],
        facts: Vec::new(),
    };
    let edge = |subject, object, predicate: &str, status, score, date: Option<&str>| Edge {
        subject,
        object,
        predicate: predicate.to_owned(),
        status,
        score,
        date: date.map(|date| date.parse().unwrap()),
        doc: "https://w3id.org/jingwei/doc/1".to_owned(),
        quote: "…".to_owned(),
        detail: None,
    };
    Graph {
        nodes: vec![
            node("A", EntityType::Company),
            node("B", EntityType::Company),
            node("C", EntityType::Person),
            node("D", EntityType::Company),
            node("E", EntityType::Place),
        ],
        edges: vec![
            edge(0, 1, "acquired", Status::Asserted, 0.9, Some("2024-33")),
            edge(1, 2, "foundedBy", Status::Hedged, 0.6, Some("2010")),
            edge(3, 2, "foundedBy", Status::Asserted, 0.8, None),
        ],
        ..Graph::default()
    }
}

#[test]
fn filters_choose_and_the_caption_says_what_is_left_out() {
    let graph = chain();
    let around = |name: &str, hops| Filter {
        around: vec![name.to_owned()],
        hops,
        ..Filter::default()
    };
    let date = |text: &str| Some(text.parse::<Edtf>().unwrap());
    let cases = [
        (Filter::default(), "A B C D E", "5 entities · 3 claims between them"),
        (
            around("B", 1),
            "A B C",
            "3 of 5 entities · 2 of 3 claims between them · within 1 step of B",
        ),
        (
            around("b ltd.", 2),
            "A B C D",
            "4 of 5 entities · 3 claims between them · within 2 steps of b ltd.",
        ),
        (
            around("E", 3),
            "E",
            "1 of 5 entities · 0 of 3 claims between them · within 3 steps of E",
        ),
        (
            Filter {
                predicates: vec!["foundedBy".into()],
                ..Filter::default()
            },
            "B C D",
            "3 of 5 entities · 2 of 3 claims between them · only founded by",
        ),
        (
            Filter {
                kinds: vec![EntityType::Company],
                ..Filter::default()
            },
            "A B D",
            "3 of 5 entities · 1 of 3 claims between them · only Company",
        ),
        (
            Filter {
                statuses: vec![Status::Hedged],
                ..Filter::default()
            },
            "B C",
            "2 of 5 entities · 1 of 3 claims between them · only hedged",
        ),
        (
            Filter {
                min_score: Some(0.8),
                ..Filter::default()
            },
            "A B C D",
            "4 of 5 entities · 2 of 3 claims between them · score at least 0.8",
        ),
        (
            Filter {
                since: date("2024-03"),
                ..Filter::default()
            },
            "A B",
            "2 of 5 entities · 1 of 3 claims between them · from 2024-03 (1 undated claim left out)",
        ),
        (
            Filter {
                until: date("2023"),
                ..Filter::default()
            },
            "B C",
            "2 of 5 entities · 1 of 3 claims between them · until 2023 (1 undated claim left out)",
        ),
        (
            Filter {
                limit: Some(2),
                ..Filter::default()
            },
            "B C",
            "2 of 5 entities, by degree · 1 of 3 claims between them",
        ),
        (
            Filter {
                limit: Some(2),
                ..around("A", 3)
            },
            "A B",
            "2 of 4 matching entities, nearest first, then by degree (5 in all) · 1 of 3 claims between them · within 3 \
             steps of A",
        ),
    ];
    for (filter, labels, caption) in cases {
        let (seen, said) = seen_with(&graph, filter.clone());
        assert_eq!(seen.join(" "), labels, "{filter:?}");
        assert_eq!(said, caption, "{filter:?}");
    }
}

#[test]
fn large_numbers_are_named_in_the_caption() {
    let graph = Graph {
        nodes: (0..5310)
            .map(|n| Node {
                iri: iri(n),
                label: n.to_string(),
                kind: EntityType::Company,
                names: Vec::new(),
                facts: Vec::new(),
            })
            .collect(),
        ..Graph::default()
    };
    let filter = Filter {
        limit: Some(300),
        ..Filter::default()
    };
    let view = View::new(&graph, &filter, RankedBy::PageRank, "").unwrap();
    assert_eq!(
        view.caption.join(" · "),
        "300 of 5,310 entities, by PageRank · 0 claims between them · names on the first 250"
    );
}

#[test]
fn an_unknown_name_is_refused_with_names_like_it() {
    let graph = technology();
    let filter = Filter {
        around: vec!["台積".into()],
        hops: 1,
        ..Filter::default()
    };
    match View::new(&graph, &filter, RankedBy::Degree, "") {
        Err(error @ ViewError::UnknownEntity(_)) => {
            assert_eq!(error.to_string(), "no entity is called `台積` (did you mean 台積電?)");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_malformed_graph_is_refused() {
    type Change = fn(&mut Graph);
    let broken: [(Change, &str); 3] = [
        (
            |graph| graph.edges[1].object = 5,
            "edge 1 refers to node 5, but there are only 5 nodes",
        ),
        (
            |graph| graph.edges[1].score = f64::NAN,
            "edge 1 has a score that is not a number",
        ),
        (
            |graph| graph.nodes[1].iri = graph.nodes[0].iri.clone(),
            "two nodes have the IRI <https://w3id.org/jingwei/entity/A>",
        ),
    ];
    for (change, message) in broken {
        let mut graph = chain();
        change(&mut graph);
        assert_eq!(
            View::new(&graph, &Filter::default(), RankedBy::Degree, "")
                .unwrap_err()
                .to_string(),
            message
        );
    }
}

#[test]
fn nothing_to_show_is_still_a_file() {
    let graph = Graph::default();
    let view = whole(&graph);
    for &format in Format::ALL {
        assert!(format.render(&view).contains("0 entities"), "{format}");
    }
    let svg = Format::Svg.render(&view);
    roxmltree::Document::parse(&svg).unwrap();
    assert!(svg.contains("Nothing in the graph meets these conditions."));
}

#[test]
fn claims_of_one_kind_between_the_same_entities_are_one_link() {
    let mut graph = chain();
    graph.edges.push(graph.edges[0].clone());
    graph.edges.push(Edge {
        predicate: "partneredWith".into(),
        subject: 1,
        object: 0,
        ..graph.edges[0].clone()
    });
    graph.edges.push(Edge {
        predicate: "partneredWith".into(),
        ..graph.edges[0].clone()
    });
    let view = whole(&graph);
    let counts: Vec<(&str, usize)> = view
        .links
        .iter()
        .map(|link| (link.predicate.as_str(), link.claims.len()))
        .collect();
    assert_eq!(view.links.len(), 4);
    assert!(
        counts.contains(&("acquired", 2)) && counts.contains(&("partneredWith", 2)),
        "{counts:?}"
    );
    assert!(Format::Svg.render(&view).contains("acquired ×2"));
}

/// The graph with its lists in another order.
fn shuffled(graph: &Graph, order: &[prop::sample::Index]) -> Graph {
    let mut places: Vec<usize> = (0..graph.nodes.len()).collect();
    let mut edges = graph.edges.clone();
    let mut documents = graph.documents.clone();
    for (at, other) in order.iter().enumerate() {
        let a = at % places.len();
        places.swap(a, other.index(graph.nodes.len()));
        let a = at % edges.len();
        edges.swap(a, other.index(graph.edges.len()));
        documents.rotate_left(1);
    }
    let mut nodes = graph.nodes.clone();
    for (old, &new) in places.iter().enumerate() {
        nodes[new] = graph.nodes[old].clone();
    }
    for node in &mut nodes {
        node.facts.reverse();
    }
    for edge in &mut edges {
        edge.subject = places[edge.subject];
        edge.object = places[edge.object];
    }
    Graph {
        nodes,
        edges,
        documents,
        predicate_labels: graph.predicate_labels.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_same_graph_gives_the_same_bytes(order in prop::collection::vec(any::<prop::sample::Index>(), 200)) {
        let graph = technology();
        let other = shuffled(&graph, &order);
        for limit in [None, Some(25)] {
            let filter = Filter { limit, ..Filter::default() };
            let render = |graph: &Graph, format: Format| {
                format.render(&View::new(graph, &filter, RankedBy::PageRank, "").unwrap())
            };
            for &format in Format::ALL {
                prop_assert!(render(&graph, format) == render(&other, format), "{format}");
            }
        }
    }

    #[test]
    fn any_text_comes_through(texts in prop::collection::vec(any::<String>(), 1..6)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let graph = ring(&texts);
        let view = whole(&graph);
        for format in [Format::GraphMl, Format::Gexf] {
            let file = format.render(&view);
            let document = roxmltree::Document::parse(&file).unwrap();
            let mut seen: Vec<String> = document
                .descendants()
                .filter_map(|e| match format {
                    Format::GraphMl if e.attribute("key") == Some("node-label") => {
                        Some(e.text().unwrap_or_default().to_owned())
                    }
                    Format::Gexf if e.has_tag_name(("http://gexf.net/1.3", "node")) => {
                        Some(e.attribute("label").unwrap().to_owned())
                    }
                    _ => None,
                })
                .collect();
            let mut expected: Vec<String> = texts.iter().map(|text| in_xml(text)).collect();
            seen.sort();
            expected.sort();
            prop_assert_eq!(seen, expected);
        }
        let mut seen = titles(&Format::Svg.render(&view), "node");
        let mut expected: Vec<String> = texts.iter().map(|text| in_xml(text)).collect();
        seen.sort();
        expected.sort();
        prop_assert_eq!(seen, expected);

        let page = Format::Html.render(&view);
        let block = page.split_once("<script id=\"data\" type=\"application/json\">").unwrap().1;
        let block = block.split_once("</script>").unwrap().0;
        let data: Value = serde_json::from_str(block).unwrap();
        let mut seen: Vec<&str> = data["nodes"].as_array().unwrap().iter().map(|n| text(n, "label")).collect();
        let mut expected = texts.clone();
        seen.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(seen, expected);
    }

    #[test]
    fn graphviz_accepts_any_text(texts in prop::collection::vec(any::<String>(), 1..6)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let graph = ring(&texts);
        let svg = dot(&["-Tsvg"], &Format::Dot.render(&whole(&graph)));
        prop_assert_eq!(drawn_by_graphviz(&svg, "node").len(), graph.nodes.len());
    }
}
