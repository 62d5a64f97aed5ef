"""Enters the type of the tasks that clashes become."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Feeds have no tables of their own."""

    name = "jingwei.kernel.feeds"

    def ready(self) -> None:
        from jingwei.kernel.feeds import matter_type  # noqa: F401  # importing it enters the type
