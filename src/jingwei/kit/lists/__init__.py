"""Lists of pages as files that spreadsheet programs open: the same columns and rows, whole, with what they are."""
