"""Registers the check that every view states its permission."""

from django.apps import AppConfig
from django.core.checks import register


class KitConfig(AppConfig):
    """The kit as Django sees it."""

    name = "jingwei.kit"

    def ready(self) -> None:
        from jingwei.kit.permission import check_views  # noqa: PLC0415  # needs the loaded applications

        register(check_views)
