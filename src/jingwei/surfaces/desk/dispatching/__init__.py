"""Dispatching: the matters that wait for a unit, what is proposed for each, and what speaks against it."""
