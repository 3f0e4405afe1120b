//! One entity by its fields, as a row of a table or an object of JSON has them.

use super::super::layer::{Given, Unfit};
use super::super::{EntityType, listing};
use serde_json::{Map, Value};

const OBJECT: &str = "write one object of JSON a line, with `type`, names and a `key`, a listing or an id";

/// The entity that an object says.
pub(super) fn object(line: &str) -> Result<Given, Unfit> {
    let fields: Map<String, Value> =
        serde_json::from_str(line).map_err(|error| Unfit::new(format!("it is no object of JSON: {error}"), OBJECT))?;
    let mut given = Given::default();
    for (field, value) in fields {
        let unreadable = || Unfit::new(format!("`{field}` is neither a text nor a list of texts"), "correct it");
        match value {
            Value::Null => {}
            Value::String(text) => {
                put(&mut given, &field, &text)?;
            }
            Value::Number(number) => {
                put(&mut given, &field, &number.to_string())?;
            }
            Value::Array(texts) => {
                for text in texts {
                    put(&mut given, &field, text.as_str().ok_or_else(unreadable)?)?;
                }
            }
            Value::Object(ids) if field == "ids" => {
                for (scheme, id) in ids {
                    let ids = match id {
                        Value::Array(ids) => ids,
                        one => vec![one],
                    };
                    for id in ids {
                        let id = id.as_str().ok_or_else(unreadable)?;
                        given.identifiers.push((scheme.clone(), id.to_owned()));
                    }
                }
            }
            // Fields that say nothing here may hold what they like.
            _ if !is_known(&field) => {}
            _ => return Err(unreadable()),
        }
    }
    Ok(given)
}

/// Whether a column or field says something here.
pub(super) fn is_known(field: &str) -> bool {
    put(&mut Given::default(), field, "").is_ok_and(|known| known)
}

/// Puts a field to its place; false where it has none.
///
/// # Errors
/// A type or an id that there isn't.
pub(super) fn put(given: &mut Given, field: &str, text: &str) -> Result<bool, Unfit> {
    let text = text.trim();
    let field = field.trim().to_ascii_lowercase().replace('_', "-");
    let several = || {
        text.split('|')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
    };
    let one = || Some(text.to_owned()).filter(|text| !text.is_empty());
    match field.as_str() {
        "key" => given.key = text.to_owned(),
        "type" | "kind" => {
            if let Some(text) = one() {
                given.kind = Some(kind(&text)?);
            }
        }
        "hant" | "zh-hant" => given.hant = one(),
        "hans" | "zh-hans" => given.hans = one(),
        "en" => given.en = one(),
        "name" | "names" | "alias" | "aliases" => given.names.extend(several()),
        "listing" | "listings" | "ticker" | "tickers" => given.listings.extend(several()),
        "id" | "ids" => {
            for id in several() {
                match id
                    .split_once(':')
                    .filter(|(scheme, _)| listing::exchanges(scheme).is_empty())
                {
                    Some((scheme, value)) => given
                        .identifiers
                        .push((scheme.trim().to_owned(), value.trim().to_owned())),
                    None if listing::read(&id).is_some() => given.listings.push(id),
                    None => {
                        return Err(Unfit::new(
                            format!("`{id}` is neither a listing nor an id"),
                            "write `XHKG 700` or `scheme:value`",
                        ));
                    }
                }
            }
        }
        "isin" | "lei" | "wikidata" => given.identifiers.extend(several().map(|id| (field.clone(), id))),
        "owner" => given.owner = one(),
        _ => return Ok(false),
    }
    Ok(true)
}

/// A type in any case.
fn kind(text: &str) -> Result<EntityType, Unfit> {
    let found = EntityType::ALL.iter().find(|(_, name)| name.eq_ignore_ascii_case(text));
    found.map(|(kind, _)| *kind).ok_or_else(|| {
        let names: Vec<&str> = EntityType::ALL.iter().map(|(_, name)| *name).collect();
        Unfit::new(
            format!("`{text}` is no type of entity"),
            format!("write one of {}", names.join(", ")),
        )
    })
}
