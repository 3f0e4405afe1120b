//! A folder of Markdown notes, one an entity, that lead to each other: for Obsidian, and readable by any Markdown editor.
//!
//! *Invariant.* Texts of articles are data: whatever stands in a name, title or quote, no reader of Markdown makes
//! markup, a tag, a formula or a link of it, nor does Obsidian's index. So every character that could mean something is
//! written as a character reference, which Markdown shows as the character and never reads as syntax, and quotes stand
//! in an HTML block, inside which nothing is Markdown. Links between notes hold file names only, and those are made of
//! letters that mean nothing; links to the web are the documents' addresses as their metadata give them.

use super::Edtf;
use super::graph::{Document, Edge, Fact};
use super::style::KINDS;
use super::view::{Link, Placed, View, grouped};
use crate::claim::Status;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The note that lists the others.
const INDEX: &str = "_index";
/// Bytes of a file's name before it is cut; file systems allow 255, some sync services less.
const NAME_BYTES: usize = 120;

/// The files by their paths.
pub(super) fn obsidian(view: &View<'_>) -> BTreeMap<String, String> {
    let names = file_names(view);
    let documents: BTreeMap<&str, &Document> = view.graph.documents.iter().map(|d| (d.iri.as_str(), d)).collect();
    let mut links: Vec<Vec<&Link>> = vec![Vec::new(); view.nodes.len()];
    for link in &view.links {
        links[link.subject].push(link);
        if link.object != link.subject {
            links[link.object].push(link);
        }
    }
    let mut files = BTreeMap::new();
    for (at, node) in view.nodes.iter().enumerate() {
        let note = Note {
            view,
            names: &names,
            documents: &documents,
        };
        files.insert(format!("entities/{}.md", names[at]), note.write(at, node, &links[at]));
    }
    files.insert(format!("{INDEX}.md"), index(view, &names));
    files
}

struct Note<'a> {
    view: &'a View<'a>,
    names: &'a [String],
    documents: &'a BTreeMap<&'a str, &'a Document>,
}

impl Note<'_> {
    fn write(&self, at: usize, node: &Placed, links: &[&Link]) -> String {
        let entity = self.view.entity(node);
        let graph = self.view.graph;
        let mut out = String::from("---\n");
        // JSON is YAML, and its strings have one reading.
        let mut aliases: BTreeSet<&str> = entity.names.iter().map(String::as_str).collect();
        aliases.insert(&entity.label);
        for (key, value) in [
            ("title", json!(entity.label)),
            ("aliases", json!(aliases)),
            ("iri", json!(entity.iri)),
            ("type", json!(format!("{:?}", entity.kind))),
            (
                "tags",
                json!([format!("jingwei/{}", format!("{:?}", entity.kind).to_lowercase())]),
            ),
            ("degree", json!(node.degree)),
            ("pagerank", json!(node.page_rank)),
            ("community", json!(node.community)),
        ] {
            let _ = writeln!(out, "{key}: {}", in_yaml(&value));
        }
        let _ = writeln!(
            out,
            "---\n# {}\n\n{}",
            inert(&entity.label),
            inert(&graph.kind_label(entity.kind))
        );
        if !links.is_empty() {
            out.push('\n');
        }
        for link in links {
            let (other, arrow) = match (link.symmetric, link.subject == at) {
                (true, true) => (link.object, "—"),
                (true, false) => (link.subject, "—"),
                (false, true) => (link.object, "→"),
                (false, false) => (link.subject, "←"),
            };
            let predicate = inert(&graph.predicate_label(&link.predicate));
            let _ = writeln!(
                out,
                "- {predicate} {arrow} [[{}]]{}",
                self.names[other],
                self.status(link.status)
            );
            for claim in self.view.claims(link) {
                let Edge {
                    detail,
                    date,
                    score,
                    doc,
                    quote,
                    ..
                } = claim;
                self.evidence(&mut out, detail.as_deref(), date.as_ref(), *score, doc, quote);
            }
        }
        if !node.facts.is_empty() {
            out.push('\n');
        }
        for fact in self.view.facts(node) {
            let Fact {
                predicate,
                value,
                date,
                doc,
                quote,
                status,
                score,
            } = fact;
            let predicate = inert(&graph.predicate_label(predicate));
            let _ = writeln!(out, "- {predicate}: {}{}", inert(value), self.status(*status));
            self.evidence(&mut out, None, date.as_ref(), *score, doc, quote);
        }
        out
    }

    /// What is not asserted says so.
    fn status(&self, status: Status) -> String {
        match status {
            Status::Asserted => String::new(),
            _ => format!(" ({})", inert(&self.view.graph.status_label(status))),
        }
    }

    fn evidence(
        &self,
        out: &mut String,
        detail: Option<&str>,
        date: Option<&Edtf>,
        score: f64,
        doc: &str,
        quote: &str,
    ) {
        let mut about: Vec<String> = Vec::new();
        about.extend(detail.map(inert));
        about.extend(date.map(|date| inert(date.as_str())));
        about.push(format!("{:.2}", score).replace('.', "&#46;"));
        let document = self.documents.get(doc);
        let title = inert(document.and_then(|d| d.title.as_deref()).unwrap_or(doc));
        match document.and_then(|d| d.url.as_deref()).and_then(address) {
            Some(address) => about.push(format!("[{title}](<{address}>)")),
            None => about.push(title),
        }
        for more in [
            document.and_then(|d| d.publisher.as_deref()),
            document.and_then(|d| d.published.as_deref()),
        ] {
            about.extend(more.map(inert));
        }
        let _ = writeln!(out, "  - {}", about.join(" · "));
        if !quote.is_empty() {
            // An HTML block ends with a blank line; there is none in it.
            let _ = writeln!(out, "\n    <blockquote>{}</blockquote>\n", inert(quote));
        }
    }
}

/// The note that lists all, by type.
fn index(view: &View<'_>, names: &[String]) -> String {
    let mut out = format!("# {}\n", inert(&view.title));
    for line in &view.caption {
        let _ = writeln!(out, "\n{}", inert(line));
    }
    for kind in KINDS {
        let of_kind: Vec<usize> = (0..view.nodes.len())
            .filter(|&at| view.entity(&view.nodes[at]).kind == kind)
            .collect();
        if of_kind.is_empty() {
            continue;
        }
        let label = inert(&view.graph.kind_label(kind));
        let _ = writeln!(out, "\n## {label} {}\n", inert(&grouped(of_kind.len())));
        for at in of_kind {
            let _ = writeln!(out, "- [[{}]]", names[at]);
        }
    }
    out
}

/// The name of each node's file, without its ending: its label where no other has that, otherwise with its type, or with
/// a part of its IRI's hash. What a name becomes does not depend on the order or the rank of the nodes.
fn file_names(view: &View<'_>) -> Vec<String> {
    let stems: Vec<String> = view.nodes.iter().map(|node| stem(&view.entity(node).label)).collect();
    let same = |name: &str| name.to_lowercase();
    let mut bearers: BTreeMap<String, usize> = BTreeMap::new();
    for stem in &stems {
        *bearers.entry(same(stem)).or_default() += 1;
    }
    let mut order: Vec<usize> = (0..stems.len()).collect();
    order.sort_by(|&a, &b| view.entity(&view.nodes[a]).iri.cmp(&view.entity(&view.nodes[b]).iri));
    // Who bears a name alone has it, whatever the others are called.
    order.sort_by_key(|&at| bearers[&same(&stems[at])] > 1);
    let with_kind = |at: usize| {
        let label = view.graph.kind_label(view.entity(&view.nodes[at]).kind);
        format!("{} ({})", stems[at], stem(&label))
    };
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for at in 0..stems.len() {
        *kinds.entry(same(&with_kind(at))).or_default() += 1;
    }
    let mut used: BTreeSet<String> = BTreeSet::from([INDEX.to_owned()]);
    let mut names = vec![String::new(); stems.len()];
    for at in order {
        let alone = bearers[&same(&stems[at])] == 1;
        let mut choices = Vec::new();
        if alone {
            choices.push(stems[at].clone());
        }
        if kinds[&same(&with_kind(at))] == 1 {
            choices.push(with_kind(at));
        }
        let hash = Sha256::digest(&view.entity(&view.nodes[at]).iri);
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        // IRIs are unique, so a whole hash is.
        choices.extend([8, 16, 64].map(|digits| format!("{} ({})", stems[at], &hash[..digits])));
        let free = choices.into_iter().find(|choice| used.insert(same(choice)));
        names[at] = free.unwrap_or(hash);
    }
    names
}

/// A text as a file can be called on every system and as a link in double brackets can hold it: characters with a
/// meaning to either become their full-width forms.
fn stem(label: &str) -> String {
    let mut stem = String::new();
    for character in super::style::one_line(label).chars() {
        let safe = match character {
            '[' | ']' | '#' | '^' | '|' | '\\' | '/' | ':' | '*' | '?' | '"' | '<' | '>' | '%' | '`' | '$' | '='
            | '~' | '{' | '}' | '&' | '!' | '@' | '_' => char::from_u32(character as u32 + 0xfee0).unwrap_or(' '),
            _ => character,
        };
        if stem.len() + safe.len_utf8() > NAME_BYTES {
            break;
        }
        stem.push(safe);
    }
    // Windows drops dots and spaces at the end; a dot at the front hides a file.
    let stem = stem.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let upper = stem.to_uppercase();
    let device = upper.split('.').next().unwrap_or_default().trim_end();
    let reserved = ["CON", "PRN", "AUX", "NUL"].contains(&device)
        || (device.len() == 4 && (device.starts_with("COM") || device.starts_with("LPT")));
    match stem {
        "" => "unnamed".to_owned(),
        // In front, because Windows looks at what stands before the first dot.
        stem if reserved => format!("· {stem}"),
        stem => stem.to_owned(),
    }
}

/// A text that Markdown and HTML show as it is and never read as syntax, on one line.
fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in super::style::one_line(text).chars() {
        match character {
            // Plain in running text; a full stop could make `www.` an address, or `1.` a list.
            ' ' | ',' | '0'..='9' | 'A'..='Z' | 'a'..='z' => out.push(character),
            character if character.is_ascii() => {
                let _ = write!(out, "&#{};", character as u32);
            }
            character => out.push(character),
        }
    }
    out
}

/// An address of the web as a link's target; `None` for any other scheme.
fn address(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    if rest.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(url.len());
    for character in url.chars() {
        match character {
            '<' | '>' | '\\' | '"' | '`' | '|' | '[' | ']' | '*' | '_' | '&' | '$' | '^' | '{' | '}' => {
                if character == '&' {
                    out.push_str("&amp;");
                } else {
                    let _ = write!(out, "%{:02X}", character as u32);
                }
            }
            character if character.is_whitespace() || character.is_control() => {
                for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(out, "%{byte:02X}");
                }
            }
            character => out.push(character),
        }
    }
    Some(out)
}

/// JSON that any YAML reader reads alike: what it forbids or breaks lines at is escaped.
fn in_yaml(value: &serde_json::Value) -> String {
    let mut out = String::new();
    for character in value.to_string().chars() {
        match character {
            '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                let _ = write!(out, "\\u{:04x}", character as u32);
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_can_be_called_so_on_every_system() {
        for (label, expected) in [
            ("騰訊", "騰訊"),
            ("A/B: C?", "A／B： C？"),
            ("..hidden..", "hidden"),
            ("", "unnamed"),
            (" \n\u{202e} ", "unnamed"),
            ("nul.txt", "· nul.txt"),
            ("COM1", "· COM1"),
            ("Common", "Common"),
            ("[[x]]|#^", "［［x］］｜＃＾"),
        ] {
            assert_eq!(stem(label), expected, "{label}");
        }
        assert!(stem(&"長".repeat(500)).len() <= NAME_BYTES);
    }

    #[test]
    fn nothing_of_a_text_is_syntax() {
        assert_eq!(
            inert("a **b** [[c]] www.x.y"),
            "a &#42;&#42;b&#42;&#42; &#91;&#91;c&#93;&#93; www&#46;x&#46;y"
        );
        assert_eq!(address("javascript:alert(1)"), None);
        assert_eq!(address("https://x.y/a b>c").as_deref(), Some("https://x.y/a%20b%3Ec"));
    }
}
