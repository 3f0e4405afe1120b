//! Amounts, percentages, counts and durations around a number.

use super::numeral::{
    Numeral, Openness, Style, chinese_digit, is_han, magnitude, next_char, numeral_at, previous_char,
};
use super::tables::{Closeness, UnitKind, Words};
use super::{Bound, Kind, Market, Quantity};

/// What stands at a number.
pub(super) enum Found {
    Quantity(Quantity),
    /// Not a quantity; nothing before this byte begins one.
    Nothing(usize),
}

/// Reads quantities of one text.
pub(super) struct Quantities<'a> {
    pub text: &'a str,
    pub words: &'a Words,
    pub market: Market,
}

/// A number with its unit, before bounds and ranges.
#[derive(Debug, Clone)]
struct Side {
    end: usize,
    value: f64,
    open: Openness,
    scale: f64,
    kind: Kind,
    unit: Option<String>,
    /// Index into the currencies.
    currency: Option<usize>,
    bound: Bound,
    /// Nothing that the tables know stands after the number.
    bare: bool,
    numeral: Numeral,
}

/// What joins the ends of a range.
struct Joint {
    end: usize,
    /// 至 or ~, not a hyphen, which joins codes and scores as well.
    word: bool,
    /// 从 or 由 before the first end: the number went from one to the other.
    change: bool,
}

/// Verbs after a range that say the range itself was moved.
const CHANGED: [&str; 8] = ["上调", "下调", "调升", "调降", "升至", "降至", "提高", "修订"];

enum Tail {
    Side(Side),
    /// A word that makes the number no quantity ends here.
    NotAQuantity(usize),
}

impl Quantities<'_> {
    /// Reads the quantity whose number begins at byte `at`; `floor` is where the last finding ended.
    pub fn read(&self, at: usize, floor: usize) -> Found {
        let text = self.text;
        let (mut start, currency) = self.currency_before(at, floor);
        if let Some((quantity, end)) = self.fraction(at) {
            return match quantity {
                Some(mut quantity) => {
                    if quantity.bound == Bound::Exact
                        && let Some((bound, end)) = self.bound_after(quantity.end, Kind::Percent, false)
                    {
                        quantity.bound = bound;
                        quantity.end = end;
                    }
                    Found::Quantity(self.bounded(quantity, floor))
                }
                None => Found::Nothing(end),
            };
        }
        let Some(numeral) = numeral_at(text, at, self.words, currency.is_some()) else {
            return Found::Nothing(self.past_number(at));
        };
        let (sign_start, sign) = self.sign(start, floor);
        let side = match self.tail(numeral, currency, start) {
            Tail::NotAQuantity(end) => return Found::Nothing(end),
            Tail::Side(side) => side,
        };
        if let Some(range) = self.range(at, start, floor, &side) {
            return match range {
                Ok(quantity) => Found::Quantity(quantity),
                Err(end) => Found::Nothing(end),
            };
        }
        if let Some(sign_start) = sign_start {
            start = sign_start;
        }
        if !self.acceptable(at, start, floor, &side) {
            return Found::Nothing(self.past_number(at).max(numeral.end));
        }
        let mut quantity = Quantity {
            start,
            end: side.end,
            kind: side.kind,
            value: side.value * sign,
            min: None,
            max: None,
            bound: side.bound,
            unit: side.unit,
            currency: side
                .currency
                .and_then(|index| self.words.currencies[index].code(self.market).map(str::to_owned)),
        };
        match side.open {
            Openness::Closed => {}
            Openness::Over => quantity.bound = Bound::Over,
            Openness::Several => {
                quantity.bound = Bound::About;
                quantity.min = Some(quantity.value);
            }
            Openness::To(most) => {
                quantity.bound = if most - side.value >= 10.0 || side.value >= 10.0 {
                    Bound::About
                } else {
                    Bound::Range
                };
                quantity.min = Some(quantity.value);
                quantity.max = Some(most * sign);
            }
        }
        if quantity.kind == Kind::Number && self.is_parameter_count(&quantity) {
            quantity.kind = Kind::Count;
            quantity.unit = Some("parameter".to_owned());
        }
        if quantity.kind == Kind::Money && quantity.unit.is_none() {
            quantity.unit = self.each(start, floor);
        }
        Found::Quantity(self.bounded(quantity, floor))
    }

    /// The first byte of a currency form that ends at the number, and its index; else the number's own start.
    fn currency_before(&self, at: usize, floor: usize) -> (usize, Option<usize>) {
        let mut to = at;
        // `US$ 35.1bn`
        if to > floor && self.text.as_bytes()[to - 1] == b' ' {
            to -= 1;
        }
        for to in [at, to] {
            if let Some((index, start)) = self.words.currency_before_ending.ending_at(self.text, to, floor) {
                // In `升至5港元 10家` 港元 belongs to the amount before it.
                let before = previous_char(self.text, start);
                let amount_before = before.is_some_and(|c| c.is_ascii_digit() || magnitude(c).is_some());
                if !amount_before {
                    return (start, Some(index));
                }
            }
        }
        (at, None)
    }

    /// The first byte of a sign before byte `start`, and the factor that it means.
    fn sign(&self, start: usize, floor: usize) -> (Option<usize>, f64) {
        let Some(c) = previous_char(self.text, start) else {
            return (None, 1.0);
        };
        let at = start - c.len_utf8();
        if at < floor {
            return (None, 1.0);
        }
        let before = previous_char(self.text, at);
        let free = !before.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, ')' | '%' | '-' | '.' | ']'));
        match c {
            '-' | '−' | '－' if free => (Some(at), -1.0),
            '+' if free => (Some(at), 1.0),
            '负' => (Some(at), -1.0),
            _ => (None, 1.0),
        }
    }

    /// Unit, currency and closeness after a number.
    fn tail(&self, numeral: Numeral, currency: Option<usize>, start: usize) -> Tail {
        let (text, words) = (self.text, self.words);
        let mut side = Side {
            end: numeral.end,
            value: numeral.value,
            open: numeral.open,
            scale: numeral.scale,
            kind: Kind::Number,
            unit: None,
            currency,
            bound: Bound::Exact,
            bare: true,
            numeral,
        };
        if let Some(index) = currency {
            side.kind = Kind::Money;
            side.bare = false;
            side.value *= words.currencies[index].factor;
        }
        let mut from = numeral.end;
        // 100多家, 20余家, 三年多 has it after the unit.
        let mut hedged = false;
        if let Some(c @ ('多' | '余' | '来')) = next_char(text, from) {
            hedged = true;
            from += c.len_utf8();
        } else if text[from..].starts_with('+') && text[from + 1..].chars().next().is_some_and(is_han) {
            hedged = true;
            from += 1;
        }
        let half_before = text[from..].starts_with("个半");
        if half_before {
            // 一个半月
            from += "个半".len();
        }
        let spaced = match text.as_bytes().get(from) {
            Some(b' ') => from + 1,
            Some(b'-') if text.as_bytes().get(from + 1).is_some_and(u8::is_ascii_alphabetic) => from + 1,
            _ => from,
        };
        let unit = words.unit_forms.starting_at(text, spaced);
        let money = words.currency_after.starting_at(text, spaced);
        let unit_end = unit.map_or(0, |(_, end)| end);
        if let Some((index, end)) = money.filter(|(_, end)| *end >= unit_end) {
            if side.currency.is_none() {
                side.value *= words.currencies[index].factor;
                side.currency = Some(index);
            } else if side.currency.is_some_and(|c| !words.currencies[c].is_settled()) {
                side.currency = Some(index);
            }
            if !words.currencies[index].is_settled()
                && let Some(named) = self.currency_in_brackets(end)
            {
                side.currency = Some(named);
            }
            side.kind = Kind::Money;
            side.bare = false;
            side.end = end;
            if hedged {
                side.open = Openness::Over;
            }
        } else if let Some((index, end)) = unit.filter(|_| side.currency.is_none()) {
            let unit = &words.units[index];
            if unit.kind == UnitKind::None || unit.name.as_ref() == "point" && self.is_clock(start, &numeral) {
                return Tail::NotAQuantity(self.past_clock(end));
            }
            // 沪深300周一: the index, then the day.
            let weekday = next_char(text, end).is_some_and(|c| "一二三四五六日".contains(c));
            if unit.name.as_ref() == "week" && numeral.value >= 100.0 && weekday {
                return Tail::NotAQuantity(numeral.end);
            }
            let many = numeral.value >= 100.0 || matches!(numeral.open, Openness::Several);
            if unit.arabic_only && numeral.style != Style::Arabic && !many {
                return Tail::NotAQuantity(numeral.end);
            }
            if unit.kind != UnitKind::Number {
                side.kind = match unit.kind {
                    UnitKind::Percent => Kind::Percent,
                    UnitKind::Multiple => Kind::Multiple,
                    UnitKind::Duration => Kind::Duration,
                    _ => Kind::Count,
                };
                if half_before {
                    side.value += 0.5;
                }
                side.end = end;
                let mut to = end;
                if matches!(side.kind, Kind::Duration | Kind::Percent | Kind::Multiple)
                    && text[end..].starts_with('半')
                    && !next_char(text, end + "半".len()).is_some_and(|c| "导年数程场决价球夜路岛成月".contains(c))
                    && unit.name.as_ref() != "month"
                {
                    // 两年半, 六成半
                    side.value += 0.5;
                    to = end + "半".len();
                    side.end = to;
                }
                let vague = matches!(side.kind, Kind::Duration | Kind::Multiple) || text[..to].ends_with('成');
                if vague
                    && let Some('多') = next_char(text, to)
                    && !next_char(text, to + "多".len()).is_some_and(|c| "元样次重数项种家头空方".contains(c))
                {
                    side.open = Openness::Over;
                    side.end = to + "多".len();
                }
                side.value = if unit.factor < 1.0 {
                    side.value / unit.factor.recip().round()
                } else {
                    side.value * unit.factor
                };
                if let Openness::To(most) = side.open {
                    side.open = Openness::To(most * unit.factor);
                }
                side.unit = Some(unit.name.to_string());
                side.bare = false;
                if hedged {
                    side.open = Openness::Over;
                }
            }
        } else if half_before {
            return Tail::NotAQuantity(numeral.end);
        }
        if !side.bare {
            self.add_per(&mut side);
        }
        self.add_bound_after(&mut side);
        Tail::Side(side)
    }

    /// `元(人民币, 下同)`: the currency that brackets after an amount name.
    fn currency_in_brackets(&self, at: usize) -> Option<usize> {
        let inside = self.text[at..].strip_prefix('(')?;
        let (index, end) = self
            .words
            .currency_before
            .starting_at(self.text, self.text.len() - inside.len())?;
        matches!(next_char(self.text, end), Some(')' | ',' | '、' | ';')).then_some(index)
    }

    /// `8点`, `下午3点`: the hour of a clock, not points of an index.
    fn is_clock(&self, start: usize, numeral: &Numeral) -> bool {
        let hour = numeral.value <= 24.0 && !numeral.elaborate && numeral.scale == 1.0;
        let moved =
            previous_char(self.text, start).is_some_and(|c| "涨跌升降挫高低收报破站失达约逾超近扬弹-+".contains(c));
        hour && !moved
            && !self.text[numeral.end..]
                .trim_start_matches([' ', '-'])
                .starts_with(|c: char| c.is_ascii_alphabetic())
    }

    /// The byte after the minutes and seconds that follow `时` or `点`: `8点30分`.
    fn past_clock(&self, end: usize) -> usize {
        let mut at = end;
        if !self.text[..end].ends_with(['时', '点']) {
            return end;
        }
        for unit in ['分', '秒'] {
            let digits = self.text[at..].bytes().take(2).take_while(u8::is_ascii_digit).count();
            if digits == 0 || !self.text[at + digits..].starts_with(unit) {
                break;
            }
            at += digits + unit.len_utf8();
        }
        at
    }

    /// `元/股`, `a barrel`, `per ounce`: what an amount is counted by goes into the unit as `per share`.
    fn add_per(&self, side: &mut Side) {
        if !matches!(side.kind, Kind::Money | Kind::Count) {
            return;
        }
        let rest = &self.text[side.end..];
        let spoken = [" per ", " a ", " an ", "-per-"]
            .iter()
            .find(|word| rest.starts_with(**word));
        let from = match spoken {
            Some(word) => side.end + word.len(),
            None if rest.starts_with('/') => side.end + 1,
            None if rest.starts_with('每') => side.end + "每".len(),
            None => return,
        };
        // 0.5元/百万tokens, $3 per million tokens
        let (many, from) = [
            ("百万", "million "),
            ("million ", "million "),
            ("千", "thousand "),
            ("thousand ", "thousand "),
        ]
        .iter()
        .find(|(word, _)| self.text[from..].starts_with(word))
        .map_or(("", from), |(word, name)| (*name, from + word.len()));
        let from = from + usize::from(!many.is_empty() && self.text[from..].starts_with(' '));
        let Some((index, end)) = self.words.unit_forms.starting_at(self.text, from) else {
            return;
        };
        let unit = &self.words.units[index];
        let counts = matches!(unit.kind, UnitKind::Count | UnitKind::Duration);
        if !counts || unit.name.as_ref() == "item" && spoken.is_some() {
            return;
        }
        side.unit = Some(match &side.unit {
            Some(own) => format!("{own} per {many}{}", unit.name),
            None => format!("per {many}{}", unit.name),
        });
        side.end = end;
    }

    /// 每股1.5元: the unit that 每 names right before the amount.
    fn each(&self, start: usize, floor: usize) -> Option<String> {
        let window = &self.text[floor.max(floor_char(self.text, start.saturating_sub(15)))..start];
        let each = start - window.len() + window.rfind('每')?;
        let (index, end) = self.words.unit_forms.starting_at(self.text, each + "每".len())?;
        let unit = &self.words.units[index];
        (end == start && matches!(unit.kind, UnitKind::Count | UnitKind::Duration))
            .then(|| format!("per {}", unit.name))
    }

    /// 以上, 左右, 多 after the unit.
    fn add_bound_after(&self, side: &mut Side) {
        // 99元起: the least price.
        if side.kind == Kind::Money
            && self.text[side.end..].starts_with('起')
            && !next_char(self.text, side.end + "起".len()).is_some_and(|c| "诉因草步伏源码始来家义飞".contains(c))
        {
            side.bound = Bound::Over;
            side.end += "起".len();
            return;
        }
        if let Some((bound, end)) = self.bound_after(side.end, side.kind, side.bare) {
            side.bound = bound;
            side.end = end;
        }
    }

    /// The bound word that follows byte `end`, and the byte after it.
    fn bound_after(&self, end: usize, kind: Kind, bare: bool) -> Option<(Bound, usize)> {
        let from = end + usize::from(self.text[end..].starts_with(' '));
        let (closeness, end) = self.words.bounds_after.starting_at(self.text, from)?;
        let next = next_char(self.text, end);
        let fits = match &self.text[from..end] {
            // 100多 without a unit; after one it begins another word.
            "多" | "余" => bare && !next.is_some_and(|c| "元样次重数项种家头空方额款年".contains(c)),
            "许" => kind == Kind::Money && !next.is_some_and(is_han),
            "不到" | "附近" | "前后" => !bare && !next.is_some_and(|c| c.is_ascii_digit()),
            "+" => !next.is_some_and(|c| c.is_ascii_alphanumeric()),
            _ => true,
        };
        fits.then_some((closeness.into(), end))
    }

    /// Extends a quantity to the bound word before it.
    fn bounded(&self, mut quantity: Quantity, floor: usize) -> Quantity {
        let text = self.text;
        let mut to = quantity.start;
        if to > floor && text.as_bytes()[to - 1] == b' ' {
            to -= 1;
        }
        let Some((closeness, start)) = self.bound_before(to, floor, quantity.kind) else {
            return quantity;
        };
        if quantity.bound == Bound::Range {
            return quantity;
        }
        quantity.start = start;
        quantity.bound = closeness.into();
        quantity
    }

    fn bound_before(&self, to: usize, floor: usize, kind: Kind) -> Option<(Closeness, usize)> {
        let text = self.text;
        if let Some((closeness, start)) = self.words.bounds_before.ending_at(text, to, floor) {
            let before = previous_char(text, start);
            let fits = match &text[start..to] {
                // 最近三年, 近三年 are the last three years, 附近 a place.
                "近" => !before.is_some_and(|c| "最附靠临将逼邻新远".contains(c)) && kind != Kind::Duration,
                "约" => !before.is_some_and(|c| "合签履违公条节集纽租契期".contains(c)),
                // 买超 and 卖超 are what Taiwan calls net buying and selling.
                "超" => !before.is_some_and(|c| "中英西赶买卖".contains(c)),
                "~" => !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '%'),
                "about" | "over" | "under" | "above" | "below" | "some" => true,
                _ => true,
            };
            return fits.then_some((closeness, start));
        }
        let magnitude = next_char(text, to).is_some_and(|c| magnitude(c).is_some());
        if magnitude {
            return self.words.bounds_before_magnitude.ending_at(text, to, floor);
        }
        None
    }

    /// `84-90亿欧元`, `90%至95%`, `$5-7 billion`: the range that begins with `side`, or where a run of hyphenated
    /// numbers ends that is none.
    fn range(&self, at: usize, start: usize, floor: usize, side: &Side) -> Option<Result<Quantity, usize>> {
        let text = self.text;
        let part_of_token = start == at && self.continues_token(at, floor);
        if side.bound != Bound::Exact || side.numeral.positional || part_of_token {
            return None;
        }
        let Joint {
            end: from,
            word,
            change,
        } = self.connector(side.end, start, floor)?;
        let mut number = from;
        let mut currency = None;
        if let Some((index, end)) = self.words.currency_before.starting_at(text, from) {
            currency = Some(index);
            number = end + usize::from(text.as_bytes().get(end) == Some(&b' '));
        }
        let first = next_char(text, number)?;
        let spelt = side.numeral.style == Style::English && first.is_ascii_alphabetic();
        if !(first.is_ascii_digit() || chinese_digit(first).is_some() || first == '十' || spelt) {
            return None;
        }
        let numeral = numeral_at(text, number, self.words, currency.is_some() || side.currency.is_some())?;
        let Tail::Side(second) = self.tail(numeral, currency, number) else {
            return None;
        };
        let (mut low, high) = (side.value, second.value);
        if side.scale == 1.0 && side.bare_or_symbol() && second.scale > 1.0 && low < high {
            low *= second.scale;
        }
        if side.bare && !second.bare {
            // 六至七成: the unit's factor is the second number's.
            let factor = second.value / second.numeral.value;
            if factor.is_finite() && factor > 0.0 {
                low *= factor;
            }
        }
        let same_money = match (side.currency, second.currency) {
            (Some(a), Some(b)) => {
                a == b || !self.words.currencies[a].is_settled() || !self.words.currencies[b].is_settled()
            }
            (Some(_), None) => second.bare,
            (None, Some(_)) => side.bare,
            (None, None) => true,
        };
        let same_unit = side.bare
            || second.bare && side.currency.is_some()
            || side.unit == second.unit
            || side.kind == Kind::Money && second.kind == Kind::Money;
        let both_bare = side.bare && second.bare;
        if both_bare && !word {
            // 400-820-8820, 3-2: codes and scores; 2.5-3.0 alone says too little.
            let mut end = second.numeral.end;
            while text[end..].starts_with(|c: char| c.is_ascii_digit() || c == '-') {
                end += 1;
            }
            return Some(Err(end));
        }
        // 下降49.32%-45.16%: falls are given from the larger to the smaller; with 至 the number moved.
        let falling = !word && !side.bare && !second.bare && side.unit == second.unit;
        let (low, high) = if falling && low > high {
            (high, low)
        } else {
            (low, high)
        };
        if !(same_money && same_unit) || low >= high || matches!(second.open, Openness::Several) {
            return None;
        }
        // fell 58 cents to $67.95: by how much, and to where.
        if text[side.end..].starts_with(" to ") && !side.bare && high > 5.0 * low {
            return None;
        }
        if both_bare && !self.acceptable(at, start, floor, side) {
            return None;
        }
        // 由15%至22% rose; 由340亿至390亿欧元上调至 names the range that was.
        if change && !side.bare && !CHANGED.iter().any(|verb| text[second.end..].starts_with(verb)) {
            return None;
        }
        let currency = match (side.currency, second.currency) {
            (Some(a), Some(b)) if !self.words.currencies[a].is_settled() => Some(b),
            (Some(a), _) => Some(a),
            (None, b) => b,
        };
        let kind = if currency.is_some() { Kind::Money } else { second.kind };
        let quantity = Quantity {
            start,
            end: second.end,
            kind,
            value: low,
            min: Some(low),
            max: Some(high),
            bound: Bound::Range,
            unit: second.unit.clone().or_else(|| side.unit.clone()),
            currency: currency.and_then(|c| self.words.currencies[c].code(self.market).map(str::to_owned)),
        };
        Some(Ok(quantity))
    }

    /// The word or sign that joins the ends of a range.
    fn connector(&self, end: usize, start: usize, floor: usize) -> Option<Joint> {
        let rest = &self.text[end..];
        let from_before = || {
            let mut to = start;
            if to > floor && self.text.as_bytes()[to - 1] == b' ' {
                to -= 1;
            }
            self.words.change.ending_at(self.text, to, floor).is_some()
        };
        for word in ["至", "到", " to ", " 至 ", " 到 "] {
            if let Some(rest) = rest.strip_prefix(word) {
                let change = from_before();
                if change && word == " to " {
                    return None;
                }
                return Some(Joint {
                    end: self.text.len() - rest.len(),
                    word: true,
                    change,
                });
            }
        }
        if let Some(after) = rest.strip_prefix(" and ") {
            let between = self.text[floor..start].trim_end().ends_with("between");
            return between.then_some(Joint {
                end: self.text.len() - after.len(),
                word: true,
                change: false,
            });
        }
        for sign in ["-", "–", "—", "~", "～", "〜", " - ", " – ", "--"] {
            if let Some(after) = rest.strip_prefix(sign)
                && after.starts_with(|c: char| !matches!(c, '-' | '–' | '—' | ' '))
            {
                return Some(Joint {
                    end: self.text.len() - after.len(),
                    word: matches!(sign, "~" | "～" | "〜"),
                    change: false,
                });
            }
        }
        None
    }

    /// 百分之九十, 三分之一, 一半, `one-third`, `half of`: shares of a whole, in percent. `None` as the quantity means
    /// that what stands here is none up to the byte.
    fn fraction(&self, at: usize) -> Option<(Option<Quantity>, usize)> {
        let text = self.text;
        let rest = &text[at..];
        let percent = |value: f64, end: usize, unit: &str| {
            let bound = Bound::Exact;
            let quantity = Quantity {
                start: at,
                end,
                kind: Kind::Percent,
                value,
                min: None,
                max: None,
                bound,
                unit: Some(unit.to_owned()),
                currency: None,
            };
            Some((Some(quantity), end))
        };
        for (word, factor) in [("百分之", 1.0), ("千分之", 10.0), ("万分之", 100.0)] {
            if let Some(after) = rest.strip_prefix(word) {
                let from = text.len() - after.len();
                let Some(numeral) = numeral_at(text, from, self.words, false) else {
                    return Some((None, from));
                };
                return match numeral.open {
                    Openness::To(most) => {
                        let (Some(mut quantity), end) = percent(numeral.value / factor, numeral.end, "%")? else {
                            return None;
                        };
                        quantity.bound = Bound::Range;
                        quantity.min = Some(quantity.value);
                        quantity.max = Some(most / factor);
                        Some((Some(quantity), end))
                    }
                    _ => percent(numeral.value / factor, numeral.end, "%"),
                };
            }
        }
        if rest.starts_with("一半") {
            return percent(50.0, at + "一半".len(), "%");
        }
        let first = next_char(text, at)?;
        // 三分一, as Hong Kong writes 三分之一.
        let mut characters = rest.chars();
        if let (Some(whole), Some('分'), Some(part)) = (
            characters.next().and_then(chinese_digit),
            characters.next(),
            characters.next().and_then(chinese_digit),
        ) && (1..whole).contains(&part)
            && !characters
                .next()
                .is_some_and(|c| "十百秒钟之点".contains(c) || chinese_digit(c).is_some())
        {
            let end = text.len() - characters_left(rest, 3).len();
            return percent(f64::from(part) * 100.0 / f64::from(whole), end, "%");
        }
        if first.is_ascii_digit() || chinese_digit(first).is_some() || first == '十' {
            // The denominator has one or two characters.
            let mut marks = rest.char_indices().map(|(i, _)| i).skip(1);
            let (one, two) = (marks.next()?, marks.next());
            let denominator_end = [Some(one), two]
                .into_iter()
                .flatten()
                .find(|i| rest[*i..].starts_with("分之"))?
                + at;
            let denominator = numeral_at(text, at, self.words, false).filter(|n| n.end == denominator_end)?;
            let from = denominator_end + "分之".len();
            let numerator = numeral_at(text, from, self.words, false)?;
            if denominator.value < 2.0 || numerator.value > denominator.value {
                return Some((None, numerator.end));
            }
            return percent(numerator.value * 100.0 / denominator.value, numerator.end, "%");
        }
        if first.is_ascii_alphabetic() {
            let lower = rest.get(..rest.len().min(14)).unwrap_or_default().to_ascii_lowercase();
            for (word, value) in [
                ("one-third", 100.0 / 3.0),
                ("one third", 100.0 / 3.0),
                ("a third of", 100.0 / 3.0),
                ("two-thirds", 200.0 / 3.0),
                ("two thirds", 200.0 / 3.0),
                ("one-quarter", 25.0),
                ("one quarter of", 25.0),
                ("a quarter of", 25.0),
                ("three-quarters", 75.0),
                ("three quarters of", 75.0),
                ("one-fifth", 20.0),
                ("one fifth", 20.0),
                ("a fifth of", 20.0),
                ("one-tenth", 10.0),
                ("one-half", 50.0),
                ("half of", 50.0),
                ("half the ", 50.0),
            ] {
                let head = &word[..word.len().min(14)];
                if lower.starts_with(head) {
                    let spoken = word.trim_end_matches(" of").trim_end_matches(" the ").trim_end();
                    let next = rest.as_bytes().get(spoken.len());
                    if !next.is_some_and(u8::is_ascii_alphabetic) {
                        return percent(value, at + spoken.len(), "%");
                    }
                }
            }
        }
        None
    }

    /// 参数规模达67B: a bare number with a magnitude beside a word for parameters.
    fn is_parameter_count(&self, quantity: &Quantity) -> bool {
        let text = self.text;
        if quantity.value < 1e5 {
            return false;
        }
        let from = floor_char(text, quantity.start.saturating_sub(30));
        let before = &text[from..quantity.start];
        let clause = before
            .rfind(['。', ',', ';', '\n', '、', '!', '?'])
            .map_or(0, |i| i + 1);
        let clause = before.get(clause..).unwrap_or(before);
        let near = clause.rfind("参数").is_some_and(|i| clause[i..].chars().count() <= 9);
        near || clause.to_ascii_lowercase().contains("parameter")
    }

    /// Whether a number with what stands around it says how much of something there is.
    fn acceptable(&self, at: usize, start: usize, floor: usize, side: &Side) -> bool {
        let text = self.text;
        let numeral = &side.numeral;
        let before = previous_char(text, start);
        let written = &text[at..numeral.end];
        if numeral.positional || side.value.is_nan() || !side.value.is_finite() {
            return false;
        }
        // Part of a longer token: A16z, GPT-4.5, 3.14.1, 10:30, 2158.HK
        if start == at && self.continues_token(at, floor) {
            return false;
        }
        // 1+3+1
        let sum = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        if side.bare
            && (text[..at].ends_with('+') && start == at
                || text[side.end..].starts_with('+') && sum(next_char(text, side.end + 1)))
        {
            return false;
        }
        if side.end == numeral.end && self.is_continued(numeral.end) {
            return false;
        }
        if numeral.leading_zero && side.bare {
            return false;
        }
        // 波音777X, 极氪9X; three times as much is 3x.
        if side.kind == Kind::Multiple && text[numeral.end..].starts_with('X') {
            return false;
        }
        if before == Some('第') || side.currency.is_none() && before == Some('前') && side.kind == Kind::Count {
            return false;
        }
        match numeral.style {
            Style::Chinese => {
                if written == "半" {
                    return side.kind == Kind::Duration
                        && !before.is_some_and(|c| "上下前后一大多过".contains(c))
                        && !next_char(text, side.end).is_some_and(|c| "报度线".contains(c));
                }
                if side.bare {
                    return numeral.scale >= 1e4
                        && !numeral.bare_magnitude
                        && written.chars().count() >= 2
                        && !matches!(written, "千万" | "万万" | "一万")
                        || self.has_bound(start, floor) && numeral.value >= 100.0;
                }
                if numeral.bare_magnitude && written.chars().count() == 1 && !matches!(side.open, Openness::Over) {
                    return self.has_bound(start, floor);
                }
                // 外三元, 三元股份: nobody writes a few yuan so.
                if side.kind == Kind::Money
                    && written.chars().count() == 1
                    && side.currency.is_some_and(|c| !self.words.currencies[c].is_settled())
                {
                    return numeral.value >= 10.0 || self.has_bound(start, floor);
                }
                // 前一交易日, 每一年: the one before, each.
                if written == "一" && before.is_some_and(|c| "前上后下当同每这那某第另又新首唯统单任逐全".contains(c))
                {
                    return false;
                }
                // 一家公司 has the article, not a count; 百家, 千万 need a bound or a second magnitude.
                if matches!(written, "一" | "零") && matches!(side.kind, Kind::Count) {
                    return false;
                }
                if written.chars().count() == 1
                    && start > floor
                    && before.is_some_and(|c| "周第初十廿卅其之唯统万进同专不划".contains(c))
                {
                    return false;
                }
                true
            }
            Style::English => !side.bare || numeral.scale >= 1e3 || matches!(numeral.open, Openness::Several),
            Style::Arabic => !side.bare || self.bare_number(at, numeral, floor),
        }
    }

    fn has_bound(&self, start: usize, floor: usize) -> bool {
        self.bound_before(start, floor, Kind::Number).is_some()
    }

    /// Whether a letter or joining sign glues what begins at `at` to the token before it.
    fn continues_token(&self, at: usize, floor: usize) -> bool {
        // 130MW/260MWh: the sign stands between two quantities.
        if at == floor + 1 && self.text[..at].ends_with(['/', '-', '·']) {
            return false;
        }
        let mut before = self.text[..at].chars().rev();
        match before.next() {
            Some(c) if c.is_ascii_alphanumeric() => true,
            Some('-' | '.' | '/' | '_' | '·' | '\'' | '&' | '#' | '@') => {
                before.next().is_some_and(|c| c.is_ascii_alphanumeric())
            }
            Some(':') => before.next().is_some_and(|c| c.is_ascii_digit()),
            _ => false,
        }
    }

    /// Whether the number that ends at `end` runs on into letters or a code.
    fn is_continued(&self, end: usize) -> bool {
        let mut after = self.text[end..].chars();
        match after.next() {
            Some(c) if c.is_ascii_alphanumeric() => true,
            // 401(k)
            Some('(') => after.next().is_some_and(|c| c.is_ascii_lowercase()) && after.next() == Some(')'),
            Some('-' | '.' | '/' | '_' | ':' | '·') => after.next().is_some_and(|c| c.is_ascii_alphanumeric()),
            _ => false,
        }
    }

    /// A number in digits without unit: a level, a score, an amount whose unit went before; not a code, a version or
    /// part of a name.
    fn bare_number(&self, at: usize, numeral: &Numeral, floor: usize) -> bool {
        let text = self.text;
        let trimmed = text[..at].trim_end_matches(' ');
        let (before, spaced) = (trimmed.chars().next_back(), trimmed.len() < at);
        let after = text[numeral.end..].trim_start_matches(' ').chars().next();
        if before == Some('(') && matches!(after, Some(')' | '.' | ',' | '-' | ';'))
            || before == Some('“') && after == Some('”')
        {
            return false;
        }
        // 1、 and 2. number the points of a list, 3 p.m. is a time.
        let rest = text[numeral.end..].trim_start_matches(' ');
        let listed = matches!(before, None | Some('\n' | '。' | ';')) && !numeral.elaborate && numeral.value < 100.0;
        if listed && matches!(after, Some('、' | '.' | ')' | ':'))
            || ["am", "pm", "a.m", "p.m", "AM", "PM"]
                .iter()
                .any(|noon| rest.starts_with(noon))
        {
            return false;
        }
        if self.words.names.ending_at(text, trimmed.len(), 0).is_some() {
            return false;
        }
        let magnified = numeral.scale > 1.0;
        // Telephone and account numbers
        if numeral.value >= 1e9 && !magnified && !numeral.elaborate {
            return false;
        }
        if before.is_some_and(|c| c.is_ascii_alphanumeric()) && spaced {
            let word_start = trimmed
                .rfind(|c: char| !c.is_ascii_alphanumeric())
                .map_or(0, |i| i + trimmed[i..].chars().next().map_or(1, char::len_utf8));
            let word = &trimmed[word_start.max(trimmed.len().saturating_sub(20)).min(trimmed.len())..];
            let name =
                word.starts_with(|c: char| c.is_ascii_digit()) || word.contains(|c: char| c.is_ascii_uppercase());
            if name {
                return magnified || numeral.elaborate && numeral.value >= 20.0;
            }
        }
        let chinese = before.is_some_and(is_han) || after.is_some_and(is_han);
        if !chinese {
            return !matches!(before, Some('(' | '[' | '《' | '"')) || numeral.elaborate || magnified;
        }
        if numeral.elaborate || magnified {
            return true;
        }
        self.words.number_cues.ending_at(text, trimmed.len(), floor).is_some() && !after.is_some_and(is_han)
    }

    /// The byte after the whole token of digits and letters that begins at or around `at`.
    fn past_number(&self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut end = at;
        if !bytes[at].is_ascii() {
            // A Chinese numeral that can't be read is left as a whole: 二三四五, 十四五.
            let mut after = at;
            for c in self.text[at..].chars() {
                if chinese_digit(c).is_none() && magnitude(c).is_none() {
                    break;
                }
                after += c.len_utf8();
            }
            return after.max(at + next_char(self.text, at).map_or(1, char::len_utf8));
        }
        while let Some(b) = bytes.get(end) {
            let joins = matches!(b, b'.' | b',' | b':' | b'-' | b'/' | b'_')
                && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric)
                && (*b != b',' || bytes.get(end + 1).is_some_and(u8::is_ascii_digit));
            if !(b.is_ascii_alphanumeric() || joins) {
                break;
            }
            end += 1;
        }
        end.max(at + 1)
    }
}

impl From<Closeness> for Bound {
    fn from(closeness: Closeness) -> Bound {
        match closeness {
            Closeness::Over => Bound::Over,
            Closeness::Under => Bound::Under,
            Closeness::About => Bound::About,
        }
    }
}

impl Side {
    /// Whether no unit stands after the number, so that the second side of a range may lend it its magnitude.
    fn bare_or_symbol(&self) -> bool {
        self.bare || self.end == self.numeral.end
    }
}

/// What follows the first `count` characters.
fn characters_left(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or("", |(at, _)| &text[at..])
}

/// The greatest character boundary that isn't after `at`.
pub(super) fn floor_char(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
