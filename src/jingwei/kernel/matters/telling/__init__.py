"""Telling people: from a message to inboxes and channels outside, in the receiver's time, at least once."""
