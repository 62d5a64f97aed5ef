"""The practice city from its seed: ground, names, agencies and the year's plan, always in the same order of chance."""

import datetime
import json
import random
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from jingwei.surfaces.console.practice.agencies import GONE, Agencies, Routes, appoint
from jingwei.surfaces.console.practice.days import Days
from jingwei.surfaces.console.practice.land.flaws import Flaws, plant
from jingwei.surfaces.console.practice.land.ground import lay_out
from jingwei.surfaces.console.practice.land.places import Places, name_places
from jingwei.surfaces.console.practice.plan import Books, Planned, Planner
from jingwei.surfaces.console.practice.residents import Residents
from jingwei.surfaces.console.practice.words import Words, rows

FEWEST_CELLS, MOST_CELLS = 60, 20_000
YEAR = datetime.timedelta(days=365)
_FILE = "practice.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the city is made from; two cities of the same are the same to the byte."""

    seed: int
    cells: int
    matters: int
    until: str  # the day (2026-11-26) before whose first minute the simulated year ends

    @property
    def ends(self) -> datetime.datetime:
        """The end of the simulated time, local."""
        return datetime.datetime.combine(datetime.date.fromisoformat(self.until), datetime.time())

    @property
    def begins(self) -> datetime.datetime:
        """Its beginning, a year earlier."""
        return self.ends - YEAR

    def keep(self, folder: Path) -> None:
        """Writes it beside the pack."""
        (folder / _FILE).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def kept(cls, folder: Path) -> "Wanted":
        """What `keep` wrote."""
        return cls(**json.loads((folder / _FILE).read_text(encoding="utf-8")))

    def chance(self, of: str) -> random.Random:
        """A stream of chance of its own for each part, so that one part's change does not move the others."""
        return random.Random(f"{self.seed}/{self.cells}/{of}")  # noqa: S311  # an invented city, no secret


@dataclass(frozen=True, slots=True)
class Invented:
    """The city as invented."""

    wanted: Wanted
    base: Path
    places: Places
    agencies: Agencies
    flaws: Flaws

    def books(self) -> Books:
        """What the plan looks up, from the pack's tables."""
        limits = {
            (row["category"], row["condition"]): (row["counting"], int(row["amount"]), row["unit"])
            for row in rows(self.base / "limits.csv")
            if row["clock"] == "handle"
        }
        handles = {name for name, role in _roles(self.base).items() if "matter.handle" in role["grants"]}
        handlers = {row["unit"]: row["code"] for row in self.agencies.posts if row["role"] in handles}
        first, last = self.wanted.begins.date(), self.wanted.ends.date()
        year = datetime.timedelta(days=366)
        days = Days(rows(self.base.parent / "calendars" / "cn.csv"), first - year, last + year)
        sound = [row for row in self.agencies.routing if row["unit"] != GONE]
        classes = {row["code"]: row for row in rows(self.base / "catalogue.csv")}
        return Books(limits, classes, Routes(sound), Routes(self.agencies.routing), handlers, days)

    def plan(self) -> Iterator[Planned]:
        """The year's matters in the order of their coming in."""
        chance, wanted = self.wanted.chance(f"{self.wanted.matters}/plan"), self.wanted
        folder = self.base / "made"
        ground, until = (self.places, self.flaws.certain), wanted.ends.date()
        residents = Residents(folder, ground, Words(folder, chance), chance, until)
        moments = residents.moments(wanted.matters, wanted.begins.date())
        return Planner(self.books(), residents, chance, wanted.ends).plan(moments)


def invent(wanted: Wanted, base: Path) -> Invented:
    """Ground, names and agencies; `base` is the pack that everything general comes from."""
    chance = wanted.chance("names")
    words = Words(base / "made", chance)
    places = name_places(lay_out(wanted.cells, wanted.chance("ground")), words, chance)
    tables = {name: rows(base / name) for name in ("units.csv", "posts.csv", "routing.csv")}
    return Invented(wanted, base, places, appoint(places, tables, words), plant(places, wanted.chance("flaws")))


def _roles(base: Path) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = tomllib.loads((base / "roles.toml").read_text(encoding="utf-8"))["role"]
    return found
