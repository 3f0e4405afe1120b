//! How is it asked? SPARQL and its result formats.
//!
//! [`run`] evaluates a query over a [`Store`] within limits of time and rows and gives an [`Answer`], which
//! [`Answer::write`] puts into any of the [`Format`]s. [`Query`] is the same in two steps, for those who want the
//! solutions one by one. `jw:search` asks the text index ([`search`]). [`Names`] finds entities by their names. The prefixes of all vocabularies and of the data (`jw:`,
//! `schema:`, `skos:` … `doc:`, `entity:`) need not be declared. Knows nothing of HTTP.

mod answer;
mod dataset;
mod format;
mod guard;
mod names;
mod path;
mod search;
mod shape;
mod syntax;
mod table;
mod walk;

pub use answer::Answer;
pub use format::{Format, UnknownFormat};
pub use guard::{Cancel, Counting, Limits, Stop};
pub use names::{Found, Names};
pub use path::{PathError, Step, paths};
pub use search::{HITS, MOST};
pub use syntax::SyntaxError;

use crate::store::Store;
use dataset::Watched;
use oxigraph::model::{GraphName, NamedNode};
use oxigraph::sparql::{QueryEvaluationError, QueryResults, QuerySolutionIter, SparqlEvaluator};
use spareval::{DefaultServiceHandler, QueryEvaluator};
use spargebra::SparqlParser;
use spargebra::algebra::GraphPattern;
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
    /// It asked for too much.
    #[error("{}", stopped(*.0, .1))]
    Stopped(Stop, Limits),
    /// It has more rows or triples than one answer may have.
    #[error("the answer has more than {0} rows; add a LIMIT, or raise --rows")]
    Rows(usize),
    /// The text index failed.
    #[cfg(feature = "search")]
    #[error(transparent)]
    Search(#[from] crate::search::SearchError),
    /// There is no text index.
    #[error("jw:search finds nothing: this program was built without the feature `search`")]
    NoSearch,
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
}

fn stopped(stop: Stop, limits: &Limits) -> String {
    match stop {
        Stop::Time => format!(
            "the query took longer than {} s; make it more selective, add a LIMIT, or raise --timeout",
            limits.timeout.unwrap_or_default().as_secs_f64()
        ),
        Stop::Memory => format!(
            "the query needed more than {} MB of memory; make it more selective, sort and group less, or raise --memory",
            limits.memory.unwrap_or_default() >> 20
        ),
        Stop::Cancelled => "the query was broken off".to_owned(),
    }
}

/// Brackets within brackets that a query may have. Parser and evaluation call themselves for each, on a stack that ends
/// somewhere.
pub(crate) const DEPTH: usize = 256;

/// A query that was understood.
#[derive(Debug, Clone)]
pub struct Query {
    query: spargebra::Query,
    /// What it asks the text index and hasn't been told.
    asked: Vec<search::Asked>,
    default_graphs: Vec<GraphName>,
    named_graphs: Option<Vec<NamedNode>>,
}

/// What a query's answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Of `SELECT`.
    Table,
    /// Of `ASK`.
    Truth,
    /// Of `CONSTRUCT` and `DESCRIBE`.
    Graph,
}

impl Query {
    /// Reads a SPARQL 1.1 query (and what 1.2 adds).
    ///
    /// # Errors
    /// Line, column and reason.
    pub fn parse(store: &Store, sparql: &str) -> Result<Self, SyntaxError> {
        let prefixes = store.base().prefixes();
        SyntaxError::refuse_depth(sparql, DEPTH)?;
        let mut query = parser(&prefixes)
            .and_then(|parser| Ok(parser.parse_query(sparql)?))
            .map_err(|error| SyntaxError::new(sparql, &error.to_string(), &prefixes))?;
        shape::prepare(&mut query).map_err(|reason| SyntaxError::whole(sparql, reason))?;
        let asked = questions(pattern_of(&mut query)).map_err(|reason| SyntaxError::whole(sparql, reason))?;
        Ok(Query {
            query,
            asked,
            default_graphs: Vec::new(),
            named_graphs: None,
        })
    }

    /// Asks other graphs than the query names: the default graph is the union of some, and `GRAPH` reaches others. Where
    /// both are empty nothing changes.
    pub fn ask_graphs(&mut self, default: Vec<NamedNode>, named: Vec<NamedNode>) {
        if !default.is_empty() || !named.is_empty() {
            self.default_graphs = default.into_iter().map(GraphName::from).collect();
            self.named_graphs = Some(named);
        }
    }

    /// Asks the text index for what the query looks for there, so that it is looked for no more when the query is
    /// answered. Tells what it found more of than counts.
    ///
    /// # Errors
    /// [`QueryError::Search`], [`QueryError::NoSearch`].
    pub fn search(&mut self, store: &Store) -> Result<Vec<Cut>, QueryError> {
        let asked = std::mem::take(&mut self.asked);
        search_in(pattern_of(&mut self.query), asked, store)
    }

    /// What its answer is.
    pub fn kind(&self) -> Kind {
        match self.query {
            spargebra::Query::Select { .. } => Kind::Table,
            spargebra::Query::Ask { .. } => Kind::Truth,
            spargebra::Query::Construct { .. } | spargebra::Query::Describe { .. } => Kind::Graph,
        }
    }

    /// Evaluates it and hands the results to `take`, which draws them one by one. Both happen within the limits, on this
    /// thread.
    ///
    /// # Errors
    /// [`QueryError::Stopped`], [`QueryError::Evaluation`], and what `take` gives.
    pub fn answer<R>(
        &self,
        store: &Store,
        limits: &Limits,
        take: impl FnOnce(QueryResults<'_>) -> Result<R, QueryError>,
    ) -> Result<R, QueryError> {
        if !self.asked.is_empty() {
            let mut searched = self.clone();
            warn(&searched.search(store)?);
            return searched.answer(store, limits, take);
        }
        let evaluated = guard::within(limits, || {
            let evaluator = QueryEvaluator::new()
                .with_default_service_handler(NoService)
                .with_custom_function(shape::sort_class(), shape::class_of);
            let mut prepared = evaluator.prepare(&self.query);
            if let Some(named) = &self.named_graphs {
                let dataset = prepared.dataset_mut();
                dataset.set_default_graph(self.default_graphs.clone());
                dataset.set_available_named_graphs(named.iter().cloned().map(Into::into).collect());
            }
            take(prepared.execute(Watched::new(store.quads()))?)
        });
        evaluated.unwrap_or_else(|stop| Err(QueryError::Stopped(stop, limits.clone())))
    }
}

fn pattern_of(query: &mut spargebra::Query) -> &mut GraphPattern {
    match query {
        spargebra::Query::Select { pattern, .. }
        | spargebra::Query::Construct { pattern, .. }
        | spargebra::Query::Describe { pattern, .. }
        | spargebra::Query::Ask { pattern, .. } => pattern,
    }
}

/// What a pattern asks the text index, in order.
///
/// # Errors
/// What is wrong with a question.
pub(crate) fn questions(pattern: &GraphPattern) -> Result<Vec<search::Asked>, String> {
    let mut asked = Vec::new();
    search::resolve(&mut pattern.clone(), &mut |question| {
        asked.push(question);
        Vec::new()
    })?;
    Ok(asked)
}

/// A question of which the text index found more than counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The words
    pub text: String,
    /// How much counts
    pub hits: usize,
    /// How much there is
    pub of: usize,
}

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Cut { text, hits, of } = self;
        write!(
            f,
            "{text:?} is found {of} times, of which the {hits} best count; jw:search ({text:?} N) makes it the N best"
        )
    }
}

fn warn(cuts: &[Cut]) {
    for cut in cuts {
        tracing::warn!("{cut}");
    }
}

/// Puts what the text index finds in the place of what a pattern asks it ([`questions`]).
///
/// # Errors
/// [`QueryError::Search`], [`QueryError::NoSearch`].
#[cfg_attr(not(feature = "search"), allow(unused_variables, reason = "there is nothing to ask"))]
pub(crate) fn search_in(
    pattern: &mut GraphPattern,
    asked: Vec<search::Asked>,
    store: &Store,
) -> Result<Vec<Cut>, QueryError> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    #[cfg(not(feature = "search"))]
    return Err(QueryError::NoSearch);
    #[cfg(feature = "search")]
    {
        let mut cut = Vec::new();
        let mut found = Vec::new();
        for search::Asked { text, limit, classes } in asked {
            let question = crate::search::Question {
                text,
                limit: limit.unwrap_or(HITS),
                classes,
            };
            let answer = crate::search::find(store, &question)?;
            if answer.of > HITS && limit.is_none() {
                cut.push(Cut {
                    text: question.text,
                    hits: HITS,
                    of: answer.of,
                });
            }
            let row = |hit: crate::search::Hit| {
                let score = crate::graph::score_literal(hit.score as f32);
                (
                    NamedNode::new_unchecked(hit.iri),
                    score,
                    NamedNode::new_unchecked(hit.class),
                )
            };
            found.push(answer.hits.into_iter().map(row).collect::<Vec<_>>());
        }
        let mut found = found.into_iter();
        // What was asked was understood before.
        let _ = search::resolve(pattern, &mut |_| found.next().unwrap_or_default());
        Ok(cut)
    }
}

fn parser(prefixes: &[(String, String)]) -> Result<SparqlParser, Box<dyn std::error::Error>> {
    let mut parser = SparqlParser::new();
    for (prefix, iri) in prefixes {
        parser = parser.with_prefix(prefix, iri)?;
    }
    Ok(parser)
}

/// Other endpoints are not asked: a query must not make this program speak to anybody.
struct NoService;

/// The query has `SERVICE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("SERVICE is off: no other endpoint is asked from here")]
pub struct ServiceIsOff;

impl DefaultServiceHandler for NoService {
    type Error = ServiceIsOff;

    fn handle(
        &self,
        _: &NamedNode,
        _: &spargebra::algebra::GraphPattern,
        _: Option<&oxiri::Iri<String>>,
    ) -> Result<QuerySolutionIter<'static>, ServiceIsOff> {
        Err(ServiceIsOff)
    }
}

/// Asks the store. SPARQL 1.1 queries (and what 1.2 adds); updates are refused, and so is `SERVICE`.
///
/// # Errors
/// [`QueryError::Syntax`] with line and column, [`QueryError::Stopped`], [`QueryError::Evaluation`].
pub fn run(store: &Store, sparql: &str, options: Options) -> Result<Answer, QueryError> {
    let mut query = Query::parse(store, sparql)?;
    warn(&query.search(store)?);
    if let Some(timeout) = options.timeout {
        let limits = Limits {
            timeout: Some(timeout),
            ..Limits::default()
        };
        return query.answer(store, &limits, |results| Answer::collect(results, options.rows));
    }
    // Without a limit oxigraph's own view of its quads is quicker, where a query scans all of them.
    let results = SparqlEvaluator::new()
        .with_custom_function(shape::sort_class(), shape::class_of)
        .for_query(query.query)
        .on_store(store.quads())
        .execute()?;
    Answer::collect(results, options.rows)
}
