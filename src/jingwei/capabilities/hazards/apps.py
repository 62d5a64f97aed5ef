"""Enters what hazards offer."""

from importlib import import_module

from django.apps import AppConfig


class HazardsConfig(AppConfig):
    """Hazards have no tables and no code of their own."""

    name = "jingwei.capabilities.hazards"

    def ready(self) -> None:
        """Reading the table of contents enters the type and the measures."""
        import_module("jingwei.capabilities.hazards.capability")
