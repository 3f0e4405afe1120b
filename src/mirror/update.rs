//! SPARQL Update as text, made of terms. Whatever a document says can only become the content of a literal.

use crate::graph::canonical_tag;
use oxigraph::model::{Literal, NamedNode, NamedOrBlankNode, Quad, Term};
use std::fmt::Write;

/// A triple in SPARQL's syntax, to be put between braces.
///
/// # Errors
/// What can't be written so that every store reads the same.
pub(super) fn triple(quad: &Quad) -> Result<String, String> {
    let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
        return Err("a blank node has no name elsewhere".to_owned());
    };
    let mut out = iri(subject)?;
    out.push(' ');
    out.push_str(&iri(&quad.predicate)?);
    out.push(' ');
    match &quad.object {
        Term::NamedNode(node) => out.push_str(&iri(node)?),
        Term::Literal(value) => literal(value, &mut out)?,
        _ => return Err("it is neither an IRI nor a literal".to_owned()),
    }
    out.push_str(" .\n");
    Ok(out)
}

/// `<…>`, where nothing in it can end it.
pub(super) fn iri(node: &NamedNode) -> Result<String, String> {
    let text = node.as_str();
    let ends = |c: char| c <= ' ' || "<>\"{}|^`\\".contains(c);
    if text.contains(ends) {
        return Err(format!("{text:?} is no IRI"));
    }
    Ok(format!("<{text}>"))
}

fn literal(literal: &Literal, out: &mut String) -> Result<(), String> {
    string(literal.value(), out);
    if let Some(tag) = literal.language() {
        if tag.is_empty() || !tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(format!("{tag:?} is no language tag"));
        }
        out.push('@');
        out.push_str(&canonical_tag(tag));
    } else if literal.datatype() != oxigraph::model::vocab::xsd::STRING {
        out.push_str("^^");
        out.push_str(&iri(&literal.datatype().into_owned())?);
    }
    Ok(())
}

/// `"…"`. SPARQL knows `\u0022` anywhere, and some stores replace it before they look for the ends of strings, wherever
/// they find it, `\\u0022` included. So no `u` of the text ever stands after a backslash: it is written as `\u0075` there,
/// which all read alike, and no other printable character is written that way.
pub(super) fn string(text: &str, out: &mut String) {
    out.push('"');
    let mut after_backslash = false;
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            // Writing to a string can't fail.
            c if c.is_ascii_control() || (after_backslash && matches!(c, 'u' | 'U')) => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
        after_backslash = c == '\\';
    }
    out.push('"');
}

/// A step of an update. Steps of one request are carried out in their order.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Forgets a graph.
    Drop(NamedNode),
    /// Forgets what a graph (`None`: the default graph) says of a subject.
    Forget(Option<NamedNode>, NamedNode),
    /// Says triples, each as [`triple`] writes it, in a graph (`None`: the default graph).
    Say(Option<NamedNode>, Vec<String>),
}

impl Step {
    /// Bytes of it in an update, about.
    pub(super) fn size(&self) -> usize {
        match self {
            Step::Drop(graph) => graph.as_str().len() + 24,
            Step::Forget(graph, subject) => {
                subject.as_str().len() + graph.as_ref().map_or(0, |graph| graph.as_str().len()) + 48
            }
            Step::Say(graph, triples) => {
                let triples: usize = triples.iter().map(String::len).sum();
                triples + graph.as_ref().map_or(0, |graph| graph.as_str().len()) + 32
            }
        }
    }
}

/// Steps as one request.
///
/// # Errors
/// As [`iri`].
pub(super) fn request(steps: &[Step]) -> Result<String, String> {
    let mut out = String::with_capacity(steps.iter().map(Step::size).sum());
    let mut saying = false;
    for (at, step) in steps.iter().enumerate() {
        let says = matches!(step, Step::Say(..));
        if saying && !says {
            out.push_str("}\n");
        }
        if at > 0 && !(saying && says) {
            out.push_str(";\n");
        }
        match step {
            Step::Drop(graph) => {
                out.push_str("DROP SILENT GRAPH ");
                out.push_str(&iri(graph)?);
                out.push('\n');
            }
            Step::Forget(graph, subject) => {
                let subject = iri(subject)?;
                let pattern = match graph {
                    None => format!("{subject} ?p ?o"),
                    Some(graph) => format!("GRAPH {} {{ {subject} ?p ?o }}", iri(graph)?),
                };
                out.push_str("DELETE WHERE { ");
                out.push_str(&pattern);
                out.push_str(" }\n");
            }
            Step::Say(graph, triples) => {
                if !saying {
                    out.push_str("INSERT DATA {\n");
                }
                if let Some(graph) = graph {
                    out.push_str("GRAPH ");
                    out.push_str(&iri(graph)?);
                    out.push_str(" {\n");
                }
                out.extend(triples.iter().map(String::as_str));
                if graph.is_some() {
                    out.push_str("}\n");
                }
            }
        }
        saying = says;
    }
    if saying {
        out.push_str("}\n");
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxigraph::model::{GraphName, NamedNodeRef};
    use proptest::prelude::*;
    use spargebra::{GraphUpdateOperation, SparqlParser};

    const NODE: NamedNodeRef<'static> = NamedNodeRef::new_unchecked("https://example.org/a");

    fn quad(literal: Literal) -> Quad {
        Quad::new(NODE, NODE, literal, GraphName::DefaultGraph)
    }

    /// The literals that a parser reads in an update that says one triple.
    fn read(update: &str) -> Vec<Literal> {
        let update = SparqlParser::new().parse_update(update).expect("an update");
        let mut literals = Vec::new();
        for operation in update.operations {
            let GraphUpdateOperation::InsertData { data } = operation else {
                panic!("{operation:?} instead of data");
            };
            literals.extend(data.into_iter().filter_map(|quad| match quad.object {
                Term::Literal(literal) => Some(literal),
                _ => None,
            }));
        }
        literals
    }

    /// As some stores do: `\uXXXX` is replaced wherever it is found, before anything is parsed.
    fn replaced(update: &str) -> String {
        let escape = regex::Regex::new(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})").expect("a pattern");
        escape
            .replace_all(update, |found: &regex::Captures<'_>| {
                let digits = found.get(1).or(found.get(2)).map_or("", |digits| digits.as_str());
                let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                c.map_or(String::new(), String::from)
            })
            .into_owned()
    }

    fn assert_read_alike(text: &str) {
        let literal = Literal::new_language_tagged_literal(text, "zh-Hant").expect("a tag");
        let step = Step::Say(
            Some(NODE.into_owned()),
            vec![triple(&quad(literal.clone())).expect("it can be written")],
        );
        let update = request(&[step]).expect("it can be written");
        assert_eq!(read(&update), std::slice::from_ref(&literal), "{update}");
        assert_eq!(read(&replaced(&update)), [literal], "{update}");
    }

    #[test]
    fn text_stays_text_whenever_escapes_are_replaced() {
        for text in [
            r"\u0022 } ; DROP ALL #",
            r"\\u0022 } ; DROP ALL #",
            r"\U00000022 } ; DROP ALL #",
            r#"" } } ; CLEAR ALL ; INSERT DATA { GRAPH <x> { "#,
            "'''\"\"\"\n\r\t\u{8}\u{c}\\",
            "\\\u{1}\\u\\\\u0041\\x",
            "股價升6%\u{202e}\u{feff}",
        ] {
            assert_read_alike(text);
        }
    }

    proptest! {
        #[test]
        fn any_text_stays_text(text in r#"([\\uU"'{}0-9a-f;#\n\u{1}]|\PC){0,40}"#) {
            assert_read_alike(&text);
        }
    }

    #[test]
    fn what_would_end_an_iri_is_not_written() {
        for text in [
            "https://example.org/a> <b",
            "https://example.org/\\u003E",
            "a\nb",
            "a b",
        ] {
            assert!(iri(&NamedNode::new_unchecked(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn steps_are_one_update_in_their_order() {
        let node = NODE.into_owned();
        let said = || vec![triple(&quad(Literal::from(1))).expect("it can be written")];
        let steps = [
            Step::Drop(node.clone()),
            Step::Say(Some(node.clone()), said()),
            Step::Say(None, said()),
            Step::Forget(None, node.clone()),
            Step::Forget(Some(node.clone()), node.clone()),
            Step::Say(None, said()),
        ];
        let update = request(&steps).expect("it can be written");
        let (a, one) = (
            "<https://example.org/a>",
            "\"1\"^^<http://www.w3.org/2001/XMLSchema#integer>",
        );
        let expected = format!(
            "DROP SILENT GRAPH {a}\n;\nINSERT DATA {{\nGRAPH {a} {{\n{a} {a} {one} .\n}}\n{a} {a} {one} .\n}}\n;\n\
             DELETE WHERE {{ {a} ?p ?o }}\n;\nDELETE WHERE {{ GRAPH {a} {{ {a} ?p ?o }} }}\n;\n\
             INSERT DATA {{\n{a} {a} {one} .\n}}\n"
        );
        assert_eq!(update, expected);
        let parsed = SparqlParser::new().parse_update(&update).expect("an update");
        assert_eq!(parsed.operations.len(), 5);
    }
}
