"""One's own matters, and everything about oneself, for whoever proves a telephone number or came in person."""
