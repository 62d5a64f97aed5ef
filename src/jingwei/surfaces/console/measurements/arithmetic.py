"""Locating and deadlines, without a database."""

import datetime
import time
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from jingwei.kernel.clocks.bulk import due_many
from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.counting import Counting, Limit
from jingwei.kernel.places.locator import Locator
from jingwei.surfaces.console.answer import Answer
from jingwei.surfaces.console.measurements.figure import Sample

_MANY = 1_000_000
_CELLS = 10_000
_SEED = 20261124


def locate(runs: int, answer: Answer) -> list[Sample]:
    """Points a second in 10,000 Voronoi cells. Floor: the tree's boxes alone, without looking at any polygon."""
    random = np.random.default_rng(_SEED)
    centres = random.random((_CELLS, 2)) * 0.3 + [116.2, 39.8]
    cells = list(shapely.voronoi_polygons(shapely.MultiPoint(centres)).geoms)
    locator = Locator([f"{number:05}" for number in range(_CELLS)], [shapely.to_wkb(cell) for cell in cells])
    tree = shapely.STRtree(cells)
    lons = ((random.random(_MANY) * 0.3 + 116.2) * 1e7).astype(np.int64)
    lats = ((random.random(_MANY) * 0.3 + 39.8) * 1e7).astype(np.int64)
    samples = []
    for _ in range(runs):
        began = time.perf_counter()
        tree.query(shapely.points(lons / 1e7, lats / 1e7))
        floor = _MANY / (time.perf_counter() - began)
        began = time.perf_counter()
        found = locator.locate_many(lons, lats)
        samples.append(
            Sample(_MANY / (time.perf_counter() - began), "points/s", floor, more={"in_none": int((found < 0).sum())})
        )
    return samples


def deadlines(runs: int, answer: Answer) -> list[Sample]:
    """Deadlines a second in working time with holidays and a noon break. Floor: adding a constant to the same array."""
    holidays = {datetime.date(year, 10, day): False for year in range(2007, 2030) for day in range(1, 8)}
    windows = ((datetime.time(9), datetime.time(12)), (datetime.time(13, 30), datetime.time(17, 30)))
    calendar = WorkCalendar("bench", ZoneInfo("Asia/Shanghai"), frozenset(range(1, 6)), windows, holidays)
    limit = Limit(Counting.WORKING_HOUR, 12, "hour")
    starts = np.random.default_rng(_SEED).integers(1_262_304_000, 1_893_456_000, _MANY) * 1_000_000
    due_many(starts[:10], limit, calendar)  # the calendar's table is made once a process
    samples = []
    for _ in range(runs):
        began = time.perf_counter()
        _ = starts + 43_200_000_000
        floor = _MANY / (time.perf_counter() - began)
        began = time.perf_counter()
        due_many(starts, limit, calendar)
        samples.append(Sample(_MANY / (time.perf_counter() - began), "deadlines/s", floor))
    return samples
