"""A figure in words: its value, what it was worked out from, what its group is called."""

import datetime
from dataclasses import dataclass
from decimal import Decimal

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.measures.compute import Figure
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.places.borders import UNTOLD
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import length
from jingwei.kit.saying import category_title

NOTHING = Text("（空）", "(none)")
_UNTOLD = Text("无法归入：没有坐标，所在网格已重划", "Cannot be told: no point, in a cell that was redrawn")
_MADE_OF = {"share": ("{:,} / {:,}", "{:,} / {:,}"), "mean_seconds": ("{1:,} 件", "{1:,} matters")}
NO_VALUE = Text("样本太少", "Too few matters")


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure in words, with what it is made of."""

    measure: Measure
    group: Text
    value: Text
    figure: Figure

    @property
    def made_of(self) -> Text:
        """What it was worked out from: a share from so many of so many, a mean from so many matters."""
        numerator, number, unknown = self.figure.numerator, self.figure.denominator, self.figure.unknown
        zh, en = _MADE_OF.get(self.measure.unit, ("", ""))
        parts = [Text(zh.format(numerator, number), en.format(numerator, number))] if zh else []
        parts += [Text(f"说不清 {unknown:,} 件", f"{unknown:,} cannot be told")] if unknown else []
        return Text(" · ".join(one.zh for one in parts), " · ".join(one.en for one in parts))


def in_words(measure: Measure, figure: Figure) -> Text:
    """A share in per cent, a count, a mean as a span; that there are too few matters for a value."""
    if figure.value is None:
        return NO_VALUE
    if measure.unit == "share":
        written = f"{(figure.value * 100).quantize(Decimal('0.1'))}%"
        return Text(written, written)
    if measure.unit == "mean_seconds":
        return length(datetime.timedelta(seconds=int(figure.value)))
    written = f"{int(figure.value):,}"
    return Text(written, written)


def group_title(scope: Scope, by: str, key: str | None) -> Text:
    """What a group of a figure is called."""
    if key is None:
        return NOTHING
    if key == UNTOLD:
        return _UNTOLD
    if by == "category":
        return category_title(scope, key)
    if by == "unit":
        body = agencies_of(scope).unit_by_code.get(key)
        return body.name if body else Text(key, key)
    place = places_of(scope).by_code.get(key)
    return place.name if place else Text(key, key)
