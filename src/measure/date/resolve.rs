//! Which day that was: readings of dates against the day of publication and the dates before them.

use super::{Dates, Part, Period, Reading, YearRef};
use crate::measure::numeral::next_char;
use crate::measure::tables::DateWord;
use jiff::ToSpan;
use jiff::civil;

impl Dates<'_> {
    /// The period that a reading means, and the last one of a stretch.
    pub(super) fn resolve(&self, reading: &Reading) -> Option<(Period, Option<Period>)> {
        let published = self.context.published;
        let year = match reading.year {
            YearRef::Unsaid => None,
            YearRef::Given(year) => Some(year),
            YearRef::Relative(years) => Some(add_years(published?.year(), years)?),
            YearRef::Anchor(years) => Some(add_years(self.last?.year()?, years)?),
        };
        let one = |period| Some((period, None));
        let ahead = || {
            let to = if self.text[..reading.start].ends_with(' ') {
                reading.start - 1
            } else {
                reading.start
            };
            self.words.future.ending_at(self.text, to, 0).is_some()
        };
        match reading.part {
            Part::Whole => one(Period::Year(year?)),
            Part::Decade(decade) => one(Period::Decade(decade)),
            Part::NamedYear => {
                let (_, year) = self
                    .named_year
                    .filter(|(end, _)| self.same_sentence(*end, reading.start))?;
                one(Period::Year(year))
            }
            Part::Half(half) => {
                let year = year.or_else(|| {
                    let published = published?;
                    let begun = half == 1 || published.month() >= 5 || ahead();
                    Some(if begun { published.year() } else { published.year() - 1 })
                });
                one(Period::Half(year?, half))
            }
            Part::Quarter(quarter) => {
                let year = year.or_else(|| {
                    let published = published?;
                    if reading.fiscal {
                        return Some(published.year());
                    }
                    // The next quarter is spoken of as often as last year's of that number is not.
                    let running = (published.month() - 1) / 3 + 1;
                    Some(if quarter <= running + 1 || ahead() {
                        published.year()
                    } else {
                        published.year() - 1
                    })
                });
                one(Period::Quarter(year?, quarter))
            }
            Part::FirstMonths(months) => {
                let year = year.or_else(|| {
                    let published = published?;
                    Some(if published.month() >= months {
                        published.year()
                    } else {
                        published.year() - 1
                    })
                })?;
                if months == 12 {
                    one(Period::Year(year))
                } else {
                    Some((Period::Month(year, 1), Some(Period::Month(year, months))))
                }
            }
            Part::Month(month) => {
                let year = match year {
                    Some(year) => year,
                    None => self.year_of(reading, month, 1, ahead())?,
                };
                one(Period::Month(year, month))
            }
            Part::MonthDay(month, day) => {
                let year = match year {
                    Some(year) => year,
                    None => self.year_of(reading, month, day, ahead())?,
                };
                one(Period::Day(civil::Date::new(year, month, day).ok()?))
            }
            Part::Day(day) => one(Period::Day(self.day_of_month(reading, day, ahead())?)),
            Part::RelativeMonthDay(months, day) => {
                let month = published?
                    .first_of_month()
                    .checked_add(i64::from(months).months())
                    .ok()?;
                one(Period::Day(civil::Date::new(month.year(), month.month(), day).ok()?))
            }
            Part::RelativeDay(days) => one(Period::Day(published?.checked_add(i64::from(days).days()).ok()?)),
            Part::RelativeWeek(weeks) => {
                let monday = self.monday(weeks)?;
                Some((
                    Period::Day(monday),
                    Some(Period::Day(monday.checked_add(6.days()).ok()?)),
                ))
            }
            Part::RelativeMonth(months) => {
                let month = published?
                    .first_of_month()
                    .checked_add(i64::from(months).months())
                    .ok()?;
                one(Period::Month(month.year(), month.month()))
            }
            Part::RelativeQuarter(quarters) => {
                let month = published?
                    .first_of_month()
                    .checked_add((i64::from(quarters) * 3).months())
                    .ok()?;
                one(Period::Quarter(month.year(), (month.month() - 1) / 3 + 1))
            }
            Part::Weekday(Some(weeks), day) => one(Period::Day(
                self.monday(weeks)?.checked_add(i64::from(day - 1).days()).ok()?,
            )),
            Part::Weekday(None, day) => {
                if let Some(date) = self.day_beside(reading, day) {
                    return one(Period::Day(date));
                }
                let published = published?;
                let today = published.weekday().to_monday_one_offset();
                let back = i64::from((today - day).rem_euclid(7));
                let days = if ahead() && back > 0 { 7 - back } else { -back };
                one(Period::Day(published.checked_add(days.days()).ok()?))
            }
            Part::AnchorDay(days) => match self.last? {
                Period::Day(day) => one(Period::Day(day.checked_add(i64::from(days).days()).ok()?)),
                _ => None,
            },
            Part::AnchorMonth(months) => {
                let (year, month) = match self.last? {
                    Period::Day(day) => (day.year(), day.month()),
                    Period::Month(year, month) => (year, month),
                    _ => return None,
                };
                let month = civil::Date::new(year, month, 1)
                    .ok()?
                    .checked_add(i64::from(months).months())
                    .ok()?;
                one(Period::Month(month.year(), month.month()))
            }
        }
    }

    /// The date that a weekday only adds to: `6月23日(星期二)`, `Tuesday, Oct. 7`.
    fn day_beside(&self, reading: &Reading, weekday: i8) -> Option<civil::Date> {
        let fits = |date: &civil::Date| date.weekday().to_monday_one_offset() == weekday;
        if let Some(Period::Day(date)) = self.last
            && let Some(between) = self.text.get(self.last_end..reading.start)
            && between.len() <= 3
            && between.bytes().all(|b| matches!(b, b' ' | b'(' | b','))
            && fits(&date)
        {
            return Some(date);
        }
        let from = self.one_of(reading.end, &[", ", "(", " (", " "])?;
        let next = match next_char(self.text, from)? {
            c if c.is_ascii_digit() => self.month(from)?,
            _ => match self.words.dates.starting_at(self.text, from)? {
                (DateWord::MonthName(month), end) => self.month_name(month, from, end)?,
                _ => return None,
            },
        };
        match self.resolve(&next)? {
            (Period::Day(date), None) if fits(&date) => Some(date),
            _ => None,
        }
    }

    fn monday(&self, weeks: i32) -> Option<civil::Date> {
        let published = self.context.published?;
        let back = i64::from(published.weekday().to_monday_zero_offset());
        published.checked_add((i64::from(weeks) * 7 - back).days()).ok()
    }

    /// The year of a month or day that doesn't say it: that of a date earlier in the sentence if time goes on from
    /// there, else the one that brings it nearest to publication, where the past is nearer than the future.
    fn year_of(&self, reading: &Reading, month: i8, day: i8, ahead: bool) -> Option<i16> {
        if let Some((end, year, named_month, named_day)) = self.named
            && self.same_sentence(end, reading.start)
            && (month, day)
                >= (
                    named_month,
                    if matches!(reading.part, Part::Month(_)) {
                        1
                    } else {
                        named_day
                    },
                )
            && self
                .context
                .published
                .is_none_or(|p| civil::Date::new(year, month, 1).is_ok_and(|d| d <= p) || year == p.year() || ahead)
        {
            return Some(year);
        }
        let published = self.context.published?;
        let distance = |year: i16| {
            let date = civil::Date::new(year, month, day).ok()?;
            let days = i64::from(published.until(date).ok()?.get_days());
            Some(match (days <= 0, ahead) {
                (true, false) => -days,
                (true, true) => -days * 3,
                (false, false) => days * 2,
                (false, true) => days,
            })
        };
        (published.year() - 1..=published.year() + 1)
            .filter_map(|year| distance(year).map(|d| (d, year)))
            .min()
            .map(|(_, year)| year)
    }

    /// The date of a bare day of the month.
    fn day_of_month(&self, reading: &Reading, day: i8, ahead: bool) -> Option<civil::Date> {
        if let Some(Period::Day(last)) = self.last
            && self.same_sentence(self.last_end.min(reading.start), reading.start)
            && day >= last.day()
            && let Ok(date) = civil::Date::new(last.year(), last.month(), day)
        {
            return Some(date);
        }
        let published = self.context.published?;
        let month = published.first_of_month();
        let on = |months: i64| {
            let month = month.checked_add(months.months()).ok()?;
            civil::Date::new(month.year(), month.month(), day).ok()
        };
        let next = [on(0), on(1)].into_iter().flatten().find(|date| *date > published);
        let past = [on(0), on(-1), on(-2)]
            .into_iter()
            .flatten()
            .find(|date| *date <= published);
        let days = |date: Option<civil::Date>| date.and_then(|d| published.until(d).ok()).map(|s| s.get_days().abs());
        let soon = days(next).is_some_and(|next| next <= 3) && days(past).is_none_or(|past| past >= 25);
        if ahead || soon { next.or(past) } else { past.or(next) }
    }
}

impl Period {
    pub(super) fn edtf(self) -> String {
        match self {
            Period::Decade(decade) => format!("{decade:03}X"),
            Period::Year(year) => format!("{year:04}"),
            Period::Half(year, half) => format!("{year:04}-{}", 39 + half),
            Period::Quarter(year, quarter) => format!("{year:04}-{}", 32 + quarter),
            Period::Month(year, month) => format!("{year:04}-{month:02}"),
            Period::Day(day) => day.to_string(),
        }
    }

    pub(super) fn year(self) -> Option<i16> {
        match self {
            Period::Decade(_) => None,
            Period::Year(year) | Period::Half(year, _) | Period::Quarter(year, _) | Period::Month(year, _) => {
                Some(year)
            }
            Period::Day(day) => Some(day.year()),
        }
    }

    /// Year, month and day on which it begins.
    pub(super) fn begins(self) -> (i16, i8, i8) {
        match self {
            Period::Decade(decade) => (decade.saturating_mul(10), 1, 1),
            Period::Year(year) => (year, 1, 1),
            Period::Half(year, half) => (year, half * 6 - 5, 1),
            Period::Quarter(year, quarter) => (year, quarter * 3 - 2, 1),
            Period::Month(year, month) => (year, month, 1),
            Period::Day(day) => (day.year(), day.month(), day.day()),
        }
    }
}

fn add_years(year: i16, years: i32) -> Option<i16> {
    i16::try_from(i32::from(year) + years)
        .ok()
        .filter(|year| (0..=9999).contains(year))
}
