"""Asks the city of this process for the parts of the command map by its cells, each counted anew, and prints the
milliseconds; run as a process of its own."""

import json
import sys
from collections.abc import Callable
from typing import Any

import django

_TIMES = 3  # that each part is asked for


def _parts() -> dict[str, Callable[[], Any]]:
    """Each part by its name: what asks for it once, with nothing counted before."""
    from jingwei.project.asked_pages import browser
    from jingwei.surfaces.command_map.figures import forget

    head = browser("head")

    def get(path: str) -> Callable[[], Any]:
        def ask() -> Any:
            forget()
            return head.get(path)

        return ask

    return {
        "page": get("/command/?level=cell"),
        "asked again": get("/command/live/?level=cell"),
        "marks": get("/command/marks/?level=cell"),
        "marks of districts": get("/command/marks/?level=district"),
        "list behind": get("/command/behind/?figure=overdue"),
        "day": get("/command/replay/?level=cell"),
        "day, frames": get("/command/replay/frames/?level=cell"),
    }


def parts(runs: int) -> list[dict[str, Any]]:
    """The medians of all parts; the figure is the slowest."""
    from jingwei.project.asked_pages import measured

    return measured(runs, _parts(), _TIMES)


if __name__ == "__main__":
    django.setup()
    print(json.dumps(parts(int(sys.argv[1])), ensure_ascii=False))
