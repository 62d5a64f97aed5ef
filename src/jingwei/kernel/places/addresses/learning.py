"""What of an address may be remembered for next time: estates, villages, stretches of road; never a door."""

from collections.abc import Iterator, Sequence

from jingwei.kernel.places.addresses.grammar import read
from jingwei.kernel.places.addresses.writing import written
from jingwei.kernel.places.commands.naming import PlainName, alias_problem, block_of


def lessons(address: str, area_names: Sequence[str] = ()) -> list[PlainName]:
    """The names that may be remembered, the narrowest first; names of areas of the city are taken out before."""
    plain = written(address)
    for name in sorted({written(name) for name in area_names}, key=len, reverse=True):
        plain = plain.replace(name, " ") if len(name) > 1 else plain
    return [name for name in _names(plain) if alias_problem(name) is None]


def _names(plain: str) -> Iterator[PlainName]:
    parts = read(plain)
    yield from (PlainName(kind="estate", name=name) for name in parts.estates)
    yield from (PlainName(kind="village", name=name) for name in parts.villages)
    for one in parts.roads:
        if one.number is not None:
            low, high, side = block_of(one.number)
            yield PlainName(kind="road", name=one.road, low=low, high=high, side=side)
    if not parts.estates and not parts.villages:
        yield from (PlainName(kind="road", name=one.road) for one in parts.roads if one.number is None)
