"""The page of one matter's retention: its term with the source; its legal holds, which two people place and lift."""

from http import HTTPStatus

import pytest

from jingwei.kernel.matters.models import LegalHold
from jingwei.kit.forms import new_key
from tests.city import City, add_post
from tests.surfaces.conftest import SignIn
from tests.surfaces.test_duty import ENGLISH, send

MARK = '<span class="state">暂缓销毁</span>'


@pytest.fixture
def city(city: City) -> City:
    """With two posts that may hold."""
    for code in ("legal-one", "legal-two"):
        add_post(city, code, "CITY", "T", "legal", ("matter.read", "retention.hold"))
    return city


def test_the_term_is_said_with_its_source(city: City, sign_in: SignIn) -> None:
    still_open, closed = city.report(), city.bring_to(city.report(), "closed")
    page = sign_in("auditor").get(f"/matters/{still_open.number}/keeping/").content.decode()
    assert "尚未办结，不计算期限" in page and "行政诉讼法第四十六条" in page and "暂缓销毁</button>" not in page
    year = closed.closed_at.year + 5 if closed.closed_at else 0
    page = sign_in("auditor").get(f"/matters/{closed.number}/keeping/", headers=ENGLISH).content.decode()
    assert "Kept until" in page and str(year) in page and "Administrative Litigation Law 46" in page
    assert "Applies here" in page
    assert f"/matters/{closed.number}/keeping/" in sign_in("auditor").get(f"/matters/{closed.number}/").content.decode()


def test_a_hold_is_placed_and_lifted_by_two_people(city: City, sign_in: SignIn) -> None:
    matter = city.bring_to(city.report(), "closed")
    address, one, two = f"/matters/{matter.number}/keeping/", sign_in("legal-one"), sign_in("legal-two")
    assert send(one, address, "place", reason="（2026）鲁16民初1号").status_code == HTTPStatus.SEE_OTHER
    hold = str(LegalHold.objects.get().pk)
    assert "民初1号" in one.get(address).content.decode()
    assert MARK in sign_in("auditor").get(f"/matters/{matter.number}/").content.decode()
    refused = send(one, address, "lift", hold, reason="结案")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "须由另一个人解除" in refused.content.decode()
    empty = send(two, address, "lift", hold, reason=" ")
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and "请写明理由" in empty.content.decode()
    assert send(two, address, "lift", hold, reason="已结案").status_code == HTTPStatus.SEE_OTHER
    page = sign_in("auditor").get(f"/matters/{matter.number}/").content.decode()
    assert MARK not in page and "解除暂缓销毁" in page
    assert "legal-two A" in two.get(address).content.decode()


def test_without_the_grant_nothing_is_held(city: City, sign_in: SignIn) -> None:
    matter = city.report()
    form = {"_do": "place", "_subject": "", "_key": new_key(), "reason": "因为"}
    refused = sign_in("supervisor").post(f"/matters/{matter.number}/keeping/", form)
    assert refused.status_code == HTTPStatus.FORBIDDEN and not LegalHold.objects.exists()
