"""The program of the guide runs as it stands."""

import pytest

from jingwei.kit.publishing import figures
from tests.city import City
from tests.surfaces.api.examples import example_of, run


def test_the_example_reads_collections_counts_and_cells(
    city: City, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "_counted", lambda *_: {"T1": 23, "T2": 40})
    run(example_of("features.md"), "https://city.example.org/api/features", address="203.0.113.77")
    said = capsys.readouterr().out
    assert "cells 网格 [[117.0, 36.0, 117.4, 36.2]]" in said and "网格 cells: 4" in said
    assert said.index("西区 40") < said.index("东区 25")
