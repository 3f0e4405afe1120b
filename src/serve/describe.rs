//! What this endpoint is and can do (SPARQL 1.1 Service Description).

use super::State;
use super::accept::{GRAPHS, choose};
use super::refuse::Refused;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use oxigraph::io::{RdfFormat, RdfParser, RdfSerializer};

/// What holds for every server.
const DESCRIPTION: &str = include_str!("service.ttl");

pub(super) fn describe(state: &State, headers: &HeaderMap) -> Result<Response, Refused> {
    let (media, format) = choose(headers, GRAPHS)?;
    let mut serializer = RdfSerializer::from_format(format)
        .with_prefix("sd", "http://www.w3.org/ns/sparql-service-description#")
        .map_err(Refused::internal)?;
    for (prefix, iri) in state.store.base().prefixes() {
        serializer = serializer.with_prefix(prefix, iri).map_err(Refused::internal)?;
    }
    let mut writer = serializer.for_writer(Vec::new());
    let mut text = DESCRIPTION.replace("{base}", state.store.base().as_str());
    if state.options.token.is_none() {
        text = text.replace(", sd:SPARQL11Update", "");
    }
    for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(&text) {
        writer
            .serialize_quad(&quad.map_err(Refused::internal)?)
            .map_err(Refused::internal)?;
    }
    let body = writer.finish().map_err(Refused::internal)?;
    Ok(([(header::CONTENT_TYPE, media), (header::VARY, "Accept")], body).into_response())
}
