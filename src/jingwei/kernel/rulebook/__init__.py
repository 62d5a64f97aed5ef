"""Declared parameters and their dated values: categories, limits, routing, calendars, words."""
