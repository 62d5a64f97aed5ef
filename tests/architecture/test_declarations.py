"""Every declared type is sound, and every command can be reached by somebody."""

import dataclasses
import importlib
import pkgutil

import pytest

import jingwei
from jingwei.kernel.commands.registry import Command, catalogue
from jingwei.kernel.matters.apps import check_types
from jingwei.kernel.matters.types import MatterType, all_types
from tests.architecture.tree import ROOT

CALLERS = (
    "surfaces",
    "handoffs",
    "kit",
    "kernel/feeds",
    "kernel/matters/commands/ring.py",
    "kernel/reads/batches.py",
    "kernel/retention/carrying_out.py",
    "kernel/subjects/destroying.py",
    "kernel/subjects/forgetting.py",
    "kernel/matters/self_check",
)
"""Who sends commands: surfaces, their kit, hand-offs, feeds, timer, read log, what carries out lists of destruction,
what erases again, what forgets proofs, and the self-check."""


def every_module() -> None:
    for module in pkgutil.walk_packages(jingwei.__path__, "jingwei."):
        if ".commands" in module.name:
            importlib.import_module(module.name)


def subclasses(kind: type[Command]) -> set[type[Command]]:
    return {one for child in kind.__subclasses__() for one in {child, *subclasses(child)}}


def sources() -> str:
    found = []
    for caller in CALLERS:
        path = ROOT / "src/jingwei" / caller
        files = [path] if path.is_file() else sorted(path.rglob("*.py"))
        found += [file.read_text(encoding="utf-8") for file in files]
    return "\n".join(found)


def test_every_command_has_one_function_that_carries_it_out() -> None:
    every_module()
    ours = {one for one in subclasses(Command) if one.__module__.startswith("jingwei.")}
    assert len(ours) > 10
    assert ours == {one for one in catalogue() if one.__module__.startswith("jingwei.")}


def test_every_command_is_sent_by_somebody() -> None:
    every_module()
    said = sources()
    unsent = {one.__name__ for one in catalogue() if one.__module__.startswith("jingwei.") and one.__name__ not in said}
    assert unsent == set()


def test_every_declared_type_is_sound() -> None:
    assert {one.key for one in all_types()} >= {"grid_event", "feed_clash"}
    assert [problem for one in all_types() for problem in one.problems()] == []
    assert check_types() == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"initial": "nowhere"}, "initial state"),
        ({"basis": ""}, "legal basis"),
        ({"retention": ()}, "retention"),
        ({"clocks": ()}, "unknown clock"),
        ({"actions": ()}, "cannot be reached"),
    ],
)
def test_an_unsound_type_is_named(change: dict[str, object], said: str) -> None:
    sound = next(one for one in all_types() if one.key == "grid_event")
    fields = {one.name: getattr(sound, one.name) for one in dataclasses.fields(MatterType) if one.init}
    broken = MatterType(**{**fields, **change})
    assert any(said in problem for problem in broken.problems())
