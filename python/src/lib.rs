//! Jingwei's extraction as a Python module: the same pure function of a document as the program's, over dicts, lines of
//! JSON and Arrow record batches, with the interpreter's lock released while it reads.

mod arrow;
mod reader;

use pyo3::prelude::*;

/// As in the program: reading makes many small strings, for which the system's allocator is slow.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Chinese financial news to facts, each with its quote.
#[pymodule(name = "jingwei")]
mod module {
    use crate::arrow;
    use crate::reader::Options;
    use pyo3::exceptions::PyValueError;
    use pyo3::prelude::*;
    use pyo3_arrow::PyRecordBatch;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }

    /// Reads documents (dicts with at least `text`, best with `id`, `title` and `published`) and returns for each, in
    /// the same order, a dict of what it says: `doc`, `entities`, `mentions`, `claims`.
    ///
    /// A document that can't be read gives `{"refused": {"reason", "remedy", …}}` in its place.
    #[pyfunction]
    #[pyo3(signature = (docs, *, model = "fast", threads = 0))]
    fn extract<'py>(
        py: Python<'py>,
        docs: &Bound<'py, PyAny>,
        model: &str,
        threads: usize,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let options = Options::new(model, threads)?;
        let mut lines = Vec::new();
        for doc in docs.try_iter()? {
            let value: serde_json::Value = pythonize::depythonize(&doc?)?;
            lines.push(value.to_string().into_bytes());
        }
        let said = py.detach(|| json(&options, &lines))?;
        // As Python reads the program's lines, so that both give the same numbers.
        let loads = py.import("json")?.getattr("loads")?;
        said.into_iter().map(|line| loads.call1((line,))).collect()
    }

    /// Reads documents that are JSON objects (str or bytes) and returns for each, in the same order, the line of JSON that
    /// `jingwei extract` writes.
    ///
    /// A document that can't be read gives `{"refused": {"reason", "remedy", …}}` in its place.
    #[pyfunction]
    #[pyo3(signature = (lines, *, model = "fast", threads = 0))]
    fn extract_json(py: Python<'_>, lines: &Bound<'_, PyAny>, model: &str, threads: usize) -> PyResult<Vec<String>> {
        let options = Options::new(model, threads)?;
        let lines = as_bytes(lines)?;
        py.detach(|| json(&options, &lines))
    }

    /// Reads documents that are JSON objects (str or bytes) and returns for each, in the same order, its named graph as
    /// N-Quads, which is what `jingwei ingest` keeps of it.
    ///
    /// Raises ValueError where one can't be read.
    #[pyfunction]
    #[pyo3(signature = (lines, *, model = "fast", threads = 0, base = jingwei::identity::DEFAULT_BASE))]
    fn nquads(
        py: Python<'_>,
        lines: &Bound<'_, PyAny>,
        model: &str,
        threads: usize,
        base: &str,
    ) -> PyResult<Vec<String>> {
        let options = Options::new(model, threads)?.with_base(base)?;
        let lines = as_bytes(lines)?;
        py.detach(|| {
            options
                .read(&lines)?
                .into_iter()
                .map(|said| match said {
                    Ok(said) => said.nquads(&options),
                    Err(refusal) => Err(PyValueError::new_err(refusal.to_string())),
                })
                .collect()
        })
    }

    /// Reads the documents of an Arrow record batch, whose columns are called as the fields of a document (`text`, and
    /// any of `id`, `title`, `published`, `publisher`, `language`, `url`). Returns a record batch with a row for each:
    /// `id`, `extraction` (JSON), `nquads`, `refusal` (JSON, null where the document was read).
    #[pyfunction]
    #[pyo3(signature = (batch, *, model = "fast", threads = 0, base = jingwei::identity::DEFAULT_BASE))]
    fn extract_batch(
        py: Python<'_>,
        batch: PyRecordBatch,
        model: &str,
        threads: usize,
        base: &str,
    ) -> PyResult<PyRecordBatch> {
        let options = Options::new(model, threads)?.with_base(base)?;
        let batch = batch.into_inner();
        let said = py.detach(|| arrow::read(&batch, &options))?;
        Ok(PyRecordBatch::new(said))
    }

    /// What each object says as a line of JSON, or why it was refused.
    fn json(options: &Options, objects: &[Vec<u8>]) -> PyResult<Vec<String>> {
        let said = options.read(objects)?.into_iter();
        said.map(|said| match said {
            Ok(said) => said.json(),
            Err(refusal) => Ok(serde_json::json!({ "refused": refusal }).to_string()),
        })
        .collect()
    }

    fn as_bytes(lines: &Bound<'_, PyAny>) -> PyResult<Vec<Vec<u8>>> {
        lines
            .try_iter()?
            .map(|line| {
                let line = line?;
                match line.extract::<&str>() {
                    Ok(text) => Ok(text.as_bytes().to_vec()),
                    Err(_) => Ok(line.extract::<&[u8]>()?.to_vec()),
                }
            })
            .collect()
    }
}
