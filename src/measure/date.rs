//! Days, months, quarters and years as news writes them.

mod resolve;

use super::numeral::{begins_english, chinese_digit, is_han, next_char, numeral_at, previous_char};
use super::quantity::floor_char;
use super::tables::{DateWord, UnitKind, Words};
use super::{Context, Date, Market};
use jiff::civil;

/// Reads the dates of one text, in order: 同年 and 当日 lean on what went before.
pub(super) struct Dates<'a> {
    pub text: &'a str,
    pub words: &'a Words,
    pub context: &'a Context,
    /// The last period that was resolved.
    last: Option<Period>,
    /// The byte after it.
    last_end: usize,
    /// The last month or day whose year the text gave, with the byte after it.
    named: Option<(usize, i16, i8, i8)>,
    /// The last year that the text gave, with the byte after it.
    named_year: Option<(usize, i16)>,
}

/// A stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Period {
    /// Of the years that begin with these three digits.
    Decade(i16),
    Year(i16),
    Half(i16, i8),
    Quarter(i16, i8),
    Month(i16, i8),
    Day(civil::Date),
}

/// How the text gives the year.
#[derive(Debug, Clone, Copy, PartialEq)]
enum YearRef {
    Unsaid,
    Given(i16),
    /// Counted from the year of publication.
    Relative(i32),
    /// Counted from the year of the last date.
    Anchor(i32),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Whole,
    Half(i8),
    Quarter(i8),
    /// January to this month.
    FirstMonths(i8),
    Month(i8),
    MonthDay(i8, i8),
    Day(i8),
    /// A day of the month so many months from that of publication.
    RelativeMonthDay(i32, i8),
    RelativeDay(i32),
    RelativeWeek(i32),
    RelativeMonth(i32),
    RelativeQuarter(i32),
    /// Week counted from that of publication, if said, and day of the week.
    Weekday(Option<i32>, i8),
    AnchorDay(i32),
    AnchorMonth(i32),
    Decade(i16),
    /// 全年 alone
    NamedYear,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Reading {
    start: usize,
    end: usize,
    year: YearRef,
    part: Part,
    fiscal: bool,
}

/// What stands at a byte.
pub(super) enum Found {
    Date(Date),
    /// A word that looks like a date and is none, up to this byte.
    NotADate(usize),
    Nothing,
}

enum Parsed {
    Reading(Reading),
    Never(usize),
}

impl<'a> Dates<'a> {
    pub fn new(text: &'a str, words: &'a Words, context: &'a Context) -> Self {
        Dates {
            text,
            words,
            context,
            last: None,
            last_end: 0,
            named: None,
            named_year: None,
        }
    }

    /// Reads the date that begins at byte `at`; `floor` is where the last finding ended.
    pub fn read(&mut self, at: usize, floor: usize) -> Found {
        let reading = match self.parse(at, floor) {
            Some(Parsed::Reading(reading)) => reading,
            Some(Parsed::Never(end)) => return Found::NotADate(end),
            None => return Found::Nothing,
        };
        // 每年3月 comes again and again.
        let recurring = reading.year == YearRef::Unsaid && self.text[..reading.start].ends_with("每年");
        let resolved = if recurring { None } else { self.resolve(&reading) };
        let mut end = reading.end;
        let mut fiscal = reading.fiscal;
        let mut edtf = resolved.map(|(first, last)| match last {
            Some(last) => format!("{}/{}", first.edtf(), last.edtf()),
            None => first.edtf(),
        });
        if let Some((first, last)) = resolved {
            self.remember(last.unwrap_or(first), reading.end, reading.year != YearRef::Unsaid);
        }
        if let Some(second) = self.range_end(&reading) {
            let lent = self.lend(&reading, &second, resolved.map(|(first, _)| first));
            let last = self.resolve_lent(&lent, resolved.map(|(first, _)| first));
            end = second.end;
            fiscal |= second.fiscal;
            edtf = match (resolved, last) {
                (Some((first, None)), Some(last)) if first.begins() <= last.begins() => {
                    Some(format!("{}/{}", first.edtf(), last.edtf()))
                }
                _ => None,
            };
            if let Some(last) = last {
                self.remember(
                    last,
                    end,
                    lent.year != YearRef::Unsaid || reading.year != YearRef::Unsaid,
                );
            }
        }
        Found::Date(Date {
            start: reading.start,
            end,
            edtf,
            fiscal,
        })
    }

    fn remember(&mut self, period: Period, end: usize, year_said: bool) {
        self.last = Some(period);
        self.last_end = end;
        let inherited = self.named.is_some_and(|(_, year, ..)| Some(year) == period.year());
        if year_said && let Some(year) = period.year() {
            self.named_year = Some((end, year));
        }
        if year_said || inherited {
            match period {
                Period::Month(year, month) => self.named = Some((end, year, month, 1)),
                Period::Day(day) => self.named = Some((end, day.year(), day.month(), day.day())),
                _ => {}
            }
        }
    }

    /// Whether bytes `from..to` stay within a sentence (and near).
    fn same_sentence(&self, from: usize, to: usize) -> bool {
        if to < from || to - from > 300 {
            return false;
        }
        let between = &self.text[from..to];
        !between.contains(['。', '\n', '!', '?']) && !between.contains(". ")
    }

    fn parse(&self, at: usize, floor: usize) -> Option<Parsed> {
        let first = next_char(self.text, at)?;
        let before = previous_char(self.text, at);
        if first.is_ascii_digit() {
            if before.is_some_and(|c| {
                c.is_ascii_alphanumeric() || matches!(c, '.' | '$' | '€' | '£' | '¥' | '/' | '_' | ',' | '#' | '+')
            }) && !before
                .is_some_and(|c| c == ',' && !previous_char(self.text, at - 1).is_some_and(|c| c.is_ascii_digit()))
            {
                return None;
            }
            if matches!(before, Some('-' | ':' | '·'))
                && previous_char(self.text, at - before?.len_utf8()).is_some_and(|c| c.is_ascii_alphanumeric())
            {
                return None;
            }
            return self.digits(at).map(Parsed::Reading);
        }
        if first.is_ascii_alphabetic() && before.is_some_and(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        if let Some((word, end)) = self.words.dates.starting_at(self.text, at)
            && let Some(parsed) = self.word(word, at, end, floor)
        {
            return Some(parsed);
        }
        if matches!(first, '前' | '首')
            && !before.is_some_and(|c| "此之以目提".contains(c))
            && let Some(reading) = self.first_months(at)
        {
            return Some(Parsed::Reading(reading));
        }
        if matches!(first, '今' | '昨' | '明' | '前') {
            return self.bracketed_day(at, at + first.len_utf8()).map(Parsed::Reading);
        }
        if chinese_digit(first).is_some() || first == '十' || first == '廿' {
            return self.chinese_numeral(at).map(Parsed::Reading);
        }
        if first.is_ascii_alphabetic() && begins_english(first as u8) {
            return self.ago(at).map(Parsed::Reading);
        }
        if first == 'F' && self.text[at..].starts_with("FY") {
            return self.fiscal_year(at).map(Parsed::Reading);
        }
        None
    }

    /// An integer in digits (at most 4) or Chinese numerals below 100 at byte `at`.
    fn integer(&self, at: usize) -> Option<(i16, usize)> {
        let bytes = self.text.as_bytes();
        let mut end = at;
        let mut value = 0i16;
        while let Some(b) = bytes.get(end).filter(|b| b.is_ascii_digit()) {
            if end - at == 4 {
                return None;
            }
            value = value * 10 + i16::from(b - b'0');
            end += 1;
        }
        if end > at {
            return Some((value, end));
        }
        let (mut tens, mut ones, mut seen) = (None, None, 0);
        for c in self.text[at..].chars() {
            match c {
                '十' if tens.is_none() => tens = Some(ones.take().unwrap_or(1)),
                '廿' if seen == 0 => tens = Some(2),
                '卅' if seen == 0 => tens = Some(3),
                c if ones.is_none() && c != '两' => match chinese_digit(c) {
                    Some(digit) if digit > 0 => ones = Some(i16::from(digit)),
                    _ => break,
                },
                _ => break,
            }
            seen += 1;
            end += c.len_utf8();
        }
        (seen > 0).then(|| (tens.unwrap_or(0) * 10 + ones.unwrap_or(0), end))
    }

    fn starts(&self, at: usize, word: &str) -> Option<usize> {
        self.text.get(at..)?.starts_with(word).then_some(at + word.len())
    }

    fn one_of(&self, at: usize, words: &[&str]) -> Option<usize> {
        words.iter().find_map(|word| self.starts(at, word))
    }

    fn connector(&self, at: usize) -> Option<usize> {
        self.one_of(
            at,
            &[
                "至",
                "到",
                "-",
                "–",
                "—",
                "~",
                "～",
                "〜",
                " - ",
                " – ",
                " to ",
                " through ",
                "、至",
            ],
        )
    }

    fn digits(&self, at: usize) -> Option<Reading> {
        let text = self.text;
        let bytes = text.as_bytes();
        let (value, end) = self.integer(at)?;
        let length = end - at;
        let reading = |end, year, part| {
            Some(Reading {
                start: at,
                end,
                year,
                part,
                fiscal: false,
            })
        };
        if length == 4 && (1800..2200).contains(&value) {
            let year = YearRef::Given(value);
            if let Some(full) = self.numeric_date(at, value, end) {
                return Some(full);
            }
            if let Some((quarter, to)) = self.glued_quarter(end) {
                return reading(to, year, quarter);
            }
            if let Some(to) = self.one_of(end, &["财年", " 财年", "财政年度", "财务年度"]) {
                return Some(Reading {
                    fiscal: true,
                    ..self.within_year(at, to, year)
                });
            }
            if let Some(to) = self.one_of(end, &["年", " 年"]) {
                if let Some(to) = self.starts(to, "代") {
                    return reading(to, YearRef::Unsaid, Part::Decade(value / 10));
                }
                return Some(self.within_year(at, to, year));
            }
            if let Some(to) = self.starts(end, "s")
                && !bytes.get(to).is_some_and(u8::is_ascii_alphanumeric)
                && value % 10 == 0
            {
                return reading(to, YearRef::Unsaid, Part::Decade(value / 10));
            }
            if let Some(from) = self.connector(end)
                && let Some((second, to)) = self.integer(from)
                && (to - from == 4 && second > value && second < 2200 || to - from == 2 && second > value % 100)
            {
                let closed = self.one_of(to, &["年", "财年", " 年"]).is_some();
                let alone = (to - from == 4 || second > 12)
                    && !bytes
                        .get(to)
                        .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'%' | b'/'));
                let unit = self.unit_follows(to);
                if closed || alone && !unit {
                    return reading(end, year, Part::Whole);
                }
            }
            return if self.bare_year(at, end, value) {
                reading(end, year, Part::Whole)
            } else {
                None
            };
        }
        if let Some(reading) = self.slashed_date(at, value, end) {
            return Some(reading);
        }
        if let Some(year) = self.republican_year(at, value, end) {
            return Some(year);
        }
        if length > 2 {
            return self.ago(at);
        }
        if length == 2 && value % 10 == 0 && self.starts(end, "年代").is_some() {
            let century = if value >= 30 { 190 } else { 200 };
            return reading(end + "年代".len(), YearRef::Unsaid, Part::Decade(century + value / 10));
        }
        // 25年一季度, 24年全年: two digits are a year only before a part of it.
        if length == 2 && (10..60).contains(&value) {
            let year = YearRef::Given(2000 + value);
            if let Some(to) = self.one_of(end, &["财年"]) {
                return Some(Reading {
                    fiscal: true,
                    ..self.within_year(at, to, year)
                });
            }
            if let Some(to) = self.starts(end, "年") {
                let within = self.within_year(at, to, year);
                if within.part != Part::Whole
                    || self
                        .one_of(to, &["报", "年报", "半年报", "业绩", "全年", "年底", "底", "末"])
                        .is_some()
                {
                    return Some(within);
                }
            }
            if let Some((quarter, to)) = self.glued_quarter(end) {
                return reading(to, year, quarter);
            }
        }
        // 1Q25, 3Q, 2H25
        if length == 1
            && let Some(letter @ (b'Q' | b'H')) = bytes.get(end)
        {
            let to = end + 1;
            let part = match (letter, value) {
                (b'Q', 1..=4) => Some(Part::Quarter(value as i8)),
                (b'H', 1..=2) => Some(Part::Half(value as i8)),
                _ => None,
            };
            let part = part?;
            let tick = to + usize::from(bytes.get(to) == Some(&b'\''));
            if let Some((year, year_end)) = self
                .integer(tick)
                .filter(|_| bytes.get(tick).is_some_and(u8::is_ascii_digit))
            {
                let year = match year_end - tick {
                    2 => 2000 + year,
                    4 => year,
                    _ => return None,
                };
                return reading(year_end, YearRef::Given(year), part);
            }
            if bytes.get(to).is_some_and(u8::is_ascii_alphanumeric) {
                return None;
            }
            return reading(to, YearRef::Unsaid, part);
        }
        if let Some(month) = self.month(at) {
            return Some(month);
        }
        if let Some(day) = self.day(at, value, end) {
            return Some(day);
        }
        // 6 October 2025
        if (1..=31).contains(&value) {
            let from = self.one_of(
                end,
                &["th of ", "st of ", "nd of ", "rd of ", "th ", "st ", "nd ", "rd ", " "],
            );
            if let Some(from) = from
                && let Some((DateWord::MonthName(month), to)) = self.words.dates.starting_at(text, from)
            {
                let mut reading = Reading {
                    start: at,
                    end: to,
                    year: YearRef::Unsaid,
                    part: Part::MonthDay(month, value as i8),
                    fiscal: false,
                };
                if let Some((year, to)) = self.english_year(to) {
                    reading.year = YearRef::Given(year);
                    reading.end = to;
                }
                return Some(reading);
            }
        }
        self.ago(at)
    }

    /// 2023-11-02, 2023/11/2, 2023.11.02, 2023-11
    fn numeric_date(&self, at: usize, year: i16, end: usize) -> Option<Reading> {
        let bytes = self.text.as_bytes();
        let sign = *bytes.get(end).filter(|b| matches!(b, b'-' | b'/' | b'.'))?;
        let (month, month_end) = self.digits_only(end + 1)?;
        if !(1..=12).contains(&month) || month_end - end > 3 {
            return None;
        }
        if bytes.get(month_end) == Some(&sign)
            && let Some((day, day_end)) = self.digits_only(month_end + 1)
            && (1..=31).contains(&day)
            && day_end - month_end <= 3
        {
            return Some(Reading {
                start: at,
                end: day_end,
                year: YearRef::Given(year),
                part: Part::MonthDay(month as i8, day as i8),
                fiscal: false,
            });
        }
        let closed = !bytes
            .get(month_end)
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/' | b'.' | b'%'))
            && self.one_of(month_end, &["年", "财年", "月", "%"]).is_none();
        (closed
            && sign != b'.'
            && month_end - end == 3
            && (1990..2060).contains(&year)
            && !self.unit_follows(month_end))
        .then_some(Reading {
            start: at,
            end: month_end,
            year: YearRef::Given(year),
            part: Part::Month(month as i8),
            fiscal: false,
        })
    }

    /// 民国114年, in Taiwan also 114年: counted from 1911.
    fn republican_year(&self, at: usize, value: i16, end: usize) -> Option<Reading> {
        let to = self.starts(end, "年")?;
        let named = self.text[..at].ends_with("民国");
        let taiwan = self.context.market == Market::Taiwan && (100..140).contains(&value);
        if !(named || taiwan && self.one_of(to, &["前", "后", "来", "历", "老", "以"]).is_none()) {
            return None;
        }
        (1..1000)
            .contains(&value)
            .then(|| self.within_year(at, to, YearRef::Given(value + 1911)))
    }

    /// 06/30/2026, as Americans and most feeds write it; 30/06/2026 in Hong Kong.
    fn slashed_date(&self, at: usize, first: i16, end: usize) -> Option<Reading> {
        let (second, second_end) = self.digits_only(self.starts(end, "/")?)?;
        let (year, year_end) = self.digits_only(self.starts(second_end, "/")?)?;
        if year_end - second_end != 5 || !(1900..2200).contains(&year) {
            return None;
        }
        let month_first = self.context.market != Market::HongKong;
        let (month, day) = match (month_first || second > 12) && first <= 12 {
            true => (first, second),
            false => (second, first),
        };
        ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(Reading {
            start: at,
            end: year_end,
            year: YearRef::Given(year),
            part: Part::MonthDay(month as i8, day as i8),
            fiscal: false,
        })
    }

    fn digits_only(&self, at: usize) -> Option<(i16, usize)> {
        self.text.as_bytes().get(at).filter(|b| b.is_ascii_digit())?;
        self.integer(at)
    }

    /// `Q1`, `H2` right after a year, with or without a space or hyphen.
    fn glued_quarter(&self, at: usize) -> Option<(Part, usize)> {
        let from = at + usize::from(matches!(self.text.as_bytes().get(at), Some(b' ' | b'-')));
        let bytes = self.text.as_bytes();
        let (letter, digit) = (bytes.get(from)?, bytes.get(from + 1)?);
        if bytes.get(from + 2).is_some_and(u8::is_ascii_alphanumeric) {
            return None;
        }
        let part = match (letter, digit) {
            (b'Q', b'1'..=b'4') => Part::Quarter((digit - b'0') as i8),
            (b'H', b'1'..=b'2') => Part::Half((digit - b'0') as i8),
            _ => return None,
        };
        Some((part, from + 2))
    }

    fn unit_follows(&self, end: usize) -> bool {
        let from = end + usize::from(matches!(self.text.as_bytes().get(end), Some(b' ' | b'-')));
        let unit = self.words.unit_forms.starting_at(self.text, from);
        unit.is_some_and(|(index, _)| self.words.units[index].kind != UnitKind::None)
            || self.words.currency_after.starting_at(self.text, from).is_some()
            || self
                .one_of(
                    from,
                    &["万", "亿", "千", "百", "million", "billion", "trillion", "多", "余"],
                )
                .is_some()
    }

    /// Whether four digits without 年 are a year.
    fn bare_year(&self, at: usize, end: usize, value: i16) -> bool {
        let text = self.text;
        if !(1900..=2100).contains(&value) {
            return false;
        }
        let mut after = text[end..].chars();
        let next = after.next();
        match next {
            // 2026E is what brokers expect of 2026.
            Some('E' | 'e' | 'F') if !after.clone().next().is_some_and(|c| c.is_ascii_alphanumeric()) => {}
            Some(c) if c.is_ascii_alphanumeric() || matches!(c, '%' | '+' | '/' | ':' | '°') => {
                return false;
            }
            Some('-' | '.' | ',') if after.next().is_some_and(|c| c.is_ascii_digit()) => {
                return false;
            }
            _ => {}
        }
        if self.unit_follows(end) || self.words.names.ending_at(text, at, 0).is_some() {
            return false;
        }
        let before = previous_char(text, at);
        let recent = (1990..2050).contains(&value);
        if next.is_some_and(is_han) || before.is_some_and(is_han) {
            return recent
                && match before {
                    Some(c) if is_han(c) => {
                        "于自在至到从及和据截".contains(c) && next.is_none_or(|c| !is_han(c) || "起的年".contains(c))
                    }
                    Some('(') => next != Some(')'),
                    _ => true,
                };
        }
        if before == Some('(') && matches!(next, Some(')' | ',')) {
            return recent && self.context.market == Market::UnitedStates;
        }
        let head = text[..at].trim_end_matches(' ');
        if head.chars().next_back().is_some_and(is_han)
            || text[end..].trim_start_matches(' ').chars().next().is_some_and(is_han)
        {
            return recent
                && head
                    .chars()
                    .next_back()
                    .is_some_and(|c| is_han(c) || !c.is_ascii_alphanumeric());
        }
        let word_start = head.rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |i| i + 1);
        let word = head.get(word_start..).unwrap_or_default();
        !matches!(
            word,
            "at" | "above" | "below" | "than" | "nearly" | "about" | "over" | "around" | "some" | "No" | "Section"
        ) && (!word.is_empty() || head.ends_with([',', ';', '.', ':']) || head.is_empty() || recent)
    }

    /// What of a year follows it: month, quarter, half, 年底.
    fn within_year(&self, start: usize, at: usize, year: YearRef) -> Reading {
        let whole = |end| Reading {
            start,
            end,
            year,
            part: Part::Whole,
            fiscal: false,
        };
        let mut from = at;
        let mut end = at;
        if let Some(to) = self.starts(at, "度").filter(|to| self.starts(*to, "假").is_none()) {
            (from, end) = (to, to);
        }
        for skip in ["的", " "] {
            if let Some(to) = self.starts(from, skip) {
                from = to;
                break;
            }
        }
        if let Some(month) = self.month(from) {
            return Reading { start, year, ..month };
        }
        if let Some(part) = self.first_months(from) {
            return Reading { start, year, ..part };
        }
        if let Some((word, to)) = self.words.dates.starting_at(self.text, from) {
            let part = match word {
                DateWord::QuarterOfYear(quarter) => Some((Part::Quarter(quarter), false)),
                DateWord::FiscalQuarter(quarter) => Some((Part::Quarter(quarter), true)),
                DateWord::HalfOfYear(half) => Some((Part::Half(half), false)),
                DateWord::FirstMonths(months) => Some((Part::FirstMonths(months), false)),
                DateWord::WholeYear => Some((Part::Whole, false)),
                DateWord::PartOfYear if self.text[from..].starts_with('年') => Some((Part::Whole, false)),
                _ => None,
            };
            if let Some((part, fiscal)) = part {
                return Reading {
                    start,
                    end: to,
                    year,
                    part,
                    fiscal,
                };
            }
        }
        if let Some(to) = self.one_of(from, &["底", "末", "初", "内", "终"])
            && self
                .one_of(
                    from,
                    &[
                        "初创", "初步", "末端", "内地", "内部", "内蒙", "内需", "内容", "底部", "底层", "初级", "终端",
                        "终止", "内外", "终于",
                    ],
                )
                .is_none()
        {
            return whole(to);
        }
        if let Some(to) = self.starts(from, "中")
            && !next_char(self.text, to).is_some_and(is_han)
        {
            return whole(to);
        }
        whole(end)
    }

    /// 前5个月, 首9个月
    fn first_months(&self, at: usize) -> Option<Reading> {
        let from = self.one_of(at, &["前", "首"])?;
        let (months, end) = match self.starts(from, "两") {
            Some(end) => (2, end),
            None => self.integer(from)?,
        };
        let end = self.one_of(end, &["个月", "月"])?;
        (2..=12).contains(&months).then_some(Reading {
            start: at,
            end,
            year: YearRef::Unsaid,
            part: Part::FirstMonths(months as i8),
            fiscal: false,
        })
    }

    /// 6月, 5月3日, 9月底, 1-6月, 五月三日
    fn month(&self, at: usize) -> Option<Reading> {
        let (month, end) = self.integer(at)?;
        if !(1..=12).contains(&month) {
            return None;
        }
        let reading = |end, part| {
            Some(Reading {
                start: at,
                end,
                year: YearRef::Unsaid,
                part,
                fiscal: false,
            })
        };
        if let Some(from) = self.connector(end)
            && let Some((second, to)) = self.integer(from)
            && (month + 1..=12).contains(&second)
            && let Some(to) = self.one_of(to, &["月", " 月"])
            && self.one_of(to, &["期", "龄", "薪"]).is_none()
        {
            return reading(end, Part::Month(month as i8));
        }
        let end = self.one_of(end, &["月", " 月"])?;
        if self.one_of(end, &["期", "龄", "薪", "饼", "嫂", "球", "氏"]).is_some()
            && self.one_of(end, &["期间", "期货"]).is_none()
        {
            return None;
        }
        let from = end + usize::from(self.text.as_bytes().get(end) == Some(&b' '));
        if let Some((day, day_end)) = self.integer(from)
            && (1..=31).contains(&day)
        {
            let part = Part::MonthDay(month as i8, day as i8);
            if let Some(to) = self.one_of(day_end, &["日", "号", " 日"]) {
                return reading(to, part);
            }
            // 5月3-8日, 5月3日
            if let Some(second) = self
                .connector(day_end)
                .or_else(|| self.one_of(day_end, &["、", "和", "及"]))
                && let Some((last, to)) = self.integer(second)
                && (1..=31).contains(&last)
                && self.one_of(to, &["日", "号"]).is_some()
            {
                return reading(day_end, part);
            }
        }
        let end = self
            .one_of(end, &["底", "初", "末", "份", "中旬", "上旬", "下旬"])
            .unwrap_or(end);
        reading(end, Part::Month(month as i8))
    }

    /// 15日 as a day of the month, not a stretch of days.
    fn day(&self, at: usize, value: i16, end: usize) -> Option<Reading> {
        if !(1..=31).contains(&value) {
            return None;
        }
        let reading = |end| {
            Some(Reading {
                start: at,
                end,
                year: YearRef::Unsaid,
                part: Part::Day(value as i8),
                fiscal: false,
            })
        };
        let stretch = |to: usize| {
            self.one_of(
                to,
                &[
                    "内",
                    "均",
                    "线",
                    "游",
                    "后",
                    "间",
                    "移动",
                    "龄",
                    "期",
                    "期间",
                    "平均",
                    "元",
                    "圆",
                    "本",
                    "无条件",
                    "年化",
                    "逆回购",
                ],
            )
            .is_some()
        };
        let lead = floor_char(self.text, at.saturating_sub(6));
        let lead = &self.text[lead..at];
        if [
            "连续", "为期", "过去", "未来", "最近", "首", "近", "前", "每", "第", "共", "长达", "连", "历时", "后",
        ]
        .iter()
        .any(|word| lead.ends_with(word))
        {
            return None;
        }
        if let Some(from) = self.connector(end)
            && let Some((second, to)) = self.integer(from)
            && (value + 1..=31).contains(&second)
            && let Some(to) = self.one_of(to, &["日"])
            && !stretch(to)
        {
            return reading(end);
        }
        let to = self.one_of(end, &["日", " 日"])?;
        if stretch(to) { None } else { reading(to) }
    }

    /// 今(18)日, 昨(17日)
    fn bracketed_day(&self, at: usize, from: usize) -> Option<Reading> {
        let from = self.starts(from, "(")?;
        let (day, end) = self.digits_only(from)?;
        let end = self.one_of(end, &[")日", "日)", ")"])?;
        (1..=31).contains(&day).then_some(Reading {
            start: at,
            end,
            year: YearRef::Unsaid,
            part: Part::Day(day as i8),
            fiscal: false,
        })
    }

    /// 二〇二五年, 三月五日, 九十年代, 十五日
    fn chinese_numeral(&self, at: usize) -> Option<Reading> {
        let mut digits = self.text[at..].chars();
        let year = (0..4).try_fold(0i16, |year, _| {
            digits
                .next()
                .filter(|c| *c != '两')
                .and_then(chinese_digit)
                .map(|digit| year * 10 + i16::from(digit))
        });
        if let Some(year) = year.filter(|year| (1800..2200).contains(year)) {
            let end = at + 4 * "一".len();
            let to = self.starts(end, "年")?;
            return Some(self.within_year(at, to, YearRef::Given(year)));
        }
        let before = previous_char(self.text, at);
        if before.is_some_and(|c| {
            chinese_digit(c).is_some() || matches!(c, '第' | '十' | '百' | '千' | '万' | '亿' | '几' | '数')
        }) {
            return None;
        }
        let Some((value, end)) = self.integer(at) else {
            return self.ago(at);
        };
        if value % 10 == 0
            && (20..100).contains(&value)
            && let Some(end) = self.starts(end, "年代")
        {
            let century = if value >= 30 { 190 } else { 200 };
            let part = Part::Decade(century + value / 10);
            return Some(Reading {
                start: at,
                end,
                year: YearRef::Unsaid,
                part,
                fiscal: false,
            });
        }
        self.month(at)
            .or_else(|| {
                let long = value >= 10 || before.is_some_and(|c| c == '(');
                if long { self.day(at, value, end) } else { None }
            })
            .or_else(|| self.ago(at))
    }

    /// 3天前, 两年前, `two years ago`
    fn ago(&self, at: usize) -> Option<Reading> {
        let numeral = numeral_at(self.text, at, self.words, false)?;
        if numeral.value.fract() != 0.0 || !(1.0..1000.0).contains(&numeral.value) || numeral.positional {
            return None;
        }
        let from = numeral.end + usize::from(self.text.as_bytes().get(numeral.end) == Some(&b' '));
        let (index, end) = self.words.unit_forms.starting_at(self.text, from)?;
        let unit = &self.words.units[index];
        if unit.kind != UnitKind::Duration {
            return None;
        }
        let chinese = self.one_of(end, &["前", "之前", "以前"]).filter(|to| {
            !next_char(self.text, *to)
                .is_some_and(|c| c.is_ascii_digit() || "瞻景提往后夕期列沿端台任董总首高三五十".contains(c))
                && !previous_char(self.text, at).is_some_and(|c| "上到期交满提约至".contains(c))
        });
        let end = chinese.or_else(|| self.starts(end, " ago"))?;
        let count = -(numeral.value as i32);
        let (year, part) = match unit.name.as_ref() {
            "day" => (YearRef::Unsaid, Part::RelativeDay(count)),
            "week" => (YearRef::Unsaid, Part::RelativeWeek(count)),
            "month" => (YearRef::Unsaid, Part::RelativeMonth(count)),
            "quarter" => (YearRef::Unsaid, Part::RelativeQuarter(count)),
            "year" => (YearRef::Relative(count), Part::Whole),
            "decade" => return None,
            _ => return None,
        };
        Some(Reading {
            start: at,
            end,
            year,
            part,
            fiscal: false,
        })
    }

    /// FY2026, FY26Q1, FY 2026
    fn fiscal_year(&self, at: usize) -> Option<Reading> {
        let from = at + 2;
        let from = from + usize::from(matches!(self.text.as_bytes().get(from), Some(b' ' | b'\'')));
        let (year, end) = self.digits_only(from)?;
        let year = match end - from {
            2 => 2000 + year,
            4 if (1900..2200).contains(&year) => year,
            _ => return None,
        };
        let (part, end) = self.glued_quarter(end).unwrap_or((Part::Whole, end));
        if self.text.as_bytes().get(end).is_some_and(u8::is_ascii_alphanumeric) {
            return None;
        }
        Some(Reading {
            start: at,
            end,
            year: YearRef::Given(year),
            part,
            fiscal: true,
        })
    }

    /// A word of the table with what belongs to it before and after.
    fn word(&self, word: DateWord, at: usize, end: usize, floor: usize) -> Option<Parsed> {
        let text = self.text;
        let before = previous_char(text, at);
        let latin = text.as_bytes()[at].is_ascii_alphabetic();
        let unsaid = |part| {
            Some(Parsed::Reading(Reading {
                start: at,
                end,
                year: YearRef::Unsaid,
                part,
                fiscal: false,
            }))
        };
        let counted = before.is_some_and(|c| {
            c.is_ascii_digit() || chinese_digit(c).is_some() || "十百千万亿两几数多半每双单隔个整跨近".contains(c)
        });
        match word {
            DateWord::Never => Some(Parsed::Never(end)),
            DateWord::Day(days) => {
                if text[at..end] == *"昨" && self.starts(end, "(").is_some() {
                    return self.bracketed_day(at, end).map(Parsed::Reading);
                }
                unsaid(Part::RelativeDay(days))
            }
            DateWord::Week(weeks) => {
                if let Some(c) = next_char(text, end)
                    && let Some(day) = "一二三四五六日天".chars().position(|d| d == c)
                {
                    let end = end + c.len_utf8();
                    let part = Part::Weekday(Some(weeks), (day as i8 + 1).min(7));
                    return Some(Parsed::Reading(Reading {
                        start: at,
                        end,
                        year: YearRef::Unsaid,
                        part,
                        fiscal: false,
                    }));
                }
                unsaid(Part::RelativeWeek(weeks))
            }
            DateWord::Month(months) => {
                if let Some((day, to)) = self.integer(end)
                    && (1..=31).contains(&day)
                    && let Some(end) = self.one_of(to, &["日", "号"])
                {
                    let part = Part::RelativeMonthDay(months, day as i8);
                    return Some(Parsed::Reading(Reading {
                        start: at,
                        end,
                        year: YearRef::Unsaid,
                        part,
                        fiscal: false,
                    }));
                }
                let end = self
                    .one_of(end, &["底", "初", "末", "中旬", "上旬", "下旬", "份"])
                    .unwrap_or(end);
                let part = Part::RelativeMonth(months);
                Some(Parsed::Reading(Reading {
                    start: at,
                    end,
                    year: YearRef::Unsaid,
                    part,
                    fiscal: false,
                }))
            }
            DateWord::Quarter(quarters) => unsaid(Part::RelativeQuarter(quarters)),
            DateWord::Year(years) => Some(Parsed::Reading(self.within_year(at, end, YearRef::Relative(years)))),
            DateWord::AnchorYear(years) => Some(Parsed::Reading(self.within_year(at, end, YearRef::Anchor(years)))),
            DateWord::AnchorDay(days) => unsaid(Part::AnchorDay(days)),
            DateWord::AnchorMonth(months) => {
                if let Some((day, to)) = self.integer(end)
                    && (1..=31).contains(&day)
                    && self.one_of(to, &["日", "号"]).is_some()
                {
                    return None;
                }
                unsaid(Part::AnchorMonth(months))
            }
            DateWord::Weekday(day) => {
                if !latin {
                    // 标普500指数周一, 沪深300周一: a name ends so; nobody counts as many weeks.
                    let head = &text[..at];
                    let digits = head.len() - head.trim_end_matches(|c: char| c.is_ascii_digit()).len();
                    let named = head.ends_with("指数") || digits > 2;
                    if counted && !named || self.one_of(end, &["福", "生生", "岁", "年庆"]).is_some() {
                        return Some(Parsed::Never(end));
                    }
                    return unsaid(Part::Weekday(None, day));
                }
                let head = &text[floor_char(text, at.saturating_sub(6)).max(floor).min(at)..at];
                let lower = head.to_ascii_lowercase();
                for (word, week) in [("last ", Some(-1)), ("next ", Some(1)), ("this ", Some(0))] {
                    if lower.ends_with(word) {
                        let part = Part::Weekday(week, day);
                        let start = at - word.len();
                        return Some(Parsed::Reading(Reading {
                            start,
                            end,
                            year: YearRef::Unsaid,
                            part,
                            fiscal: false,
                        }));
                    }
                }
                if lower.ends_with("every ") || lower.ends_with("each ") {
                    return Some(Parsed::Never(end));
                }
                unsaid(Part::Weekday(None, day))
            }
            DateWord::MonthName(month) => self.month_name(month, at, end).map(Parsed::Reading),
            DateWord::QuarterOfYear(quarter) => Some(self.part_of_year(at, end, Part::Quarter(quarter), false, latin)),
            DateWord::FiscalQuarter(quarter) => Some(self.part_of_year(at, end, Part::Quarter(quarter), true, latin)),
            DateWord::HalfOfYear(half) => Some(self.part_of_year(at, end, Part::Half(half), false, latin)),
            DateWord::FirstMonths(months) => Some(self.part_of_year(at, end, Part::FirstMonths(months), false, latin)),
            DateWord::WholeYear => unsaid(Part::NamedYear),
            DateWord::PartOfYear => {
                if counted || self.starts(end, "国").is_some() || self.starts(end, "奖").is_some() {
                    return None;
                }
                Some(Parsed::Reading(Reading {
                    start: at,
                    end,
                    year: YearRef::Relative(0),
                    part: Part::Whole,
                    fiscal: false,
                }))
            }
            DateWord::PartOfMonth => {
                if counted {
                    None
                } else {
                    unsaid(Part::RelativeMonth(0))
                }
            }
            DateWord::Fiscal => self.fiscal(at, end).map(Parsed::Reading),
        }
    }

    /// `fiscal 2026`, `fiscal year 2026`, `fiscal third quarter`, `fiscal Q3`
    fn fiscal(&self, at: usize, end: usize) -> Option<Reading> {
        let from = self.one_of(end, &[" year ", " "])?;
        if let Some((year, to)) = self.digits_only(from)
            && to - from == 4
        {
            let (part, to) = self.glued_quarter(to).unwrap_or((Part::Whole, to));
            return Some(Reading {
                start: at,
                end: to,
                year: YearRef::Given(year),
                part,
                fiscal: true,
            });
        }
        match self.words.dates.starting_at(self.text, from)? {
            (DateWord::QuarterOfYear(quarter), to) => {
                match self.part_of_year(at, to, Part::Quarter(quarter), true, true) {
                    Parsed::Reading(reading) => Some(reading),
                    Parsed::Never(_) => None,
                }
            }
            (DateWord::HalfOfYear(half), to) => match self.part_of_year(at, to, Part::Half(half), true, true) {
                Parsed::Reading(reading) => Some(reading),
                Parsed::Never(_) => None,
            },
            _ => None,
        }
    }

    /// `third quarter of fiscal 2026`, `Q3 2025`, `first half of this year`: a year said after its part.
    fn part_of_year(&self, start: usize, end: usize, part: Part, mut fiscal: bool, latin: bool) -> Parsed {
        let mut reading = Reading {
            start,
            end,
            year: YearRef::Unsaid,
            part,
            fiscal,
        };
        if latin {
            let mut from = self
                .one_of(end, &[" of the ", " of ", " in ", ", ", " "])
                .unwrap_or(end);
            if let Some(to) = self.one_of(from, &["fiscal year ", "fiscal ", "FY "]) {
                fiscal = true;
                from = to;
            } else if let Some(to) = self.one_of(from, &["FY"]) {
                fiscal = true;
                from = to;
            }
            if let Some((year, to)) = self.digits_only(from).filter(|_| from > end)
                && (to - from == 4 && (1900..2200).contains(&year) || fiscal && to - from == 2)
                && !self.text.as_bytes().get(to).is_some_and(u8::is_ascii_alphanumeric)
            {
                let year = if to - from == 2 { 2000 + year } else { year };
                reading = Reading {
                    end: to,
                    year: YearRef::Given(year),
                    fiscal,
                    ..reading
                };
            } else if let Some((DateWord::Year(years), to)) = self.words.dates.starting_at(self.text, from) {
                reading = Reading {
                    end: to,
                    year: YearRef::Relative(years),
                    ..reading
                };
            }
        }
        Parsed::Reading(reading)
    }

    /// A year in digits after an English month, with or without a comma.
    fn english_year(&self, at: usize) -> Option<(i16, usize)> {
        let from = self.one_of(at, &[", ", " of ", " ", ","])?;
        let (year, end) = self.digits_only(from)?;
        let alone = !self
            .text
            .as_bytes()
            .get(end)
            .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'%');
        (end - from == 4 && (1800..2200).contains(&year) && alone).then_some((year, end))
    }

    fn month_name(&self, month: i8, at: usize, end: usize) -> Option<Reading> {
        let text = self.text;
        let bytes = text.as_bytes();
        let mut reading = Reading {
            start: at,
            end,
            year: YearRef::Unsaid,
            part: Part::Month(month),
            fiscal: false,
        };
        if let Some((year, to)) = self.english_year(end) {
            return Some(Reading {
                end: to,
                year: YearRef::Given(year),
                ..reading
            });
        }
        let spaced = self.one_of(end, &[" the ", " "]);
        if let Some(from) = spaced.or_else(|| text[..end].ends_with('.').then_some(end))
            && let Some((day, to)) = self.digits_only(from)
            && to - from <= 2
            && (1..=31).contains(&day)
        {
            let to = self.one_of(to, &["th", "st", "nd", "rd"]).unwrap_or(to);
            let decimal = bytes.get(to) == Some(&b'.') && bytes.get(to + 1).is_some_and(u8::is_ascii_digit);
            let glued = bytes
                .get(to)
                .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'%' | b':'));
            let free = !(decimal || glued);
            if free {
                reading.part = Part::MonthDay(month, day as i8);
                reading.end = to;
                if let Some((year, to)) = self.english_year(to) {
                    reading.year = YearRef::Given(year);
                    reading.end = to;
                }
                return Some(reading);
            }
        }
        // A month alone is one only where the sentence asks for a time: May, March and August are words and names.
        let full = !matches!(
            &text[at..end],
            "Jan" | "Feb" | "Mar" | "Apr" | "Jun" | "Jul" | "Aug" | "Sep" | "Sept" | "Oct" | "Nov" | "Dec"
        );
        let head = text[..at].trim_end_matches([' ', '-']);
        let word_start = head.len() - head.bytes().rev().take(10).take_while(u8::is_ascii_alphabetic).count();
        let lead = &head[word_start..];
        let timed = matches!(
            lead.to_ascii_lowercase().as_str(),
            "in" | "by"
                | "since"
                | "until"
                | "of"
                | "from"
                | "through"
                | "last"
                | "this"
                | "next"
                | "early"
                | "late"
                | "mid"
                | "during"
                | "for"
                | "to"
                | "before"
                | "after"
                | "ending"
                | "ended"
                | "between"
        );
        let possessive = text[end..].starts_with("'s ") && month != 5;
        if full && (timed || possessive) {
            return Some(reading);
        }
        let han = previous_char(text, at).is_some_and(is_han) && full;
        han.then_some(reading)
    }

    /// The second end of a range that `first` begins.
    fn range_end(&self, first: &Reading) -> Option<Reading> {
        let grain = first.part.grain()?;
        let from = self.connector(first.end)?;
        let first_char = next_char(self.text, from)?;
        let second = if first_char.is_ascii_digit() {
            let parsed = self.digits(from).or_else(|| self.closing_number(first, from));
            parsed?
        } else if chinese_digit(first_char).is_some() || first_char == '十' {
            self.chinese_numeral(from)?
        } else {
            match self.words.dates.starting_at(self.text, from) {
                Some((word, end)) => match self.word(word, from, end, from)? {
                    Parsed::Reading(reading) => reading,
                    Parsed::Never(_) => return None,
                },
                None => return None,
            }
        };
        (second.start == from && second.part.grain() == Some(grain)).then_some(second)
    }

    /// `2021-23年`, `May 3-8`: the second number takes what it lacks from the first.
    fn closing_number(&self, first: &Reading, at: usize) -> Option<Reading> {
        let (value, end) = self.digits_only(at)?;
        let reading = |end, year, part| {
            Some(Reading {
                start: at,
                end,
                year,
                part,
                fiscal: false,
            })
        };
        match (first.part, first.year) {
            (Part::Whole, YearRef::Given(year)) if end - at == 2 => {
                let to = match self.one_of(end, &["年", "财年"]) {
                    Some(to) => to,
                    None if value > 12
                        && !self
                            .text
                            .as_bytes()
                            .get(end)
                            .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'%') =>
                    {
                        end
                    }
                    None => return None,
                };
                reading(to, YearRef::Given(year / 100 * 100 + value), Part::Whole)
            }
            (Part::MonthDay(..), YearRef::Unsaid) if (1..=31).contains(&value) && end - at <= 2 => {
                let end = self.one_of(end, &["th", "st", "nd", "rd"]).unwrap_or(end);
                if self
                    .text
                    .as_bytes()
                    .get(end)
                    .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'%' | b':'))
                {
                    return None;
                }
                let year = self.english_year(end);
                reading(
                    year.map_or(end, |(_, to)| to),
                    year.map_or(YearRef::Unsaid, |(year, _)| YearRef::Given(year)),
                    Part::Day(value as i8),
                )
            }
            _ => None,
        }
    }

    /// The second end of a range with the year or month that only the first one says.
    fn lend(&self, first: &Reading, second: &Reading, resolved: Option<Period>) -> Reading {
        let mut second = *second;
        if second.year == YearRef::Unsaid
            && let Some(year) = resolved.and_then(Period::year)
        {
            second.year = YearRef::Given(year);
        }
        if let (Part::Day(day), Part::MonthDay(month, _)) = (second.part, first.part) {
            second.part = Part::MonthDay(month, day);
        }
        if let (Part::Day(day), Some(Period::Day(date))) = (second.part, resolved) {
            second.part = Part::MonthDay(date.month(), day);
        }
        second
    }

    fn resolve_lent(&self, second: &Reading, first: Option<Period>) -> Option<Period> {
        let (period, _) = self.resolve(second)?;
        let first = first?;
        if period.begins() >= first.begins() {
            return Some(period);
        }
        // 11月至2月 ends in the next year.
        match (second.year, second.part) {
            (YearRef::Given(year), Part::Month(_) | Part::MonthDay(..)) => {
                let next = Reading {
                    year: YearRef::Given(year.saturating_add(1)),
                    ..*second
                };
                self.resolve(&next).map(|(period, _)| period)
            }
            _ => None,
        }
    }
}

impl Part {
    /// What kind of period it is, where two of a kind can be the ends of a range.
    fn grain(self) -> Option<u8> {
        Some(match self {
            Part::Whole => 0,
            Part::Half(_) => 1,
            Part::Quarter(_) => 2,
            Part::Month(_) => 3,
            Part::MonthDay(..) | Part::Day(_) | Part::RelativeMonthDay(..) => 4,
            _ => return None,
        })
    }
}
