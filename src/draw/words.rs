//! What pictures say in the reader's language: captions and legends. The words stand in `words.tsv`.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// The language of names and labels in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
pub enum Language {
    /// Traditional Chinese
    #[serde(rename = "zh-Hant")]
    Traditional,
    /// Simplified Chinese
    #[serde(rename = "zh-Hans")]
    Simplified,
    /// English
    #[default]
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 3] = [Language::Traditional, Language::Simplified, Language::English];

    /// The language tag, which is also the name on the command line.
    pub fn tag(self) -> &'static str {
        match self {
            Language::Traditional => "zh-Hant",
            Language::Simplified => "zh-Hans",
            Language::English => "en",
        }
    }

    /// All keys that begin so, in the order of the file.
    pub(super) fn keys(self, start: &'static str) -> impl Iterator<Item = &'static str> {
        rows().map(|(key, _)| key).filter(move |key| key.starts_with(start))
    }

    /// The words of `key`, with places to be filled in.
    ///
    /// # Panics
    /// If there is no such key: keys are written in this program, and its tests meet every one.
    pub(super) fn words(self, key: &str) -> &'static str {
        WORDS.get(key).unwrap_or_else(|| panic!("words.tsv has no `{key}`"))[self.column()]
    }

    /// [`Language::words`] with its places filled in.
    pub(super) fn say(self, key: &str, parts: &[(&str, &str)]) -> String {
        let words = self.words(key);
        let mut out = String::with_capacity(words.len());
        let mut rest = words;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            // What is put in is not looked at again, so no name can name another place.
            out.push_str(parts.iter().find(|part| part.0 == name).map_or("", |part| part.1));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    /// The same for a number of things, which English says otherwise where it is one.
    pub(super) fn count(self, key: &str, number: usize, parts: &[(&str, &str)]) -> String {
        if number == 1 {
            self.say(&format!("{key}.one"), parts)
        } else {
            self.say(key, parts)
        }
    }

    /// Several names as one enumeration.
    pub(super) fn list(self, names: &[String]) -> String {
        names.join(&self.say("separator", &[]))
    }

    fn column(self) -> usize {
        match self {
            Language::English => 0,
            Language::Traditional => 1,
            Language::Simplified => 2,
        }
    }
}

static WORDS: LazyLock<HashMap<&str, [&str; 3]>> = LazyLock::new(|| rows().collect());

fn rows() -> impl Iterator<Item = (&'static str, [&'static str; 3])> {
    include_str!("words.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some((cells.next()?, [cells.next()?, cells.next()?, cells.next()?]))
        })
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

/// A language that pictures don't speak.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is none of zh-Hant, zh-Hans and en")]
pub struct UnknownLanguage(pub String);

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        Language::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(tag))
            .ok_or_else(|| UnknownLanguage(tag.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(words: &str) -> Vec<&str> {
        let mut places: Vec<&str> = words
            .split('{')
            .skip(1)
            .map(|part| part.split_once('}').expect("a place is closed").0)
            .collect();
        places.sort_unstable();
        places
    }

    #[test]
    fn every_row_says_the_same_in_three_languages() {
        let lines = include_str!("words.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .count();
        assert_eq!(rows().count(), lines - 1, "a row lacks a column");
        assert_eq!(WORDS.len(), lines - 1, "a key stands twice");
        for (key, [english, traditional, simplified]) in rows() {
            assert_eq!(places(english), places(traditional), "{key}");
            assert_eq!(places(english), places(simplified), "{key}");
            // The two have a word each for "by" and "the … the".
            let folded = crate::text::fold(traditional).replace('依', "按").replace('愈', "越");
            assert_eq!(folded, crate::text::fold(simplified), "{key}");
        }
    }

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        let said = Language::English.say("period", &[("first", "{last}"), ("last", "2024")]);
        assert_eq!(said, "{last} to 2024");
        assert_eq!(
            Language::Traditional.count("around", 1, &[("names", "騰訊")]),
            "與騰訊相距 1 步"
        );
    }
}
