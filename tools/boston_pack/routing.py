"""Routing rules: the department that took most cases of a reason or type, and the street districts by area."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from tools.boston_pack.areas import Areas
from tools.boston_pack.source import PACK, Cases, Row, write_table

UNITS = {"PWDx": "PWD", "BTDT": "BTD", "BPS_": "BPS", "BHA_": "BHA", "No Q": "INFO"}  # others: same code
FROM = "2011-07-01"
STREET_REASONS = ("PW-HW", "PW-SC")  # most of their cases stand in the queue of a Public Works district
_QUEUE = "PWDx_District "
_FEW = 10  # an area needs as many cases before its majority says anything

Rule = tuple[str, int, str, str, str, str, str, str]


def write_routing(cases: Cases, codes: Mapping[tuple[str, ...], str], areas: Areas, cells: Mapping[str, str]) -> None:
    """Writes routing.csv; `cells`: the tract each located case lies in."""
    rules = [*_by_area(cases, codes, areas, cells), *_by_category(cases, codes)]
    basis = "Calls nobody else takes go back to the 311 centre"
    rules.append(("fallback", 900, "", "", "", "INFO", FROM, basis))
    header = ("rule", "priority", "category", "area", "condition", "unit", "from_on", "basis")
    write_table(PACK / "routing.csv", header, rules)


def _by_area(
    cases: Cases, codes: Mapping[tuple[str, ...], str], areas: Areas, cells: Mapping[str, str]
) -> Iterable[Rule]:
    """Street reasons: an area's majority district queue; a smaller area only where it differs from the one above."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in cases.rows:
        if not row["queue"].startswith(_QUEUE) or _reason(row, codes) not in STREET_REASONS:
            continue
        unit = f"PWD-{row['queue'][len(_QUEUE) :].partition(':')[0]}"
        area = cells.get(row["case_enquiry_id"], "")
        while area in areas.parents:
            counts[area][unit] += 1
            area = areas.parents[area]
    chosen = {area: _majority(count) for area, count in counts.items() if count.total() >= _FEW}
    levels = {"PD": 200, "NB": 100}
    for reason in STREET_REASONS:
        for area in sorted(chosen):
            above = chosen.get(areas.parents[area])
            if area[:2] not in levels or chosen[area] == above:
                continue
            unit, count = chosen[area], counts[area]
            basis = f"{count[unit]} of {count.total()} street cases of the area stood in this district's queue in 2011"
            yield (f"{reason}-{area}", levels[area[:2]], reason, area, "", unit, FROM, basis)


def _by_category(cases: Cases, codes: Mapping[tuple[str, ...], str]) -> Iterable[Rule]:
    """A reason's majority department, and a type's where it differs."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in cases.rows:
        unit = UNITS.get(row["department"], row["department"])
        counts[_reason(row, codes)][unit] += 1
        counts[_type(row, codes)][unit] += 1
    for code in sorted(counts):
        unit, count = _majority(counts[code]), counts[code]
        reason = code.rpartition("-")[0]
        if reason in counts and _majority(counts[reason]) == unit:
            continue
        basis = f"{count[unit]} of {count.total()} cases of this kind stood with this unit in 2011"
        yield (code, 300 if reason in counts else 400, code, "", "", unit, FROM, basis)


def _type(row: Row, codes: Mapping[tuple[str, ...], str]) -> str:
    return codes[row["subject"], row["reason"], row["type"]]


def _reason(row: Row, codes: Mapping[tuple[str, ...], str]) -> str:
    return _type(row, codes).rpartition("-")[0]


def _majority(count: Counter[str]) -> str:
    return min(count, key=lambda unit: (-count[unit], unit))
