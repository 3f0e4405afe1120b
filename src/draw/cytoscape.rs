//! Cytoscape's JSON, as Cytoscape.js, Cytoscape Desktop and networkx read it.

use super::graph::Node;
use super::style::{self, Group};
use super::view::{Placed, View};
use super::xml::Number;
use serde_json::{Value, json};

/// The view as Cytoscape JSON, one edge a claim.
pub(super) fn cytoscape(view: &View<'_>) -> String {
    let nodes: Vec<Value> = view
        .nodes
        .iter()
        .map(|node| {
            let entity = view.entity(node);
            json!({
                "data": {
                    "id": entity.iri,
                    // Cytoscape Desktop calls the label `name`, networkx looks for the key in `value`.
                    "name": entity.label,
                    "value": entity.iri,
                    "iri": entity.iri,
                    "label": entity.label,
                    "kind": entity.kind,
                    "names": entity.names,
                    "facts": facts(view, node),
                    "degree": node.degree,
                    "pagerank": node.page_rank,
                    "community": node.community,
                    "colour": view.colour(node).to_string(),
                    "size": number(node.radius * 2.0),
                },
                "position": { "x": number(node.x), "y": number(node.y) },
                "classes": format!("{:?}", entity.kind),
            })
        })
        .collect();
    let mut edges = Vec::new();
    for link in &view.links {
        for claim in view.claims(link) {
            let id = format!("claim-{}", edges.len());
            edges.push(json!({
                "data": {
                    "id": id,
                    "key": id,
                    "source": view.graph.nodes[claim.subject].iri,
                    "target": view.graph.nodes[claim.object].iri,
                    "label": view.graph.predicate_label(&claim.predicate),
                    "predicate": claim.predicate,
                    "status": claim.status,
                    "score": claim.score,
                    "date": claim.date,
                    "doc": claim.doc,
                    "quote": claim.quote,
                    "detail": claim.detail,
                    "former": claim.former,
                    "symmetric": link.symmetric,
                    "colour": Group::of(&claim.predicate).colour().to_string(),
                },
                "classes": format!("{} {}", class(&claim.predicate), style::status_name(claim.status)),
            }));
        }
    }
    let file = json!({
        "format_version": "1.0",
        "generated_by": "jingwei",
        "target_cytoscapejs_version": "~3",
        "directed": true,
        "multigraph": true,
        "data": { "name": view.title, "caption": view.caption.join(" · ") },
        "elements": { "nodes": nodes, "edges": edges },
    });
    format!("{file:#}\n")
}

/// Facts of a node with the field names of [`super::Fact`].
pub(super) fn facts(view: &View<'_>, node: &Placed) -> Value {
    Value::Array(view.facts(node).map(|fact| json!(fact)).collect())
}

/// The facts as JSON in one string, for formats without structured attributes.
pub(super) fn facts_json(view: &View<'_>, node: &Placed) -> String {
    facts(view, node).to_string()
}

/// The names as a JSON array in one string: unlike any separator, no name can contain its end.
pub(super) fn names_json(entity: &Node) -> String {
    json!(entity.names).to_string()
}

fn number(value: f64) -> f64 {
    Number(value).rounded()
}

/// One class whatever the predicate holds: classes are separated by spaces.
fn class(predicate: &str) -> String {
    predicate.split_whitespace().collect::<Vec<_>>().join("-")
}
