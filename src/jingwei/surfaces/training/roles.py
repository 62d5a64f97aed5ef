"""The roles that somebody may try in a training city, each by one invented person of the practice city."""

import datetime
from dataclasses import dataclass

from jingwei.kernel.agencies.actors import actor_of_account
from jingwei.kernel.agencies.models import Account, Post
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text

_GRID = "grid"


@dataclass(frozen=True, slots=True)
class Role:
    """A role, what it does, and the post that stands for it; without one the first of its role."""

    key: str  # as the practice pack names it
    title: Text
    does: Text
    post: str = ""


ROLES = (
    Role(
        "intake",
        Text("受理员", "Intake clerk"),
        Text("接电话，登记，答复或立案。", "Takes calls, registers, answers or files."),
        "intake",
    ),
    Role(
        "dispatcher",
        Text("派遣员", "Dispatcher"),
        Text("把立案的事项派给对的单位。", "Gives filed matters to the right unit."),
        "dispatcher",
    ),
    Role(
        "handler",
        Text("承办人员", "Unit handler"),
        Text("签收，处置，反馈。", "Signs for, does the work, reports the result."),
        "handler-hw",
    ),
    Role(
        "checker",
        Text("核查员", "Checker"),
        Text("核实上报，核查结果，结案或返工。", "Verifies reports, checks results, closes or sends back."),
        "checker",
    ),
    Role(
        "supervisor",
        Text("值班长", "Supervisor"),
        Text("盯时限，批延期和挂账，裁定异议。", "Watches limits, decides extensions, deferrals and disputes."),
        "supervisor",
    ),
    Role(
        "grid_worker",
        Text("网格员", "Grid worker"),
        Text("巡查上报，到场核实，当场处置。", "Reports from the round, verifies on site, fixes on the spot."),
    ),
    Role(
        "town_duty",
        Text("镇街值班员", "Town duty officer"),
        Text(
            "受理、核实、派遣、处置本镇街的事，一岗到底。",
            "Takes in, verifies, dispatches and handles what is the town's own.",
        ),
    ),
    Role(
        "centre_head",
        Text("指挥中心主任", "Head of the centre"),
        Text(
            "督办超期，终审申诉，看简报，审销毁清单。",
            "Supervises, decides appeals, reads briefs, reviews destruction lists.",
        ),
        "head",
    ),
    Role(
        "auditor",
        Text("审计员", "Auditor"),
        Text(
            "按记录查一件事怎么办的，只看不办。", "Follows how a matter was handled by the record; reads, never acts."
        ),
        "auditor",
    ),
    Role(
        "administrator",
        Text("安全管理员", "Security administrator"),
        Text("管岗位、人员、登录；重置须另一人确认。", "Sees to posts, people and sign-ins; another confirms a reset."),
        "administrator",
    ),
    Role(
        "audit_administrator",
        Text("审计管理员", "Audit administrator"),
        Text("查谁看了什么，确认或拒绝重置。", "Audits who read what, confirms resets or refuses them."),
        "audit-administrator",
    ),
)


def role_named(key: str) -> Role | None:
    """The role of this key."""
    return next((one for one in ROLES if one.key == key), None)


def post_of(role: Role) -> Post | None:
    """The post that stands for the role in this city."""
    held = Post.objects.filter(role=role.key, active=True).order_by("code")
    return (held.filter(code=role.post) if role.post else held).select_related("area").first()


def actor_named(who: str) -> Actor:
    """The invented person of a post, or of a login; of the first grid worker's. Raises NotFound where there is none."""
    role = role_named("grid_worker") if who == _GRID else None
    account = account_of(role) if role else Account.objects.filter(username=who).first()
    actor = actor_of_account(account.pk, "zh-hans", datetime.datetime.now(datetime.UTC)) if account else None
    if actor is None:
        raise not_found()
    return actor


def account_of(role: Role) -> Account | None:
    """The login of the invented person who holds that post: it bears the post's code as its name."""
    post = post_of(role)
    return Account.objects.filter(username=post.code).first() if post else None
