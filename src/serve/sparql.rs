//! `/query`: the SPARQL 1.1 Protocol.

use super::accept::{GRAPHS, RESULTS, choose};
use super::refuse::Refused;
use super::stream::{Count, Pieces, Place};
use super::{Shared, State, describe};
use crate::query::{Cancel, Kind, Query, QueryError};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use oxigraph::io::{RdfFormat, RdfSerializer};
use oxigraph::model::NamedNode;
use oxigraph::sparql::QueryResults;
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use std::collections::HashSet;

/// Parameters by name, in order.
pub(super) type Parameters = Vec<(String, String)>;

pub(super) async fn query(
    axum::extract::State(state): axum::extract::State<State>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, body) = request.into_parts();
    let mut parameters = decode(parts.uri.query().unwrap_or(""))?;
    let text = match parts.method {
        Method::GET | Method::HEAD => match one(&mut parameters, "query")? {
            Some(text) => text,
            None => return describe::describe(&state, &parts.headers),
        },
        Method::POST => operation(&state, &parts.headers, body, &mut parameters, "query").await?,
        _ => return Err(Refused::method("GET, POST")),
    };
    let default = graphs(&parameters, "default-graph-uri")?;
    let named = graphs(&parameters, "named-graph-uri")?;
    // The explorer shows the beginning of a long answer, and says so.
    let beginning = match one(&mut parameters, "beginning")? {
        Some(rows) => Some(
            rows.parse()
                .map_err(|_| Refused::bad("`beginning` is a number of rows"))?,
        ),
        None => None,
    };
    let place = Place::take(&state).await?;
    let headers = parts.headers;
    // Reading a long query takes time, and a deep one room: both are there on the thread that evaluates it.
    place
        .stream(move |shared, cancel, out| {
            let mut query = Query::parse(&shared.store, &text)?;
            query.ask_graphs(default, named);
            let cut = query.search(&shared.store)?;
            match query.kind() {
                Kind::Table | Kind::Truth => {
                    let (media, format) = choose(&headers, RESULTS)?;
                    out.begin_cut(media, &cut);
                    Ok(query.answer(&shared.store, &shared.limits(cancel), |results| {
                        solutions(shared, results, format, beginning, out)
                    })?)
                }
                Kind::Graph => {
                    let (media, format) = choose(&headers, GRAPHS)?;
                    out.begin_cut(media, &cut);
                    triples(shared, &query, cancel, format, beginning, out)
                }
            }
        })
        .await
}

fn solutions(
    shared: &Shared,
    results: QueryResults<'_>,
    format: QueryResultsFormat,
    beginning: Option<usize>,
    out: &mut Pieces,
) -> Result<(), QueryError> {
    let serializer = QueryResultsSerializer::from_format(format);
    match results {
        QueryResults::Boolean(truth) => {
            serializer.serialize_boolean_to_writer(out, truth)?;
        }
        QueryResults::Solutions(solutions) => {
            let mut writer = serializer.serialize_solutions_to_writer(out, solutions.variables().to_vec())?;
            let mut count = Count::to(shared.options.rows);
            for solution in solutions.take(beginning.unwrap_or(usize::MAX)) {
                count.one()?;
                writer.serialize(&solution?)?;
            }
            writer.finish()?;
        }
        // A query's kind is known before it is evaluated.
        QueryResults::Graph(_) => {}
    }
    Ok(())
}

fn triples(
    shared: &Shared,
    query: &Query,
    cancel: Cancel,
    format: RdfFormat,
    beginning: Option<usize>,
    out: &mut Pieces,
) -> Result<(), Refused> {
    let mut serializer = RdfSerializer::from_format(format);
    for (prefix, iri) in shared.store.base().prefixes() {
        serializer = serializer.with_prefix(prefix, iri).map_err(Refused::internal)?;
    }
    query.answer(&shared.store, &shared.limits(cancel), |results| {
        let mut writer = serializer.for_writer(out);
        if let QueryResults::Graph(found) = results {
            let mut count = Count::to(shared.options.rows);
            // A graph has every triple once.
            let mut seen = HashSet::new();
            for triple in found.take(beginning.unwrap_or(usize::MAX)) {
                let triple = triple?;
                if seen.contains(&triple) {
                    continue;
                }
                count.one()?;
                writer.serialize_triple(&triple)?;
                seen.insert(triple);
            }
        }
        writer.finish()?;
        Ok(())
    })?;
    Ok(())
}

/// The text of a query or update that was posted. What stands beside it in a form joins the parameters.
///
/// # Errors
/// 400 where there is none or several, 413, 415.
pub(super) async fn operation(
    state: &State,
    headers: &HeaderMap,
    body: Body,
    parameters: &mut Parameters,
    name: &'static str,
) -> Result<String, Refused> {
    let media = media_type(headers);
    let direct = format!("application/sparql-{name}");
    let is_form = media == "application/x-www-form-urlencoded";
    if !is_form && media != direct {
        return Err(Refused::media(format!(
            "a posted {name} comes as {direct} or application/x-www-form-urlencoded"
        )));
    }
    let bytes = bytes(state, body).await?;
    let text = String::from_utf8(bytes).map_err(|_| Refused::bad(format!("the {name} isn't UTF-8")))?;
    if !is_form {
        if parameters.iter().any(|(known, _)| known == name) {
            return Err(Refused::bad(format!(
                "there is a {name} in the address and one in the body"
            )));
        }
        return Ok(text);
    }
    parameters.extend(decode(&text)?);
    one(parameters, name)?.ok_or_else(|| Refused::bad(format!("the form has no field `{name}`")))
}

/// The media type of a request's body, without its parameters.
pub(super) fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.split(';').next())
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase()
}

/// A request's body.
///
/// # Errors
/// 413
pub(super) async fn bytes(state: &State, body: Body) -> Result<Vec<u8>, Refused> {
    let most = state.options.body;
    match to_bytes(body, most).await {
        Ok(bytes) => Ok(bytes.to_vec()),
        Err(_) => Err(Refused::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "body",
            format!("a body may have {most} bytes; --max-body raises that"),
        )),
    }
}

/// Decodes `a=1&b=2`.
pub(super) fn decode(text: &str) -> Result<Parameters, Refused> {
    // Bytes that are no UTF-8 would be replaced in silence.
    if percent_decoded(text).is_none() {
        return Err(Refused::bad("the parameters aren't UTF-8"));
    }
    Ok(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = (first == b'%')
            .then(|| u8::from_str_radix(std::str::from_utf8(tail.get(..2)?).ok()?, 16).ok())
            .flatten();
        bytes.push(escaped.unwrap_or(first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).ok()
}

/// Takes the value of a parameter that may be there once.
///
/// # Errors
/// 400 where it is there more often.
pub(super) fn one(parameters: &mut Parameters, name: &str) -> Result<Option<String>, Refused> {
    let mut values: Vec<String> = Vec::new();
    parameters.retain_mut(|(known, value)| {
        let is_it = known == name;
        if is_it {
            values.push(std::mem::take(value));
        }
        !is_it
    });
    if values.len() > 1 {
        return Err(Refused::bad(format!("there is more than one `{name}`")));
    }
    Ok(values.pop())
}

/// The graphs that a parameter names.
pub(super) fn graphs(parameters: &Parameters, name: &str) -> Result<Vec<NamedNode>, Refused> {
    parameters
        .iter()
        .filter(|(known, _)| known == name)
        .map(|(_, iri)| NamedNode::new(iri).map_err(|error| Refused::bad(format!("`{iri}` is no IRI: {error}"))))
        .collect()
}
