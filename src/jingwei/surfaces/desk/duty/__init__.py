"""Duty: who is on duty, the rosters, one's own leave and swaps."""
