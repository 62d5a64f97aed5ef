"""Texts of the rulebook for answering the reporter, with what this matter fills in."""

from collections.abc import Iterator
from dataclasses import dataclass

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import day_written, local_text
from jingwei.surfaces.desk.queries import category_title, place_name

PARAMETER = "reply_templates"
_NONE = Text("—", "—")


@dataclass(frozen=True, slots=True)
class Reply:
    """One template by its title, and its text for this matter, which the clerk changes as needed."""

    key: str
    title: Text
    text: Text


def replies_of(scope: Scope, matter: Matter) -> Iterator[Reply]:
    """The templates in force today for the matter's class or one above it, and those for every class. No statement."""
    rules, on = rules_of(scope), scope.today
    line = {matter.category, *rules.lineage(matter.category, on)}
    unit = agencies_of(scope).unit_by_id.get(matter.unit_id) if matter.unit_id else None
    due = local_text(matter.due_at, scope.zone) if matter.due_at else "—"
    filled = {
        "number": Text(matter.number, matter.number),
        "class": category_title(scope, matter.category),
        "due": Text(due, due),
        "unit": unit.name if unit else _NONE,
        "place": place_name(scope, matter.area_id),
        "date": day_written(scope.today),
    }
    for key, dated in sorted(rules.all_of(PARAMETER, on).items()):
        content = dated.content
        if not content["categories"] or line & set(content["categories"]):
            zh, en = str(content["text_zh"]), str(content["text_en"])
            for name, words in filled.items():
                zh, en = zh.replace(f"{{{name}}}", words.zh), en.replace(f"{{{name}}}", words.en)
            yield Reply(key, Text(content["zh"], content["en"]), Text(zh, en))
