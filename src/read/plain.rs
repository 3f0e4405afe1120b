//! Plain text: line ends, characters that no reader sees, and the few character references that feeds leave behind.

use super::html;
use super::traced::Traced;

/// Characters that are left out of every document: they are invisible, and some of them make a text look other than it
/// reads. Controls except line feed and tab, zero-width space and joiners of words, marks and embeddings of direction,
/// the byte order mark, and the tag characters that hide whole sentences.
pub(super) fn invisible(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => true,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' => true,
        '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' => true,
        '\u{E0000}'..='\u{E007F}' => true,
        _ => false,
    }
}

/// Line breaks other than the line feed itself.
pub(super) fn breaks_line(c: char) -> bool {
    matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// `source` with line ends as `\n` and without [`invisible`] characters; nothing else is changed. With `references`,
/// `&amp;`, `&#8217;` and the like (closed by a semicolon) become the characters they name.
pub(super) fn clean(source: &str, references: bool) -> Traced {
    let changes = source.chars().any(|c| breaks_line(c) || invisible(c)) || (references && source.contains('&'));
    if !changes {
        return Traced::whole(source.to_owned());
    }
    let mut out = Traced::default();
    out.text.reserve(source.len());
    let mut kept = 0;
    let mut skip_to = 0;
    for (i, c) in source.char_indices() {
        if i < skip_to {
            continue;
        }
        let end = i + c.len_utf8();
        if breaks_line(c) {
            out.copy(source, kept, i);
            // Of CR LF the line feed stands for both.
            if !(c == '\r' && source[end..].starts_with('\n')) {
                out.replace("\n", i, end);
            }
            kept = end;
        } else if invisible(c) {
            out.copy(source, kept, i);
            kept = end;
        } else if references
            && c == '&'
            && let Some((text, len)) = html::character_reference(&source[i..])
        {
            out.copy(source, kept, i);
            let text: String = text
                .chars()
                .filter(|c| !invisible(*c))
                .map(|c| if c == '\u{A0}' { ' ' } else { c })
                .collect();
            out.replace(&text, i, i + len);
            kept = i + len;
            skip_to = kept;
        }
    }
    out.copy(source, kept, source.len());
    out
}

/// A title: one line, its markup undone.
pub(super) fn title_line(source: &str) -> Traced {
    let mut title = match html::markup(source) {
        html::Markup::None => clean(source, false),
        html::Markup::References => clean(source, true),
        markup => html::to_text(source, markup),
    };
    if title.text.contains(['\n', '\t']) {
        // Both are one byte, like the space, so the spans stay right; but they are no longer copies.
        let broken: Vec<usize> = title
            .text
            .bytes()
            .enumerate()
            .filter(|(_, b)| *b < b' ')
            .map(|(i, _)| i)
            .collect();
        let mut line = Traced {
            hidden: std::mem::take(&mut title.hidden),
            ..Traced::default()
        };
        let mut from = 0;
        for at in broken {
            line.append(title.slice(from, at));
            let mut space = title.slice(at, at + 1);
            space.text = " ".into();
            for span in &mut space.spans {
                span.exact = false;
            }
            line.append(space);
            from = at + 1;
        }
        line.append(title.slice(from, title.text.len()));
        title = line;
    }
    title
}

/// A body as the input gives it: plain, or HTML to be undone.
pub(super) fn body(source: &str) -> Traced {
    match html::markup(source) {
        html::Markup::None => clean(source, false),
        html::Markup::References => clean(source, true),
        markup => html::to_text(source, markup),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_only_what_is_invisible() {
        let cases = [
            ("一行\r\n二行\r三行\n", "一行\n二行\n三行\n"),
            ("\u{FEFF}騰\u{200B}訊\u{202E}", "騰訊"),
            ("甲\t乙　丙\u{A0}丁", "甲\t乙　丙\u{A0}丁"),
            ("a\0b\u{7}c", "abc"),
            ("S&amp;P 500", "S&amp;P 500"),
            ("👨\u{200D}👩", "👨\u{200D}👩"),
        ];
        for (given, wanted) in cases {
            assert_eq!(clean(given, false).text, wanted);
        }
        assert_eq!(
            clean("S&amp;P 500&nbsp;&#8217;s R&D, a&copy=1", true).text,
            "S&P 500 ’s R&D, a&copy=1"
        );
    }

    #[test]
    fn titles_are_one_line() {
        let title = title_line("中<em>芯</em>\r\n漲6%&nbsp;");
        assert_eq!(title.text, "中芯 漲6%");
        assert_eq!(title_line("甲\n\t乙").text, "甲  乙");
        assert_eq!(title_line("題&gt;").text, "題>");
    }
}
