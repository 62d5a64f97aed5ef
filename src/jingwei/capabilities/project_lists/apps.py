"""Enters what project lists offer."""

from importlib import import_module

from django.apps import AppConfig


class ProjectListsConfig(AppConfig):
    """Projects have no tables and no code of their own."""

    name = "jingwei.capabilities.project_lists"

    def ready(self) -> None:
        """Reading the table of contents enters the type and the measures."""
        import_module("jingwei.capabilities.project_lists.capability")
