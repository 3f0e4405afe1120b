//! One line after the other, in bounded memory.

use std::io::{self, BufRead, Read};

/// Bytes of the longest line that is read. The largest items of Wikidata have about 4 MB.
pub const MAX_LINE: usize = 64 << 20;

pub(super) struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    number: u64,
}

/// What a line is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line<'b> {
    /// Without its line break and the mark of UTF-8
    Text(&'b str),
    TooLong,
    NoText,
}

impl<R: BufRead> Lines<R> {
    pub fn new(input: R) -> Lines<R> {
        Lines {
            input,
            buffer: Vec::new(),
            number: 0,
        }
    }

    /// The next line and its number, from 1.
    pub fn next(&mut self) -> io::Result<Option<(u64, Line<'_>)>> {
        self.buffer.clear();
        let mut limited = self.input.by_ref().take(MAX_LINE as u64 + 1);
        if limited.read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.buffer.len() > MAX_LINE && !self.buffer.ends_with(b"\n") {
            self.buffer.clear();
            self.input.skip_until(b'\n')?;
            return Ok(Some((self.number, Line::TooLong)));
        }
        let line = match std::str::from_utf8(&self.buffer) {
            Ok(text) => Line::Text(text.trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}')),
            Err(_) => Line::NoText,
        };
        Ok(Some((self.number, line)))
    }
}
