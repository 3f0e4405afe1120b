//! The measure room against a table of readings, and against any string at all.

use jingwei::measure::{Bound, Context, Date, Kind, Market, Measures, Ordinal, Quantity, Scanner, Tables};
use jingwei::text::fold;
use proptest::prelude::*;
use std::sync::LazyLock;

const TABLE: &str = include_str!("data/measures.tsv");

fn scanner() -> &'static Scanner {
    static SCANNER: LazyLock<Scanner> =
        LazyLock::new(|| Scanner::builtin().expect("the built-in tables have no mistake"));
    &SCANNER
}

fn market(name: &str) -> Option<Market> {
    Some(match name {
        "cn" => Market::Mainland,
        "hk" => Market::HongKong,
        "tw" => Market::Taiwan,
        "us" => Market::UnitedStates,
        "-" => Market::Open,
        _ => return None,
    })
}

/// A number as the table writes it: at most six decimals.
fn number(value: f64) -> String {
    format!("{}", (value * 1e6).round() / 1e6)
}

fn quantity_notation(quantity: &Quantity) -> String {
    let bound = match quantity.bound {
        Bound::Exact | Bound::Range => "",
        Bound::Over => "over ",
        Bound::Under => "under ",
        Bound::About => "about ",
    };
    let value = match (quantity.min, quantity.max) {
        (Some(min), Some(max)) => format!("{}..{}", number(min), number(max)),
        (Some(min), None) => format!("{}..", number(min)),
        _ => number(quantity.value),
    };
    let unit = match (quantity.kind, &quantity.currency, &quantity.unit) {
        (Kind::Number, _, _) => "number".to_owned(),
        (Kind::Money, currency, None) => currency.clone().unwrap_or_else(|| "?".to_owned()),
        (Kind::Money, currency, Some(per)) => {
            format!("{} {per}", currency.as_deref().unwrap_or("?"))
        }
        (_, _, unit) => unit.clone().unwrap_or_default(),
    };
    format!("{bound}{value} {unit}")
}

fn date_notation(date: &Date) -> String {
    let edtf = date.edtf.as_deref().unwrap_or("open");
    if date.fiscal {
        format!("{edtf} fiscal")
    } else {
        edtf.to_owned()
    }
}

/// Everything found, in order, each with the words of the source that say it: `over 6 % @逾6%; 2025-01-20 @1月20日`.
fn notation(source: &str, folded: &str, measures: &Measures) -> String {
    let surface = |start: usize, end: usize| {
        let from = folded[..start].chars().count();
        let length = folded[start..end].chars().count();
        source.chars().skip(from).take(length).collect::<String>()
    };
    let mut found: Vec<(usize, String)> = Vec::new();
    for quantity in &measures.quantities {
        found.push((
            quantity.start,
            format!(
                "{} @{}",
                quantity_notation(quantity),
                surface(quantity.start, quantity.end)
            ),
        ));
    }
    for date in &measures.dates {
        found.push((
            date.start,
            format!("{} @{}", date_notation(date), surface(date.start, date.end)),
        ));
    }
    for Ordinal { start, end, value } in &measures.ordinals {
        found.push((*start, format!("#{value} @{}", surface(*start, *end))));
    }
    found.sort();
    if found.is_empty() {
        return "-".to_owned();
    }
    found.into_iter().map(|(_, what)| what).collect::<Vec<_>>().join("; ")
}

#[test]
fn every_row_of_the_table_is_read_as_it_says() {
    let scanner = scanner();
    let (mut rows, mut wrong) = (0, String::new());
    for (index, line) in TABLE.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        rows += 1;
        let cells: Vec<&str> = line.split('\t').collect();
        let [published, market_name, text, expected] = cells[..] else {
            panic!("row {}: four columns expected, not {}", index + 1, cells.len());
        };
        let market = market(market_name).unwrap_or_else(|| panic!("row {}: `{market_name}` is no market", index + 1));
        let published = (published != "-").then(|| published.parse().expect("a day of publication"));
        let folded = fold(text);
        let found = notation(text, &folded, &scanner.measure(&folded, &Context { published, market }));
        if found != expected {
            wrong += &format!(
                "row {}: {text}\n  expected  {expected}\n  found     {found}\n",
                index + 1
            );
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(rows >= 500, "{rows} rows");
}

#[test]
fn a_mistake_in_a_table_is_named_by_file_and_line() {
    let units = "# units\nshare\tcount\t1\tany\t股\nlot\tcounted\t1\tany\t手\n";
    let error = Scanner::new(&Tables {
        units,
        ..Tables::BUILTIN
    })
    .expect_err("`counted` is no kind");
    assert_eq!((error.file.as_str(), error.line), ("units.tsv", 3));
    assert!(error.reason.contains("counted"), "{error}");

    let currencies = "Yen\t1\t¥\t日元\n";
    let error = Scanner::new(&Tables {
        currencies,
        ..Tables::BUILTIN
    })
    .expect_err("`Yen` is no code");
    assert_eq!(
        error.to_string(),
        "currencies.tsv:1: `Yen` is not three capital letters"
    );

    let date_words = "weekday\t8\t周八\n";
    let error = Scanner::new(&Tables {
        date_words,
        ..Tables::BUILTIN
    })
    .expect_err("a week has seven days");
    assert_eq!((error.file.as_str(), error.line), ("date-words.tsv", 1));

    let measure_words = "before-over\t逾\tmore\n";
    let error = Scanner::new(&Tables {
        measure_words,
        ..Tables::BUILTIN
    })
    .expect_err("a column too many");
    assert_eq!((error.file.as_str(), error.line), ("measure-words.tsv", 1));
}

/// What must hold for any text.
fn assert_sound(text: &str, measures: &Measures) {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let ordered = |spans: &[(usize, usize)]| spans.windows(2).all(|pair| pair[0].1 <= pair[1].0);
    let quantities: Vec<_> = measures.quantities.iter().map(|q| (q.start, q.end)).collect();
    let dates: Vec<_> = measures.dates.iter().map(|d| (d.start, d.end)).collect();
    let ordinals: Vec<_> = measures.ordinals.iter().map(|o| (o.start, o.end)).collect();
    for list in [&quantities, &dates, &ordinals] {
        assert!(ordered(list), "{text:?}: {list:?}");
        spans.extend(list.iter());
    }
    spans.sort_unstable();
    assert!(ordered(&spans), "{text:?}: {spans:?}");
    for (start, end) in spans {
        assert!(
            start < end && text.is_char_boundary(start) && text.is_char_boundary(end),
            "{text:?}: {start}..{end}"
        );
    }
    for quantity in &measures.quantities {
        assert!(quantity.value.is_finite(), "{text:?}: {quantity:?}");
        assert_eq!(
            quantity.kind == Kind::Money,
            quantity.currency.is_some() || quantity.kind == Kind::Money
        );
        if let (Some(min), Some(max)) = (quantity.min, quantity.max) {
            assert!(min <= max || quantity.value < 0.0, "{text:?}: {quantity:?}");
        }
    }
}

/// Texts made of what the scanner looks for, so that its corners are met.
fn news() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "0",
            "1",
            "5",
            "9",
            "12",
            "20",
            "31",
            "100",
            "2025",
            "2,158",
            "3.5",
            "00700",
            ".",
            ",",
            "-",
            "--",
            "/",
            ":",
            "%",
            "(",
            ")",
            " ",
            "\n",
            "年",
            "月",
            "日",
            "个",
            "个月",
            "万",
            "亿",
            "兆",
            "千",
            "百",
            "十",
            "一",
            "两",
            "三",
            "半",
            "几",
            "数",
            "多",
            "余",
            "成",
            "元",
            "美元",
            "港元",
            "$",
            "HK$",
            "US$",
            "RMB",
            "至",
            "到",
            "约",
            "逾",
            "近",
            "以上",
            "左右",
            "股",
            "吨",
            "倍",
            "基点",
            "第",
            "季",
            "季度",
            "财季",
            "周",
            "上周",
            "今",
            "去年",
            "今年",
            "当日",
            "同年",
            "Q1",
            "H2",
            "FY",
            "fiscal ",
            "May ",
            "October ",
            " of ",
            " ago",
            "billion",
            "bn",
            "K",
            "B",
            "nm",
            "GWh",
            "a ",
            "half ",
            "百分之",
            "分之",
            "每",
            "点",
            "时",
            "天前",
            "年代",
            "底",
            "€",
            "é",
            "🙂",
            "。",
        ])
        .prop_map(str::to_owned),
        "[0-9]{1,6}",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn markets() -> impl Strategy<Value = Market> {
    proptest::sample::select(vec![
        Market::Mainland,
        Market::HongKong,
        Market::Taiwan,
        Market::UnitedStates,
        Market::Open,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_string_is_read_without_harm(text in any::<String>(), market in markets()) {
        let context = Context { published: None, market };
        assert_sound(&text, &scanner().measure(&text, &context));
    }

    #[test]
    fn any_pile_of_numbers_and_words_is_read_without_harm(
        text in news(),
        market in markets(),
        published in proptest::option::of((1i16..=9999, 1i8..=12, 1i8..=28)),
    ) {
        let published = published.map(|(year, month, day)| jiff::civil::date(year, month, day));
        assert_sound(&text, &scanner().measure(&text, &Context { published, market }));
    }
}

#[test]
fn long_runs_take_time_in_proportion_to_their_length() {
    let scanner = scanner();
    let context = Context {
        published: None,
        market: Market::Open,
    };
    for run in [
        "1",
        "一",
        "十",
        "亿",
        "1-",
        "1%-",
        "1月至",
        "1,000",
        "5万",
        "三分之",
        "2025年",
        "2025-",
        "A1",
        "$",
        "约",
        "每1股",
        "( ",
        "数千",
        "半",
        "1 ",
        "a ",
    ] {
        let time = |repeat: usize| {
            let text = run.repeat(repeat);
            let start = std::time::Instant::now();
            assert_sound("", &Measures::default());
            std::hint::black_box(scanner.measure(&text, &context));
            start.elapsed().as_secs_f64()
        };
        let short = time(4_000).max(1e-3);
        let long = time(64_000);
        // Sixteen times the text; a quadratic scanner takes 256 times as long.
        assert!(long < short * 100.0, "{run:?}: {short} s, then {long} s");
    }
}
