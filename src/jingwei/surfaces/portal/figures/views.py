"""The public map, the public figures and the feed."""

import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.measures.published import PERIOD
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.words import Text
from jingwei.kit.maps.panel import Mark, Panel, panel_of, shades
from jingwei.kit.maps.sheets import sheet_of
from jingwei.kit.page import face_of, show
from jingwei.kit.publishing.figures import (
    COUNTS,
    MAPS,
    TOO_FEW,
    Week,
    by_area,
    ends_at,
    figures,
    weeks,
)

_HOUR = "public, max-age=3600"


@require_safe
def public_map(request: HttpRequest) -> HttpResponse:
    """Open or closed matters by area of the public level, under the rule of small counts."""
    chosen = "open" if request.GET.get("show") == "open" else "closed"
    with reading(COUNTS, everywhere=True) as scope:
        face, until = face_of(scope), ends_at(scope, PERIOD)
        panel = _panel(scope, chosen, until)
    tabs = [(key, measure.title) for key, measure in MAPS.items()]
    context = {"panel": panel, "tabs": tabs, "chosen": chosen, **_days(until)}
    return show(request, "portal/figures/map.html", face, context)


def _panel(scope: Scope, chosen: str, until: datetime.datetime) -> Panel:
    measure = MAPS[chosen]
    found = by_area(scope, measure, until)
    shade, keys = shades({one.place.code: one.count for one in found}, unit=5)
    marks = [Mark(one.place.code, one.place.name, shade[one.place.code], _words(one.count)) for one in found]
    return panel_of(measure.title, sheet_of(scope, places_of(scope).above_cells), marks, keys)


def _days(until: datetime.datetime) -> dict[str, datetime.date]:
    """The first and the last day of the period."""
    return {"since": (until - PERIOD).date(), "until": until.date() - datetime.timedelta(days=1)}


def _words(count: int | None) -> Text:
    return TOO_FEW if count is None else Text(f"约 {count} 件", f"about {count}")


@require_safe
def public_figures(request: HttpRequest) -> HttpResponse:
    """Declared measures of what residents report."""
    with reading(COUNTS, everywhere=True) as scope:
        face, found, until = face_of(scope), figures(scope), ends_at(scope, PERIOD)
    return show(request, "portal/figures/figures.html", face, {"figures": found, **_days(until)})


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """What was closed, a week an entry: counts by class and by area, and nothing of any one matter."""
    with reading(COUNTS, everywhere=True) as scope:
        face, found, zone = face_of(scope), weeks(scope), face_of(scope).zone
    language = get_language() or "zh-hans"
    title = Text("每周办结", "Closed each week")
    mark = face.file_mark
    atom = Atom1Feed(
        title=f"{face.title.in_(language)} · {title.in_(language)}",
        link=request.build_absolute_uri(reverse("portal:map")),
        description="",
        subtitle=mark.head if mark else None,
        feed_url=request.build_absolute_uri(reverse("portal:feed")),
        language=language,
    )
    for week in found:
        began = week.until - datetime.timedelta(days=7)
        atom.add_item(
            title=f"{began:%Y-%m-%d} – {week.until - datetime.timedelta(days=1):%Y-%m-%d}",
            link=request.build_absolute_uri(reverse("portal:map")),
            description=_told(week, language),
            unique_id=f"tag:jingwei,2026:closed:{week.until:%Y-%m-%d}",
            updateddate=datetime.datetime.combine(week.until, datetime.time(), zone),
        )
    answer = HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    answer["Cache-Control"] = _HOUR
    return answer


def _told(week: Week, language: str) -> str:
    total = TOO_FEW if week.total is None else Text(f"共约 {week.total} 件", f"about {week.total} in all")
    lines = [total.in_(language)]
    for rows in (week.classes, week.areas):
        lines += [f"{name.in_(language)}: {count}" for name, count in rows]
    return "\n".join(lines)
