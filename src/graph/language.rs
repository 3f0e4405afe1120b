use crate::text::{fold, is_han};

/// The tag of a document's language as its quotes carry it: `zh-Hant`, `zh-Hans`, `en`, or as given.
///
/// A region settles the script where none is named (`zh-TW` is `zh-Hant`); plain `zh` is settled by `sample`.
pub fn language_tag(language: &str, sample: &str) -> String {
    let lower = language.to_ascii_lowercase();
    let mut parts = lower.split(['-', '_']);
    match parts.next() {
        Some("zh") => {
            for part in parts {
                match part {
                    "hant" | "tw" | "hk" | "mo" => return "zh-Hant".to_owned(),
                    "hans" | "cn" | "sg" => return "zh-Hans".to_owned(),
                    _ => {}
                }
            }
            script_tag(sample).to_owned()
        }
        Some("en") => "en".to_owned(),
        _ => language.replace('_', "-"),
    }
}

/// The tag of a name: Traditional where it holds a Traditional character, otherwise the document's script, which
/// the name has in common with it.
pub(super) fn name_tag(name: &str, document_tag: &str) -> String {
    if !has_han(name) {
        return latin_tag(name, document_tag);
    }
    if is_traditional(name) {
        "zh-Hant".to_owned()
    } else if document_tag.starts_with("zh") {
        document_tag.to_owned()
    } else {
        "zh-Hans".to_owned()
    }
}

/// The tag of a passage of a document: the document's own, unless it is of the other kind of writing.
pub(super) fn passage_tag(passage: &str, document_tag: &str) -> String {
    match (has_han(passage), document_tag.starts_with("zh")) {
        (true, false) if document_tag == "en" => script_tag(passage).to_owned(),
        (true, _) => document_tag.to_owned(),
        (false, _) => latin_tag(passage, document_tag),
    }
}

fn latin_tag(text: &str, document_tag: &str) -> String {
    if text.chars().any(|c| c.is_ascii_alphabetic()) && document_tag.starts_with("zh") {
        "en".to_owned()
    } else {
        document_tag.to_owned()
    }
}

fn script_tag(text: &str) -> &'static str {
    if is_traditional(text) { "zh-Hant" } else { "zh-Hans" }
}

/// Whether folding to Simplified changes a character. Width and apostrophes, which folding changes too, say nothing
/// about the script.
fn is_traditional(text: &str) -> bool {
    let han: String = text.chars().filter(|c| is_han(*c)).collect();
    fold(&han) != han
}

fn has_han(text: &str) -> bool {
    text.chars().any(is_han)
}

/// A tag with the capitals that BCP 47 recommends (`zh-Hant-HK`).
///
/// Tags are equal whatever their capitals, and the store keeps them in small letters, as RDF 1.1 recommends; so does
/// `lang()` in SPARQL. This is how they are shown and written to files.
pub fn canonical_tag(tag: &str) -> String {
    let mut canonical = String::with_capacity(tag.len());
    for (at, part) in tag.split('-').enumerate() {
        if at > 0 {
            canonical.push('-');
        }
        match (at, part.len()) {
            (0, _) => canonical.push_str(&part.to_ascii_lowercase()),
            (_, 2) => canonical.push_str(&part.to_ascii_uppercase()),
            (_, 4) => {
                canonical.push_str(&part[..1].to_ascii_uppercase());
                canonical.push_str(&part[1..].to_ascii_lowercase());
            }
            _ => canonical.push_str(&part.to_ascii_lowercase()),
        }
    }
    canonical
}
