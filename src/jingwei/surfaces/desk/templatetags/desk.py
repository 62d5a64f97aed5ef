"""The desk's navigation: every place of it in one list, shown to whoever may open it."""

from django import template
from django.template.context import Context

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.matters.types import all_types
from jingwei.kernel.values.words import Text
from jingwei.kit.frame.navigation import Group, Place, Shown, navigation_for

register = template.Library()


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
def navigation(context: Context) -> tuple[Shown, ...]:
    """The places the reader may open, the present one marked; none before signing in."""
    request = context["request"]
    actor = getattr(request, "actor", None)
    return navigation_for(actor, GROUPS, request.path) if actor else ()
