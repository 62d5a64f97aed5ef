"""Derives the limits from the given targets: which rule recomputes them, type by type."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.boston_pack.counting import TRIED, Counted, arrived, natural_day, no_holiday, weekday, working_day
from tools.boston_pack.source import PACK, Cases, moment, write_table

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "boston-limits.md"
BEGIN, END = "<!-- tables written by tools/boston_pack -->", "<!-- end of the tables -->"
FEWEST, SHARE = 25, 0.9  # targets a type must have, and the share a rule must explain, to be declared
SAME = 900.0  # seconds: the source reckons from the form's opening, open_dt is its saving, up to 12 minutes later
FROM = "2011-07-01"

_BY_ARRIVAL = arrived(weekday)
Terms = list[tuple[datetime.datetime, datetime.datetime]]


@dataclass(frozen=True)
class Found:
    """The rule that recomputes most targets of a type."""

    code: str
    title: str
    counting: str  # natural_day | working_day
    amount: int
    terms: Terms

    @property
    def counted(self) -> Counted:
        """The function that counts it."""
        return natural_day if self.counting == "natural_day" else _BY_ARRIVAL

    def fits(self, counted: Counted, seconds: float = SAME) -> int:
        """How many targets lie within so many seconds of the computed one."""
        return fitting(self.terms, counted, self.amount, seconds)


def fitting(terms: Terms, counted: Counted, amount: int, seconds: float = SAME) -> int:
    """How many given targets a rule recomputes."""
    return sum(abs((counted(start, amount) - target).total_seconds()) <= seconds for start, target in terms)


_OWN_BASIS = "own practice: who disagrees with a closing says so within 5 working days"
_OWN = (
    ("", "", "disagree", "working_day", 5, "day", _OWN_BASIS, FROM),
    *(
        ("IN", "", clock, counting, amount, unit, f"own practice: {basis}", FROM)
        for clock, counting, amount, unit, basis in (
            ("sign", "continuous", 30, "minute", "an instruction is signed for within 30 minutes"),
            ("handle", "working_day", 2, "day", "an instruction is answered within 2 working days"),
            ("redo", "working_day", 1, "day", "what is sent back is answered again within 1 working day"),
            ("decide", "working_day", 1, "day", "the centre confirms or instructs another unit within 1 working day"),
        )
    ),
)
"""Limits that are not found in the data: until when a resident may disagree with a closing, and those of instructions,
which the city's data does not know."""


def write_limits(cases: Cases, codes: Mapping[tuple[str, ...], str]) -> None:
    """Writes limits.csv and the tables of the guide."""
    terms: defaultdict[tuple[str, ...], Terms] = defaultdict(list)
    for row in cases.rows:
        start, target = moment(row["open_dt"]), moment(row["target_dt"])
        if start and target:
            terms[row["subject"], row["reason"], row["type"]].append((start, target))
    found = [best(codes[titles], titles[-1], some) for titles, some in terms.items() if len(some) >= FEWEST]
    found.sort(key=lambda one: (-len(one.terms), one.code))
    kept = [one for one in found if one.fits(one.counted) >= SHARE * len(one.terms)]
    header = ("category", "condition", "clock", "counting", "amount", "unit", "basis", "from_on")
    rows = [(one.code, "", "handle", one.counting, one.amount, "day", _basis(one), FROM) for one in kept]
    write_table(PACK / "limits.csv", header, sorted([*rows, *_OWN]))
    _write_guide(found, kept, sum(len(some) for some in terms.values()))


def best(code: str, title: str, terms: Terms) -> Found:
    """The natural or working days that fit most targets; natural days where both fit as many."""
    days = Counter((target.date() - start.date()).days for start, target in terms)
    natural = [day for day, _ in days.most_common(3) if day > 0]
    working = sorted({max(1, day * 5 // 7 + near) for day in natural if day <= 100 for near in (-1, 0, 1)})
    tried = [Found(code, title, "natural_day", amount, terms) for amount in natural]
    tried += [Found(code, title, "working_day", amount, terms) for amount in working]
    return max(tried, key=lambda one: one.fits(one.counted))


def _basis(one: Found) -> str:
    basis = f"derived from given targets, {one.fits(one.counted)} of {len(one.terms)}"
    if one.counting == "natural_day":
        return basis
    return f"{basis} counted from arrival ({one.fits(working_day)} from opening)"


def _write_guide(found: list[Found], kept: list[Found], targets: int) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    tables = "\n\n".join(("\n".join(_types(found, kept)), "\n".join(_ways(kept)), _sum(kept, targets)))
    GUIDE.write_text(f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}", encoding="utf-8")


def _types(found: list[Found], kept: list[Found]) -> Iterable[str]:
    yield "| type | code | rule | targets | within 2 s | within 60 s | within 15 min | from opening | declared |"
    yield "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | --- |"
    for one in found:
        rule = f"{one.amount} {one.counting.replace('_', ' ')}{'s' * (one.amount > 1)}"
        fits = [one.fits(one.counted, seconds) for seconds in (2, 60, SAME)]
        opening = one.fits(working_day) if one.counting == "working_day" else fits[-1]
        declared = "yes" if one in kept else "no"
        cells = (one.title, one.code, rule, len(one.terms), *fits, opening, declared)
        yield f"| {' | '.join(str(cell) for cell in cells)} |"


def _ways(kept: list[Found]) -> Iterable[str]:
    yield "| way of counting | types found in natural days | types found in working days |"
    yield "| --- | ---: | ---: |"
    natural = [one for one in kept if one.counting == "natural_day"]
    working = [one for one in kept if one.counting == "working_day"]
    ways = {**TRIED, "working_day, from arrival, holidays off": arrived(no_holiday())}
    for name, counted in ways.items():
        fits = [sum(one.fits(counted) for one in some) for some in (natural, working)]
        yield f"| {name} | {fits[0]} | {fits[1]} |"
    yield f"| targets | {sum(len(one.terms) for one in natural)} | {sum(len(one.terms) for one in working)} |"


def _sum(kept: list[Found], targets: int) -> str:
    fits, all_of = sum(one.fits(one.counted) for one in kept), sum(len(one.terms) for one in kept)
    opening = sum(one.fits(working_day if one.counting == "working_day" else natural_day) for one in kept)
    return (
        f"{len(kept)} types are declared, with {all_of:,} of the {targets:,} given targets. Their rules recompute "
        f"{fits:,} of these ({fits / all_of:.2%}); {opening:,} ({opening / all_of:.2%}) if working days were counted "
        "from opening."
    )
