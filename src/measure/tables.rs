//! The tables of `lexicon/` that say which words are units, currencies, bounds and dates.

use super::Market;
use rustc_hash::FxHashMap;

/// A mistake in a table, with the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct TableError {
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    pub reason: String,
}

/// The texts of the tables; `lexicon/` documents each in its head.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'t> {
    /// `units.tsv`
    pub units: &'t str,
    /// `currencies.tsv`
    pub currencies: &'t str,
    /// `measure-words.tsv`
    pub measure_words: &'t str,
    /// `date-words.tsv`
    pub date_words: &'t str,
}

impl Tables<'static> {
    /// The tables that the program was built with.
    pub const BUILTIN: Tables<'static> = Tables {
        units: include_str!("../../lexicon/units.tsv"),
        currencies: include_str!("../../lexicon/currencies.tsv"),
        measure_words: include_str!("../../lexicon/measure-words.tsv"),
        date_words: include_str!("../../lexicon/date-words.tsv"),
    };
}

/// Words of a table found at a place of a text, the longest first.
///
/// A form without capitals matches letters of either case, one with capitals only as written. A form doesn't match
/// inside a longer word of Latin letters.
#[derive(Debug, Clone)]
pub(super) struct Forms<T> {
    /// By the first character (the last one for [`Forms::ending_at`]), lower case.
    by_edge: FxHashMap<char, Vec<Form<T>>>,
    backwards: bool,
}

#[derive(Debug, Clone)]
struct Form<T> {
    text: Box<str>,
    any_case: bool,
    meaning: T,
}

impl<T: Copy> Forms<T> {
    fn new(backwards: bool) -> Self {
        Forms {
            by_edge: FxHashMap::default(),
            backwards,
        }
    }

    fn insert(&mut self, text: &str, meaning: T) {
        let edge = if self.backwards {
            text.chars().next_back()
        } else {
            text.chars().next()
        };
        let Some(edge) = edge else { return };
        let forms = self.by_edge.entry(edge.to_ascii_lowercase()).or_default();
        let any_case = !text.bytes().any(|b| b.is_ascii_uppercase());
        // Stable for equal lengths, so that of two rows with one form the first counts.
        let at = forms.partition_point(|f| f.text.len() >= text.len());
        forms.insert(
            at,
            Form {
                text: text.into(),
                any_case,
                meaning,
            },
        );
    }

    /// The characters that a form can begin (or end) with.
    pub fn edges(&self) -> impl Iterator<Item = char> + '_ {
        self.by_edge.keys().copied()
    }

    /// The longest form that begins at byte `at`: its meaning and the byte after it.
    pub fn starting_at(&self, text: &str, at: usize) -> Option<(T, usize)> {
        debug_assert!(!self.backwards);
        let edge = text[at..].chars().next()?.to_ascii_lowercase();
        let bytes = text.as_bytes();
        self.by_edge.get(&edge)?.iter().find_map(|form| {
            let end = at + form.text.len();
            (form.equals(bytes.get(at..end)?) && !runs_on(bytes, end)).then_some((form.meaning, end))
        })
    }

    /// The longest form that ends before byte `end` and begins at or after `floor`: its meaning and its first byte.
    pub fn ending_at(&self, text: &str, end: usize, floor: usize) -> Option<(T, usize)> {
        debug_assert!(self.backwards);
        let edge = text[..end].chars().next_back()?.to_ascii_lowercase();
        let bytes = text.as_bytes();
        self.by_edge.get(&edge)?.iter().find_map(|form| {
            let start = end.checked_sub(form.text.len()).filter(|start| *start >= floor)?;
            (form.equals(&bytes[start..end]) && !runs_in(bytes, start)).then_some((form.meaning, start))
        })
    }
}

impl<T> Form<T> {
    fn equals(&self, bytes: &[u8]) -> bool {
        let own = self.text.as_bytes();
        // Forms that begin alike mostly end differently.
        let ends_alike = match (own.last(), bytes.last()) {
            (Some(own), Some(last)) => own.eq_ignore_ascii_case(last),
            _ => false,
        };
        if !ends_alike {
            return false;
        }
        if self.any_case {
            own.eq_ignore_ascii_case(bytes)
        } else {
            own == bytes
        }
    }
}

/// Whether a form that ends at `end` runs on into the next letters (`in` of `inch`) or digits (`Q1` of `Q12`).
/// A digit after a letter doesn't: `RMB3 billion`.
fn runs_on(bytes: &[u8], end: usize) -> bool {
    let (Some(last), Some(next)) = (end.checked_sub(1).and_then(|i| bytes.get(i)), bytes.get(end)) else {
        return false;
    };
    last.is_ascii_alphanumeric() && next.is_ascii_alphabetic() || last.is_ascii_digit() && next.is_ascii_digit()
}

/// Whether a form that begins at `start` is the tail of a longer word.
fn runs_in(bytes: &[u8], start: usize) -> bool {
    let (Some(before), Some(first)) = (start.checked_sub(1).and_then(|i| bytes.get(i)), bytes.get(start)) else {
        return false;
    };
    before.is_ascii_alphabetic() && first.is_ascii_alphabetic()
}

/// What a unit of the table counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnitKind {
    Percent,
    Multiple,
    Count,
    Duration,
    Number,
    /// The word makes the number before it something else than a quantity.
    None,
}

#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub name: Box<str>,
    pub kind: UnitKind,
    pub factor: f64,
    /// Only numbers in Arabic digits stand before it.
    pub arabic_only: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Currency {
    /// ISO 4217 by market, in the order of [`Market`]'s variants.
    pub codes: [Option<Box<str>>; 5],
    pub factor: f64,
}

impl Currency {
    pub fn code(&self, market: Market) -> Option<&str> {
        self.codes[market_index(market)].as_deref()
    }

    pub fn is_settled(&self) -> bool {
        self.codes[market_index(Market::Open)].is_some()
    }
}

fn market_index(market: Market) -> usize {
    match market {
        Market::Mainland => 0,
        Market::HongKong => 1,
        Market::Taiwan => 2,
        Market::UnitedStates => 3,
        Market::Open => 4,
    }
}

/// What a word says about how exactly the number beside it is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closeness {
    Over,
    Under,
    About,
}

/// What a date word means; the numbers are those of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateWord {
    Day(i32),
    Week(i32),
    Month(i32),
    Quarter(i32),
    Year(i32),
    Weekday(i8),
    MonthName(i8),
    QuarterOfYear(i8),
    FiscalQuarter(i8),
    HalfOfYear(i8),
    FirstMonths(i8),
    WholeYear,
    PartOfYear,
    PartOfMonth,
    AnchorDay(i32),
    AnchorMonth(i32),
    AnchorYear(i32),
    Fiscal,
    Never,
}

/// All tables, indexed.
#[derive(Debug, Clone)]
pub(super) struct Words {
    pub units: Vec<Unit>,
    pub unit_forms: Forms<usize>,
    pub currencies: Vec<Currency>,
    pub currency_before: Forms<usize>,
    pub currency_before_ending: Forms<usize>,
    pub currency_after: Forms<usize>,
    pub bounds_before: Forms<Closeness>,
    pub bounds_before_magnitude: Forms<Closeness>,
    pub bounds_after: Forms<Closeness>,
    pub number_cues: Forms<()>,
    pub names: Forms<()>,
    pub change: Forms<()>,
    pub dates: Forms<DateWord>,
    pub future: Forms<()>,
}

impl Words {
    pub fn parse(tables: &Tables<'_>) -> Result<Words, TableError> {
        let mut words = Words {
            units: Vec::new(),
            unit_forms: Forms::new(false),
            currencies: Vec::new(),
            currency_before: Forms::new(false),
            currency_before_ending: Forms::new(true),
            currency_after: Forms::new(false),
            bounds_before: Forms::new(true),
            bounds_before_magnitude: Forms::new(true),
            bounds_after: Forms::new(false),
            number_cues: Forms::new(true),
            names: Forms::new(true),
            change: Forms::new(true),
            dates: Forms::new(false),
            future: Forms::new(true),
        };
        for_rows("units.tsv", tables.units, 5, |row| words.add_unit(row))?;
        for_rows("currencies.tsv", tables.currencies, 4, |row| words.add_currency(row))?;
        for_rows("measure-words.tsv", tables.measure_words, 2, |row| {
            words.add_measure_word(row)
        })?;
        for_rows("date-words.tsv", tables.date_words, 3, |row| words.add_date_word(row))?;
        Ok(words)
    }

    fn add_unit(&mut self, row: &[&str]) -> Result<(), String> {
        let [name, kind, factor, numeral, forms] = row else {
            return Err("5 columns expected".to_owned());
        };
        let kind = match *kind {
            "percent" => UnitKind::Percent,
            "multiple" => UnitKind::Multiple,
            "count" => UnitKind::Count,
            "duration" => UnitKind::Duration,
            "number" => UnitKind::Number,
            "none" => UnitKind::None,
            other => return Err(format!("`{other}` is no kind of unit")),
        };
        let arabic_only = match *numeral {
            "any" => false,
            "arabic" => true,
            other => return Err(format!("`{other}` is neither `any` nor `arabic`")),
        };
        self.units.push(Unit {
            name: (*name).into(),
            kind,
            factor: positive(factor)?,
            arabic_only,
        });
        for form in split_forms(forms)? {
            self.unit_forms.insert(&form, self.units.len() - 1);
        }
        Ok(())
    }

    fn add_currency(&mut self, row: &[&str]) -> Result<(), String> {
        let [code, factor, before, after] = row else {
            return Err("4 columns expected".to_owned());
        };
        let mut codes: [Option<Box<str>>; 5] = Default::default();
        if code.contains('=') {
            for pair in code.split(' ') {
                let (market, code) = pair
                    .split_once('=')
                    .ok_or_else(|| format!("`{pair}` is not market=code"))?;
                let market = match market {
                    "mainland" => Market::Mainland,
                    "hongkong" => Market::HongKong,
                    "taiwan" => Market::Taiwan,
                    "us" => Market::UnitedStates,
                    other => return Err(format!("`{other}` is no market")),
                };
                codes[market_index(market)] = Some(iso_4217(code)?);
            }
        } else {
            codes.fill(Some(iso_4217(code)?));
        }
        self.currencies.push(Currency {
            codes,
            factor: positive(factor)?,
        });
        let index = self.currencies.len() - 1;
        for form in split_forms(before)? {
            self.currency_before.insert(&form, index);
            self.currency_before_ending.insert(&form, index);
        }
        for form in split_forms(after)? {
            self.currency_after.insert(&form, index);
        }
        Ok(())
    }

    fn add_measure_word(&mut self, row: &[&str]) -> Result<(), String> {
        let [role, forms] = row else {
            return Err("2 columns expected".to_owned());
        };
        for form in split_forms(forms)? {
            match *role {
                "before-over" => self.bounds_before.insert(&form, Closeness::Over),
                "before-under" => self.bounds_before.insert(&form, Closeness::Under),
                "before-about" => self.bounds_before.insert(&form, Closeness::About),
                "before-over-magnitude" => self.bounds_before_magnitude.insert(&form, Closeness::Over),
                "after-over" => self.bounds_after.insert(&form, Closeness::Over),
                "after-under" => self.bounds_after.insert(&form, Closeness::Under),
                "after-about" => self.bounds_after.insert(&form, Closeness::About),
                "number-cue" => self.number_cues.insert(&form, ()),
                "name" => self.names.insert(&form, ()),
                "change" => self.change.insert(&form, ()),
                other => return Err(format!("`{other}` is no role")),
            }
        }
        Ok(())
    }

    fn add_date_word(&mut self, row: &[&str]) -> Result<(), String> {
        let [kind, number, forms] = row else {
            return Err("3 columns expected".to_owned());
        };
        let wide: i32 = number
            .parse()
            .map_err(|_| format!("`{number}` is not a whole number"))?;
        let within = |least: i8, most: i8| match i8::try_from(wide) {
            Ok(small) if (least..=most).contains(&small) => Ok(small),
            _ => Err(format!("{wide} is not between {least} and {most}")),
        };
        let meaning = match *kind {
            "day" => DateWord::Day(wide),
            "week" => DateWord::Week(wide),
            "month" => DateWord::Month(wide),
            "quarter" => DateWord::Quarter(wide),
            "year" => DateWord::Year(wide),
            "weekday" => DateWord::Weekday(within(1, 7)?),
            "month-name" => DateWord::MonthName(within(1, 12)?),
            "quarter-of-year" => DateWord::QuarterOfYear(within(1, 4)?),
            "fiscal-quarter" => DateWord::FiscalQuarter(within(1, 4)?),
            "half-of-year" => DateWord::HalfOfYear(within(1, 2)?),
            "first-months" => DateWord::FirstMonths(within(2, 12)?),
            "whole-year" => DateWord::WholeYear,
            "part-of-year" => DateWord::PartOfYear,
            "part-of-month" => DateWord::PartOfMonth,
            "anchor-day" => DateWord::AnchorDay(wide),
            "anchor-month" => DateWord::AnchorMonth(wide),
            "anchor-year" => DateWord::AnchorYear(wide),
            "fiscal" => DateWord::Fiscal,
            "never" => DateWord::Never,
            "future" => {
                for form in split_forms(forms)? {
                    self.future.insert(&form, ());
                }
                return Ok(());
            }
            other => return Err(format!("`{other}` is no kind of date word")),
        };
        for form in split_forms(forms)? {
            self.dates.insert(&form, meaning);
        }
        Ok(())
    }
}

/// Hands every row that isn't blank or a comment to `take`, missing cells at its end filled with empty ones.
fn for_rows(
    file: &str,
    table: &str,
    columns: usize,
    mut take: impl FnMut(&[&str]) -> Result<(), String>,
) -> Result<(), TableError> {
    for (index, line) in table.lines().enumerate() {
        let line = line.trim_end_matches('\r');
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let mut cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let error = |reason| TableError {
            file: file.to_owned(),
            line: index + 1,
            reason,
        };
        if cells.len() > columns {
            return Err(error(format!("{} columns where {columns} are expected", cells.len())));
        }
        cells.resize(columns, "");
        take(&cells).map_err(error)?;
    }
    Ok(())
}

/// `个?月|周` is 个月, 月 and 周.
fn split_forms(cell: &str) -> Result<Vec<String>, String> {
    let mut forms = Vec::new();
    for form in cell.split('|').filter(|form| !form.is_empty()) {
        match form.split_once('?') {
            None => forms.push(form.to_owned()),
            Some((head, tail)) if !tail.contains('?') && !tail.is_empty() => {
                let short: String = head.chars().take(head.chars().count().saturating_sub(1)).collect();
                forms.push(format!("{head}{tail}"));
                forms.push(format!("{short}{tail}"));
            }
            Some(_) => return Err(format!("`{form}`: one `?` within the form, please")),
        }
    }
    Ok(forms)
}

fn positive(cell: &str) -> Result<f64, String> {
    match cell.parse::<f64>() {
        Ok(factor) if factor.is_finite() && factor > 0.0 => Ok(factor),
        _ => Err(format!("`{cell}` is not a factor")),
    }
}

fn iso_4217(code: &str) -> Result<Box<str>, String> {
    if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) {
        Ok(code.into())
    } else {
        Err(format!("`{code}` is not three capital letters"))
    }
}
