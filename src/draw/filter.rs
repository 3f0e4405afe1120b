use super::{Edtf, Graph};
use crate::claim::Status;
use crate::entity::EntityType;
use petgraph::graph::{NodeIndex, UnGraph};

/// Which part of a graph to show. Every condition must hold; an empty list sets none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    /// Names, labels or IRIs of entities: only what lies within [`Filter::hops`] of one of them.
    pub around: Vec<String>,
    /// Steps along claims that meet the other conditions, in either direction.
    pub hops: usize,
    /// Local names.
    pub predicates: Vec<String>,
    /// The entities of `around` are shown whatever their type.
    pub kinds: Vec<EntityType>,
    pub statuses: Vec<Status>,
    /// Claims that may have been true on or after its first day; undated ones are left out, and counted.
    pub since: Option<Edtf>,
    /// Claims that may have been true on or before its last day; undated ones are left out, and counted.
    pub until: Option<Edtf>,
    /// 0 to 1
    pub min_score: Option<f64>,
    /// At most so many entities, the highest ranked; with `around`, the nearest first.
    pub limit: Option<usize>,
}

/// A name that no entity of the graph has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no entity is called `{name}`{}", Self::advice(near))]
pub struct UnknownEntity {
    pub name: String,
    /// Labels that contain the name or are contained in it, at most five.
    pub near: Vec<String>,
}

impl UnknownEntity {
    fn advice(near: &[String]) -> String {
        if near.is_empty() {
            String::new()
        } else {
            format!(" (did you mean {}?)", near.join(", "))
        }
    }
}

/// What a filter let through.
pub(super) struct Selection {
    /// In order of IRI.
    pub nodes: Vec<usize>,
    /// Both ends are in `nodes`.
    pub edges: Vec<usize>,
    /// Node and index among its facts, in order of `nodes`.
    pub facts: Vec<(usize, usize)>,
    /// Claims that met every other condition but have no date to compare.
    pub undated: usize,
    /// Steps from `around` by node of the graph; 0 for all without `around`.
    pub distance: Vec<usize>,
}

impl Graph {
    /// The entities of this IRI, or else those with this name in any of their scripts, upper or lower case.
    pub fn find(&self, name: &str) -> Result<Vec<usize>, UnknownEntity> {
        let all = || 0..self.nodes.len();
        if let Some(index) = all().find(|&index| self.nodes[index].iri == name) {
            return Ok(vec![index]);
        }
        let wanted = name.trim().to_lowercase();
        let names = |index: usize| {
            let node = &self.nodes[index];
            std::iter::once(&node.label)
                .chain(&node.names)
                .map(|name| name.trim().to_lowercase())
        };
        let mut found: Vec<usize> = all()
            .filter(|&index| names(index).any(|known| known == wanted))
            .collect();
        if !found.is_empty() {
            found.sort_by(|&a, &b| self.nodes[a].iri.cmp(&self.nodes[b].iri));
            return Ok(found);
        }
        let resembles = |known: String| {
            !known.is_empty() && !wanted.is_empty() && (known.contains(&wanted) || wanted.contains(&known))
        };
        let mut near: Vec<String> = all()
            .filter(|&index| names(index).any(resembles))
            .map(|index| self.nodes[index].label.clone())
            .collect();
        near.sort();
        near.dedup();
        near.truncate(5);
        Err(UnknownEntity {
            name: name.to_owned(),
            near,
        })
    }
}

impl Filter {
    /// The graph must have passed [`Graph::check`].
    pub(super) fn select(&self, graph: &Graph) -> Result<Selection, UnknownEntity> {
        let mut centres = Vec::new();
        for name in &self.around {
            centres.extend(graph.find(name)?);
        }
        let mut allowed: Vec<bool> = graph
            .nodes
            .iter()
            .map(|node| self.kinds.is_empty() || self.kinds.contains(&node.kind))
            .collect();
        for &centre in &centres {
            allowed[centre] = true;
        }

        let mut undated_edges = Vec::new();
        let mut edges: Vec<usize> = Vec::new();
        for (index, edge) in graph.edges.iter().enumerate() {
            if allowed[edge.subject] && allowed[edge.object] && self.admits(&edge.predicate, edge.status, edge.score) {
                match self.admits_date(edge.date.as_ref()) {
                    Dated::Within => edges.push(index),
                    Dated::Not => undated_edges.push(index),
                    Dated::Outside => {}
                }
            }
        }

        let distance = if centres.is_empty() {
            allowed
                .iter()
                .map(|&allowed| if allowed { 0 } else { usize::MAX })
                .collect()
        } else {
            self.distances(graph, &edges, &centres)
        };
        edges.retain(|&edge| {
            distance[graph.edges[edge].subject] != usize::MAX && distance[graph.edges[edge].object] != usize::MAX
        });
        let mut undated = undated_edges
            .iter()
            .filter(|&&edge| {
                distance[graph.edges[edge].subject] != usize::MAX && distance[graph.edges[edge].object] != usize::MAX
            })
            .count();

        let mut nodes: Vec<usize> = (0..graph.nodes.len())
            .filter(|&node| distance[node] != usize::MAX)
            .collect();
        nodes.sort_by(|&a, &b| graph.nodes[a].iri.cmp(&graph.nodes[b].iri));
        let mut facts = Vec::new();
        for &node in &nodes {
            for (index, fact) in graph.nodes[node].facts.iter().enumerate() {
                if self.admits(&fact.predicate, fact.status, fact.score) {
                    match self.admits_date(fact.date.as_ref()) {
                        Dated::Within => facts.push((node, index)),
                        Dated::Not => undated += 1,
                        Dated::Outside => {}
                    }
                }
            }
        }
        if self.chooses_claims() {
            // Asked for some claims, a reader wants the entities that they speak of, not all others beside them.
            let mut spoken_of = vec![false; graph.nodes.len()];
            for &edge in &edges {
                spoken_of[graph.edges[edge].subject] = true;
                spoken_of[graph.edges[edge].object] = true;
            }
            for &(node, _) in &facts {
                spoken_of[node] = true;
            }
            for &centre in &centres {
                spoken_of[centre] = true;
            }
            nodes.retain(|&node| spoken_of[node]);
        }
        Ok(Selection {
            nodes,
            edges,
            facts,
            undated,
            distance,
        })
    }

    fn chooses_claims(&self) -> bool {
        !self.predicates.is_empty()
            || !self.statuses.is_empty()
            || self.since.is_some()
            || self.until.is_some()
            || self.min_score.is_some()
    }

    fn admits(&self, predicate: &str, status: Status, score: f64) -> bool {
        (self.predicates.is_empty() || self.predicates.iter().any(|wanted| wanted == predicate))
            && (self.statuses.is_empty() || self.statuses.contains(&status))
            && self.min_score.is_none_or(|least| score >= least)
    }

    fn admits_date(&self, date: Option<&Edtf>) -> Dated {
        match date {
            _ if self.since.is_none() && self.until.is_none() => Dated::Within,
            None => Dated::Not,
            Some(date) if date.overlaps(self.since.as_ref(), self.until.as_ref()) => Dated::Within,
            Some(_) => Dated::Outside,
        }
    }

    /// Steps from the nearest centre; `usize::MAX` beyond [`Filter::hops`].
    fn distances(&self, graph: &Graph, edges: &[usize], centres: &[usize]) -> Vec<usize> {
        let mut walkable: UnGraph<(), (), usize> = UnGraph::with_capacity(graph.nodes.len(), edges.len());
        for _ in &graph.nodes {
            walkable.add_node(());
        }
        for &edge in edges {
            let edge = &graph.edges[edge];
            walkable.add_edge(NodeIndex::new(edge.subject), NodeIndex::new(edge.object), ());
        }
        let mut distance = vec![usize::MAX; graph.nodes.len()];
        let mut frontier = centres.to_vec();
        for &centre in centres {
            distance[centre] = 0;
        }
        for step in 1..=self.hops {
            let mut reached = Vec::new();
            for node in frontier {
                for neighbour in walkable.neighbors(NodeIndex::new(node)) {
                    if distance[neighbour.index()] == usize::MAX {
                        distance[neighbour.index()] = step;
                        reached.push(neighbour.index());
                    }
                }
            }
            if reached.is_empty() {
                break;
            }
            frontier = reached;
        }
        distance
    }

    /// The conditions in words, each with how many undated claims it cost.
    pub(super) fn describe(&self, graph: &Graph, undated: usize) -> Vec<String> {
        let mut parts = Vec::new();
        let language = graph.language;
        if !self.around.is_empty() {
            let names: Vec<String> = self.around.iter().map(|name| isolated(name)).collect();
            let (count, names) = (self.hops.to_string(), language.list(&names));
            parts.push(language.count("around", self.hops, &[("count", &count), ("names", &names)]));
        }
        let only = |names: Vec<String>| language.say("only", &[("names", &language.list(&names))]);
        if !self.predicates.is_empty() {
            parts.push(only(
                self.predicates.iter().map(|name| graph.predicate_label(name)).collect(),
            ));
        }
        if !self.kinds.is_empty() {
            parts.push(only(self.kinds.iter().map(|&kind| graph.kind_label(kind)).collect()));
        }
        if !self.statuses.is_empty() {
            parts.push(only(
                self.statuses.iter().map(|&status| graph.status_label(status)).collect(),
            ));
        }
        let key = match (&self.since, &self.until) {
            (Some(_), Some(_)) => Some("between"),
            (Some(_), None) => Some("since"),
            (None, Some(_)) => Some("until"),
            (None, None) => None,
        };
        if let Some(key) = key {
            let day = |date: &Option<Edtf>| date.as_ref().map_or(String::new(), Edtf::to_string);
            let mut period = language.say(key, &[("first", &day(&self.since)), ("last", &day(&self.until))]);
            if undated > 0 {
                period += &language.count("undated", undated, &[("count", &super::view::grouped(undated))]);
            }
            parts.push(period);
        }
        if let Some(least) = self.min_score {
            parts.push(language.say("score", &[("least", &least.to_string())]));
        }
        parts
    }
}

enum Dated {
    Within,
    Outside,
    Not,
}

/// A name inside a sentence: one with bidirectional controls can't turn the words around it.
fn isolated(name: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if name.contains(turns) {
        super::style::one_line(name)
    } else {
        name.to_owned()
    }
}
