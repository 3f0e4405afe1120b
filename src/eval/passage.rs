//! A sentence of a gold file as a document, and the way between the offsets of both.

use crate::read::Document;
use std::ops::Range;

/// A sentence as a document without a title. The reader leaves invisible characters out, so offsets may differ by
/// more than the title's line break.
pub(super) struct Passage {
    pub document: Document,
    /// For each code point of the document, the code point of the sentence that it is; the title's have none.
    origin: Vec<Option<usize>>,
}

impl Passage {
    /// `language` (BCP 47) also settles the market whose habits a bare 元 is read by; `None` leaves it to be guessed.
    pub fn new(id: impl Into<String>, sentence: &str, language: Option<&str>) -> Passage {
        let mut document = Document::from_text(id, "", sentence, None);
        if let Some(language) = language {
            document = document.with_language(language);
        }
        let title = document.title.chars().count() + 1;
        let mut origin = vec![None; title];
        let mut left = sentence.chars().enumerate();
        for c in document.text.chars().skip(title) {
            // What the cleaning leaves is a subsequence, but for line ends, which become line feeds.
            let at =
                left.find(|(_, s)| *s == c || (c == '\n' && matches!(s, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')));
            origin.push(at.map(|(i, _)| i));
        }
        Passage { document, origin }
    }

    /// The sentence's code points for code points of the document; `None` where they aren't all the sentence's.
    pub fn in_sentence(&self, document: Range<usize>) -> Option<Range<usize>> {
        let first = (*self.origin.get(document.start)?)?;
        let last = (*self.origin.get(document.end.checked_sub(1)?)?)?;
        (first <= last).then_some(first..last + 1)
    }

    /// The document's code points for code points of the sentence; `None` where none are left.
    pub fn in_document(&self, sentence: Range<usize>) -> Option<Range<usize>> {
        let inside = |at: &Option<usize>| at.is_some_and(|at| sentence.contains(&at));
        let start = self.origin.iter().position(inside)?;
        let end = self.origin.iter().rposition(inside)?;
        Some(start..end + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_go_both_ways() {
        for sentence in [
            "騰訊升6%",
            "騰\u{200b}訊升\u{200b}6%",
            "\u{feff}甲\r\n乙",
            "甲\u{2028}乙",
        ] {
            let passage = Passage::new("s", sentence, None);
            let of =
                |text: &str, span: Range<usize>| text.chars().skip(span.start).take(span.len()).collect::<String>();
            let chars: Vec<char> = sentence.chars().collect();
            for (i, c) in chars.iter().enumerate() {
                let Some(span) = passage.in_document(i..i + 1) else {
                    assert!(!c.is_alphanumeric(), "{c:?} was lost");
                    continue;
                };
                assert_eq!(passage.in_sentence(span.clone()), Some(i..i + 1));
                if c.is_alphanumeric() {
                    assert_eq!(of(&passage.document.text, span), c.to_string());
                }
            }
            assert_eq!(
                passage.in_sentence(0..1),
                None,
                "the title's line break is not the sentence's"
            );
            assert_eq!(passage.in_document(chars.len()..chars.len() + 3), None);
        }
        let split = Passage::new("s", "騰\u{200b}訊升", None);
        assert_eq!(
            split.in_sentence(1..3),
            Some(0..3),
            "a name keeps what was invisible inside it"
        );
        assert_eq!(split.in_document(0..3), Some(1..3));
    }
}
