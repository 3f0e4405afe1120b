//! GraphML, as yEd, igraph, Gephi and networkx read it.

use super::View;
use super::cytoscape::{facts_json, names_json};
use super::style::{self, Group};
use super::xml::{Escaped, Number};
use std::fmt::{Display, Write};

/// Attributes: where they belong, name, type.
const KEYS: &[(&str, &str, &str)] = &[
    ("graph", "title", "string"),
    ("graph", "caption", "string"),
    ("node", "iri", "string"),
    ("node", "label", "string"),
    ("node", "kind", "string"),
    ("node", "names", "string"),
    ("node", "facts", "string"),
    ("node", "degree", "int"),
    ("node", "pagerank", "double"),
    ("node", "community", "int"),
    ("node", "x", "double"),
    ("node", "y", "double"),
    ("node", "size", "double"),
    ("node", "color", "string"),
    ("edge", "label", "string"),
    ("edge", "predicate", "string"),
    ("edge", "status", "string"),
    ("edge", "score", "double"),
    ("edge", "date", "string"),
    ("edge", "doc", "string"),
    ("edge", "quote", "string"),
    ("edge", "detail", "string"),
    ("edge", "symmetric", "boolean"),
    ("edge", "color", "string"),
];

/// The view as GraphML, one edge a claim. `names` and `facts` are JSON.
pub(super) fn graphml(view: &View<'_>) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns \
         http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n",
    );
    for (domain, name, kind) in KEYS {
        let _ = writeln!(
            out,
            "  <key id=\"{domain}-{name}\" for=\"{domain}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>"
        );
    }
    out.push_str("  <graph id=\"G\" edgedefault=\"directed\">\n");
    data(&mut out, "graph-title", &Escaped(&view.title));
    data(&mut out, "graph-caption", &Escaped(&view.caption.join(" · ")));
    for node in &view.nodes {
        let entity = view.entity(node);
        let _ = writeln!(out, "    <node id=\"{}\">", Escaped(&entity.iri));
        data(&mut out, "node-iri", &Escaped(&entity.iri));
        data(&mut out, "node-label", &Escaped(&entity.label));
        data(&mut out, "node-kind", &format_args!("{:?}", entity.kind));
        data(&mut out, "node-names", &Escaped(&names_json(entity)));
        data(&mut out, "node-facts", &Escaped(&facts_json(view, node)));
        data(&mut out, "node-degree", &node.degree);
        data(&mut out, "node-pagerank", &node.page_rank);
        data(&mut out, "node-community", &node.community);
        data(&mut out, "node-x", &Number(node.x));
        data(&mut out, "node-y", &Number(node.y));
        data(&mut out, "node-size", &Number(node.radius * 2.0));
        data(&mut out, "node-color", &view.colour(node));
        out.push_str("    </node>\n");
    }
    let mut number = 0;
    for link in &view.links {
        for claim in view.claims(link) {
            let _ = writeln!(
                out,
                "    <edge id=\"claim-{number}\" source=\"{}\" target=\"{}\">",
                Escaped(&view.graph.nodes[claim.subject].iri),
                Escaped(&view.graph.nodes[claim.object].iri)
            );
            number += 1;
            data(
                &mut out,
                "edge-label",
                &Escaped(&view.graph.predicate_label(&claim.predicate)),
            );
            data(&mut out, "edge-predicate", &Escaped(&claim.predicate));
            data(&mut out, "edge-status", &style::status_name(claim.status));
            data(&mut out, "edge-score", &claim.score);
            if let Some(date) = &claim.date {
                data(&mut out, "edge-date", &Escaped(date.as_str()));
            }
            data(&mut out, "edge-doc", &Escaped(&claim.doc));
            data(&mut out, "edge-quote", &Escaped(&claim.quote));
            if let Some(detail) = &claim.detail {
                data(&mut out, "edge-detail", &Escaped(detail));
            }
            data(&mut out, "edge-symmetric", &link.symmetric);
            data(&mut out, "edge-color", &Group::of(&claim.predicate).colour());
            out.push_str("    </edge>\n");
        }
    }
    out.push_str("  </graph>\n</graphml>\n");
    out
}

fn data(out: &mut String, key: &str, value: &dyn Display) {
    let _ = writeln!(out, "      <data key=\"{key}\">{value}</data>");
}
