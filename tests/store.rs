//! What a store holds is a function of the documents in it, whatever happened before.

use jingwei::extract::{EntityOut, Extraction};
use jingwei::graph::{Base, DEFAULT_BASE, Knowledge, document_quads, lexicon_quads, write_quads};
use jingwei::store::{Background, ClaimFilter, ClaimObject, Part, Store, StoreError};
use oxigraph::io::RdfFormat;
use oxigraph::model::Quad;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const EDITION: &str = "test 1";

fn articles() -> Vec<Extraction> {
    include_str!("data/graph/articles.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("the fixture is sound"))
        .collect()
}

fn quads(extraction: &Extraction) -> Vec<Quad> {
    document_quads(extraction, &Base::default(), EDITION).expect("the fixture can be said in RDF")
}

/// Everything that the documents imply, by the plain road: all in memory at once, no store.
fn fresh(documents: &[&Extraction], background: Option<&dyn Background>) -> String {
    let base = Base::default();
    let mut knowledge = Knowledge::new(base.clone());
    let mut all = Vec::new();
    let mut lexicon = Vec::new();
    let mut entities = BTreeMap::new();
    for document in documents {
        let quads = quads(document);
        knowledge.add(&quads);
        all.extend(quads);
        for entity in &document.entities {
            entities.insert(entity.id.as_str(), ());
        }
    }
    if let Some(background) = background {
        for entity in entities.keys() {
            if let Some(known) = background.entity(entity) {
                lexicon.extend(lexicon_quads(&known, &base).expect("the background is sound"));
            }
        }
        knowledge.add(&lexicon);
        all.extend(lexicon);
        let graph = base.lexicon_graph();
        all.push(Quad::new(
            graph.clone(),
            oxigraph::model::NamedNode::new_unchecked("https://schema.org/version"),
            oxigraph::model::Literal::new_simple_literal(background.version()),
            graph,
        ));
    }
    all.extend(knowledge.into_quads());
    text(all)
}

fn text(quads: Vec<Quad>) -> String {
    let bytes = write_quads(quads, RdfFormat::NQuads, &Base::default(), Vec::new()).expect("memory can be written to");
    String::from_utf8(bytes).expect("N-Quads are UTF-8")
}

/// Knows every entity of the fixture by all its names.
struct Names {
    version: &'static str,
    entities: BTreeMap<String, EntityOut>,
}

impl Names {
    fn new(version: &'static str) -> Self {
        let mut entities = BTreeMap::new();
        for article in articles() {
            for mut entity in article.entities {
                if version == "2" {
                    entity.labels.insert("en".to_owned(), "Renamed".to_owned());
                }
                entities.insert(entity.id.clone(), entity);
            }
        }
        // One that only documents know.
        entities.remove("https://w3id.org/jingwei/entity/yuanfan");
        Names { version, entities }
    }
}

impl Background for Names {
    fn version(&self) -> String {
        self.version.to_owned()
    }

    fn entity(&self, iri: &str) -> Option<EntityOut> {
        self.entities.get(iri).cloned()
    }
}

/// A variant of an article: other claims gone, another preferred name, another fingerprint.
fn variant(article: &Extraction, number: usize) -> Extraction {
    let mut article = article.clone();
    if number == 0 {
        return article;
    }
    article.doc.sha256 = format!("{}-{number}", article.doc.sha256);
    article.claims = article
        .claims
        .into_iter()
        .enumerate()
        .filter(|(at, _)| at % (number + 1) != 0)
        .map(|(_, claim)| claim)
        .collect();
    for entity in &mut article.entities {
        if entity.id.ends_with("yuanfan") {
            entity.labels = BTreeMap::new();
            entity.label = entity.names[number % entity.names.len()].clone();
        }
    }
    article.entities.retain(|entity| {
        number < 2
            || article.claims.iter().any(|claim| {
                claim.subject == entity.id
                    || matches!(&claim.object, jingwei::extract::ObjectOut::Entity(id) if *id == entity.id)
            })
    });
    article
}

fn assert_sound(store: &Store) {
    let difference = store.verify().expect("memory can be read");
    assert!(
        difference.is_none(),
        "missing: {:#?}\nsurplus: {:#?}",
        difference.missing.iter().map(Quad::to_string).collect::<Vec<_>>(),
        difference.surplus.iter().map(Quad::to_string).collect::<Vec<_>>()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any history of putting, replacing and removing ends where a fresh load of what remains begins.
    #[test]
    fn history_leaves_no_trace(
        steps in proptest::collection::vec((0usize..10, 0usize..4), 1..40),
        with_background in any::<bool>(),
    ) {
        let articles = articles();
        let names = Arc::new(Names::new("1"));
        let mut store = Store::in_memory(Base::default()).expect("memory");
        if with_background {
            store.set_background(names.clone()).expect("memory");
        }
        let mut expected: BTreeMap<usize, Extraction> = BTreeMap::new();
        for (document, action) in steps {
            if action == 3 {
                let was_in = store.remove(&articles[document].doc.id).expect("memory");
                prop_assert_eq!(was_in, expected.remove(&document).is_some());
            } else {
                let article = variant(&articles[document], action);
                store.put(quads(&article)).expect("memory");
                expected.insert(document, article);
            }
        }
        let difference = store.verify().expect("memory");
        prop_assert!(difference.is_none(), "{:?}", difference);
        let documents: Vec<&Extraction> = expected.values().collect();
        let background: Option<&dyn Background> = with_background.then_some(&*names as _);
        prop_assert_eq!(store.nquads().expect("memory"), fresh(&documents, background));
    }
}

/// Articles enough for the bulk loader, among them ones that change which name is preferred.
fn many(count: usize) -> Vec<Extraction> {
    let articles = articles();
    (0..count)
        .map(|number| {
            let mut article = variant(&articles[number % articles.len()], number % 3);
            let id = format!("{}-{number}", article.doc.id);
            for claim in &mut article.claims {
                claim.id = format!("{}{number}", claim.id);
            }
            article.doc.id = id;
            article
        })
        .collect()
}

#[test]
fn bulk_and_single_loads_on_disk_agree_with_a_fresh_one() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let many = many(600);
    let names = Arc::new(Names::new("1"));
    let path = folder.path().join("jingwei.db");
    let mut store = Store::open(&path, Base::default()).expect("a new store");
    store.set_background(names.clone()).expect("disk");
    // Two bulk loads with a small one between them, so that later ones meet names of earlier ones.
    for part in [&many[..250], &many[250..260], &many[260..]] {
        let mut loader = store.loader();
        for article in part {
            loader.add(quads(article)).expect("disk");
        }
        let loaded = loader.finish().expect("disk");
        assert_eq!(loaded.new, part.len() as u64);
    }
    assert_sound(&store);
    let all: Vec<&Extraction> = many.iter().collect();
    assert_eq!(store.nquads().expect("disk"), fresh(&all, Some(&*names)));

    // The same again changes nothing, and removing half leaves the other half.
    let mut loader = store.loader();
    for article in &many {
        loader.add(quads(article)).expect("disk");
    }
    let loaded = loader.finish().expect("disk");
    assert_eq!((loaded.new, loaded.replaced, loaded.unchanged), (0, 0, 600));
    for article in many.iter().step_by(2) {
        assert!(store.remove(&article.doc.id).expect("disk"));
    }
    let rest: Vec<&Extraction> = many.iter().skip(1).step_by(2).collect();
    assert_sound(&store);
    assert_eq!(store.nquads().expect("disk"), fresh(&rest, Some(&*names)));
}

#[test]
fn another_version_of_the_background_replaces_the_first() {
    let articles = articles();
    let (first, second) = (Arc::new(Names::new("1")), Arc::new(Names::new("2")));
    let mut store = Store::in_memory(Base::default()).expect("memory");
    store.set_background(first).expect("memory");
    for article in &articles {
        store.put(quads(article)).expect("memory");
    }
    store.set_background(second.clone()).expect("memory");
    assert_sound(&store);
    let all: Vec<&Extraction> = articles.iter().collect();
    assert_eq!(store.nquads().expect("memory"), fresh(&all, Some(&*second)));
}

#[test]
fn an_empty_store_is_what_removal_of_everything_leaves() {
    let store = Store::in_memory(Base::default()).expect("memory");
    let articles = articles();
    for article in &articles {
        store.put(quads(article)).expect("memory");
    }
    for article in &articles {
        assert!(store.remove(&article.doc.id).expect("memory"));
    }
    assert_eq!(store.nquads().expect("memory"), "");
    assert!(!store.remove("never seen").expect("memory"));
}

#[test]
fn a_document_read_by_another_edition_is_read_anew() {
    let store = Store::in_memory(Base::default()).expect("memory");
    let article = &articles()[0];
    store.put(quads(article)).expect("memory");
    assert!(
        store
            .has(&article.doc.id, &article.doc.sha256, EDITION)
            .expect("memory")
    );
    assert!(
        !store
            .has(&article.doc.id, &article.doc.sha256, "test 2")
            .expect("memory")
    );
    assert!(!store.has(&article.doc.id, "another text", EDITION).expect("memory"));
    let newer = document_quads(article, &Base::default(), "test 2").expect("sound");
    let loaded = store.put(newer).expect("memory");
    assert_eq!((loaded.new, loaded.replaced, loaded.unchanged), (0, 1, 0));
}

#[test]
fn one_at_a_time_may_write() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("db");
    let store = Store::open(&path, Base::default()).expect("a new store");
    let refused = Store::open(&path, Base::default())
        .err()
        .expect("a second writer is refused");
    assert!(matches!(refused, StoreError::Busy(_)), "{refused}");
    let refused = Store::open_for_reading(&path, Base::default())
        .err()
        .expect("so is a reader");
    assert!(refused.to_string().contains("in use by another process"), "{refused}");
    store.put(quads(&articles()[0])).expect("disk");
    let written = store.nquads().expect("disk");
    drop(store);
    let first = Store::open_for_reading(&path, Base::default()).expect("readers share");
    let second = Store::open_for_reading(&path, Base::default()).expect("readers share");
    assert_eq!(first.nquads().expect("disk"), written);
    assert_eq!(second.nquads().expect("disk"), written);
    let refused = Store::open(&path, Base::default())
        .err()
        .expect("no writer beside readers");
    assert!(matches!(refused, StoreError::Busy(_)), "{refused}");
}

#[test]
fn what_is_no_store_of_this_format_and_base_is_refused_with_a_remedy() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("db");
    let open = |path: &Path| Store::open(path, Base::default()).err().map(|e| e.to_string());

    let missing = Store::open_for_reading(&path, Base::default())
        .err()
        .expect("nothing there");
    assert!(missing.to_string().contains("jingwei ingest"), "{missing}");
    drop(Store::open(&path, Base::default()).expect("a new store"));
    let format_file = path.join("jingwei-store");
    for (content, says) in [
        (format!("format 99\nbase {DEFAULT_BASE}\n"), "newer program"),
        (format!("format 0\nbase {DEFAULT_BASE}\n"), "new --store"),
        (
            "format 1\nbase https://example.org/\n".to_owned(),
            "--base https://example.org/",
        ),
        ("format 1\n".to_owned(), "damaged"),
        ("what?".to_owned(), "damaged"),
    ] {
        std::fs::write(&format_file, &content).expect("disk");
        let error = open(&path).expect("it is refused");
        assert!(error.contains(says), "{content:?}: {error}");
    }
    let foreign = folder.path().join("photos");
    std::fs::create_dir(&foreign).expect("disk");
    std::fs::write(foreign.join("cat.jpg"), "a cat").expect("disk");
    let error = open(&foreign).expect("it is refused");
    assert!(error.contains("no Jingwei store"), "{error}");
}

#[test]
fn tables_that_a_killed_bulk_load_left_are_deleted() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("db");
    let store = Store::open(&path, Base::default()).expect("a new store");
    store.put(quads(&articles()[0])).expect("disk");
    let before = store.nquads().expect("disk");
    drop(store);
    let leftover = path.join("quads/bulk-123.sst");
    std::fs::write(&leftover, "half a table").expect("disk");
    let store = Store::open(&path, Base::default()).expect("the same store");
    assert!(!leftover.exists());
    assert_eq!(store.nquads().expect("disk"), before);
}

/// A bulk load that is cut off before the names are settled is settled when the store is opened.
#[test]
fn names_left_unsettled_are_settled_on_opening() {
    use oxigraph::model::{GraphName, Literal, NamedNode};
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("db");
    let store = Store::open(&path, Base::default()).expect("a new store");
    let articles = articles();
    for article in &articles {
        store.put(quads(article)).expect("disk");
    }
    let sound = store.nquads().expect("disk");
    // What the bulk loader leaves: evidence of another preferred name, the entity in the journal.
    let entity = NamedNode::new_unchecked("https://w3id.org/jingwei/entity/yuanfan");
    let journal = NamedNode::new_unchecked("https://w3id.org/jingwei/graph/unsettled");
    let unsettled = NamedNode::new_unchecked("https://w3id.org/jingwei/ns#unsettled");
    let label = jingwei::graph::vocabulary::PREF_LABEL;
    let wrong = Literal::new_language_tagged_literal("遠帆科技股份有限公司", "zh-Hant").expect("a tag");
    store
        .quads()
        .insert(&Quad::new(entity.clone(), label, wrong, GraphName::DefaultGraph))
        .expect("disk");
    store
        .quads()
        .insert(&Quad::new(entity, unsettled, Literal::from(true), journal))
        .expect("disk");
    assert!(!store.verify().expect("disk").is_none());
    drop(store);
    // Whoever opens it, be it only for reading.
    let store = Store::open_for_reading(&path, Base::default()).expect("the same store");
    assert_sound(&store);
    assert_eq!(store.nquads().expect("disk"), sound);
}

#[test]
fn claims_entities_and_documents_are_read_back() {
    let store = Store::in_memory(Base::default()).expect("memory");
    let articles = articles();
    for article in &articles {
        store.put(quads(article)).expect("memory");
    }
    let claims = store.claims(&ClaimFilter::default()).expect("memory");
    let said: usize = articles.iter().map(|article| article.claims.len()).sum();
    assert_eq!(claims.len(), said);
    for claim in &claims {
        let article = articles
            .iter()
            .find(|a| a.doc.id == claim.document)
            .expect("its article");
        let source = article.claims.iter().find(|c| c.id == claim.id).expect("its claim");
        assert_eq!(claim.quote, source.quote);
        assert_eq!(claim.span, (source.start, source.end));
        assert_eq!(claim.status, source.status);
        assert!((claim.score - f64::from(source.score)).abs() < 1e-6);
        let slice: String = article
            .doc
            .text
            .chars()
            .skip(claim.span.0)
            .take(claim.span.1 - claim.span.0)
            .collect();
        assert_eq!(slice, claim.quote);
    }
    let lin = "https://w3id.org/jingwei/entity/lin-zhiyuan";
    let of_lin = ClaimFilter {
        entity: Some(lin.to_owned()),
        ..ClaimFilter::default()
    };
    let graph = store.graph(&of_lin).expect("memory");
    assert_eq!(graph.claims.len(), 6);
    assert!(graph.claims.iter().any(|claim| claim.former));
    assert!(
        graph
            .claims
            .iter()
            .all(|claim| claim.subject == lin || claim.object == ClaimObject::Entity(lin.to_owned()))
    );
    let entity = store.entity(lin).expect("memory").expect("he is mentioned");
    assert_eq!(entity.label("zh-Hans"), "林致远");
    assert_eq!(entity.label("zh-Hant"), "林致遠");
    assert_eq!(store.documents().expect("memory").len(), 10);
    let document = store.document("a01").expect("memory").expect("it is in");
    assert_eq!(document.title, "遠帆科技獲星海資本領投12億元");
    assert_eq!(document.published.as_deref(), Some("2025-01-06"));
    assert_eq!(store.document("a99").expect("memory"), None);
}

#[test]
fn parts_add_up_to_the_whole() {
    let mut store = Store::in_memory(Base::default()).expect("memory");
    store.set_background(Arc::new(Names::new("1"))).expect("memory");
    for article in &articles() {
        store.put(quads(article)).expect("memory");
    }
    let mut parts = Vec::new();
    for part in [Part::Knowledge, Part::Evidence, Part::Lexicon] {
        parts.extend(store.part(&part).expect("memory"));
    }
    assert_eq!(text(parts), store.nquads().expect("memory"));
    let one = store.part(&Part::Document("a03".to_owned())).expect("memory");
    assert_eq!(text(one), text(quads(&articles()[2])));
}
