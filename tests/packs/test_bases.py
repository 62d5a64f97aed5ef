"""Each value that a city is founded with says on what it rests: the document that the pack cites, or where it is."""

import re
from pathlib import Path

import pytest

from jingwei.kernel.rulebook.commands import SetManyValues
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR
from jingwei.surfaces.console.pack import enter
from jingwei.surfaces.console.pack.check import check
from jingwei.surfaces.console.pack.tables import read_pack

PACKS = Path(__file__).parents[2] / "packs"
PLACE = {
    "practice": r"建城时的数据包 practice：(\S+)",
    "boston": r"(\S+) of the pack boston, with which the city was founded",
}
DRAWN = {"practice": "建城时随机生成", "boston": "drawn by chance when the city was founded"}


@pytest.mark.parametrize("name", PLACE)
def test_what_cites_no_document_says_where_it_stands(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[object] = []
    monkeypatch.setattr(enter, "execute", lambda _, command, *__, **___: commands.append(command))
    pack = read_pack(PACKS / name)
    enter.enter(pack, check(pack))
    values = [value for one in commands if isinstance(one, SetManyValues) for value in one.values]
    bases = {f"{value.parameter}/{value.subject}": value.basis for value in values}
    files = {subject: found[1] for subject, basis in bases.items() if (found := re.fullmatch(PLACE[name], basis))}
    assert {file for file in files.values() if not (PACKS / name / file).is_file()} == set()
    assert files["city/title"] == files["word/level.cell"] == files[f"calendar/{CITY_CALENDAR}"] == "pack.toml"
    assert bases["draw/seed"] == DRAWN[name]
    assert {f"category/{row['code']}" for _, row in pack.rows("catalogue.csv")} <= set(files)
    cited = [row["basis"] for _, row in pack.rows("limits.csv") if row["basis"]]
    assert cited and set(cited) <= set(bases.values())
    assert all(bases.values()) and len({*files.values()}) >= 4
