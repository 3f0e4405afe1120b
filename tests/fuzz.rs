//! The fuzz targets on their seeds and on seeds gone wrong, a few of each, so that targets and seeds stay sound where
//! nobody fuzzes. `JINGWEI_FUZZ_RUNS` says how many times each seed is changed.

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::path::Path;
use std::time::Instant;

/// What is put into a seed, beside bytes of its own.
const PIECES: [&str; 24] = [
    "\0",
    "\u{FFFD}",
    "<",
    "</p>",
    "<table><tr><td>",
    "<!--",
    "&#x",
    "&amp;",
    "\"",
    "\\u",
    "\\ud83d",
    "[",
    "{",
    "(?:",
    "<subject:Org>",
    "~~",
    "萬億",
    "百分之",
    "2月30日",
    "去年",
    "0000",
    "9999999999999999999999",
    "-",
    "\n",
];

/// Random numbers that are the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit.max(1) as u64).unwrap_or(0)
    }

    /// A place where a character begins, where there are characters.
    fn place(&mut self, bytes: &[u8]) -> usize {
        let mut at = self.below(bytes.len() + 1);
        while at > 0 && at < bytes.len() && bytes[at] & 0xC0 == 0x80 {
            at -= 1;
        }
        at
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        for _ in 0..1 + self.below(4) {
            let (a, b) = (self.place(bytes), self.place(bytes));
            let (from, to) = (a.min(b), a.max(b).min(a.min(b) + 200));
            match self.below(7) {
                0 => drop(bytes.drain(from..to)),
                1 => {
                    let again = bytes[from..to].to_vec();
                    bytes.splice(a..a, again);
                }
                2 | 3 => {
                    let piece = PIECES[self.below(PIECES.len())];
                    bytes.splice(a..a, piece.bytes());
                }
                4 => {
                    let (x, y) = (self.place(other), self.place(other));
                    bytes.splice(from..to, other[x.min(y)..x.max(y)].iter().copied());
                }
                5 => bytes.truncate(a),
                _ => {
                    if let Some(byte) = bytes.get_mut(a) {
                        *byte ^= 1 << self.below(8);
                    }
                }
            }
            bytes.truncate(8192);
        }
    }
}

#[test]
fn targets_hold_on_their_seeds_and_on_changed_ones() {
    let runs = std::env::var("JINGWEI_FUZZ_RUNS").map_or(30, |runs| runs.parse().expect("a number"));
    let only = std::env::var("JINGWEI_FUZZ_TARGET").ok();
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    for (name, target) in targets::TARGETS {
        if only.as_deref().is_some_and(|only| only != name) {
            continue;
        }
        let mut paths: Vec<_> = fs::read_dir(seeds.join(name))
            .expect("a target has seeds")
            .map(|entry| entry.expect("it can be listed").path())
            .collect();
        paths.sort();
        let seeds: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).expect("a seed")).collect();
        let mut dice = Dice(20_260_101);
        let started = Instant::now();
        let mut executions = 0;
        for (path, seed) in paths.iter().zip(&seeds) {
            for run in 0..=runs {
                let mut bytes = seed.clone();
                if run > 0 {
                    let other = dice.below(seeds.len());
                    dice.change(&mut bytes, &seeds[other]);
                }
                let held = std::panic::catch_unwind(|| target(&bytes));
                assert!(
                    held.is_ok(),
                    "{name} breaks on run {run} of {}: {}",
                    path.display(),
                    bytes.escape_ascii()
                );
                executions += 1;
            }
        }
        println!(
            "{name}: {executions} executions in {:.1} s",
            started.elapsed().as_secs_f64()
        );
    }
}
