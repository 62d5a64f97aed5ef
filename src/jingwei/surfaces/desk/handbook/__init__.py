"""The handbook on the desk: a page for each type of matter, with the limits and posts of this city."""
