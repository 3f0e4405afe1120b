//! Folding: every text and every name of the data is brought to one script and one width before comparison.
//!
//! OpenCC's `t2s`, `hk2s` and `tw2s` never change the number of characters, so code point *n* of the folded
//! text is code point *n* of the source. Regional wording (軟件/軟體) is not folded: it is synonyms in the data.

use opencc_rust::{DefaultConfig, OpenCC};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

/// OpenCC's general table knows the variants of all three standards; the regional ones add nothing to it
/// once [`VARIANTS`] has been applied.
static CONVERTER: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::new(DefaultConfig::T2S).ok());

/// The way back, for labels.
static TRADITIONAL: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::new(DefaultConfig::S2T).ok());

/// What a label is in Simplified characters, in its own width.
pub(crate) fn simplified(label: &str) -> Option<String> {
    label_by(&CONVERTER, label)
}

/// What a label is in Traditional characters, in its own width.
pub(crate) fn traditional(label: &str) -> Option<String> {
    label_by(&TRADITIONAL, label)
}

fn label_by(converter: &Option<OpenCC>, label: &str) -> Option<String> {
    // NUL would end the text for the C library.
    Some(converter.as_ref()?.convert(label.replace(['\n', '\0'], " ")))
}

/// Characters that stay apart after OpenCC (台/臺/檯), and spelling variants.
static VARIANTS: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
    let mut map = FxHashMap::default();
    for line in include_str!("../../lexicon/variants.tsv").lines() {
        if line.starts_with('#') {
            continue;
        }
        let mut cells = line.split('\t');
        if let (Some(to), Some(from)) = (cells.next(), cells.next())
            && let Some(to) = to.chars().next()
        {
            map.extend(from.chars().map(|c| (c, to)));
        }
    }
    map
});

/// Whether the Chinese conversion is there; without OpenCC's dictionaries nothing may be read.
pub fn is_ready() -> bool {
    CONVERTER.is_some()
}

/// First and last character of the plane's ideographs, which the table holds one by one.
const IDEOGRAPHS: (char, char) = ('\u{3400}', '\u{9fff}');

/// Stands in the table for a character whose conversion depends on its word (乾坤, 乾淨).
const CONTEXTUAL: char = '\0';

/// Stands in the table for a character that hasn't been asked about.
const UNKNOWN: u32 = u32::MAX;

/// What each ideograph folds to on its own, so that the converter is asked only about runs in which a
/// word may decide. Filled as characters are met: texts hold a fourth of them.
static ALONE: LazyLock<Vec<AtomicU32>> = LazyLock::new(|| {
    let all = || IDEOGRAPHS.0..=IDEOGRAPHS.1;
    let table: Vec<AtomicU32> = all().map(|_| AtomicU32::new(UNKNOWN)).collect();
    for c in include_str!("../../lexicon/contextual.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::chars)
        .filter(|c| all().contains(c))
    {
        table[(c as u32 - IDEOGRAPHS.0 as u32) as usize].store(CONTEXTUAL as u32, Relaxed);
    }
    table
});

/// The table's place of a character.
fn slot(c: char) -> Option<&'static AtomicU32> {
    let index = (c as u32).checked_sub(IDEOGRAPHS.0 as u32)?;
    ALONE.get(index as usize)
}

/// Fills the table for all characters of a text, in one conversion.
fn learn(text: &str) {
    let mut new: Vec<char> = Vec::new();
    let mut seen = FxHashSet::default();
    for c in text.chars() {
        if slot(c).is_some_and(|slot| slot.load(Relaxed) == UNKNOWN) && seen.insert(c) {
            new.push(c);
        }
    }
    // A line each, so that they don't make words.
    let lines: String = new.iter().flat_map(|c| [*c, '\n']).collect();
    for (c, line) in new.iter().zip(converted(&lines).lines()) {
        if let Some(slot) = slot(*c) {
            slot.store(line.chars().next().map_or(CONTEXTUAL, fold_char) as u32, Relaxed);
        }
    }
}

/// Folds a text: Simplified, half-width, straight apostrophes, one kind of space; as many code points as `source`.
pub fn fold(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    // What stands before this byte is in `out`: most characters stay as they are, and are copied together.
    let mut done = 0;
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        if !is_converted(c) {
            let folded = fold_char(c);
            let next = at + c.len_utf8();
            if folded != c {
                out.push_str(&source[done..at]);
                out.push(folded);
                done = next;
            }
            at = next;
            continue;
        }
        // Words don't reach beyond a run of ideographs.
        let start = at;
        let before = (out.len(), done);
        for c in source[start..].chars().take_while(|c| is_converted(*c)) {
            let next = at + c.len_utf8();
            match alone(c, &source[at..]) {
                Some(folded) if folded == c => {}
                Some(folded) => {
                    out.push_str(&source[done..at]);
                    out.push(folded);
                    done = next;
                }
                None => {
                    let run = &source[start..];
                    let run = &run[..run.find(|c| !is_converted(c)).unwrap_or(run.len())];
                    out.truncate(before.0);
                    out.push_str(&source[before.1..start]);
                    out.extend(converted(run).chars().map(fold_char));
                    at = start + run.len();
                    done = at;
                    break;
                }
            }
            at = next;
        }
    }
    out.push_str(&source[done..]);
    out
}

/// Whether the converter may change a character: the ideographs and their compatibility and supplementary forms.
fn is_converted(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// What a character folds to whatever stands beside it; `None` where the converter must see its word. `ahead` is the
/// text that begins with it.
fn alone(c: char, ahead: &str) -> Option<char> {
    let slot = slot(c)?;
    if slot.load(Relaxed) == UNKNOWN {
        learn(ahead);
    }
    char::from_u32(slot.load(Relaxed)).filter(|c| *c != CONTEXTUAL)
}

/// What OpenCC makes of a text without NUL, which would end it for the C library.
fn converted(text: &str) -> String {
    let Some(converter) = CONVERTER.as_ref() else {
        return text.to_owned();
    };
    let converted = converter.convert(text);
    // The alignment is an invariant of OpenCC's tables; should a future table break it, fold by width alone
    // rather than point at the wrong characters.
    if converted.chars().count() == text.chars().count() {
        converted
    } else {
        text.to_owned()
    }
}

fn fold_char(c: char) -> char {
    match c {
        '\n' | ' '..='~' => c,
        '\t' | '\r' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => ' ',
        '\u{0}'..='\u{1f}' => ' ',
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '‘' | '’' | '′' => '\'',
        '「' | '『' | '“' => '“',
        '」' | '』' | '”' => '”',
        '〈' => '《',
        '〉' => '》',
        '・' | '‧' | '•' | '·' => '·',
        '–' | '—' | '―' | '−' | '‐' | '‑' | '﹣' => '-',
        '﹐' => ',',
        '﹔' => ';',
        '﹕' | '∶' => ':',
        '﹖' => '?',
        '﹗' => '!',
        '﹪' => '%',
        '【' => '[',
        '】' => ']',
        '〔' | '﹙' => '(',
        '〕' | '﹚' => ')',
        '〜' => '~',
        _ => VARIANTS.get(&c).copied().unwrap_or(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every character through the converter.
    fn whole(source: &str) -> String {
        converted(source).chars().map(fold_char).collect()
    }

    #[test]
    fn only_ideographs_are_converted() {
        let others: String = ('\u{1}'..=char::MAX).filter(|c| !is_converted(*c)).collect();
        assert_eq!(converted(&others), others);
    }

    #[test]
    fn a_word_decides_where_it_must() {
        for (source, folded) in [
            ("手鍊與鍛鍊", "手链与锻炼"),
            ("計畫與畫家", "计划与画家"),
            ("李澤鉅出席，耗資鉅大", "李泽钜出席,耗资巨大"),
            ("據瞭解，瞭望台", "据了解,了望台"),
        ] {
            assert_eq!(whole(source), fold(source), "{source}");
            assert_eq!(fold(source), folded, "{source}");
        }
    }

    proptest! {
        #[test]
        fn the_table_folds_as_the_converter_does(
            source in proptest::collection::vec(
                prop_oneof![
                    3 => proptest::sample::select(
                        "乾坤隆卦元憑藉口憑慰徵角宮文憑傢俱計畫籌沈沒世成單於氏淳鍾書郁李澤鉅子么麼小丑手鍊拉昇畢瞭解望噁英二濛哪吒覆函彷彿牴觸蒜薹衹見樹木"
                            .chars().collect::<Vec<_>>()),
                    2 => proptest::char::range('\u{3400}', '\u{9fff}'),
                    1 => proptest::sample::select("，。 a1「」\u{20b9f}\u{f900}".chars().collect::<Vec<_>>()),
                ],
                0..30,
            )
        ) {
            let source: String = source.into_iter().collect();
            prop_assert_eq!(fold(&source), whole(&source));
        }
    }
}
