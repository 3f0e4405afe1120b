//! Numbers as they are written: `1,100万`, `1.72万亿`, `三十几万`, `3千5百万`, `35.1bn`, `two`.

use super::tables::Words;

/// The character that begins at byte `at`.
pub(super) fn next_char(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The character that ends at byte `at`.
pub(super) fn previous_char(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// A Han character, by the blocks that news is written in.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Digits, with or without Chinese or English magnitudes.
    Arabic,
    Chinese,
    English,
}

/// How a number leaves its value open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Openness {
    Closed,
    /// 100多, 十余
    Over,
    /// 数千, 几十, dozens of: at least the value
    Several,
    /// 十几, 三十几; 两三: from the value to this one
    To(f64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Numeral {
    pub end: usize,
    pub value: f64,
    pub open: Openness,
    pub style: Style,
    /// The magnitude that the number ends with (亿, billion), 1 without one.
    pub scale: f64,
    /// Written with a decimal point or with thousands separators.
    pub elaborate: bool,
    /// The integer digits begin with a zero that isn't alone: a code.
    pub leading_zero: bool,
    /// Chinese digits in a row without magnitudes (二〇二五), which read as a year or a code.
    pub positional: bool,
    /// Begins with a bare 百, 千, 万 or 亿.
    pub bare_magnitude: bool,
    /// Ends with a letter that is a magnitude (67B, 35.1bn).
    pub letter_scale: bool,
}

/// No amount in news needs more digits; longer runs are codes.
const MOST_DIGITS: usize = 24;
/// Characters of the longest Chinese numeral that is read.
const MOST_CHINESE: usize = 24;

pub(super) fn chinese_digit(c: char) -> Option<u8> {
    Some(match c {
        '〇' | '零' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// The power of ten of 十, 百, 千, 万, 亿, 兆.
pub(super) fn magnitude(c: char) -> Option<i32> {
    Some(match c {
        '十' | '拾' => 1,
        '百' | '佰' => 2,
        '千' | '仟' => 3,
        '万' => 4,
        '亿' => 8,
        '兆' => 12,
        _ => return None,
    })
}

/// Whether a Chinese numeral can begin with this character.
pub(super) fn begins_chinese(c: char) -> bool {
    chinese_digit(c).is_some() || magnitude(c).is_some() || matches!(c, '几' | '数' | '半')
}

/// Reads the number that begins at byte `at`, or nothing.
///
/// `money` says that a currency symbol stands before it, where `£20k` and `$5m` have their magnitudes in lower case.
pub(super) fn numeral_at(text: &str, at: usize, words: &Words, money: bool) -> Option<Numeral> {
    let first = next_char(text, at)?;
    if first.is_ascii_digit() {
        arabic_at(text, at, words, money)
    } else if begins_chinese(first) {
        chinese_at(text, at, words)
    } else if first.is_ascii_alphabetic() {
        english_at(text, at)
    } else {
        None
    }
}

/// `digits` × 10^`power`, rounded once: 12.6 × 10⁸ is 1260000000 and not a neighbour of it.
fn scaled(digits: &str, power: i32) -> f64 {
    format!("{digits}e{power}").parse().unwrap_or(f64::NAN)
}

/// The end of a run of digits with separators and decimals, and the digits without separators.
fn digits_at(text: &str, at: usize) -> Option<(String, usize, bool)> {
    let bytes = text.as_bytes();
    let mut end = at;
    let mut digits = String::new();
    while let Some(b) = bytes.get(end).filter(|b| b.is_ascii_digit()) {
        digits.push(char::from(*b));
        end += 1;
        if digits.len() > MOST_DIGITS {
            return None;
        }
    }
    let mut elaborate = false;
    if digits.len() <= 3 && !digits.is_empty() && !digits.starts_with('0') {
        let group = |from: usize| {
            bytes.get(from) == Some(&b',')
                && bytes
                    .get(from + 1..from + 4)
                    .is_some_and(|g| g.iter().all(u8::is_ascii_digit))
                && !bytes.get(from + 4).is_some_and(u8::is_ascii_digit)
        };
        while group(end) && digits.len() <= MOST_DIGITS {
            digits.push_str(&text[end + 1..end + 4]);
            end += 4;
            elaborate = true;
        }
    }
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        digits.push('.');
        end += 1;
        elaborate = true;
        while let Some(b) = bytes.get(end).filter(|b| b.is_ascii_digit()) {
            digits.push(char::from(*b));
            end += 1;
            if digits.len() > 2 * MOST_DIGITS {
                return None;
            }
        }
    }
    (!digits.is_empty()).then_some((digits, end, elaborate))
}

fn arabic_at(text: &str, at: usize, words: &Words, money: bool) -> Option<Numeral> {
    let (digits, mut end, elaborate) = digits_at(text, at)?;
    let leading_zero = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    let mut numeral = Numeral {
        end,
        value: scaled(&digits, 0),
        open: Openness::Closed,
        style: Style::Arabic,
        scale: 1.0,
        elaborate,
        leading_zero,
        positional: false,
        bare_magnitude: false,
        letter_scale: false,
    };
    // 3千5百万, 3亿5000万, 1.72万亿: parts, each a number with its magnitudes.
    let mut part = (digits, 0);
    let mut parts: Vec<(String, i32)> = Vec::new();
    loop {
        let mut at_magnitude = end;
        // `100 亿元`: typeset with a space between digits and Han.
        if text.as_bytes().get(at_magnitude) == Some(&b' ')
            && text[at_magnitude + 1..]
                .trim_start_matches(['多', '余'])
                .starts_with(['万', '亿', '兆'])
        {
            at_magnitude += 1;
        }
        let hedge = next_char(text, at_magnitude).filter(|c| matches!(c, '多' | '余' | '来' | '几'));
        if let Some(c) = hedge
            && next_char(text, at_magnitude + c.len_utf8()).is_some_and(|c| magnitude(c).is_some())
        {
            at_magnitude += c.len_utf8();
        }
        let Some(c) = next_char(text, at_magnitude) else {
            break;
        };
        let Some(power) = magnitude(c) else { break };
        // 100千瓦 is a hundred kilowatts, 5兆瓦 five megawatts.
        if words
            .unit_forms
            .starting_at(text, at_magnitude)
            .is_some_and(|(_, to)| to > at_magnitude + c.len_utf8())
            || c == '十'
        {
            break;
        }
        if at_magnitude > end && hedge.is_some() {
            numeral.open = Openness::Over;
        }
        part.1 += power;
        if part.1 > 24 {
            break;
        }
        end = at_magnitude + c.len_utf8();
        if next_char(text, end).is_some_and(|c| c.is_ascii_digit())
            && let Some((digits, to, _)) = digits_at(text, end)
            && next_char(text, to)
                .and_then(magnitude)
                .is_some_and(|next| next < part.1 || part.1 < 4)
            && next_char(text, to) != Some('十')
        {
            parts.push(std::mem::replace(&mut part, (digits, 0)));
            end = to;
        }
    }
    if !parts.is_empty() || part.1 > 0 {
        // A smaller magnitude before a larger one belongs under it: in 3千5百万 both are of 万.
        let mut total = 0.0;
        if part.1 == 0 {
            return None;
        }
        let trailing = if part.1 >= 8 {
            8
        } else if part.1 >= 4 {
            4
        } else {
            0
        };
        for (digits, power) in &parts {
            let lifted = if *power < trailing { power + trailing } else { *power };
            total += scaled(digits, lifted);
        }
        total += scaled(&part.0, part.1);
        numeral.value = total;
        numeral.scale = 10f64.powi(part.1);
        numeral.end = end;
        return Some(numeral);
    }
    if let Some((power, to, letter)) = english_magnitude(text, end, money, numeral.value, elaborate) {
        numeral.value = scaled(&part.0, power);
        numeral.scale = 10f64.powi(power);
        numeral.end = to;
        numeral.letter_scale = letter;
        // hundred million, thousand billion
        if let Some((more, to, false)) = english_magnitude(text, to, false, numeral.value, true) {
            numeral.value = scaled(&part.0, power + more);
            numeral.scale *= 10f64.powi(more);
            numeral.end = to;
        }
    }
    Some(numeral)
}

/// The Latin word that begins at byte `at`, up to 12 letters.
fn word_at(text: &str, at: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let mut end = at;
    while bytes.get(end).is_some_and(u8::is_ascii_alphabetic) {
        end += 1;
        if end > at + 12 {
            return None;
        }
    }
    (end > at).then(|| &text[at..end])
}

/// A power of ten written after a number, the byte after it, and whether it is an abbreviation in letters.
fn english_magnitude(text: &str, at: usize, money: bool, value: f64, elaborate: bool) -> Option<(i32, usize, bool)> {
    let spaced = matches!(text.as_bytes().get(at), Some(b' ' | b'-'));
    let from = at + usize::from(spaced);
    let word = word_at(text, from)?;
    let end = from + word.len();
    if text.as_bytes().get(end).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let power = match lower.as_str() {
        "hundred" => 2,
        "thousand" => 3,
        "million" => 6,
        "billion" => 9,
        "trillion" => 12,
        "lakh" => 5,
        "crore" => 7,
        _ => 0,
    };
    if power > 0 {
        return Some((power, end, false));
    }
    let power = match lower.as_str() {
        "mn" | "mln" => 6,
        "bn" | "bln" => 9,
        "tn" | "trn" | "trln" => 12,
        _ => 0,
    };
    if power > 0 {
        return Some((power, end, true));
    }
    if spaced || word.len() != 1 {
        return None;
    }
    // 4K is a screen and 401K a pension, 776K a number; 5m may be metres.
    let power = match word {
        "m" | "b" | "t" if !money => return None,
        "k" | "K" if !money && (value < 10.0 && !elaborate || value == 401.0) => return None,
        "k" | "K" => 3,
        "m" | "M" => 6,
        "b" | "B" => 9,
        "t" | "T" => 12,
        _ => return None,
    };
    // 2B端, 2C业务: whom a business serves.
    if !money && next_char(text, end).is_some_and(|c| matches!(c, '端' | '业' | '客' | '市')) {
        return None;
    }
    Some((power, end, true))
}

/// Nouns that end in 数: in 用户数十万 the number is 十万.
const NOUN_BEFORE_COUNT: &str = "指人户总倍参次函分基系多少点字件个无家股笔度单订时天整负复奇偶位级";

fn chinese_at(text: &str, at: usize, words: &Words) -> Option<Numeral> {
    let mut numeral = Numeral {
        end: at,
        value: 0.0,
        open: Openness::Closed,
        style: Style::Chinese,
        scale: 1.0,
        elaborate: false,
        leading_zero: false,
        positional: false,
        bare_magnitude: false,
        letter_scale: false,
    };
    let first = next_char(text, at)?;
    if first == '半' {
        numeral.value = 0.5;
        numeral.end = at + first.len_utf8();
        return Some(numeral);
    }
    if first == '数' && previous_char(text, at).is_some_and(|c| NOUN_BEFORE_COUNT.contains(c)) {
        return None;
    }
    // 三亿五千万: total holds what is closed by 万, 亿 or 兆, section what 十, 百 and 千 made of the digits since.
    let (mut total, mut section) = (0.0f64, 0.0f64);
    let mut digit: Option<(f64, f64)> = None; // from, to
    let mut digits_in_row = 0;
    let mut fraction: Option<String> = None;
    let mut several = false;
    let mut open_tail: Option<f64> = None;
    let mut spread_total = 0.0f64;
    let (mut last_power, mut section_power) = (0, i32::MAX);
    let mut big_power = i32::MAX;
    let mut zero = false;
    let mut characters = 0;
    let mut cursor = at;
    let mut seen_magnitude = false;
    while let Some(c) = next_char(text, cursor) {
        characters += 1;
        if characters > MOST_CHINESE {
            return None;
        }
        let after = cursor + c.len_utf8();
        if let Some(value) = chinese_digit(c) {
            if open_tail.is_some() || several {
                break;
            }
            if let Some(fraction) = &mut fraction {
                fraction.push(char::from(b'0' + value));
            } else if value == 0 && seen_magnitude && digit.is_none() {
                zero = true;
            } else if let Some((from, to)) = digit {
                digits_in_row += 1;
                if digits_in_row == 2 && from == to && f64::from(value) > from && f64::from(value) <= from + 2.0 {
                    digit = Some((from, f64::from(value)));
                } else {
                    digit = Some((from, f64::NAN));
                }
            } else {
                digit = Some((f64::from(value), f64::from(value)));
                digits_in_row = 1;
                zero = zero && value != 0;
            }
        } else if let Some(power) = magnitude(c) {
            if words
                .unit_forms
                .starting_at(text, cursor)
                .is_some_and(|(_, to)| to > after)
                && characters > 1
            {
                break;
            }
            let (from, to) = match (digit, &fraction) {
                (Some((from, to)), Some(fraction)) if from == to => {
                    let value = format!("{from}.{fraction}").parse().unwrap_or(f64::NAN);
                    (value, value)
                }
                (Some(pair), None) => pair,
                (None, None) => (0.0, 0.0),
                _ => return None,
            };
            fraction = None;
            let bare = digit.is_none();
            digit = None;
            digits_in_row = 0;
            zero = false;
            if to.is_nan() {
                return None;
            }
            if power < 4 {
                if power >= section_power && section > 0.0 {
                    return None;
                }
                if bare && several {
                    section += 10f64.powi(power);
                } else if bare && (characters == 1 || power == 1) {
                    numeral.bare_magnitude |= characters == 1 && power > 1;
                    section += 10f64.powi(power);
                } else if bare {
                    return None;
                } else {
                    section += from * 10f64.powi(power);
                    spread_total += (to - from) * 10f64.powi(power);
                }
                section_power = power;
            } else {
                let pending = section + from;
                let factor = 10f64.powi(power);
                numeral.bare_magnitude |= characters == 1;
                if power > big_power {
                    // 一万五千亿: all so far counts 亿.
                    total = (total + pending) * factor;
                    spread_total = (spread_total + to - from) * factor;
                    open_tail = open_tail.map(|width| width * factor);
                } else if pending == 0.0 && bare && total > 0.0 {
                    total *= factor;
                    spread_total *= factor;
                    open_tail = open_tail.map(|width| width * factor);
                } else {
                    let pending = if pending == 0.0 { 1.0 } else { pending };
                    total += pending * factor;
                    spread_total = (spread_total + to - from) * factor;
                    open_tail = open_tail.map(|width| width * factor);
                }
                section = 0.0;
                section_power = i32::MAX;
                big_power = power;
            }
            last_power = power;
            seen_magnitude = true;
        } else if matches!(c, '几' | '数') {
            let next = next_char(text, after);
            if next.is_some_and(|c| magnitude(c).is_some()) && !seen_magnitude && digit.is_none() && !several {
                several = true;
            } else if c == '几' && last_power == 1 && digit.is_none() && !several && open_tail.is_none() {
                open_tail = Some(10.0);
            } else {
                break;
            }
        } else if matches!(c, '多' | '余' | '来') && seen_magnitude && digit.is_none() {
            // 一百多亿, 十余万
            if !next_char(text, after).is_some_and(|c| matches!(c, '万' | '亿' | '兆')) {
                break;
            }
            numeral.open = Openness::Over;
        } else if c == '点'
            && fraction.is_none()
            && digits_in_row == 1
            && next_char(text, after).is_some_and(|c| chinese_digit(c).is_some())
        {
            fraction = Some(String::new());
        } else {
            break;
        }
        cursor = after;
    }
    if cursor == at {
        return None;
    }
    numeral.end = cursor;
    match (digit, fraction) {
        (Some((from, to)), Some(fraction)) if from == to && !fraction.is_empty() => {
            section += format!("{from}.{fraction}").parse().unwrap_or(f64::NAN);
        }
        (_, Some(_)) => return None,
        (Some((_, to)), None) if to.is_nan() => {
            if seen_magnitude || characters_between(text, at, cursor) < 3 {
                return None;
            }
            numeral.positional = true;
            numeral.value = positional_value(&text[at..cursor]);
            return Some(numeral);
        }
        (Some((from, to)), None) => {
            if digits_in_row == 2 && seen_magnitude {
                // 十四五, 十七八: a plan as often as an estimate.
                return None;
            }
            if seen_magnitude && last_power >= 2 && !zero && from == to {
                // 三万五 is 35 000.
                section += from * 10f64.powi(last_power - 1);
            } else {
                section += from;
                spread_total += to - from;
            }
        }
        (None, None) => {}
    }
    numeral.value = total + section;
    numeral.scale = if last_power >= 4 && digit.is_none() {
        trailing_scale(text, cursor)
    } else {
        1.0
    };
    if let Some(width) = open_tail {
        numeral.open = Openness::To(numeral.value + width);
    } else if several {
        numeral.open = Openness::Several;
    } else if spread_total > 0.0 {
        numeral.open = Openness::To(numeral.value + spread_total);
    }
    (numeral.value.is_finite()).then_some(numeral)
}

/// The product of the magnitudes 万, 亿 and 兆 that a numeral ends with.
fn trailing_scale(text: &str, end: usize) -> f64 {
    let powers = text[..end]
        .chars()
        .rev()
        .map_while(magnitude)
        .take_while(|power| *power >= 2)
        .take(3);
    10f64.powi(powers.sum())
}

fn characters_between(text: &str, start: usize, end: usize) -> usize {
    text[start..end].chars().count()
}

fn positional_value(digits: &str) -> f64 {
    let digits: String = digits
        .chars()
        .filter_map(chinese_digit)
        .map(|d| char::from(b'0' + d))
        .collect();
    digits.parse().unwrap_or(f64::NAN)
}

fn english_unit_word(word: &str) -> Option<f64> {
    Some(match word {
        "one" => 1.0,
        "two" => 2.0,
        "three" => 3.0,
        "four" => 4.0,
        "five" => 5.0,
        "six" => 6.0,
        "seven" => 7.0,
        "eight" => 8.0,
        "nine" => 9.0,
        "ten" => 10.0,
        "eleven" => 11.0,
        "twelve" => 12.0,
        "thirteen" => 13.0,
        "fourteen" => 14.0,
        "fifteen" => 15.0,
        "sixteen" => 16.0,
        "seventeen" => 17.0,
        "eighteen" => 18.0,
        "nineteen" => 19.0,
        _ => return None,
    })
}

fn english_tens_word(word: &str) -> Option<f64> {
    Some(match word {
        "twenty" => 20.0,
        "thirty" => 30.0,
        "forty" => 40.0,
        "fifty" => 50.0,
        "sixty" => 60.0,
        "seventy" => 70.0,
        "eighty" => 80.0,
        "ninety" => 90.0,
        _ => return None,
    })
}

/// Whether an English number can begin with this letter (`one`, `dozens`, `hundreds`, `a`, `half`).
pub(super) fn begins_english(letter: u8) -> bool {
    matches!(
        letter.to_ascii_lowercase(),
        b'o' | b't' | b'f' | b's' | b'e' | b'n' | b'd' | b'h' | b'm' | b'b' | b'a'
    )
}

fn english_at(text: &str, at: usize) -> Option<Numeral> {
    let word = word_at(text, at)?.to_ascii_lowercase();
    let mut numeral = Numeral {
        end: at + word.len(),
        value: 0.0,
        open: Openness::Closed,
        style: Style::English,
        scale: 1.0,
        elaborate: false,
        leading_zero: false,
        positional: false,
        bare_magnitude: false,
        letter_scale: false,
    };
    let joined = |end: usize| matches!(text.as_bytes().get(end), Some(b' ' | b'-')).then_some(end + 1);
    let next_word = |end: usize| joined(end).and_then(|from| Some((word_at(text, from)?.to_ascii_lowercase(), from)));
    if let Some(value) = english_unit_word(&word) {
        numeral.value = value;
    } else if let Some(value) = english_tens_word(&word) {
        numeral.value = value;
        if let Some((next, from)) = next_word(numeral.end)
            && let Some(more) = english_unit_word(&next).filter(|v| *v < 10.0)
        {
            numeral.value += more;
            numeral.end = from + next.len();
        }
    } else if word == "a" || word == "half" {
        // a dozen, a million, half a million, half a dozen
        let (mut value, mut end) = (1.0, numeral.end);
        if word == "half" {
            value = 0.5;
            if let Some((next, from)) = next_word(end)
                && next == "a"
            {
                end = from + 1;
            }
        }
        let (next, from) = next_word(end)?;
        numeral.value = value
            * match next.as_str() {
                "dozen" => 12.0,
                "hundred" => 100.0,
                "thousand" => 1e3,
                "million" => 1e6,
                "billion" => 1e9,
                "trillion" => 1e12,
                _ => return None,
            };
        numeral.end = from + next.len();
        return Some(numeral);
    } else {
        // dozens of, tens of billions of: `of` must follow, or the word says less than a number.
        let value = match word.as_str() {
            "tens" => 10.0,
            "dozens" => 12.0,
            "hundreds" => 100.0,
            "thousands" => 1e3,
            "millions" => 1e6,
            "billions" => 1e9,
            "trillions" => 1e12,
            _ => return None,
        };
        numeral.value = value;
        numeral.open = Openness::Several;
        let (next, from) = next_word(numeral.end)?;
        if next != "of" {
            return None;
        }
        if let Some((more, from)) = next_word(from + 2)
            && let Some(factor) = match more.as_str() {
                "thousands" => Some(1e3),
                "millions" => Some(1e6),
                "billions" => Some(1e9),
                "trillions" => Some(1e12),
                _ => None,
            }
        {
            numeral.value *= factor;
            numeral.end = from + more.len();
            if let Some((of, from)) = next_word(numeral.end)
                && of == "of"
            {
                numeral.end = from + 2;
            }
        } else {
            numeral.end = from + 2;
        }
        return Some(numeral);
    }
    while let Some((power, end, false)) = english_magnitude(text, numeral.end, false, numeral.value, true) {
        numeral.value *= 10f64.powi(power);
        numeral.scale *= 10f64.powi(power);
        numeral.end = end;
        if numeral.value > 1e18 {
            break;
        }
    }
    Some(numeral)
}
