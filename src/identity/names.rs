//! What two names of companies have to do with each other, by their characters alone.

use crate::text::fold;

const LEGAL_FORMS: &str = include_str!("../../lexicon/legal-forms.txt");

/// How one name relates to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kinship {
    /// One may be short for the other (二纺, 上海二纺机股份有限公司), or they differ in their legal form only
    Short,
    /// The first is the group that the second carries in its name (国电集团, 国电电力)
    Group,
    /// The other way round
    Member,
}

/// The kinship of two company names, or `None` where their characters show none.
///
/// This is evidence, not a decision: a parent and its subsidiary often look like a name and its short form.
pub fn kinship(a: &str, b: &str) -> Option<Kinship> {
    let (a, b) = (stem(a), stem(b));
    let (group_a, group_b) = (a.strip_suffix("集团"), b.strip_suffix("集团"));
    let (core_a, core_b) = (group_a.unwrap_or(&a), group_b.unwrap_or(&b));
    let (short, long) = if core_a.chars().count() <= core_b.chars().count() {
        (core_a, core_b)
    } else {
        (core_b, core_a)
    };
    if short.chars().count() < 2 || !is_subsequence(short, long) {
        return None;
    }
    if short == long {
        return Some(Kinship::Short);
    }
    match (group_a.is_some(), group_b.is_some()) {
        (true, false) if core_b.starts_with(core_a) => Some(Kinship::Group),
        (false, true) if core_a.starts_with(core_b) => Some(Kinship::Member),
        (x, y) if x == y => Some(Kinship::Short),
        _ => None,
    }
}

/// The folded name without warnings of the exchange (*ST), brackets and legal form.
fn stem(name: &str) -> String {
    let mut stem: String = fold(name)
        .replace("ST", "")
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    loop {
        let form = forms().find(|form| stem.ends_with(form) && stem.chars().count() >= form.chars().count() + 2);
        match form {
            Some(form) => stem.truncate(stem.len() - form.len()),
            None => return stem,
        }
    }
}

/// A folded company name without its legal form: 有限公司, 股份有限公司, `Inc.`, `Ltd`. Two names that differ in no more
/// than that are one company; what says more (集团) stays.
pub fn core_name(name: &str) -> String {
    let folded = fold(name);
    let mut core = folded.trim();
    while let Some(rest) = forms().find_map(|form| without_form(core, form)) {
        core = rest;
    }
    core.to_owned()
}

/// The name before its legal form, where enough of it is left.
fn without_form<'n>(name: &'n str, form: &str) -> Option<&'n str> {
    if form.is_ascii() {
        let (rest, last) = name.rsplit_once(' ')?;
        let rest = rest.trim_end_matches(',');
        let is_form = last.trim_end_matches('.').eq_ignore_ascii_case(form);
        return (is_form && rest.len() >= 2).then_some(rest);
    }
    // The form of a group says two things, of which one is more than a form.
    let form = form.strip_prefix("集团").unwrap_or(form);
    let rest = name.strip_suffix(form)?;
    (form.ends_with("公司") && form != "公司" && rest.chars().count() >= 2).then_some(rest)
}

fn forms() -> impl Iterator<Item = &'static str> {
    LEGAL_FORMS
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// Whether the characters of `short` stand in `long` in their order.
fn is_subsequence(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().all(|c| rest.any(|l| l == c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_are_no_part_of_a_name() {
        let cases = [
            ("騰訊控股有限公司", "腾讯控股"),
            ("远帆科技股份有限公司", "远帆科技"),
            ("国电集团有限公司", "国电集团"),
            ("礼来公司", "礼来公司"),
            ("Zinc", "Zinc"),
            ("Foo Bar, Inc.", "Foo Bar"),
            ("Foo Co., Ltd.", "Foo"),
            ("有限公司", "有限公司"),
        ];
        for (name, core) in cases {
            assert_eq!(core_name(name), core, "{name}");
        }
    }

    #[test]
    fn kinship_by_characters() {
        let cases = [
            ("二纺", "上海二纺机股份有限公司", Some(Kinship::Short)),
            ("騰訊控股有限公司", "腾讯控股", Some(Kinship::Short)),
            ("国电集团", "国电电力", Some(Kinship::Group)),
            ("国电电力", "国电集团", Some(Kinship::Member)),
            ("腾讯", "阿里巴巴", None),
            ("中", "中国石化", None),
        ];
        for (a, b, wanted) in cases {
            assert_eq!(kinship(a, b), wanted, "{a} {b}");
        }
    }
}
