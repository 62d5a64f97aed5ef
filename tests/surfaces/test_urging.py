"""Urging on the pages: staff urge, supervise and answer; a resident urges by the code and reads the answer."""

from http import HTTPStatus

from django.test import Client

from jingwei.kernel.matters.commands import Contact
from jingwei.kernel.matters.models import Matter, Urging
from jingwei.kit.intake import follow_digest
from tests.city import City
from tests.surfaces.conftest import Answer, SignIn, hidden_in

CODE = "ABCD-EFGH-JKMN-PQRS"


def _send(client: Client, matter: Matter, form: str, **sent: str) -> Answer:
    page = client.get(f"/matters/{matter.number}/urging/")
    action = f"/matters/{matter.number}/{form}/"
    return client.post(action, {**hidden_in(page, action), **sent})


def test_staff_urge_and_the_unit_answers(city: City, sign_in: SignIn) -> None:
    matter = city.bring_to(city.report(), "processing")
    assert _send(sign_in("supervisor"), matter, "urge", text="已等三天").status_code == HTTPStatus.SEE_OTHER
    assert _send(sign_in("supervisor"), matter, "supervise", text="三日内办结").status_code == HTTPStatus.SEE_OTHER
    handler = sign_in("handler-roads")
    page = handler.get(f"/matters/{matter.number}/urging/").content.decode()
    assert "已等三天" in page and "三日内办结" in page and "还有" in page
    answered = _send(handler, matter, "answer", urging="1", text="明天修", public_text="明天上午修好")
    assert answered.status_code == HTTPStatus.SEE_OTHER
    assert Urging.objects.filter(answered_at__isnull=False).count() == 1
    part = handler.get(f"/matters/{matter.number}/urging/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "明天上午修好" in part


def test_too_soon_says_why_and_keeps_what_was_written(city: City, sign_in: SignIn) -> None:
    matter, client = city.report(), sign_in("supervisor")
    form = hidden_in(client.get(f"/matters/{matter.number}/urging/"), f"/matters/{matter.number}/urge/")
    _send(client, matter, "urge")
    other = {
        **form,
        "_key": hidden_in(client.get(f"/matters/{matter.number}/urging/"), f"/matters/{matter.number}/supervise/")[
            "_key"
        ],
    }
    answer = client.post(f"/matters/{matter.number}/urge/", {**other, "text": "再催"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "不足 4 小时" in answer.content.decode()


def test_whoever_may_not_is_refused(city: City, sign_in: SignIn) -> None:
    matter = city.report()
    for form in ("urge", "supervise"):
        assert sign_in("checker").post(f"/matters/{matter.number}/{form}/").status_code == HTTPStatus.FORBIDDEN
    assert sign_in("grid-west").get(f"/matters/{matter.number}/urging/").status_code == HTTPStatus.NOT_FOUND


def test_a_resident_urges_by_the_code_and_reads_the_answer(city: City, resident: Client, sign_in: SignIn) -> None:
    matter = city.report(contact=Contact(follow=follow_digest(CODE)))
    form = hidden_in(resident.post("/follow/", {"code": CODE}), "/follow/urge/")
    for _ in range(2):  # sent twice, it is one urging
        answer = resident.post("/follow/urge/", form)
        assert answer.status_code == HTTPStatus.OK and "已催办" in answer.content.decode()
        assert "no-store" in answer.headers["Cache-Control"]
    assert Urging.objects.get().side == "resident"
    _send(sign_in("intake"), matter, "answer", urging="1", text="内部说明", public_text="今天派人去看")
    page = resident.post("/follow/", {"code": CODE}).content.decode()
    assert "今天派人去看" in page and "内部说明" not in page and "不足 24 小时" in page
    assert resident.post("/follow/urge/", {**form, "code": "WRONG"}).status_code == HTTPStatus.NOT_FOUND
    assert resident.get("/follow/urge/").status_code == HTTPStatus.OK
