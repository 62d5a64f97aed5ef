"""What is due for destruction: closed, its term over, held by nobody, on no list."""

import datetime
import uuid
from collections.abc import Collection, Mapping

from django.db.models import Count, Exists, OuterRef, QuerySet

from jingwei.kernel.commands.actor import Duty
from jingwei.kernel.matters.keeping.holds import HELD
from jingwei.kernel.matters.models import LegalHold, Matter
from jingwei.kernel.matters.policies import within
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.retention.models import DestructionList, Listed
from jingwei.kernel.values.words import Text

BARS: Mapping[str, Text] = {
    "open": Text("又在办理。", "It is open again."),
    "unknown": Text("没有安装这个事项类型，期限不明。", "Its type is not installed: its term is not known."),
    "not_over": Text("保存期限未满。", "Its term is not over."),
    "held": HELD,
}
"""Why a matter may not be destroyed, by key."""

_STANDING = LegalHold.objects.filter(matter=OuterRef("pk"), lifted_at=None)


def due(now: datetime.datetime) -> "QuerySet[Matter]":
    """Every matter that may be proposed now, whose term was over first coming first."""
    listed = Listed.objects.filter(matter=OuterRef("pk"), outcome="")
    found = Matter.objects.filter(~Exists(_STANDING), ~Exists(listed), kept_until__lte=now)
    return found.order_by("kept_until", "id")


def due_by_type(now: datetime.datetime, duty: Duty) -> dict[str, int]:
    """How many matters of each type are due within reach of a post. One statement."""
    found = due(now).filter(within(duty)).order_by().values_list("type").annotate(Count("pk"))
    return {key: count for key, count in found}


def outcomes_of(lists: Collection[DestructionList]) -> dict[uuid.UUID, dict[str, int]]:
    """How many rows of each list came to which end. One statement."""
    counted: dict[uuid.UUID, dict[str, int]] = {one.pk: {} for one in lists}
    rows = Listed.objects.filter(list__in=counted).values_list("list_id", "outcome").annotate(Count("pk"))
    for key, outcome, count in rows:
        counted[key][outcome] = count
    return counted


def out_of_sight(one: DestructionList) -> int:
    """How many matters of a list lie beyond what the transaction's actor reads: given away since it was proposed. One
    statement."""
    seen = Matter.objects.filter(pk=OuterRef("matter"))
    return Listed.objects.filter(~Exists(seen), list=one).count()


def barred(matter: Matter, held: bool, now: datetime.datetime) -> str:
    """Why a matter may not be destroyed now, as a key of `BARS`; "" where it may. The term is worked out from its type,
    result and closing; the column that lists are found by decides nothing."""
    if matter.closed_at is None:
        return "open"
    try:
        matter_type = type_of(matter.type, matter.type_version)
    except LookupError:
        return "unknown"
    if now < matter_type.kept_until(matter.state, matter.closed_at):
        return "not_over"
    return "held" if held else ""


def why_barred(matters: Collection[Matter], now: datetime.datetime) -> dict[Matter, str]:
    """Those of the matters that may not be destroyed now, with the reason. One statement."""
    standing = LegalHold.objects.filter(matter__in=matters, lifted_at=None)
    held = set(standing.values_list("matter_id", flat=True))
    reasons = {one: barred(one, one.pk in held, now) for one in matters}
    return {one: reason for one, reason in reasons.items() if reason}
