"""Verification of a ledger by several processes."""
