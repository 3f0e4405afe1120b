//! Gold of every format: read, or a mistake with its line.
#![no_main]

use jingwei::eval::lessons::{self, Set};
use jingwei::eval::{bmes, claims, cluener, fewfc, identity, iob2};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: (u8, &str)| {
    let (format, content) = data;
    let error = match format % 12 {
        0 => bmes::read("gold", content).err(),
        1 => iob2::read("gold", content).err(),
        2 => cluener::read("gold", content).err(),
        3 => fewfc::read("gold", content).err(),
        4 => claims::read("gold", content).err(),
        5 => claims::read_extracted("gold", content, |_| ()).err(),
        6 => identity::read("gold", content).err(),
        n => lessons::read(Set::ALL[usize::from(n - 7)].0, "gold", content).err(),
    };
    if let Some(error) = error {
        assert!(error.to_string().starts_with("gold:"));
    }
});
