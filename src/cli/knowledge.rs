//! What the program knows beforehand, built in or from the folder of `--data`, for extraction and for the store.

use super::models;
use jingwei::claim;
use jingwei::edition;
use jingwei::entity::lexicon::Labels;
use jingwei::entity::{Entry, Lexicon};
use jingwei::extract::{EntityOut, Extractor};
use jingwei::graph::Base;
use jingwei::store::Background;
use jingwei::text::Segmenter;
use miette::{Context, IntoDiagnostic, miette};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The folder given by `--data`.
static DATA: OnceLock<PathBuf> = OnceLock::new();

/// The models given by `--model`.
static MODEL: OnceLock<Model> = OnceLock::new();

/// The files given by `--lexicon`.
static LAYERS: OnceLock<Vec<PathBuf>> = OnceLock::new();

/// Which models find names and relations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Model {
    /// Linear models over hashed features
    Fast,
    /// The same with a small network beside them
    Best,
    /// None: lexicon, rules and patterns alone
    None,
}

/// Path below the folder, and content.
type File = (Cow<'static, str>, Cow<'static, str>);

/// Takes lexicon and patterns from a folder; called once, before anything reads them.
pub fn use_folder(folder: PathBuf) {
    let _ = DATA.set(folder);
}

/// Lays files of names over the lexicon; called once, before anything reads it.
pub fn use_layers(files: Vec<PathBuf>) {
    let _ = LAYERS.set(files);
}

/// Chooses the models; called once, before anything reads documents.
pub fn use_model(model: Model) {
    let _ = MODEL.set(model);
}

/// The folder of `--data`.
pub fn folder() -> Option<&'static Path> {
    DATA.get().map(PathBuf::as_path)
}

/// The models that are used.
pub fn model() -> Model {
    MODEL.get().copied().unwrap_or(Model::Fast)
}

/// Lexicon and patterns.
pub struct Knowledge {
    pub lexicon: Arc<Lexicon>,
    /// The lexicon's files, and the digests of those laid over them
    names: Vec<File>,
    patterns: Vec<File>,
}

impl Knowledge {
    /// Reads it.
    ///
    /// # Errors
    /// A file that can't be read, or a mistake in one with file and line.
    pub fn load() -> miette::Result<Knowledge> {
        let layers = LAYERS.get().map_or(&[][..], Vec::as_slice);
        let (names, patterns) = match DATA.get() {
            None => (builtin(Lexicon::builtin_files()), builtin(claim::builtin_patterns())),
            Some(folder) => (
                files(&folder.join("lexicon"), "tsv")?,
                files(&folder.join("patterns"), "toml")?,
            ),
        };
        let mut knowledge = Knowledge {
            lexicon: match (DATA.get(), layers) {
                (None, []) => Lexicon::builtin().into_diagnostic()?,
                (None, _) => Arc::new(Lexicon::builtin_alone().into_diagnostic()?),
                (Some(_), _) => Arc::new(Lexicon::load(&borrowed(&names)).into_diagnostic()?),
            },
            names,
            patterns,
        };
        for path in layers {
            knowledge.lay(path)?;
        }
        Ok(knowledge)
    }

    /// Lays a file of names over the lexicon.
    fn lay(&mut self, path: &Path) -> miette::Result<()> {
        let bytes = mapped(path)?;
        let lexicon = Arc::get_mut(&mut self.lexicon).ok_or_else(|| miette!("the lexicon is in use already"))?;
        let digest = lexicon.add_layer(Box::new(bytes)).map_err(|broken| {
            miette!(
                help = "make it with `jingwei lexicon import`",
                "{}: {broken}",
                path.display()
            )
        })?;
        self.names.push(("--lexicon".into(), digest.into()));
        Ok(())
    }

    /// An extractor with it.
    ///
    /// # Errors
    /// A mistake in a pattern, with file and line.
    pub fn extractor(&self) -> miette::Result<Extractor> {
        Segmenter::prepare();
        let extractor = Extractor::new(self.lexicon.clone(), &borrowed(&self.patterns)).into_diagnostic()?;
        Ok(match model() {
            Model::None => extractor.with_tagger(None).with_relations(None).with_events(None),
            _ => extractor.with_tagger(models::tagger()?),
        })
    }

    /// Names program and data: documents that another edition has read are read anew.
    ///
    /// # Errors
    /// Weights that can't be read.
    pub fn edition(&self) -> miette::Result<String> {
        let weights = models::used()?;
        let data = self.names.iter().chain(&self.patterns).map(as_bytes);
        Ok(edition::edition(
            data.chain(weights.iter().map(|(name, bytes)| (*name, &**bytes))),
        ))
    }

    /// What the store keeps of the lexicon.
    pub fn background(&self, base: &Base) -> Arc<dyn Background> {
        Arc::new(Known {
            lexicon: self.lexicon.clone(),
            entities: format!("{}entity/", base.as_str()),
            version: edition::digest(self.names.iter().map(as_bytes)),
        })
    }
}

struct Known {
    lexicon: Arc<Lexicon>,
    /// What an entity's IRI begins with.
    entities: String,
    version: String,
}

impl Background for Known {
    fn version(&self) -> String {
        self.version.clone()
    }

    fn entity(&self, iri: &str) -> Option<EntityOut> {
        let entry = self.lexicon.by_key(iri.strip_prefix(&self.entities)?)?;
        Some(as_entity(entry, iri))
    }
}

fn as_entity(entry: &Entry, iri: &str) -> EntityOut {
    let Labels { hant, hans, en } = entry.labels();
    let labels: BTreeMap<String, String> = [("zh-Hant", hant), ("zh-Hans", hans), ("en", en)]
        .into_iter()
        .filter_map(|(tag, label)| Some((tag.to_owned(), label.clone()?)))
        .collect();
    let mut identifiers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if !entry.listings.is_empty() {
        identifiers.insert("listing".to_owned(), entry.listings.clone());
    }
    for (scheme, id) in &entry.identifiers {
        identifiers.entry(scheme.clone()).or_default().push(id.clone());
    }
    let label = ["zh-Hant", "zh-Hans", "en"].iter().find_map(|tag| labels.get(*tag));
    EntityOut {
        id: iri.to_owned(),
        kind: entry.kind,
        label: label.unwrap_or(&entry.key).clone(),
        names: entry.names.iter().map(|name| name.text.clone()).collect(),
        labels,
        identifiers,
        at: None,
        handles: Vec::new(),
    }
}

/// A file's bytes, which the system reads as they are needed.
fn mapped(path: &Path) -> miette::Result<memmap2::Mmap> {
    let file = std::fs::File::open(path)
        .into_diagnostic()
        .wrap_err_with(|| format!("can't read {}", path.display()))?;
    // SAFETY: what is mapped must not change. `lexicon import` and `lexicon add` put a new file in the place of the old one
    // and never write into it; whatever else changes it, every read of it is bounded and checked.
    unsafe { memmap2::Mmap::map(&file) }
        .into_diagnostic()
        .wrap_err_with(|| format!("can't read {}", path.display()))
}

fn builtin(files: &'static [(&'static str, &'static str)]) -> Vec<File> {
    files
        .iter()
        .map(|(path, content)| ((*path).into(), (*content).into()))
        .collect()
}

fn borrowed(files: &[File]) -> Vec<(&str, &str)> {
    files.iter().map(|(path, content)| (&**path, &**content)).collect()
}

/// Path below the folder and content of every file of a kind, sorted by path.
fn files(folder: &Path, extension: &str) -> miette::Result<Vec<File>> {
    let mut files: Vec<File> = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.into_diagnostic()?;
        if entry.path().extension().is_some_and(|e| e == extension) {
            let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            let path = path.to_string_lossy().replace('\\', "/");
            let content = std::fs::read_to_string(entry.path())
                .into_diagnostic()
                .wrap_err_with(|| format!("can't read {}", entry.path().display()))?;
            files.push((path.into(), content.into()));
        }
    }
    Ok(files)
}

fn as_bytes((path, content): &File) -> (&str, &[u8]) {
    (path, content.as_bytes())
}
