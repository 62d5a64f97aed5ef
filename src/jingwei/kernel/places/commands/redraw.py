"""Redrawing: from a day on other areas and boundaries are in force; what was located before keeps its cell."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from jingwei.kernel.commands.actor import Actor, Decision, by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.places.commands.enter import Shape, boundary
from jingwei.kernel.places.models import Area, Boundary, Succession
from jingwei.kernel.places.tree import width
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

_GRANT = "places.edit"
_OUTSIDE = Text(
    "要调整的区域不都在您这个岗位的范围内；请由上一级办理。",
    "Not all of these areas lie within the reach of your post: whoever is in charge of the area above redraws them.",
)


@dataclass(frozen=True, kw_only=True)
class NewArea:
    """An area that begins; `follows` are the codes of those that end for it: a split, a merger, or both."""

    code: str
    level: str
    parent: str
    name: tuple[str, str]  # Chinese, English
    shape: Shape | None = None
    follows: tuple[str, ...] = ()
    cell: bool = True  # nothing will ever lie below it: it needs one number


@dataclass(frozen=True, kw_only=True)
class Redrawn:
    """An area that goes on within another boundary."""

    code: str
    shape: Shape


@dataclass(frozen=True, kw_only=True)
class RedrawAreas(Command):
    """调整区划: areas end, begin, and change their boundaries on one day; nothing of before that day changes."""

    from_on: datetime.date
    basis: str  # the decision it rests on
    ends: tuple[str, ...] = ()  # codes
    adds: tuple[NewArea, ...] = ()  # parents before their children
    redraws: tuple[Redrawn, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EnterBoundary(Command):
    """录入边界: the first boundary of an area that had none until now."""

    code: str
    from_on: datetime.date
    shape: Shape


@handles(EnterBoundary, grant=_GRANT)
def enter_boundary(work: Work, command: EnterBoundary) -> Result:
    """Refuses where the area has a boundary: changing it is a redraw."""
    area = locked(work, [command.code]).get(command.code)
    if area is None:
        raise unknown_area(command.code)
    known = work.parts(Boundary, area)
    work.authorise(_GRANT, may_edit(work.actor, [(area.lft, area.rgt)]))
    work.require(not_in_force(area, command.from_on), place="code")
    work.require(_HAS_ONE if any(one.until_on is None for one in known) else None, place="code")
    work.insert(boundary(work, area, command.shape, command.from_on))
    work.record(area, "places.boundary_entered", {"code": area.code, "from": command.from_on})
    work.raise_edition("places")
    return {"area": str(area.pk)}


@handles(RedrawAreas, grant=_GRANT)
def redraw_areas(work: Work, command: RedrawAreas) -> Result:
    """One act, whole or not at all: every area named is locked, so that two redraws never cross."""
    old = locked(work, _named(command))
    shapes = {code: work.parts(Boundary, old[code]) for code in _drawn_anew(command) if code in old}
    new = {one.code: _opened(work, one, old, command.from_on) for one in command.adds} if _fits(command, old) else {}
    work.authorise(_GRANT, may_edit(work.actor, [(area.lft, area.rgt) for area in old.values()]))
    for problem in _problems(command, old, shapes):
        work.require(problem)
    _number(new.values(), command.adds, old)
    for code in command.ends:
        _end(work, old[code], shapes[code], command)
    for redrawn in command.redraws:
        _redraw(work, old[redrawn.code], shapes[redrawn.code], redrawn.shape, command)
    for one in command.adds:
        _begin(work, new[one.code], one, old, command)
    work.raise_edition("places")
    work.raise_edition("agencies")  # a post's reach is read from its area
    return {"added": len(command.adds), "ended": len(command.ends), "redrawn": len(command.redraws)}


def may_edit(actor: Actor, spans: Collection[tuple[int, int]]) -> Decision:
    """Whoever holds the grant, in one post, over all of these areas, each told by its interval (`lft`, `rgt`)."""
    coarse = by_grant(actor, _GRANT)
    within = (
        duty
        for duty in actor.duties
        if _GRANT in duty.grants and all(duty.area[0] <= lft and rgt <= duty.area[1] for lft, rgt in spans)
    )
    duty = next(within, None)
    return coarse if not coarse.allowed else Decision(duty is not None, _OUTSIDE, duty)


def _named(command: RedrawAreas) -> set[str]:
    begun = {one.code for one in command.adds}
    parents = {one.parent for one in command.adds} - begun
    return {*command.ends, *(one.code for one in command.redraws), *parents, *begun}


def _drawn_anew(command: RedrawAreas) -> list[str]:
    return [*command.ends, *(one.code for one in command.redraws)]


def locked(work: Work, codes: Iterable[str]) -> dict[str, Area]:
    """The areas with these codes that there are, locked in the order of their ids."""
    keys = sorted(Area.objects.filter(code__in=set(codes)).values_list("pk", flat=True))
    heads = [work.lock(Area, key) for key in keys]
    return {head.code: head for head in heads}


def _opened(work: Work, one: NewArea, old: Mapping[str, Area], from_on: datetime.date) -> Area:
    area = Area(
        id=work.new_id(),
        code=one.code,
        level=one.level,
        name_zh=one.name[0],
        name_en=one.name[1],
        from_on=from_on,
    )
    return work.open(area)


def _fits(command: RedrawAreas, old: Mapping[str, Area]) -> bool:
    """Whether every new code is new; the problem itself is told after the grant was asked."""
    codes = [one.code for one in command.adds]
    return len(set(codes)) == len(codes) and not set(codes) & set(old)


def _problems(
    command: RedrawAreas, old: Mapping[str, Area], shapes: Mapping[str, Sequence[Boundary]]
) -> Iterable[Text | None]:
    """All that must be true, each as None or the sentence why not."""
    if not (command.ends or command.adds or command.redraws):
        yield Text("没有要调整的内容。", "There is nothing to redraw.")
    yield from _problems_of_codes(command, old)
    begun = {one.code for one in command.adds}
    for code in _drawn_anew(command):
        if code not in old:
            raise unknown_area(code)
        yield not_in_force(old[code], command.from_on)
        if any(one.from_on >= command.from_on for one in shapes[code]):
            yield Text(
                f"“{code}”的边界在这一天或之后已有变动；请取更晚的日期。",
                f"The boundary of “{code}” changes on that day or later already; take a later day.",
            )
    for one in command.adds:
        if one.parent not in old and one.parent not in begun:
            raise unknown_area(one.parent)
        if one.parent in command.ends:
            yield Text(f"“{one.code}”的上级“{one.parent}”将撤销。", f"“{one.parent}”, above “{one.code}”, ends.")
        yield not_in_force(old[one.parent], command.from_on) if one.parent in old else None
        for code in one.follows:
            if code not in command.ends:
                yield Text(
                    f"“{one.code}”接替的“{code}”并未撤销。", f"“{one.code}” follows “{code}”, which does not end."
                )
    yield from _orphans(command, old)


def _problems_of_codes(command: RedrawAreas, old: Mapping[str, Area]) -> Iterable[Text | None]:
    seen: set[str] = set()
    for code in [*_drawn_anew(command), *(one.code for one in command.adds)]:
        if code in seen:
            yield Text(f"“{code}”出现两次。", f"“{code}” is named twice.")
        seen.add(code)
    for one in command.adds:
        if one.code in old:
            yield Text(
                f"编码“{one.code}”用过；编码不重复使用，请取新编码。",
                f"The code “{one.code}” was used; a code is never used again: take a new one.",
            )


def _orphans(command: RedrawAreas, old: Mapping[str, Area]) -> Iterable[Text]:
    """An area may end only with all that is below it."""
    ended = [old[code].pk for code in command.ends]
    left = Area.objects.filter(parent__in=ended, until_on=None).exclude(pk__in=ended).order_by("code")
    for area in left[:1]:
        yield Text(
            f"“{area.code}”还在要撤销的区域之下；请一并撤销，或先撤销它。",
            f"“{area.code}” is below an area that ends; end it as well.",
        )


def _number(new: Iterable[Area], adds: Sequence[NewArea], old: Mapping[str, Area]) -> None:
    """Gives the new areas numbers that were never given before, within those of their parents. Raises Invalid."""
    areas = {area.code: area for area in new}
    free = _free_numbers({one.parent for one in adds} - set(areas), old)
    widths = _widths(adds)
    for one in adds:
        parent = areas.get(one.parent) or old[one.parent]
        wanted = widths[one.code]
        lft = free[one.parent]
        if lft + wanted - 1 > parent.rgt:
            raise _no_room(one.parent)
        area = areas[one.code]
        area.parent, area.lft, area.rgt = parent, lft, lft + wanted - 1
        free[one.parent], free[one.code] = lft + wanted, lft + 1


def _widths(adds: Sequence[NewArea]) -> dict[str, int]:
    """How many numbers each new area takes; children come after their parents."""
    used = {one.code: 0 for one in adds}
    widths = {}
    for one in reversed(adds):
        widths[one.code] = width(used[one.code], innermost=one.cell)
        if one.parent in used:
            used[one.parent] += widths[one.code]
    return widths


def _free_numbers(parents: Iterable[str], old: Mapping[str, Area]) -> dict[str, int]:
    """The first number in each parent behind all areas it ever had."""
    ids = {old[code].pk: code for code in parents}
    free = {code: old[code].lft + 1 for code in ids.values()}
    for parent, rgt in Area.objects.filter(parent__in=list(ids)).values_list("parent_id", "rgt"):
        free[ids[parent]] = max(free[ids[parent]], rgt + 1)
    return free


def _end(work: Work, area: Area, shapes: Sequence[Boundary], command: RedrawAreas) -> None:
    area.until_on = command.from_on
    work.save(area, "until_on")
    _end_boundary(work, shapes, command.from_on)
    followers = [one.code for one in command.adds if area.code in one.follows]
    facts = {"code": area.code, "from": command.from_on, "basis": command.basis, "followed_by": followers}
    work.record(area, "places.area_ended", facts)


def _redraw(work: Work, area: Area, shapes: Sequence[Boundary], shape: Shape, command: RedrawAreas) -> None:
    _end_boundary(work, shapes, command.from_on)
    work.insert(boundary(work, area, shape, command.from_on))
    facts = {"code": area.code, "from": command.from_on, "basis": command.basis}
    work.record(area, "places.boundary_redrawn", facts)


def _end_boundary(work: Work, shapes: Sequence[Boundary], on: datetime.date) -> None:
    for one in shapes:
        if one.until_on is None:
            one.until_on = on
            work.save(one, "until_on")


def _begin(work: Work, area: Area, one: NewArea, old: Mapping[str, Area], command: RedrawAreas) -> None:
    work.insert(area)
    if one.shape is not None:
        work.insert(boundary(work, area, one.shape, command.from_on))
    work.insert(*(Succession(id=work.new_id(), area=area, earlier=old[code]) for code in one.follows))
    facts = {"code": area.code, "level": area.level, "from": command.from_on, "basis": command.basis}
    work.record(area, "places.area_entered", {**facts, "follows": list(one.follows)})


def not_in_force(area: Area, on: datetime.date) -> Text | None:
    """Why an area cannot be used on that day."""
    if area.from_on <= on and area.until_on is None:
        return None
    return Text(f"“{area.code}”在这一天不是有效区域。", f"“{area.code}” is not an area in force on that day.")


def unknown_area(code: str) -> Invalid:
    """The refusal for a code that no area has."""
    return Invalid(Text(f"没有区域 {code}。", f"There is no area {code}."), place="code")


def _no_room(code: str) -> Invalid:
    reason = Text(
        f"“{code}”的预留编号已用完；请撤销“{code}”，另立新区域，把在用的下级放在新区域之下。",
        f"“{code}” has no numbers left: end it, and enter a new area in its place with what is below it.",
    )
    return Invalid(reason, place="parent")


_HAS_ONE = Text("该区域已有边界；改边界请用调整区划。", "The area has a boundary; to change it, redraw it.")
