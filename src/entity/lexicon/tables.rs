//! What do the tables of words and shapes hold? All but the names.

use super::cues::CueClass;
use super::edges::lowered;
use super::entry::Name;
use super::error::{LexiconError, mistake};
use super::rows::{folded_rows, folded_table, read_name, rows, split_names};
use super::shapes::{AnaphorForm, Boundary, BoundaryKind, Manner, Shapes};
use super::terms::{Term, TermTable};
use crate::text::is_han;
use rustc_hash::FxHashMap;

/// Everyday words. Too many to be read at each start: they are compiled.
pub(super) const COMMON: &str = "shapes/common-words.tsv";

/// Cue words by class.
const CUES: &str = "words/cues.tsv";

/// The other tables that are read here.
const SHAPES: [&str; 9] = [
    "anaphora.tsv",
    "name-tails.tsv",
    "shapes/boundary-words.tsv",
    "shapes/company-suffixes.tsv",
    "shapes/given-names.tsv",
    "shapes/latin-stop.tsv",
    "shapes/organization-suffixes.tsv",
    "shapes/surroundings.tsv",
    "shapes/translit.tsv",
];

const SURNAMES: &str = "surnames.tsv";

/// A table as it is kept: terms as written, as their forms are shown, everything else folded. `None` where the file is
/// none of these tables.
pub(super) fn prepared(path: &str, content: &str) -> Option<String> {
    if TermTable::ALL.iter().any(|table| table.file() == path) {
        return Some(content.to_owned());
    }
    let known = path == CUES || path == SURNAMES || SHAPES.contains(&path);
    known.then(|| folded_table(content))
}

/// Everyday words, folded: those of a table as it is in its file.
pub(super) fn common_words(content: &str) -> Vec<String> {
    let folded = folded_table(content);
    let words = folded_rows(&folded).flat_map(|(_, cells)| {
        let forms = cells.get(1).or(cells.first()).copied().unwrap_or("");
        let forms: Vec<String> = split_names(forms);
        forms
    });
    words.collect()
}

/// The tables, read.
pub(super) struct Tables {
    pub terms: Vec<Vec<Term>>,
    pub cues: FxHashMap<String, CueClass>,
    /// The surer forms of all classes.
    pub all_cues: CueClass,
    pub shapes: Shapes,
    pub anaphors: Vec<AnaphorForm>,
}

impl Tables {
    /// Reads tables as [`prepared`] gives them.
    ///
    /// # Errors
    /// A mistake, with file and line.
    pub fn read<'t>(tables: impl Iterator<Item = (&'t str, &'t str)>) -> Result<Tables, LexiconError> {
        let mut all = Tables {
            terms: vec![Vec::new(); TermTable::ALL.len()],
            cues: FxHashMap::default(),
            all_cues: CueClass::default(),
            shapes: Shapes::default(),
            anaphors: Vec::new(),
        };
        for (path, content) in tables {
            if let Some(table) = TermTable::ALL.iter().find(|table| table.file() == path) {
                all.read_terms(*table, path, content)?;
            } else if path == CUES {
                all.read_cues(path, content)?;
            } else {
                all.read_shapes(path, content)?;
            }
        }
        all.shapes.company_suffixes.index();
        all.shapes.organization_suffixes.index();
        all.cues.values_mut().for_each(CueClass::index);
        all.shapes.surroundings.values_mut().for_each(CueClass::index);
        all.all_cues.index();
        Ok(all)
    }

    fn read_terms(&mut self, table: TermTable, path: &str, content: &str) -> Result<(), LexiconError> {
        for (line, cells) in rows(content) {
            let name = cells[0].to_owned();
            if name.is_empty() {
                return Err(mistake(path, line, "a term needs its English name in the first column"));
            }
            let [_, middle @ .., last] = cells.as_slice() else {
                return Err(mistake(path, line, "a term needs forms in the last column"));
            };
            let forms: Vec<Name> = last.split('|').filter_map(read_name).collect();
            let rest = middle.iter().map(|cell| (*cell).to_owned()).collect();
            self.terms[table as usize].push(Term { name, forms, rest });
        }
        Ok(())
    }

    fn read_cues(&mut self, path: &str, content: &str) -> Result<(), LexiconError> {
        for (line, cells) in folded_rows(content) {
            let [name, forms] = cells[..] else {
                return Err(mistake(path, line, "a row of cues is a class and its forms"));
            };
            if name.is_empty() {
                return Err(mistake(path, line, "a row of cues is a class and its forms"));
            }
            let class = self.cues.entry(name.to_owned()).or_default();
            for form in forms.split('|').filter_map(read_name) {
                if !form.ambiguous {
                    self.all_cues.insert(form.text.clone(), false);
                }
                class.insert(form.text, form.ambiguous);
            }
        }
        Ok(())
    }

    fn read_shapes(&mut self, path: &str, content: &str) -> Result<(), LexiconError> {
        let shapes = &mut self.shapes;
        for (line, cells) in folded_rows(content) {
            // A grade and the forms, or the forms alone.
            let (grade, forms) = match cells.as_slice() {
                [forms] => ("", *forms),
                [grade, forms, ..] => (*grade, *forms),
                [] => continue,
            };
            let forms = || forms.split('|').map(str::trim).filter(|form| !form.is_empty());
            match path {
                "shapes/company-suffixes.tsv" | "shapes/organization-suffixes.tsv" => {
                    let strong = match grade {
                        "strong" => true,
                        "weak" => false,
                        other => {
                            return Err(mistake(path, line, &format!("`{other}` is neither strong nor weak")));
                        }
                    };
                    let suffixes = match path {
                        "shapes/company-suffixes.tsv" => &mut shapes.company_suffixes,
                        _ => &mut shapes.organization_suffixes,
                    };
                    forms().for_each(|form| suffixes.insert(lowered(form), strong));
                }
                "shapes/boundary-words.tsv" => {
                    let kind = match grade {
                        "function" => BoundaryKind::Function,
                        "verb" => BoundaryKind::Verb,
                        "time" => BoundaryKind::Time,
                        "noun" => BoundaryKind::Noun,
                        other => {
                            return Err(mistake(path, line, &format!("`{other}` is no kind of boundary word")));
                        }
                    };
                    for form in forms() {
                        let weak = form.ends_with('?');
                        let word = form.trim_end_matches('?').to_owned();
                        shapes.boundary_words.entry(word).or_insert(Boundary { kind, weak });
                    }
                }
                "shapes/translit.tsv" => shapes
                    .translit
                    .extend(forms().flat_map(str::chars).filter(|c| is_han(*c))),
                "shapes/given-names.tsv" if grade == "family" => {
                    shapes
                        .family_names
                        .extend(forms().map(|form| form.trim_end_matches('?').to_owned()));
                }
                "shapes/given-names.tsv" => {
                    shapes
                        .given_names
                        .extend(forms().filter_map(read_name).map(|name| (name.text, name.ambiguous)));
                }
                "shapes/latin-stop.tsv" => {
                    let words = forms().map(|form| form.trim_end_matches('?').to_owned());
                    shapes.latin_stop.extend(words.map(|word| (word, grade.to_owned())));
                }
                "shapes/surroundings.tsv" => {
                    let class = shapes.surroundings.entry(grade.to_owned()).or_default();
                    forms().for_each(|form| class.insert(form.to_owned(), false));
                }
                "name-tails.tsv" => {
                    let is_form = match grade {
                        "form" => true,
                        "word" => false,
                        other => {
                            return Err(mistake(path, line, &format!("`{other}` is neither form nor word")));
                        }
                    };
                    shapes.name_tails.extend(forms().map(|form| (form.to_owned(), is_form)));
                }
                SURNAMES => {
                    for form in forms() {
                        let form = form.trim_end_matches('?');
                        let mut chars = form.chars();
                        match (chars.next(), chars.next()) {
                            (Some(only), None) => {
                                shapes.surnames.insert(only, grade != "rare");
                            }
                            _ => {
                                shapes.compound_surnames.insert(form.to_owned());
                            }
                        }
                    }
                }
                "anaphora.tsv" => {
                    let mut kinds = Vec::new();
                    for kind in split_names(cells.get(1).copied().unwrap_or("")) {
                        kinds.push(kind.parse().map_err(|reason: String| mistake(path, line, &reason))?);
                    }
                    let manner = match cells.get(2).copied().unwrap_or("") {
                        "own" => Manner::Own,
                        "bare" => Manner::Bare,
                        "definite" => Manner::Definite,
                        "pronoun" => Manner::Pronoun,
                        "pair" => Manner::Pair,
                        "former" => Manner::Former,
                        "latter" => Manner::Latter,
                        other => {
                            return Err(mistake(path, line, &format!("`{other}` is no manner of reference")));
                        }
                    };
                    let hints = split_names(cells.get(3).copied().unwrap_or(""));
                    self.anaphors.push(AnaphorForm {
                        form: lowered(cells[0]),
                        kinds,
                        manner,
                        hints,
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }
}
