//! Sentences, amounts and dates of any text, published on any day, in any market.
#![no_main]

use jiff::civil::Date;
use jingwei::measure::{Context, Market, Scanner};
use jingwei::text::{Text, sentences};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| Scanner::builtin().expect("the tables are sound"));
const MARKETS: [Market; 5] = [
    Market::Open,
    Market::Mainland,
    Market::HongKong,
    Market::Taiwan,
    Market::UnitedStates,
];

fuzz_target!(|data: (u8, i16, i8, i8, &str)| {
    let (market, year, month, day, text) = data;
    let text = Text::new(text);
    let folded = text.folded();
    let mut end = 0;
    for sentence in sentences(&text) {
        assert!(end <= sentence.start && sentence.start < sentence.end);
        assert!(folded.get(sentence.start..sentence.end).is_some());
        end = sentence.end;
    }
    let context = Context {
        published: Date::new(year, month, day).ok(),
        market: MARKETS[usize::from(market) % MARKETS.len()],
    };
    let measures = SCANNER.measure(folded, &context);
    for quantity in &measures.quantities {
        assert!(quantity.start < quantity.end && folded.get(quantity.start..quantity.end).is_some());
        assert!(quantity.value.is_finite());
    }
    for date in &measures.dates {
        assert!(date.start < date.end && folded.get(date.start..date.end).is_some());
    }
});
