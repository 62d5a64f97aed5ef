"""Urging and supervision: who may, how often, what is owed by when, and that it escalates when nobody answers."""

import datetime
import json
from typing import Any

import pytest

from jingwei.kernel.agencies.models import Post
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger.models import Entry
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import AnswerUrging, Contact, Supervise, Urge
from jingwei.kernel.matters.commands.ring import ring_due
from jingwei.kernel.matters.models import Matter, Urging
from jingwei.kernel.matters.receivers import posts_told
from jingwei.kernel.outbox.models import Message
from jingwei.kernel.values.errors import Denied, Invalid
from tests.city import FOUNDER, City
from tests.clones import Clone, in_threads

CODE = b"c" * 32
HOUR = datetime.timedelta(hours=1)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _urge(city: City, matter: Matter, post: str = "supervisor", text: str = "", after: int = 0) -> int:
    done = execute(city.actor(post), Urge(matter_id=matter.pk, text=text), city.key(), now=_now() + after * HOUR)
    return int(done["urging"] or 0)


def _answer(city: City, matter: Matter, number: int, post: str = "handler-roads", **said: Any) -> None:
    command = AnswerUrging(matter_id=matter.pk, number=number, **{"text": "明天修", "grant": "matter.handle", **said})
    execute(city.actor(post), command, city.key())


def _told(matter: Matter, topic: str) -> set[str]:
    message = Message.objects.filter(stream=matter.pk, topic=topic).latest("created_at")
    with reading(FOUNDER) as scope:
        posts = posts_told(agencies_of(scope), Matter.objects.get(pk=matter.pk), message.body["tells"])
    return set(Post.objects.filter(pk__in=posts).values_list("code", flat=True))


def test_urging_tells_who_acts_and_starts_a_clock_of_its_own(city: City) -> None:
    matter = city.bring_to(city.report(), "processing")
    assert _urge(city, matter, text="已等三天") == 1
    assert _told(matter, "matter.urged") == {"handler-roads"}
    clock = Clock.objects.get(stream_id=matter.pk, key="urging.1")
    assert clock.status == "running" and clock.due_at is not None
    _answer(city, matter, 1, public_text="明天上午修好")
    urging = Urging.objects.get()
    assert (urging.answer, urging.public_answer) == ("明天修", "明天上午修好")
    assert Clock.objects.get(pk=clock.pk).status == "stopped"
    assert _told(matter, "matter.urging_answered") == {"supervisor"}


def test_what_nobody_answers_escalates(city: City) -> None:
    matter = city.bring_to(city.report(), "processing")
    _urge(city, matter)
    due = Clock.objects.get(stream_id=matter.pk, key="urging.1").due_at
    assert due is not None
    ring_due(due)
    rung = Message.objects.get(topic="matter.clock_rang", body__clock="urging.1")
    assert rung.body["mark"] == 100 and rung.body["tells"] == ["level-0", "level-1"]


def test_supervision_reaches_the_head_of_the_unit_and_must_say_what_it_demands(city: City) -> None:
    matter = city.bring_to(city.report(), "processing")
    with pytest.raises(Invalid, match="demanded"):
        execute(city.actor("supervisor"), Supervise(matter_id=matter.pk, text=" "), city.key())
    execute(city.actor("supervisor"), Supervise(matter_id=matter.pk, text="三日内办结"), city.key())
    assert Message.objects.get(topic="matter.urged").body["tells"] == ["level-0", "level-1"]
    with pytest.raises(Denied):
        execute(city.actor("intake"), Supervise(matter_id=matter.pk, text="x"), city.key())


def test_too_soon_is_refused_and_a_pause_later_not(city: City) -> None:
    matter = city.report()
    _urge(city, matter)
    with pytest.raises(Invalid, match="less than 4 h ago"):
        _urge(city, matter, after=3)
    assert _urge(city, matter, after=4) == 2


def test_who_may_urge(city: City) -> None:
    east = city.report(cell="T1-01")
    for post, refusal in (("auditor", Denied), ("handler-parks", Denied), ("grid-west", Denied)):
        with pytest.raises(refusal):
            _urge(city, east, post)
    with pytest.raises(Denied):
        _answer(city, east, _urge(city, east), "grid-east")


def test_a_resident_urges_by_the_code_within_limits(city: City) -> None:
    matter = city.report(contact=Contact(follow=CODE))
    resident = public("matter.urge")
    for follow in (None, b"d" * 32):
        with pytest.raises(Invalid, match="follow code"):
            execute(resident, Urge(matter_id=matter.pk, follow=follow), city.key())
    for day in range(5):
        execute(resident, Urge(matter_id=matter.pk, follow=CODE), city.key(), now=_now() + day * 24 * HOUR)
    with pytest.raises(Invalid, match="at most 5"):
        execute(resident, Urge(matter_id=matter.pk, follow=CODE), city.key(), now=_now() + 200 * HOUR)
    assert {one.side for one in Urging.objects.all()} == {"resident"}
    assert _told(matter, "matter.urged") == {"intake"}


def test_answered_once_and_the_end_settles_the_rest(city: City) -> None:
    matter = city.bring_to(city.report(), "processing")
    _urge(city, matter)
    execute(city.actor("supervisor"), Supervise(matter_id=matter.pk, text="办结"), city.key())
    _answer(city, matter, 1)
    for number in (1, 9):
        with pytest.raises(Invalid):
            _answer(city, matter, number)
    city.act("handler-roads", matter, "feed_back", result="修好了")
    closed = city.act("checker", matter, "pass_check", finding="属实")
    assert Clock.objects.get(stream_id=matter.pk, key="urging.2").status == "stopped"
    with pytest.raises(Invalid, match="closed"):
        _urge(city, closed, after=20)


def test_no_word_of_an_urging_enters_ledger_or_message(city: City) -> None:
    matter = city.bring_to(city.report(), "processing")
    _urge(city, matter, text="王小明13800138000已等三天")
    _answer(city, matter, 1, text="机密答复", public_text="公开答复")
    written = [bytes(entry.body).decode() for entry in Entry.objects.filter(stream=matter.pk)]
    written += [json.dumps(message.body, ensure_ascii=False) for message in Message.objects.all()]
    for secret in ("王小明", "13800138000", "机密答复", "公开答复"):
        assert not any(secret in one for one in written)


def test_two_who_urge_at_once_urge_once(clone: Clone) -> None:
    matter = clone.city.report()
    posts = ["supervisor", "dispatcher", "intake"]
    actors = [clone.city.actor(post) for post in posts]
    tasks = [
        lambda actor=actor, post=post: execute(actor, Urge(matter_id=matter.pk), f"urge:{post}")
        for actor, post in zip(actors, posts, strict=True)
    ]
    answers = in_threads(tasks)
    assert sum(isinstance(one, Invalid) for one in answers) == 2
    assert Urging.objects.count() == 1
    assert verify(clone.owner).faults == []
