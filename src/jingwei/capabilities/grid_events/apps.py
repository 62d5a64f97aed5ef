"""Enters what grid events offer."""

from importlib import import_module

from django.apps import AppConfig


class GridEventsConfig(AppConfig):
    """Grid events have no tables of their own: their type and measures are declared whole."""

    name = "jingwei.capabilities.grid_events"

    def ready(self) -> None:
        """Reading the table of contents enters the type and the measures."""
        import_module("jingwei.capabilities.grid_events.capability")
