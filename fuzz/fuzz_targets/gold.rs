//! See `gold` in src/lib.rs.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jingwei_fuzz::gold(data));
