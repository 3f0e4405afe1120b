//! Streams of JSON lines, in whatever encoding and compression they seem to be.
#![no_main]

use jingwei::read::{Options, Sources};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|data: &[u8]| {
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
                // What was refused can be written down and given again, and is refused again.
                assert!(refusal.line.is_some() && !refusal.remedy.is_empty());
                let kept = serde_json::to_string(&raw.refused(refusal)).expect("it can be written");
                assert!(!kept.contains('\n'));
            }
        }
    }
});
