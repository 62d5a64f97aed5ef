"""Units, posts and people in time: a holding with an end, who held what on a day, who gave it; found by words."""

import datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from django.test import Client

from jingwei.kernel.agencies.actors import actor_of_account
from jingwei.kernel.agencies.models import Holding
from tests.city import ZONE, City, day_of_city
from tests.duty import HOUR, leave, person_of, take_up
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_duty import send

MINUTE = datetime.timedelta(minutes=1)
POST = "/agencies/posts/handler-parks/"


def local(at: datetime.datetime) -> str:
    return f"{at.astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M}"


def soon() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(second=0, microsecond=0) + HOUR


def holds(city: City, login: str, post: str, at: datetime.datetime) -> bool:
    actor = actor_of_account(city.accounts[login].pk, "zh-hans", at)
    return actor is not None and any(duty.title.zh == post for duty in actor.duties)


def test_a_post_is_given_for_a_time_and_ends_by_itself(city: City, sign_in: SignIn) -> None:
    client, begins = sign_in("administrator"), soon()
    ends = begins + 2 * HOUR
    given = send(client, POST, "take_up", login="intake", from_at=local(begins), until_at=local(ends))
    assert given.status_code == HTTPStatus.SEE_OTHER
    told = [holds(city, "intake", "园林承办员", at) for at in (begins - MINUTE, begins, ends - MINUTE, ends)]
    assert told == [False, True, True, False], "the minute after the end the power is gone"


def test_an_end_is_set_for_later_and_never_in_the_past(city: City, sign_in: SignIn) -> None:
    client, ends = sign_in("administrator"), soon()
    holding = str(Holding.objects.get(post__code="handler-parks").pk)
    past = send(client, POST, "step_down", holding, until_at=local(ends - 5 * HOUR))
    assert past.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "已经过去" in past.content.decode()
    past = send(client, POST, "take_up", login="intake", from_at=local(ends - 5 * HOUR), until_at="")
    assert past.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and 'value="intake"' in past.content.decode()
    assert send(client, POST, "step_down", holding, until_at=local(ends)).status_code == HTTPStatus.SEE_OTHER
    assert holds(city, "handler-parks", "园林承办员", ends - MINUTE)
    assert not holds(city, "handler-parks", "园林承办员", ends)


def test_a_delegation_ends_by_itself(city: City) -> None:
    leave(city, "grid-east", "grid-west", from_hours=1, until_hours=3)
    begins = soon()
    told = [holds(city, "grid-west", "东区网格员", begins + hours * HOUR) for hours in (-1, 0, 1, 2)]
    assert told == [False, True, True, False]


def test_who_held_what_on_a_day(city: City, sign_in: SignIn) -> None:
    client, long_ago = sign_in("administrator"), datetime.date(2001, 1, 1)
    take_up(city, "supervisor", "intake")  # since long before
    today = day_of_city()
    before = today - datetime.timedelta(days=20)
    assert "Supervisor A" in client.get(f"/agencies/posts/intake/?on={before}").content.decode()
    assert "Intake clerk A" not in client.get(f"/agencies/posts/intake/?on={before}").content.decode()
    assert "还没有人任岗" in client.get(f"/agencies/posts/intake/?on={long_ago}").content.decode()
    page = client.get(f"/agencies/people/intake/?on={today}").content.decode()
    assert "受理员" in page and "查看事项" in page, "the grants of that day"
    tree = client.get(f"/agencies/?on={today}").content.decode()
    assert "Intake clerk A" in tree and "新设单位" not in tree, "a day that was is looked at, not changed"
    assert client.get("/agencies/?on=0001-01-01").status_code == HTTPStatus.OK
    assert client.get("/agencies/posts/intake/?on=nonsense").status_code == HTTPStatus.OK


def test_who_gave_and_who_ended_it_is_told(city: City, sign_in: SignIn) -> None:
    client = sign_in("administrator")
    send(client, POST, "take_up", login="intake", from_at="", until_at="")
    holding = Holding.objects.get(post__code="handler-parks", person=person_of(city, "intake"))
    page = client.get("/agencies/people/intake/").content.decode()
    assert "交给：Administrator A" in page
    send(client, POST, "step_down", str(holding.pk), until_at="")
    assert "结束：Administrator A" in client.get(POST).content.decode()


def test_units_posts_and_people_are_found_by_words(city: City, sign_in: SignIn) -> None:
    def found(words: str) -> str:
        return client.get("/agencies/", {"q": words}).content.decode()

    client: Client = sign_in("administrator")
    for words in ("园林局", "parks", "handler-parks", "园林承办员", "Parks handler A"):
        assert "/agencies/posts/handler-parks/" in found(words), words
        assert "/agencies/posts/handler-roads/" not in found(words), words
    assert "没有符合的" in found("nobody of that name")
