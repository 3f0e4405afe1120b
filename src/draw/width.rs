//! How wide a text will be, whichever of the usual fonts draws it.
//!
//! A picture must be the same file on every machine, and the font is known only where it is looked at. So widths are
//! upper bounds: of each character the widest advance among Noto Sans CJK, WenQuanYi Micro Hei and Liberation Sans (whose
//! advances are Arial's and Helvetica's). A test measures with the fonts of the machine that it runs on.

use unicode_width::UnicodeWidthChar;

/// Hundredths of an em of the characters from U+0020 to U+007E, regular.
#[rustfmt::skip]
const REGULAR: [u8; 95] = [
    28, 33, 48, 65, 56, 93, 71, 28, 34, 34, 56, 59, 28, 35, 28, 40, 56, 56, 56, 56, 56, 56, 56, 56, 56, 56, 28, 28, 59, 59, 59, 56,
    102, 67, 67, 73, 73, 67, 62, 78, 73, 34, 54, 67, 56, 88, 73, 78, 67, 78, 73, 67, 62, 73, 67, 95, 67, 67, 62, 34, 40, 34, 56, 56,
    61, 57, 62, 51, 62, 56, 33, 57, 61, 28, 28, 56, 29, 93, 61, 61, 62, 62, 40, 50, 38, 61, 53, 81, 50, 53, 50, 36, 56, 36, 59,
];

/// The same, bold.
#[rustfmt::skip]
const BOLD: [u8; 95] = [
    28, 37, 58, 65, 59, 97, 74, 33, 38, 38, 56, 59, 33, 37, 33, 39, 59, 59, 59, 59, 59, 59, 59, 59, 59, 59, 34, 34, 59, 59, 59, 62,
    101, 73, 73, 73, 73, 67, 62, 78, 76, 34, 57, 73, 62, 88, 75, 78, 67, 78, 73, 67, 63, 75, 67, 95, 67, 67, 62, 38, 39, 38, 59, 57,
    63, 60, 65, 56, 65, 59, 38, 62, 64, 31, 31, 61, 32, 97, 65, 63, 65, 65, 44, 56, 43, 64, 58, 87, 57, 58, 52, 39, 56, 39, 59,
];

/// Width of a text in ems.
pub(super) fn ems(text: &str) -> f64 {
    text.chars().map(|character| em(character, &REGULAR)).sum()
}

/// Width of a bold text in ems.
pub(super) fn ems_bold(text: &str) -> f64 {
    text.chars().map(|character| em(character, &BOLD)).sum()
}

fn em(character: char, ascii: &[u8; 95]) -> f64 {
    match character {
        ' '..='~' => f64::from(ascii[character as usize - 0x20]) / 100.0,
        // Letters with marks are no wider than the widest without.
        '\u{c0}'..='\u{24f}' => 0.95,
        // Chinese fonts draw what Unicode calls ambiguous (… — “ ” · ×) on a full em.
        _ => match character.width_cjk() {
            Some(0) | None => 0.0,
            _ => 1.0,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_proportional_fonts() {
        assert_eq!(ems("騰訊"), 2.0);
        assert_eq!(ems("“…”"), 3.0);
        assert_eq!(ems(""), 0.0);
        assert!(ems("illi") < 1.2 && ems("WWWW") > 3.5);
        assert!(ems_bold("DeepSeek") > ems("DeepSeek"));
    }
}
