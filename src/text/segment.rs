//! Words of the folded text: jieba's dictionary and HMM, with the spans that other rooms know kept whole.

use jieba_rs::Jieba;
use std::ops::Range;
use std::sync::LazyLock;

/// The dictionary has 350,000 words, of which a tree must be built; one is enough for all.
static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// A word of the segmented text, as bytes of the folded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    pub start: usize,
    pub end: usize,
}

/// Cuts folded text into words.
pub struct Segmenter {
    jieba: &'static Jieba,
}

impl Default for Segmenter {
    fn default() -> Self {
        Segmenter::new()
    }
}

impl Segmenter {
    pub fn new() -> Segmenter {
        Segmenter { jieba: &JIEBA }
    }

    /// Begins to build the dictionary on a thread of its own: it takes a tenth of a second, in which who needs a segmenter
    /// later can do something else.
    pub fn prepare() {
        std::thread::spawn(|| LazyLock::force(&JIEBA));
    }

    /// Cuts `range` of `folded` into words; concatenated they give it back. The spans of `keep` (sorted, apart from
    /// each other: names, dates, amounts, bracketed codes) stay whole.
    pub fn segments(&self, folded: &str, range: Range<usize>, keep: &[Range<usize>]) -> Vec<Segment> {
        let mut out = Vec::new();
        let mut at = range.start;
        for span in keep
            .iter()
            .filter(|span| span.start >= range.start && span.end <= range.end)
        {
            if span.start < at {
                continue;
            }
            self.cut_range(folded, at..span.start, &mut out);
            out.push(Segment {
                start: span.start,
                end: span.end,
            });
            at = span.end;
        }
        self.cut_range(folded, at..range.end, &mut out);
        out
    }

    /// Whether the dictionary has a word; others are the segmenter's guesses.
    pub fn knows(&self, word: &str) -> bool {
        self.jieba.has_word(word)
    }

    /// The words of a text, as bytes of it.
    pub(crate) fn cut<'b>(&self, text: &'b str) -> impl Iterator<Item = Segment> + use<'b> {
        self.jieba.cut(text, true).into_iter().map(|token| Segment {
            start: token.byte_start,
            end: token.byte_end,
        })
    }

    /// The words of a text, and the shorter words of the dictionary that stand in them.
    #[cfg_attr(not(feature = "search"), allow(dead_code, reason = "only the text index asks"))]
    pub(crate) fn words_and_parts<'b>(&self, text: &'b str) -> impl Iterator<Item = Segment> + use<'b> {
        self.jieba.cut_for_search(text, true).into_iter().map(|token| Segment {
            start: token.byte_start,
            end: token.byte_end,
        })
    }

    /// Every word of the dictionary that stands in a text, those that overlap included.
    pub(super) fn words_anywhere<'b>(&self, text: &'b str) -> impl Iterator<Item = Range<usize>> + use<'b> {
        let tokens = self.jieba.cut_all(text).into_iter();
        tokens.map(|token| token.byte_start..token.byte_end)
    }

    fn cut_range(&self, folded: &str, range: Range<usize>, out: &mut Vec<Segment>) {
        if range.is_empty() {
            return;
        }
        let start = range.start;
        out.extend(self.cut(&folded[range]).map(|word| Segment {
            start: start + word.start,
            end: start + word.end,
        }));
    }
}
