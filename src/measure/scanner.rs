//! The way through a text: what can begin a date or a quantity is looked at, all else is passed over.

use super::date::{self, Dates};
use super::numeral::{begins_chinese, begins_english, next_char, numeral_at, previous_char};
use super::quantity::{self, Quantities};
use super::tables::{TableError, Tables, Words};
use super::{Context, Measures, Ordinal, Quantity};

/// Finds and reads the dates and quantities of folded texts.
///
/// One scanner serves any number of texts and threads. The time taken is proportional to the length of the text.
#[derive(Debug, Clone)]
pub struct Scanner {
    words: Words,
    /// One bit for every character of the basic plane at which something can begin.
    triggers: Box<[u64; 1024]>,
}

impl Scanner {
    /// A scanner that knows the words of these tables.
    ///
    /// # Errors
    /// The first mistake in a table, with file and line.
    pub fn new(tables: &Tables<'_>) -> Result<Scanner, TableError> {
        let words = Words::parse(tables)?;
        let mut triggers = Box::new([0u64; 1024]);
        let mut mark = |c: char| {
            let code = c as usize;
            if code < 1 << 16 {
                triggers[code / 64] |= 1 << (code % 64);
            }
        };
        ('0'..='9').for_each(&mut mark);
        "〇零一二两三四五六七八九壹贰叁肆伍陆柒捌玖十拾百佰千仟万亿兆几数半廿今昨明前第首"
            .chars()
            .for_each(&mut mark);
        // Every Latin word is walked as one, so that numbers inside it aren't taken for themselves.
        ('a'..='z').chain('A'..='Z').for_each(&mut mark);
        for edge in words.dates.edges() {
            mark(edge);
        }
        Ok(Scanner { words, triggers })
    }

    /// The scanner of the tables that the program was built with.
    ///
    /// # Errors
    /// As [`Scanner::new`]; the tests hold the built-in tables to have no mistake.
    pub fn builtin() -> Result<Scanner, TableError> {
        Scanner::new(&Tables::BUILTIN)
    }

    /// Reads everything measured in a folded text.
    ///
    /// Offsets are bytes of `folded` and stand at character boundaries.
    pub fn measure(&self, folded: &str, context: &Context) -> Measures {
        let text = folded;
        let mut measures = Measures {
            published: context.published.map(|day| day.to_string()),
            ..Measures::default()
        };
        let mut dates = Dates::new(text, &self.words, context);
        let quantities = Quantities {
            text,
            words: &self.words,
            market: context.market,
        };
        // Everything before `floor` is spoken for.
        let (mut at, mut floor) = (0, 0);
        while let Some(c) = self.next_trigger(text, &mut at) {
            match dates.read(at, floor) {
                date::Found::Date(date) if date.start >= floor && date.end > at => {
                    (at, floor) = (date.end, date.end);
                    measures.dates.push(date);
                    continue;
                }
                date::Found::NotADate(end) if end > at => {
                    (at, floor) = (end, end);
                    continue;
                }
                _ => {}
            }
            if let Some(ordinal) = self.ordinal(text, at) {
                (at, floor) = (ordinal.end, ordinal.end);
                measures.ordinals.push(ordinal);
                continue;
            }
            if c.is_ascii_alphabetic() {
                if let Some((_, end)) = self.words.currency_before.starting_at(text, at)
                    && text[end..]
                        .trim_start_matches(' ')
                        .starts_with(|c: char| c.is_ascii_digit())
                    && end > at
                {
                    at = end + text[end..].len() - text[end..].trim_start_matches(' ').len();
                    if let quantity::Found::Quantity(quantity) = quantities.read(at, floor) {
                        (at, floor) = (quantity.end, quantity.end);
                        measures.quantities.push(quantity);
                    } else {
                        at = after_word(text, at);
                    }
                    continue;
                }
                if !begins_english(c as u8) || previous_char(text, at).is_some_and(|c| c == '-' || c == '\'') {
                    at = after_word(text, at);
                    continue;
                }
                match quantities.read(at, floor) {
                    quantity::Found::Quantity(quantity) if quantity.start >= floor && quantity.end > at => {
                        (at, floor) = (quantity.end, quantity.end);
                        measures.quantities.push(quantity);
                    }
                    _ => at = after_word(text, at),
                }
                continue;
            }
            if c.is_ascii_digit() || begins_chinese(c) {
                match quantities.read(at, floor) {
                    quantity::Found::Quantity(quantity) if quantity.start >= floor && quantity.end > at => {
                        (at, floor) = (quantity.end, quantity.end);
                        measures.quantities.push(quantity);
                    }
                    quantity::Found::Nothing(end) if end > at => at = end,
                    _ => at += c.len_utf8(),
                }
                continue;
            }
            at += c.len_utf8();
        }
        measures.quantities.iter_mut().for_each(Quantity::tidy);
        measures
    }

    /// Moves `at` to the next character at which something can begin.
    fn next_trigger(&self, text: &str, at: &mut usize) -> Option<char> {
        let bytes = text.as_bytes();
        while let Some(&byte) = bytes.get(*at) {
            if byte < 0x80 {
                if self.triggers[usize::from(byte) / 64] >> (byte % 64) & 1 == 1 {
                    return Some(char::from(byte));
                }
                *at += 1;
                continue;
            }
            let c = next_char(text, *at)?;
            let code = c as usize;
            if code < 1 << 16 && self.triggers[code / 64] >> (code % 64) & 1 == 1 {
                return Some(c);
            }
            *at += c.len_utf8();
        }
        None
    }

    /// 第6位, 第一, `No. 1`, `21st`, `third-largest`
    fn ordinal(&self, text: &str, at: usize) -> Option<Ordinal> {
        let rest = &text[at..];
        let first = next_char(text, at)?;
        let ordinal = |value: f64, end: usize| {
            (value.fract() == 0.0 && (1.0..1e9).contains(&value)).then_some(Ordinal {
                start: at,
                end,
                value: value as u32,
            })
        };
        if first == '第' {
            let from = at + "第".len();
            let from = from + usize::from(text.as_bytes().get(from) == Some(&b' '));
            let numeral = numeral_at(text, from, &self.words, false)?;
            if numeral.positional || numeral.letter_scale {
                return None;
            }
            let end = numeral.end;
            // 第一财经, 第四范式, 第一太平: names of companies.
            if [
                "财经", "创业", "上海", "太平", "范式", "夫人", "证券", "资本", "视频", "方", "人称", "三者",
            ]
            .iter()
            .any(|name| text[end..].starts_with(name))
            {
                return None;
            }
            let end = next_char(text, end)
                .filter(|c| "名位大个家届次轮期批款代座者".contains(*c))
                .filter(|c| !(*c == '大' && text[end + c.len_utf8()..].starts_with("会")))
                .map_or(end, |c| end + c.len_utf8());
            return ordinal(numeral.value, end);
        }
        if first.is_ascii_digit() {
            if previous_char(text, at).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ',' | '$'))
            {
                return None;
            }
            let digits = rest.bytes().take(6).take_while(u8::is_ascii_digit).count();
            let suffix = rest.get(digits..digits + 2)?;
            if !matches!(suffix, "st" | "nd" | "rd" | "th")
                || rest[digits + 2..].starts_with(|c: char| c.is_ascii_alphanumeric())
            {
                return None;
            }
            return ordinal(rest[..digits].parse().ok()?, at + digits + 2);
        }
        if previous_char(text, at).is_some_and(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        // Most words begin otherwise than these.
        if !matches!(first, 'N' | 'n' | 's' | 't' | 'f' | 'e') {
            return None;
        }
        for mark in ["No. ", "No.", "NO. ", "NO.", "no. ", "Number ", "number "] {
            if let Some(after) = rest.strip_prefix(mark) {
                let digits = after.bytes().take(6).take_while(u8::is_ascii_digit).count();
                let end = at + mark.len() + digits;
                if digits == 0
                    || text
                        .as_bytes()
                        .get(end)
                        .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-')
                {
                    if let Some(rest) = after.strip_prefix("one")
                        && !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
                    {
                        return ordinal(1.0, at + mark.len() + 3);
                    }
                    return None;
                }
                return ordinal(after[..digits].parse().ok()?, end);
            }
        }
        for (value, word) in [
            "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
        ]
        .iter()
        .enumerate()
        {
            if let Some(after) = rest.strip_prefix(word)
                && [
                    "-largest", "-biggest", "-highest", "-most", "-place", " largest", " biggest", " highest",
                    " place", "-ranked",
                ]
                .iter()
                .any(|what| after.starts_with(what))
            {
                return ordinal(value as f64 + 2.0, at + word.len());
            }
        }
        None
    }
}

/// The byte after the Latin word at `at` with the digits and joined parts that belong to it: `GPT-4.5`, `o1-preview`.
fn after_word(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = at;
    while let Some(b) = bytes.get(end) {
        let joins = matches!(b, b'-' | b'.' | b'_' | b'/' | b'\'' | b'&')
            && bytes.get(end + 1).is_some_and(u8::is_ascii_alphanumeric)
            && end > at;
        if joins && *b == b'-' && is_time_prefix(&text[at..end]) {
            return end + 1;
        }
        // `mid-2025` was handled; a hyphen before letters ends the word, one before digits doesn't (`GPT-4`).
        if joins
            && bytes[end + 1].is_ascii_alphabetic()
            && !bytes[at..end].iter().any(u8::is_ascii_digit)
            && *b != b'.'
            && *b != b'_'
        {
            return end + 1;
        }
        if !(b.is_ascii_alphanumeric() || joins) {
            break;
        }
        end += 1;
    }
    end.max(at + 1)
}

fn is_time_prefix(word: &str) -> bool {
    matches!(
        word.to_ascii_lowercase().as_str(),
        "mid" | "early" | "late" | "pre" | "post" | "end"
    )
}
