"""The matters that are told act by act: every act is taken in its turn, and the city has some of every type."""

from collections import Counter
from pathlib import Path

from pytest_django import Settings

from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import all_types
from jingwei.kernel.measures.compute import compute
from jingwei.kernel.measures.registry import measure_of
from jingwei.surfaces.console.answer import Answer
from jingwei.surfaces.console.demo import packs_folder
from jingwei.surfaces.console.pack.check import check
from jingwei.surfaces.console.pack.enter import enter
from jingwei.surfaces.console.pack.tables import read_pack
from jingwei.surfaces.console.practice.carrying import turns
from jingwei.surfaces.console.practice.carrying.told import carry_told
from jingwei.surfaces.console.practice.command import appoint_people, founding, write_practice_pack
from jingwei.surfaces.console.practice.days import ZONE
from jingwei.surfaces.console.practice.invented import Wanted, invent

WANTED = Wanted(5, 60, 0, "2026-11-26")
READER = system("tests", "matter.read", "measures.read")


def test_some_of_every_type_with_their_days_and_figures(
    db: None, fresh_snapshots: None, tmp_path: Path, settings: Settings
) -> None:
    settings.FILES = tmp_path / "files"
    invented = invent(WANTED, packs_folder() / "practice")
    write_practice_pack(tmp_path / "city", invented)
    pack = read_pack(tmp_path / "city")
    layers = check(pack)
    assert pack.problems == []
    enter(pack, layers, now=founding(WANTED))
    appoint_people(tmp_path / "city", WANTED, Answer(as_json=True))
    turns.forget()
    told = carry_told(invented)
    turns.forget()
    matters = list(Matter.objects.all())
    types = Counter(one.type for one in matters)
    assert set(types) == {one.key for one in all_types() if one.classes == "own"}
    assert told == len(matters) and min(types.values()) >= 3
    assert {"cancelled", "rectifying", "plan", "found", "executing", "closed", "carried_over"} <= {
        one.state for one in matters
    }
    open_ones = [one for one in matters if one.closed_at is None]
    assert all(Clock.objects.filter(stream_id=one.pk).exists() for one in open_ones)
    with reading(READER) as scope:
        as_of = WANTED.ends.replace(tzinfo=ZONE)
        (major,) = compute(scope, measure_of("hazard.major"), as_of=as_of)
        (late,) = compute(scope, measure_of("hazard.rectifying_overdue"), as_of=as_of)
    assert (major.numerator, late.numerator) == (1, 1)
