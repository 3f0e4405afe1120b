//! What lies where in a compiled lexicon?
//!
//! A mark, the length of the whole, a digest of what it was made of, and where each part lies. The parts are used where
//! they lie: opening reads this head and nothing else.

use super::bytes::{Numbers, Texts, TextsOut, TooLarge};
use super::trie::{Trie, TrieOut};
use std::io::{self, Write};
use std::ops::Range;

/// Begins every compiled lexicon. The number is that of the layout: it grows with every change of it.
const MARK: &[u8; 16] = b"jingwei names 1\n";

pub(super) const DIGEST_BYTES: usize = 32;

/// The parts, in the order in which they lie.
#[derive(Debug, Clone, Copy)]
#[repr(usize)]
pub(super) enum Part {
    /// Entities: where each ends, and what is known of each
    EntryEnds,
    Entries,
    /// Keys, sorted, and the entity of each
    KeyEnds,
    Keys,
    KeyEntries,
    /// Listings, sorted, and the entity of each
    ListingEnds,
    Listings,
    ListingEntries,
    /// Pairs of a row and the earlier one that is the same entity
    Joined,
    /// Names folded and in lower case, sorted
    NameEnds,
    Names,
    /// Of each name its bearers and its marks
    UseEnds,
    Uses,
    NamePages,
    NameCodes,
    NameNodes,
    /// Latin heads of model names
    FamilyEnds,
    Families,
    /// Everyday words
    CommonEnds,
    Common,
    CommonPages,
    CommonCodes,
    CommonNodes,
    /// Forms of terms, folded and in lower case, sorted
    FormEnds,
    Forms,
    /// Of each form the rows that it stands on
    FormUseEnds,
    FormUses,
    FormPages,
    FormCodes,
    FormNodes,
    /// Path and content of the tables of words and shapes, in turn
    TableEnds,
    Tables,
}

/// The parts of the trees.
pub(super) const NAME_TRIE: [Part; 3] = [Part::NamePages, Part::NameCodes, Part::NameNodes];
pub(super) const COMMON_TRIE: [Part; 3] = [Part::CommonPages, Part::CommonCodes, Part::CommonNodes];
pub(super) const FORM_TRIE: [Part; 3] = [Part::FormPages, Part::FormCodes, Part::FormNodes];

const PARTS: usize = Part::Tables as usize + 1;

/// Bytes of the head: the mark, the length, the digest, and two numbers a part.
const HEAD: usize = MARK.len() + 8 + DIGEST_BYTES + PARTS * 16;

/// Why bytes are no compiled lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenFile {
    #[error("it isn't a compiled lexicon of this version of the program")]
    Foreign,
    #[error("it isn't whole")]
    Cut,
}

/// A compiled lexicon that is being written.
pub(super) struct FileOut {
    parts: Vec<Vec<u8>>,
}

impl FileOut {
    pub fn new() -> FileOut {
        FileOut {
            parts: vec![Vec::new(); PARTS],
        }
    }

    pub fn put(&mut self, part: Part, bytes: Vec<u8>) {
        self.parts[part as usize] = bytes;
    }

    pub fn put_texts(&mut self, ends: Part, texts: Part, out: TextsOut) {
        self.put(ends, out.ends);
        self.put(texts, out.bytes);
    }

    pub fn put_trie(&mut self, [pages, codes, nodes]: [Part; 3], out: TrieOut) {
        self.put(pages, out.pages);
        self.put(codes, out.codes);
        self.put(nodes, out.nodes);
    }

    /// Texts with their tree; they are sorted and distinct.
    pub fn put_set(&mut self, ends: Part, texts: Part, trie: [Part; 3], words: &[&str]) -> Result<(), TooLarge> {
        let mut out = TextsOut::default();
        for word in words {
            out.push(word.as_bytes())?;
        }
        self.put_trie(trie, super::trie::plant(words)?);
        self.put_texts(ends, texts, out);
        Ok(())
    }

    /// The parts, for a digest over them.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        self.parts.iter().map(Vec::as_slice)
    }

    /// Writes it.
    pub fn write(&self, digest: [u8; DIGEST_BYTES], out: &mut impl Write) -> io::Result<()> {
        let whole = HEAD + self.parts.iter().map(Vec::len).sum::<usize>();
        out.write_all(MARK)?;
        out.write_all(&(whole as u64).to_le_bytes())?;
        out.write_all(&digest)?;
        let mut at = HEAD;
        for part in &self.parts {
            out.write_all(&(at as u64).to_le_bytes())?;
            out.write_all(&(part.len() as u64).to_le_bytes())?;
            at += part.len();
        }
        self.parts.iter().try_for_each(|part| out.write_all(part))
    }

    /// The same as bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Writing to memory can't fail.
        let _ = self.write([0; DIGEST_BYTES], &mut bytes);
        bytes
    }
}

/// Where the bytes of a compiled lexicon are.
pub(super) enum Bytes {
    /// In the program
    Static(&'static [u8]),
    /// In memory, or in a file that the system maps
    Shared(Box<dyn AsRef<[u8]> + Send + Sync>),
}

impl Bytes {
    fn all(&self) -> &[u8] {
        match self {
            Bytes::Static(bytes) => bytes,
            Bytes::Shared(bytes) => (**bytes).as_ref(),
        }
    }
}

/// A compiled lexicon, opened.
pub(super) struct File {
    bytes: Bytes,
    parts: [Range<usize>; PARTS],
}

impl File {
    /// Reads the head.
    ///
    /// # Errors
    /// Other bytes, those of another layout, and those that aren't all there.
    pub fn open(bytes: Bytes) -> Result<File, BrokenFile> {
        let all = bytes.all();
        if all.get(..MARK.len()) != Some(MARK) {
            return Err(BrokenFile::Foreign);
        }
        let number = |at: usize| {
            let number = all.get(at..at + 8).and_then(|bytes| bytes.first_chunk());
            number.map(|bytes| u64::from_le_bytes(*bytes)).ok_or(BrokenFile::Cut)
        };
        if number(MARK.len())? != all.len() as u64 {
            return Err(BrokenFile::Cut);
        }
        let mut parts = [const { 0..0 }; PARTS];
        for (index, part) in parts.iter_mut().enumerate() {
            let at = MARK.len() + 8 + DIGEST_BYTES + index * 16;
            let (start, length) = (number(at)?, number(at + 8)?);
            let end = start.checked_add(length).filter(|end| *end <= all.len() as u64);
            *part = start as usize..end.ok_or(BrokenFile::Cut)? as usize;
        }
        let file = File { bytes, parts };
        let empty = |part| file.part(part).is_empty();
        if empty(Part::EntryEnds) && !empty(Part::NameEnds) {
            return Err(BrokenFile::Cut);
        }
        Ok(file)
    }

    /// What it was made of, as its writer says.
    pub fn digest(&self) -> &[u8] {
        let at = MARK.len() + 8;
        &self.bytes.all()[at..at + DIGEST_BYTES]
    }

    pub fn part(&self, part: Part) -> &[u8] {
        &self.bytes.all()[self.parts[part as usize].clone()]
    }

    pub fn numbers(&self, part: Part) -> Numbers<'_> {
        Numbers::new(self.part(part))
    }

    pub fn texts(&self, ends: Part, texts: Part) -> Texts<'_> {
        Texts::new(self.part(ends), self.part(texts))
    }

    pub fn trie(&self, [pages, codes, nodes]: [Part; 3]) -> Trie<'_> {
        Trie::new(self.part(pages), self.part(codes), self.part(nodes))
    }
}
