//! How does it look? Views of the graph and one file a picture format.
//!
//! A [`Graph`] is plain lists of entities and claims, wherever they came from. A [`View`] is the part of it that a
//! [`Filter`] chooses, ranked, grouped and laid out, with a caption that says what was left out. Each format is a
//! function of a view:
//!
//! | format | file | for |
//! |---|---|---|
//! | [`Format::Html`] | `html.rs` | looking around in a browser, offline |
//! | [`Format::Svg`] | `svg.rs` | print |
//! | [`Format::Dot`] | `dot.rs` | Graphviz |
//! | [`Format::GraphMl`] | `graphml.rs` | yEd, igraph, networkx |
//! | [`Format::Gexf`] | `gexf.rs` | Gephi |
//! | [`Format::Cytoscape`] | `cytoscape.rs` | Cytoscape and Cytoscape.js |
//! | [`png()`] | `png.rs` | print, where SVG isn't taken |
//! | [`Folder::Neo4j`] | `neo4j.rs` | Neo4j's importer |
//! | [`Folder::Obsidian`] | `obsidian.rs` | notes in Obsidian |
//!
//! *Invariant.* A file is a function of the graph's content: no clock, no randomness, no order of the input lists,
//! and in the layout no operation that IEEE 754 leaves open (so no sine and no logarithm). The same graph gives the
//! same bytes on every machine; a PNG is painted with the fonts that the machine has.
//!
//! *Invariant.* Every text of the graph is data: each format escapes by its own rules, in one place.

mod community;
mod cytoscape;
mod dot;
mod edtf;
mod filter;
mod folder;
mod gexf;
mod graph;
mod graphml;
mod html;
mod layout;
mod neo4j;
mod obsidian;
#[cfg(feature = "png")]
mod png;
mod rank;
mod style;
mod svg;
mod view;
mod width;
mod words;
mod xml;

pub use community::communities;
pub use edtf::{Edtf, NotEdtf};
pub use filter::{Filter, UnknownEntity};
pub use folder::Folder;
pub use graph::{Document, Edge, Fact, Graph, MalformedGraph, Node};
#[cfg(feature = "png")]
pub use png::{Fonts, Png, PngError, png};
pub use rank::{RankedBy, degrees, page_rank};
pub use style::{colour_of, look_of};
pub use view::{ColouredBy, Counts, Link, Placed, View, ViewError};
pub use words::{Language, UnknownLanguage};

use std::fmt;
use std::str::FromStr;

/// A picture format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    Html,
    Svg,
    Dot,
    GraphMl,
    Gexf,
    Cytoscape,
}

impl Format {
    /// All of them.
    pub const ALL: &'static [Format] = &[
        Format::Html,
        Format::Svg,
        Format::Dot,
        Format::GraphMl,
        Format::Gexf,
        Format::Cytoscape,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Html => "html",
            Format::Svg => "svg",
            Format::Dot => "dot",
            Format::GraphMl => "graphml",
            Format::Gexf => "gexf",
            Format::Cytoscape => "cytoscape",
        }
    }

    /// How many entities a file of this format shows when the user sets no limit; `None` where the reader is a
    /// program that copes with all of them.
    pub fn usual_limit(self) -> Option<usize> {
        match self {
            Format::Html => Some(500),
            Format::Svg => Some(200),
            Format::Dot | Format::GraphMl | Format::Gexf | Format::Cytoscape => None,
        }
    }

    /// The view as a file of this format, UTF-8.
    pub fn render(self, view: &View<'_>) -> String {
        match self {
            Format::Html => html::html(view),
            Format::Svg => svg::svg(view),
            Format::Dot => dot::dot(view),
            Format::GraphMl => graphml::graphml(view),
            Format::Gexf => gexf::gexf(view),
            Format::Cytoscape => cytoscape::cytoscape(view),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no picture format has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no picture format is called `{0}` (there are html, svg, dot, graphml, gexf and cytoscape)")]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Format::ALL
            .iter()
            .copied()
            .find(|format| format.name() == name)
            .ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}
