"""Wires everything: settings, addresses, the web entry."""
