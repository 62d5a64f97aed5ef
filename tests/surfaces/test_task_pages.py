"""Tasks through the pages: a hand-over is asked of a post and complete when that post accepts; forged answers fail."""

from http import HTTPStatus
from typing import Any

from django.test import Client

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.models import Matter, Task
from tests.city import City, add_post
from tests.surfaces.conftest import SignIn, hidden_in


def _send(client: Client, matter: Matter, action: str, **sent: str) -> Any:
    address = f"/matters/{matter.number}/"
    form = f"{address}act/{action}/"
    return client.post(form, {**hidden_in(client.get(address), form), **sent})


def test_a_hand_over_is_asked_and_accepted_on_the_page(city: City, sign_in: SignIn) -> None:
    second = str(add_post(city, "second", "ROADS", "T", "handler"))
    matter = city.bring_to(city.report(), "processing")
    first = sign_in("handler-roads")
    asked = _send(first, matter, "ask.hand_over", to_post=second, asked="我去学习，请接办")
    assert asked.status_code == HTTPStatus.SEE_OTHER
    page = first.get(f"/matters/{matter.number}/").content.decode()
    assert "移交经办人" in page and "second" in page and "我去学习，请接办" in page
    assert Matter.objects.get(pk=matter.pk).holder_id == matter.holder_id
    task = Task.objects.get(matter=matter)
    forged = hidden_in(first.get(f"/matters/{matter.number}/"), f"/matters/{matter.number}/act/feed_back/")
    refused = first.post(f"/matters/{matter.number}/act/answer.hand_over.accepted.{task.pk}/", forged)
    assert refused.status_code == HTTPStatus.FORBIDDEN
    accepted = _send(sign_in("second"), matter, f"answer.hand_over.accepted.{task.pk}")
    assert accepted.status_code == HTTPStatus.SEE_OTHER
    assert str(Matter.objects.get(pk=matter.pk).holder_id) == second
    assert "移交经办人：已接办" in first.get(f"/matters/{matter.number}/").content.decode()


def test_a_task_of_another_matter_is_not_found_under_this_one(city: City, sign_in: SignIn) -> None:
    matter, other = (city.bring_to(city.report(), "processing") for _ in range(2))
    with reading(city.actor("administrator")) as scope:
        parks = str(agencies_of(scope).unit_by_code["PARKS"].id)
    client, asked_of = sign_in("handler-roads"), sign_in("handler-parks")
    for one in (matter, other):
        sent = _send(client, one, "ask.consult", to_unit=parks, asked="树根归谁管？")
        assert sent.status_code == HTTPStatus.SEE_OTHER
    theirs, mine = Task.objects.get(matter=other), Task.objects.get(matter=matter)
    form = hidden_in(
        asked_of.get(f"/matters/{matter.number}/"), f"/matters/{matter.number}/act/answer.consult.done.{mine.pk}/"
    )
    address = f"/matters/{matter.number}/act/answer.consult.done.{theirs.pk}/"
    assert asked_of.post(address, {**form, "answer": "x"}).status_code == HTTPStatus.NOT_FOUND
    theirs.refresh_from_db()
    assert theirs.state == "asked"
