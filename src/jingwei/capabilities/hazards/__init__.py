"""Hazards to public safety: found, graded, rectified by plan, verified by others, cancelled; declared whole."""
