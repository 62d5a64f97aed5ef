"""The acts of a grid event, by who does them: intake, dispatching, handling, checking, and what follows the closing."""
