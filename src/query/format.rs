use oxigraph::io::{JsonLdProfileSet, RdfFormat};
use oxigraph::sparql::results::QueryResultsFormat;
use std::str::FromStr;

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for people.
    Table,
    /// A W3C format for the answers of `SELECT` and `ASK`.
    Results(QueryResultsFormat),
    /// A graph format for the answers of `CONSTRUCT` and `DESCRIBE`.
    Graph(RdfFormat),
}

const FORMATS: &[(&str, Format)] = &[
    ("table", Format::Table),
    ("json", Format::Results(QueryResultsFormat::Json)),
    ("xml", Format::Results(QueryResultsFormat::Xml)),
    ("csv", Format::Results(QueryResultsFormat::Csv)),
    ("tsv", Format::Results(QueryResultsFormat::Tsv)),
    ("turtle", Format::Graph(RdfFormat::Turtle)),
    ("ntriples", Format::Graph(RdfFormat::NTriples)),
    ("nquads", Format::Graph(RdfFormat::NQuads)),
    ("trig", Format::Graph(RdfFormat::TriG)),
    ("rdfxml", Format::Graph(RdfFormat::RdfXml)),
    (
        "jsonld",
        Format::Graph(RdfFormat::JsonLd {
            profile: JsonLdProfileSet::empty(),
        }),
    ),
];

impl Format {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        FORMATS
            .iter()
            .find(|(_, format)| *format == self)
            .map_or("another format", |(name, _)| name)
    }
}

/// A name that no format has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no format is called `{0}`; there are table, json, xml, csv, tsv, and for graphs turtle, ntriples, nquads, trig, rdfxml, jsonld"
)]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        FORMATS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, format)| *format)
            .ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}
