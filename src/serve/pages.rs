//! The explorer's files, and entities, documents and claims under their own addresses: a page for people, RDF for programs.

use super::State;
use super::accept::{GRAPHS, Offer, choose};
use super::refuse::Refused;
use super::stream::Place;
use crate::graph::write_quads;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use oxigraph::io::RdfFormat;
use oxigraph::model::{GraphName, GraphNameRef, NamedNode, Quad};

/// Path below `web/`, media type, content.
type File = (&'static str, &'static str, &'static [u8]);

macro_rules! files {
    ($($path:literal $media:literal)*) => {
        &[$(($path, $media, include_bytes!(concat!("../../web/", $path)).as_slice()),)*]
    };
}

const PAGE: &[u8] = include_bytes!("../../web/explorer.html");

/// What the page loads, all of it from here.
const FILES: &[File] = files! {
    "theme.css" "text/css; charset=utf-8"
    "explorer.css" "text/css; charset=utf-8"
    "explorer.js" "text/javascript; charset=utf-8"
    "explorer-graph.js" "text/javascript; charset=utf-8"
    "explorer-query.js" "text/javascript; charset=utf-8"
    "explorer-words.json" "application/json"
    "vendor/cytoscape.esm.min.mjs" "text/javascript; charset=utf-8"
};

/// Facts of one entity that are sent as RDF.
const FACTS: usize = 10_000;

pub(super) async fn explorer() -> Response {
    page()
}

fn page() -> Response {
    (
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-cache"),
            (header::VARY, "Accept"),
        ],
        PAGE,
    )
        .into_response()
}

pub(super) async fn asset(axum::extract::Path(path): axum::extract::Path<String>) -> Result<Response, Refused> {
    let file = FILES.iter().find(|(known, ..)| *known == path);
    let (_, media, content) = file.ok_or_else(|| Refused::missing("there is no such file"))?;
    Ok((
        [(header::CONTENT_TYPE, *media), (header::CACHE_CONTROL, "no-cache")],
        *content,
    )
        .into_response())
}

pub(super) async fn nowhere() -> Refused {
    Refused::missing("there is nothing at this address; /query answers SPARQL, / is the explorer")
}

#[derive(Clone, Copy)]
enum Wanted {
    Page,
    Graph(RdfFormat),
}

/// `/entity/…`, `/doc/…`, `/claim/…`. A person's browser gets the page, which reads the address.
pub(super) async fn resource(
    axum::extract::State(state): axum::extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let mut offers: Vec<Offer<Wanted>> = GRAPHS
        .iter()
        .map(|(types, format)| (*types, Wanted::Graph(*format)))
        .collect();
    offers.push((&["text/html", "application/xhtml+xml"], Wanted::Page));
    let (media, wanted) = choose(&headers, &offers)?;
    let path = uri.path().trim_start_matches('/');
    // The ids of documents and claims are encoded in their IRIs; the names in those of entities are not.
    let path = if path.starts_with("entity/") {
        with_letters(path)
    } else {
        path.to_owned()
    };
    let node = NamedNode::new(format!("{}{path}", state.store.base().as_str()))
        .map_err(|_| Refused::missing("there is nothing at this address"))?;
    let place = Place::take(&state).await?;
    place
        .work(move |shared| {
            let base = shared.store.base();
            let default = GraphNameRef::DefaultGraph;
            let quads = shared.store.quads();
            let is_document = base.document_id(node.as_str()).is_some();
            let found: Vec<Quad> = if is_document {
                // Its graph is all that it said.
                let graph = GraphNameRef::NamedNode(node.as_ref());
                quads
                    .quads_for_pattern(None, None, None, Some(graph))
                    .collect::<Result<_, _>>()
            } else if base.claim_id(node.as_str()).is_some() {
                quads
                    .quads_for_pattern(Some((&node).into()), None, None, None)
                    .collect::<Result<_, _>>()
            } else {
                let about = quads.quads_for_pattern(Some((&node).into()), None, None, Some(default));
                let of = quads.quads_for_pattern(None, None, Some((&node).into()), Some(default));
                about.chain(of).take(FACTS).collect::<Result<_, _>>()
            }
            .map_err(Refused::internal)?;
            if found.is_empty() {
                return match wanted {
                    // The page says so in the reader's language.
                    Wanted::Page => Ok((StatusCode::NOT_FOUND, page()).into_response()),
                    Wanted::Graph(..) => Err(Refused::missing(format!("nothing is known of {node}"))),
                };
            }
            let Wanted::Graph(format) = wanted else {
                return Ok(page());
            };
            let flat = found
                .into_iter()
                .map(|quad| {
                    if format.supports_datasets() {
                        quad
                    } else {
                        without_graph(quad)
                    }
                })
                .collect();
            let body = write_quads(flat, format, base, Vec::new()).map_err(Refused::internal)?;
            Ok(([(header::CONTENT_TYPE, media), (header::VARY, "Accept")], body).into_response())
        })
        .await
}

/// A path with the letters beyond ASCII as they are in IRIs; what is encoded otherwise stays so.
fn with_letters(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = (first == b'%')
            .then(|| u8::from_str_radix(std::str::from_utf8(tail.get(..2)?).ok()?, 16).ok())
            .flatten()
            .filter(|byte| !byte.is_ascii());
        bytes.push(escaped.unwrap_or(first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

fn without_graph(mut quad: Quad) -> Quad {
    quad.graph_name = GraphName::DefaultGraph;
    quad
}
