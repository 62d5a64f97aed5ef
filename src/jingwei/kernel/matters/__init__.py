"""The head of every case: declared types, the generic action, parties, links, external numbers."""
