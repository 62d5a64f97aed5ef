"""The lists after the closing: who is called first and why, what is looked at again, one click to the act."""

import datetime
import json
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.values.draws import draw
from tests.capabilities import conftest
from tests.capabilities.conftest import Event, Town, town
from tests.city import FOUNDER, SINCE
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_duty import COUNTS

__all__ = ["town"]
RESIDENT = public("matter.answer", "matter.confirm")


@pytest.fixture(autouse=True)
def _weeks_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages ask of now, so the events lie before it."""
    monday = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=60)
    monkeypatch.setattr(conftest, "REPORTED", monday.replace(hour=3) - datetime.timedelta(days=monday.weekday()))


def _section(page: str, title: str) -> str:
    return page.split(f"<h2>{title}", 1)[1].split("</section>")[0]


@pytest.fixture
def closed(town: Town) -> dict[str, Event]:
    """Closed events: what their reporters said is in the name."""
    told = {key: town.event().to("closed") for key in ("content", "angry", "silent")}
    told["content"].act(RESIDENT, "answer", grade="5", resolved=True)
    told["angry"].act(RESIDENT, "answer", grade="1", resolved=False)
    told["late"] = town.event().to("feedback").after(24 * 9).to("closed")
    return told


def test_the_most_pressing_are_called_first_and_the_act_is_one_click_away(
    closed: dict[str, Event], sign_in: SignIn
) -> None:
    client = sign_in("intake")
    page = client.get("/work/follow-up/call-back/").content.decode()
    assert closed["angry"].matter.number in _section(page, "不满意或未解决")
    assert closed["late"].matter.number in _section(page, "逾期办结")
    assert closed["late"].matter.number not in _section(page, "一直没有评价"), "each under one reason"
    number = closed["angry"].matter.number
    opened = client.get(f"/matters/{number}/?do=call_back").content.decode()
    assert '<details class="act" id="do" open>' in opened
    closed["angry"].act("intake", "call_back", reached=True, grade="3", resolved=True)
    assert number not in client.get("/work/follow-up/call-back/").content.decode()


def test_statements_of_the_lists(closed: dict[str, Event], sign_in: SignIn) -> None:
    everybody = {
        "amount": 100,
        "unit": "percent",
        "zh": "回访",
        "en": "Called back",
    }  # so that no list is empty by chance
    share = SetValue(
        parameter="number",
        subject="grid_event.called_back",
        from_on=SINCE + datetime.timedelta(days=1),
        content=everybody,
        basis="tests",
    )
    execute(FOUNDER, share, "share")
    counts = {}
    for post, address in (("intake", "/work/follow-up/call-back/"), ("checker", "/work/follow-up/re-check/")):
        client = sign_in(post)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts[address] = sum(not one["sql"].startswith(("SAVEPOINT", "RELEASE")) for one in asked.captured_queries)
    assert counts == {name: json.loads(COUNTS.read_text()).get(name) for name in counts}


def test_each_list_is_for_whoever_may_do_the_act(closed: dict[str, Event], sign_in: SignIn) -> None:
    assert "/work/follow-up/call-back/" in sign_in("intake").get("/work/").content.decode()
    assert "/work/follow-up/" not in sign_in("handler-roads").get("/work/").content.decode()
    for post, kind, status in (
        ("intake", "call-back", HTTPStatus.OK),
        ("checker", "re-check", HTTPStatus.OK),
        ("intake", "re-check", HTTPStatus.NOT_FOUND),
        ("handler-roads", "call-back", HTTPStatus.NOT_FOUND),
        ("intake", "nothing", HTTPStatus.NOT_FOUND),
    ):
        assert sign_in(post).get(f"/work/follow-up/{kind}/").status_code == status, (post, kind)


def test_a_fifth_of_what_one_unit_made_and_fixed_is_looked_at_again(town: Town, sign_in: SignIn) -> None:
    fixed = [town.event(by="grid-east").act("grid-east", "fix", result="已清走") for _ in range(12)]
    page = sign_in("checker").get("/work/follow-up/re-check/").content.decode()
    drawn = {one.matter.number for one in fixed if draw("", one.matter.number, "recheck") < 20}
    assert {one.matter.number for one in fixed if one.matter.number in page} == drawn


def test_the_seed_of_draws_is_shown_to_auditors_alone(town: Town, sign_in: SignIn) -> None:
    assert sign_in("auditor").get("/rules/draw/").status_code == HTTPStatus.OK
    assert sign_in("intake").get("/rules/draw/").status_code == HTTPStatus.NOT_FOUND
    assert "/rules/draw/" not in sign_in("intake").get("/rules/").content.decode()
