//! A document while it is read: the folded text with its words, lexicon hits, roles and brackets.

use super::latin::{self, Run};
use super::lexicon::{BoundaryKind, Lexicon, NameHit, TermHit, TermTable, lowered};
use super::support::speaks_against;
use super::{EntityType, recognize::Meta};
use crate::measure::Measures;
use crate::text::{Segment, Segmenter, Sentence, Text, is_han, occurrences};
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::ops::Range;

/// What stands between quotation marks; bytes of the folded text.
pub(crate) struct Quotation {
    /// The opening mark
    pub mark: char,
    /// Where that stands
    pub open: usize,
    pub inner: Range<usize>,
    /// Behind the closing mark
    pub after: usize,
}

/// A lexicon name at its place: leftmost longest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KnownName {
    pub start: usize,
    pub end: usize,
    pub name: u32,
    /// Counts only with the document's support.
    pub ambiguous: bool,
    pub kind: EntityType,
}

pub(crate) struct Reading<'a> {
    pub lexicon: &'a Lexicon,
    pub segmenter: &'a Segmenter,
    pub text: &'a Text,
    pub folded: &'a str,
    pub lower: String,
    pub sentences: &'a [Sentence],
    pub meta: &'a Meta<'a>,
    pub segments: Vec<Segment>,
    /// For every byte, whether a segment begins or ends there.
    cuts: Vec<bool>,
    /// Every lexicon name, overlapping ones included, by start and then the longer first.
    pub hits: Vec<NameHit>,
    /// The leftmost longest of them.
    pub known: Vec<KnownName>,
    pub roles: Vec<TermHit>,
    pub metrics: Vec<TermHit>,
    /// Latin words and sequences of them.
    pub runs: Vec<Run>,
    /// How often each Latin word stands in the text.
    latin_words: FxHashMap<&'a str, u32>,
    /// Spans of quantities and dates, sorted.
    measured: Vec<Range<usize>>,
    /// For every byte what [`Reading::boundary_before`] said of it: the search for a name's beginning asks many times
    boundaries: Vec<Cell<u32>>,
    /// Short names of which it was asked whether they are a village's or a road's in this text, which takes a search
    pub villages: RefCell<FxHashMap<&'a str, bool>>,
}

/// What `Reading::boundaries` holds of a byte that wasn't asked about, and where no boundary word ends.
const NOT_ASKED: u32 = u32::MAX;
const NO_BOUNDARY: u32 = u32::MAX - 1;

impl<'a> Reading<'a> {
    pub fn new(
        lexicon: &'a Lexicon,
        segmenter: &'a Segmenter,
        text: &'a Text,
        sentences: &'a [Sentence],
        measures: &Measures,
        meta: &'a Meta<'a>,
    ) -> Reading<'a> {
        let folded = text.folded();
        let lower = lowered(folded);
        let mut measured: Vec<Range<usize>> = measures.quantities.iter().map(|q| q.start..q.end).collect();
        measured.extend(measures.dates.iter().map(|d| d.start..d.end));
        measured.sort_by_key(|range| (range.start, range.end));
        let segments = segmenter.segments(folded, 0..folded.len(), &[]);
        let mut cuts = vec![false; folded.len() + 1];
        for segment in &segments {
            cuts[segment.start] = true;
            cuts[segment.end] = true;
        }
        let mut hits = lexicon.names_in(folded, &lower);
        hits.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
        let (mut roles, mut metrics) = (Vec::new(), Vec::new());
        for hit in lexicon.terms_in_lowered(folded, 0..folded.len(), &lower) {
            match hit.table {
                TermTable::Roles => roles.push(hit),
                TermTable::Metrics => metrics.push(hit),
                _ => {}
            }
        }
        let mut reading = Reading {
            lexicon,
            segmenter,
            text,
            folded,
            lower,
            sentences,
            meta,
            segments,
            cuts,
            hits,
            known: Vec::new(),
            roles,
            metrics,
            runs: latin::runs(folded, &lexicon.shapes.company_suffixes),
            latin_words: FxHashMap::default(),
            measured,
            boundaries: vec![Cell::new(NOT_ASKED); folded.len() + 1],
            villages: RefCell::default(),
        };
        for run in &reading.runs {
            for word in &run.words {
                *reading.latin_words.entry(&folded[word.clone()]).or_default() += 1;
            }
        }
        reading.known = reading.leftmost_longest();
        reading
    }

    fn leftmost_longest(&self) -> Vec<KnownName> {
        let mut known: Vec<KnownName> = Vec::new();
        let mut at = 0;
        for hit in &self.hits {
            if hit.start < at
                || !self.is_word_fit(hit.start, hit.end)
                || self.is_crossed_by_role(hit)
                || self.is_maker_and_product(hit)
            {
                continue;
            }
            let name = self.lexicon.name(hit.name);
            let kind = self.lexicon.entries()[name.entries[0] as usize].kind;
            let ambiguous = name.ambiguous || hit.doubtful;
            if (ambiguous || matches!(kind, EntityType::Company | EntityType::Place))
                && speaks_against(self, hit.start, hit.end, kind)
            {
                continue;
            }
            known.push(KnownName {
                start: hit.start,
                end: hit.end,
                name: hit.name,
                ambiguous,
                kind,
            });
            at = hit.end;
        }
        known
    }

    /// 美国财政部 of 美国财政部长: the post begins inside the name and goes on beyond it.
    fn is_crossed_by_role(&self, hit: &NameHit) -> bool {
        let low = self.roles.partition_point(|role| role.start <= hit.start);
        self.folded[hit.end..].starts_with('长')
            && self.roles[low..]
                .iter()
                .take_while(|role| role.start < hit.end)
                .any(|role| role.end > hit.end)
    }

    /// 谷歌Gemini: a maker's Chinese name and a product's Latin one, each a name of its own.
    fn is_maker_and_product(&self, hit: &NameHit) -> bool {
        let surface = &self.folded[hit.start..hit.end];
        let Some((latin, _)) = surface.char_indices().find(|(_, c)| !is_han(*c)) else {
            return false;
        };
        let starts = |at: usize, end: Option<usize>| {
            let low = self.hits.partition_point(|other| other.start < at);
            self.hits[low..]
                .iter()
                .take_while(|other| other.start == at)
                .any(|other| end.is_none_or(|end| other.end == end) && other.end <= hit.end.max(at + 1) + 24)
        };
        latin > 0 && starts(hit.start, Some(hit.start + latin)) && starts(hit.start + latin, None)
    }

    /// Whether a short Chinese name isn't made of the edges of other words (长和 in 增长和竞争力): no everyday word may
    /// stand across its edges, and it may not be the middle of a word that the segmenter keeps whole.
    pub fn is_word_fit(&self, start: usize, end: usize) -> bool {
        let surface = &self.folded[start..end];
        let count = surface.chars().count();
        // 美国财政部|长
        if self.folded[end..].starts_with('长') && !self.is_cut(end) {
            return false;
        }
        if count > 3 || !surface.chars().all(is_han) {
            return true;
        }
        // 黄金|价格, 原油|期货: one word for the segmenter, and still the name.
        // 日本|首相 likewise.
        let compound = (self.follows("compound_end", end)
            || self.role_starting(end).is_some_and(|role| !role.ambiguous))
            && self.is_cut(start);
        if compound {
            return true;
        }
        let across = |at: usize| {
            !self.is_cut(at)
                && self
                    .segment_at(at)
                    .is_some_and(|word| self.is_common(word) || count == 2 && word.chars().count() > 2)
        };
        // 对|谷歌, 被|美团: a particle that the segmenter's guess draws to the name.
        let led = self.is_led_by_particle(start);
        let across = |at: usize| !(led && at == start) && across(at);
        // A longer word that the segmenter guessed may well hold the name at its head (商汤升).
        let inside = count == 2 && !led && !self.is_cut(start) && !self.is_cut(end);
        let everyday_tail = across(end) && self.segment_at(end).is_some_and(|word| self.is_common(word));
        // 过程|中|行动迟缓: a word that begins in the name goes on beyond it.
        let tail = self.segments_from(end).first();
        let straddled = tail.is_some_and(|tail| {
            let word = &self.folded[tail.start..tail.end];
            let head = word.char_indices().nth(2).map_or(word, |(at, _)| &word[..at]);
            let long = word.chars().nth(3).is_some();
            long && tail.start > start && tail.start < end && (self.segmenter.knows(word) || self.is_common(head))
        });
        !inside && !across(start) && !everyday_tail && !(count == 2 && straddled)
    }

    /// Whether `start` is the second character of a word that the segmenter only guessed, after a particle.
    fn is_led_by_particle(&self, start: usize) -> bool {
        let index = self.segments.partition_point(|segment| segment.end <= start);
        let Some(segment) = self.segments.get(index).filter(|segment| segment.start < start) else {
            return false;
        };
        let first = &self.folded[segment.start..start];
        let particle = self
            .lexicon
            .shapes
            .boundary_words
            .get(first)
            .is_some_and(|word| word.kind == BoundaryKind::Function && !word.weak)
            // 称|蔚来
            || matches!(first, "称" | "指" | "料");
        first.chars().count() == 1 && particle && !self.is_common(&self.folded[segment.start..segment.end])
    }

    /// The word that holds the byte before and after `at`.
    fn segment_at(&self, at: usize) -> Option<&'a str> {
        let index = self.segments.partition_point(|segment| segment.end <= at);
        self.segments
            .get(index)
            .map(|segment| &self.folded[segment.start..segment.end])
    }

    pub fn is_common(&self, word: &str) -> bool {
        self.lexicon.is_common(word) || self.is_boundary_word(word)
    }

    /// Whether every word between two bytes is an everyday one; single characters are not.
    pub fn is_all_common(&self, start: usize, end: usize) -> bool {
        self.words_in(start, end).all(|word| self.is_common(word))
    }

    pub fn is_cut(&self, at: usize) -> bool {
        self.cuts.get(at).copied().unwrap_or(true)
    }

    /// Whether the segmenter takes what stands between two bytes for one word.
    pub fn is_one_word(&self, start: usize, end: usize) -> bool {
        let index = self.segments.partition_point(|segment| segment.start < start);
        self.segments
            .get(index)
            .is_some_and(|segment| segment.start == start && segment.end == end)
    }

    pub fn char_before(&self, at: usize) -> Option<char> {
        self.folded[..at].chars().next_back()
    }

    pub fn char_at(&self, at: usize) -> Option<char> {
        self.folded[at..].chars().next()
    }

    /// First byte of the line that holds `at`.
    pub fn line_start(&self, at: usize) -> usize {
        self.folded[..at].rfind('\n').map_or(0, |i| i + 1)
    }

    /// Where the clause that holds `at` begins: after the last mark of its line.
    pub fn clause_start(&self, at: usize) -> usize {
        let line = self.line_start(at);
        let marks = |c: char| matches!(c, ',' | '。' | ';' | '!' | '?' | ':');
        self.folded[line..at]
            .char_indices()
            .rfind(|(_, c)| marks(*c))
            .map_or(line, |(i, c)| line + i + c.len_utf8())
    }

    /// As [`Reading::clause_start`], at most `reach` bytes back.
    pub fn clause_head(&self, at: usize, reach: usize) -> usize {
        let mut head = self.clause_start(at).max(at.saturating_sub(reach));
        while !self.folded.is_char_boundary(head) {
            head += 1;
        }
        head
    }

    pub fn line_end(&self, at: usize) -> usize {
        self.folded[at..].find('\n').map_or(self.folded.len(), |i| at + i)
    }

    /// The lexicon name that ends exactly at `end`: the longest.
    pub fn known_ending(&self, end: usize) -> Option<KnownName> {
        // The leftmost longest first, then any other.
        let index = self.known.partition_point(|known| known.end < end);
        if let Some(known) = self.known.get(index).filter(|known| known.end == end) {
            return Some(*known);
        }
        let low = self.hits.partition_point(|hit| hit.start + 96 < end);
        self.hits[low..]
            .iter()
            .take_while(|hit| hit.start < end)
            .find(|hit| hit.end == end && self.is_word_fit(hit.start, hit.end))
            .map(|hit| self.as_known(hit))
    }

    pub fn known_starting(&self, start: usize) -> Option<KnownName> {
        let index = self.known.partition_point(|known| known.start < start);
        self.known.get(index).filter(|known| known.start == start).copied()
    }

    /// The known name that covers this byte.
    pub fn known_at(&self, at: usize) -> Option<KnownName> {
        let index = self.known.partition_point(|known| known.end <= at);
        self.known.get(index).filter(|known| known.start <= at).copied()
    }

    /// Known names within a range, sorted.
    pub fn known_in(&self, range: Range<usize>) -> &[KnownName] {
        let low = self.known.partition_point(|known| known.start < range.start);
        let high = self.known.partition_point(|known| known.start < range.end);
        &self.known[low..high]
    }

    fn as_known(&self, hit: &NameHit) -> KnownName {
        let name = self.lexicon.name(hit.name);
        KnownName {
            start: hit.start,
            end: hit.end,
            name: hit.name,
            ambiguous: name.ambiguous || hit.doubtful,
            kind: self.lexicon.entries()[name.entries[0] as usize].kind,
        }
    }

    /// The words between two bytes, those that only reach into the range included.
    pub fn segments_in(&self, start: usize, end: usize) -> Vec<&'a str> {
        self.words_in(start, end).collect()
    }

    /// The same without keeping them.
    pub fn words_in(&self, start: usize, end: usize) -> impl Iterator<Item = &'a str> + '_ {
        let low = self.segments.partition_point(|segment| segment.end <= start);
        self.segments[low..]
            .iter()
            .take_while(move |segment| segment.start < end)
            .map(move |segment| &self.folded[segment.start..segment.end])
    }

    /// The words from the one that holds `at` on.
    pub fn segments_from(&self, at: usize) -> &[Segment] {
        &self.segments[self.segments.partition_point(|segment| segment.end <= at)..]
    }

    /// The quantities and dates that end behind `at`.
    pub fn measured_from(&self, at: usize) -> &[Range<usize>] {
        &self.measured[self.measured.partition_point(|range| range.end <= at)..]
    }

    /// Whether a quantity or date begins at most `reach` bytes behind `at`.
    pub fn has_figure(&self, at: usize, reach: usize) -> bool {
        let next = self.measured_from(at).first();
        next.is_some_and(|range| range.start <= at + reach)
    }

    /// Whether a per cent sign or its like follows a number that ends at `at`.
    pub fn is_percentage(&self, at: usize) -> bool {
        self.folded[at..].trim_start_matches(' ').starts_with(['%', '‰'])
    }

    /// The quantity or date that covers a byte.
    pub fn is_measured(&self, at: usize) -> bool {
        let index = self.measured.partition_point(|range| range.start <= at);
        self.measured[..index].iter().rev().take(3).any(|range| range.end > at)
    }

    /// Whether a quantity or date that isn't a bare number begins at `at`.
    pub fn is_measured_to(&self, at: usize) -> bool {
        let index = self.measured.partition_point(|range| range.start < at);
        self.measured[index..]
            .iter()
            .take_while(|range| range.start == at)
            .any(|range| {
                !self.folded[range.clone()]
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b == b'.')
            })
    }

    pub fn is_boundary_word(&self, word: &str) -> bool {
        self.lexicon
            .shapes
            .boundary_words
            .get(word)
            .is_some_and(|boundary| !boundary.weak || word.chars().count() > 1)
    }

    /// The longest boundary word that ends at `end`; one of a single character must be a word of its own.
    pub fn boundary_before(&self, end: usize) -> Option<usize> {
        let known = &self.boundaries[end];
        if known.get() == NOT_ASKED {
            let found = self.find_boundary_before(end);
            known.set(found.map_or(NO_BOUNDARY, |start| start as u32));
        }
        (known.get() != NO_BOUNDARY).then(|| known.get() as usize)
    }

    fn find_boundary_before(&self, end: usize) -> Option<usize> {
        let mut start = end;
        let mut found = None;
        for count in 1..=5 {
            let Some(c) = self.char_before(start) else {
                break;
            };
            if !is_han(c) {
                break;
            }
            start -= c.len_utf8();
            let Some(boundary) = self.lexicon.shapes.boundary_words.get(&self.folded[start..end]) else {
                continue;
            };
            // A known name beats a boundary word (希望 of 新希望).
            let inside = self.hits_around(start, end);
            if inside {
                continue;
            }
            if count > 1 {
                if self.is_cut(end) || self.is_cut(start) {
                    found = Some(start);
                }
                continue;
            }
            // A single character counts as a word of its own; at the head of a word that only the segmenter's guess
            // holds together (由德联) as well.
            let guessed = !self.is_cut(end) && self.segment_at(end).is_some_and(|word| !self.is_common(word));
            let alone = self.is_cut(start) && (self.is_cut(end) || (guessed && !boundary.weak));
            // What hardly occurs in names cuts even the middle of a guessed word (轮由德联).
            let telling = guessed && "由被把向的与对在从及拟将".contains(&self.folded[start..end]);
            if alone || telling {
                found = Some(start);
            }
        }
        found
    }

    /// Whether a lexicon name that stands here as a word holds these bytes and more.
    fn hits_around(&self, start: usize, end: usize) -> bool {
        self.known_at(start)
            .is_some_and(|known| known.start <= start && known.end >= end && known.end - known.start > end - start)
    }

    /// What kind of boundary word stands between two bytes.
    pub fn boundary_kind(&self, start: usize, end: usize) -> Option<BoundaryKind> {
        self.lexicon
            .shapes
            .boundary_words
            .get(&self.folded[start..end])
            .map(|boundary| boundary.kind)
    }

    /// How much the words between two bytes look like a name's: everyday words speak against it, words that no dictionary
    /// knows and Latin capitals for it; places and known names are neutral.
    pub fn likeness(&self, start: usize, end: usize) -> f32 {
        const DERIVED: &[char] = &[
            '化', '性', '型', '式', '者', '率', '额', '量', '类', '期', '度', '力', '级', '们', '股',
        ];
        let mut sum = 0.0;
        let mut singles = 0;
        for word in self.words_in(start, end) {
            let count = word.chars().count();
            let first = word.chars().next().unwrap_or(' ');
            if !is_han(first) {
                sum += match first {
                    c if c.is_uppercase() && count > 1 && !self.lexicon.shapes.latin_stop.contains_key(word) => 0.7,
                    c if c.is_ascii_digit() => -0.6,
                    _ => 0.0,
                };
                singles = 0;
            } else if count == 1 {
                if self.is_char_in("everyday_character", first) {
                    sum -= 0.8;
                    singles = 0;
                } else {
                    singles += 1;
                    if singles == 2 {
                        sum += 0.7;
                    }
                }
            } else {
                singles = 0;
                sum += match self.lexicon.name_of(word) {
                    Some(id) => {
                        let name = self.lexicon.name(id);
                        let kind = self.lexicon.entries()[name.entries[0] as usize].kind;
                        match kind {
                            EntityType::Company if !name.ambiguous || !self.is_common(word) => 0.7,
                            EntityType::Place => 0.2,
                            _ => -0.2,
                        }
                    }
                    None if self.lexicon.shapes.company_suffixes.forms.contains_key(word) => -0.5,
                    None if self.is_common(word) => -1.0,
                    None if word.ends_with(DERIVED) && count > 2 => -0.6,
                    None => 0.9,
                };
            }
        }
        sum
    }

    /// The roles that begin within a range.
    pub fn roles_in(&self, range: Range<usize>) -> &[TermHit] {
        let low = self.roles.partition_point(|role| role.start < range.start);
        let high = self.roles.partition_point(|role| role.start < range.end);
        &self.roles[low..high.max(low)]
    }

    /// The role that ends at `end` or before spaces.
    pub fn role_ending(&self, end: usize) -> Option<TermHit> {
        // Roles are sorted by start; none is longer than this.
        let low = self.roles.partition_point(|role| role.start + 64 < end);
        self.roles[low..]
            .iter()
            .take_while(|role| role.start < end)
            .find(|role| role.end == end)
            .copied()
    }

    pub fn role_starting(&self, start: usize) -> Option<TermHit> {
        let index = self.roles.partition_point(|role| role.start < start);
        self.roles.get(index).filter(|role| role.start == start).copied()
    }

    /// Whether one of the cues of a class stands at `at`.
    pub fn cue_at(&self, class: &str, at: usize) -> bool {
        self.lexicon.cue_beginning(class, &self.lower[at..]).is_some()
    }

    pub fn cue_before(&self, class: &str, at: usize) -> bool {
        self.lexicon.cue_ending(class, &self.lower[..at]).is_some()
    }

    /// Whether a cue of any class begins at `at`, those of a single character included.
    pub fn begins_verb(&self, at: usize) -> bool {
        let rest = &self.lower[at..];
        self.lexicon
            .cue_classes()
            .any(|class| self.lexicon.cue_beginning(class, rest).is_some())
    }

    /// Whether a word of the class (`shapes/surroundings.tsv`) begins at `at`.
    pub fn follows(&self, class: &str, at: usize) -> bool {
        self.lexicon.surroundings(class).begins(&self.lower[at..]).is_some()
    }

    /// What stands between quotation marks of these kinds, kind by kind, each within its line.
    pub fn quotations<'s>(&'s self, marks: &'s [(char, char)]) -> impl Iterator<Item = Quotation> + 's {
        marks.iter().flat_map(move |&(open_mark, close_mark)| {
            // Where the next closing mark or line end is, sought once for all opening marks before it.
            let mut stop = None;
            self.folded.match_indices(open_mark).filter_map(move |(open, mark)| {
                let start = open + mark.len();
                let end = match stop {
                    Some(at) if at >= start => at,
                    _ => self.folded[start..]
                        .find(['\n', close_mark])
                        .map_or(self.folded.len(), |i| start + i),
                };
                stop = Some(end);
                self.folded[end..].starts_with(close_mark).then(|| Quotation {
                    mark: open_mark,
                    open,
                    inner: start..end,
                    after: end + close_mark.len_utf8(),
                })
            })
        })
    }

    /// Whether one ends at `at`.
    pub fn precedes(&self, class: &str, at: usize) -> bool {
        self.lexicon.surroundings(class).ends(&self.lower[..at]).is_some()
    }

    /// Whether the lexicon has a name as a place's first of all.
    pub fn is_place(&self, name: &str) -> bool {
        self.lexicon.name_of(name).is_some_and(|id| {
            let entry = self.lexicon.name(id).entries[0];
            self.lexicon.entries()[entry as usize].kind == EntityType::Place
        })
    }

    pub fn is_in(&self, class: &str, word: &str) -> bool {
        let class = self.lexicon.surroundings(class);
        class.has(word)
            || (!word.is_ascii() || word.bytes().any(|b| b.is_ascii_uppercase())) && class.has(&lowered(word))
    }

    pub fn is_char_in(&self, class: &str, c: char) -> bool {
        self.lexicon.surroundings(class).has(c.encode_utf8(&mut [0; 4]))
    }

    /// How often a name stands in the article around `at`, counted up to `limit`.
    pub fn count(&self, at: usize, name: &str, limit: usize) -> usize {
        occurrences(&self.folded[self.article_around(at)], name)
            .take(limit)
            .count()
    }

    /// Whether every Latin word of a name recurs: a quick no for the many that stand once.
    pub fn recurs(&self, words: &[Range<usize>], times: u32) -> bool {
        words.iter().all(|word| {
            self.latin_words
                .get(&self.folded[word.clone()])
                .is_some_and(|count| *count >= times)
        })
    }

    /// The article around a byte: the whole text unless it is longer than articles are; then a bound keeps the reading
    /// linear.
    pub fn article_around(&self, at: usize) -> Range<usize> {
        const REACH: usize = 16 << 10;
        let mut from = at.saturating_sub(REACH);
        while !self.folded.is_char_boundary(from) {
            from -= 1;
        }
        let mut to = (at + REACH).min(self.folded.len());
        while !self.folded.is_char_boundary(to) {
            to += 1;
        }
        from..to
    }

    /// The paragraph of a byte; 0 is the title.
    pub fn sentence_at(&self, at: usize) -> Option<&Sentence> {
        let index = self.sentences.partition_point(|sentence| sentence.end <= at);
        self.sentences.get(index).filter(|sentence| sentence.start <= at)
    }

    pub fn is_english_at(&self, at: usize) -> bool {
        self.sentence_at(at).is_some_and(|sentence| sentence.english)
    }
}

/// Characters of which names are made; others end them.
pub(crate) fn is_name_char(c: char) -> bool {
    is_han(c) || c.is_alphanumeric() || matches!(c, '·' | '&')
}
