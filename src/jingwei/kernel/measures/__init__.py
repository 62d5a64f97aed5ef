"""Declared figures: a numerator within a denominator over one flat fact table, computed nowhere else."""
