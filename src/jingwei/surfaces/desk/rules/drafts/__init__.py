"""Drafts of rules on the desk: edit, read the difference, try it, have somebody else publish it, take it back."""
