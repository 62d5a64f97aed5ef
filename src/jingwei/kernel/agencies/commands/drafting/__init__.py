"""Drafts of a roster: shifts that come and go, published by a second person; and what cannot wait for one."""
