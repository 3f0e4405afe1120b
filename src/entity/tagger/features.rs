//! Features of a position: rows of the table of weights.

use super::units::{Class, Unit, sign};

/// How many features a position has.
pub const COUNT: usize = 26;

const NOTHING: Unit = Unit {
    start: 0,
    end: 0,
    key: 0x11_00ff,
    word: 0,
    class: Class::Mark,
    place: 0,
    signs: 0,
    name: 0,
};

/// The rows of position `i`, each below 2 to the power of `bits`.
pub fn rows(units: &[Unit], i: usize, bits: u32, out: &mut [u32; COUNT]) {
    let at = |offset: isize| {
        i.checked_add_signed(offset)
            .and_then(|j| units.get(j))
            .unwrap_or(&NOTHING)
    };
    let (a, b, c, d, e) = (at(-2), at(-1), at(0), at(1), at(2));
    let shape = |u: &Unit| {
        u64::from(u.class as u8) | u64::from(u.signs & (sign::FREQUENT_SURNAME | sign::SURNAME | sign::TRANSLIT)) << 4
    };
    let ending = |u: &Unit| {
        u64::from(u.signs & (sign::COMPANY_ENDING | sign::STRONG_COMPANY_ENDING | sign::ORGANIZATION_ENDING) | u16::from(u.place))
    };
    let words = |u: &Unit| {
        u64::from(u.signs & (sign::COMMON | sign::BOUNDARY | sign::MEASURED | sign::CUE | sign::WORD)) | u64::from(u.place) << 13
    };
    let role = |u: &Unit| u64::from(u.signs & (sign::ROLE | sign::ROLE_BEGINS));
    let key = |u: &Unit| u64::from(u.key);
    let pair = |x: &Unit, y: &Unit| key(x) << 32 | key(y);
    let values: [u64; COUNT] = [
        key(a),
        key(b),
        key(c),
        key(d),
        key(e),
        pair(a, b),
        pair(b, c),
        pair(c, d),
        pair(d, e),
        pair(b, d),
        mix(pair(a, b), key(c)),
        mix(pair(b, c), key(d)),
        mix(pair(c, d), key(e)),
        u64::from(c.word) << 8 | u64::from(c.place),
        u64::from(word_before(units, i)) << 8 | u64::from(c.place),
        u64::from(word_after(units, i)) << 8 | u64::from(c.place),
        u64::from(c.name) | u64::from(b.name) << 8 | u64::from(d.name) << 16 | words(c) << 24,
        u64::from(c.name) | u64::from(a.name) << 8 | u64::from(e.name) << 16,
        words(b) | words(c) << 18 | words(d) << 36,
        shape(a) | shape(b) << 9 | shape(c) << 18 | shape(d) << 27 | shape(e) << 36,
        ending(c) | ending(d) << 16 | ending(b) << 32,
        role(a) | role(b) << 8 | role(c) << 16 | role(d) << 24 | role(e) << 32 | role(at(3)) << 40,
        u64::from(b.name) | key(c) << 16,
        u64::from(d.name) | key(c) << 16,
        mix(u64::from(at(-3).key), pair(a, b)),
        mix(u64::from(at(3).key), pair(d, e)),
    ];
    for (n, (row, value)) in out.iter_mut().zip(values).enumerate() {
        *row = (mix(value, n as u64 + 1) >> (64 - bits)) as u32;
    }
}

/// The word before the one of `i`.
fn word_before(units: &[Unit], i: usize) -> u32 {
    let word = units[i].word;
    units[..i]
        .iter()
        .rev()
        .take(4)
        .find(|unit| unit.word != word)
        .map_or(0, |unit| unit.word)
}

/// The word that follows the one of `i`.
fn word_after(units: &[Unit], i: usize) -> u32 {
    let word = units[i].word;
    units[i + 1..]
        .iter()
        .take(4)
        .find(|unit| unit.word != word)
        .map_or(0, |unit| unit.word)
}

fn mix(a: u64, b: u64) -> u64 {
    let x = (a ^ b.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    (x ^ x >> 32).wrapping_mul(0xd6e8_feb8_6659_fd93)
}
