"""Pages of the declared figures: all of one type, and one with the matters behind it."""
