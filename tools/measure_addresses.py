"""Measures how well addresses are read and matched: `tools/measure_addresses.py company_addresses.csv.gz [CITY …]`.

The file (a column `address`, no labels) is cut in two by a hash of each address. A sheet of cells is derived from one
half: a cell is a hundred house numbers of a road, with the buildings named beside it. The other half is matched.
What is right is taken from a plain pattern for road and number, not from the code under test.
"""

import argparse
import csv
import datetime
import gzip
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from jingwei.kernel.places.addresses.gazetteer import Gazetteer, KnownName
from jingwei.kernel.places.addresses.grammar import read
from jingwei.kernel.places.addresses.matching import AreaNames, match

DAY = datetime.date(2026, 1, 1)
CITIES = ("上海", "北京", "深圳", "广州", "杭州")
BUILDING = re.compile(r"[\u4e00-\u9fff]{2,8}(?:大厦|大楼|广场|花园|科技园|软件园|产业园|工业园|创业园|中心)")
PLAIN = re.compile(r"([\u4e00-\u9fff]{1,5}(?:大道|大街|路|街))(\d{1,4})号(?!楼|线)")
ABOVE = re.compile(r".*(?:省|市|区|县|镇|乡|街道|新城|开发区|园区)(?=[\u4e00-\u9fff]{2})")
HUNDRED = 100


def addresses(path: Path) -> list[str]:
    """The distinct addresses of a file."""
    with gzip.open(path, "rt", encoding="utf-8") as text:
        return sorted({row["address"].strip() for row in csv.DictReader(text)})


def plain(address: str) -> tuple[str, int] | None:
    """Road and number by the plain pattern, where exactly one is said."""
    found = PLAIN.findall(address)
    if len(found) != 1:
        return None
    road = ABOVE.sub("", found[0][0])
    return (road, int(found[0][1])) if len(road) > 1 and int(found[0][1]) else None


def rewritten(address: str) -> Iterator[str]:
    """The same address in other hands: full-width digits, the old character, numerals in words."""
    yield address.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    yield address.replace("号", "號")
    yield re.sub(r"\d+(?=号)", lambda found: "".join("〇一二三四五六七八九"[int(digit)] for digit in found[0]), address)
    yield re.sub(r"(?<=\d)(?=号)", " ", address)


def reading(rows: Iterable[str]) -> tuple[int, int, int, int]:
    """(addresses with one road and number, read so, rewritten ones, read as before)."""
    total = right = others = same = 0
    for address in rows:
        truth = plain(address)
        if truth is None:
            continue
        total += 1
        right += any(number == truth[1] and road.endswith(truth[0]) for road, number in _roads(address))
        for other in rewritten(address):
            others += 1
            same += any(number == truth[1] and road.endswith(truth[0]) for road, number in _roads(other))
    return total, right, others, same


def _roads(address: str) -> set[tuple[str, int | None]]:
    return {(one.road, one.number) for one in read(address).roads}


def halves(rows: Iterable[str]) -> tuple[list[str], list[str]]:
    """Cut by a hash, so that the cut is the same everywhere."""
    parts: tuple[list[str], list[str]] = ([], [])
    for address in rows:
        parts[hashlib.sha256(address.encode()).digest()[0] % 2].append(address)
    return parts


def cell_of(truth: tuple[str, int]) -> str:
    """The cell of a road and number: a hundred numbers of it."""
    return f"{truth[0]}/{truth[1] // HUNDRED}"


def sheet(rows: Iterable[str]) -> list[KnownName]:
    """The names of cells that one half teaches; a building that is said in two cells is left to both."""
    names: dict[str, set[tuple[str, str, int | None, int | None]]] = defaultdict(set)
    for address in rows:
        truth = plain(address)
        if truth is None:
            continue
        low = truth[1] // HUNDRED * HUNDRED
        names[cell_of(truth)].add(("road", truth[0], low, low + HUNDRED - 1))
        for building in BUILDING.findall(PLAIN.sub(" ", address)):
            names[cell_of(truth)].add(("estate", building, None, None))
    return [
        KnownName(code, kind, name, low, high, "", "sheet", DAY, None)
        for code, known in sorted(names.items())
        for kind, name, low, high in sorted(known, key=str)
    ]


def matching(rows: list[str]) -> Counter[str]:
    """Outcomes of matching the second half against the sheet of the first."""
    learnt, asked = halves(rows)
    names = sheet(learnt)
    gazetteer, areas = Gazetteer(names), AreaNames([])
    cells = {name.code for name in names}
    buildings = {name.name for name in names if name.kind == "estate"}
    roads = {name.name for name in names if name.kind == "road"}
    counts: Counter[str] = Counter(cells=len(cells), names=len(names))
    for address in asked:
        truth = plain(address)
        if truth is not None and cell_of(truth) in cells:
            found = match(address, DAY, gazetteer, areas, {})
            _count(counts, "whole", found.code, cell_of(truth), [one.code for one in found.proposals])
            hidden = PLAIN.sub(" ", address)
            if any(building in hidden for building in buildings):
                found = match(hidden, DAY, gazetteer, areas, {})
                _count(counts, "building", found.code, cell_of(truth), [one.code for one in found.proposals])
        elif not any(name in address for name in buildings | roads):
            counts["unknown"] += 1
            counts["unknown_given"] += bool(match(address, DAY, gazetteer, areas, {}).code)
        elif truth is not None:
            counts["beyond"] += 1  # its road or building is on the sheet, its hundred is not
            counts["beyond_given"] += bool(match(address, DAY, gazetteer, areas, {}).code)
    return counts


def _count(counts: Counter[str], kind: str, code: str, truth: str, proposals: list[str]) -> None:
    counts[kind] += 1
    counts[f"{kind}_right"] += code == truth
    counts[f"{kind}_wrong"] += code not in ("", truth)
    counts[f"{kind}_proposed"] += not code and truth in proposals


def main() -> None:
    """Prints the figures of docs/guides/addresses.md."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("file", type=Path)
    asked.add_argument("cities", nargs="*", default=CITIES)
    given = asked.parse_args()
    rows = addresses(given.file)
    total, right, others, same = reading(rows)
    print(f"{len(rows)} addresses, {total} with one road and number")
    print(f"read: {right} ({right / total:.1%}); rewritten: {same} of {others} ({same / others:.1%})")
    whole: Counter[str] = Counter()
    for city in given.cities:
        counts = matching([row for row in rows if city in row])
        whole.update(counts)
        print(city, dict(counts))
    print("all", dict(whole))
    for kind in ("whole", "building"):
        given_cell = whole[f"{kind}_right"] + whole[f"{kind}_wrong"]
        print(
            f"{kind}: {whole[kind]} asked, {whole[f'{kind}_right'] / whole[kind]:.1%} right, "
            f"{whole[f'{kind}_wrong'] / whole[kind]:.1%} wrong, "
            f"{whole[f'{kind}_proposed'] / whole[kind]:.1%} proposed; "
            f"of cells given {whole[f'{kind}_right'] / given_cell:.1%} right"
        )
    print(f"unknown places given a cell: {whole['unknown_given']} of {whole['unknown']}")
    print(f"known road or building, other hundred, given a cell: {whole['beyond_given']} of {whole['beyond']}")


if __name__ == "__main__":
    main()
