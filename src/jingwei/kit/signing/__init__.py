"""Signing in: what a session has proved, what needs a second factor, passkeys."""
