//! Which of many names stand in this text? A tree of characters that is used as it lies in the file.
//!
//! Each node is eight bytes: where its children begin, and whose child it is (a double array). A branch ends where one
//! name alone is left of it; the rest of that name is compared with the text. So 32,000 names need 0.6 MB and 2.6 million
//! 51 MB, nothing is read or built when the program starts, and several programs share the memory of one file.
//!
//! Why not an Aho-Corasick automaton: it walks a text once and not once from each place, but it has a state, of sixteen
//! bytes, for almost every character of every name, and must be brought into memory at each start. And names begin at few
//! places, as none begins inside a Latin word or a number.

use super::bytes::{Numbers, TooLarge};
use super::edges::is_word_char;
use std::ops::Range;

/// A node whose one name is told: the lower bits are its number.
const LEAF: u32 = 1 << 31;

/// A name ends at this node though others go on; its leaf stands at the base itself.
const ENDS: u32 = 1 << 30;

/// With the code of a character that a name begins with.
const BEGINS: u32 = 1 << 31;

/// In an unused place: no node's child.
const NOBODY: u32 = u32::MAX;

/// Places that are tried for a node of several children before it is put behind all others, and how many of them are
/// given up then: later nodes find no better ones there. Holes that stay are filled by nodes of one child.
const TRIES: usize = 24;
const GIVEN_UP: usize = 6;

/// Where no place is free.
const NO_PLACE: u32 = u32::MAX;

/// A tree as it is written.
#[derive(Default)]
pub(super) struct TrieOut {
    /// Of each 256 characters the page of their codes, two bytes; 0 where they have none.
    pub pages: Vec<u8>,
    /// Pages of 256 codes of four bytes; frequent characters have low codes, which keeps children together.
    pub codes: Vec<u8>,
    pub nodes: Vec<u8>,
}

/// Puts names into a tree; they are sorted, distinct and not empty. The number of a name is its place among them.
pub(super) fn plant(names: &[&str]) -> Result<TrieOut, TooLarge> {
    if names.is_empty() {
        return Ok(TrieOut::default());
    }
    if names.len() as u64 >= u64::from(ENDS) {
        return Err(TooLarge);
    }
    let codes = Codes::of(names);
    let mut field = Field::default();
    field.grow(1);
    field.take(0, NOBODY);
    // Node, its names, and how many bytes of them lead to it.
    let mut open = vec![(0u32, 0..names.len(), 0usize)];
    let mut children: Vec<(u32, Range<usize>, usize)> = Vec::new();
    while let Some((node, range, depth)) = open.pop() {
        children.clear();
        let mut at = range.start;
        // Names are distinct and sorted, so only the first can end here.
        let ends = names[at].len() == depth;
        at += usize::from(ends);
        while let Some(first) = names[at..range.end]
            .first()
            .and_then(|name| name[depth..].chars().next())
        {
            let start = at;
            at += names[at..range.end].partition_point(|name| name[depth..].starts_with(first));
            children.push((codes.of_char(first), start..at, depth + first.len_utf8()));
        }
        children.sort_unstable_by_key(|(code, ..)| *code);
        let highs = || children.chunk_by(|a, b| high(a.0) == high(b.0));
        let labels = ends
            .then_some(0)
            .into_iter()
            .chain(highs().map(|group| high(group[0].0)));
        let base = field.place(labels)?;
        field.set_base(node, base | if ends { ENDS } else { 0 });
        if ends {
            field.take(base, node);
            field.set_base(base, LEAF | range.start as u32);
        }
        // All places first: a node that is placed must not get one of them.
        highs().for_each(|group| field.take(base + high(group[0].0), node));
        for group in highs() {
            let middle = base + high(group[0].0);
            let base = field.place(group.iter().map(|(code, ..)| low(*code)))?;
            field.set_base(middle, base);
            for (code, names, depth) in group {
                let child = base + low(*code);
                field.take(child, middle);
                if names.len() == 1 {
                    field.set_base(child, LEAF | names.start as u32);
                } else {
                    open.push((child, names.clone(), *depth));
                }
            }
        }
    }
    Ok(TrieOut {
        pages: codes.pages,
        codes: codes.codes,
        nodes: field.written(),
    })
}

/// A character is two steps, so that the children of a node are never far apart: the upper part of its code, which is
/// never 0, as that is the end of a name, and the lower.
fn high(code: u32) -> u32 {
    (code >> 8) + 1
}

fn low(code: u32) -> u32 {
    code & 0xff
}

/// The codes of the characters that occur, from 1 on.
struct Codes {
    table: Vec<u32>,
    pages: Vec<u8>,
    codes: Vec<u8>,
}

impl Codes {
    fn of(names: &[&str]) -> Codes {
        let mut counts: Vec<u32> = Vec::new();
        for c in names.iter().flat_map(|name| name.chars()) {
            let c = c as usize;
            if c >= counts.len() {
                counts.resize(c + 1, 0);
            }
            counts[c] = counts[c].saturating_add(1);
        }
        let mut order: Vec<usize> = (0..counts.len()).filter(|&c| counts[c] > 0).collect();
        order.sort_unstable_by_key(|&c| (std::cmp::Reverse(counts[c]), c));
        let mut table = vec![0u32; counts.len()];
        for (i, &c) in order.iter().enumerate() {
            table[c] = i as u32 + 1;
        }
        for first in names.iter().filter_map(|name| name.chars().next()) {
            table[first as usize] |= BEGINS;
        }
        let (mut pages, mut codes) = (Vec::new(), Vec::new());
        let mut written: u16 = 0;
        for page in table.chunks(256) {
            let number = if page.iter().all(|&code| code == 0) {
                0
            } else {
                codes.extend(page.iter().flat_map(|code| code.to_le_bytes()));
                codes.resize(codes.len().next_multiple_of(1024), 0);
                written += 1;
                written
            };
            pages.extend_from_slice(&number.to_le_bytes());
        }
        Codes { table, pages, codes }
    }

    fn of_char(&self, c: char) -> u32 {
        self.table.get(c as usize).map_or(0, |code| code & !BEGINS)
    }
}

/// The places of the nodes while they are given out.
struct Field {
    /// Base and parent.
    nodes: Vec<(u32, u32)>,
    /// Free places before and behind each free one, in order.
    before: Vec<u32>,
    behind: Vec<u32>,
    first: u32,
    last: u32,
    /// From here on places are tried for nodes of several children.
    fresh: u32,
}

impl Default for Field {
    fn default() -> Field {
        Field {
            nodes: Vec::new(),
            before: Vec::new(),
            behind: Vec::new(),
            first: NO_PLACE,
            last: NO_PLACE,
            fresh: NO_PLACE,
        }
    }
}

impl Field {
    fn grow(&mut self, length: usize) {
        for place in self.nodes.len() as u32..length as u32 {
            self.nodes.push((0, NOBODY));
            self.before.push(self.last);
            self.behind.push(NO_PLACE);
            match self.last {
                NO_PLACE => self.first = place,
                last => self.behind[last as usize] = place,
            }
            self.last = place;
            if self.fresh == NO_PLACE {
                self.fresh = place;
            }
        }
    }

    /// Makes a free place a child of `parent`.
    fn take(&mut self, place: u32, parent: u32) {
        let (before, behind) = (self.before[place as usize], self.behind[place as usize]);
        match before {
            NO_PLACE => self.first = behind,
            before => self.behind[before as usize] = behind,
        }
        match behind {
            NO_PLACE => self.last = before,
            behind => self.before[behind as usize] = before,
        }
        if self.fresh == place {
            self.fresh = behind;
        }
        // Whose parent nobody is, is taken all the same: the root. Its mark is that it is its own neighbour.
        self.before[place as usize] = place;
        self.nodes[place as usize].1 = parent;
    }

    fn set_base(&mut self, node: u32, base: u32) {
        self.nodes[node as usize].0 = base;
    }

    fn is_free(&self, place: u32) -> bool {
        self.before.get(place as usize).is_none_or(|before| *before != place)
    }

    /// A base at which all children find a free place; their codes ascend.
    fn place(&mut self, codes: impl Iterator<Item = u32> + Clone) -> Result<u32, TooLarge> {
        let least = codes.clone().next().unwrap_or(0);
        let most = codes.clone().last().unwrap_or(0);
        let several = most != least;
        let mut place = if several { self.fresh } else { self.first };
        let mut found = None;
        for _ in 0..TRIES {
            if place == NO_PLACE {
                break;
            }
            if let Some(base) = place.checked_sub(least)
                && codes.clone().all(|code| self.is_free(base + code))
            {
                found = Some(base);
                break;
            }
            place = self.behind[place as usize];
        }
        let base = found.unwrap_or_else(|| {
            if several && place != NO_PLACE {
                for _ in 0..GIVEN_UP {
                    if self.fresh != NO_PLACE {
                        self.fresh = self.behind[self.fresh as usize];
                    }
                }
            }
            (self.nodes.len() as u32).saturating_sub(least)
        });
        let length = u64::from(base) + u64::from(most) + 1;
        if length >= u64::from(ENDS) {
            return Err(TooLarge);
        }
        self.grow(length as usize);
        // Behind all others there may still be taken ones where the least code is larger than there are places.
        if found.is_none() && !codes.clone().all(|code| self.is_free(base + code)) {
            let base = self.nodes.len() as u32;
            let length = u64::from(base) + u64::from(most) + 1;
            if length >= u64::from(ENDS) {
                return Err(TooLarge);
            }
            self.grow(length as usize);
            return Ok(base);
        }
        Ok(base)
    }

    fn written(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.nodes.len() * 8);
        for (base, parent) in self.nodes {
            bytes.extend_from_slice(&base.to_le_bytes());
            bytes.extend_from_slice(&parent.to_le_bytes());
        }
        bytes
    }
}

/// A tree, used where it lies.
#[derive(Clone, Copy)]
pub(super) struct Trie<'a> {
    pages: &'a [[u8; 2]],
    codes: Numbers<'a>,
    nodes: &'a [[u8; 8]],
}

/// A character of a text: where it stands and its code, with [`BEGINS`].
#[derive(Clone, Copy)]
struct Letter {
    at: u32,
    code: u32,
}

impl<'a> Trie<'a> {
    pub fn new(pages: &'a [u8], codes: &'a [u8], nodes: &'a [u8]) -> Trie<'a> {
        Trie {
            pages: pages.as_chunks().0,
            codes: Numbers::new(codes),
            nodes: nodes.as_chunks().0,
        }
    }

    fn code(&self, c: char) -> u32 {
        let page = self
            .pages
            .get(c as usize >> 8)
            .map_or(0, |page| u16::from_le_bytes(*page));
        match page.checked_sub(1) {
            Some(page) => self.codes.get(usize::from(page) << 8 | c as usize & 0xff).unwrap_or(0),
            None => 0,
        }
    }

    /// Base and parent of a node.
    #[inline]
    fn node(&self, place: u32) -> Option<(u32, u32)> {
        let [a, b, c, d, e, f, g, h] = *self.nodes.get(place as usize)?;
        Some((u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h])))
    }

    /// From a node over a character to the next: its place and base.
    #[inline]
    fn step(&self, node: u32, base: u32, code: u32) -> Option<(u32, u32)> {
        let middle = base.wrapping_add(high(code));
        let (base, parent) = self.node(middle)?;
        if parent != node {
            return None;
        }
        let place = base.wrapping_add(low(code));
        let (next, parent) = self.node(place)?;
        (parent == middle).then_some((place, next))
    }

    /// Calls `found(start, end, number)` for every name that stands in a text and doesn't begin inside a word of letters
    /// or digits, in the order of their starts. `name` gives the names back.
    pub fn scan(&self, text: &str, name: impl Fn(u32) -> &'a [u8], mut found: impl FnMut(usize, usize, u32)) {
        let Some((root, _)) = self.node(0) else { return };
        let mut letters: Vec<Letter> = Vec::with_capacity(text.len() / 2 + 1);
        let mut in_word = false;
        for (at, c) in text.char_indices() {
            // Most are, and none of them is a letter.
            let word = !('\u{4e00}'..='\u{9fff}').contains(&c) && is_word_char(c);
            let mut code = self.code(c);
            if word && in_word {
                code &= !BEGINS;
            }
            in_word = word;
            letters.push(Letter { at: at as u32, code });
        }
        // Has no code, so that every walk ends there.
        letters.push(Letter {
            at: text.len() as u32,
            code: 0,
        });
        let bytes = text.as_bytes();
        for i in 0..letters.len() {
            if letters[i].code & BEGINS == 0 {
                continue;
            }
            let start = letters[i].at as usize;
            let (mut node, mut base) = (0, root & !ENDS);
            for (j, letter) in letters[i..].iter().enumerate() {
                let code = letter.code & !BEGINS;
                if code == 0 {
                    break;
                }
                let Some((place, next)) = self.step(node, base, code) else {
                    break;
                };
                let read = letters[i + j + 1].at as usize - start;
                if next & LEAF != 0 {
                    let number = next & !LEAF;
                    let name = name(number);
                    if let Some(rest) = name.get(read..)
                        && bytes[start + read..].starts_with(rest)
                    {
                        found(start, start + name.len(), number);
                    }
                    break;
                }
                (node, base) = (place, next & !ENDS);
                if next & ENDS != 0
                    && let Some((leaf, _)) = self.node(base)
                {
                    found(start, start + read, leaf & !LEAF);
                }
            }
        }
    }

    /// The number of a name.
    pub fn get(&self, text: &str, name: impl Fn(u32) -> &'a [u8]) -> Option<u32> {
        let (root, _) = self.node(0)?;
        let (mut node, mut base) = (0, root);
        for c in text.chars() {
            let code = self.code(c) & !BEGINS;
            if code == 0 {
                return None;
            }
            let (place, next) = self.step(node, base & !ENDS, code)?;
            if next & LEAF != 0 {
                let number = next & !LEAF;
                return (name(number) == text.as_bytes()).then_some(number);
            }
            (node, base) = (place, next);
        }
        (node != 0 && base & ENDS != 0).then_some(self.node(base & !ENDS)?.0 & !LEAF)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn with_trie<T>(names: &BTreeSet<String>, use_it: impl FnOnce(Trie<'_>, &[&str]) -> T) -> T {
        let sorted: Vec<&str> = names.iter().map(String::as_str).collect();
        let out = plant(&sorted).expect("few names");
        use_it(Trie::new(&out.pages, &out.codes, &out.nodes), &sorted)
    }

    fn name() -> impl Strategy<Value = String> {
        proptest::collection::vec(
            proptest::sample::select("中国银行工商a1é가\u{20b9f} ".chars().collect::<Vec<_>>()),
            1..5,
        )
        .prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(
            names in proptest::collection::btree_set(name(), 0..40),
            text in proptest::collection::vec(name(), 0..12),
        ) {
            let text = text.concat();
            let mut plain = Vec::new();
            for (start, c) in text.char_indices() {
                let inside = is_word_char(c) && text[..start].chars().next_back().is_some_and(is_word_char);
                for (number, name) in names.iter().enumerate() {
                    if !inside && text[start..].starts_with(name.as_str()) {
                        plain.push((start, start + name.len(), number as u32));
                    }
                }
            }
            let found = with_trie(&names, |trie, sorted| {
                let mut found = Vec::new();
                trie.scan(&text, |n| sorted[n as usize].as_bytes(), |s, e, n| found.push((s, e, n)));
                found
            });
            prop_assert_eq!(found, plain);
        }

        #[test]
        fn knows_its_names_and_no_others(
            names in proptest::collection::btree_set(name(), 0..40),
            others in proptest::collection::vec(name(), 0..10),
        ) {
            with_trie(&names, |trie, sorted| {
                for (number, name) in sorted.iter().enumerate() {
                    assert_eq!(trie.get(name, |n| sorted[n as usize].as_bytes()), Some(number as u32));
                }
                for other in &others {
                    let known = trie.get(other, |n| sorted[n as usize].as_bytes());
                    assert_eq!(known.is_some(), names.contains(other));
                }
            });
        }
    }

    #[test]
    fn many_children_and_few() {
        let names: BTreeSet<String> = ('\u{4e00}'..'\u{9000}')
            .flat_map(|c| [c.to_string(), format!("中{c}"), format!("{c}国银")])
            .collect();
        with_trie(&names, |trie, sorted| {
            for (number, name) in sorted.iter().enumerate() {
                assert_eq!(trie.get(name, |n| sorted[n as usize].as_bytes()), Some(number as u32));
            }
        });
    }
}
