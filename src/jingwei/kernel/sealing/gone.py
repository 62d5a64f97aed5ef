"""What stands in the place of a member that is no more: when it was erased, and by which law."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from jingwei.kernel.values.words import Text

BASES: Mapping[str, Text] = MappingProxyType(
    {
        "pipl47": Text("《个人信息保护法》第四十七条", "PIPL, article 47"),
        "gdpr17": Text("欧盟《通用数据保护条例》第十七条", "GDPR, article 17"),
    }
)
"""The laws by which somebody may ask for an erasure, by the key that the row and the record keep."""

TERM = "term"
"""The basis of what is destroyed with its matter."""

GROUNDS: Mapping[str, Text] = MappingProxyType({**BASES, TERM: Text("保存期限已满", "the term of retention was over")})
"""Everything by which something may have been erased."""


@dataclass(frozen=True, slots=True)
class Gone(Text):
    """Words in the place of a value; never a value themselves."""

    def __str__(self) -> str:
        return self.zh


GONE = Gone("（已清除）", "(erased)")
"""What stands there where the row does not say when: its key is gone, and nothing else is known."""


@dataclass(frozen=True, slots=True)
class Ground:
    """On which day something was erased, and by which law."""

    on: datetime.date
    basis: str

    def words(self) -> Gone:
        """What stands in the place of the value."""
        law = GROUNDS.get(self.basis, Text(self.basis, self.basis))
        return Gone(f"（{self.on} 已清除，依据{law.zh}）", f"(erased on {self.on}: {law.en})")

    def kept(self) -> list[str]:
        """As the row keeps it."""
        return [self.on.isoformat(), self.basis]


def words_of(kept: list[str]) -> Gone:
    """What a row keeps of an erasure, in words."""
    return Ground(datetime.date.fromisoformat(kept[0]), kept[1]).words()


def held(members: Mapping[str, Any]) -> dict[str, Any]:
    """The members that still have a value."""
    return {name: value for name, value in members.items() if not isinstance(value, Gone)}
