use super::Language;
use serde::{Deserialize, Serialize};

/// What makes an entity large, and keeps it when a limit cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RankedBy {
    /// Number of relations (however many documents state each)
    #[default]
    Degree,
    PageRank,
}

impl RankedBy {
    /// As the caption says it.
    pub fn label(self, language: Language) -> String {
        match self {
            RankedBy::Degree => language.say("rank.degree", &[]),
            RankedBy::PageRank => language.say("rank.pagerank", &[]),
        }
    }
}

/// Arcs grouped by the node they lead to: the sources of node `n` are `sources[starts[n]..starts[n + 1]]`.
pub(super) struct Csr {
    starts: Vec<usize>,
    sources: Vec<u32>,
}

impl Csr {
    /// Keeps the order of `arcs` within each target, so sums run in a fixed order.
    pub(super) fn incoming(nodes: usize, arcs: &[(u32, u32)]) -> Csr {
        let mut starts = vec![0; nodes + 1];
        for &(_, target) in arcs {
            starts[target as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut sources = vec![0; arcs.len()];
        for &(source, target) in arcs {
            sources[next[target as usize]] = source;
            next[target as usize] += 1;
        }
        Csr { starts, sources }
    }

    pub(super) fn of(&self, node: usize) -> &[u32] {
        &self.sources[self.starts[node]..self.starts[node + 1]]
    }
}

/// PageRank with damping 0.85 of nodes `0..nodes`, summing to 1; a node without outgoing arcs gives its rank to all.
/// Arcs that occur twice count twice. Stops when the ranks move by less than 1e-9 in sum, at the latest after 100
/// rounds.
///
/// Rationale: petgraph's `page_rank` takes O(V·E) a round and loses the rank of nodes without outgoing arcs.
///
/// # Panics
/// If an arc names a node that is not below `nodes`.
pub fn page_rank(nodes: usize, arcs: &[(u32, u32)]) -> Vec<f64> {
    const DAMPING: f64 = 0.85;
    if nodes == 0 {
        return Vec::new();
    }
    let incoming = Csr::incoming(nodes, arcs);
    let mut outgoing = vec![0u32; nodes];
    for &(source, _) in arcs {
        outgoing[source as usize] += 1;
    }
    let count = nodes as f64;
    let mut rank = vec![1.0 / count; nodes];
    let mut share = vec![0.0; nodes];
    for _ in 0..100 {
        let mut dangling = 0.0;
        for node in 0..nodes {
            if outgoing[node] == 0 {
                dangling += rank[node];
                share[node] = 0.0;
            } else {
                share[node] = rank[node] / f64::from(outgoing[node]);
            }
        }
        let base = (1.0 - DAMPING) / count + DAMPING * dangling / count;
        let mut moved = 0.0;
        for (node, old) in rank.iter_mut().enumerate() {
            let sum: f64 = incoming.of(node).iter().map(|&source| share[source as usize]).sum();
            let new = base + DAMPING * sum;
            moved += (new - *old).abs();
            *old = new;
        }
        if moved < 1e-9 {
            break;
        }
    }
    rank
}

/// Number of pairs that each of the nodes `0..nodes` is in; a pair of a node with itself counts once.
///
/// # Panics
/// If a pair names a node that is not below `nodes`.
pub fn degrees(nodes: usize, pairs: &[(u32, u32)]) -> Vec<f64> {
    let mut degree = vec![0.0; nodes];
    for &(a, b) in pairs {
        degree[a as usize] += 1.0;
        if a != b {
            degree[b as usize] += 1.0;
        }
    }
    degree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_as_the_textbook_does() {
        // Two nodes lead to a third that leads nowhere: solved by hand, r(2) = 1.7·r(0) + r(0).
        let rank = page_rank(3, &[(0, 2), (1, 2)]);
        assert!((rank.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!((rank[2] / rank[0] - 2.7).abs() < 1e-6, "{rank:?}");
        assert_eq!(page_rank(0, &[]), Vec::<f64>::new());
        assert_eq!(page_rank(2, &[]), vec![0.5, 0.5]);
    }

    #[test]
    fn counts_a_loop_once() {
        assert_eq!(degrees(3, &[(0, 1), (1, 1)]), vec![1.0, 2.0, 0.0]);
    }
}
