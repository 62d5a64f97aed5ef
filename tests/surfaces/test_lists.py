"""Every list as Excel: the rows and columns of its page, whole, typed, in the reader's language, on record."""

import datetime
import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from arro3.io import read_parquet
from django.http import QueryDict
from django.test import Client
from python_calamine import CalamineWorkbook

from jingwei.kernel.matters.models import Matter
from jingwei.kernel.reads.models import Read
from jingwei.kernel.tables.writing import Page, Value, workbook
from jingwei.kernel.values.words import Text
from jingwei.kit.lists import files
from jingwei.kit.lists.listing import listing_of, value_of
from jingwei.kit.parts.table import Cell, Column, table_of
from jingwei.surfaces.desk.tables.columns import columns_of, in_order
from tests.city import City
from tests.surfaces.conftest import SignIn

LISTS = {
    "/work/": "intake",
    "/work/follow-up/call-back/": "intake",
    "/inbox/": "intake",
    "/dispatch/": "dispatcher",
    "/handover/": "intake",
    "/grid/": "intake",
    "/grid/handover/": "intake",
    "/duty/": "intake",
    "/measures/?type=grid_event": "auditor",
    "/measures/grid_event.to_call_back/": "auditor",
    "/measures/grid_event.to_call_back/?of=figures&by=category": "auditor",
    "/rules/category/": "administrator",
    "/rules/limit/": "administrator",
    "/rules/routing/": "administrator",
    "/rules/calendar/": "administrator",
    "/rules/number/": "administrator",
    "/rules/drafts/": "administrator",
    "/audit/sign-ins/": "auditor",
    "/operations/deliveries/": "operator",
    "/agencies/workstations/": "administrator",
    "/agencies/keys/": "administrator",
    "/destruction/": "auditor",
    "/erasures/": "supervisor",
}


def book(client: Client, address: str, **headers: str) -> list[list[list[Any]]]:
    """The sheets of a list."""
    answer = client.get(f"{address}{'&' if '?' in address else '?'}as=xlsx", headers=headers)
    assert answer.status_code == 200, (address, answer.status_code)
    assert "spreadsheetml" in answer.headers["Content-Type"], address
    read = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return [read.get_sheet_by_name(name).to_python() for name in read.sheet_names]


def test_every_list_has_its_link_and_its_file(city: City, sign_in: SignIn) -> None:
    city.bring_to(city.report(), "dispatched")
    city.report(category="PARK-1", cell="T2-01")
    browsers = {post: sign_in(post) for post in set(LISTS.values())}
    for address, post in LISTS.items():
        client = browsers[post]
        page = client.get(address)
        if page.status_code in (403, 404):
            assert client.get(f"{address.partition('?')[0]}?as=xlsx").status_code == page.status_code, address
            continue
        heads, about = book(client, address)[0][0], book(client, address)[1]
        assert len(heads) > 2 and all(heads), address
        assert [about[1][0], about[-1][0]] == ["列表", "行数"], address
        if about[-1][1]:
            assert "as=xlsx" in page.content.decode(), address
    allowed = [one for one, post in LISTS.items() if browsers[post].get(one).status_code == 200]
    assert len(allowed) >= len(LISTS) - 3, set(LISTS) - set(allowed)


def test_the_file_has_the_rows_filters_and_columns_of_the_page(city: City, sign_in: SignIn) -> None:
    pothole, park = city.report(), city.report(category="PARK-1", cell="T2-01")
    client = sign_in("intake")
    form = {"do": "columns", "columns": ["number", "due", "place"], "place.number": "1", "place.due": "2"}
    client.post("/work/views/", {**form, "query": "?tab=area", "place.class": "3", "place.place": "4"})
    (heads, *rows), about = book(client, "/work/")
    assert heads == ["编号", "期限", "类别", "地点"]
    assert {row[0] for row in rows} == {pothole.number, park.number}
    assert all(isinstance(row[1], datetime.datetime) for row in rows), "a moment is a moment"
    (_, *found), about = book(client, "/work/?tab=area&category=PARK-1", **{"accept-language": "en"})
    assert [row[0] for row in found] == [park.number]
    said = dict(about[1:])
    assert (said["List"], said["Rows"], said["Scope"]) == ("Work list", 1, "My area"), "in the reader's language"
    assert Read.objects.filter(what="export", matter=park.pk).count() == 2


def test_whoever_sees_less_gets_less(city: City, sign_in: SignIn) -> None:
    east, west = city.report(cell="T1-01"), city.report(cell="T2-01")
    (_, *rows), _ = book(sign_in("grid-east"), "/work/?tab=all")
    assert east.number in {row[6] for row in rows} and west.number not in {row[6] for row in rows}
    assert not Read.objects.filter(matter=west.pk).exists()


def test_no_text_becomes_a_formula(city: City, sign_in: SignIn) -> None:
    city.report(title="=HYPERLINK(1)", text="+1+1")
    answer = sign_in("intake").get("/work/?as=xlsx").content
    assert b"<f>" not in b"".join(_parts(answer)), "no cell is a formula"
    assert "'=HYPERLINK" in sign_in("intake").get("/work/?as=csv").content.decode()


def _parts(content: bytes) -> list[bytes]:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return [packed.read(one) for one in packed.namelist()]


def test_a_list_that_is_longer_says_so_first(city: City, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for cell in ("T1-01", "T1-02", "T2-01"):
        city.report(cell=cell)
    monkeypatch.setattr(files, "MOST", 2)
    (_, *rows), about = book(sign_in("intake"), "/work/")
    assert len(rows) == 2 and about[-1][0] == "注意"
    assert Read.objects.filter(what="export").count() == 2 < Matter.objects.count()


def test_the_same_as_parquet_is_typed_and_named_by_key(city: City, sign_in: SignIn) -> None:
    matter = city.report(title="=HYPERLINK(1)")
    answer = sign_in("intake").get("/work/?as=parquet", headers={"accept-language": "en"})
    assert answer["Content-Type"] == "application/vnd.apache.parquet"
    assert answer["Content-Disposition"].endswith('.parquet"')
    table = read_parquet(io.BytesIO(answer.content)).read_all()
    assert "Timestamp" in str(table.schema.field("opened").type), "a moment is a moment"
    assert table.column("number").to_pylist() == [matter.number]
    about = json.loads(table.schema.metadata[b"about"])
    assert (about["List"], about["Rows"], about["number"]) == ("Work list", "1", "Number")
    assert Read.objects.filter(what="export", matter=matter.pk).count() == 1


def test_a_table_of_the_kit_is_a_file_as_it_stands() -> None:
    columns = (Column("name", Text("名称", "Name"), fixed=True), Column("km2", Text("平方公里", "km²"), numeric=True))
    rows = [{"name": Cell(text=one), "km2": Cell(number=size, order=size)} for one, size in (("a", 1), ("b", 2))]
    listing = listing_of(table_of(columns, rows, QueryDict("sort=-km2")), "x", Text("表", "Table"))
    zone: Any = datetime.UTC
    assert [value_of(row["km2"], zone, "en") for row in listing.rows] == [2, 1]


def test_columns_stand_where_they_were_put() -> None:
    keys = [one.key for one in columns_of(("due", "clock", "nonsense"))]
    assert keys == ["class", "due", "clock"], "the class is always there"
    before = ("clock", "class", "due")
    assert in_order(["clock", "due"], {"clock": "1", "class": "2", "due": "1"}, before) == ("due", "clock", "class")
    assert in_order(["due", "clock"], {}, ()) == ("clock", "class", "due"), "without places the usual order"


def test_a_hundred_thousand_rows_stay_small() -> None:
    day = datetime.datetime(2026, 11, 27)
    rows: Iterator[list[Value]] = ([f"编号 {number}", "东一路的坑" * 6, number, day] for number in range(5_000))
    tracemalloc.start()
    workbook([Page("a", ("a", "b", "c", "d"), rows)])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12_000_000, "rows are written as they come"
