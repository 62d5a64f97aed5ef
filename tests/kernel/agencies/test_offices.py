"""System, security and audit administrators are three people, and none of them reads matters by that office."""

import tomllib
from itertools import combinations, product
from pathlib import Path

import pytest

from jingwei.kernel.agencies.commands import ChangePost, EnterPerson, EnterPost
from jingwei.kernel.agencies.commands.enter import TakeUpPost
from jingwei.kernel.agencies.models import Account, Post
from jingwei.kernel.agencies.offices import OFFICES, READS, post_problem
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.ids import new_id
from tests.city import FOUNDER, City, add_post
from tests.duty import leave, person_of

PACKS = Path(__file__).parents[3] / "packs"


@pytest.fixture
def offices(city: City) -> City:
    """The city with its audit administrator; the other two it has."""
    add_post(city, "audit-admin", "CITY", "T", "audit_admin", ("reads.audit", "ledger.read"))
    return city


@pytest.mark.parametrize(
    ("one", "other"), [("administrator", "operator"), ("operator", "audit-admin"), ("audit-admin", "administrator")]
)
def test_no_person_holds_two_of_the_three_posts(offices: City, one: str, other: str) -> None:
    with pytest.raises(Invalid, match="must be two people"):
        execute(FOUNDER, TakeUpPost(person=person_of(offices, one), post=other), "two")
    account = Account(id=new_id(), username="both")
    account.save()
    with pytest.raises(Invalid, match="must be two people"):
        execute(FOUNDER, EnterPerson(account=account.pk, name="Both", posts=(one, other)), "both")
    execute(FOUNDER, TakeUpPost(person=person_of(offices, one), post="handler-roads"), "another post is no office")


def test_a_post_is_not_turned_into_a_second_office_of_its_holder(offices: City) -> None:
    execute(FOUNDER, TakeUpPost(person=person_of(offices, "operator"), post="handler-roads"), "also")
    post = Post.objects.select_related("area").get(code="handler-roads")
    change = ChangePost(code=post.code, area="T", role="x", title=("甲", "A"), grants=("reads.audit",))
    with pytest.raises(Invalid, match="The audit administrator and the system administrator must be two people"):
        execute(FOUNDER, change, "change")


@pytest.mark.parametrize("grants", [*combinations(OFFICES, 2), *product(OFFICES, sorted(READS))])
def test_no_post_joins_two_offices_or_reads_matters_by_one(city: City, grants: tuple[str, ...]) -> None:
    post = EnterPost(code="x", unit="CITY", area="T", role="x", title=("甲", "A"), grants=grants)
    with pytest.raises(Invalid) as refused:
        execute(FOUNDER, post, "post")
    assert refused.value.place == "grants"


def test_who_stands_in_does_not_get_a_second_office(offices: City) -> None:
    leave(offices, "operator", stand_in="audit-admin")
    duties = offices.actor("audit-admin").duties
    assert [duty.role for duty in duties] == ["audit_admin"]
    leave(offices, "administrator", stand_in="intake")
    assert offices.actor("intake").holds("agencies.edit")


def test_the_three_read_no_matter(offices: City) -> None:
    offices.report()
    for office in ("administrator", "operator", "audit-admin"):
        assert not Matter.objects.filter(in_scope(offices.actor(office))).exists()


@pytest.mark.parametrize("pack", ["boston", "practice"])
def test_the_shipped_roles_keep_them_apart(pack: str) -> None:
    roles = tomllib.loads((PACKS / pack / "roles.toml").read_text(encoding="utf-8"))["role"]
    assert [role for role, content in roles.items() if post_problem(content["grants"])] == []
    for office in OFFICES:
        assert len([role for role, content in roles.items() if office in content["grants"]]) == 1
