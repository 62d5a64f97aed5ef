"""`jingwei handbook`: the pages of every installed type, written from the declarations."""

import argparse
from pathlib import Path
from typing import Any

from jingwei.surfaces.console.answer import Answer
from jingwei.surfaces.console.process import become


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """`handbook`."""
    written = commands.add_parser("handbook", parents=[shared], help="write the handbook of every type as Markdown")
    written.add_argument("--to", type=Path, required=True, help="the folder; pages of types that are gone are removed")
    written.set_defaults(run=handbook)


def handbook(given: argparse.Namespace, answer: Answer) -> None:
    """No city is asked: what a type says holds in all."""
    become(given.city or "none")
    from jingwei.kit.handbook.markdown import pages

    every = pages()
    given.to.mkdir(parents=True, exist_ok=True)
    for left in {path.name for path in given.to.glob("*.md")} - set(every):
        (given.to / left).unlink()
    for name, text in every.items():
        (given.to / name).write_text(text, encoding="utf-8")
    answer.give({"folder": str(given.to), "pages": sorted(every)})
    answer.say(f"{len(every)} pages in {given.to}")
