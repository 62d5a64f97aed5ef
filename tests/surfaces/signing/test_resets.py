"""Second factors are reset by two persons; whom it concerns is told when it is proposed and when it is done."""

import datetime
import uuid
from http import HTTPStatus

import pytest

from jingwei.kernel.agencies.commands import DecideReset, ProposeReset
from jingwei.kernel.agencies.commands.resets import HOLDS
from jingwei.kernel.agencies.factors import store
from jingwei.kernel.agencies.models import Reset
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.telling.route import router
from jingwei.kernel.outbox.adapters import MAIL
from jingwei.kernel.outbox.deliver import deliver_waiting
from jingwei.kernel.outbox.marks import Wish, set_wish
from jingwei.kernel.outbox.models import Delivery
from jingwei.kernel.values.errors import Denied, Invalid, Refusal
from tests.city import City, add_post
from tests.duty import person_of, take_up
from tests.surfaces.conftest import SignIn, hidden_in
from tests.surfaces.signing.test_second_factor import last_entry, with_app, with_password

FIRST, SECOND, AUDITOR, LOST = "administrator", "second-admin", "watcher", "intake"


@pytest.fixture
def offices(city: City) -> City:
    """Two security administrators, an audit administrator, and a clerk with an app who lost the telephone."""
    add_post(city, SECOND, "CITY", "T", "administrator", ("agencies.edit",))
    add_post(city, AUDITOR, "CITY", "T", "watcher", ("reads.audit",))
    with_app(with_password(LOST))
    return city


def propose(city: City, by: str = FIRST, of: str = LOST) -> uuid.UUID:
    answer = execute(city.actor(by), ProposeReset(person=person_of(city, of)), city.key())
    return uuid.UUID(str(answer["reset"]))


def decide(city: City, by: str, reset: uuid.UUID, approve: bool = True) -> None:
    command = DecideReset(reset=reset, approve=approve, as_auditor=by == AUDITOR)
    execute(city.actor(by), command, city.key())


def routed() -> None:
    """One round of the worker's routing, with mail as the only channel outside."""
    with reading(system("postman", "matter.read")) as scope:
        channel = router(scope, (MAIL,))
    deliver_waiting([channel], datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=1))


def has_second(city: City, of: str = LOST) -> bool:
    return store.has_second(city.accounts[of].pk)


@pytest.mark.parametrize("second", [SECOND, AUDITOR])
def test_one_proposes_and_another_confirms(offices: City, second: str) -> None:
    reset = propose(offices)
    assert has_second(offices), "one person alone resets nothing"
    decide(offices, second, reset)
    assert not has_second(offices)
    assert last_entry(person_of(offices, LOST))["kind"] == "agencies.factors_reset"
    assert with_password(LOST).get("/work/").status_code == HTTPStatus.OK


def test_a_reset_ends_the_sessions(offices: City, sign_in: SignIn) -> None:
    clerk = sign_in(LOST)
    assert clerk.get("/work/").status_code == HTTPStatus.OK
    decide(offices, SECOND, propose(offices))
    assert clerk.get("/work/").headers["Location"] == "/login/?next=/work/"


def test_one_person_cannot_do_it_alone(offices: City) -> None:
    """By no second post, by no second proposal, by no system actor."""
    take_up(offices, FIRST, SECOND)
    reset = propose(offices)
    with pytest.raises(Invalid, match="does not confirm"):
        decide(offices, FIRST, reset)
    with pytest.raises(Invalid, match="proposed already"):
        propose(offices)
    for machine in (system("x", "agencies.edit"), system("x", "agencies.edit", "reads.audit")):
        with pytest.raises(Refusal):
            execute(machine, DecideReset(reset=reset, approve=True), offices.key())
    with pytest.raises(Denied):
        decide(offices, LOST, reset)
    assert has_second(offices)


def test_nobody_resets_the_own_factors(offices: City) -> None:
    with_app(with_password(FIRST))
    with pytest.raises(Invalid, match="nobody resets"):
        propose(offices, of=FIRST)
    reset = propose(offices, by=SECOND, of=FIRST)
    with pytest.raises(Invalid, match="nobody resets"):
        decide(offices, FIRST, reset)
    assert has_second(offices, FIRST)


def test_it_is_taken_back_refused_or_lapses(offices: City) -> None:
    taken_back = propose(offices)
    decide(offices, FIRST, taken_back, approve=False)
    refused = propose(offices)
    decide(offices, AUDITOR, refused, approve=False)
    for one in (taken_back, refused):
        with pytest.raises(Invalid, match="decided on"):
            decide(offices, SECOND, one)
    late = propose(offices)
    assert Reset.objects.get(pk=late).until - Reset.objects.get(pk=late).proposed_at == HOLDS
    assert has_second(offices)


def test_whom_it_concerns_is_told_twice(offices: City, sign_in: SignIn) -> None:
    set_wish(person_of(offices, LOST), Wish((MAIL.name,), {}, True, None, None, False))
    reset = propose(offices)
    routed()
    clerk = sign_in(LOST)
    page = clerk.get("/inbox/").content.decode()
    assert "有人提出重置您的验证方式" in page and "/me/sign-in/" in page
    assert "有人提出重置您的验证方式" in clerk.get("/me/sign-in/").content.decode()
    decide(offices, SECOND, reset)
    routed()
    clerk = with_password(LOST)
    assert "您的验证方式已被重置" in clerk.get("/inbox/").content.decode()
    told = Delivery.objects.filter(receiver=person_of(offices, LOST), channel=MAIL.name)
    assert told.count() == 2 and all(one.urgent for one in told)
    clerk.post("/inbox/read/", {"of": "login"})
    assert 'name="of"' not in clerk.get("/inbox/").content.decode(), "they are read"
    assert "重置" not in sign_in("dispatcher").get("/inbox/").content.decode(), "nobody else's inbox tells it"


def test_on_the_pages(offices: City, sign_in: SignIn) -> None:
    first, second, watcher = sign_in(FIRST), sign_in(SECOND), sign_in(AUDITOR)
    address = f"/agencies/people/{LOST}/"
    asked = {**hidden_in(first.get(address)), "_do": "reset", "_subject": ""}
    assert first.post(address, asked).status_code == HTTPStatus.SEE_OTHER
    mine = first.get(address).content.decode()
    assert "您提出的" in mine and "确认重置" not in mine and "撤回" in mine
    assert address in second.get("/agencies/").content.decode()
    assert "确认重置" in second.get(address).content.decode()
    page = watcher.get("/audit/sign-ins/")
    reset = str(Reset.objects.get().pk)
    done = watcher.post("/audit/sign-ins/", {**hidden_in(page), "_do": "confirm_reset", "_subject": reset})
    assert done.status_code == HTTPStatus.SEE_OTHER and not has_second(offices)
    again = {**hidden_in(second.get(address)), "_do": "confirm_reset", "_subject": reset}
    late = second.post(address, again)
    assert late.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
