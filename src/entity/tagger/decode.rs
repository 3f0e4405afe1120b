//! The best sequence of tags, and how much better it is than those that tag a position otherwise.

/// How many types of names there are.
pub const KINDS: usize = 4;
/// `O`, and for each type its beginning, middle and end. A name of one unit is a beginning without an end.
pub const TAGS: usize = 1 + 3 * KINDS;
/// Tags with room to the next power of two.
pub const LANES: usize = 16;

/// Scores of the tags at one position.
pub type Scores = [i32; LANES];
/// Score of a tag after another: `[before][after]`.
pub type Transitions = [[i32; LANES]; TAGS];

/// No sequence may have this.
const NEVER: i32 = i32::MIN / 4;

/// All tags.
pub const ANY: u16 = (1 << TAGS) - 1;

pub const fn begin(kind: usize) -> usize {
    1 + 3 * kind
}

pub const fn middle(kind: usize) -> usize {
    2 + 3 * kind
}

pub const fn end(kind: usize) -> usize {
    3 + 3 * kind
}

/// Tags after which a name is over, or may be.
const CLOSED: [usize; 1 + 2 * KINDS] = [
    0,
    begin(0),
    end(0),
    begin(1),
    end(1),
    begin(2),
    end(2),
    begin(3),
    end(3),
];

/// Tags that need no name before them.
const OPENING: [usize; 1 + KINDS] = [0, begin(0), begin(1), begin(2), begin(3)];

/// Room for decoding, kept from sentence to sentence.
#[derive(Debug, Default)]
pub struct Room {
    best: Vec<Scores>,
    from: Vec<[u8; LANES]>,
    rest: Vec<Scores>,
}

impl Room {
    /// The best tags for these scores, of those that `allowed` has at each position. `None` where no sequence is allowed.
    pub fn decode(
        &mut self,
        scores: &[Scores],
        transitions: &Transitions,
        allowed: impl Fn(usize) -> u16,
        out: &mut Vec<u8>,
    ) -> Option<i32> {
        out.clear();
        if scores.is_empty() {
            return Some(0);
        }
        self.best.clear();
        self.from.clear();
        let mut now = [NEVER; LANES];
        for (tag, slot) in now.iter_mut().enumerate().take(TAGS) {
            if allowed(0) >> tag & 1 == 1 && (tag == 0 || tag % 3 == 1) {
                *slot = scores[0][tag];
            }
        }
        self.best.push(now);
        self.from.push([0; LANES]);
        for (i, score) in scores.iter().enumerate().skip(1) {
            let before = now;
            let mut from = [0u8; LANES];
            let mask = allowed(i);
            now = [NEVER; LANES];
            let mut step = |after: usize, candidates: &[usize]| {
                if mask >> after & 1 == 0 {
                    return;
                }
                let (mut best, mut which) = (NEVER, candidates[0]);
                for &tag in candidates {
                    let value = before[tag] + transitions[tag][after];
                    if value > best {
                        (best, which) = (value, tag);
                    }
                }
                now[after] = (best + score[after]).max(NEVER);
                from[after] = which as u8;
            };
            step(0, &CLOSED);
            for kind in 0..KINDS {
                step(begin(kind), &CLOSED);
                step(middle(kind), &[begin(kind), middle(kind)]);
                step(end(kind), &[begin(kind), middle(kind)]);
            }
            self.best.push(now);
            self.from.push(from);
        }
        let mut tag = *CLOSED.iter().max_by_key(|&&tag| (now[tag], std::cmp::Reverse(tag)))?;
        let total = now[tag];
        if total <= NEVER / 2 {
            return None;
        }
        out.resize(scores.len(), 0);
        for i in (0..scores.len()).rev() {
            out[i] = tag as u8;
            tag = self.from[i][tag] as usize;
        }
        Some(total)
    }

    /// After [`Room::decode`]: for every position and tag the best score of a sequence that has it there.
    pub fn through(&mut self, scores: &[Scores], transitions: &Transitions) -> &[Scores] {
        let length = scores.len();
        self.rest.clear();
        self.rest.resize(length, [NEVER; LANES]);
        let mut rest = [NEVER; LANES];
        for tag in CLOSED {
            rest[tag] = 0;
        }
        for i in (0..length).rev() {
            if i + 1 < length {
                let after: Scores = std::array::from_fn(|tag| rest[tag].saturating_add(scores[i + 1][tag]));
                let best = |before: usize, candidates: &[usize]| {
                    candidates
                        .iter()
                        .map(|&tag| after[tag] + transitions[before][tag])
                        .fold(NEVER, i32::max)
                };
                for tag in CLOSED {
                    rest[tag] = best(tag, &OPENING);
                }
                for kind in 0..KINDS {
                    let on = [middle(kind), end(kind)];
                    rest[begin(kind)] = rest[begin(kind)].max(best(begin(kind), &on));
                    rest[middle(kind)] = best(middle(kind), &on);
                }
            }
            for (tag, rest) in rest.iter().enumerate() {
                self.rest[i][tag] = (rest + self.best[i][tag]).max(NEVER);
            }
        }
        &self.rest
    }
}

/// The names that tags spell: first unit, past the last, type.
pub fn names(tags: &[u8]) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(&tag) = tags.get(at) {
            let start = at;
            at += 1;
            if tag == 0 {
                continue;
            }
            let kind = (tag as usize - 1) / 3;
            while tags
                .get(at)
                .is_some_and(|&next| next as usize == middle(kind) || next as usize == end(kind))
            {
                at += 1;
                if tags[at - 1] as usize == end(kind) {
                    break;
                }
            }
            return Some((start, at, kind));
        }
        None
    })
}
