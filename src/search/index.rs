//! The index in its folder, and how it keeps up with the store.
//!
//! Beside tantivy's files lies a file `state`. It says which program wrote the index, which files belong to it, and for
//! which state of the database it stands. It is deleted before the index is changed and written when the change is on the
//! disk: so a process that was killed in between leaves an index that is compared with the store before it is used.

use super::entries::{self, Entry, Unit};
use super::rank;
use super::schema::{Fields, TERMS, Terms};
use super::{Found, SearchError};
use crate::store::{Changed, Companion, Store};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, IndexReader, IndexWriter, ReloadPolicy, Searcher, TERMINATED};

/// Goes up whenever an index of before would find other things than one that is made anew.
const FORMAT: u32 = 1;
/// Folder of the index in that of a store.
const FOLDER: &str = "search";
const STATE: &str = "state";
const LOCK: &str = "lock";
/// Bytes of what is written before it goes to the disk.
const HEAP: usize = 48 << 20;
/// Units between commits: so much work is lost with a kill.
const COMMIT_EVERY: usize = 20_000;

/// What a store keeps of its index as long as it is open.
#[derive(Default)]
struct Kept(Mutex<Option<Arc<Index>>>);

/// An index as it was at one moment.
pub(super) struct Snapshot {
    pub searcher: Searcher,
    /// Terms of all titles and quotes
    pub terms_of_texts: u64,
}

impl Companion for Kept {
    fn closed(&self, stamp: String) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = &*kept
            && let Some(folder) = &index.folder
        {
            let is_noted = index.noted.lock().unwrap_or_else(PoisonError::into_inner).is_some();
            let note = || -> Result<(), SearchError> {
                let _alone = lock(folder)?;
                index.note(Some(stamp))
            };
            // Where it isn't noted the index is compared with the store when that is opened next.
            if is_noted && let Err(error) = note() {
                tracing::debug!("{error}");
            }
        }
    }
}

pub(super) struct Index {
    tantivy: tantivy::Index,
    fields: Fields,
    reader: IndexReader,
    snapshot: Mutex<Arc<Snapshot>>,
    /// `None` in memory
    folder: Option<PathBuf>,
    /// The state of the database that the folder says it stands for.
    noted: Mutex<Option<String>>,
}

/// Does something with the index of a store, which is brought up to date before. A damaged one is built anew.
///
/// # Errors
/// What the work gives, and what fails in keeping up.
pub(super) fn with<R>(store: &Store, work: impl Fn(&Index) -> Result<R, SearchError>) -> Result<R, SearchError> {
    let attempt = || -> Result<R, SearchError> { work(&*of(store)?) };
    // What is read is what lies on the disk, and tantivy trusts it: where it is damaged there is no saying what happens.
    match catch_unwind(AssertUnwindSafe(attempt)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error @ (SearchError::Long | SearchError::Store(_)))) => Err(error),
        Ok(Err(SearchError::Index(reason))) => again(store, &reason, work),
        Err(_) => again(store, "it is damaged", work),
    }
}

/// Puts the index of a store away and tries once more, in memory where its folder can't be written.
fn again<R>(store: &Store, reason: &str, work: impl Fn(&Index) -> Result<R, SearchError>) -> Result<R, SearchError> {
    let Some(folder) = folder_of(store) else {
        return Err(SearchError::Index(reason.to_owned()));
    };
    tracing::warn!(
        "the text index in {} can't be used ({reason}): it is built anew",
        folder.display()
    );
    put_away(store);
    let anew = || -> Result<R, SearchError> {
        let alone = lock(&folder)?;
        remove(&folder)?;
        drop(alone);
        work(&*of(store)?)
    };
    match catch_unwind(AssertUnwindSafe(anew)) {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(error @ (SearchError::Long | SearchError::Store(_)))) => return Err(error),
        Ok(Err(SearchError::Index(reason))) => {
            tracing::warn!(
                "no text index can be kept in {} ({reason}): it is made in memory",
                folder.display()
            );
        }
        Err(_) => return Err(SearchError::Index("it is damaged, and so is a new one".to_owned())),
    }
    put_away(store);
    let mut kept = kept(store)?.lock().unwrap_or_else(PoisonError::into_inner);
    store.take_changed()?;
    let guard = Lost(store);
    let index = Arc::new(Index::in_memory()?);
    index.compare(store)?;
    std::mem::forget(guard);
    *kept = Some(index.clone());
    drop(kept);
    work(&index)
}

fn folder_of(store: &Store) -> Option<PathBuf> {
    store.folder().map(|folder| folder.join(FOLDER))
}

fn kept(store: &Store) -> Result<&Mutex<Option<Arc<Index>>>, SearchError> {
    let kept = store.companion::<Kept>().map(|kept| &kept.0);
    kept.ok_or_else(|| SearchError::Index("something else is kept with the store".to_owned()))
}

fn put_away(store: &Store) {
    if let Ok(kept) = kept(store) {
        *kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
    // Whatever was noted as changed and has been lost, the comparison finds.
    store.forget_what_changed();
}

/// The index of a store, up to date.
fn of(store: &Store) -> Result<Arc<Index>, SearchError> {
    let mut kept = kept(store)?.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(index) = &*kept
        && !store.has_changed()
    {
        return Ok(index.clone());
    }
    let (changed, now) = store.take_changed()?;
    // Whatever ends this early loses what has changed.
    let guard = Lost(store);
    let index = match kept.take() {
        Some(index) => {
            let _alone = index.folder.as_deref().map(lock).transpose()?;
            index.catch_up(store, changed, now)?;
            index
        }
        None => open(store, changed, now)?,
    };
    std::mem::forget(guard);
    *kept = Some(index.clone());
    Ok(index)
}

/// Notes when it is dropped that anything may have changed.
struct Lost<'s>(&'s Store);

impl Drop for Lost<'_> {
    fn drop(&mut self) {
        self.0.forget_what_changed();
    }
}

/// Opens the index of a store, or makes one, and brings it up to date. `now` is the state of the database.
fn open(store: &Store, changed: Option<Changed>, now: Option<String>) -> Result<Arc<Index>, SearchError> {
    let Some(folder) = folder_of(store) else {
        let index = Index::in_memory()?;
        index.compare(store)?;
        return Ok(Arc::new(index));
    };
    let is_fresh = |state: &State| {
        state.is_ours() && Some(state.database.as_str()) == store.stamp_when_opened() && state.is_whole(&folder)
    };
    if changed.is_none()
        && let Some(state) = State::read(&folder).filter(is_fresh)
    {
        return Ok(Arc::new(Index::in_folder(&folder, Some(state.database))?));
    }
    // Others who read the same store may be at it; what they have done need not be done again.
    let _alone = lock(&folder)?;
    let state = State::read(&folder);
    if let Some(state) = &state
        && is_fresh(state)
    {
        let index = Arc::new(Index::in_folder(&folder, Some(state.database.clone()))?);
        index.catch_up(store, changed, now)?;
        return Ok(index);
    }
    let name = folder.display();
    let index = match &state {
        Some(state) if !state.is_ours() => {
            tracing::warn!("the text index in {name} is of another version: it is built anew");
            None
        }
        _ => Index::in_folder_if_sound(&folder),
    };
    let index = match index {
        Some(index) => {
            tracing::info!("the text index in {name} is compared with the store");
            index
        }
        None => {
            let was_there = folder.join("meta.json").exists();
            if was_there && state.as_ref().is_none_or(State::is_ours) {
                tracing::warn!("the text index in {name} is damaged: it is built anew");
            } else if !was_there {
                tracing::info!("the text index in {name} is built");
            }
            remove(&folder)?;
            Index::make(&folder)?
        }
    };
    index.catch_up(store, Some(Changed::Any), now)?;
    Ok(Arc::new(index))
}

/// Waits until nobody else writes the index. Given back when it is dropped.
fn lock(folder: &Path) -> Result<File, SearchError> {
    fs::create_dir_all(folder)?;
    let file = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(folder.join(LOCK))?;
    file.lock()?;
    Ok(file)
}

/// Deletes the index, but for the lock.
fn remove(folder: &Path) -> Result<(), SearchError> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() != LOCK && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

impl Index {
    fn new(tantivy: tantivy::Index, folder: Option<PathBuf>, noted: Option<String>) -> Result<Self, SearchError> {
        let (_, fields) = Fields::new();
        tantivy.tokenizers().register(TERMS, Terms);
        let reader: IndexReader = tantivy
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let snapshot = Mutex::new(Arc::new(Snapshot::of(&reader, fields)?));
        Ok(Index {
            tantivy,
            fields,
            reader,
            snapshot,
            folder,
            noted: Mutex::new(noted),
        })
    }

    fn in_memory() -> Result<Self, SearchError> {
        Index::new(tantivy::Index::create_in_ram(Fields::new().0), None, None)
    }

    fn make(folder: &Path) -> Result<Self, SearchError> {
        let tantivy = tantivy::Index::create_in_dir(folder, Fields::new().0)?;
        Index::new(tantivy, Some(folder.to_owned()), None)
    }

    fn in_folder(folder: &Path, noted: Option<String>) -> Result<Self, SearchError> {
        let tantivy = tantivy::Index::open_in_dir(folder)?;
        if tantivy.schema() != Fields::new().0 {
            return Err(SearchError::Index("it has other fields".to_owned()));
        }
        Index::new(tantivy, Some(folder.to_owned()), noted)
    }

    /// What lies in a folder that doesn't say whose it is: an index whose files are as they were written, or nothing.
    fn in_folder_if_sound(folder: &Path) -> Option<Self> {
        let index = Index::in_folder(folder, None).ok()?;
        let damaged = index.tantivy.validate_checksum().ok()?;
        damaged.is_empty().then_some(index)
    }

    pub(super) fn find(&self, asked: &rank::Asked) -> Result<Found, SearchError> {
        let snapshot = self.snapshot.lock().unwrap_or_else(PoisonError::into_inner).clone();
        rank::find(&snapshot, self.fields, asked)
    }

    /// Makes the index stand for what the store holds now, given what has changed since it last did, and notes for which
    /// state of the database it does.
    fn catch_up(&self, store: &Store, changed: Option<Changed>, now: Option<String>) -> Result<(), SearchError> {
        match changed {
            None => {}
            Some(Changed::Any) => self.compare(store)?,
            Some(Changed::These { documents, entities }) => {
                let mut update = Update::of(self);
                for node in &entities {
                    let found = entries::entity(store, node)?;
                    let version = found.as_ref().map(|(unit, _)| unit.version);
                    let id = entries::number([node.as_str()]);
                    if self.version(id)? != version {
                        update.replace(id, found.into_iter().map(|(unit, entry)| (unit, vec![entry])))?;
                    }
                }
                for node in &documents {
                    let found = entries::document(store, node)?;
                    let version = found.as_ref().map(|unit| unit.version);
                    let id = entries::number([node.as_str()]);
                    if self.version(id)? != version {
                        let entries = entries::entries(store, node)?;
                        update.replace(id, found.map(|unit| (unit, entries)))?;
                    }
                }
                update.finish()?;
            }
        }
        self.note(now)
    }

    /// Compares every unit of the store with the index.
    fn compare(&self, store: &Store) -> Result<(), SearchError> {
        let mut known = self.versions()?;
        let mut update = Update::of(self);
        for node in entries::entities(store) {
            if let Some((unit, entry)) = entries::entity(store, &node?)?
                && known.remove(&unit.id) != Some(unit.version)
            {
                update.replace(unit.id, Some((unit, vec![entry])))?;
            }
        }
        for node in entries::documents(store) {
            let node = node?;
            if let Some(unit) = entries::document(store, &node)?
                && known.remove(&unit.id) != Some(unit.version)
            {
                update.replace(unit.id, Some((unit, entries::entries(store, &node)?)))?;
            }
        }
        for id in known.into_keys() {
            update.replace(id, None)?;
        }
        update.finish()
    }

    /// The version of each unit that the index has.
    fn versions(&self) -> Result<HashMap<u64, u64>, SearchError> {
        let snapshot = self.snapshot.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut versions = HashMap::new();
        for segment in snapshot.searcher.segment_readers() {
            let (units, of) = (
                segment.fast_fields().u64("unit")?,
                segment.fast_fields().u64("version")?,
            );
            for doc in segment.doc_ids_alive() {
                if let (Some(unit), Some(version)) = (units.first(doc), of.first(doc)) {
                    versions.insert(unit, version);
                }
            }
        }
        Ok(versions)
    }

    /// The version that the index has of a unit.
    fn version(&self, unit: u64) -> Result<Option<u64>, SearchError> {
        let snapshot = self.snapshot.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for segment in snapshot.searcher.segment_readers() {
            let inverted = segment.inverted_index(self.fields.unit)?;
            let Some(mut postings) = inverted.read_postings(&self.fields.unit(unit), IndexRecordOption::Basic)? else {
                continue;
            };
            let versions = segment.fast_fields().u64("version")?;
            while postings.doc() != TERMINATED {
                if !segment.is_deleted(postings.doc()) {
                    return Ok(versions.first(postings.doc()));
                }
                postings.advance();
            }
        }
        Ok(None)
    }

    /// Notes that the index stands for the database as it is now, where its files have changed by something that is none
    /// of the index's business: by being opened, or by graphs of a user's own.
    pub(super) fn note_state_of(&self, store: &Store) -> Result<(), SearchError> {
        let now = store.stamp_if_unchanged()?;
        if let Some(folder) = &self.folder
            && now.is_some()
        {
            let _alone = lock(folder)?;
            self.note(now)?;
        }
        Ok(())
    }

    /// Notes for which state of the database the index stands. The folder's lock must be held.
    fn note(&self, database: Option<String>) -> Result<(), SearchError> {
        let (Some(folder), Some(now)) = (&self.folder, &database) else {
            return Ok(());
        };
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if *noted != database {
            State::of(&self.tantivy, folder, now.clone())?.write(folder)?;
            *noted = database;
        }
        Ok(())
    }
}

impl Snapshot {
    fn of(reader: &IndexReader, fields: Fields) -> Result<Self, SearchError> {
        let searcher = reader.searcher();
        let mut terms_of_texts = 0;
        for segment in searcher.segment_readers() {
            let lengths = segment.get_fieldnorms_reader(fields.texts)?;
            // Lengths are kept roughly. Their sum is made of what is kept, so that it is the same however the entries came.
            terms_of_texts += segment
                .doc_ids_alive()
                .map(|doc| u64::from(lengths.fieldnorm(doc)))
                .sum::<u64>();
        }
        Ok(Snapshot {
            searcher,
            terms_of_texts,
        })
    }
}

/// What is being written to an index. Nothing is opened before there is something to write.
struct Update<'i> {
    index: &'i Index,
    writer: Option<IndexWriter>,
    uncommitted: usize,
}

impl<'i> Update<'i> {
    fn of(index: &'i Index) -> Self {
        Update {
            index,
            writer: None,
            uncommitted: 0,
        }
    }

    /// Puts entries of a unit in the place of those that there are.
    fn replace(&mut self, id: u64, new: impl IntoIterator<Item = (Unit, Vec<Entry>)>) -> Result<(), SearchError> {
        let index = self.index;
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => {
                // From now on the folder stands for nothing, until it is noted anew.
                if let Some(folder) = &index.folder {
                    State::forget(folder)?;
                    *index.noted.lock().unwrap_or_else(PoisonError::into_inner) = None;
                }
                // One thread: entries then have the same numbers in every run.
                none.insert(index.tantivy.writer_with_num_threads(1, HEAP)?)
            }
        };
        writer.delete_term(index.fields.unit(id));
        for (unit, entries) in new {
            for entry in entries {
                writer.add_document(index.fields.document(&unit, &entry))?;
            }
        }
        self.uncommitted += 1;
        if self.uncommitted >= COMMIT_EVERY {
            writer.commit()?;
            self.uncommitted = 0;
        }
        Ok(())
    }

    /// Makes all of it last, and seen.
    fn finish(self) -> Result<(), SearchError> {
        let Some(mut writer) = self.writer else { return Ok(()) };
        writer.commit()?;
        writer.wait_merging_threads()?;
        self.index.reader.reload()?;
        let snapshot = Arc::new(Snapshot::of(&self.index.reader, self.index.fields)?);
        *self.index.snapshot.lock().unwrap_or_else(PoisonError::into_inner) = snapshot;
        Ok(())
    }
}

/// What the file `state` says.
struct State {
    format: String,
    database: String,
    /// Names and bytes of the index's files
    files: Vec<(String, u64)>,
}

impl State {
    fn of(index: &tantivy::Index, folder: &Path, database: String) -> Result<Self, SearchError> {
        let mut files = Vec::new();
        for file in index.load_metas()?.list_segment_files() {
            // Not every segment has every kind of file.
            if let (Ok(about), Some(name)) = (fs::metadata(folder.join(&file)), file.to_str()) {
                files.push((name.to_owned(), about.len()));
            }
        }
        files.sort();
        Ok(State {
            format: format_name(),
            database,
            files,
        })
    }

    /// `None` where there is none, or half of one.
    fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(STATE)).ok()?;
        let lines = text.strip_suffix("end\n")?;
        let field = |name: &str| {
            lines
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .map(str::to_owned)
        };
        let files = lines.lines().filter_map(|line| line.strip_prefix("file "));
        Some(State {
            format: field("format ")?,
            database: field("database ")?,
            files: files
                .map(|line| {
                    let (name, bytes) = line.rsplit_once(' ')?;
                    Some((name.to_owned(), bytes.parse().ok()?))
                })
                .collect::<Option<_>>()?,
        })
    }

    fn write(&self, folder: &Path) -> Result<(), SearchError> {
        let mut text = format!("format {}\ndatabase {}\n", self.format, self.database);
        for (name, bytes) in &self.files {
            text.push_str(&format!("file {name} {bytes}\n"));
        }
        text.push_str("end\n");
        let draft = folder.join("state.new");
        let mut file = File::create(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&draft, folder.join(STATE))?;
        Ok(())
    }

    fn forget(folder: &Path) -> Result<(), SearchError> {
        match fs::remove_file(folder.join(STATE)) {
            // After a loss of power it must not be back.
            Ok(()) => Ok(File::open(folder)?.sync_all()?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn is_ours(&self) -> bool {
        self.format == format_name()
    }

    /// Whether all files are there, as long as they were.
    fn is_whole(&self, folder: &Path) -> bool {
        self.files
            .iter()
            .all(|(name, bytes)| fs::metadata(folder.join(name)).is_ok_and(|about| about.len() == *bytes))
    }
}

/// Another version of the program may cut texts otherwise.
fn format_name() -> String {
    format!("{FORMAT} of {}", env!("CARGO_PKG_VERSION"))
}
