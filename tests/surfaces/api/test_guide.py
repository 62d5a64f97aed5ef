"""The program of the interface's guide runs as it stands."""

import pytest

from jingwei.kernel.matters.models import Matter
from tests.city import City
from tests.surfaces.api.conftest import partner_of
from tests.surfaces.api.examples import example_of, run

SITE = "https://city.example.org"


def test_the_example_acts_and_says_why_not(city: City, capsys: pytest.CaptureFixture[str]) -> None:
    matter, program = city.bring_to(city.report(cell="T1-01"), "filed"), example_of("api.md")
    run(program, SITE, partner_of("dispatcher").secret, matter.number, "dispatch", "unit=ROADS")
    assert "已办 done: dispatched" in capsys.readouterr().out
    run(program, SITE, partner_of("handler-roads").secret, matter.number, "sign")
    said = capsys.readouterr().out
    assert "已办 done: signed" in said and "可办 may do:" in said
    assert Matter.objects.get().state == "signed"
    with pytest.raises(SystemExit, match="404"):
        run(program, SITE, partner_of("grid-west").secret, matter.number, "sign")
