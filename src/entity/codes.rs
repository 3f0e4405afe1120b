//! Exchange codes in brackets: `(603381)`, `(0700.HK)`, `(NYSE: BABA)`, `(Nvidia,NVDA)`.

use super::lexicon::{Lexicon, lowered};
use crate::measure::Market;
use std::ops::Range;

/// How a part of a bracket reads as a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code {
    /// `XHKG 700`
    pub listing: String,
    /// The exchange is written with it, or the number's shape leaves one only; otherwise the name must agree.
    pub certain: bool,
}

fn exchange(name: &str) -> Option<&'static str> {
    Some(match name {
        "SH" | "SS" | "SSE" | "SHA" | "SHSE" | "XSHG" | "上交所" | "沪" | "上海证券交易所" => "XSHG",
        "SZ" | "SZSE" | "SHE" | "XSHE" | "深交所" | "深" | "深圳证券交易所" => "XSHE",
        "BJ" | "BJSE" | "BSE" | "北交所" | "北京证券交易所" => "BJSE",
        "HK" | "HKG" | "HKEX" | "SEHK" | "HKSE" | "XHKG" | "港交所" | "香港联交所" | "联交所" | "香港交易所"
        | "港股" => "XHKG",
        "TW" | "TWSE" | "TPE" | "TT" | "XTAI" | "台股" | "上市" => "XTAI",
        "TWO" | "TPEX" | "ROCO" | "上柜" | "柜买" => "ROCO",
        "NASDAQ" | "NASDAQGS" | "NASDAQGM" | "O" | "OQ" | "XNAS" | "纳斯达克" | "NMS" => "XNAS",
        "NYSE" | "N" | "XNYS" | "纽交所" | "纽约证券交易所" | "NYSEAMERICAN" | "NYSE AMERICAN" => "XNYS",
        // Which of the two settles the lexicon.
        "US" | "USA" | "美股" | "UN" | "UW" | "UQ" => "US",
        "CN" | "CH" | "A" => "CN",
        "TSX" | "TO" | "XTSE" => "XTSE",
        "LSE" | "L" | "LON" | "XLON" => "XLON",
        "TSE" | "TYO" | "JP" | "T" | "XTKS" => "XTKS",
        "KS" | "KRX" | "XKRX" => "XKRX",
        "SI" | "SGX" | "XSES" => "XSES",
        "AX" | "ASX" | "XASX" => "XASX",
        "DE" | "ETR" | "XETR" => "XETR",
        "PA" | "EPA" | "XPAR" => "XPAR",
        "AS" | "AMS" | "XAMS" => "XAMS",
        // Trading off the exchanges, and boards that the graph has no place for.
        "OTC" | "OTCMKTS" | "OTCQX" | "OTCPK" | "KQ" => "",
        _ => return None,
    })
}

/// Reads one part of a bracket: the listings that it names, several where one code serves several exchanges
/// (TSX/Nasdaq: TRI). None: a code of an exchange that has no place in the graph; `Err`: no code.
pub(crate) fn parse(part: &str, market: Market, lexicon: &Lexicon) -> Result<Vec<Code>, ()> {
    let mut part = part.trim();
    // A股代码：600988: two of them may stand there.
    for _ in 0..2 {
        let lower = lowered(part);
        if let Some(length) = lexicon.surroundings("code_prefix").begins(&lower) {
            part = part[length..].trim_start_matches([':', ' ', '为']);
        }
    }
    let part = part.trim();
    if part.is_empty() || part.len() > 24 {
        return Err(());
    }
    let upper = part.to_uppercase();
    for (a, b) in [
        upper.split_once(':'),
        upper.rsplit_once('.'),
        upper.rsplit_once('-'),
        upper.split_once(' '),
    ]
    .into_iter()
    .flatten()
    {
        let (a, b) = (a.trim(), b.trim());
        if let Some(mic) = exchange(b)
            && is_code(a)
        {
            return Ok(with_exchange(mic, a, lexicon).into_iter().collect());
        }
        let exchanges: Option<Vec<&str>> = a.split(['/', '&']).map(|name| exchange(name.trim())).collect();
        if let Some(exchanges) = exchanges
            && is_code(b)
        {
            return Ok(exchanges
                .into_iter()
                .filter_map(|mic| with_exchange(mic, b, lexicon))
                .collect());
        }
    }
    for mic in ["SH", "SZ", "BJ", "HK"] {
        if let Some(code) = upper.strip_prefix(mic)
            && code.len() >= 4
            && code.bytes().all(|b| b.is_ascii_digit())
        {
            return Ok(with_exchange(exchange(mic).unwrap_or_default(), code, lexicon)
                .into_iter()
                .collect());
        }
    }
    bare(part, market, lexicon).map(|code| vec![code]).ok_or(())
}

/// Codes that stand for the company in the text itself, with their exchange (0700.HK, 700 HK, SH600519), where the lexicon
/// knows who is listed so: bytes of the folded text, and the entry.
pub(crate) fn standing(folded: &str, market: Market, lexicon: &Lexicon) -> Vec<(Range<usize>, u32)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':');
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = folded[from..].find(|c: char| c.is_ascii_alphanumeric()) {
        let start = from + at;
        let rest = &folded[start..];
        let end = start + rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        from = end;
        let mut end = start + folded[start..end].trim_end_matches(['.', ':']).len();
        // 700 HK
        if let Some(after) = folded[end..].strip_prefix(" HK")
            && folded[start..end].bytes().all(|b| b.is_ascii_digit())
            && !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '$')
        {
            end += " HK".len();
        }
        if let Some(entry) = with_its_exchange(&folded[start..end], market, lexicon) {
            found.push((start..end, entry));
        }
        from = from.max(end);
    }
    found
}

fn with_its_exchange(token: &str, market: Market, lexicon: &Lexicon) -> Option<u32> {
    let has_digits = token.bytes().any(|b| b.is_ascii_digit());
    let parts: Vec<&str> = token.split(['.', ':', ' ']).collect();
    let is_whole = match parts[..] {
        // U.N and the like are no codes.
        [a, b] => a.len() >= 2 && b.len() >= 2 && (has_digits || exchange(a).is_some() || exchange(b).is_some()),
        [_] => has_digits && ["SH", "SZ", "BJ"].iter().any(|mic| token.starts_with(mic)) && token.len() == 8,
        _ => false,
    };
    if !is_whole {
        return None;
    }
    let codes = parse(token, market, lexicon).ok()?;
    let code = codes.iter().find(|code| code.certain)?;
    lexicon.index_of_listing(&code.listing)
}

fn is_code(text: &str) -> bool {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let letters = text.bytes().all(|b| b.is_ascii_uppercase() || b == b'.');
    (digits && (1..=6).contains(&text.len())) || (letters && (1..=5).contains(&text.len()))
}

fn with_exchange(mic: &str, code: &str, lexicon: &Lexicon) -> Option<Code> {
    let listing = match mic {
        "" => return None,
        "XHKG" => format!("XHKG {}", without_zeros(code)?),
        "US" => us_listing(code, lexicon).unwrap_or_else(|| format!("XNAS {code}")),
        "CN" => mainland(code)?,
        _ => format!("{mic} {code}"),
    };
    Some(Code { listing, certain: true })
}

fn without_zeros(code: &str) -> Option<&str> {
    let trimmed = code.trim_start_matches('0');
    (!trimmed.is_empty() && trimmed.bytes().all(|b| b.is_ascii_digit())).then_some(trimmed)
}

fn mainland(code: &str) -> Option<String> {
    if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mic = match code.as_bytes() {
        [b'6', ..] | [b'9', b'0', b'0', ..] => "XSHG",
        [b'0', ..] | [b'3', ..] | [b'2', b'0', b'0', ..] => "XSHE",
        [b'4', ..] | [b'8', ..] | [b'9', b'2', ..] => "BJSE",
        _ => return None,
    };
    Some(format!("{mic} {code}"))
}

fn us_listing(code: &str, lexicon: &Lexicon) -> Option<String> {
    ["XNAS", "XNYS"]
        .iter()
        .map(|mic| format!("{mic} {code}"))
        .find(|listing| lexicon.by_listing(listing).is_some())
}

fn bare(code: &str, market: Market, lexicon: &Lexicon) -> Option<Code> {
    if code.bytes().all(|b| b.is_ascii_digit()) {
        if let Some(listing) = mainland(code) {
            return Some(Code { listing, certain: true });
        }
        if code.len() > 5 {
            return None;
        }
        let taiwan = ["XTAI", "ROCO"].map(|mic| format!("{mic} {code}"));
        let in_taiwan = taiwan.iter().find(|listing| lexicon.by_listing(listing).is_some());
        let in_hong_kong = without_zeros(code).map(|code| format!("XHKG {code}"));
        let is_year = code.len() == 4 && (code.starts_with("19") || code.starts_with("20"));
        let listing = match market {
            Market::Taiwan if code.len() == 4 => in_taiwan.cloned().unwrap_or_else(|| taiwan[0].clone()),
            Market::HongKong => in_hong_kong?,
            _ => in_hong_kong
                .filter(|listing| lexicon.by_listing(listing).is_some())
                .or(in_taiwan.cloned())?,
        };
        let certain = !is_year && code.len() >= 4 && matches!(market, Market::HongKong | Market::Taiwan);
        return Some(Code { listing, certain });
    }
    let is_ticker = code.bytes().all(|b| b.is_ascii_uppercase()) && (1..=5).contains(&code.len());
    let listing = is_ticker.then(|| us_listing(code, lexicon)).flatten()?;
    Some(Code {
        listing,
        certain: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_with_its_exchange_stands_for_the_company() {
        let lexicon = Lexicon::load(&[
            (
                "names/t.tsv",
                "nvidia\tCompany\t英偉達\t\tNvidia\t\tXNAS NVDA\ntencent\tCompany\t騰訊\t\t\t\tXHKG 700\n\
                 un\tCompany\t\t\tUnity\t\tXNYS U\nmoutai\tCompany\t茅臺\t\t\t\tXSHG 600519",
            ),
            ("shapes/surroundings.tsv", "code_prefix\t股份代號"),
        ])
        .unwrap();
        let cases: [(&str, &[&str]); 9] = [
            ("0700.HK今日升6%", &["0700.HK"]),
            ("700 HK rose 6%.", &["700 HK"]),
            ("NVDA.US盘前涨2%，SH600519跌。", &["NVDA.US", "SH600519"]),
            ("600519.SH.", &["600519.SH"]),
            ("HK:700", &["HK:700"]),
            ("the U.N. said", &[]),
            ("NVDA rose 3.14 to 700.", &[]),
            ("700 HK$ and 9999.HK", &[]),
            ("a price of 0.7", &[]),
        ];
        for (text, codes) in cases {
            let found = standing(text, Market::Open, &lexicon);
            let found: Vec<&str> = found.iter().map(|(range, _)| &text[range.clone()]).collect();
            assert_eq!(found, codes, "{text}");
        }
    }

    #[test]
    fn codes_are_told_by_exchange_or_shape() {
        let lexicon = Lexicon::load(&[
            ("names/t.tsv", "nvidia\tCompany\t英偉達\t\tNvidia\t\tXNAS NVDA"),
            ("shapes/surroundings.tsv", "code_prefix\t证券代码|股份代号"),
        ])
        .unwrap();
        let cases: [(&str, Market, &[&str]); 17] = [
            ("603381", Market::Open, &["XSHG 603381"]),
            ("000002.SZ", Market::Open, &["XSHE 000002"]),
            ("832000", Market::Mainland, &["BJSE 832000"]),
            ("0700", Market::HongKong, &["XHKG 700"]),
            ("00700.HK", Market::Open, &["XHKG 700"]),
            ("HK:9988", Market::Open, &["XHKG 9988"]),
            ("2330-TW", Market::Open, &["XTAI 2330"]),
            ("2330", Market::Taiwan, &["XTAI 2330"]),
            ("NYSE: BABA", Market::Open, &["XNYS BABA"]),
            ("NVDA.US", Market::Open, &["XNAS NVDA"]),
            ("NVDA", Market::Open, &["XNAS NVDA"]),
            ("证券代码:600988", Market::Open, &["XSHG 600988"]),
            ("ABC", Market::Open, &[]),
            ("2025", Market::Mainland, &[]),
            ("TSX/Nasdaq: TRI", Market::Open, &["XTSE TRI", "XNAS TRI"]),
            ("OTC: ABCD", Market::Open, &[]),
            ("图源", Market::Open, &[]),
        ];
        for (part, market, listing) in cases {
            let read = parse(part, market, &lexicon).unwrap_or_default();
            let read: Vec<&str> = read.iter().map(|code| code.listing.as_str()).collect();
            assert_eq!(read, listing, "{part}");
        }
    }
}
