"""Matters told act by act in `made/told.toml`: of the types whose year no plan draws by chance."""

import datetime
import tomllib
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jingwei.kernel.values.ids import uuid7
from jingwei.surfaces.console.answer import Faults
from jingwei.surfaces.console.practice.carrying.pictures import drawing
from jingwei.surfaces.console.practice.carrying.turns import NEWS, actor_of, units_by_code
from jingwei.surfaces.console.practice.days import utc
from jingwei.surfaces.console.practice.invented import Invented

if TYPE_CHECKING:
    from jingwei.kernel.commands.scope import Simulated
    from jingwei.kernel.matters.types import Field, FileRule

_FILE = Path("made", "told.toml")


def carry_told(invented: Invented) -> int:
    """Carries all out, each act by its person at its moment; gives how many matters. Raises Faults for a refusal."""
    from jingwei.kernel.values.errors import Refusal

    told = tomllib.loads((invented.base / _FILE).read_text(encoding="utf-8"))["matter"]
    for number, one in enumerate(told, 1):
        try:
            _matter(invented, one, number)
        except Refusal as refusal:
            raise Faults(f"{_FILE}, matter {number}: {refusal}") from refusal
    return len(told)


def _matter(invented: Invented, one: Mapping[str, Any], number: int) -> None:
    from jingwei.kernel.commands.execute import execute
    from jingwei.kernel.matters.commands import Act, Contact, ReportMatter
    from jingwei.kernel.matters.types import type_of

    ends, matter_type = invented.wanted.ends, type_of(one["type"])
    opened, noise = _moment(ends, one), uuid.uuid5(uuid.NAMESPACE_OID, f"practice/told/{number}").bytes
    matter = uuid7(int(opened.at.timestamp() * 1000), noise)
    cells = invented.places.cells
    report = ReportMatter(
        matter_id=matter,
        type=matter_type.key,
        category=one["category"],
        fields=_filled(ends, matter_type.fields, one["fields"]),
        channel="phone" if one["by"] else "portal",
        area=cells[one["cell"] % len(cells)].code if "cell" in one else "",
        unit=one.get("unit", ""),
        contact=Contact(name="演练人", phone="000") if matter_type.parties else None,
    )
    execute(actor_of(one["by"]), report, f"told|{number}|report", now=opened)
    for place, step in enumerate(one.get("acts", ())):
        action, actor, at = matter_type.action(step["do"]), actor_of(step["who"]), _moment(ends, step)
        if action is None:
            raise Faults(f"{_FILE}, matter {number}: {matter_type.key} has no act {step['do']}")
        act = Act(
            matter_id=matter,
            action=action.key,
            fields=_filled(ends, action.fields, step.get("fields", {})),
            files=tuple(_sent(actor, rule) for rule in action.files for _ in range(rule.least)),
            reason=step.get("reason", ""),
            grant=action.grant,
        )
        execute(actor, act, f"told|{number}|{place}", now=at)


def _moment(ends: datetime.datetime, one: Mapping[str, Any]) -> "Simulated":
    from jingwei.kernel.commands.scope import Simulated

    time = datetime.time.fromisoformat(one["hour"])
    at = datetime.datetime.combine(ends.date() + datetime.timedelta(days=one["day"]), time)
    return Simulated(utc(at), silent=ends - at > NEWS)


def _filled(ends: datetime.datetime, fields: "tuple[Field, ...]", said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said, with days counted from the end of the year and units by their codes."""
    kinds = {field.key: field.kind for field in fields}
    read: dict[str, Callable[[Any], Any]] = {
        "day": lambda value: (ends.date() + datetime.timedelta(days=value)).isoformat(),
        "unit": lambda value: units_by_code()[value],
    }
    return {key: read[kinds[key]](value) if kinds.get(key) in read else value for key, value in said.items()}


def _sent(actor: Any, rule: "FileRule") -> Any:
    """A drawn picture in the place of whatever would be shown."""
    from jingwei.kernel.files.attaching import FileGiven
    from jingwei.kernel.files.uploads import receive
    from jingwei.kernel.values.ids import new_id

    now = datetime.datetime.now(datetime.UTC)
    return FileGiven(rule=rule.key, upload=receive(actor, lambda _: new_id(), [drawing(0)], now).pk)
