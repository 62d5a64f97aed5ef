"""What is asked of one figure: by what it is split, of which period, and under which borders areas are counted."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.http import QueryDict

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.measures.facts import AREA_LEVEL
from jingwei.kernel.places.borders import Era, eras
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import day_written
from jingwei.surfaces.desk.agencies.history import day_of, read_day

_DAY = datetime.timedelta(days=1)
_BORDERS, _SINCE, _UNTIL = Text("边界", "Borders"), Text("上报自", "Reported since"), Text("上报至", "Reported until")
_FILED = Text("上报时的边界", "borders of the day of each report")
AS_FILED = Text(
    "上报时的边界：每件事项算在上报当时所在的网格；移交过的，算在接手的网格。",
    "The borders of the day of each report: a matter counts in the cell it lay in when it was reported, or that it was "
    "handed over to.",
)


@dataclass(frozen=True, slots=True)
class Split:
    """As asked for; `by` "" is the whole, `era` None the borders of the day of each report."""

    by: str
    era: Era | None
    since: datetime.date | None
    until: datetime.date | None  # the last day
    among: Q

    @property
    def by_area(self) -> bool:
        """Whether the figure is split by areas of a level."""
        return self.by.startswith(AREA_LEVEL)

    @property
    def borders(self) -> str:
        """The day by which the address names them."""
        return self.era.from_on.isoformat() if self.era else ""

    @property
    def said(self) -> Text:
        """In a sentence, which borders are used."""
        if self.era is None:
            return AS_FILED
        span = era_title(self.era)
        return Text(
            f"{span.zh}：无论何时上报，每件事项都按坐标算在这一边界下的网格。",
            f"{span.en}: whenever it was reported, each matter counts where its point lies under these borders.",
        )

    def heading(self, way: Text) -> Text:
        """What the parts are, as a file without a title page says it: with the borders, where they are areas."""
        if not self.by_area:
            return way
        span = era_title(self.era) if self.era else _FILED
        return Text(f"{way.zh}（{span.zh}）", f"{way.en} ({span.en})")

    @property
    def period(self) -> list[tuple[Text, Text]]:
        """The period in words, as far as one was asked for."""
        asked = ((_SINCE, self.since), (_UNTIL, self.until))
        return [(title, day_written(day)) for title, day in asked if day is not None]

    def filters(self, scope: Scope) -> list[tuple[Text, Text]]:
        """The period and the borders in words."""
        return [*self.period, *([(_BORDERS, self.said)] if self.by_area else [])]

    @property
    def kept(self) -> str:
        """All of it as the query of an address."""
        asked = QueryDict(mutable=True)
        days = {name: day.isoformat() for name, day in (("since", self.since), ("until", self.until)) if day}
        asked.update({"by": self.by, **days, **({"borders": self.borders} if self.era else {})})
        return asked.urlencode()


def split_asked(scope: Scope, asked: QueryDict, ways: Collection[str], zone: ZoneInfo) -> Split:
    """Reads an address; what it names that is not there is as if it were not asked."""
    by = asked.get("by", "") if asked.get("by") in ways else ""
    since, until = read_day(asked.get("since", "")), read_day(asked.get("until", ""))
    wanted = read_day(asked.get("borders", ""))
    known = eras(places_of(scope)) if wanted and by.startswith(AREA_LEVEL) else []
    era = next((one for one in known if _within(one, wanted)), None)
    return Split(by, era, since, until, _among(since, until, zone))


def era_choices(scope: Scope) -> list[tuple[str, Text]]:
    """Which borders there were and are, the latest first, as day of their beginning and in words; nothing to choose
    from in a city that was never redrawn."""
    known = eras(places_of(scope))
    return [(one.from_on.isoformat(), era_title(one)) for one in reversed(known)] if len(known) > 1 else []


def era_title(era: Era) -> Text:
    """Which borders these are: until when and since when they are in force."""
    since = day_written(era.from_on)
    if era.until_on is None:
        return Text(f"{since.zh}起的边界", f"Borders since {since.en}")
    last = day_written(era.until_on - _DAY)
    return Text(f"{since.zh}至{last.zh}的边界", f"Borders from {since.en} until {last.en}")


def _within(era: Era, day: datetime.date | None) -> bool:
    return day is not None and era.from_on <= day and (era.until_on is None or day < era.until_on)


def _among(since: datetime.date | None, until: datetime.date | None, zone: ZoneInfo) -> Q:
    first, last = since and day_of(since, zone), until and day_of(until, zone)
    among = Q(opened_at__gte=first[0]) if first else Q()
    return among & Q(opened_at__lt=last[1]) if last else among
