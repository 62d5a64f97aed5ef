"""Units, posts and people: who holds which post, what is open with it, changing and ending; by Excel as well."""
