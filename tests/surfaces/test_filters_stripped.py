"""With every filter of the code stripped the database still shows nobody what is not theirs, on any page or file."""

import sys

import pytest
from django.db.models import Q

from jingwei.kernel.matters import policies
from tests.surfaces.conftest import is_same_everywhere
from tests.surfaces.test_scope import MARKS, ONE, OUT_OF_SCOPE, Shown, _asked, address, looked, make, shown

__all__ = ["shown"]

STRIPPED = {"in_scope": lambda _actor: Q(), "may_read": lambda _actor, _matter: True}
"""The filters, as they were if somebody forgot them."""


@pytest.fixture
def stripped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the filters away wherever they were imported to."""
    for module in list(sys.modules.values()):
        for name, nothing in STRIPPED.items():
            if module.__dict__.get(name) is policies.__dict__[name] and module is not policies:
                monkeypatch.setattr(module, name, nothing)
    for name, nothing in STRIPPED.items():
        monkeypatch.setattr(policies, name, nothing)


@pytest.mark.proof
def test_without_filters_nobody_learns_of_a_foreign_matter(shown: Shown, stripped: None) -> None:
    before = {reader: looked(shown, reader) for reader in OUT_OF_SCOPE}
    matter = make(shown)
    secrets = [*MARKS.values(), matter.number, str(matter.pk)]
    assert matter.number in looked(shown, "own-area")["/work/ /work/"], "in scope it is shown, or the test is blind"
    for reader in OUT_OF_SCOPE:
        for asked, text in looked(shown, reader).items():
            told = [one for one in secrets if one in text and one not in before[reader][asked]]
            assert not told, f"{reader} reads {told} at {asked}"
        for route in sorted(ONE):
            real, never = address(route, number=matter.number), address(route)
            for answer, absent in _asked(shown, reader, real, never):
                assert is_same_everywhere(answer, absent), f"{reader}: {real}"
