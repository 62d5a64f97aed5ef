"""Plain values: ids, canonical JSON, hashes, words, coordinates, errors, without a database."""
