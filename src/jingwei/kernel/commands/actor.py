"""Who acts: a person by the posts held, a partner's key, a named part of the system, or the public."""

import uuid
from dataclasses import dataclass
from typing import Literal, NamedTuple

from jingwei.kernel.values.grants import missing
from jingwei.kernel.values.words import Text

EVERYWHERE = (0, 2**31 - 1)
"""The interval of the whole area tree."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One post held now: its grants, and the matters they reach."""

    post: uuid.UUID
    unit: uuid.UUID
    role: str
    title: Text
    grants: frozenset[str]
    area: tuple[int, int]  # the interval of the area tree that the post serves, both ends included
    whole_area: bool  # False: only matters that its own unit handles (a department); True: all matters of the area
    stands_in_for: uuid.UUID | None = None  # the person on leave in whose place the post is exercised

    @property
    def reference(self) -> str:
        """How the ledger names the post in whose exercise something is done: with the person stood in for, if any."""
        return f"{self.post};for:{self.stands_in_for}" if self.stands_in_for else str(self.post)

    def reaches(self, area_lft: int, unit: uuid.UUID | None) -> bool:
        """Whether a matter at this place of the tree, handled by `unit`, is within this post's reach."""
        inside = self.area[0] <= area_lft <= self.area[1]
        return inside and (self.whole_area or unit == self.unit)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts or reads, with everything scope is decided by; built once a request (`agencies.actors`)."""

    kind: Literal["person", "key", "system", "public"]
    name: str  # what a screen shows
    id: uuid.UUID | None = None
    duties: tuple[Duty, ...] = ()
    language: str = "zh-hans"
    history: bool = False  # records what happened elsewhere and before: nobody is told, no clock fires

    @property
    def reference(self) -> str:
        """How the ledger names the actor: an id, never a person's name."""
        return f"{self.kind}:{self.id}" if self.id else f"{self.kind}:{self.name}" if self.name else self.kind

    def holds(self, grant: str) -> bool:
        """Whether any duty carries the grant, wherever: the coarse question asked before a row is touched."""
        return any(grant in duty.grants for duty in self.duties)

    def duty_for(self, grant: str, area_lft: int, unit: uuid.UUID | None) -> Duty | None:
        """The first duty that carries the grant and reaches a matter there; grants of two posts are never added up."""
        for duty in self.duties:
            if grant in duty.grants and duty.reaches(area_lft, unit):
                return duty
        return None


class Decision(NamedTuple):
    """The answer of a policy: allowed, as the holder of which post, or why not. `found=False`: out of scope."""

    allowed: bool
    reason: Text | None = None
    duty: Duty | None = None
    found: bool = True


def by_grant(actor: Actor, grant: str) -> Decision:
    """The decision for what is not tied to a place (rulebook, posts, areas): whoever holds the grant may."""
    for duty in actor.duties:
        if grant in duty.grants:
            return Decision(True, duty=duty)
    return Decision(False, missing(grant))


NOBODY = uuid.UUID(int=0)
"""The post and unit of actors that hold none."""


def system(name: str, *grants: str, history: bool = False) -> Actor:
    """A named part of the system (`import:boston311`, `clock`), with the grants it needs and no others, everywhere."""
    title = Text(f"系统：{name}", f"System: {name}")
    duty = Duty(NOBODY, NOBODY, "system", title, frozenset(grants), EVERYWHERE, True)
    return Actor("system", name, duties=(duty,), history=history)


def public(*grants: str) -> Actor:
    """The public: may do what `grants` says (report, follow by code), wherever; reads nothing in lists."""
    duty = Duty(NOBODY, NOBODY, "public", Text("公众", "Public"), frozenset(grants), EVERYWHERE, True)
    return Actor("public", "", duties=(duty,))
