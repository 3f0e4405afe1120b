//! The taggers that come with the program beside that of its own types; `models/README.md` is their card.

use super::network::Network;
use super::{Tagger, WeightsError};
use std::sync::{Arc, LazyLock};

/// The network, with a head for the program's types and one for each of [`SETS`].
pub const NETWORK: &[u8] = include_bytes!("../../../models/best.bin");

/// Hashed features of taggers with the labels of annotated sets, by the name of the set.
pub const SETS: [(&str, &[u8]); 3] = [
    ("cluener", include_bytes!("../../../models/cluener.bin")),
    ("uner", include_bytes!("../../../models/uner.bin")),
    ("resume", include_bytes!("../../../models/resume.bin")),
];

static BUILTIN: LazyLock<Result<Arc<Network>, WeightsError>> =
    LazyLock::new(|| Network::from_bytes(NETWORK).map(Arc::new));

/// The network that comes with the program.
///
/// # Errors
/// A file of weights that was damaged before the program was built.
pub fn network() -> Result<Arc<Network>, WeightsError> {
    BUILTIN.clone()
}

/// The tagger of the program's own types with the network's scores added.
///
/// # Errors
/// As for [`network`].
pub fn best() -> Result<Arc<Tagger>, WeightsError> {
    let without = WeightsError("the network has no head of the program's types");
    Tagger::builtin()?
        .with_network(&network()?)
        .map(Arc::new)
        .ok_or(without)
}

/// The one of some named taggers whose labels these are: all of them are its own, and they are half of its own or more, as a
/// part of a set may lack the rare ones. Of several the one with the fewest labels.
pub fn with_labels<'a>(
    labels: &[String],
    taggers: impl IntoIterator<Item = (&'a str, Arc<Tagger>)>,
) -> Option<(&'a str, Arc<Tagger>)> {
    taggers
        .into_iter()
        .filter(|(_, tagger)| {
            labels.iter().all(|label| tagger.labels().contains(label)) && 2 * labels.len() >= tagger.labels().len()
        })
        .min_by_key(|(_, tagger)| tagger.labels().len())
}
