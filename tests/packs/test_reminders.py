"""A broken reminders.toml is named with what is wrong in it, and nothing is made of it."""

import shutil
from pathlib import Path

import pytest

from jingwei.surfaces.console.pack.check import check
from jingwei.surfaces.console.pack.tables import Pack, read_pack

PACKS = Path(__file__).parents[2] / "packs"
CHANNEL = """[channel.sms]
kind = "http"
title = { zh = "短信", en = "Text message" }
url = "https://sms.example.com/send"
success = { status = [200] }
"""


def checked(folder: Path, written: str | bytes) -> Pack:
    """The Boston pack with these reminders, read and checked."""
    shutil.copytree(PACKS / "boston", folder / "city")
    shutil.copytree(PACKS / "calendars", folder / "calendars")
    (folder / "city" / "reminders.toml").write_bytes(written if isinstance(written, bytes) else written.encode())
    pack = read_pack(folder / "city")
    check(pack)
    return pack


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[ladder.U1\nrungs = 1", "reminders.toml"),
        ("[ladder.U1]\nrungs = [[50, 0]]\n[ladder.U1]\nrungs = []", "reminders.toml"),
        (b"[ladder.U1]\nrungs = [[50, 0]] # \xff", "reminders.toml"),
        ("[siren.loud]\nrungs = 1", "there is no part siren"),
        ("ladder = 3", "ladder holds tables such as [ladder.NAME]"),
        ("[ladder]\nU1 = [[50, 0]]", "ladder holds tables such as [ladder.NAME]"),
        ("[ladder.U1]\nrungs = 'often'", "ladder.U1"),
        ("[urging.urge]\npause_hours = -1", "urging.urge"),
        (CHANNEL.replace("url", "adress"), "channel.sms: adress is not known"),
        (CHANNEL + 'body = { text = "{title}" }', "channel.sms: {title} is not one of"),
        (CHANNEL + 'body = { text = "{sign}" }', "channel.sms: {sign} is not one of"),
        (CHANNEL + 'sign = { key = "{secret}" }', "channel.sms: sign is not a table of key, text"),
        (CHANNEL + 'sign = { key = "{secret}", text = "{address}" }', "channel.sms: sign.text is not a text"),
        (CHANNEL + 'sign = { key = "{secret}", text = "", unit = "h" }', "channel.sms: sign.unit"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, written: str | bytes, said: str) -> None:
    problems = checked(tmp_path, written).problems
    assert problems and {one.file for one in problems} == {"reminders.toml"}
    assert any(said in f"{one.file} {one.what.en}" for one in problems), problems
    assert all(one.what.zh and one.remedy.zh and one.remedy.en for one in problems)


def test_a_sound_one_is_taken(tmp_path: Path) -> None:
    ladder = "[ladder.U1]\nrungs = [[50, 0], [100, 1]]\n"
    assert checked(tmp_path, ladder + CHANNEL).problems == []
