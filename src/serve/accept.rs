//! Which of the formats on offer does a request want? (RFC 9110, section 12.5.1)

use super::refuse::Refused;
use axum::http::{HeaderMap, StatusCode, header};
use oxigraph::io::{JsonLdProfileSet, RdfFormat};
use oxigraph::sparql::results::QueryResultsFormat;

/// Media types of a format, the one that is answered first.
pub(super) type Offer<T> = (&'static [&'static str], T);

pub(super) const JSON_LD: RdfFormat = RdfFormat::JsonLd {
    profile: JsonLdProfileSet::empty(),
};

/// For the answers of `SELECT` and `ASK`.
pub(super) const RESULTS: &[Offer<QueryResultsFormat>] = &[
    (
        &["application/sparql-results+json", "application/json"],
        QueryResultsFormat::Json,
    ),
    (
        &["application/sparql-results+xml", "application/xml", "text/xml"],
        QueryResultsFormat::Xml,
    ),
    (&["text/csv"], QueryResultsFormat::Csv),
    (&["text/tab-separated-values"], QueryResultsFormat::Tsv),
];

/// For graphs.
pub(super) const GRAPHS: &[Offer<RdfFormat>] = &[
    (&["text/turtle", "application/x-turtle"], RdfFormat::Turtle),
    (&["application/n-triples", "text/plain"], RdfFormat::NTriples),
    (
        &["application/rdf+xml", "application/xml", "text/xml"],
        RdfFormat::RdfXml,
    ),
    (&["application/ld+json", "application/json"], JSON_LD),
    (&["application/n-quads"], RdfFormat::NQuads),
    (&["application/trig"], RdfFormat::TriG),
];

/// The format that the request likes best, of equally liked ones the first on offer, with its media type. All are as
/// welcome as the others where the request doesn't say.
///
/// # Errors
/// 406 where none is welcome.
pub(super) fn choose<T: Copy>(headers: &HeaderMap, offers: &[Offer<T>]) -> Result<(&'static str, T), Refused> {
    let ranges = ranges(headers);
    let mut best: Option<(f32, &'static str, T)> = None;
    for (types, format) in offers {
        for media in *types {
            let quality = quality(&ranges, media);
            if quality > 0.0 && best.is_none_or(|(known, ..)| quality > known) {
                best = Some((quality, media, *format));
            }
        }
    }
    match best {
        Some((_, media, format)) => Ok((media, format)),
        None => {
            let all: Vec<&str> = offers.iter().map(|(types, _)| types[0]).collect();
            Err(Refused::new(
                StatusCode::NOT_ACCEPTABLE,
                "not-acceptable",
                format!("this comes as {}; Accept names none of them", all.join(", ")),
            ))
        }
    }
}

struct Range {
    kind: String,
    subtype: String,
    quality: f32,
}

fn ranges(headers: &HeaderMap) -> Vec<Range> {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let (kind, subtype) = parts.next()?.split_once('/')?;
            let quality = parts
                .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                .map_or(1.0, |quality| quality.parse().unwrap_or(0.0));
            Some(Range {
                kind: kind.to_ascii_lowercase(),
                subtype: subtype.to_ascii_lowercase(),
                quality,
            })
        })
        .collect()
}

/// The most precise range decides, not the one that promises most.
fn quality(ranges: &[Range], media: &str) -> f32 {
    if ranges.is_empty() {
        return 1.0;
    }
    let (kind, subtype) = media.split_once('/').unwrap_or((media, ""));
    ranges
        .iter()
        .filter_map(|range| {
            let precision = match (range.kind == kind, range.subtype == subtype) {
                (true, true) => 2,
                (true, false) if range.subtype == "*" => 1,
                _ if range.kind == "*" && range.subtype == "*" => 0,
                _ => return None,
            };
            Some((precision, range.quality))
        })
        .max_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)))
        .map_or(0.0, |(_, quality)| quality)
}
