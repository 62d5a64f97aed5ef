"""The desk's navigation: every place of it in one list, shown to whoever may open it; and the work list's lines."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from zoneinfo import ZoneInfo

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.matters.types import all_types
from jingwei.kernel.values.words import Text
from jingwei.kit.frame.navigation import Group, Link, Place, Shown, navigation_for
from jingwei.kit.parts.table import Column
from jingwei.kit.templatetags.kit import brief_time, clock_badge, icon, language_now
from jingwei.surfaces.desk.queries import WorkRow

register = template.Library()

_EXCERPT = 130  # characters of a report in its line
_ANY_NUMBER = "NUMBER"  # stands for a matter's in the one address that is worked out
_CHOOSE = Text("选择", "Select")


def _reports(actor: Actor) -> bool:
    return any(actor.holds(one.report_grant) for one in all_types() if one.classes != "any")


GROUPS = (
    Group(
        Text("今天", "Today"),
        (
            Place("desk:work", Text("工作台", "Work"), "work", under="/matters/"),
            Place("desk:new_matter", Text("接件", "Intake"), "intake", asks=_reports),
            Place("desk:dispatch", Text("派遣", "Dispatch"), "dispatch"),
            Place("desk:inbox", Text("收件箱", "Inbox"), "inbox"),
            Place("desk:slip", Text("查询凭证", "Slips"), "slip"),
        ),
    ),
    Group(
        Text("清单", "Lists"),
        (
            Place(
                "desk:follow_up",
                Text("待回访", "To call back"),
                "call-back",
                ("call-back",),
                lambda actor: actor.holds("matter.accept"),
            ),
            Place(
                "desk:follow_up",
                Text("待复核", "To re-check"),
                "re-check",
                ("re-check",),
                lambda actor: actor.holds("matter.check"),
            ),
            Place("desk:sheet", Text("交接班", "Shift hand-over"), "hand"),
            Place("desk:destruction", Text("销毁清单", "Destruction lists"), "destroy"),
            Place("desk:erasures", Text("清除", "Erasures"), "erase"),
            Place("desk:readings", Text("阅看记录", "Readings"), "eye"),
            Place("desk:sign_ins", Text("登录记录", "Sign-ins"), "person"),
        ),
    ),
    Group(
        Text("城市", "The city"),
        (
            Place("command_map:home", Text("指挥图", "Command map"), "map"),
            Place("desk:grid", Text("网格", "Grid"), "grid"),
            Place("desk:redraw", Text("网格调整", "Redraw cells"), "grid"),
            Place("desk:agencies", Text("机构与人员", "Units and people"), "people"),
            Place("desk:duty", Text("值班", "Duty"), "duty"),
            Place("desk:rules", Text("规则库", "Rulebook"), "rules"),
            Place("desk:handbook", Text("手册", "Handbook"), "book"),
            Place("desk:measures", Text("指标", "Figures"), "figures"),
            Place("desk:brief", Text("日报·周报·月报", "Briefs"), "brief"),
        ),
    ),
    Group(
        Text("运行", "Operations"),
        (
            Place("desk:check", Text("每日检查", "Morning's check"), "pulse"),
            Place("desk:self_check", Text("提醒自检", "Self-check of reminders"), "alarm"),
            Place("desk:dead_letters", Text("未送达的消息", "Messages not delivered"), "unsent"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class _Reader:
    """How whoever reads a list has it: the columns that are shown, language, zone and the present moment."""

    columns: tuple[str, ...]
    language: str
    zone: ZoneInfo
    now: datetime.datetime


@register.simple_tag(takes_context=True)
def work_lines(context: Context, rows: Iterable[WorkRow], shows: Iterable[Column]) -> SafeString:
    """The lines of the work list under the columns that are shown, put together as text: a template that asks of each
    of four hundred cells which column it is takes half of the page's time."""
    columns = tuple(one.key for one in shows)
    reader = _Reader(columns, language_now(), context["city"].zone, datetime.datetime.now(datetime.UTC))
    matter = reverse("desk:matter", args=(_ANY_NUMBER,))
    return SafeString("".join(_work_line(reader, row, matter.replace(_ANY_NUMBER, row.number)) for row in rows))


def _work_line(reader: _Reader, row: WorkRow, matter: str) -> str:
    number = escape(row.number)
    cells = "".join(
        f'<td class="col-{key}{" number" if key == "number" else ""}">{_work_cell(reader, row, key, matter)}</td>'
        for key in reader.columns
    )
    value = f'value="{number}~{row.version}" aria-label="{escape(_CHOOSE.in_(reader.language))} {number}"'
    pick = f'<input type="checkbox" form="many" name="numbers" {value}>'
    return f'<tr data-number="{number}" class="is-{row.left.kind}"><td class="col-pick">{pick}</td>{cells}</tr>'


def _work_cell(reader: _Reader, row: WorkRow, key: str, matter: str) -> str:
    match key:
        case "clock":
            return clock_badge(row.left, f"{matter}#clocks", reader.language)
        case "class":
            return f'<a class="title" href="{escape(matter)}">{escape(row.category.in_(reader.language))}</a>'
        case "excerpt":
            return escape(row.excerpt if len(row.excerpt) <= _EXCERPT else row.excerpt[: _EXCERPT - 1] + "…")
        case "number":
            return escape(row.number)
        case "opened":
            return brief_time(row.opened_at, reader.zone, reader.now, reader.language)
        case "due":
            return brief_time(row.due_at, reader.zone, reader.now, reader.language) if row.due_at else ""
    return escape(getattr(row, key).in_(reader.language))  # type, place, unit, state


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> SafeString:
    """The places the reader may open, the present one marked; none before signing in. On every page, twice: put
    together as text."""
    request, language = context["request"], language_now()
    actor = getattr(request, "actor", None)
    groups = navigation_for(actor, GROUPS, request.path) if actor else ()
    return SafeString("".join(_places(one, language) for one in groups))


def _places(group: Shown, language: str) -> str:
    links = "".join(_link(one, language) for one in group.links)
    return f'<h2>{escape(group.title.in_(language))}</h2>\n<ul class="places">{links}</ul>'


def _link(one: Link, language: str) -> str:
    title, here = escape(one.title.in_(language)), ' aria-current="page"' if one.here else ""
    words = f'{icon(one.icon)}<span class="words">{title}</span>'
    return f'<li><a href="{escape(one.address)}" title="{title}"{here}>{words}</a></li>'
