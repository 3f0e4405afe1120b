//! How many of the companies on a list does the lexicon know?

use super::import::table;
use super::{EntityType, Lexicon, listing};
use crate::read::Refusal;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a column of a list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Code,
    Exchange,
    Name,
}

/// Headings, folded and in lower case.
static COLUMNS: LazyLock<Vec<(String, Column)>> = LazyLock::new(|| {
    let table = include_str!("../../../lexicon/import/columns.tsv");
    let rows = table.lines().filter_map(|line| line.split_once('\t'));
    rows.filter_map(|(column, forms)| {
        let column = match column {
            "code" => Column::Code,
            "exchange" => Column::Exchange,
            "name" => Column::Name,
            _ => return None,
        };
        Some(forms.split('|').map(move |form| (plain(form), column)))
    })
    .flatten()
    .collect()
});

fn plain(heading: &str) -> String {
    crate::text::fold(heading.trim()).to_lowercase()
}

fn column_of(heading: &str) -> Option<Column> {
    let heading = plain(heading);
    COLUMNS
        .iter()
        .find(|(form, _)| *form == heading)
        .map(|(_, column)| *column)
}

/// A market's listed companies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub listed: u64,
    pub by_code: u64,
    pub by_name: u64,
    /// By code or by name
    pub either: u64,
    /// Code and name of those that aren't known by their code
    pub missing: Vec<(String, String)>,
}

/// What is known of a listed company.
#[derive(Debug, Default)]
struct Known {
    by_code: bool,
    by_name: bool,
    /// The first that a list has
    name: String,
}

/// What is known of the companies of some lists. Who is on several lists counts once.
#[derive(Debug, Default)]
pub struct Coverage {
    /// By market and listing
    companies: BTreeMap<(String, String), Known>,
    /// Rows that tell no code or no exchange
    pub refused: Vec<Refusal>,
}

/// A company on a list.
#[derive(Debug, Default, PartialEq, Eq)]
struct Listed {
    code: String,
    /// As the list calls it
    exchange: String,
    names: Vec<String>,
}

impl Coverage {
    /// Counts the companies of a list. `origin` is its name.
    pub fn add(&mut self, origin: &str, bytes: &[u8], lexicon: &Lexicon) {
        let text = String::from_utf8_lossy(bytes);
        for (line, listed) in rows(text.trim_start_matches('\u{feff}')) {
            let counted = listed.and_then(|listed| self.count(listed, lexicon));
            if let Err(reason) = counted {
                self.refused.push(Refusal {
                    origin: origin.to_owned(),
                    line: Some(line),
                    byte: None,
                    reason,
                    remedy: "correct it, or name the columns `code`, `exchange` and `name`".to_owned(),
                });
            }
        }
    }

    fn count(&mut self, listed: Listed, lexicon: &Lexicon) -> Result<(), String> {
        // The exchange at the code is the surer one.
        let at_code = listed
            .code
            .rsplit_once('.')
            .map(|(code, suffix)| (code, listing::exchanges(suffix)));
        let (code, exchanges) = match at_code {
            Some((code, exchanges)) if !exchanges.is_empty() => (code, exchanges),
            _ => (listed.code.as_str(), listing::exchanges(&listed.exchange)),
        };
        let market = match exchanges {
            [] => return Err(format!("`{}` is no exchange that is known", listed.exchange)),
            [only] => (*only).to_owned(),
            _ => listed.exchange.clone(),
        };
        let listings: Vec<String> = exchanges
            .iter()
            .filter_map(|exchange| listing::listing(exchange, code))
            .collect();
        let Some(first) = listings.first() else {
            return Err(format!("`{code}` is no code"));
        };
        let by_code = listings.iter().any(|listing| lexicon.by_listing(listing).is_some());
        let is_company = |kind: EntityType| matches!(kind, EntityType::Company | EntityType::Organization);
        let by_name = listed
            .names
            .iter()
            .any(|name| lexicon.lookup(name).iter().any(|entry| is_company(entry.kind)));
        let shown = if exchanges.len() == 1 {
            first.clone()
        } else {
            code.to_owned()
        };
        let known = self.companies.entry((market, shown)).or_default();
        known.by_code |= by_code;
        known.by_name |= by_name;
        if known.name.is_empty() {
            known.name = listed.names.into_iter().next().unwrap_or_default();
        }
        Ok(())
    }

    /// By MIC, or by the name of a market of several exchanges.
    pub fn markets(&self) -> BTreeMap<&str, Tally> {
        let mut markets: BTreeMap<&str, Tally> = BTreeMap::new();
        for ((market, listing), known) in &self.companies {
            let tally = markets.entry(market).or_default();
            tally.listed += 1;
            tally.by_code += u64::from(known.by_code);
            tally.by_name += u64::from(known.by_name);
            tally.either += u64::from(known.by_code || known.by_name);
            if !known.by_code {
                tally.missing.push((listing.clone(), known.name.clone()));
            }
        }
        markets
    }
}

/// The rows of a list with their lines, or their numbers where all is one value of JSON.
fn rows(text: &str) -> Vec<(u64, Result<Listed, String>)> {
    let numbered = || text.lines().enumerate().map(|(i, line)| (i as u64 + 1, line.trim()));
    if !text.trim_start().starts_with(['[', '{']) {
        return table_rows(numbered());
    }
    let parse = |line: &str| serde_json::from_str::<Value>(line);
    if let Ok(Value::Array(rows)) = parse(text) {
        let rows = rows.iter().enumerate();
        return rows.map(|(i, row)| (i as u64 + 1, of_json(row))).collect();
    }
    let lines = numbered().filter(|(_, line)| !matches!(*line, "" | "[" | "]"));
    lines
        .map(|(number, line)| {
            let row = parse(line.trim_end_matches(',')).map_err(|error| format!("it is no JSON: {error}"));
            (number, row.and_then(|row| of_json(&row)))
        })
        .collect()
}

fn table_rows<'t>(mut lines: impl Iterator<Item = (u64, &'t str)>) -> Vec<(u64, Result<Listed, String>)> {
    let Some((first, line)) = lines.next() else {
        return Vec::new();
    };
    let columns = table::heading(line).map(|(separator, cells)| {
        let columns: Vec<_> = cells.iter().map(|cell| column_of(cell)).collect();
        (separator, columns)
    });
    let Some((separator, columns)) = columns.filter(|(_, columns)| columns.contains(&Some(Column::Code))) else {
        return vec![(first, Err("the first line names no column of codes".to_owned()))];
    };
    lines
        .filter(|(_, line)| !line.is_empty())
        .map(|(number, line)| {
            let listed = table::cells(line, separator).ok_or_else(|| "a quote is not closed".to_owned());
            (
                number,
                listed.and_then(|cells| of_fields(columns.iter().copied().zip(cells))),
            )
        })
        .collect()
}

fn of_json(row: &Value) -> Result<Listed, String> {
    match row {
        Value::Object(fields) => {
            let fields = fields.iter().filter_map(|(name, value)| {
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Number(number) => number.to_string(),
                    _ => return None,
                };
                Some((column_of(name), text))
            });
            of_fields(fields)
        }
        Value::Array(cells) => of_cells(&cells.iter().filter_map(Value::as_str).collect::<Vec<_>>()),
        _ => Err("it is neither an object nor an array".to_owned()),
    }
}

fn of_fields(fields: impl Iterator<Item = (Option<Column>, String)>) -> Result<Listed, String> {
    let mut listed = Listed::default();
    for (column, text) in fields.filter(|(_, text)| !text.is_empty()) {
        match column {
            Some(Column::Code) if listed.code.is_empty() => listed.code = text,
            Some(Column::Exchange) if listing::exchanges(&listed.exchange).is_empty() => listed.exchange = text,
            Some(Column::Name) => listed.names.push(text),
            _ => {}
        }
    }
    if listed.code.is_empty() {
        return Err("there is no code".to_owned());
    }
    Ok(listed)
}

/// Cells without headings: the code comes first, then the name; an exchange is told by its name.
fn of_cells(cells: &[&str]) -> Result<Listed, String> {
    let Some((&code, rest)) = cells.split_first() else {
        return Err("there is no code".to_owned());
    };
    let bare = code.split('.').next().unwrap_or(code);
    let mut others = rest.iter().filter(|cell| ![code, bare, ""].contains(*cell));
    let exchange = others.clone().find(|cell| !listing::exchanges(cell).is_empty());
    let name = others.find(|cell| Some(*cell) != exchange);
    Ok(Listed {
        code: code.to_owned(),
        exchange: exchange.map_or_else(String::new, |cell| (*cell).to_owned()),
        names: name.into_iter().map(|name| (*name).to_owned()).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_every_shape() {
        let lexicon = Lexicon::load(&[(
            "names/x.tsv",
            "tencent\tCompany\t騰訊控股\t\tTencent\t\tXHKG 700\nmoutai\tCompany\t\t贵州茅台\t\t\tXSHG 600519\nacme\tCompany\t\t\tAcme Robots\t\tXNYS ACR",
        )])
        .expect("the table is sound");
        let lists = [
            "code,name,market\n00700,騰訊控股,HKEX\n600519,貴州茅臺,上交所\n1,長和,HK\n",
            "[\n[\"0700.HK\",\"0700\",\"腾讯控股\",\"txkg\",[\"鹅厂\"],\"HK\"],\n[\"600519.SH\",\"600519\",\"贵州茅台\",\"gzmt\",\"CN\"],\n[\"0001.HK\",\"0001\",\"长和\",\"HK\"]\n]",
            "{\"symbol\": \"0700.HK\", \"name\": \"腾讯控股\"}\n{\"代码\": \"600519\", \"名称\": \"贵州茅台\", \"交易所\": \"上海证券交易所\"}\n{\"code\": 1, \"exchange\": \"XHKG\"}\n",
        ];
        for list in lists {
            let mut coverage = Coverage::default();
            coverage.add("list", list.as_bytes(), &lexicon);
            assert!(coverage.refused.is_empty(), "{:?}", coverage.refused);
            let hong_kong = &coverage.markets()["XHKG"];
            assert_eq!(
                (hong_kong.listed, hong_kong.by_code, hong_kong.by_name),
                (2, 1, 1),
                "{list}"
            );
            assert_eq!(hong_kong.missing[0].0, "XHKG 1");
            let shanghai = &coverage.markets()["XSHG"];
            assert_eq!(
                (shanghai.listed, shanghai.by_code, shanghai.by_name),
                (1, 1, 1),
                "{list}"
            );
        }
    }

    #[test]
    fn a_market_of_several_exchanges() {
        let lexicon = Lexicon::load(&[("names/x.tsv", "acme\tCompany\t\t\tAcme Robots\t\tXNYS ACR")]).expect("sound");
        let mut coverage = Coverage::default();
        let list = "[[\"ACR\",\"ACR\",\"ACME ROBOTS\",\"US\",\"stock\"],[\"T\",\"T\",\"AT&T\",\"US\",\"stock\"]]";
        coverage.add("list", list.as_bytes(), &lexicon);
        let market = &coverage.markets()["US"];
        assert_eq!((market.listed, market.by_code), (2, 1));
        assert_eq!(market.missing, [("T".to_owned(), "AT&T".to_owned())]);
    }

    #[test]
    fn rows_that_tell_nothing_are_refused() {
        let lexicon = Lexicon::load(&[]).expect("empty");
        let mut coverage = Coverage::default();
        coverage.add("a", b"code,name,exchange\n1,x,2010-02-11\n,y,HK\n", &lexicon);
        coverage.add("b", b"size\n1\n", &lexicon);
        let lines: Vec<_> = coverage.refused.iter().map(|refusal| refusal.line).collect();
        assert_eq!(lines, [Some(2), Some(3), Some(1)]);
    }
}
