"""Plain values: ids, canonical JSON, hashes, words, coordinates, errors; standard library only."""
