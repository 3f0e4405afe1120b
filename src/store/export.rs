use super::{Store, StoreError};
use crate::graph::{GraphError, reification, write_quads};
use oxigraph::io::RdfFormat;
use oxigraph::model::{GraphName, GraphNameRef, Quad};
use std::io::Write;

/// Which graphs to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Knowledge and evidence.
    All,
    /// The default graph.
    Knowledge,
    /// The graphs of all documents.
    Evidence,
    /// The graph of one document, by its id.
    Document(String),
    /// What the lexicon knows about the entities.
    Lexicon,
}

impl Store {
    /// Writes graphs in a fixed order ([`write_quads`]): stores with the same documents give the same bytes. With
    /// `rdf12` every claim also leads to its triple by `rdf:reifies`.
    ///
    /// The quads are sorted in memory, some 300 bytes each.
    ///
    /// # Errors
    /// [`StoreError::Storage`], and [`StoreError::Graph`] where `out` fails.
    pub fn write<W: Write>(&self, part: &Part, format: RdfFormat, rdf12: bool, out: W) -> Result<W, StoreError> {
        let mut quads = self.part(part)?;
        if rdf12 {
            quads.extend(reification(&quads));
        }
        Ok(write_quads(quads, format, &self.base, out)?)
    }

    /// [`Store::write`] of everything as N-Quads.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn nquads(&self) -> Result<String, StoreError> {
        let bytes = self.write(&Part::All, RdfFormat::NQuads, false, Vec::new())?;
        String::from_utf8(bytes).map_err(|error| GraphError::Write(std::io::Error::other(error)).into())
    }

    /// The quads of some graphs, in no order.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn part(&self, part: &Part) -> Result<Vec<Quad>, StoreError> {
        let graph = match part {
            Part::All => None,
            Part::Knowledge => Some(GraphName::DefaultGraph),
            Part::Lexicon => Some(self.base.lexicon_graph().into()),
            Part::Document(id) => Some(self.base.document(id).into()),
            Part::Evidence => {
                let mut quads = Vec::new();
                for document in self.documents()? {
                    let graph = self.base.document(&document.id);
                    for quad in self
                        .quads
                        .quads_for_pattern(None, None, None, Some(GraphNameRef::from(&graph)))
                    {
                        quads.push(quad?);
                    }
                }
                return Ok(quads);
            }
        };
        Ok(self
            .quads
            .quads_for_pattern(None, None, None, graph.as_ref().map(GraphName::as_ref))
            .collect::<Result<_, _>>()?)
    }
}
