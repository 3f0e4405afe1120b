use super::language::name_tag;
use super::quads::tagged;
use super::vocabulary as v;
use super::{Base, GraphError};
use crate::extract::EntityOut;
use oxigraph::model::{Literal, NamedNode, NamedNodeRef, Quad, Term};

/// What the lexicon knows of an entity, as quads of the graph `graph/lexicon`: its type, its names in every script,
/// its tickers, its Wikidata item, its LEI and the ISINs of its shares.
///
/// # Errors
/// [`GraphError::Iri`] where the entity's id is no IRI.
pub fn lexicon_quads(entity: &EntityOut, base: &Base) -> Result<Vec<Quad>, GraphError> {
    let node = super::quads::entity_node(&entity.id)?;
    let graph = base.lexicon_graph();
    let mut quads = Vec::with_capacity(4 + entity.names.len());
    let mut say = |property: NamedNodeRef<'_>, object: Term| {
        quads.push(Quad::new(node.clone(), property, object, graph.clone()));
    };
    say(v::TYPE, v::class(entity.kind).into());
    for (tag, label) in &entity.labels {
        say(v::PREF_LABEL, tagged(label, tag).into());
    }
    for name in &entity.names {
        if !entity.labels.values().any(|label| label == name) {
            // A name that both scripts write alike is counted to the script that everything is folded to.
            say(v::ALT_LABEL, tagged(name, &name_tag(name, "zh-Hans")).into());
        }
    }
    for symbol in entity.identifiers.get("listing").into_iter().flatten() {
        say(v::TICKER_SYMBOL, Literal::new_simple_literal(symbol).into());
    }
    for (scheme, property) in [("lei", v::LEI_CODE), ("isin", v::ISIN)] {
        for id in entity.identifiers.get(scheme).into_iter().flatten() {
            say(property, Literal::new_simple_literal(id).into());
        }
    }
    for item in entity.identifiers.get("wikidata").into_iter().flatten() {
        if let Ok(item) = NamedNode::new(format!("{}{item}", v::WIKIDATA)) {
            say(v::SAME_AS, item.into());
        }
    }
    Ok(quads)
}
