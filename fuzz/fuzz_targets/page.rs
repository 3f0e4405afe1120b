//! Web pages.
#![no_main]

use jingwei::read::{Options, RawDocument};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let raw = RawDocument::from_bytes("a.html", data, Options::default()).expect("the name of a page");
    if let Ok(document) = raw.read() {
        assert!(document.text.starts_with(&document.title) && !document.title.contains('\n'));
        for n in 0..document.text.chars().count() {
            if let Some(range) = document.source_bytes(n..n + 1) {
                assert!(range.start < range.end && range.end <= data.len() as u64);
            }
        }
    }
});
