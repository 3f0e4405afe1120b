//! Chinese and transliterated person names: 董事长王某某, 杨冰表示, 埃隆·马斯克, 瞿杲、瞿昊南、瞿中三名自然人.

use super::lexicon::{Shapes, TermHit};
use super::names::Drafts;
use super::reading::Reading;
use super::{EntityType, Origin};
use crate::text::{is_han, occurrences};

/// Reads persons beside roles, before words of saying, in lists, and with `·` inside.
pub(crate) fn find(reading: &Reading, drafts: &mut Drafts) {
    for role in &reading.roles {
        beside_role(reading, drafts, role);
    }
    beside_kin(reading, drafts);
    founders(reading, drafts);
    before_saying(reading, drafts);
    with_middle_dot(reading, drafts);
    lists(reading, drafts);
}

fn found(reading: &Reading, drafts: &mut Drafts, start: usize, end: usize, score: f32) {
    if is_firms(reading, start, end) {
        return;
    }
    let surface = &reading.folded[start..end];
    let draft = drafts.of_shape(surface, EntityType::Person, score, Origin::Shape);
    drafts.spot(start, end, draft, score, Origin::Shape);
}

/// Whether what only firms have stands behind the name anywhere in the article (华伦股价, 华伦财报): it is a firm's.
pub(crate) fn is_firms(reading: &Reading, start: usize, end: usize) -> bool {
    let name = &reading.folded[start..end];
    // 李宁公司的创始人李宁: a firm of the lexicon may bear its founder's name.
    if reading.lexicon.name_of(name).is_some() {
        return false;
    }
    let window = reading.article_around(start);
    reading.folded[window.clone()]
        .match_indices(name)
        .take(12)
        .any(|(i, _)| reading.follows("firm_only_after", window.start + i + name.len()))
}

/// 其子钟启濂: a word for a relative takes a person behind it as a post does.
fn beside_kin(reading: &Reading, drafts: &mut Drafts) {
    let kin = reading.lexicon.surroundings("kin");
    for (at, c) in reading.lower.char_indices() {
        if kin.may_begin(c)
            && let Some(length) = kin.begins(&reading.lower[at..])
            && let Some((end, score)) = name_at(reading, at + length, true)
        {
            found(reading, drafts, at + length, end, score);
        }
    }
}

/// 由钟伯年创办, 与周昕宇、吴育昕一道成立: the list of persons before a verb of founding, up to the word that leads it.
fn founders(reading: &Reading, drafts: &mut Drafts) {
    let verbs = reading.lexicon.cue_class("found_verb");
    for (at, c) in reading.lower.char_indices() {
        if verbs.may_begin(c) && verbs.begins(&reading.lower[at..]).is_some() {
            let together = reading.lexicon.surroundings("together").ends(&reading.lower[..at]);
            let mut end = together.unwrap_or(at);
            let mut names: Vec<(usize, usize)> = Vec::new();
            let led = loop {
                let Some(start) = listed_before(reading, end) else {
                    break false;
                };
                names.push((start, end));
                match reading.char_before(start) {
                    Some(c @ ('、' | '和' | '及')) => end = start - c.len_utf8(),
                    Some('由' | '与' | '跟' | '同' | '携') => break true,
                    _ => break false,
                }
            };
            if led {
                for (start, end) in names {
                    found(reading, drafts, start, end, 0.75);
                }
            }
        }
    }
}

/// Where a person's name begins that ends at `end`: a frequent surname, and no everyday word in it.
fn listed_before(reading: &Reading, end: usize) -> Option<usize> {
    let shapes = &reading.lexicon.shapes;
    [3usize, 2, 4].into_iter().find_map(|count| {
        let (at, first) = reading.folded[..end].char_indices().rev().nth(count - 1)?;
        let name = &reading.folded[at..end];
        let surname = shapes.surnames.get(&first) == Some(&true) || has_compound_surname(shapes, name);
        let led = reading
            .char_before(at)
            .is_some_and(|c| matches!(c, '、' | '和' | '及' | '由' | '与' | '跟' | '同' | '携'));
        (surname
            && led
            && name.chars().all(is_han)
            && is_person_shape(shapes, name) == Some(true)
            && is_free(reading, at, end)
            && reading
                .known_in(at..end)
                .iter()
                .all(|known| known.ambiguous || known.kind == EntityType::Person))
        .then_some(at)
    })
}

fn beside_role(reading: &Reading, drafts: &mut Drafts, role: &TermHit) {
    // A role inside an English sentence is read with the Latin names.
    let mut at = role.end;
    // 分析師、首席執行官兼創始人: the next role is nearer to the name.
    if reading.role_starting(at).is_some() {
        return;
    }
    while matches!(reading.char_at(at), Some(' ' | ':')) {
        at += 1;
    }
    if reading.role_starting(at).is_some() {
        return;
    }
    if let Some((end, score)) = name_at(reading, at, true) {
        found(reading, drafts, at, end, score);
        // 董事李明、王芳和张三
        let mut next = end;
        while let Some(c) = reading.char_at(next).filter(|c| matches!(c, '、' | '和' | '与' | '及')) {
            let start = next + c.len_utf8();
            let Some((end, score)) = name_at(reading, start, true).or_else(|| listed_name(reading, start, c)) else {
                break;
            };
            if score < 0.65 {
                break;
            }
            found(reading, drafts, start, end, score - 0.05);
            next = end;
        }
    } else {
        role_after_name(reading, drafts, role.start);
    }
}

/// A person among persons: a frequent surname and the edge of a word after two or three characters (和赵强投了).
fn listed_name(reading: &Reading, start: usize, mark: char) -> Option<(usize, f32)> {
    let first = reading.char_at(start)?;
    if reading.lexicon.shapes.surnames.get(&first) != Some(&true) || (mark != '、' && !reading.is_cut(start)) {
        return None;
    }
    let after = |count: usize| {
        start
            + reading.folded[start..]
                .chars()
                .take(count)
                .map(char::len_utf8)
                .sum::<usize>()
    };
    if reading
        .known_starting(start)
        .is_some_and(|known| known.kind != EntityType::Person)
    {
        return None;
    }
    // 赵强|投: two characters that the segmenter keeps together.
    let two = reading.is_cut(after(2)) && !reading.is_cut(after(1));
    let counts = if two { [2usize, 3] } else { [3, 2] };
    counts.into_iter().find_map(|count| {
        let length: usize = reading.folded[start..].chars().take(count).map(char::len_utf8).sum();
        let end = start + length;
        let name = &reading.folded[start..end];
        (name.chars().count() == count
            && name.chars().all(is_han)
            && reading.is_cut(end)
            && is_person_shape(&reading.lexicon.shapes, name) == Some(true)
            && is_free(reading, start, end))
        .then_some((end, 0.7))
    })
}

/// 李明(CEO), 李明任董事长, 李明董事: the name ends where the role begins.
fn role_after_name(reading: &Reading, drafts: &mut Drafts, at: usize) {
    let mut end = at;
    for word in ["(", "担任", "出任", "为公司", "为", "任", "兼任"] {
        if reading.folded[..end].ends_with(word) {
            end -= word.len();
            break;
        }
    }
    if end == at {
        return;
    }
    for count in [3usize, 2, 4] {
        let mut start = end;
        for _ in 0..count {
            match reading.char_before(start).filter(|c| is_han(*c)) {
                Some(c) => start -= c.len_utf8(),
                None => break,
            }
        }
        let name = &reading.folded[start..end];
        if name.chars().count() == count
            && is_person_shape(&reading.lexicon.shapes, name) == Some(true)
            && reading.is_cut(start)
            && is_free(reading, start, end)
            && reading
                .known_in(start..end)
                .iter()
                .all(|known| known.ambiguous || known.kind == EntityType::Person)
        {
            found(reading, drafts, start, end, 0.75);
            return;
        }
    }
}

/// Whether no everyday word makes up the name or a part of it (都|支持, 公司|未).
fn is_free(reading: &Reading, start: usize, end: usize) -> bool {
    let name = &reading.folded[start..end];
    !reading.is_common(name)
        && reading
            .segments_in(start, end)
            .iter()
            .all(|word| word.chars().count() == 1 || !reading.is_common(word))
        && name.char_indices().nth(1).is_none_or(|(i, _)| {
            // 有消息: the given part is a word.
            let given = &name[i..];
            given.chars().count() < 2 || !reading.is_boundary_word(given)
        })
}

/// A person's name that begins at `at`: its end and how sure it is.
fn name_at(reading: &Reading, at: usize, beside_role: bool) -> Option<(usize, f32)> {
    let shapes = &reading.lexicon.shapes;
    if let Some(known) = reading.known_starting(at) {
        if known.kind == EntityType::Person {
            return Some((known.end, 0.95));
        }
        if !known.ambiguous {
            return None;
        }
    }
    let first = reading.char_at(at)?;
    let mut best: Option<(usize, f32)> = None;
    let mut end = at;
    let mut count = 0;
    while let Some(c) = reading.char_at(end).filter(|c| is_han(*c)) {
        end += c.len_utf8();
        count += 1;
        if count > 4 {
            break;
        }
        if count < 2 {
            continue;
        }
        let name = &reading.folded[at..end];
        let Some(true) = is_person_shape(shapes, name) else {
            continue;
        };
        let follows = follows_name(reading, end);
        // Between a post and a word of saying even a given name that is a word (学文, 家强) is a name.
        let framed = beside_role && count == 3 && follows != Follow::Nothing && is_framed(reading, at, end);
        if !framed && !is_free(reading, at, end) {
            continue;
        }
        let mut score = 0.3;
        score += match follows {
            Follow::End => 0.5,
            Follow::Word => 0.4,
            Follow::Nothing => -0.1,
        };
        score += if reading.is_cut(end) { 0.15 } else { -0.25 };
        score += if beside_role { 0.1 } else { -0.1 };
        score += if framed { 0.1 } else { 0.0 };
        // Behind a post hardly anything else is a frequent surname with two characters that make no word, least of all
        // what the segmenter takes for one unknown word.
        if beside_role && count == 3 && shapes.surnames.get(&first) == Some(&true) {
            score += match reading.is_one_word(at, end) {
                true => 0.2,
                // 赵强|投了: the last of them may be a word of its own.
                false if is_word(reading, c) => 0.0,
                false => 0.15,
            };
        }
        if count == 3 {
            score += 0.05;
        }
        // Compound surnames have two; with a plain one four characters are rarely one name.
        if count == 4 && !has_compound_surname(shapes, name) {
            score -= 0.5;
        }
        if reading.count(at, name, 2) >= 2 {
            score += 0.15;
        }
        if best.is_none_or(|(_, known)| score > known + 0.001) {
            best = Some((end, score));
        }
    }
    if best.is_none_or(|(_, score)| score < 0.65)
        && beside_role
        && let Some(end) = transliterated(reading, at)
    {
        return Some((end, 0.8));
    }
    best.filter(|(_, score)| *score >= 0.65)
        .map(|(end, score)| (end, score.min(0.9)))
}

/// Whether a character is an everyday word, a verb or a particle.
fn is_word(reading: &Reading, c: char) -> bool {
    let word = c.encode_utf8(&mut [0; 4]).to_owned();
    reading.is_char_in("everyday_character", c)
        || reading.is_char_in("verb_character", c)
        || reading.lexicon.is_cue(&word)
        || reading.lexicon.shapes.boundary_words.contains_key(word.as_str())
}

/// Three characters whose first is a surname of its own and which aren't a word, nor their first two.
fn is_framed(reading: &Reading, start: usize, end: usize) -> bool {
    let name = &reading.folded[start..end];
    let cut = |n: usize| name.char_indices().nth(n).map_or(name.len(), |(i, _)| i);
    !reading.is_common(name) && !reading.is_common(&name[..cut(2)]) && !reading.is_boundary_word(&name[cut(1)..])
}

/// `Some(true)`: surname and one or two given characters (or a compound surname and one or two).
fn is_person_shape(shapes: &Shapes, name: &str) -> Option<bool> {
    let count = name.chars().count();
    let mut chars = name.chars();
    let single = shapes.surnames.contains_key(&chars.next()?);
    let compound = has_compound_surname(shapes, name);
    let given_ok = chars.all(|c| !"的了是在和与及或等将已被把对向从为之其这那个们也都曾还再则均并却仅亦，".contains(c));
    Some(given_ok && ((single && (2..=3).contains(&count)) || (compound && (3..=4).contains(&count))))
}

/// Whether a frequent family name begins what has a name's length (李宁, 谢瑞麟).
pub(crate) fn is_common_person_shape(lexicon: &super::Lexicon, name: &str) -> bool {
    let shapes = &lexicon.shapes;
    let first = name.chars().next();
    first.is_some_and(|first| shapes.surnames.get(&first) == Some(&true)) && is_person_shape(shapes, name) == Some(true)
}

fn has_compound_surname(shapes: &Shapes, name: &str) -> bool {
    name.char_indices()
        .nth(2)
        .is_some_and(|(i, _)| shapes.compound_surnames.contains(&name[..i]))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follow {
    End,
    Word,
    Nothing,
}

fn follows_name(reading: &Reading, end: usize) -> Follow {
    match reading.char_at(end) {
        None => return Follow::End,
        Some(c) if !is_han(c) && !c.is_alphanumeric() => return Follow::End,
        // 董事长周牧远|4月21日
        Some(_) if reading.is_measured(end) => return Follow::End,
        _ => {}
    }
    let rest = &reading.folded[end..];
    if reading.role_starting(end).is_some() || reading.cue_at("say", end) {
        return Follow::Word;
    }
    match reading
        .lexicon
        .surroundings("person_follower")
        .begins(&reading.lower[end..])
    {
        Some(length) if rest[..length].chars().count() > 1 || reading.is_cut(end) => Follow::Word,
        _ => Follow::Nothing,
    }
}

/// 马斯克, 史蒂夫·乔布斯: characters that transcribe foreign names.
fn transliterated(reading: &Reading, at: usize) -> Option<usize> {
    let translit = &reading.lexicon.shapes.translit;
    let mut end = at;
    let mut count = 0;
    let mut fit = None;
    while let Some(c) = reading.char_at(end) {
        if c == '·' {
            if count == 0 {
                break;
            }
        } else if !translit.contains(&c) {
            break;
        }
        end += c.len_utf8();
        count += 1;
        if count > 16 {
            return None;
        }
        // 锡里克地区, 里海港: a place.
        let placed = reading.follows("place_kind", end);
        if c != '·' && count >= 2 && !placed && follows_name(reading, end) != Follow::Nothing {
            fit = Some(end);
        }
    }
    fit
}

/// 杨冰表示: a surname, segment edges and a word of saying.
fn before_saying(reading: &Reading, drafts: &mut Drafts) {
    let shapes = &reading.lexicon.shapes;
    for (i, segment) in reading.segments.iter().enumerate() {
        let word = &reading.folded[segment.start..segment.end];
        let Some(first) = word.chars().next().filter(|c| is_han(*c)) else {
            continue;
        };
        if !shapes.surnames.contains_key(&first) {
            continue;
        }
        // The segmenter often keeps a name whole; else the surname stands alone before one or two characters.
        let mut ends = vec![segment.end];
        for next in reading.segments[i + 1..].iter().take(2) {
            if next.start - segment.start > 9 {
                break;
            }
            ends.push(next.end);
        }
        for end in ends {
            let name = &reading.folded[segment.start..end];
            let count = name.chars().count();
            if !(2..=4).contains(&count) || !name.chars().all(is_han) || is_person_shape(shapes, name) != Some(true) {
                continue;
            }
            if !reading.cue_at("say", end)
                || !is_free(reading, segment.start, end)
                || reading.lexicon.name_of(name).is_some()
                || reading
                    .known_in(segment.start..end)
                    .iter()
                    .any(|known| known.kind != EntityType::Person)
            {
                continue;
            }
            let before = reading.char_before(segment.start);
            let edge = before.is_none_or(|c| !is_han(c)) || reading.boundary_before(segment.start).is_some();
            let repeated = reading.count(segment.start, name, 2) >= 2;
            if shapes.surnames.get(&first) != Some(&true) {
                continue;
            }
            if edge && (count == 3 || repeated) {
                found(reading, drafts, segment.start, end, 0.7);
                break;
            }
        }
    }
}

/// 埃隆·马斯克: a middle dot between characters of transcription.
fn with_middle_dot(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    let translit = &reading.lexicon.shapes.translit;
    let mut done = 0;
    for (dot, _) in folded.match_indices('·') {
        if dot < done {
            continue;
        }
        let mut start = dot;
        let mut count = 0;
        while let Some(c) = reading
            .char_before(start)
            .filter(|c| translit.contains(c) && is_han(*c))
        {
            if count >= 6 || (count > 0 && reading.boundary_before(start).is_some() && reading.is_cut(start)) {
                break;
            }
            start -= c.len_utf8();
            count += 1;
        }
        let mut end = dot + '·'.len_utf8();
        let mut after = 0;
        while let Some(c) = reading
            .char_at(end)
            .filter(|c| (is_han(*c) && translit.contains(c)) || *c == '·')
        {
            if after >= 12 {
                break;
            }
            end += c.len_utf8();
            after += 1;
        }
        // 埃隆·马斯克|提: back to the last edge of a word; 约翰·霍普金斯|博士.
        let full = end;
        while end > dot + '·'.len_utf8() && (!reading.is_cut(end) || reading.folded[..end].ends_with('·')) {
            end -= reading.char_before(end).map_or(1, char::len_utf8);
        }
        // Everyday words at the end that the characters also fit.
        for _ in 0..2 {
            if let Some(word) = reading.segments_in(end.saturating_sub(1), end).last()
                && end - word.len() > dot + '·'.len_utf8()
                && (reading.is_common(word) || reading.is_in("person_follower", word) || word.chars().count() == 1)
                && end < full + 1
                && reading.char_before(end - word.len()) != Some('·')
            {
                end -= word.len();
            }
        }
        while reading.char_before(end) == Some('·') {
            end -= '·'.len_utf8();
        }
        if count >= 1 && after >= 1 && end > dot {
            // A role directly before that the characters also fit (总裁蒂姆·库克) is not part of the name.
            let role = reading
                .roles
                .iter()
                .filter(|role| role.end > start && role.end <= dot && role.start <= start)
                .max_by_key(|role| role.end);
            let start = role.map_or(start, |role| role.end);
            if start < dot {
                found(reading, drafts, start, end, 0.85);
                let last = &folded[folded[..end].rfind('·').map_or(start, |i| i + '·'.len_utf8())..end];
                if last.chars().count() >= 2
                    && drafts.of_name(last).is_none()
                    && reading.lexicon.name_of(last).is_none()
                {
                    let draft = drafts.of_shape(&folded[start..end], EntityType::Person, 0.85, Origin::Shape);
                    drafts.add_name(draft, last);
                }
                done = end;
            }
        }
    }
}

/// 瞿杲、瞿昊南、瞿中三名自然人: a list of shapes before a count of persons.
fn lists(reading: &Reading, drafts: &mut Drafts) {
    let folded = reading.folded;
    for head in reading.lexicon.surroundings("person_counted").forms() {
        for at in occurrences(folded, head) {
            let Some(number) = reading
                .char_before(at)
                .filter(|c| "两二三四五六七八九十".contains(*c) || c.is_ascii_digit())
            else {
                continue;
            };
            let mut end = at - number.len_utf8();
            if folded[..end].ends_with('等') {
                end -= '等'.len_utf8();
            }
            let from = reading.clause_start(end);
            let Some(list) = folded.get(from..end) else {
                continue;
            };
            let items: Vec<&str> = list.split(['、', '和', '及', '与']).collect();
            // 购买冯树彬等3名交易对方: one name after the verb.
            if folded[end..].starts_with('等')
                && let Some(last) = items.last()
            {
                let tail: usize = last.chars().rev().take(3).map(char::len_utf8).sum();
                let start = end - tail;
                if is_person_shape(&reading.lexicon.shapes, &folded[start..end]) == Some(true)
                    && reading.is_cut(start)
                    && is_free(reading, start, end)
                {
                    found(reading, drafts, start, end, 0.75);
                }
            }
            if items.len() < 2
                || !items
                    .iter()
                    .all(|item| is_person_shape(&reading.lexicon.shapes, item) == Some(true))
            {
                continue;
            }
            for item in items {
                let start = from + (item.as_ptr() as usize - list.as_ptr() as usize);
                found(reading, drafts, start, start + item.len(), 0.8);
            }
        }
    }
}
