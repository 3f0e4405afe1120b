//! What is known of one entity?

use crate::entity::EntityType;
use crate::text;
use std::sync::OnceLock;

/// A name of an entry, in the script in which it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    /// Also an ordinary word or somebody else's name: needs the document's support.
    pub ambiguous: bool,
}

/// The preferred name in each script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Labels {
    pub hant: Option<String>,
    pub hans: Option<String>,
    pub en: Option<String>,
}

/// An entity that is known beforehand.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: String,
    pub kind: EntityType,
    /// As written down
    pub(super) written: Labels,
    /// With the label of the other script, once that was asked: no text names more than a few of the entries.
    pub(super) labels: OnceLock<Labels>,
    pub names: Vec<Name>,
    /// `XHKG 700` …
    pub listings: Vec<String>,
    /// Other identifiers by scheme.
    pub identifiers: Vec<(String, String)>,
    /// Key of the maker or owner.
    pub owner: Option<String>,
}

impl Entry {
    /// The preferred names; where one script has none it is converted from the other.
    pub fn labels(&self) -> &Labels {
        self.labels.get_or_init(|| {
            let Labels { hant, hans, en } = self.written.clone();
            let other =
                |label: &Option<String>, convert: fn(&str) -> Option<String>| label.as_deref().and_then(convert);
            Labels {
                hans: hans.clone().or_else(|| other(&hant, text::simplified)),
                hant: hant.or_else(|| other(&hans, text::traditional)),
                en,
            }
        })
    }
}
