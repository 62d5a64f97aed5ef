"""The grid as a map: its shapes, small enough for a page; the panel of areas, and the one that picks a point."""
