use super::table::table;
use super::{Format, QueryError};
use crate::graph::{Base, write_quads};
use oxigraph::model::{GraphName, Literal, Term, Triple, Variable};
use oxigraph::sparql::results::QueryResultsSerializer;
use oxigraph::sparql::{QueryResults, QuerySolution};
use std::io::Write;
use std::sync::Arc;

/// What a query found.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Of `SELECT`.
    Table {
        /// Column heads.
        variables: Vec<Variable>,
        /// One cell a variable; `None` where it is unbound.
        rows: Vec<Vec<Option<Term>>>,
        /// Whether there was more than the row limit lets through.
        cut: bool,
    },
    /// Of `ASK`.
    Truth(bool),
    /// Of `CONSTRUCT` and `DESCRIBE`: every triple once, in no order.
    Graph {
        /// The triples.
        triples: Vec<Triple>,
        /// Whether there was more than the row limit lets through.
        cut: bool,
    },
}

impl Answer {
    pub(super) fn collect(results: QueryResults<'_>, limit: Option<usize>) -> Result<Self, QueryError> {
        let full = |len: usize| limit.is_some_and(|limit| len >= limit);
        match results {
            QueryResults::Boolean(truth) => Ok(Answer::Truth(truth)),
            QueryResults::Solutions(solutions) => {
                let variables = solutions.variables().to_vec();
                let mut rows: Vec<Vec<Option<Term>>> = Vec::new();
                for solution in solutions {
                    let solution = solution?;
                    if full(rows.len()) {
                        return Ok(Answer::Table {
                            variables,
                            rows,
                            cut: true,
                        });
                    }
                    rows.push(solution.values().to_vec());
                }
                Ok(Answer::Table {
                    variables,
                    rows,
                    cut: false,
                })
            }
            QueryResults::Graph(found) => {
                let mut triples = Vec::new();
                let mut seen = rustc_hash::FxHashSet::default();
                for triple in found {
                    let triple = triple?;
                    if seen.contains(&triple) {
                        continue;
                    }
                    if full(triples.len()) {
                        return Ok(Answer::Graph { triples, cut: true });
                    }
                    seen.insert(triple.clone());
                    triples.push(triple);
                }
                Ok(Answer::Graph { triples, cut: false })
            }
        }
    }

    /// Whether rows or triples were left out because of the row limit.
    pub fn is_cut(&self) -> bool {
        match self {
            Answer::Table { cut, .. } | Answer::Graph { cut, .. } => *cut,
            Answer::Truth(_) => false,
        }
    }

    /// The table with names in place of IRIs that have one: for people, as nothing tells such a name from a text. Other
    /// answers stay as they are.
    #[must_use]
    pub fn with_names(mut self, mut name: impl FnMut(&str) -> Option<String>) -> Answer {
        if let Answer::Table { rows, .. } = &mut self {
            for cell in rows.iter_mut().flatten() {
                if let Some(Term::NamedNode(node)) = cell
                    && let Some(name) = name(node.as_str())
                {
                    *cell = Some(Literal::new_simple_literal(name).into());
                }
            }
        }
        self
    }

    /// Writes the answer. `width` is the terminal's, in columns; it matters to tables only, which without it are as
    /// wide as they need.
    ///
    /// # Errors
    /// [`QueryError::Format`] where the format can't hold such an answer, [`QueryError::Write`].
    pub fn write<W: Write>(
        &self,
        format: Format,
        base: &Base,
        width: Option<u16>,
        mut out: W,
    ) -> Result<(), QueryError> {
        match (self, format) {
            (Answer::Table { variables, rows, .. }, Format::Table) => {
                out.write_all(table(variables, rows, base, width).as_bytes())?;
            }
            (Answer::Truth(truth), Format::Table) => writeln!(out, "{truth}")?,
            (Answer::Table { variables, rows, .. }, Format::Results(results)) => {
                let variables: Arc<[Variable]> = variables.as_slice().into();
                let mut writer = QueryResultsSerializer::from_format(results)
                    .serialize_solutions_to_writer(&mut out, variables.to_vec())?;
                for row in rows {
                    let solution = QuerySolution::from((variables.clone(), row.clone()));
                    writer.serialize(&solution)?;
                }
                writer.finish()?;
            }
            (Answer::Truth(truth), Format::Results(results)) => {
                QueryResultsSerializer::from_format(results).serialize_boolean_to_writer(&mut out, *truth)?;
            }
            (Answer::Graph { triples, .. }, Format::Graph(_) | Format::Table) => {
                // On a terminal a graph is read as Turtle.
                let rdf = match format {
                    Format::Graph(rdf) => rdf,
                    _ => oxigraph::io::RdfFormat::Turtle,
                };
                let quads = triples
                    .iter()
                    .map(|triple| triple.clone().in_graph(GraphName::DefaultGraph))
                    .collect();
                write_quads(quads, rdf, base, &mut out).map_err(std::io::Error::other)?;
            }
            (Answer::Graph { .. }, Format::Results(_)) => {
                return Err(QueryError::Format {
                    kind: "a graph",
                    format: format.name(),
                    instead: "turtle, ntriples, nquads, trig, rdfxml, jsonld",
                });
            }
            (_, Format::Graph(_)) => {
                return Err(QueryError::Format {
                    kind: "a table",
                    format: format.name(),
                    instead: "table, json, xml, csv, tsv",
                });
            }
        }
        Ok(())
    }
}
