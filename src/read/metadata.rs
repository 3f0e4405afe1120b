//! What an input says about a document besides its text: sidecars, front matter, JSONL fields.

use jiff::civil::Date;
use serde_json::{Map, Value};

/// Fields that may be given with a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Metadata {
    pub id: Option<String>,
    pub url: Option<String>,
    pub title: Option<String>,
    pub published: Option<Date>,
    pub publisher: Option<String>,
    pub language: Option<String>,
}

impl Metadata {
    /// Takes the known fields; unknown ones are ignored, `null` and empty strings are as if absent. The error says what is
    /// wrong with which field.
    pub fn from_fields(fields: &Map<String, Value>) -> Result<Metadata, String> {
        let text = |name: &str| fields.get(name).map_or(Ok(None), |value| as_text(name, value));
        Ok(Metadata {
            id: text("id")?,
            url: text("url")?,
            title: text("title")?,
            published: text("published")?.map(|p| date(&p)).transpose()?,
            publisher: text("publisher")?,
            language: text("language")?,
        })
    }

    /// These fields, and where they say nothing those of `other`.
    pub fn over(self, other: Metadata) -> Metadata {
        Metadata {
            id: self.id.or(other.id),
            url: self.url.or(other.url),
            title: self.title.or(other.title),
            published: self.published.or(other.published),
            publisher: self.publisher.or(other.publisher),
            language: self.language.or(other.language),
        }
    }
}

/// A string, or a number where someone wrote an identifier or a date without quotes.
pub(super) fn as_text(name: &str, value: &Value) -> Result<Option<String>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => {
            let text: String = text
                .trim()
                .chars()
                .filter(|c| !super::plain::invisible(*c) && *c != '\n')
                .collect();
            Ok(Some(text).filter(|t| !t.is_empty()))
        }
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Err(format!("`{name}` is not a string")),
    }
}

/// The day that `text` names: `2025-01-27`, `2025/1/27`, `2025.1.27`, `20250127`, `2025年1月27日`, each with or without a
/// time after it (RFC 3339 and its relatives). The day is taken as written, in whatever zone the time is.
pub(super) fn date(text: &str) -> Result<Date, String> {
    let refused = || format!("`published` is not a date: {text:?}");
    let (numbers, rest) = leading_date(text.trim()).ok_or_else(refused)?;
    let time = rest.trim_start_matches(['T', 't', ' ']);
    let is_time = time.starts_with(|c: char| c.is_ascii_digit())
        && time.len() < rest.len()
        && time.contains(':')
        && time
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ":.,+- []/_".contains(c));
    if !rest.trim_end_matches(['Z', 'z']).is_empty() && !is_time {
        return Err(refused());
    }
    let date = day(numbers).ok_or_else(|| format!("`published` is a day that does not exist: {text:?}"))?;
    // Placeholders (0000-00-00, 0001-01-01, 9999-12-31) are no days on which something was published.
    if !(1600..=2999).contains(&date.year()) {
        return Err(format!("`published` is a day on which there was no news: {text:?}"));
    }
    Ok(date)
}

/// The first date that `text` mentions with its year, whatever stands around it.
pub(super) fn date_within(text: &str) -> Option<Date> {
    let starts = text
        .char_indices()
        .filter(|(i, c)| c.is_ascii_digit() && !text[..*i].ends_with(|before: char| before.is_ascii_digit()));
    starts
        .filter_map(|(i, _)| leading_date(&text[i..]))
        .filter(|(_, rest)| !rest.starts_with(|c: char| c.is_ascii_digit()))
        .filter_map(|(numbers, _)| day(numbers))
        .find(|date| (1990..2100).contains(&date.year()))
}

fn day((year, month, day): (u32, u32, u32)) -> Option<Date> {
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// Year, month and day at the beginning of `text`, and what follows.
fn leading_date(text: &str) -> Option<((u32, u32, u32), &str)> {
    let (year, rest) = number(text, 4, 4)?;
    if let Some((month, rest)) = number(rest, 2, 2) {
        let (day, rest) = number(rest, 2, 2)?;
        return Some(((year, month, day), rest));
    }
    let separator = rest.chars().next().filter(|c| "-/.年".contains(*c))?;
    let (month, rest) = number(&rest[separator.len_utf8()..], 1, 2)?;
    let (day, rest) = number(
        rest.strip_prefix(if separator == '年' { '月' } else { separator })?,
        1,
        2,
    )?;
    Some(((year, month, day), rest.strip_prefix('日').unwrap_or(rest)))
}

/// The number of `least` to `most` digits that `text` begins with, and what follows.
fn number(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits < least {
        return None;
    }
    Some((text[..digits].parse().ok()?, &text[digits..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let day = jiff::civil::date(2025, 1, 27);
        for good in [
            "2025-01-27",
            "2025/1/27",
            "2025.01.27",
            "20250127",
            "2025年1月27日",
            "2025-01-27T08:30:00Z",
            "2025-01-27T23:59:59.123+08:00",
            "2025-01-27 08:30",
            "2025年01月27日 08:30",
            " 2025-1-27 ",
        ] {
            assert_eq!(date(good), Ok(day), "{good}");
        }
        for bad in [
            "",
            "2025",
            "2025-01",
            "27/01/2025",
            "2025-13-01",
            "2025-02-29",
            "yesterday",
            "2025-01-27 noon",
            "2025-01/27",
            "202501270",
            "1737936000",
            "0000-01-01",
            "0001-01-01",
            "9999-12-31",
        ] {
            assert!(date(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn dates_in_passing() {
        let day = Some(jiff::civil::date(2025, 1, 27));
        assert_eq!(date_within("即時財經 2025年01月27日 10:20 來源：本報"), day);
        assert_eq!(date_within("电话 13800138000，发布于2025-01-27"), day);
        assert_eq!(date_within("共 20250127001 次"), None);
        assert_eq!(date_within("1月27日"), None);
    }

    #[test]
    fn fields_of_any_input() {
        let fields =
            serde_json::json!({"id": 12, "url": null, "title": " 甲\u{200B} ", "published": 20250127, "more": [1]});
        let metadata = Metadata::from_fields(fields.as_object().expect("object")).expect("sound");
        assert_eq!(metadata.id.as_deref(), Some("12"));
        assert_eq!(metadata.title.as_deref(), Some("甲"));
        assert_eq!(metadata.published, Some(jiff::civil::date(2025, 1, 27)));
        let bad = serde_json::json!({"publisher": {"name": "甲"}});
        assert_eq!(
            Metadata::from_fields(bad.as_object().expect("object")),
            Err("`publisher` is not a string".into())
        );
    }
}
