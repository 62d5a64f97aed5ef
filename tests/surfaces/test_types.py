"""Every type in use is walked from its declaration alone: form, list, page, search, table, figures, interface."""

import io
import json
from http import HTTPStatus

import pytest
from python_calamine import CalamineWorkbook

from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import MatterType, all_types
from jingwei.kernel.measures.registry import all_measures
from tests.city import GRANTS, City
from tests.own_types import told_of, unit_of, use
from tests.surfaces.api.conftest import partner_of
from tests.surfaces.conftest import SignIn, hidden_in

REPORTED = [one for one in all_types() if one.classes != "any"]
OWN = [one for one in REPORTED if one.classes == "own"]
every_type = pytest.mark.parametrize("matter_type", REPORTED, ids=lambda one: one.key)


def _ready(city: City, matter_type: MatterType) -> tuple[str, str]:
    """The type in use; a post that may report it, and a class of it."""
    if matter_type.classes == "own":
        use(city, matter_type.key)
    grant = matter_type.report_grant
    post = next((code for code in city.accounts if grant in GRANTS.get(code, ())), grant.replace(".", "-"))
    return post, f"{matter_type.key}-1" if matter_type.classes == "own" else "ROAD-1"


def _filled(matter_type: MatterType, category: str) -> dict[str, str]:
    told = {key: str(value) for key, value in told_of(matter_type).items()}
    return {**told, "text": "独特的情况描述", "category": category, "unit": unit_of(matter_type)}


@every_type
def test_staff_report_it_and_find_it_everywhere(city: City, sign_in: SignIn, matter_type: MatterType) -> None:
    post, category = _ready(city, matter_type)
    client, page = sign_in(post), f"/matters/new/?type={matter_type.key}"
    form = client.get(page)
    for field in matter_type.fields:
        asked = f'name="{field.key}"' in form.content.decode()
        assert asked == (field.asked_of in ("everybody", "staff")), field.key
    answer = client.post(page, {**hidden_in(form), **_filled(matter_type, category)})
    assert answer.status_code == HTTPStatus.OK
    matter = Matter.objects.get(type=matter_type.key)
    assert matter.number in answer.content.decode()
    assert ("查询码" in answer.content.decode()) == bool(matter_type.parties)
    wanted = f"/work/?type={matter_type.key}"
    for address in (wanted, f"{wanted}&state={matter_type.key}.{matter_type.initial}", f"{wanted}&q=独特的情况"):
        assert matter.number in client.get(address).content.decode(), address
    assert matter.number not in client.get("/work/?type=none").content.decode()
    shown = client.get(f"/matters/{matter.number}/").content.decode()
    assert matter_type.state(matter_type.initial).title.zh in shown
    for action in matter_type.offered(matter_type.initial):
        assert action.title.zh in shown, action.key


@every_type
def test_its_table_has_every_open_field_and_nothing_sealed(
    city: City, sign_in: SignIn, matter_type: MatterType
) -> None:
    post, category = _ready(city, matter_type)
    client, page = sign_in(post), f"/matters/new/?type={matter_type.key}"
    contact = {"name": "某人", "phone": "13800001111"}
    client.post(page, {**hidden_in(client.get(page)), **_filled(matter_type, category), **contact})
    text = client.get(f"/work/?type={matter_type.key}&fields=1&as=csv").content.decode("utf-8-sig")
    book = client.get(f"/work/?type={matter_type.key}&fields=1&as=xlsx").content
    (headings, row) = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert [one.title.zh for one in matter_type.fields if not one.sealed] == headings[8:]
    assert str(row[6]) in text
    assert "独特的情况描述" in text
    assert "13800001111" not in text and "13800001111" not in str(row)


@every_type
def test_its_figures_have_a_page_with_the_matters_behind(city: City, sign_in: SignIn, matter_type: MatterType) -> None:
    post, category = _ready(city, matter_type)
    client, page = sign_in(post), f"/matters/new/?type={matter_type.key}"
    client.post(page, {**hidden_in(client.get(page)), **_filled(matter_type, category)})
    auditor = sign_in("auditor")
    shown = auditor.get(f"/measures/?type={matter_type.key}").content.decode()
    own = [one for one in all_measures() if one.key.startswith(f"{matter_type.key}.")]
    assert own and all(one.title.zh in shown for one in own)
    for by in ("", "category", "unit", "area:district"):
        answer = auditor.get(f"/measures/{own[0].key}/?by={by}&part=numerator")
        assert answer.status_code == HTTPStatus.OK, by
    assert auditor.get("/measures/none.such/").status_code == HTTPStatus.NOT_FOUND
    number = Matter.objects.get(type=matter_type.key).number
    pages = [auditor.get(f"/measures/{one.key}/?part={part}") for one in own for part in ("numerator", "remainder")]
    assert any(number in one.content.decode() for one in pages)


@every_type
def test_a_partner_reports_it_by_the_interface(city: City, matter_type: MatterType) -> None:
    post, category = _ready(city, matter_type)
    partner = partner_of(post)
    (listed,) = [one for one in json.loads(partner.get("types").content) if one["key"] == matter_type.key]
    needed = {field["key"] for field in listed["fields"] if field["required"]}
    told = {key: value for key, value in told_of(matter_type).items() if key in needed}
    body = {"type": matter_type.key, "category": category, "area": "T1", "fields": told, "unit": unit_of(matter_type)}
    assert listed["names_unit"] == bool(body["unit"])
    answer = partner.post(body)
    assert answer.status_code == HTTPStatus.CREATED, answer.content
    number = json.loads(answer.content)["number"]
    assert json.loads(partner.get(f"reports/{number}").content)["type"] == matter_type.key
    refused = partner.post({**body, "category": "PARK-1" if matter_type in OWN else "hazard-1"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@every_type
def test_the_public_reports_what_is_open_to_it_and_is_refused_the_rest_in_plain_words(
    city: City, sign_in: SignIn, matter_type: MatterType
) -> None:
    _, category = _ready(city, matter_type)
    client, page = sign_in(""), f"/report/{matter_type.key}/"
    form, stranger = client.get(page), partner_of("intake")
    stranger.secret = ""
    body = {"type": matter_type.key, "category": category, "fields": told_of(matter_type)}
    said = stranger.post(body, "0123456789abcdef")
    if matter_type.public:
        sent = client.post(page, {**hidden_in(form), **_filled(matter_type, category)})
        assert "查询码" in sent.content.decode()
        assert said.status_code == HTTPStatus.CREATED
        return
    assert form.status_code == HTTPStatus.FORBIDDEN
    assert f"“{matter_type.title.zh}”由工作人员登记，不由公众上报。" in form.content.decode()
    assert said.status_code == HTTPStatus.FORBIDDEN
    assert "recorded by staff" in said.content.decode()


def test_what_the_city_has_no_class_for_is_not_in_use(city: City, sign_in: SignIn) -> None:
    client = sign_in("intake")
    assert "公共安全隐患" not in client.get("/matters/new/").content.decode()
    assert client.get("/matters/new/?type=hazard").status_code == HTTPStatus.FORBIDDEN
    assert sign_in("").get("/report/hazard/").status_code == HTTPStatus.FORBIDDEN
    assert sign_in("").get("/report/none/").status_code == HTTPStatus.NOT_FOUND


def test_whoever_may_report_nothing_is_told_so(city: City, sign_in: SignIn) -> None:
    assert "您的岗位不登记任何事项" in sign_in("administrator").get("/matters/new/").content.decode()
