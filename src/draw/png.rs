//! The picture for print as pixels: what `svg.rs` draws, painted with the fonts of the machine.
//!
//! *Invariant.* A character that no font has is never dropped in silence: it is counted and named, and where there is
//! no font for Chinese at all, nothing is painted.

use super::View;
use super::svg::svg;
use crate::text::is_han;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, Group, Node, fontdb};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// Fonts to paint with.
#[derive(Clone)]
pub struct Fonts(Arc<fontdb::Database>);

impl Fonts {
    /// Those that are installed.
    pub fn of_the_system() -> Fonts {
        let mut database = fontdb::Database::new();
        database.load_system_fonts();
        Fonts::with_default(database)
    }

    /// Those of these files and no others: then the same graph gives the same file on every machine.
    ///
    /// # Errors
    /// [`PngError::Font`] where a file can't be read or holds no font.
    pub fn of_files(files: &[PathBuf]) -> Result<Fonts, PngError> {
        let mut database = fontdb::Database::new();
        for file in files {
            let before = database.len();
            let unread = |reason: String| PngError::Font(file.clone(), reason);
            database
                .load_font_file(file)
                .map_err(|error| unread(error.to_string()))?;
            if database.len() == before {
                return Err(unread("there is no font in it".to_owned()));
            }
        }
        Ok(Fonts::with_default(database))
    }

    /// What `sans-serif` stands for, where the system doesn't say: the first font that is there.
    fn with_default(mut database: fontdb::Database) -> Fonts {
        let wanted = fontdb::Query {
            families: &[fontdb::Family::SansSerif],
            ..fontdb::Query::default()
        };
        let first = database.faces().find_map(|face| Some(face.families.first()?.0.clone()));
        if database.query(&wanted).is_none()
            && let Some(family) = first
        {
            database.set_sans_serif_family(family);
        }
        Fonts(Arc::new(database))
    }
}

/// A painted picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Png {
    /// The file.
    pub bytes: Vec<u8>,
    /// Pixels
    pub width: u32,
    /// Pixels
    pub height: u32,
    /// Characters that no font has, each once, in order.
    pub missing: Vec<char>,
}

/// Why a picture can't be painted.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// Chinese names would be empty boxes.
    #[error(
        "no font of this machine has Chinese characters, such as {0}; install one (on Debian fonts-noto-cjk or fonts-wqy-microhei), or name a file with --font"
    )]
    NoChinese(String),
    /// No text could be painted at all.
    #[error(
        "this machine has no fonts; install one (on Debian fonts-noto-cjk or fonts-wqy-microhei), or name a file with --font"
    )]
    NoFont,
    /// A font file is none.
    #[error("{}: {}", .0.display(), .1)]
    Font(PathBuf, String),
    /// More pixels than memory or the format hold.
    #[error("a picture of {0} × {1} pixels is too large; give a smaller --scale or --limit")]
    TooLarge(u64, u64),
    /// The drawing can't be read back, which is a fault of this program.
    #[error("the drawing could not be painted: {0}")]
    Painting(String),
}

/// No side is longer than so many pixels unless asked for.
const USUAL_SIDE: f32 = 8000.0;
/// Pixels of a picture at most: 4 bytes each are held in memory.
const MOST_PIXELS: u64 = 400_000_000;

/// The view as PNG, `scale` pixels for each of the SVG's; without it 2, or less where that would make a side longer than
/// 8,000 pixels.
///
/// # Errors
/// [`PngError`]
pub fn png(view: &View<'_>, fonts: &Fonts, scale: Option<f32>) -> Result<Png, PngError> {
    let options = usvg::Options {
        fontdb: fonts.0.clone(),
        ..usvg::Options::default()
    };
    if fonts.0.is_empty() {
        return Err(PngError::NoFont);
    }
    let drawing = svg(view);
    let tree = usvg::Tree::from_str(&drawing, &options).map_err(|error| PngError::Painting(error.to_string()))?;
    let mut seen = Seen::default();
    seen.group(tree.root());
    if seen.han == 0
        && let Some(sample) = sample(&drawing)
    {
        return Err(PngError::NoChinese(sample));
    }
    let size = tree.size();
    let scale = scale.unwrap_or_else(|| (USUAL_SIDE / size.width().max(size.height())).min(2.0));
    let (width, height) = (
        f64::from(size.width() * scale).ceil(),
        f64::from(size.height() * scale).ceil(),
    );
    let too_large = || PngError::TooLarge(width as u64, height as u64);
    if !(width >= 1.0 && height >= 1.0 && width * height <= MOST_PIXELS as f64) {
        return Err(too_large());
    }
    let mut pixels = Pixmap::new(width as u32, height as u32).ok_or_else(too_large)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    let bytes = pixels
        .encode_png()
        .map_err(|error| PngError::Painting(error.to_string()))?;
    Ok(Png {
        bytes,
        width: pixels.width(),
        height: pixels.height(),
        missing: seen.missing.into_iter().collect(),
    })
}

/// A few of the Chinese characters in a text; `None` where there are none.
fn sample(text: &str) -> Option<String> {
    let sample: String = text.chars().filter(|c| is_han(*c)).take(5).collect();
    (!sample.is_empty()).then_some(sample)
}

/// Which characters the fonts have, and which not.
#[derive(Default)]
struct Seen {
    /// How many Chinese characters are drawn.
    han: usize,
    missing: BTreeSet<char>,
}

impl Seen {
    fn group(&mut self, group: &Group) {
        for node in group.children() {
            match node {
                Node::Group(inner) => self.group(inner),
                Node::Text(text) => self.text(text),
                Node::Path(_) | Node::Image(_) => {}
            }
        }
    }

    fn text(&mut self, text: &usvg::Text) {
        for glyph in text.layouted().iter().flat_map(|span| &span.positioned_glyphs) {
            let characters = glyph.text.chars().filter(|c| !c.is_whitespace() && !c.is_control());
            // Glyph 0 is the box that a font has for what it hasn't.
            if glyph.id.0 == 0 {
                self.missing.extend(characters);
            } else {
                self.han += characters.filter(|c| is_han(*c)).count();
            }
        }
    }
}
