use super::{Asked, found};
use crate::claim::Predicate;
use crate::draw::{colour_of, look_of};
use crate::entity::EntityType;
use crate::graph::{term_labels, vocabulary as v};
use crate::serve::Shared;
use crate::serve::refuse::Refused;
use serde_json::{Value, json};

/// Questions to begin with: name and text.
const EXAMPLES: &[(&str, &str)] = &examples::ALL;

mod examples {
    macro_rules! examples {
        ($($name:literal)*) => {
            pub(super) const ALL: [(&str, &str); [$($name),*].len()] = [
                $(($name, include_str!(concat!("../../../queries/", $name, ".rq"))),)*
            ];
        };
    }

    examples! {
        "01-founders-of-companies-founded-in-2023"
        "02-current-leaders"
        "03-former-posts"
        "04-model-comparisons"
        "05-price-moves-by-day"
        "06-benchmark-table"
        "07-who-said-what-about-whom"
        "08-paths-of-ownership"
        "09-companies-in-two-markets"
        "10-metrics-that-disagree"
        "11-asserted-and-denied"
        "12-rumours-denied-later"
        "13-largest-deals"
        "14-funding-rounds"
        "15-ratings-and-target-prices"
        "16-lawsuits-and-penalties"
        "17-documents-with-most-claims"
        "18-most-mentioned-entities"
        "19-most-connected-entities"
        "20-facts-that-several-articles-state"
        "21-what-changed-over-time"
        "22-deals-planned-and-not-done"
        "23-suppliers-and-customers"
        "24-people-with-several-posts"
        "25-figures-of-companies"
        "26-graph-of-ownership"
        "27-quotes-with-certain-words"
        "28-facts-about-whoever-is-called-so"
    }
}

/// `GET /api/about`: the vocabulary with its labels and colours, prefixes, examples, the foremost entities.
pub(super) fn about(shared: &Shared, _: Asked) -> Result<Value, Refused> {
    let languages = ["zh-Hant", "zh-Hans", "en"].map(|language| (language, term_labels(language)));
    let labels = |name: &str| -> Value {
        languages
            .iter()
            .filter_map(|(language, labels)| Some(((*language).to_owned(), json!(labels.get(name)?))))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let predicates: Vec<Value> = Predicate::ALL
        .iter()
        .map(|predicate| {
            json!({
                "name": predicate.name(),
                "labels": labels(predicate.name()),
                "symmetric": predicate.is_symmetric(),
                "colour": colour_of(*predicate),
            })
        })
        .collect();
    let kinds: Vec<Value> = EntityType::ALL
        .iter()
        .map(|(kind, name)| {
            let (colour, shape) = look_of(*kind);
            json!({ "name": name, "labels": labels(name), "colour": colour, "shape": shape })
        })
        .collect();
    let qualifiers: Vec<Value> = v::QUALIFIERS
        .iter()
        .map(|(name, _)| json!({ "name": name, "labels": labels(name) }))
        .collect();
    let statuses: Vec<Value> = ["asserted", "planned", "hedged", "negated"]
        .iter()
        .map(|name| json!({ "name": name, "labels": labels(name) }))
        .collect();
    let examples: Vec<Value> = EXAMPLES
        .iter()
        .map(|(name, text)| {
            let title = text.lines().next().unwrap_or("").trim_start_matches(['#', ' ']);
            json!({ "name": name, "title": title, "query": text })
        })
        .collect();
    let documents = shared
        .store
        .quads()
        .named_graphs()
        .filter_map(Result::ok)
        .filter(|graph| match graph {
            oxigraph::model::NamedOrBlankNode::NamedNode(graph) => {
                shared.store.base().document_id(graph.as_str()).is_some()
            }
            _ => false,
        })
        .count();
    Ok(json!({
        "base": shared.store.base().as_str(),
        "version": env!("CARGO_PKG_VERSION"),
        "entities": shared.names.len(),
        "documents": documents,
        "articles": shared.articles.len(),
        "timeout": shared.options.timeout.as_secs_f64(),
        "rows": shared.options.rows,
        "predicates": predicates,
        "kinds": kinds,
        "qualifiers": qualifiers,
        "statuses": statuses,
        "prefixes": shared.store.base().prefixes(),
        "examples": examples,
        "foremost": found(shared, &shared.names.foremost(12))?,
    }))
}

/// `GET /api/search?q=&limit=&texts=`: entities whose names begin with or hold the words, in either script, and where
/// `texts` says how many, documents and quotes that have all of them.
pub(super) fn search(shared: &Shared, mut asked: Asked) -> Result<Value, Refused> {
    let text = asked.needed("q")?;
    let limit = asked.number("limit", 10, 100)?;
    let texts = match asked.parsed::<usize>("texts")? {
        Some(most) => texts(shared, &text, most.min(100))?,
        None => Vec::new(),
    };
    Ok(json!({ "found": found(shared, &shared.names.find(&text, limit))?, "texts": texts }))
}

#[cfg(feature = "search")]
fn texts(shared: &Shared, text: &str, limit: usize) -> Result<Vec<Value>, Refused> {
    use crate::search::{Passage, Question, find, passage};
    let question = Question {
        text: text.to_owned(),
        limit,
        classes: [v::NEWS_ARTICLE, v::CLAIM]
            .map(|class| class.as_str().to_owned())
            .to_vec(),
    };
    let found = find(&shared.store, &question).map_err(|error| Refused::from(crate::query::QueryError::from(error)))?;
    let mut texts = Vec::with_capacity(found.hits.len());
    for hit in found.hits {
        match passage(&shared.store, &hit)? {
            Some(Passage::Title { document, title }) => {
                texts.push(json!({ "iri": hit.iri, "document": document, "title": title }));
            }
            Some(Passage::Quote { document, quote }) => {
                texts.push(json!({ "iri": hit.iri, "document": document, "quote": quote }));
            }
            Some(Passage::Entity) | None => {}
        }
    }
    Ok(texts)
}

#[cfg(not(feature = "search"))]
fn texts(_: &Shared, _: &str, _: usize) -> Result<Vec<Value>, Refused> {
    Ok(Vec::new())
}

#[cfg(test)]
mod tests {
    use super::EXAMPLES;
    use std::path::Path;

    #[test]
    fn every_query_of_the_folder_is_an_example() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder is there")
            .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()))
            .collect();
        names.sort();
        let examples: Vec<&str> = EXAMPLES.iter().map(|(name, _)| *name).collect();
        assert_eq!(examples, names);
    }
}
