//! What of a store can be found: entities by their names and codes, documents by title and publisher, claims by their
//! quotes.

use crate::graph::vocabulary as v;
use crate::store::{Store, StoreError};
use oxigraph::model::{GraphNameRef, NamedNode, NamedNodeRef, NamedOrBlankNode, Term};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What comes, changes and goes together: an entity, or a document with its claims.
pub(super) struct Unit {
    /// Made of the IRI
    pub id: u64,
    /// Changes with what there is to find
    pub version: u64,
}

/// Something that can be found.
pub(super) struct Entry {
    pub iri: String,
    /// The class that it is said to be of, then the others that it belongs to.
    pub classes: Vec<&'static str>,
    /// Its names, or what is read.
    pub texts: Vec<String>,
    pub is_named: bool,
    /// So many of the texts are names or titles, by which it may be meant as a whole.
    pub names: usize,
}

/// The first eight bytes of a SHA-256 over parts.
pub(super) fn number<'a>(parts: impl IntoIterator<Item = &'a str>) -> u64 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let bytes = hash.finalize();
    bytes
        .iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn values<'s>(
    store: &'s Store,
    subject: &NamedNode,
    property: NamedNodeRef<'_>,
    graph: GraphNameRef<'_>,
) -> impl Iterator<Item = Result<Term, StoreError>> + use<'s> {
    store
        .quads()
        .quads_for_pattern(Some(subject.into()), Some(property), None, Some(graph))
        .map(|quad| Ok(quad?.object))
}

/// An entity with the names that it has in the default graph; `None` where no document mentions it any more.
pub(super) fn entity(store: &Store, node: &NamedNode) -> Result<Option<(Unit, Entry)>, StoreError> {
    let default = GraphNameRef::DefaultGraph;
    let mut kinds = BTreeSet::new();
    for class in values(store, node, v::TYPE, default) {
        if let Term::NamedNode(class) = class? {
            kinds.extend(v::entity_type(class.as_str()));
        }
    }
    if kinds.is_empty() {
        return Ok(None);
    }
    let mut names = BTreeSet::new();
    for property in [v::PREF_LABEL, v::ALT_LABEL, v::TICKER_SYMBOL] {
        for name in values(store, node, property, default) {
            let Term::Literal(name) = name? else { continue };
            // People ask for 2330 as well as for XTAI 2330.
            if property == v::TICKER_SYMBOL
                && let Some((_, code)) = name.value().split_once(' ')
            {
                names.insert(code.to_owned());
            }
            names.insert(name.value().to_owned());
        }
    }
    let mut classes: Vec<&'static str> = kinds.into_iter().map(|kind| v::class(kind).as_str()).collect();
    classes.push(v::ENTITY.as_str());
    let parts = classes.iter().copied().chain(names.iter().map(String::as_str));
    let unit = Unit {
        id: number([node.as_str()]),
        version: number(parts),
    };
    let entry = Entry {
        iri: node.as_str().to_owned(),
        classes,
        names: names.len(),
        texts: names.into_iter().collect(),
        is_named: true,
    };
    Ok(Some((unit, entry)))
}

/// Every entity, once.
pub(super) fn entities(store: &Store) -> impl Iterator<Item = Result<NamedNode, StoreError>> + '_ {
    let default = GraphNameRef::DefaultGraph;
    v::ENTITY_TYPES.iter().enumerate().flat_map(move |(nth, kind)| {
        let of_kind = store
            .quads()
            .quads_for_pattern(None, Some(v::TYPE), Some(v::class(*kind).into()), Some(default));
        of_kind.filter_map(move |quad| {
            let node = match quad {
                Ok(quad) => match quad.subject {
                    NamedOrBlankNode::NamedNode(node) => node,
                    _ => return None,
                },
                Err(error) => return Some(Err(error.into())),
            };
            // Where documents disagree about its type, it has come already.
            let earlier = v::ENTITY_TYPES[..nth].iter().any(|earlier| {
                let quad = oxigraph::model::QuadRef::new(&node, v::TYPE, v::class(*earlier), default);
                store.quads().contains(quad).unwrap_or(false)
            });
            (!earlier).then_some(Ok(node))
        })
    })
}

/// The unit of a document: what it holds follows from its fingerprint and from who read it. `None` where it isn't in.
pub(super) fn document(store: &Store, node: &NamedNode) -> Result<Option<Unit>, StoreError> {
    if !store.quads().contains_named_graph(node)? {
        return Ok(None);
    }
    let mut parts = Vec::new();
    for property in [v::SHA256, v::EXTRACTED_BY] {
        for value in values(store, node, property, node.into()) {
            if let Term::Literal(value) = value? {
                parts.push(value.value().to_owned());
            }
        }
    }
    Ok(Some(Unit {
        id: number([node.as_str()]),
        version: number(parts.iter().map(String::as_str)),
    }))
}

/// What there is to find of a document: itself and its claims.
pub(super) fn entries(store: &Store, node: &NamedNode) -> Result<Vec<Entry>, StoreError> {
    let mut texts = Vec::new();
    let mut names = 0;
    for property in [v::HEADLINE, v::PUBLISHER] {
        for value in values(store, node, property, node.into()) {
            if let Term::Literal(value) = value? {
                texts.push(value.value().to_owned());
                names += usize::from(property == v::HEADLINE);
            }
        }
    }
    let mut entries = vec![Entry {
        iri: node.as_str().to_owned(),
        classes: vec![v::NEWS_ARTICLE.as_str()],
        texts,
        is_named: false,
        names,
    }];
    for quad in store
        .quads()
        .quads_for_pattern(None, Some(v::QUOTE), None, Some(node.into()))
    {
        let quad = quad?;
        if let (NamedOrBlankNode::NamedNode(claim), Term::Literal(quote)) = (quad.subject, quad.object) {
            entries.push(Entry {
                iri: claim.into_string(),
                classes: vec![v::CLAIM.as_str()],
                texts: vec![quote.value().to_owned()],
                is_named: false,
                names: 0,
            });
        }
    }
    Ok(entries)
}

/// Every document.
pub(super) fn documents(store: &Store) -> impl Iterator<Item = Result<NamedNode, StoreError>> + '_ {
    store.quads().named_graphs().filter_map(|graph| match graph {
        Ok(NamedOrBlankNode::NamedNode(node)) => store.base().document_id(node.as_str()).is_some().then_some(Ok(node)),
        Ok(_) => None,
        Err(error) => Some(Err(error.into())),
    })
}
