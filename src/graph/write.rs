use super::{Base, GraphError, canonical_tag};
use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::{GraphName, GraphNameRef, Literal, LiteralRef, Quad, QuadRef, Term};
use std::io::Write;

/// Writes quads in a fixed order: graph by graph, the default graph last, each by subject, then types first, then
/// by property and object. Formats without graphs (Turtle, N-Triples, RDF/XML) get every triple once, whatever graphs
/// it stands in. Equal sets of quads give equal bytes.
///
/// # Errors
/// [`GraphError::Write`] where `out` fails.
pub fn write_quads<W: Write>(mut quads: Vec<Quad>, format: RdfFormat, base: &Base, out: W) -> Result<W, GraphError> {
    if !format.supports_datasets() {
        for quad in &mut quads {
            quad.graph_name = GraphName::DefaultGraph;
        }
    }
    quads.sort_by_cached_key(sort_key);
    quads.dedup();
    write_sorted(quads.iter().map(Ok::<_, std::io::Error>), format, base, out)
}

/// Writes quads as they come, which must be sorted and without repetition for the output to be canonical.
///
/// # Errors
/// [`GraphError::Write`] where `out` or the iterator fails.
pub fn write_sorted<'a, W: Write, E: Into<std::io::Error>>(
    quads: impl IntoIterator<Item = Result<&'a Quad, E>>,
    format: RdfFormat,
    base: &Base,
    out: W,
) -> Result<W, GraphError> {
    let mut serializer = RdfSerializer::from_format(format);
    for (prefix, iri) in base.prefixes() {
        // The base is a checked IRI and so is everything made from it.
        serializer = serializer
            .with_prefix(prefix, iri)
            .map_err(|error| std::io::Error::other(error.to_string()))?;
    }
    let mut serializer = serializer.for_writer(out);
    for quad in quads {
        let quad = quad.map_err(Into::into)?;
        let object = capitals(&quad.object);
        let mut quad: QuadRef<'_> = quad.into();
        if let Some(literal) = &object {
            quad.object = LiteralRef::from(literal).into();
        }
        serializer.serialize_quad(quad)?;
    }
    Ok(serializer.finish()?)
}

/// A language-tagged literal with the usual capitals in its tag; `None` where there is nothing to change.
fn capitals(object: &Term) -> Option<Literal> {
    let Term::Literal(literal) = object else {
        return None;
    };
    let tag = literal.language()?;
    let canonical = canonical_tag(tag);
    (canonical != tag).then(|| Literal::new_language_tagged_literal_unchecked(literal.value(), canonical))
}

/// See [`write_quads`].
fn sort_key(quad: &Quad) -> (bool, String, String, bool, String, String) {
    let (is_default, graph) = match quad.graph_name.as_ref() {
        GraphNameRef::DefaultGraph => (true, String::new()),
        named => (false, named.to_string()),
    };
    (
        is_default,
        graph,
        quad.subject.to_string(),
        quad.predicate.as_ref() != super::vocabulary::TYPE,
        quad.predicate.as_str().to_owned(),
        quad.object.to_string(),
    )
}
