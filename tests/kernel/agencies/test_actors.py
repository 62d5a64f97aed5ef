"""Who acts is decided by the posts held now; the powers of two posts are never added up."""

import datetime
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingwei.kernel.agencies.actors import actor_of_account, actor_of_key, key_digest
from jingwei.kernel.agencies.commands import EnterPerson, EnterPost, EnterUnit, GiveKey, TakeUpPost
from jingwei.kernel.agencies.models import Account, Post, Unit
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.actor import Actor, Duty, by_grant, public, system
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import Act
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope, may_act, may_read
from jingwei.kernel.values.errors import Conflict, Denied, Invalid
from jingwei.kernel.values.grants import elsewhere
from jingwei.kernel.values.words import Text
from tests.city import FOUNDER, City
from tests.clones import Clone

HOUR = datetime.timedelta(hours=1)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def test_an_actor_is_the_person_with_the_posts_held(city: City) -> None:
    actor = city.actor("handler-roads", "en")
    (duty,) = actor.duties
    post = Post.objects.get(code="handler-roads")
    assert (actor.kind, actor.language, actor.name) == ("person", "en", "Roads handler A")
    assert (duty.post, duty.unit, duty.role) == (post.pk, post.unit_id, "handler")
    assert duty.grants == frozenset(post.grants) and not duty.whole_area
    assert actor.reference == f"person:{actor.id}" and actor.name not in actor.reference


def test_a_post_not_yet_or_no_longer_held_gives_no_duty(city: City) -> None:
    person = city.actor("intake").id
    assert person
    later = now() + HOUR
    execute(FOUNDER, TakeUpPost(person=person, post="checker"), "t", now=later)
    account = city.accounts["intake"].pk
    assert _roles(account, later - HOUR / 2) == ["intake"]
    assert _roles(account, later) == ["checker", "intake"]


def test_duties_of_holdings_that_have_ended_vanish(clone: Clone) -> None:
    """The rule of reading, on rows as they may stand."""
    account, ended = clone.city.accounts["intake"].pk, now()
    assert _roles(account, ended) == ["intake"]
    with clone.owner() as owner:
        owner.execute("UPDATE agencies_holding SET from_at = %s, until_at = %s", [ended - HOUR, ended])
    assert _roles(account, ended - HOUR / 60) == ["intake"]
    assert _roles(account, ended) == []
    actor = actor_of_account(account, "en", ended)
    assert actor is not None and not actor.holds("matter.read")


def test_an_inactive_post_gives_no_duty_and_an_inactive_person_is_nobody(clone: Clone) -> None:
    account = clone.city.accounts["intake"].pk
    with clone.owner() as owner:
        owner.execute("UPDATE agencies_post SET active = false WHERE code = 'intake'")
        assert _roles(account, now()) == []
        owner.execute("UPDATE agencies_person SET active = false")
    assert actor_of_account(account, "en", now()) is None
    assert actor_of_account(uuid.uuid4(), "en", now()) is None


def _roles(account: uuid.UUID, at: datetime.datetime) -> list[str]:
    actor = actor_of_account(account, "en", at)
    assert actor is not None
    return [duty.role for duty in actor.duties]


def test_grants_of_two_posts_never_add_up(city: City) -> None:
    """Reading everywhere as intake clerk and handling for the roads does not make a handler of the parks."""
    person = city.actor("handler-roads").id
    assert person
    execute(FOUNDER, TakeUpPost(person=person, post="intake"), "second post")
    both = city.actor("handler-roads")
    assert both.holds("matter.handle") and both.holds("matter.accept")
    parks = city.report(category="PARK-1")
    assert may_read(both, parks)
    decision = may_act(both, parks, "matter.handle")
    assert not decision.allowed and decision.found
    assert decision.reason == elsewhere("matter.handle"), "the grant is there, but not for this matter"
    roads = city.report()
    assert may_act(both, roads, "matter.handle").allowed


def test_an_act_is_done_in_the_post_that_carries_the_grant(city: City) -> None:
    person = city.actor("grid-east").id
    assert person
    execute(FOUNDER, TakeUpPost(person=person, post="intake"), "second post")
    both = city.actor("grid-east")
    intake = Post.objects.get(code="intake")
    assert may_act(both, city.report(cell="T2-01"), "matter.verify").duty == both.duties[1]
    assert both.duties[1].post == intake.pk


def test_a_partners_key_acts_in_the_exercise_of_its_post(city: City) -> None:
    key = GiveKey(name="partner", digest=key_digest("secret"), post="intake", per_minute=60)
    execute(city.actor("administrator"), key, "key")
    found = actor_of_key("secret")
    assert found is not None
    actor, per_minute = found
    assert (actor.kind, per_minute, [duty.role for duty in actor.duties]) == ("key", 60, ["intake"])
    assert actor_of_key("wrong") is None and actor_of_key("") is None


@pytest.mark.parametrize("per_minute", [0, -1, 100_001])
def test_a_key_without_a_sensible_rate_is_refused(city: City, per_minute: int) -> None:
    with pytest.raises(Invalid) as refused:
        execute(FOUNDER, GiveKey(name="p", digest=b"d" * 32, post="intake", per_minute=per_minute), "k")
    assert refused.value.place == "per_minute"


def test_what_is_not_known_is_named(city: City) -> None:
    unit = EnterUnit(code="NEW", kind="team", parent="", area="nowhere", name=("新", "new"))
    post = EnterPost(code="new", unit="NOUNIT", area="T", role="x", title=("新", "new"), grants=())
    person = EnterPerson(account=uuid.uuid4(), name="甲", posts=())
    for command, words in (
        (unit, "area with the code nowhere"),
        (post, "unit with the code NOUNIT"),
        (person, "account"),
    ):
        with pytest.raises(Invalid, match=words):
            execute(FOUNDER, command, "k")
    with pytest.raises(Invalid, match="post with the code nopost"):
        execute(FOUNDER, TakeUpPost(person=uuid.uuid4(), post="nopost"), "k")


def test_a_post_is_held_once_at_a_time_by_one_person(city: City) -> None:
    person = city.actor("intake").id
    assert person
    with pytest.raises(Conflict) as refused:
        execute(FOUNDER, TakeUpPost(person=person, post="intake"), "again")
    assert refused.value.place == "agencies_held_once"
    other = city.actor("checker").id
    assert other
    execute(FOUNDER, TakeUpPost(person=other, post="intake"), "another person may")


def test_only_who_holds_the_grant_may_make_posts(city: City) -> None:
    post = EnterPost(code="king", unit="CITY", area="T", role="x", title=("王", "king"), grants=("matter.read",))
    for actor in (city.actor("supervisor"), public("matter.report"), system("import:x", "matter.report")):
        with pytest.raises(Denied):
            execute(actor, post, "k")
    assert not Post.objects.filter(code="king").exists()


def test_the_snapshot_names_units_and_the_posts_that_carry_a_grant(city: City) -> None:
    with reading(FOUNDER) as scope:
        agencies = agencies_of(scope)
        assert agencies_of(scope) is agencies
    roads = agencies.unit_by_code["ROADS"]
    assert agencies.unit_by_id[roads.id] is roads and roads.name == Text("道路局", "Roads department")
    matter = city.report()
    codes = {agencies.posts[post].code for post in agencies.posts_with("matter.handle", matter.area_lft, roads.id)}
    assert codes == {"handler-roads"}
    codes = {agencies.posts[post].code for post in agencies.posts_with("matter.verify", matter.area_lft, None)}
    assert codes == {"intake", "dispatcher", "checker", "grid-east"}


def test_an_account_is_thin(city: City) -> None:
    account: Account = city.accounts["intake"]
    assert not account.is_staff and Account.objects.get_by_natural_key("intake") == account


# --- One scope for every reader -----------------------------------------------------------------------------------

UNITS = ["ROADS", "PARKS", "HOTLINE", "CHECK", ""]
GRANTS = st.sampled_from([frozenset({"matter.read"}), frozenset({"matter.read", "matter.handle"}), frozenset({"x.y"})])


def _matters(city: City) -> None:
    for category in ("ROAD-1", "PARK-1"):
        for cell in ("T1-01", "T1-02", "T2-01", "T2-02", ""):
            city.report(category=category, cell=cell)
    for cell in ("T1-01", "T2-02"):
        city.bring_to(city.report(cell=cell), "closed")


@pytest.fixture
def filled(city: City) -> dict[str, uuid.UUID]:
    """Matters of all cells and units; the units' ids by code."""
    _matters(city)
    return {unit.code: unit.pk for unit in Unit.objects.all()} | {"": uuid.UUID(int=0)}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    duties=st.lists(
        st.tuples(GRANTS, st.sampled_from(UNITS), st.integers(0, 8), st.integers(0, 8), st.booleans()), max_size=4
    )
)
def test_what_lists_show_is_what_may_be_read(
    filled: dict[str, uuid.UUID], duties: list[tuple[frozenset[str], str, int, int, bool]]
) -> None:
    """The condition for lists, counts and maps and the question about one matter agree on every matter."""
    actor = Actor(
        "person",
        "x",
        uuid.uuid4(),
        tuple(
            Duty(uuid.uuid4(), filled[unit], "r", Text("岗", "post"), grants, (low, high), whole)
            for grants, unit, low, high, whole in duties
        ),
    )
    shown = set(Matter.objects.filter(in_scope(actor)).values_list("pk", flat=True))
    matters = list(Matter.objects.all())
    assert shown == {one.pk for one in matters if may_read(actor, one)}
    assert len(matters) == 12


def test_each_post_sees_its_own(city: City) -> None:
    _matters(city)
    seen = {
        post: Matter.objects.filter(in_scope(city.actor(post))).count()
        for post in ("intake", "auditor", "grid-east", "grid-west", "handler-roads", "handler-parks", "administrator")
    }
    assert seen == {
        "intake": 12,
        "auditor": 12,
        "grid-east": 5,
        "grid-west": 5,
        "handler-roads": 7,
        "handler-parks": 5,
        "administrator": 0,
    }
    assert Matter.objects.filter(in_scope(public("matter.report"))).count() == 0


def test_out_of_scope_is_not_found_for_acts_too(city: City) -> None:
    matter = city.bring_to(city.report(), "dispatched")
    sign = Act(matter_id=matter.pk, action="sign", fields={}, grant="matter.handle")
    with pytest.raises(Denied) as refused:
        execute(city.actor("handler-parks"), sign, "s")
    assert not refused.value.found
    assert by_grant(city.actor("handler-parks"), "matter.handle").allowed, "the coarse question let it through"
