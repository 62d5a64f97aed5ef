"""OGC API Features: the grid, and what is counted in public, for maps and geographic software."""
