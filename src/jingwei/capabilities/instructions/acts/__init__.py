"""The acts of an instruction: those of the unit that is instructed, and those of the centre that issued it."""
