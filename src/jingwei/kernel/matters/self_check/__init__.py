"""The daily self-check: a matter of its own type that must escalate along the way all matters go."""
