//! Which store a command works on.

use super::knowledge::Knowledge;
use clap::Args;
use jingwei::graph::{Base, DEFAULT_BASE};
use jingwei::store::Store;
use miette::IntoDiagnostic;
use std::path::PathBuf;

#[derive(Args)]
pub struct StoreArgs {
    /// Folder of the store
    #[arg(long, value_name = "DIR", default_value = "jingwei.db")]
    pub store: PathBuf,
    /// Base IRI of the data; a store keeps the one it was made with
    #[arg(long, value_name = "IRI", default_value = DEFAULT_BASE)]
    base: String,
}

impl StoreArgs {
    pub fn base(&self) -> miette::Result<Base> {
        Base::new(&self.base).into_diagnostic()
    }

    /// Opens the store, makes it where there is none, and brings what it keeps of the lexicon up to date.
    pub fn open_for_writing(&self, knowledge: &Knowledge) -> miette::Result<Store> {
        let base = self.base()?;
        let mut store = Store::open(&self.store, base.clone()).into_diagnostic()?;
        store.set_background(knowledge.background(&base)).into_diagnostic()?;
        Ok(store)
    }

    /// Brings the text index up to date with what was written, so that the next search needn't.
    pub fn keep_index(&self, store: &Store) {
        if let Err(error) = jingwei::search::keep(store) {
            // What was written is in, and the next search brings the index up to date.
            tracing::warn!("the text index of {} isn't up to date: {error}", self.store.display());
        }
    }

    pub fn open_for_reading(&self) -> miette::Result<Store> {
        Store::open_for_reading(&self.store, self.base()?).into_diagnostic()
    }
}
