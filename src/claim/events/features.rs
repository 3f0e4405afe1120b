//! What the model looks at: rows of its tables of weights.

use super::scene::{Chunk, Scene, Shape};
use std::ops::Range;

/// Takes in one thing after the other.
#[derive(Debug, Clone, Copy)]
struct Hash(u64);

impl Hash {
    const fn of(feature: u64) -> Hash {
        Hash(0xcbf2_9ce4_8422_2325).with(feature)
    }

    const fn with(self, value: u64) -> Hash {
        let mixed = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Hash(mixed ^ (mixed >> 29))
    }

    const fn row(self, bits: u32) -> u32 {
        (self.0.wrapping_mul(0xd6e8_feb8_6659_fd93) >> (64 - bits)) as u32
    }
}

/// The rows of many positions, one after the other.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    rows: Vec<u32>,
    ends: Vec<u32>,
}

impl Rows {
    pub fn clear(&mut self) {
        self.rows.clear();
        self.ends.clear();
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The rows of one position.
    pub fn at(&self, i: usize) -> &[u32] {
        let start = i.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.rows[start as usize..self.ends[i] as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.len()).map(|i| self.at(i))
    }
}

/// A place at which a word of events stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Units
    pub first: usize,
    /// Past the last
    pub end: usize,
    /// Hash of the word
    pub word: u32,
}

/// Beyond the sentence.
const EDGE: u64 = 1;
/// Chunks farther away than this are not looked at one by one.
const NEAR: usize = 4;
/// Words that say who does it to whom; a bit each.
const PARTICLES: [char; 12] = ['被', '由', '向', '将', '对', '与', '给', '从', '遭', '获', '把', '为'];

/// What a neighbour is: names, amounts and dates are their kind, words themselves.
fn sign(scene: &Scene, chunk: Option<usize>) -> u64 {
    match chunk.and_then(|i| scene.chunks.get(i)) {
        None => EDGE,
        Some(chunk) if chunk.is_name() || chunk.is_measure() => 2 + u64::from(chunk.kind),
        Some(chunk) => u64::from(chunk.word) << 8,
    }
}

fn before(chunk: usize, n: usize) -> Option<usize> {
    chunk.checked_sub(n)
}

/// Up to four, then in steps, at most 12.
fn bucket(distance: usize) -> u64 {
    match distance {
        0..=4 => distance as u64,
        5..=7 => 5,
        8..=11 => 6,
        12..=17 => 7,
        18..=29 => 8,
        30..=49 => 9,
        _ => 10,
    }
}

/// What is known of every trigger: what stands around it.
struct Around {
    /// Chunks of its first and its last unit
    first: usize,
    last: usize,
    left: u64,
    right: u64,
    /// [`PARTICLES`] that stand before it in its clause
    particles: u64,
    clause: u8,
}

impl Around {
    fn new(scene: &Scene, spot: &Spot) -> Around {
        let (first, last) = (
            scene.units[spot.first].chunk as usize,
            scene.units[spot.end - 1].chunk as usize,
        );
        let clause = scene.units[spot.first].clause;
        let particles = scene.units[..spot.first]
            .iter()
            .rev()
            .take_while(|unit| unit.clause == clause)
            .filter_map(|unit| PARTICLES.iter().position(|c| u32::from(*c) == unit.key))
            .fold(0, |mask, i| mask | 1 << i);
        Around {
            first,
            last,
            left: sign(scene, before(first, 1)),
            right: sign(scene, Some(last + 1)),
            particles,
            clause,
        }
    }
}

/// The rows of a spot in a table of 2 to the power of `bits`, sorted, each once. `spots` are all of the sentence.
pub fn of_spot(scene: &Scene, spots: &[Spot], spot: &Spot, bits: u32, out: &mut Vec<u32>) {
    out.clear();
    let word = u64::from(spot.word);
    let around = Around::new(scene, spot);
    let key = |i: Option<usize>| {
        i.and_then(|i| scene.units.get(i))
            .map_or(EDGE, |unit| u64::from(unit.key))
    };
    let (b1, b2) = (key(spot.first.checked_sub(1)), key(spot.first.checked_sub(2)));
    let (a1, a2) = (key(Some(spot.end)), key(Some(spot.end + 1)));
    let left2 = sign(scene, before(around.first, 2));
    let right2 = sign(scene, Some(around.last + 2));
    let mut put = |hash: Hash| out.push(hash.row(bits));
    put(Hash::of(0));
    put(Hash::of(1).with(word));
    for (n, values) in [
        [b1, 0],
        [b2, b1],
        [a1, 0],
        [a1, a2],
        [b1, a1],
        [around.left, 0],
        [around.right, 0],
        [around.left, around.right],
        [left2, around.left],
        [around.right, right2],
        [around.particles, 0],
        [u64::from(around.clause).min(3), 0],
    ]
    .into_iter()
    .enumerate()
    {
        let hash = Hash::of(2 + n as u64).with(values[0]).with(values[1]);
        put(hash);
        put(hash.with(word));
    }
    // The nearest name and the nearest amount on either side.
    let chunks = &scene.chunks;
    let clause = |chunk: &Chunk| scene.units[chunk.first].clause;
    let far = |chunk: &Chunk| u64::from(clause(chunk).abs_diff(around.clause).min(2));
    let (head, tail) = (&chunks[..around.first], &chunks[around.last + 1..]);
    let nearest = |wanted: fn(&Chunk) -> bool| {
        [
            head.iter().rev().enumerate().find(|(_, c)| wanted(c)),
            tail.iter().enumerate().find(|(_, c)| wanted(c)),
        ]
    };
    for (what, pair) in [(0, nearest(Chunk::is_name)), (1, nearest(Chunk::is_measure))] {
        let mut both = Hash::of(20).with(what).with(word);
        for (side, found) in pair.into_iter().enumerate() {
            let (kind, far, way) = found.map_or((99, 9, 0), |(n, chunk)| {
                (u64::from(chunk.kind), far(chunk), bucket(n).min(6))
            });
            let hash = Hash::of(21).with(what).with(side as u64);
            put(hash.with(word).with(kind).with(far));
            put(hash.with(kind).with(far).with(7));
            put(hash.with(word).with(way).with(far).with(8));
            both = both.with(kind).with(far);
        }
        put(both);
    }
    // Everything that the sentence has, and in the spot's own clause where.
    for (side, part) in [(0u64, head), (1, tail)] {
        let mut kinds = 0u64;
        for chunk in part {
            let sign = if chunk.is_name() || chunk.is_measure() {
                2 + u64::from(chunk.kind)
            } else {
                u64::from(chunk.word) << 8
            };
            put(Hash::of(30).with(sign));
            put(Hash::of(31).with(sign).with(word));
            put(Hash::of(32).with(sign).with(side));
            if clause(chunk) == around.clause {
                put(Hash::of(33).with(sign).with(side));
                put(Hash::of(34).with(sign).with(side).with(word));
                if chunk.is_name() || chunk.is_measure() {
                    kinds |= 1 << chunk.kind;
                }
            }
        }
        put(Hash::of(35).with(side).with(kinds).with(word));
    }
    for pair in scene.units.windows(2) {
        put(Hash::of(36).with(u64::from(pair[0].key)).with(u64::from(pair[1].key)));
    }
    // Other such words
    let mut same = [0usize; 2];
    for other in spots
        .iter()
        .filter(|other| (other.first, other.end) != (spot.first, spot.end))
    {
        let side = u64::from(other.first > spot.first);
        let overlaps = other.first < spot.end && spot.first < other.end;
        let hash = Hash::of(40)
            .with(u64::from(other.word))
            .with(side)
            .with(u64::from(overlaps));
        put(hash);
        put(hash.with(word));
        if other.word == spot.word {
            same[side as usize] += 1;
        }
    }
    put(Hash::of(41)
        .with(same[0].min(2) as u64)
        .with(same[1].min(2) as u64)
        .with(word));
    put(Hash::of(42).with(bucket(scene.units.len())));
    let names = chunks.iter().filter(|chunk| chunk.is_name()).count();
    let measures = chunks.iter().filter(|chunk| chunk.is_measure()).count();
    put(Hash::of(43).with(names.min(4) as u64).with(word));
    put(Hash::of(44).with(measures.min(4) as u64).with(word));
    out.sort_unstable();
    out.dedup();
}

/// The rows of every unit as a part of the event `kind` (a hash of its name) that `spot` tells of.
pub fn of_units(scene: &Scene, spots: &[Spot], kind: u32, spot: &Spot, bits: u32, out: &mut Rows) {
    out.clear();
    let event = u64::from(kind);
    let word = u64::from(spot.word);
    let around = Around::new(scene, spot);
    let chunks = &scene.chunks;
    let units = &scene.units;
    let unit = |i: isize| usize::try_from(i).ok().and_then(|i| units.get(i));
    let key = |i: isize| unit(i).map_or(EDGE, |unit| u64::from(unit.key));
    let names = |range: Range<usize>| chunks[range].iter().filter(|chunk| chunk.is_name()).count().min(3) as u64;
    let (names_left, names_right) = (names(0..around.first), names(around.last + 1..chunks.len()));
    for (i, here) in units.iter().enumerate() {
        let number = here.chunk as usize;
        let chunk = &chunks[number];
        let k = u64::from(chunk.kind);
        // Where in the chunk
        let p = match (i == chunk.first, i + 1 == chunk.end) {
            (true, true) => 0,
            (true, false) => 1,
            (false, false) => 2,
            (false, true) => 3u64,
        };
        let (side, way, between) = if number < around.first {
            (0u64, around.first - number, number + 1..around.first)
        } else if number > around.last {
            (2, number - around.last, around.last + 1..number)
        } else {
            (1, 0, 0..0)
        };
        let rank = if chunk.is_name() {
            chunks[between.clone()].iter().filter(|c| c.is_name()).count().min(3)
        } else if chunk.is_measure() {
            chunks[between.clone()]
                .iter()
                .filter(|c| c.kind == chunk.kind)
                .count()
                .min(3)
        } else {
            way.min(5)
        } as u64;
        let commas = u64::from(here.clause.abs_diff(around.clause).min(3));
        let (l1, l2) = (sign(scene, before(number, 1)), sign(scene, before(number, 2)));
        let (r1, r2) = (sign(scene, Some(number + 1)), sign(scene, Some(number + 2)));
        let i = i as isize;
        let (a, b, c, d, e) = (key(i - 2), key(i - 1), key(i), key(i + 1), key(i + 2));
        let this = u64::from(here.word) << 8 | u64::from(here.place);
        let last_word = before(chunk.first, 1).map_or(EDGE, |i| u64::from(units[i].word));
        let next_word = units.get(chunk.end).map_or(EDGE, |unit| u64::from(unit.word));
        let look = |i: isize| {
            unit(i).map_or(EDGE, |unit| {
                let chunk = &chunks[unit.chunk as usize];
                let begins = chunk.first as isize == i;
                u64::from(chunk.kind) << 8 | u64::from(unit.place) << 3 | u64::from(begins) << 2 | 2
            })
        };
        let rows = &mut out.rows;
        let mut put = |hash: Hash| rows.push(hash.row(bits));
        // What it is, whatever the event
        put(Hash::of(100).with(c));
        put(Hash::of(101).with(b).with(c));
        put(Hash::of(102).with(c).with(d));
        put(Hash::of(103).with(b).with(c).with(d));
        put(Hash::of(104).with(a).with(b));
        put(Hash::of(105).with(d).with(e));
        put(Hash::of(106).with(b));
        put(Hash::of(107).with(d));
        put(Hash::of(108).with(this));
        put(Hash::of(109).with(k).with(p).with(here.shape as u64));
        put(Hash::of(110).with(look(i - 1)).with(look(i)).with(look(i + 1)));
        put(Hash::of(111).with(k).with(p).with(l1));
        put(Hash::of(112).with(k).with(p).with(r1));
        put(Hash::of(113).with(k).with(p).with(side).with(rank));
        put(Hash::of(114).with(a).with(b).with(c));
        put(Hash::of(115).with(c).with(d).with(e));
        put(Hash::of(116).with(u64::from(here.known)).with(look(i)));
        // What it is in such an event
        let its = |feature: u64| Hash::of(feature).with(event);
        let it = |feature: u64| Hash::of(feature).with(event).with(k << 2 | p);
        let placed = |feature: u64| it(feature).with(side << 4 | rank);
        put(its(99));
        put(placed(120));
        put(it(121).with(l1));
        put(it(122).with(r1));
        put(it(123).with(l1).with(r1));
        put(it(124).with(l2).with(l1));
        put(it(125).with(r1).with(r2));
        put(placed(126).with(word));
        put(placed(127).with(commas));
        put(placed(128).with(around.right));
        put(placed(129).with(around.left));
        put(placed(130).with(around.particles));
        put(placed(131).with(names_left).with(names_right));
        put(placed(132).with(word).with(names_left).with(names_right));
        put(placed(133).with(l1));
        put(placed(134).with(r1));
        put(it(135).with(u64::from(chunk.word)));
        put(it(136).with(side).with(bucket(way)).with(commas));
        if between.len() <= NEAR && side != 1 {
            let path = between
                .clone()
                .fold(it(137).with(side), |hash, n| hash.with(sign(scene, Some(n))));
            put(path);
            put(path.with(word));
        }
        put(its(138).with(c));
        put(its(139).with(b).with(c));
        put(its(140).with(c).with(d));
        put(its(141).with(this).with(side));
        put(its(142).with(this).with(bucket(way)).with(side));
        put(its(143).with(last_word).with(this));
        put(its(144).with(this).with(next_word));
        put(its(145).with(last_word).with(u64::from(here.place)).with(k));
        put(its(146).with(next_word).with(u64::from(here.place)).with(k));
        put(its(147).with(b).with(c).with(d));
        let other = |before: bool| {
            spots
                .iter()
                .filter(|other| (other.first, other.end) != (spot.first, spot.end))
                .filter(|other| (other.end <= chunk.first) == before)
                .min_by_key(|other| other.first.abs_diff(chunk.first))
                .map_or(EDGE, |other| u64::from(other.word))
        };
        put(placed(148).with(other(true)));
        put(placed(149).with(other(false)));
        if here.shape == Shape::Han {
            put(its(150).with(c).with(look(i)).with(side));
        }
        out.ends.push(out.rows.len() as u32);
    }
}
