"""One file for each way from one capability to another: hears a fact, sends a command."""
