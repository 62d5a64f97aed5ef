"""New logs after a restore or a loss: who opened one, why, and what was known of the one before."""
