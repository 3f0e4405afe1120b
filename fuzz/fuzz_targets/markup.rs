//! HTML in feeds, and Markdown: what is shown leads back to where it stood.
#![no_main]

use jingwei::read::{Options, RawDocument, Sources};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|data: (bool, &str)| {
    let (feed, text) = data;
    let document = if feed {
        let line = serde_json::json!({ "id": "1", "title": "題", "text": text }).to_string();
        let mut found = Sources::lines("-", Cursor::new(line.into_bytes()), Options::default());
        found.next().expect("a line").and_then(|raw| raw.read())
    } else {
        let raw = RawDocument::from_bytes("a.md", text, Options::default()).expect("the name of a document");
        raw.read()
    };
    let Ok(document) = document else { return };
    let mut before = 0;
    for n in document.title.chars().count()..document.text.chars().count() {
        if let Some(range) = document.source_bytes(n..n + 1) {
            assert!(range.start < range.end && range.start >= before);
            before = range.start;
        }
    }
});
