//! Gold formats and scores, on extractions made by hand: what is tested is the scoring, not the extraction.

use jingwei::claim::{Predicate, Status};
use jingwei::entity::EntityType;
use jingwei::eval::claims::{self, Breakdown, Gold};
use jingwei::eval::{GoldError, Report, bmes, cluener, fewfc, finre, iob2};
use jingwei::extract::{ClaimOut, DocumentOut, EntityOut, Extraction, MentionOut, ObjectOut};
use jingwei::read::Document;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A case with the figures that the definition's first implementation gives.
#[derive(Deserialize)]
struct Case {
    name: String,
    gold: Vec<Value>,
    extracted: Vec<Value>,
    expected: Expected,
}

#[derive(Deserialize)]
struct Expected {
    precision: f64,
    recall: f64,
    f1: f64,
    found: usize,
    missed: usize,
    extra: usize,
    qualifiers: Option<f64>,
}

fn lines(rows: &[Value]) -> String {
    rows.iter().map(|row| format!("{row}\n")).collect()
}

fn score_claims(gold: &str, extracted: &str, by: Breakdown) -> Report {
    let gold: Gold = claims::read("gold.jsonl", gold).unwrap().into_iter().collect();
    let mut tallies = Vec::new();
    claims::read_extracted("extracted.jsonl", extracted, |extraction| {
        tallies.extend(gold.compare(&extraction))
    })
    .unwrap();
    gold.report(&tallies, by)
}

#[test]
fn claims_score_as_defined() {
    let cases: Vec<Case> = include_str!("data/eval/claims.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(cases.len() >= 20);
    let four = |x: f64| (x * 1e4).round() / 1e4;
    for case in cases {
        for by in [Breakdown::Predicate, Breakdown::Document] {
            let report = score_claims(&lines(&case.gold), &lines(&case.extracted), by);
            let (micro, wanted) = (report.scores.micro, &case.expected);
            assert_eq!(
                (four(micro.p), four(micro.r), four(micro.f1)),
                (wanted.precision, wanted.recall, wanted.f1),
                "{}",
                case.name
            );
            assert_eq!(
                (micro.n, report.misses.len(), report.extras.len()),
                (wanted.found + wanted.missed, wanted.missed, wanted.extra),
                "{}",
                case.name
            );
            assert_eq!(
                report.scores.further.get("qualifiers").copied().map(four),
                wanted.qualifiers,
                "{}",
                case.name
            );
            assert_eq!(
                report.scores.types.values().map(|s| s.n).sum::<usize>(),
                micro.n,
                "{}",
                case.name
            );
        }
    }
}

#[test]
fn claims_are_broken_down_by_predicate_or_document() {
    let case: Case = include_str!("data/eval/claims.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Case>(line).unwrap())
        .find(|c| c.name == "a document nothing was read from")
        .unwrap();
    let of = |by| {
        score_claims(&lines(&case.gold), &lines(&case.extracted), by)
            .scores
            .json()
    };
    let (predicates, documents) = (of(Breakdown::Predicate), of(Breakdown::Document));
    assert_eq!(
        predicates["types"]["owns"],
        json!({"p": 0.0, "r": 0.0, "f1": 0.0, "n": 1})
    );
    assert_eq!(
        predicates["types"]["acquired"],
        json!({"p": 1.0, "r": 1.0, "f1": 1.0, "n": 1})
    );
    assert_eq!(predicates["macro"], json!({"p": 0.75, "r": 0.75, "f1": 0.75, "n": 4}));
    assert_eq!(documents["types"]["d"]["f1"], json!(1.0));
    assert_eq!(documents["types"]["e"]["n"], json!(1));
    assert_eq!(predicates["micro"], json!({"p": 1.0, "r": 0.75, "f1": 0.8571, "n": 4}));
    assert_eq!(predicates["qualifiers"], json!(1.0));
}

#[test]
fn the_corpus_has_readable_gold() {
    let rows = claims::read("corpus/gold.jsonl", include_str!("../corpus/gold.jsonl")).unwrap();
    let required = |set: &str| {
        rows.iter()
            .filter(|row| row.set.as_deref() == Some(set) && !row.optional)
            .count()
    };
    assert!(required("first") > 0 && required("later") > 0);
}

/// An extraction that finds given words wherever they stand. Each is an entity of that type; `names` says whether the
/// entity bears it as a name.
struct Finder {
    words: Vec<(&'static str, EntityType, bool)>,
    /// Subject, predicate, object, qualifiers, status: claimed of every document that mentions both, all of it the quote
    claims: Vec<(&'static str, Predicate, &'static str, Value, Status)>,
}

impl Finder {
    fn extract(&self, document: &Document) -> Extraction {
        let iri = |word: &str| format!("https://w3id.org/jingwei/entity/{word}");
        let (mut entities, mut mentions) = (BTreeMap::new(), Vec::new());
        for (word, kind, named) in &self.words {
            for (byte, _) in document.text.match_indices(word) {
                let names = if *named {
                    vec![(*word).to_owned()]
                } else {
                    vec!["某某".to_owned()]
                };
                entities.insert(
                    iri(word),
                    EntityOut {
                        at: None,
                        handles: Vec::new(),
                        id: iri(word),
                        kind: *kind,
                        label: names[0].clone(),
                        names,
                        labels: BTreeMap::new(),
                        identifiers: BTreeMap::new(),
                    },
                );
                let start = document.text[..byte].chars().count();
                mentions.push(MentionOut {
                    entity: iri(word),
                    start,
                    end: start + word.chars().count(),
                    text: (*word).to_owned(),
                    kind: *kind,
                    score: 1.0,
                });
            }
        }
        mentions.sort_by_key(|m| m.start);
        let claims = self
            .claims
            .iter()
            .filter(|(subject, _, object, ..)| document.text.contains(subject) && document.text.contains(object))
            .map(|(subject, predicate, object, qualifiers, status)| ClaimOut {
                id: String::new(),
                subject: iri(subject),
                predicate: *predicate,
                object: ObjectOut::Entity(iri(object)),
                qualifiers: serde_json::from_value(qualifiers.clone()).unwrap(),
                status: *status,
                start: 0,
                end: document.text.chars().count(),
                quote: document.text.clone(),
                score: 1.0,
                rule: "hand".to_owned(),
            });
        let claims = claims.collect();
        let doc = DocumentOut {
            id: document.id.clone(),
            title: String::new(),
            published: None,
            publisher: None,
            language: "zh-Hans".to_owned(),
            url: None,
            sha256: String::new(),
            text: document.text.clone(),
        };
        Extraction {
            doc,
            entities: entities.into_values().collect(),
            mentions,
            claims,
        }
    }
}

fn finder(words: &[(&'static str, EntityType)]) -> Finder {
    Finder {
        words: words.iter().map(|(word, kind)| (*word, *kind, true)).collect(),
        claims: Vec::new(),
    }
}

fn figures(report: &Report, label: &str) -> (f64, f64, usize) {
    let score = report.scores.types[label];
    (score.p, score.r, score.n)
}

#[test]
fn cluener_counts_exact_spans_by_type() {
    let content = include_str!("data/eval/cluener.json");
    let mut find = finder(&[
        ("远涛物流", EntityType::Company),
        ("林远航", EntityType::Person),
        ("杭州", EntityType::Place),
        ("海关总署", EntityType::Organization),
        ("湖足球队", EntityType::Organization),
        ("R1", EntityType::Model),
    ]);
    // A pronoun is a mention, but no name.
    find.words.push(("建厂", EntityType::Company, false));
    find.claims.push((
        "林远航",
        Predicate::HoldsPosition,
        "远涛物流",
        json!({"roleText": "董事长", "role": "chair"}),
        Status::Asserted,
    ));
    let report = cluener::score(&|d: &Document| find.extract(d), "cluener.json", content).unwrap();
    assert_eq!(figures(&report, "company"), (1.0, 1.0, 2));
    assert_eq!(figures(&report, "name"), (1.0, 1.0, 2));
    assert_eq!(figures(&report, "address"), (1.0, 1.0, 2));
    assert_eq!(figures(&report, "position"), (1.0, 1.0, 1));
    assert_eq!(
        figures(&report, "government"),
        (1.0, 1.0, 1),
        "its ending tells an organ of state"
    );
    assert_eq!(figures(&report, "organization"), (0.0, 0.0, 1), "half a name is none");
    assert_eq!((report.scores.micro.n, report.scores.types.len()), (9, 6));
    assert_eq!(report.scores.macro_.f1, 5.0 / 6.0);
    assert_eq!(report.scores.further["macro_f1_by_name"], 5.0 / 6.0);
    assert_eq!(report.misses, ["cluener.json:2\torganization\t5..10\t青湖足球队"]);
    assert_eq!(report.extras, ["cluener.json:2\torganization\t6..10\t湖足球队"]);
}

#[test]
fn cluener_by_name_forgives_the_place() {
    let content = r#"{"text": "甲乙说甲乙", "label": {"name": {"甲乙": [[0, 1]]}}}"#;
    let find = finder(&[("甲乙", EntityType::Person)]);
    let report = cluener::score(&|d: &Document| find.extract(d), "f", content).unwrap();
    assert_eq!(figures(&report, "name"), (0.5, 1.0, 1));
    assert_eq!(report.scores.further["macro_f1_by_name"], 1.0);
}

#[test]
fn bmes_files() {
    let content = include_str!("data/eval/resume.bmes");
    let sentences = bmes::read("resume.bmes", content).unwrap();
    let spans = |i: usize| {
        sentences[i]
            .spans
            .iter()
            .map(|s| (s.start, s.end, s.label.as_str()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (sentences[0].line, sentences[0].text.as_str()),
        (1, "林远航任远涛物流董事长")
    );
    assert_eq!(spans(0), [(0, 3, "NAME"), (4, 8, "ORG"), (8, 11, "TITLE")]);
    assert_eq!(
        (sentences[1].line, spans(1)),
        (13, vec![(0, 1, "NAME"), (2, 4, "NAME"), (6, 8, "ORG")]),
        "an unfinished name ends where its labels do"
    );
    let find = finder(&[
        ("林远航", EntityType::Person),
        ("远涛物流", EntityType::Company),
        ("入职", EntityType::Organization),
        ("晴川", EntityType::Place),
    ]);
    let report = bmes::score(&|d: &Document| find.extract(d), "resume.bmes", content).unwrap();
    assert_eq!(figures(&report, "NAME"), (1.0, 1.0 / 3.0, 3));
    assert_eq!(figures(&report, "ORG"), (0.5, 0.5, 2));
    assert_eq!(figures(&report, "TITLE"), (0.0, 0.0, 1));
    assert!(
        !report.scores.types.contains_key("LOC"),
        "a label that the file never uses isn't scored"
    );
}

#[test]
fn iob2_files() {
    let content = include_str!("data/eval/uner.iob2");
    let sentences = iob2::read("uner.iob2", content).unwrap();
    let spans = |i: usize| {
        sentences[i]
            .spans
            .iter()
            .map(|s| (s.start, s.end, s.label.as_str()))
            .collect::<Vec<_>>()
    };
    assert_eq!(sentences[0].text, "林遠航與 Tim Cook 在台北見面。");
    assert_eq!(spans(0), [(0, 3, "PER"), (5, 13, "PER"), (15, 17, "LOC")]);
    assert_eq!(
        (sentences[1].line, spans(1)),
        (16, vec![(0, 2, "LOC"), (2, 6, "ORG")]),
        "an I- without a beginning begins"
    );
    let find = finder(&[
        ("Tim Cook", EntityType::Person),
        ("台北", EntityType::Place),
        ("遠濤", EntityType::Company),
    ]);
    let report = iob2::score(&|d: &Document| find.extract(d), "uner.iob2", content).unwrap();
    assert_eq!(figures(&report, "PER"), (1.0, 0.5, 2));
    assert_eq!(figures(&report, "LOC"), (1.0, 1.0, 2));
    assert_eq!(figures(&report, "ORG"), (0.0, 0.0, 1));
    let micro = report.scores.micro;
    assert_eq!((micro.p, micro.r, micro.n), (0.75, 0.6, 5));
    let two = iob2::read("f", "Tim B-PER\nCook I-PER\n在 O\n# O\n台北 B-LOC\n").unwrap();
    assert_eq!(two[0].text, "Tim Cook在#台北");
}

fn market(status: Status) -> Finder {
    let mut find = finder(&[
        ("远涛集团", EntityType::Company),
        ("晴川银行", EntityType::Company),
        ("林远航", EntityType::Person),
    ]);
    let pledge = json!({"quantity": 20_000_000, "share": 2.15, "date": "2019-11-20", "amount": 7});
    find.claims = vec![
        ("远涛集团", Predicate::PledgedTo, "晴川银行", pledge, status),
        ("林远航", Predicate::Sued, "远涛集团", json!({}), status),
        ("远涛集团", Predicate::ReducedStakeIn, "晴川银行", json!({}), status),
    ];
    find
}

#[test]
fn fewfc_counts_event_types_and_arguments() {
    let content = include_str!("data/eval/fewfc.json");
    let find = market(Status::Asserted);
    let report = fewfc::score(&|d: &Document| find.extract(d), "fewfc.json", content).unwrap();
    // The pledge is claimed of sentence 3 too, which tells of an investment; a sale of shares is no event of this file.
    assert_eq!(figures(&report, "质押"), (0.5, 1.0, 1));
    assert_eq!(figures(&report, "起诉"), (1.0, 1.0, 1));
    assert_eq!(figures(&report, "投资"), (0.0, 0.0, 1));
    assert_eq!(report.scores.types.len(), 3);
    let arguments = &report.scores.parts["arguments"];
    let role = |name: &str| {
        (
            arguments.types[name].p,
            arguments.types[name].r,
            arguments.types[name].n,
        )
    };
    assert_eq!(role("number"), (1.0, 1.0, 1), "the number of an amount");
    assert_eq!(role("collateral"), (1.0, 1.0, 1), "its unit");
    assert_eq!(role("proportion"), (1.0, 1.0, 1));
    assert_eq!(role("date"), (1.0, 1.0, 1));
    assert_eq!(
        role("sub-per"),
        (1.0, 1.0, 1),
        "a person is another role than a company"
    );
    assert_eq!(role("sub-org"), (0.5, 1.0, 1));
    assert_eq!(role("obj-org"), (2.0 / 3.0, 1.0, 2));
    assert_eq!(role("sub"), (0.0, 0.0, 1));
    assert_eq!(report.scores.json()["arguments"]["micro"]["n"], json!(10));
}

#[test]
fn denied_events_are_none() {
    let find = market(Status::Negated);
    let report = fewfc::score(
        &|d: &Document| find.extract(d),
        "fewfc.json",
        include_str!("data/eval/fewfc.json"),
    )
    .unwrap();
    assert_eq!((report.scores.micro.r, report.extras.len()), (0.0, 0));
}

#[test]
fn finre_counts_relations_of_pairs() {
    let content = "远涛\t晴川\t收购\t远涛收购晴川。\n\n晴川\t远涛\t被收购\t远涛收购晴川。\n\n远涛\t星湃\tunknown\t远涛收购晴川，星湃观望。\n\n远涛\t晴川\t拟收购\t传远涛收购晴川。\n\n远涛\t晴川\t合作\t传远涛收购晴川。\n";
    let score = |status| {
        let mut find = finder(&[
            ("远涛", EntityType::Company),
            ("晴川", EntityType::Company),
            ("星湃", EntityType::Company),
        ]);
        find.claims
            .push(("远涛", Predicate::Acquired, "晴川", json!({}), status));
        finre::score(&|d: &Document| find.extract(d), "finre.txt", content).unwrap()
    };
    let asserted = score(Status::Asserted);
    assert_eq!(figures(&asserted, "收购"), (0.5, 1.0, 1));
    assert_eq!(figures(&asserted, "被收购"), (1.0, 1.0, 1));
    assert_eq!(
        (asserted.scores.micro.n, asserted.misses.len()),
        (4, 2),
        "unknown is no relation"
    );
    assert_eq!(
        asserted.misses,
        [
            "finre.txt:7\t远涛\t合作\t晴川\t传远涛收购晴川。",
            "finre.txt:7\t远涛\t拟收购\t晴川\t传远涛收购晴川。"
        ]
    );
    let planned = score(Status::Planned);
    assert_eq!(
        figures(&planned, "拟收购"),
        (0.5, 1.0, 1),
        "the claim's status has a row of its own"
    );
    assert_eq!(figures(&planned, "被拟收购"), (0.0, 0.0, 0));
    assert!(score(Status::Negated).extras.is_empty());
}

#[test]
fn finre_gives_exactly_the_pair() {
    let given = std::sync::Mutex::new(Vec::new());
    let extract = |document: &Document| {
        given.lock().unwrap().extend(document.given.iter().flatten().map(|m| {
            document
                .text
                .chars()
                .skip(m.start)
                .take(m.end - m.start)
                .collect::<String>()
        }));
        finder(&[]).extract(document)
    };
    finre::score(
        &extract,
        "f",
        "远涛\t远涛物流\t拥有\t远涛\u{200b}：远涛物流由远涛控股。\n",
    )
    .unwrap();
    assert_eq!(
        *given.lock().unwrap(),
        ["远涛", "远涛物流", "远涛"],
        "the shorter name is not sought in the longer one"
    );
}

#[test]
fn finre_takes_another_name_for_the_same() {
    let content =
        "远涛\t晴川\t自己\t远涛又叫晴川。\n\n晴川\t远涛\t自己\t远涛又叫晴川。\n\n远涛\t星湃\t自己\t远涛问星湃。\n";
    let mut find = finder(&[("远涛", EntityType::Company), ("晴川", EntityType::Company)]);
    find.claims
        .push(("远涛", Predicate::AlsoKnownAs, "晴川", json!({}), Status::Asserted));
    let extract = |document: &Document| {
        let mut extraction = find.extract(document);
        for claim in &mut extraction.claims {
            claim.object = serde_json::from_value(json!({"value": "晴川"})).unwrap();
        }
        extraction
    };
    let report = finre::score(&extract, "f", content).unwrap();
    assert_eq!(figures(&report, "自己"), (1.0, 2.0 / 3.0, 3));
}

#[test]
fn bad_lines_are_named() {
    fn of<T>(result: Result<T, GoldError>) -> String {
        result.err().map(|e| e.to_string()).unwrap_or_default()
    }
    let nothing = |document: &Document| finder(&[]).extract(document);
    let cases = [
        (of(claims::read("g", "\n{\"doc\": \"d\"}\n")), "g:2: no gold row"),
        (
            of(claims::read(
                "g",
                r#"{"doc": "d", "s": ["a"], "p": "marriedTo", "o": ["b"]}"#,
            )),
            "g:1: no predicate is called `marriedTo`",
        ),
        (
            of(claims::read("g", r#"{"doc": "d", "s": ["a"], "p": "owns", "o": "b"}"#)),
            "g:1: `o` is neither a list of names nor an object with `value`",
        ),
        (
            of(claims::read(
                "g",
                r#"{"doc": "d", "s": ["a"], "p": "owns", "o": {"min": 5}}"#,
            )),
            "g:1: `o` has no `value`",
        ),
        (of(claims::read_extracted("e", "{}", |_| ())), "e:1: no extraction"),
        (
            of(cluener::read("c", "{\"text\": \"甲\", \"label\": {}}\nxyz")),
            "c:2: no object with `text` and `label`",
        ),
        (
            of(cluener::read(
                "c",
                r#"{"text": "甲乙丙", "label": {"name": {"乙丙": [[0, 1]]}}}"#,
            )),
            "c:1: `乙丙` doesn't stand at 0 to 1",
        ),
        (
            of(cluener::read(
                "c",
                r#"{"text": "甲乙丙", "label": {"name": {"乙丙": [[1, 18446744073709551615]]}}}"#,
            )),
            "c:1: `乙丙` doesn't stand at",
        ),
        (
            of(bmes::read("b", "甲 O\n乙\n")),
            "b:2: a character and a label are wanted",
        ),
        (
            of(bmes::read("b", "甲 B-NAME\n乙 X-NAME\n")),
            "b:2: `X-NAME` is no label",
        ),
        (of(iob2::read("i", "甲 O\n乙 E-PER\n")), "i:2: `E-PER` is no label"),
        (
            of(iob2::read("i", "# text = 甲乙\n1\t甲\tO\t-\t-\n2\t丙\tO\t-\t-\n")),
            "i:3: `丙` is not how the text goes on",
        ),
        (of(iob2::read("i", "甲\n")), "i:1: a token and a label are wanted"),
        (
            of(fewfc::read(
                "f",
                r#"{"content": "甲", "events": [{"type": "投资", "mentions": [{"word": "乙", "span": [0, 1], "role": "sub"}]}]}"#,
            )),
            "f:1: `乙` doesn't stand at 0..1",
        ),
        (
            of(finre::score(&nothing, "r", "甲\t乙\t合作\t甲乙合作\n\n甲\t乙\n")),
            "r:3: head, tail, relation and sentence are wanted",
        ),
    ];
    for (found, wanted) in cases {
        assert!(found.starts_with(wanted), "`{found}` should begin `{wanted}`");
    }
}
