"""Matters, and the check of every declared type at start."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


def check_types(**_: Any) -> list[CheckMessage]:
    """Every declared type must be without problems; a program with an unsound procedure does not start."""
    from jingwei.kernel.matters.types import all_types

    hint = "Mend the declaration: docs/glossary.md says what its parts mean."
    return [Error(problem, hint=hint, id="matters.E001") for one in all_types() for problem in one.problems()]


class MattersConfig(AppConfig):
    """Enters the check."""

    name = "jingwei.kernel.matters"

    def ready(self) -> None:
        """Reading its declaration enters the type that the kernel itself has."""
        import_module("jingwei.kernel.matters.self_check.probe")
        register(check_types, "matters")
