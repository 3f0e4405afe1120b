//! What each target does with its bytes: read them, and hold what comes of it against what is promised. `tests/fuzz.rs`
//! runs the same on the seeds.

use jiff::civil::Date;
use jingwei::claim;
use jingwei::draw::Edtf;
use jingwei::entity::lexicon::Lexicon;
use jingwei::eval::lessons::{self, Set};
use jingwei::eval::{bmes, claims, cluener, fewfc, identity, iob2};
use jingwei::extract::Extractor;
use jingwei::graph::{Base, document_quads};
use jingwei::measure::{Context, Market, Scanner};
use jingwei::read::{Document, Options, RawDocument, Sources, encoding_for};
use jingwei::text::{Text, sentences};
use std::io::Cursor;
use std::sync::{Arc, LazyLock};

/// Reads whatever bytes there are.
pub type Target = fn(&[u8]);

/// Every target by name.
pub const TARGETS: [(&str, Target); 9] = [
    ("decode", decode),
    ("page", page),
    ("lines", lines),
    ("markup", markup),
    ("measure", measure),
    ("pattern", pattern),
    ("gold", gold),
    ("dates", dates),
    ("extract", extract),
];

/// The first byte, and the text after it.
fn choice_and_text(data: &[u8]) -> Option<(usize, &str)> {
    let (choice, text) = data.split_first()?;
    Some((usize::from(*choice), std::str::from_utf8(text).ok()?))
}

/// The source of every code point from number `first` on lies in `length` bytes, one after the other.
fn leads_back(document: &Document, first: usize, length: u64) {
    let mut before = 0;
    for n in first..document.text.chars().count() {
        if let Some(range) = document.source_bytes(n..n + 1) {
            assert!(before <= range.start && range.start < range.end && range.end <= length);
            before = range.start;
        }
    }
}

const ENCODINGS: [Option<&str>; 7] = [
    None,
    Some("utf-8"),
    Some("gb18030"),
    Some("big5"),
    Some("utf-16le"),
    Some("utf-16be"),
    Some("big5-hkscs"),
];
const NAMES: [&str; 4] = ["a.txt", "a.md", "a.txt.gz", "a.md.zst"];

/// Text files and Markdown in every encoding and compression, which the first byte chooses.
pub fn decode(data: &[u8]) {
    let Some((how, bytes)) = data.split_first() else {
        return;
    };
    let how = usize::from(*how);
    let name = NAMES[how / ENCODINGS.len() % NAMES.len()];
    let options = Options {
        encoding: ENCODINGS[how % ENCODINGS.len()].and_then(encoding_for),
        max_bytes: 1 << 20,
        ..Options::default()
    };
    let raw = RawDocument::from_bytes(name, bytes, options).expect("the name of a document");
    if let Ok(document) = raw.read() {
        assert!(document.text.starts_with(&document.title));
        let unpacked = name == "a.txt" || name == "a.md";
        leads_back(&document, 0, if unpacked { bytes.len() as u64 } else { u64::MAX });
    }
}

/// Web pages.
pub fn page(data: &[u8]) {
    let raw = RawDocument::from_bytes("a.html", data, Options::default()).expect("the name of a page");
    if let Ok(document) = raw.read() {
        assert!(document.text.starts_with(&document.title) && !document.title.contains('\n'));
        // The headline may stand anywhere.
        leads_back(&document, document.title.chars().count(), data.len() as u64);
    }
}

/// Streams of JSON lines, in whatever encoding and compression they seem to be.
pub fn lines(data: &[u8]) {
    let options = Options {
        max_bytes: 1 << 16,
        ..Options::default()
    };
    for found in Sources::lines("-", Cursor::new(data.to_vec()), options).take(1000) {
        let Ok(raw) = found else { continue };
        match raw.read() {
            Ok(document) => {
                let length = document.text.chars().count();
                for mention in document.given.iter().flatten() {
                    assert!(mention.start < mention.end && mention.end <= length);
                }
            }
            Err(refusal) => {
                assert!(refusal.line.is_some() && !refusal.remedy.is_empty());
                // It can be written down to be given again, on one line.
                let kept = serde_json::to_string(&raw.refused(refusal)).expect("it can be written");
                assert!(!kept.contains('\n'));
            }
        }
    }
}

/// HTML in feeds, and Markdown.
pub fn markup(data: &[u8]) {
    let Some((choice, text)) = choice_and_text(data) else {
        return;
    };
    let (document, length) = if choice % 2 == 1 {
        let line = serde_json::json!({ "id": "1", "title": "題", "text": text }).to_string();
        let length = line.len() as u64;
        let mut found = Sources::lines("-", Cursor::new(line.into_bytes()), Options::default());
        (found.next().expect("a line").and_then(|raw| raw.read()), length)
    } else {
        let raw = RawDocument::from_bytes("a.md", text, Options::default()).expect("the name of a document");
        (raw.read(), text.len() as u64)
    };
    if let Ok(document) = document {
        leads_back(&document, document.title.chars().count(), length);
    }
}

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| Scanner::builtin().expect("the tables are sound"));
const MARKETS: [Market; 5] = [
    Market::Open,
    Market::Mainland,
    Market::HongKong,
    Market::Taiwan,
    Market::UnitedStates,
];

/// Sentences, amounts and dates of any text, published on any day and read in any market: five bytes before the text.
pub fn measure(data: &[u8]) {
    let Some(([market, low, high, month, day], text)) = data.split_first_chunk() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let text = Text::new(text);
    let folded = text.folded();
    let mut end = 0;
    for sentence in sentences(&text) {
        assert!(end <= sentence.start && sentence.start < sentence.end);
        assert!(folded.get(sentence.start..sentence.end).is_some());
        end = sentence.end;
    }
    let year = i16::from_le_bytes([*low, *high]);
    let published = Date::new(year, month.cast_signed(), day.cast_signed()).ok();
    let context = Context {
        published,
        market: MARKETS[usize::from(*market) % MARKETS.len()],
    };
    let measures = SCANNER.measure(folded, &context);
    for quantity in &measures.quantities {
        assert!(quantity.start < quantity.end && folded.get(quantity.start..quantity.end).is_some());
        assert!(quantity.value.is_finite());
    }
    for date in &measures.dates {
        assert!(date.start < date.end && folded.get(date.start..date.end).is_some());
    }
}

static LEXICON: LazyLock<Arc<Lexicon>> = LazyLock::new(|| Lexicon::builtin().expect("the lexicon is sound"));

/// Files of patterns: compiled, or a mistake with its place.
pub fn pattern(data: &[u8]) {
    if let Ok(file) = std::str::from_utf8(data)
        && let Err(mistake) = claim::compile(&[("fuzz.toml", file)], &LEXICON)
    {
        assert!(mistake.to_string().contains("fuzz.toml"));
    }
}

/// Gold of every format: read, or a mistake with its line.
pub fn gold(data: &[u8]) {
    let Some((format, content)) = choice_and_text(data) else {
        return;
    };
    let error = match format % 12 {
        0 => bmes::read("gold", content).err(),
        1 => iob2::read("gold", content).err(),
        2 => cluener::read("gold", content).err(),
        3 => fewfc::read("gold", content).err(),
        4 => claims::read("gold", content).err(),
        5 => claims::read_extracted("gold", content, |_| ()).err(),
        6 => identity::read("gold", content).err(),
        n => lessons::read(Set::ALL[n - 7].0, "gold", content).err(),
    };
    if let Some(error) = error {
        assert!(error.to_string().starts_with("gold:"));
    }
}

/// Dates: EDTF as users and claims write it, and days of publication.
pub fn dates(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(date) = text.parse::<Edtf>() {
        assert_eq!(date.as_str(), text);
        if let (Some(first), Some(last)) = (date.first_day(), date.last_day()) {
            assert!(first <= last);
        }
        assert!(date.overlaps(None, None));
    }
    let line = serde_json::json!({ "text": "甲", "published": text }).to_string();
    for document in Sources::lines("-", Cursor::new(line.into_bytes()), Options::default()).documents() {
        if let Some(published) = document.ok().and_then(|document| document.published) {
            assert!((1600..=2999).contains(&published.year()));
        }
    }
}

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| Extractor::builtin().expect("the data is sound"));

/// The whole way from a text to its claims: offsets name what they say, and every claim has its quote.
pub fn extract(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (title, body) = text.split_once('\n').unwrap_or(("", text));
    let document = Document::from_text("fuzz", title, body, "2025-01-27".parse().ok());
    let extraction = EXTRACTOR.extract(&document);
    let points: Vec<char> = extraction.doc.text.chars().collect();
    let slice = |start: usize, end: usize| points[start..end].iter().collect::<String>();
    for mention in &extraction.mentions {
        assert_eq!(slice(mention.start, mention.end), mention.text);
    }
    for claim in &extraction.claims {
        assert_eq!(slice(claim.start, claim.end), claim.quote);
        assert!(!claim.quote.is_empty());
    }
    document_quads(&extraction, &Base::default(), "fuzz").expect("what is extracted can be said in RDF");
}
