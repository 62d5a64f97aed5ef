"""Acts on a matter, as whoever does them says them: a form of the desk, or another system."""
