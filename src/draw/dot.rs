//! Graphviz. `dot -Tsvg`, or `neato -n` for the positions of the view.

use super::View;
use super::style::{self, Group, of_kind};
use super::xml::Number;
use std::fmt::{self, Write};

/// The view as a Graphviz digraph, one edge a claim.
pub(super) fn dot(view: &View<'_>) -> String {
    let mut out = String::new();
    let caption = view.caption.join(" · ");
    let _ = writeln!(out, "digraph {} {{", Quoted(&view.title));
    let _ = writeln!(
        out,
        "  graph [label={}, labelloc=\"t\", fontname=\"Noto Sans CJK TC, sans-serif\", overlap=\"false\", outputorder=\"edgesfirst\"];",
        Label(&format!("{}\n{caption}", view.title))
    );
    let _ = writeln!(
        out,
        "  node [fontname=\"Noto Sans CJK TC, sans-serif\", fontsize=\"11\", fontcolor=\"#1c2530\", style=\"filled\"];"
    );
    let _ = writeln!(
        out,
        "  edge [fontname=\"Noto Sans CJK TC, sans-serif\", fontsize=\"9\"];"
    );
    for node in &view.nodes {
        let entity = view.entity(node);
        let (colour, shape) = (view.colour(node), of_kind(entity.kind).1);
        let facts = super::cytoscape::facts_json(view, node);
        // A tenth of full strength, so that the label inside can be read on any of the colours.
        let _ = writeln!(
            out,
            "  {} [label={}, tooltip={}, shape=\"{}\", color=\"{colour}\", fillcolor=\"{colour}22\", penwidth=\"2\", \
             pos=\"{},{}\", iri={}, kind=\"{:?}\", names={}, facts={}, degree=\"{}\", pagerank=\"{}\", community=\"{}\"];",
            Quoted(&entity.iri),
            Label(&entity.label),
            Label(&entity.names.join("\n")),
            shape.in_dot(),
            Number(node.x),
            // Graphviz counts upwards.
            Number(-node.y),
            Quoted(&entity.iri),
            entity.kind,
            Quoted(&super::cytoscape::names_json(entity)),
            Quoted(&facts),
            node.degree,
            node.page_rank,
            node.community,
        );
    }
    for link in &view.links {
        for claim in view.claims(link) {
            let predicate = view.graph.predicate_label(&claim.predicate);
            let label = match &claim.detail {
                Some(detail) => format!("{predicate}\n{detail}"),
                None => predicate,
            };
            let colour = Group::of(&claim.predicate).colour();
            let _ = write!(
                out,
                "  {} -> {} [label={}, tooltip={}, color=\"{colour}\", fontcolor=\"{colour}\", style=\"{}\", \
                 predicate={}, status=\"{}\", score=\"{}\", doc={}, quote={}",
                Quoted(&view.graph.nodes[claim.subject].iri),
                Quoted(&view.graph.nodes[claim.object].iri),
                Label(&label),
                Label(&claim.quote),
                style::line_style(claim.status),
                Quoted(&claim.predicate),
                style::status_name(claim.status),
                claim.score,
                Quoted(&claim.doc),
                Quoted(&claim.quote),
            );
            if let Some(date) = &claim.date {
                let _ = write!(out, ", date={}", Quoted(date.as_str()));
            }
            if let Some(detail) = &claim.detail {
                let _ = write!(out, ", detail={}", Quoted(detail));
            }
            if link.symmetric {
                out.push_str(", dir=\"none\"");
            }
            out.push_str("];\n");
        }
    }
    out.push_str("}\n");
    out
}

/// A string that Graphviz keeps as it is: an identifier or an attribute that it doesn't draw. Its lexer undoes `\"` and
/// joins lines at a backslash, and otherwise keeps backslashes, so an odd one can't stand before a quotation mark, a
/// line end or the end: there a zero-width space parts them.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        let mut odd = false;
        for character in self.0.chars() {
            if odd && matches!(character, '"' | '\n' | '\r') {
                f.write_char('\u{200b}')?;
            }
            odd = character == '\\' && !odd;
            match character {
                '"' => f.write_str("\\\"")?,
                '\0'..='\u{8}' | '\u{b}'..='\u{c}' | '\u{e}'..='\u{1f}' => f.write_char('\u{fffd}')?,
                _ => f.write_char(character)?,
            }
        }
        if odd {
            f.write_char('\u{200b}')?;
        }
        f.write_char('"')
    }
}

/// A string that Graphviz draws: it reads backslash escapes, then character references.
struct Label<'a>(&'a str);

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '&' => f.write_str("&amp;")?,
                '\n' => f.write_str("\\n")?,
                '\r' => {}
                // Its SVG would not be XML.
                '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                _ => f.write_char(character)?,
            }
        }
        f.write_char('"')
    }
}
