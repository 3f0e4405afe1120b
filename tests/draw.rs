//! Pictures are read back by programs that others wrote: Graphviz, networkx, an XML parser, Python's HTML parser.
//!
//! networkx is taken from the virtual environment in `JINGWEI_PEERS` (by default `target/peers`).

use jingwei::claim::{Predicate, Status};
use jingwei::draw::{
    ColouredBy, Document, Edge, Edtf, Fact, Filter, Folder, Fonts, Format, Graph, Language, Node, PngError, RankedBy,
    View, ViewError, png,
};
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
                former: n % 5 == 4,
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
        language: Language::English,
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

/// Left, top, right and bottom of what is drawn, with what it is.
type Drawn = (f32, f32, f32, f32, String);

/// Texts and nodes of a picture as the fonts of this machine draw them.
fn drawn(svg: &str) -> Vec<Drawn> {
    use resvg::usvg;
    let mut options = usvg::Options::default();
    options.fontdb_mut().load_system_fonts();
    let tree = usvg::Tree::from_str(svg, &options).unwrap();
    let mut found = Vec::new();
    let mut open: Vec<&usvg::Node> = tree.root().children().iter().collect();
    while let Some(node) = open.pop() {
        match node {
            usvg::Node::Group(group) => open.extend(group.children()),
            usvg::Node::Text(text) => {
                let bounds = text.abs_bounding_box();
                let content: String = text.chunks().iter().map(|chunk| chunk.text().to_owned()).collect();
                found.push((bounds.left(), bounds.top(), bounds.right(), bounds.bottom(), content));
            }
            usvg::Node::Path(_) | usvg::Node::Image(_) => {}
        }
    }
    found
}

#[test]
fn no_text_of_a_picture_lies_on_another_whatever_the_font() {
    let graph = technology();
    for language in Language::ALL {
        for (limit, few) in [(None, false), (Some(12), true)] {
            let graph = Graph {
                language,
                ..graph.clone()
            };
            let filter = Filter {
                limit,
                ..Filter::default()
            };
            let view = View::new(&graph, &filter, RankedBy::PageRank, "科技公司 Technology").unwrap();
            let svg = Format::Svg.render(&view);
            let texts = drawn(&svg);
            assert!(texts.len() > view.nodes.len(), "{}", texts.len());
            assert_eq!(few, svg.contains("of-link"), "lines are labelled when few");
            for (index, a) in texts.iter().enumerate() {
                for b in &texts[index + 1..] {
                    // Boxes of letters are taller than their ink.
                    assert!(
                        a.2 <= b.0 + 0.5 || b.2 <= a.0 + 0.5 || a.3 <= b.1 + 3.0 || b.3 <= a.1 + 3.0,
                        "{} lies on {}: {a:?} {b:?}",
                        a.4,
                        b.4
                    );
                }
            }
        }
    }
}

/// Three entities with so many relations that there is no room for the labels of all lines.
fn crowd() -> Graph {
    let mut graph = chain();
    graph.nodes.truncate(3);
    let edge = graph.edges[0].clone();
    let predicates = Predicate::ALL
        .iter()
        .filter(|predicate| !predicate.is_symmetric())
        .take(19);
    graph.edges = predicates
        .flat_map(|predicate| [(0, 1), (1, 2), (2, 0)].map(|ends| (predicate, ends)))
        .map(|(predicate, (subject, object))| Edge {
            subject,
            object,
            predicate: predicate.name().to_owned(),
            detail: Some("a stake of eleven per cent".to_owned()),
            ..edge.clone()
        })
        .collect();
    graph
}

#[test]
fn a_label_without_room_is_left_out_and_counted() {
    let graph = crowd();
    let view = whole(&graph);
    let svg = Format::Svg.render(&view);
    let labels = svg.matches("class=\"of-link").count();
    let without = view.links.len() - labels;
    assert!(without > 0 && labels > 0, "{labels} of {}", view.links.len());
    let said = view.drawn_caption().pop().unwrap();
    assert_eq!(said, format!("{without} lines without a label for want of room"));
}

#[test]
fn the_caption_names_the_days_of_the_articles() {
    let mut graph = chain();
    let document = |iri: &str, published: Option<&str>| Document {
        iri: iri.to_owned(),
        title: None,
        published: published.map(str::to_owned),
        publisher: None,
        url: None,
    };
    for (at, edge) in graph.edges.iter_mut().enumerate() {
        edge.doc = format!("doc{at}");
    }
    for (days, said) in [
        (
            [Some("2025-01-27"), Some("2025-01-27"), Some("2025-01-27")],
            "3 articles, 2025-01-27",
        ),
        (
            [Some("2025-02-01"), Some("2024-12-31"), Some("2025-01-27")],
            "3 articles, 2024-12-31 to 2025-02-01",
        ),
        (
            [Some("2025-02-01"), None, Some("2025-01-27")],
            "3 articles, 2025-01-27 to 2025-02-01, 1 undated",
        ),
        ([None, None, None], "3 undated articles"),
    ] {
        graph.documents = days
            .iter()
            .enumerate()
            .map(|(at, day)| document(&format!("doc{at}"), *day))
            .collect();
        assert!(
            whole(&graph).caption.contains(&said.to_owned()),
            "{:?}",
            whole(&graph).caption
        );
    }
}

#[test]
fn communities_have_colours_and_names() {
    let graph = technology();
    let mut view = whole(&graph);
    let by_type = Format::Svg.render(&view);
    view.coloured_by = ColouredBy::Community;
    let svg = Format::Svg.render(&view);
    assert!(
        svg.contains(&format!(">around {} ", graph.nodes[view.nodes[0].node].label)),
        "the largest is named"
    );
    assert!(!by_type.contains(">around "));
    // Every colour of a node is in the legend.
    let document = roxmltree::Document::parse(&svg).unwrap();
    let fills = |class: &str| -> std::collections::BTreeSet<&str> {
        let inside = |e: &roxmltree::Node<'_, '_>| {
            e.ancestors()
                .any(|a| a.attribute("class").is_some_and(|c| c.split(' ').next() == Some(class)))
        };
        document
            .descendants()
            .filter(|e| ["circle", "polygon"].contains(&e.tag_name().name()) && inside(e))
            .filter_map(|e| e.attribute("fill"))
            .filter(|fill| *fill != "none")
            .collect()
    };
    assert!(fills("node").len() > 2);
    assert_eq!(fills("node"), fills("legend"));
}

#[test]
fn a_picture_is_in_the_language_asked_for() {
    for (language, caption, rank) in [
        (Language::English, "5 entities", "larger: higher degree"),
        (Language::Traditional, "5 個實體", "愈大：關係數愈高"),
        (Language::Simplified, "5 个实体", "越大：关系数越高"),
    ] {
        let graph = Graph { language, ..chain() };
        let view = whole(&graph);
        assert_eq!(view.caption[0], caption);
        let svg = Format::Svg.render(&view);
        assert!(
            svg.contains(&format!("xml:lang=\"{language}\"")) && svg.contains(rank),
            "{svg}"
        );
        assert!(
            Format::Html
                .render(&view)
                .contains(&format!("<html lang=\"{language}\">"))
        );
    }
}

#[test]
fn a_png_has_every_character_or_says_which_not() {
    let graph = technology();
    let view = whole(&graph);
    let painted = png(&view, &Fonts::of_the_system(), Some(1.0)).expect("a font with Chinese is installed");
    assert_eq!(painted.missing, [], "fonts lack characters");
    let pixels = resvg::tiny_skia::Pixmap::decode_png(&painted.bytes).unwrap();
    assert_eq!((pixels.width(), pixels.height()), (painted.width, painted.height));
    let svg = Format::Svg.render(&view);
    let root = roxmltree::Document::parse(&svg).unwrap();
    assert_eq!(
        root.root_element().attribute("width"),
        Some(&*painted.width.to_string())
    );
    let ink = pixels.pixels().iter().filter(|p| p.red() < 128).count();
    assert!(ink > pixels.pixels().len() / 500, "{ink} dark pixels");
    assert!(
        painted == png(&view, &Fonts::of_the_system(), Some(1.0)).unwrap(),
        "the same bytes again"
    );

    let none = Fonts::of_files(&[]).unwrap();
    assert!(matches!(png(&view, &none, None), Err(PngError::NoFont)));
    assert!(matches!(
        Fonts::of_files(&[data("read_back.py")]),
        Err(PngError::Font(..))
    ));
    assert!(matches!(
        png(&view, &Fonts::of_the_system(), Some(1e6)),
        Err(PngError::TooLarge(..))
    ));
    // What no font has is named, not dropped.
    let mut graph = chain();
    graph.nodes[0].label = "公司 \u{e123}".to_owned();
    let painted = png(&whole(&graph), &Fonts::of_the_system(), None).unwrap();
    assert_eq!(painted.missing, ['\u{e123}']);
}

/// A table as a reader of CSV that others wrote finds it, by the names of its columns.
fn table(csv: &str) -> Vec<std::collections::HashMap<String, String>> {
    csv::Reader::from_reader(csv.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .unwrap()
}

/// Line ends and control characters are spaces in these tables.
fn on_one_line(text: &str) -> String {
    text.replace("\r\n", " ")
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        })
        .collect()
}

fn neo4j_holds(graph: &Graph) {
    use std::collections::BTreeSet;
    let files = Folder::Neo4j.render(&whole(graph));
    let columns = |file: &str| files[file].lines().next().unwrap().to_owned();
    assert!(columns("entities.csv").contains(":ID,") && columns("entities.csv").ends_with(":LABEL"));
    assert!(columns("claims.csv").starts_with(":START_ID,:END_ID,:TYPE,"));
    for content in files
        .values()
        .filter(|content| content.contains(":LABEL") || content.contains(":TYPE,"))
    {
        // The importer reads a field as one line.
        assert_eq!(
            content.lines().count(),
            csv::Reader::from_reader(content.as_bytes()).records().count() + 1
        );
    }
    let entities = table(&files["entities.csv"]);
    let documents = table(&files["documents.csv"]);
    let facts = table(&files["facts.csv"]);
    let claims = table(&files["claims.csv"]);
    let mut ids = BTreeSet::new();
    for (rows, id) in [(&entities, "iri:ID"), (&documents, "iri:ID"), (&facts, "id:ID")] {
        for row in rows {
            assert!(ids.insert(row[id].clone()), "{} stands twice", row[id]);
            assert!(!row[":LABEL"].is_empty());
        }
    }
    let pairs = [&claims, &table(&files["has_fact.csv"]), &table(&files["stated_in.csv"])].map(|rows| {
        for row in rows.iter() {
            for end in [":START_ID", ":END_ID"] {
                assert!(ids.contains(&row[end]), "{} leads nowhere", row[end]);
            }
            let kind = &row[":TYPE"];
            assert!(
                !kind.is_empty() && kind.chars().all(|c| c.is_ascii_uppercase() || c == '_'),
                "{kind}"
            );
        }
        rows.len()
    });
    let stated: usize = graph.nodes.iter().map(|node| node.facts.len()).sum();
    assert_eq!(pairs, [graph.edges.len(), stated, stated]);
    assert_eq!((entities.len(), facts.len()), (graph.nodes.len(), stated));
    for node in &graph.nodes {
        let row = entities.iter().find(|row| row["iri:ID"] == node.iri).unwrap();
        assert_eq!(row["name"], on_one_line(&node.label));
        let names: Vec<String> = node.names.iter().map(|name| on_one_line(name)).collect();
        assert_eq!(row["names:string[]"], names.join("\u{1f}"));
        assert_eq!(row[":LABEL"], format!("Entity\u{1f}{:?}", node.kind));
    }
    let mut expected: Vec<String> = graph.edges.iter().map(|edge| on_one_line(&edge.quote)).collect();
    let mut seen: Vec<String> = claims.iter().map(|row| row["quote"].clone()).collect();
    expected.sort();
    seen.sort();
    assert_eq!(seen, expected);
    for row in &claims {
        // What is not asserted, or no longer so, never has the type of a fact.
        let plain = !["HEDGED_", "PLANNED_", "NEGATED_", "FORMER_"]
            .iter()
            .any(|start| row[":TYPE"].starts_with(start));
        assert_eq!(
            plain,
            row["status"] == "asserted" && row["former:boolean"] == "false",
            "{row:?}"
        );
        assert!(row["score:double"].parse::<f64>().is_ok());
        let days = [&row["firstDay:date"], &row["lastDay:date"]];
        assert!(
            days.iter()
                .all(|day| day.is_empty() || day.parse::<jiff::civil::Date>().is_ok()),
            "{row:?}"
        );
    }
}

#[test]
fn tables_for_neo4j_fit_together_whatever_the_texts() {
    neo4j_holds(&ring(HOSTILE));
    neo4j_holds(&technology());
}

/// What a reader of Markdown makes of a note.
struct Note {
    front: Value,
    /// Addresses that it leads to
    links: Vec<String>,
    /// Names of other notes
    wiki: Vec<String>,
    quotes: Vec<String>,
    heading: String,
}

fn note(content: &str) -> Note {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let (front, body) = match content.strip_prefix("---\n") {
        Some(rest) => rest.split_once("\n---\n").unwrap(),
        None => ("{}", content),
    };
    let mut note = Note {
        front: serde_saphyr::from_str(front).unwrap(),
        links: Vec::new(),
        wiki: Vec::new(),
        quotes: Vec::new(),
        heading: String::new(),
    };
    let options = Options::all() & !Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let (mut in_heading, mut in_wiki) = (false, false);
    for event in Parser::new_ext(body, options) {
        match event {
            Event::Start(Tag::Heading { .. }) => in_heading = true,
            Event::End(TagEnd::Heading(_)) => in_heading = false,
            Event::Start(Tag::Link {
                link_type: pulldown_cmark::LinkType::WikiLink { .. },
                dest_url,
                ..
            }) => {
                in_wiki = true;
                note.wiki.push(dest_url.to_string());
            }
            Event::Start(Tag::Link { dest_url, .. }) => note.links.push(dest_url.to_string()),
            Event::End(TagEnd::Link) => in_wiki = false,
            Event::Text(text) if in_heading && !in_wiki => note.heading.push_str(&text),
            Event::Html(html) => {
                let html = html.trim();
                if !html.is_empty() {
                    let quote = roxmltree::Document::parse(html).unwrap();
                    let root = quote.root_element();
                    assert!(
                        root.tag_name().name() == "blockquote" && root.descendants().all(|n| n == root || n.is_text())
                    );
                    note.quotes.push(root.text().unwrap_or_default().to_owned());
                }
            }
            Event::Text(_)
            | Event::SoftBreak
            | Event::Start(Tag::Paragraph | Tag::List(None) | Tag::Item | Tag::HtmlBlock)
            | Event::End(TagEnd::Paragraph | TagEnd::List(false) | TagEnd::Item | TagEnd::HtmlBlock) => {}
            other => panic!("{other:?} in\n{content}"),
        }
    }
    note
}

/// What a note shows of a text: one line, without what would turn the line around.
fn visible(text: &str) -> String {
    let turns = |c: char| {
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
            || (c.is_control() && !c.is_whitespace())
    };
    let text: String = text.chars().filter(|c| !turns(*c)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn obsidian_holds(graph: &Graph) {
    let view = whole(graph);
    let files = Folder::Obsidian.render(&view);
    assert_eq!(files.len(), graph.nodes.len() + 1);
    let folded: std::collections::BTreeSet<String> = files.keys().map(|path| path.to_lowercase()).collect();
    assert_eq!(folded.len(), files.len(), "names differ in more than case");
    let index = note(&files["_index.md"]);
    assert_eq!(index.wiki.len(), graph.nodes.len());
    let mut quotes = Vec::new();
    for (path, content) in &files {
        let name = path.strip_prefix("entities/").unwrap_or(path);
        assert!(
            !name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|', '#', '^', '[', ']']),
            "{path}"
        );
        let note = note(content);
        for other in &note.wiki {
            assert!(
                files.contains_key(&format!("entities/{other}.md")),
                "{other} leads nowhere"
            );
        }
        for link in &note.links {
            assert!(graph.documents.iter().any(|d| d.url.as_deref() == Some(link)), "{link}");
            assert!(link.starts_with("https://") || link.starts_with("http://"), "{link}");
        }
        if path == "_index.md" {
            continue;
        }
        let iri = note.front["iri"].as_str().unwrap();
        let node = graph.nodes.iter().find(|node| node.iri == iri).unwrap();
        assert_eq!(note.front["title"], node.label.as_str());
        assert_eq!(note.heading, visible(&node.label));
        for name in &node.names {
            assert!(
                note.front["aliases"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .any(|alias| alias == name)
            );
        }
        quotes.extend(note.quotes);
    }
    // A relation stands in the notes of both its ends, a fact in that of its entity.
    let mut expected: Vec<String> = Vec::new();
    for edge in &graph.edges {
        expected.push(visible(&edge.quote));
        if edge.subject != edge.object {
            expected.push(visible(&edge.quote));
        }
    }
    expected.extend(
        graph
            .nodes
            .iter()
            .flat_map(|node| &node.facts)
            .map(|fact| visible(&fact.quote)),
    );
    expected.retain(|quote| !quote.is_empty());
    expected.sort();
    quotes.sort();
    assert_eq!(quotes, expected);
}

#[test]
fn notes_for_obsidian_lead_to_each_other_and_quotes_are_data() {
    obsidian_holds(&ring(HOSTILE));
    obsidian_holds(&ring(&[
        "[[other]] ![[image.png]] #tag ^block %%hidden%% ==lit==",
        "$e=mc^2$ `= this.x` `$= dv.x` {{x}} <% tp %>",
        "https://evil.example www.evil.example a@evil.example",
        "- item\n1. one\n> quote\n```\ncode",
        "[x](javascript:alert(1)) <https://evil.example>",
        "---\ntitle: other\n---",
        "Same",
        "SAME",
        "same",
        "_index",
        "CON",
        "key:: value | a | b |",
    ]));
    obsidian_holds(&technology());
}

#[test]
fn a_link_to_the_web_is_the_documents_own() {
    let mut graph = chain();
    graph.documents = vec![Document {
        iri: "https://w3id.org/jingwei/doc/1".to_owned(),
        title: Some("A [title](javascript:x)".to_owned()),
        published: Some("2025-01-27".to_owned()),
        publisher: None,
        url: Some("https://news.example/a?b=1&c=(2)".to_owned()),
    }];
    let files = Folder::Obsidian.render(&whole(&graph));
    let note = note(&files["entities/B.md"]);
    assert!(
        !note.links.is_empty() && note.links.iter().all(|link| link == "https://news.example/a?b=1&c=(2)"),
        "{:?}",
        note.links
    );
}

#[test]
fn a_page_of_two_thousand_entities_is_under_two_megabytes() {
    let quote = |n: usize| format!("示範科技股份有限公司第{n}號公告：以現金及股份收購對方百分之五十一的股權");
    let graph = Graph {
        nodes: (0..2000)
            .map(|n| Node {
                iri: iri(n),
                label: format!("示範科技股份有限公司{n}"),
                kind: EntityType::Company,
                names: vec![
                    format!("示范科技股份有限公司{n}"),
                    format!("Example Technology {n} Limited"),
                ],
                facts: Vec::new(),
            })
            .collect(),
        edges: (1..2000)
            .map(|n| Edge {
                subject: n,
                object: n / 3,
                predicate: "acquired".into(),
                status: Status::Asserted,
                score: 0.81,
                date: "2025-01-27".parse().ok(),
                doc: format!("https://w3id.org/jingwei/doc/{}", n % 300),
                quote: quote(n),
                former: false,
                detail: Some(format!("{n}億 HKD")),
            })
            .collect(),
        ..Graph::default()
    };
    let page = Format::Html.render(&whole(&graph));
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    assert!(
        (1..2000).all(|n| page.contains(&quote(n))),
        "nothing is left out to get there"
    );
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
        former: false,
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
        (
            Filter::default(),
            "A B C D E",
            "5 entities · 3 claims between them · 1 undated article",
        ),
        (
            around("B", 1),
            "A B C",
            "3 of 5 entities · 2 of 3 claims between them · 1 undated article · within 1 step of B",
        ),
        (
            around("b ltd.", 2),
            "A B C D",
            "4 of 5 entities · 3 claims between them · 1 undated article · within 2 steps of b ltd.",
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
            "3 of 5 entities · 2 of 3 claims between them · 1 undated article · only founded by",
        ),
        (
            Filter {
                kinds: vec![EntityType::Company],
                ..Filter::default()
            },
            "A B D",
            "3 of 5 entities · 1 of 3 claims between them · 1 undated article · only Company",
        ),
        (
            Filter {
                statuses: vec![Status::Hedged],
                ..Filter::default()
            },
            "B C",
            "2 of 5 entities · 1 of 3 claims between them · 1 undated article · only hedged",
        ),
        (
            Filter {
                min_score: Some(0.8),
                ..Filter::default()
            },
            "A B C D",
            "4 of 5 entities · 2 of 3 claims between them · 1 undated article · score at least 0.8",
        ),
        (
            Filter {
                since: date("2024-03"),
                ..Filter::default()
            },
            "A B",
            "2 of 5 entities · 1 of 3 claims between them · 1 undated article · from 2024-03 (1 undated claim left out)",
        ),
        (
            Filter {
                until: date("2023"),
                ..Filter::default()
            },
            "B C",
            "2 of 5 entities · 1 of 3 claims between them · 1 undated article · until 2023 (1 undated claim left out)",
        ),
        (
            Filter {
                limit: Some(2),
                ..Filter::default()
            },
            "B C",
            "2 of 5 entities, by degree · 1 of 3 claims between them · 1 undated article",
        ),
        (
            Filter {
                limit: Some(2),
                ..around("A", 3)
            },
            "A B",
            "2 of 4 matching entities, nearest first, then by degree (5 in all) · 1 of 3 claims between them · 1 undated \
             article · within 3 steps of A",
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
        view.drawn_caption().join(" · "),
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
        language: graph.language,
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
            for &format in Folder::ALL {
                let render = |graph: &Graph| format.render(&View::new(graph, &filter, RankedBy::PageRank, "").unwrap());
                prop_assert!(render(&graph) == render(&other), "{format}");
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
    fn folders_hold_any_text(texts in prop::collection::vec(any::<String>(), 1..6)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        neo4j_holds(&ring(&texts));
        obsidian_holds(&ring(&texts));
    }

    #[test]
    fn graphviz_accepts_any_text(texts in prop::collection::vec(any::<String>(), 1..6)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let graph = ring(&texts);
        let svg = dot(&["-Tsvg"], &Format::Dot.render(&whole(&graph)));
        prop_assert_eq!(drawn_by_graphviz(&svg, "node").len(), graph.nodes.len());
    }
}
