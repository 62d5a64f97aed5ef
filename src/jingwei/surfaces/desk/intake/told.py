"""What the intake page brought back: what was typed, and what the clerk chose against what was proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jingwei.kernel.matters.types import FREE_WORDS, Field, MatterType
from jingwei.kernel.places.finding import ADDRESS_FIELD
from jingwei.kernel.values.words import Text
from jingwei.kit.intake import asked_fields

CHANNELS: Mapping[str, Text] = {
    "phone": Text("电话", "Telephone"),
    "counter": Text("窗口来访", "Counter"),
    "letter": Text("来信", "Letter"),
    "message": Text("短信或留言", "Message"),
    "patrol": Text("巡查发现", "Found on a round"),
    "transfer": Text("上级或其他单位转来", "Passed on"),
}
"""How it came to the desk; the city's word `channel.KEY` goes before."""

PLACED = (ADDRESS_FIELD, "place_note")
_LONGEST = 60


@dataclass(frozen=True)
class Told:
    """One filling in of the page. A choice counts as the clerk's only where it differs from what was proposed."""

    type: MatterType
    post: Mapping[str, str]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """The declared fields that a report asks for, the long text first: that is what the caller begins with."""
        return tuple(sorted(asked_fields(self.type, staff=True), key=lambda one: one.kind != "text"))

    @property
    def what(self) -> Sequence[Field]:
        """Those that say what it is about."""
        return [one for one in self.fields if one.key not in PLACED]

    @property
    def where(self) -> Sequence[Field]:
        """Those that say where it is."""
        return [one for one in self.fields if one.key in PLACED]

    @property
    def words(self) -> str:
        """Everything typed that may tell the class: never what is sealed."""
        free = [one for one in self.what if one.kind in FREE_WORDS and not one.sealed]
        return "\n".join(self.post.get(one.key, "") for one in free).strip()

    @property
    def address(self) -> str:
        """Where the caller says it is."""
        return self.post.get(ADDRESS_FIELD, "").strip()

    @property
    def unit(self) -> str:
        """Code of the unit that it is for, in types whose report names it; "" where the routing rules decide."""
        return self.post.get("unit", "").replace("\0", "")[:_LONGEST] if self.type.names_unit else ""

    @property
    def channel(self) -> str:
        """How it came; by telephone if nobody said."""
        asked = self.post.get("channel", "")
        return asked if asked in CHANNELS else next(iter(CHANNELS))

    def chosen(self, name: str) -> str:
        """What the clerk chose or typed for `category` or `cell`; "" where the proposal was left as it was."""
        other, picked = (self.post.get(key, "").replace("\0", "") for key in (f"other_{name}", name))
        other = other.strip()
        if other:
            return other[:_LONGEST]
        return picked[:_LONGEST] if picked != self.post.get(f"proposed_{name}", "") else ""
