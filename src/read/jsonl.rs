//! One JSON object a line: `id, url, title, text, published, publisher, language, mentions`.

use super::encoding::{self, Decoded};
use super::metadata::Metadata;
use super::traced::Traced;
use super::{Document, GivenMention, Hidden, Refusal, SourceMap, plain};
use encoding_rs::Encoding;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// The fields whose place in the line matters are kept as they stand.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    url: Value,
    #[serde(borrow)]
    title: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(default)]
    published: Value,
    #[serde(default)]
    publisher: Value,
    #[serde(default)]
    language: Value,
    mentions: Option<Vec<Mention>>,
}

/// Offsets count code points of `text` as it stands in the JSON, before any markup is undone.
#[derive(Deserialize)]
struct Mention {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    kind: Option<String>,
    entity: Option<String>,
}

const ONE_OBJECT: &str =
    "write one JSON object a line, with at least `text` and best with `id`, `title` and `published`";

/// A line of a file and where it was.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub origin: &'a str,
    /// From 1
    pub line: u64,
    /// Byte of the file at which the line begins.
    pub offset: u64,
}

impl Place<'_> {
    pub fn refuse(&self, byte: Option<u64>, reason: impl Into<String>, remedy: impl Into<String>) -> Refusal {
        Refusal {
            origin: self.origin.to_owned(),
            line: Some(self.line),
            byte: byte.map(|b| self.offset + b),
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }
}

/// Reads one line. `forced` is the encoding the user names; otherwise it is detected, with `likely` (what the whole file
/// looks like) for a line that is not UTF-8.
pub(super) fn parse(
    bytes: &[u8],
    place: &Place<'_>,
    forced: Option<&'static Encoding>,
    likely: Option<&'static Encoding>,
) -> Result<Document, Refusal> {
    let undecodable = |e: encoding::Undecodable| place.refuse(Some(e.byte), e.reason, e.remedy);
    let encoding = match forced {
        Some(encoding) => encoding,
        None if likely.is_none() && std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => match likely.filter(|e| *e == encoding_rs::UTF_16LE || *e == encoding_rs::UTF_16BE) {
            Some(utf16) => utf16,
            None => encoding::detect(bytes, likely).map_err(undecodable)?,
        },
    };
    let decoded = encoding::decode(bytes, encoding).map_err(undecodable)?;
    let json: &str = &decoded.text;
    if let Some(nul) = json.find('\0') {
        let byte = decoded.cursor().byte_at(nul);
        return Err(place.refuse(Some(byte as u64), "there is a NUL byte", "write the line again as JSON"));
    }
    // The derived reader would take an array for the fields in order.
    if !json.trim_start().starts_with('{') {
        return Err(place.refuse(None, "the line is not a JSON object", ONE_OBJECT));
    }
    let line: Line = serde_json::from_str(json).map_err(|error| not_an_object(&error, json, place, &decoded))?;
    let wrong = |reason: String| place.refuse(None, reason, "correct the field, or leave it out");

    let fields: Map<String, Value> = [
        ("id", line.id),
        ("url", line.url),
        ("published", line.published),
        ("publisher", line.publisher),
        ("language", line.language),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let mut metadata = Metadata::from_fields(&fields).map_err(wrong)?;

    let Some(raw_text) = line.text else {
        return Err(place.refuse(
            None,
            "there is no `text`",
            "give the body of the article as a string named `text`",
        ));
    };
    let text = string(json, raw_text).ok_or_else(|| wrong("`text` is not a string".into()))?;
    let title = match line.title {
        None => Traced::default(),
        Some(raw) => match string(json, raw) {
            Some(title) => title,
            None => return Err(wrong("`title` is not a string".into())),
        },
    };
    let mut hidden = Hidden::default();
    hidden.add_tags_of(&title.text);
    hidden.add_tags_of(&text.text);
    let headline = plain::title_line(&title.text);
    hidden.join(&headline.hidden);
    let title = headline.through(&title);
    let body = plain::body(&text.text);
    hidden.join(&body.hidden);
    if title.text.trim().is_empty() && body.text.trim().is_empty() {
        return Err(place.refuse(None, "title and text are empty", "leave the line out"));
    }
    let given = match line.mentions {
        None => None,
        Some(mentions) => {
            let before = title.text.chars().count() + 1;
            Some(moved(mentions, &text.text, &body, before).map_err(|reason| {
                place.refuse(
                    None,
                    reason,
                    "count code points of `text` as it stands in the JSON, end exclusive",
                )
            })?)
        }
    };
    let body = body.through(&text);
    metadata.title = Some(title.text.clone());
    let mut newline = Traced::default();
    newline.insert("\n");
    let mut source = SourceMap::new(&decoded, &[&title, &newline, &body]);
    source.origin = place.origin.to_owned();
    source.line = Some(place.line);
    source.offset = place.offset;
    let mut document = Document::assemble(metadata, &title.text, &body.text, given, source);
    document.hidden = hidden;
    Ok(document)
}

fn not_an_object(error: &serde_json::Error, json: &str, place: &Place<'_>, decoded: &Decoded<'_>) -> Refusal {
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    let cut_off = error.classify() == serde_json::error::Category::Eof;
    let mut column = if cut_off {
        json.len()
    } else {
        error.column().saturating_sub(1).min(json.len())
    };
    while !json.is_char_boundary(column) {
        column -= 1;
    }
    let byte = decoded.cursor().byte_at(column);
    let remedy = if cut_off {
        "the line is cut off: write the whole object on one line"
    } else {
        ONE_OBJECT
    };
    place.refuse(
        Some(byte as u64),
        format!("the line is no document in JSON: {reason}"),
        remedy,
    )
}

/// The string that `raw` (a part of `json`) stands for, traced to `json`. `None` if it is not a string.
///
/// Half of a surrogate pair, which other programs leave when they cut a text off, becomes U+FFFD.
fn string(json: &str, raw: &RawValue) -> Option<Traced> {
    let start = (raw.get().as_ptr() as usize).checked_sub(json.as_ptr() as usize)? + 1;
    let end = start + raw.get().len().checked_sub(2)?;
    let inner = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    let mut out = Traced::default();
    out.text.reserve(inner.len());
    let mut from = start;
    while let Some(at) = json[from..end].find('\\').map(|i| from + i) {
        out.copy(json, from, at);
        let (c, length) = escape(&json[at..end])?;
        out.replace(c.encode_utf8(&mut [0; 4]), at, at + length);
        from = at + length;
    }
    out.copy(json, from, end);
    Some(out)
}

/// The escape that `text` begins with: its character and its length.
fn escape(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
    Some(match text.as_bytes().get(1)? {
        b'n' => ('\n', 2),
        b't' => ('\t', 2),
        b'r' => ('\r', 2),
        b'b' => ('\u{8}', 2),
        b'f' => ('\u{C}', 2),
        b'u' => {
            let high = unit(2)?;
            let low = text
                .get(6..8)
                .filter(|u| *u == "\\u")
                .and_then(|_| unit(8))
                .filter(|l| (0xDC00..0xE000).contains(l));
            match (high, low) {
                (0xD800..0xDC00, Some(low)) => {
                    (char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))?, 12)
                }
                _ => (char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
            }
        }
        other => (char::from(*other), 2),
    })
}

/// Moves mentions from code points of `text` to code points of the document, of which `body` is the part that was made
/// from `text` and begins at code point `before`.
fn moved(mentions: Vec<Mention>, text: &str, body: &Traced, before: usize) -> Result<Vec<GivenMention>, String> {
    let mut wanted: Vec<usize> = mentions.iter().flat_map(|m| [m.start, m.end]).collect();
    let bytes = Positions::of_code_points(text, &mut wanted);
    let mut images = Vec::with_capacity(mentions.len());
    for (n, mention) in mentions.iter().enumerate() {
        let place = bytes
            .get(mention.start)
            .zip(bytes.get(mention.end))
            .filter(|(start, end)| start < end);
        let Some((start, end)) = place else {
            return Err(format!(
                "mention {n} has the offsets {}..{}, which are not in `text`",
                mention.start, mention.end
            ));
        };
        images.push(body.image(start, end).ok_or_else(|| {
            format!(
                "mention {n} ({}..{}) is in markup or hidden text, which is not read",
                mention.start, mention.end
            )
        })?);
    }
    let mut wanted: Vec<usize> = images.iter().flat_map(|(start, end)| [*start, *end]).collect();
    let points = Positions::of_bytes(&body.text, &mut wanted);
    let place = |byte: usize| points.get(byte).map_or(before, |p| before + p);
    Ok(mentions
        .into_iter()
        .zip(images)
        .map(|(mention, (start, end))| GivenMention {
            start: place(start),
            end: place(end),
            kind: mention.kind.filter(|k| !k.is_empty()),
            entity: mention.entity.filter(|e| !e.is_empty()),
        })
        .collect())
}

/// Code points to bytes or the other way round, for a few places of a text, found in one pass.
struct Positions(Vec<(usize, usize)>);

impl Positions {
    fn of_code_points(text: &str, wanted: &mut Vec<usize>) -> Positions {
        let ends = std::iter::once(text.len());
        Positions::pick(text.char_indices().map(|(i, _)| i).chain(ends).enumerate(), wanted)
    }

    fn of_bytes(text: &str, wanted: &mut Vec<usize>) -> Positions {
        let ends = std::iter::once(text.len());
        Positions::pick(
            text.char_indices()
                .map(|(i, _)| i)
                .chain(ends)
                .enumerate()
                .map(|(p, b)| (b, p)),
            wanted,
        )
    }

    fn pick(pairs: impl Iterator<Item = (usize, usize)>, wanted: &mut Vec<usize>) -> Positions {
        wanted.sort_unstable();
        wanted.dedup();
        let mut next = wanted.iter().peekable();
        Positions(pairs.filter(|(key, _)| next.next_if(|w| *w == key).is_some()).collect())
    }

    fn get(&self, key: usize) -> Option<usize> {
        self.0.binary_search_by_key(&key, |(k, _)| *k).ok().map(|i| self.0[i].1)
    }
}
