"""What every file, import, table and name must keep to."""
