//! What a user means by a name: the entities of a store, and how they are shown.

use clap::{Args, ValueEnum};
use jingwei::store::Store;
use miette::{IntoDiagnostic, miette};

/// How what was found is written, and in which names.
#[derive(Args)]
pub struct Shown {
    /// Language of the names (zh-Hant, zh-Hans, en)
    #[arg(long, default_value = "zh-Hant")]
    pub lang: String,
    /// How it is written
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// The IRIs under which documents speak of something that goes by a name.
pub fn called(store: &Store, name: &str) -> miette::Result<Vec<String>> {
    let called = store.called(name).into_diagnostic()?;
    if called.is_empty() {
        return Err(miette!("no document in the store speaks of `{name}`"));
    }
    Ok(called)
}

/// The one IRI under which documents speak of something.
pub fn one(store: &Store, name: &str) -> miette::Result<String> {
    match &called(store, name)?[..] {
        [iri] => Ok(iri.clone()),
        several => Err(unclear(name, several)),
    }
}

/// The entity that a name belongs to.
pub fn entity(store: &Store, name: &str) -> miette::Result<String> {
    let mut entities = Vec::new();
    for iri in called(store, name)? {
        let entity = store.entity_of(&iri).into_diagnostic()?;
        if !entities.contains(&entity) {
            entities.push(entity);
        }
    }
    match &entities[..] {
        [entity] => Ok(entity.clone()),
        several => Err(unclear(name, several)),
    }
}

fn unclear(name: &str, iris: &[String]) -> miette::Report {
    miette!(
        "`{name}` may be any of these; say which by its IRI:\n{}",
        iris.join("\n")
    )
}

/// The name of an entity to a reader of a language; its IRI where it has none.
pub fn label(store: &Store, iri: &str, language: &str) -> miette::Result<String> {
    let entity = store.entity(iri).into_diagnostic()?;
    Ok(entity.map_or_else(|| iri.to_owned(), |entity| entity.label(language).to_owned()))
}
