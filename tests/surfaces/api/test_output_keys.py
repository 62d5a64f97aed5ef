"""What each asker is told by name: exactly the keys of a list that a person reads before it grows."""

import json
from collections.abc import Iterator
from typing import Any

from tests.city import POSTS, City
from tests.surfaces.api.conftest import REPORT, Partner, partner_of

TITLED = {".en", ".zh"}
TAKEN = {"due", "follow_code", "matter", "number", "receipt"}
SHOWN = {
    *("area", "category", "closed_at", "due_at", "matter", "number", "opened_at", "state", "type", "unit"),
    *(f"state_title{one}" for one in TITLED),
}
PROBLEM = {"place", "reason", "status"}
CATEGORIES = {*("code", "leaf", "parent", "type", "urgency"), *(f"title{one}" for one in TITLED)}
AREAS = {*("code", "level", "parent"), *(f"name{one}" for one in TITLED)}
TYPES = {
    *("key", "names_unit", "public", "version", *(f"title{one}" for one in TITLED)),
    *("fields.choices", "fields.choices.key", "fields.key", "fields.kind", "fields.required"),
    *(f"fields.{part}{one}" for part in ("title", "choices.title") for one in TITLED),
    *("states.key", *(f"states.title{one}" for one in TITLED)),
}
"""The keys of each answer, those of a list without its places; no contact, no words of a report, nobody's name."""


def keys_of(answer: Any, above: str = "") -> Iterator[str]:
    """The paths of all keys; that of a list that is empty stands for itself."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            yield from keys_of(value, f"{above}.{name}" if above else name)
    elif isinstance(answer, list) and answer:
        for one in answer:
            yield from keys_of(one, above)
    else:
        yield above


def told(asker: Partner, path: str) -> set[str]:
    return set(keys_of(json.loads(asker.get(path).content)))


def test_an_asker_is_told_these_keys_and_no_others(city: City, stranger: Partner) -> None:
    matter = city.report(cell="T1-01")
    askers = {"nobody": stranger, **{code: partner_of(code) for code, *_ in POSTS}}
    reports = {}
    for post, asker in askers.items():
        found = told(asker, f"reports/{matter.number}")
        assert found in (SHOWN, PROBLEM), post
        assert told(asker, "categories") == CATEGORIES, post
        assert told(asker, "areas") == AREAS, post
        assert told(asker, "types") - {""} <= TYPES, post  # nothing at all for whoever reports nothing
        reports[post] = set(keys_of(json.loads(asker.post(REPORT).content)))
        assert reports[post] in (TAKEN, PROBLEM), post
    assert reports["nobody"] == reports["intake"] == TAKEN
    assert reports["operator"] == reports["administrator"] == PROBLEM
    assert told(askers["intake"], f"reports/{matter.number}") == SHOWN
    for post in ("nobody", "operator", "administrator", "grid-west"):
        assert told(askers[post], f"reports/{matter.number}") == PROBLEM, post
