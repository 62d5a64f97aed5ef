"""Dividing the grid anew: one cell cut along a line, or all cells of an area balanced; both end in one dated redraw."""
