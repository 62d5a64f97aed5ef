"""What every page knows: its language, the city's name and zone."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.rulebook.training import Training, training_of
from jingwei.kernel.tables.writing import Mark
from jingwei.kernel.values.words import Text
from jingwei.kit.frame.look import look_of
from jingwei.kit.moments import short

INVALID = Text("练习用，内容均为虚构，无效", "For training: all of it is invented, and it is not valid")
"""What stands on every paper and in every file of a training city."""


@dataclass(frozen=True, slots=True)
class Face:
    """The city as its pages show it."""

    title: Text
    zone: ZoneInfo
    practice: Text | None = None  # the mark of a city invented for practice
    training: Training | None = None  # the mark of a training city, which is one for practice as well
    danger: Text | None = None  # what whoever is in danger does, with the numbers to call
    help: Text | None = None  # whom residents call where a page does not help them

    @property
    def file_mark(self) -> Mark | None:
        """What stands in the files of a training city, in the reader's language; None elsewhere."""
        language = get_language() or "zh-hans"
        return Mark(INVALID.in_(language), self.training.mark.in_(language)) if self.training else None

    def file_name(self, name: str) -> str:
        """What a file that is handed out is called: in a training city it says where it comes from."""
        return f"training-{name}" if self.training else name

    @property
    def reset(self) -> Text | None:
        """When a training city is made anew next, in the city's zone."""
        if self.training is None or not self.training.reset:
            return None
        now = datetime.datetime.now(datetime.UTC)
        return short(next_reset(self.training.reset, now), self.zone, now)


def face_of(scope: Scope) -> Face:
    """The city's title, mark and telephones of the rulebook, and the zone of its working calendar, in which moments are
    written."""
    rules, on = rules_of(scope), scope.today
    title, mark = rules.value("city", "title", on), rules.value("city", "practice", on)
    return Face(
        Text(title.content["zh"], title.content["en"]) if title else Text("", ""),
        scope.zone,
        Text(mark.content["zh"], mark.content["en"]) if mark else None,
        training_of(scope),
        rules.word("emergency", on),
        rules.word("help", on),
    )


def next_reset(at: str, now: datetime.datetime) -> datetime.datetime:
    """The next moment at which the clock of this machine shows `at` (`03:00`)."""
    local = now.astimezone()
    today = local.replace(hour=int(at[:2]), minute=int(at[3:]), second=0, microsecond=0)
    return today if today > local else today + datetime.timedelta(days=1)


def public_face() -> Face:
    """As `face_of`, for pages that read nothing else."""
    with reading(public()) as scope:
        return face_of(scope)


def page(request: HttpRequest) -> dict[str, Any]:
    """Django's context processor: the language of the page, the other one, and how the reader wants it to look."""
    language = get_language() or "zh-hans"
    other = "en" if language.startswith("zh") else "zh-hans"
    return {"language": language, "other_language": other, "look": look_of(request)}


def show(
    request: HttpRequest, template: str, face: Face, context: Mapping[str, Any], status: int = HTTPStatus.OK
) -> HttpResponse:
    """A page of the city."""
    return render(request, template, {**context, "city": face}, status=status)
