use super::{View, neo4j, obsidian};
use std::collections::BTreeMap;
use std::fmt;

/// A format of several files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Folder {
    /// Tables that Neo4j's importer takes
    Neo4j,
    /// Notes that lead to each other, for Obsidian
    Obsidian,
}

impl Folder {
    /// All of them.
    pub const ALL: &'static [Folder] = &[Folder::Neo4j, Folder::Obsidian];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Folder::Neo4j => "neo4j",
            Folder::Obsidian => "obsidian",
        }
    }

    /// The view as files, UTF-8, by their path inside the folder (with `/` between its parts). No two paths differ in
    /// case alone.
    pub fn render(self, view: &View<'_>) -> BTreeMap<String, String> {
        match self {
            Folder::Neo4j => neo4j::neo4j(view),
            Folder::Obsidian => obsidian::obsidian(view),
        }
    }
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
