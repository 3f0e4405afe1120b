//! Does the text assert it? Cues of plan, rumour and denial around a match.

use super::reader::after_last;
use super::{Predicate, Status};
use crate::entity::Mention;
use crate::entity::lexicon::Lexicon;
use crate::text::{Segment, Segmenter, Sentence, is_han};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use std::ops::Range;

/// The classes of `lexicon/words/cues.tsv` that decide a claim's status. `not_a_cue` holds longer words in which
/// a cue means nothing (未来, 将军): the longest word wins.
const CLASSES: [&str; 11] = [
    "planned",
    "hedged",
    "hedged_lead",
    "negated",
    "expected",
    "analyst_expected",
    "former",
    "incoming",
    "not_a_cue",
    "hedged_behind",
    "hedged_behind_quote",
];

/// Farthest that a denial stands before what it denies, in bytes.
const NEGATION_REACH: usize = 15;

/// All cues in one automaton.
pub struct Cues {
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
}

impl Cues {
    pub fn new(lexicon: &Lexicon) -> Cues {
        let mut words: Vec<(String, u32)> = Vec::new();
        for (class, name) in CLASSES.iter().enumerate() {
            for cue in lexicon.cues(name).iter().filter(|cue| !lexicon.is_weak_cue(name, cue)) {
                let cue = cue.to_lowercase();
                match words.iter_mut().find(|(word, _)| *word == cue) {
                    Some((_, classes)) => *classes |= 1 << class,
                    None => words.push((cue, 1 << class)),
                }
            }
        }
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build_with_values(words)
            .ok();
        Cues { automaton }
    }
}

struct Hit {
    start: usize,
    end: usize,
    classes: u32,
}

/// The cues of one sentence, found when first asked for.
pub struct Scope<'a> {
    cues: &'a Cues,
    segmenter: &'a Segmenter,
    folded: &'a str,
    sentence: Range<usize>,
    mentions: &'a [Mention],
    hits: Option<Vec<Hit>>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(
        cues: &'a Cues,
        segmenter: &'a Segmenter,
        folded: &'a str,
        sentence: &Sentence,
        mentions: &'a [Mention],
    ) -> Scope<'a> {
        Scope {
            cues,
            segmenter,
            folded,
            sentence: sentence.start..sentence.end,
            mentions,
            hits: None,
        }
    }

    fn hits(&mut self) -> &[Hit] {
        let (cues, segmenter, folded, sentence) = (self.cues, self.segmenter, self.folded, self.sentence.clone());
        let mentions = self.mentions;
        self.hits
            .get_or_insert_with(|| find(cues, segmenter, folded, sentence, mentions))
    }

    /// The status that the cues around a match give it.
    pub(super) fn status(&mut self, matched: &Range<usize>, ignore: &[String], predicate: Predicate) -> Status {
        let start = matched.start.max(self.sentence.start);
        let clause = after_last(self.folded, self.sentence.start..start, &[',', ';', '。']);
        let sentence_start = self.sentence.start;
        let mask: u32 = CLASSES
            .iter()
            .enumerate()
            .filter(|(_, name)| ignore.iter().any(|i| i == *name))
            .map(|(i, _)| 1 << i)
            .sum();
        let class = |name: &str| CLASSES.iter().position(|c| *c == name).map_or(0, |i| 1u32 << i);
        let (folded, sentence, sentence_end) = (self.folded, self.sentence.start, self.sentence.end);
        let hits = self.hits();
        let any = |range: Range<usize>, name: &str| {
            hits.iter()
                .any(|h| h.start >= range.start && h.end <= range.end && h.classes & class(name) & !mask != 0)
        };
        if any(clause.max(start.saturating_sub(NEGATION_REACH))..matched.end, "negated") {
            return Status::Negated;
        }
        if predicate == Predicate::HasMetric {
            // An outlook may list several figures: 预计营收约335亿美元,每股利润约19.15美元.
            let statement = after_last(folded, sentence..start, &[';', '。', ':']);
            if any(statement..matched.end, "analyst_expected") {
                return Status::Hedged;
            }
            if any(statement..matched.end, "expected") {
                return Status::Planned;
            }
        }
        // 针对“甲收购乙”的传闻, 甲收购乙的传言: what is told is that it is told.
        let rest = &folded[matched.end.min(sentence_end)..sentence_end];
        let word = sentence_end - rest.trim_start_matches(['”', '」', '"', ' ', '的']).len();
        let quoted = folded[matched.start.min(word)..word]
            .trim_end_matches(['的', ' '])
            .ends_with(['”', '」']);
        let is_told = |name: &str| {
            hits.iter()
                .any(|h| h.start == word && h.classes & class(name) & !mask != 0)
        };
        if is_told("hedged_behind") || quoted && is_told("hedged_behind_quote") {
            return Status::Hedged;
        }
        if any(clause..matched.end, "hedged")
            || any(sentence_start..start, "hedged_lead")
            || any(clause..matched.end, "analyst_expected")
        {
            return Status::Hedged;
        }
        if any(clause..matched.end, "planned") {
            return Status::Planned;
        }
        if any(clause..matched.end, "expected") {
            return if predicate == Predicate::HasMetric {
                Status::Planned
            } else {
                Status::Hedged
            };
        }
        Status::Asserted
    }

    /// `former`, `incoming` or `current`, by the words at a post.
    pub(super) fn tenure(&mut self, matched: &Range<usize>) -> &'static str {
        let start = matched.start.saturating_sub(9).max(self.sentence.start);
        let end = matched.end;
        let hits = self.hits();
        let any = |class: usize| {
            hits.iter()
                .any(|h| h.start >= start && h.end <= end && h.classes & (1 << class) != 0)
        };
        if any(6) {
            "former"
        } else if any(7) {
            "incoming"
        } else {
            "current"
        }
    }
}

fn ends_mention(mentions: &[Mention], at: usize) -> bool {
    let index = mentions.partition_point(|mention| mention.end < at);
    mentions.get(index).is_some_and(|mention| mention.end == at)
}

fn find(cues: &Cues, segmenter: &Segmenter, folded: &str, sentence: Range<usize>, mentions: &[Mention]) -> Vec<Hit> {
    let Some(automaton) = &cues.automaton else {
        return Vec::new();
    };
    let lower = folded[sentence.clone()].to_lowercase();
    // Lower case keeps the length of nearly every text; where it doesn't, offsets would lie.
    let text = if lower.len() == sentence.len() {
        lower.as_str()
    } else {
        &folded[sentence.clone()]
    };
    let mut segments: Option<Vec<Segment>> = None;
    let mut out = Vec::new();
    let mut at = 0;
    let mut hits = automaton.leftmost_find_iter(text);
    while let Some(hit) = hits.next() {
        let (start, end) = (sentence.start + at + hit.start(), sentence.start + at + hit.end());
        let word = &folded[start..end];
        let han = word.chars().any(is_han);
        let bounded = if han {
            // A single character is a cue only where it is a word of its own (传 in 传媒 is none), or right behind a name.
            word.chars().count() > 1
                || ends_mention(mentions, start)
                || segments
                    .get_or_insert_with(|| segmenter.segments(folded, sentence.clone(), &[]))
                    .iter()
                    .any(|s| s.start == start && s.end == end)
        } else {
            let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            !letter(folded[..start].chars().next_back()) && !letter(folded[end..].chars().next())
        };
        if bounded {
            out.push(Hit {
                start,
                end,
                classes: hit.value(),
            });
        } else if !han {
            // Novart|is to| buy: a cue may begin within what is none.
            let first = word.chars().next().map_or(1, char::len_utf8);
            at = start - sentence.start + first;
            hits = automaton.leftmost_find_iter(&text[at..]);
        }
    }
    out
}
