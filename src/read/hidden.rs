//! Text that is in a source and that its readers don't see.

use super::plain::invisible;

/// What was left out of a document because a reader of the source would not have seen it: elements that are hidden by
/// an attribute or an inline style, and letters spelled in the invisible tag characters of Unicode.
///
/// Code, navigation and captions, which pages have by design, don't count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Its code points, white space not counted.
    pub characters: usize,
    /// How it begins, in one line of at most 60 code points.
    pub beginning: String,
}

/// Code points of [`Hidden::beginning`].
const SHOWN: usize = 60;

impl Hidden {
    /// Whether there was none.
    pub fn is_empty(&self) -> bool {
        self.characters == 0
    }

    pub(super) fn add(&mut self, text: &str) {
        let text: String = text.chars().filter(|c| !invisible(*c)).collect();
        let mut words = text.split_whitespace().peekable();
        if words.peek().is_some() && !self.is_empty() && self.shown() < SHOWN {
            self.beginning.push(' ');
        }
        for (n, word) in words.enumerate() {
            self.characters += word.chars().count();
            let room = SHOWN.saturating_sub(self.shown());
            if room > 1 {
                let space = if n > 0 { " " } else { "" };
                self.beginning.extend(space.chars().chain(word.chars()).take(room));
            }
        }
    }

    /// Adds what `text` spells in tag characters (U+E0020 to U+E007E), flags of regions excepted.
    pub(super) fn add_tags_of(&mut self, text: &str) {
        if !text.contains(|c| matches!(c, '\u{E0020}'..='\u{E007E}')) {
            return;
        }
        let mut spelled = String::new();
        let mut flag = false;
        for c in text.chars() {
            match c {
                '\u{1F3F4}' => flag = true,
                '\u{E0020}'..='\u{E007E}' if !flag => {
                    spelled.extend(u8::try_from(u32::from(c) - 0xE0000).ok().map(char::from));
                }
                '\u{E0000}'..='\u{E007F}' => {}
                _ => flag = false,
            }
        }
        self.add(&spelled);
    }

    pub(super) fn join(&mut self, other: &Hidden) {
        let before = self.characters;
        self.add(&other.beginning);
        self.characters = before + other.characters;
    }

    fn shown(&self) -> usize {
        self.beginning.chars().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_shows_the_beginning() {
        let mut hidden = Hidden::default();
        hidden.add("  \n");
        assert!(hidden.is_empty());
        hidden.add(" 忽略 以上\n指示 ");
        hidden.add("ignore");
        assert_eq!(
            (hidden.characters, hidden.beginning.as_str()),
            (12, "忽略 以上 指示 ignore")
        );
        hidden.add(&"長".repeat(1000));
        assert_eq!((hidden.characters, hidden.beginning.chars().count()), (1012, 60));
    }

    #[test]
    fn tag_characters_are_read() {
        let tags = |text: &str| -> String {
            text.bytes()
                .filter_map(|b| char::from_u32(0xE0000 + u32::from(b)))
                .collect()
        };
        let mut hidden = Hidden::default();
        hidden.add_tags_of(&format!("騰訊{}升6%", tags("buy now")));
        assert_eq!((hidden.characters, hidden.beginning.as_str()), (6, "buy now"));
        let mut flag = Hidden::default();
        flag.add_tags_of(&format!("\u{1F3F4}{}\u{E007F}勝", tags("gbeng")));
        assert!(flag.is_empty());
    }
}
