//! Which models find names: those that come with the program, or files of the folder of `--data`.

use super::knowledge::{self, Model};
use jingwei::claim::{events, relate};
use jingwei::entity::tagger::network::Network;
use jingwei::entity::tagger::{Tagger, WEIGHTS, shipped};
use miette::{Context, IntoDiagnostic, miette};
use std::borrow::Cow;
use std::sync::Arc;

/// Bytes of weights, and where they are from.
struct Weights {
    file: String,
    bytes: Cow<'static, [u8]>,
}

/// The weights of this name below `models/`: the folder's, or else the built-in ones.
fn weights(name: &str, builtin: &'static [u8]) -> miette::Result<Weights> {
    let file = format!("models/{name}.bin");
    let Some(path) = knowledge::folder()
        .map(|folder| folder.join(&file))
        .filter(|path| path.exists())
    else {
        return Ok(Weights {
            file,
            bytes: Cow::Borrowed(builtin),
        });
    };
    let bytes = std::fs::read(&path)
        .into_diagnostic()
        .wrap_err_with(|| format!("can't read {}", path.display()))?;
    Ok(Weights {
        file: path.display().to_string(),
        bytes: Cow::Owned(bytes),
    })
}

impl Weights {
    fn tagger(&self) -> miette::Result<Arc<Tagger>> {
        Tagger::from_bytes(&self.bytes)
            .map(Arc::new)
            .into_diagnostic()
            .wrap_err_with(|| format!("can't use {}", self.file))
    }
}

/// The tagger of the program's types without a network.
pub fn fast() -> miette::Result<Arc<Tagger>> {
    let weights = weights("fast", WEIGHTS)?;
    match weights.bytes {
        Cow::Borrowed(_) => Tagger::builtin().into_diagnostic(),
        Cow::Owned(_) => weights.tagger(),
    }
}

/// The network.
pub fn network() -> miette::Result<Arc<Network>> {
    let weights = weights("best", shipped::NETWORK)?;
    match &weights.bytes {
        Cow::Borrowed(_) => shipped::network(),
        Cow::Owned(bytes) => Network::from_bytes(bytes).map(Arc::new),
    }
    .into_diagnostic()
    .wrap_err_with(|| format!("can't use {}", weights.file))
}

/// The tagger with a network's scores added.
fn joined(tagger: &Tagger, network: &Arc<Network>) -> miette::Result<Tagger> {
    tagger
        .with_network(network)
        .ok_or_else(|| miette!("the network has no head for the labels {}", tagger.labels().join(", ")))
}

/// What finds names in extraction; `None` with `--model none`.
pub fn tagger() -> miette::Result<Option<Arc<Tagger>>> {
    Ok(match knowledge::model() {
        Model::None => None,
        Model::Fast => Some(fast()?),
        Model::Best => Some(Arc::new(joined(fast()?.as_ref(), &network()?)?)),
    })
}

/// The tagger for a set's labels and what it is called, if there is one and a model is to be used.
pub fn of_labels(labels: &[String]) -> miette::Result<Option<(String, Tagger)>> {
    let model = match knowledge::model() {
        Model::None => return Ok(None),
        Model::Fast => "fast",
        Model::Best => "best",
    };
    let mut taggers = Vec::new();
    for (name, builtin) in shipped::SETS {
        taggers.push((name, weights(name, builtin)?.tagger()?));
    }
    let Some((name, tagger)) = shipped::with_labels(labels, taggers) else {
        return Ok(None);
    };
    let tagger = match knowledge::model() {
        Model::Best => joined(&tagger, &network()?)?,
        _ => tagger.as_ref().clone(),
    };
    Ok(Some((format!("{name} ({model})"), tagger)))
}

/// A file's name and its bytes.
type File = (&'static str, Cow<'static, [u8]>);

/// All that decides what extraction finds.
pub fn used() -> miette::Result<Vec<File>> {
    let mut used = Vec::new();
    let model = knowledge::model();
    if model != Model::None {
        used.push(("models/fast.bin", weights("fast", WEIGHTS)?.bytes));
        if model == Model::Best {
            used.push(("models/best.bin", weights("best", shipped::NETWORK)?.bytes));
        }
        used.push(("models/relations.bin", Cow::Borrowed(relate::WEIGHTS)));
        used.push(("models/events.bin", Cow::Borrowed(events::WEIGHTS)));
    }
    Ok(used)
}
