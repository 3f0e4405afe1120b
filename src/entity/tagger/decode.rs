//! The best sequence of tags, and how much better it is than those that tag a position otherwise.
//!
//! Everything is made for a number of *lanes*, the tags with room to the next power of two: rows of that width are what a
//! processor adds at once.

/// Scores of the tags at one position.
pub type Scores<const L: usize> = [i32; L];
/// Score of a tag after another: `[before][after]`.
pub type Transitions<const L: usize> = [[i32; L]; L];
/// A set of tags, a bit each.
pub type Mask = u64;

/// No sequence may have this.
pub const NEVER: i32 = i32::MIN / 4;

/// All tags.
pub const ANY: Mask = Mask::MAX;

/// `O`, and for each type its beginning, middle and end. A name of one unit is a beginning without an end.
pub const fn tags(kinds: usize) -> usize {
    1 + 3 * kinds
}

pub const fn begin(kind: usize) -> usize {
    1 + 3 * kind
}

pub const fn middle(kind: usize) -> usize {
    2 + 3 * kind
}

pub const fn end(kind: usize) -> usize {
    3 + 3 * kind
}

/// The tags of a type.
pub const fn tags_of(kind: usize) -> Mask {
    1 << begin(kind) | 1 << middle(kind) | 1 << end(kind)
}

/// The tags of so many types that go on with a name.
pub fn going_on(kinds: usize) -> Mask {
    (0..kinds).fold(0, |mask, kind| mask | 1 << middle(kind) | 1 << end(kind))
}

/// Whether a name is over after this tag, or may be.
pub const fn closes(tag: usize) -> bool {
    tag == 0 || tag % 3 != 2
}

/// Whether this tag needs no name before it.
pub const fn opens(tag: usize) -> bool {
    tag == 0 || tag % 3 == 1
}

/// Whether one tag may follow the other.
pub const fn follows(before: usize, after: usize) -> bool {
    if opens(after) {
        closes(before)
    } else {
        matches!(before % 3, 1 | 2) && (before - 1) / 3 == (after - 1) / 3
    }
}

/// Transitions of which those that can't be are out of the question.
pub fn strict<const L: usize>(transitions: &Transitions<L>, kinds: usize) -> Transitions<L> {
    let count = tags(kinds);
    std::array::from_fn(|before| {
        std::array::from_fn(|after| {
            if before < count && after < count && follows(before, after) {
                transitions[before][after]
            } else {
                NEVER
            }
        })
    })
}

/// Room for decoding, kept from sentence to sentence.
#[derive(Debug, Default)]
pub struct Room<const L: usize> {
    best: Vec<Scores<L>>,
    from: Vec<[u8; L]>,
    rest: Vec<Scores<L>>,
}

impl<const L: usize> Room<L> {
    /// The best tags for these scores, of those that `allowed` has at each position, by [`strict`] transitions. `None`
    /// where no sequence is allowed.
    pub fn decode(
        &mut self,
        kinds: usize,
        scores: &[Scores<L>],
        transitions: &Transitions<L>,
        allowed: impl Fn(usize) -> Mask,
        out: &mut Vec<u8>,
    ) -> Option<i32> {
        out.clear();
        let Some(first) = scores.first() else {
            return Some(0);
        };
        let count = tags(kinds);
        self.best.clear();
        self.from.clear();
        let keep = |now: &mut Scores<L>, mask: Mask| {
            if mask != ANY {
                for (tag, slot) in now.iter_mut().enumerate() {
                    if mask >> tag & 1 == 0 {
                        *slot = NEVER;
                    }
                }
            }
        };
        let mut now: Scores<L> = std::array::from_fn(|tag| if tag < count && opens(tag) { first[tag] } else { NEVER });
        keep(&mut now, allowed(0));
        self.best.push(now);
        self.from.push([0; L]);
        for (i, score) in scores.iter().enumerate().skip(1) {
            // Every tag after every other, lane by lane: the few that may follow are fewer sums, but one at a time.
            let mut best = [NEVER; L];
            let mut from = [0i32; L];
            for (tag, row) in transitions.iter().enumerate().take(count) {
                let before = now[tag];
                for ((best, from), weight) in best.iter_mut().zip(&mut from).zip(row) {
                    let value = before + weight;
                    let better = value > *best;
                    *best = if better { value } else { *best };
                    *from = if better { tag as i32 } else { *from };
                }
            }
            for ((now, best), score) in now.iter_mut().zip(best).zip(score) {
                *now = (best + score).max(NEVER);
            }
            keep(&mut now, allowed(i));
            self.best.push(now);
            self.from.push(from.map(|tag| tag as u8));
        }
        let mut tag = (0..count)
            .filter(|&tag| closes(tag))
            .max_by_key(|&tag| (now[tag], std::cmp::Reverse(tag)))?;
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
    pub fn through(&mut self, kinds: usize, scores: &[Scores<L>], transitions: &Transitions<L>) -> &[Scores<L>] {
        let (length, count) = (scores.len(), tags(kinds));
        self.rest.clear();
        self.rest.resize(length, [NEVER; L]);
        let mut rest: Scores<L> = std::array::from_fn(|tag| if closes(tag) { 0 } else { NEVER });
        for i in (0..length).rev() {
            if i + 1 < length {
                let after: Scores<L> = std::array::from_fn(|tag| (rest[tag] + scores[i + 1][tag]).max(NEVER));
                for (rest, row) in rest.iter_mut().zip(transitions).take(count) {
                    let best = (0..L).map(|tag| after[tag] + row[tag]).fold(i32::MIN, i32::max);
                    *rest = best.max(NEVER);
                }
            }
            for ((through, rest), best) in self.rest[i].iter_mut().zip(&rest).zip(&self.best[i]).take(count) {
                *through = (rest + best).max(NEVER);
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
