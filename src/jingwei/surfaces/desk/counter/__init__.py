"""The counter: for people who come in person."""
