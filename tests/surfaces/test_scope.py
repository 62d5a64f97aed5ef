"""Scope for every reader: whoever a matter is not for cannot tell from any page, list, count or file that it exists.

What each address reads is said in one table; an address that is not in it fails the first test. Whoever reads is asked
twice, before the matter is there and after: out of scope nothing may differ, in scope something must.
"""

import datetime
import io
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client
from docx import Document
from pytest_django import Settings

from jingwei.kernel.agencies.offices import OFFICES
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.files.models import Attachment
from jingwei.kernel.files.uploads import receive
from jingwei.kernel.matters.commands import Act, Contact, External, ReportMatter, Urge
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import may_read
from jingwei.kernel.matters.telling.route import router
from jingwei.kernel.outbox.deliver import deliver_waiting
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.values.grants import TITLES
from jingwei.kernel.values.ids import new_id, public_number
from jingwei.kit.intake import follow_digest
from jingwei.kit.permission import all_views
from tests.city import FOUNDER, IN_CELL, SINCE, City, add_post, day_of_city
from tests.duty import take_up
from tests.kernel.files.samples import jpeg
from tests.kernel.places.test_redraw import split
from tests.surfaces.api.conftest import Partner, partner_of
from tests.surfaces.conftest import Answer, SignIn, is_same_everywhere

IN_SCOPE = {"own-area": ("HOTLINE", "T1"), "own-unit": ("ROADS", "T"), "parent-area": ("HOTLINE", "T")}
OUT_OF_SCOPE = {
    "sibling-area": ("HOTLINE", "T2"),
    "sibling-cell": ("HOTLINE", "T1-02"),
    "other-institution": ("PARKS", "T"),
}
READERS = {**IN_SCOPE, **OUT_OF_SCOPE}
"""Posts by whom they stand for: their unit and area."""

EVERY_GRANT = tuple(grant for grant in TITLES if grant not in OFFICES)
"""What a post that reads matters may have; whoever holds it has a second post, of who gives grants."""

CODE = "ABCDEFGHJKMNPQRS"
MARKS = {
    "title": "蓝鲸独秀标题",
    "text": "只有这里才有的情况",
    "address": "东一路 777 号",
    "external": "HX-20261130-777",
}
MARKS |= {"phone": "13800007777", "name": "欧阳独秀"}

ONE = {
    *("/matters/<str:number>/", "/matters/<str:number>/seen/", "/matters/<str:number>/urging/"),
    *("/matters/<str:number>/around/", "/matters/<str:number>/replay/<str:clock>/"),
    *("/matters/<str:number>/urge/", "/matters/<str:number>/supervise/", "/matters/<str:number>/answer/"),
    *("/matters/<str:number>/act/<str:action>/", "/matters/<str:number>/place/", "/matters/<str:number>/keeping/"),
    *("/matters/<str:number>/files/<str:file>/original/", "/matters/<str:number>/files/<str:file>/<str:shape>/"),
    *("/matters/<str:number>/print/<str:paper>/", "/matters/<str:number>/print/<str:paper>/word/"),
    "/api/v1/reports/<str:number>",
    "/api/v1/reports/<str:number>/acts",
    "/api/open311/v2/requests/<str:number>.<str:format>",
}
"""One matter, by its number."""

MANY: Mapping[str, tuple[str, ...]] = {
    "/work/": (
        *("", "?tab=unit", "?state=feedback", "?category=ROAD-9", "?q={title}", "?q={text}", "?q=ljdx"),
        *("?q={number}", "?q={external}", "?q={address}"),
    ),
    "/work/follow-up/<str:kind>/": ("",),
    "/inbox/": ("",),
    "/inbox/unread/": ("",),
    "/handover/": ("?whose=unit",),
    "/grid/": ("",),
    "/brief/": ("", "?of=month&type=grid_event"),
    "/brief/document/": ("",),
    "/measures/": ("?type=grid_event",),
    "/measures/<str:measure>/": ("", "?by=unit", "?by=category"),
    "/grid/areas/<str:area>/": ("",),
    "/grid/handover/": ("", "?as=csv"),
    "/grid/redraw/": ("",),
    "/grid/redraw/<str:area>/": ("",),
    "/command/": ("", "?level=cell&show=overdue", "?type=grid_event"),
    "/command/live/": ("", "?type=grid_event"),
    "/command/marks/": ("", "?show=came"),
    "/command/replay/": ("?day={yesterday}", "?day={yesterday}&level=cell"),
    "/command/replay/frames/": ("?day={yesterday}",),
    "/command/behind/": ("?figure=open", "?figure=open&state=feedback", "?figure=week&part=T1&as=csv"),
    "/agencies/": ("",),
    "/agencies/posts/<str:post>/": ("",),
    "/agencies/units/<str:unit>/": ("",),
    "/api/open311/v2/requests.<str:format>": (
        "",
        "?status=open",
        "?service_code=ROAD-9",
        "?service_request_id={number}",
    ),
    "/api/open311/v2/bulk/requests.<str:format>": ("",),
    "/api/v1/reports": ("", "?status=open", "?type=grid_event", "?category=ROAD", "?category=ROAD-9", "?area=T1"),
    "/api/v1/exports/reports.<str:form>": ("", "?category=ROAD-9"),
}
"""Lists, counts, search, map and exports, with what is asked of each."""

BY_CODE = {
    *("/follow/", "/follow/urge/", "/follow/act/", "/follow/reads/", "/follow/proof/", "/follow/forget/"),
    "/follow/pictures/<str:token>/<str:shape>/",
}
"""For whoever has the code of a report, or the link that the code gave."""

OF_THE_MACHINE = {
    "/healthz": "counts of the process, no matter",
    "/api/v1/log": "checkpoints of the whole log, hashes only",
    "/api/v1/log/consistency": "as above",
    "/api/v1/log/inclusion": "as above",
    "/api/v1/log/leaves": "as above",
    "/metrics": "this machine alone, counts without scope",
    "/me/sign-in/app/": "a fresh secret each time",
}

NOTHING = {
    "/": "the front page",
    "/report/": "a form",
    "/training/": "which role to try, in a training city",
    "/training/start/": "prepares an exercise, in a training city",
    "/training/step/": "turns to another step of an exercise",
    "/training/check/": "the own exercise alone, in a training city",
    "/training/leave/": "ends an exercise",
    "/training/role/": "takes a role, in a training city",
    "/report/<str:type>/": "a form",
    "/command/instruct/": "a form",
    "/report/worker.js": "the program that keeps the empty form on devices",
    "/report/place/": "which cell a place is in",
    "/report/kinds/<str:type>/": "which kinds a text may mean",
    "/status/": "how the service stands",
    "/who/": "the public card of a cell",
    "/who/<str:area>/": "the public card of a cell",
    "/mine/": "a form",
    "/mine/code/": "sends a code to a telephone, and says the same whatever it has: see test_own_matters",
    "/mine/matters/": "one's own matters, for whoever proves telephone, name and code: see test_own_matters",
    "/mine/erase/": "the wish to be erased, as above",
    "/mine/file/": "the same as a file",
    "/erasures/": "numbers of matters of which something is erased: see test_erasures",
    "/erasures/decide/": "the decision on one of them: see test_erasures",
    "/counter/slip/": "a form, and a slip that tells its giver of no matter",
    "/certificate/": "how a device trusts this site",
    "/certificate/jingwei-ca.crt": "the authority's certificate",
    "/boundaries/": "what is not done",
    "/api/": "which interfaces there are",
    "/proofs/": "checkpoints of the whole log; what is brought is checked and not kept",
    "/proofs/verifier.py": "the program that checks proofs elsewhere",
    "/map/": "counts of periods that are over, under the rule of small counts: see test_public_figures",
    "/figures/": "as above",
    "/feed/": "as above",
    "/shapes/": "the cells' shapes, no matter of anybody",
    "/login/": "signing in",
    "/login/first/<str:secret>/": "signing in",
    "/login/second/": "signing in",
    "/login/passkey/": "signing in",
    "/login/provider/": "signing in",
    "/login/provider/done/": "signing in",
    "/me/sign-in/": "the own login, as those below: see signing/",
    "/me/sign-in/codes/": "as above",
    "/me/sign-in/end/": "as above",
    "/me/sign-in/passkey/": "as above",
    "/me/sign-in/password/": "as above",
    "/me/sign-in/pin/": "as above",
    "/me/sign-in/sessions/": "as above",
    "/switch/held/": "what oneself had typed: see signing/test_typed.py",
    "/switch/": "who signed in at this counter today, by name; see signing/test_workstations",
    "/switch/lock/": "signing out",
    "/workstation/": "a form for a one-time code",
    "/agencies/workstations/": "machines, no matter of anybody",
    "/agencies/keys/": "keys of other systems, no matter of anybody",
    "/wall/": "declared figures of the whole city, at an enrolled wall alone: see signing/test_workstations",
    "/wall/map/": "as above, see command_map/test_walled",
    "/wall/map/live/": "as above",
    "/wall/map/marks/": "as above",
    "/logout/": "signing out",
    "/inbox/read/": "marks one's own lines",
    "/inbox/wishes/": "one's own wishes",
    "/operations/check/": "how the installation stands: counts and keys, no matter of anybody",
    "/operations/deliveries/": "channels and faults, no receiver and no content",
    "/operations/self-check/": "how the chain of reminders stands, no matter of anybody",
    "/operations/deliveries/again/": "the same, once more",
    "/audit/sign-ins/": "sign-ins and factors, no matter of anybody; for the audit administrator",
    "/audit/readings/": "who read a matter, and nothing of it; for the audit administrator: see test_who_read",
    "/grid/sheet/": "cells, who serves them and what they are called, as published; no matter",
    "/grid/redraw/<str:area>/divide/": "a form; what it proposes once it is asked: see test_dividing_pages",
    "/grid/redraw/<str:area>/split/": "a form; what it shows once it is sent: see test_redrawing",
    "/rules/": "the rulebook",
    "/rules/<str:parameter>/": "the rulebook",
    "/rules/drafts/": "the rulebook",
    "/rules/drafts/<str:key>/": "the rulebook",
    "/rules/drafts/<str:key>/trial/": "counts over all matters, and by number those in reach: see test_rule_drafts",
    "/rules/<str:parameter>/change/": "the rulebook",
    "/rules/<str:parameter>/import/": "the rulebook",
    "/rules/papers/<str:paper>/": "the rulebook; tried on a matter in reach: see test_papers",
    "/matters/new/": "a form",
    "/matters/import/": "rows of a file; of what stands already the numbers within reach: see test_from_excel",
    "/dispatch/": "matters in reach that wait for a unit, which the one made here no longer does: see test_dispatching",
    "/dispatch/certain/": "as above",
    "/work/act/": "acts on the matters named in a form: see test_acting",
    "/work/views/": "lists as a person keeps them: filters and columns, no matter",
    "/agencies/import/": "people",
    "/agencies/export/": "people",
    "/agencies/people/<str:login>/": "people",
    "/duty/": "people",
    "/duty/import/": "people",
    "/duty/<str:roster>/": "people",
    "/duty/<str:roster>/draft/": "people",
    "/handbook/": "types",
    "/handbook/<str:matter_type>/": "types",
    "/destruction/": "lists within reach of the post that proposes or reviews: see test_destruction",
    "/destruction/<str:key>/": "as above",
    "/handover/<str:receipt>/": "a receipt of one's own posts: see test_handing",
    "/api/v1/files": "takes files, gives none",
    "/api/v1/categories": "the catalogue",
    "/api/v1/areas": "areas",
    "/api/v1/types": "types",
    "/api/v1/acts": "types",
    "/api/v1/openapi.json": "the schema",
    "/api/features/": "what there is",
    "/api/features/api": "the description",
    "/api/features/conformance": "which standards it keeps",
    "/api/features/collections": "what there is",
    "/api/features/collections/<str:collection>": "as above",
    "/api/features/collections/<str:collection>/queryables": "as above",
    "/api/features/collections/<str:collection>/items": "the grid, and counts of periods that are over, as the map",
    "/api/features/collections/<str:collection>/items/<str:feature>": "as above",
    "/api/open311/discovery.<str:format>": "where the interface is",
    "/api/open311/v2/services.<str:format>": "the catalogue",
    "/api/open311/v2/services/<str:service>.<str:format>": "types",
    "/api/open311/v2/tokens/<str:token>.<str:format>": "what its sender reported under an own key",
    "/language/": "a choice",
    "/look/": "a choice",
    "/kit/": "parts with invented content",
}
"""What reads no matter, and what it reads."""

FILLED = {
    "area": "T1",
    "unit": "ROADS",
    "post": "handler-roads",
    "login": "intake",
    "parameter": "limit",
    "matter_type": "grid_event",
}
FILLED |= {
    "receipt": str(new_id()),
    "key": str(new_id()),
    "roster": "NIGHT",
    "secret": "x-y",
    "token": "x-y",
    "shape": "copy",
    "kind": "call-back",
    "clock": "handle",
    "format": "json",
    "form": "csv",
    "service": "ROAD-1",
    "collection": "matters",
    "feature": "T1",
}
FILLED |= {"action": "supervise", "paper": "receipt", "number": "0000-0000-0000", "file": str(new_id())}
FILLED |= {"measure": "grid_event.to_call_back", "type": "grid_event"}


@dataclass
class Shown:
    """The city with its readers, and the matter that some of them must not learn of, once it is made."""

    city: City
    clients: dict[str, Client]
    partners: dict[str, Partner]
    key: uuid.UUID


@pytest.fixture
def shown(city: City, sign_in: SignIn, settings: Settings, tmp_path: Path) -> Shown:
    """Everybody has a post; the cell of the matter to come ended yesterday, so that it stands in the hand-over."""
    settings.FILES = tmp_path / "files"
    for code, (unit, area) in READERS.items():
        add_post(city, code, unit, area, "reader", EVERY_GRANT)
        add_post(city, f"{code}-office", unit, area, "office", ("agencies.edit",))
        take_up(city, code, f"{code}-office")
    content = {"zh": "坑", "en": "Hole", "urgency": "U2", "parent": "ROAD", "open": True, "check": "picture"}
    execute(FOUNDER, SetValue(parameter="category", subject="ROAD-9", from_on=SINCE, content=content, basis="x"), "9")
    execute(FOUNDER, split(), "split")
    clients = {code: sign_in(code) for code in READERS}
    return Shown(city, clients, {code: partner_of(code) for code in READERS}, new_id())


def make(shown: Shown) -> Matter:
    """The matter, with everything a matter can have, some of it told; and one like it that was closed late."""
    city, now = shown.city, datetime.datetime.now(datetime.UTC)
    city.bring_to(_reported(new_id(), "ROAD-1", now - datetime.timedelta(days=60), MARKS["external"][::-1]), "closed")
    matter = _reported(shown.key, "ROAD-9", now - datetime.timedelta(days=2), MARKS["external"], CODE)
    execute(city.actor("supervisor"), Urge(matter_id=matter.pk), "urge")
    matter, handler = city.bring_to(matter, "processing"), city.actor("handler-roads")
    pictures = tuple(
        FileGiven(rule=rule, upload=receive(handler, lambda _: new_id(), [jpeg(colour=colour)], now).pk)
        for rule, colour in (("before", "red"), ("after", "blue"))
    )
    fields = {"result": "坑已填平"}
    done = Act(matter_id=matter.pk, action="feed_back_shown", fields=fields, files=pictures, grant="matter.handle")
    execute(handler, done, "feed back")
    with reading(FOUNDER) as scope:
        channel = router(scope, ())
    deliver_waiting([channel], now + datetime.timedelta(minutes=1))
    return Matter.objects.get(pk=matter.pk)


def _reported(key: uuid.UUID, category: str, at: datetime.datetime, external: str, code: str = "") -> Matter:
    source, now = system("source", "matter.report", "matter.read"), datetime.datetime.now(datetime.UTC)
    report = ReportMatter(
        matter_id=key,
        type="grid_event",
        category=category,
        fields={key: MARKS[key] for key in ("title", "text", "address")},
        files=(FileGiven(rule="shown", upload=receive(source, lambda _: new_id(), [jpeg()], now).pk),),
        channel="phone",
        point=IN_CELL["T1-01"],
        contact=Contact(name=MARKS["name"], phone=MARKS["phone"], follow=follow_digest(code) if code else None),
        external=External(source="hotline", number=external),
        unit="ROADS",
        happened_at=at,
    )
    execute(source, report, f"report:{key}")
    return Matter.objects.get(pk=report.matter_id)


def address(route: str, **filled: str) -> str:
    for name, value in {**FILLED, **filled}.items():
        route = route.replace(f"<str:{name}>", value).replace(f"<{name}>", value)
    assert "<" not in route, f"say in FILLED with what {route} is asked"
    return route


def asked_of(shown: Shown) -> dict[str, list[str]]:
    """Every address that needs no number of a matter, by its route, with all that is asked of it."""
    yesterday = day_of_city() - datetime.timedelta(days=1)  # a whole day: that of today has a line more each hour
    words = {**MARKS, "number": public_number(shown.key), "yesterday": yesterday.isoformat()}
    routes = {*MANY, *NOTHING, *OF_THE_MACHINE, *BY_CODE}
    return {route: [address(route) + query.format(**words) for query in MANY.get(route, ("",))] for route in routes}


def looked(shown: Shown, reader: str) -> dict[str, str]:
    """What a reader is shown at every address, without what differs from request to request."""
    found = {}
    for route, addresses in asked_of(shown).items():
        for one in addresses:
            partner, client = shown.partners[reader], shown.clients[reader]
            answer: Answer = partner.ask(one) if one.startswith("/api/") else client.get(one)
            kind = str(answer.headers.get("Content-Type", ""))
            text = answer.content.decode() if kind.startswith(("text/", "application/json")) else kind
            if kind.endswith("wordprocessingml.document"):
                text = " ".join(part.text or "" for part in Document(io.BytesIO(answer.content)).element.iter())
            found[f"{route} {one}"] = f"{answer.status_code} {plain(text)}"
    return found


def plain(text: str) -> str:
    """An answer without keys of forms and without the time of day."""
    text = re.sub(r'value="[^"]{20,}"|datetime="[^"]*"', "", text)
    return re.sub(r"\d{1,2}:\d{2}(:\d{2})?", "", text)


def test_every_address_says_what_it_reads() -> None:
    routes = {route for route, _ in all_views()}
    tables = [ONE, set(MANY), BY_CODE, set(OF_THE_MACHINE), set(NOTHING)]
    assert sorted(routes - set().union(*tables)) == [], "say in one of the tables of this file what it reads"
    assert sorted(set().union(*tables) - routes) == [], "no longer there"
    assert sum(map(len, tables)) == len(routes), "in two tables"
    assert {route for route in routes if "<str:number>" in route} == ONE


def test_out_of_scope_nothing_tells_that_the_matter_exists(shown: Shown) -> None:
    before = {reader: looked(shown, reader) for reader in READERS}
    matter = make(shown)
    for reader in READERS:
        assert may_read(shown.city.actor(reader), matter) is (reader in IN_SCOPE), reader
    after = {reader: looked(shown, reader) for reader in READERS}
    secrets = [*MARKS.values(), matter.number, str(matter.pk)]
    differing: dict[str, set[str]] = {reader: set() for reader in READERS}
    for reader in READERS:
        for asked, text in after[reader].items():
            if asked.split()[0] not in OF_THE_MACHINE and text != before[reader][asked]:
                differing[reader].add(asked)
            told = [one for one in secrets if one in re.sub(r'<input[^>]*name="q"[^>]*>|href="[^"]*"', "", text)]
            assert reader in IN_SCOPE or not told, f"{reader} reads {told} at {asked}"
    assert {reader: sorted(differing[reader]) for reader in OUT_OF_SCOPE} == {reader: [] for reader in OUT_OF_SCOPE}
    seen = set().union(*(differing[reader] for reader in IN_SCOPE))
    assert {asked for asked in before["own-area"] if asked.split()[0] in MANY} == seen, (
        "in scope it is shown, or the test is blind"
    )


def test_out_of_scope_one_matter_is_as_absent_as_one_that_never_was(shown: Shown) -> None:
    matter = make(shown)
    sealed = Attachment.objects.get(stream_id=matter.pk, rule="before")
    plain_file = Attachment.objects.get(stream_id=matter.pk, rule="shown")
    for reader in READERS:
        for route in sorted(ONE):
            file = str(sealed.pk if "original" in route else plain_file.pk)
            real, never = address(route, number=matter.number, file=file), address(route, file=file)
            for answer, absent in _asked(shown, reader, real, never):
                if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                    continue
                if reader in OUT_OF_SCOPE:
                    assert answer.status_code == HTTPStatus.NOT_FOUND, f"{reader}: {real}"
                    assert is_same_everywhere(answer, absent), f"{reader}: {real}"
                else:
                    assert answer.status_code != HTTPStatus.NOT_FOUND, f"{reader}: {real}"


def _asked(shown: Shown, reader: str, real: str, never: str) -> list[tuple[Answer, Answer]]:
    if "/api/" in real:
        first, second = (shown.partners[reader].ask(one) for one in (real, never))
        return [(first, second)]
    client = shown.clients[reader]
    return [(client.get(real), client.get(never)), (client.post(real, {}), client.post(never, {}))]


@pytest.mark.parametrize("route", ["/follow/", "/follow/urge/", "/follow/act/", "/follow/reads/", "/follow/proof/"])
def test_a_wrong_code_tells_nothing_of_the_number(shown: Shown, route: str) -> None:
    matter, resident = make(shown), Client(headers={"accept-language": "zh-CN"})
    right = resident.post(route, {"number": matter.number, "code": CODE, "action": "answer"})
    assert matter.number in right.content.decode()
    typed = (matter.number, "0000-0000-0000")
    wrong, absent = (resident.post(route, {"number": number, "code": "A" * 16, "action": "answer"}) for number in typed)
    assert wrong.status_code == absent.status_code == HTTPStatus.NOT_FOUND
    bodies = [
        plain(one.content.decode()).replace(number, "") for one, number in zip((wrong, absent), typed, strict=True)
    ]
    assert bodies[0] == bodies[1]  # but for the number that was typed, which stays in the form
    assert not [one for one in MARKS.values() if one in right.content.decode()], "personal data of the report"


def test_a_picture_is_for_whoever_has_its_link(shown: Shown) -> None:
    make(shown)
    assert Client().get("/follow/pictures/x-y/copy/").status_code == HTTPStatus.NOT_FOUND
