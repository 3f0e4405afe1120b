//! What a text is found by.
//!
//! Three kinds of term stand for a text, all of its folded form in small letters. Where characters follow each other without
//! spaces, each of them and each pair of neighbours is a term: so whatever stands in a text is found by the pairs of which
//! it is made, whether any dictionary knows it or not. The segmenter's words are terms as well, marked as such: they don't
//! decide what is found, but how well it fits. Of other scripts every run of letters and digits is a term.

use crate::text::{Segmenter, fold, is_han, is_kana};
use rustc_hash::FxHashSet;
use std::sync::LazyLock;

/// Marks a term as a word of the segmenter. No other term begins so.
const WORD: char = '=';

/// Letters of a term. The rest of a longer one is left out, here and in what is asked.
const LONGEST: usize = 64;

/// Words or groups of words that one question may have.
pub(super) const WORDS: usize = 32;

static FUNCTION_WORDS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    include_str!("function-words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect()
});

/// A term of a text. Terms that follow each other have places that do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub term: String,
    pub place: usize,
}

/// A part of the folded text.
enum Run {
    /// Characters that aren't separated by spaces.
    Dense(String),
    /// A word between others.
    Word(String),
    /// White space. Other signs only separate.
    Space,
}

/// Whether words are written without spaces between them.
fn is_dense(c: char) -> bool {
    is_han(c) || is_kana(c)
}

fn runs(text: &str) -> Vec<Run> {
    let folded = fold(text).to_lowercase();
    let mut runs = Vec::new();
    let mut rest = folded.as_str();
    while let Some(first) = rest.chars().next() {
        let is_like_first: fn(char) -> bool = if is_dense(first) {
            is_dense
        } else if first.is_alphanumeric() {
            |c| c.is_alphanumeric() && !is_dense(c)
        } else if first.is_whitespace() {
            char::is_whitespace
        } else {
            |c| !c.is_alphanumeric() && !c.is_whitespace() && !is_dense(c)
        };
        let end = rest.find(|c| !is_like_first(c)).unwrap_or(rest.len());
        let (run, tail) = rest.split_at(end);
        if is_dense(first) {
            runs.push(Run::Dense(run.to_owned()));
        } else if first.is_alphanumeric() {
            runs.push(Run::Word(run.chars().take(LONGEST).collect()));
        } else if first.is_whitespace() {
            runs.push(Run::Space);
        }
        rest = tail;
    }
    runs
}

/// The terms of a text, in order of their places.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut place = 0;
    for run in runs(text) {
        match run {
            Run::Space => {}
            Run::Word(term) => {
                tokens.push(Token { term, place });
                place += 1;
            }
            Run::Dense(run) => {
                let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).collect();
                for (nth, c) in run.chars().enumerate() {
                    let place = place + nth;
                    tokens.push(Token {
                        term: c.to_string(),
                        place,
                    });
                }
                tokens.extend(pairs(&run).enumerate().map(|(nth, pair)| Token {
                    term: pair.to_owned(),
                    place: place + nth,
                }));
                tokens.extend(Segmenter::new().words_and_parts(&run).map(|word| Token {
                    term: marked(&run[word.start..word.end]),
                    place: place + starts.partition_point(|start| *start < word.start),
                }));
                place += starts.len();
            }
        }
    }
    tokens.sort_by_key(|token| token.place);
    tokens
}

fn marked(word: &str) -> String {
    std::iter::once(WORD).chain(word.chars().take(LONGEST)).collect()
}

/// Neighbouring characters.
fn pairs(run: &str) -> impl Iterator<Item = &str> {
    let starts = run.char_indices().map(|(at, _)| at);
    let ends = run.char_indices().map(|(at, c)| at + c.len_utf8()).skip(1);
    starts.zip(ends).map(|(start, end)| &run[start..end])
}

/// What texts are asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// Each of these a text must hold: terms that follow each other.
    pub needed: Vec<Vec<String>>,
    /// A text with these fits better.
    pub better: Vec<Vec<String>>,
    /// What a name looks like of which nothing else is asked.
    pub whole: String,
}

/// What somebody who writes this looks for: texts with all of its words, wherever they stand. Letters that signs join
/// (`GPT-4o`) stand together, and so do the characters of a word.
pub(super) fn asked(text: &str) -> Asked {
    let mut asked = Asked {
        whole: whole(text),
        ..Asked::default()
    };
    let mut minor = Vec::new();
    let mut need = |terms: Vec<String>, name: &str| {
        if FUNCTION_WORDS.contains(name) {
            minor.push(terms);
        } else if !asked.needed.contains(&terms) {
            asked.needed.push(terms);
        }
    };
    let mut better: Vec<Vec<String>> = Vec::new();
    let mut prefer = |terms: Vec<String>| {
        if !better.contains(&terms) {
            better.push(terms);
        }
    };
    // Words that signs join, and words that follow each other.
    let mut joined: Vec<String> = Vec::new();
    let mut row: Vec<String> = Vec::new();
    for run in runs(text).into_iter().chain([Run::Space, Run::Dense(String::new())]) {
        if let Run::Word(word) = run {
            joined.push(word);
            continue;
        }
        if !joined.is_empty() {
            let name = joined.join(" ");
            row.extend(joined.iter().cloned());
            need(std::mem::take(&mut joined), &name);
        }
        let Run::Dense(run) = run else { continue };
        let row = std::mem::take(&mut row);
        if (2..=WORDS).contains(&row.len()) {
            prefer(row);
        }
        if run.is_empty() {
            continue;
        }
        // Made here, because its dictionary takes a tenth of a second.
        let words: Vec<&str> = Segmenter::new()
            .cut(&run)
            .map(|word| &run[word.start..word.end])
            .collect();
        for word in &words {
            need(characters(word), word);
            prefer(vec![marked(word)]);
        }
        if words.len() > 1 && run.chars().count() <= LONGEST {
            prefer(characters(&run));
        }
    }
    asked.better = better;
    if asked.needed.is_empty() {
        asked.needed = minor;
    } else {
        asked.better.extend(minor);
    }
    asked
}

/// The terms that stand for characters in this order: their pairs, or the only one.
fn characters(run: &str) -> Vec<String> {
    let pairs: Vec<String> = pairs(run).map(str::to_owned).collect();
    if pairs.is_empty() { vec![run.to_owned()] } else { pairs }
}

/// A name as it is compared as a whole: script, width, case, spaces and signs don't matter.
pub(super) fn whole(name: &str) -> String {
    let runs: Vec<String> = runs(name)
        .into_iter()
        .filter_map(|run| match run {
            Run::Dense(run) | Run::Word(run) => Some(run),
            Run::Space => None,
        })
        .collect();
    let mut whole = runs.join(" ");
    // Beyond this no two names are told apart; what is indexed has its bounds.
    if let Some((end, _)) = whole.char_indices().nth(4 * LONGEST) {
        whole.truncate(end);
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whether a text holds the terms one after the other.
    fn holds(tokens: &[Token], terms: &[String]) -> bool {
        let has = |term: &String, place: usize| tokens.iter().any(|token| token.place == place && token.term == *term);
        tokens
            .iter()
            .any(|token| (0..terms.len()).all(|nth| has(&terms[nth], token.place + nth)))
    }

    fn finds(asked: &Asked, text: &str) -> bool {
        let tokens = tokens(text);
        !asked.needed.is_empty() && asked.needed.iter().all(|terms| holds(&tokens, terms))
    }

    #[test]
    fn words_are_found_where_they_stand() {
        for (question, text, found) in [
            ("台积电", "台積電第三季營收", true),
            ("台積電", "台积电三季度营收", true),
            ("台积电 营收", "台積電第三季營收", true),
            ("台积电的营收", "台積電第三季營收", true),
            ("台积电", "台湾积体电路", false),
            ("遠帆科技", "杭州远帆科技有限公司", true),
            ("gpt-4o", "OpenAI 的 GPT‑4o 模型", true),
            ("gpt 4o", "4o 之前有 GPT", true),
            ("gpt-4o", "4o 之前有 GPT", false),
            ("ＮＶＩＤＩＡ", "nvidia's chips", true),
            ("chip", "nvidia's chips", false),
            ("iPhone手机", "手机 iPhone", true),
            ("的", "他的", true),
            ("the", "The Economist", true),
            ("\"*?~", "anything", false),
            ("", "anything", false),
        ] {
            assert_eq!(finds(&asked(question), text), found, "{question} in {text}");
        }
    }

    #[test]
    fn whole_names_are_the_same_in_any_spelling() {
        for (a, b) in [
            ("台積電", "台积电"),
            ("GPT-4o", "gpt 4o"),
            (" Ａ股 ", "A股"),
            ("S&P 500", "s p-500"),
        ] {
            assert_eq!(whole(a), whole(b));
        }
        assert_ne!(whole("台积"), whole("台积电"));
    }

    proptest! {
        /// Whatever stands in a text without a space is found by its characters, known to the dictionary or not.
        #[test]
        fn any_part_of_a_text_is_found(
            text in "[台积电积体路中国银行远帆科技的發鸿a-cA-C0-2 ，.-]{1,24}",
            from in 0_usize..24,
            length in 1_usize..8,
        ) {
            let part: String = text.chars().skip(from).take(length).collect();
            let asked = asked(&part);
            // Letters cut in the middle are another word.
            let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            let before = from.checked_sub(1).and_then(|at| text.chars().nth(at));
            let after = text.chars().nth(from + length);
            prop_assume!(!(letter(before) && letter(part.chars().next())));
            prop_assume!(!(letter(after) && letter(part.chars().last())));
            prop_assert!(asked.needed.is_empty() || finds(&asked, &text), "{asked:?} in {text}");
        }

        #[test]
        fn nothing_that_is_asked_panics(text in ".{0,80}") {
            asked(&text);
            tokens(&text);
        }
    }
}
