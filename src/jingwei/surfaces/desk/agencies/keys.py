"""Keys of partner systems: who may come in by the interface, and in which post; giving one and ending it."""

import base64
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from jingwei.kernel.agencies.actors import key_digest
from jingwei.kernel.agencies.commands import EndKey, GiveKey
from jingwei.kernel.agencies.commands.known import EDIT
from jingwei.kernel.agencies.models import ApiKey
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.keyed import keyed
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.ledger.entries import Told, entries_of_all
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Group, Input
from jingwei.kit.lists.files import as_file, file_asked
from jingwei.kit.lists.listing import Listing
from jingwei.kit.page import face_of, show
from jingwei.kit.parts.table import Cell, Column
from jingwei.kit.permission import ActorRequest, grants
from jingwei.kit.saying import names_of
from jingwei.surfaces.desk.doing import Form, Reader, Refused, done_by, form, line, read_id, status_after
from jingwei.surfaces.desk.timeline import named

USUAL = 600
"""Requests a minute that the form proposes."""

_BITS = 160
_TITLE = Text("接口密钥", "Keys of the interface")
_GIVE = Text("发放密钥", "Give a key")
_END = Text("停用", "End")
_FINAL = Text(
    "停用后，对方的系统立即不能再访问；要恢复须另发一把新的。",
    "Once ended, the partner's system is let in no more; to let it in again takes a new key.",
)
_POST_HINT = Text(
    "密钥只能看、只能办这个岗位能看、能办的。给合作系统单设岗位，只给它需要的权限。",
    "The key reads and does what this post may, and nothing else. Give a partner a post of its own, with no more "
    "grants than it needs.",
)
_COLUMNS = (
    Column("name", Text("合作系统", "Partner system"), fixed=True),
    Column("post", Text("岗位", "Post")),
    Column("unit", Text("单位", "Unit")),
    Column("per_minute", Text("每分钟次数", "Requests a minute"), numeric=True),
    Column("given", Text("发放于", "Given")),
    Column("by", Text("发放人", "Given by")),
    Column("ended", Text("停用于", "Ended")),
)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key: whose, in which post, who gave it and who ended it, and how it is ended."""

    name: str
    post: str  # code
    title: Text
    unit: Text
    per_minute: int
    given_at: datetime.datetime
    given_by: Text
    ended_at: datetime.datetime | None
    ended_by: Text | None
    form: Form | None


def _secret_for(form_key: str) -> str:
    """The key that a form gives, worked out from the form's own key, so that a form that is sent again shows the same
    one: 160 bits that nobody works out without the installation's secret."""
    drawn = keyed("key of a partner", form_key.encode())[: _BITS // 8]
    return f"jwk_{base64.urlsafe_b64encode(drawn).decode().rstrip('=')}"


def _readers(secret: str) -> Mapping[str, Reader]:
    def given(values: Mapping[str, str], _: ZoneInfo) -> GiveKey:
        rate = values.get("per_minute", "")
        per_minute = int(rate) if rate.isascii() and rate.isdigit() and len(rate) < 9 else 0  # which is refused
        name = values.get("name", "").strip()[:120]
        return GiveKey(name=name, digest=key_digest(secret), post=values.get("post", ""), per_minute=per_minute)

    return {"give": given, "end": lambda values, _: EndKey(key=read_id(values, "_subject"))}


@grants(EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """All keys, those in force first; a new one, which is shown this once; ending one."""
    actor, secret, tried = cast(ActorRequest, request).actor, "", None
    if file_asked(request):
        return as_file(request, lambda _, __: _listing())
    if request.method == "POST":
        drawn = _secret_for(request.POST.get("_key", ""))
        done = done_by(request, actor, _readers(drawn))
        if isinstance(done, Refused):
            tried = done
        elif request.POST.get("_do") == "give":
            secret = drawn
        else:
            return HttpResponseRedirect("?done=1", status=HTTPStatus.SEE_OTHER)
    with reading(actor) as scope:
        face, lines, giving = face_of(scope), _lines(tried), _form(scope, tried)
    context = {"keys": lines, "form": giving, "secret": secret, "done": "done" in request.GET}
    context["address"] = request.build_absolute_uri("/api/v1/")
    return show(request, "desk/agencies/keys.html", face, context, status_after(tried))


def _lines(tried: Refused | None = None) -> list[KeyLine]:
    """Three statements, one where there is no key."""
    found = list(ApiKey.objects.select_related("post__unit").order_by("-active", "name", "pk"))
    told = entries_of_all([one.pk for one in found]) if found else []
    names = names_of(one.actor for one in told) if told else {}
    by_key: dict[str, list[Told]] = {}
    for entry in told:
        by_key.setdefault(entry.rows[0].rpartition(":")[2], []).append(entry)
    return [_line(one, by_key[str(one.pk)], names, tried) for one in found]


def _line(key: ApiKey, told: Sequence[Told], names: Mapping[str, str], tried: Refused | None) -> KeyLine:
    """What the key's entries tell: the first gave it, the last ended it."""
    given, ended = told[0], None if key.active else told[-1]
    return KeyLine(
        key.name,
        key.post.code,
        Text(key.post.title_zh, key.post.title_en),
        Text(key.post.unit.name_zh, key.post.unit.name_en),
        key.per_minute,
        given.recorded_at,
        named(given.actor, names),
        ended.recorded_at if ended else None,
        named(ended.actor, names) if ended else None,
        form("end", _END, (), str(key.pk), tried, _FINAL) if key.active else None,
    )


def _listing() -> Listing:
    rows = (
        {
            "name": Cell(text=one.name),
            "post": Cell(words=one.title),
            "unit": Cell(words=one.unit),
            "per_minute": Cell(number=one.per_minute),
            "given": Cell(at=one.given_at),
            "by": Cell(words=one.given_by),
            "ended": Cell(at=one.ended_at),
        }
        for one in _lines()
    )
    return Listing(name="keys", title=_TITLE, columns=_COLUMNS, rows=rows)


def _form(scope: Scope, tried: Refused | None) -> Form:
    agencies = agencies_of(scope)
    by_unit: dict[str, list[tuple[str, Text]]] = {}
    for post in sorted(agencies.posts.values(), key=lambda one: one.code):
        by_unit.setdefault(agencies.unit_by_id[post.unit].code, []).append((post.code, post.title))
    groups = tuple(Group(agencies.unit_by_code[unit].name, tuple(posts)) for unit, posts in sorted(by_unit.items()))
    inputs = (
        line("name", Text("合作系统的名称", "Name of the partner system")),
        Input(name="post", title=Text("岗位", "Post"), kind="choice", required=True, groups=groups, hint=_POST_HINT),
        Input(
            name="per_minute",
            title=Text("每分钟最多几次", "Requests a minute, at most"),
            kind="number",
            value=str(USUAL),
            required=True,
        ),
    )
    return form("give", _GIVE, inputs, tried=tried)
