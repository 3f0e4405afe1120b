//! Does what stands in the text count as the name? Case and edges.

use crate::text::{is_han, is_kana};

/// Folds and lower-cases without moving a byte.
pub(crate) fn lowered(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    let mut rest = folded;
    // Scripts with cases stand before Hebrew, as far as names go: the first bytes of their characters are no other's,
    // and what stands between is copied as it is.
    while let Some(at) = rest.bytes().position(|b| matches!(b, b'A'..=b'Z' | 0xc3..=0xd6)) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(c) = rest.chars().next() else { break };
        rest = &rest[c.len_utf8()..];
        out.push(match c {
            'A'..='Z' => c.to_ascii_lowercase(),
            _ => {
                let mut lower = c.to_lowercase();
                match (lower.next(), lower.next()) {
                    (Some(l), None) if l.len_utf8() == c.len_utf8() => l,
                    _ => c,
                }
            }
        });
    }
    out.push_str(rest);
    out
}

/// Whether a character belongs to a word of letters or digits, inside which no name begins.
pub(super) fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || (!c.is_ascii() && !is_han(c) && !is_kana(c) && c.is_alphanumeric())
}

/// Whether no Latin word or number goes on across the edges.
pub(crate) fn has_word_edges(folded: &str, start: usize, end: usize) -> bool {
    let inner_first = folded[start..].chars().next();
    let inner_last = folded[..end].chars().next_back();
    let before = folded[..start].chars().next_back();
    let after = folded[end..].chars().next();
    let left_open = matches!((before, inner_first), (Some(b), Some(f)) if is_word_char(b) && is_word_char(f));
    let right_open = matches!((inner_last, after), (Some(l), Some(a)) if is_word_char(l) && is_word_char(a))
        && !(inner_last.is_some_and(char::is_alphabetic) && starts_with_year(&folded[end..]));
    // GPT-5 of GPT-5.6
    let decimal = inner_last.is_some_and(|c| c.is_ascii_digit())
        && after == Some('.')
        && folded[end + 1..].starts_with(|c: char| c.is_ascii_digit());
    !left_open && !right_open && !decimal
}

/// TikTok Shop|2025年: a year glued to a name.
fn starts_with_year(rest: &str) -> bool {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && rest.starts_with(['1', '2']) && rest[digits..].starts_with('年')
}

/// How a surface in another case compares with the name: `Some(false)` counts, `Some(true)` needs support, `None` doesn't.
pub(super) fn case_check(surface: &str, name: &str) -> Option<bool> {
    if surface == name {
        return Some(false);
    }
    let letters = surface.chars().filter(|c| c.is_alphabetic() && !is_han(*c)).count();
    let upper = surface.chars().filter(|c| c.is_uppercase()).count();
    let all_upper = upper > 0 && upper == letters;
    if all_upper && letters >= 3 {
        return Some(false);
    }
    let first_upper = surface.chars().next().is_some_and(|c| c.is_uppercase() || is_han(c));
    let telling = name.chars().any(|c| c.is_ascii_digit()) || name.chars().skip(1).any(|c| c.is_uppercase());
    if first_upper && (letters >= 6 || telling) {
        return Some(false);
    }
    // 搭载h800芯片, qwen3-max: lower case of a name with a number in it is nothing else.
    (letters >= 4 && name.chars().any(|c| c.is_ascii_digit())).then_some(true)
}
