"""Clones for the machines that commit."""

from tests.clones import clone, clones, template

__all__ = ["clone", "clones", "template"]
