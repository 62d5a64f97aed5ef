"""A draft tried on the matters of the last quarter, part by part: its page, what the page carries on, its file."""
