//! How do numbers and texts lie in a compiled lexicon? Little-endian numbers, texts with their lengths.
//!
//! A file may come from anywhere, so nothing here trusts what it reads: what isn't there reads as nothing.

/// Appends a number in groups of seven bits.
pub(super) fn put_number(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Appends a text with its length before it.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u32);
    out.extend_from_slice(text.as_bytes());
}

/// Reads what [`put_number`] and [`put_text`] wrote.
pub(super) struct Cursor<'a>(pub &'a [u8]);

impl<'a> Cursor<'a> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        first
    }

    pub fn number(&mut self) -> u32 {
        let mut number = 0;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte();
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        number
    }

    pub fn text(&mut self) -> &'a str {
        let length = (self.number() as usize).min(self.0.len());
        let (text, rest) = self.0.split_at(length);
        self.0 = rest;
        std::str::from_utf8(text).unwrap_or("")
    }

    /// What follows, `count` times. More than there are bytes can't follow.
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = (self.number() as usize).min(self.0.len());
        (0..count).map(|_| item(self)).collect()
    }
}

/// Numbers of four bytes each, read where they lie.
#[derive(Clone, Copy)]
pub(super) struct Numbers<'a>(&'a [[u8; 4]]);

impl<'a> Numbers<'a> {
    pub fn new(bytes: &'a [u8]) -> Numbers<'a> {
        Numbers(bytes.as_chunks().0)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn get(&self, index: usize) -> Option<u32> {
        self.0.get(index).map(|bytes| u32::from_le_bytes(*bytes))
    }
}

/// Texts one after the other: where each ends, and all of them.
#[derive(Default)]
pub(super) struct TextsOut {
    pub ends: Vec<u8>,
    pub bytes: Vec<u8>,
}

/// A compiled lexicon would be larger than its offsets can tell (4 GiB of one kind).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

impl TextsOut {
    pub fn push(&mut self, text: &[u8]) -> Result<(), TooLarge> {
        self.bytes.extend_from_slice(text);
        self.close()
    }

    /// Ends a text whose bytes were appended to `bytes`.
    pub fn close(&mut self) -> Result<(), TooLarge> {
        let end = u32::try_from(self.bytes.len()).map_err(|_| TooLarge)?;
        self.ends.extend_from_slice(&end.to_le_bytes());
        Ok(())
    }
}

/// Texts one after the other, read where they lie.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    ends: Numbers<'a>,
    bytes: &'a [u8],
}

impl<'a> Texts<'a> {
    pub fn new(ends: &'a [u8], bytes: &'a [u8]) -> Texts<'a> {
        Texts {
            ends: Numbers::new(ends),
            bytes,
        }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Empty where there is none.
    pub fn get(&self, index: usize) -> &'a [u8] {
        let start = match index.checked_sub(1) {
            Some(before) => self.ends.get(before).unwrap_or(0),
            None => 0,
        };
        let end = self.ends.get(index).unwrap_or(0);
        self.bytes.get(start as usize..end as usize).unwrap_or(&[])
    }

    pub fn str(&self, index: usize) -> &'a str {
        std::str::from_utf8(self.get(index)).unwrap_or("")
    }

    pub fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        (0..self.len()).map(move |index| self.get(index))
    }

    /// Where a text stands among sorted ones.
    pub fn find(&self, text: &[u8]) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.get(middle).cmp(text) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }
}
