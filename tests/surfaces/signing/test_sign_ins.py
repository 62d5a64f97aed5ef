"""The audit administrator's page of sign-ins."""

from http import HTTPStatus

from django.test import Client

from tests.city import City, add_post
from tests.surfaces.conftest import SignIn
from tests.surfaces.signing.test_second_factor import with_app, with_password


def test_sign_ins_failures_and_factors_are_shown(city: City, sign_in: SignIn) -> None:
    add_post(city, "watcher", "CITY", "T", "watcher", ("reads.audit",))
    secret, codes = with_app(with_password("intake"))
    Client().post("/login/", {"username": "dispatcher", "password": "wrong"})
    page = sign_in("watcher").get("/audit/sign-ins/").content.decode()
    assert "添加手机验证器" in page and "添加恢复码" in page and "登录失败 1 次" in page
    assert secret not in page and codes[0] not in page
    one = sign_in("watcher").get("/audit/sign-ins/?login=dispatcher").content.decode()
    assert "登录失败 1 次" in one and "添加手机验证器" not in one
    assert sign_in("operator").get("/audit/sign-ins/").status_code == HTTPStatus.FORBIDDEN
