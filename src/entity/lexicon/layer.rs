//! How are a user's own names kept? In a compiled file, which is laid over the built-in names.
//!
//! Entities are kept as bytes while they come in, so that millions of them take little more memory than their file does.
//! They are written in the order of their keys: the same entities give the same bytes, in whatever order they came.

use super::bytes::TooLarge;
use super::compile::Compiler;
use super::file::{BrokenFile, Bytes, DIGEST_BYTES, File, FileOut, Part};
use super::record::Record;
use super::rows::{add_name, is_key, read_name};
use super::{Lexicon, Name};
use crate::entity::EntityType;
use crate::text;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// One entity as a user gives it. Names may end in `?` for doubt, as in `names/*.tsv`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// Made from the first listing, or from the item of Wikidata, where empty
    pub key: String,
    pub kind: Option<EntityType>,
    pub hant: Option<String>,
    pub hans: Option<String>,
    pub en: Option<String>,
    /// Further names. Where a script has no label the first of them that is in it becomes one.
    pub names: Vec<String>,
    /// `XHKG 700`, or in another spelling that [`super::listing`] reads
    pub listings: Vec<String>,
    /// Scheme and value
    pub identifiers: Vec<(String, String)>,
    /// Key of the maker or owner
    pub owner: Option<String>,
}

/// Why an entity isn't taken, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}; {remedy}")]
pub struct Unfit {
    pub reason: String,
    pub remedy: String,
}

impl Unfit {
    pub(super) fn new(reason: impl Into<String>, remedy: impl Into<String>) -> Unfit {
        Unfit {
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }
}

/// Why a file of names can't be written.
#[derive(Debug, thiserror::Error)]
pub enum LayerError {
    #[error("there are more names than a file can hold (4 GiB); make several files")]
    TooLarge,
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// What became of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    New,
    /// In place of the one with the same key
    Replaced,
}

/// Entities on their way into a file.
#[derive(Default)]
pub struct LayerOut {
    /// Records one after the other
    bytes: Vec<u8>,
    /// Where each begins and ends; of those replaced too
    spans: Vec<(u64, u32)>,
    by_key: FxHashMap<Box<str>, u32>,
}

impl LayerOut {
    /// Takes over the entities of a file that is there.
    ///
    /// # Errors
    /// Bytes that are no such file.
    pub fn extend(&mut self, file: Vec<u8>) -> Result<(), BrokenFile> {
        let file = File::open(Bytes::Shared(Box::new(file)))?;
        for record in file.texts(Part::EntryEnds, Part::Entries).iter() {
            self.keep(Record::key_of(record), |bytes| bytes.extend_from_slice(record));
        }
        Ok(())
    }

    /// Adds an entity. `bulk` where nobody has looked at each of its names: everyday words among them will need the
    /// document's support.
    ///
    /// # Errors
    /// What is missing or can't be read.
    pub fn add(&mut self, given: Given, bulk: bool) -> Result<Added, Unfit> {
        let record = record(given, bulk)?;
        let key = record.keys.first().map_or("", String::as_str);
        Ok(self.keep(key, |bytes| record.encode(bytes)))
    }

    fn keep(&mut self, key: &str, write: impl FnOnce(&mut Vec<u8>)) -> Added {
        let start = self.bytes.len();
        write(&mut self.bytes);
        self.spans.push((start as u64, (self.bytes.len() - start) as u32));
        let number = self.spans.len() as u32 - 1;
        match self.by_key.get_mut(key) {
            Some(known) => {
                *known = number;
                Added::Replaced
            }
            None => {
                self.by_key.insert(key.into(), number);
                Added::New
            }
        }
    }

    /// How many entities there are.
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// Writes them. What counts as an everyday word is what `lexicon` says.
    ///
    /// # Errors
    /// Too many names, or an error of the file system.
    pub fn write(self, lexicon: &Lexicon, out: &mut impl Write) -> Result<(), LayerError> {
        let LayerOut { bytes, spans, by_key } = self;
        let mut order: Vec<u32> = by_key.into_values().collect();
        let record = |number: u32| {
            let (start, length) = spans[number as usize];
            &bytes[start as usize..start as usize + length as usize]
        };
        order.sort_unstable_by(|a, b| Record::key_of(record(*a)).cmp(Record::key_of(record(*b))));
        let too_large = |TooLarge| LayerError::TooLarge;
        let is_everyday = |name: &str| lexicon.is_everyday(name);
        let mut compiler = Compiler::default();
        for &number in &order {
            compiler
                .add(&Record::decode(record(number)), &is_everyday)
                .map_err(too_large)?;
        }
        drop((order, spans, bytes));
        let mut file = FileOut::new();
        compiler.finish(&mut file, &is_everyday).map_err(too_large)?;
        let mut digest = Sha256::new();
        for part in file.parts() {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        let mut bytes = [0; DIGEST_BYTES];
        bytes.copy_from_slice(&digest.finalize());
        file.write(bytes, out)?;
        Ok(())
    }
}

/// Checks what a user gave and puts it into its places.
fn record(given: Given, bulk: bool) -> Result<Record, Unfit> {
    let mut listings = Vec::with_capacity(given.listings.len());
    for listing in &given.listings {
        listings.push(super::listing::read(listing).ok_or_else(|| {
            Unfit::new(
                format!("`{listing}` is no listing"),
                "write exchange and code, as `XHKG 700`",
            )
        })?);
    }
    let key = if given.key.is_empty() {
        let of_listing = listings.first().map(|listing| listing_key(listing));
        let item = given.identifiers.iter().find(|(scheme, _)| scheme == "wikidata");
        of_listing
            .or_else(|| item.map(|(_, item)| super::compile::wikidata_key(item)))
            .ok_or_else(|| Unfit::new("there is no key", "give a `key`, a listing or an id of Wikidata"))?
    } else {
        given.key
    };
    if !is_key(&key) {
        return Err(Unfit::new(
            format!("the key `{key}` may hold a-z, 0-9 and - only"),
            "write it in lower case, with - for what separates words",
        ));
    }
    let kind = given
        .kind
        .ok_or_else(|| Unfit::new("there is no type", "give a `type` such as Company, or --type for all"))?;
    let labels = [given.hant, given.hans, given.en].map(|label| label.as_deref().and_then(read_name));
    let further: Vec<Name> = given.names.iter().filter_map(|name| read_name(name)).collect();
    let mut names: Vec<Name> = Vec::new();
    let mut texts = labels.clone().map(|label| label.map(|name| name.text));
    for name in labels.into_iter().flatten().chain(further) {
        if let Some(slot) = script_of(&name.text).filter(|_| texts.iter().all(|text| text.as_ref() != Some(&name.text)))
        {
            // A name in one script has its other form by conversion, so a second label is none.
            let taken = texts[slot].is_some() || (slot < 2 && texts[1 - slot].is_some());
            if !taken {
                texts[slot] = Some(name.text.clone());
            }
        }
        add_name(&mut names, name);
    }
    if names.is_empty() {
        return Err(Unfit::new(
            "there is no name",
            "give at least one in `names`, `hant`, `hans` or `en`",
        ));
    }
    listings.sort();
    listings.dedup();
    let mut identifiers = given.identifiers;
    identifiers.sort();
    identifiers.dedup();
    Ok(Record {
        keys: vec![key],
        kind,
        labels: texts,
        names,
        listings,
        identifiers,
        owner: given.owner.filter(|owner| !owner.is_empty()),
        bulk,
    })
}

/// Which label a name may be: 0 Traditional, 1 Simplified, 2 English.
fn script_of(name: &str) -> Option<usize> {
    if name.chars().any(text::is_han) {
        let simplified = text::simplified(name)?;
        Some(usize::from(simplified == name))
    } else {
        name.is_ascii().then_some(2)
    }
}

/// `xhkg-700` of `XHKG 700`
fn listing_key(listing: &str) -> String {
    let lower = listing.to_ascii_lowercase();
    lower
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect()
}
