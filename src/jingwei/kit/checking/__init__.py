"""The morning's check of one city: one list of lines, shown by the console, a page of the desk and the metrics."""
