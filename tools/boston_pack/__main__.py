"""
Makes the derived files of packs/boston: `python -m tools.boston_pack DATA`.

DATA is a folder with boston311/requests.csv.gz and boston_areas/*.geojson.gz (packs/boston/SOURCES.md names where they
come from). Written by hand, and read here: catalogue.csv, area_names.csv. The same data gives the same files.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from shapely import STRtree, make_valid, points
from shapely.geometry import shape

from tools.boston_pack.areas import Areas, write_areas
from tools.boston_pack.holidays import write_calendar
from tools.boston_pack.limits import write_limits
from tools.boston_pack.routing import write_routing
from tools.boston_pack.sample import write_sample
from tools.boston_pack.source import NO_PLACE, PACK, Cases, read_cases, read_table, write_table


def main(arguments: list[str]) -> int:
    """Writes everything; 2 where the argument is wrong."""
    if len(arguments) != 1 or not (Path(arguments[0]) / "boston311").is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    data = Path(arguments[0])
    cases, areas = read_cases(data), Areas(data)
    codes = category_codes()
    cells = locate(cases, areas)
    write_areas(areas)
    write_calendar()
    header = ("subject", "reason", "type", "code")
    write_table(PACK / "feeds" / "catalogue_codes.csv", header, ((*titles, code) for titles, code in codes.items()))
    write_routing(cases, codes, areas, cells)
    write_limits(cases, codes)
    placed = {row["case_enquiry_id"] for row in cases.rows if (row["longitude"], row["latitude"]) != NO_PLACE}
    write_sample(cases, placed - set(cells))
    return 0


def category_codes() -> dict[tuple[str, ...], str]:
    """The code of each (subject, reason, type) by the English titles of the catalogue."""
    rows = {row["code"]: row for row in read_table(PACK / "catalogue.csv")}
    codes: dict[tuple[str, ...], str] = {}
    for code, row in rows.items():
        if code.count("-") == 2:
            reason = rows[row["parent"]]
            codes[rows[reason["parent"]]["title_en"], reason["title_en"], row["title_en"]] = code
    return codes


def locate(cases: Cases, areas: Areas) -> Mapping[str, str]:
    """The tract each case lies in; none for those without a known place or outside all tracts."""
    tree = STRtree([make_valid(shape(tract.geometry)) for tract in areas.tracts])
    known = [row for row in cases.rows if (row["longitude"], row["latitude"]) != NO_PLACE]
    places = points([(float(row["longitude"]), float(row["latitude"])) for row in known])
    found: dict[str, str] = {}
    for case, tract in zip(*tree.query(places, predicate="intersects"), strict=True):
        found.setdefault(known[case]["case_enquiry_id"], areas.tracts[tract].properties["geoid"])
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
