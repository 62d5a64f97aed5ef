"""Who read whose matter: a line for every matter shown to staff, sealed every ten minutes by a root in the ledger."""
