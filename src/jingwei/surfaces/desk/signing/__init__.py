"""Signing in with a second factor, and the page where somebody looks after the own login."""
