"""The columns of the desk's lists of matters, on their pages and as files."""
