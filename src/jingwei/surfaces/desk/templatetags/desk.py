"""The desk's navigation: every place of it in one list, shown to whoever may open it; and the work list's lines."""

from collections.abc import Iterable
from html import escape

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.matters.types import all_types
from jingwei.kernel.values.words import Text
from jingwei.kit.frame.navigation import Group, Place, Shown, navigation_for
from jingwei.kit.parts.table import Column
from jingwei.kit.templatetags.kit import badge, brief_moment, in_
from jingwei.surfaces.desk.queries import WorkRow

register = template.Library()

_EXCERPT = 130  # characters of a report in its line
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
            Place("desk:grid", Text("网格", "Grid"), "grid"),
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


@register.simple_tag(takes_context=True)
def work_lines(context: Context, rows: Iterable[WorkRow], shows: Iterable[Column]) -> SafeString:
    """The lines of the work list under the columns that are shown, put together as text: a template that asks of each
    of four hundred cells which column it is takes half of the page's time."""
    columns, choose = [one.key for one in shows], escape(in_(_CHOOSE))
    return SafeString("".join(_work_line(context, row, columns, choose) for row in rows))


def _work_line(context: Context, row: WorkRow, columns: Iterable[str], choose: str) -> str:
    matter, number = reverse("desk:matter", args=(row.number,)), escape(row.number)
    cells = "".join(
        f'<td class="col-{key}{" number" if key == "number" else ""}">{_work_cell(context, row, key, matter)}</td>'
        for key in columns
    )
    value = f'value="{number}~{row.version}" aria-label="{choose} {number}"'
    pick = f'<input type="checkbox" form="many" name="numbers" {value}>'
    return f'<tr data-number="{number}" class="is-{row.left.kind}"><td class="col-pick">{pick}</td>{cells}</tr>'


def _work_cell(context: Context, row: WorkRow, key: str, matter: str) -> str:
    match key:
        case "clock":
            return badge(row.left, f"{matter}#clocks")
        case "class":
            return f'<a class="title" href="{escape(matter)}">{escape(in_(row.category))}</a>'
        case "excerpt":
            return escape(row.excerpt if len(row.excerpt) <= _EXCERPT else row.excerpt[: _EXCERPT - 1] + "…")
        case "number":
            return escape(row.number)
        case "opened":
            return brief_moment(context, row.opened_at)
        case "due":
            return brief_moment(context, row.due_at) if row.due_at else ""
    return escape(in_(getattr(row, key)))  # type, place, unit, state


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> tuple[Shown, ...]:
    """The places the reader may open, the present one marked; none before signing in."""
    request = context["request"]
    actor = getattr(request, "actor", None)
    return navigation_for(actor, GROUPS, request.path) if actor else ()
