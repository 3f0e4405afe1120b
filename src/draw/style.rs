//! What things look like in every format: colours, shapes, dashes, and how wide a label is.

use super::{Graph, Language};
use crate::claim::{Predicate, Status};
use crate::entity::EntityType;
use std::collections::BTreeMap;
use std::str::FromStr;

pub(super) use super::width::{ems, ems_bold};

/// All entity types, in the order of legends.
pub(super) const KINDS: [EntityType; 11] = [
    EntityType::Company,
    EntityType::Organization,
    EntityType::Person,
    EntityType::Place,
    EntityType::Product,
    EntityType::Model,
    EntityType::Chip,
    EntityType::Listing,
    EntityType::Index,
    EntityType::Benchmark,
    EntityType::Ranking,
];

/// All statuses, in the order of legends.
pub(super) const STATUSES: [Status; 4] = [Status::Asserted, Status::Planned, Status::Hedged, Status::Negated];

/// The outline of a node. Types differ in colour and outline, so that a picture printed in black and white still
/// tells a company from a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Circle,
    Square,
    Diamond,
    Triangle,
    Pentagon,
    Hexagon,
    Octagon,
}

impl Shape {
    /// Corners on a circle of radius 1 around the origin, y downwards; none for the circle itself. The figures are
    /// sines and cosines, written out because the library's differ between platforms in the last digit.
    pub(super) fn corners(self) -> &'static [(f64, f64)] {
        match self {
            Shape::Circle => &[],
            Shape::Square => &[(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)],
            Shape::Diamond => &[(0.0, -1.1), (1.1, 0.0), (0.0, 1.1), (-1.1, 0.0)],
            Shape::Triangle => &[(0.0, -1.1), (1.0, 0.75), (-1.0, 0.75)],
            Shape::Pentagon => &[
                (0.0, -1.0),
                (0.951, -0.309),
                (0.588, 0.809),
                (-0.588, 0.809),
                (-0.951, -0.309),
            ],
            Shape::Hexagon => &[
                (-1.0, 0.0),
                (-0.5, -0.866),
                (0.5, -0.866),
                (1.0, 0.0),
                (0.5, 0.866),
                (-0.5, 0.866),
            ],
            Shape::Octagon => &[
                (-0.383, -0.924),
                (0.383, -0.924),
                (0.924, -0.383),
                (0.924, 0.383),
                (0.383, 0.924),
                (-0.383, 0.924),
                (-0.924, 0.383),
                (-0.924, -0.383),
            ],
        }
    }

    /// The nearest that Graphviz has and that leaves room for a label inside.
    pub(super) fn in_dot(self) -> &'static str {
        match self {
            Shape::Circle => "ellipse",
            Shape::Square => "box",
            Shape::Diamond => "diamond",
            Shape::Triangle => "house",
            Shape::Pentagon => "parallelogram",
            Shape::Hexagon => "hexagon",
            Shape::Octagon => "octagon",
        }
    }

    /// The nearest of the four that GEXF has.
    pub(super) fn in_gexf(self) -> &'static str {
        match self {
            Shape::Circle | Shape::Hexagon | Shape::Octagon | Shape::Pentagon => "disc",
            Shape::Square => "square",
            Shape::Diamond => "diamond",
            Shape::Triangle => "triangle",
        }
    }
}

/// A colour, red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub u8, pub u8, pub u8);

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// Colour and outline of a type. Middle tones: they hold on white paper and on a dark screen.
pub(super) fn of_kind(kind: EntityType) -> (Colour, Shape) {
    match kind {
        EntityType::Company => (Colour(0x2f, 0x74, 0xc0), Shape::Circle),
        EntityType::Organization => (Colour(0x7a, 0x63, 0xb8), Shape::Square),
        EntityType::Person => (Colour(0xe0, 0x84, 0x2c), Shape::Diamond),
        EntityType::Place => (Colour(0x4f, 0x9d, 0x58), Shape::Pentagon),
        EntityType::Product => (Colour(0x1c, 0x9c, 0x9c), Shape::Hexagon),
        EntityType::Model => (Colour(0xc9, 0x45, 0x7f), Shape::Hexagon),
        EntityType::Chip => (Colour(0x96, 0x6f, 0x3c), Shape::Octagon),
        EntityType::Listing => (Colour(0x7f, 0x8b, 0x99), Shape::Square),
        EntityType::Index => (Colour(0xb8, 0x9b, 0x1f), Shape::Triangle),
        EntityType::Benchmark => (Colour(0x79, 0x8c, 0x3a), Shape::Triangle),
        EntityType::Ranking => (Colour(0xb0, 0x55, 0x4c), Shape::Triangle),
    }
}

/// Colour (`#rrggbb`) and outline (as Cytoscape.js names it) of a type, for those who draw by themselves.
pub fn look_of(kind: EntityType) -> (String, &'static str) {
    let (colour, shape) = of_kind(kind);
    let shape = match shape {
        Shape::Circle => "ellipse",
        Shape::Square => "rectangle",
        Shape::Diamond => "diamond",
        Shape::Triangle => "triangle",
        Shape::Pentagon => "pentagon",
        Shape::Hexagon => "hexagon",
        Shape::Octagon => "octagon",
    };
    (colour.to_string(), shape)
}

/// Colour (`#rrggbb`) of the lines of a predicate.
pub fn colour_of(predicate: Predicate) -> String {
    Group::of(predicate.name()).colour().to_string()
}

/// What a predicate is about: the ontology's groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    People,
    Ownership,
    Business,
    Law,
    Products,
    Market,
    Other,
}

impl Group {
    pub(super) const ALL: [Group; 7] = [
        Group::People,
        Group::Ownership,
        Group::Business,
        Group::Law,
        Group::Products,
        Group::Market,
        Group::Other,
    ];

    pub(super) fn of(predicate: &str) -> Group {
        use Predicate as P;
        match P::from_str(predicate) {
            Ok(
                P::FoundedBy
                | P::EstablishedOn
                | P::HeadquarteredIn
                | P::SubsidiaryOf
                | P::HoldsPosition
                | P::EducatedAt
                | P::BornOn
                | P::BornIn
                | P::AlsoKnownAs,
            ) => Group::People,
            Ok(
                P::Owns
                | P::Acquired
                | P::BoughtAssetsOf
                | P::HoldsStakeIn
                | P::TookStakeIn
                | P::IncreasedStakeIn
                | P::ReducedStakeIn
                | P::InvestedIn
                | P::MergedWith
                | P::RestructuredWith
                | P::JointVentureWith
                | P::BackdoorListedVia
                | P::TransferredTo
                | P::PledgedTo
                | P::Guaranteed
                | P::OwesTo
                | P::Issued,
            ) => Group::Ownership,
            Ok(
                P::PartneredWith
                | P::CompetesWith
                | P::SuppliesTo
                | P::SignedContractWith
                | P::WonBidFrom
                | P::NegotiatedWith
                | P::TradedWith
                | P::Assisted
                | P::Analysed,
            ) => Group::Business,
            Ok(P::Sued | P::DisputesWith | P::Investigated | P::Penalized | P::RuledAgainst) => Group::Law,
            Ok(
                P::Developed
                | P::Released
                | P::OpenSourced
                | P::ComparedWith
                | P::ScoredOn
                | P::TrainedOn
                | P::RankedOn
                | P::HasMetric,
            ) => Group::Products,
            Ok(P::ListedAs | P::ListedOn | P::PriceMoved | P::Rated | P::CommentedOn) => Group::Market,
            // An ontology may grow before a picture has a colour for what it adds.
            #[allow(unreachable_patterns)]
            Ok(_) | Err(_) => Group::Other,
        }
    }

    pub(super) fn name(self, language: Language) -> String {
        let key = match self {
            Group::People => "group.people",
            Group::Ownership => "group.ownership",
            Group::Business => "group.business",
            Group::Law => "group.law",
            Group::Products => "group.products",
            Group::Market => "group.market",
            Group::Other => "group.other",
        };
        language.say(key, &[])
    }

    pub(super) fn colour(self) -> Colour {
        match self {
            Group::People => Colour(0x6f, 0x7f, 0x90),
            Group::Ownership => Colour(0xc2, 0x7a, 0x1e),
            Group::Business => Colour(0x2b, 0x90, 0x78),
            Group::Law => Colour(0xc7, 0x3e, 0x4a),
            Group::Products => Colour(0x8b, 0x62, 0xb5),
            Group::Market => Colour(0x3c, 0x7f, 0xb8),
            Group::Other => Colour(0x8a, 0x8a, 0x8a),
        }
    }
}

/// Whether the arrow of this predicate has no direction.
pub(super) fn is_symmetric(predicate: &str) -> bool {
    Predicate::from_str(predicate).is_ok_and(Predicate::is_symmetric)
}

pub(super) fn status_name(status: Status) -> &'static str {
    match status {
        Status::Asserted => "asserted",
        Status::Planned => "planned",
        Status::Hedged => "hedged",
        Status::Negated => "negated",
    }
}

/// Colours of the largest communities, told apart by readers who don't see red or green (after Okabe and Ito, darker
/// where white paper asks for it), and that of all others.
pub(super) const COMMUNITIES: [Colour; 9] = [
    Colour(0x00, 0x72, 0xb2),
    Colour(0xd5, 0x5e, 0x00),
    Colour(0x00, 0x9e, 0x73),
    Colour(0xcc, 0x79, 0xa7),
    Colour(0xc7, 0x9a, 0x00),
    Colour(0x56, 0xb4, 0xe9),
    Colour(0x6a, 0x4c, 0x93),
    Colour(0x8c, 0x5a, 0x2b),
    Colour(0x9a, 0xa3, 0xad),
];

/// `stroke-dasharray` of SVG; none for what is asserted.
pub(super) fn dashes(status: Status) -> Option<&'static str> {
    match status {
        Status::Asserted => None,
        Status::Planned => Some("8 4"),
        Status::Hedged => Some("1.5 4"),
        Status::Negated => Some("9 3 2 3"),
    }
}

/// The line style that Graphviz and Cytoscape have for it.
pub(super) fn line_style(status: Status) -> &'static str {
    match status {
        Status::Asserted => "solid",
        Status::Planned | Status::Negated => "dashed",
        Status::Hedged => "dotted",
    }
}

impl Graph {
    /// What a reader sees for a predicate: its label in the picture's language, or its local name in words.
    pub fn predicate_label(&self, predicate: &str) -> String {
        match self.predicate_labels.get(predicate) {
            Some(label) => label.clone(),
            None => in_words(predicate),
        }
    }

    /// The same for a type.
    pub fn kind_label(&self, kind: EntityType) -> String {
        let name = format!("{kind:?}");
        self.predicate_labels.get(&name).cloned().unwrap_or(name)
    }

    /// The same for a status.
    pub fn status_label(&self, status: Status) -> String {
        let name = status_name(status);
        self.predicate_labels
            .get(name)
            .cloned()
            .unwrap_or_else(|| name.to_owned())
    }
}

/// `foundedBy` → `founded by`
fn in_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    let mut previous_is_lower = false;
    for character in name.chars() {
        if character.is_uppercase() && previous_is_lower {
            words.push(' ');
            words.extend(character.to_lowercase());
        } else {
            words.push(character);
        }
        previous_is_lower = character.is_lowercase();
    }
    words
}

/// The text as one line that can stand in a picture: white space runs become one space, control characters and
/// bidirectional controls (which would let a name reorder what stands beside it) are left out.
pub(super) fn one_line(text: &str) -> String {
    let visible = |c: &char| {
        !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
            && (c.is_whitespace() || !c.is_control())
    };
    let visible: String = text.chars().filter(visible).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most `limit` ems of [`one_line`], the cut shown by an ellipsis.
pub(super) fn shortened(text: &str, limit: f64) -> String {
    let line = one_line(text);
    if ems(&line) <= limit {
        return line;
    }
    let mut kept = String::new();
    let mut width = 1.0;
    for character in line.chars() {
        width += ems(character.encode_utf8(&mut [0; 4]));
        if width > limit {
            break;
        }
        kept.push(character);
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

/// How many of `items` there are of each, in order of the key.
pub(super) fn tally<K: Ord>(items: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_a_predicate_in_words() {
        for (name, words) in [
            ("foundedBy", "founded by"),
            ("owns", "owns"),
            ("holdsStakeIn", "holds stake in"),
            ("", ""),
        ] {
            assert_eq!(in_words(name), words);
        }
    }

    #[test]
    fn every_predicate_has_a_group() {
        for predicate in Predicate::ALL {
            assert_ne!(Group::of(predicate.name()), Group::Other, "{predicate}");
        }
        assert_eq!(Group::of("no such predicate"), Group::Other);
    }

    #[test]
    fn shortens_by_width_and_shows_the_cut() {
        assert_eq!(shortened("阿里巴巴集團", 6.0), "阿里巴巴集團");
        assert_eq!(shortened("阿里巴巴集團控股", 6.0), "阿里巴巴集…");
        assert_eq!(shortened(" a\n\tb\u{202e}c\u{0} ", 6.0), "a bc");
    }
}
