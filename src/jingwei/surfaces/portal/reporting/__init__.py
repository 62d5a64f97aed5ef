"""Reporting in three steps: what, where, contact; each a page of its own that carries what the others were told."""
