"""Units, posts, who holds which post when, the login account; builds the Actor and its scope."""
