//! How is that said in RDF? Vocabulary and mapping of an extraction to quads.
