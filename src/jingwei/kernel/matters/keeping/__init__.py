"""How long matters are kept, and what stops their destruction."""
