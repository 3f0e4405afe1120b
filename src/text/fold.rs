//! Folding: every text and every name of the data is brought to one script and one width before comparison.
//!
//! OpenCC's `t2s`, `hk2s` and `tw2s` never change the number of characters, so code point *n* of the folded
//! text is code point *n* of the source. Regional wording (軟件/軟體) is not folded: it is synonyms in the data.

use opencc_rust::{DefaultConfig, OpenCC};
use std::collections::HashMap;
use std::sync::LazyLock;

/// OpenCC's general table knows the variants of all three standards; the regional ones add nothing to it
/// once [`VARIANTS`] has been applied.
static CONVERTER: LazyLock<Option<OpenCC>> = LazyLock::new(|| OpenCC::new(DefaultConfig::T2S).ok());

/// Characters that stay apart after OpenCC (台/臺/檯), and spelling variants.
static VARIANTS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let mut map = HashMap::new();
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

/// What each ideograph folds to on its own, so that the converter is asked only about runs in which a
/// word may decide.
static ALONE: LazyLock<Vec<char>> = LazyLock::new(|| {
    let all = || IDEOGRAPHS.0..=IDEOGRAPHS.1;
    // A line each, so that they don't make words.
    let lines: String = all().flat_map(|c| [c, '\n']).collect();
    let mut table: Vec<char> = converted(&lines)
        .lines()
        .map(|line| line.chars().next().map_or(CONTEXTUAL, fold_char))
        .collect();
    table.resize(all().count(), CONTEXTUAL);
    for c in include_str!("../../lexicon/contextual.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::chars)
        .filter(|c| all().contains(c))
    {
        table[(c as u32 - IDEOGRAPHS.0 as u32) as usize] = CONTEXTUAL;
    }
    table
});

/// Folds a text: Simplified, half-width, straight apostrophes, one kind of space; as many code points as `source`.
pub fn fold(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        if !is_converted(c) {
            out.push(fold_char(c));
            rest = &rest[c.len_utf8()..];
            continue;
        }
        // Words don't reach beyond a run of ideographs.
        let end = rest.find(|c| !is_converted(c)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        let from = out.len();
        for c in run.chars() {
            match alone(c) {
                Some(folded) => out.push(folded),
                None => {
                    out.truncate(from);
                    out.extend(converted(run).chars().map(fold_char));
                    break;
                }
            }
        }
        rest = after;
    }
    out
}

/// Whether the converter may change a character: the ideographs and their compatibility and supplementary forms.
fn is_converted(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// What a character folds to whatever stands beside it; `None` where the converter must see its word.
fn alone(c: char) -> Option<char> {
    let index = (c as u32).checked_sub(IDEOGRAPHS.0 as u32)?;
    ALONE.get(index as usize).copied().filter(|c| *c != CONTEXTUAL)
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
