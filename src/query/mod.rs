//! How is it asked? SPARQL and its result formats.
//!
//! [`run`] evaluates a query over a [`Store`] within limits of time and rows and gives an [`Answer`], which
//! [`Answer::write`] puts into any of the [`Format`]s. The prefixes of all vocabularies and of the data (`jw:`,
//! `schema:`, `skos:` … `doc:`, `entity:`) need not be declared. Knows nothing of HTTP.

mod answer;
mod format;
mod path;
mod syntax;
mod table;

pub use answer::Answer;
pub use format::{Format, UnknownFormat};
pub use path::{PathError, Step, paths};
pub use syntax::SyntaxError;

use crate::store::Store;
use oxigraph::sparql::{CancellationToken, QueryEvaluationError, SparqlEvaluator};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// Limits of one query.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// The answer comes by then or not at all; none means however long it takes.
    pub timeout: Option<Duration>,
    /// So many rows (or triples) at most; what is beyond is cut off, and the answer says so.
    pub rows: Option<usize>,
}

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// It is no SPARQL query.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// It took too long.
    #[error("the query took longer than {} s; make it more selective, add a LIMIT, or raise --timeout", .0.as_secs_f64())]
    Timeout(Duration),
    /// It can't be evaluated.
    #[error("the query could not be evaluated: {0}")]
    Evaluation(#[from] QueryEvaluationError),
    /// The answer is of a kind that the format has no words for.
    #[error("{kind} can't be written as {format}; choose one of {instead}")]
    Format {
        /// What the answer is.
        kind: &'static str,
        /// The format asked for.
        format: &'static str,
        /// Formats for such answers.
        instead: &'static str,
    },
    /// Writing the answer failed.
    #[error("the answer could not be written: {0}")]
    Write(#[from] std::io::Error),
    /// The thread that evaluated the query broke down.
    #[error("the evaluation of the query broke off; please report the query")]
    Broken,
}

/// Asks the store. SPARQL 1.1 queries (and what 1.2 adds); updates are refused, and so is `SERVICE`.
///
/// # Errors
/// [`QueryError::Syntax`] with line and column, [`QueryError::Timeout`], [`QueryError::Evaluation`].
pub fn run(store: &Store, sparql: &str, options: Options) -> Result<Answer, QueryError> {
    let prefixes = store.base().prefixes();
    let token = CancellationToken::new();
    let Some(timeout) = options.timeout else {
        return evaluate(store.quads(), &prefixes, sparql, options.rows, token);
    };
    // Oxigraph looks at the token when it scans quads, not while it sorts or groups, so the time is kept from
    // outside: the asker is answered in time even where the evaluation ends a little later.
    let (sender, receiver) = sync_channel(1);
    let (quads, text, rows) = (store.quads().clone(), sparql.to_owned(), options.rows);
    let worker_token = token.clone();
    std::thread::spawn(move || {
        // Nobody listens any more once the time is up.
        let _ = sender.send(evaluate(&quads, &prefixes, &text, rows, worker_token));
    });
    match receiver.recv_timeout(timeout) {
        Ok(Err(QueryError::Evaluation(QueryEvaluationError::Cancelled))) => Err(QueryError::Timeout(timeout)),
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => {
            token.cancel();
            Err(QueryError::Timeout(timeout))
        }
        Err(RecvTimeoutError::Disconnected) => Err(QueryError::Broken),
    }
}

fn evaluate(
    quads: &oxigraph::store::Store,
    prefixes: &[(String, String)],
    sparql: &str,
    rows: Option<usize>,
    token: CancellationToken,
) -> Result<Answer, QueryError> {
    let mut evaluator = SparqlEvaluator::new().with_cancellation_token(token);
    for (prefix, iri) in prefixes {
        evaluator = evaluator
            .with_prefix(prefix, iri)
            .map_err(|error| QueryEvaluationError::Unexpected(Box::new(error)))?;
    }
    let results = evaluator
        .parse_query(sparql)
        .map_err(|error| SyntaxError::new(sparql, &error.to_string(), prefixes))?
        .on_store(quads)
        .execute()?;
    Answer::collect(results, rows)
}
