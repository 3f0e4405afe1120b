//! `jingwei export`

use super::output::Stdout;
use super::picture::{self, Listings};
use super::stores::StoreArgs;
use super::{Outcome, folder};
use clap::{Args, ValueEnum};
use jingwei::claim::{Predicate, Status};
use jingwei::draw::{self, ColouredBy, Edtf, Filter, Folder, Fonts, Language, RankedBy, View};
use jingwei::entity::EntityType;
use jingwei::store::{Part, Store};
use miette::{IntoDiagnostic, WrapErr, miette};
use oxigraph::io::RdfFormat;
use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// Draws the graph, or writes it down for other programs
///
/// Pictures: `html` is a page to look around in, which needs nothing but a browser; `svg` and `png` are for print. For
/// other programs: `dot` (Graphviz), `graphml` (yEd, igraph, networkx), `gexf` (Gephi), `cytoscape`, `neo4j` (a folder of
/// tables for its importer), `obsidian` (a folder of notes). These show entities as nodes and claims as edges, all of them
/// or those that the filters choose; amounts, dates and tickers are listed with their entity (tickers become nodes with
/// --type Listing or --predicate listedAs). RDF: `nquads` and `trig` hold everything,
/// evidence included, `turtle` the same as one graph; filters don't apply to them (ask `query` for a part).
///
/// Example: jingwei export --store news.db --format html --around 騰訊 --hops 2 --output tencent.html
#[derive(Args)]
pub struct ExportArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// What to write
    #[arg(long, value_enum)]
    format: Format,
    /// File to write to; stdout where not given. For neo4j and obsidian the folder: a new or empty one, or one that an
    /// earlier export made
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    choice: Choice,
    /// Also write rdf:reifies for every claim (RDF 1.2; for nquads, trig and turtle)
    #[arg(long)]
    rdf12: bool,
}

#[derive(Args)]
struct Choice {
    /// Only what lies around an entity, by any of its names, its ticker (`XHKG 700`) or its IRI; may be repeated
    #[arg(long, value_name = "NAME")]
    around: Vec<String>,
    /// Steps from the entities of --around
    #[arg(long, value_name = "N", default_value_t = 1, requires = "around")]
    hops: usize,
    /// Only claims of this predicate (`foundedBy`); may be repeated, or several with commas
    #[arg(long, value_delimiter = ',')]
    predicate: Vec<Predicate>,
    /// Only entities of this type (`Company`); may be repeated, or several with commas
    #[arg(long = "type", value_name = "TYPE", value_delimiter = ',')]
    kind: Vec<EntityType>,
    /// Only claims with this status; may be repeated, or several with commas
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_enum)]
    status: Vec<StatusName>,
    /// Only claims dated on or after this (2024, 2024-11, 2024-11-02)
    #[arg(long, value_name = "DATE")]
    since: Option<Edtf>,
    /// Only claims dated on or before this
    #[arg(long, value_name = "DATE")]
    until: Option<Edtf>,
    /// Only claims with at least this score, 0 to 1
    #[arg(long, value_name = "SCORE")]
    min_score: Option<f64>,
    /// At most so many entities, the highest ranked; html shows 500, svg and png 200 where not given, the others all
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// What ranks entities
    #[arg(long, value_enum, default_value = "degree")]
    rank: Rank,
    /// What the colours of entities tell
    #[arg(long, value_enum, default_value = "type", alias = "color")]
    colour: Colours,
    /// Language of names, types, predicates and caption; that of most documents where not given
    #[arg(long, value_parser = picture::language())]
    lang: Option<Language>,
    /// Pixels of a png for each of the svg's; 2 where that gives no more than 8,000 on a side
    #[arg(long, value_name = "FACTOR")]
    scale: Option<f32>,
    /// Font file to paint a png with, in place of those of the system; may be repeated
    #[arg(long, value_name = "FILE")]
    font: Vec<PathBuf>,
    /// Title of the picture
    #[arg(long)]
    title: Option<String>,
}

impl Choice {
    /// An option of it that leaves something out.
    fn filter(&self) -> Option<&'static str> {
        [
            (!self.around.is_empty(), "--around"),
            (!self.predicate.is_empty(), "--predicate"),
            (!self.kind.is_empty(), "--type"),
            (!self.status.is_empty(), "--status"),
            (self.since.is_some(), "--since"),
            (self.until.is_some(), "--until"),
            (self.min_score.is_some(), "--min-score"),
            (self.limit.is_some(), "--limit"),
        ]
        .into_iter()
        .find_map(|(given, name)| given.then_some(name))
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Html,
    Svg,
    Png,
    Dot,
    Graphml,
    Gexf,
    Cytoscape,
    Neo4j,
    Obsidian,
    Nquads,
    Turtle,
    Trig,
}

/// The kinds of format.
enum Kind {
    Picture(draw::Format),
    Painting,
    Folder(Folder),
    Rdf(RdfFormat),
}

impl Format {
    fn kind(self) -> Kind {
        match self {
            Format::Html => Kind::Picture(draw::Format::Html),
            Format::Svg => Kind::Picture(draw::Format::Svg),
            Format::Png => Kind::Painting,
            Format::Neo4j => Kind::Folder(Folder::Neo4j),
            Format::Obsidian => Kind::Folder(Folder::Obsidian),
            Format::Dot => Kind::Picture(draw::Format::Dot),
            Format::Graphml => Kind::Picture(draw::Format::GraphMl),
            Format::Gexf => Kind::Picture(draw::Format::Gexf),
            Format::Cytoscape => Kind::Picture(draw::Format::Cytoscape),
            Format::Nquads => Kind::Rdf(RdfFormat::NQuads),
            Format::Turtle => Kind::Rdf(RdfFormat::Turtle),
            Format::Trig => Kind::Rdf(RdfFormat::TriG),
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum StatusName {
    Asserted,
    Planned,
    Hedged,
    Negated,
}

impl From<StatusName> for Status {
    fn from(name: StatusName) -> Status {
        match name {
            StatusName::Asserted => Status::Asserted,
            StatusName::Planned => Status::Planned,
            StatusName::Hedged => Status::Hedged,
            StatusName::Negated => Status::Negated,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum Rank {
    /// Number of relations
    Degree,
    /// PageRank over relations
    Pagerank,
}

#[derive(Clone, Copy, ValueEnum)]
enum Colours {
    /// Its type
    Type,
    /// The community that it belongs to
    Community,
}

/// For whom a view is made, and how many entities are shown where the user sets no limit.
#[derive(Clone, Copy)]
enum Medium {
    Eye(Option<usize>),
    Program(Option<usize>),
}

/// So many entities can be read on one page.
const ON_PAPER: usize = 200;

pub fn run(args: ExportArgs) -> miette::Result<Outcome> {
    let kind = args.format.kind();
    let choice = &args.choice;
    match (&kind, choice.filter()) {
        (Kind::Rdf(_), Some(option)) => {
            return Err(miette!(
                "{option} chooses what a picture shows; RDF formats write everything. For a part of it ask `jingwei query` with CONSTRUCT"
            ));
        }
        (Kind::Rdf(_), None) => {}
        _ if args.rdf12 => return Err(miette!("--rdf12 goes with nquads, trig and turtle")),
        _ => {}
    }
    if !matches!(kind, Kind::Painting) && (choice.scale.is_some() || !choice.font.is_empty()) {
        return Err(miette!("--scale and --font go with png"));
    }
    let store = args.store.open_for_reading()?;
    match kind {
        Kind::Rdf(format) => {
            let mut out = open(args.output.as_deref())?;
            store
                .write(&Part::All, format, args.rdf12, &mut out)
                .into_diagnostic()?;
            out.flush().into_diagnostic()?;
        }
        Kind::Picture(format) => {
            let limit = format.usual_limit();
            let medium = match format {
                draw::Format::Html | draw::Format::Svg => Medium::Eye(limit),
                _ => Medium::Program(limit),
            };
            let picture = with_view(&store, choice, medium, |view| Ok(format.render(view)))?;
            write(args.output.as_deref(), picture.as_bytes())?;
        }
        Kind::Painting => {
            if args.output.is_none() && std::io::stdout().is_terminal() {
                return Err(miette!("a png can't be shown here; name a file with --output"));
            }
            let fonts = match choice.font.is_empty() {
                true => Fonts::of_the_system(),
                false => Fonts::of_files(&choice.font).into_diagnostic()?,
            };
            let paint = |view: &View<'_>| draw::png(view, &fonts, choice.scale).into_diagnostic();
            let png = with_view(&store, choice, Medium::Eye(Some(ON_PAPER)), paint)?;
            if !png.missing.is_empty() {
                let some: String = png.missing.iter().take(20).collect();
                eprintln!(
                    "warning: no font here has {} of the characters ({some}); they are drawn as boxes",
                    png.missing.len()
                );
            }
            write(args.output.as_deref(), &png.bytes)?;
        }
        Kind::Folder(format) => {
            let Some(folder) = &args.output else {
                return Err(miette!("{format} is a folder of files; name one with --output"));
            };
            let files = with_view(&store, choice, Medium::Program(None), |view| Ok(format.render(view)))?;
            folder::write(folder, &files)?;
        }
    }
    Ok(Outcome::Done)
}

/// Opened last, so that a mistake leaves no empty file behind.
fn open(path: Option<&Path>) -> miette::Result<Box<dyn Write>> {
    Ok(match path {
        Some(path) => Box::new(BufWriter::new(
            File::create(path)
                .into_diagnostic()
                .wrap_err_with(|| format!("can't write {}", path.display()))?,
        )),
        None => Box::new(Stdout::lock()),
    })
}

fn write(path: Option<&Path>, bytes: &[u8]) -> miette::Result<()> {
    let mut out = open(path)?;
    out.write_all(bytes).into_diagnostic()?;
    out.flush().into_diagnostic()
}

/// What `render` makes of the part of the graph that was chosen; its caption goes to stderr.
fn with_view<T>(
    store: &Store,
    choice: &Choice,
    medium: Medium,
    render: impl FnOnce(&View<'_>) -> miette::Result<T>,
) -> miette::Result<T> {
    let language = match choice.lang {
        Some(language) => language,
        None => picture::language_of_most(&store.documents().into_diagnostic()?),
    };
    let around = picture::find(store, &choice.around)?;
    let claims = picture::claims(store, &around, choice.hops)?;
    let listings = if choice.kind.contains(&EntityType::Listing) || choice.predicate.contains(&Predicate::ListedAs) {
        Listings::Entities
    } else {
        Listings::Facts
    };
    let graph = picture::graph(store, claims, &around, language, listings)?;
    let around = picture::by_name(&graph, around);
    let title = choice.title.clone().unwrap_or_else(|| around.join(", "));
    let filter = Filter {
        around,
        hops: choice.hops,
        predicates: choice.predicate.iter().map(|p| p.name().to_owned()).collect(),
        kinds: choice.kind.clone(),
        statuses: choice.status.iter().map(|&status| status.into()).collect(),
        since: choice.since.clone(),
        until: choice.until.clone(),
        min_score: choice.min_score,
        limit: choice.limit.or(match medium {
            Medium::Eye(limit) | Medium::Program(limit) => limit,
        }),
    };
    let ranked_by = match choice.rank {
        Rank::Degree => RankedBy::Degree,
        Rank::Pagerank => RankedBy::PageRank,
    };
    let mut view = View::new(&graph, &filter, ranked_by, &title).into_diagnostic()?;
    view.coloured_by = match choice.colour {
        Colours::Type => ColouredBy::Type,
        Colours::Community => ColouredBy::Community,
    };
    let caption = match medium {
        Medium::Eye(_) => view.drawn_caption(),
        Medium::Program(_) => view.caption.clone(),
    };
    for line in caption {
        eprintln!("{line}");
    }
    render(&view)
}
