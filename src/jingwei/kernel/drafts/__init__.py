"""Drafts: what some write and another person publishes: values of the rulebook, and the shifts of a roster."""
