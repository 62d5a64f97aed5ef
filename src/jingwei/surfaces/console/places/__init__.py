"""Console commands on the areas of a city: count, locate, check, sheets of cells, boundaries, redraws."""

from jingwei.surfaces.console.places.run import declare

__all__ = ["declare"]
