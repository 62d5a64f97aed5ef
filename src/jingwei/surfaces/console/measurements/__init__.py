"""The measurements of `jingwei bench`: each a figure, and a floor measured in the same run."""

import importlib
import resource
import statistics
from collections.abc import Callable, Sequence
from typing import Any

from jingwei.surfaces.console.answer import Answer
from jingwei.surfaces.console.measurements.figure import Sample

_WHERE = {
    "locate": "arithmetic",
    "deadlines": "arithmetic",
    "intake_bulk": "intake",
    "intake_http": "intake",
    "worklist_1m": "reading",
    "matter_1m": "reading",
    "search_1m": "reading",
    "pages_1m": "reading",
    "command_map": "reading",
    "ledger_verify": "reading",
    "ledger_append": "appending",
    "ledger_clients": "appending",
    "start": "running",
    "idle": "running",
}


def measure(names: Sequence[str], runs: int, answer: Answer) -> list[dict[str, Any]]:
    """Takes each measurement `runs` times; gives medians: name, figure, unit, floor, ratio, rss_mb, runs."""
    figures = []
    for name in names:
        module = importlib.import_module(f"{__name__}.{_WHERE[name]}")
        take: Callable[[int, Answer], list[Sample]] = getattr(module, name)
        answer.say(f"{name} …")
        samples = take(runs, answer)
        figure = statistics.median(sample.figure for sample in samples)
        floors = [sample.floor for sample in samples if sample.floor is not None]
        floor = statistics.median(floors) if floors else None
        ratios = [sample.figure / sample.floor for sample in samples if sample.floor]
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        figures.append(
            {
                "name": name,
                "figure": round(figure, 4),
                "unit": samples[0].unit,
                "floor": round(floor, 4) if floor else None,
                "ratio": round(statistics.median(ratios), 4) if ratios else None,
                "rss_mb": max((sample.rss_mb or own) for sample in samples),
                "runs": len(samples),
                **samples[-1].more,
            }
        )
    return figures
