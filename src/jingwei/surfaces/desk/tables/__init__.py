"""Lists of the desk as files that spreadsheet programs open."""
