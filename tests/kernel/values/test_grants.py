"""Every grant that a type or a pack names has a title in both languages."""

import tomllib
from pathlib import Path

from jingwei.kernel.matters.types import all_types
from jingwei.kernel.values.grants import TITLES, missing


def test_every_grant_of_the_types_has_a_title() -> None:
    named = {action.grant for one in all_types() for action in one.actions} | {one.report_grant for one in all_types()}
    assert named <= set(TITLES)


def test_every_grant_of_the_pack_has_a_title() -> None:
    roles = tomllib.loads((Path(__file__).parents[3] / "packs/boston/roles.toml").read_text(encoding="utf-8"))["role"]
    assert {grant for role in roles.values() for grant in role["grants"]} <= set(TITLES)


def test_a_refusal_says_what_is_lacking_in_both_languages() -> None:
    assert missing("matter.check").zh == "您的岗位没有“核查”权限。"
    assert "check" in missing("matter.check").en
