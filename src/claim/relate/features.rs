//! What is seen of a pair: the characters around and between its two names, cues and their places, the names, and what
//! the patterns said of it.

use super::super::{Claim, Input, Object};
use crate::entity::lexicon::Lexicon;
use crate::entity::{Mention, Origin};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use std::ops::Range;

/// The classes of `lexicon/words/cues.tsv` that are looked for; at most 64.
const CLASSES: [&str; 62] = [
    "acquire",
    "sell",
    "invest",
    "issue",
    "hold_stake",
    "take_stake",
    "increase_stake",
    "reduce_stake",
    "pledge",
    "guarantee",
    "owe",
    "transfer",
    "merge",
    "restructure",
    "joint_venture",
    "backdoor_list",
    "subsidiary",
    "own",
    "subsidiary_noun",
    "buy",
    "asset",
    "hold",
    "enter_stake",
    "more_stake",
    "less_stake",
    "put_money",
    "raise",
    "security",
    "cooperate_noun",
    "sign_deal",
    "bargain",
    "quarrel",
    "found_verb",
    "cooperate",
    "sign",
    "win_bid",
    "negotiate",
    "trade",
    "supply",
    "compete",
    "release",
    "develop",
    "use",
    "found",
    "sue",
    "dispute",
    "investigate",
    "analyse",
    "assist",
    "say",
    "planned",
    "hedged",
    "negated",
    "compare",
    "better",
    "worse",
    "rank",
    "rise",
    "fall",
    "rate",
    "comment",
    "possessive",
];

/// Farthest that two names of a pair stand apart, in code points: nothing was learnt of longer ways.
const REACH: usize = 80;
/// Code points before and after the pair that are looked at.
const AROUND: usize = 80;

/// Stand for the names themselves: what is learnt is not who, but how.
const FIRST: char = '\u{e000}';
const SECOND: char = '\u{e001}';

/// Finds cues.
pub struct Eyes {
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    /// By number of the word: its classes, a bit each
    classes: Vec<u64>,
}

/// A cue in the folded text.
struct Cue {
    span: Range<usize>,
    classes: u64,
}

impl Eyes {
    pub fn new(lexicon: &Lexicon) -> Eyes {
        let mut words: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
        for (class, name) in CLASSES.iter().enumerate() {
            for cue in lexicon.cues(name).iter().filter(|cue| !lexicon.is_weak_cue(name, cue)) {
                // The model reads Chinese only.
                if !cue.is_ascii() {
                    *words.entry(cue.to_lowercase()).or_default() |= 1 << class;
                }
            }
        }
        let classes = words.values().copied().collect();
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build_with_values(words.into_keys().zip(0u32..))
            .ok();
        Eyes { automaton, classes }
    }

    /// The cues in a range of the folded text that lie apart from the names.
    fn cues(&self, folded: &str, range: Range<usize>, names: &[(Range<usize>, bool)]) -> Vec<Cue> {
        let Some(automaton) = &self.automaton else {
            return Vec::new();
        };
        automaton
            .leftmost_find_iter(&folded[range.clone()])
            .map(|hit| Cue {
                span: range.start + hit.start()..range.start + hit.end(),
                classes: self.classes.get(hit.value() as usize).copied().unwrap_or_default(),
            })
            .filter(|cue| {
                names
                    .iter()
                    .all(|(name, _)| cue.span.end <= name.start || cue.span.start >= name.end)
            })
            .collect()
    }

    /// The cue of one of these classes that stands nearest to a span, in the same sentence.
    pub(in super::super) fn nearest(
        &self,
        folded: &str,
        sentence: Range<usize>,
        span: &Range<usize>,
        names: [&Range<usize>; 2],
        classes: &[&str],
    ) -> Option<Range<usize>> {
        let wanted = CLASSES
            .iter()
            .enumerate()
            .filter(|(_, name)| classes.contains(name))
            .fold(0u64, |mask, (i, _)| mask | 1 << i);
        self.cues(folded, sentence, &names.map(|name| (name.clone(), true)))
            .into_iter()
            .filter(|cue| cue.classes & wanted != 0)
            .map(|cue| cue.span)
            .min_by_key(|cue| {
                let before = span.start.saturating_sub(cue.end);
                let behind = cue.start.saturating_sub(span.end);
                // What lies between the names is at no distance from them.
                (before.max(behind), cue.start)
            })
    }
}

/// Two entities that one sentence names.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Index of the sentence
    pub sentence: usize,
    /// Indices of entities, in the order in which they are first named there
    pub first: usize,
    pub second: usize,
    /// Indices of their two mentions that stand nearest to one another, `first`'s and `second`'s
    pub nearest: (usize, usize),
}

/// The pairs of a sentence, of entities of which `wanted` takes a mention.
pub fn candidates(input: &Input<'_>, sentence: usize, wanted: impl Fn(&Mention) -> bool) -> Vec<Candidate> {
    let mentions = &input.found.mentions;
    let range = &input.sentences[sentence];
    let here = mentions.partition_point(|m| m.start < range.start)..mentions.partition_point(|m| m.start < range.end);
    let mut entities: Vec<(usize, Vec<usize>)> = Vec::new();
    for i in here {
        let mention = &mentions[i];
        if mention.end > range.end || !wanted(mention) {
            continue;
        }
        match entities.iter_mut().find(|(entity, _)| *entity == mention.entity) {
            Some((_, places)) => places.push(i),
            None => entities.push((mention.entity, vec![i])),
        }
    }
    let mut out = Vec::new();
    for (n, (first, places)) in entities.iter().enumerate() {
        for (second, others) in &entities[n + 1..] {
            let gap = |a: usize, b: usize| {
                let (a, b) = (&mentions[a], &mentions[b]);
                a.start.max(b.start).saturating_sub(a.end.min(b.end))
            };
            let nearest = places
                .iter()
                .flat_map(|&a| others.iter().map(move |&b| (a, b)))
                .min_by_key(|&(a, b)| (gap(a, b), a, b));
            if let Some(nearest) = nearest
                && apart(&mentions[nearest.0], &mentions[nearest.1])
                // At most four bytes a code point.
                && gap(nearest.0, nearest.1) <= REACH * 4
            {
                out.push(Candidate {
                    sentence,
                    first: *first,
                    second: *second,
                    nearest,
                });
            }
        }
    }
    out
}

fn apart(a: &Mention, b: &Mention) -> bool {
    a.end <= b.start || b.end <= a.start
}

/// Collects the rows of a pair's features.
struct Rows<'o> {
    bits: u32,
    out: &'o mut Vec<u32>,
}

/// A hash that takes in one thing after the other.
#[derive(Clone, Copy)]
struct Hash(u64);

impl Hash {
    fn of(tag: &str) -> Hash {
        tag.bytes()
            .fold(Hash(0xcbf2_9ce4_8422_2325), |hash, b| hash.with(u64::from(b)))
    }

    fn with(self, value: u64) -> Hash {
        let mixed = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Hash(mixed ^ (mixed >> 29))
    }

    fn words(self, chars: &[char]) -> Hash {
        chars
            .iter()
            .fold(self.with(chars.len() as u64), |hash, c| hash.with(u64::from(*c)))
    }
}

impl Rows<'_> {
    fn put(&mut self, hash: Hash) {
        self.out
            .push((hash.0.wrapping_mul(0xd6e8_feb8_6659_fd93) >> (64 - self.bits)) as u32);
    }

    /// Every run of so many characters.
    fn grams(&mut self, tag: &str, chars: &[char], lengths: std::ops::RangeInclusive<usize>) {
        for at in 0..chars.len() {
            let mut hash = Hash::of(tag);
            for (n, c) in chars[at..].iter().take(*lengths.end()).enumerate() {
                hash = hash.with(u64::from(*c));
                if lengths.contains(&(n + 1)) {
                    self.put(hash.with(n as u64));
                }
            }
        }
    }
}

impl Candidate {
    /// The rows of its features in a table of 2 to the power of `bits` rows, sorted, each once. `claims` are what the
    /// patterns said.
    pub fn features(&self, input: &Input<'_>, eyes: &Eyes, claims: &[Claim], bits: u32, out: &mut Vec<u32>) {
        out.clear();
        let mut rows = Rows { bits, out };
        let folded = input.text.folded();
        let mentions = &input.found.mentions;
        let sentence = &input.sentences[self.sentence];
        let (a, b) = (&mentions[self.nearest.0], &mentions[self.nearest.1]);
        let ordered = a.start < b.start;
        let (low, high) = if ordered { (a, b) } else { (b, a) };
        // Names of the pair, wherever in the sentence they stand apart from one another.
        let mut names: Vec<(Range<usize>, bool)> = Vec::new();
        let from = mentions.partition_point(|m| m.start < sentence.start);
        for mention in mentions[from..].iter().take_while(|m| m.start < sentence.end) {
            let first = mention.entity == self.first;
            if (first || mention.entity == self.second)
                && mention.end <= sentence.end
                && names.last().is_none_or(|(name, _)| name.end <= mention.start)
            {
                names.push((mention.start..mention.end, first));
            }
        }
        let before = masked(folded, sentence.start..low.start, &names);
        let between = masked(folded, low.end..high.start, &names);
        let behind = masked(folded, high.end..sentence.end, &names);
        let marks = if ordered { [FIRST, SECOND] } else { [SECOND, FIRST] };
        let inner: Vec<char> = [marks[0]]
            .into_iter()
            .chain(between.iter().copied())
            .chain([marks[1]])
            .collect();
        let whole: Vec<char> = before[before.len().saturating_sub(AROUND)..]
            .iter()
            .copied()
            .chain(inner.iter().copied())
            .chain(behind.iter().copied().take(AROUND))
            .collect();
        let order = u64::from(ordered);
        rows.put(Hash::of("bias"));
        rows.put(Hash::of("order").with(order));
        rows.grams("whole", &whole, 2..=3);
        rows.grams("inner", &inner, 1..=4);

        // Whether hardly anything stands between them (与, 旗下) decides what the words behind them mean.
        let link = if between.len() <= 2 {
            Hash::of("link").words(&between)
        } else {
            Hash::of("far").with((between.len() / 5).min(3) as u64)
        };
        let cues = eyes.cues(folded, sentence.start..sentence.end, &names);
        let (mut last_before, mut first_between, mut last_between, mut first_behind) = (None, None, None, None);
        for cue in &cues {
            let place = if cue.span.end <= low.start {
                last_before = Some(cue);
                0u64
            } else if cue.span.start >= high.end {
                first_behind.get_or_insert(cue);
                2
            } else {
                first_between.get_or_insert(cue);
                last_between = Some(cue);
                1
            };
            for class in bits_of(cue.classes) {
                for hash in [Hash::of("cue").with(class), Hash::of("placed").with(class).with(place)] {
                    rows.put(hash);
                    rows.put(hash.with(link.0));
                    rows.put(hash.with(order));
                }
            }
        }
        for (tag, cue) in [("first between", first_between), ("last between", last_between)] {
            for class in cue.into_iter().flat_map(|cue| bits_of(cue.classes)) {
                rows.put(Hash::of(tag).with(class));
            }
        }
        for (tag, cue) in [("last before", last_before), ("first behind", first_behind)] {
            for class in cue.into_iter().flat_map(|cue| bits_of(cue.classes)) {
                rows.put(Hash::of(tag).with(class));
                rows.put(Hash::of(tag).with(class).with(link.0));
            }
        }
        if let Some(cue) = first_behind {
            let way = folded[high.end..cue.span.start.max(high.end)].chars().count();
            for class in bits_of(cue.classes) {
                rows.put(Hash::of("soon behind").with(class).with((way / 3).min(4) as u64));
            }
        }

        let count = |wanted: &[char]| between.iter().filter(|c| wanted.contains(c)).count();
        let many = |first: bool| names.iter().filter(|(_, f)| *f == first).count().min(3) as u64;
        for (tag, value) in [
            ("near", between.len().min(4)),
            ("distance", (between.len() / 4).min(8)),
            ("commas", count(&[',', ';']).min(3)),
            ("in a list", count(&['、']).min(3)),
            ("begins", usize::from(before.is_empty())),
        ] {
            rows.put(Hash::of(tag).with(value as u64));
        }
        rows.put(Hash::of("times").with(many(true)).with(many(false)));
        let name = |entity: usize, nearest: &Mention| -> Vec<char> {
            let named = mentions[from..]
                .iter()
                .take_while(|m| m.start < sentence.end)
                .find(|m| m.entity == entity && m.origin != Origin::Anaphor)
                .unwrap_or(nearest);
            folded[named.start..named.end].chars().collect()
        };
        self.names(&name(self.first, a), &name(self.second, b), order, &mut rows);
        self.said(claims, &mut rows);
        out.sort_unstable();
        out.dedup();
    }

    /// What the two names look like, alone and beside one another.
    fn names(&self, a: &[char], b: &[char], order: u64, rows: &mut Rows<'_>) {
        let shared_beginning = a.iter().zip(b).take_while(|(x, y)| x == y).count();
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let mut rest = long.iter();
        let abbreviates = short.iter().all(|c| rest.any(|l| l == c));
        let contains = long.windows(short.len().max(1)).any(|part| part == short);
        let shared = short.iter().filter(|c| long.contains(c)).count();
        let group = |name: &[char]| u64::from(name.ends_with(&['集', '团']) || name.ends_with(&['公', '司']));
        let kin = Hash::of("kin")
            .with(u64::from(abbreviates) | u64::from(contains) << 1)
            .with(shared_beginning.min(3) as u64)
            .with(u64::from(a.len() <= b.len()));
        rows.put(kin);
        rows.put(kin.with(order));
        rows.put(kin.with(group(a)).with(group(b)));
        rows.put(Hash::of("begin alike").with(shared_beginning.min(3) as u64));
        rows.put(Hash::of("share").with(shared.min(4) as u64));
        rows.put(Hash::of("abbreviates").with(u64::from(abbreviates)));
        if shared_beginning > 0 {
            rows.put(
                Hash::of("differ")
                    .with(order)
                    .words(last(&a[shared_beginning..], 2))
                    .words(last(&b[shared_beginning..], 2)),
            );
        }
        rows.put(Hash::of("ends").words(last(a, 2)).words(last(b, 2)));
        for (which, name) in [(0, a), (1, b)] {
            let hash = Hash::of("name").with(which);
            rows.put(hash.with(1).words(last(name, 2)));
            rows.put(hash.with(2).words(last(name, 3)));
            rows.put(hash.with(3).words(&name[..name.len().min(2)]));
            rows.put(hash.with(4).with(name.len().min(8) as u64));
            for two in name.windows(2) {
                rows.put(hash.with(5).words(two));
            }
        }
    }

    /// What the patterns said of the two, if anything.
    fn said(&self, claims: &[Claim], rows: &mut Rows<'_>) {
        let mut any = 0;
        for claim in claims {
            let forward = match claim.object {
                Object::Entity(object) if (claim.subject, object) == (self.first, self.second) => true,
                Object::Entity(object) if (claim.subject, object) == (self.second, self.first) => false,
                _ => continue,
            };
            any += 1;
            let hash = Hash::of("said").words(&claim.predicate.name().chars().collect::<Vec<_>>());
            let hash = hash.with(u64::from(forward));
            rows.put(hash);
            rows.put(hash.with(claim.status as u64));
        }
        rows.put(Hash::of("claims").with(any.min(2)));
    }
}

fn last(name: &[char], n: usize) -> &[char] {
    &name[name.len().saturating_sub(n)..]
}

fn bits_of(mask: u64) -> impl Iterator<Item = u64> {
    (0..64).filter(move |i| mask >> i & 1 == 1)
}

/// The characters of a range, small letters, in which a name of the pair is one mark and a number another.
fn masked(folded: &str, range: Range<usize>, names: &[(Range<usize>, bool)]) -> Vec<char> {
    let mut out = Vec::new();
    let mut at = range.start;
    let inside = names
        .iter()
        .filter(|(name, _)| name.start >= range.start && name.end <= range.end);
    for (name, first) in inside {
        plain(&folded[at..name.start], &mut out);
        out.push(if *first { FIRST } else { SECOND });
        at = name.end;
    }
    plain(&folded[at..range.end], &mut out);
    out
}

/// Numbers are all alike: in the set from which is learnt they are `<N>`.
fn plain(text: &str, out: &mut Vec<char>) {
    let text = text.replace("<N>", "0");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_ascii_digit() {
            let mut number = chars.clone();
            while let Some(c) = number.next() {
                let point = (c == '.' || c == ',') && number.peek().is_some_and(char::is_ascii_digit);
                if !c.is_ascii_digit() && !point {
                    break;
                }
                chars.next();
            }
            out.push('#');
        } else if !c.is_whitespace() {
            out.push(c.to_ascii_lowercase());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_masked() {
        let cases = [
            ("<N>.<N>%的A", "#%的a"),
            ("12,500.5万元", "#万元"),
            ("3、4", "#、#"),
            ("到2025.", "到#."),
        ];
        for (text, wanted) in cases {
            let mut out = Vec::new();
            plain(text, &mut out);
            assert_eq!(out.into_iter().collect::<String>(), wanted, "{text}");
        }
        let names = [(0..3, true), (6..9, false)];
        assert_eq!(
            masked("甲与乙合作", 0..15, &names).into_iter().collect::<String>(),
            "\u{e000}与\u{e001}合作",
        );
    }
}
