"""The type of `tests.procedure`, installed for one test, in the test city."""

import pytest

from tests.city import City
from tests.procedure import Procedure, install


@pytest.fixture
def procedure(city: City, monkeypatch: pytest.MonkeyPatch) -> Procedure:
    """The procedure in the test city."""
    install(monkeypatch)
    return Procedure(city)
