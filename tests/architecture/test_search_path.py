"""A process serves the one city it was started for: nothing but its settings ever names the schema search path.

The function that has its owner's rights is held to the schema it was made in, so that no other table is put under it.
"""

import pytest
from pytest_django import Settings

from jingwei.project.migrating import OnlyInACity
from tests.architecture.tree import shown, source_modules, within

OWNED = "kernel/matters/migrations/0019_parts_in_sight.py"


def test_only_installation_and_settings_name_the_search_path() -> None:
    speakers = {shown(path) for path in source_modules() if "search_path" in path.read_text(encoding="utf-8")}
    allowed = {
        shown(path)
        for path in source_modules()
        if within(path, "installation", "project/settings", "project/settings.py", OWNED)
    }
    assert speakers <= allowed
    assert speakers, "no module fixes the city of a process any more: then this test has lost its subject"


@pytest.mark.parametrize(("city", "answer"), [("", False), ("tested", None)])
def test_a_process_without_a_city_makes_no_tables(settings: Settings, city: str, answer: bool | None) -> None:
    settings.CITY = city
    assert OnlyInACity().allow_migrate("default", "matters") is answer
