"""Clones for the kernel's tests that commit."""

from tests.clones import clone, clones, template

__all__ = ["clone", "clones", "template"]
