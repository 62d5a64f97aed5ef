"""Every column of every table sent along with every form and every report: nothing but what is asked for is written."""

import uuid
from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client

from jingwei.kernel.matters.models import Matter
from jingwei.kernel.writes import GuardedModel
from tests.city import City
from tests.hostile.attack import taken_back
from tests.hostile.forms import Form
from tests.hostile.test_forms import forms, send
from tests.surfaces.api.conftest import REPORT, partner_of
from tests.surfaces.conftest import SignIn

NUMBER, KEY, DAY, WORD = "27182818", "5e1f5e1f-5e1f-4e1f-8e1f-5e1f5e1f5e1f", "1987-06-05", "selfmade"
MARKS = {
    models.IntegerField: NUMBER,
    models.BigIntegerField: NUMBER,
    models.UUIDField: KEY,
    models.ForeignKey: KEY,
    models.DateTimeField: f"{DAY}T04:03:02Z",
    models.DateField: DAY,
}
"""What is sent for a column of this kind, else a word; none of them stands in any row of the city."""


def columns() -> dict[str, str]:
    """The name and the attribute of every column of every guarded table and of the accounts, each with its mark."""
    found = dict[str, str]()
    for model in apps.get_models():
        if issubclass(model, GuardedModel) or model._meta.app_label == "agencies":
            for field in model._meta.concrete_fields:
                mark = next((mark for kind, mark in MARKS.items() if isinstance(field, kind)), WORD)
                found |= {field.name: mark, field.attname: mark}
    return found


def marked() -> list[str]:
    """The tables with a row that holds one of the marks; not the record of failed sign-ins, which holds what came."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
        names = [name for (name,) in cursor.fetchall() if not name.startswith("axes_")]
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name} AS row WHERE row::text ~ %s)"  # noqa: S608  # our own tables
                for name in names
            ),
            ["|".join((NUMBER, KEY, KEY.replace("-", ""), DAY, WORD))] * len(names),
        )
        return [name for (name,) in cursor.fetchall()]


def written_by(client: Client, form: Form) -> tuple[bool, list[str]]:
    """Whether the form was taken with everything besides sent along, and where a mark stands afterwards."""
    more = {name: mark for name, mark in columns().items() if name not in form.sent}
    with taken_back():
        answer = send(client, form, urlencode({**form.sent, **more}))
        return answer.status_code < HTTPStatus.BAD_REQUEST, marked()


@pytest.mark.proof
def test_no_form_writes_a_column_that_it_does_not_ask_for(city: City, sign_in: SignIn) -> None:
    assert marked() == []
    taken, wrong = 0, []
    for client, form in [one for one in forms(city, sign_in) if one[1].method == "post"]:
        done, tables = written_by(client, form)
        taken += done
        wrong += [f"{form.action}: {table}" for table in tables]
    assert wrong == []
    assert taken >= 20, "most forms were refused for something else, then nothing was tried"


def test_the_interface_refuses_a_column_that_it_does_not_ask_for(city: City) -> None:
    partner, before = partner_of("intake"), Matter.objects.count()
    asked = {*REPORT, "type", "area", "channel", "fields", "files", "contact", "title", "address"}
    for name in sorted(columns().keys() - asked):
        answer = partner.post({**REPORT, name: columns()[name]}, uuid.uuid4().hex)
        assert HTTPStatus.BAD_REQUEST <= answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, name
    assert Matter.objects.count() == before
