"""Cells as a table: a city runs on an Excel sheet of them before any polygon is drawn."""
