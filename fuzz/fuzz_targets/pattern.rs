//! Files of patterns: compiled, or a mistake with its line.
#![no_main]

use jingwei::claim;
use jingwei::entity::lexicon::Lexicon;
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};

static LEXICON: LazyLock<Arc<Lexicon>> = LazyLock::new(|| Lexicon::builtin().expect("the lexicon is sound"));

fuzz_target!(|file: &str| {
    if let Err(mistake) = claim::compile(&[("fuzz.toml", file)], &LEXICON) {
        assert!(mistake.to_string().contains("fuzz.toml"));
    }
});
