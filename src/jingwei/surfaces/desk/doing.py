"""Forms that send one command each: a page offers them, and shows a refused one as it was filled in."""

import datetime
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command, Result
from jingwei.kernel.commands.scope import as_uuid
from jingwei.kernel.values.errors import Conflict, Denied, Invalid, Refusal, not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import status_of
from jingwei.kit.forms import Group, Input, error_at, new_key, read_key
from jingwei.kit.moments import local_text
from jingwei.kit.page import public_face

Reader = Callable[[Mapping[str, str], ZoneInfo], Command]
"""Makes the command from what was sent. Raises Invalid."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was refused: which, about what, what was filled in, and why."""

    act: str
    subject: str
    values: Mapping[str, str]
    refusal: Refusal


def status_after(tried: Refused | None) -> int:
    """The status of the page that shows the form again; 200 where nothing was refused."""
    return status_of(tried.refusal) if tried else HTTPStatus.OK


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a page: what it does, about which thing."""

    act: str
    title: Text
    subject: str
    inputs: tuple[Input, ...]
    form_key: str = field(default_factory=new_key)
    error: Text | None = None  # that belongs to no input
    tried: bool = False
    final: Text | None = None  # what cannot be undone about it: asked once more before it is sent
    barred: Text | None = None  # why it cannot be done now: said in place of the button

    @property
    def mark(self) -> str:
        """An id that is its own on the page."""
        return f"sure-{self.act}-{self.subject}"


def form(
    act: str,
    title: Text,
    inputs: Sequence[Input] = (),
    subject: str = "",
    tried: Refused | None = None,
    final: Text | None = None,
) -> Form:
    """The form as it is drawn; `tried` fills it in again where it was this one that was refused, and what is `final`
    about it is asked once more."""
    again = tried if tried and (tried.act, tried.subject) == (act, subject) else None
    named = tuple(replace(one, id=f"{act}-{subject}-{one.name}") for one in inputs)
    if again is None:
        return Form(act, title, subject, named, final=final)
    filled = tuple(
        replace(one, value=again.values.get(one.name, ""), error=error_at(one.name, again.refusal)) for one in named
    )
    elsewhere = again.refusal.place not in {one.name for one in inputs}
    error = again.refusal.reason if elsewhere else None
    return Form(act, title, subject, filled, error=error, tried=True, final=final)


def done_by(request: HttpRequest, actor: Actor, readers: Mapping[str, Reader]) -> Result | Refused:
    """Carries out what a form asks for, moments in the city's zone; gives the result or the refusal. Raises Denied for
    what is not there."""
    act, subject = request.POST.get("_do", ""), request.POST.get("_subject", "")
    values = {name: " ".join(map(str, several)) for name, several in request.POST.lists()}  # ticks of one name as words
    try:
        if act not in readers:
            raise Invalid(Text("没有这个动作。", "There is no such act."))
        key, _ = read_key(values.get("_key", ""))
        return execute(actor, readers[act](values, public_face().zone), key)
    except (Invalid, Conflict, Denied) as refusal:
        if isinstance(refusal, Denied) and not refusal.found:
            raise
        return Refused(act, subject, values, refusal)


def read_moment(values: Mapping[str, str], name: str, zone: ZoneInfo) -> datetime.datetime:
    """A moment as a form writes it, in the city's zone; in UTC. Raises Invalid."""
    try:
        written = datetime.datetime.fromisoformat(values.get(name, "")[:16])
        return written.replace(tzinfo=zone).astimezone(datetime.UTC)
    except (ValueError, OverflowError) as error:  # the first and last hours of the calendar have no moment in UTC
        reason = Text("请写日期和时间，如 2026-11-26 20:00。", "Give a day and a time, such as 2026-11-26 20:00.")
        raise Invalid(reason, place=name) from error


def read_id(values: Mapping[str, str], name: str) -> uuid.UUID:
    """An id that a form brought back. Raises Denied as not found."""
    found = as_uuid(values.get(name, ""))
    if found is None:
        raise not_found()
    return found


def written(at: datetime.datetime, zone: ZoneInfo) -> str:
    """A moment as an input for moments holds it."""
    return local_text(at, zone).replace(" ", "T")


def choice(
    name: str, title: Text, choices: Sequence[tuple[str, Text]], *, required: bool = True, value: str = ""
) -> Input:
    """A choice among these."""
    groups = (Group(Text("", ""), tuple(choices)),)
    return Input(name=name, title=title, kind="choice", value=value, required=required, groups=groups)


def line(name: str, title: Text, value: str = "", *, required: bool = True, hint: Text | None = None) -> Input:
    """One line of text."""
    return Input(name=name, title=title, value=value, required=required, longest=120, hint=hint)


def moment(name: str, title: Text, value: str = "", *, required: bool = True, hint: Text | None = None) -> Input:
    """A day and a time."""
    return Input(name=name, title=title, kind="moment", value=value, required=required, hint=hint)
