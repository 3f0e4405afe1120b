//! Jingwei reads Chinese financial news into a knowledge graph in which every fact has its quote.
//!
//! The modules are the rooms that a document passes through, in order; `ARCHITECTURE.md` tells what
//! each answers. The way in is [`extract::Extractor`]:
//!
//! ```no_run
//! use jingwei::{extract::Extractor, read::Document};
//!
//! let extractor = Extractor::builtin().expect("the built-in lexicon and patterns are sound");
//! let document = Document::from_text("d1", "騰訊升6%", "騰訊（0700）今日升6%。", "2025-01-27".parse().ok());
//! for claim in extractor.extract(&document).claims {
//!     println!("{} {:?}", claim.predicate, claim.quote);
//! }
//! ```
pub mod claim;
pub mod draw;
pub mod edition;
pub mod entity;
pub mod eval;
pub mod extract;
pub mod graph;
pub mod identity;
pub mod measure;
#[cfg(feature = "mirror")]
pub mod mirror;
mod perceptron;
pub mod query;
mod random;
pub mod read;
#[cfg(feature = "search")]
pub mod search;
#[cfg(feature = "serve")]
pub mod serve;
pub mod store;
pub mod text;
