use std::collections::BTreeMap;

/// Communities of nodes `0..nodes` by Louvain's method: the number of each node's community, largest community
/// first, communities of one size in order of their first node. Pairs are undirected and weigh 1 each time they
/// occur; loops are ignored.
///
/// Deterministic: nodes are visited in order, a tie keeps the node where it is or goes to the community of lowest
/// number, and weights are whole numbers, so no rounding decides.
///
/// # Panics
/// If a pair names a node that is not below `nodes`.
pub fn communities(nodes: usize, pairs: &[(u32, u32)]) -> Vec<usize> {
    let mut weights: Vec<BTreeMap<usize, i64>> = vec![BTreeMap::new(); nodes];
    for &(a, b) in pairs {
        let (a, b) = (a as usize, b as usize);
        if a != b {
            *weights[a].entry(b).or_default() += 1;
            *weights[b].entry(a).or_default() += 1;
        }
    }
    // `weights[a][a]` of a merged node holds twice the weight inside it.
    let mut membership: Vec<usize> = (0..nodes).collect();
    loop {
        let community = move_nodes(&weights);
        let count = community.iter().max().map_or(0, |last| last + 1);
        if count == weights.len() {
            break;
        }
        for member in &mut membership {
            *member = community[*member];
        }
        let mut merged: Vec<BTreeMap<usize, i64>> = vec![BTreeMap::new(); count];
        for (node, neighbours) in weights.iter().enumerate() {
            for (&neighbour, &weight) in neighbours {
                *merged[community[node]].entry(community[neighbour]).or_default() += weight;
            }
        }
        weights = merged;
    }
    by_size(membership)
}

/// One level: moves nodes between communities while modularity grows; communities are numbered without gaps.
fn move_nodes(weights: &[BTreeMap<usize, i64>]) -> Vec<usize> {
    let strength: Vec<i64> = weights.iter().map(|neighbours| neighbours.values().sum()).collect();
    let total: i64 = strength.iter().sum();
    let mut community: Vec<usize> = (0..weights.len()).collect();
    let mut inside = strength.clone();
    // Modularity grows with every move, so this ends; the bound is for time only.
    for _ in 0..100 {
        let mut moved = false;
        for node in 0..weights.len() {
            let home = community[node];
            let mut links: BTreeMap<usize, i64> = BTreeMap::new();
            for (&neighbour, &weight) in &weights[node] {
                if neighbour != node {
                    *links.entry(community[neighbour]).or_default() += weight;
                }
            }
            inside[home] -= strength[node];
            // The gain in modularity of joining a community, times total²/2.
            let gain = |target: usize, link: i64| {
                i128::from(link) * i128::from(total) - i128::from(strength[node]) * i128::from(inside[target])
            };
            let mut best = (gain(home, links.get(&home).copied().unwrap_or(0)), home);
            for (&target, &link) in &links {
                let gained = gain(target, link);
                if gained > best.0 {
                    best = (gained, target);
                }
            }
            inside[best.1] += strength[node];
            if best.1 != home {
                community[node] = best.1;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
    for member in &mut community {
        let next = numbers.len();
        *member = *numbers.entry(*member).or_insert(next);
    }
    community
}

fn by_size(membership: Vec<usize>) -> Vec<usize> {
    let mut sizes: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (node, &community) in membership.iter().enumerate() {
        sizes.entry(community).or_insert((0, node)).0 += 1;
    }
    let mut order: Vec<(usize, usize, usize)> = sizes
        .into_iter()
        .map(|(community, (size, first))| (size, first, community))
        .collect();
    order.sort_by_key(|&(size, first, _)| (std::cmp::Reverse(size), first));
    let number: BTreeMap<usize, usize> = order
        .into_iter()
        .enumerate()
        .map(|(number, (_, _, community))| (community, number))
        .collect();
    membership.into_iter().map(|community| number[&community]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_two_cliques_joined_by_one_edge() {
        let mut pairs = Vec::new();
        for clique in [0..5u32, 5..9] {
            for a in clique.clone() {
                pairs.extend((a + 1..clique.end).map(|b| (a, b)));
            }
        }
        pairs.push((4, 5));
        assert_eq!(communities(9, &pairs), [0, 0, 0, 0, 0, 1, 1, 1, 1]);
        assert_eq!(communities(3, &[]), [0, 1, 2]);
        assert_eq!(communities(0, &[]), Vec::<usize>::new());
    }
}
