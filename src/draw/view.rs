use super::filter::Filter;
use super::graph::{Edge, Fact, Graph, MalformedGraph, Node};
use super::layout::{Extent, Point, layout};
use super::style::{self, Colour};
use super::svg;
use super::{Language, RankedBy, UnknownEntity, communities, degrees, page_rank};
use crate::claim::Status;
use std::collections::{BTreeMap, BTreeSet};

/// A part of a graph, laid out.
#[derive(Debug, Clone)]
pub struct View<'g> {
    pub(super) graph: &'g Graph,
    /// One line above the picture.
    pub title: String,
    /// What is in the view and what was left out, one statement each.
    pub caption: Vec<String>,
    /// What a drawing of it leaves unnamed.
    pub(super) unnamed: Vec<String>,
    pub counts: Counts,
    pub ranked_by: RankedBy,
    /// What the colours of nodes tell; of types where not changed.
    pub coloured_by: ColouredBy,
    /// Highest ranked first, then in order of IRI.
    pub nodes: Vec<Placed>,
    /// In order of subject, object, predicate and status.
    pub links: Vec<Link>,
    /// Pixels.
    pub width: f64,
    /// Pixels.
    pub height: f64,
    /// Where the label of each link stands; `None` where it found no room.
    pub(super) link_labels: Vec<Option<Point>>,
    /// By community, largest first: the highest ranked of its nodes that are shown, and how many are.
    pub(super) communities: Vec<(usize, usize)>,
}

/// What the colours of nodes tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColouredBy {
    /// The type of the entity
    #[default]
    Type,
    /// The community that it belongs to (its outline still tells the type)
    Community,
}

/// How much of a graph a view shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub entities: Shown,
    /// Claims between two entities.
    pub claims: Shown,
    /// Claims whose object is a value.
    pub facts: Shown,
    /// Entities that are named in the picture, not only in its data.
    pub labelled: usize,
}

/// Of how many things how many passed the filter, and how many the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    pub shown: usize,
    pub matching: usize,
    pub total: usize,
}

/// An entity of a view.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Index into the graph's nodes.
    pub node: usize,
    /// Indices into the node's facts, in order of predicate, date and value.
    pub facts: Vec<usize>,
    /// Number of relations, counted before the limit.
    pub degree: usize,
    pub page_rank: f64,
    /// 0 is the largest.
    pub community: usize,
    /// Centre, in pixels from the upper left corner of the view, y downwards.
    pub x: f64,
    pub y: f64,
    /// Pixels.
    pub radius: f64,
    /// What is written below it; `None` where there are too many entities to name each.
    pub label: Option<String>,
    /// Pixels.
    pub font_size: f64,
}

/// A relation of a view: the claims of one predicate and status between two entities.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// Index into the view's nodes.
    pub subject: usize,
    /// Index into the view's nodes.
    pub object: usize,
    pub predicate: String,
    pub status: Status,
    /// Whether both directions mean the same.
    pub symmetric: bool,
    /// Indices into the graph's edges, in order of date, document and quote.
    pub claims: Vec<usize>,
}

/// Why there is no view.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ViewError {
    #[error(transparent)]
    Malformed(#[from] MalformedGraph),
    #[error(transparent)]
    UnknownEntity(#[from] UnknownEntity),
}

/// So many entities are named in a picture; more can't be read on one page.
const LABELLED: usize = 250;
const LABELLED_LINKS: usize = 60;
/// Size of a line's label, in pixels.
pub(super) const LINK_FONT: f64 = 10.0;
const SMALLEST: f64 = 6.0;
const LARGEST: f64 = 22.0;
/// Ems of a label before it is cut.
const LABEL_EMS: f64 = 15.0;
/// Between the outline of a node and its label.
pub(super) const LABEL_GAP: f64 = 3.0;

impl<'g> View<'g> {
    /// The part of `graph` that `filter` chooses, laid out. `title` may be empty.
    pub fn new(graph: &'g Graph, filter: &Filter, ranked_by: RankedBy, title: &str) -> Result<View<'g>, ViewError> {
        graph.check()?;
        let chosen = filter.select(graph)?;

        // Everything below is computed in order of IRI, whatever the order of the graph's lists.
        let mut place = vec![usize::MAX; graph.nodes.len()];
        for (index, &node) in chosen.nodes.iter().enumerate() {
            place[node] = index;
        }
        let relations = relations(graph, &chosen.edges, &place);
        let pairs: Vec<(u32, u32)> = relations.iter().map(|l| (l.subject as u32, l.object as u32)).collect();
        let count = chosen.nodes.len();
        let degree = degrees(count, &pairs);
        let arcs: Vec<(u32, u32)> = relations
            .iter()
            .zip(&pairs)
            .flat_map(|(relation, &(a, b))| [Some((a, b)), relation.symmetric.then_some((b, a))])
            .flatten()
            .collect();
        let importance = page_rank(count, &arcs);
        let community = communities(count, &pairs);
        let rank = match ranked_by {
            RankedBy::Degree => &degree,
            RankedBy::PageRank => &importance,
        };

        let mut order: Vec<usize> = (0..count).collect();
        let limit = filter.limit.unwrap_or(usize::MAX);
        if limit < count {
            order.sort_by(|&a, &b| {
                let distance = |n: usize| chosen.distance[chosen.nodes[n]];
                distance(a)
                    .cmp(&distance(b))
                    .then(rank[b].total_cmp(&rank[a]))
                    .then(a.cmp(&b))
            });
            order.truncate(limit);
        }
        order.sort_by(|&a, &b| rank[b].total_cmp(&rank[a]).then(a.cmp(&b)));

        let highest = order.first().map_or(1.0, |&first| rank[first]).max(f64::MIN_POSITIVE);
        let mut facts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &(node, fact) in &chosen.facts {
            facts.entry(node).or_default().push(fact);
        }
        let mut kept = vec![usize::MAX; count];
        let mut nodes = Vec::with_capacity(order.len());
        for (position, &index) in order.iter().enumerate() {
            kept[index] = position;
            let node = chosen.nodes[index];
            let share = (rank[index] / highest).sqrt();
            let mut facts = facts.remove(&node).unwrap_or_default();
            let key = |fact: &usize| fact_key(&graph.nodes[node].facts[*fact]);
            facts.sort_by(|a, b| key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal));
            nodes.push(Placed {
                node,
                facts,
                degree: degree[index] as usize,
                page_rank: importance[index],
                community: community[index],
                x: 0.0,
                y: 0.0,
                radius: SMALLEST + (LARGEST - SMALLEST) * share,
                label: (position < LABELLED).then(|| style::shortened(&graph.nodes[node].label, LABEL_EMS)),
                font_size: (11.5 + 5.5 * share).round(),
            });
        }
        let mut links: Vec<Link> = relations
            .into_iter()
            .filter(|l| kept[l.subject] != usize::MAX && kept[l.object] != usize::MAX)
            .map(|l| Link {
                subject: kept[l.subject],
                object: kept[l.object],
                ..l
            })
            .collect();
        links.sort_by(|a, b| {
            (a.subject, a.object, &a.predicate, a.status).cmp(&(b.subject, b.object, &b.predicate, b.status))
        });

        let counts = Counts {
            entities: Shown {
                shown: nodes.len(),
                matching: count,
                total: graph.nodes.len(),
            },
            claims: Shown {
                shown: links.iter().map(|link| link.claims.len()).sum(),
                matching: chosen.edges.len(),
                total: graph.edges.len(),
            },
            facts: Shown {
                shown: nodes.iter().map(|node| node.facts.len()).sum(),
                matching: chosen.facts.len(),
                total: graph.nodes.iter().map(|node| node.facts.len()).sum(),
            },
            labelled: nodes.len().min(LABELLED),
        };
        let mut caption = counts.describe(graph.language, ranked_by, filter);
        caption.extend(articles(graph, &links));
        caption.extend(filter.describe(graph, chosen.undated));
        let mut members: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for (position, node) in nodes.iter().enumerate() {
            members.entry(node.community).or_insert((position, 0)).1 += 1;
        }
        // Numbered anew: a limit may have emptied some.
        let mut order: Vec<(usize, usize, usize)> =
            members.into_iter().map(|(c, (top, size))| (c, top, size)).collect();
        order.sort_by_key(|&(_, top, size)| (std::cmp::Reverse(size), top));
        let number: BTreeMap<usize, usize> = order.iter().enumerate().map(|(at, &(c, ..))| (c, at)).collect();
        for node in &mut nodes {
            node.community = number[&node.community];
        }
        let communities = order.into_iter().map(|(_, top, size)| (top, size)).collect();
        let title = if title.is_empty() { "Jingwei" } else { title };
        let title = title.to_owned();
        let mut view = View {
            graph,
            title,
            caption,
            unnamed: Vec::new(),
            counts,
            ranked_by,
            nodes,
            links,
            coloured_by: ColouredBy::Type,
            width: 0.0,
            height: 0.0,
            link_labels: Vec::new(),
            communities,
        };
        view.lay_out();
        if view.counts.labelled < view.nodes.len() {
            let count = grouped(view.counts.labelled);
            view.unnamed.push(graph.language.say("named", &[("count", &count)]));
        }
        if view.labels_links() {
            view.link_labels = svg::label_places(&view);
            let without = view.link_labels.iter().filter(|place| place.is_none()).count();
            if without > 0 {
                let count = grouped(without);
                view.unnamed
                    .push(graph.language.count("unlabelled", without, &[("count", &count)]));
            }
        }
        Ok(view)
    }

    fn lay_out(&mut self) {
        let extents: Vec<Extent> = self.nodes.iter().map(Placed::extent).collect();
        let pairs: Vec<(u32, u32, f64)> = self
            .links
            .iter()
            .map(|link| {
                let need = if self.labels_links() {
                    let ends = self.nodes[link.subject].radius + self.nodes[link.object].radius;
                    style::ems(&self.link_label(link)) * LINK_FONT + ends + 40.0
                } else {
                    0.0
                };
                (link.subject as u32, link.object as u32, need)
            })
            .collect();
        let (points, width, height) = layout(&extents, &pairs);
        for (node, point) in self.nodes.iter_mut().zip(points) {
            (node.x, node.y) = (point.x, point.y);
        }
        (self.width, self.height) = (width, height);
    }

    /// What stands above a drawing: the caption, and how many names and labels found no room.
    pub fn drawn_caption(&self) -> Vec<String> {
        self.caption.iter().chain(&self.unnamed).cloned().collect()
    }

    /// What a node is painted with.
    pub(super) fn colour(&self, node: &Placed) -> Colour {
        match self.coloured_by {
            ColouredBy::Type => style::of_kind(self.entity(node).kind).0,
            ColouredBy::Community => style::COMMUNITIES[self.colour_of_community(node.community)],
        }
    }

    /// Which of [`style::COMMUNITIES`]; one of a single node is no community.
    pub(super) fn colour_of_community(&self, community: usize) -> usize {
        let last = style::COMMUNITIES.len() - 1;
        if self.communities[community].1 > 1 {
            community.min(last)
        } else {
            last
        }
    }

    /// Whether there are so few lines that each has its label.
    pub(super) fn labels_links(&self) -> bool {
        self.links.len() < LABELLED_LINKS
    }

    /// The entity behind a node of the view.
    pub fn entity(&self, placed: &Placed) -> &'g Node {
        &self.graph.nodes[placed.node]
    }

    /// The claims behind a link of the view.
    pub fn claims(&self, link: &Link) -> impl Iterator<Item = &'g Edge> {
        let edges = &self.graph.edges;
        link.claims
            .iter()
            .map(move |&claim| &edges[claim])
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The facts listed with a node of the view.
    pub fn facts(&self, placed: &Placed) -> impl Iterator<Item = &'g Fact> {
        let facts = &self.graph.nodes[placed.node].facts;
        placed
            .facts
            .iter()
            .map(move |&fact| &facts[fact])
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// What stands on the line of a link: predicate, the one detail that all its claims agree on, how many there are.
    pub(super) fn link_label(&self, link: &Link) -> String {
        let mut label = style::one_line(&self.graph.predicate_label(&link.predicate));
        let mut details = self.claims(link).map(|claim| claim.detail.as_deref());
        if let Some(Some(detail)) = details.next()
            && details.all(|other| other == Some(detail))
        {
            label.push(' ');
            label.push_str(&style::shortened(detail, LABEL_EMS));
        }
        if link.claims.len() > 1 {
            label.push_str(&format!(" ×{}", link.claims.len()));
        }
        label
    }
}

impl Placed {
    fn extent(&self) -> Extent {
        match &self.label {
            None => Extent {
                half_width: self.radius,
                above: self.radius,
                below: self.radius,
            },
            Some(label) => Extent {
                half_width: self.radius.max(self.label_width(label) * 0.5),
                above: self.radius,
                below: self.radius + LABEL_GAP + self.font_size * 1.25,
            },
        }
    }

    /// Whether the label is written bold.
    pub(super) fn is_bold(&self) -> bool {
        self.font_size >= 14.0
    }

    fn label_width(&self, label: &str) -> f64 {
        let ems = if self.is_bold() {
            style::ems_bold(label)
        } else {
            style::ems(label)
        };
        ems * self.font_size
    }

    /// Left, top, right, bottom of the node and its label.
    pub(super) fn bounds(&self) -> (f64, f64, f64, f64) {
        let extent = self.extent();
        (
            self.x - extent.half_width,
            self.y - extent.above,
            self.x + extent.half_width,
            self.y + extent.below,
        )
    }

    /// Whether a point lies on the node or its label, or nearer than `gap` pixels.
    pub(super) fn covers(&self, point: Point, gap: f64) -> bool {
        let offset = point - self.centre();
        let on_label = self.label.as_ref().is_some_and(|label| {
            let half_width = self.label_width(label) * 0.5;
            let below = self.radius + LABEL_GAP + self.font_size * 1.15;
            offset.x.abs() <= half_width && offset.y >= self.radius && offset.y <= below
        });
        on_label || offset.length() <= self.radius + gap
    }

    pub(super) fn centre(&self) -> Point {
        Point::new(self.x, self.y)
    }
}

fn fact_key(fact: &Fact) -> (&str, Option<&str>, &str, Status, &str, &str, f64) {
    let date = fact.date.as_ref().map(|date| date.as_str());
    (
        &fact.predicate,
        date,
        &fact.value,
        fact.status,
        &fact.doc,
        &fact.quote,
        fact.score,
    )
}

/// Claims merged by ends, predicate and status; the ends are places in the selection. Of a symmetric predicate the
/// end that comes first is the subject.
fn relations(graph: &Graph, edges: &[usize], place: &[usize]) -> Vec<Link> {
    let mut merged: BTreeMap<(usize, usize, &str, Status), Vec<usize>> = BTreeMap::new();
    for &index in edges {
        let edge = &graph.edges[index];
        let (mut subject, mut object) = (place[edge.subject], place[edge.object]);
        if subject > object && style::is_symmetric(&edge.predicate) {
            std::mem::swap(&mut subject, &mut object);
        }
        merged
            .entry((subject, object, &edge.predicate, edge.status))
            .or_default()
            .push(index);
    }
    let key = |index: usize| {
        let edge = &graph.edges[index];
        let date = edge.date.as_ref().map(|date| date.as_str());
        (
            date,
            &edge.doc,
            &edge.quote,
            &edge.detail,
            edge.score,
            place[edge.subject],
        )
    };
    merged
        .into_iter()
        .map(|((subject, object, predicate, status), mut claims)| {
            claims.sort_by(|&a, &b| key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal));
            let symmetric = style::is_symmetric(predicate);
            Link {
                subject,
                object,
                predicate: predicate.to_owned(),
                status,
                symmetric,
                claims,
            }
        })
        .collect()
}

/// How many articles state the links, and when they were published.
fn articles(graph: &Graph, links: &[Link]) -> Option<String> {
    let cited: BTreeSet<&str> = links
        .iter()
        .flat_map(|link| &link.claims)
        .map(|&claim| graph.edges[claim].doc.as_str())
        .collect();
    let days: BTreeMap<&str, &str> = graph
        .documents
        .iter()
        .filter_map(|document| Some((document.iri.as_str(), document.published.as_deref()?)))
        .collect();
    let dated: BTreeSet<&str> = cited.iter().filter_map(|doc| days.get(doc).copied()).collect();
    let undated = cited.iter().filter(|doc| !days.contains_key(*doc)).count();
    let language = graph.language;
    let count = grouped(cited.len());
    let (Some(first), Some(last)) = (dated.first(), dated.last()) else {
        return (!cited.is_empty()).then(|| language.count("articles.undated", cited.len(), &[("count", &count)]));
    };
    let period = if first == last {
        (*first).to_owned()
    } else {
        language.say("period", &[("first", first), ("last", last)])
    };
    let parts = [("count", &*count), ("period", &period), ("undated", &grouped(undated))];
    Some(match undated {
        0 => language.count("articles.dated", cited.len(), &parts),
        _ => language.say("articles.partly", &parts),
    })
}

impl Counts {
    fn describe(&self, language: Language, ranked_by: RankedBy, filter: &Filter) -> Vec<String> {
        let Shown { shown, matching, total } = self.entities;
        let rank = ranked_by.label(language);
        let order = match filter.around.is_empty() {
            true => language.say("order.rank", &[("rank", &rank)]),
            false => language.say("order.nearest", &[("rank", &rank)]),
        };
        let key = match (shown == total, shown == matching, matching == total) {
            (true, ..) => "entities.all",
            (_, true, _) => "entities.chosen",
            (_, _, true) => "entities.limited",
            _ => "entities.both",
        };
        let parts = [
            ("shown", &*grouped(shown)),
            ("matching", &grouped(matching)),
            ("total", &grouped(total)),
            ("order", &order),
        ];
        let entities = language.count(key, total, &parts);
        let Shown { shown, total, .. } = self.claims;
        let key = if shown == total { "claims.all" } else { "claims.chosen" };
        let parts = [("shown", &*grouped(shown)), ("total", &grouped(total))];
        vec![entities, language.count(key, total, &parts)]
    }
}

/// `5310` → `5,310`
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_thousands() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (5310, "5,310"),
            (1234567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
