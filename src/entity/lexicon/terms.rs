//! Which posts, figures and other terms are there, and where do they stand in a text?

use super::entry::Name;

/// The tables of terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TermTable {
    Roles,
    Metrics,
    Rounds,
    Ratings,
    Sessions,
    Regions,
    Degrees,
    Aspects,
    Courts,
}

impl TermTable {
    pub const ALL: [TermTable; 9] = [
        TermTable::Roles,
        TermTable::Metrics,
        TermTable::Rounds,
        TermTable::Ratings,
        TermTable::Sessions,
        TermTable::Regions,
        TermTable::Degrees,
        TermTable::Aspects,
        TermTable::Courts,
    ];

    /// Its file below `lexicon/`.
    pub(super) fn file(self) -> &'static str {
        match self {
            TermTable::Roles => "terms/roles.tsv",
            TermTable::Metrics => "terms/metrics.tsv",
            TermTable::Rounds => "terms/rounds.tsv",
            TermTable::Ratings => "terms/ratings.tsv",
            TermTable::Sessions => "terms/sessions.tsv",
            TermTable::Regions => "terms/regions.tsv",
            TermTable::Degrees => "terms/degrees.tsv",
            TermTable::Aspects => "terms/aspects.tsv",
            TermTable::Courts => "terms/courts.tsv",
        }
    }
}

/// A row of a term table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The ontology's name (`chief executive officer`, `net profit`).
    pub name: String,
    /// As written in the file; an ambiguous form is also an ordinary word.
    pub forms: Vec<Name>,
    /// Cells between the name and the forms (`kinds` of a metric), as `lexicon/README.md` documents them.
    pub rest: Vec<String>,
}

/// A term found in a text; bytes of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermHit {
    pub start: usize,
    pub end: usize,
    pub table: TermTable,
    /// Index of the row: [`Lexicon::term`].
    pub row: usize,
    /// The form is also an ordinary word (`?` in the table).
    pub ambiguous: bool,
}
