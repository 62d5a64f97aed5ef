"""What a declaration says of an act is what happens: conditions, counts, windows, extensions, new terms, returns."""

import datetime
import hashlib

import pytest

from jingwei.kernel.agencies.models import Unit
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.matters.guards import Case, answered, why_not
from jingwei.kernel.matters.models import Matter, Step
from jingwei.kernel.rulebook.snapshot import Category, Rules
from jingwei.kernel.values.errors import Denied, Invalid
from jingwei.kernel.values.words import Text
from tests.procedure import MONDAY, PROCEDURE, Procedure

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def unit(code: str = "ROADS") -> str:
    return str(Unit.objects.get(code=code).pk)


def working(procedure: Procedure) -> Matter:
    matter = procedure.report()
    procedure.act("dispatcher", matter, "give", unit=unit())
    return procedure.act("handler-roads", matter, "sign")


def test_a_condition_on_a_field_bars_with_its_reason(procedure: Procedure) -> None:
    with pytest.raises(Invalid, match="“request” is “repair”; “answer” is only for: question"):
        procedure.act("dispatcher", procedure.report(request="repair"), "answer")
    assert procedure.act("dispatcher", procedure.report(request="ask"), "answer").state == "closed"


def test_a_condition_on_the_class_follows_the_rulebook(procedure: Procedure) -> None:
    done = procedure.act("handler-roads", working(procedure), "finish")
    with pytest.raises(Invalid, match="how its class is checked” is “on site”"):
        procedure.act("checker", done, "pass_unseen")
    content = {"zh": "坑", "en": "Pothole", "urgency": "U2", "parent": "ROAD", "open": True, "check": "picture"}
    procedure.value("category", "ROAD-1", **content)
    with pytest.raises(Invalid, match="by a picture of another unit"):
        procedure.act("checker", done, "pass")
    assert procedure.act("checker", done, "pass_unseen").state == "closed"


def test_the_draw_of_a_sample_is_fixed_fair_and_recomputed_from_seed_and_number() -> None:
    class Drawn(Rules):
        def seed(self, on: datetime.date) -> str:
            return "5eed"

        def categories(self, on: datetime.date) -> dict[str, Category]:
            words = Text("类", "class")
            return {"c": Category("c", "", words, "U1", True, True, check="sample", sample=20)}

    def draw(number: int) -> str:
        matter = Matter(category="c", number=f"{number:04d}", opened_at=MONDAY)
        return answered("category.check", Case(matter=matter, type=PROCEDURE, rules=Drawn({}), at=MONDAY, fields={}))

    drawn = [draw(number) for number in range(2000)]
    assert drawn == [draw(number) for number in range(2000)]
    assert set(drawn) == {"sample", "spared"}
    assert 340 < drawn.count("sample") < 460
    digest = hashlib.sha256(b"5eed:check:0007").hexdigest()  # as an auditor does it: docs/guides/grid-events.md
    assert (draw(7) == "sample") == (int(digest[:8], 16) % 100 < 20)


def test_whoever_gave_it_takes_it_back_until_it_is_signed_for(procedure: Procedure) -> None:
    matter = procedure.report()
    procedure.act("dispatcher", matter, "give", unit=unit())
    with pytest.raises(Invalid, match="Only the post that did the step before"):
        procedure.act("supervisor", matter, "recall")
    assert procedure.act("dispatcher", matter, "recall").state == "new"
    procedure.act("dispatcher", matter, "give", unit=unit())
    procedure.act("handler-roads", matter, "sign")
    with pytest.raises(Invalid, match="cannot be done now"):
        procedure.act("dispatcher", matter, "recall")


def test_a_return_names_its_cause_is_counted_and_says_what_may_follow(procedure: Procedure) -> None:
    matter = procedure.report(request="ask")
    procedure.act("dispatcher", matter, "give", unit=unit())
    with pytest.raises(Invalid, match="cause: “Reason for sending back” is needed"):
        procedure.act("handler-roads", matter, "dispute")
    with pytest.raises(Invalid, match="cause"):
        procedure.act("handler-roads", matter, "dispute", cause="because")
    assert procedure.act("handler-roads", matter, "dispute", cause="not_ours").state == "new"
    with pytest.raises(Invalid, match="After “dispute” only this may follow: give"):
        procedure.act("dispatcher", matter, "answer")
    procedure.act("dispatcher", matter, "give", unit=unit("PARKS"))
    with pytest.raises(Invalid, match="“dispute” may be done once only, and has been"):
        procedure.act("handler-parks", matter, "dispute", cause="not_ours")


def test_a_stage_that_is_entered_again_has_its_whole_limit(procedure: Procedure) -> None:
    matter = procedure.report()
    procedure.act("dispatcher", matter, "give", unit=unit())
    procedure.act("dispatcher", matter, "recall", MONDAY + 3 * HOUR)
    procedure.act("dispatcher", matter, "give", MONDAY + DAY, unit=unit())
    clock = Clock.objects.get(stream_id=matter.pk, key="sign")
    assert (clock.status, clock.due_at) == ("running", MONDAY + DAY + 4 * HOUR)


def test_what_must_be_done_before_a_clock_runs_out_is_refused_afterwards(procedure: Procedure) -> None:
    matter = procedure.report()
    procedure.act("dispatcher", matter, "give", unit=unit())
    with pytest.raises(Invalid, match="“sign” has passed; “dispute” can no longer be done"):
        procedure.act("handler-roads", matter, "dispute", MONDAY + 4 * HOUR + HOUR, cause="unclear")
    late = MONDAY + 8 * DAY  # the limit to handle is five working days
    procedure.act("handler-roads", matter, "sign", late)
    with pytest.raises(Invalid, match="“handle” has passed"):
        procedure.act("handler-roads", matter, "ask_longer", late, days=1)


def test_an_extension_is_granted_by_another_once_and_never_beyond_the_first_limit(procedure: Procedure) -> None:
    matter = working(procedure)
    due = matter.due_at
    procedure.act("handler-roads", matter, "ask_longer", days=2)
    with pytest.raises(Denied):
        procedure.act("handler-roads", matter, "grant_longer")
    longer = procedure.act("supervisor", matter, "grant_longer")
    assert due is not None
    assert longer.due_at == due + 2 * DAY  # Monday, five working days, then Tuesday and Wednesday
    procedure.act("handler-roads", matter, "ask_longer", days=1)
    with pytest.raises(Invalid, match="extended once already"):
        procedure.act("supervisor", matter, "grant_longer")
    assert procedure.act("supervisor", matter, "deny_longer", reason="不必").state == "working"


@pytest.mark.parametrize("days", [6, 0, -1])
def test_an_extension_longer_than_the_limit_or_of_no_length_is_refused(procedure: Procedure, days: int) -> None:
    matter = working(procedure)
    procedure.act("handler-roads", matter, "ask_longer", days=days)
    with pytest.raises(Invalid, match="whole number above zero|may not exceed the limit itself"):
        procedure.act("supervisor", matter, "grant_longer")


def test_work_done_again_has_half_the_limit_and_late_work_stays_late(procedure: Procedure) -> None:
    first, second = working(procedure), working(procedure)
    for matter, at in ((first, MONDAY + DAY), (second, MONDAY + 20 * DAY)):
        procedure.act("handler-roads", matter, "finish", at)
    again = procedure.act("checker", first, "redo", MONDAY + DAY, cause="unclear")
    assert again.due_at == MONDAY + 4 * DAY  # three of five working days, rounded up, from Tuesday on
    assert procedure.act("checker", second, "redo", MONDAY + 20 * DAY, cause="unclear").due_at == second.due_at


def test_reopened_once_within_the_window_that_the_rulebook_sets(procedure: Procedure) -> None:
    procedure.limit("ROAD//reopen", 5)
    first, second = procedure.report(request="ask"), procedure.report(request="ask")
    for matter in (first, second):
        procedure.act("dispatcher", matter, "answer")
    with pytest.raises(Invalid, match="“window to reopen” has passed"):
        procedure.act("supervisor", second, "reopen", MONDAY + 6 * DAY, reason="没解决")
    assert procedure.act("supervisor", first, "reopen", MONDAY + 5 * DAY, reason="没解决").state == "new"
    procedure.act("dispatcher", first, "answer", MONDAY + 5 * DAY)
    with pytest.raises(Invalid, match="“reopen” may be done once only"):
        procedure.act("supervisor", first, "reopen", MONDAY + 5 * DAY, reason="没解决")


def test_a_limit_hangs_on_the_condition_that_the_matter_states(procedure: Procedure) -> None:
    procedure.limit("ROAD/deep/handle", 1)
    assert procedure.report(condition="deep").due_at == MONDAY + DAY
    assert procedure.report().due_at == MONDAY + 7 * DAY  # five working days


GRANTS = sorted({action.grant for action in PROCEDURE.actions} | {"matter.read"})


@pytest.mark.parametrize("state", [state.key for state in PROCEDURE.states])
def test_every_act_has_a_rule_in_every_state_or_is_refused_with_a_reason(state: str) -> None:
    matter = Matter(type=PROCEDURE.key, type_version=1, state=state, category="c", opened_at=MONDAY, salt=b"")
    case = Case(matter=matter, type=PROCEDURE, rules=Rules({}), at=MONDAY, fields={"request": "ask"})
    for action in PROCEDURE.actions:
        reason = why_not(action, case, "person:x", ())
        if state not in action.begins:
            assert reason is not None
            assert action.title.en in reason.en and PROCEDURE.state(state).title.zh in reason.zh
        assert reason is None or (reason.zh.strip() and reason.en.strip())


def test_what_was_written_down_of_a_return_is_its_cause(procedure: Procedure) -> None:
    matter = procedure.report()
    procedure.act("dispatcher", matter, "give", unit=unit())
    procedure.act("handler-roads", matter, "dispute", cause="not_ours")
    assert Step.objects.get(matter=matter, action="dispute").content == {"cause": "not_ours"}
