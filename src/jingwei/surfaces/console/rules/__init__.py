"""Rules on the console: what is broken, and what a draft would have done."""
