//! Record batches of documents, and of what they say.

use crate::reader::Options;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde_json::{Map, Value};
use std::sync::Arc;

/// The columns that are fields of a document.
const FIELDS: [&str; 7] = ["id", "url", "title", "text", "published", "publisher", "language"];

/// Reads the documents of `batch`, and gives a row for each.
pub fn read(batch: &RecordBatch, options: &Options) -> PyResult<RecordBatch> {
    let columns: Vec<(&str, Strings<'_>)> = FIELDS
        .iter()
        .filter_map(|name| Some((*name, batch.column_by_name(name)?)))
        .map(|(name, column)| Ok((name, Strings::of(name, column)?)))
        .collect::<PyResult<_>>()?;
    if !columns.iter().any(|(name, _)| *name == "text") {
        return Err(PyValueError::new_err("the record batch has no column `text`"));
    }
    let objects: Vec<Vec<u8>> = (0..batch.num_rows())
        .map(|row| {
            let fields = columns.iter().filter_map(|(name, column)| {
                let value = column.get(row)?;
                Some(((*name).to_owned(), Value::from(value)))
            });
            Value::Object(fields.collect::<Map<_, _>>()).to_string().into_bytes()
        })
        .collect();

    let mut rows: [Vec<Option<String>>; 4] = Default::default();
    for said in options.read(&objects)? {
        let row = match said {
            Ok(said) => [
                Some(said.extraction.doc.id.clone()),
                Some(said.json()?),
                Some(said.nquads(options)?),
                None,
            ],
            Err(refusal) => [None, None, None, Some(serde_json::json!(refusal).to_string())],
        };
        for (column, value) in rows.iter_mut().zip(row) {
            column.push(value);
        }
    }
    let names = ["id", "extraction", "nquads", "refusal"];
    let schema = Schema::new(names.map(|name| Field::new(name, DataType::Utf8, true)).to_vec());
    let columns = rows.map(|rows| Arc::new(StringArray::from(rows)) as ArrayRef);
    RecordBatch::try_new(Arc::new(schema), columns.to_vec())
        .map_err(|error: ArrowError| PyValueError::new_err(error.to_string()))
}

/// A column of text, in any of Arrow's ways to hold it.
enum Strings<'a> {
    Short(&'a arrow_array::StringArray),
    Long(&'a arrow_array::LargeStringArray),
    View(&'a arrow_array::StringViewArray),
}

impl<'a> Strings<'a> {
    fn of(name: &str, column: &'a ArrayRef) -> PyResult<Strings<'a>> {
        match column.data_type() {
            DataType::Utf8 => Ok(Strings::Short(column.as_string())),
            DataType::LargeUtf8 => Ok(Strings::Long(column.as_string())),
            DataType::Utf8View => Ok(Strings::View(column.as_string_view())),
            other => Err(PyValueError::new_err(format!(
                "the column `{name}` holds {other}, not text: cast it to string"
            ))),
        }
    }

    fn get(&self, row: usize) -> Option<&'a str> {
        match self {
            Strings::Short(column) => column.is_valid(row).then(|| column.value(row)),
            Strings::Long(column) => column.is_valid(row).then(|| column.value(row)),
            Strings::View(column) => column.is_valid(row).then(|| column.value(row)),
        }
    }
}
