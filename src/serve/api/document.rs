use super::{Asked, Entities, claim_json, document_json};
use crate::serve::Shared;
use crate::serve::refuse::Refused;
use crate::store::{ClaimFilter, StoredClaim};
use oxigraph::model::GraphName;
use serde_json::{Value, json};

/// Claims of one document that are sent.
const CLAIMS: usize = 2_000;

/// `GET /api/document?id=`: metadata, text (or what its quotes tell of it) and claims.
pub(super) fn document(shared: &Shared, mut asked: Asked) -> Result<Value, Refused> {
    let id = asked.needed("id")?;
    show(shared, &id, None)
}

/// `GET /api/claim?id=`: the same for the document of a claim, with the claim's id as `claim`.
pub(super) fn claim(shared: &Shared, mut asked: Asked) -> Result<Value, Refused> {
    let id = asked.needed("id")?;
    let base = shared.store.base();
    let node = base.claim(&id);
    let quads = shared.store.quads();
    for quad in quads.quads_for_pattern(Some((&node).into()), None, None, None) {
        if let GraphName::NamedNode(graph) = quad.map_err(Refused::internal)?.graph_name
            && let Some(document) = base.document_id(graph.as_str())
        {
            return show(shared, &document, Some(&id));
        }
    }
    Err(Refused::missing(format!("there is no claim {id}")))
}

fn show(shared: &Shared, id: &str, claim: Option<&str>) -> Result<Value, Refused> {
    let Some(document) = shared.store.document(id)? else {
        return Err(Refused::missing(format!("there is no document {id}")));
    };
    let claims = shared.store.claims(&ClaimFilter {
        document: Some(id.to_owned()),
        ..ClaimFilter::default()
    })?;
    let text = shared.articles.text(id, &document.sha256).map_err(Refused::internal)?;
    let whole = text.is_some();
    let passages = match text {
        Some(text) => vec![Passage { start: 0, text }],
        None => passages(&claims),
    };
    let passages: Vec<Value> = passages
        .iter()
        .map(|passage| json!({ "start": passage.start, "text": passage.text }))
        .collect();
    let mut entities = Entities::new(shared);
    for claim in claims.iter().take(CLAIMS) {
        entities.of(claim)?;
    }
    Ok(json!({
        "document": document_json(&document),
        "whole": whole,
        "passages": passages,
        "claims": claims.iter().take(CLAIMS).map(claim_json).collect::<Vec<_>>(),
        "claimsOf": claims.len(),
        "claim": claim,
        "entities": entities.json(),
    }))
}

/// A part of a text. `start` counts code points.
struct Passage {
    start: usize,
    text: String,
}

/// What the quotes tell of a text: those that overlap or touch are one passage.
fn passages(claims: &[StoredClaim]) -> Vec<Passage> {
    let mut quotes: Vec<(usize, usize, &str)> = claims
        .iter()
        .map(|claim| (claim.span.0, claim.span.1, claim.quote.as_str()))
        .collect();
    quotes.sort_unstable();
    let mut passages: Vec<(Passage, usize)> = Vec::new();
    for (start, end, quote) in quotes {
        match passages.last_mut() {
            Some((passage, known)) if start <= *known => {
                passage.text.extend(quote.chars().skip(*known - start));
                *known = end.max(*known);
            }
            _ => passages.push((
                Passage {
                    start,
                    text: quote.to_owned(),
                },
                end,
            )),
        }
    }
    passages.into_iter().map(|(passage, _)| passage).collect()
}
