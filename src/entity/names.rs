//! The names of one document: which surfaces stand for which entity, and where an unknown name begins.

use super::lexicon::{BoundaryKind, CharBits};
use super::reading::{Reading, is_name_char};
use super::{EntityType, Origin};
use crate::text::is_han;
use rustc_hash::FxHashMap;

/// An entity while the document is read.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// Index of the lexicon's entry.
    pub entry: Option<u32>,
    pub kind: EntityType,
    /// Folded surfaces, as first seen.
    pub names: Vec<String>,
    pub score: f32,
    pub origin: Origin,
    pub listings: Vec<String>,
}

/// A place where an entity was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot {
    pub start: usize,
    pub end: usize,
    pub draft: usize,
    pub score: f32,
    pub origin: Origin,
}

/// The entities found so far, by name.
#[derive(Debug, Default)]
pub(crate) struct Drafts {
    all: Vec<Draft>,
    /// Where a draft was merged into another.
    parent: Vec<usize>,
    by_name: FxHashMap<String, usize>,
    by_entry: FxHashMap<u32, usize>,
    pub spots: Vec<Spot>,
}

impl Drafts {
    pub fn root(&self, mut draft: usize) -> usize {
        while self.parent[draft] != draft {
            draft = self.parent[draft];
        }
        draft
    }

    pub fn get(&self, draft: usize) -> &Draft {
        &self.all[self.root(draft)]
    }

    pub fn get_mut(&mut self, draft: usize) -> &mut Draft {
        let root = self.root(draft);
        &mut self.all[root]
    }

    pub fn of_name(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).map(|&draft| self.root(draft))
    }

    pub fn has_entry(&self, entry: u32) -> bool {
        self.by_entry.contains_key(&entry)
    }

    pub fn roots(&self) -> impl Iterator<Item = usize> {
        (0..self.all.len()).filter(|&i| self.parent[i] == i)
    }

    /// The entity of a lexicon entry.
    pub fn of_entry(&mut self, entry: u32, kind: EntityType) -> usize {
        if let Some(&draft) = self.by_entry.get(&entry) {
            return self.root(draft);
        }
        let draft = self.push(Draft {
            entry: Some(entry),
            kind,
            names: Vec::new(),
            score: 0.9,
            origin: Origin::Lexicon,
            listings: Vec::new(),
        });
        self.by_entry.insert(entry, draft);
        draft
    }

    /// The entity of this name: the known one, or a new one of this type.
    pub fn of_shape(&mut self, name: &str, kind: EntityType, score: f32, origin: Origin) -> usize {
        let namesake = self.of_name(name).is_some_and(|draft| {
            let known = self.get(draft);
            kind == EntityType::Person && known.kind == EntityType::Company && known.entry.is_some()
        });
        // 李宁, who isn't the firm 李宁: kept under a name that no text holds.
        let apart = format!("\u{2}{name}");
        if let Some(draft) = self.of_name(if namesake { &apart } else { name }) {
            let known = self.get_mut(draft);
            known.score = known.score.max(score);
            return draft;
        }
        let draft = self.push(Draft {
            entry: None,
            kind,
            names: Vec::new(),
            score,
            origin,
            listings: Vec::new(),
        });
        if namesake {
            self.by_name.insert(apart, draft);
        } else {
            self.add_name(draft, name);
        }
        draft
    }

    /// Makes `name` a name of the entity. Where it was one of another entity that the lexicon doesn't know apart, the two
    /// are one.
    pub fn add_name(&mut self, draft: usize, name: &str) {
        let draft = self.root(draft);
        match self.of_name(name) {
            Some(other) if other == draft => {}
            Some(other) => {
                self.merge(draft, other);
            }
            None => {
                self.by_name.insert(name.to_owned(), draft);
                self.all[draft].names.push(name.to_owned());
            }
        }
    }

    /// Makes two entities one unless the lexicon knows both.
    pub fn merge(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return true;
        }
        let (into, from) = match (self.all[a].entry, self.all[b].entry) {
            (Some(_), Some(_)) => return false,
            (None, Some(_)) => (b, a),
            _ => (a, b),
        };
        let names = std::mem::take(&mut self.all[from].names);
        let listings = std::mem::take(&mut self.all[from].listings);
        let score = self.all[from].score;
        let target = &mut self.all[into];
        target.score = target.score.max(score);
        for name in names {
            if !target.names.contains(&name) {
                target.names.push(name);
            }
        }
        for listing in listings {
            if !target.listings.contains(&listing) {
                target.listings.push(listing);
            }
        }
        self.parent[from] = into;
        true
    }

    pub fn spot(&mut self, start: usize, end: usize, draft: usize, score: f32, origin: Origin) {
        self.spots.push(Spot {
            start,
            end,
            draft,
            score,
            origin,
        });
    }

    fn push(&mut self, draft: Draft) -> usize {
        self.all.push(draft);
        self.parent.push(self.all.len() - 1);
        self.all.len() - 1
    }
}

/// How a name is searched to the left of its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    /// 永臻股份, 微盟
    Short,
    /// 北京中元鼎盛投资管理有限公司
    Full,
}

/// Where the name that ends at `end` most likely begins, and how sure that is. `core_end` is where a known ending (有限公司,
/// 科技) begins; the name must hold at least two characters before it, or be as long as that if it has no known ending.
pub(crate) fn left_edge(reading: &Reading, end: usize, core_end: usize, length: Length) -> Option<(usize, f32)> {
    let limit = match length {
        Length::Short => 10,
        Length::Full => 32,
    };
    let mut at = core_end;
    let mut best: Option<(usize, f32)> = None;
    let mut penalty = 0.0f32;
    let mut inside_known_until = usize::MAX;
    let suffix_chars = reading.folded[core_end..end].chars().count();
    let mut core_chars = 0usize;
    // Where the boundary word begins that was passed last: a name can't begin with it.
    let mut boundary_inside = None;
    while let Some(c) = reading.char_before(at) {
        let next = at - c.len_utf8();
        let inner_bracket = length == Length::Full && c == ')';
        if inner_bracket {
            // 苹果电子产品商贸（北京）有限公司
            match bracketed_place(reading, at) {
                Some(open) if core_chars == 0 || open > 0 => {
                    core_chars += reading.folded[open..at].chars().count();
                    at = open;
                    continue;
                }
                _ => break,
            }
        }
        if !is_name_char(c) || (reading.is_measured(next) && !c.is_ascii_alphabetic()) {
            break;
        }
        at = next;
        core_chars += 1;
        if core_chars > limit {
            break;
        }
        // Latin words and numbers are never cut.
        let before = reading.char_before(at);
        let is_word_inside = !is_han(c) && before.is_some_and(|b| b.is_alphanumeric() && !is_han(b));
        if is_word_inside {
            continue;
        }
        if let Some(known) = reading.known_at(at)
            && known.start < at
            && known.end <= end
        {
            inside_known_until = known.start;
        }
        let boundary = boundary_weight(reading, at, length);
        if core_chars >= if suffix_chars == 0 { 2 } else { 1 } {
            let mut score = penalty;
            // …（苏州）|量子科技有限公司 goes on before the bracket.
            let bracketed = length == Length::Full && before == Some(')') && bracketed_place(reading, at).is_some();
            let is_hard =
                !bracketed && (before.is_none_or(|b| !is_name_char(b)) || (at > 0 && reading.is_measured(at - 1)));
            if is_hard {
                score += 4.0;
            } else if let Some(weight) = boundary {
                score += weight;
            } else if let Some(known) = reading.known_ending(at)
                && !known.ambiguous
            {
                score += match known.kind {
                    EntityType::Place if length == Length::Full => -1.5,
                    EntityType::Place => 0.0,
                    _ => 1.5,
                };
            }
            score += if reading.is_cut(at) { 1.0 } else { -1.5 };
            if boundary_inside == Some(at) {
                score -= 2.5;
            }
            if inside_known_until != usize::MAX && inside_known_until < at {
                score -= 3.0;
            }
            let starts_with_place = reading
                .known_starting(at)
                .is_some_and(|known| known.kind == EntityType::Place);
            let total = core_chars + suffix_chars;
            score += match length {
                Length::Short => {
                    (if starts_with_place { 0.5 } else { 0.0 })
                        + match total {
                            0..=2 => -0.2,
                            3 => 0.3,
                            4 => 0.6,
                            5 => 0.3,
                            6 => 0.1,
                            n => -0.4 * (n as f32 - 6.0),
                        }
                        - if reading.is_all_common(at, core_end) { 1.0 } else { 0.0 }
                }
                Length::Full => {
                    (if starts_with_place { 2.0 } else { 0.0 })
                        + match core_chars {
                            1 => -3.0,
                            2..=14 => 0.0,
                            n => -0.25 * (n as f32 - 14.0),
                        }
                        - if !starts_with_place && reading.is_all_common(at, core_end) {
                            1.5
                        } else {
                            0.0
                        }
                }
            };
            if best.is_none_or(|(_, known)| score > known) {
                best = Some((at, score));
            }
            if is_hard {
                break;
            }
        }
        // Going on leftwards swallows what ends here.
        if let Some(weight) = boundary {
            penalty -= weight + 0.4;
            boundary_inside = reading.boundary_before(at);
        } else if length == Length::Full
            && reading
                .known_starting(at)
                .is_some_and(|known| known.kind == EntityType::Place)
            && reading.known_ending(at).is_none()
            && reading
                .segments_in(at.saturating_sub(1), at)
                .last()
                .is_some_and(|word| reading.is_common(word) || word.chars().count() == 1)
        {
            // An everyday word before a place isn't the head of a name (收到|内蒙古证监局).
            penalty -= 3.0;
        }
        if penalty < -7.0 {
            break;
        }
    }
    best
}

/// How clearly a word that ends at `at` can't be part of the name. In full names verbs and nouns of business may be
/// (投资, 管理, 国际).
fn boundary_weight(reading: &Reading, at: usize, length: Length) -> Option<f32> {
    let start = reading.boundary_before(at)?;
    let word = &reading.folded[start..at];
    let kind = reading.boundary_kind(start, at)?;
    if length == Length::Full && reading.lexicon.shapes.company_suffixes.forms.contains_key(word) {
        return None;
    }
    // 控股股东, 子公司, 债权人 come before names; 产品, 市场, 行业 are in the middle of them as well.
    let before_names = word.ends_with(['东', '司', '人', '方', '商', '者', '业', '家', '头', '构']);
    Some(match (kind, word.chars().count()) {
        (BoundaryKind::Noun, _) if length == Length::Full && !before_names => 1.0,
        (BoundaryKind::Function, 1) => 2.6,
        (BoundaryKind::Function, _) => 3.2,
        (_, 1) => 2.0,
        _ => 3.0,
    })
}

/// `（北京）` or `（集团）` that ends at `end`, in the middle of a name: where its bracket opens.
fn bracketed_place(reading: &Reading, end: usize) -> Option<usize> {
    let inner_end = end - 1;
    let open = reading.folded[..inner_end]
        .char_indices()
        .rev()
        .take(7)
        .find(|(_, c)| *c == '(')
        .map(|(i, _)| i)?;
    let inner = &reading.folded[open + 1..inner_end];
    let part = reading.is_in("name_bracket", inner)
        || reading
            .known_ending(inner_end)
            .is_some_and(|known| known.kind == EntityType::Place && known.start == open + 1);
    // A name begins before the bracket.
    (part && reading.char_before(open).is_some_and(is_name_char)).then_some(open)
}

/// Names matched everywhere in a text: looked up by their first character, the longest first.
#[derive(Debug, Default)]
pub(crate) struct NameSet {
    by_first: FxHashMap<char, Vec<(String, usize)>>,
    first: CharBits,
}

impl NameSet {
    pub fn new(names: impl IntoIterator<Item = (String, usize)>) -> NameSet {
        let mut by_first: FxHashMap<char, Vec<(String, usize)>> = FxHashMap::default();
        for (name, draft) in names {
            if let Some(first) = name.chars().next() {
                by_first.entry(first).or_default().push((name, draft));
            }
        }
        for names in by_first.values_mut() {
            names.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        }
        let mut first = CharBits::default();
        by_first.keys().for_each(|c| first.insert(*c));
        NameSet { by_first, first }
    }

    /// Calls `found(start, end, draft)` for every name that stands in `folded`, overlapping ones included.
    pub fn scan(&self, folded: &str, mut found: impl FnMut(usize, usize, usize)) {
        if self.by_first.is_empty() {
            return;
        }
        for (at, c) in folded.char_indices() {
            if self.first.may_hold(c)
                && let Some(names) = self.by_first.get(&c)
            {
                for (name, draft) in names {
                    if folded[at..].starts_with(name.as_str()) {
                        found(at, at + name.len(), *draft);
                    }
                }
            }
        }
    }
}
