"""The program of the guide runs as it stands, with a key and without one."""

import pytest

from jingwei.kernel.matters.models import Matter
from tests.city import City
from tests.surfaces.api.conftest import partner_of
from tests.surfaces.api.examples import example_of, run


@pytest.mark.parametrize("post", ["", "intake"])
def test_the_example_reports_and_reads(city: City, capsys: pytest.CaptureFixture[str], post: str) -> None:
    arguments = [partner_of(post).secret] if post else []
    run(example_of("open311.md"), "https://city.example.org/api/open311/v2", "36.05", "117.3", *arguments)
    said = capsys.readouterr().out
    assert Matter.objects.get().channel == "open311"
    assert "路面坑洞" in said and "open 已上报" in said


def test_the_example_says_why_not(city: City) -> None:
    with pytest.raises(SystemExit, match="不在本市的任何一格里"):
        run(example_of("open311.md"), "https://city.example.org/api/open311/v2", "37", "117.3")
