//! Documents as JSON objects in, what they say out.

use jingwei::extract::{Extraction, Extractor, FAST};
use jingwei::graph::{Base, document_quads, write_quads};
use jingwei::read::{Document, Refusal};
use oxigraph::io::RdfFormat;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

/// With what, and how, documents are read.
pub struct Options {
    model: Model,
    threads: usize,
    base: Base,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Model {
    Fast,
    None,
}

/// What one document says.
pub struct Said {
    pub extraction: Extraction,
}

impl Options {
    /// `threads` 0 stands for all cores.
    pub fn new(model: &str, threads: usize) -> PyResult<Options> {
        let model = match model {
            "fast" => Model::Fast,
            "none" => Model::None,
            other => {
                return Err(PyValueError::new_err(format!(
                    "there is no model `{other}`: fast or none"
                )));
            }
        };
        Ok(Options {
            model,
            threads,
            base: Base::new(jingwei::identity::DEFAULT_BASE).map_err(wrong)?,
        })
    }

    pub fn with_base(mut self, base: &str) -> PyResult<Options> {
        self.base = Base::new(base).map_err(wrong)?;
        Ok(self)
    }

    /// Reads JSON objects; the results stand in the order of the objects.
    pub fn read(&self, objects: &[Vec<u8>]) -> PyResult<Vec<Result<Said, Refusal>>> {
        let extractor = self.extractor()?;
        let read = |object: &Vec<u8>| {
            let document = Document::from_json(object)?;
            Ok(Said {
                extraction: extractor.extract(&document),
            })
        };
        if self.threads == 1 {
            return Ok(objects.iter().map(read).collect());
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads)
            .build()
            .map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        Ok(pool.install(|| objects.par_iter().map(read).collect()))
    }

    /// Made once for the process.
    fn extractor(&self) -> PyResult<Arc<Extractor>> {
        static MADE: Mutex<BTreeMap<(Model, String), Arc<Extractor>>> = Mutex::new(BTreeMap::new());
        let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (self.model, self.base.as_str().to_owned());
        if let Some(extractor) = made.get(&key) {
            return Ok(extractor.clone());
        }
        let extractor = Extractor::builtin()
            .map_err(|error| PyRuntimeError::new_err(error.to_string()))?
            .with_base(self.base.as_str());
        let extractor = Arc::new(match self.model {
            Model::Fast => extractor,
            Model::None => extractor.with_tagger(None).with_relations(None),
        });
        made.insert(key, extractor.clone());
        Ok(extractor)
    }

    fn edition(&self) -> String {
        Extractor::builtin_edition(match self.model {
            Model::Fast => FAST,
            Model::None => &[],
        })
    }
}

impl Said {
    /// The line that `jingwei extract` writes.
    pub fn json(&self) -> PyResult<String> {
        serde_json::to_string(&self.extraction).map_err(wrong)
    }

    /// The document's named graph, as N-Quads.
    pub fn nquads(&self, options: &Options) -> PyResult<String> {
        let quads = document_quads(&self.extraction, &options.base, &options.edition()).map_err(wrong)?;
        let bytes = write_quads(quads, RdfFormat::NQuads, &options.base, Vec::new()).map_err(wrong)?;
        String::from_utf8(bytes).map_err(wrong)
    }
}

fn wrong(error: impl Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}
