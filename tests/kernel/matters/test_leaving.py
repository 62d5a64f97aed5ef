"""Nobody leaves with a post that holds open matters or tasks and that no other holds; the refusal names them."""

import datetime
from functools import partial

import pytest

from jingwei.kernel.agencies.commands import StepDown, TakeUpPost
from jingwei.kernel.agencies.models import Holding, Person
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Result
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.commands import EndPost, PersonLeaves
from jingwei.kernel.matters.commands.posts.leaving import left_behind_problem
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.values.errors import Invalid
from tests.city import City
from tests.clones import Clone, in_threads
from tests.duty import HOUR, person_of, take_up
from tests.kernel.matters.test_end_post_tasks import PARKS, ROADS, ask, working
from tests.procedure import Procedure


def leaves(city: City, login: str) -> Result:
    return execute(city.actor("administrator"), PersonLeaves(person=person_of(city, login)), city.key())


def gone(city: City, login: str) -> bool:
    return not Person.objects.get(account__username=login).active


def test_the_last_holder_stays_until_somebody_else_holds_the_post(city: City) -> None:
    city.bring_to(city.report(), "signed")
    city.bring_to(city.report(category="ROAD-2"), "signed")
    refusal = r"Nobody else holds “Roads handler”, which has 2 open matter\(s\)\. Let somebody else"
    with pytest.raises(Invalid, match=refusal) as refused:
        leaves(city, ROADS)
    assert refused.value.place == "person"
    assert "“道路承办员”有未结事项 2 件。请先让别人上岗，或撤岗并移交" in refused.value.reason.zh
    assert not gone(city, ROADS) and Holding.objects.get(post__code=ROADS).until_at is None, "nothing was done"
    take_up(city, "checker", ROADS)
    assert leaves(city, ROADS)["vacant"] == 0 and gone(city, ROADS)
    assert Matter.objects.filter(holder__code=ROADS).count() == 2, "they stay with the post"


def test_a_task_keeps_as_a_matter_does_until_the_post_has_ended_and_handed_over(
    procedure: Procedure, city: City
) -> None:
    ask(procedure, working(procedure))
    with pytest.raises(Invalid, match=r"“Parks handler”, which has 1 task\(s\) to answer\."):
        leaves(city, PARKS)
    execute(city.actor("administrator"), EndPost(post=PARKS, to=ROADS), city.key())
    leaves(city, PARKS)
    assert gone(city, PARKS)


def test_whoever_comes_later_or_has_stepped_down_holds_nothing_now(city: City) -> None:
    city.bring_to(city.report(), "signed")
    soon = datetime.datetime.now(datetime.UTC) + HOUR
    later = TakeUpPost(person=person_of(city, "checker"), post=ROADS, from_at=soon)
    execute(city.actor("administrator"), later, city.key())
    with pytest.raises(Invalid, match="Nobody else holds"):
        leaves(city, ROADS)
    last = Holding.objects.get(post__code=ROADS, person=person_of(city, ROADS))
    execute(city.actor("administrator"), StepDown(holding=last.pk), city.key())
    leaves(city, ROADS)
    assert gone(city, ROADS), "whoever no longer holds it leaves nothing behind"


def test_closed_matters_and_empty_posts_keep_nobody(city: City) -> None:
    city.bring_to(city.report(), "closed")
    assert leaves(city, ROADS)["vacant"] == 1
    with reading(city.actor("administrator")) as scope:
        assert left_behind_problem(person_of(city, "intake"), scope.now) is None


def test_of_two_last_holders_who_leave_at_once_one_stays(clone: Clone) -> None:
    city = clone.city
    take_up(city, "checker", ROADS)
    city.bring_to(city.report(), "signed")
    answers = in_threads([partial(leaves, city, login) for login in (ROADS, "checker")])
    (refused,) = [one for one in answers if isinstance(one, Exception)]
    assert isinstance(refused, Invalid) and "Nobody else holds" in refused.reason.en
    assert [gone(city, login) for login in (ROADS, "checker")].count(True) == 1
