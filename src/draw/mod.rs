//! How does it look? Views of the graph and one file a picture format.
