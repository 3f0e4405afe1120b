//! Company and organisation names by their endings: 北京中元鼎盛投资管理有限公司, 瑞昇基金, 广东证监局.

use super::lexicon::BoundaryKind;
use super::names::{Drafts, Length, left_edge};
use super::reading::{Quotation, Reading, is_name_char};
use super::{EntityType, Origin};
use crate::text::{is_han, occurrences};
use memchr::memmem;

/// The longest company or organisation suffix that ends at `end`: where it begins and whether it is strong.
pub(crate) fn suffix_ending(reading: &Reading, end: usize) -> Option<(usize, bool)> {
    let shapes = &reading.lexicon.shapes;
    let company = shapes.company_suffixes.ending(&reading.lower[..end]);
    let organization = shapes.organization_suffixes.ending(&reading.lower[..end]);
    match (company, organization) {
        (Some(a), Some(b)) => Some(if b.0 < a.0 { b } else { a }),
        (a, b) => a.or(b),
    }
}

pub(crate) fn has_strong_suffix(surface: &str, reading: &Reading) -> bool {
    let shapes = &reading.lexicon.shapes;
    [&shapes.company_suffixes, &shapes.organization_suffixes]
        .iter()
        .any(|suffixes| suffixes.ending(surface).is_some_and(|(_, strong)| strong))
}

/// Company or Organization by the name's ending.
pub(crate) fn kind_of_shape(surface: &str, reading: &Reading) -> Option<EntityType> {
    let shapes = &reading.lexicon.shapes;
    let company = shapes.company_suffixes.ending(surface);
    let organization = shapes.organization_suffixes.ending(surface);
    match (company, organization) {
        (Some(a), Some(b)) => Some(if b.0 < a.0 {
            EntityType::Organization
        } else {
            EntityType::Company
        }),
        (Some(_), None) => Some(EntityType::Company),
        (None, Some(_)) => Some(EntityType::Organization),
        (None, None) => None,
    }
}

/// Every name with a company's or organisation's ending.
pub(crate) fn find(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    let shapes = &reading.lexicon.shapes;
    let is_last = |c: char| shapes.company_suffixes.may_end(c) || shapes.organization_suffixes.may_end(c);
    for (i, c) in folded.char_indices() {
        if !(is_han(c) || c == ')') || !is_last(c) {
            continue;
        }
        let end = i + c.len_utf8();
        let Some((core_end, strong)) = suffix_ending(reading, end) else {
            continue;
        };
        if !ends_here(reading, end, strong) || is_measure(reading, core_end, end) {
            continue;
        }
        name_at(reading, drafts, core_end, end, strong);
    }
}

/// Whether the name is over: not the middle of a word (科技股, 银行业), and no further ending follows (集团|有限公司).
fn ends_here(reading: &Reading, end: usize, strong: bool) -> bool {
    // 美国财政部|长 is a post.
    if !reading.is_cut(end) && (!strong || reading.folded[end..].starts_with('长')) {
        return false;
    }
    let mut at = end;
    for _ in 0..8 {
        let Some(c) = reading.char_at(at) else {
            return true;
        };
        if !is_han(c) && c != '(' {
            return true;
        }
        at += c.len_utf8();
        if let Some((start, _)) = suffix_ending(reading, at)
            && start <= end
            && at > end
            && (strong_of(reading, start, at) || !reading.lexicon.is_cue(&reading.folded[end..at]))
        {
            return false;
        }
    }
    true
}

/// 华伦|资本支出: the ending is the head of a longer term for what is measured.
fn is_measure(reading: &Reading, core_end: usize, end: usize) -> bool {
    let low = reading.metrics.partition_point(|metric| metric.start < core_end);
    reading.metrics[low..]
        .iter()
        .take_while(|metric| metric.start == core_end)
        .any(|metric| metric.end > end)
}

/// 像|清微智能, 就|念象科技: a particle at the clause's head isn't part of the name.
fn past_particle(reading: &Reading, start: usize, core_end: usize) -> usize {
    let Some(first) = reading.char_at(start) else {
        return start;
    };
    let next = start + first.len_utf8();
    let rest = reading.folded[next.min(core_end)..core_end].chars().count();
    if reading.is_char_in("particle", first) && reading.is_cut(next) && rest >= 2 {
        next
    } else {
        start
    }
}

/// 本港货柜船东|海岚航运: of a name that stands once with these words before it, the tail that stands elsewhere in the
/// article on its own. The longest one, of two characters or more before two or more.
fn recurring(reading: &Reading, start: usize, core_end: usize, end: usize) -> Option<usize> {
    let folded = reading.folded;
    let window = reading.article_around(start);
    let length = folded[start..core_end].chars().count();
    // 传|海岚航运: of one character only a particle.
    let particle = reading
        .char_at(start)
        .is_some_and(|first| reading.is_char_in("particle", first));
    let least_before = if particle { 1 } else { 2 };
    if length < least_before + 2 {
        return None;
    }
    let article = &folded.as_bytes()[window.clone()];
    let twice = |name: &str| memmem::find_iter(article, name.as_bytes()).nth(1).is_some();
    if twice(&folded[start..end]) {
        return None;
    }
    // What hardly any name passes: that its last two characters and its ending stand twice.
    let least = folded[start..core_end].char_indices().nth(length.saturating_sub(2))?.0;
    if !twice(&folded[start + least..end]) {
        return None;
    }
    let tails = folded[start..core_end]
        .char_indices()
        .skip(least_before)
        .map(|(i, _)| start + i);
    tails.take(length - least_before - 1).find(|&tail| {
        folded[window.clone()].match_indices(&folded[tail..end]).any(|(i, _)| {
            let at = window.start + i;
            at != tail && stands_alone(reading, at)
        })
    })
}

/// Whether nothing that may belong to a name stands before `at`.
fn stands_alone(reading: &Reading, at: usize) -> bool {
    reading.char_before(at).is_none_or(|c| !is_name_char(c))
        || reading.boundary_before(at).is_some()
        || (at > 0 && reading.is_measured(at - 1))
}

fn strong_of(reading: &Reading, start: usize, end: usize) -> bool {
    suffix_ending(reading, end).is_some_and(|(found, strong)| strong && found <= start)
}

fn name_at(reading: &Reading, drafts: &mut Drafts, core_end: usize, end: usize, strong: bool) {
    let folded = reading.folded;
    let length = if strong { Length::Full } else { Length::Short };
    let Some((start, score)) = left_edge(reading, end, core_end, length) else {
        return;
    };
    let start = past_particle(reading, start, core_end);
    let start = recurring(reading, start, core_end, end).unwrap_or(start);
    if reading
        .known_in(start..end)
        .iter()
        .any(|known| known.start == start && known.end >= end)
    {
        return;
    }
    // 滨化新能源|投资: after one ending the next may be the verb.
    if !strong
        && reading.lexicon.is_cue(&folded[core_end..end])
        && suffix_ending(reading, core_end).is_some_and(|(inner, _)| inner > start)
    {
        return;
    }
    // WN1000|芯片 is a chip, 行业|级四足机器人 no name.
    let ware = !strong
        && folded[..core_end].ends_with(|c: char| c.is_ascii_digit())
        && reading.is_in("product_after", &folded[core_end..end]);
    if ware || folded[start..].starts_with(['级', '款', '型', '类']) {
        return;
    }
    // 有长信科技, 推动国际能源署: a known name is whole.
    if reading.known_ending(end).is_some_and(|known| {
        known.start > start && known.start <= core_end && !known.ambiguous && known.kind != EntityType::Place
    }) {
        return;
    }
    let surface = &folded[start..end];
    let core = &folded[start..core_end];
    // 信息安全, 电子设计自动化: what the dictionary has as one word is hardly anybody's name.
    let word = reading.segmenter.knows(surface)
        && reading
            .known_starting(start)
            .is_none_or(|known| known.kind != EntityType::Company || known.ambiguous);
    if !strong && (word || is_verbal(reading, start, core_end)) || is_straddled(reading, start) {
        return;
    }
    // 清华大学|电子工程系: who studied there studied at the university.
    if matches!(&folded[core_end..end], "系" | "学系" | "专业")
        && reading
            .known_starting(start)
            .is_some_and(|known| known.kind == EntityType::Organization && !known.ambiguous)
    {
        return;
    }
    if let Some(known) = reading
        .known_starting(start)
        .filter(|known| known.end == core_end && !strong)
    {
        // 持有万科|股份, H800|芯片: a name and a noun; 小米|汽车, 平安|集团: a longer name.
        let noun = matches!(
            &folded[core_end..end],
            "股份" | "投资" | "控股" | "服务" | "信息" | "数据" | "产品" | "技术" | "芯片" | "顾问"
        ) || &folded[core_end..end] == "资产" && folded[start..core_end].is_ascii();
        if noun
            || matches!(
                known.kind,
                EntityType::Chip | EntityType::Product | EntityType::Model | EntityType::Index
            )
        {
            return;
        }
    }
    // 清华大学…学院举办|论坛
    let last = reading
        .segments_in(core_end - 1, core_end)
        .last()
        .copied()
        .unwrap_or("");
    let function = reading
        .lexicon
        .shapes
        .boundary_words
        .get(last)
        .is_some_and(|word| word.kind == BoundaryKind::Function);
    let crowded = reading
        .roles_in(start + 1..core_end)
        .iter()
        .any(|role| !role.ambiguous && role.end < core_end)
        || reading
            .known_in(start..core_end)
            .iter()
            .any(|known| known.kind == EntityType::Person && !known.ambiguous);
    if function || (strong && crowded && !surface.contains("有限")) {
        return;
    }
    if strong && reading.is_in("event_verb", last) {
        return;
    }
    if !is_core(reading, core, strong) {
        return;
    }
    // 由许知行创立
    if !strong && end - core_end == '行'.len_utf8() && is_person_like(reading, surface) {
        return;
    }
    let Some(kind) = kind_of_shape(surface, reading) else {
        return;
    };
    let legal = strong && surface.ends_with("公司") && surface.contains("有限");
    let rooted = reading
        .known_starting(start)
        .is_some_and(|known| known.end <= core_end && (!known.ambiguous || known.kind == EntityType::Place));
    let likeness = reading.likeness(start, core_end);
    // 控股股东江滨港务集团: what must be a company may well be called by everyday words.
    let related = reading.precedes("company_relation", start);
    // Made of everyday words it is a description (最大散户投资, 多家证券公司).
    let needed = match (strong, related) {
        (true, _) => 0.4,
        (false, true) => 0.2,
        (false, false) => 0.6,
    };
    let vouched = legal || (strong && rooted);
    if (!vouched && likeness < needed) || (legal && (likeness < -2.5 || start == core_end)) {
        return;
    }
    if kind == EntityType::Organization && !strong && !weak_organization(reading, start, core_end, end, rooted) {
        return;
    }
    let evidence = if strong {
        1.0
    } else {
        evidence(reading, start, end, core)
    };
    let minimum = if strong { -1.0 } else { 1.0 };
    let descriptive = !strong && reading.is_in("descriptive_suffix", &folded[core_end..end]);
    let bar = if descriptive { 1.5 } else { 0.9 };
    if score < minimum || evidence < bar || (descriptive && likeness < 0.7) {
        return;
    }
    let trust = if strong { 0.9 } else { 0.75 };
    let draft = drafts.of_shape(surface, kind, trust, Origin::Shape);
    drafts.spot(start, end, draft, trust, Origin::Shape);
}

/// 芜湖兆联拟投资建设: a verb or particle of one character within.
fn is_verbal(reading: &Reading, start: usize, core_end: usize) -> bool {
    let words = reading.segments_in(start, core_end);
    words
        .iter()
        .skip(1)
        .any(|word| word.chars().count() == 1 && reading.is_boundary_word(word))
}

/// 应用|于光通讯: the name's first character ends a word that begins before it.
fn is_straddled(reading: &Reading, start: usize) -> bool {
    let (Some(before), Some(first)) = (reading.char_before(start), reading.char_at(start)) else {
        return false;
    };
    let word = &reading.folded[start - before.len_utf8()..start + first.len_utf8()];
    reading.is_boundary_word(word)
}

/// Short endings (部, 局, 报) are the ends of too many words: a place or a name must come before them; media need their verb.
fn weak_organization(reading: &Reading, start: usize, core_end: usize, end: usize, rooted: bool) -> bool {
    let folded = reading.folded;
    let suffix = &folded[core_end..end];
    if matches!(suffix, "报" | "网" | "社" | "台" | "新闻" | "财经" | "周报") {
        let reports = ["报道", "讯", "消息", "援引", "网站", "称", "》"]
            .iter()
            .any(|word| folded[end..].starts_with(word));
        let cited = ["据", "《", "援引", "引述", "接受"]
            .iter()
            .any(|word| folded[..start].ends_with(word));
        return (reports || cited) && folded[start..core_end].chars().count() >= 2;
    }
    let telling = matches!(
        suffix,
        "局" | "厅"
            | "署"
            | "院"
            | "所"
            | "部"
            | "中心"
            | "研究室"
            | "实验室"
            | "政府"
            | "学校"
            | "医院"
            | "中学"
            | "馆"
            | "处"
            | "委"
    );
    telling && rooted && reading.is_cut(end)
}

/// Whether the part before the ending can be a name: not a word of the boundary list, a number, a lone place before a weak
/// ending (上海科技), or a known word for a kind of company (上市公司).
fn is_core(reading: &Reading, core: &str, strong: bool) -> bool {
    let count = core.chars().count();
    if count == 0 || reading.is_boundary_word(core) || core.chars().all(|c| c.is_ascii_digit()) {
        return false;
    }
    strong || (count >= 2 && !reading.is_place(core))
}

/// What speaks for a weak ending being a name: repeated, listed beside names, something said of it that is said of companies.
fn evidence(reading: &Reading, start: usize, end: usize, core: &str) -> f32 {
    let folded = reading.folded;
    let mut sum = 0.0;
    if reading.count(start, &folded[start..end], 2) >= 2 {
        sum += 0.7;
    }
    if reading.lexicon.starts_with_cue(&reading.lower[end..]) {
        sum += 0.8;
    }
    let after = reading.char_at(end);
    let before = reading.char_before(start);
    let beside = |at: Option<char>| matches!(at, Some('、' | '和' | '及' | '与' | '/'));
    if beside(after) && reading.known_starting(end + after.map_or(0, char::len_utf8)).is_some()
        || beside(before) && reading.known_ending(start - before.map_or(0, char::len_utf8)).is_some()
    {
        sum += 0.8;
    } else if beside(after) || beside(before) {
        sum += 0.4;
    }
    if after == Some('(') || before == Some('“') && after == Some('”') {
        sum += 0.5;
    }
    if reading.role_starting(end).is_some() {
        sum += 1.0;
    }
    if before.is_none_or(|c| !is_name_char(c)) {
        sum += 0.4;
    }
    if let Some(boundary) = reading.boundary_before(start)
        && folded[boundary..start].chars().count() > 1
    {
        sum += 0.5;
    }
    if reading.precedes("company_relation", start) {
        sum += 0.6;
    }
    // A core that no everyday word explains: 瑞昇, 探奇, 盛景嘉成.
    let pieces = reading.segments_in(start, start + core.len());
    if pieces.iter().all(|piece| !reading.is_common(piece)) || core.chars().any(|c| !is_han(c)) {
        sum += 0.6;
    }
    sum
}

/// Names without an ending that the frame around them shows: the head of a clause before a verb (G7易流发布), the object of a
/// purchase (收购凯睿星通控制权), an item of a list of names (荣鑫基金和盛景嘉成).
pub(crate) fn find_by_frame(reading: &Reading, drafts: &mut Drafts) {
    purchases(reading, drafts);
    quoted(reading, drafts);
    subjects(reading, drafts);
    list_items(reading, drafts);
    counted_lists(reading, drafts);
    known_companies(reading, drafts);
}

/// 包括甲、乙、丙等客户, 甲、乙、丙跟投: what stands between the marks of a list of which the words behind it say that it
/// is one of firms.
fn counted_lists(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (mark, _) in folded.match_indices('、') {
        // Once a list, at its last mark.
        let after = mark + '、'.len_utf8();
        let rest = &folded[after..];
        let Some(next) = rest.find(|c: char| !is_name_char(c)) else {
            continue;
        };
        if rest[next..].starts_with('、') {
            continue;
        }
        let Some(end) = list_end(reading, after, after + next) else {
            continue;
        };
        for (start, end) in items_before(reading, after, end) {
            if is_item(reading, drafts, start, end) {
                found.push((start, end));
            }
        }
    }
    for (start, end) in found {
        let draft = drafts.of_shape(&folded[start..end], EntityType::Company, 0.65, Origin::Shape);
        drafts.spot(start, end, draft, 0.65, Origin::Shape);
    }
}

/// Where the last item of a list ends, which begins at `from`, if the words behind it tell that the list is one of firms.
fn list_end(reading: &Reading, from: usize, to: usize) -> Option<usize> {
    let item = &reading.folded[from..to];
    let ends = item.char_indices().map(|(i, _)| from + i).skip(2).take(14).chain([to]);
    let reach = |at: usize| {
        let class = reading.lexicon.surroundings("firms_counted");
        let rest = &reading.folded[at..to];
        rest.char_indices()
            .take(10)
            .any(|(i, _)| class.begins(&reading.lower[at + i..]).is_some())
    };
    ends.into_iter().find(|&end| {
        reading.is_cut(end)
            && (reading.folded[end..].starts_with('等') && reach(end + '等'.len_utf8())
                || reading.follows("firms_invest", end))
    })
}

/// The items of a list whose last one stands between two bytes: this one (or two, joined by 和), and those before it.
fn items_before(reading: &Reading, from: usize, end: usize) -> Vec<(usize, usize)> {
    let folded = reading.folded;
    let mut items = Vec::new();
    let mut add = |start: usize, end: usize| {
        // 甲和乙
        let joint = folded[start..end]
            .char_indices()
            .find(|(i, c)| {
                let at = start + i;
                *i > 0 && matches!(c, '和' | '与' | '及') && reading.is_cut(at) && reading.is_cut(at + c.len_utf8())
            })
            .map(|(i, c)| (start + i, start + i + c.len_utf8()));
        match joint {
            Some((left, right)) if right < end => items.extend([(start, left), (right, end)]),
            _ => items.push((start, end)),
        }
    };
    add(from, end);
    let mut mark = from - '、'.len_utf8();
    loop {
        let head = &folded[..mark];
        let start = head
            .char_indices()
            .rev()
            .take_while(|(_, c)| is_name_char(*c))
            .last()
            .map_or(mark, |(i, _)| i);
        if folded[..start].ends_with('、') {
            add(start, mark);
            mark = start - '、'.len_utf8();
            continue;
        }
        // The first item begins behind a word that isn't part of it.
        let mut at = mark;
        while at > start {
            if mark - at >= TWO_HAN
                && (reading.boundary_before(at).is_some() || reading.precedes("firm_before", at) && reading.is_cut(at))
            {
                break;
            }
            at -= reading.char_before(at).map_or(1, char::len_utf8);
        }
        add(at, mark);
        break;
    }
    items
}

/// Bytes of two characters of Han.
const TWO_HAN: usize = 6;

/// Whether an item of a list of firms may be the name of one that nobody knows.
fn is_item(reading: &Reading, drafts: &Drafts, start: usize, end: usize) -> bool {
    let surface = &reading.folded[start..end];
    let count = surface.chars().count();
    let words = reading.segments_in(start, end);
    let known = reading.known_in(start..end);
    let place = known.len() == 1 && known[0].kind == EntityType::Place && known[0].start > start && known[0].end == end;
    (2..=6).contains(&count)
        && surface.chars().any(is_han)
        && !surface.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '等' | '其' | '各' | '该' | '多' | '某'))
        && !surface.contains('·')
        && !reading.is_measured(start)
        && !reading.is_common(surface)
        && !reading.segmenter.knows(surface)
        && !reading.lexicon.is_cue(surface)
        && words.iter().all(|word| !reading.is_boundary_word(word))
        && words.iter().any(|word| !reading.is_in("backers_generic", word))
        && words
            .iter()
            .any(|word| word.chars().count() == 1 || !reading.is_common(word))
        && (place || known.iter().all(|known| known.ambiguous))
        && reading.role_ending(end).is_none()
        && !is_taken(reading, drafts, start, end)
        && !drafts.spots.iter().any(|spot| spot.start < end && spot.end > start)
}

fn is_taken(reading: &Reading, drafts: &Drafts, start: usize, end: usize) -> bool {
    reading
        .known_in(start..end)
        .iter()
        .any(|known| known.start == start && known.end >= end)
        || drafts.of_name(&reading.folded[start..end]).is_some()
}

/// 收购X控制权, 持有X29%股权, 购买X股权.
fn purchases(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    for object in reading.lexicon.surroundings("bought").forms() {
        for at in occurrences(folded, object) {
            // 100%股权, 不超过30%的股权
            let head = &folded[..at];
            let end = head
                .trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '%' | '.' | ' '))
                .len();
            let clause = reading.clause_start(end).max(end.saturating_sub(90));
            let mut from = clause;
            while !folded.is_char_boundary(from) {
                from += 1;
            }
            let Some(start) = reading
                .lexicon
                .surroundings("buys")
                .forms()
                .iter()
                .filter_map(|verb| folded[from..end].rfind(verb.as_str()).map(|i| from + i + verb.len()))
                .max()
            else {
                continue;
            };
            let start =
                start + (folded[start..end].len() - folded[start..end].trim_start_matches(['了', ' ', '“']).len());
            let surface = folded[start..end].trim_end_matches(['”', ' ']);
            let count = surface.chars().count();
            let named = (2..=12).contains(&count) && surface.chars().all(is_name_char) && surface.chars().any(is_han);
            let end = start + surface.len();
            if !named || reading.likeness(start, end) < 0.4 || is_taken(reading, drafts, start, end) {
                continue;
            }
            let words = reading.segments_in(start, end);
            if words.iter().any(|word| reading.is_boundary_word(word)) {
                continue;
            }
            let draft = drafts.of_shape(surface, EntityType::Company, 0.75, Origin::Shape);
            drafts.spot(start, end, draft, 0.75, Origin::Shape);
        }
    }
}

/// “新景智源”完成…融资: a new firm between quotation marks, before what only firms do.
fn quoted(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    let marks = [('“', '”'), ('「', '」'), ('『', '』')];
    for Quotation { open, inner, after, .. } in reading.quotations(&marks) {
        if inner.len() > 36 {
            continue;
        }
        // “曦望(Sunrise)”
        let start = inner.start;
        let end = start + folded[inner.clone()].find('(').unwrap_or(inner.len());
        let surface = &folded[start..end];
        let named = (2..=8).contains(&surface.chars().count()) && surface.chars().all(is_name_char);
        let raises = reading.follows("firm_does", after)
            || (folded[after..].starts_with('(')
                && folded[after..]
                    .find(')')
                    .is_some_and(|close| close < 90 && reading.follows("firm_does", after + close + 1)));
        // 爬壁作业机器人企业“吉泰智能”
        let called = reading.precedes("company_before", open);
        if named && (raises || called) && !reading.is_common(surface) && !is_taken(reading, drafts, start, end) {
            let draft = drafts.of_shape(surface, EntityType::Company, 0.75, Origin::Shape);
            drafts.spot(start, end, draft, 0.75, Origin::Shape);
        }
    }
}

/// X发布…, X宣布…: the clause's head, more than once in the document, with a word in it that isn't an everyday one.
fn subjects(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    let mut heads: rustc_hash::FxHashMap<&str, (usize, usize)> = rustc_hash::FxHashMap::default();
    let mut at = 0;
    for clause in folded.split(['\n', ',', '。', ';', ':', '!', '?', '(', ')', ' ', '|', '“', '”', '》']) {
        let start = at;
        at = start + clause.len();
        at += folded[at..].chars().next().map_or(0, char::len_utf8);
        let mut end = start;
        for (count, (i, c)) in clause.char_indices().enumerate() {
            if count > 8 || !is_name_char(c) {
                break;
            }
            if count >= 2
                && reading.is_cut(start + i)
                && ["release", "announce", "say", "acquire", "invest"]
                    .iter()
                    .any(|class| reading.cue_at(class, start + i))
            {
                end = start + i;
                break;
            }
        }
        if end == start {
            continue;
        }
        let surface = &folded[start..end];
        let words = reading.segments_in(start, end);
        let everyday = reading.likeness(start, end) < 0.8
            || surface.contains('·')
            || reading.is_measured(start)
            || surface.starts_with(|c: char| c.is_ascii_digit());
        let functional = words.iter().any(|word| reading.is_boundary_word(word));
        if everyday || functional || !surface.chars().any(is_han) || is_taken(reading, drafts, start, end) {
            continue;
        }
        // G7 of G7易流 is another's name by chance.
        let chance = |known: &super::reading::KnownName| {
            known.start == start && known.end - known.start <= 3 && folded[known.start..known.end].is_ascii()
        };
        let known_inside = reading
            .known_in(start..end)
            .iter()
            .any(|known| !known.ambiguous && !chance(known));
        let role_inside = reading.roles.iter().any(|role| role.start >= start && role.end <= end);
        if known_inside || role_inside {
            continue;
        }
        heads.entry(surface).or_insert((start, end));
    }
    let mut heads: Vec<(&str, (usize, usize))> = heads.into_iter().collect();
    heads.sort_by_key(|(_, span)| *span);
    for (surface, (start, end)) in heads {
        let person = is_person_like(reading, surface)
            || surface.chars().all(|c| reading.lexicon.shapes.translit.contains(&c)) && surface.chars().count() > 2;
        if !person && reading.count(start, surface, 2) >= 2 {
            let draft = drafts.of_shape(surface, EntityType::Company, 0.7, Origin::Shape);
            drafts.spot(start, end, draft, 0.7, Origin::Shape);
        }
    }
}

/// Whether a word of investing or buying follows, or the list goes on with one.
fn is_act(reading: &Reading, end: usize) -> bool {
    let clause_end = reading.folded[end..]
        .find([',', '。', ';', '\n'])
        .map_or(reading.folded.len(), |i| end + i);
    let mut at = end;
    for _ in 0..16 {
        if at >= clause_end {
            return false;
        }
        if [
            "invest",
            "lead_invest",
            "follow_invest",
            "acquire",
            "rise",
            "fall",
            "limit_up",
            "limit_down",
        ]
        .iter()
        .any(|class| reading.cue_at(class, at))
        {
            return true;
        }
        at += reading.char_at(at).map_or(1, char::len_utf8);
    }
    false
}

/// Items between list marks beside a name that is certain, and then those beside them.
fn list_items(reading: &Reading, drafts: &mut Drafts) {
    for _ in 0..LONGEST_LIST {
        if !next_list_items(reading, drafts) {
            break;
        }
    }
}

/// How far a certain name speaks for the others of its list.
const LONGEST_LIST: usize = 6;

/// Whether there were any.
fn next_list_items(reading: &Reading, drafts: &mut Drafts) -> bool {
    let folded = reading.folded;
    let mut sure: rustc_hash::FxHashMap<usize, EntityType> = rustc_hash::FxHashMap::default();
    for spot in &drafts.spots {
        if matches!(drafts.get(spot.draft).kind, EntityType::Company) {
            sure.insert(spot.start, EntityType::Company);
            sure.insert(spot.end.wrapping_neg(), EntityType::Company);
        }
    }
    let is_mark = |c: char| matches!(c, '、' | '和' | '与' | '及');
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, mark) in folded.char_indices().filter(|(_, c)| is_mark(*c)) {
        let after = at + mark.len_utf8();
        if mark != '、' && !(reading.is_cut(at) && reading.is_cut(after)) {
            continue;
        }
        // X、[known]: the item on the left; [known]、X: the one on the right.
        if sure.contains_key(&at.wrapping_neg()) && !sure.contains_key(&after) {
            let mut end = after;
            for (count, c) in folded[after..].chars().enumerate() {
                if count > 8 || !is_name_char(c) || is_mark(c) {
                    break;
                }
                let stop = reading.is_cut(end)
                    && (reading.lexicon.starts_with_cue(&reading.lower[end..])
                        || c == '等'
                        || reading.is_boundary_word(reading.segments_in(end, end + 1).first().unwrap_or(&"")));
                if count >= 2 && stop {
                    break;
                }
                end += c.len_utf8();
            }
            found.push((after, end));
        } else if mark == '、' && sure.contains_key(&after) && !sure.contains_key(&at.wrapping_neg()) {
            let mut start = at;
            let mut count = 0;
            while let Some(c) = reading.char_before(start).filter(|c| is_name_char(*c) && !is_mark(*c)) {
                if count >= 2 && reading.boundary_before(start).is_some() {
                    break;
                }
                start -= c.len_utf8();
                count += 1;
                if count > 9 {
                    break;
                }
            }
            found.push((start, at));
        }
    }
    let before = drafts.spots.len();
    for (start, end) in found {
        let surface = &folded[start..end];
        let count = surface.chars().count();
        let words = reading.segments_in(start, end);
        // A weak ending before a word of investing (荣鑫基金和盛景嘉成跟投) needs less.
        let ending = suffix_ending(reading, end).is_some_and(|(core_end, _)| core_end > start) && count <= 6;
        let plain =
            (reading.likeness(start, end) < 0.8 && !(ending && is_act(reading, end))) || reading.is_measured(start);
        let loose = words.iter().all(|word| word.chars().count() == 1);
        if !(2..=8).contains(&count)
            || plain
            || (loose && count > 4)
            || surface.contains('·')
            || surface.starts_with('某')
            || words.iter().all(|word| reading.is_in("backers_generic", word))
            || is_person_like(reading, surface)
            || reading.segmenter.knows(surface)
            || !surface.chars().any(is_han)
            || !(reading.is_cut(start) && reading.is_cut(end))
            || reading.known_in(start..end).iter().any(|known| !known.ambiguous)
            || words.iter().any(|word| {
                reading.is_boundary_word(word) || (word.chars().count() > 1 && reading.lexicon.is_cue(word))
            })
            || is_taken(reading, drafts, start, end)
        {
            continue;
        }
        let draft = drafts.of_shape(surface, EntityType::Company, 0.65, Origin::Shape);
        drafts.spot(start, end, draft, 0.65, Origin::Shape);
    }
    drafts.spots.len() > before
}

/// Three characters with a frequent surname in front: a person as likely as not.
fn is_person_like(reading: &Reading, surface: &str) -> bool {
    let count = surface.chars().count();
    (2..=3).contains(&count)
        && surface
            .chars()
            .next()
            .is_some_and(|c| reading.lexicon.shapes.surnames.get(&c) == Some(&true))
}

/// G7易流创始人兼CEO翟学魂: what stands between the clause's head and a post.
///
/// Reads the persons found before: without one behind it a post says little of the word before it.
pub(crate) fn before_posts(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    let persons: rustc_hash::FxHashSet<usize> = drafts
        .spots
        .iter()
        .filter(|spot| drafts.get(spot.draft).kind == EntityType::Person)
        .map(|spot| spot.start)
        .collect();
    for role in reading.roles.iter().filter(|role| !role.ambiguous) {
        let head = reading.clause_head(role.start, 30);
        let mut start = head;
        // After the last word that can't be part of the name.
        let mut at = role.start;
        while at > head {
            let described = role.start - at >= TWO_HAN && reading.precedes("company_before", at);
            if described
                || reading
                    .boundary_before(at)
                    .is_some_and(|word| &folded[word..at] != FORMER)
            {
                start = at;
                break;
            }
            at -= reading.char_before(at).map_or(1, char::len_utf8);
        }
        let surface = folded[start..role.start].trim_start_matches([' ', '“', '”', '(']);
        let start = role.start - surface.len();
        // 赛南前|首席科学家
        let surface = surface.strip_suffix(FORMER).unwrap_or(surface);
        let end = start + surface.len();
        let count = surface.chars().count();
        if !(2..=8).contains(&count)
            || !surface.chars().all(is_name_char)
            || !surface.chars().any(is_han)
            || !reading.is_cut(start)
            || !(start == head
                || reading.char_before(start).is_none_or(|c| !is_name_char(c))
                || reading.boundary_before(start).is_some())
            || reading.likeness(start, end) < 0.8
            || is_person_like(reading, surface)
            || surface.ends_with(['任', '及', '副', '原', '部', '届', '州', '兼', '现'])
            || !leads_to(reading, role.end, &persons)
            || is_taken(reading, drafts, start, end)
            || reading.is_measured(start)
        {
            continue;
        }
        let inside = reading.known_in(start..end);
        let chance = |known: &super::reading::KnownName| {
            known.start == start && known.end - known.start <= 3 && folded[known.start..known.end].is_ascii()
        };
        if inside.iter().any(|known| !known.ambiguous && !chance(known)) {
            continue;
        }
        let draft = drafts.of_shape(surface, EntityType::Company, 0.7, Origin::Shape);
        drafts.spot(start, end, draft, 0.7, Origin::Shape);
    }
}

/// Before a post that is another's now.
const FORMER: &str = "前";

/// Whether a person follows, over further posts (创始人兼CEO翟学魂).
fn leads_to(reading: &Reading, mut at: usize, persons: &rustc_hash::FxHashSet<usize>) -> bool {
    for _ in 0..8 {
        if persons.contains(&at) {
            return true;
        }
        match (reading.role_starting(at), reading.char_at(at)) {
            (Some(role), _) => at = role.end,
            (None, Some(c @ ('兼' | '、' | ' ' | '及' | '和' | '首' | '执'))) => at += c.len_utf8(),
            _ => return false,
        }
    }
    false
}

/// 微软公司, 甲骨文公司: a known company with the word behind it.
fn known_companies(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    for known in reading
        .known
        .iter()
        .filter(|known| known.kind == EntityType::Company && !known.ambiguous)
    {
        let Some(rest) = folded[known.end..].strip_prefix("公司") else {
            continue;
        };
        let end = known.end + "公司".len();
        // 万科公司债, 中石化公司员工 …: only where the word ends.
        if !reading.is_cut(end) || rest.starts_with(['债', '法', '制']) {
            continue;
        }
        let entry = reading.lexicon.name(known.name).entries[0];
        let draft = drafts.of_entry(entry, EntityType::Company);
        drafts.add_name(draft, &folded[known.start..end]);
        drafts.spot(known.start, end, draft, 0.9, Origin::Lexicon);
    }
}
