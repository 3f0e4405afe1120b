//! Who an entity of one document is, before any other document is looked at.
//!
//! An entity that the lexicon knows is named by its key there. Any other is named by its own folded name, without its
//! legal form, and by what the document says that sets it apart from others of that name: the body at which a person
//! holds a post, the code under which a company is listed. So the IRI depends on the document alone, and two people of
//! one name at two companies are two. Chinese names of people are shared by so many that one without a post is set apart
//! by the company that is named beside it, and where there is none, by the document; who wrote for a publisher, by that.
//!
//! Beside it stand its [`Handle`]s: other IRIs under which other documents may speak of it. They are the evidence that
//! [`decide`](super::decide()) works on.

use super::{class, core_name, segment};
use crate::claim::{Claim, Object, Predicate, Status};
use crate::entity::lexicon::{Lexicon, lowered};
use crate::entity::{Entity, EntityType, Found};
use crate::text::{Text, fold, is_han};
use pinyin::ToPinyin;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How a document ties an entity to another IRI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Tie {
    /// The entity is listed under this code: the IRI is the listing's
    Code,
    /// The person holds a post there too: the IRI is that of a person of this name at that body
    Post,
    /// The document introduces this name for it (以下簡稱, a name in brackets)
    Introduced,
    /// Its own name without what sets it apart
    Name,
    /// The document goes on to call it so
    Shortened,
    /// A Chinese name of a person in Pinyin, family name first or last
    Romanized,
}

impl Tie {
    /// All of them, the strongest first.
    pub const ALL: [Tie; 6] = [
        Tie::Code,
        Tie::Post,
        Tie::Introduced,
        Tie::Name,
        Tie::Shortened,
        Tie::Romanized,
    ];
}

/// An IRI under which another document may speak of an entity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Handle {
    pub iri: String,
    pub by: Tie,
}

/// The IRI of an entity as one document knows it, with its handles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    pub iri: String,
    /// The body that sets a person apart
    pub at: Option<String>,
    /// Sorted, without repetition and without `iri` itself.
    pub handles: Vec<Handle>,
}

/// Names every entity of the document with this id and publisher, in their order.
pub fn locals(
    base: &str,
    (document, publisher): (&str, Option<&str>),
    lexicon: &Lexicon,
    text: &Text,
    found: &Found,
    claims: &[Claim],
) -> Vec<Local> {
    let folder = format!("{base}entity/");
    let namer = Namer {
        base,
        folder: &folder,
        lexicon,
        text,
        found,
    };
    let mut locals: Vec<Local> = found
        .entities
        .iter()
        .enumerate()
        .map(|(index, entity)| namer.local(index, entity))
        .collect();
    for (person, bodies) in bodies_of(found, claims) {
        let Some((first, others)) = bodies.split_first() else {
            continue;
        };
        let bodies: Vec<String> = std::iter::once(first)
            .chain(others)
            .map(|&body| locals[body].iri.clone())
            .collect();
        set_apart(&folder, &mut locals[person], &bodies);
    }
    for (person, entity) in found.entities.iter().enumerate() {
        let is_shared = entity.key.is_none() && entity.kind == EntityType::Person && is_chinese_name(&entity.label);
        if is_shared && locals[person].at.is_none() {
            let publisher = publisher.filter(|_| namer.is_in_byline(person));
            let beside = match (publisher, body_beside(found, person)) {
                (Some(publisher), _) => format!("by/{}", segment(&fold(publisher).to_lowercase())),
                (None, Some(body)) => format!("near/{}", locals[body].iri.strip_prefix(&folder).unwrap_or_default()),
                (None, None) => format!("in/{}", segment(document)),
            };
            let local = &mut locals[person];
            let iri = format!("{}/{beside}", local.iri);
            let name = std::mem::replace(&mut local.iri, iri);
            local.handles.push(Handle {
                iri: name,
                by: Tie::Name,
            });
        }
    }
    for local in &mut locals {
        local.handles.retain(|handle| handle.iri != local.iri);
        local.handles.sort();
        local.handles.dedup_by(|a, b| a.iri == b.iri);
    }
    locals
}

/// The IRIs that an entity of each class would have in a document that knows no more of it than its name.
pub fn named_iris(base: &str, name: &str) -> Vec<String> {
    let mut iris: Vec<String> = EntityType::ALL
        .iter()
        .map(|(kind, _)| named(&format!("{base}entity/"), *kind, name))
        .collect();
    iris.sort();
    iris.dedup();
    iris
}

fn named(folder: &str, kind: EntityType, name: &str) -> String {
    let name = match kind {
        EntityType::Company | EntityType::Organization => core_name(name),
        _ => fold(name),
    };
    format!("{folder}{}/{}", class(kind), segment(&name.to_lowercase()))
}

/// Puts the first body into a person's IRI; the others are further people of this name that are the same one.
fn set_apart(folder: &str, local: &mut Local, bodies: &[String]) {
    let bare = std::mem::take(&mut local.iri);
    let there = |body: &String| format!("{bare}/{}", body.strip_prefix(folder).unwrap_or(body));
    if let Some(first) = bodies.first() {
        local.iri = there(first);
        local.at = Some(first.clone());
    }
    local.handles.extend(bodies.iter().skip(1).map(|body| Handle {
        iri: there(body),
        by: Tie::Post,
    }));
    local.handles.push(Handle {
        iri: bare,
        by: Tie::Name,
    });
}

/// Of each person that the lexicon doesn't know, the bodies at which the document says that he or she holds, held or
/// will hold a post, or which he or she founded: those held now first, and otherwise in order of the text.
fn bodies_of(found: &Found, claims: &[Claim]) -> Vec<(usize, Vec<usize>)> {
    let mut posts: Vec<(usize, bool, usize, usize)> = Vec::new();
    for claim in claims.iter().filter(|claim| claim.status != Status::Negated) {
        let Object::Entity(object) = claim.object else {
            continue;
        };
        let (person, body) = match claim.predicate {
            Predicate::HoldsPosition => (claim.subject, object),
            Predicate::FoundedBy => (object, claim.subject),
            _ => continue,
        };
        let (Some(who), Some(what)) = (found.entities.get(person), found.entities.get(body)) else {
            continue;
        };
        let is_body = matches!(what.kind, EntityType::Company | EntityType::Organization);
        if who.key.is_none() && who.kind == EntityType::Person && is_body {
            let former = claim.qualifiers.get("status").is_some_and(|status| status == "former");
            posts.push((person, former, claim.start, body));
        }
    }
    posts.sort_unstable();
    let mut people: Vec<(usize, Vec<usize>)> = Vec::new();
    for (person, _, _, body) in posts {
        match people.last_mut() {
            Some((last, bodies)) if *last == person => {
                if !bodies.contains(&body) {
                    bodies.push(body);
                }
            }
            _ => people.push((person, vec![body])),
        }
    }
    people
}

/// Whether a name is of the kind that many people share: two to four Chinese characters.
fn is_chinese_name(name: &str) -> bool {
    (2..=4).contains(&name.chars().count()) && name.chars().all(is_han)
}

/// The company that is named last before the person is named first, or else the one named first after.
fn body_beside(found: &Found, person: usize) -> Option<usize> {
    let bodies = || {
        found
            .mentions
            .iter()
            .filter(|mention| matches!(mention.kind, EntityType::Company | EntityType::Organization))
    };
    let at = found.mentions.iter().find(|mention| mention.entity == person)?.start;
    let before = bodies().take_while(|mention| mention.start < at).last();
    before
        .or_else(|| bodies().find(|mention| mention.start > at))
        .map(|mention| mention.entity)
}

struct Namer<'a> {
    base: &'a str,
    /// What the IRIs of entities begin with
    folder: &'a str,
    lexicon: &'a Lexicon,
    text: &'a Text,
    found: &'a Found,
}

impl Namer<'_> {
    fn local(&self, index: usize, entity: &Entity) -> Local {
        let mut handles = Vec::new();
        let iri = match &entity.key {
            Some(key) => format!("{}{key}", self.folder),
            None => {
                let bare = self.named(entity.kind, &entity.label);
                let is_company = matches!(entity.kind, EntityType::Company | EntityType::Organization);
                let codes: BTreeSet<&String> = entity.listings.iter().filter(|_| is_company).collect();
                handles.extend(codes.iter().map(|code| Handle {
                    iri: super::listing_iri(self.base, code),
                    by: Tie::Code,
                }));
                match codes.first() {
                    Some(code) => {
                        let iri = format!("{bare}/{}", segment(code));
                        handles.push(Handle {
                            iri: bare,
                            by: Tie::Name,
                        });
                        iri
                    }
                    None => bare,
                }
            }
        };
        let introduced: BTreeSet<&str> = self
            .found
            .aliases
            .iter()
            .filter(|note| note.entity == index)
            .map(|note| &self.text.folded()[note.start..note.end])
            .collect();
        for alias in &introduced {
            if may_stand_alone(entity.kind, alias) && !self.is_of_lexicon(alias) {
                handles.push(Handle {
                    iri: self.named(entity.kind, alias),
                    by: Tie::Introduced,
                });
            }
        }
        if entity.key.is_none() && entity.kind == EntityType::Person {
            handles.extend(self.romanized(&fold(&entity.label)).map(|name| Handle {
                iri: self.named(entity.kind, &name),
                by: Tie::Romanized,
            }));
        }
        if entity.key.is_none() {
            for name in entity.names.iter().map(|name| fold(name)) {
                if is_telling(entity.kind, &name) && !self.is_of_lexicon(&name) {
                    handles.push(Handle {
                        iri: self.named(entity.kind, &name),
                        by: Tie::Shortened,
                    });
                }
            }
        }
        Local { iri, at: None, handles }
    }

    /// 文｜袁斯来, 编辑：苏建勋
    fn is_in_byline(&self, person: usize) -> bool {
        let mention = self.found.mentions.iter().find(|mention| mention.entity == person);
        mention.is_some_and(|mention| {
            let before = &self.text.folded()[..mention.start];
            let before = before.trim_end_matches(|c: char| c.is_whitespace() || "|丨:/\u{a0}".contains(c));
            let start = before.char_indices().rev().nth(15).map_or(0, |(at, _)| at);
            let byline = self.lexicon.surroundings("byline");
            byline.ends(&lowered(&before[start..])).is_some()
        })
    }

    /// 孟昭阳 → `meng zhaoyang`, `zhaoyang meng`
    fn romanized(&self, name: &str) -> impl Iterator<Item = String> {
        let family = if name.chars().count() > 3 { 2 } else { 1 };
        let syllables: Option<Vec<&str>> = is_chinese_name(name)
            .then(|| name.to_pinyin().map(|syllable| Some(syllable?.plain())).collect())
            .flatten();
        let parts = syllables.map(|syllables| (syllables[..family].concat(), syllables[family..].concat()));
        parts
            .into_iter()
            .flat_map(|(family, given)| [format!("{family} {given}"), format!("{given} {family}")])
    }

    /// Whom a name of the lexicon means is for the lexicon and the document to say, whatever other documents call so.
    fn is_of_lexicon(&self, folded: &str) -> bool {
        self.lexicon.name_of(folded).is_some()
    }

    fn named(&self, kind: EntityType, name: &str) -> String {
        named(self.folder, kind, name)
    }
}

/// Whether an introduced name tells who is meant where it stands alone: a family name or a given name does not.
fn may_stand_alone(kind: EntityType, name: &str) -> bool {
    match kind {
        EntityType::Person => name.chars().filter(|c| is_han(*c)).count() >= 3 || name.trim().contains([' ', '·']),
        _ => name.chars().count() >= 2,
    }
}

/// Whether a name that a document merely uses is long enough to mean the same in other documents.
fn is_telling(kind: EntityType, name: &str) -> bool {
    let han = name.chars().filter(|c| is_han(*c)).count();
    let letters = name.chars().filter(|c| c.is_ascii_alphabetic()).count();
    matches!(kind, EntityType::Company | EntityType::Organization) && (han >= 3 || han == 0 && letters >= 5)
}
