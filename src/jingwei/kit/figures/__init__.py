"""Declared figures as pages show them."""
