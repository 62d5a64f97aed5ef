"""Enters what enterprise needs offer."""

from importlib import import_module

from django.apps import AppConfig


class EnterpriseNeedsConfig(AppConfig):
    """Enterprise needs have no tables and no code of their own."""

    name = "jingwei.capabilities.enterprise_needs"

    def ready(self) -> None:
        """Reading the table of contents enters the type and the measures."""
        import_module("jingwei.capabilities.enterprise_needs.capability")
