"""The protection of personal data: what is to be erased, and who decides on it."""
