"""Entering units, posts, persons and partners' keys; taking up a post."""

import datetime
import uuid
from dataclasses import dataclass

from jingwei.kernel.agencies.commands.invitations import invite_to
from jingwei.kernel.agencies.commands.known import (
    EDIT,
    PERSON,
    POST,
    UNIT,
    area_of,
    beside_problem,
    ended_problem,
    may_edit,
    post_of,
    title_of,
    unit_of,
    unknown,
)
from jingwei.kernel.agencies.models import Account, ApiKey, Holding, Person, Post, Terms, Unit
from jingwei.kernel.agencies.offices import Named, person_problem, post_problem
from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import not_found
from jingwei.kernel.values.words import Text

_KEY = Text("接口密钥", "key")


@dataclass(frozen=True, kw_only=True)
class EnterUnit(Command):
    """录入单位: a body that handles or oversees matters."""

    code: str
    kind: str
    parent: str  # code; empty at the top
    area: str
    name: tuple[str, str]  # Chinese, English


@dataclass(frozen=True, kw_only=True)
class EnterPost(Command):
    """设岗: a place of work with its grants."""

    code: str
    unit: str
    area: str
    role: str
    title: tuple[str, str]
    grants: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class EnterPerson(Command):
    """录入人员: a person, with the login made for it, the posts taken up at once, and the invitation to set a password.

    `invitation` is the hash of its link's secret; b"" for none.
    """

    account: uuid.UUID
    name: str
    posts: tuple[str, ...]
    phone: str = ""
    invitation: bytes = b""


@dataclass(frozen=True, kw_only=True)
class TakeUpPost(Command):
    """上岗: a person holds a post from a moment on (now), until another where one is given."""

    person: uuid.UUID
    post: str
    from_at: datetime.datetime | None = None
    until_at: datetime.datetime | None = None


@dataclass(frozen=True, kw_only=True)
class GiveKey(Command):
    """发放接口密钥: a partner system may act in the exercise of a post."""

    name: str
    digest: bytes
    post: str
    per_minute: int


@dataclass(frozen=True, kw_only=True)
class EndKey(Command):
    """停用接口密钥: whoever has it is let in no more."""

    key: uuid.UUID


@handles(EnterUnit, grant=EDIT)
def enter_unit(work: Work, command: EnterUnit) -> Result:
    """Its parent, if any, must have been entered before and not have ended."""
    parent, area = unit_of(command.parent) if command.parent else None, area_of(command.area)
    unit = Unit(
        id=work.new_id(),
        code=command.code,
        kind=command.kind,
        parent=work.lock(Unit, parent.pk) if parent else None,
        area=area,
        name_zh=command.name[0],
        name_en=command.name[1],
    )
    work.open(unit)
    work.authorise(EDIT, may_edit(work.actor, EDIT, area.lft, parent.pk if parent else None))
    if unit.parent is not None:
        work.require(ended_problem(unit.parent.ended_at is not None, UNIT), place="parent")
    work.insert(unit)
    work.record(unit, "agencies.unit_entered", {"code": unit.code, "kind": unit.kind})
    work.raise_edition("agencies")
    return {"unit": str(unit.pk)}


@handles(EnterPost, grant=EDIT)
def enter_post(work: Work, command: EnterPost) -> Result:
    """The post belongs to a unit and serves an area, which may be smaller than the unit's."""
    area = area_of(command.area)
    unit = work.lock(Unit, unit_of(command.unit).pk)
    post = Post(
        id=work.new_id(),
        code=command.code,
        unit=unit,
        area=area,
        role=command.role,
        title_zh=command.title[0],
        title_en=command.title[1],
        grants=sorted(command.grants),
    )
    work.open(post)
    work.authorise(EDIT, may_edit(work.actor, EDIT, area.lft, unit.pk))
    work.require(ended_problem(unit.ended_at is not None, UNIT), place="unit")
    work.require(post_problem(post.grants), place="grants")
    work.insert(post, terms_of(work, post))
    work.record(post, "agencies.post_entered", {"code": post.code, "role": post.role, "grants": post.grants})
    work.raise_edition("agencies")
    return {"post": str(post.pk)}


def terms_of(work: Work, post: Post) -> Terms:
    """The row that says which area and grants the post has from now on."""
    return Terms(id=work.new_id(), post=post, from_at=work.now, area_id=post.area_id, grants=post.grants)


@handles(EnterPerson, grant=EDIT)
def enter_person(work: Work, command: EnterPerson) -> Result:
    """Name and telephone stay in the person's row; the entries of the posts name an id. Nobody gives a new person a
    post that the own one does not reach."""
    if not Account.objects.filter(pk=command.account).exists():
        raise unknown(Text("账户", "account"), str(command.account))
    person = Person(id=work.new_id(), account_id=command.account, name=command.name, phone=command.phone)
    work.open(person)
    known = [post_of(code) for code in command.posts]
    posts = work.lock_many(Post, [one.pk for one in known])
    reached = (may_edit(work.actor, EDIT, one.area.lft, one.unit_id) for one in known)
    beyond = next((one for one in reached if not one.allowed), None)
    work.authorise(EDIT, beyond or by_grant(work.actor, EDIT))
    for post in posts:
        work.require(ended_problem(not post.active, POST), place="posts")
    work.require(person_problem([Named(title_of(post), post.grants) for post in posts]), place="posts")
    work.insert(person)
    work.record(person, "agencies.person_entered", {})
    for post in posts:
        _hold(work, post, person.pk, work.now, None)
    if command.invitation:
        invite_to(work, person, command.invitation)
    return {"person": str(person.pk)}


@handles(TakeUpPost, grant=EDIT)
def take_up_post(work: Work, command: TakeUpPost) -> Result:
    """Several persons may hold one post; one person holds it once at a time."""
    known = post_of(command.post)
    person = work.lock(Person, command.person)
    post = work.lock(Post, known.pk)
    work.authorise(EDIT, may_edit(work.actor, EDIT, known.area.lft, post.unit_id))
    work.require(ended_problem(not post.active, POST), place="post")
    work.require(ended_problem(not person.active, PERSON), place="person")
    from_at = command.from_at or work.now
    work.require(_span_problem(from_at, command.until_at), place="until_at")
    work.require(beside_problem(post, person.pk, (from_at, command.until_at)), place="post")
    return {"holding": str(_hold(work, post, person.pk, from_at, command.until_at))}


def _span_problem(from_at: datetime.datetime, until_at: datetime.datetime | None) -> Text | None:
    if until_at is None or until_at > from_at:
        return None
    return Text("结束时间须晚于开始时间。", "The end must come after the beginning.")


def _hold(
    work: Work, post: Post, person: uuid.UUID, from_at: datetime.datetime, until_at: datetime.datetime | None
) -> uuid.UUID:
    holding = Holding(id=work.new_id(), post=post, person_id=person, from_at=from_at, until_at=until_at)
    work.insert(holding)
    facts = {"person": person, "from": from_at, "until": until_at}
    work.record(post, "agencies.post_taken_up", facts)
    return holding.pk


@handles(GiveKey, grant=EDIT)
def give_key(work: Work, command: GiveKey) -> Result:
    """Only the digest of the key comes here; the key itself is shown once to whoever asked for it."""
    post = post_of(command.post)
    key = ApiKey(
        id=work.new_id(),
        name=command.name,
        digest=command.digest,
        post=post,
        per_minute=command.per_minute,
    )
    work.open(key)
    work.authorise(EDIT, may_edit(work.actor, EDIT, post.area.lft, post.unit_id))
    work.require(ended_problem(not post.active, POST), place="post")
    unnamed = Text("请写合作系统的名称。", "Name the partner system.") if not key.name.strip() else None
    work.require(unnamed, place="name")
    work.require(_rate_problem(command.per_minute), place="per_minute")
    work.insert(key)
    work.record(key, "agencies.key_given", {"post": key.post_id, "per_minute": key.per_minute})
    return {"key": str(key.pk)}


@handles(EndKey, grant=EDIT)
def end_key(work: Work, command: EndKey) -> Result:
    """From the next request on it opens nothing; the row stays, for the record. It cannot be opened again."""
    known = ApiKey.objects.filter(pk=command.key).select_related("post__area").first()
    if known is None:
        raise not_found()
    key = work.lock(ApiKey, known.pk)
    work.authorise(EDIT, may_edit(work.actor, EDIT, known.post.area.lft, known.post.unit_id))
    work.require(ended_problem(not key.active, _KEY))
    key.active = False
    work.save(key, "active")
    work.record(key, "agencies.key_ended", {"post": key.post_id})
    return {"key": str(key.pk)}


def _rate_problem(per_minute: int) -> Text | None:
    if 1 <= per_minute <= 100_000:
        return None
    return Text("每分钟次数须为 1 到 100,000。", "Requests a minute must be from 1 to 100,000.")
