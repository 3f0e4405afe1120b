//! Dates: EDTF as users and claims write it, and days of publication.
#![no_main]

use jingwei::draw::Edtf;
use jingwei::read::{Options, Sources};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|text: &str| {
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
});
