//! Which exchange and which code is this? The spellings of listings (`0700.HK`, `SSE: 600519`).

use crate::text;
use std::sync::LazyLock;

/// A row of `lexicon/import/exchanges.tsv`.
struct Exchange {
    /// One MIC, or several where a market has several exchanges
    codes: Vec<&'static str>,
    /// Spellings of the exchange and its suffixes, folded and in lower case
    forms: Vec<String>,
    /// Items of Wikidata
    items: Vec<&'static str>,
}

static EXCHANGES: LazyLock<Vec<Exchange>> = LazyLock::new(|| {
    let table = include_str!("../../../lexicon/import/exchanges.tsv");
    let rows = table.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.map(|line| {
        let mut cells = line.split('\t').map(str::trim);
        let mut next = || cells.next().unwrap_or("");
        Exchange {
            codes: next().split('|').collect(),
            forms: next().split('|').map(plain).collect(),
            items: next().split('|').filter(|item| !item.is_empty()).collect(),
        }
    })
    .collect()
});

/// Folded and in lower case
fn plain(name: &str) -> String {
    text::fold(name.trim()).to_lowercase()
}

/// The exchanges that a name, a suffix, a MIC or the name of a market means; empty where it means none.
pub fn exchanges(name: &str) -> &'static [&'static str] {
    let lower = plain(name);
    let found = EXCHANGES.iter().find(|exchange| {
        exchange.forms.contains(&lower) || matches!(exchange.codes[..], [only] if only.eq_ignore_ascii_case(&lower))
    });
    found.map_or(&[], |exchange| &exchange.codes)
}

/// The exchange that an item of Wikidata is.
pub(super) fn exchange_of_item(item: &str) -> Option<&'static str> {
    let found = EXCHANGES.iter().find(|exchange| exchange.items.contains(&item));
    found?.codes.first().copied()
}

/// `XHKG 700` of an exchange and a code; `None` where the code can't be one.
pub fn listing(exchange: &str, code: &str) -> Option<String> {
    let code = code.trim().to_ascii_uppercase();
    let code = match exchange {
        "XHKG" => code.trim_start_matches('0'),
        _ => &code,
    };
    let listing = format!("{exchange} {code}");
    super::rows::is_listing(&listing).then_some(listing)
}

/// Reads `XHKG 700`, `XHKG:700`, `HKEX: 0700`, `0700.HK`, `600519.SH`.
pub fn read(text: &str) -> Option<String> {
    let text = text.trim();
    if super::rows::is_listing(text) && !text.starts_with("XHKG 0") {
        return Some(text.to_owned());
    }
    if let Some((exchange, code)) = text.split_once(':').or_else(|| text.split_once(' '))
        && let [only] = exchanges(exchange)
    {
        return listing(only, code);
    }
    let (code, suffix) = text.rsplit_once('.')?;
    match exchanges(suffix) {
        [only] => listing(only, code),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        for (text, listing) in [
            ("XHKG 700", Some("XHKG 700")),
            ("XHKG 0700", Some("XHKG 700")),
            ("0700.HK", Some("XHKG 700")),
            ("HKEX: 00700", Some("XHKG 700")),
            ("600519.SS", Some("XSHG 600519")),
            ("000001.SZ", Some("XSHE 000001")),
            ("2330.TW", Some("XTAI 2330")),
            ("6488.TWO", Some("ROCO 6488")),
            ("NASDAQ:NVDA", Some("XNAS NVDA")),
            ("NYSE: brk.b", Some("XNYS BRK.B")),
            ("NVDA", None),
            ("BRK.B", None),
            ("", None),
        ] {
            assert_eq!(read(text).as_deref(), listing, "{text}");
        }
    }

    #[test]
    fn every_row_of_the_exchanges_is_read() {
        let mut forms = std::collections::BTreeSet::new();
        for exchange in EXCHANGES.iter() {
            for code in &exchange.codes {
                assert!(super::super::rows::is_listing(&format!("{code} 1")), "{code}");
            }
            for form in &exchange.forms {
                assert!(!form.is_empty() && forms.insert(form), "{form} stands on two rows");
            }
        }
    }

    #[test]
    fn a_market_may_have_several_exchanges() {
        assert!(exchanges("US").contains(&"XNAS"));
        assert_eq!(exchanges("深圳证券交易所"), ["XSHE"]);
        assert_eq!(exchanges("上櫃"), ["ROCO"]);
        assert!(exchanges("2010-02-11").is_empty());
    }
}
