//! The skeleton of a sentence: what patterns are matched on.
//!
//! Every mention, quantity, date, role and metric stands as one private-use character of its kind, a list of them
//! (阿里巴巴 (9988)、騰訊 (700) …) as one as well; brackets that only explain a name, and quotation marks around one,
//! are left out; the rest is the folded text in lower case. So a pattern says `<subject:Company>收购<object:Company>`
//! once, and names, codes, lists and scripts don't concern it.

use super::matcher::{Line, kind};
use super::predicate::Predicate;
use crate::entity::lexicon::TermHit;
use crate::entity::{EntityType, Found, RoleHit};
use crate::measure::{Date, Kind, Quantity};
use crate::text::Sentence;
use serde::Deserialize;
use std::ops::Range;

/// What one symbol of a skeleton stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// Indices of mentions; more than one for a list.
    Mentions(Vec<usize>),
    Quantities(Vec<usize>),
    Date(usize),
    /// Indices of role hits; more than one for 创始人兼CEO.
    Roles(Vec<usize>),
    /// Indices of the metrics' term hits; more than one for 营收和净利润.
    Metrics(Vec<usize>),
}

/// One character of the skeleton and where it comes from.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Byte in `Skeleton::text`
    at: u32,
    /// Bytes of the folded text
    start: u32,
    end: u32,
    /// Index into `Skeleton::items`, or `NONE`
    item: u32,
}

const NONE: u32 = u32::MAX;

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Skeleton {
    pub text: String,
    /// The characters of `text`
    pub chars: Vec<char>,
    /// Their kinds, as forms tell them apart
    kinds: Vec<u8>,
    /// Which symbols are among them, and where
    pub symbols: SymbolSet,
    symbols_at: Vec<u32>,
    /// Which characters have a kind of their own
    marks_at: Vec<u32>,
    /// By character: how many of those stand before it
    marks_before: Vec<u32>,
    pub items: Vec<Item>,
    places: Vec<Place>,
    end: usize,
}

/// What a document's skeletons are made from.
pub struct Parts<'a> {
    pub folded: &'a str,
    pub found: &'a Found,
    pub quantities: &'a [Quantity],
    pub dates: &'a [Date],
    /// Hits of the table of metrics, sorted.
    pub metrics: &'a [TermHit],
    pub roles: &'a [RoleHit],
    /// Words that a round of investments is told with
    pub rounds: &'a [String],
}

/// The symbol of an entity type.
pub fn entity_symbol(kind: EntityType) -> char {
    match kind {
        EntityType::Company => '\u{e000}',
        EntityType::Organization => '\u{e001}',
        EntityType::Person => '\u{e002}',
        EntityType::Place => '\u{e003}',
        EntityType::Product => '\u{e004}',
        EntityType::Model => '\u{e005}',
        EntityType::Chip => '\u{e006}',
        EntityType::Listing => '\u{e007}',
        EntityType::Index => '\u{e008}',
        EntityType::Benchmark => '\u{e009}',
        EntityType::Ranking => '\u{e00a}',
    }
}

/// First and last symbol of entities, for character classes.
pub const ENTITY_SYMBOLS: (char, char) = ('\u{e000}', '\u{e00a}');

/// The symbol of a kind of quantity.
pub fn quantity_symbol(kind: Kind) -> char {
    match kind {
        Kind::Percent => '\u{e010}',
        Kind::Money => '\u{e011}',
        Kind::Multiple => '\u{e012}',
        Kind::Count => '\u{e013}',
        Kind::Duration => '\u{e014}',
        Kind::Number => '\u{e015}',
    }
}

/// A set of symbols.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SymbolSet(u64);

impl SymbolSet {
    /// The number of a symbol, `None` for other characters.
    pub fn number(c: char) -> Option<u8> {
        let number = (c as u32).checked_sub('\u{e000}' as u32)?;
        (number <= u32::from(METRIC_SYMBOL) - 0xe000).then_some(number as u8)
    }

    /// The bit of a symbol, no bit for other characters.
    fn of(c: char) -> SymbolSet {
        SymbolSet(SymbolSet::number(c).map_or(0, |number| 1 << number))
    }

    /// The set of these characters if all are symbols.
    pub fn of_ranges(ranges: impl Iterator<Item = (char, char)>) -> Option<SymbolSet> {
        let mut set = SymbolSet::default();
        for (low, high) in ranges {
            if low < '\u{e000}' || high > METRIC_SYMBOL {
                return None;
            }
            for c in low..=high {
                set |= SymbolSet::of(c);
            }
        }
        Some(set)
    }

    pub fn meets(self, other: SymbolSet) -> bool {
        self.0 & other.0 != 0
    }
}

impl std::ops::BitOrAssign for SymbolSet {
    fn bitor_assign(&mut self, other: SymbolSet) {
        self.0 |= other.0;
    }
}

/// What a symbol is called in patterns; `None` for other characters.
fn symbol_name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{e000}' => "Company",
        '\u{e001}' => "Organization",
        '\u{e002}' => "Person",
        '\u{e003}' => "Place",
        '\u{e004}' => "Product",
        '\u{e005}' => "Model",
        '\u{e006}' => "Chip",
        '\u{e007}' => "Listing",
        '\u{e008}' => "Index",
        '\u{e009}' => "Benchmark",
        '\u{e00a}' => "Ranking",
        '\u{e010}' => "percent",
        '\u{e011}' => "money",
        '\u{e012}' => "multiple",
        '\u{e013}' => "count",
        '\u{e014}' => "duration",
        '\u{e015}' => "number",
        DATE_SYMBOL => "date",
        ROLE_SYMBOL => "role",
        METRIC_SYMBOL => "metric",
        _ => return None,
    })
}

pub const DATE_SYMBOL: char = '\u{e020}';
pub const ROLE_SYMBOL: char = '\u{e021}';
pub const METRIC_SYMBOL: char = '\u{e022}';

/// Longest bracket that is taken for an explanation and left out, in bytes.
const MAX_ASIDE: usize = 120;

/// Which skeleton of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Depth {
    /// Every name as it stands: what relations between a name and its attribute are read from
    Whole,
    /// A name without the names and posts that only describe it (Tesla行政總裁馬斯克 is 馬斯克, 馬斯克旗下X平台 is
    /// X平台): what events are read from
    Heads,
    /// Of these a model or product without its maker (谷歌Gemini 2.5 Pro, OpenAI's o1): what is measured and compared
    Things,
}

impl Depth {
    /// What a predicate is read from: what a name's attributes say, what is said of it, or what is measured of it.
    pub(super) fn of(predicate: Predicate) -> Depth {
        use Predicate::*;
        match predicate {
            FoundedBy | EstablishedOn | HeadquarteredIn | SubsidiaryOf | HoldsPosition | EducatedAt | BornOn
            | BornIn | AlsoKnownAs | Owns | HoldsStakeIn | Developed | PartneredWith | ListedAs => Depth::Whole,
            ComparedWith | CompetesWith | ScoredOn | RankedOn | TrainedOn | HasMetric => Depth::Things,
            _ => Depth::Heads,
        }
    }
}

/// The skeletons of one sentence.
#[derive(Debug, Clone)]
pub struct Skeletons {
    pub whole: Skeleton,
    /// Where it is another than the whole one
    heads: Option<Skeleton>,
    /// Where it is another than that of heads
    things: Option<Skeleton>,
}

impl Skeletons {
    pub(super) fn new(parts: &Parts<'_>, sentence: &Sentence) -> Skeletons {
        let atoms = atoms(parts, sentence);
        let whole = Skeleton::new(parts, sentence, &atoms);
        let at = |depth| heads(parts, sentence, &atoms, depth).map(|atoms| Skeleton::new(parts, sentence, &atoms));
        let heads = at(Depth::Heads);
        let makers = heads.as_ref().unwrap_or(&whole).names_a_maker();
        Skeletons {
            things: makers.then(|| at(Depth::Things)).flatten(),
            heads,
            whole,
        }
    }

    pub fn at(&self, depth: Depth) -> &Skeleton {
        let heads = self.heads.as_ref();
        match depth {
            Depth::Whole => &self.whole,
            Depth::Heads => heads.unwrap_or(&self.whole),
            Depth::Things => self.things.as_ref().or(heads).unwrap_or(&self.whole),
        }
    }
}

#[derive(Clone)]
struct Atom {
    /// Where what the symbol swallows begins: its attributes, or `start`
    from: usize,
    start: usize,
    end: usize,
    symbol: char,
    item: Item,
}

impl Skeleton {
    /// Builds a skeleton of one sentence.
    fn new(parts: &Parts<'_>, sentence: &Sentence, atoms: &[Atom]) -> Skeleton {
        let atoms = lists(parts, sentence, atoms);
        let length = sentence.end - sentence.start;
        // Most characters of Chinese have three bytes.
        let count = if sentence.english { length } else { length / 2 };
        let mut skeleton = Skeleton {
            end: sentence.end,
            text: String::with_capacity(length),
            chars: Vec::with_capacity(count),
            kinds: Vec::with_capacity(count),
            marks_before: Vec::with_capacity(count),
            places: Vec::with_capacity(count),
            ..Skeleton::default()
        };
        let mut at = sentence.start;
        let mut space = false;
        let mut atoms = atoms.into_iter().peekable();
        while at < sentence.end {
            if let Some(atom) = atoms.next_if(|atom| atom.from <= at) {
                if space && sentence.english {
                    skeleton.push_char(' ', at..at, NONE);
                }
                space = false;
                let index = skeleton.items.len() as u32;
                at = atom.end.max(at);
                skeleton.items.push(atom.item);
                skeleton.push_char(atom.symbol, atom.start..atom.end, index);
                continue;
            }
            let limit = atoms.peek().map_or(sentence.end, |atom| atom.from.min(sentence.end));
            let Some(c) = parts.folded[at..limit].chars().next() else {
                break;
            };
            let next = at + c.len_utf8();
            if c == '('
                && let Some(end) = aside_end(parts, at, sentence.end)
            {
                at = end;
                while atoms.next_if(|atom| atom.from < end).is_some() {}
                continue;
            }
            if c == ' ' {
                space = !skeleton.text.is_empty();
                at = next;
                continue;
            }
            // Marks that only set a name off are left out, so that patterns needn't know them.
            let before_atom = matches!(c, '“' | '《')
                && atoms
                    .peek()
                    .is_some_and(|atom| atom.start == next && closes(parts.folded, atom.end));
            let after_atom = matches!(c, '”' | '》')
                && skeleton.places.last().is_some_and(|p| {
                    p.item != NONE && p.end as usize == at && opens_before(parts.folded, p.start as usize)
                });
            if before_atom || after_atom {
                at = next;
                continue;
            }
            if space && sentence.english {
                skeleton.push_char(' ', at..at, NONE);
            }
            space = false;
            skeleton.push_char(lower(c), at..next, NONE);
            at = next;
        }
        skeleton
    }

    fn push_char(&mut self, c: char, origin: Range<usize>, item: u32) {
        self.places.push(Place {
            at: self.text.len() as u32,
            start: origin.start as u32,
            end: origin.end as u32,
            item,
        });
        self.marks_before.push(self.marks_at.len() as u32);
        let kind = kind(c);
        if kind != 0 {
            self.marks_at.push(self.chars.len() as u32);
        }
        self.text.push(c);
        self.chars.push(c);
        self.kinds.push(kind);
        let symbol = SymbolSet::of(c);
        if symbol != SymbolSet::default() {
            self.symbols |= symbol;
            self.symbols_at.push(self.chars.len() as u32 - 1);
        }
    }

    /// Whether a model or product stands behind its maker.
    fn names_a_maker(&self) -> bool {
        self.symbols_at.windows(2).any(|pair| {
            let [maker, thing] = [pair[0] as usize, pair[1] as usize];
            is_maker(self.chars[maker]) && is_thing(self.chars[thing]) && thing - maker <= 4
        })
    }

    /// For a reader: symbols as `<Company>`, `<percent>`, `<date>`, a list with its length.
    pub fn render(&self) -> String {
        let mut out = String::new();
        for (at, c) in self.text.char_indices() {
            match symbol_name(c) {
                Some(name) => {
                    let length = match self.item_at(at) {
                        Some(
                            Item::Mentions(list) | Item::Quantities(list) | Item::Roles(list) | Item::Metrics(list),
                        ) => list.len(),
                        _ => 1,
                    };
                    out.push('<');
                    out.push_str(name);
                    if length > 1 {
                        out.push_str(&format!("*{length}"));
                    }
                    out.push('>');
                }
                None => out.push(c),
            }
        }
        out
    }

    /// What forms are matched on.
    pub(super) fn line(&self) -> Line<'_> {
        Line {
            chars: &self.chars,
            kinds: &self.kinds,
            symbols: &self.symbols_at,
            marks: &self.marks_at,
            marks_before: &self.marks_before,
        }
    }

    /// Counts the characters before bytes of `text`.
    pub(super) fn counter(&self) -> Counter<'_> {
        Counter {
            places: &self.places,
            at: 0,
        }
    }

    /// Bytes of `text` of a range of its characters.
    pub fn bytes(&self, chars: Range<usize>) -> Range<usize> {
        let at = |i: usize| self.places.get(i).map_or(self.text.len(), |p| p.at as usize);
        at(chars.start)..at(chars.end)
    }

    /// Bytes of the folded text that a range of the skeleton stands for.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        let first = self.places.partition_point(|p| (p.at as usize) < range.start);
        let last = self.places.partition_point(|p| (p.at as usize) < range.end);
        let start = self.places.get(first).map_or(self.end, |p| p.start as usize);
        let end = if last > first {
            self.places[last - 1].end as usize
        } else {
            start
        };
        start..end.max(start)
    }

    /// The item whose symbol stands at byte `at` of the skeleton.
    pub fn item_at(&self, at: usize) -> Option<&Item> {
        let i = self.places.binary_search_by_key(&(at as u32), |p| p.at).ok()?;
        self.items.get(self.places[i].item as usize)
    }

    /// Every item with the byte of its symbol, in order.
    pub fn items_in(&self, range: Range<usize>) -> impl DoubleEndedIterator<Item = (usize, &Item)> {
        let first = self.places.partition_point(|p| (p.at as usize) < range.start);
        let last = self.places.partition_point(|p| (p.at as usize) < range.end).max(first);
        self.places[first..last]
            .iter()
            .filter(|p| p.item != NONE)
            .map(|p| (p.at as usize, &self.items[p.item as usize]))
    }
}

/// The first character of the lower case of one. Between the scripts with cases and those of East Asia the standard
/// library looks far and long.
fn lower(c: char) -> char {
    match c {
        '\u{2e80}'..='\u{a63f}' => c,
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// Counts the characters before bytes that are asked about in order.
pub(super) struct Counter<'a> {
    places: &'a [Place],
    at: usize,
}

impl Counter<'_> {
    pub fn chars_before(&mut self, byte: usize) -> u32 {
        while self.places.get(self.at).is_some_and(|place| (place.at as usize) < byte) {
            self.at += 1;
        }
        self.at as u32
    }
}

fn closes(folded: &str, at: usize) -> bool {
    folded[at..].starts_with(['”', '》'])
}

fn opens_before(folded: &str, at: usize) -> bool {
    folded[..at].ends_with(['“', '《'])
}

fn atoms(parts: &Parts<'_>, sentence: &Sentence) -> Vec<Atom> {
    let range = sentence.start..sentence.end;
    let mut atoms: Vec<Atom> = Vec::new();
    let inside = |start: usize, end: usize| start >= range.start && end <= range.end;
    let first = parts.found.mentions.partition_point(|m| m.start < range.start);
    for (offset, mention) in parts.found.mentions[first..].iter().enumerate() {
        if mention.start >= range.end {
            break;
        }
        // 丹麦 in 835亿丹麦克朗 is no place.
        if mention.kind == EntityType::Place && in_quantity(parts.quantities, mention.start, mention.end) {
            continue;
        }
        let index = first + offset;
        // 两者, 双方: several entities share one span.
        if let Some(last) = atoms.last_mut()
            && last.start == mention.start
            && let Item::Mentions(list) = &mut last.item
        {
            list.push(index);
            continue;
        }
        if inside(mention.start, mention.end) && atoms.last().is_none_or(|a| a.end <= mention.start) {
            let end = bracket_end(parts, index).unwrap_or(mention.end).min(range.end);
            atoms.push(Atom {
                from: mention.start,
                start: mention.start,
                end,
                symbol: entity_symbol(mention.kind),
                item: Item::Mentions(vec![index]),
            });
        }
    }
    let free = |atoms: &[Atom], start: usize, end: usize| {
        let i = atoms.partition_point(|a| a.end <= start);
        atoms.get(i).is_none_or(|a| a.start >= end)
    };
    let mut insert = |start: usize, end: usize, symbol: char, item: Item| {
        if inside(start, end) && start < end && free(&atoms, start, end) {
            let i = atoms.partition_point(|a| a.start < start);
            atoms.insert(
                i,
                Atom {
                    from: start,
                    start,
                    end,
                    symbol,
                    item,
                },
            );
        }
    };
    let from = parts.dates.partition_point(|d| d.start < range.start);
    for (i, date) in parts
        .dates
        .iter()
        .enumerate()
        .skip(from)
        .take_while(|(_, d)| d.start < range.end)
    {
        insert(date.start, date.end, DATE_SYMBOL, Item::Date(i));
    }
    let from = parts.quantities.partition_point(|q| q.start < range.start);
    for (i, q) in parts
        .quantities
        .iter()
        .enumerate()
        .skip(from)
        .take_while(|(_, q)| q.start < range.end)
    {
        insert(q.start, q.end, quantity_symbol(q.kind), Item::Quantities(vec![i]));
    }
    let from = parts.roles.partition_point(|r| r.start < range.start);
    for (i, r) in parts
        .roles
        .iter()
        .enumerate()
        .skip(from)
        .take_while(|(_, r)| r.start < range.end)
    {
        // 全球员工, 股东应占溢利: a post's name within a metric's is none.
        let m = parts.metrics.partition_point(|m| m.end < r.end);
        if parts
            .metrics
            .get(m)
            .is_some_and(|m| m.start <= r.start && m.end - m.start > r.end - r.start)
        {
            continue;
        }
        insert(r.start, r.end, ROLE_SYMBOL, Item::Roles(vec![i]));
    }
    let from = parts.metrics.partition_point(|m| m.start < range.start);
    for (i, m) in parts
        .metrics
        .iter()
        .enumerate()
        .skip(from)
        .take_while(|(_, m)| m.start < range.end)
    {
        insert(m.start, m.end, METRIC_SYMBOL, Item::Metrics(vec![i]));
    }
    atoms
}

/// Whether a span is a part of a quantity and not the whole of it.
fn in_quantity(quantities: &[Quantity], start: usize, end: usize) -> bool {
    let i = quantities.partition_point(|q| q.end < end);
    quantities.get(i).is_some_and(|q| q.start < start)
}

fn bracket_end(parts: &Parts<'_>, mention: usize) -> Option<usize> {
    let brackets = &parts.found.brackets;
    let i = brackets.binary_search_by_key(&mention, |b| b.mention).ok()?;
    Some(brackets[i].end)
}

/// Words by which a name in front only says whose the name behind is.
const POSSESSIVES: [&str; 22] = [
    "旗下",
    "旗下的",
    "名下的",
    "名下",
    "麾下的",
    "麾下",
    "全资子公司",
    "控股子公司",
    "子公司",
    "附属公司",
    "全资附属公司",
    "的全资子公司",
    "的控股子公司",
    "的子公司",
    "的附属公司",
    "旗下子公司",
    "旗下公司",
    "下属公司",
    "全资下属公司",
    "及其全资下属公司",
    "'s",
    "母公司",
];

/// What stands between a maker and its model or product.
const MAKERS_MARKS: [&str; 3] = ["", "的", "'s"];

fn is_maker(symbol: char) -> bool {
    matches!(symbol, '\u{e000}' | '\u{e001}')
}

fn is_thing(symbol: char) -> bool {
    matches!(symbol, '\u{e004}'..='\u{e006}')
}

/// Last characters of what says which kind of firm follows (厂商, 车企, 业者, 公司, 巨头, 基金, 新创, 品牌).
const KINDS_OF_FIRMS: [char; 14] = [
    '商', '厂', '企', '业', '司', '团', '头', '金', '构', '牌', '者', '创', '兽', '社',
];

/// What is left without the names and posts that only describe the name behind them; `None` where there are none.
fn heads(parts: &Parts<'_>, sentence: &Sentence, atoms: &[Atom], depth: Depth) -> Option<Vec<Atom>> {
    /// An atom, and where what it swallows begins
    struct Head<'a> {
        from: usize,
        atom: &'a Atom,
    }
    let mut out: Vec<Head<'_>> = Vec::with_capacity(atoms.len());
    let is_entity = |c: char| (ENTITY_SYMBOLS.0..=ENTITY_SYMBOLS.1).contains(&c);
    let is_org = |c: char| matches!(c, '\u{e000}' | '\u{e001}' | '\u{e003}');
    let between = |a: &Head<'_>, from: usize| {
        let gap = parts.folded.get(a.atom.end..from).unwrap_or("");
        gap.trim_matches(['”', '“', ' '])
    };
    for atom in atoms {
        let mut begin = atom.from;
        if atom.symbol == '\u{e002}' {
            // (Org) role… Person
            while let Some(role) = out.last().filter(|a| {
                a.atom.symbol == ROLE_SYMBOL && matches!(between(a, begin), "" | "、" | "兼" | "," | "及" | "和")
            }) {
                begin = role.from;
                out.pop();
                if let Some(org) = out.last().filter(|a| is_org(a.atom.symbol)) {
                    let gap = between(org, begin);
                    if gap.chars().count() <= 6
                        && !gap.contains([
                            ',', ';', ':', '。', '、', '与', '和', '对', '向', '由', '获', '任', '聘',
                        ])
                    {
                        begin = org.from;
                        out.pop();
                    }
                }
            }
        } else if is_entity(atom.symbol)
            && let Some(owner) = out.last().filter(|a| is_entity(a.atom.symbol))
        {
            let gap = between(owner, begin);
            let described = owner.atom.symbol;
            let named = |tail: &str| {
                gap.strip_prefix(tail).is_some_and(|rest| {
                    rest.chars().count() <= 8 && !rest.contains([',', ';', ':', '。', '、', '与', '和', '对', '在'])
                })
            };
            // Alibaba's U.S.-listed shares are still Alibaba's.
            let placed = gap == "'s" && atom.symbol == '\u{e003}' && described != '\u{e003}';
            let owned = !placed && POSSESSIVES.contains(&gap)
                || (!sentence.english && (named("旗下") || named("旗下的")))
                || (described == '\u{e002}' && gap == "的" && is_org(atom.symbol));
            // 台湾散热厂商禾硕精密, 法国EnerPlex; but not 在美国英伟达….
            let from = described == '\u{e003}'
                && !sentence.english
                && matches!(atom.symbol, '\u{e000}' | '\u{e001}')
                && gap.chars().count() <= 10
                && !gap.contains([
                    ',', ';', ':', '。', '、', '的', '与', '和', '对', '在', '向', '由', '将', '被',
                ])
                && (gap.is_empty() || gap.ends_with(KINDS_OF_FIRMS))
                && !parts.folded[..owner.from].ends_with(['在', '于', '到', '赴', '至', '从', '自']);
            let made = depth == Depth::Things
                && is_maker(owner.atom.symbol)
                && is_thing(atom.symbol)
                && MAKERS_MARKS.contains(&gap);
            if owned || from || made {
                begin = owner.from;
                out.pop();
            }
        }
        out.push(Head { from: begin, atom });
    }
    (out.len() < atoms.len()).then(|| {
        out.into_iter()
            .map(|head| Atom {
                from: head.from,
                ..head.atom.clone()
            })
            .collect()
    })
}

/// Joins what a list holds into one atom.
fn lists(parts: &Parts<'_>, sentence: &Sentence, atoms: &[Atom]) -> Vec<Atom> {
    let mut out: Vec<Atom> = Vec::with_capacity(atoms.len());
    for (i, atom) in atoms.iter().enumerate() {
        let joins = out.last().is_some_and(|last| {
            last.end <= atom.start
                && !is_alone(parts, sentence, last)
                // 甲、乙、丙旗下丁: 丁 is 丙's.
                && !(atom.symbol == entity_symbol(EntityType::Company) && parts.folded[atom.end..].starts_with("旗下"))
                && same_class(&last.item, last.symbol, &atom.item, atom.symbol)
                && alike(parts, &last.item, &atom.item)
                && {
                    let between =
                        parts.folded[last.end..atom.from.max(last.end)].trim_matches(['”', '》', '“', '《', ' ']);
                    if matches!(atom.item, Item::Roles(_)) {
                        return matches!(
                            between,
                            "" | "兼"
                                | "、"
                                | "及"
                                | "和"
                                | "与"
                                | "兼任"
                                | "暨"
                                | "/"
                                | "and"
                                | ","
                                | ", and"
                                | "&"
                                | "and the"
                                | "以及"
                        );
                    }
                    if sentence.english {
                        is_english_separator(between) || (between == "," && list_goes_on(parts.folded, atoms, i))
                    } else {
                        matches!(
                            between,
                            "、" | "和"
                                | "与"
                                | "及"
                                | "以及"
                                | "跟"
                                | "或"
                                | "/"
                                | "&"
                                | "、以及"
                                | "、和"
                                | "还有"
                                | "暨"
                                | "and"
                                | "或者"
                                | "并"
                                | "、及"
                        ) || (between == "," && comma_in_list(parts.folded, atoms, i, last))
                            || (is_listed(atom.symbol) && is_unknown_item(between))
                    }
                }
        });
        if joins && let Some(last) = out.last_mut() {
            last.end = atom.end;
            match (&mut last.item, &atom.item) {
                (Item::Mentions(list), Item::Mentions(more)) => list.extend(more),
                (Item::Quantities(list), Item::Quantities(more))
                | (Item::Roles(list), Item::Roles(more))
                | (Item::Metrics(list), Item::Metrics(more)) => list.extend(more),
                _ => {}
            }
            continue;
        }
        out.push(atom.clone());
    }
    if !sentence.english {
        let limits: Vec<usize> = out.iter().skip(1).map(|a| a.from).chain([sentence.end]).collect();
        for (atom, limit) in out.iter_mut().zip(limits) {
            if matches!(atom.item, Item::Mentions(_)) {
                atom.end += etcetera(&parts.folded[atom.end..limit.max(atom.end)]);
            }
        }
    }
    out
}

/// 由甲旗下乙、丙联合投资: of backers only the first is the group's.
fn is_alone(parts: &Parts<'_>, sentence: &Sentence, last: &Atom) -> bool {
    /// Most characters between 旗下 and the name
    const REACH: usize = 12;
    let head = &parts.folded[sentence.start..last.from.max(sentence.start)];
    let of_group = || {
        head.rfind("旗下").is_some_and(|i| {
            let between = &head[i + "旗下".len()..];
            between.chars().count() <= REACH && !between.contains([',', '、', ';', ':', '和', '与'])
        })
    };
    let backed = || {
        let whole = &parts.folded[sentence.start..sentence.end];
        parts.rounds.iter().any(|word| whole.contains(word.as_str()))
    };
    last.symbol == entity_symbol(EntityType::Company)
        && matches!(&last.item, Item::Mentions(list) if list.len() == 1)
        && of_group()
        && backed()
}

fn is_english_separator(between: &str) -> bool {
    matches!(
        between.trim(),
        "and" | "&" | ", and" | "or" | "as well as" | "/" | ", or"
    )
}

/// What long lists hold of which some names aren't known: firms, products, indices.
fn is_listed(symbol: char) -> bool {
    matches!(symbol, '\u{e000}' | '\u{e004}' | '\u{e008}')
}

/// Most names that aren't known in a row amid a list
const MAX_UNKNOWN: usize = 3;

/// Names that aren't known amid a list: A、某某、B.
fn is_unknown_item(between: &str) -> bool {
    let Some(rest) = between.strip_prefix('、') else {
        return false;
    };
    ["、", "和", "及", "与"]
        .iter()
        .filter_map(|mark| rest.strip_suffix(mark))
        .any(|items| {
            let name = |item: &str| {
                (2..=8).contains(&item.chars().count())
                    && item.chars().all(char::is_alphanumeric)
                    && !item.contains([
                        '的', '等', '了', '是', '在', '为', '将', '与', '和', '及', '被', '把', '向', '对', '由', '其',
                        '如',
                    ])
            };
            items.split('、').count() <= MAX_UNKNOWN && items.split('、').all(name)
        })
}

/// In English a comma joins only where the list ends in `and`.
fn list_goes_on(folded: &str, atoms: &[Atom], i: usize) -> bool {
    atoms[i..].windows(2).take(12).find_map(|pair| {
        let between = folded.get(pair[0].end..pair[1].start)?.trim();
        if between == "," && pair[0].symbol == pair[1].symbol {
            None
        } else {
            Some(is_english_separator(between) && pair[0].symbol == pair[1].symbol)
        }
    }) == Some(true)
}

/// A comma amid 、: A、B，C、D.
fn comma_in_list(folded: &str, atoms: &[Atom], i: usize, last: &Atom) -> bool {
    let listed_before = matches!(&last.item, Item::Mentions(list) if list.len() > 1);
    let goes_on = atoms.get(i + 1).is_some_and(|next| {
        next.symbol == atoms[i].symbol
            && folded
                .get(atoms[i].end..next.start)
                .is_some_and(|between| matches!(between, "、" | "和" | "及" | "与"))
    });
    listed_before && goes_on
}

fn same_class(a: &Item, a_symbol: char, b: &Item, b_symbol: char) -> bool {
    let is_org = |c: char| matches!(c, '\u{e000}' | '\u{e001}');
    match (a, b) {
        (Item::Mentions(_), Item::Mentions(_)) => {
            a_symbol == b_symbol || (is_org(a_symbol) && is_org(b_symbol)) || (is_thing(a_symbol) && is_thing(b_symbol))
        }
        (Item::Quantities(_), Item::Quantities(_)) => a_symbol == b_symbol,
        (Item::Roles(_), Item::Roles(_)) | (Item::Metrics(_), Item::Metrics(_)) => true,
        _ => false,
    }
}

/// $51 million, or 35 cents per share: a figure by the share is of another metric.
fn alike(parts: &Parts<'_>, a: &Item, b: &Item) -> bool {
    let by_unit = |item: &Item| match item {
        Item::Quantities(list) => list.last().is_some_and(|&q| parts.quantities[q].is_by_unit()),
        _ => false,
    };
    by_unit(a) == by_unit(b)
}

/// Length of 等 and what it counts (等多家公司, 等個股) after a list.
fn etcetera(rest: &str) -> usize {
    let mut at = 0;
    let eat = |at: &mut usize, words: &[&str]| {
        if let Some(word) = words.iter().find(|w| rest[*at..].starts_with(**w)) {
            *at += word.len();
            true
        } else {
            false
        }
    };
    if !eat(&mut at, &["等"]) {
        return 0;
    }
    let digits = rest[at..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十百多数".contains(*c))
        .map(char::len_utf8)
        .sum::<usize>();
    let before_count = at;
    at += digits;
    eat(&mut at, &["家", "只", "个", "款", "位", "名", "大"]);
    let counted = eat(
        &mut at,
        &[
            "上市公司",
            "互联网企业",
            "科技公司",
            "科技股",
            "概念股",
            "公司",
            "企业",
            "机构",
            "个股",
            "股份",
            "巨头",
            "厂商",
            "平台",
            "品牌",
            "股",
            "模型",
            "产品",
            "投资者",
            "投资方",
            "人",
            "国",
        ],
    );
    if counted { at } else { before_count }
}

/// End of a bracket at `at` that holds no amounts and so only explains.
fn aside_end(parts: &Parts<'_>, at: usize, sentence_end: usize) -> Option<usize> {
    let mut limit = (at + MAX_ASIDE).min(sentence_end);
    while !parts.folded.is_char_boundary(limit) {
        limit -= 1;
    }
    let mut depth = 0usize;
    for (i, c) in parts.folded[at..limit].char_indices() {
        match c {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    let end = at + i + 1;
                    let q = parts.quantities.partition_point(|q| q.start < at);
                    let measured = parts
                        .quantities
                        .get(q)
                        .is_some_and(|q| q.end <= end && matches!(q.kind, Kind::Percent | Kind::Money));
                    return (!measured).then_some(end);
                }
            }
            _ => {}
        }
    }
    None
}
