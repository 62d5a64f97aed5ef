"""Grid events: the two independent checks, the ways back, and what the reporter may read."""

import pytest

from jingwei.capabilities.grid_events import capability
from jingwei.capabilities.grid_events.matter_type import GRID_EVENT
from jingwei.capabilities.grid_events.matter_type_1 import GRID_EVENT_1
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import GiveLimit
from jingwei.kernel.matters.models import Step
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.measures.compute import compute
from jingwei.kernel.values.errors import Denied, Invalid
from tests.city import City


def test_the_table_of_contents_names_the_type_its_figures_and_its_grants() -> None:
    assert capability.TYPES == (GRID_EVENT,)
    assert {"matter.check", "matter.handle", "matter.report"} <= set(capability.GRANTS)
    assert "matter.state" not in capability.GRANTS  # only the system records what a source states
    assert len({one.key for one in capability.MEASURES}) == len(capability.MEASURES) >= 5


def test_a_unit_cannot_close_what_it_handled(city: City) -> None:
    matter = city.bring_to(city.report(), "feedback")
    with pytest.raises(Denied):
        city.act("handler-roads", matter, "pass_check", finding="好")
    assert city.act("checker", matter, "pass_check", finding="现场已修复").closed_at is not None


def test_a_failed_check_goes_back_to_the_unit_with_the_reason_kept(city: City) -> None:
    matter = city.act("checker", city.bring_to(city.report(), "feedback"), "fail_check", reason="仍有积水")
    assert matter.state == "processing" and matter.closed_at is None
    assert Step.objects.get(matter=matter, action="fail_check").content == {"reason": "仍有积水"}


def test_declining_asks_for_a_reason_and_ends_the_clock(city: City) -> None:
    matter = city.report()
    with pytest.raises(Invalid):
        city.act("intake", matter, "decline")
    declined = city.act("intake", matter, "decline", reason="不属于城市管理范围")
    assert declined.state == "void"
    assert {clock.status for clock in Clock.objects.filter(stream_id=matter.pk)} == {"stopped"}


def test_the_first_version_stays_for_the_matters_that_began_with_it() -> None:
    assert type_of("grid_event", 1) is GRID_EVENT_1 and type_of("grid_event") is GRID_EVENT
    assert GRID_EVENT_1.problems() == GRID_EVENT.problems() == []


def test_every_figure_can_be_asked_for(city: City) -> None:
    city.bring_to(city.report(), "closed")
    with reading(city.actor("supervisor")) as scope:
        for measure in capability.MEASURES:
            for figure in compute(scope, measure):
                assert measure.unit == "mean_seconds" or 0 <= figure.numerator <= figure.denominator


def test_public_fields_are_only_those_meant_for_the_reporter() -> None:
    public = {field.key for action in GRID_EVENT.actions for field in action.fields if field.public}
    assert public == {"result", "closure_code", "answer", "ground", "route", "why", "planned_on"}


def test_a_limit_given_after_the_end_starts_no_clock_that_runs_on(city: City) -> None:
    matter = city.report(category="PARK-1")
    closed = city.act("intake", matter, "decline", reason="重复")
    source = system("import:x", "matter.read", "matter.give_limit", history=True)
    command = GiveLimit(matter_id=closed.pk, due_at=closed.opened_at, basis="来源")
    execute(source, command, "limit")
    assert {clock.status for clock in Clock.objects.filter(stream_id=closed.pk)} == {"stopped"}
