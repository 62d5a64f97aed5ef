"""Tasks of other units: asked, accepted, answered, refused, taken back; hand-over complete only when it is accepted."""

import datetime
import uuid
from typing import Any

import pytest

from jingwei.kernel.agencies.models import Post, Unit
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands import AnswerTask, AskTask
from jingwei.kernel.matters.commands.tasks import Answer
from jingwei.kernel.matters.models import Matter, Task
from jingwei.kernel.matters.policies import in_scope, may_read
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from tests.procedure import MONDAY, PROCEDURE, Procedure

ROADS, PARKS = "handler-roads", "handler-parks"


def unit(code: str) -> uuid.UUID:
    return Unit.objects.get(code=code).pk


def working(procedure: Procedure) -> Matter:
    matter = procedure.report()
    procedure.act("dispatcher", matter, "give", unit=str(unit("ROADS")))
    return procedure.act(ROADS, matter, "sign")


def ask(procedure: Procedure, matter: Matter, role: str, to: str = "PARKS", **fields: Any) -> Task:
    given = {"what": "砍树"} if role == "assist" else {}
    command = AskTask(matter_id=matter.pk, role=role, unit=unit(to), fields={**given, **fields}, grant="matter.handle")
    procedure.send(ROADS, command)
    return Task.objects.filter(matter=matter).latest("seq")


def answer(procedure: Procedure, post: str, task: Task, how: Answer, **fields: Any) -> Matter:
    command = AnswerTask(matter_id=task.matter_id, task_id=task.pk, answer=how, fields=fields, grant="matter.read")
    return procedure.send(post, command)


def hand_over(procedure: Procedure, matter: Matter, post: str) -> Task:
    to = Post.objects.get(code=post)
    command = AskTask(
        matter_id=matter.pk, role="hand_over", unit=to.unit_id, post=to.pk, fields={}, grant="matter.handle"
    )
    procedure.send(ROADS, command)
    return Task.objects.get(matter=matter, role="hand_over", ended_at=None)


def sees(procedure: Procedure, post: str, matter: Matter) -> bool:
    actor, now = procedure.city.actor(post), Matter.objects.get(pk=matter.pk)
    with reading(actor):
        listed = Matter.objects.filter(in_scope(actor), pk=matter.pk).exists()
        shown = Matter.objects.filter(pk=matter.pk).exists()
    assert listed is shown is may_read(actor, now), "the forms of the one rule differ"
    return listed


def test_a_unit_that_is_asked_sees_the_matter_from_then_on(procedure: Procedure) -> None:
    matter = working(procedure)
    assert not sees(procedure, PARKS, matter)
    task = ask(procedure, matter, "assist")
    assert sees(procedure, PARKS, matter)
    with pytest.raises(Denied, match="may not|Your posts"):
        procedure.act(PARKS, matter, "finish")  # it reads the matter; it does not lead it
    answer(procedure, PARKS, task, "done", outcome="砍完")
    assert sees(procedure, PARKS, matter)


def test_what_is_refused_or_taken_back_is_seen_no_longer(procedure: Procedure) -> None:
    first, second = working(procedure), working(procedure)
    answer(procedure, PARKS, ask(procedure, first, "assist"), "refused", cause="not_ours")
    answer(procedure, ROADS, ask(procedure, second, "assist"), "withdrawn")
    assert not sees(procedure, PARKS, first)
    assert not sees(procedure, PARKS, second)
    assert not sees(procedure, "grid-west", first)


def test_the_lead_unit_cannot_feed_back_while_others_work(procedure: Procedure) -> None:
    matter = working(procedure)
    task = ask(procedure, matter, "assist")
    with pytest.raises(Invalid, match="1 not settled yet: assist"):
        procedure.act(ROADS, matter, "finish")
    answer(procedure, PARKS, task, "accepted")
    with pytest.raises(Invalid, match="1 not settled yet"):
        procedure.act(ROADS, matter, "finish")
    with pytest.raises(Invalid, match="outcome: “outcome” is needed"):
        answer(procedure, PARKS, task, "done")
    answer(procedure, PARKS, task, "done", outcome="砍完")
    assert procedure.act(ROADS, matter, "finish").state == "done"


def test_a_refused_signature_stands_in_the_way_until_it_is_asked_for_anew_or_taken_back(procedure: Procedure) -> None:
    matter = working(procedure)
    task = ask(procedure, matter, "cosign")
    answer(procedure, PARKS, task, "refused", cause="unclear")
    with pytest.raises(Invalid, match="1 not settled yet: cosign"):
        procedure.act(ROADS, matter, "finish")
    answer(procedure, PARKS, ask(procedure, matter, "cosign"), "done")
    assert procedure.act(ROADS, matter, "finish").state == "done"
    other = working(procedure)
    task = ask(procedure, other, "cosign")
    answer(procedure, PARKS, task, "refused", cause="unclear")
    answer(procedure, ROADS, task, "withdrawn")
    assert procedure.act(ROADS, other, "finish").state == "done"


def test_a_consultation_holds_nobody_up_and_ends_with_the_matter(procedure: Procedure) -> None:
    matter = working(procedure)
    task = ask(procedure, matter, "consult", "CHECK")
    procedure.act(ROADS, matter, "finish")
    procedure.act("checker", matter, "pass")
    task.refresh_from_db()
    assert (task.state, task.ended_at) == ("lapsed", MONDAY)
    with pytest.raises(Invalid, match="This task is settled"):
        answer(procedure, "checker", task, "done", advice="补")


def test_a_task_has_a_clock_of_its_own(procedure: Procedure) -> None:
    procedure.limit("ROAD//assist", 2)
    matter = working(procedure)
    task = ask(procedure, matter, "assist")
    clock = Clock.objects.get(stream_id=matter.pk, key=task.clock)
    assert clock.due_at == MONDAY + datetime.timedelta(days=2)
    assert clock.due_at != matter.due_at
    answer(procedure, PARKS, task, "done", outcome="砍完")
    clock.refresh_from_db()
    assert clock.status == "stopped"


def test_a_hand_over_is_complete_only_when_it_is_accepted(procedure: Procedure) -> None:
    matter = working(procedure)
    giver, receiver = Post.objects.get(code=ROADS).pk, _second_handler(procedure)
    task = hand_over(procedure, matter, "handler-roads-2")
    assert Matter.objects.get(pk=matter.pk).holder_id == giver
    with pytest.raises(Invalid, match="waiting to be accepted"):
        hand_over(procedure, matter, "handler-roads-2")
    with pytest.raises(Denied, match="not given to any post of yours"):
        answer(procedure, ROADS, task, "accepted")
    with pytest.raises(Invalid, match="accepted, not answered"):
        answer(procedure, "handler-roads-2", task, "done")
    assert answer(procedure, "handler-roads-2", task, "accepted").holder_id == receiver
    with pytest.raises(Invalid, match="settled"):
        answer(procedure, "handler-roads-2", task, "accepted")


def test_a_hand_over_may_be_refused_and_the_giver_keeps_the_matter(procedure: Procedure) -> None:
    matter = working(procedure)
    _second_handler(procedure)
    task = hand_over(procedure, matter, "handler-roads-2")
    assert answer(procedure, "handler-roads-2", task, "refused", cause="unclear").holder_id == matter.holder_id
    with pytest.raises(Invalid, match="cannot take the matter over"):
        hand_over(procedure, matter, "checker")


def _second_handler(procedure: Procedure) -> uuid.UUID:
    from tests.city import add_post

    return add_post(procedure.city, "handler-roads-2", "ROADS", "T", "handler")


def test_who_is_told_and_what_is_recorded(procedure: Procedure) -> None:
    matter = working(procedure)
    task = ask(procedure, matter, "assist", what="请把倒下的树锯开")
    entry = Entry.objects.filter(stream=matter.pk).latest("seq")
    assert entry.kind == "matter.task_asked"
    assert "锯开".encode() not in bytes(entry.body)
    message = Message.objects.get(stream=matter.pk, topic="matter.task")
    assert message.body["tells"] == [f"unit:{unit('PARKS')}"]
    answer(procedure, PARKS, task, "accepted")
    tells = [one.body["tells"] for one in Message.objects.filter(stream=matter.pk, topic="matter.task")]
    assert [f"post:{Post.objects.get(code=ROADS).pk}"] in tells


@pytest.mark.parametrize(
    ("role", "to", "said"),
    [
        ("assist", "ROADS", "the lead unit itself"),
        ("cook", "PARKS", "has no task “cook”"),
        ("hand_over", "PARKS", "cannot take the matter over"),
    ],
)
def test_what_cannot_be_asked_is_refused(procedure: Procedure, role: str, to: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        ask(procedure, working(procedure), role, to)


def test_the_same_is_asked_once_and_only_in_its_states(procedure: Procedure) -> None:
    matter = working(procedure)
    ask(procedure, matter, "assist")
    with pytest.raises(Invalid, match="asked for there already"):
        ask(procedure, matter, "assist")
    unsigned = procedure.report()
    procedure.act("dispatcher", unsigned, "give", unit=str(unit("ROADS")))
    with pytest.raises(Invalid, match="“assist” cannot be asked for now"):
        ask(procedure, unsigned, "assist")
    stale = AskTask(
        matter_id=matter.pk,
        role="consult",
        unit=unit("PARKS"),
        fields={},
        grant="matter.handle",
        expected_version=1,
    )
    with pytest.raises(Conflict):
        procedure.send(ROADS, stale)


def test_a_stranger_to_the_matter_learns_nothing_of_its_tasks(procedure: Procedure) -> None:
    task = ask(procedure, working(procedure), "assist")
    with pytest.raises(Denied) as refused:
        answer(procedure, "grid-west", task, "accepted")
    assert not refused.value.found
    with pytest.raises(Denied) as unknown:
        answer(procedure, PARKS, Task(id=uuid.uuid4(), matter_id=task.matter_id), "accepted")
    assert not unknown.value.found


@pytest.mark.parametrize("rule", PROCEDURE.tasks, ids=lambda rule: rule.role)
@pytest.mark.parametrize("state", ["asked", "accepted", "done", "refused", "withdrawn", "lapsed"])
def test_every_answer_has_a_rule_in_every_state_of_a_task(rule: Any, state: str) -> None:
    from jingwei.kernel.matters.commands.tasks import ANSWERED_FROM, answer_problem

    ended = None if state in ("asked", "accepted") else MONDAY
    for how, begins in ANSWERED_FROM.items():
        reason = answer_problem(rule, Task(state=state, role=rule.role, ended_at=ended), how)
        assert reason is None or (reason.zh.strip() and reason.en.strip())
        assert reason is not None or state in begins
