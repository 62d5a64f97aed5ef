"""Messages kept with the change they tell of, and their delivery by the worker."""
