//! AI models by their shape (GPT-5.1, Qwen3-Max, Word-4.5 Turbo), products in quotes, series and projects.

use super::latin::is_version;
use super::lexicon::BoundaryKind;
use super::names::{Drafts, Length, left_edge};
use super::reading::{Quotation, Reading, is_name_char};
use super::{EntityType, Origin};
use crate::text::{is_han, occurrences};
use std::ops::Range;

/// Whether the text beside a name calls it a model.
pub(crate) fn is_model_context(reading: &Reading, start: usize, end: usize) -> bool {
    let mut after = end;
    while matches!(reading.char_at(after), Some(' ' | '”' | '》')) {
        after += reading.char_at(after).map_or(1, char::len_utf8);
    }
    let mut before = start;
    while let Some(c) = reading.char_before(before).filter(|c| matches!(c, ' ' | '“' | '《')) {
        before -= c.len_utf8();
    }
    reading.follows("model_word", after) || reading.precedes("model_word", before)
}

pub(crate) fn find(reading: &Reading, drafts: &mut Drafts) {
    versions(reading, drafts);
    short_names(reading, drafts);
    quoted(reading, drafts);
    projects(reading, drafts);
    series(reading, drafts);
    indices(reading, drafts);
    fund_shares(reading, drafts);
    developed(reading, drafts);
    lettered(reading, drafts);
}

/// 大模型M2.7, 机器人R1: one letter and a version, right behind what says what it is.
fn lettered(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    for word in reading
        .runs
        .iter()
        .filter(|run| run.words.len() == 1)
        .flat_map(|run| &run.words)
    {
        let text = &folded[word.clone()];
        let mut chars = text.chars();
        let shaped = text.len() <= 6
            && chars.next().is_some_and(|c| c.is_ascii_uppercase())
            && chars.next().is_some_and(|c| c.is_ascii_digit())
            && chars.all(|c| c.is_ascii_alphanumeric() || c == '.');
        if !shaped
            || reading.is_english_at(word.start)
            || reading
                .known_at(word.start)
                .is_some_and(|known| !known.ambiguous || known.end != word.end)
            || reading.lexicon.shapes.latin_stop.contains_key(text)
        {
            continue;
        }
        let kind = if reading.precedes("model_word", word.start) {
            EntityType::Model
        } else if reading.precedes("product_called", word.start) {
            EntityType::Product
        } else {
            continue;
        };
        let draft = drafts.of_shape(text, kind, 0.75, Origin::Shape);
        drafts.spot(word.start, word.end, draft, 0.75, Origin::Shape);
    }
}

/// A known family or maker and what is glued to it: DeepSeek-R1, GPT-4 Turbo, Claude Opus 4.1, 文心4.5 Turbo.
fn versions(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    for known in reading.known.iter().filter(|known| {
        matches!(
            known.kind,
            EntityType::Model | EntityType::Company | EntityType::Product | EntityType::Organization
        )
    }) {
        let (end, words) = version_after(reading, known.end);
        if end == known.end {
            continue;
        }
        let rest = &folded[known.end..end];
        let model = known.kind == EntityType::Model
            || is_model_context(reading, known.start, end)
            || (known.kind == EntityType::Company && looks_like_model(reading, rest));
        let digits = rest.bytes().any(|b| b.is_ascii_digit());
        if !model && (!digits || words == 0) {
            continue;
        }
        let kind = if model { EntityType::Model } else { EntityType::Product };
        let surface = &folded[known.start..end];
        if reading.lexicon.name_of(surface).is_some() {
            continue;
        }
        // DeepSeek股价 4.5%: a maker's name with a bare number is a name and a number.
        if known.kind != EntityType::Model && !rest.starts_with(['-', ' ']) {
            continue;
        }
        let bare = rest[1..].bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if rest.starts_with(' ')
            && bare
            && (known.kind != EntityType::Product || rest.len() >= 5)
            && known.kind != EntityType::Model
        {
            continue;
        }
        let draft = drafts.of_shape(surface, kind, 0.85, Origin::Shape);
        drafts.spot(known.start, end, draft, 0.85, Origin::Shape);
    }
    // The next version of a known family: GPT-5.6.
    for run in &reading.runs {
        for word in &run.words {
            let text = &folded[word.clone()];
            let head = text.bytes().take_while(u8::is_ascii_alphabetic).count();
            if !reading.lexicon.shapes.model_families.contains(&text[..head]) {
                continue;
            }
            let (end, pieces) = version_after(reading, word.start + head);
            let surface = &folded[word.start..end];
            if pieces > 0
                && surface.bytes().any(|b| b.is_ascii_digit())
                && end >= word.end
                && reading.lexicon.name_of(surface).is_none()
            {
                let draft = drafts.of_shape(surface, EntityType::Model, 0.85, Origin::Shape);
                drafts.spot(word.start, end, draft, 0.85, Origin::Shape);
            }
        }
    }
    // A capitalised word with a version where the text says `model`: Kimi-K2模型, Step-3.
    for run in &reading.runs {
        for word in &run.words {
            let text = &folded[word.clone()];
            let Some((name, version)) = text.split_once('-') else {
                continue;
            };
            let fits = name.starts_with(|c: char| c.is_ascii_uppercase())
                && name.len() >= 2
                && version.bytes().any(|b| b.is_ascii_digit())
                && version.len() <= 16;
            if !fits || reading.known_at(word.start).is_some() {
                continue;
            }
            let (end, _) = version_after(reading, word.end);
            if is_model_context(reading, word.start, end) {
                let draft = drafts.of_shape(&folded[word.start..end], EntityType::Model, 0.85, Origin::Shape);
                drafts.spot(word.start, end, draft, 0.85, Origin::Shape);
            }
        }
    }
}

/// Reads `-R1-Lite-Preview`, ` 4.5 Turbo`, `3-Max` after a name: where it ends and how many pieces it has.
fn version_after(reading: &Reading, from: usize) -> (usize, usize) {
    let folded = reading.folded;
    let mut end = from;
    let mut pieces = 0;
    loop {
        let rest = &folded[end..];
        let gap = match rest.bytes().next() {
            Some(b'-' | b' ') => 1,
            Some(b) if b.is_ascii_digit() && pieces == 0 => 0,
            _ => break,
        };
        let body = &rest[gap..];
        let length = body
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
            .unwrap_or(body.len());
        let piece = body[..length].trim_end_matches('.');
        if piece.is_empty() || pieces > 5 {
            break;
        }
        let lower = piece.to_ascii_lowercase();
        let variant = reading.is_in("variant", &lower);
        if !(variant || is_version_piece(piece)) {
            break;
        }
        let stop = end + gap + piece.len();
        // `OpenAI 2025年`, `GPT 40%`: a number that counts something.
        let bare = piece.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if bare && gap == 1 && rest.starts_with(' ') && (followed_by_unit(folded, stop) || piece.len() > 4) {
            break;
        }
        if bare && gap == 0 && followed_by_unit(folded, stop) {
            break;
        }
        end = stop;
        pieces += 1;
    }
    (end, pieces)
}

fn followed_by_unit(folded: &str, at: usize) -> bool {
    let rest = folded[at..].trim_start_matches(' ');
    rest.starts_with([
        '%', '亿', '万', '元', '年', '月', '日', '倍', '个', '家', '人', '名', '美', '港', '点', '千', '百', '成',
        '股', '款', '台',
    ])
}

/// `R1`, `V3.1`, `4o`, `o1`, `5.1`, `K2`, `72B`.
fn is_version_piece(piece: &str) -> bool {
    let digits = piece.bytes().filter(u8::is_ascii_digit).count();
    let letters = piece.bytes().filter(u8::is_ascii_alphabetic).count();
    is_version(piece) && letters <= 2 || (digits >= 1 && letters <= 3 && piece.len() <= 8)
}

/// `-V3`, `-R1-Lite`, ` Coder`: model variants of a maker.
fn looks_like_model(reading: &Reading, rest: &str) -> bool {
    rest.trim_start_matches(['-', ' ']).split(['-', ' ']).all(|piece| {
        let lower = piece.to_ascii_lowercase();
        let short = matches!(
            lower.as_bytes(),
            [b'v' | b'r' | b'k' | b'm' | b'o' | b's', b'0'..=b'9', ..]
        );
        reading.is_in("variant", &lower) || short
    }) && !matches!(
        rest.trim_start_matches(['-', ' ']).to_ascii_lowercase().as_str(),
        "pro" | "max" | "plus" | "air" | "mini" | "ultra"
    )
}

/// R1, V3, o1 beside the full name of the document's model.
fn short_names(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    let mut full: Vec<(String, usize)> = Vec::new();
    for draft in drafts.roots() {
        let known = drafts.get(draft);
        if matches!(known.kind, EntityType::Model | EntityType::Product) {
            full.extend(known.names.iter().map(|name| (name.clone(), draft)));
        }
    }
    for known in &reading.known {
        if known.kind == EntityType::Model && !known.ambiguous {
            let entry = reading.lexicon.name(known.name).entries[0];
            let draft = drafts.of_entry(entry, EntityType::Model);
            full.push((folded[known.start..known.end].to_owned(), draft));
        }
    }
    full.sort();
    full.dedup();
    for run in &reading.runs {
        for word in &run.words {
            let text = &folded[word.clone()];
            if !is_short_version(text)
                || reading
                    .known_at(word.start)
                    .is_some_and(|known| known.start < word.start)
            {
                continue;
            }
            let mut owners: Vec<usize> = full
                .iter()
                .filter(|(name, _)| {
                    name.len() > text.len()
                        && name.ends_with(text)
                        && name[..name.len() - text.len()].ends_with(['-', ' '])
                })
                .map(|(_, draft)| *draft)
                .collect();
            owners.dedup();
            if let [owner] = owners[..] {
                drafts.spot(word.start, word.end, owner, 0.8, Origin::Alias);
            }
        }
    }
}

fn is_short_version(word: &str) -> bool {
    matches!(word.as_bytes(), [b'A'..=b'Z' | b'o', b'0'..=b'9', rest @ ..] if rest.len() <= 3 && rest.iter().all(|b| b.is_ascii_digit() || *b == b'.'))
}

/// 发布…“拍拍豆”, 推出名为「X」的, 《使命召唤》: what is in quotes after a word of releasing, or called a product.
fn quoted(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    let marks = [('“', '”'), ('《', '》'), ('「', '」'), ('『', '』')];
    for Quotation {
        mark,
        open,
        inner,
        after,
    } in reading.quotations(&marks)
    {
        let (start, end) = (inner.start, inner.end);
        let surface = &folded[start..end];
        let count = surface.chars().count();
        if !(2..=14).contains(&count) || surface.contains([',', '。', '?', '!', ':', '“', '《', '、', '(']) {
            continue;
        }
        // “中国专供”SkillHub: said of the name behind it.
        if reading.char_at(after).is_some_and(|c| c.is_ascii_uppercase()) && !reading.follows("product_after", after) {
            continue;
        }
        let model = is_model_context(reading, start, end);
        let before = &folded[..open];
        let called = reading.precedes("product_called", open);
        let clause = clause_before(reading, open);
        let released = ["release", "develop", "open_source"]
            .iter()
            .any(|class| reading.cue_before(class, open))
            || clause_has_release(reading, clause);
        let plain = reading.likeness(start, end) < 0.3;
        let is_title = mark == '《';
        let kind = if model {
            EntityType::Model
        } else if is_title {
            if is_medium(reading, open, after, surface) {
                let draft = drafts.of_shape(surface, EntityType::Organization, 0.8, Origin::Shape);
                drafts.spot(start, end, draft, 0.8, Origin::Shape);
                continue;
            }
            // A document otherwise; a work only where somebody makes or plays it.
            let game = ["的开发商", "开发商", "游戏", "手游", "系列"]
                .iter()
                .any(|word| folded[after..].starts_with(word))
                || ["游戏", "手游", "电影", "影片"]
                    .iter()
                    .any(|word| before.ends_with(word));
            if !game {
                continue;
            }
            EntityType::Product
        } else if (called && (released || !plain || reading.precedes("product_named", open)))
            || (released && !plain && !is_sentence(reading, start, end))
        {
            EntityType::Product
        } else {
            continue;
        };
        if reading
            .known_in(start..end)
            .iter()
            .any(|known| known.start == start && known.end == end)
        {
            continue;
        }
        let draft = drafts.of_shape(surface, kind, 0.75, Origin::Shape);
        drafts.spot(start, end, draft, 0.75, Origin::Shape);
    }
    // “22万科MTN004”: bonds.
    for run in &reading.runs {
        let text = &folded[run.start..run.end];
        let is_bond = ["MTN", "SCP", "PPN", "CP"].iter().any(|kind| {
            text.strip_prefix(kind)
                .is_some_and(|number| number.len() >= 3 && number.bytes().all(|b| b.is_ascii_digit()))
        });
        if !is_bond {
            continue;
        }
        let mut start = run.start;
        let mut count = 0;
        while let Some(c) = reading.char_before(start).filter(|c| is_han(*c) && count < 8) {
            start -= c.len_utf8();
            count += 1;
        }
        let digits = folded[..start].bytes().rev().take_while(u8::is_ascii_digit).count();
        if count >= 2 && digits == 2 {
            let start = start - 2;
            let draft = drafts.of_shape(&folded[start..run.end], EntityType::Product, 0.85, Origin::Shape);
            drafts.spot(start, run.end, draft, 0.85, Origin::Shape);
        }
    }
}

/// 《紐約時報》報道, 据英国《金融时报》: a medium that reports.
fn is_medium(reading: &Reading, open: usize, after: usize, surface: &str) -> bool {
    let reports = reading.follows("medium_reports", after);
    let cited = reading.precedes("medium_cited", open);
    let ending = reading
        .lexicon
        .surroundings("medium_end")
        .ends(&super::lexicon::lowered(surface))
        .is_some();
    (ending && (reports || cited)) || (reports && cited && surface.chars().count() <= 8)
}

/// 发布货运行业首款穿戴式AI硬件“…”: the word of releasing within the last words of the clause.
fn clause_has_release(reading: &Reading, clause: Range<usize>) -> bool {
    let starts: Vec<usize> = reading.folded[clause.clone()]
        .char_indices()
        .map(|(i, _)| clause.start + i)
        .collect();
    starts.iter().rev().take(16).any(|&at| reading.cue_at("release", at))
}

fn clause_before(reading: &Reading, at: usize) -> Range<usize> {
    reading.clause_head(at, 72)..at
}

/// Quoted words that are said, not named: with a verb's marks in them.
fn is_sentence(reading: &Reading, start: usize, end: usize) -> bool {
    let surface = &reading.folded[start..end];
    surface.contains(['的', '了', '是', '在', '不', '我', '你', '他'])
}

/// “年产7万吨…技改项目”, 广州智慧创新谷算力基础设施项目.
fn projects(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    for at in occurrences(folded, "项目”") {
        let end = at + "项目".len();
        let line = reading.line_start(at);
        let Some(open) = folded[line..at].rfind('“') else {
            continue;
        };
        let start = line + open + '“'.len_utf8();
        let count = folded[start..end].chars().count();
        if (4..=60).contains(&count) && !folded[start..end].contains(['”', '。']) {
            let draft = drafts.of_shape(&folded[start..end], EntityType::Product, 0.7, Origin::Shape);
            drafts.spot(start, end, draft, 0.7, Origin::Shape);
        }
    }
}

/// DeepSeek系列开源模型: a maker's or family's series.
fn series(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    for (at, word) in folded.match_indices("系列") {
        let Some(known) = reading.known_ending(at) else {
            continue;
        };
        let end = at + word.len();
        let after: String = folded[end..].chars().take(5).take_while(|c| is_name_char(*c)).collect();
        if after.contains("模型") && matches!(known.kind, EntityType::Company | EntityType::Model) {
            let draft = drafts.of_shape(&folded[known.start..end], EntityType::Model, 0.75, Origin::Shape);
            drafts.spot(known.start, end, draft, 0.75, Origin::Shape);
        }
    }
}

/// 中证人工智能指数, 恒生生物科技指数: a publisher's name, then what the index measures.
fn indices(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    for at in occurrences(folded, "指数") {
        let end = at + "指数".len();
        let from = reading.clause_head(at, 54);
        let head = &folded[from..at];
        let Some(start) = reading
            .lexicon
            .surroundings("index_publisher")
            .forms()
            .iter()
            .filter_map(|name| head.rfind(name.as_str()))
            .max()
            .map(|i| from + i)
            .or_else(|| moving_index(reading, from, at))
        else {
            continue;
        };
        let inner = &folded[start..at];
        let broken = reading.segments_in(start, at).iter().any(|word| {
            matches!(*word, "的" | "和" | "与" | "及" | "等" | "在" | "了" | "是") || reading.lexicon.is_cue(word)
        });
        if inner.chars().count() > 14
            || broken
            || inner.contains(['、', '(', '“', ' '])
            || reading
                .known_in(start..end)
                .iter()
                .any(|known| known.start == start && known.end == end)
        {
            continue;
        }
        let draft = drafts.of_shape(&folded[start..end], EntityType::Index, 0.8, Origin::Shape);
        drafts.spot(start, end, draft, 0.8, Origin::Shape);
    }
}

/// Bytes behind an index within which a move is looked for (光模块指数年内累计涨超116%)
const MOVE_REACH: usize = 30;

/// Where the name of an index begins that is known by its move alone: 光模块指数涨超116%.
fn moving_index(reading: &Reading, from: usize, at: usize) -> Option<usize> {
    let folded = reading.folded;
    let end = at + "指数".len();
    let head = &folded[from..at];
    let listed = from + head.rfind('、').map_or(0, |i| i + '、'.len_utf8());
    // 今年以来光模块指数涨超116%
    let dated = reading
        .measured_from(listed)
        .first()
        .filter(|range| range.start == listed && range.end <= at)
        .map_or(listed, |range| range.end);
    let start = dated + folded[dated..at].strip_prefix("以来").map_or(0, |_| "以来".len());
    let name = &folded[start..at];
    if reading
        .known_in(start..end)
        .iter()
        .any(|known| known.kind == EntityType::Index)
    {
        return None;
    }
    let generic = reading
        .lexicon
        .surroundings("index_generic")
        .forms()
        .iter()
        .any(|word| name.contains(word.as_str()));
    if !(2..=8).contains(&name.chars().count()) || !name.chars().all(is_name_char) || generic {
        return None;
    }
    folded[end..]
        .char_indices()
        .take_while(|(i, c)| *i < MOVE_REACH && is_name_char(*c))
        .any(|(i, _)| {
            ["rise", "fall"].iter().any(|class| {
                reading
                    .lexicon
                    .cue_beginning(class, &reading.lower[end + i..])
                    .is_some_and(|length| reading.has_figure(end + i + length, MOVE_REACH))
            })
        })
        .then_some(start)
}

/// 财通成长优选A, 融通科技臻选A: fund shares.
fn fund_shares(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    for run in &reading.runs {
        if !matches!(&folded[run.start..run.end], "A" | "C" | "E" | "D" | "I") {
            continue;
        }
        if !reading.precedes("fund_word", run.start) {
            continue;
        }
        let Some((start, score)) = left_edge(reading, run.start, run.start, Length::Short) else {
            continue;
        };
        let count = folded[start..run.start].chars().count();
        if score > 0.0 && (5..=14).contains(&count) {
            let draft = drafts.of_shape(&folded[start..run.end], EntityType::Product, 0.75, Origin::Shape);
            drafts.spot(start, run.end, draft, 0.75, Origin::Shape);
        }
    }
}

/// 研发出雾化铜箔、芯箔等多款…, 核心产品通用食品加工单站, 投资建造…项目: what the verb or the noun announces.
fn developed(reading: &Reading, drafts: &mut Drafts) {
    listed_products(reading, drafts);
    core_products(reading, drafts);
    built_projects(reading, drafts);
}

fn listed_products(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    for (at, mark) in folded.match_indices('等') {
        if !reading.follows("product_counted", at + mark.len()) {
            continue;
        }
        let clause = reading.clause_start(at);
        let span = &folded[clause..at];
        let Some(from) = reading
            .lexicon
            .surroundings("product_made")
            .forms()
            .iter()
            .filter_map(|verb| span.find(verb.as_str()).map(|i| clause + i + verb.len()))
            .max()
        else {
            continue;
        };
        let mut start = from;
        for item in folded[from..at].split(['、', '和', '及']) {
            let end = start + item.len();
            let count = item.chars().count();
            let generic = item.starts_with("AI") || reading.is_common(item);
            if (2..=12).contains(&count)
                && !generic
                && item.chars().all(is_name_char)
                && reading.known_starting(start).is_none()
            {
                let draft = drafts.of_shape(item, EntityType::Product, 0.7, Origin::Shape);
                drafts.spot(start, end, draft, 0.7, Origin::Shape);
            }
            start = end + folded[end..].chars().next().map_or(0, char::len_utf8);
        }
    }
}

fn core_products(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    for lead in reading.lexicon.surroundings("product_core").forms() {
        for at in occurrences(folded, lead) {
            let start = at + lead.len();
            let length = folded[start..]
                .find(|c: char| !is_name_char(c))
                .unwrap_or(folded.len() - start);
            let surface = &folded[start..start + length];
            let words = reading.segments_in(start, start + length);
            let clausal = words.iter().any(|word| {
                reading
                    .lexicon
                    .shapes
                    .boundary_words
                    .get(*word)
                    .is_some_and(|boundary| matches!(boundary.kind, BoundaryKind::Function | BoundaryKind::Time))
            });
            let verbal = words
                .first()
                .is_some_and(|word| reading.is_boundary_word(word) || reading.lexicon.is_cue(word));
            let stated = surface.contains(['升', '涨', '跌', '降', '高', '较', '方', '占']);
            if (3..=12).contains(&surface.chars().count()) && !clausal && !verbal && !stated {
                let draft = drafts.of_shape(surface, EntityType::Product, 0.65, Origin::Shape);
                drafts.spot(start, start + length, draft, 0.65, Origin::Shape);
            }
        }
    }
}

fn built_projects(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    for at in occurrences(folded, "项目") {
        let end = at + "项目".len();
        let from = reading.clause_head(at, 150);
        let span = &folded[from..at];
        let Some(start) = reading
            .lexicon
            .surroundings("project_built")
            .forms()
            .iter()
            .filter_map(|verb| span.rfind(verb.as_str()).map(|i| from + i + verb.len()))
            .max()
        else {
            continue;
        };
        let surface = &folded[start..end];
        // Without a name or a place at its head, or a sum before the verb (拟4亿元投建…), it is any project.
        let verb = folded[from..start]
            .rfind(|c| !is_name_char(c))
            .map_or(from, |i| from + i);
        let paid = folded[verb..start].contains('元');
        let rooted = reading.known_starting(start).is_some()
            || reading.likeness(start, end) > 0.0
            || surface.starts_with("年产")
            || paid;
        if (6..=40).contains(&surface.chars().count())
            && rooted
            && surface.chars().all(|c| is_name_char(c) || matches!(c, '-' | '.' | '/'))
            && !surface.contains(['的', '等'])
            && reading.is_cut(end)
        {
            let draft = drafts.of_shape(surface, EntityType::Product, 0.7, Origin::Shape);
            drafts.spot(start, end, draft, 0.7, Origin::Shape);
        }
    }
}
