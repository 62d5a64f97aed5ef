"""Every figure against a small city counted by hand."""

import datetime
from collections.abc import Mapping
from decimal import Decimal

import pytest

from jingwei.capabilities.grid_events.capability import MEASURES
from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.measures.compute import compute, drill
from jingwei.kernel.measures.registry import measure_of
from jingwei.kernel.values.draws import draw
from tests.capabilities.conftest import REPORTED, Event, Town
from tests.capabilities.test_grid_events_handling import DISPUTE

RESIDENT = public("matter.answer", "matter.confirm")
LATER = REPORTED + datetime.timedelta(days=30)


@pytest.fixture
def events(town: Town) -> Mapping[str, Event]:
    """Ten events: what happens to each is in its name."""
    told = {
        "open": town.event(),
        "declined": town.event().act("intake", "decline", reason="不属实", ground="not_found"),
        "answered": town.event(request="consult").act("intake", "answer_at_once", answer="九点开门"),
        "fixed": town.event(by="grid-east").after(1).act("grid-east", "fix", result="已清走"),
        "good": town.event().after(1).to("dispatched").after(0.5).to("signed").after(3),
        "reworked": town.event().to("feedback"),
        "late": town.event().to("feedback").after(24 * 9).to("closed"),
        "deferred": town.event().to("processing"),
        "extended": town.event().to("processing").after(24 * 4 - 2),
        "disputed": town.event().to("dispatched").act("handler-roads", "dispute", **DISPUTE),
    }
    told["good"].act("handler-roads", "contact", how="phone").after(4).to("closed").act(
        RESIDENT, "answer", grade="4", resolved=True
    )
    told["reworked"].act("checker", "fail_check", reason="不合格").after(1).to("closed").after(1).act(
        RESIDENT, "answer", grade="1", resolved=False
    ).act(RESIDENT, "reopen", reason="没有解决")
    told["late"].act("handler-roads", "appeal", reason="停电").act(
        "supervisor", "review_appeal", opinion="exempt", reason="属实"
    ).act("centre-head", "decide_appeal", verdict="exempt", reason="属实")
    told["deferred"].act("handler-roads", "ask_hang_up", why="season", planned_on="2027-03-01", reason="冬季").act(
        "supervisor", "grant_hang_up"
    )
    told["extended"].act("handler-roads", "ask_extension", longer_by=1, reason="等配件").act(
        "supervisor", "grant_extension"
    )
    told["disputed"].act("dispatcher", "uphold", unit="PARKS", reason="属园林")
    return told


COUNTED = {  # figure: numerator, denominator
    "share_filed": (6, 10),  # all but the declined, answered, fixed, and the one that lies at intake beyond its time
    "share_fixed_on_the_spot": (1, 10),
    "share_declined": (1, 10),
    "share_dispatched_right": (5, 6),
    "share_disputed": (1, 6),
    "share_placed": (10, 10),
    "share_duplicate": (0, 10),
    "share_handled_in_time": (5, 9),  # fixed, answered, good, reworked, late (checked late, fed back in time)
    "share_handled_in_time_less_deferred": (5, 8),
    "share_closed": (4, 9),  # fixed, answered, good, late; the reworked one is open again
    "share_closed_less_deferred": (4, 8),
    "share_closed_in_time": (3, 9),
    "share_closed_in_time_less_deferred": (3, 8),
    "share_closed_in_time_or_exempt": (4, 9),
    "share_of_closed_in_time": (3, 4),
    "open_overdue": (4, 4),  # open, reworked, extended, disputed; the deferred one is not overdue
    "share_reworked": (1, 3),
    "reworked_three_times": (0, 3),
    "share_extended": (1, 6),
    "share_deferred": (1, 6),
    "share_reopened": (1, 5),
    "share_split": (0, 10),
    "share_reclassified": (0, 10),
    "share_extended_late": (1, 1),  # granted two hours before it was due
    "share_self_made": (1, 5),
    "share_self_made_rechecked": (0, 1),
    "share_responded": (1, 6),
    "share_resolved": (1, 2),
    "share_satisfied": (1, 2),
    "share_clearly_satisfied": (1, 2),
    "share_answered": (1, 3),
    "graded_5": (0, 2),
    "graded_4": (1, 2),
    "graded_3": (0, 2),
    "graded_2": (0, 2),
    "graded_1": (1, 2),
}
SAMPLES = {  # mean: how many events
    "mean_to_file": 9,  # all but the declined
    "mean_to_dispatch": 6,
    "mean_to_sign": 6,  # the disputed one, unsigned, until now
    "mean_to_contact": 6,
    "mean_to_handle": 5,
    "mean_to_check": 3,
    "mean_to_close": 9,
}


def test_every_figure_is_as_counted_by_hand(town: Town, events: Mapping[str, Event]) -> None:
    drawn = draw("", events["good"].matter.number, "call_back") < 5
    rechecked = draw("", events["fixed"].matter.number, "recheck") < 20
    follow_up = {"to_call_back": (2 + drawn, 3), "to_recheck": (int(rechecked), 1)}
    found = {}
    with reading(town.city.actor("auditor"), LATER) as scope:
        for measure in MEASURES:
            (figure,) = compute(scope, measure)
            found[measure.key.removeprefix("grid_event.")] = figure
    shares = {key: (figure.numerator, figure.denominator) for key, figure in found.items() if key not in SAMPLES}
    assert shares == {**COUNTED, **follow_up}
    assert {key: found[key].denominator for key in SAMPLES} == SAMPLES
    assert all(figure.unknown == 0 for figure in found.values())


def test_a_mean_counts_what_still_lies_unattended(town: Town, events: Mapping[str, Event]) -> None:
    """To file: a month for the open one, an hour each for those fixed and filed after one, nothing for the rest."""
    with reading(town.city.actor("auditor"), LATER) as scope:
        (figure,) = compute(scope, measure_of("grid_event.mean_to_file"))
    between_acts = 29  # eight times 3.6 seconds pass between a report and the first act
    assert (figure.numerator, figure.denominator) == (30 * 86_400 + 2 * 3_600 + between_acts, 9)
    assert figure.value == (Decimal(figure.numerator) / 9).quantize(Decimal("0.000001"))


def test_the_matters_behind_a_figure_are_the_list_to_work_from(town: Town, events: Mapping[str, Event]) -> None:
    with reading(town.city.actor("auditor"), LATER) as scope:
        listed = {one.id for one in drill(scope, measure_of("grid_event.to_call_back"), "numerator")}
    assert (
        {events["late"].id, events["answered"].id} <= listed <= {events[key].id for key in ("late", "answered", "good")}
    )
    events["late"].act("intake", "call_back", reached=False)
    with reading(town.city.actor("auditor"), LATER) as scope:
        assert events["late"].id not in {
            one.id for one in drill(scope, measure_of("grid_event.to_call_back"), "numerator")
        }
