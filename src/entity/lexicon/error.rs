//! Where is a table wrong, and why?

/// A mistake in a lexicon file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {reason}")]
pub struct LexiconError {
    pub file: String,
    /// Counted from 1; 0 where the file as a whole is meant.
    pub line: usize,
    pub reason: String,
}

/// A mistake in a file of `lexicon/`.
pub(super) fn mistake(file: &str, line: usize, reason: &str) -> LexiconError {
    LexiconError {
        file: format!("lexicon/{file}"),
        line,
        reason: reason.to_owned(),
    }
}
