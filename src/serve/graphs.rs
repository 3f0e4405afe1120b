//! `/store`: the SPARQL 1.1 Graph Store HTTP Protocol.

use super::accept::{GRAPHS, choose};
use super::refuse::Refused;
use super::sparql::{bytes, decode, media_type, one};
use super::stream::{Count, Place};
use super::update::{change, refuse_own};
use super::{State, gate};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use oxigraph::io::{RdfFormat, RdfParser, RdfSerializer};
use oxigraph::model::{GraphName, NamedNode, Quad};

pub(super) async fn store(
    axum::extract::State(state): axum::extract::State<State>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, body) = request.into_parts();
    let mut parameters = decode(parts.uri.query().unwrap_or(""))?;
    let default = one(&mut parameters, "default")?;
    let graph = match (default, one(&mut parameters, "graph")?) {
        (Some(_), None) => GraphName::DefaultGraph,
        (None, Some(iri)) => NamedNode::new(&iri)
            .map_err(|error| Refused::bad(format!("`{iri}` is no IRI: {error}")))?
            .into(),
        _ => return Err(Refused::bad("name one graph: `?default` or `?graph=IRI`")),
    };
    match parts.method {
        Method::GET | Method::HEAD => {
            let (media, format) = choose(&parts.headers, GRAPHS)?;
            read(&state, graph, media, format).await
        }
        Method::PUT | Method::POST | Method::DELETE => {
            gate::may_write(&parts.headers, &state.options)?;
            refuse_own(state.store.base(), graph.as_ref())?;
            let quads = if parts.method == Method::DELETE {
                Vec::new()
            } else {
                let media = media_type(&parts.headers);
                parse(&bytes(&state, body).await?, &media, &graph)?
            };
            write(state, parts.method, graph, quads).await
        }
        _ => Err(Refused::method("GET, HEAD, PUT, POST, DELETE")),
    }
}

async fn read(state: &State, graph: GraphName, media: &'static str, format: RdfFormat) -> Result<Response, Refused> {
    let place = Place::take(state).await?;
    place
        .stream(move |shared, cancel, out| {
            out.begin(media);
            if !exists(shared, &graph)? {
                return Err(Refused::missing("there is no such graph"));
            }
            let mut serializer = RdfSerializer::from_format(format);
            for (prefix, iri) in shared.store.base().prefixes() {
                serializer = serializer.with_prefix(prefix, iri).map_err(Refused::internal)?;
            }
            let mut writer = serializer.for_writer(out);
            let mut count = Count::to(usize::MAX);
            for quad in shared
                .store
                .quads()
                .quads_for_pattern(None, None, None, Some(graph.as_ref()))
            {
                if cancel.is_cancelled() {
                    break;
                }
                count.one()?;
                let quad = quad.map_err(Refused::internal)?;
                writer.serialize_triple(quad.as_ref()).map_err(Refused::internal)?;
            }
            writer.finish().map_err(Refused::internal)?;
            Ok(())
        })
        .await
}

fn exists(shared: &super::Shared, graph: &GraphName) -> Result<bool, Refused> {
    match graph {
        GraphName::NamedNode(node) => shared
            .store
            .quads()
            .contains_named_graph(node)
            .map_err(Refused::internal),
        _ => Ok(true),
    }
}

fn parse(bytes: &[u8], media: &str, graph: &GraphName) -> Result<Vec<Quad>, Refused> {
    let Some(format) = RdfFormat::from_media_type(media)
        .filter(|format| !format.supports_datasets() || media == "application/ld+json")
    else {
        return Err(Refused::media(
            "a graph comes as text/turtle, application/n-triples, application/rdf+xml or application/ld+json",
        ));
    };
    RdfParser::from_format(format)
        .without_named_graphs()
        .with_default_graph(graph.clone())
        // Blank nodes of one request are not those of another.
        .rename_blank_nodes()
        .for_slice(bytes)
        .collect::<Result<_, _>>()
        .map_err(|error| Refused::bad(error.to_string()))
}

async fn write(state: State, method: Method, graph: GraphName, quads: Vec<Quad>) -> Result<Response, Refused> {
    let GraphName::NamedNode(name) = graph else {
        return Err(Refused::bad("a graph has an IRI"));
    };
    let known = change(state, move |shared, transaction| {
        let known = shared
            .store
            .quads()
            .contains_named_graph(&name)
            .map_err(Refused::internal)?;
        if method == Method::DELETE {
            if !known {
                return Err(Refused::missing("there is no such graph"));
            }
            transaction.remove_named_graph(&name).map_err(Refused::internal)?;
            return Ok(true);
        }
        if method == Method::PUT {
            transaction.clear_graph(&name).map_err(Refused::internal)?;
        }
        transaction.insert_named_graph(&name);
        for quad in &quads {
            transaction.insert(quad);
        }
        Ok(known)
    })
    .await?;
    let status = if known {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::CREATED
    };
    Ok((status, [(header::VARY, "Accept")]).into_response())
}
