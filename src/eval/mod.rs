//! How good is it? Gold formats and scores.
