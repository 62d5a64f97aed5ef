"""A task asked of a post that ends moves with it, in the same act; none is ever left with what has ended."""

import datetime
import threading
import uuid
from collections.abc import Mapping
from functools import partial

import pytest

from jingwei.installation.processes import wait_until
from jingwei.kernel.agencies.commands import ChangePost
from jingwei.kernel.agencies.models import Post, Unit
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.clocks.running import calendar_of, marks_of
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command, Result
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.entries import entries_of
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import AnswerTask, AskTask, EndPost, EndUnit
from jingwei.kernel.matters.commands.ring import ring_due
from jingwei.kernel.matters.models import HandOver, Matter, Task
from jingwei.kernel.matters.policies import may_read
from jingwei.kernel.matters.receivers import posts_told
from jingwei.kernel.outbox.models import Message, Notice
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of
from jingwei.kernel.values.errors import Conflict, Invalid
from jingwei.surfaces.desk.inbox.queries import told
from tests.city import FOUNDER, City, add_post
from tests.clones import Clone, in_threads
from tests.procedure import MONDAY, Procedure, install

ROADS, PARKS = "handler-roads", "handler-parks"


def working(procedure: Procedure) -> Matter:
    matter = procedure.report()
    procedure.act("dispatcher", matter, "give", unit=str(Unit.objects.get(code="ROADS").pk))
    return procedure.act(ROADS, matter, "sign")


def asking(matter: Matter, role: str, post: str) -> AskTask:
    to = Post.objects.get(code=post)
    fields = {"what": "砍树"} if role == "assist" else {}
    return AskTask(matter_id=matter.pk, role=role, unit=to.unit_id, post=to.pk, fields=fields, grant="matter.handle")


def ask(procedure: Procedure, matter: Matter, role: str = "assist", post: str = PARKS) -> Task:
    procedure.send(ROADS, asking(matter, role, post))
    return Task.objects.filter(matter=matter).latest("seq")


def end(city: City, post: str, to: str = "") -> Result:
    return execute(city.actor("administrator"), EndPost(post=post, to=to), city.key())


def test_tasks_move_with_the_post_and_the_matter_stays_where_it_is(procedure: Procedure) -> None:
    city = procedure.city
    add_post(city, "trees", "CHECK", "T", "handler")
    matter, task = (lambda one: (one, ask(procedure, one)))(working(procedure))
    with pytest.raises(Invalid, match="1 open matter.s., or tasks"):
        end(city, PARKS)
    answer = end(city, PARKS, "trees")
    assert (answer["matters"], answer["tasks"], answer["receipts"]) == (0, 1, 1)
    before = matter
    matter = Matter.objects.get(pk=matter.pk)
    assert (matter.unit_id, matter.holder_id) == (before.unit_id, before.holder_id)
    check = Unit.objects.get(code="CHECK").pk
    assert matter.assisting == [check], "the unit that has nothing of it to do any more no longer reads it"
    assert may_read(city.actor("trees"), matter)
    (receipt,) = HandOver.objects.all()
    assert receipt.counts == {"open": 0, "tasks": 1} and receipt.matters == [str(matter.pk)]
    entry = entries_of(matter.pk)[-1]
    assert entry.kind == "matter.tasks_handed_over" and entry.facts["tasks"] == [str(task.pk)]
    assert entry.facts["from_post"] == str(Post.objects.get(code=PARKS).pk)
    assert entry.facts["to_post"] == str(Post.objects.get(code="trees").pk)
    done = AnswerTask(matter_id=matter.pk, task_id=task.pk, answer="done", fields={"outcome": "砍完"})
    procedure.send("trees", done)
    assert Task.objects.get(pk=task.pk).state == "done"


def test_one_post_may_hold_a_matter_and_have_a_task_of_it(procedure: Procedure) -> None:
    city = procedure.city
    add_post(city, "roads-2", "ROADS", "T", "handler")
    matter = working(procedure)
    task = ask(procedure, matter, post=ROADS)
    answer = end(city, ROADS, "roads-2")
    assert (answer["matters"], answer["tasks"], answer["receipts"]) == (1, 1, 1)
    matter.refresh_from_db()
    task.refresh_from_db()
    assert matter.holder_id == task.post_id == Post.objects.get(code="roads-2").pk
    assert entries_of(matter.pk)[-1].kind == "matter.handed_over"
    assert entries_of(matter.pk)[-1].facts["tasks"] == [str(task.pk)]
    assert HandOver.objects.get().matters == [str(matter.pk)]


def test_who_may_not_answer_cannot_receive(procedure: Procedure) -> None:
    city = procedure.city
    add_post(city, "west", "PARKS", "T2", "handler")
    ask(procedure, working(procedure))
    with pytest.raises(Invalid, match="may not answer 1 of these tasks"):
        end(city, PARKS, "checker")
    assert end(city, PARKS, "west")["tasks"] == 1, "a task is done from anywhere"
    add_post(city, "roads-2", "ROADS", "T", "handler")
    ask(procedure, working(procedure), "hand_over", "roads-2")
    with pytest.raises(Invalid, match="may not answer 1 of these tasks"):
        end(city, "roads-2", "west")  # it would have to take over a matter that it does not reach


def test_a_unit_with_an_open_task_does_not_end(procedure: Procedure) -> None:
    command = asking(working(procedure), "assist", PARKS)
    procedure.send(ROADS, AskTask(**{**vars(command), "post": None}))
    with pytest.raises(Invalid, match=r"1 open task"):
        execute(procedure.city.actor("administrator"), EndUnit(code="PARKS"), "no")


def test_an_answer_reaches_whoever_has_the_matter_when_the_asking_post_has_ended(procedure: Procedure) -> None:
    city = procedure.city
    add_post(city, "roads-2", "ROADS", "T", "handler")
    matter = working(procedure)
    task = ask(procedure, matter)
    end(city, ROADS, "roads-2")
    procedure.send(PARKS, AnswerTask(matter_id=matter.pk, task_id=task.pk, answer="accepted", fields={}))
    message = Message.objects.get(stream=matter.pk, topic="matter.task", body__answer="accepted")
    assert receivers(message) == {"roads-2"}


def receivers(message: Message) -> set[str]:
    with reading(FOUNDER) as scope:
        posts = posts_told(agencies_of(scope), Matter.objects.get(pk=message.stream), message.body["tells"])
    return set(Post.objects.filter(pk__in=posts).values_list("code", flat=True))


def test_a_tasks_clock_rings_to_whom_it_is_asked_of(procedure: Procedure) -> None:
    procedure.limit("ROAD//assist", 2)
    city, matter = procedure.city, working(procedure)
    add_post(city, "parks-head", "PARKS", "T", "handler")
    head = Post.objects.get(code="parks-head")
    execute(
        city.actor("administrator"),
        ChangePost(
            code=head.code,
            area="T",
            role=head.role,
            title=(head.title_zh, head.title_en),
            grants=(*head.grants, "matter.lead"),
        ),
        city.key(),
    )
    task = ask(procedure, matter)
    with reading(FOUNDER) as scope:
        calendar = calendar_of(rules_of(scope), CITY_CALENDAR, scope.day_of(matter.opened_at))
        clock = Clock.objects.get(stream_id=matter.pk, key=task.clock)
        moments = {mark.percent: mark.at for mark in marks_of(clock, calendar)}
    assert _rung(matter, moments[50]) == {PARKS}
    assert _rung(matter, moments[100]) == {PARKS, "parks-head", ROADS}, "its head, and who asked"
    assert _rung(matter, moments[120]) == {PARKS, "parks-head", ROADS, "supervisor"}


def _rung(matter: Matter, at: datetime.datetime) -> set[str]:
    """Whom the task's clock told at that moment; the matter's own clock may ring as well."""
    before = set(Message.objects.values_list("pk", flat=True))
    ring_due(at)
    rang = Message.objects.filter(stream=matter.pk, topic="matter.clock_rang").exclude(pk__in=before)
    (message,) = (one for one in rang if one.body["clock"].startswith("task-"))
    line = Notice(topic=message.topic, body={key: message.body[key] for key in ("type", "clock", "mark", "task")})
    assert told(line).en.startswith("assist: "), "the inbox names the task"
    return receivers(message)


def test_no_task_lands_on_a_post_that_ends_in_that_moment(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four are asked of a post while it ends, on connections of their own, six times over."""
    install(monkeypatch)
    procedure, city = Procedure(clone.city), clone.city
    for turn in range(6):
        code = f"trees-{turn}"
        add_post(city, code, "CHECK", "T", "handler")
        matters = [working(procedure) for _ in range(4)]
        gate, asker = threading.Barrier(5), city.actor(ROADS)
        commands: list[tuple[Actor, Command]] = [(asker, asking(one, "assist", code)) for one in matters]
        commands.append((city.actor("administrator"), EndPost(post=code, to=PARKS)))
        answers = in_threads([partial(_at, gate, *one, f"{code}:{place}") for place, one in enumerate(commands)])
        assert all(isinstance(one, Conflict | Invalid | Mapping) for one in answers), answers
        if Post.objects.get(code=code).active:  # it lost against a matter's lock and is tried again
            end(city, code, PARKS)
        assert not Task.objects.filter(ended_at=None, post__code=code).exists()
    assert not Task.objects.filter(ended_at=None, post__active=False).exists()
    moved = Task.objects.filter(ended_at=None, post__code=PARKS).count()
    asked = Task.objects.filter(ended_at=None).count()
    assert moved == asked
    assert verify(clone.owner).faults == []


def _at(gate: threading.Barrier, actor: Actor, command: Command, key: str) -> Result:
    gate.wait()
    return execute(actor, command, key, now=MONDAY)


def test_the_later_of_two_waits_for_the_earlier_and_is_refused(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    """A post is locked by another connection, as if it were ending; asking waits, and then sees that it has ended."""
    install(monkeypatch)
    procedure = Procedure(clone.city)
    add_post(clone.city, "trees", "CHECK", "T", "handler")
    matter = working(procedure)
    command = asking(matter, "assist", "trees")
    asker, started = clone.city.actor(ROADS), threading.Event()
    with clone.owner() as other:
        other.execute("BEGIN")
        other.execute("SELECT 1 FROM agencies_post WHERE code = 'trees' FOR NO KEY UPDATE")

        def late() -> Result:
            started.set()
            return execute(asker, command, "late", now=MONDAY)

        def ending() -> uuid.UUID:
            started.wait()
            _until_waiting(clone)
            other.execute("UPDATE agencies_post SET active = false WHERE code = 'trees'")
            other.execute("COMMIT")
            return matter.pk

        refused, _ = in_threads([late, ending])
    assert isinstance(refused, Conflict) and "has just ended" in refused.reason.en
    assert not Task.objects.filter(matter=matter).exists()


def _until_waiting(clone: Clone) -> None:
    """Until some connection to the clone waits for a lock."""
    waits = """SELECT 1 FROM pg_locks waiting JOIN pg_locks held USING (pid)
    WHERE NOT waiting.granted AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
    with clone.owner() as owner:
        assert wait_until(lambda: owner.execute(waits).fetchone() is not None, 60)
