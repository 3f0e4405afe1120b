//! What a user means by a name: the entities of a store, and how they are shown.

use super::picture;
use super::terminal::Terminal;
use clap::{Args, ValueEnum};
use jingwei::draw::Language;
use jingwei::store::Store;
use miette::{IntoDiagnostic, miette};

/// How what was found is written, and in which names.
#[derive(Args)]
pub struct Shown {
    /// Language of names, types and predicates
    #[arg(long, default_value = "zh-Hant", value_parser = picture::language())]
    pub lang: Language,
    /// How it is written
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// Columns that lines are folded to; those of the terminal where not given, as many as it takes elsewhere
    #[arg(long, value_name = "COLUMNS")]
    pub width: Option<u16>,
}

impl Shown {
    pub fn terminal(&self) -> Terminal {
        Terminal::of_stdout(self.width)
    }
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
pub fn label(store: &Store, iri: &str, language: Language) -> miette::Result<String> {
    let entity = store.entity(iri).into_diagnostic()?;
    Ok(entity.map_or_else(|| iri.to_owned(), |entity| picture::label(&entity, language)))
}
