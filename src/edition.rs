//! Which program and data made an extraction? A short name that changes with either, so that documents read by another
//! edition are read anew.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The program's version and a digest over files: their names and bytes, in this order.
pub fn edition<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    format!("{} {}", env!("CARGO_PKG_VERSION"), digest(files))
}

/// The first eight bytes of a SHA-256 over files: their names and bytes, in this order; in hex.
pub fn digest<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut hash = Sha256::new();
    for part in files.into_iter().flat_map(|(name, bytes)| [name.as_bytes(), bytes]) {
        // Each with its length before it, so that no two lists of files run together to the same bytes.
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()[..8].iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
