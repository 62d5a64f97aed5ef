"""The slip with which somebody who is present finds the own matters; the clerk who gives it out sees none of them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.telephones import phone_of
from jingwei.kernel.matters.telling.codes import message_id, send_to_telephone, telephone_channel
from jingwei.kernel.subjects.commands import DOCUMENTS, GIVE, GiveProof
from jingwei.kernel.subjects.own import code_digest, name_of, slip_code, whose
from jingwei.kernel.values.errors import Conflict, Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import slow_down, status_of
from jingwei.kit.forms import Group, Input, error_at, new_key, read_key
from jingwei.kit.limits import TOO_OFTEN, Limit, wait_for_all
from jingwei.kit.page import face_of, show
from jingwei.kit.permission import ActorRequest, grants

GIVEN = Limit("own.given", 30, 86_400)  # by one clerk: more in a day is no counter's work
GIVEN_FOR = Limit("own.given.for", 3, 86_400)  # for one telephone

_NO_NAME = Text("请填写证件上的姓名。", "Give the name on the document.")
_ABSENT = Text(
    "只能为本人当面出具：请先核验证件，再勾选。",
    "A slip is given only to the person who is present: check the document first, then tick the box.",
)


_LETTER = (
    "【经纬】服务窗口刚刚凭证件为这个电话的机主出具了查询凭证。不是您本人办理的，请立即联系服务窗口。\n"
    "Jingwei: a slip to find the matters of this telephone's owner was given out at the counter. If not to you, call."
)


@dataclass(frozen=True, slots=True)
class Slip:
    """What is handed over: it is shown once, and only digests of it are kept."""

    code: str
    until: datetime.datetime
    untold: Text | None  # why the telephone could not be told of it


@grants(GIVE)
@require_http_methods(["GET", "HEAD", "POST"])
def slip(request: HttpRequest) -> HttpResponse:
    """The form, and the slip. A form sent twice gives the same slip. Raises nothing but what the form says."""
    if request.method != "POST":
        return _page(request, None, None)
    actor = cast(ActorRequest, request).actor
    try:
        key, _ = read_key(request.POST.get("_key", ""))
        phone, name = phone_of(request.POST.get("phone", "")), name_of(request.POST.get("name", ""))
        if not name:
            raise Invalid(_NO_NAME, place="name")
        if not request.POST.get("present"):
            raise Invalid(_ABSENT, place="present")
        seconds = wait_for_all((GIVEN, actor.reference), (GIVEN_FOR, phone))
        if seconds:
            return slow_down(request, TOO_OFTEN, seconds)
        code = slip_code(key)
        document = request.POST.get("document", "")[:20]
        command = GiveProof(how="counter", whose=whose(phone, name), code=code_digest(code), document=document)
        result = execute(actor, command, key)
    except (Invalid, Conflict) as refusal:
        return _page(request, None, refusal)
    until = datetime.datetime.fromisoformat(str(result["until"]))
    return _page(request, Slip(code, until, _tell(actor, phone, key)), None)


def _tell(actor: Actor, phone: str, key: str) -> Text | None:
    """Tells the telephone, where the city can, that a slip was given out: whoever was not there hears of it. Gives why
    the message did not go out, if it did not."""
    with reading(actor) as scope:
        channel = telephone_channel(scope)
    if channel is None:
        return None
    try:
        send_to_telephone(channel, phone, _LETTER, message_id(key))
    except Conflict as refusal:
        return refusal.reason
    return None


def _page(request: HttpRequest, given: Slip | None, refusal: Refusal | None) -> HttpResponse:
    values = {name: request.POST.get(name, "")[:120] for name in ("phone", "name", "document", "present")}
    with reading(cast(ActorRequest, request).actor) as scope:
        face = face_of(scope)
    context = {"slip": given, "inputs": _inputs(values, refusal), "form_key": new_key(), "refusal": refusal}
    return show(request, "desk/counter/slip.html", face, context, status_of(refusal) if refusal else HTTPStatus.OK)


def _inputs(values: Mapping[str, str], refusal: Refusal | None) -> list[Input]:
    def one(name: str, title: Text, kind: str, groups: tuple[Group, ...] = (), hint: Text | None = None) -> Input:
        return Input(
            name=name,
            title=title,
            kind=kind,
            id=name,
            value=values[name],
            required=kind != "yes_no",
            longest=60,
            groups=groups,
            hint=hint,
            error=error_at(name, refusal),
        )

    present = Text(
        "本人就在这里，证件我已核验：照片与本人相符。",
        "The person is here; I have checked the document and its picture.",
    )
    hint = Text("证件号码不要填，也不保存。", "Its number is neither asked for nor kept.")
    return [
        one("name", Text("证件上的姓名", "Name on the document"), "line"),
        one(
            "document",
            Text("核验的证件", "Document shown"),
            "choice",
            (Group(Text("", ""), tuple(DOCUMENTS.items())),),
            hint,
        ),
        one("phone", Text("上报时留的电话", "Telephone left with the reports"), "phone"),
        one("present", present, "yes_no"),
    ]
