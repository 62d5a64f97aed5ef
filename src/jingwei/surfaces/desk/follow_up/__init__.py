"""After the closing: whom to call back, what to look at again."""
