//! Who is who over many documents: a function of the documents and the rulings, which every undo proves.

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use jingwei::claim::{Predicate, Status};
use jingwei::entity::EntityType;
use jingwei::eval;
use jingwei::extract::{ClaimOut, DocumentOut, EntityOut, Extraction, Extractor, ObjectOut};
use jingwei::graph::{Base, document_quads, recover, rename};
use jingwei::identity::{Handle, Ruling, Tie};
use jingwei::read::{self, Document, Sources};
use jingwei::store::Store;
use jingwei::text::fold;
use oxigraph::model::{NamedNode, Quad};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const ENTITIES: &str = "https://w3id.org/jingwei/entity/";

/// IRI below `entity/`, type, body, handles: all that the documents of these tests may name.
type Spec = (
    &'static str,
    EntityType,
    Option<&'static str>,
    &'static [(Tie, &'static str)],
);

const SPECS: &[Spec] = &[
    ("org/a", EntityType::Company, None, &[]),
    (
        "org/a/XHKG-1",
        EntityType::Company,
        None,
        &[(Tie::Code, "listing/XHKG-1"), (Tie::Name, "org/a")],
    ),
    ("org/full-a", EntityType::Company, None, &[(Tie::Introduced, "org/a")]),
    ("org/other-a", EntityType::Company, None, &[(Tie::Introduced, "org/a")]),
    (
        "org/b/XHKG-1",
        EntityType::Company,
        None,
        &[(Tie::Code, "listing/XHKG-1"), (Tie::Name, "org/b")],
    ),
    ("org/b", EntityType::Organization, None, &[]),
    ("known", EntityType::Company, None, &[(Tie::Shortened, "org/b")]),
    ("known-too", EntityType::Company, None, &[]),
    (
        "person/w/org/a",
        EntityType::Person,
        Some("org/a"),
        &[(Tie::Name, "person/w")],
    ),
    (
        "person/w/org/full-a",
        EntityType::Person,
        Some("org/full-a"),
        &[(Tie::Post, "person/w/org/b"), (Tie::Name, "person/w")],
    ),
    (
        "person/w/org/b",
        EntityType::Person,
        Some("org/b"),
        &[(Tie::Name, "person/w")],
    ),
    (
        "person/w/near/org/b",
        EntityType::Person,
        None,
        &[(Tie::Name, "person/w")],
    ),
    ("person/w/in/d1", EntityType::Person, None, &[(Tie::Name, "person/w")]),
    ("person/lu-qi", EntityType::Person, None, &[]),
    (
        "person/陆祁/org/b",
        EntityType::Person,
        Some("org/b"),
        &[(Tie::Name, "person/陆祁"), (Tie::Romanized, "person/lu-qi")],
    ),
];

fn iri(path: &str) -> String {
    format!("{ENTITIES}{path}")
}

/// A document that names these entities and says something of each and the next.
fn document(id: &str, named: &BTreeSet<usize>, edition: usize) -> Extraction {
    let named: Vec<&Spec> = named.iter().map(|at| &SPECS[*at]).collect();
    let entities = named
        .iter()
        .map(|(path, kind, body, handles)| EntityOut {
            id: iri(path),
            kind: *kind,
            label: format!("name of {path}"),
            names: vec![format!("name of {path}"), format!("alias of {path}")],
            labels: BTreeMap::new(),
            identifiers: BTreeMap::new(),
            at: body.map(iri),
            handles: handles
                .iter()
                .map(|(by, path)| Handle {
                    iri: iri(path),
                    by: *by,
                })
                .collect(),
        })
        .collect();
    let claims = named
        .iter()
        .zip(named.iter().cycle().skip(1))
        .filter(|(a, b)| a.0 != b.0)
        .enumerate()
        .map(|(at, (a, b))| ClaimOut {
            id: format!("{id}-{edition}-{at}"),
            subject: iri(a.0),
            predicate: if at % 2 == 0 {
                Predicate::PartneredWith
            } else {
                Predicate::Acquired
            },
            object: ObjectOut::Entity(iri(b.0)),
            qualifiers: BTreeMap::from([("attributedTo".to_owned(), serde_json::json!([iri(a.0), "somebody"]))]),
            status: Status::Asserted,
            start: 0,
            end: 4,
            quote: "text".to_owned(),
            score: 0.9,
            rule: "test".to_owned(),
        })
        .collect();
    Extraction {
        doc: DocumentOut {
            id: id.to_owned(),
            title: String::new(),
            published: None,
            publisher: None,
            language: "en".to_owned(),
            url: None,
            sha256: format!("{edition} {named:?}"),
            text: "\ntext".to_owned(),
        },
        entities,
        mentions: Vec::new(),
        claims,
    }
}

fn quads(extraction: &Extraction) -> Vec<Quad> {
    document_quads(extraction, &Base::default(), "test").expect("it can be said in RDF")
}

fn new_store() -> Store {
    Store::in_memory(Base::default()).expect("memory")
}

fn rule(store: &Store, (a, b): (usize, usize), ruling: Option<Ruling>) {
    store
        .rule(&iri(SPECS[a].0), &iri(SPECS[b].0), ruling, None, false)
        .expect("memory");
}

fn assert_sound(store: &Store) {
    let difference = store.verify().expect("memory can be read");
    assert!(difference.is_none(), "{difference:?}");
}

#[derive(Debug, Clone)]
enum Step {
    Put(usize, BTreeSet<usize>, usize),
    Remove(usize),
    Rule((usize, usize), Option<Ruling>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let named = proptest::collection::btree_set(0..SPECS.len(), 1..5);
    let pair = (0..SPECS.len(), 0..SPECS.len()).prop_filter("two", |(a, b)| a < b);
    let ruling = proptest::option::of(prop_oneof![Just(Ruling::Same), Just(Ruling::Different)]);
    let step = prop_oneof![
        6 => (0usize..6, named, 0usize..2).prop_map(|(d, named, edition)| Step::Put(d, named, edition)),
        2 => (0usize..6).prop_map(Step::Remove),
        1 => (pair, ruling).prop_map(|(pair, ruling)| Step::Rule(pair, ruling)),
    ];
    proptest::collection::vec(step, 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever was put, replaced, removed and ruled before, in whichever order: the store is what a new one becomes
    /// from the documents and rulings that are left.
    #[test]
    fn who_is_who_depends_on_no_history(steps in steps()) {
        let store = new_store();
        let mut documents: BTreeMap<usize, (BTreeSet<usize>, usize)> = BTreeMap::new();
        let mut rulings: BTreeMap<(usize, usize), Ruling> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Put(at, named, edition) => {
                    store.put(quads(&document(&format!("d{at}"), &named, edition))).expect("memory");
                    documents.insert(at, (named, edition));
                }
                Step::Remove(at) => {
                    store.remove(&format!("d{at}")).expect("memory");
                    documents.remove(&at);
                }
                Step::Rule(pair, ruling) => {
                    rule(&store, pair, ruling);
                    match ruling {
                        Some(ruling) => rulings.insert(pair, ruling),
                        None => rulings.remove(&pair),
                    };
                }
            }
        }
        assert_sound(&store);
        let fresh = new_store();
        let mut loader = fresh.loader();
        for (at, (named, edition)) in documents.iter().rev() {
            loader.add(quads(&document(&format!("d{at}"), named, *edition))).expect("memory");
        }
        loader.finish().expect("memory");
        for (pair, ruling) in rulings {
            rule(&fresh, pair, Some(ruling));
        }
        prop_assert_eq!(store.nquads().expect("memory"), fresh.nquads().expect("memory"));
    }

    /// A document's graph comes back from any joining of its entities, even of two that it tells apart.
    #[test]
    fn renaming_can_be_undone(
        named in proptest::collection::btree_set(0..SPECS.len(), 1..8),
        into in proptest::collection::vec(proptest::option::of(0..SPECS.len()), SPECS.len()),
    ) {
        let original = quads(&document("d", &named, 0));
        let renamed = rename(original.clone(), |node| {
            let at = SPECS.iter().position(|spec| iri(spec.0) == node.as_str())?;
            let entity = into[at].filter(|entity| *entity != at)?;
            Some(NamedNode::new_unchecked(iri(SPECS[entity].0)))
        });
        let sorted = |quads: Vec<Quad>| quads.iter().map(Quad::to_string).collect::<BTreeSet<_>>();
        prop_assert_eq!(sorted(recover(renamed)), sorted(original));
    }
}

/// What documents name, what is ruled, and the pairs that are or aren't one in the end.
struct Case {
    why: &'static str,
    documents: &'static [&'static [&'static str]],
    ruled: &'static [(&'static str, &'static str, Ruling)],
    same: &'static [(&'static str, &'static str)],
    different: &'static [(&'static str, &'static str)],
}

#[test]
fn evidence_joins_and_guards_refuse() {
    let cases = [
        Case {
            why: "a name that one company is introduced by is that company",
            documents: &[&["org/full-a"], &["org/a"]],
            ruled: &[],
            same: &[("org/full-a", "org/a")],
            different: &[],
        },
        Case {
            why: "a name that two are introduced by is neither",
            documents: &[&["org/full-a"], &["org/other-a"], &["org/a"]],
            ruled: &[],
            same: &[],
            different: &[("org/full-a", "org/a"), ("org/other-a", "org/a")],
        },
        Case {
            why: "one code is one company, whatever it is called",
            documents: &[&["org/a/XHKG-1"], &["org/b/XHKG-1"], &["org/b"]],
            ruled: &[],
            same: &[("org/a/XHKG-1", "org/b/XHKG-1"), ("org/b", "org/a/XHKG-1")],
            different: &[],
        },
        Case {
            why: "two that one document tells apart are two",
            documents: &[&["org/full-a"], &["org/a", "org/full-a"]],
            ruled: &[],
            same: &[],
            different: &[("org/full-a", "org/a")],
        },
        Case {
            why: "people of one name at two companies are two",
            documents: &[&["person/w/org/a", "org/a"], &["person/w/org/b", "org/b"]],
            ruled: &[],
            same: &[],
            different: &[("person/w/org/a", "person/w/org/b")],
        },
        Case {
            why: "unless one document gives both posts",
            documents: &[&["person/w/org/full-a"], &["person/w/org/b"]],
            ruled: &[],
            same: &[("person/w/org/full-a", "person/w/org/b")],
            different: &[],
        },
        Case {
            why: "or the companies are one",
            documents: &[&["person/w/org/full-a", "org/full-a"], &["person/w/org/a"], &["org/a"]],
            ruled: &[],
            same: &[("person/w/org/full-a", "person/w/org/a"), ("org/full-a", "org/a")],
            different: &[],
        },
        Case {
            why: "somebody without a post is the one whose company the document names",
            documents: &[
                &["person/w/org/b", "org/b"],
                &["person/w/org/a", "org/a"],
                &["person/w/near/org/b", "org/b"],
            ],
            ruled: &[],
            same: &[("person/w/near/org/b", "person/w/org/b")],
            different: &[("person/w/near/org/b", "person/w/org/a")],
        },
        Case {
            why: "and nobody's where it names none",
            documents: &[&["person/w/org/b", "org/b"], &["person/w/in/d1"]],
            ruled: &[],
            same: &[],
            different: &[("person/w/in/d1", "person/w/org/b")],
        },
        Case {
            why: "a name in Latin letters is the Chinese one that reads so at the same company",
            documents: &[&["person/陆祁/org/b", "org/b"], &["person/lu-qi", "org/b"]],
            ruled: &[],
            same: &[("person/lu-qi", "person/陆祁/org/b")],
            different: &[],
        },
        Case {
            why: "two that the lexicon knows are two, though a document calls one by the other's name",
            documents: &[&["known"], &["org/b"], &["known-too"]],
            ruled: &[],
            same: &[("known", "org/b")],
            different: &[("known", "known-too")],
        },
        Case {
            why: "a user's word is the last: one",
            documents: &[&["org/a", "known"], &["known-too"]],
            ruled: &[("org/a", "known", Ruling::Same), ("known", "known-too", Ruling::Same)],
            same: &[("org/a", "known"), ("known-too", "org/a")],
            different: &[],
        },
        Case {
            why: "a user's word is the last: two",
            documents: &[&["org/full-a"], &["org/a"]],
            ruled: &[("org/full-a", "org/a", Ruling::Different)],
            same: &[],
            different: &[("org/full-a", "org/a")],
        },
    ];
    for case in cases {
        let store = new_store();
        for (at, named) in case.documents.iter().enumerate() {
            let named = named
                .iter()
                .map(|path| SPECS.iter().position(|spec| spec.0 == *path).expect("a known entity"))
                .collect();
            store
                .put(quads(&document(&format!("d{at}"), &named, 0)))
                .expect("memory");
        }
        let before = store.nquads().expect("memory");
        for (a, b, ruling) in case.ruled {
            store
                .rule(&iri(a), &iri(b), Some(*ruling), Some("a reason"), false)
                .expect("memory");
        }
        let entity = |path: &str| store.entity_of(&iri(path)).expect("memory");
        for (a, b) in case.same {
            assert_eq!(entity(a), entity(b), "{}: {a} and {b}", case.why);
        }
        for (a, b) in case.different {
            assert_ne!(entity(a), entity(b), "{}: {a} and {b}", case.why);
        }
        assert_sound(&store);
        for (a, b, _) in case.ruled {
            store.rule(&iri(a), &iri(b), None, None, false).expect("memory");
        }
        assert_eq!(store.nquads().expect("memory"), before, "{}: undone", case.why);
    }
}

/// What would follow is told, and nothing happens.
#[test]
fn a_dry_run_changes_nothing() {
    let store = new_store();
    for (id, at) in [("d0", 0), ("d1", 2)] {
        store
            .put(quads(&document(id, &BTreeSet::from([at]), 0)))
            .expect("memory");
    }
    let before = store.nquads().expect("memory");
    let (a, b) = (iri("org/a"), iri("org/full-a"));
    let changes = store.rule(&a, &b, Some(Ruling::Different), None, true).expect("memory");
    assert_eq!(changes.moved.len(), 1, "{changes:?}");
    assert_eq!(store.nquads().expect("memory"), before);
    let done = store
        .rule(&a, &b, Some(Ruling::Different), None, false)
        .expect("memory");
    assert_eq!(done, changes);
    assert_ne!(store.nquads().expect("memory"), before);
}

/// Enough documents for the bulk loader, one after the other and all at once.
#[test]
fn bulk_loads_decide_as_single_ones_do() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let documents: Vec<Vec<Quad>> = (0..700usize)
        .map(|number| {
            let named = BTreeSet::from([
                number % SPECS.len(),
                number * 7 % SPECS.len(),
                number / 50 % SPECS.len(),
            ]);
            quads(&document(&format!("d{number}"), &named, 0))
        })
        .collect();
    let bulk = Store::open(&folder.path().join("db"), Base::default()).expect("a new store");
    let mut loader = bulk.loader();
    for quads in &documents {
        loader.add(quads.clone()).expect("disk");
    }
    loader.finish().expect("disk");
    assert_sound(&bulk);
    let single = new_store();
    for quads in documents.iter().rev() {
        single.put(quads.clone()).expect("memory");
    }
    assert!(bulk.nquads().expect("disk") == single.nquads().expect("memory"));
}

fn documents_of(folders: &[&str]) -> Vec<Document> {
    let folders = folders
        .iter()
        .map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    Sources::open(folders, read::Options::default())
        .documents()
        .map(|document| document.expect("the corpus can be read"))
        .collect()
}

/// The article in the other script, by a converter that the program doesn't use; `None` for what has no Chinese.
fn in_the_other_script(document: &Document) -> Option<Document> {
    let language = document.language.as_deref()?;
    let config = match language {
        _ if language.contains("Hans") || language.ends_with("CN") => BuiltinConfig::S2t,
        _ if language.starts_with("zh") => BuiltinConfig::T2s,
        _ => return None,
    };
    let convert = |text: &str| OpenCC::from_config(config).expect("built in").convert(text);
    let (title, body) = document.text.split_once('\n')?;
    let mut other = Document::from_text(&document.id, &convert(title), &convert(body), document.published)
        // The market is where the article appeared, whatever it is written in.
        .with_language(language);
    if let Some(publisher) = &document.publisher {
        other = other.with_publisher(publisher);
    }
    Some(other)
}

/// All but the words: who and what is claimed, where, and which entities are mentioned where.
fn said(extraction: &Extraction) -> BTreeSet<String> {
    let claims = extraction.claims.iter().map(|claim| {
        let qualifiers = fold(&serde_json::to_string(&claim.qualifiers).expect("JSON"));
        let object = fold(&serde_json::to_string(&claim.object).expect("JSON"));
        format!(
            "{} {} {object} {qualifiers} {:?} {}-{} {}",
            claim.subject, claim.predicate, claim.status, claim.start, claim.end, claim.rule
        )
    });
    let mentions = extraction
        .mentions
        .iter()
        .map(|mention| format!("{}-{} {}", mention.start, mention.end, mention.entity));
    claims.chain(mentions).collect()
}

#[test]
fn both_scripts_say_the_same_of_the_same() {
    let extractor = Extractor::builtin().expect("the built-in data are sound");
    let mut compared = 0;
    for document in documents_of(&["corpus/articles", "corpus/identity/articles"]) {
        let Some(other) = in_the_other_script(&document) else {
            continue;
        };
        let (here, there) = (said(&extractor.extract(&document)), said(&extractor.extract(&other)));
        let only_here: Vec<_> = here.difference(&there).collect();
        let only_there: Vec<_> = there.difference(&here).collect();
        assert!(
            only_here.is_empty() && only_there.is_empty(),
            "{}\nonly as written: {only_here:#?}\nonly converted: {only_there:#?}",
            document.id
        );
        compared += 1;
    }
    assert!(compared >= 40, "{compared} articles have another script");
}

/// The gold mentions of the project's own articles; those of others are scored by `eval --gold identity`.
#[test]
fn the_corpus_is_told_apart_as_its_gold_says() {
    let extractor = Extractor::builtin().expect("the built-in data are sound");
    let store = new_store();
    let mut found = BTreeMap::new();
    for document in documents_of(&["corpus/articles", "corpus/identity/articles"]) {
        let extraction = extractor.extract(&document);
        for mention in &extraction.mentions {
            found.insert(
                (document.id.clone(), mention.start, mention.end),
                mention.entity.clone(),
            );
        }
        store.put(quads(&extraction)).expect("memory");
    }
    assert_sound(&store);
    let gold =
        eval::identity::read("mentions.jsonl", include_str!("../corpus/identity/mentions.jsonl")).expect("sound");
    let ids: BTreeSet<&String> = found.keys().map(|(id, _, _)| id).collect();
    let gold: Vec<_> = gold.into_iter().filter(|mention| ids.contains(&mention.doc)).collect();
    assert!(gold.len() > 300, "{} mentions", gold.len());
    let report = eval::identity::score(&gold, |mention| {
        let local = found.get(&(mention.doc.clone(), mention.start, mention.end))?;
        Some(store.entity_of(local).expect("memory"))
    });
    assert!(report.extras.is_empty(), "wrongly joined: {:#?}", report.extras);
    assert!(
        report.scores.micro.f1 >= 0.93,
        "{:?}\n{:#?}",
        report.scores.micro,
        report.misses
    );
}
