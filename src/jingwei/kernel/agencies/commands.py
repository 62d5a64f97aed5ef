"""Entering units, posts, persons and partners' keys."""

import uuid
from dataclasses import dataclass

from jingwei.kernel.agencies.models import Account, ApiKey, Holding, Person, Post, Unit
from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.places.models import Area
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

_GRANT = "agencies.edit"


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
    """录入人员: a person, with the login made for it and the posts taken up at once."""

    account: uuid.UUID
    name: str
    posts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TakeUpPost(Command):
    """上岗: a person holds a post from now on."""

    person: uuid.UUID
    post: str


@dataclass(frozen=True, kw_only=True)
class GiveKey(Command):
    """发放接口密钥: a partner system may act in the exercise of a post."""

    name: str
    digest: bytes
    post: str
    per_minute: int


def _unknown(kind: Text, code: str) -> Invalid:
    return Invalid(
        Text(f"没有代码为 {code} 的{kind.zh}。", f"There is no {kind.en} with the code {code}."), place=kind.en
    )


def _area(code: str) -> Area:
    found = Area.objects.filter(code=code).first()
    if found is None:
        raise _unknown(Text("区域", "area"), code)
    return found


def _unit(code: str) -> Unit:
    found = Unit.objects.filter(code=code).first()
    if found is None:
        raise _unknown(Text("单位", "unit"), code)
    return found


def _post(code: str) -> Post:
    found = Post.objects.filter(code=code).first()
    if found is None:
        raise _unknown(Text("岗位", "post"), code)
    return found


@handles(EnterUnit, grant=_GRANT)
def enter_unit(work: Work, command: EnterUnit) -> Result:
    """Its parent, if any, must have been entered before."""
    unit = Unit(
        id=work.new_id(),
        code=command.code,
        kind=command.kind,
        parent=_unit(command.parent) if command.parent else None,
        area=_area(command.area),
        name_zh=command.name[0],
        name_en=command.name[1],
    )
    work.open(unit)
    work.authorise(_GRANT, by_grant(work.actor, _GRANT))
    work.insert(unit)
    work.record(unit, "agencies.unit_entered", {"code": unit.code, "kind": unit.kind})
    work.raise_edition("agencies")
    return {"unit": str(unit.pk)}


@handles(EnterPost, grant=_GRANT)
def enter_post(work: Work, command: EnterPost) -> Result:
    """The post belongs to a unit and serves an area, which may be smaller than the unit's."""
    post = Post(
        id=work.new_id(),
        code=command.code,
        unit=_unit(command.unit),
        area=_area(command.area),
        role=command.role,
        title_zh=command.title[0],
        title_en=command.title[1],
        grants=sorted(command.grants),
    )
    work.open(post)
    work.authorise(_GRANT, by_grant(work.actor, _GRANT))
    work.insert(post)
    work.record(post, "agencies.post_entered", {"code": post.code, "role": post.role, "grants": post.grants})
    work.raise_edition("agencies")
    return {"post": str(post.pk)}


@handles(EnterPerson, grant=_GRANT)
def enter_person(work: Work, command: EnterPerson) -> Result:
    """The name stays in the person's row; the entries of the posts name an id."""
    if not Account.objects.filter(pk=command.account).exists():
        raise _unknown(Text("账户", "account"), str(command.account))
    person = Person(id=work.new_id(), account_id=command.account, name=command.name)
    work.open(person)
    posts = [work.lock(Post, _post(code).pk) for code in sorted(command.posts)]
    work.authorise(_GRANT, by_grant(work.actor, _GRANT))
    work.insert(person)
    work.record(person, "agencies.person_entered", {})
    for post in posts:
        _hold(work, post, person.pk)
    return {"person": str(person.pk)}


@handles(TakeUpPost, grant=_GRANT)
def take_up_post(work: Work, command: TakeUpPost) -> Result:
    """Several persons may hold one post; one person holds it once at a time."""
    post = work.lock(Post, _post(command.post).pk)
    work.authorise(_GRANT, by_grant(work.actor, _GRANT))
    return {"holding": str(_hold(work, post, command.person))}


def _hold(work: Work, post: Post, person: uuid.UUID) -> uuid.UUID:
    holding = Holding(id=work.new_id(), post=post, person_id=person, from_at=work.now)
    work.insert(holding)
    work.record(post, "agencies.post_taken_up", {"person": person})
    work.raise_edition("agencies")
    return holding.pk


@handles(GiveKey, grant=_GRANT)
def give_key(work: Work, command: GiveKey) -> Result:
    """Only the digest of the key comes here; the key itself is shown once to whoever asked for it."""
    key = ApiKey(
        id=work.new_id(),
        name=command.name,
        digest=command.digest,
        post=_post(command.post),
        per_minute=command.per_minute,
    )
    work.open(key)
    work.authorise(_GRANT, by_grant(work.actor, _GRANT))
    work.require(_rate_problem(command.per_minute), place="per_minute")
    work.insert(key)
    work.record(key, "agencies.key_given", {"post": key.post_id, "per_minute": key.per_minute})
    return {"key": str(key.pk)}


def _rate_problem(per_minute: int) -> Text | None:
    if 1 <= per_minute <= 100_000:
        return None
    return Text("每分钟次数须为 1 到 100,000。", "Requests a minute must be from 1 to 100,000.")
