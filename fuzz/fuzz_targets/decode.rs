//! Text files in every encoding and compression: a document or a refusal, and a way back to the bytes.
#![no_main]

use jingwei::read::{Options, RawDocument, encoding_for};
use libfuzzer_sys::fuzz_target;

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

fuzz_target!(|data: &[u8]| {
    let Some((how, bytes)) = data.split_first() else {
        return;
    };
    let how = usize::from(*how);
    let name = NAMES[how / ENCODINGS.len() % NAMES.len()];
    let options = Options {
        encoding: ENCODINGS[how % ENCODINGS.len()].and_then(encoding_for),
        max_bytes: 1 << 20,
    };
    let raw = RawDocument::from_bytes(name, bytes, options).expect("the name of a document");
    if let Ok(document) = raw.read() {
        assert!(document.text.starts_with(&document.title));
        let plain = !name.contains(".gz") && !name.contains(".zst");
        for n in 0..document.text.chars().count() {
            if let Some(range) = document.source_bytes(n..n + 1) {
                assert!(range.start < range.end && (!plain || range.end <= bytes.len() as u64));
            }
        }
    }
});
