//! Which of these are the same? Stable IRIs, and decisions about who is who.
