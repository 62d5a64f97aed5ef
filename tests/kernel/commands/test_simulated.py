"""Simulated time exists in a city that was founded for practice, and nowhere else."""

import ast
import datetime

import pytest

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.bulk import Keyed, Turn, execute_turns
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Simulated
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.matters.commands import Act, ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.rulebook.commands import SetManyValues, SetValue
from jingwei.kernel.values.errors import Denied, Invalid
from jingwei.kernel.values.ids import derived_ids, new_id
from tests.architecture.tree import PACKAGE, source_modules, syntax
from tests.city import FOUNDER, IN_CELL, SINCE, City

LONG_AGO = datetime.datetime(2026, 1, 5, 1, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
RUN = system("practice")
MARK = SetValue(
    parameter="city", subject="practice", from_on=SINCE, content={"zh": "演练", "en": "Practice"}, basis="tests"
)


def report() -> ReportMatter:
    fields = {"title": "路面有坑", "text": "路面有一个大坑"}
    return ReportMatter(
        matter_id=new_id(),
        type="grid_event",
        category="ROAD-1",
        fields=fields,
        channel="portal",
        point=IN_CELL["T1-01"],
    )


@pytest.fixture
def practice(city: City) -> City:
    """The test city, marked as one for practice."""
    execute(FOUNDER, SetManyValues(values=(MARK,)), "mark")
    return city


def test_another_city_refuses_simulated_time(city: City) -> None:
    with pytest.raises(Invalid, match="practice"):
        execute(city.actor("intake"), report(), "k", now=Simulated(LONG_AGO))
    turn = Turn(city.actor("intake"), Simulated(LONG_AGO), Keyed("k", report()))
    with pytest.raises(Invalid, match="practice"):
        execute_turns(RUN, [turn])
    assert not Matter.objects.exists() and not Entry.objects.filter(kind="matter.reported").exists()


def test_a_practice_city_takes_it_and_every_entry_says_so(practice: City) -> None:
    command = report()
    execute(practice.actor("intake"), command, "k", now=Simulated(LONG_AGO))
    matter = Matter.objects.get()
    assert matter.opened_at == LONG_AGO
    entry = Entry.objects.get(stream=matter.pk)
    assert b'"simulated":true' in bytes(entry.body)
    execute(practice.actor("intake"), report(), "real")
    assert sum(b'"simulated":true' in bytes(one.body) for one in Entry.objects.filter(kind="matter.reported")) == 1


def test_turns_are_carried_out_by_many_actors_each_at_its_moment(practice: City) -> None:
    command = report()
    file = Act(matter_id=command.matter_id, action="file", fields={"finding": "属实"}, grant="matter.verify")
    turns = [
        Turn(practice.actor("intake"), Simulated(LONG_AGO, silent=True), Keyed("a", command)),
        Turn(practice.actor("grid-east"), Simulated(LONG_AGO + HOUR), Keyed("b", file)),
    ]
    outcomes = execute_turns(RUN, turns, ids=derived_ids)
    assert [one.refusal for one in outcomes] == [None, None]
    matter = Matter.objects.get()
    assert (matter.state, matter.opened_at) == ("filed", LONG_AGO)
    assert [one.created_at for one in Message.objects.filter(stream=matter.pk)] == [LONG_AGO + HOUR]
    assert [one.repeated for one in execute_turns(RUN, turns, ids=derived_ids)] == [True, True]


def test_rules_hold_in_simulated_time_as_always(practice: City) -> None:
    command = report()
    act = Act(matter_id=command.matter_id, action="sign", fields={}, grant="matter.handle")
    outcomes = execute_turns(
        RUN,
        [
            Turn(practice.actor("intake"), Simulated(LONG_AGO), Keyed("a", command)),
            Turn(practice.actor("handler-roads"), Simulated(LONG_AGO + HOUR), Keyed("b", act)),
        ],
    )
    assert isinstance(outcomes[1].refusal, Invalid)
    (denied,) = execute_turns(RUN, [Turn(practice.actor("checker"), Simulated(LONG_AGO), Keyed("c", report()))])
    assert isinstance(denied.refusal, Denied)


def test_turns_taken_as_a_whole_leave_nothing_where_one_is_refused(practice: City) -> None:
    first, second = report(), report()
    turns = [
        Turn(practice.actor("intake"), Simulated(LONG_AGO), Keyed("a", first)),
        Turn(practice.actor("checker"), Simulated(LONG_AGO), Keyed("b", second)),
    ]
    outcomes = execute_turns(RUN, turns, whole=True)
    assert [one.refusal is None for one in outcomes] == [True, False]
    assert not Matter.objects.filter(pk__in=(first.matter_id, second.matter_id)).exists()
    assert not execute_turns(RUN, turns[:1], whole=True)[0].repeated


def test_a_city_is_marked_at_its_founding_and_never_after(city: City) -> None:
    editor = system("somebody", "rulebook.edit")
    with pytest.raises(Invalid, match="founded"):
        execute(editor, SetManyValues(values=(MARK,)), "many")
    with pytest.raises(Invalid, match="founded"):
        execute(FOUNDER, MARK, "one")


def test_only_the_making_of_practice_and_of_exercises_uses_it() -> None:
    """An exercise is prepared as of days ago in a training city, whose every figure and file says that it is one."""
    users = {
        path.relative_to(PACKAGE).parts[:-1]
        for path in source_modules()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ImportFrom) and {"Simulated", "execute_turns"} & {one.name for one in node.names}
    }
    practice = ("surfaces", "console", "practice")
    assert users == {("kernel", "commands"), practice, (*practice, "carrying"), ("surfaces", "training")}
