"""Console work on personal data."""
