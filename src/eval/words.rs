//! Words of sentences, by exact span: how well text is cut.
//!
//! Found counts a word with both its ends right; precision, recall and F1 of words as in the Chinese word segmentation
//! bakeoffs (Sproat and Emerson, 2003, "The First International Chinese Word Segmentation Bakeoff"). White space is no
//! word. Types are the lengths of words in characters.

use super::{Counts, GoldError, Report, Scores, count, iob2};
use crate::text::cutter::Cutter;
use crate::text::cutter::train::Lesson;
use crate::text::{Segment, Segmenter, Text};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Reads the sentences of an IOB2 file with their words.
///
/// # Errors
/// A line that can't be read, as [`iob2::read`] says.
pub fn read(file: &str, content: &str) -> Result<Vec<Lesson>, GoldError> {
    let sentences = iob2::read_with_tokens(file, content)?;
    Ok(sentences
        .into_iter()
        .map(|(sentence, words)| Lesson {
            text: sentence.text,
            words,
        })
        .collect())
}

/// Scores the trained weights, and beside them jieba-rs as it comes: on the text as it is, and on the folded text.
///
/// The misses and extras of the report are places at which the weights cut otherwise than the gold does, each with how
/// often that happens, the commonest first: what the gold has, and what the weights make of it.
pub fn score(segmenter: &Segmenter, cutter: &Cutter, gold: &[Lesson]) -> Report {
    let cut = |how: &(dyn Fn(&Text) -> Vec<Range<usize>> + Sync)| -> Vec<BTreeSet<Word>> {
        gold.par_iter()
            .map(|lesson| {
                let text = Text::new(lesson.text.as_str());
                words(&lesson.text, how(&text))
            })
            .collect()
    };
    let trained = cut(&|text| {
        let folded = text.folded();
        points(text, cutter.segments(segmenter, folded, 0..folded.len(), &[]))
    });
    let folded = cut(&|text| {
        let folded = text.folded();
        points(text, segmenter.segments(folded, 0..folded.len(), &[]))
    });
    let raw = cut(&|text| {
        let source = text.source();
        let mut at = 0;
        let segments = segmenter.segments(source, 0..source.len(), &[]);
        let lengths = segments.iter().map(|s| source[s.start..s.end].chars().count());
        lengths
            .map(|length| {
                at += length;
                at - length..at
            })
            .collect()
    });
    let gold: Vec<BTreeSet<Word>> = gold
        .iter()
        .map(|lesson| words(&lesson.text, lesson.words.clone()))
        .collect();
    let mut scores = scores(&gold, &trained);
    for (name, found) in [("jieba-rs", raw), ("jieba-rs on folded text", folded)] {
        scores.parts.insert(name.to_owned(), self::scores(&gold, &found));
    }
    let (misses, extras) = differences(&gold, &trained);
    Report { scores, misses, extras }
}

/// A word by its place: first and end in code points, and what it says.
type Word = (usize, usize, String);

fn words(text: &str, spans: Vec<Range<usize>>) -> BTreeSet<Word> {
    let chars: Vec<char> = text.chars().collect();
    spans
        .into_iter()
        .map(|span| (span.start, span.end, chars[span].iter().collect::<String>()))
        .filter(|(_, _, word)| !word.trim().is_empty())
        .collect()
}

fn points(text: &Text, segments: Vec<Segment>) -> Vec<Range<usize>> {
    segments.iter().map(|s| text.code_points(s.start..s.end)).collect()
}

fn scores(gold: &[BTreeSet<Word>], found: &[BTreeSet<Word>]) -> Scores {
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for (gold, found) in gold.iter().zip(found) {
        count(&mut counts, gold, found, |(start, end, _)| match end - start {
            1 => "1 character",
            2 => "2 characters",
            3 => "3 characters",
            _ => "4 and more",
        });
    }
    Scores::of(&counts)
}

/// The shortest stretches that both cut at their ends and otherwise within: as `gold → found`, those that the gold has in
/// more words, and those that it has in fewer or as many.
fn differences(gold: &[BTreeSet<Word>], found: &[BTreeSet<Word>]) -> (Vec<String>, Vec<String>) {
    let (mut joined, mut parted) = (BTreeMap::new(), BTreeMap::new());
    for (gold, found) in gold.iter().zip(found) {
        let (mut gold, mut found) = (gold.iter().peekable(), found.iter().peekable());
        while let (Some(a), Some(b)) = (gold.next(), found.next()) {
            let (mut ends, mut left, mut right) = ((a.1, b.1), vec![a.2.as_str()], vec![b.2.as_str()]);
            while ends.0 != ends.1 {
                let (words, side, end) = if ends.0 < ends.1 {
                    (&mut gold, &mut left, &mut ends.0)
                } else {
                    (&mut found, &mut right, &mut ends.1)
                };
                let Some(word) = words.next() else { break };
                side.push(&word.2);
                *end = word.1;
            }
            if left != right {
                let which = if left.len() > right.len() {
                    &mut joined
                } else {
                    &mut parted
                };
                let line = format!("{} → {}", left.join(" "), right.join(" "));
                *which.entry(line).or_insert(0usize) += 1;
            }
        }
    }
    let lines = |counts: BTreeMap<String, usize>| {
        let mut lines: Vec<(String, usize)> = counts.into_iter().collect();
        lines.sort_by_key(|(line, count)| (Reverse(*count), line.clone()));
        lines
            .into_iter()
            .map(|(line, count)| format!("{count}\t{line}"))
            .collect()
    };
    (lines(joined), lines(parted))
}
