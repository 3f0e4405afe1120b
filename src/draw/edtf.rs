use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A date of the precision that the source gave, in EDTF (ISO 8601-2): a year, month or day, a quarter
/// (`2024-33`…`36`), a half-year (`2024-40`, `41`), an interval of two of them (`2023/2024-06`, `../2024`), each date
/// possibly marked uncertain (`?`), approximate (`~`) or both (`%`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Edtf {
    text: String,
    first: Option<Date>,
    last: Option<Date>,
}

/// A text that is no EDTF date of the kinds that [`Edtf`] names.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no date (write 2023, 2023-11, 2023-11-02, a quarter 2024-33 to 2024-36 or a half-year 2024-40, 2024-41)"
)]
pub struct NotEdtf(pub String);

impl Edtf {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first day that the date covers; `None` for an interval without beginning.
    pub fn first_day(&self) -> Option<Date> {
        self.first
    }

    /// The last day that the date covers; `None` for an interval without end.
    pub fn last_day(&self) -> Option<Date> {
        self.last
    }

    /// Whether a day of this date may lie within `since` and `until`, both included.
    pub fn overlaps(&self, since: Option<&Edtf>, until: Option<&Edtf>) -> bool {
        let begins_too_late = match (self.first, until.and_then(Edtf::last_day)) {
            (Some(first), Some(limit)) => first > limit,
            _ => false,
        };
        let ends_too_early = match (self.last, since.and_then(Edtf::first_day)) {
            (Some(last), Some(limit)) => last < limit,
            _ => false,
        };
        !begins_too_late && !ends_too_early
    }
}

/// First and last day of one date without its qualifier.
fn days(text: &str) -> Option<(Date, Date)> {
    let number = |part: &str, digits: usize| -> Option<i16> {
        (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let months = |first: i8, last: i8| -> Option<(Date, Date)> {
        Some((
            Date::new(year, first, 1).ok()?,
            Date::new(year, last, 1).ok()?.last_of_month(),
        ))
    };
    let (second, third) = (parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    match (second, third) {
        (None, _) => months(1, 12),
        (Some(second), None) => match number(second, 2)? as i8 {
            month @ 1..=12 => months(month, month),
            quarter @ 33..=36 => months((quarter - 33) * 3 + 1, (quarter - 33) * 3 + 3),
            half @ 40..=41 => months((half - 40) * 6 + 1, (half - 40) * 6 + 6),
            _ => None,
        },
        (Some(month), Some(day)) => {
            let date = Date::new(year, number(month, 2)? as i8, number(day, 2)? as i8).ok()?;
            Some((date, date))
        }
    }
}

impl FromStr for Edtf {
    type Err = NotEdtf;

    fn from_str(text: &str) -> Result<Self, NotEdtf> {
        let bounds = |part: &str| days(part.strip_suffix(['?', '~', '%']).unwrap_or(part));
        let refused = || NotEdtf(text.to_owned());
        let (first, last) = match text.split_once('/') {
            None => {
                let (first, last) = bounds(text).ok_or_else(refused)?;
                (Some(first), Some(last))
            }
            Some((from, to)) => {
                let open = |part: &str| part.is_empty() || part == "..";
                let first = if open(from) {
                    None
                } else {
                    Some(bounds(from).ok_or_else(refused)?.0)
                };
                let last = if open(to) {
                    None
                } else {
                    Some(bounds(to).ok_or_else(refused)?.1)
                };
                if matches!((first, last), (Some(first), Some(last)) if first > last) {
                    return Err(refused());
                }
                (first, last)
            }
        };
        Ok(Edtf {
            text: text.to_owned(),
            first,
            last,
        })
    }
}

impl TryFrom<String> for Edtf {
    type Error = NotEdtf;

    fn try_from(text: String) -> Result<Self, NotEdtf> {
        text.parse()
    }
}

impl From<Edtf> for String {
    fn from(date: Edtf) -> String {
        date.text
    }
}

impl fmt::Display for Edtf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_the_days_it_names() {
        for (text, first, last) in [
            ("2023", "2023-01-01", "2023-12-31"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            ("2023-11-02", "2023-11-02", "2023-11-02"),
            ("2024-33", "2024-01-01", "2024-03-31"),
            ("2024-36", "2024-10-01", "2024-12-31"),
            ("2024-41", "2024-07-01", "2024-12-31"),
            ("2023~", "2023-01-01", "2023-12-31"),
            ("2023/2024-06", "2023-01-01", "2024-06-30"),
        ] {
            let date: Edtf = text.parse().unwrap();
            assert_eq!(date.first_day().unwrap().to_string(), first, "{text}");
            assert_eq!(date.last_day().unwrap().to_string(), last, "{text}");
        }
        let open: Edtf = "../2024".parse().unwrap();
        assert_eq!(
            (open.first_day(), open.last_day().unwrap().to_string()),
            (None, "2024-12-31".to_owned())
        );
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "23",
            "2023-13",
            "2023-37",
            "2023-02-30",
            "2023-11-02-01",
            "二零二三",
            "2024/2023",
            "+023",
            "2023-1",
        ] {
            assert_eq!(text.parse::<Edtf>(), Err(NotEdtf(text.to_owned())));
        }
    }

    #[test]
    fn overlaps_by_days() {
        let date = |text: &str| text.parse::<Edtf>().unwrap();
        let quarter = date("2024-33");
        assert!(quarter.overlaps(Some(&date("2024-03-31")), None));
        assert!(!quarter.overlaps(Some(&date("2024-04")), None));
        assert!(quarter.overlaps(None, Some(&date("2024-01-01"))));
        assert!(!quarter.overlaps(None, Some(&date("2023"))));
    }
}
