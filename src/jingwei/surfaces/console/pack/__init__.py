"""A city as data: reads a pack's folder, lists everything wrong with it, and enters it by commands."""
