"""Feeds: what another system holds flows in, keyed by its own numbers; nothing it does not state is invented."""
