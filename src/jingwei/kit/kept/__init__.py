"""What a person keeps of the work list: views with their filters, and the columns shown."""
