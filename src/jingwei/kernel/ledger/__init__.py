"""Append-only entries, chained within each stream; recomputed and compared with the state by anyone who asks."""
