"""A training city beside the real one: made, and made anew each night."""
