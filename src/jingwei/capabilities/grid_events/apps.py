"""Enters what grid events offer."""

from django.apps import AppConfig


class GridEventsConfig(AppConfig):
    """Grid events have no tables of their own: their type is declared whole."""

    name = "jingwei.capabilities.grid_events"

    def ready(self) -> None:
        from jingwei.capabilities.grid_events import matter_type

        assert matter_type.GRID_EVENT
