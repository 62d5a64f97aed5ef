"""Taking in a request (“POST Service Request”): one report, under a key that makes a repeat harmless.

The specification knows no such key; whoever sends the header `Idempotency-Key` may send the request again, and may
later ask for its number as for a token. Kept of a person is what the matter's type keeps of a reporter: name,
telephone, mail. `device_id` and `account_id` are not kept: they would tell one person's reports from another's.
"""

import datetime
import re
import uuid
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from django.utils.translation import get_language

from jingwei.kernel.commands.execute import check_key, execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import Contact, ReportMatter
from jingwei.kernel.matters.fields import clean_text
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.coordinates import Point, parse_degrees
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import composed_or_typed
from jingwei.kit.intake import follow_digest
from jingwei.kit.moments import written
from jingwei.kit.page import face_of
from jingwei.surfaces.api.open311.asking import Question
from jingwei.surfaces.api.open311.offers import Offer, offer
from jingwei.surfaces.api.open311.own import id_for_public
from jingwei.surfaces.api.views import check_inside, check_key_length

CHANNEL = "open311"
_ATTRIBUTE = re.compile(r"attribute\[([a-z_]{1,40})\]")
_LONGEST_LINK = 500
_NEEDED = Text("缺少此项。", "This is needed.")
_NOWHERE = Text(
    "请给出 lat 和 long、address_string 或 address_id。", "Give lat and long, or address_string, or address_id."
)
_BOTH = Text("lat 和 long 须同时给出。", "lat and long go together.")
_NOT_A_LINK = Text(
    f"须为 http 或 https 地址，最多 {_LONGEST_LINK} 字。",
    f"This must be an http or https address of at most {_LONGEST_LINK} characters.",
)


def request_key(sent: str) -> str:
    """The key of a request in the space of the sender's keys; reports of the own interface have theirs. Raises
    Invalid."""
    return f"open311:{check_key(sent)}"


def take(question: Question) -> dict[str, str | None]:
    """Takes the report in and says its id. Raises Invalid, Denied; 404 for a service that is not offered."""
    asker, form = question.asker, question.form
    sent = question.request.headers.get("Idempotency-Key", "")
    if sent and asker.is_public:
        check_key_length(sent)
    key, point = request_key(sent or uuid.uuid4().hex), _point(form)
    code = asker.follow_code(key)
    if not form.get("service_code"):
        raise Invalid(_NEEDED, place="service_code")
    with reading(asker.actor) as scope:
        chosen, face = offer(scope, form["service_code"]), face_of(scope)
        area = form.get("address_id", "").strip()
        if area and area not in places_of(scope).by_code:
            raise Invalid(Text(f"没有区域 {area[:60]}。", f"There is no area {area[:60]}."), place="address_id")
        if not area and not form.get("address_string", "").strip():
            if point is None:
                raise Invalid(_NOWHERE, place="lat")
            check_inside(scope, point, place="lat")
    command = ReportMatter(
        matter_id=asker.matter_id(key),
        type=chosen.type.key,
        category=chosen.category.code,
        fields={name: composed_or_typed(value) for name, value in _fields(chosen, form) if value.strip()},
        channel=CHANNEL,
        point=point,
        area=area,
        contact=_contact(form, code) if chosen.type.parties else None,
    )
    result = execute(asker.actor, command, key)
    due = datetime.datetime.fromisoformat(str(result["due"])) if result["due"] else None
    known = id_for_public(command.matter_id) if asker.is_public else str(result["number"])
    notice = _notice(question, written(due, face.zone) if due else None, code)
    return {"service_request_id": known, "service_notice": notice, "account_id": None}


def _notice(question: Question, due: Text | None, code: str | None) -> str:
    """When it is due, and the code by which a resident follows it on the city's own pages: it is said here alone."""
    said = []
    if due is not None:
        said.append(Text(f"应于 {due.zh} 前办结。", f"It is due by {due.en}."))
    if code is not None:
        page = question.request.build_absolute_uri("/follow/")
        said.append(Text(f"查询码 {code}，用于 {page}", f"Follow it at {page} with the code {code}."))
    return " ".join(one.in_(get_language() or "en") for one in said)


def _point(form: Mapping[str, str]) -> Point | None:
    lat, long = form.get("lat", "").strip(), form.get("long", "").strip()
    if not lat and not long:
        return None
    if not lat or not long:
        raise Invalid(_BOTH, place="long" if lat else "lat")
    return parse_degrees(long, lat)


def _fields(chosen: Offer, form: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The declared fields as they were sent. Raises Invalid for an attribute that the service does not have."""
    known = {field.key for field in chosen.attributes}
    for name, value in form.items():
        if not name.startswith("attribute"):
            continue
        found = _ATTRIBUTE.fullmatch(name)
        if found is None or found[1] not in known:
            raise Invalid(Text("这项服务没有这个属性。", "The service has no such attribute."), place=name[:60])
        yield found[1], value
    said = [form.get("description", ""), *_media(form.get("media_url", "").strip())]
    yield "text", "\n".join(filter(None, said))
    yield "address", form.get("address_string", "")


def _media(link: str) -> Iterator[str]:
    """The address of a picture elsewhere, as words for whoever handles the matter: the city fetches nothing from
    addresses that strangers name. Raises Invalid for what is no address."""
    if not link:
        return
    try:
        parts = urlsplit(link)
    except ValueError as error:
        raise Invalid(_NOT_A_LINK, place="media_url") from error
    if parts.scheme not in ("http", "https") or not parts.netloc or len(link) > _LONGEST_LINK:
        raise Invalid(_NOT_A_LINK, place="media_url")
    yield f"media_url: {link}"


def _contact(form: Mapping[str, str], code: str | None) -> Contact | None:
    """How to reach whoever reports, as far as given. Raises Invalid."""
    name = " ".join(filter(None, (form.get("first_name", "").strip(), form.get("last_name", "").strip())))
    given = {"name": (name, 120), "phone": (form.get("phone", ""), 40), "email": (form.get("email", ""), 200)}
    kept = {}
    for place, (value, longest) in given.items():
        try:
            kept[place] = clean_text(value, longest)
        except ValueError as error:
            raise Invalid(Text(f"不能这样填：{error}", f"This cannot be taken: {error}"), place=place) from error
    follow = follow_digest(code) if code else None
    return Contact(**kept, follow=follow) if follow or any(kept.values()) else None
