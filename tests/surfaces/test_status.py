"""How the service stands: up, the last checkpoint, delays of messages, planned work."""

import datetime

import pytest
from django.test import Client

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.outbox.waiting import Waiting
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.surfaces.portal import status
from tests.city import FOUNDER, SINCE, City, day_of_city


def test_it_is_up_and_nothing_is_late_or_planned(city: City, resident: Client) -> None:
    answer = resident.get("/status/")
    page = answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    for words in ("能用", "没有等得太久的消息", "还没有签发检查点", "没有安排维护"):
        assert words in page, words


def test_whom_to_call_stands_where_a_page_does_not_help(city: City, resident: Client) -> None:
    pages = ("/", "/status/", "/follow/")
    assert [page for page in pages if "请打 12345" in resident.get(page).content.decode()] == []
    assert all("请直接拨打紧急电话" in resident.get(page).content.decode() for page in pages[:2])
    for subject, words in (("help", "请打 12345"), ("emergency", "有危险先打 110")):
        content = {"zh": words, "en": f"{subject} in English"}
        execute(
            FOUNDER, SetValue(parameter="word", subject=subject, from_on=SINCE, content=content, basis="x"), subject
        )
    assert [page for page in pages if "请打 12345" in resident.get(page).content.decode()] == ["/status/", "/follow/"]
    assert [page for page in pages if "有危险先打 110" in resident.get(page).content.decode()] == ["/", "/status/"]


def test_messages_that_wait_are_told_in_plain_words(
    city: City, resident: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "waiting", lambda: Waiting(3, 7_260.0))
    page = resident.get("/status/").content.decode()
    assert "有延迟" in page and "2 小时 1 分" in page


def test_planned_work_stands_until_its_day_is_over(city: City, resident: Client) -> None:
    today = day_of_city()
    for days, words in ((-1, "昨天的"), (0, "今天的"), (9, "以后的")):
        subject = f"maintenance.{today + datetime.timedelta(days=days)}"
        content = {"zh": words, "en": words}
        value = SetValue(parameter="word", subject=subject, from_on=SINCE, content=content, basis="x")
        execute(FOUNDER, value, subject)
    page = resident.get("/status/").content.decode()
    assert "昨天的" not in page and page.index("今天的") < page.index("以后的")
