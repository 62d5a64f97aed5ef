"""The rulebook on the desk: read pages, and why a matter went where it did."""
