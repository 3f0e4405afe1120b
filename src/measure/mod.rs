//! How much, and when? Amounts, percentages, counts and dates of a folded text, with their reading.
//!
//! Knows nothing of entities or RDF. Offsets are bytes of the folded text ([`crate::text::Text::folded`]).

mod date;
mod numeral;
mod quantity;
mod scanner;
mod tables;

pub use scanner::Scanner;
pub use tables::{TableError, Tables};

use serde::{Deserialize, Serialize};

/// What a quantity counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// A share of a hundred: `6%`, `三成`, `百分之一`, `1.2個百分點` (unit `percentage point`), `25個基點` (unit `basis point`).
    Percent,
    /// An amount of a currency, in units of it: `12.6億港元` is 1 260 000 000.
    Money,
    /// How many times as much: `2.5倍`.
    Multiple,
    /// Anything counted with a unit of the unit table: `2048塊`, `13萬個TOKEN`, `100兆瓦`.
    Count,
    /// A span of time: `兩個月`, `1.1秒`.
    Duration,
    /// A number without a unit that the table knows.
    Number,
}

/// How exactly the text commits itself to the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Bound {
    Exact,
    /// 逾, 超, 多, over, more than
    Over,
    /// 不到, 不足, under, less than
    Under,
    /// 約, 近, about, nearly
    About,
    /// 90%至95%: `min` and `max` are set and `value` is `min`
    Range,
}

/// A quantity as written, with what it means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Quantity {
    /// First byte of the folded text, bound words (逾, 不到, about) included.
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
    pub kind: Kind,
    /// In full units; of a range its lower end.
    pub value: f64,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub bound: Bound,
    /// The unit's name in the unit table (`%`, `token`, `month`, `share`…); `None` for bare numbers.
    /// What an amount is counted by follows `per`: `136.90元/股` has `per share`, `5吨/天` has `tonne per day`.
    pub unit: Option<String>,
    /// ISO 4217 for money; `None` where neither text nor market settles it.
    pub currency: Option<String>,
}

impl Quantity {
    /// An amount for one of something: 136.90元/股, 35 cents per share.
    pub fn is_by_unit(&self) -> bool {
        self.kind == Kind::Money && self.unit.as_deref().is_some_and(|unit| unit.starts_with("per "))
    }

    /// Takes back what binary fractions add when a figure is multiplied by its unit: 5.2 cents are 0.052, not
    /// 0.052000000000000005. No figure in the news has 15 digits.
    pub(crate) fn tidy(&mut self) {
        fn tidy(value: f64) -> f64 {
            format!("{value:.14e}").parse().unwrap_or(value)
        }
        self.value = tidy(self.value);
        self.min = self.min.map(tidy);
        self.max = self.max.map(tidy);
    }
}

/// A date or period as written, with what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Date {
    pub start: usize,
    pub end: usize,
    /// EDTF (ISO 8601-2): `2023`, `2023-11`, `2023-11-02`, quarters `2024-33`…`36`, half-years `2024-40`/`41`;
    /// `None` where the text can't be resolved without a day of publication or leaves the date open.
    pub edtf: Option<String>,
    /// A fiscal quarter or year (第三財季, fiscal 2026): resolved to its number, which need not be the calendar's.
    pub fiscal: bool,
}

/// Which market's habits settle what a bare 元, 圓 or $ is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Market {
    Mainland,
    HongKong,
    Taiwan,
    UnitedStates,
    Open,
}

/// What the readings may rely on beside the text itself.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// Day of publication; relative dates stay open without it.
    pub published: Option<jiff::civil::Date>,
    pub market: Market,
}

/// A place in an order: `第6位`, `第一`, `No. 1`, `third-largest`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordinal {
    pub start: usize,
    pub end: usize,
    pub value: u32,
}

/// Everything measured in one text, in order of `start`; no two spans overlap, within a list or between them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    pub quantities: Vec<Quantity>,
    pub dates: Vec<Date>,
    pub ordinals: Vec<Ordinal>,
    /// Day of publication, EDTF: what relative dates were counted from, and when what is told without a date was so.
    pub published: Option<String>,
}
