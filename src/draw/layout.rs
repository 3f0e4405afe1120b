//! Where the nodes go: a force layout of each connected component, boxes pushed apart until no label lies on another,
//! components packed beside each other.
//!
//! Uses only operations that IEEE 754 defines to the last bit (+ − × ÷ √), in a fixed order, so a layout is the same
//! on every machine.

use petgraph::algo::dijkstra;
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::unionfind::UnionFind;
use std::collections::{BTreeMap, VecDeque};
use std::ops::{Add, AddAssign, Mul, Sub};

/// A point or a displacement, in pixels once laid out; y downwards.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Point {
    pub x: f64,
    pub y: f64,
}

impl Point {
    pub(super) fn new(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    pub(super) fn length(self) -> f64 {
        (self.x * self.x + self.y * self.y).sqrt()
    }

    /// Turned by a quarter.
    pub(super) fn normal(self) -> Point {
        Point::new(-self.y, self.x)
    }
}

impl Add for Point {
    type Output = Point;
    fn add(self, other: Point) -> Point {
        Point::new(self.x + other.x, self.y + other.y)
    }
}

impl AddAssign for Point {
    fn add_assign(&mut self, other: Point) {
        *self = *self + other;
    }
}

impl Sub for Point {
    type Output = Point;
    fn sub(self, other: Point) -> Point {
        Point::new(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f64> for Point {
    type Output = Point;
    fn mul(self, factor: f64) -> Point {
        Point::new(self.x * factor, self.y * factor)
    }
}

/// The box that a node and its label need around the node's centre, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    pub half_width: f64,
    pub above: f64,
    pub below: f64,
}

/// Space left free between two boxes.
const GAP: Point = Point { x: 10.0, y: 5.0 };
/// Space between two components.
const SEA: f64 = 36.0;
/// Length that an edge should have, in pixels.
const EDGE: f64 = 118.0;
/// Length of an edge without neighbours beside one that needs so many pixels for its label.
const UNIT: f64 = 70.0;
/// Pictures and screens are wider than high, and labels need width.
const STRETCH: f64 = 1.25;

/// Places nodes `0..extents.len()`, the most important first. Returns the centres and the width and height of the
/// whole; every box lies inside it and none on another. Pairs are undirected; loops don't matter. The third of a pair
/// is the length in pixels that its line needs for its label, or 0; of repeated pairs the longest counts.
pub(super) fn layout(extents: &[Extent], pairs: &[(u32, u32, f64)]) -> (Vec<Point>, f64, f64) {
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); extents.len()];
    let mut needs: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let mut union = UnionFind::new(extents.len());
    for &(a, b, need) in pairs {
        let (a, b) = (a as usize, b as usize);
        if need > 0.0 {
            let longest = needs.entry((a.min(b), a.max(b))).or_default();
            *longest = longest.max(need);
        }
        if a != b {
            neighbours[a].push(b);
            neighbours[b].push(a);
            union.union(a, b);
        }
    }
    for list in &mut neighbours {
        list.sort_unstable();
        list.dedup();
    }
    let mut components: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (node, root) in union.into_labeling().into_iter().enumerate() {
        components.entry(root).or_default().push(node);
    }
    let mut components: Vec<Vec<usize>> = components.into_values().collect();
    components.sort_by_key(|nodes| (std::cmp::Reverse(nodes.len()), nodes[0]));

    let mut places = vec![Point::default(); extents.len()];
    let mut islands = Vec::with_capacity(components.len());
    let mut local = vec![0; extents.len()];
    for nodes in &components {
        for (index, &node) in nodes.iter().enumerate() {
            local[node] = index;
        }
        let adjacent: Vec<Vec<usize>> = nodes
            .iter()
            .map(|&node| neighbours[node].iter().map(|&other| local[other]).collect())
            .collect();
        let need = |a: usize, b: usize| {
            let (a, b) = (nodes[a], nodes[b]);
            needs.get(&(a.min(b), a.max(b))).copied().unwrap_or(0.0)
        };
        let boxes: Vec<Extent> = nodes.iter().map(|&node| extents[node]).collect();
        let mut points = if nodes.len() == 1 {
            vec![Point::default()]
        } else {
            arrange(&adjacent, &need)
        };
        level(&mut points);
        scale_to(&mut points, &adjacent, &boxes, &need);
        separate(&mut points, &boxes);
        let (left, top, right, bottom) = bounds(&points, &boxes);
        for (&node, point) in nodes.iter().zip(points) {
            places[node] = point - Point::new(left, top);
        }
        islands.push((right - left, bottom - top));
    }
    let (corners, width, height) = pack(&islands);
    for (nodes, corner) in components.iter().zip(corners) {
        for &node in nodes {
            places[node] += corner;
        }
    }
    (places, width, height)
}

/// Nodes on a sunflower spiral in breadth-first order from the first node: neighbours begin near each other.
fn seed(adjacent: &[Vec<usize>]) -> Vec<Point> {
    // Cosine and sine of the golden angle.
    const TURN: (f64, f64) = (-0.737_368_878_078_319_8, 0.675_490_294_261_523_9);
    let mut points = vec![Point::default(); adjacent.len()];
    let mut seen = vec![false; adjacent.len()];
    let mut queue = VecDeque::from([0]);
    seen[0] = true;
    let mut direction = Point::new(1.0, 0.0);
    let mut placed = 0.0_f64;
    while let Some(node) = queue.pop_front() {
        points[node] = direction * (placed + 0.5).sqrt();
        placed += 1.0;
        direction = Point::new(
            direction.x * TURN.0 - direction.y * TURN.1,
            direction.x * TURN.1 + direction.y * TURN.0,
        );
        direction = direction * (1.0 / direction.length());
        for &next in &adjacent[node] {
            if !seen[next] {
                seen[next] = true;
                queue.push_back(next);
            }
        }
    }
    points
}

/// Up to so many nodes are arranged by looking at every pair: the time is their square.
const PAIRWISE: usize = 300;

/// Forces find the rough order; where nodes are few enough to look at each pair, stress evens it out.
fn arrange(adjacent: &[Vec<usize>], need: &dyn Fn(usize, usize) -> f64) -> Vec<Point> {
    let mut points = spread(adjacent);
    if adjacent.len() > 2 && adjacent.len() <= PAIRWISE {
        even_out(&mut points, adjacent, need);
    }
    points
}

/// Moves nodes until their distances are like those along the edges (stress majorization after Gansner, Koren and
/// North). An edge is as long as its ends have different neighbours, so hubs get room and clusters stay close; one
/// with a label is as long as that needs, and little longer.
fn even_out(points: &mut [Point], adjacent: &[Vec<usize>], need: &dyn Fn(usize, usize) -> f64) {
    let count = points.len();
    let length = |a: usize, b: usize| {
        let shared = adjacent[a]
            .iter()
            .filter(|n| adjacent[b].binary_search(n).is_ok())
            .count();
        let all = adjacent[a].len() + adjacent[b].len() - shared;
        let free = ((all - shared) as f64).sqrt().max(1.0);
        match need(a, b) {
            0.0 => free,
            need => (need / UNIT).max(free.min(2.5)),
        }
    };
    let mut joined: UnGraph<(), f64> = UnGraph::default();
    for _ in 0..count {
        joined.add_node(());
    }
    for (from, near) in adjacent.iter().enumerate() {
        for &to in near.iter().filter(|&&to| to > from) {
            joined.add_edge(NodeIndex::new(from), NodeIndex::new(to), length(from, to));
        }
    }
    let mut wanted = vec![0.0; count * count];
    for from in 0..count {
        for (to, distance) in dijkstra(&joined, NodeIndex::new(from), None, |edge| *edge.weight()) {
            wanted[from * count + to.index()] = distance;
        }
    }
    // The forces' picture may have another size: begin with the one that fits best.
    let (mut fit, mut size) = (0.0, 0.0);
    for a in 0..count {
        for b in 0..a {
            let (is, should) = ((points[a] - points[b]).length(), wanted[a * count + b]);
            fit += is / should;
            size += is * is / (should * should);
        }
    }
    if size > 0.0 {
        for point in points.iter_mut() {
            *point = *point * (fit / size);
        }
    }
    for _ in 0..150 {
        for node in 0..count {
            let (mut sum, mut weights) = (Point::default(), 0.0);
            for other in (0..count).filter(|&other| other != node) {
                let should = wanted[node * count + other];
                let weight = 1.0 / (should * should);
                let apart = points[node] - points[other];
                let is = apart.length();
                let place = if is > 0.0 {
                    points[other] + apart * (should / is)
                } else {
                    points[node]
                };
                sum += place * weight;
                weights += weight;
            }
            points[node] = sum * (1.0 / weights);
        }
    }
    let mean = joined.edge_weights().sum::<f64>() / joined.edge_count() as f64;
    for _ in 0..60 {
        let mut force = vec![Point::default(); count];
        clear_lines(points, adjacent, &mut force, mean * 0.4);
        for (point, force) in points.iter_mut().zip(&force) {
            *point += *force * 0.2;
        }
    }
}

/// Pull to the middle, by distance: it holds a disc of even density together, where without it the outermost nodes
/// would be driven off by the weight of all others.
const GRAVITY: f64 = 0.5;

/// Fruchterman and Reingold's forces, the repulsion summed by Barnes and Hut's tree. The unit is the length that two
/// joined nodes of degree one would like to be apart.
fn spread(adjacent: &[Vec<usize>]) -> Vec<Point> {
    let count = adjacent.len();
    let mut points = seed(adjacent);
    let rounds = (600_000 / count).clamp(60, 600);
    let mass: Vec<f64> = adjacent.iter().map(|near| 1.0 + near.len() as f64 * 0.22).collect();
    let mut force = vec![Point::default(); count];
    let mut tree = Tree::default();
    for round in 0..rounds {
        tree.build(&points, &mass);
        for node in 0..count {
            let push = tree.repulsion(node, points[node], &points, &mass);
            let pull = (tree.cells[0].centre - points[node]) * GRAVITY;
            force[node] = (push + pull) * mass[node];
        }
        for (node, near) in adjacent.iter().enumerate() {
            for &other in near.iter().filter(|&&other| other > node) {
                let apart = points[other] - points[node];
                let pull = apart * apart.length();
                force[node] += pull;
                force[other] += pull * -1.0;
            }
        }
        let left = 1.0 - round as f64 / rounds as f64;
        let longest_step = 0.02 + (count as f64).sqrt() * 0.15 * left * left;
        for (point, force) in points.iter_mut().zip(&force) {
            let length = force.length();
            if length > 0.0 {
                *point += *force * (length.min(longest_step) / length);
            }
        }
    }
    points
}

/// Pushes nodes off the lines between others, up to `reach` from them; the line's ends yield as much.
fn clear_lines(points: &[Point], adjacent: &[Vec<usize>], force: &mut [Point], reach: f64) {
    for (from, near) in adjacent.iter().enumerate() {
        for &to in near.iter().filter(|&&to| to > from) {
            let line = points[to] - points[from];
            let squared = line.x * line.x + line.y * line.y;
            if squared == 0.0 {
                continue;
            }
            for node in 0..points.len() {
                if node == from || node == to {
                    continue;
                }
                let offset = points[node] - points[from];
                let along = (offset.x * line.x + offset.y * line.y) / squared;
                if !(0.05..=0.95).contains(&along) {
                    continue;
                }
                let away = offset - line * along;
                let distance = away.length();
                if distance < reach && distance > 0.0 {
                    let push = away * ((reach - distance) / distance);
                    force[node] += push;
                    force[from] += push * (along - 1.0);
                    force[to] += push * -along;
                }
            }
        }
    }
}

/// A quadtree over the nodes; each cell knows its mass and centre of mass.
#[derive(Default)]
struct Tree {
    cells: Vec<Cell>,
    /// Next node in the same cell of the deepest level, by node.
    next: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Cell {
    middle: Point,
    half: f64,
    mass: f64,
    /// Sum of positions times masses; centre of mass once built.
    centre: Point,
    /// Index of the first of four children; 0 for a leaf.
    children: u32,
    /// First node in a leaf.
    node: u32,
}

const NONE: u32 = u32::MAX;
const DEEPEST: usize = 24;
/// A cell whose width is less than this part of its distance counts as one body.
const OPENING: f64 = 0.9;

impl Tree {
    fn build(&mut self, points: &[Point], mass: &[f64]) {
        self.cells.clear();
        self.next.clear();
        self.next.resize(points.len(), NONE);
        let (mut least, mut most) = (points[0], points[0]);
        for point in points {
            least = Point::new(least.x.min(point.x), least.y.min(point.y));
            most = Point::new(most.x.max(point.x), most.y.max(point.y));
        }
        let half = ((most.x - least.x).max(most.y - least.y) * 0.5).max(1e-9);
        self.cells.push(Cell::empty((least + most) * 0.5, half));
        for node in 0..points.len() {
            self.insert(node, points, mass);
        }
        for cell in &mut self.cells {
            if cell.mass > 0.0 {
                cell.centre = cell.centre * (1.0 / cell.mass);
            }
        }
    }

    fn insert(&mut self, node: usize, points: &[Point], mass: &[f64]) {
        let (mut at, mut depth) = (0, 0);
        loop {
            let cell = &mut self.cells[at];
            cell.mass += mass[node];
            cell.centre += points[node] * mass[node];
            if cell.children == 0 {
                if cell.node == NONE || depth == DEEPEST {
                    self.next[node] = cell.node;
                    cell.node = node as u32;
                    return;
                }
                let resident = cell.node as usize;
                cell.node = NONE;
                let (middle, half) = (cell.middle, cell.half * 0.5);
                let first = self.cells.len();
                self.cells[at].children = first as u32;
                for quarter in 0..4 {
                    let x = if quarter & 1 == 0 { -half } else { half };
                    let y = if quarter & 2 == 0 { -half } else { half };
                    self.cells.push(Cell::empty(middle + Point::new(x, y), half));
                }
                let child = &mut self.cells[first + quarter(points[resident], middle)];
                child.mass = mass[resident];
                child.centre = points[resident] * mass[resident];
                child.node = resident as u32;
            }
            at = self.cells[at].children as usize + quarter(points[node], self.cells[at].middle);
            depth += 1;
        }
    }

    /// Push on a unit of mass at `here`, falling off with distance.
    fn repulsion(&self, node: usize, here: Point, points: &[Point], mass: &[f64]) -> Point {
        let mut sum = Point::default();
        let mut stack = [0u32; 4 * (DEEPEST + 1)];
        let mut height = 1;
        while height > 0 {
            height -= 1;
            let cell = &self.cells[stack[height] as usize];
            if cell.mass == 0.0 {
                continue;
            }
            if cell.children == 0 {
                let mut other = cell.node;
                while other != NONE {
                    let index = other as usize;
                    if index != node {
                        let mut away = here - points[index];
                        if away.x == 0.0 && away.y == 0.0 {
                            // Two nodes on one spot part in the order of their numbers.
                            away = Point::new(if node < index { -1e-3 } else { 1e-3 }, 0.0);
                        }
                        sum += away * (mass[index] / (away.x * away.x + away.y * away.y));
                    }
                    other = self.next[index];
                }
                continue;
            }
            let away = here - cell.centre;
            let squared = away.x * away.x + away.y * away.y;
            let width = cell.half * 2.0;
            if width * width < OPENING * OPENING * squared {
                sum += away * (cell.mass / squared);
            } else {
                for child in 0..4 {
                    stack[height] = cell.children + child;
                    height += 1;
                }
            }
        }
        sum
    }
}

impl Cell {
    fn empty(middle: Point, half: f64) -> Cell {
        Cell {
            middle,
            half,
            mass: 0.0,
            centre: Point::default(),
            children: 0,
            node: NONE,
        }
    }
}

fn quarter(point: Point, middle: Point) -> usize {
    usize::from(point.x >= middle.x) + 2 * usize::from(point.y >= middle.y)
}

/// Turns the points around their middle until they are widest from left to right.
fn level(points: &mut [Point]) {
    let middle = points.iter().fold(Point::default(), |sum, &point| sum + point) * (1.0 / points.len() as f64);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for point in points.iter_mut() {
        *point = *point - middle;
        xx += point.x * point.x;
        xy += point.x * point.y;
        yy += point.y * point.y;
    }
    // The eigenvector of the larger eigenvalue of the covariance.
    let half_difference = (xx - yy) * 0.5;
    let root = (half_difference * half_difference + xy * xy).sqrt();
    let mut axis = if half_difference >= 0.0 {
        Point::new(half_difference + root, xy)
    } else {
        Point::new(xy, root - half_difference)
    };
    if axis.length() == 0.0 {
        return;
    }
    if axis.x < 0.0 {
        axis = axis * -1.0;
    }
    axis = axis * (1.0 / axis.length());
    for point in points {
        *point = Point::new(point.x * axis.x + point.y * axis.y, point.y * axis.x - point.x * axis.y);
    }
}

/// From the units of [`spread`] to pixels: edges long enough to see, and space for the boxes.
fn scale_to(points: &mut [Point], adjacent: &[Vec<usize>], boxes: &[Extent], need: &dyn Fn(usize, usize) -> f64) {
    let (mut length, mut edges, mut needed_length) = (0.0, 0.0, 0.0);
    for (node, near) in adjacent.iter().enumerate() {
        for &other in near {
            length += (points[other] - points[node]).length();
            edges += 1.0;
            needed_length += need(node, other).max(EDGE);
        }
    }
    if edges == 0.0 {
        return;
    }
    let nothing = vec![
        Extent {
            half_width: 0.0,
            above: 0.0,
            below: 0.0
        };
        points.len()
    ];
    let (left, top, right, bottom) = bounds(points, &nothing);
    let needed: f64 = boxes
        .iter()
        .map(|b| (b.half_width * 2.0 + GAP.x) * (b.above + b.below + GAP.y))
        .sum();
    let area = ((right - left) * (bottom - top)).max(1e-9);
    let factor = if length > 0.0 { needed_length / length } else { EDGE };
    // Boxes should cover at most a quarter; two nodes have no area to speak of, and need none.
    let roomy = if points.len() > 2 {
        (needed * 4.0 / (area * STRETCH)).sqrt().min(factor * 2.0)
    } else {
        0.0
    };
    let mut factor = factor.max(roomy);
    // Nine labelled lines in ten should have the length that they need.
    let mut short: Vec<f64> = Vec::new();
    for (node, near) in adjacent.iter().enumerate() {
        for &other in near.iter().filter(|&&other| other > node) {
            let line = points[other] - points[node];
            let length = Point::new(line.x * STRETCH, line.y).length() * factor;
            if need(node, other) > 0.0 && length > 0.0 {
                short.push(need(node, other) / length);
            }
        }
    }
    short.sort_by(f64::total_cmp);
    if let Some(&most) = short.get(short.len() * 9 / 10) {
        factor *= most.clamp(1.0, 1.6);
    }
    for point in points {
        *point = Point::new(point.x * factor * STRETCH, point.y * factor);
    }
}

/// Pushes boxes apart along the shorter way until none lies on another.
fn separate(points: &mut [Point], boxes: &[Extent]) {
    let mut order: Vec<usize> = (0..points.len()).collect();
    // Growing the whole picture makes room where pushing goes in circles, so this ends: boxes keep their size. Pushing
    // makes the smaller picture and growing is quicker, so the more nodes, the sooner it grows.
    let (rounds, growth) = match points.len() {
        0..=1000 => (60, 1.06),
        count => ((60_000 / count).max(5), 1.12),
    };
    loop {
        for _ in 0..rounds {
            order.sort_by(|&a, &b| {
                let top = |node: usize| points[node].y - boxes[node].above;
                top(a).total_cmp(&top(b)).then(a.cmp(&b))
            });
            let mut touched = false;
            for (position, &a) in order.iter().enumerate() {
                for &b in &order[position + 1..] {
                    // Pushes within this round move boxes by less than they are high; the next round sees the rest.
                    if points[b].y - boxes[b].above > points[a].y + boxes[a].below + GAP.y {
                        break;
                    }
                    if let Some(push) = overlap(points[a], boxes[a], points[b], boxes[b], a < b) {
                        points[a] = points[a] - push * 0.5;
                        points[b] += push * 0.5;
                        touched = true;
                    }
                }
            }
            if !touched {
                return;
            }
        }
        for point in points.iter_mut() {
            *point = *point * growth;
        }
    }
}

/// How far `b` must move away from `a`, the shorter way; `None` if the boxes are apart.
fn overlap(a: Point, a_box: Extent, b: Point, b_box: Extent, a_first: bool) -> Option<Point> {
    // A hair more than needed, so that rounding can't leave a touch.
    const HAIR: f64 = 1e-6;
    let apart_x = b.x - a.x;
    let x = a_box.half_width + b_box.half_width + GAP.x - apart_x.abs();
    let middle = |at: Point, of: Extent| at.y + (of.below - of.above) * 0.5;
    let apart_y = middle(b, b_box) - middle(a, a_box);
    let y = (a_box.above + a_box.below + b_box.above + b_box.below) * 0.5 + GAP.y - apart_y.abs();
    if x <= HAIR || y <= HAIR {
        return None;
    }
    let sign = |apart: f64| {
        if apart > 0.0 || (apart == 0.0 && a_first) {
            1.0
        } else {
            -1.0
        }
    };
    Some(if x < y {
        Point::new(sign(apart_x) * (x + HAIR), 0.0)
    } else {
        Point::new(0.0, sign(apart_y) * (y + HAIR))
    })
}

/// Left, top, right, bottom.
fn bounds(points: &[Point], boxes: &[Extent]) -> (f64, f64, f64, f64) {
    let mut all = (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
    for (point, extent) in points.iter().zip(boxes) {
        all.0 = all.0.min(point.x - extent.half_width);
        all.1 = all.1.min(point.y - extent.above);
        all.2 = all.2.max(point.x + extent.half_width);
        all.3 = all.3.max(point.y + extent.below);
    }
    all
}

/// Upper left corners of rectangles, the largest first, and width and height of the whole: below each other, or the
/// rest beside the largest, whichever takes less.
fn pack(sizes: &[(f64, f64)]) -> (Vec<Point>, f64, f64) {
    let area: f64 = sizes.iter().map(|(width, height)| (width + SEA) * (height + SEA)).sum();
    let widest = |sizes: &[(f64, f64)]| sizes.iter().map(|size| size.0 + SEA).fold(0.0, f64::max);
    let below = (area * 1.5).sqrt().max(widest(sizes));
    let beside = widest(sizes) + widest(sizes.get(1..).unwrap_or_default());
    let packed = [below, below.max(beside)].map(|room| pack_within(sizes, room));
    let [below, beside] = packed;
    if beside.1 * beside.2 < below.1 * below.2 {
        beside
    } else {
        below
    }
}

/// Rectangles laid under a skyline, no wider than `room` if the widest allows.
fn pack_within(sizes: &[(f64, f64)], room: f64) -> (Vec<Point>, f64, f64) {
    // Left end and depth of each step of the skyline, from left to right.
    let mut skyline = vec![(0.0, 0.0)];
    let mut corners = Vec::with_capacity(sizes.len());
    let (mut right, mut bottom) = (0.0_f64, 0.0_f64);
    for &(width, height) in sizes {
        let (needed, mut best) = (width + SEA, (f64::INFINITY, 0.0));
        for (step, &(left, _)) in skyline.iter().enumerate() {
            if left + needed > room && left > 0.0 {
                break;
            }
            let depth = skyline[step..]
                .iter()
                .take_while(|&&(start, _)| start < left + needed)
                .map(|step| step.1)
                .fold(0.0, f64::max);
            if depth < best.0 {
                best = (depth, left);
            }
        }
        let (top, left) = best;
        corners.push(Point::new(left, top));
        right = right.max(left + width);
        bottom = bottom.max(top + height);
        let end = left + needed;
        let depth_at_end = skyline
            .iter()
            .take_while(|&&(start, _)| start <= end)
            .last()
            .map_or(0.0, |step| step.1);
        skyline.retain(|&(start, _)| start < left || start > end);
        skyline.extend([(left, top + height + SEA), (end, depth_at_end)]);
        skyline.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    (corners, right, bottom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extents(count: usize) -> Vec<Extent> {
        (0..count)
            .map(|n| Extent {
                half_width: 20.0 + (n % 7) as f64 * 8.0,
                above: 12.0,
                below: 30.0,
            })
            .collect()
    }

    fn unlabelled(pairs: &[(u32, u32)]) -> Vec<(u32, u32, f64)> {
        pairs.iter().map(|&(a, b)| (a, b, 0.0)).collect()
    }

    fn overlapping(points: &[Point], boxes: &[Extent]) -> usize {
        let mut found = 0;
        for a in 0..points.len() {
            for b in a + 1..points.len() {
                let x = (points[a].x - points[b].x).abs() < boxes[a].half_width + boxes[b].half_width;
                let y = points[a].y - boxes[a].above < points[b].y + boxes[b].below
                    && points[b].y - boxes[b].above < points[a].y + boxes[a].below;
                found += usize::from(x && y);
            }
        }
        found
    }

    #[test]
    fn no_box_lies_on_another_and_all_lie_inside() {
        let star: Vec<(u32, u32)> = (1..40).map(|leaf| (0, leaf)).collect();
        let ring: Vec<(u32, u32)> = (0..50).map(|n| (n, (n + 1) % 50)).collect();
        let clique: Vec<(u32, u32)> = (0..20).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
        for (count, pairs) in [
            (0, vec![]),
            (1, vec![]),
            (30, vec![]),
            (40, star),
            (60, ring),
            (25, clique),
        ] {
            let boxes = extents(count);
            let (points, width, height) = layout(&boxes, &unlabelled(&pairs));
            assert_eq!(overlapping(&points, &boxes), 0, "{count} nodes");
            for (point, extent) in points.iter().zip(&boxes) {
                assert!(point.x - extent.half_width >= -1e-6 && point.x + extent.half_width <= width + 1e-6);
                assert!(point.y - extent.above >= -1e-6 && point.y + extent.below <= height + 1e-6);
            }
        }
    }

    #[test]
    fn lines_have_room_for_their_labels() {
        let pairs: Vec<(u32, u32, f64)> = (1..9).map(|leaf| (0, leaf, 150.0)).chain([(1, 2, 150.0)]).collect();
        let boxes = extents(9);
        let (points, ..) = layout(&boxes, &pairs);
        for &(a, b, need) in &pairs {
            let length = (points[a as usize] - points[b as usize]).length();
            assert!(length > need * 0.8, "{a} {b}: {length}");
        }
    }

    #[test]
    fn the_tree_sums_like_the_plain_sum() {
        let points: Vec<Point> = (0..200)
            .map(|n| Point::new(f64::from(n * 37 % 101), f64::from(n * 53 % 97)))
            .collect();
        let mass = vec![1.0; points.len()];
        let mut tree = Tree::default();
        tree.build(&points, &mass);
        for (node, &here) in points.iter().enumerate() {
            let mut plain = Point::default();
            for (other, &there) in points.iter().enumerate() {
                if other != node {
                    let away = here - there;
                    plain += away * (1.0 / (away.x * away.x + away.y * away.y));
                }
            }
            let tree = tree.repulsion(node, here, &points, &mass);
            assert!(
                (tree - plain).length() < 0.15 * plain.length().max(1.0),
                "{node}: {tree:?} {plain:?}"
            );
        }
    }

    #[test]
    fn joined_nodes_lie_nearer_than_others() {
        // Two cliques of ten with one bridge.
        let mut pairs: Vec<(u32, u32)> = (0..10).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
        pairs.extend((10..20).flat_map(|a| (10..a).map(move |b| (a, b))));
        pairs.push((0, 10));
        let boxes = vec![
            Extent {
                half_width: 5.0,
                above: 5.0,
                below: 5.0
            };
            20
        ];
        let (points, ..) = layout(&boxes, &unlabelled(&pairs));
        let mean = |pairs: &[(usize, usize)]| {
            pairs
                .iter()
                .map(|&(a, b)| (points[a] - points[b]).length())
                .sum::<f64>()
                / pairs.len() as f64
        };
        let within: Vec<(usize, usize)> = (0..10).flat_map(|a| (0..a).map(move |b| (a, b))).collect();
        let between: Vec<(usize, usize)> = (0..10).flat_map(|a| (10..20).map(move |b| (a, b))).collect();
        assert!(
            mean(&within) * 1.5 < mean(&between),
            "{} {}",
            mean(&within),
            mean(&between)
        );
    }
}
