//! The tagger by itself: what it finds in a text without lexicon and rules speaking first.

use super::super::reading::Reading;
use super::super::{Lexicon, Meta};
use super::{Desk, Tagged, Tagger};
use crate::measure::{Context, Market, Measures, Scanner};
use crate::text::{Segmenter, Sentence, Text, sentences};

/// What is known of a sentence beside its text.
const META: Meta<'static> = Meta {
    publisher: None,
    language: "zh",
    market: Market::Open,
    given: None,
};

/// What the tagger's features are made of.
#[derive(Clone, Copy)]
pub struct Alone<'a> {
    lexicon: &'a Lexicon,
    segmenter: &'a Segmenter,
    scanner: &'a Scanner,
}

impl<'a> Alone<'a> {
    pub fn new(lexicon: &'a Lexicon, segmenter: &'a Segmenter, scanner: &'a Scanner) -> Alone<'a> {
        Alone {
            lexicon,
            segmenter,
            scanner,
        }
    }

    /// The names that a tagger finds in a text, under its own labels.
    pub fn names(&self, tagger: &Tagger, text: &Text) -> Vec<Tagged> {
        let (sentences, measures) = self.around(text);
        let reading = self.reading(text, &sentences, &measures);
        let mut desk = Desk::default();
        let mut tagged = Vec::new();
        let chinese = sentences.iter().filter(|sentence| !sentence.english);
        let ranges = chinese.map(|sentence| sentence.start..sentence.end);
        tagger.read(&reading, ranges, &mut desk, &mut tagged);
        tagged
    }

    /// What a reading is made of beside the text.
    pub(super) fn around(&self, text: &Text) -> (Vec<Sentence>, Measures) {
        let context = Context {
            published: None,
            market: META.market,
        };
        (sentences(text), self.scanner.measure(text.folded(), &context))
    }

    pub(super) fn reading<'b>(&self, text: &'b Text, sentences: &'b [Sentence], measures: &Measures) -> Reading<'b>
    where
        'a: 'b,
    {
        Reading::new(self.lexicon, self.segmenter, text, sentences, measures, &META)
    }
}
