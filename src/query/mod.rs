//! How is it asked? SPARQL and its result formats.
