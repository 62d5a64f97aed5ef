"""The figures that were counted ahead lie in a file beside the pid files, as they can be counted again at any time."""

import json
import os
import threading
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from jingwei.kernel.measures.compute import Figure

Counted = Sequence[Sequence[Figure]]
"""The figures of some measures: for each measure those of every group."""

_lock = threading.Lock()
_held: tuple[Path, int, Mapping[str, Counted]] | None = None


def kept() -> Mapping[str, Counted]:
    """What was counted ahead, by what was asked; read again when it has changed. Nothing where nothing was counted."""
    global _held
    path = _path()
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return {}
    held = _held
    if held is not None and held[:2] == (path, changed):
        return held[2]
    with _lock:
        found = _read(path)
        _held = (path, changed, found)
    return found


def keep(counted: Mapping[str, Counted]) -> None:
    """Keeps these in place of what was kept: whole or not at all, as web processes read it meanwhile."""
    told = {
        key: [
            [
                [
                    one.group,
                    one.numerator,
                    one.denominator,
                    one.unknown,
                    str(one.value) if one.value is not None else None,
                ]
                for one in figures
            ]
            for figures in measures
        ]
        for key, measures in counted.items()
    }
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(told, sort_keys=True), encoding="utf-8")
    os.replace(new, path)


def _path() -> Path:
    return Path(settings.HOME) / "run" / f"public-figures-{settings.CITY}.json"


def _read(path: Path) -> Mapping[str, Counted]:
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        return {
            key: [
                [
                    Figure(tuple(group), numerator, denominator, unknown, Decimal(value) if value is not None else None)
                    for group, numerator, denominator, unknown, value in figures
                ]
                for figures in measures
            ]
            for key, measures in given.items()
        }
    except (OSError, ValueError, TypeError, AttributeError, ArithmeticError):  # damaged: the worker writes it anew
        return {}
