"""Pages over very many matters read their own rows: the index of each tells what is asked for and in which order."""

import datetime
from collections.abc import Callable

import pytest
from django.db.models import QuerySet

from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.surfaces.api.open311 import requests
from jingwei.surfaces.desk.queries import Wanted, chosen_matters
from tests.city import add_post
from tests.clones import Clone

COUNT = 20_000
MANY = """
INSERT INTO matters_matter SELECT (jsonb_populate_record(matters_matter, jsonb_build_object(
  'id', lpad(to_hex(n), 32, '0'), 'number', lpad(n::text, 14, '0'),
  'category', CASE mod(n, 50) WHEN 0 THEN 'A' ELSE 'B' END,
  'opened_at', opened_at - n * interval '1 hour', 'due_at', opened_at - n * interval '1 hour'))).*
FROM matters_matter, generate_series(1, %s) n
"""


def _of_a_class(scope: Scope) -> QuerySet[Matter]:
    return chosen_matters(scope, Wanted(category="A")).order_by("due_at", "pk")[:51]


def _page_of_requests(scope: Scope) -> QuerySet[Matter]:
    year = datetime.timedelta(days=366)
    wanted = requests.Wanted((), (), scope.now - year, scope.now, frozenset(("open", "closed")))
    return requests.found(scope, wanted)[:100]


def _due_in_a_week(scope: Scope) -> QuerySet[Matter]:
    week = (scope.now - datetime.timedelta(days=14), scope.now - datetime.timedelta(days=7))
    return Matter.objects.filter(in_scope(scope.actor), due_at__gte=week[0], due_at__lt=week[1])


@pytest.fixture
def many(clone: Clone) -> Clone:
    """A reader of the whole city, and an hour between one matter and the next, which the database has counted."""
    add_post(clone.city, "of-all", "HOTLINE", "T", "reader", ("matter.read",))
    clone.city.report()
    with clone.owner() as owner:
        owner.execute(MANY, [COUNT])
        owner.execute("ANALYZE matters_matter")
    return clone


def test_a_page_reads_its_own_rows_by_an_index(many: Clone) -> None:
    pages: dict[str, Callable[[Scope], QuerySet[Matter]]] = {
        "matters_open_by_due": _of_a_class,
        "matters_opened": _page_of_requests,
        "matters_due": _due_in_a_week,
    }
    for index, page in pages.items():
        with reading(many.city.actor("of-all")) as scope:
            assert 0 < len(page(scope)) <= 170
            plan = page(scope).explain(analyze=True)
        assert index in plan and "Seq Scan on matters_matter" not in plan, plan
        assert "Rows Removed by Filter" not in plan, plan
