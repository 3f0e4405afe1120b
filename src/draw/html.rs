//! One offline page to look around in: the picture, and beside it names, facts and quotes of what is chosen.
//!
//! Rationale: why not one of the JavaScript graph libraries? They would have to be fetched to build the program or be
//! committed into it; the drawing is done here already, and what is left for a script is to move and to choose.
//!
//! *Invariant.* The page loads nothing and runs nothing but its own script: its content security policy allows this
//! script and this style sheet by their hashes, and nothing else. The script writes texts of the graph as text only.

use super::graph::Document;
use super::style::{self, Group, KINDS, STATUSES, of_kind};
use super::svg;
use super::view::{ColouredBy, View, grouped};
use super::xml::{Escaped, Number};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const SCRIPT: &str = include_str!("../../web/picture.js");
const STYLE: &str = concat!(
    include_str!("../../web/theme.css"),
    include_str!("../../web/picture.css")
);
const PAGE: &str = include_str!("../../web/picture.html");

/// The view as one HTML page without any outside part.
pub(super) fn html(view: &View<'_>) -> String {
    let mut scene = String::new();
    let _ = writeln!(
        scene,
        "<svg id=\"picture\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {w} {h}\" data-width=\"{w}\" \
         data-height=\"{h}\" role=\"group\" aria-label=\"{}\">\n<g id=\"scene\">",
        Escaped(&view.graph.language.say("page.picture", &[])),
        w = Number(view.width.max(1.0)),
        h = Number(view.height.max(1.0))
    );
    svg::scene(&mut scene, view, svg::For::Screen);
    scene.push_str("</g>\n</svg>");

    let style = format!("{STYLE}\n:root {{ --fonts: {}; }}\n", svg::fonts(view.graph.language));
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        base64(&Sha256::digest(SCRIPT)),
        base64(&Sha256::digest(&style))
    );
    let language = view.graph.language;
    let words: Vec<(String, String)> = language
        .keys("page.")
        .map(|key| (key.to_owned(), Escaped(&language.say(key, &[])).to_string()))
        .collect();
    let mut parts: Vec<(&str, &str)> = words
        .iter()
        .map(|(key, words)| (key.as_str(), words.as_str()))
        .collect();
    let (title, caption) = (
        Escaped(&view.title).to_string(),
        Escaped(&view.drawn_caption().join(" · ")).to_string(),
    );
    let (legend, data) = (legend(view), embedded(&data(view)));
    parts.extend([
        ("policy", &*policy),
        ("title", &title),
        ("caption", &caption),
        ("lang", language.tag()),
        ("style", &style),
        ("legend", &legend),
        ("scene", &scene),
        ("data", &data),
        ("script", SCRIPT),
    ]);
    fill(PAGE, &parts)
}

/// The page with each `{{name}}` replaced. What is put in is not looked at again, so no text of the graph can name
/// another place.
fn fill(page: &str, parts: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(page.len() + parts.iter().map(|part| part.1.len()).sum::<usize>());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        out.push_str(parts.iter().find(|part| part.0 == name).map_or("", |part| part.1));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What the script shows when something is chosen. What repeats stands once: documents are numbered, and types, predicates
/// and statuses have their labels in `labels`.
fn data(view: &View<'_>) -> Value {
    let graph = view.graph;
    let cited: BTreeSet<&str> = view
        .links
        .iter()
        .flat_map(|link| view.claims(link).map(|claim| claim.doc.as_str()))
        .chain(
            view.nodes
                .iter()
                .flat_map(|node| view.facts(node).map(|fact| fact.doc.as_str())),
        )
        .collect();
    let known: BTreeMap<&str, &Document> = graph.documents.iter().map(|d| (d.iri.as_str(), d)).collect();
    let documents: Vec<Value> = cited
        .iter()
        .map(|iri| {
            known
                .get(iri)
                .map_or_else(|| json!({ "iri": iri }), |document| sparse(json!(document)))
        })
        .collect();
    let number: BTreeMap<&str, usize> = cited.iter().enumerate().map(|(at, iri)| (*iri, at)).collect();

    let mut labels = BTreeMap::new();
    let nodes: Vec<Value> = view
        .nodes
        .iter()
        .map(|node| {
            let entity = view.entity(node);
            labels.insert(format!("{:?}", entity.kind), graph.kind_label(entity.kind));
            let facts: Vec<Value> = view
                .facts(node)
                .map(|fact| {
                    labels.insert(fact.predicate.clone(), graph.predicate_label(&fact.predicate));
                    labels.insert(
                        style::status_name(fact.status).to_owned(),
                        graph.status_label(fact.status),
                    );
                    sparse(json!({
                        "predicate": fact.predicate,
                        "value": fact.value,
                        "date": fact.date,
                        "doc": number[fact.doc.as_str()],
                        "quote": fact.quote,
                        "status": fact.status,
                        "score": fact.score,
                    }))
                })
                .collect();
            json!({
                "iri": entity.iri,
                "label": entity.label,
                "kind": entity.kind,
                "names": entity.names,
                "facts": facts,
                "x": Number(node.x).rounded(),
                "y": Number(node.y).rounded(),
                "r": Number(node.radius).rounded(),
            })
        })
        .collect();
    let links: Vec<Value> = view
        .links
        .iter()
        .map(|link| {
            labels.insert(link.predicate.clone(), graph.predicate_label(&link.predicate));
            labels.insert(
                style::status_name(link.status).to_owned(),
                graph.status_label(link.status),
            );
            let claims: Vec<Value> = view
                .claims(link)
                .map(|claim| {
                    sparse(json!({
                        "date": claim.date,
                        "doc": number[claim.doc.as_str()],
                        "quote": claim.quote,
                        "score": claim.score,
                        "detail": claim.detail,
                    }))
                })
                .collect();
            json!({
                "subject": link.subject,
                "object": link.object,
                "predicate": link.predicate,
                "status": link.status,
                "symmetric": link.symmetric,
                "claims": claims,
            })
        })
        .collect();
    let language = graph.language;
    let words: serde_json::Map<String, Value> = language
        .keys("page.")
        // The script fills in the places.
        .map(|key| (key["page.".len()..].to_owned(), json!(language.words(key))))
        .collect();
    json!({ "nodes": nodes, "links": links, "documents": documents, "labels": labels, "words": words })
}

/// An object without the fields that say nothing.
fn sparse(mut object: Value) -> Value {
    if let Value::Object(fields) = &mut object {
        fields.retain(|_, value| !value.is_null());
    }
    object
}

/// JSON that can stand in a `script` element: no character in it can end the element or begin a comment, and none is
/// a line end to a script but not to JSON.
fn embedded(data: &Value) -> String {
    let json = data.to_string();
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            _ => out.push(character),
        }
    }
    out
}

/// The filter panel: one box a type, predicate and status that occurs, with its colour and how many there are.
fn legend(view: &View<'_>) -> String {
    let mut out = String::new();
    let kinds = style::tally(view.nodes.iter().map(|node| view.entity(node).kind));
    let statuses = style::tally(view.links.iter().map(|link| link.status));
    let predicates = style::tally(
        view.links
            .iter()
            .map(|link| (Group::of(&link.predicate), link.predicate.as_str())),
    );
    let section = |out: &mut String, key: &str, rows: Vec<(&str, String, String, String, usize)>| {
        if rows.is_empty() {
            return;
        }
        let title = view.graph.language.say(key, &[]);
        let _ = writeln!(out, "<fieldset>\n<legend>{}</legend>", Escaped(&title));
        for (what, value, label, symbol, count) in rows {
            let _ = writeln!(
                out,
                "<label><input type=\"checkbox\" checked data-filter=\"{what}\" value=\"{}\">\
                 <svg class=\"symbol\" viewBox=\"-12 -8 24 16\" aria-hidden=\"true\">{symbol}</svg>\
                 <span>{}</span><span class=\"count\">{}</span></label>",
                Escaped(&value),
                Escaped(&label),
                grouped(count)
            );
        }
        out.push_str("</fieldset>\n");
    };
    section(
        &mut out,
        "page.types",
        KINDS
            .into_iter()
            .filter_map(|kind| {
                let count = *kinds.get(&kind)?;
                let colour = (view.coloured_by == ColouredBy::Type).then(|| of_kind(kind).0);
                let symbol = svg::symbol(kind, colour);
                Some(("kind", format!("{kind:?}"), view.graph.kind_label(kind), symbol, count))
            })
            .collect(),
    );
    if view.coloured_by == ColouredBy::Community {
        let title = view.graph.language.say("page.communities", &[]);
        let _ = writeln!(out, "<fieldset>\n<legend>{}</legend>", Escaped(&title));
        for (colour, name, count) in svg::named_communities(view) {
            let _ = writeln!(
                out,
                "<p class=\"community\"><svg class=\"symbol\" viewBox=\"-12 -8 24 16\" aria-hidden=\"true\">\
                 <circle r=\"6\" fill=\"{colour}\"/></svg><span>{}</span><span class=\"count\">{}</span></p>",
                Escaped(&name),
                grouped(count)
            );
        }
        out.push_str("</fieldset>\n");
    }
    section(
        &mut out,
        "page.relations",
        predicates
            .into_iter()
            .map(|((group, predicate), count)| {
                let line = format!(
                    "<path d=\"M-11 0h22\" stroke=\"{}\" stroke-width=\"2.5\"/>",
                    group.colour()
                );
                (
                    "predicate",
                    predicate.to_owned(),
                    view.graph.predicate_label(predicate),
                    line,
                    count,
                )
            })
            .collect(),
    );
    section(
        &mut out,
        "page.status",
        STATUSES
            .into_iter()
            .filter_map(|status| {
                let count = *statuses.get(&status)?;
                let name = style::status_name(status).to_owned();
                let dashes = style::dashes(status).map_or(String::new(), |d| format!(" stroke-dasharray=\"{d}\""));
                let line = format!("<path class=\"sample\" d=\"M-11 0h22\" stroke-width=\"2\"{dashes}/>");
                Some(("status", name, view.graph.status_label(status), line, count))
            })
            .collect(),
    );
    out
}

/// Base64 with padding (RFC 4648), as content security policies write hashes.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .enumerate()
            .fold(0u32, |word, (n, &byte)| word | u32::from(byte) << (16 - 8 * n));
        for digit in 0..4 {
            if digit <= chunk.len() {
                out.push(char::from(DIGITS[(word >> (18 - 6 * digit)) as usize & 63]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_base64_as_the_rfc_does() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn fills_a_page_once() {
        let parts = [("a", "{{b}}"), ("b", "x")];
        assert_eq!(fill("<{{a}}|{{b}}|{{c}}>", &parts), "<{{b}}|x|>");
    }

    #[test]
    fn nothing_can_end_the_script_element() {
        let text = "</script><!--&\u{2028}\u{2029}";
        let json = embedded(&json!(text));
        assert!(!json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{json}");
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), json!(text));
    }
}
