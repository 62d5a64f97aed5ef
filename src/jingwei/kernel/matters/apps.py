"""Matters, and the check of every declared type at start."""

from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register


def check_types(**_: Any) -> list[CheckMessage]:
    """Every declared type must be without problems; a program with an unsound procedure does not start."""
    from jingwei.kernel.matters.types import all_types

    hint = "Mend the declaration: docs/glossary.md says what its parts mean."
    problems = [problem for one in all_types() for problem in one.problems()]
    general = [one.key for one in all_types() if one.classes == "general"]
    if len(general) > 1:
        problems.append(f"{', '.join(general)}: the general classes of the catalogue belong to one type only")
    return [Error(problem, hint=hint, id="matters.E001") for problem in problems]


class MattersConfig(AppConfig):
    """Enters the check."""

    name = "jingwei.kernel.matters"

    def ready(self) -> None:
        """Reading its declaration enters the type that the kernel itself has."""
        import_module("jingwei.kernel.matters.self_check.probe")
        register(check_types, "matters")
