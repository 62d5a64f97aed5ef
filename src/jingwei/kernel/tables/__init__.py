"""Tables as people keep them: the one reader of Excel and CSV, and the one writer of Excel."""
