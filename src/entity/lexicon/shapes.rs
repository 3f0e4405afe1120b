//! Which words shape names, and which stand for them?

use super::cues::{CueClass, Suffixes};
use crate::entity::EntityType;
use rustc_hash::{FxHashMap, FxHashSet};

/// Words that shape names, one set a file of `shapes/`.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    /// Ends of company names: whether the end alone is enough evidence.
    pub company_suffixes: Suffixes,
    pub organization_suffixes: Suffixes,
    pub boundary_words: FxHashMap<String, Boundary>,
    pub translit: FxHashSet<char>,
    /// Latin given names, and whether they are also words, places or brands.
    pub given_names: FxHashMap<String, bool>,
    pub family_names: FxHashSet<String>,
    /// Capitalised words that are no names, with their kind (`acronym`, `date`, `title`, `word`).
    pub latin_stop: FxHashMap<String, String>,
    /// Words beside names by class (`surroundings.tsv`).
    pub(super) surroundings: FxHashMap<String, CueClass>,
    /// Latin heads of model names (GPT, Claude), by which new versions are told.
    pub model_families: FxHashSet<String>,
    /// Of one character, and whether it is a frequent one.
    pub surnames: FxHashMap<char, bool>,
    /// Of two and more.
    pub compound_surnames: FxHashSet<String>,
    /// What full names have behind everyday names, and whether it is no more than a form.
    pub(super) name_tails: FxHashMap<String, bool>,
}

/// What kind of word ends a name on its side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Boundary {
    pub kind: BoundaryKind,
    /// Unknown names may hold it too.
    pub weak: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BoundaryKind {
    Function,
    Verb,
    Time,
    Noun,
}

/// A row of `anaphora.tsv`.
#[derive(Debug, Clone)]
pub(crate) struct AnaphorForm {
    pub form: String,
    pub kinds: Vec<EntityType>,
    pub manner: Manner,
    /// Folded; the name should hold one of these.
    pub hints: Vec<String>,
}

/// How a word refers back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// 本公司
    Own,
    /// 公司
    Bare,
    /// 该公司, the company
    Definite,
    /// 他, it
    Pronoun,
    /// 双方
    Pair,
    /// 前者: the first of the two named last
    Former,
    /// 后者: the one named last
    Latter,
}
