"""The morning's check on the console."""
