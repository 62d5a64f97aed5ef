"""The roles that somebody may try in a training city, each by one invented person of the practice city."""

from dataclasses import dataclass

from jingwei.kernel.agencies.models import Account, Post
from jingwei.kernel.values.words import Text


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
)


def role_named(key: str) -> Role | None:
    """The role of this key."""
    return next((one for one in ROLES if one.key == key), None)


def post_of(role: Role) -> Post | None:
    """The post that stands for the role in this city."""
    held = Post.objects.filter(role=role.key, active=True).order_by("code")
    return (held.filter(code=role.post) if role.post else held).select_related("area").first()


def account_of(role: Role) -> Account | None:
    """The login of the invented person who holds that post: it bears the post's code as its name."""
    post = post_of(role)
    return Account.objects.filter(username=post.code).first() if post else None
