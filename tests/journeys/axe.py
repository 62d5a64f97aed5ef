"""What axe-core finds serious or critical of WCAG 2.2 AA in an open page."""

from pathlib import Path

from playwright.sync_api import Page

_AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
_RUN = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  return found.violations.filter(one => one.impact === 'serious' || one.impact === 'critical').map(
    one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.target.join(' ')).join(' | '));
}"""


def breaches(page: Page) -> list[str]:
    """Each with its rule and the first three places."""
    page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_RUN)
    return found
