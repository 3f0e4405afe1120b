//! GEXF 1.3, as Gephi reads it: with colours, sizes and positions, and with the days from and to which a claim's
//! date reaches, for Gephi's time line.

use super::View;
use super::cytoscape::{facts_json, names_json};
use super::layout::Point;
use super::style::{self, Colour, Group, of_kind};
use super::xml::{Escaped, Number};
use crate::claim::Status;
use std::fmt::{Display, Write};

const NODE_ATTRIBUTES: &[(&str, &str)] = &[
    ("iri", "string"),
    ("kind", "string"),
    ("names", "liststring"),
    ("facts", "string"),
    ("degree", "integer"),
    ("pagerank", "double"),
    ("community", "integer"),
];
const EDGE_ATTRIBUTES: &[(&str, &str)] = &[
    ("predicate", "string"),
    ("status", "string"),
    ("score", "double"),
    ("date", "string"),
    ("doc", "string"),
    ("quote", "string"),
    ("detail", "string"),
    ("symmetric", "boolean"),
];

/// The view as GEXF, one edge a claim. `names` is a list as Gephi writes it, `facts` is JSON.
pub(super) fn gexf(view: &View<'_>) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <gexf xmlns=\"http://gexf.net/1.3\" xmlns:viz=\"http://gexf.net/1.3/viz\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd\" version=\"1.3\">\n",
    );
    let _ = writeln!(
        out,
        // The schema has no place for a title.
        "  <meta>\n    <creator>Jingwei</creator>\n    <description>{} · {}</description>\n  </meta>",
        Escaped(&view.title),
        Escaped(&view.caption.join(" · "))
    );
    out.push_str(
        "  <graph defaultedgetype=\"directed\" mode=\"dynamic\" timeformat=\"date\" \
         timerepresentation=\"interval\" idtype=\"string\">\n",
    );
    for (class, attributes) in [("node", NODE_ATTRIBUTES), ("edge", EDGE_ATTRIBUTES)] {
        let _ = writeln!(out, "    <attributes class=\"{class}\" mode=\"static\">");
        for (name, kind) in attributes {
            let _ = writeln!(out, "      <attribute id=\"{name}\" title=\"{name}\" type=\"{kind}\"/>");
        }
        out.push_str("    </attributes>\n");
    }
    out.push_str("    <nodes>\n");
    for node in &view.nodes {
        let entity = view.entity(node);
        let (colour, shape) = (view.colour(node), of_kind(entity.kind).1);
        let _ = writeln!(
            out,
            "      <node id=\"{}\" label=\"{}\">\n        <attvalues>",
            Escaped(&entity.iri),
            Escaped(&entity.label)
        );
        value(&mut out, "iri", &Escaped(&entity.iri));
        value(&mut out, "kind", &format_args!("{:?}", entity.kind));
        value(&mut out, "names", &Escaped(&names_json(entity)));
        value(&mut out, "facts", &Escaped(&facts_json(view, node)));
        value(&mut out, "degree", &node.degree);
        value(&mut out, "pagerank", &node.page_rank);
        value(&mut out, "community", &node.community);
        out.push_str("        </attvalues>\n");
        paint(&mut out, colour);
        // Gephi counts upwards, from the middle.
        let place = Point::new(node.x - view.width * 0.5, view.height * 0.5 - node.y);
        let _ = writeln!(
            out,
            "        <viz:position x=\"{}\" y=\"{}\" z=\"0\"/>\n        <viz:size value=\"{}\"/>\n        \
             <viz:shape value=\"{}\"/>\n      </node>",
            Number(place.x),
            Number(place.y),
            Number(node.radius),
            shape.in_gexf()
        );
    }
    out.push_str("    </nodes>\n    <edges>\n");
    let mut number = 0;
    for link in &view.links {
        for claim in view.claims(link) {
            let _ = write!(
                out,
                "      <edge id=\"claim-{number}\" source=\"{}\" target=\"{}\" kind=\"{}\" label=\"{}\"",
                Escaped(&view.graph.nodes[claim.subject].iri),
                Escaped(&view.graph.nodes[claim.object].iri),
                Escaped(&claim.predicate),
                Escaped(&view.graph.predicate_label(&claim.predicate))
            );
            number += 1;
            if let Some(date) = &claim.date {
                if let Some(first) = date.first_day() {
                    let _ = write!(out, " start=\"{first}\"");
                }
                if let Some(last) = date.last_day() {
                    let _ = write!(out, " end=\"{last}\"");
                }
            }
            out.push_str(">\n        <attvalues>\n");
            value(&mut out, "predicate", &Escaped(&claim.predicate));
            value(&mut out, "status", &style::status_name(claim.status));
            value(&mut out, "score", &claim.score);
            if let Some(date) = &claim.date {
                value(&mut out, "date", &Escaped(date.as_str()));
            }
            value(&mut out, "doc", &Escaped(&claim.doc));
            value(&mut out, "quote", &Escaped(&claim.quote));
            if let Some(detail) = &claim.detail {
                value(&mut out, "detail", &Escaped(detail));
            }
            value(&mut out, "symmetric", &link.symmetric);
            out.push_str("        </attvalues>\n");
            paint(&mut out, Group::of(&claim.predicate).colour());
            let shape = match claim.status {
                Status::Asserted => "solid",
                Status::Planned => "dashed",
                Status::Hedged => "dotted",
                Status::Negated => "double",
            };
            let _ = writeln!(out, "        <viz:shape value=\"{shape}\"/>\n      </edge>");
        }
    }
    out.push_str("    </edges>\n  </graph>\n</gexf>\n");
    out
}

fn value(out: &mut String, attribute: &str, value: &dyn Display) {
    let _ = writeln!(out, "          <attvalue for=\"{attribute}\" value=\"{value}\"/>");
}

fn paint(out: &mut String, Colour(red, green, blue): Colour) {
    let _ = writeln!(out, "        <viz:color r=\"{red}\" g=\"{green}\" b=\"{blue}\"/>");
}
