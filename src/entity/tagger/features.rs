//! Features of a position: rows of the table of weights.

use super::units::{Class, Unit, sign};

/// How many features a position has.
pub const COUNT: usize = 33;

/// The rows of one position.
pub type Rows = [u32; COUNT];

/// How far features look to either side.
const REACH: usize = 3;

/// What features are made of, put together once for each unit.
#[derive(Debug, Clone, Copy)]
struct Facet {
    key: u64,
    /// This word, the one before and the one behind
    word: u64,
    before: u64,
    after: u64,
    place: u64,
    name: u64,
    /// Script, and characters of which persons' names are made
    shape: u64,
    /// Endings of names, and the place in the word
    ending: u64,
    /// What kind of word it is
    kind: u64,
    role: u64,
}

/// Beyond the sentence.
const NOTHING: Facet = Facet {
    key: 0x11_00ff,
    word: 0,
    before: 0,
    after: 0,
    place: 0,
    name: 0,
    shape: Class::Mark as u64,
    ending: 0,
    kind: 0,
    role: 0,
};

/// Room for the facets of a sentence.
#[derive(Debug, Default)]
pub struct Facets(Vec<Facet>);

/// One odd number a feature, from the digits of the golden ratio on.
const FACTORS: [u64; COUNT] = {
    let mut factors = [0; COUNT];
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut i = 0;
    while i < COUNT {
        state = state
            .wrapping_mul(0xd134_2543_de82_ef95)
            .wrapping_add(0x9e37_79b9_7f4a_7c15);
        factors[i] = state | 1;
        i += 1;
    }
    factors
};

/// The rows of every position, each below 2 to the power of `bits`.
pub fn rows(units: &[Unit], bits: u32, facets: &mut Facets, out: &mut Vec<Rows>) {
    let facets = &mut facets.0;
    facets.clear();
    facets.extend([NOTHING; REACH]);
    facets.extend(units.iter().map(facet));
    facets.extend([NOTHING; REACH]);
    neighbours(&mut facets[REACH..REACH + units.len()]);
    out.clear();
    for window in facets.windows(2 * REACH + 1) {
        let [z, a, b, c, d, e, f] = window else {
            continue;
        };
        let pair = |x: &Facet, y: &Facet| x.key << 32 | y.key;
        let (ab, bc, cd, de) = (pair(a, b), pair(b, c), pair(c, d), pair(d, e));
        let bd = pair(b, d);
        let values: [u64; COUNT] = [
            a.key,
            b.key,
            c.key,
            d.key,
            e.key,
            ab,
            bc,
            cd,
            de,
            bd,
            join(ab, c.key),
            join(bc, d.key),
            join(cd, e.key),
            c.word << 8 | c.place,
            c.before << 8 | c.place,
            c.after << 8 | c.place,
            c.name | b.name << 8 | d.name << 16 | c.kind << 24,
            c.name | a.name << 8 | e.name << 16,
            b.kind | c.kind << 18 | d.kind << 36,
            a.shape | b.shape << 9 | c.shape << 18 | d.shape << 27 | e.shape << 36,
            c.ending | d.ending << 16 | b.ending << 32,
            a.role | b.role << 8 | c.role << 16 | d.role << 24 | e.role << 32 | f.role << 40,
            b.name | c.key << 16,
            d.name | c.key << 16,
            join(ab, z.key),
            join(de, f.key),
            // What the lexicon says beside the letters: its names are no surer than the words that they are also.
            c.name << 32 | b.key,
            c.name << 32 | c.key,
            c.name << 32 | d.key,
            c.name | b.name << 8 | d.name << 16 | c.place << 24,
            // Letters among surnames and syllables of foreign names
            b.shape | d.shape << 9 | c.key << 18,
            join(bd, c.shape),
            b.shape | c.shape << 9 | d.shape << 18,
        ];
        out.push(std::array::from_fn(|n| {
            // The fold brings high bits of the value into play, which a product alone would lose.
            let value = values[n] ^ values[n] >> 29;
            (value.wrapping_add(1).wrapping_mul(FACTORS[n]) >> (64 - bits)) as u32
        }));
    }
}

fn facet(unit: &Unit) -> Facet {
    let signs = |mask: u16| u64::from(unit.signs & mask);
    let place = u64::from(unit.place);
    Facet {
        key: u64::from(unit.key),
        word: u64::from(unit.word),
        before: 0,
        after: 0,
        place,
        name: u64::from(unit.name),
        shape: unit.class as u64 | signs(sign::FREQUENT_SURNAME | sign::SURNAME | sign::TRANSLIT) << 4,
        ending: signs(sign::COMPANY_ENDING | sign::STRONG_COMPANY_ENDING | sign::ORGANIZATION_ENDING) | place,
        kind: signs(sign::COMMON | sign::BOUNDARY | sign::MEASURED | sign::CUE | sign::WORD) | place << 13,
        role: signs(sign::ROLE | sign::ROLE_BEGINS),
    }
}

/// Tells each unit the words beside its own.
fn neighbours(facets: &mut [Facet]) {
    let mut last = (0, 0);
    for facet in facets.iter_mut() {
        if facet.word != last.0 {
            last = (facet.word, last.0);
        }
        facet.before = last.1;
    }
    let mut next = (0, 0);
    for facet in facets.iter_mut().rev() {
        if facet.word != next.0 {
            next = (facet.word, next.0);
        }
        facet.after = next.1;
    }
}

fn join(pair: u64, key: u64) -> u64 {
    (pair ^ key.rotate_left(17)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
