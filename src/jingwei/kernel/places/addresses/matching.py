"""Which cell an address means: a score from 0 to 100 with its reasons; below the threshold only proposals."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from jingwei.kernel.places.addresses.gazetteer import Gazetteer, Hit
from jingwei.kernel.places.addresses.writing import written
from jingwei.kernel.values.words import Text

THRESHOLD = 80  # measured: docs/guides/addresses.md
LEAD = 15  # points by which the best cell must lead the next, or the address is taken to be ambiguous
PROPOSALS = 5

# How sure one sign alone makes of a cell; two signs add up like independent witnesses.
_WEIGHTS: Mapping[str, float] = {
    "house_number": 0.93,
    "road_whole": 0.85,  # a road that the sheet gives to one cell without numbers
    "road_number_elsewhere": 0.2,
    "road_without_number": 0.45,
    "estate": 0.88,
    "village": 0.84,
    "short_name": 0.7,
    "area_named": 0.3,
}
_NEAR_FACTOR, _OTHER_AREA_FACTOR = 0.6, 0.25
_ALIAS_BONUS = 0.06

_WORDS: Mapping[str, Text] = {
    "house_number": Text("门牌号在“{name}”的号段内", "the house number lies in its range of “{name}”"),
    "road_whole": Text("“{name}”整条属于它", "all of “{name}” belongs to it"),
    "road_number_elsewhere": Text(
        "“{name}”经过它，但门牌号不在号段内", "“{name}” passes it, the number is not in range"
    ),
    "road_without_number": Text("“{name}”经过它，没有门牌号", "“{name}” passes it; no house number is said"),
    "estate": Text("“{name}”在它之内", "“{name}” lies in it"),
    "village": Text("村“{name}”在它之内", "the village “{name}” lies in it"),
    "short_name": Text("近似“{name}”", "close to “{name}”"),
    "near": Text("地址说的是在其附近", "the address says near it"),
    "area_named": Text("地址点到上级“{name}”", "the address names “{name}” above it"),
    "other_area": Text("地址点到的是别处“{name}”", "the address names “{name}”, which is elsewhere"),
    "alias": Text("此前由人工改定并记住", "remembered from a correction"),
    "also_fits": Text("另有网格同样符合", "another cell fits as well"),
}


class Area(Protocol):
    """What matching needs of an area of the tree."""

    @property
    def code(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def name(self) -> Text: ...
    @property
    def lineage(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Reason:
    """One sign for or against a cell. `name` is the city's own name for the place, never the reporter's words."""

    key: str
    name: str

    @property
    def words(self) -> Text:
        """The reason as a sentence."""
        told = _WORDS[self.key]
        return Text(told.zh.format(name=self.name), told.en.format(name=self.name))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A cell that an address may mean."""

    code: str
    score: int  # 0 to 100
    reasons: tuple[Reason, ...]
    alias: bool  # the strongest sign is a remembered one


@dataclass(frozen=True, slots=True)
class Matched:
    """The cell that an address means ("" if none is sure enough), and the cells it may mean, the best first."""

    code: str = ""
    proposals: tuple[Proposal, ...] = ()

    @property
    def best(self) -> Proposal | None:
        """The cell that it means."""
        return self.proposals[0] if self.code else None


@dataclass(slots=True)
class _Evidence:
    """What speaks for one cell."""

    doubt: float = 1.0
    strongest: float = 0.0
    alias: bool = False
    reasons: dict[Reason, None] = field(default_factory=dict)

    def add(self, weight: float, reason: Reason, *, alias: bool) -> None:
        self.doubt *= 1 - weight
        self.reasons[reason] = None
        if weight > self.strongest:
            self.strongest, self.alias = weight, alias


class AreaNames:
    """The names of the areas above the cells, found in an address to tell places of the same name apart."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self._areas = areas
        self._names = [(area, written(area.name.zh), written(area.name.en)) for area in areas]

    def named(self, plain: str) -> list[Area]:
        """The areas whose Chinese or English name the address says."""
        return [area for area, zh, en in self._names if zh in plain or (len(en) > 3 and en in plain)]


def match(
    text: str, day: datetime.date, gazetteer: Gazetteer, areas: AreaNames, lineages: Mapping[str, tuple[str, ...]]
) -> Matched:
    """The cell that an address means on that day; the same text, day and names always give the same answer."""
    plain = written(text)
    hits = _narrowest(list(gazetteer.find(plain, day)))
    if not hits:
        return Matched()
    named = areas.named(plain)
    elsewhere = {hit.name.code for hit in hits if _elsewhere(named, lineages.get(hit.name.code, ()))}
    found: dict[str, _Evidence] = {}
    for hit in dict.fromkeys(hits):
        key, weight = _sign(hit, [one for one in hits if one is hit or one.name.code not in elsewhere])
        evidence = found.setdefault(hit.name.code, _Evidence())
        alias = hit.name.origin == "alias"
        if Reason(key, hit.name.name) in evidence.reasons:
            continue  # addresses say the same name twice; that does not make it surer
        weight = min(0.99, weight + _ALIAS_BONUS) if alias else weight
        evidence.add(weight * (_NEAR_FACTOR if hit.near else 1), Reason(key, hit.name.name), alias=alias)
        for extra in ("near" if hit.near else "", "alias" if alias else ""):
            if extra:
                evidence.reasons[Reason(extra, "")] = None
    factors = _weigh_areas(named, found, lineages)
    return _decided(found, factors)


def _narrowest(hits: Sequence[Hit]) -> list[Hit]:
    """What a clerk remembered goes before the sheet; of ranges of a road that hold the number, the narrowest speak."""
    corrected = {hit.name.name for hit in hits if hit.name.origin == "alias" and hit.name.kind != "road"}
    hits = [
        hit for hit in hits if hit.name.kind == "road" or hit.name.name not in corrected or hit.name.origin == "alias"
    ]
    best: dict[tuple[str, int], tuple[int, bool]] = {}
    for hit in hits:
        if hit.number is not None and hit.name.kind == "road" and hit.name.holds(hit.number):
            key, rank = (hit.name.name, hit.number), (hit.name.breadth, hit.name.origin != "alias")
            best[key] = min(best.get(key, rank), rank)
    return [
        hit
        for hit in hits
        if (hit.name.name, hit.number or -1) not in best
        or (hit.name.breadth, hit.name.origin != "alias") == best[hit.name.name, hit.number or -1]
    ]


def _sign(hit: Hit, hits: Sequence[Hit]) -> tuple[str, float]:
    """Which sign a name is, and its weight; a name that several cells share is shared out between them."""
    name = hit.name
    key = _road_sign(hit) if name.kind == "road" else name.kind if hit.whole else "short_name"
    sharing = {
        other.name.code
        for other in hits
        if other.name.name == name.name and other.name.kind == name.kind and (key != "house_number" or _holds(other))
    }
    return key, _WEIGHTS[key] / len(sharing) ** 0.5


def _road_sign(hit: Hit) -> str:
    ranged = hit.name.low is not None or hit.name.high is not None or hit.name.side
    if not ranged:
        return "road_whole"
    if hit.number is None:
        return "road_without_number"
    return "house_number" if hit.name.holds(hit.number) else "road_number_elsewhere"


def _holds(hit: Hit) -> bool:
    return hit.number is not None and hit.name.holds(hit.number)


def _elsewhere(named: Sequence[Area], lineage: Sequence[str]) -> list[Area]:
    """The areas named that a cell does not lie in, unless one of the same level is named that it does lie in."""
    mine = {area.level for area in named if area.code in lineage}
    return [area for area in named if area.code not in lineage and area.level not in mine]


def _weigh_areas(
    named: Sequence[Area], found: Mapping[str, _Evidence], lineages: Mapping[str, tuple[str, ...]]
) -> dict[str, float]:
    """An area that the address names speaks for the cells below it, and against those below others of its level."""
    factors = {}
    for code, evidence in found.items():
        lineage = lineages.get(code, ())
        for area in named:
            if area.code in lineage:
                evidence.add(_WEIGHTS["area_named"], Reason("area_named", area.name.zh), alias=False)
        against = _elsewhere(named, lineage)
        for area in against:
            evidence.reasons[Reason("other_area", area.name.zh)] = None
        factors[code] = _OTHER_AREA_FACTOR if against else 1.0
    return factors


def _decided(found: Mapping[str, _Evidence], factors: Mapping[str, float]) -> Matched:
    scored = sorted(
        (-round(100 * (1 - evidence.doubt) * factors[code]), code, evidence) for code, evidence in found.items()
    )
    proposals = [
        Proposal(code, -score, tuple(evidence.reasons), evidence.alias) for score, code, evidence in scored[:PROPOSALS]
    ]
    best = proposals[0]
    unsure = len(proposals) > 1 and best.score - proposals[1].score < LEAD
    if unsure:
        proposals[0] = Proposal(best.code, best.score, (*best.reasons, Reason("also_fits", "")), best.alias)
    return Matched(best.code if best.score >= THRESHOLD and not unsure else "", tuple(proposals))
