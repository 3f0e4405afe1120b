//! An item of Wikidata, as a line of its JSON dump has it.

use super::super::compile::wikidata_key;
use super::super::layer::{Given, Unfit};
use super::super::{EntityType, listing};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;
use std::sync::LazyLock;

/// Which class makes an item which type, and the place of the row: the first decides.
static TYPES: LazyLock<FxHashMap<&'static str, (usize, EntityType)>> = LazyLock::new(|| {
    let table = include_str!("../../../../lexicon/import/wikidata-types.tsv");
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.enumerate()
        .filter_map(|(place, line)| {
            let mut cells = line.split('\t');
            Some((cells.next()?, (place, cells.next()?.parse().ok()?)))
        })
        .collect()
});

/// What is gathered of an item, from whichever dump.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub item: String,
    /// Language and text
    pub labels: Vec<(String, String)>,
    pub aliases: Vec<(String, String)>,
    pub classes: Vec<String>,
    /// Items of exchanges, and the codes there
    pub listed: Vec<(String, String)>,
    pub isins: Vec<String>,
    pub leis: Vec<String>,
    /// Items of who makes it
    pub makers: Vec<String>,
}

/// Languages whose labels are names that texts in Chinese or English use.
pub(super) fn is_language(language: &str) -> bool {
    language == "en" || language == "mul" || language == "zh" || language.starts_with("zh-")
}

impl Gathered {
    /// The entity; `None` where the item is of no type, or has no name.
    pub fn given(self) -> Option<Given> {
        let classes = self.classes.iter().filter_map(|class| TYPES.get(class.as_str()));
        let (_, kind) = *classes.min_by_key(|(place, _)| *place)?;
        let label = |languages: &[&str]| {
            let found = languages
                .iter()
                .find_map(|language| self.labels.iter().find(|(known, _)| known == language));
            found.map(|(_, text)| text.clone())
        };
        let hant = label(&["zh-hant", "zh-tw", "zh-hk", "zh-mo"]);
        let hans = label(&["zh-hans", "zh-cn", "zh-sg", "zh-my"]);
        let en = label(&["en", "mul"]);
        let mut names: Vec<String> = Vec::new();
        let known = [&hant, &hans, &en];
        for (_, text) in self.labels.iter().chain(&self.aliases) {
            if !known.iter().any(|label| label.as_ref() == Some(text)) && !names.contains(text) {
                names.push(text.clone());
            }
        }
        if names.is_empty() && known.iter().all(|label| label.is_none()) {
            return None;
        }
        let listings = self.listed.iter().filter_map(|(exchange, code)| {
            let exchange = listing::exchange_of_item(exchange)?;
            listing::listing(exchange, code)
        });
        let wikidata = ("wikidata".to_owned(), self.item.clone());
        let isins = self.isins.iter().map(|isin| ("isin".to_owned(), isin.clone()));
        let leis = self.leis.iter().map(|lei| ("lei".to_owned(), lei.clone()));
        let made = matches!(kind, EntityType::Product | EntityType::Model | EntityType::Chip);
        Some(Given {
            key: wikidata_key(&self.item),
            kind: Some(kind),
            hant,
            hans,
            en,
            names,
            listings: listings.collect(),
            identifiers: std::iter::once(wikidata).chain(isins).chain(leis).collect(),
            owner: self.makers.first().filter(|_| made).map(|maker| wikidata_key(maker)),
        })
    }
}

/// Whether an object is an item and no list of names.
pub(super) fn is_item(line: &str) -> bool {
    line.starts_with("{\"") && line.contains("\"labels\":")
}

/// Reads a line.
pub(super) fn item(line: &str) -> Result<Option<Given>, Unfit> {
    let item: Item = serde_json::from_str(line)
        .map_err(|error| Unfit::new(format!("it is no item of Wikidata: {error}"), "fetch the dump again"))?;
    if !item.id.starts_with('Q') {
        return Ok(None);
    }
    let mut gathered = Gathered {
        item: item.id,
        ..Gathered::default()
    };
    for (languages, texts) in [
        (item.labels, &mut gathered.labels),
        (item.aliases, &mut gathered.aliases),
    ] {
        for (language, values) in languages.0 {
            texts.extend(values.0.into_iter().map(|value| (language.clone(), value.value)));
        }
    }
    // In the order of the tables and not of the dump, so that other dumps give the same entity.
    gathered.labels.sort();
    gathered.aliases.sort();
    for (property, statements) in item.claims.0 {
        for statement in statements {
            if statement.rank.as_deref() == Some("deprecated") {
                continue;
            }
            let Some(value) = statement.mainsnak.text() else {
                continue;
            };
            let qualifier = |wanted: &str| {
                let found = statement.qualifiers.0.iter().find(|(property, _)| property == wanted);
                found.and_then(|(_, snaks)| snaks.iter().find_map(Snak::text))
            };
            let ended = statement.qualifiers.0.iter().any(|(property, _)| property == "P582");
            match property.as_str() {
                "P31" => gathered.classes.push(value),
                "P414" if !ended => gathered.listed.extend(qualifier("P249").map(|code| (value, code))),
                "P946" => gathered.isins.push(value),
                "P1278" => gathered.leis.push(value),
                "P176" | "P178" => gathered.makers.push(value),
                _ => {}
            }
        }
    }
    Ok(gathered.given())
}

#[derive(Deserialize)]
struct Item {
    id: String,
    #[serde(default)]
    labels: Chosen<OneOrMore>,
    #[serde(default)]
    aliases: Chosen<OneOrMore>,
    #[serde(default)]
    claims: Chosen<Vec<Statement>>,
}

#[derive(Deserialize)]
struct Text {
    value: String,
}

/// A label is one text, aliases are a list.
#[derive(Default)]
struct OneOrMore(Vec<Text>);

impl<'de> Deserialize<'de> for OneOrMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<OneOrMore, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either {
            One(Text),
            More(Vec<Text>),
        }
        Ok(OneOrMore(match Either::deserialize(deserializer)? {
            Either::One(text) => vec![text],
            Either::More(texts) => texts,
        }))
    }
}

#[derive(Deserialize)]
struct Statement {
    mainsnak: Snak,
    #[serde(default)]
    qualifiers: Chosen<Vec<Snak>>,
    #[serde(default)]
    rank: Option<String>,
}

#[derive(Deserialize)]
struct Snak {
    #[serde(default)]
    datavalue: Option<DataValue>,
}

#[derive(Deserialize)]
struct DataValue {
    value: Value,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Item { id: String },
    Other(IgnoredAny),
}

impl Snak {
    /// Text, or the item that is meant.
    fn text(&self) -> Option<String> {
        match &self.datavalue.as_ref()?.value {
            Value::Text(text) | Value::Item { id: text } => Some(text.clone()),
            Value::Other(_) => None,
        }
    }
}

/// The members of an object that are needed; the others, most of an item, are passed over unread. Where there are none the
/// dump has an empty list.
struct Chosen<T>(Vec<(String, T)>);

impl<T> Default for Chosen<T> {
    fn default() -> Chosen<T> {
        Chosen(Vec::new())
    }
}

/// Languages and properties that are read.
fn is_chosen(name: &str) -> bool {
    is_language(name)
        || matches!(
            name,
            "P31" | "P414" | "P249" | "P582" | "P946" | "P1278" | "P176" | "P178"
        )
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Chosen<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Chosen<T>, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Chosen<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Chosen<T>, A::Error> {
                let mut chosen = Vec::new();
                while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
                    if is_chosen(&name) {
                        chosen.push((name.into_owned(), map.next_value()?));
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Chosen(chosen))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Chosen<T>, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Chosen::default())
            }
        }

        deserializer.deserialize_any(Members(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_types_is_read() {
        let table = include_str!("../../../../lexicon/import/wikidata-types.tsv");
        let rows = table.lines().filter(|line| !line.starts_with('#'));
        for line in rows.clone() {
            let class = line.split('\t').next().unwrap_or("");
            assert!(class.starts_with('Q') && TYPES.contains_key(class), "{line}");
        }
        assert_eq!(rows.count(), TYPES.len(), "a class stands on two rows");
    }
}
