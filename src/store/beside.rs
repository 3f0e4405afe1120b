use super::{Store, StoreError};
use oxigraph::store::Transaction;

impl Store {
    /// Writes graphs of a user's own, which stand beside those that this store keeps, in one transaction. Where `make`
    /// fails nothing is written.
    ///
    /// The graphs under the base and the default graph are not for it: what is written there breaks the invariants. The
    /// caller sees to that.
    ///
    /// # Errors
    /// What `make` gives, and [`StoreError::Storage`].
    pub fn write_beside<R, E: From<StoreError>>(
        &self,
        make: impl FnOnce(&mut Transaction<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        let _writing = self.writing();
        let mut transaction = self.quads.start_transaction().map_err(StoreError::from)?;
        let made = make(&mut transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        self.flush()?;
        Ok(made)
    }
}
