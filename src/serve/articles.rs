//! The texts of articles, for who wants to see a quote where it stands. The store doesn't keep them.

use crate::read::Document;
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

/// Texts by their documents' ids, in a file without a name that vanishes with the process.
#[derive(Debug, Default)]
pub struct Articles {
    file: Option<File>,
    end: u64,
    places: FxHashMap<String, Place>,
}

#[derive(Debug)]
struct Place {
    start: u64,
    length: usize,
    sha256: String,
}

impl Articles {
    /// Keeps the text of a document.
    ///
    /// # Errors
    /// No room for temporary files.
    pub fn keep(&mut self, document: &Document) -> io::Result<()> {
        if self.file.is_none() {
            self.file = Some(tempfile::tempfile()?);
        }
        if let Some(file) = &mut self.file {
            file.write_all(document.text.as_bytes())?;
        }
        let length = document.text.len();
        let place = Place {
            start: self.end,
            length,
            sha256: document.sha256.clone(),
        };
        self.end += length as u64;
        self.places.insert(document.id.clone(), place);
        Ok(())
    }

    /// The text of the document with this id and fingerprint; `None` where it isn't there, or is another by now.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn text(&self, id: &str, sha256: &str) -> io::Result<Option<String>> {
        let (Some(file), Some(place)) = (&self.file, self.places.get(id)) else {
            return Ok(None);
        };
        if place.sha256 != sha256 {
            return Ok(None);
        }
        let mut bytes = vec![0; place.length];
        file.read_exact_at(&mut bytes, place.start)?;
        Ok(String::from_utf8(bytes).ok())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}
