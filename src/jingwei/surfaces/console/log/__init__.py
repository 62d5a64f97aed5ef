"""The log over the ledger: its key, the checkpoints outside the database, the commands about it."""
