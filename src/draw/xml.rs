//! Writing XML: what the SVG, GraphML and GEXF files share.

use std::fmt::{self, Write};

/// Text as XML 1.0 holds it, in content and in attributes. Characters that XML forbids become U+FFFD; line ends and
/// tabs are written as references, so that no reader normalises them away.
pub(super) struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\t' => f.write_str("&#9;")?,
                '\n' => f.write_str("&#10;")?,
                '\r' => f.write_str("&#13;")?,
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                _ => f.write_char(character)?,
            }
        }
        Ok(())
    }
}

/// A coordinate: two decimals, no `-0`.
pub(super) struct Number(pub f64);

impl Number {
    /// The value that is written.
    pub(super) fn rounded(&self) -> f64 {
        let rounded = (self.0 * 100.0).round() / 100.0;
        if rounded == 0.0 { 0.0 } else { rounded }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.rounded())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_every_character_that_means_something() {
        assert_eq!(
            Escaped("<a b=\"c\" d='e'>]]>&\r\n\t\u{0}\u{202e}😀").to_string(),
            "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;]]&gt;&amp;&#13;&#10;&#9;\u{fffd}\u{202e}😀"
        );
        assert_eq!(Number(-0.001).to_string(), "0");
        assert_eq!(Number(12.346).to_string(), "12.35");
    }
}
