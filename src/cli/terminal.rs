//! Text for a terminal: colours where they are wanted, columns and lines that count Chinese characters double.

use std::io::IsTerminal;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What a piece of text is.
#[derive(Clone, Copy)]
pub enum Style {
    /// What a section is about
    Heading,
    /// An entity
    Name,
    /// What relates entities
    Relation,
    /// What stands beside: documents, rules, frames
    Aside,
    /// What speaks for something
    Good,
    /// What speaks against
    Bad,
    /// What is neither
    Doubtful,
}

/// How wide lines are and whether they have colours.
pub struct Terminal {
    colours: bool,
    /// Columns; lines are as long as they are without it.
    width: Option<usize>,
}

/// Narrower, no line holds a name and a quote.
const NARROWEST: usize = 24;

impl Terminal {
    /// Standard output: colours on a terminal unless `NO_COLOR` is set, and elsewhere if `CLICOLOR_FORCE` is; folded to
    /// `width`, otherwise to the width of the terminal.
    pub fn of_stdout(width: Option<u16>) -> Terminal {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let forced = set("CLICOLOR_FORCE") && std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colours = !set("NO_COLOR") && (forced || (std::io::stdout().is_terminal() && !dumb));
        let width = width.or_else(|| comfy_table::Table::new().width());
        Terminal {
            colours,
            width: width.map(|width| usize::from(width).max(NARROWEST)),
        }
    }

    /// The text in the colour of its style. It must have been through [`clean`], unless it is the program's own.
    pub fn paint(&self, style: Style, text: &str) -> String {
        if !self.colours || text.is_empty() {
            return text.to_owned();
        }
        let code = match style {
            Style::Heading => "1",
            Style::Name => "1;36",
            Style::Relation => "35",
            Style::Aside => "2",
            Style::Good => "32",
            Style::Bad => "31",
            Style::Doubtful => "33",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// The text in lines: the first behind `indent`, the others below its text.
    pub fn folded(&self, indent: &str, text: &str) -> String {
        let room = self
            .width
            .map(|width| width.saturating_sub(indent.width()).max(NARROWEST / 2));
        let hanging = " ".repeat(indent.width());
        fold(&clean(text), room)
            .iter()
            .enumerate()
            .map(|(at, line)| format!("{}{line}\n", if at == 0 { indent } else { &hanging }))
            .collect()
    }
}

/// What an article says must not steer the terminal: control characters and those that turn the direction of writing are
/// left out, and any white space is one space.
pub fn clean(text: &str) -> String {
    let steers = |c: char| {
        (c.is_control() && !c.is_whitespace())
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let text: String = text.chars().filter(|c| !steers(*c)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text with spaces behind it up to so many columns.
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// Columns that the widest of the texts takes.
pub fn widest<'t>(texts: impl IntoIterator<Item = &'t str>) -> usize {
    texts.into_iter().map(UnicodeWidthStr::width).max().unwrap_or(0)
}

/// Rows as columns that begin at the same place, two spaces apart; the last is not padded.
pub fn columns(indent: &str, rows: &[Vec<String>]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|at| widest(rows.iter().filter_map(|row| row.get(at)).map(String::as_str)))
        .collect();
    let mut out = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| padded(cell, width))
            .collect();
        out += indent;
        out += cells.join("  ").trim_end();
        out.push('\n');
    }
    out
}

/// Lines of at most `room` columns: broken at spaces, and between Chinese characters but not before what closes or
/// behind what opens. A word longer than a line is broken anywhere.
fn fold(text: &str, room: Option<usize>) -> Vec<String> {
    let Some(room) = room else { return vec![text.to_owned()] };
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut width = 0;
    // Where the line may end: bytes and columns up to there.
    let mut last: Option<(usize, usize)> = None;
    let mut previous = '\u{2029}';
    for character in text.chars() {
        let columns = character.width().unwrap_or(0);
        if breaks(previous, character) && !line.is_empty() {
            last = Some((line.len(), width));
        }
        if width + columns > room && !line.is_empty() && character != ' ' {
            let (bytes, before) = last.take().unwrap_or((line.len(), width));
            let rest = line.split_off(bytes);
            lines.push(line.trim_end().to_owned());
            width -= before;
            line = rest;
            if line.starts_with(' ') {
                line.remove(0);
                width -= 1;
            }
        }
        line.push(character);
        width += columns;
        previous = character;
    }
    if !line.trim_end().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

fn breaks(before: char, after: char) -> bool {
    const CLOSING: &str = "，。、；：？！）」』”’》〉】〕…—·％%,.;:?!)]}";
    const OPENING: &str = "（「『“‘《〈【〔([{";
    let wide = |c: char| c.width() == Some(2);
    before == ' '
        || (after != ' ' && (wide(before) || wide(after)) && !CLOSING.contains(after) && !OPENING.contains(before))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_where_readers_expect_it() {
        for (text, room, lines) in [
            ("騰訊升6%，報403元。", 8, &["騰訊升", "6%，報", "403元。"][..]),
            ("a quick brown fox", 8, &["a quick", "brown", "fox"]),
            ("antidisestablishment", 8, &["antidise", "stablish", "ment"]),
            ("他說「好」。", 8, &["他說", "「好」。"]),
            ("", 8, &[""]),
        ] {
            assert_eq!(fold(text, Some(room)), lines, "{text}");
        }
        assert_eq!(fold("long enough", None), ["long enough"]);
    }

    #[test]
    fn texts_do_not_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\n\tc\u{202e}d"), "a[2Jb cd");
    }

    #[test]
    fn columns_count_chinese_double() {
        let rows = [["騰訊", "x"], ["Tencent", "y"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(columns(" ", &rows), " 騰訊     x\n Tencent  y\n");
    }
}
