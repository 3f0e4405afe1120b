//! What the other store was told, unit by unit: a file beside the store, safe against kills.

use super::MirrorError;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use std::collections::HashSet;
use std::path::Path;

/// Half a SHA-256 of what a unit says; [`UNSURE`] while it is being written.
pub(super) type Digest = [u8; 16];

/// The other store may have any part of the unit.
pub(super) const UNSURE: Digest = [0; 16];

const UNITS: TableDefinition<'_, &str, Digest> = TableDefinition::new("units");
const ABOUT: TableDefinition<'_, &str, &str> = TableDefinition::new("about");
/// Names of the units that are being written, a line each. They stand in one value, since marking them where they are
/// would write a page for each.
const ROUND: &str = "round";
/// The mark that the other store was given.
const MARK: &str = "mark";
/// One that it is about to be given, or was.
const NEXT: &str = "next";
/// Megabytes that reading may keep.
const CACHE: usize = 64 << 20;

pub(super) struct Record(Database);

/// Whatever redb says becomes the one error that there is for it.
fn failed(error: impl Into<redb::Error>) -> MirrorError {
    MirrorError::Record(error.into().to_string())
}

impl Record {
    pub(super) fn open(path: &Path, url: &str) -> Result<Record, MirrorError> {
        let database = Database::builder().set_cache_size(CACHE).create(path).map_err(failed)?;
        let record = Record(database);
        record.write(|units, about| {
            // For people who wonder what the file is.
            about.insert("url", url)?;
            // A round that was cut off.
            let cut = about.remove(ROUND)?.map(|names| names.value().to_owned());
            for name in cut.iter().flat_map(|names| names.lines()) {
                units.insert(name, UNSURE)?;
            }
            Ok(())
        })?;
        Ok(record)
    }

    fn write(
        &self,
        change: impl FnOnce(
            &mut redb::Table<'_, &'static str, Digest>,
            &mut redb::Table<'_, &'static str, &'static str>,
        ) -> Result<(), redb::StorageError>,
    ) -> Result<(), MirrorError> {
        let transaction = self.0.begin_write().map_err(failed)?;
        {
            let mut units = transaction.open_table(UNITS).map_err(failed)?;
            let mut about = transaction.open_table(ABOUT).map_err(failed)?;
            change(&mut units, &mut about).map_err(failed)?;
        }
        transaction.commit().map_err(failed)
    }

    /// Marks by which the other store is known again.
    pub(super) fn marks(&self) -> Result<Vec<String>, MirrorError> {
        let about = self.0.begin_read().map_err(failed)?.open_table(ABOUT).map_err(failed)?;
        let mut marks = Vec::new();
        for key in [MARK, NEXT] {
            if let Some(mark) = about.get(key).map_err(failed)? {
                marks.push(mark.value().to_owned());
            }
        }
        Ok(marks)
    }

    /// Says that the other store is about to be given a mark.
    pub(super) fn announce(&self, mark: &str) -> Result<(), MirrorError> {
        self.write(|_, about| about.insert(NEXT, mark).map(|_| ()))
    }

    /// Says that it has it.
    pub(super) fn marked(&self, mark: &str) -> Result<(), MirrorError> {
        self.write(|_, about| {
            about.insert(MARK, mark)?;
            about.remove(NEXT)?;
            Ok(())
        })
    }

    /// Forgets everything: the other store has nothing.
    pub(super) fn clear(&self) -> Result<(), MirrorError> {
        self.write(|units, about| {
            units.retain(|_, _| false)?;
            about.remove(MARK)?;
            about.remove(NEXT)?;
            Ok(())
        })
    }

    /// What the other store was told of a unit.
    pub(super) fn reader(&self) -> Result<Reader, MirrorError> {
        Ok(Reader(
            self.0.begin_read().map_err(failed)?.open_table(UNITS).map_err(failed)?,
        ))
    }

    /// Writes what is settled and what is about to be sent, at once: units that it has (`None`: no longer), and units of
    /// which it may have any part from now on.
    pub(super) fn note<'n>(
        &self,
        settled: impl IntoIterator<Item = (&'n str, Option<Digest>)>,
        round: impl IntoIterator<Item = &'n str>,
    ) -> Result<(), MirrorError> {
        self.write(|units, about| {
            for (name, digest) in settled {
                match digest {
                    Some(digest) => units.insert(name, digest)?,
                    None => units.remove(name)?,
                };
            }
            let mut names = String::new();
            for name in round {
                names.push_str(name);
                names.push('\n');
            }
            match names.is_empty() {
                true => about.remove(ROUND)?,
                false => about.insert(ROUND, names.as_str())?,
            };
            Ok(())
        })
    }
}

/// The record as it was at one moment.
pub(super) struct Reader(redb::ReadOnlyTable<&'static str, Digest>);

impl Reader {
    pub(super) fn get(&self, name: &str) -> Result<Option<Digest>, MirrorError> {
        Ok(self.0.get(name).map_err(failed)?.map(|digest| digest.value()))
    }

    /// Names whose [`short`] is not among those given, `most` at most.
    pub(super) fn others(&self, seen: &HashSet<u64>, most: usize) -> Result<Vec<String>, MirrorError> {
        let mut others = Vec::new();
        for row in self.0.iter().map_err(failed)? {
            let name = row.map_err(failed)?.0.value().to_owned();
            if !seen.contains(&short(&name)) {
                others.push(name);
                if others.len() == most {
                    break;
                }
            }
        }
        Ok(others)
    }
}

/// 64 bits of a name, enough to tell those of one store apart.
pub(super) fn short(name: &str) -> u64 {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(name)
        .iter()
        .take(8)
        .fold(0, |bits, &byte| bits << 8 | u64::from(byte))
}
