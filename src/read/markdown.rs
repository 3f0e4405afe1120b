//! Markdown with front matter in YAML (`---`) or TOML (`+++`).

use super::encoding::Decoded;
use super::flow::Flow;
use super::html::{self, Markup};
use super::metadata::Metadata;
use super::traced::Traced;
use super::{Document, Hidden, SourceMap, plain, txt};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Map, Value};

/// The document in `decoded`; `with_id` completes its metadata. Without a title in the front matter, the first heading
/// is the title if the text begins with it, otherwise the first line. `Ok(None)` if there is no text; the error says what
/// is wrong with the front matter.
pub(super) fn parse(
    decoded: &Decoded<'_>,
    with_id: impl FnOnce(Metadata) -> Metadata,
) -> Result<Option<Document>, String> {
    let source = &*decoded.text;
    let (front, start) = front_matter(source)?;
    let metadata = with_id(Metadata::from_fields(&front)?);
    let mut text = to_text(source, start);
    let hidden = std::mem::take(&mut text.hidden);
    let (first, rest) = txt::split(&text);
    let same = |title: &str| first.text.split_whitespace().eq(title.split_whitespace());
    let (title, body) = match &metadata.title {
        Some(title) if !same(title) => {
            let mut given = Traced::default();
            given.insert(title);
            (given, text)
        }
        _ => (first, rest),
    };
    if title.text.is_empty() && body.text.is_empty() {
        return Ok(None);
    }
    let title = plain::title_line(&title.text).through(&title);
    let mut newline = Traced::default();
    newline.insert("\n");
    let map = SourceMap::new(decoded, &[&title, &newline, &body]);
    let mut document = Document::assemble(metadata, &title.text, &body.text, None, map);
    document.hidden = hidden;
    Ok(Some(document))
}

/// The fields at the head of the file, and the byte at which the text begins.
fn front_matter(source: &str) -> Result<(Map<String, Value>, usize), String> {
    let begin = source.len() - source.trim_start().len();
    let fence = match source.get(begin..begin + 3) {
        Some(fence @ ("---" | "+++")) => fence,
        _ => return Ok((Map::new(), begin)),
    };
    let mut lines = source[begin..].split_inclusive('\n');
    let opening = lines.next().unwrap_or_default();
    if opening.trim_end() != fence {
        // A rule of another length, or text.
        return Ok((Map::new(), begin));
    }
    let inside = begin + opening.len();
    let mut at = inside;
    let end = lines.find_map(|line| {
        let start = at;
        at += line.len();
        let closes = line.trim_end() == fence || (fence == "---" && line.trim_end() == "...");
        closes.then_some(start)
    });
    let Some(end) = end else {
        // `---` may also be a rule at the head of a text, but `+++` is nothing else.
        return if fence == "+++" {
            Err("the front matter has no end (`+++`)".into())
        } else {
            Ok((Map::new(), begin))
        };
    };
    let front = &source[inside..end];
    let value = if fence == "---" {
        serde_saphyr::from_str::<Value>(front)
            .map_err(|e| format!("the front matter is not YAML: {}", first_line(&e)))?
    } else {
        let table = front
            .parse::<toml::Table>()
            .map_err(|e| format!("the front matter is not TOML: {}", e.message()))?;
        Value::Object(
            table
                .into_iter()
                .map(|(key, value)| (key, plain_value(value)))
                .collect(),
        )
    };
    match value {
        Value::Object(fields) => Ok((fields, at)),
        Value::Null => Ok((Map::new(), at)),
        _ => Err("the front matter is not a list of fields".into()),
    }
}

fn first_line(error: &impl ToString) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

/// Only strings, numbers and dates matter; the rest is ignored unless it stands where a string should.
fn plain_value(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(truth) => Value::Bool(truth),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(_) => Value::Array(Vec::new()),
        toml::Value::Table(_) => Value::Object(Map::new()),
    }
}

/// The text from byte `start` on as a reader would see it: no marks, one line a block, pictures and code blocks of HTML
/// undone as in any feed.
fn to_text(source: &str, start: usize) -> Traced {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut flow = Flow::new(source);
    let mut html: Option<(usize, usize)> = None;
    let mut images = 0usize;
    let mut hidden = Hidden::default();
    // Name of the inline element of HTML that is being left out, how many of the name are open, and whether it is told.
    let mut left_out: Option<(Vec<u8>, usize, bool)> = None;
    for (event, range) in Parser::new_ext(&source[start..], options).into_offset_iter() {
        let (from, to) = (start + range.start, start + range.end);
        // Running text ends with its block, and so does what is open in it.
        if matches!(
            event,
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::TableCell | TagEnd::Item)
        ) {
            left_out = None;
        }
        match event {
            Event::Start(Tag::HtmlBlock) => html = Some((from, from)),
            Event::Html(_) => {
                if let Some(block) = &mut html {
                    block.1 = to;
                }
            }
            Event::End(TagEnd::HtmlBlock) => {
                if let Some((from, to)) = html.take() {
                    flow.line();
                    let block = html::to_text(&source[from..to], Markup::Blocks);
                    hidden.join(&block.hidden);
                    for (made, from, to, exact) in pieces(&block, from) {
                        if made == "\n" {
                            flow.line();
                        } else if exact {
                            flow.text(from, to);
                        } else {
                            flow.replaced(&made, from, to);
                        }
                    }
                    flow.line();
                }
            }
            Event::Start(Tag::Image { .. }) => images += 1,
            Event::End(TagEnd::Image) => images = images.saturating_sub(1),
            _ if images > 0 => {}
            Event::InlineHtml(_) => {
                let Some(tag) = html::inline_tag(&source[from..to]) else {
                    continue;
                };
                left_out = match left_out {
                    None if tag.drops => Some((tag.name, 1, tag.conceals)),
                    Some((name, open, told)) if name == tag.name => match open + 1 - 2 * usize::from(tag.is_end) {
                        0 => None,
                        open => Some((name, open, told)),
                    },
                    other => other,
                };
            }
            Event::Text(text) | Event::Code(text) if left_out.is_some() => {
                if matches!(left_out, Some((_, _, true))) {
                    hidden.add(&text);
                }
            }
            Event::Text(text) if source[from..to] == *text => flow.text(from, to),
            // The marks around code are in its range.
            Event::Code(text) if source[from..to].contains(&*text) => {
                let at = from + source[from..to].find(&*text).unwrap_or_default();
                flow.text(at, at + text.len());
            }
            Event::Text(text) | Event::Code(text) => flow.replaced(&text, from, to),
            Event::SoftBreak => flow.text(from, to),
            Event::HardBreak | Event::Rule => flow.line(),
            Event::Start(Tag::TableHead | Tag::TableRow) | Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                flow.row()
            }
            Event::Start(Tag::TableCell) => flow.open_cell(),
            Event::End(TagEnd::TableCell) => flow.close_cell(),
            Event::Start(
                Tag::Paragraph
                | Tag::Heading { .. }
                | Tag::BlockQuote(_)
                | Tag::Item
                | Tag::List(_)
                | Tag::Table(_)
                | Tag::FootnoteDefinition(_),
            )
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::BlockQuote(_)
                | TagEnd::Item
                | TagEnd::List(_)
                | TagEnd::Table
                | TagEnd::FootnoteDefinition,
            ) => flow.line(),
            Event::Start(Tag::CodeBlock(_)) => {
                flow.line();
                flow.keep_lines = true;
            }
            Event::End(TagEnd::CodeBlock) => {
                flow.line();
                flow.keep_lines = false;
            }
            _ => {}
        }
    }
    let mut text = flow.finish();
    text.hidden = hidden;
    text
}

/// The pieces of `text`, which was made from the source at byte `base`, line by line.
fn pieces(text: &Traced, base: usize) -> impl Iterator<Item = (String, usize, usize, bool)> {
    text.spans.iter().enumerate().map(move |(i, span)| {
        let made = text.text[span.at..text.end_of(i)].to_owned();
        (made, base + span.from, base + span.from + span.len, span.exact)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_undone() {
        let cases = [
            ("# 標題\n\n**騰訊**升[6%](http://x)。\n續行\n", "標題\n騰訊升6%。續行"),
            ("- 甲\n- 乙\n\n1. 丙", "甲\n乙\n丙"),
            ("| 公司 | 升幅 |\n|---|---|\n| 騰訊 | 6% |\n", "公司\t升幅\n騰訊\t6%"),
            ("![圖](x.png)甲\\*乙 &amp; `碼`", "甲*乙 & 碼"),
            ("> 引文\n\n---\n\n後文", "引文\n後文"),
            (
                "甲\n\n<div style=\"display:none\">略</div>\n\n<p>乙&amp;丙</p>\n\n丁",
                "甲\n乙&丙\n丁",
            ),
            ("a <b>bold</b> word\nnext", "a bold word next"),
            (
                "甲<span hidden>略<span>略</span>*略*</span>乙<i aria-hidden='true'>略\n\n丙<script>x</script>",
                "甲乙\n丙",
            ),
        ];
        for (source, wanted) in cases {
            assert_eq!(to_text(source, 0).text, wanted, "{source}");
        }
    }

    #[test]
    fn front_matter_of_both_kinds() {
        let yaml = "---\ntitle: 甲\npublished: 2025-01-27\ntags: [a, b]\n---\n正文";
        let toml = "+++\ntitle = \"甲\"\npublished = 2025-01-27\ntags = [\"a\"]\n+++\n正文";
        for source in [yaml, toml] {
            let (fields, start) = front_matter(source).expect(source);
            let metadata = Metadata::from_fields(&fields).expect(source);
            assert_eq!(
                (metadata.title.as_deref(), metadata.published),
                (Some("甲"), Some(jiff::civil::date(2025, 1, 27)))
            );
            assert_eq!(&source[start..], "正文");
        }
        assert_eq!(front_matter("--- 甲\n").expect("text").1, 0);
        assert!(front_matter("---\na: [\n---\n").is_err());
        assert!(front_matter("+++\na = 1\n").is_err());
    }
}
