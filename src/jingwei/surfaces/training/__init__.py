"""The training city: whoever reaches it picks a role and tries it."""
