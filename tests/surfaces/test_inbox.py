"""The inbox: unread first, marks, the count in the header, wishes of a person, and dead letters of operators."""

import datetime
import uuid
from http import HTTPStatus

import pytest
from pytest_django import Settings

from jingwei.kernel.agencies.models import Account
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.self_check.probe import keep_self_check
from jingwei.kernel.matters.telling.route import router
from jingwei.kernel.outbox.deliver import deliver_waiting
from jingwei.kernel.outbox.models import Delivery, Message, Notice, Preference
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.values.ids import new_id
from jingwei.kit.pages import read_cursor
from jingwei.surfaces.desk.inbox import queries
from tests.city import FOUNDER, SINCE, City
from tests.surfaces.conftest import SignIn, hidden_in


def _delivered() -> None:
    with reading(FOUNDER) as scope:
        channel = router(scope, ())
    deliver_waiting([channel], datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=1))


def test_unread_lines_come_first_and_are_read_once_the_matter_was_opened(city: City, sign_in: SignIn) -> None:
    first, second = city.report(), city.report(category="PARK-1")
    _delivered()
    client = sign_in("intake")
    assert ">2<" in client.get("/inbox/unread/").content.decode()
    form = hidden_in(client.get("/inbox/"), f"/matters/{first.number}/seen/")
    answer = client.post(f"/matters/{first.number}/seen/", form, headers={"HX-Request": "true"})
    assert answer.status_code == HTTPStatus.NO_CONTENT
    page = client.get("/inbox/").content.decode()
    assert page.index(second.number) < page.index("已读</h2>") < page.index(first.number)
    client.post("/inbox/read/")
    assert not Notice.objects.filter(read_at=None).exists()
    assert "count" not in client.get("/inbox/unread/").content.decode()


def test_marks_reach_ones_own_posts_only(city: City, sign_in: SignIn) -> None:
    matter = city.bring_to(city.report(), "filed")
    _delivered()
    sign_in("intake").post("/inbox/read/")
    unread = Notice.objects.filter(read_at=None, stream=matter.pk)
    assert unread.count() == 2  # dispatcher and supervisor
    assert sign_in("grid-west").post(f"/matters/{matter.number}/seen/").status_code == HTTPStatus.NOT_FOUND
    assert unread.count() == 2


def test_every_line_is_on_one_page_and_together_by_matter(
    city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    matter = city.report()
    message = Message.objects.get()
    post = city.actor("intake").duties[0].post
    now = datetime.datetime.now(datetime.UTC)
    for minute in range(8):
        row = Notice(id=new_id(), message_id=_twin(message), post=post, stream=matter.pk, topic=message.topic)
        row.body, row.created_at = message.body, now - datetime.timedelta(minutes=minute)
        row.read_at = now if minute >= 5 else None
        row.save()
    seen, after, read = [], None, None
    for _ in range(6):
        with reading(city.actor("intake")) as scope:
            page = queries.inbox_page(scope, after, read)
        seen += [line.created_at for one in (*page.unread, *page.read) for line in one.lines]
        after = read_cursor(page.more_unread)
        read = read_cursor(page.more_read)
        if after is None and read is None:
            break
    assert len(seen) == len(set(seen)) == 8 and seen == sorted(seen, reverse=True)


def _twin(message: Message) -> uuid.UUID:
    twin = Message(id=new_id(), topic=message.topic, stream=message.stream, body=message.body)
    twin.created_at = message.created_at
    twin.save()
    return twin.id


def test_wishes_are_kept_and_a_wrong_time_is_refused(city: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    sent = {"language": "en", "sound": "1", "quiet_from": "22:00", "quiet_until": "07:00"}
    assert client.post("/inbox/wishes/", sent).status_code == HTTPStatus.SEE_OTHER
    wish = Preference.objects.get()
    assert wish.sound and not wish.working_time and wish.channels == []
    assert (wish.quiet_from, wish.quiet_until) == (datetime.time(22), datetime.time(7))
    assert Account.objects.get(username="intake").language == "en"
    for wrong in ({"quiet_until": ""}, {"quiet_from": "25:00", "quiet_until": "07:00"}):
        assert client.post("/inbox/wishes/", {**sent, **wrong}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = client.get("/inbox/wishes/").content.decode()
    assert "Notification settings" in page and 'value="22:00"' in page


def test_a_mailbox_of_ones_own_goes_before_the_one_on_file(city: City, sign_in: SignIn, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    client = sign_in("intake")
    page = client.get("/inbox/wishes/")
    assert 'name="address-mail"' in page.content.decode()
    sent = {**hidden_in(page, "/inbox/wishes/"), "channel-mail": "1", "language": "en"}
    wrong = client.post("/inbox/wishes/", {**sent, "address-mail": "no mailbox"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "no mailbox" in wrong.content.decode()
    assert not Preference.objects.exists()
    client.post("/inbox/wishes/", {**sent, "address-mail": "me@example.org"})
    assert Preference.objects.get().addresses == {"mail": "me@example.org"}


def test_the_inbox_says_what_a_matter_is_about(city: City, sign_in: SignIn) -> None:
    city.report()
    _delivered()
    page = sign_in("intake").get("/inbox/").content.decode()
    assert "路面坑洞" in page and "东一格" in page


def test_operators_see_dead_letters_on_every_page_and_try_again(city: City, sign_in: SignIn) -> None:
    city.report()
    message, now = Message.objects.get(), datetime.datetime.now(datetime.UTC)
    dead = Delivery(id=new_id(), message=message, stream=message.stream, channel="sms", audience="staff")
    dead.receiver, dead.created_at, dead.state, dead.tries = new_id(), now, Delivery.FAILED, 8
    dead.error = "the gateway answered 500"
    dead.save()
    operator = sign_in("operator")
    assert "没有自检" in operator.get("/inbox/unread/").content.decode()
    keep_self_check(now)
    assert "没有自检" not in operator.get("/inbox/unread/").content.decode()
    assert "没有送达" in operator.get("/inbox/unread/").content.decode()
    assert "没有送达" not in sign_in("intake").get("/inbox/unread/").content.decode()
    page = operator.get("/operations/deliveries/")
    assert "the gateway answered 500" in page.content.decode()
    number = str(message.body["number"])
    assert number not in page.content.decode()
    form = hidden_in(page, "/operations/deliveries/again/")
    operator.post("/operations/deliveries/again/", {**form, "delivery": [str(dead.pk), "nonsense"]})
    again = Delivery.objects.get()
    assert (again.state, again.tries) == (Delivery.QUEUED, 0) and again.try_at is not None
    assert sign_in("intake").get("/operations/deliveries/").status_code == HTTPStatus.FORBIDDEN


def test_a_system_that_was_not_told_is_named_and_no_person_can_choose_its_channel(city: City, sign_in: SignIn) -> None:
    content = {
        "kind": "webhook",
        "title": {"zh": "某某应用", "en": "App"},
        "url": "https://a.example.org/",
        "post": "x",
    }
    execute(FOUNDER, SetValue(parameter="channel", subject="app", from_on=SINCE, content=content, basis="x"), "app")
    matter = city.report()
    message, now = Message.objects.get(), datetime.datetime.now(datetime.UTC)
    dead = Delivery(id=new_id(), message=message, stream=matter.pk, channel="app", audience="partner")
    dead.receiver, dead.created_at, dead.state, dead.tries = new_id(), now, Delivery.FAILED, 17
    dead.save()
    assert "合作系统" in sign_in("operator").get("/operations/deliveries/").content.decode()
    assert "合作系统" in sign_in("operator").get("/operations/deliveries/?as=csv").content.decode()
    card = sign_in("supervisor").get(f"/matters/{matter.number}/urging/").content.decode()
    assert "合作系统" in card and "某某应用" in card
    assert "某某应用" not in sign_in("intake").get("/inbox/wishes/").content.decode()


def test_the_alarm_leads_to_a_page_that_says_what_to_do(city: City, sign_in: SignIn) -> None:
    operator = sign_in("operator")
    assert 'href="/operations/self-check/"' in operator.get("/inbox/unread/").content.decode()
    assert 'href="/operations/self-check/"' in operator.get("/work/").content.decode()
    page = operator.get("/operations/self-check/").content.decode()
    for words in ("告警时怎么办", "今天还没有人开自检", "jingwei up --city", "还没有自检过"):
        assert words in page
    now = datetime.datetime.now(datetime.UTC)
    keep_self_check(now - datetime.timedelta(days=2))
    keep_self_check(now)
    page = operator.get("/operations/self-check/").content.decode()
    assert "没有自检" in page and "自检中" in page  # yesterday, and today
    assert sign_in("intake").get("/operations/self-check/").status_code == HTTPStatus.FORBIDDEN


def test_what_became_of_each_message_stands_on_the_matters_page(city: City, sign_in: SignIn) -> None:
    matter = city.report()
    _delivered()
    part = sign_in("intake").get(f"/matters/{matter.number}/urging/").content.decode()
    assert "收件箱" in part and "未看" in part and "受理员" in part
