"""Finding units, posts, people and areas by what a command names them; what is not there is refused by name."""

import datetime
import uuid

from django.db.models import Q

from jingwei.kernel.agencies.models import Holding, Person, Post, Roster, Unit
from jingwei.kernel.agencies.offices import Named, office_of, person_problem
from jingwei.kernel.commands.actor import Actor, Decision
from jingwei.kernel.places.models import Area
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.grants import missing
from jingwei.kernel.values.words import Text

EDIT = "agencies.edit"
ROSTER = "roster.edit"
OWN = "duty.own"

_BEYOND = Text("这不在您的岗位管辖的区域或单位之内。", "This is outside the area or unit that your post serves.")


def unknown(kind: Text, code: str) -> Invalid:
    """The refusal for a code that names nothing."""
    return Invalid(
        Text(f"没有代码为 {code} 的{kind.zh}。", f"There is no {kind.en} with the code {code}."), place=kind.en
    )


def area_of(code: str) -> Area:
    """The area with this code. Raises Invalid."""
    found = Area.objects.filter(code=code).first()
    if found is None:
        raise unknown(Text("区域", "area"), code)
    return found


def unit_of(code: str) -> Unit:
    """The unit with this code, ended or not. Raises Invalid."""
    found = Unit.objects.filter(code=code).select_related("area").first()
    if found is None:
        raise unknown(Text("单位", "unit"), code)
    return found


def post_of(code: str) -> Post:
    """The post with this code, ended or not. Raises Invalid."""
    found = Post.objects.filter(code=code).select_related("area").first()
    if found is None:
        raise unknown(Text("岗位", "post"), code)
    return found


def person_of(key: uuid.UUID) -> Person:
    """The person with this id. Raises Invalid."""
    found = Person.objects.filter(pk=key).first()
    if found is None:
        raise unknown(Text("人员", "person"), str(key))
    return found


def roster_of(code: str) -> Roster:
    """The roster with this code. Raises Invalid."""
    found = Roster.objects.filter(code=code).select_related("area").first()
    if found is None:
        raise unknown(Text("值班表", "roster"), code)
    return found


def may_edit(actor: Actor, grant: str, area_lft: int, unit: uuid.UUID | None) -> Decision:
    """Whether the actor may edit what serves this area: nobody gives away more than the own post reaches."""
    duty = actor.duty_for(grant, area_lft, unit)
    if duty is not None:
        return Decision(True, duty=duty)
    return Decision(False, _BEYOND if actor.holds(grant) else missing(grant))


def may_edit_person(actor: Actor, person: uuid.UUID, at: datetime.datetime) -> Decision:
    """Whether the actor may edit a person: one whose posts are all within reach; without a post, for any editor."""
    lasting = Q(until_at=None) | Q(until_at__gt=at)
    held = Holding.objects.filter(lasting, person=person).values("post")
    for post in Post.objects.filter(pk__in=held).select_related("area"):
        decision = may_edit(actor, EDIT, post.area.lft, post.unit_id)
        if not decision.allowed:
            return decision
    for duty in actor.duties:
        if EDIT in duty.grants:
            return Decision(True, duty=duty)
    return Decision(False, missing(EDIT))


def may_own(actor: Actor, person: uuid.UUID) -> Decision:
    """Whether somebody acts for himself, in a post that lets its holders take leave and swap shifts."""
    for duty in actor.duties:
        if OWN in duty.grants and actor.kind == "person" and actor.id == person and duty.stands_in_for is None:
            return Decision(True, duty=duty)
    return Decision(False, missing(OWN))


def ended_problem(ended: bool, kind: Text) -> Text | None:
    """Why something that has ended cannot be changed or taken up."""
    return Text(f"{kind.zh}已经结束。", f"This {kind.en} has ended.") if ended else None


def title_of(post: Post) -> Text:
    """The post's title."""
    return Text(post.title_zh, post.title_en)


def beside_problem(
    post: Post, person: uuid.UUID, span: tuple[datetime.datetime, datetime.datetime | None]
) -> Text | None:
    """Why a person cannot hold this post in that time beside the others held then: no two offices in one hand."""
    if office_of(post.grants) is None:
        return None
    held = Holding.objects.filter(Q(until_at=None) | Q(until_at__gt=span[0]), person=person).exclude(post=post)
    within = held.filter(from_at__lt=span[1]) if span[1] else held
    others = [Named(title_of(one.post), one.post.grants) for one in within.select_related("post")]
    return person_problem([Named(title_of(post), post.grants), *others])


POST = Text("岗位", "post")
UNIT = Text("单位", "unit")
PERSON = Text("人员", "person")
