"""What a text may be about: classes of the catalogue by the words that speak for them. A person chooses."""
