use super::{Edtf, Language};
use crate::claim::Status;
use crate::entity::EntityType;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Entities and what is said of them, as plain lists.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Graph {
    pub nodes: Vec<Node>,
    /// One an evidenced claim between two entities; several may state the same.
    pub edges: Vec<Edge>,
    /// What is known of the documents that edges and facts name by IRI; one that isn't listed is shown by its IRI.
    #[serde(default)]
    pub documents: Vec<Document>,
    /// What to write for a predicate, a type or a status, in the language of the picture, by local name; without it
    /// `foundedBy` is written `founded by`.
    #[serde(default)]
    pub predicate_labels: BTreeMap<String, String>,
    /// What captions and legends are written in.
    #[serde(default)]
    pub language: Language,
}

/// An entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Unique within a graph.
    pub iri: String,
    /// The name to show, in the language of the picture.
    pub label: String,
    pub kind: EntityType,
    /// Every name, in each script.
    #[serde(default)]
    pub names: Vec<String>,
    /// Claims whose object is a value.
    #[serde(default)]
    pub facts: Vec<Fact>,
}

/// A claim whose object is a value: a price move, a metric, a date. Listed with its entity, not drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Local name of the predicate.
    pub predicate: String,
    /// As a reader wants to see it: `+6%`, `US$3bn`.
    pub value: String,
    pub date: Option<Edtf>,
    /// IRI of the document.
    pub doc: String,
    pub quote: String,
    pub status: Status,
    /// 0 to 1
    pub score: f64,
}

/// A claim between two entities.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edge {
    /// Index into the graph's nodes.
    pub subject: usize,
    /// Index into the graph's nodes.
    pub object: usize,
    /// Local name of the predicate.
    pub predicate: String,
    pub status: Status,
    /// 0 to 1
    pub score: f64,
    pub date: Option<Edtf>,
    /// IRI of the document.
    pub doc: String,
    pub quote: String,
    /// Whether it is no longer so: a former post.
    #[serde(default)]
    pub former: bool,
    /// The qualifier worth showing beside the predicate: `US$3bn`, `15%`, `chief executive officer`.
    pub detail: Option<String>,
}

/// Where a quote stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    pub iri: String,
    pub title: Option<String>,
    /// Day of publication, `2025-01-27`.
    pub published: Option<String>,
    pub publisher: Option<String>,
    pub url: Option<String>,
}

/// Lists that don't fit together.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum MalformedGraph {
    #[error("edge {edge} refers to node {node}, but there are only {nodes} nodes")]
    NodeOutOfRange { edge: usize, node: usize, nodes: usize },
    #[error("two nodes have the IRI <{0}>")]
    DuplicateIri(String),
    #[error("edge {0} has a score that is not a number")]
    ScoreIsNoNumber(usize),
}

impl Graph {
    /// Whether edges refer to nodes that exist, IRIs are unique and scores are numbers.
    pub fn check(&self) -> Result<(), MalformedGraph> {
        for (index, edge) in self.edges.iter().enumerate() {
            for node in [edge.subject, edge.object] {
                if node >= self.nodes.len() {
                    return Err(MalformedGraph::NodeOutOfRange {
                        edge: index,
                        node,
                        nodes: self.nodes.len(),
                    });
                }
            }
            if !edge.score.is_finite() {
                return Err(MalformedGraph::ScoreIsNoNumber(index));
            }
        }
        let mut iris: Vec<&str> = self.nodes.iter().map(|node| node.iri.as_str()).collect();
        iris.sort_unstable();
        match iris.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(MalformedGraph::DuplicateIri(pair[0].to_owned())),
            None => Ok(()),
        }
    }
}
