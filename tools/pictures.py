"""Pictures of every page, from the demo's practice city: `make pictures`. Each page as the role that first uses it, in
Chinese and English, 390, 1440 and 3840 pixels wide, the main ones in the dark theme too; then sheets of many at once.

Files are named PAGE.ROLE.WIDTH.LANGUAGE.png, in `pictures/` (not in git). What a machine can see is in `found.txt`:
pages wider than the window, texts cut off, complaints of the console, pages that could not be taken.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import django
from playwright.sync_api import Browser, Error, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
HEIGHTS = {390: 844, 1440: 900, 3840: 2160}
LONGEST = 7000
"""How many pixels of a page are kept; what follows is more of a list."""
LANGUAGES = {"zh": "zh-hans", "en": "en"}
RESIDENT = "resident"

ROLES = (
    *(RESIDENT, "intake", "dispatcher", "handler", "checker", "supervisor", "unit_head", "grid_worker", "town_duty"),
    *("centre_head", "legal_officer", "archivist", "auditor", "data_protection", "administrator"),
    *("system_administrator", "audit_administrator", "safety_office", "project_office", "enterprise_office"),
)
"""In the order in which a page's first user is looked for."""

EACH_ROLE = ("/matters/<str:number>/",)
"""Pages that look otherwise to each role."""

MAIN = (
    *("/", "/report/", "/follow/", "/map/", "/figures/", "/work/", "/matters/<str:number>/", "/matters/new/"),
    *("/dispatch/", "/brief/", "/grid/", "/measures/"),
)
"""Those that are taken in the dark as well."""

SEEN = """() => {
  const found = [], root = document.documentElement, edge = root.clientWidth;
  if (root.scrollWidth > edge) found.push(`wider than the window by ${root.scrollWidth - edge}`);
  const meant = one => {
    const style = getComputedStyle(one);
    return style.position === 'absolute' || /auto|scroll/.test(style.overflowX) || style.textOverflow === 'ellipsis';
  };
  for (const one of document.querySelectorAll('main *, header *, footer *')) {
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    if (!box.width || style.visibility === 'hidden') continue;
    if (one.closest('svg, details:not([open]), select, [hidden]')) continue;
    if (![...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())) continue;
    let up = one;
    while (up && !meant(up)) up = up.parentElement;
    if (up) continue;
    const name = `${one.tagName.toLowerCase()}.${one.className} ${one.textContent.trim().slice(0, 30)}`;
    const cuts = style.overflowX !== 'visible' && style.display !== 'inline';
    if (cuts && one.scrollWidth > one.clientWidth + 1) found.push('cut off: ' + name);
    if (box.right > edge + 1 || box.left < -1) found.push('outside the window: ' + name);
  }
  return found.slice(0, 6);
}"""
"""What is wider than it may be; what scrolls by itself or ends in three dots is so on purpose."""

UNSTUCK = """() => {
  for (const one of document.querySelectorAll('body *'))
    if (getComputedStyle(one).position === 'sticky')
      Object.assign(one.style, { position: 'static', height: 'auto', maxHeight: 'none' });
  return document.documentElement.scrollHeight;
}"""
"""Bars that stay in sight would lie across the middle of a picture of the whole page."""


@dataclass
class Taker:
    """Takes the pictures of one site into one folder."""

    browser: Browser
    address: str
    logins: dict[str, tuple[str, str]]
    folder: Path
    widths: tuple[int, ...]
    languages: tuple[str, ...]
    only: str
    found: list[str] = field(default_factory=list)

    @contextmanager
    def reader(self, role: str) -> Iterator[Page]:
        """Somebody of this role with a browser of their own, signed in."""
        with self.browser.new_context(base_url=self.address, locale="zh-CN", reduced_motion="reduce") as context:
            page = context.new_page()
            page.set_default_timeout(60_000)
            if role != RESIDENT:
                page.goto("/login/")
                page.fill("#id_username", self.logins[role][0])
                page.fill("#id_password", self.logins[role][1])
                page.click("main button")
                page.wait_for_url(lambda address: "/login/" not in address)
            page.on("console", lambda said: self._heard(page, said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: self._heard(page, str(error)))
            yield page

    def _heard(self, page: Page, words: str) -> None:
        self.found.append(f"{page.url.removeprefix(self.address)}: {words[:200]}")

    def speak(self, page: Page, language: str, theme: str = "light") -> None:
        """The language and the colours of what is opened next."""
        said = {"django_language": LANGUAGES[language], "look": f"{theme}.normal.wide"}
        page.context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in said.items()])

    @contextmanager
    def spared(self, name: str) -> Iterator[None]:
        """What goes wrong with one page is a line among the found; the others are taken all the same."""
        try:
            yield
        except Error as error:
            self.found.append(f"{name}: not taken: {error.message.splitlines()[0]}")

    def take(self, page: Page, name: str, open_it: Callable[[], object]) -> None:
        """One page in every language and width that is wanted."""
        if not re.search(self.only, name):
            return
        for language in self.languages:
            with self.spared(f"{name}.{language}"):
                self.speak(page, language)
                page.set_viewport_size({"width": self.widths[0], "height": HEIGHTS[self.widths[0]]})
                open_it()
                self.in_each_width(page, name, language)

    def in_each_width(self, page: Page, name: str, language: str) -> None:
        """What is open now, without opening it anew: a page follows its window."""
        for width in self.widths:
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            self.keep(page, f"{name}.{width}.{language}", whole=width < 3840)

    def keep(self, page: Page, name: str, *, whole: bool = True) -> None:
        """The picture of what is shown, once it stands still."""
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(400 if page.query_selector("canvas, [data-map], .chart") else 60)
        self.found += [f"{name}: {one}" for one in page.evaluate(SEEN)]
        path, window = str(self.folder / f"{name}.png"), page.viewport_size
        if whole and window:
            down = min(LONGEST, max(window["height"], page.evaluate(UNSTUCK)))
            part = {"x": 0, "y": 0, "width": window["width"], "height": down}
            page.screenshot(path=path, full_page=True, clip=part, animations="disabled")  # type: ignore[arg-type]
        else:
            page.screenshot(path=path, animations="disabled")

    def take_all(self) -> None:
        """Every page as whoever uses it first, and the steps of a report."""
        from tests.pages import Given, every_page, name_of

        taken: set[str] = set()
        for role in (one for one in ROLES if one == RESIDENT or one in self.logins):
            began = time.monotonic()
            with self.spared(role), self.reader(role) as page:

                def ask(address: str, page: Page = page) -> Given:
                    answer = page.context.request.get(address, max_redirects=0)
                    kind = answer.headers.get("content-type", "")
                    return Given(answer.status, kind, answer.text() if kind.startswith("text/html") else "")

                pages = every_page(ask)
                for route, address in pages.distinct.items():
                    if route in taken and route not in EACH_ROLE:
                        continue
                    taken.add(route)
                    self.take(page, f"{name_of(route)}.{role}", lambda to=address: page.goto(to))  # type: ignore[misc]
                    if route in MAIN and 1440 in self.widths and re.search(self.only, name_of(route)):
                        self._in_the_dark(page, f"{name_of(route)}.{role}", address)
                print(f"{role}: {len(pages.opened)} pages, {time.monotonic() - began:.0f} s", flush=True)
        with self.spared("report-steps"), self.reader(RESIDENT) as page:
            self._report(page)

    def _in_the_dark(self, page: Page, name: str, address: str) -> None:
        with self.spared(f"{name}.dark"):
            self.speak(page, "zh", "dark")
            page.set_viewport_size({"width": 1440, "height": HEIGHTS[1440]})
            page.goto(address)
            self.keep(page, f"{name}.1440.dark")

    def _report(self, page: Page) -> None:
        """A resident's way through a report to its track; each step opened once and seen in every width."""
        if not re.search(self.only, "report-steps"):
            return
        for language in self.languages:
            self.speak(page, language)
            page.goto("/report/")
            page.fill("#text", "学校门口的路面有一个大坑，雨后积水看不见，学生骑车很危险。")
            page.check("[name=danger][value=no]:visible")
            page.locator("#classes .group").first.locator("summary").click()
            page.locator("#classes .pick:visible").first.click()
            for step, button in enumerate(("where", "contact", "review", "send"), start=1):
                if button == "contact":
                    page.fill("#address", "长虹北路 198 号门口")
                with page.expect_navigation():
                    page.click(f"button[value={button}]")
                self.in_each_width(page, f"report-steps-{step}.{RESIDENT}", language)
            with page.expect_navigation():
                page.click("form[action='/follow/'] button")
            self.in_each_width(page, f"report-steps-5.{RESIDENT}", language)


def sheets(folder: Path) -> None:
    """Pictures side by side, each with its name: those of one width and language in the order of their names."""
    from PIL import Image, ImageDraw

    of_a_kind: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.png")):
        of_a_kind.setdefault(".".join(path.name.split(".")[-3:-1]), []).append(path)
    (folder / "sheets").mkdir(exist_ok=True)
    for kind, paths in of_a_kind.items():
        columns, rows, across = (4, 1, 390) if kind.startswith("390") else (2, 2, 780)
        down = 1500 // rows
        for start in range(0, len(paths), columns * rows):
            sheet = Image.new("RGB", (columns * across, rows * (down + 16)), "white")
            for place, path in enumerate(paths[start : start + columns * rows]):
                left, top = place % columns * across, place // columns * (down + 16)
                with Image.open(path) as picture:
                    size = across - 6, picture.height * (across - 6) // picture.width
                    small = picture.convert("RGB").resize(size, reducing_gap=2.0)
                sheet.paste(small.crop((0, 0, across - 6, min(down, small.height))), (left, top + 16))
                ImageDraw.Draw(sheet).text((left + 2, top + 2), path.name, fill="black")
            sheet.save(folder / "sheets" / f"{kind}.{start // (columns * rows) + 1:02}.png")


def site() -> tuple[str, dict[str, tuple[str, str]]]:
    """Address and logins by role of the practice city; `jingwei demo` makes and starts it where it does not run."""
    program = Path(sys.executable).with_name("jingwei")
    said = json.loads(subprocess.check_output([program, "demo", "--city", "practice", "--json"]))
    made = said.get("data", said)
    logins: dict[str, tuple[str, str]] = {}
    for one in made["logins"]:
        logins.setdefault(one["role"], (one["username"], one["password"]))
    return str(made["address"]).rstrip("/"), logins


def main(words: Iterable[str] | None = None) -> None:
    """Takes the pictures that are asked for, and makes the sheets."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--only", default="", help="a pattern that the names of pages must contain")
    parser.add_argument("--widths", default=",".join(map(str, HEIGHTS)))
    parser.add_argument("--languages", default=",".join(LANGUAGES))
    parser.add_argument("--into", type=Path, default=ROOT / "pictures")
    given = parser.parse_args(None if words is None else list(words))
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        raise SystemExit("No chromium was found: install it (Debian's package chromium).")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingwei.project.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()
    address, logins = site()
    given.into.mkdir(parents=True, exist_ok=True)
    widths = tuple(int(one) for one in given.widths.split(","))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        languages = tuple(given.languages.split(","))
        taker = Taker(browser, address, logins, given.into, widths, languages, given.only)
        taker.take_all()
        browser.close()
    (given.into / "found.txt").write_text("\n".join(taker.found) + "\n", encoding="utf-8")
    sheets(given.into)
    print(f"{len(list(given.into.glob('*.png')))} pictures in {urlparse(given.into.as_uri()).path}")
    print(f"{len(taker.found)} remarks in found.txt; look at sheets/ first")


if __name__ == "__main__":
    main()
