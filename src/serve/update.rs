//! `/update`, and what any writing must keep to.
//!
//! The default graph is what the documents' graphs imply, and those are what the documents say. Nobody but Jingwei itself
//! writes them: updates reach graphs outside the base only. A user's own notes and tables stand beside the evidence and are
//! asked together with it.

use super::refuse::Refused;
use super::sparql::{decode, graphs, operation};
use super::{Shared, State, gate};
use crate::graph::Base;
use crate::query::{SyntaxError, questions, search_in};
use crate::store::Store;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use oxigraph::model::{GraphName, GraphNameRef, NamedNode};
use oxigraph::sparql::{CancellationToken, SparqlEvaluator, UpdateEvaluationError};
use oxigraph::store::Transaction;
use spargebra::algebra::{GraphTarget, QueryDataset};
use spargebra::term::{GraphNamePattern, GroundQuadPattern, QuadPattern};
use spargebra::{GraphUpdateOperation, SparqlParser, Update};
use std::time::Duration;

pub(super) async fn update(
    axum::extract::State(state): axum::extract::State<State>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, body) = request.into_parts();
    if parts.method != Method::POST {
        return Err(Refused::method("POST"));
    }
    gate::may_write(&parts.headers, &state.options)?;
    let mut parameters = decode(parts.uri.query().unwrap_or(""))?;
    let text = operation(&state, &parts.headers, body, &mut parameters, "update").await?;
    let mut update = parse(&state, &text)?;
    let default = graphs(&parameters, "using-graph-uri")?;
    use_graphs(&mut update, default, graphs(&parameters, "using-named-graph-uri")?)?;
    for operation in &update.operations {
        check(state.store.base(), operation)?;
    }
    change(state, move |shared, transaction| {
        for operation in &mut update.operations {
            if let GraphUpdateOperation::DeleteInsert { pattern, .. } = operation {
                let asked = questions(pattern).map_err(Refused::bad)?;
                for cut in search_in(pattern, asked, &shared.store)? {
                    tracing::warn!("{cut}");
                }
            }
        }
        let token = CancellationToken::new();
        let (done, waiting) = std::sync::mpsc::channel::<()>();
        let (timeout, cancels) = (shared.options.timeout, token.clone());
        // An update is its token's owner's own doing; it is stopped when it next reads a quad.
        let clock = std::thread::spawn(move || {
            if waiting.recv_timeout(timeout) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                cancels.cancel();
            }
        });
        let result = SparqlEvaluator::new()
            .with_cancellation_token(token)
            .for_update(update)
            .on_transaction(transaction)
            .execute();
        drop(done);
        // The clock has nothing to say but that the time is up.
        let _ = clock.join();
        result.map_err(|error| match error {
            UpdateEvaluationError::Storage(error) => Refused::internal(error),
            error => Refused::bad(format!("the update could not be carried out: {error}")),
        })
    })
    .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn parse(state: &State, text: &str) -> Result<Update, Refused> {
    let prefixes = state.store.base().prefixes();
    SyntaxError::refuse_depth(text, crate::query::DEPTH)?;
    let mut parser = SparqlParser::new();
    for (prefix, iri) in &prefixes {
        parser = parser.with_prefix(prefix, iri).map_err(Refused::internal)?;
    }
    parser
        .parse_update(text)
        .map_err(|error| SyntaxError::of_update(text, &error.to_string(), &prefixes).into())
}

/// Puts the protocol's graphs in place of `USING`.
fn use_graphs(update: &mut Update, default: Vec<NamedNode>, named: Vec<NamedNode>) -> Result<(), Refused> {
    if default.is_empty() && named.is_empty() {
        return Ok(());
    }
    for operation in &mut update.operations {
        if let GraphUpdateOperation::DeleteInsert { using, .. } = operation {
            if using.is_some() {
                return Err(Refused::bad(
                    "the update has USING or WITH, and the request using-graph-uri; only one of them may say which graphs are read",
                ));
            }
            *using = Some(QueryDataset {
                default: default.clone(),
                named: Some(named.clone()),
            });
        }
    }
    Ok(())
}

/// Refuses whatever would write one of Jingwei's own graphs.
fn check(base: &Base, operation: &GraphUpdateOperation) -> Result<(), Refused> {
    match operation {
        GraphUpdateOperation::InsertData { data } => data
            .iter()
            .try_for_each(|quad| refuse_own(base, name(&quad.graph_name).as_ref())),
        GraphUpdateOperation::DeleteData { data } => data
            .iter()
            .try_for_each(|quad| refuse_own(base, name(&quad.graph_name).as_ref())),
        GraphUpdateOperation::DeleteInsert { delete, insert, .. } => {
            let deleted = delete.iter().map(|GroundQuadPattern { graph_name, .. }| graph_name);
            let inserted = insert.iter().map(|QuadPattern { graph_name, .. }| graph_name);
            deleted.chain(inserted).try_for_each(|graph| match graph {
                GraphNamePattern::NamedNode(node) => refuse_own(base, node.as_ref().into()),
                GraphNamePattern::DefaultGraph => refuse_own(base, GraphNameRef::DefaultGraph),
                GraphNamePattern::Variable(_) => Err(Refused::forbidden(
                    "what is written must name its graph: a variable could reach Jingwei's own",
                )),
            })
        }
        GraphUpdateOperation::Load { .. } => Err(Refused::forbidden(
            "LOAD is off: nothing is fetched from elsewhere; send the graph itself with PUT /store?graph=IRI",
        )),
        GraphUpdateOperation::Create { graph, .. } => refuse_own(base, graph.as_ref().into()),
        GraphUpdateOperation::Clear { graph, .. } | GraphUpdateOperation::Drop { graph, .. } => match graph {
            GraphTarget::NamedNode(node) => refuse_own(base, node.as_ref().into()),
            GraphTarget::DefaultGraph | GraphTarget::NamedGraphs | GraphTarget::AllGraphs => {
                refuse_own(base, GraphNameRef::DefaultGraph)
            }
        },
    }
}

fn name(graph: &spargebra::term::GraphName) -> GraphName {
    match graph {
        spargebra::term::GraphName::NamedNode(node) => node.clone().into(),
        spargebra::term::GraphName::DefaultGraph => GraphName::DefaultGraph,
    }
}

/// Refuses to write the default graph and every graph under the base.
///
/// # Errors
/// 403
pub(super) fn refuse_own(base: &Base, graph: GraphNameRef<'_>) -> Result<(), Refused> {
    let is_free = match graph {
        GraphNameRef::NamedNode(node) => !node.as_str().starts_with(base.as_str()),
        _ => false,
    };
    if is_free {
        return Ok(());
    }
    Err(Refused::forbidden(format!(
        "the default graph and all graphs under {} follow from the documents and change with them only (`jingwei ingest`, \
         `remove`); write to a graph of your own, `GRAPH <https://example.org/notes> {{ … }}`",
        base.as_str()
    )))
}

/// Notes that the text index still stands for the store: graphs of a user's own have nothing that it finds.
fn keep_index(store: &Store) {
    #[cfg(feature = "search")]
    if let Err(error) = crate::search::keep(store) {
        // It is compared with the store when that is opened next.
        tracing::warn!("{error}");
    }
    #[cfg(not(feature = "search"))]
    let _ = store;
}

/// Changes the store in one transaction, while no query reads it.
///
/// # Errors
/// What `make` gives; then nothing is changed. 503 where queries don't end in time.
pub(super) async fn change<R: Send + 'static>(
    state: State,
    make: impl FnOnce(&Shared, &mut Transaction<'_>) -> Result<R, Refused> + Send + 'static,
) -> Result<R, Refused> {
    // Queries end within their time, and this waits no longer than they may take.
    let longest = state.options.timeout + Duration::from_secs(2);
    let Ok(alone) = tokio::time::timeout(longest, state.writing.clone().write_owned()).await else {
        return Err(Refused::busy());
    };
    tokio::task::spawn_blocking(move || {
        let _alone = alone;
        let made = state.store.write_beside(|transaction| make(&state, transaction))?;
        keep_index(&state.store);
        Ok(made)
    })
    .await
    .unwrap_or_else(|error| Err(Refused::internal(error)))
}
