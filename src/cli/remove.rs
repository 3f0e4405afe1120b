//! `jingwei remove`

use super::Outcome;
use super::knowledge::Knowledge;
use super::stores::StoreArgs;
use clap::Args;
use jingwei::store::Store;
use miette::{IntoDiagnostic, miette};

/// Takes documents out of the store
///
/// Takes out each document with all that only it said: its claims, and the facts and entities that no other document
/// states. What others state too stays. Documents are named by their id, as `ingest` knows them; an id that the store
/// doesn't have is reported, and the others are removed.
///
/// Example: jingwei remove --store news.db tsmc-tw.txt
#[derive(Args)]
pub struct RemoveArgs {
    /// Ids of documents
    #[arg(required = true, value_name = "DOC")]
    documents: Vec<String>,
    #[command(flatten)]
    store: StoreArgs,
}

pub fn run(args: RemoveArgs) -> miette::Result<Outcome> {
    if !args.store.store.exists() {
        return Err(miette!("there is no store in {}", args.store.store.display()));
    }
    let store: Store = args.store.open_for_writing(&Knowledge::load()?)?;
    let mut outcome = Outcome::Done;
    let mut removed = 0;
    for id in &args.documents {
        if store.remove(id).into_diagnostic()? {
            removed += 1;
        } else {
            eprintln!("the store has no document with the id `{id}`");
            outcome = Outcome::Partly;
        }
    }
    store.flush().into_diagnostic()?;
    args.store.keep_index(&store);
    eprintln!("documents: {removed} removed");
    Ok(outcome)
}
