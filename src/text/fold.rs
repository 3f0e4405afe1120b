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

/// Folds a text: Simplified, half-width, straight apostrophes, one kind of space; as many code points as `source`.
pub fn fold(source: &str) -> String {
    if source.is_ascii() {
        return width_folded(source);
    }
    // The C library ends a text at NUL.
    let converted = match CONVERTER.as_ref() {
        Some(converter) if source.contains('\0') => converter.convert(source.replace('\0', " ")),
        Some(converter) => converter.convert(source),
        None => source.to_owned(),
    };
    // The alignment is an invariant of OpenCC's tables; should a future table break it, fold by width alone
    // rather than point at the wrong characters.
    if converted.chars().count() == source.chars().count() {
        width_folded(&converted)
    } else {
        width_folded(source)
    }
}

fn width_folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        out.push(fold_char(c));
    }
    out
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
