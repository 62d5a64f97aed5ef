"""What the papers promise exists: console commands, settings, files."""

import argparse
import re
from pathlib import Path

from jingwei.surfaces.console.main import parser
from tests.architecture.tree import ROOT

PAPERS = [ROOT / name for name in ("README.md", "README.zh.md", "ARCHITECTURE.md", "CONTRIBUTING.md")]
PAPERS += sorted((ROOT / "docs").rglob("*.md"))
SETTING = re.compile(r"\b(?:JINGWEI_[A-Z][A-Z_]+|DATABASE_URL)\b")
LINK = re.compile(r"\]\(([^)#:]+)\)")


def text_of(paths: list[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def leaves() -> dict[str, argparse.ArgumentParser]:
    """Every command by its words (`city create`, `up`, …)."""
    found = {}

    def walk(one: argparse.ArgumentParser, words: tuple[str, ...]) -> None:
        below = [action for action in one._actions if isinstance(action, argparse._SubParsersAction)]
        if not below and words:
            found[" ".join(words)] = one
        for action in below:
            for name, child in action.choices.items():
                walk(child, (*words, name))

    walk(parser(), ())
    return found


def known_commands() -> set[str]:
    return set(leaves())


def named_commands(text: str) -> set[str]:
    groups = {one.split()[0] for one in known_commands() if " " in one}
    found = set()
    for match in re.finditer(r"\bjingwei ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", text):
        first, second = match.groups()
        found.add(f"{first} {second}" if first in groups and second else first)
    return found - groups


def test_every_command_the_papers_name_is_there() -> None:
    code = "\n".join(re.findall(r"`[^`\n]*`|```.*?```", text_of(PAPERS), re.S))
    named = named_commands(code)
    assert len(named) > 8
    assert named <= known_commands()


def test_every_argument_of_the_console_says_what_it_is() -> None:
    silent = {(words, one.dest) for words, command in leaves().items() for one in command._actions if not one.help}
    assert silent == set()


def test_every_setting_is_in_the_operators_paper_and_every_one_there_is_read() -> None:
    read = set(SETTING.findall(text_of(sorted((ROOT / "src").rglob("*.py")))))
    told = set(SETTING.findall((ROOT / "docs/guides/operations.md").read_text(encoding="utf-8")))
    assert told - read == set()
    assert read - told == set()


def test_every_link_between_papers_leads_somewhere() -> None:
    broken = []
    for paper in PAPERS:
        for target in LINK.findall(paper.read_text(encoding="utf-8")):
            if not (paper.parent / target).exists():
                broken.append(f"{paper.name}: {target}")
    assert broken == []


def test_the_architecture_paper_is_short() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) < 200


def test_every_file_the_life_of_a_command_names_is_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:kernel|surfaces|kit|capabilities|installation)/[\w/]+\.py)", text))
    assert len(named) > 12
    assert {name for name in named if not (ROOT / "src/jingwei" / name).is_file()} == set()
