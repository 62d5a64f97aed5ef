"""Enterprise needs: three lists from the visit to the enterprise's own word, joining, carrying over, the figures."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from jingwei.capabilities.enterprise_needs import capability
from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import MergeMatters, SeparateMatter
from jingwei.kernel.matters.models import Detail, Party
from jingwei.kernel.measures.compute import compute
from jingwei.kernel.measures.registry import measure_of
from jingwei.kernel.sealing import revealed
from jingwei.kernel.values.errors import Denied, Invalid
from tests.city import City
from tests.own_types import Led, moment, use

COLLECT, CLASSIFY, SUPPLY, COORDINATE = (f"need-{one}" for one in ("collect", "classify", "supply", "coordinate"))
UNIT = "handler-roads"
ENTERPRISE = public("matter.answer", "matter.confirm")
MEASURE = {"measure": "开设合同课堂", "supply_list": "清单三", "law": "民法典合同编", "by_unit": "ROADS"}
ASSIGNED = {"unit": "ROADS", "person": "某某", "term": "2026-12-31"}


@pytest.fixture
def needs(city: City, settings: Settings, tmp_path: Path) -> City:
    """The test city with enterprise needs in use."""
    settings.FILES = tmp_path / "files"
    use(city, "enterprise_need")
    return city


def collected(city: City, at: str) -> Led:
    return Led(city, "enterprise_need", at, by=COLLECT, enterprise="经纬纺织", text="合同怎么写", consent="yes")


def matched(city: City, at: str, nature: str = "individual") -> Led:
    one = collected(city, at).act(CLASSIFY, "code", at, sector="industry").act(CLASSIFY, "settle", at, nature=nature)
    return one.act(SUPPLY, "write_measure", at, **MEASURE)


def served(city: City, at: str) -> Led:
    return matched(city, at).act(COORDINATE, "assign", at, **ASSIGNED).act(UNIT, "serve", at, done="办了三场")


def test_the_table_of_contents() -> None:
    (need,) = capability.TYPES
    assert need.problems() == [] and not need.public
    assert "need.collect" in capability.GRANTS


def test_a_need_from_the_visit_to_its_close(needs: City) -> None:
    """Friday 25 September 2026; Thursday 1 October is a day off in the test city."""
    one = collected(needs, "2026-09-25 10:00")
    assert one.due_at == "2026-10-12 10:00"
    one.act(CLASSIFY, "code", "2026-09-28 10:00", sector="industry")
    assert one.due_at == "2026-10-13 10:00"
    one.act(CLASSIFY, "settle", "2026-09-29 10:00", nature="individual")
    assert one.due_at == "2026-10-29 10:00"  # thirty natural days
    one.act(SUPPLY, "write_measure", "2026-09-30 10:00", **MEASURE)
    assert one.due_at == "2026-10-08 10:00"  # five working days over the day off
    one.act(COORDINATE, "assign", "2026-10-08 10:00", **ASSIGNED)
    assert one.due_at == "2026-12-31 23:59"
    one.act(UNIT, "serve", "2026-11-06 10:00", done="办了三场")
    assert one.due_at == "2026-11-13 10:00"
    one.act(ENTERPRISE, "rate", "2026-11-09 10:00", rating="5", words="很好")
    assert Detail.objects.get(pk=one.id).fields["rating"] == "5"
    assert one.act(COORDINATE, "close", "2026-11-10 10:00").matter.state == "closed"


def test_what_the_enterprise_is_not_satisfied_with_is_carried_over_and_not_closed(needs: City) -> None:
    at = "2026-11-30 10:00"
    one = served(needs, at).act(ENTERPRISE, "rate", at, rating="2")
    with pytest.raises(Invalid, match="only for"):
        one.act(COORDINATE, "close", at)
    one.act(COORDINATE, "carry_over", at, reason="措施不对路")
    assert (one.matter.state, one.due_at) == ("carried_over", "2027-03-02 10:00")
    assert one.act(COORDINATE, "take_up_again", at).matter.state == "merged"
    good = served(needs, at).act(ENTERPRISE, "rate", at, rating="3")
    with pytest.raises(Invalid, match="only for"):
        good.act(COORDINATE, "carry_over", at, reason="x")


def test_silence_closes_only_once_its_time_is_over(needs: City) -> None:
    one = served(needs, "2026-11-30 10:00")
    with pytest.raises(Invalid, match="has not passed yet"):
        one.act(COORDINATE, "close_unrated", "2026-12-07 09:00", reason="没有评价")
    assert one.act(COORDINATE, "close_unrated", "2026-12-07 10:01", reason="没有评价").matter.state == "closed"


def test_the_same_need_is_joined_and_separated_again(needs: City) -> None:
    at = "2026-11-30 10:00"
    one, other = collected(needs, at).act(CLASSIFY, "code", at, sector="trade"), matched(needs, at, "common")
    said: dict[str, Any] = {"matter_id": one.id, "fields": {}, "grant": "need.classify"}
    merge = MergeMatters(**said, action="join", other_id=other.id)
    execute(needs.actor(CLASSIFY), merge, needs.key(), now=moment("2026-11-30 11:00"))
    assert one.matter.state == "joined"
    back = SeparateMatter(**said, action="separate", reason="不是一回事")
    execute(needs.actor(CLASSIFY), back, needs.key(), now=moment("2026-11-30 12:00"))
    assert one.matter.state == "classified"


def test_the_contact_is_a_partys_and_the_public_collects_nothing(needs: City) -> None:
    one = collected(needs, "2026-11-30 10:00")
    assert revealed(Party.objects.get(matter=one.id)).contact == {"phone": "000"}
    with pytest.raises(Denied):
        Led(needs, "enterprise_need", "2026-11-30 10:00")


def test_the_figures_of_a_city_counted_by_hand(needs: City) -> None:
    at = "2026-10-12 10:00"
    collected(needs, at)
    matched(needs, at, "common")
    served(needs, at).act(ENTERPRISE, "rate", at, rating="4")
    served(needs, at).act(ENTERPRISE, "rate", at, rating="1").act(COORDINATE, "carry_over", at, reason="x")
    served(needs, at)
    collected(needs, at).act(COLLECT, "withdraw", at, reason="搬迁")
    expected = {
        "collected": (6, 6),
        "common": (1, 5),
        "individual": (3, 5),
        "share_served": (3, 5),
        "share_rated": (2, 3),
        "share_satisfied": (1, 2),
        "rated_1": (1, 2),
        "carried_over": (1, 6),
    }
    with reading(needs.actor("auditor"), moment("2026-10-21 09:00")) as scope:
        for key, parts in expected.items():
            (figure,) = compute(scope, measure_of(f"enterprise_need.{key}"))
            assert (figure.numerator, figure.denominator) == parts, key
