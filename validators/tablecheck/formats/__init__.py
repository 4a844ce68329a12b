"""One file a format: a Source comes in, an Extract for each of its tables goes out."""
