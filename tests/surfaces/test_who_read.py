"""Who read my matter: unit, purpose and day for whoever follows it, names for the audit; what tells of others waits."""

import datetime
import uuid
from http import HTTPStatus

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.faults import Report
from jingwei.kernel.matters.commands import Contact
from jingwei.kernel.matters.models import Matter, Party
from jingwei.kernel.reads import shown
from jingwei.kernel.reads.batches import seal_reads, verify_reads
from jingwei.kernel.reads.models import Read
from jingwei.kernel.reads.note import note_reads, seen
from jingwei.kernel.reads.shown import lines_of, readings_of
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kit import page
from jingwei.kit.intake import follow_digest
from tests.city import FOUNDER, SINCE, City, add_post
from tests.surfaces.conftest import SignIn, hidden_in

CODE = "ABCD-EFGH-JKMN-PQRS"
LATER = datetime.timedelta(days=31)


@pytest.fixture
def matter(city: City) -> Matter:
    """A matter that somebody follows by CODE; it is with the roads department."""
    contact = Contact(name="王小明", phone="13800138000", follow=follow_digest(CODE))
    return city.bring_to(city.report(contact=contact), "dispatched")


@pytest.fixture
def auditor(city: City) -> Actor:
    """The audit administrator."""
    add_post(city, "audit-admin", "CITY", "T", "audit_admin", ("reads.audit", "ledger.read"))
    return city.actor("audit-admin")


def followed(resident: Client, **sent: str) -> str:
    """The page of readings, as whoever has the code is shown it."""
    answer = resident.post("/follow/reads/", {"code": CODE, **sent})
    assert answer.status_code == HTTPStatus.OK and "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def test_whoever_follows_sees_unit_purpose_and_day_but_no_name(
    city: City, matter: Matter, resident: Client, sign_in: SignIn
) -> None:
    assert "还没有可以显示的阅看记录" in followed(resident)
    for post in ("intake", "handler-roads", "handler-roads"):
        sign_in(post).get(f"/matters/{matter.number}/")
    sign_in("auditor").get("/work/")
    shown_page = followed(resident)
    zone = page.public_face().zone
    for words in ("热线中心", "受理", "道路局", "处置", "2 次", "打开事项页面", "市政府", "在清单中看到"):
        assert words in shown_page, words
    assert f"{datetime.datetime.now(zone):%Y-%m-%d}" in shown_page
    for post in ("intake", "handler-roads", "auditor"):
        assert city.actor(post).name not in shown_page
        assert str(city.actor(post).id) not in shown_page
    assert "道路承办员" not in shown_page, "a post that one person holds is a name as well"


def test_the_page_of_the_matter_leads_there_and_back(matter: Matter, resident: Client) -> None:
    first = resident.post("/follow/", {"code": CODE})
    there = resident.post("/follow/reads/", hidden_in(first, "/follow/reads/"))
    assert matter.number in there.content.decode()
    back = resident.post("/follow/", hidden_in(there, "/follow/"))
    assert back.status_code == HTTPStatus.OK and "办到哪一步" in back.content.decode()


def test_readings_of_other_matters_are_not_among_them(city: City, matter: Matter, resident: Client) -> None:
    other = city.report()
    note_reads(city.actor("intake"), "page", [seen(other)])
    assert "热线中心" not in followed(resident)
    assert resident.post("/follow/reads/", {"code": "A" * 16}).status_code == HTTPStatus.NOT_FOUND
    assert resident.get("/follow/reads/").status_code == HTTPStatus.OK


def test_days_come_page_by_page(city: City, matter: Matter, resident: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shown, "DAYS", 2)
    actor, posts = city.actor("handler-roads"), city.actor("handler-roads").duties[0].post
    days = [datetime.datetime(2026, 3, day, 4, tzinfo=datetime.UTC) for day in (1, 2, 3, 4, 5)]
    for at in days:
        _line_at(at, actor, matter, posts)
    seen_days, sent = [], {"code": CODE}
    for _ in range(3):
        answer = resident.post("/follow/reads/", sent)
        seen_days.append(
            [f"2026-03-{day:02}" for day in (5, 4, 3, 2, 1) if f"2026年3月{day}日</time></h2>" in _text(answer)]
        )
        sent = hidden_in(answer) if 'name="before"' in _text(answer) else {}
    assert seen_days == [["2026-03-05", "2026-03-04"], ["2026-03-03", "2026-03-02"], ["2026-03-01"]] and not sent
    for wrong in ("x", "2026-13-01", "9" * 100):
        answer = resident.post("/follow/reads/", {"code": CODE, "before": wrong})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def _text(answer: object) -> str:
    content: bytes = answer.content  # type: ignore[attr-defined]
    return content.decode()


def _line_at(at: datetime.datetime, actor: Actor, matter: Matter, post: uuid.UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reads_read (at, reader, post, matter, what, purpose) VALUES (%s, %s, %s, %s, %s, %s)",
            [at, actor.id, post, matter.pk, "page", "matter.handle"],
        )


def test_that_it_was_laid_beside_somebody_elses_report_is_told_later(
    city: City, matter: Matter, resident: Client, sign_in: SignIn, auditor: Actor
) -> None:
    form = hidden_in(sign_in("intake").get("/matters/new/"))
    told = {**form, "category": "ROAD-1", "text": "路面有坑", "area": "T1", "_do": "propose"}
    assert matter.number in sign_in("intake").post("/matters/new/", told).content.decode()
    assert Read.objects.get(matter=matter.pk).what == "alike"
    assert "还没有可以显示的阅看记录" in followed(resident)
    kept = Read.objects.get(matter=matter.pk, what="subject")
    assert kept.purpose == "withheld:1" and kept.reader == Party.objects.get(matter=matter).pk
    zone, now = page.public_face().zone, datetime.datetime.now(datetime.UTC)
    with reading(auditor, now + LATER) as scope:
        (day,) = readings_of(scope, matter.pk, zone, None).days
        assert [one.how.en for one in day.readings] == ["compared it with another report"]
        assert not lines_of(scope, matter.pk, None)[0][-1].withheld
    with reading(auditor, now) as scope:
        showing, beside = lines_of(scope, matter.pk, None)[0]
        assert showing.kept_back == 1 and beside.withheld


@pytest.mark.parametrize("subject", ["unit/ROADS", "matter.handle", "page"])
def test_the_rulebook_withholds_by_unit_purpose_and_way(city: City, matter: Matter, subject: str) -> None:
    note_reads(city.actor("handler-roads"), "page", [seen(matter, "matter.handle")])
    value = SetValue(parameter="withheld", subject=subject, from_on=SINCE, content={"days": 60}, basis="办案需要")
    execute(FOUNDER, value, "withheld")
    zone, now = page.public_face().zone, datetime.datetime.now(datetime.UTC)
    for days, hidden in ((0, 1), (59, 1), (61, 0)):
        with reading(city.actor("auditor"), now + datetime.timedelta(days=days)) as scope:
            found = readings_of(scope, matter.pk, zone, None)
        assert found.withheld == hidden and len(found.days) == 1 - hidden


def test_the_audit_sees_names_and_is_itself_on_record(
    city: City, matter: Matter, resident: Client, sign_in: SignIn, auditor: Actor
) -> None:
    sign_in("handler-roads").get(f"/matters/{matter.number}/")
    followed(resident)
    client = sign_in("audit-admin")
    audit = client.get("/audit/readings/", {"number": matter.number.lower()}).content.decode()
    for words in (city.actor("handler-roads").name, "道路局", "道路承办员", "处置", "本人查看阅看记录"):
        assert words in audit, words
    assert "红绿灯" not in audit and "王小明" not in audit, "nothing of the matter itself"
    assert [one.reader for one in Read.objects.filter(matter=matter.pk, what="audit")] == [auditor.id]
    assert "核对阅看记录" not in followed(resident), "an audit under way is told later"
    assert client.get(f"/matters/{matter.number}/").status_code == HTTPStatus.FORBIDDEN


def test_only_the_audit_administrator_sees_names(city: City, matter: Matter, sign_in: SignIn, auditor: Actor) -> None:
    for post in ("administrator", "operator", "auditor", "supervisor", "intake"):
        assert sign_in(post).get("/audit/readings/").status_code == HTTPStatus.FORBIDDEN
    client = sign_in("audit-admin")
    for number in ("0000-0000-0000", "x" * 50, "%"):
        assert "没有这个编号的事项" in client.get("/audit/readings/", {"number": number}).content.decode()
    assert not Read.objects.exists()
    add_post(city, "audit-west", "HOTLINE", "T2", "audit_admin", ("reads.audit",))
    elsewhere = sign_in("audit-west").get("/audit/readings/", {"number": matter.number})
    assert "没有这个编号的事项" in elsewhere.content.decode()


def test_the_lines_of_the_audit_come_page_by_page(
    city: City, matter: Matter, sign_in: SignIn, auditor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "LINES", 2)
    for post in ("intake", "handler-roads", "auditor"):
        note_reads(city.actor(post), "page", [seen(matter)])
    client, asked = sign_in("audit-admin"), {"number": matter.number}
    first = client.get("/audit/readings/", asked).content.decode()
    assert city.actor("auditor").name in first and city.actor("intake").name not in first
    below = str(Read.objects.order_by("pk")[1].pk)
    assert f"below={below}" in first
    second = client.get("/audit/readings/", {**asked, "below": below}).content.decode()
    assert city.actor("intake").name in second and "下一页" not in second
    assert client.get("/audit/readings/", {**asked, "below": "x"}).status_code == HTTPStatus.OK


def test_showings_and_audits_are_sealed_like_every_line(
    city: City, matter: Matter, resident: Client, sign_in: SignIn, auditor: Actor
) -> None:
    followed(resident)
    sign_in("audit-admin").get("/audit/readings/", {"number": matter.number})
    assert seal_reads(datetime.datetime.now(datetime.UTC)) == 2
    report = Report()
    verify_reads(report)
    assert not report.faults


def test_statements_do_not_grow_with_the_readings(
    city: City, matter: Matter, resident: Client, sign_in: SignIn, auditor: Actor
) -> None:
    counts = []
    for posts in (("intake",), ("intake",), ("intake", "handler-roads", "auditor", "dispatcher", "supervisor") * 3):
        for post in posts:
            note_reads(city.actor(post), "page", [seen(matter)])
        with CaptureQueriesContext(connection) as asked:
            followed(resident)
        with CaptureQueriesContext(connection) as audited:
            sign_in("audit-admin").get("/audit/readings/", {"number": matter.number})
        counts.append((len(asked), len(audited)))
    assert counts[1] == counts[2] and counts[1][0] <= 10, counts  # the first reads slow data
