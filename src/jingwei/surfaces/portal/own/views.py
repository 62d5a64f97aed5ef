"""Asking for a code, finding one's own matters by it, and taking everything about oneself home as one file."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.models import Party
from jingwei.kernel.matters.telephones import phone_of
from jingwei.kernel.matters.telling.codes import message_id, send_to_telephone, telephone_channel
from jingwei.kernel.reads.note import note_own
from jingwei.kernel.subjects.commands import ASK, REASONS, USE, GiveProof, UseProof
from jingwei.kernel.subjects.erasing import WishErasure
from jingwei.kernel.subjects.own import code_digest, name_of, own_parties, proof_of, telephone_code, whose
from jingwei.kernel.values.errors import Conflict, Invalid, Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.answers import NOT_KEPT, slow_down, status_of
from jingwei.kit.forms import Group, Input, error_at, new_key, read_key
from jingwei.kit.limits import TOO_OFTEN, Limit, address_of, wait_for_all
from jingwei.kit.page import Face, face_of, show
from jingwei.kit.serving import file_answer
from jingwei.surfaces.portal.own.everything import everything_of, zipped
from jingwei.surfaces.portal.own.queries import rows_of

ASKED = Limit("own.asked", 5, 3600)  # by one address
ASKED_FOR = Limit("own.asked.for", 3, 3600)  # for one telephone: nobody's is rung all night
SENT = Limit("own.sent", 200, 3600)  # in the whole city
TRIED = Limit("own.tried", 30, 600)  # by one address
TRIED_FOR = Limit("own.tried.for", 10, 900)  # of eight digits: one in ten million

_NO_CHANNEL = Text(
    "本市还没有短信渠道；请带证件到服务窗口办理。",
    "This city sends no text messages: come to the counter with a document.",
)
_UNPROVED = Text(
    "电话、姓名与验证码（或凭证）对不上，或者已经过期。",
    "Telephone, name and code do not belong together, or the code is over.",
)
_NOT_YOURS = Text("没有找到这件与您有关的事项。", "There is no such matter of yours.")
_PHONE, _CODE = Text("电话", "Telephone"), Text("验证码或凭证", "Code")
_NAME = Text("上报时留的姓名", "The name you gave when you reported")
_NAME_HINT = Text(
    "没有留姓名就空着；凭窗口凭证的，填证件上的姓名。",
    "Leave it empty if you gave none; with a slip from the counter, the name on your document.",
)
_REASON = Text("为什么查找", "Why you look them up")


@dataclass(frozen=True, slots=True)
class Proved:
    """Whoever proved it, and what is theirs."""

    scope: Scope
    face: Face
    parties: list[Party]


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """How to prove it, and the forms."""
    return _page(request, {})


def _page(request: HttpRequest, said: Mapping[str, Any], refusal: Refusal | None = None) -> HttpResponse:
    with reading(public()) as scope:
        face, channel = face_of(scope), telephone_channel(scope)
    values = _typed(request)
    context = {
        "channel": channel,
        "ask": [_input("phone", _PHONE, "phone", values, refusal, "ask-"), _name(values, refusal, "ask-")],
        "find": [
            _input("phone", _PHONE, "phone", values, refusal, "find-"),
            _name(values, refusal, "find-"),
            _input("code", _CODE, "line", values, refusal, "find-"),
            Input(
                name="reason",
                title=_REASON,
                kind="choice",
                id="find-reason",
                value=values["reason"],
                required=True,
                groups=(Group(Text("", ""), tuple(REASONS.items())),),
                error=error_at("reason", refusal),
            ),
        ],
        "refusal": refusal,
        "form_key": new_key(),
        **said,
    }
    answer = show(request, "portal/own/page.html", face, context, status_of(refusal) if refusal else HTTPStatus.OK)
    answer["Cache-Control"] = NOT_KEPT
    return answer


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "")[:120] for name in ("phone", "name", "code", "reason")}


def _input(name: str, title: Text, kind: str, values: Mapping[str, str], refusal: Refusal | None, prefix: str) -> Input:
    error = error_at(name, refusal)
    return Input(
        name=name,
        title=title,
        kind=kind,
        id=f"{prefix}{name}",
        value=values[name],
        required=True,
        longest=40,
        error=error,
    )


def _name(values: Mapping[str, str], refusal: Refusal | None, prefix: str) -> Input:
    return Input(
        name="name",
        title=_NAME,
        id=f"{prefix}name",
        value=values["name"],
        longest=60,
        hint=_NAME_HINT,
        error=error_at("name", refusal),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def send_code(request: HttpRequest) -> HttpResponse:
    """Sends a code to the telephone that was typed; the answer is the same whether or not any matter has it."""
    if request.method != "POST":
        return _page(request, {})
    try:
        phone, name = phone_of(request.POST.get("phone", "")), name_of(request.POST.get("name", ""))
        key, _ = read_key(request.POST.get("_key", ""))
        with reading(public()) as scope:
            channel = telephone_channel(scope)
        if channel is None:
            raise Conflict(_NO_CHANNEL)
        seconds = wait_for_all((ASKED, address_of(request)), (ASKED_FOR, phone), (SENT, ""))
        if seconds:
            return slow_down(request, TOO_OFTEN, seconds)
        code = telephone_code(key)
        command = GiveProof(how="phone", whose=whose(phone, name), code=code_digest(code))
        execute(public(ASK), command, key)
        send_to_telephone(channel, phone, _letter(code), message_id(key))
    except (Invalid, Conflict) as refusal:
        return _page(request, {}, refusal)
    return _page(request, {"sent": True})


def _letter(code: str) -> str:
    if (get_language() or "zh-hans").startswith("zh"):
        return f"【经纬】验证码 {code}，15 分钟内有效，用于查找您本人的事项。不是您本人在操作，请不要告诉任何人。"
    return (
        f"Jingwei: {code} is your code to find your own matters, good for 15 minutes. If it was not you, tell nobody."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def matters(request: HttpRequest) -> HttpResponse:
    """Number, kind and state of each matter of whoever proved it; each of them tells of the look-up afterwards."""
    found = _proved(request, "list")
    if isinstance(found, HttpResponse):
        return found
    context = {"rows": rows_of(found.scope, found.parties), "said": _typed(request), "form_key": new_key()}
    answer = show(request, "portal/own/matters.html", found.face, context)
    answer["Cache-Control"] = NOT_KEPT
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest) -> HttpResponse:
    """Everything about whoever proved it, as one archive: to read, and for machines."""
    found = _proved(request, "file")
    if isinstance(found, HttpResponse):
        return found
    with reading(public()) as scope:
        everything = everything_of(scope, found.parties, found.face.zone)
    answer = file_answer(zipped(everything, found.face), found.face.file_name("jingwei-my-data"), "zip")
    answer["Cache-Control"] = NOT_KEPT
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Asks that the contact left with one matter be erased; the answer is a number and a day."""
    found = _proved(request, "erase")
    if isinstance(found, HttpResponse):
        return found
    number = request.POST.get("number", "")[:20]
    party = next((one for one in found.parties if one.matter.number == number), None)
    context: dict[str, Any] = {"number": number, "wish": None, "refusal": None}
    try:
        if party is None:
            raise Invalid(_NOT_YOURS)
        key, _ = read_key(request.POST.get("_key", ""))
        command = WishErasure(matter_id=party.matter_id, party=party.pk)
        result = execute(public(USE), command, f"{key}:erase")
        until = datetime.datetime.fromisoformat(str(result["answer_by"]))
        context["wish"] = {"number": result["number"], "until": until}
    except (Invalid, Conflict) as refusal:
        context["refusal"] = refusal
    status = status_of(context["refusal"]) if context["refusal"] else HTTPStatus.OK
    answer = show(request, "portal/own/erase.html", found.face, context, status)
    answer["Cache-Control"] = NOT_KEPT
    return answer


def _proved(request: HttpRequest, use: str) -> Proved | HttpResponse:
    """Checks the proof, writes down that it was used and notes it on every matter; or the page that says why not."""
    if request.method != "POST":
        return _page(request, {})
    try:
        phone, name = phone_of(request.POST.get("phone", "")), name_of(request.POST.get("name", ""))
        seconds = wait_for_all((TRIED, address_of(request)), (TRIED_FOR, phone))
        if seconds:
            return slow_down(request, TOO_OFTEN, seconds)
        key, _ = read_key(request.POST.get("_key", ""))
        with reading(public()) as scope:
            face = face_of(scope)
            proof = proof_of(whose(phone, name), request.POST.get("code", "")[:200], scope.now)
            parties = own_parties(proof, phone, name) if proof else []
        if proof is None:
            raise Invalid(_UNPROVED, place="code")
        reason = request.POST.get("reason", "")[:20]
        execute(public(USE), UseProof(proof=proof.pk, use=use, reason=reason, matters=len(parties)), key)
    except (Invalid, Conflict) as refusal:
        return _page(request, {}, refusal)
    note_own(((party.matter_id, party.pk) for party in parties), proof.how)
    return Proved(scope, face, parties)
