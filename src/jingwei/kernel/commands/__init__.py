"""Actor, command, Work, execute, execute_many: the one way to change state; reading: the one way to read in scope."""
