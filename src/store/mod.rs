//! Where is it kept, and what is already in? Oxigraph, one named graph a document.
