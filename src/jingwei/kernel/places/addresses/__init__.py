"""Addresses written as text: what they say, and which cell they mean."""
