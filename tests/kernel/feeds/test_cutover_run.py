"""A cut-over under way: the same statements for many rows as for few, two at once, and one killed in the middle."""

import datetime
import re
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest

from jingwei.kernel.feeds.cutover import run
from jingwei.kernel.feeds.cutover.run import Asked, CutOver, cut_over
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.models import ExternalNumber, Matter
from jingwei.kernel.tables.reading import read_workbook
from jingwei.surfaces.console.answer import Answer, Faults, Misuse
from jingwei.surfaces.console.feeds import commands, cutover
from tests.city import City
from tests.clones import Clone, in_threads
from tests.workbooks import book

HEADS = ("编号", "状态", "受理时间", "类别", "承办单位", "标题")
UNTIL = datetime.datetime(2026, 11, 20, 10, tzinfo=datetime.UTC)


def old_file(folder: Path, count: int, state: str = "处置中") -> Path:
    rows = [[f"A{number}", state, "2026-11-03 09:00", "路面坑洞", "道路局", "坑"] for number in range(count)]
    path = folder / f"old{count}{state}.xlsx"
    path.write_bytes(book({"未结": [HEADS, *rows]}))
    return path


def asked(folder: Path, count: int) -> Asked:
    return Asked("旧", old_file(folder, count), type="grid_event", until=UNTIL)


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement and COPY sent meanwhile, by its first words."""
    sent: list[str] = []
    with monkeypatch.context() as patch:
        for name in ("execute", "executemany", "copy"):
            before = getattr(psycopg.Cursor, name)

            def told(cursor: object, *words: object, _before: object = before, **more: object) -> object:
                sent.append(str(words[0])[:60])
                return _before(cursor, *words, **more)  # type: ignore[operator]

            patch.setattr(psycopg.Cursor, name, told)
        yield sent


@pytest.mark.parametrize("do", [False, True])
def test_many_rows_cost_no_more_statements_than_few(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, do: bool
) -> None:
    cut_over("tests", asked(tmp_path, 1), do=False)  # what is read once a process is read
    with counting(monkeypatch) as few:
        cut_over("tests", asked(tmp_path, 3), do=False)
    with counting(monkeypatch) as many:
        done = cut_over("tests", asked(tmp_path, 90), do=do)
    assert done.counts["carried"] == 90
    assert len(plain(few)) == len(plain(many)), (few, many)


def plain(sent: list[str]) -> list[str]:
    """Without what only marks where a transaction begins and ends."""
    return [one for one in sent if not one.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]


def test_two_at_once_carry_over_each_row_once(clone: Clone, tmp_path: Path) -> None:
    tasks = [partial(cut_over, "tests", asked(tmp_path, 40), do=True) for _ in range(2)]
    answers = in_threads(tasks)
    assert all(isinstance(one, CutOver) for one in answers), answers
    counts = [one.counts for one in answers if isinstance(one, CutOver)]
    assert sorted(one["carried"] for one in counts) == [0, 40]
    assert [one["refused"] for one in counts] == [0, 0]
    assert Matter.objects.count() == ExternalNumber.objects.count() == 40
    assert verify(clone.owner).faults == []


def test_what_is_killed_in_the_middle_goes_on_where_it_was(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "ROWS_A_BATCH", 7)

    def stop(_: str, done: int, __: int) -> None:
        if done >= 14:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_over("tests", asked(tmp_path, 20), do=True, progress=stop)
    assert Matter.objects.count() == 14
    again = cut_over("tests", asked(tmp_path, 20), do=True)
    assert (again.counts["carried"], again.counts["stands"]) == (6, 14)


class Said(Answer):
    """What the console would print."""

    def __init__(self) -> None:
        super().__init__(as_json=False)
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)


def given(folder: Path, file: Path, **more: object) -> Namespace:
    usual = {"map": None, "type": "", "sheet": "", "as_of": "2026-11-20 18:00", "language": "zh-hans", "do": False}
    return Namespace(**{**usual, "source": "旧", "file": file, "out": folder / "report.xlsx", "city": "", **more})


@pytest.fixture
def console(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """The console's commands in this process, which serves the test city already."""
    for module in (cutover, commands):
        monkeypatch.setattr(module, "enter_city", lambda _: "tests")


def test_on_the_console_a_dry_run_then_the_words_then_done_then_compared(console: None, tmp_path: Path) -> None:
    file, said = old_file(tmp_path, 3, "处理中"), Said()
    with pytest.raises(Faults, match="3 rows are refused"):
        cutover.cut_over(given(tmp_path, file, type="grid_event"), said)
    assert "words not mapped: 1" in said.lines and not Matter.objects.exists()
    with pytest.raises(Misuse, match="must not exist yet"):
        cutover.cut_over(given(tmp_path, file), said)
    back = tmp_path / "report.xlsx"
    cutover.cut_over(given(tmp_path, file, type="grid_event", map=back, out=tmp_path / "done.xlsx", do=True), said)
    assert "carried    3" in said.lines and Matter.objects.filter(state="processing").count() == 3
    numbers = {line[11] for line in read_workbook(tmp_path / "done.xlsx")[2].lines[1:]}
    assert all(re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}", str(number)) for number in numbers) and len(numbers) == 3
    compared = Namespace(feed="旧", file=file, out=tmp_path / "differences.csv", city="", language="zh-hans")
    said = Said()
    commands.compare_feed(compared, said)
    assert said.lines == ["both systems agree"]
    with pytest.raises(Misuse, match="no moment"):
        cutover.cut_over(given(tmp_path, file, out=tmp_path / "x.xlsx", as_of="gestern"), said)
    with pytest.raises(Faults, match="type"):
        cutover.cut_over(given(tmp_path, file, source="other", out=tmp_path / "y.xlsx"), said)
