"""Tags and filters of all templates: words in the reader's language, moments in the city's zone, inputs of forms."""

import datetime
import re
from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.http import QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.values.words import Text
from jingwei.kit import moments
from jingwei.kit.exercise import AtExercise, at_exercise
from jingwei.kit.forms import Group, Input
from jingwei.kit.moments import WEEKDAYS, TimeLeft, counted, day_written, local_text, short, written
from jingwei.kit.parts.table import Table

register = template.Library()

_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def language_now() -> str:
    """The reader's language; what draws hundreds of words asks for it once, as asking takes as long as drawing."""
    return get_language() or "zh-hans"


@register.filter
def in_(text: Text | None) -> str:
    """A declared text in the reader's language."""
    return text.in_(language_now()) if text else ""


@register.filter
def original(text: str) -> str | SafeString:
    """A text that stands as its source wrote it (a legal basis): on pages in English what is Chinese is marked so, for
    readers and for what reads aloud."""
    if language_now().startswith("zh") or not _CHINESE.search(text):
        return text
    return format_html('<span class="original" lang="zh-Hans">{}</span>', text)


@register.filter
def holds(actor: Actor, grant: str) -> bool:
    """Whether somebody holds a grant in some post, to leave out what would be refused."""
    return actor.holds(grant)


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime.datetime | None) -> str | SafeString:
    """A moment in the city's zone, readable by machines as well."""
    if at is None:
        return "—"
    return _time(at, written(at, context["city"].zone), language_now())


@register.simple_tag(takes_context=True)
def brief_moment(context: Context, at: datetime.datetime | None) -> str | SafeString:
    """A moment for the rows of lists: without the present year; whoever points at it reads it whole."""
    now = datetime.datetime.now(datetime.UTC)
    return brief_time(at, context["city"].zone, now, language_now()) if at else "—"


def brief_time(at: datetime.datetime, zone: ZoneInfo, now: datetime.datetime, language: str) -> SafeString:
    """As `brief_moment`, for what draws many."""
    return _time(at, short(at, zone, now), language, written(at, zone))


@register.simple_tag(takes_context=True)
def from_now(context: Context, at: datetime.datetime) -> SafeString:
    """How long ago, or in how long; whoever points at it reads the moment."""
    zone = context["city"].zone
    now = datetime.datetime.now(datetime.UTC)
    return _time(at, moments.from_now(at, zone, now), language_now(), written(at, zone))


def _time(at: datetime.datetime, words: Text, language: str, whole: Text | None = None) -> SafeString:
    title = f' title="{escape(whole.in_(language))}"' if whole else ""
    said = escape(words.in_(language))
    return SafeString(f'<time datetime="{at.isoformat(timespec="seconds")}"{title}>{said}</time>')


@register.filter
def day(on: datetime.date) -> SafeString:
    """A day, readable by machines as well."""
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), in_(day_written(on)))


@register.filter
def weekday(on: datetime.date) -> str:
    """The day of the week, shortened."""
    return in_(WEEKDAYS[on.weekday()])


@register.filter
def count(number: int) -> str:
    """A number of things with its thousands apart."""
    return counted(number)


@register.simple_tag(takes_context=True)
def wall_clock(context: Context, at: datetime.datetime) -> str:
    """A moment in the city's zone as inputs and addresses write it: `2026-11-24T14:05`."""
    return local_text(at, context["city"].zone).replace(" ", "T")


@register.simple_tag(takes_context=True)
def time_of_day(context: Context, at: datetime.datetime) -> SafeString:
    """The time of a moment in the city's zone, where its day stands above; machines read the whole."""
    shown = local_text(at, context["city"].zone).partition(" ")[2]
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), shown)


_WHY = Text("为何", "why")


@register.simple_tag
def badge(left: TimeLeft, why: str = "") -> SafeString:
    """Time left as a small label; its words say all, the colour, the shape and the ring, which closes as the time goes
    by, only help. `why` is the address where the clock is explained line by line."""
    return clock_badge(left, why, language_now())


def clock_badge(left: TimeLeft, why: str, language: str) -> SafeString:
    """As `badge`. Stands in every line of lists, so it is put together as text."""
    words, title, used = escape(left.words.in_(language)), "", ""
    if left.kind == "none":
        return SafeString(f'<span class="badge badge-none">{words}</span>')
    if left.used is not None:
        used = f'<circle class="used" cx="10" cy="10" r="8" pathLength="100" stroke-dasharray="{left.used} 100"/>'
        title = f' title="{escape(_gone(left.used).in_(language))}"'
    clock = (
        '<svg class="icon ring" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="8"/>'
        f'{used}<use href="{_icons()}#left-{left.kind}"/></svg>'
    )
    shown = f'<span class="badge badge-{left.kind}"{title}>{clock}{words}</span>'
    if not why:
        return SafeString(shown)
    asks = escape(_WHY.in_(language))
    return SafeString(f'{shown} <a class="why-due" href="{escape(why)}" aria-label="{asks} {words}">{asks}</a>')


@cache
def _icons() -> str:
    """The address of the drawings, which stands as long as the process."""
    return static("kit/icons.svg")


def _gone(share: int) -> Text:
    return Text(
        f"从起算到期限，时间已过 {share}%", f"{share}% of the time from its beginning to its due moment is gone"
    )


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A small drawing beside words, for the eye alone."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', _icons(), name)


@register.inclusion_tag("kit/parts/table.html", takes_context=True)
def table(context: Context, shown: Table) -> dict[str, Any]:
    """A table of kit/parts/table.py."""
    return {"table": shown, "city": context["city"]}


@register.simple_tag(takes_context=True)
def excel(context: Context, here: str | None = None, of: str = "") -> SafeString:
    """The link to the list of this page as Excel: whole, under the filters that the address has, or that `here` has
    where the page chose some of its own; `of` names one of several lists."""
    asked = context["request"].GET.copy() if here is None else QueryDict(here.removeprefix("?"), mutable=True)
    for name in ("after", "read", "below", "done", "as"):
        asked.pop(name, None)
    asked["as"] = "xlsx"
    if of:
        asked["of"] = of
    title = in_(_WHOLE)
    return format_html(
        '<a class="button second excel no-print" href="?{}" title="{}" download>Excel</a>', asked.urlencode(), title
    )


_WHOLE = Text("下载整个列表，筛选如上", "Download the whole list under these filters")


@register.simple_tag
def options(groups: Iterable[Group], chosen: str = "") -> SafeString:
    """The choices of a select, the chosen one marked; drawn here as a template takes milliseconds for a hundred."""
    language = language_now()
    return SafeString("".join(_options(one, chosen, language) for one in groups))


def _options(group: Group, chosen: str, language: str) -> str:
    drawn = "".join(
        f'<option value="{escape(key)}"{" selected" if key == chosen else ""}>{escape(title.in_(language))}</option>'
        for key, title in group.choices
    )
    return f'<optgroup label="{escape(group.title.in_(language))}">{drawn}</optgroup>' if group.title.zh else drawn


@register.inclusion_tag("kit/input.html")
def field(shown: Input) -> dict[str, Any]:
    """One input of a form with its label, hint and error."""
    return {"input": shown}


@register.simple_tag(takes_context=True)
def neighbour(context: Context) -> str:
    """The address of the training city beside a real one, of the real one beside a training city; "" without one. On
    the host of this request, where no address was told."""
    other = settings.NEIGHBOUR()
    if other is None:
        return ""
    page = reverse("desk:work") if settings.TRAINING else reverse("training:home")
    host = re.sub(r":\d+$", "", context["request"].get_host())
    near = f"{'https' if other.tls else 'http'}://{host}:{other.port}"
    return f"{other.address or near}{page}"


@register.simple_tag(takes_context=True, name="at_exercise")
def exercise_of(context: Context) -> AtExercise | None:
    """The exercise that the reader is at in a training city."""
    return at_exercise(context["request"])
