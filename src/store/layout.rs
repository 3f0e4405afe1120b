use super::StoreError;
use crate::graph::Base;
use oxigraph::store::StorageError;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Goes up whenever a store of before can no longer be read as it is.
const FORMAT: u32 = 1;
/// Says what the folder is, in which format, and under which base.
const FORMAT_FILE: &str = "jingwei-store";
const LOCK_FILE: &str = "lock";
const DATABASE: &str = "quads";

/// The folder of a store, locked.
pub(super) struct Folder {
    path: PathBuf,
    /// Released by the system when the file is closed, also when the process is killed.
    _lock: File,
}

impl Folder {
    pub(super) fn for_writing(path: &Path, base: &Base) -> Result<Self, StoreError> {
        let format_file = path.join(FORMAT_FILE);
        if !format_file.exists() {
            refuse_foreign_files(path)?;
            fs::create_dir_all(path).map_err(|error| file_error(path, error))?;
        }
        let folder = Folder::lock(path, File::try_lock)?;
        if format_file.exists() {
            check_format(&format_file, path, base)?;
        } else {
            let text = format!("format {FORMAT}\nbase {}\n", base.as_str());
            // Renaming makes the file appear whole or not at all, also after a loss of power once it is on the disk.
            let draft = path.join("jingwei-store.new");
            File::create(&draft)
                .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
                .map_err(|error| file_error(&draft, error))?;
            fs::rename(&draft, &format_file).map_err(|error| file_error(&format_file, error))?;
        }
        folder.remove_leftovers()?;
        Ok(folder)
    }

    pub(super) fn for_reading(path: &Path, base: &Base) -> Result<Self, StoreError> {
        let format_file = path.join(FORMAT_FILE);
        if !format_file.exists() {
            return Err(StoreError::Missing(path.to_owned()));
        }
        let folder = Folder::lock(path, File::try_lock_shared)?;
        check_format(&format_file, path, base)?;
        Ok(folder)
    }

    fn lock(path: &Path, try_lock: fn(&File) -> Result<(), TryLockError>) -> Result<Self, StoreError> {
        let lock_file = path.join(LOCK_FILE);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&lock_file)
            .map_err(|error| file_error(&lock_file, error))?;
        match try_lock(&lock) {
            Ok(()) => Ok(Folder {
                path: path.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(file_error(&lock_file, error)),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn database(&self) -> PathBuf {
        self.path.join(DATABASE)
    }

    /// A bulk load that was killed or failed leaves its table files behind, which nothing refers to and nobody else deletes.
    pub(super) fn remove_leftovers(&self) -> Result<(), StoreError> {
        let database = self.database();
        if !database.exists() {
            return Ok(());
        }
        let entries = fs::read_dir(&database).map_err(|error| file_error(&database, error))?;
        for entry in entries {
            let path = entry.map_err(|error| file_error(&database, error))?.path();
            let leftover = path
                .file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with("bulk-") && name.ends_with(".sst"));
            if leftover {
                fs::remove_file(&path).map_err(|error| file_error(&path, error))?;
            }
        }
        Ok(())
    }

    /// RocksDB has a lock of its own, for programs that don't know ours.
    pub(super) fn explain(&self, error: StorageError) -> StoreError {
        match StoreError::from(error) {
            StoreError::Storage(text) if text.contains("lock") || text.contains("LOCK") => {
                StoreError::Busy(self.path.clone())
            }
            error => error,
        }
    }
}

/// Says in which state the database's files are. Whatever is written goes to the newest log or is noted in the
/// manifest, and both only grow or are begun anew under another name.
pub(super) fn stamp(database: &Path) -> Result<String, StoreError> {
    let mut state = Vec::new();
    let mut newest_log = None;
    match fs::read_dir(database) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(file_error(database, error)),
        Ok(entries) => {
            for entry in entries {
                let entry = entry.map_err(|error| file_error(database, error))?;
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                let number = name.strip_suffix(".log").and_then(|number| number.parse::<u64>().ok());
                if let Some(number) = number {
                    newest_log = newest_log.max(Some((number, entry.path())));
                } else if ["IDENTITY", "CURRENT"].contains(&&*name) {
                    let content = fs::read_to_string(entry.path()).map_err(|error| file_error(&entry.path(), error))?;
                    state.push(format!("{name} {}", content.trim()));
                }
            }
        }
    }
    let manifest = state
        .iter()
        .find_map(|line| line.strip_prefix("CURRENT "))
        .map(|name| database.join(name));
    for path in newest_log.map(|(_, path)| path).into_iter().chain(manifest) {
        let size = fs::metadata(&path).map_err(|error| file_error(&path, error))?.len();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        state.push(format!("{name} {size}"));
    }
    state.sort();
    Ok(state.join(", "))
}

fn refuse_foreign_files(path: &Path) -> Result<(), StoreError> {
    match fs::read_dir(path) {
        Ok(entries) => {
            for entry in entries {
                let name = entry.map_err(|error| file_error(path, error))?.file_name();
                if name != LOCK_FILE && name != "jingwei-store.new" {
                    return Err(StoreError::NotAStore(path.to_owned()));
                }
            }
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(file_error(path, error)),
    }
}

fn check_format(file: &Path, path: &Path, base: &Base) -> Result<(), StoreError> {
    let damaged = |reason: &str| StoreError::Damaged {
        path: file.to_owned(),
        reason: reason.to_owned(),
    };
    let text = fs::read_to_string(file).map_err(|error| file_error(file, error))?;
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
    let found: u32 = field("format ")
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| damaged("it has no line `format NUMBER`"))?;
    if found != FORMAT {
        let remedy = if found > FORMAT {
            "use the newer program that wrote it"
        } else {
            "ingest the documents into a new --store"
        };
        return Err(StoreError::Format {
            path: path.to_owned(),
            found,
            known: FORMAT,
            remedy,
        });
    }
    let stored = field("base ").ok_or_else(|| damaged("it has no line `base IRI`"))?;
    if stored != base.as_str() {
        return Err(StoreError::Base {
            path: path.to_owned(),
            found: stored.to_owned(),
            asked: base.as_str().to_owned(),
        });
    }
    Ok(())
}

fn file_error(path: &Path, error: std::io::Error) -> StoreError {
    StoreError::File {
        path: path.to_owned(),
        error,
    }
}
