//! Where is it kept, and what is already in? Oxigraph, one named graph a document.
//!
//! A [`Store`] is a folder with a database, a format number and a lock. Documents go in through a [`Loader`] (many) or
//! [`Store::put`] (one) and out through [`Store::remove`]; [`Store::claims`], [`Store::entities`] and
//! [`Store::documents`] read typed values back, and [`Store::quads`] is what SPARQL runs on.
//!
//! *Invariant.* The default graph is exactly what the named graphs imply ([`crate::graph::Knowledge`]), after any
//! history of writing and after a kill at any moment. [`Store::verify`] checks it.
//!
//! *Invariant.* The content is a function of the set of documents in it, not of their order or of what was in it
//! before.
//!
//! Two roads lead in. A few quads go through a transaction, which is atomic. Many go through oxigraph's bulk loader,
//! which is atomic too but can't delete: where a new document changes which name of an entity is the preferred one,
//! the entity is noted in a journal graph within the same bulk load, settled in a transaction afterwards, and, if
//! that was cut off, when the store is opened next.

mod beside;
#[cfg_attr(
    not(feature = "search"),
    allow(dead_code, reason = "only the text index asks what changed")
)]
mod changes;
mod evidence;
mod export;
#[cfg_attr(
    not(feature = "disk"),
    allow(dead_code, reason = "only stores on disk have a folder")
)]
mod layout;
mod load;
mod maintain;
mod read;
mod rulings;
#[cfg(feature = "mirror")]
mod units;
mod verify;
mod who;

#[cfg(feature = "search")]
pub(crate) use changes::{Changed, Companion};
pub use export::Part;
pub use load::{Loaded, Loader};
pub use read::{ClaimFilter, ClaimObject, Graph, QualifierValue, StoredClaim, StoredDocument, StoredEntity};
pub use rulings::{Case, Ruled};
#[cfg(feature = "mirror")]
pub(crate) use units::Unit;
pub use verify::Difference;
pub use who::Changes;

use crate::extract::EntityOut;
use crate::graph::{Base, GraphError};
use oxigraph::model::NamedNode;
use oxigraph::store::StorageError;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is known of entities before any document is read. The store keeps the facts of those entities that its
/// documents mention in the graph `graph/lexicon`, once each.
pub trait Background: Send + Sync {
    /// Changes whenever an answer of [`Background::entity`] may have changed.
    fn version(&self) -> String;

    /// Names, type and identifiers of an entity by its IRI; `None` where nothing is known. Must depend on nothing
    /// but the IRI and the version.
    fn entity(&self, iri: &str) -> Option<EntityOut>;
}

/// Table files that RocksDB keeps open: each has its index in memory, which would otherwise grow with the store.
#[cfg(feature = "disk")]
const MAX_OPEN_FILES: u32 = 400;

/// Documents and what they imply.
pub struct Store {
    quads: oxigraph::store::Store,
    base: Base,
    background: Option<Arc<dyn Background>>,
    /// Oxigraph's transactions don't see each other, so there is one writer at a time.
    writer: Mutex<()>,
    /// Dropped after the quads and before the folder: see [`changes::Companion`].
    changes: changes::Changes,
    /// The lock on the folder, held as long as the store is open.
    folder: Option<layout::Folder>,
}

impl Store {
    /// Opens the store in `folder` for reading and writing, and makes it if there is none.
    ///
    /// Nobody else may have it open. What a killed process left half done is settled here.
    ///
    /// # Errors
    /// [`StoreError`]: held by somebody else, another format or base, no store at all, or failing storage.
    #[cfg(feature = "disk")]
    pub fn open(folder: &Path, base: Base) -> Result<Self, StoreError> {
        let folder = layout::Folder::for_writing(folder, &base)?;
        let stamp = layout::stamp(&folder.database())?;
        let options = oxigraph::store::StoreOptions::default().with_max_open_files(MAX_OPEN_FILES);
        let quads = oxigraph::store::Store::open_with_options(folder.database(), options)
            .map_err(|error| folder.explain(error))?;
        let store = Store::new(quads, base, Some(folder), Some(stamp));
        store.settle_leftovers()?;
        Ok(store)
    }

    /// Opens the store in `folder` for reading only. Several processes may read; none may write meanwhile.
    ///
    /// If the last one that wrote was killed and left something half done, it is opened for writing first, so that
    /// nobody sees that.
    ///
    /// # Errors
    /// As [`Store::open`], and where there is no store.
    #[cfg(feature = "disk")]
    pub fn open_for_reading(folder: &Path, base: Base) -> Result<Self, StoreError> {
        let open = || -> Result<Self, StoreError> {
            let folder = layout::Folder::for_reading(folder, &base)?;
            let stamp = layout::stamp(&folder.database())?;
            let quads =
                oxigraph::store::Store::open_read_only(folder.database()).map_err(|error| folder.explain(error))?;
            Ok(Store::new(quads, base.clone(), Some(folder), Some(stamp)))
        };
        let store = open()?;
        if !store.quads.contains_named_graph(&store.journal())? {
            return Ok(store);
        }
        drop(store);
        drop(Store::open(folder, base.clone())?);
        open()
    }

    /// An empty store that vanishes with the process.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn in_memory(base: Base) -> Result<Self, StoreError> {
        Ok(Store::new(oxigraph::store::Store::new()?, base, None, None))
    }

    fn new(quads: oxigraph::store::Store, base: Base, folder: Option<layout::Folder>, stamp: Option<String>) -> Self {
        Store {
            quads,
            base,
            background: None,
            writer: Mutex::new(()),
            changes: changes::Changes::since(stamp, folder.as_ref().map(layout::Folder::database)),
            folder,
        }
    }

    /// The quads, for queries. Writing through it breaks the invariants above.
    pub fn quads(&self) -> &oxigraph::store::Store {
        &self.quads
    }

    /// The namespace of the data.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// The folder; `None` in memory.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(layout::Folder::path)
    }

    /// Makes sure that everything written so far survives a loss of power.
    ///
    /// # Errors
    /// [`StoreError::Storage`].
    pub fn flush(&self) -> Result<(), StoreError> {
        #[cfg(feature = "disk")]
        self.quads.flush()?;
        Ok(())
    }

    fn writing(&self) -> MutexGuard<'_, ()> {
        // The guard protects no data of its own, so a panic elsewhere leaves nothing broken behind.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The graph in which bulk loads note the entities whose names are yet to be settled.
    fn journal(&self) -> NamedNode {
        NamedNode::new_unchecked(format!("{}graph/unsettled", self.base.as_str()))
    }
}

/// Why the store can't do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else holds the lock.
    #[error("the store {} is in use by another process; wait until that one ends, or name another --store", .0.display())]
    Busy(PathBuf),
    /// The folder holds something else.
    #[error("{} holds files but no Jingwei store; name an empty or a new folder", .0.display())]
    NotAStore(PathBuf),
    /// Nothing there to read.
    #[error("there is no store in {}; `jingwei ingest --store {}` makes one", .0.display(), .0.display())]
    Missing(PathBuf),
    /// Written by another version of the program.
    #[error("the store {} has format {found}, this program reads format {known}; {remedy}", path.display())]
    Format {
        /// Folder of the store.
        path: PathBuf,
        /// Format of the store.
        found: u32,
        /// Format of this program.
        known: u32,
        /// What helps.
        remedy: &'static str,
    },
    /// Opened with another base than it was made with.
    #[error("the store {} was made with --base {found}, not {asked}; pass the base it was made with, or ingest into another --store", path.display())]
    Base {
        /// Folder of the store.
        path: PathBuf,
        /// Base of the store.
        found: String,
        /// Base that was asked for.
        asked: String,
    },
    /// The format file can't be understood.
    #[error("{} is damaged: {reason}; restore it from a backup, or ingest into a new --store", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The file system refused.
    #[error("{}: {error}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// The quads to be put in aren't those of one document.
    #[error("the quads of a document must stand in one graph under {base}doc/, but there is {found}")]
    NotADocument {
        /// The store's base.
        base: String,
        /// What was found instead.
        found: String,
    },
    /// The disk is full, or a quota or a limit on the size of files is used up.
    #[error(
        "there is no space left for the store: {0}; make some and give the same command again, what is in stays in"
    )]
    Full(String),
    /// The database failed.
    #[error("the database failed: {0}")]
    Storage(String),
    /// An entity or document can't be said in RDF.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl From<StorageError> for StoreError {
    fn from(error: StorageError) -> Self {
        let text = error.to_string();
        // Oxigraph 0.5 keeps the message where RocksDB's `malloc` has put it and has Rust's allocator free it, which
        // crashes where that is another one, as in our program. A few bytes are lost instead, once.
        std::mem::forget(error);
        let says = |part: &str| text.contains(part);
        if says("No space left on device") || says("Disk quota exceeded") || says("File too large") {
            StoreError::Full(text)
        } else {
            StoreError::Storage(text)
        }
    }
}
