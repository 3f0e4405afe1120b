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
        let form = LEGAL_FORMS
            .lines()
            .filter(|l| !l.starts_with('#') && !l.is_empty())
            .find(|form| stem.ends_with(form) && stem.chars().count() >= form.chars().count() + 2);
        match form {
            Some(form) => stem.truncate(stem.len() - form.len()),
            None => return stem,
        }
    }
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
