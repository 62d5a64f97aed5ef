"""Where a matter is: what its address says, the cells it may mean with score and reasons, what may be remembered."""

from dataclasses import dataclass

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Detail
from jingwei.kernel.places.addresses.learning import lessons
from jingwei.kernel.places.commands import PlainName
from jingwei.kernel.places.finding import ADDRESS_FIELD, match_address
from jingwei.kernel.places.snapshot import Place, places_of
from jingwei.kernel.reads.note import Seen, seen
from jingwei.kernel.values.words import Text
from jingwei.surfaces.desk.matter_page import found_matter
from jingwei.surfaces.desk.queries import place_name

_HOW = {
    "by_point": Text("按坐标", "by its point"),
    "by_area": Text("按所选片区", "by the area named"),
    "by_address": Text("按地址", "by its address"),
    "by_alias": Text("按记住的地名", "by a remembered name"),
    "by_hand": Text("人工改定", "by hand"),
    "none": Text("没有定位", "not found"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A cell that the matter may be in."""

    code: str
    name: Text
    score: int | None
    reasons: tuple[Text, ...]
    key: int  # 1 to 9: the key that chooses it


@dataclass(frozen=True, slots=True)
class PlacePage:
    """What the page shows."""

    number: str
    version: int
    closed: bool
    address: str
    place: Text
    how: Text
    choices: tuple[Choice, ...]
    lessons: tuple[PlainName, ...]
    seen: Seen


def place_page(scope: Scope, number: str) -> PlacePage:
    """One matter's place. Raises Denied as not found. Two statements beside those of the actor."""
    head = found_matter(scope, number)
    detail = Detail.objects.get(pk=head.pk)
    places, today = places_of(scope), scope.today
    address = str(detail.fields.get(ADDRESS_FIELD, ""))
    found = match_address(address, today, places)
    choices = [
        Choice(
            one.code,
            place_name(scope, places.by_code[one.code].id),
            one.score,
            tuple(reason.words for reason in one.reasons),
            at,
        )
        for at, one in enumerate(found.proposals, 1)
    ]
    return PlacePage(
        number=head.number,
        version=head.version,
        closed=head.closed_at is not None,
        address=address,
        place=place_name(scope, head.area_id),
        how=_HOW[detail.located],
        choices=tuple(choices),
        lessons=tuple(lessons_of(scope, address)),
        seen=seen(head),
    )


def lessons_of(scope: Scope, address: str) -> list[PlainName]:
    """What may be remembered of an address, always in the same order."""
    above = [place for place in places_of(scope).in_force if not _is_cell(scope, place)]
    return lessons(address, [name for place in above for name in (place.name.zh, place.name.en)])


def _is_cell(scope: Scope, place: Place) -> bool:
    return places_of(scope).is_cell(place)
