"""Whatever is sent, the interface answers with one of its declared refusals or takes the report; it never breaks."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingwei.surfaces.api.bodies import ReportBody
from tests.surfaces.api.conftest import REPORT, Partner

_ANSWERS = {201, 400, 403, 404, 413, 422}  # 404: there is no such kind of matter
_usual = settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
_words = st.text(max_size=40) | st.sampled_from(
    ["ROAD-1", "PARK-1", "T1-01", "T", "117.3", "36.05", "-0", "1e5", "\u0000"]
)
_json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=4),
    max_leaves=8,
)
_bodies = st.dictionaries(st.sampled_from(ReportBody.__struct_fields__) | _words, _json, max_size=6)


def _check(partner: Partner, body: bytes, key: str | None = None) -> None:
    answer = partner.post(body, key)
    assert answer.status_code in _ANSWERS, (body, answer.content)
    problem = json.loads(answer.content)
    assert answer.status_code == 201 or (problem["status"] == answer.status_code and problem["reason"])


@_usual
@given(body=_bodies)
def test_any_json_object(partner: Partner, body: dict[str, Any]) -> None:
    _check(partner, json.dumps({**REPORT, **body}).encode())


@_usual
@given(body=st.binary(max_size=200))
def test_any_bytes(partner: Partner, body: bytes) -> None:
    _check(partner, body)


@_usual
@given(key=st.text(st.characters(min_codepoint=32, max_codepoint=255), min_size=1, max_size=250))
def test_any_request_key(partner: Partner, key: str) -> None:
    _check(partner, json.dumps(REPORT).encode(), key)


@pytest.mark.proof
@settings(_usual, max_examples=3000)
@given(body=_json | _bodies)
def test_any_json_at_length(partner: Partner, body: Any) -> None:
    _check(partner, json.dumps(body).encode())
