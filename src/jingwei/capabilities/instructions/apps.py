"""Enters what instructions offer."""

from importlib import import_module

from django.apps import AppConfig


class InstructionsConfig(AppConfig):
    """Instructions have no tables and no code of their own."""

    name = "jingwei.capabilities.instructions"

    def ready(self) -> None:
        """Reading the table of contents enters the type and the measures."""
        import_module("jingwei.capabilities.instructions.capability")
