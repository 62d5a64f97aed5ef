"""How long matters are kept: the term of one, and its legal holds."""
