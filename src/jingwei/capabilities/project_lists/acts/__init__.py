"""The acts of a project: laying it out, carrying it out, and holding it against its indicator."""
