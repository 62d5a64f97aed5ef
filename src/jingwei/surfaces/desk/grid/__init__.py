"""The grid: areas with their faults, the matters a redraw moves, and the placing of a matter by hand."""
