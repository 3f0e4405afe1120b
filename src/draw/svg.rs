//! A picture for print: white ground, every label readable without a pointer, a legend and a caption.

use super::Language;
use super::layout::Point;
use super::style::{self, COMMUNITIES, Colour, Group, KINDS, STATUSES, ems, of_kind};
use super::view::{ColouredBy, LINK_FONT, Link, Placed, View, grouped};
use super::xml::{Escaped, Number};
use crate::claim::Status;
use crate::entity::EntityType;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Fonts that have Chinese on the systems in use, first those whose characters have the shapes that the reader's script
/// gives them.
pub(super) fn fonts(language: Language) -> &'static str {
    match language {
        Language::Simplified => {
            "'Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei','Source Han Sans SC',\
             'WenQuanYi Micro Hei','Noto Sans CJK TC',system-ui,sans-serif"
        }
        Language::Traditional | Language::English => {
            "'Noto Sans TC','Noto Sans CJK TC','PingFang TC','Microsoft JhengHei','Source Han Sans TC',\
             'WenQuanYi Micro Hei','Noto Sans CJK SC',system-ui,sans-serif"
        }
    }
}

const MARGIN: f64 = 28.0;
const INK: &str = "#1c2530";
const MUTED: &str = "#5b6673";

/// How a scene will be seen.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum For {
    /// Lines are labelled when few.
    Print,
    /// With a script, which numbers the elements, lets them take the keyboard's focus and adds what is shown only when
    /// pointed at: what it can make is not written down, so that a large graph is a small page.
    Screen,
}

/// The view as SVG.
pub(super) fn svg(view: &View<'_>) -> String {
    // A large picture is seen from further away: what surrounds it grows with it.
    let unit = (view.width.max(view.height) / 1500.0).max(1.0);
    let margin = MARGIN * unit;
    let width = (view.width + 2.0 * margin).max(640.0 * unit);
    let inner = width - 2.0 * margin;

    let language = view.graph.language;
    let mut caption = view.drawn_caption();
    let facts = view.counts.facts.shown;
    if facts > 0 {
        caption.push(language.count("facts", facts, &[("count", &grouped(facts))]));
    }
    // Bold is wider.
    let title_lines = wrapped(&[style::one_line(&view.title)], " ", inner / (24.0 * unit));
    let caption_lines = wrapped(&caption, " · ", inner / (12.5 * unit));
    let head = margin + title_lines.len() as f64 * 28.0 * unit + caption_lines.len() as f64 * 18.0 * unit + 16.0 * unit;
    let (legend, legend_height) = legend(view, unit, inner);
    let height = head + view.height + 24.0 * unit + legend_height + margin;

    let mut out = String::new();
    let (w, h) = (Number(width.ceil()), Number(height.ceil()));
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
         role=\"img\" aria-labelledby=\"title caption\" xml:lang=\"{language}\" font-family=\"{}\">",
        Escaped(fonts(language))
    );
    let _ = writeln!(out, "<title id=\"title\">{}</title>", Escaped(&view.title));
    let _ = writeln!(out, "<desc id=\"caption\">{}</desc>", Escaped(&caption.join(" · ")));
    let _ = writeln!(out, "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
    let mut baseline = margin;
    for line in &title_lines {
        baseline += 22.0 * unit;
        text(&mut out, margin, baseline, 22.0 * unit, INK, Some("600"), line);
        baseline += 6.0 * unit;
    }
    for line in &caption_lines {
        baseline += 14.0 * unit;
        text(&mut out, margin, baseline, 12.5 * unit, MUTED, None, line);
        baseline += 4.0 * unit;
    }
    let left = margin + (inner - view.width).max(0.0) * 0.5;
    let _ = writeln!(out, "<g transform=\"translate({} {})\">", Number(left), Number(head));
    scene(&mut out, view, For::Print);
    let _ = writeln!(out, "</g>");
    let top = head + view.height + 24.0 * unit;
    let _ = writeln!(
        out,
        "<g class=\"legend\" transform=\"translate({} {})\">",
        Number(margin),
        Number(top)
    );
    out.push_str(&legend);
    let _ = writeln!(out, "</g>\n</svg>");
    out
}

fn text(out: &mut String, x: f64, y: f64, size: f64, colour: &str, weight: Option<&str>, content: &str) {
    let _ = write!(
        out,
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{colour}\"",
        Number(x),
        Number(y),
        Number(size)
    );
    if let Some(weight) = weight {
        let _ = write!(out, " font-weight=\"{weight}\"");
    }
    let _ = writeln!(out, ">{}</text>", Escaped(content));
}

/// Parts set in lines of at most `limit` ems, broken between parts, or between characters where one part is longer
/// than a line.
fn wrapped(parts: &[String], separator: &str, limit: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if ems(line) + ems(separator) + ems(part) <= limit => {
                line.push_str(separator);
                line.push_str(part);
            }
            _ => {
                let mut line = String::new();
                let mut width = 0.0;
                for character in part.chars() {
                    width += ems(character.encode_utf8(&mut [0; 4]));
                    if width > limit && !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                        width = ems(character.encode_utf8(&mut [0; 4]));
                    }
                    line.push(character);
                }
                lines.push(line);
            }
        }
    }
    lines
}

/// Lines and nodes in the coordinates of the view.
pub(super) fn scene(out: &mut String, view: &View<'_>, seen: For) {
    let curves = curves(view);
    let _ = writeln!(out, "<g class=\"links\" fill=\"none\" stroke-linecap=\"round\">");
    for (index, (link, curve)) in view.links.iter().zip(&curves).enumerate() {
        draw_link(out, index, link, curve, seen, view);
    }
    let _ = writeln!(out, "</g>");
    if view.nodes.is_empty() {
        text(
            out,
            0.0,
            0.0,
            15.0,
            MUTED,
            None,
            &view.graph.language.say("nothing", &[]),
        );
    }
    let _ = writeln!(out, "<g class=\"nodes\" text-anchor=\"middle\">");
    for (index, node) in view.nodes.iter().enumerate() {
        draw_node(out, index, node, view, seen);
    }
    let _ = writeln!(out, "</g>");
    let few = view.labels_links();
    if few {
        let _ = writeln!(
            out,
            "<g class=\"link-labels few\" text-anchor=\"middle\" font-size=\"{LINK_FONT}\" paint-order=\"stroke\" stroke=\"#ffffff\" \
             stroke-width=\"4\" stroke-linejoin=\"round\">"
        );
        for (index, (link, curve)) in view.links.iter().zip(&curves).enumerate() {
            let label = view.link_label(link);
            let place = view.link_labels[index];
            let at = match (place, seen) {
                (Some(place), _) => place,
                (None, For::Print) => continue,
                (None, For::Screen) => curve.at(0.5),
            };
            let crowded = if place.is_none() { " crowded" } else { "" };
            let _ = writeln!(
                out,
                "<text class=\"of-link{crowded}\" data-link=\"{index}\" x=\"{}\" y=\"{}\" fill=\"{}\">{}</text>",
                Number(at.x),
                Number(at.y + 3.5),
                Group::of(&link.predicate).colour(),
                Escaped(&label)
            );
        }
        let _ = writeln!(out, "</g>");
    }
}

/// The line of a link: a quadratic curve, already cut where it meets the two nodes.
struct Curve {
    from: Point,
    bend: Point,
    to: Point,
}

impl Curve {
    fn at(&self, t: f64) -> Point {
        let s = 1.0 - t;
        self.from * (s * s) + self.bend * (2.0 * s * t) + self.to * (t * t)
    }

    /// The part between two parameters.
    fn part(&self, t0: f64, t1: f64) -> Curve {
        let from = self.at(t0);
        let tangent = (self.bend - self.from) * (1.0 - t0) + (self.to - self.bend) * t0;
        Curve {
            from,
            bend: from + tangent * (t1 - t0),
            to: self.at(t1),
        }
    }
}

/// One curve a link; links between the same two nodes fan out.
fn curves(view: &View<'_>) -> Vec<Curve> {
    let pair = |link: &Link| (link.subject.min(link.object), link.subject.max(link.object));
    let fans: BTreeMap<(usize, usize), usize> = style::tally(view.links.iter().map(pair));
    let mut drawn: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    view.links
        .iter()
        .map(|link| {
            let ends = pair(link);
            let lane = drawn.entry(ends).or_default();
            let (subject, object) = (&view.nodes[link.subject], &view.nodes[link.object]);
            let curve = if link.subject == link.object {
                loop_at(subject, *lane)
            } else {
                let side = (*lane as f64 - (fans[&ends] as f64 - 1.0) * 0.5) * 26.0;
                between(subject, object, if link.subject < link.object { side } else { -side })
            };
            *lane += 1;
            curve
        })
        .collect()
}

fn between(subject: &Placed, object: &Placed, side: f64) -> Curve {
    let (from, to) = (subject.centre(), object.centre());
    let apart = to - from;
    let length = apart.length().max(1e-9);
    // The curve's middle is half as far out as its control point.
    let bend = (from + to) * 0.5 + apart.normal() * (2.0 * side.clamp(-length * 0.4, length * 0.4) / length);
    let whole = Curve { from, bend, to };
    let steps = 96;
    let at = |step: i32| whole.at(f64::from(step) / f64::from(steps));
    let leaves = (0..=steps).find(|&step| !subject.covers(at(step), 2.0));
    let arrives = (0..=steps).rev().find(|&step| !object.covers(at(step), 3.0));
    match (leaves, arrives) {
        (Some(leaves), Some(arrives)) if leaves < arrives => whole.part(
            f64::from(leaves) / f64::from(steps),
            f64::from(arrives) / f64::from(steps),
        ),
        _ => whole,
    }
}

/// A loop above its node; a further one is higher.
fn loop_at(node: &Placed, lane: usize) -> Curve {
    let out = node.radius + 2.0;
    let centre = node.centre();
    let height = out * 2.0 + 26.0 + 18.0 * lane as f64;
    Curve {
        from: centre + Point::new(-out * 0.7, -out * 0.7),
        bend: centre + Point::new(0.0, -height),
        to: centre + Point::new(out * 0.7, -out * 0.7),
    }
}

fn draw_link(out: &mut String, index: usize, link: &Link, curve: &Curve, seen: For, view: &View<'_>) {
    let colour = Group::of(&link.predicate).colour();
    let width = 1.3 + ((link.claims.len() - 1) as f64).sqrt().min(4.0) * 0.7;
    let head = 5.0 + width * 1.6;
    let run = (curve.to - curve.from).length();
    // The line ends inside the arrow head, or its blunt end would show beside the tip.
    let stop = if link.symmetric || run <= head * 1.2 {
        1.0
    } else {
        1.0 - head * 0.6 / run
    };
    let line = curve.part(0.0, stop);
    let path = format!(
        "M{} {}Q{} {} {} {}",
        Number(line.from.x),
        Number(line.from.y),
        Number(line.bend.x),
        Number(line.bend.y),
        Number(line.to.x),
        Number(line.to.y)
    );
    let status = style::status_name(link.status);
    if seen == For::Screen {
        let _ = write!(out, "<g class=\"link {status}\" stroke=\"{colour}\">");
    } else {
        let (subject, object) = (&view.nodes[link.subject], &view.nodes[link.object]);
        let _ = write!(
            out,
            "<g class=\"link {status}\" data-link=\"{index}\" stroke=\"{colour}\"><title>{} — {} ({status}) → {}</title>",
            Escaped(&view.entity(subject).label),
            Escaped(&view.link_label(link)),
            Escaped(&view.entity(object).label)
        );
    }
    let _ = write!(
        out,
        "<path d=\"{path}\" stroke-width=\"{}\" stroke-opacity=\"0.8\"",
        Number(width)
    );
    if let Some(dashes) = style::dashes(link.status) {
        let _ = write!(out, " stroke-dasharray=\"{dashes}\"");
    }
    out.push_str("/>");
    if !link.symmetric {
        let direction = curve.to - curve.part(0.0, 0.92).to;
        let direction = direction * (1.0 / direction.length().max(1e-9));
        let back = curve.to - direction * head;
        let wing = direction.normal() * (head * 0.42);
        let (a, b) = (back + wing, back - wing);
        let _ = write!(
            out,
            "<path class=\"head\" d=\"M{} {}L{} {}L{} {}Z\" fill=\"{colour}\" stroke=\"none\"/>",
            Number(curve.to.x),
            Number(curve.to.y),
            Number(a.x),
            Number(a.y),
            Number(b.x),
            Number(b.y)
        );
    }
    if link.status == Status::Negated {
        // A bar across the middle: what is denied reads as struck out.
        let middle = curve.at(0.5);
        let along = curve.at(0.52) - curve.at(0.48);
        let along = along * (1.0 / along.length().max(1e-9));
        let bar = (along + along.normal()) * 5.0;
        let (a, b) = (middle + bar, middle - bar);
        let _ = write!(
            out,
            "<path d=\"M{} {}L{} {}\" stroke-width=\"2\"/>",
            Number(a.x),
            Number(a.y),
            Number(b.x),
            Number(b.y)
        );
    }
    out.push_str("</g>\n");
}

/// Where the label of each link stands: on no node, no name and no other label. Short ones are placed last, as they
/// find room where long ones don't.
pub(super) fn label_places(view: &View<'_>) -> Vec<Option<Point>> {
    let curves = curves(view);
    let mut taken: Vec<(f64, f64, f64, f64)> = view.nodes.iter().map(Placed::bounds).collect();
    let widths: Vec<f64> = view
        .links
        .iter()
        .map(|link| ems(&view.link_label(link)) * LINK_FONT)
        .collect();
    let mut order: Vec<usize> = (0..widths.len()).collect();
    order.sort_by(|&a, &b| widths[b].total_cmp(&widths[a]).then(a.cmp(&b)));
    let mut places = vec![None; widths.len()];
    for index in order {
        places[index] = free_spot(&curves[index], widths[index], (view.width, view.height), &mut taken);
    }
    places
}

/// Where a label of this width lies on nothing yet and inside the picture, as near to the middle of its line as can be.
fn free_spot(
    curve: &Curve,
    width: f64,
    (right_end, bottom_end): (f64, f64),
    taken: &mut Vec<(f64, f64, f64, f64)>,
) -> Option<Point> {
    let along = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];
    let aside = width * 0.5 + 6.0;
    let beside = [
        (0.0, 0.0),
        (0.0, -9.0),
        (0.0, 9.0),
        (-aside, 0.0),
        (aside, 0.0),
        (0.0, -16.0),
        (0.0, 16.0),
    ];
    for ((x, y), t) in beside.into_iter().flat_map(|beside| along.map(|t| (beside, t))) {
        let spot = curve.at(t) + Point::new(x, y);
        let (left, top, right, bottom) = (spot.x - width * 0.5, spot.y - 6.5, spot.x + width * 0.5, spot.y + 6.5);
        // Around the picture there is a margin.
        let inside =
            left > -MARGIN * 0.8 && right < right_end + MARGIN * 0.8 && top > -8.0 && bottom < bottom_end + 8.0;
        if inside
            && taken
                .iter()
                .all(|&(l, t, r, b)| right <= l || r <= left || bottom <= t || b <= top)
        {
            taken.push((left, top, right, bottom));
            return Some(spot);
        }
    }
    None
}

/// The outline of a node as an element, without its end.
fn outline(out: &mut String, kind: EntityType, at: Point, radius: f64) {
    let (_, shape) = of_kind(kind);
    let corners = shape.corners();
    if corners.is_empty() {
        let _ = write!(
            out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"",
            Number(at.x),
            Number(at.y),
            Number(radius)
        );
    } else {
        out.push_str("<polygon points=\"");
        for (index, &(x, y)) in corners.iter().enumerate() {
            let corner = at + Point::new(x, y) * radius;
            let _ = write!(
                out,
                "{}{},{}",
                if index > 0 { " " } else { "" },
                Number(corner.x),
                Number(corner.y)
            );
        }
        out.push_str("\" stroke-linejoin=\"round\"");
    }
}

/// A node of this type for a legend, around the origin.
pub(super) fn symbol(kind: EntityType, colour: Option<Colour>) -> String {
    let mut out = String::new();
    outline(&mut out, kind, Point::default(), 6.0);
    let _ = match colour {
        Some(colour) => write!(out, " fill=\"{colour}\"/>"),
        None => write!(out, " fill=\"none\" stroke=\"{MUTED}\"/>"),
    };
    out
}

fn draw_node(out: &mut String, index: usize, node: &Placed, view: &View<'_>, seen: For) {
    let entity = view.entity(node);
    let _ = write!(out, "<g class=\"node {:?}\"", entity.kind);
    if seen == For::Print {
        let _ = write!(out, " data-node=\"{index}\"><title>{}</title>", Escaped(&entity.label));
    } else {
        out.push('>');
    }
    outline(out, entity.kind, node.centre(), node.radius);
    let _ = write!(out, " fill=\"{}\"", view.colour(node));
    if seen == For::Print {
        out.push_str(" stroke=\"#ffffff\" stroke-width=\"1.5\"");
    }
    out.push_str("/>");
    if let Some(label) = &node.label {
        let _ = write!(
            out,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\"",
            Number(node.x),
            Number(node.y + node.radius + super::view::LABEL_GAP + node.font_size * 0.95),
            Number(node.font_size),
        );
        if seen == For::Print {
            let _ = write!(
                out,
                " fill=\"{INK}\" paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"3\" stroke-linejoin=\"round\""
            );
        }
        if node.is_bold() {
            out.push_str(" font-weight=\"600\"");
        }
        let _ = write!(out, ">{}</text>", Escaped(label));
    }
    out.push_str("</g>\n");
}

/// What the colours, outlines and dashes mean, of those that occur; and its height.
fn legend(view: &View<'_>, unit: f64, width: f64) -> (String, f64) {
    let kinds = style::tally(view.nodes.iter().map(|node| view.entity(node).kind));
    let groups = style::tally(view.links.iter().map(|link| Group::of(&link.predicate)));
    let statuses = style::tally(view.links.iter().map(|link| link.status));
    let mut rows = Rows {
        out: String::new(),
        unit,
        width,
        x: 0.0,
        y: 0.0,
    };
    let (graph, language) = (view.graph, view.graph.language);
    for kind in KINDS {
        if let Some(&count) = kinds.get(&kind) {
            rows.entry(&format!("{} {}", graph.kind_label(kind), grouped(count)), |out, at| {
                outline(out, kind, at, 6.0 * unit);
                match view.coloured_by {
                    ColouredBy::Type => writeln!(out, " fill=\"{}\"/>", of_kind(kind).0),
                    ColouredBy::Community => writeln!(out, " fill=\"none\" stroke=\"{MUTED}\"/>"),
                }
                .unwrap_or_default();
            });
        }
    }
    rows.next_row();
    if view.coloured_by == ColouredBy::Community {
        for (colour, name, count) in named_communities(view) {
            rows.entry(&format!("{name} {}", grouped(count)), |out, at| {
                outline(out, EntityType::Company, at, 6.0 * unit);
                let _ = writeln!(out, " fill=\"{colour}\"/>");
            });
        }
        rows.next_row();
    }
    for group in Group::ALL {
        if let Some(&count) = groups.get(&group) {
            rows.entry(&format!("{} {}", group.name(language), grouped(count)), |out, at| {
                sample(out, at, unit, &group.colour().to_string(), None);
            });
        }
    }
    rows.next_row();
    for status in STATUSES {
        if let Some(&count) = statuses.get(&status) {
            rows.entry(
                &format!("{} {}", graph.status_label(status), grouped(count)),
                |out, at| {
                    sample(out, at, unit, MUTED, style::dashes(status));
                },
            );
        }
    }
    if !view.nodes.is_empty() {
        let larger = language.say("larger", &[("rank", &view.ranked_by.label(language))]);
        rows.entry(&larger, |out, at| {
            for (x, radius) in [(-7.0, 2.5), (4.0, 5.5)] {
                outline(out, EntityType::Company, at + Point::new(x * unit, 0.0), radius * unit);
                let _ = writeln!(out, " fill=\"none\" stroke=\"{MUTED}\"/>");
            }
        });
    }
    if view.links.iter().any(|link| link.claims.len() > 1) {
        rows.entry(&language.say("thicker", &[]), |out, at| {
            for (y, width) in [(-3.0, 1.3), (3.0, 3.4)] {
                let _ = writeln!(
                    out,
                    "<path d=\"M{} {}h{}\" stroke=\"{MUTED}\" stroke-width=\"{}\"/>",
                    Number(at.x - 11.0 * unit),
                    Number(at.y + y * unit),
                    Number(22.0 * unit),
                    Number(width * unit)
                );
            }
        });
    }
    rows.next_row();
    (rows.out, rows.y)
}

/// The communities that have a colour of their own, each called by its highest ranked member, and the others together.
pub(super) fn named_communities(view: &View<'_>) -> Vec<(Colour, String, usize)> {
    let language = view.graph.language;
    let mut named: Vec<(Colour, String, usize)> = Vec::new();
    let mut others = 0;
    for (community, &(top, size)) in view.communities.iter().enumerate() {
        let colour = view.colour_of_community(community);
        if colour == COMMUNITIES.len() - 1 {
            others += size;
        } else {
            let name = style::shortened(&view.entity(&view.nodes[top]).label, 15.0);
            named.push((COMMUNITIES[colour], language.say("community", &[("name", &name)]), size));
        }
    }
    if others > 0 {
        let colour = COMMUNITIES[COMMUNITIES.len() - 1];
        named.push((colour, language.say("community.others", &[]), others));
    }
    named
}

fn sample(out: &mut String, at: Point, unit: f64, colour: &str, dashes: Option<&str>) {
    let _ = write!(
        out,
        "<path d=\"M{} {}h{}\" stroke=\"{colour}\" stroke-width=\"{}\"",
        Number(at.x - 11.0 * unit),
        Number(at.y),
        Number(22.0 * unit),
        Number(2.0 * unit)
    );
    if let Some(dashes) = dashes {
        let _ = write!(out, " stroke-dasharray=\"{dashes}\" stroke-linecap=\"round\"");
    }
    out.push_str("/>\n");
}

struct Rows {
    out: String,
    unit: f64,
    width: f64,
    x: f64,
    y: f64,
}

impl Rows {
    fn entry(&mut self, label: &str, symbol: impl FnOnce(&mut String, Point)) {
        let unit = self.unit;
        let needed = (26.0 + ems(label) * 12.0 + 22.0) * unit;
        if self.x > 0.0 && self.x + needed > self.width {
            self.next_row();
        }
        symbol(&mut self.out, Point::new(self.x + 11.0 * unit, self.y + 9.0 * unit));
        text(
            &mut self.out,
            self.x + 28.0 * unit,
            self.y + 13.0 * unit,
            12.0 * unit,
            INK,
            None,
            label,
        );
        self.x += needed;
    }

    fn next_row(&mut self) {
        if self.x > 0.0 {
            self.x = 0.0;
            self.y += 22.0 * self.unit;
        }
    }
}
