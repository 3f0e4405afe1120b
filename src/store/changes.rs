//! What has changed since somebody who keeps something beside the store last looked.

use super::layout::stamp;
use super::{Store, StoreError};
use oxigraph::model::NamedNode;
use std::any::Any;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Names of changed documents and entities that are remembered; where there are more, all may have changed.
const REMEMBERED: usize = 100_000;

/// Documents that came, went or changed, and entities whose names, codes or types may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// These, and nothing else.
    These {
        /// IRIs of documents
        documents: HashSet<NamedNode>,
        /// IRIs of entities
        entities: HashSet<NamedNode>,
    },
    /// So many that they weren't remembered.
    Any,
}

impl Changed {
    fn nothing() -> Self {
        Changed::These {
            documents: HashSet::new(),
            entities: HashSet::new(),
        }
    }
}

/// What somebody keeps beside a store as long as it is open.
pub(crate) trait Companion: Any + Send + Sync {
    /// The database was closed, and nothing had changed that [`Store::take_changed`] would have told; this is its stamp
    /// from now on. What RocksDB tidies up until it is closed changes that.
    fn closed(&self, stamp: String);
}

/// A note of what was written, and a place for what is kept beside the store as long as it is open.
pub(super) struct Changes {
    any: AtomicBool,
    noted: Mutex<Changed>,
    companion: OnceLock<Box<dyn Companion>>,
    /// See [`Store::stamp_when_opened`].
    opened: Option<String>,
    /// Folder of the database; `None` in memory
    database: Option<PathBuf>,
}

impl Drop for Changes {
    /// Comes after the database and before the lock, as they stand in [`Store`].
    fn drop(&mut self) {
        if let (Some(companion), Some(database)) = (self.companion.get(), &self.database)
            && !*self.any.get_mut()
            && let Ok(stamp) = stamp(database)
        {
            companion.closed(stamp);
        }
    }
}

impl Changes {
    pub(super) fn since(opened: Option<String>, database: Option<PathBuf>) -> Self {
        Changes {
            any: AtomicBool::new(false),
            noted: Mutex::new(Changed::nothing()),
            companion: OnceLock::new(),
            opened,
            database,
        }
    }

    pub(super) fn document(&self, document: &NamedNode) {
        self.note(|documents, _| documents.insert(document.clone()));
    }

    pub(super) fn entity(&self, entity: &NamedNode) {
        self.note(|_, entities| entities.insert(entity.clone()));
    }

    fn note(&self, note: impl FnOnce(&mut HashSet<NamedNode>, &mut HashSet<NamedNode>) -> bool) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Changed::These { documents, entities } = &mut *noted {
            note(documents, entities);
            if documents.len() + entities.len() > REMEMBERED {
                *noted = Changed::Any;
            }
        }
        self.any.store(true, Ordering::Release);
    }
}

impl Store {
    /// Whether anything was written, or is being written, since [`Store::take_changed`] was last called.
    pub(crate) fn has_changed(&self) -> bool {
        self.changes.any.load(Ordering::Acquire)
    }

    /// What was written since this was last called, or since the store was opened (`None` where nothing was), and
    /// [`Store::stamp`] as it was then. What is under way is waited for.
    ///
    /// # Errors
    /// [`StoreError::File`]; then everything counts as changed.
    pub(crate) fn take_changed(&self) -> Result<(Option<Changed>, Option<String>), StoreError> {
        let _writing = self.writing();
        let stamp = self.stamp().inspect_err(|_| self.forget_what_changed())?;
        let mut noted = self.changes.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let any = self.changes.any.swap(false, Ordering::AcqRel);
        let changed = std::mem::replace(&mut *noted, Changed::nothing());
        Ok((any.then_some(changed), stamp))
    }

    /// [`Store::stamp`], unless something has changed that [`Store::take_changed`] would tell.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub(crate) fn stamp_if_unchanged(&self) -> Result<Option<String>, StoreError> {
        let _writing = self.writing();
        if self.has_changed() { Ok(None) } else { self.stamp() }
    }

    /// Notes that anything may have changed, where what [`Store::take_changed`] gave was lost.
    pub(crate) fn forget_what_changed(&self) {
        *self.changes.noted.lock().unwrap_or_else(PoisonError::into_inner) = Changed::Any;
        self.changes.any.store(true, Ordering::Release);
    }

    /// What somebody keeps beside this store as long as it is open; made when it is first asked for. There is room for one
    /// such thing, so everybody must ask for the same type.
    pub(crate) fn companion<T: Companion + Default>(&self) -> Option<&T> {
        let companion: &dyn Any = &**self.changes.companion.get_or_init(|| Box::new(T::default()));
        companion.downcast_ref()
    }

    /// Says in which state the database's files are now: it changes with whatever is written, by whomever. It may change
    /// without that, too, when RocksDB tidies up. `None` in memory.
    ///
    /// # Errors
    /// [`StoreError::File`].
    fn stamp(&self) -> Result<Option<String>, StoreError> {
        self.changes.database.as_deref().map(stamp).transpose()
    }

    /// [`Store::stamp`] before the store was opened. Opening for writing changes it.
    pub(crate) fn stamp_when_opened(&self) -> Option<&str> {
        self.changes.opened.as_deref()
    }
}
