"""Workstations: opened by an administrator, enrolled at the machine by a one-time code, ended."""

import datetime
import hmac
import uuid
from dataclasses import dataclass

from jingwei.kernel.agencies.commands.known import EDIT, UNIT, ended_problem, may_edit, unit_of
from jingwei.kernel.agencies.models import Unit, Workstation
from jingwei.kernel.commands.actor import by_grant
from jingwei.kernel.commands.registry import Command, Result, handles
from jingwei.kernel.commands.work import Work
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.words import Text

ENROL = "workstation.enrol"
KINDS = {"counter": Text("窗口（按 PIN 换人）", "counter (persons take turns by PIN)"), "wall": Text("大屏", "wall")}
CODE_HOLDS = datetime.timedelta(hours=1)
_STATION = Text("工作站", "workstation")
_WRONG_CODE = Text(
    "登记码不对、已用过或已过期；请向管理员要一个新的。", "The code is wrong, used or expired: ask for a new one."
)


@dataclass(frozen=True, kw_only=True)
class OpenWorkstation(Command):
    """新设工作站: only the hash of its one-time code comes here; the code is shown once to whoever asked for it."""

    unit: str
    name: str
    kind: str
    code: bytes


@dataclass(frozen=True, kw_only=True)
class EnrolWorkstation(Command):
    """登记工作站: the machine at which the code was typed keeps a secret, of which the hash comes here."""

    code: bytes
    digest: bytes


@dataclass(frozen=True, kw_only=True)
class EndWorkstation(Command):
    """停用工作站: from now on the machine is a browser like any other."""

    workstation: uuid.UUID


@handles(OpenWorkstation, grant=EDIT)
def open_workstation(work: Work, command: OpenWorkstation) -> Result:
    """It belongs to a unit, and whoever may edit that may open and end it."""
    known = unit_of(command.unit)
    unit = work.lock(Unit, known.pk)
    station = Workstation(
        id=work.new_id(),
        unit=unit,
        name=command.name,
        kind=command.kind,
        code=command.code,
        code_until=work.now + CODE_HOLDS,
    )
    work.open(station)
    work.authorise(EDIT, may_edit(work.actor, EDIT, known.area.lft, unit.pk))
    work.require(ended_problem(unit.ended_at is not None, UNIT), place="unit")
    unnamed = Text("请写名称。", "Give it a name.") if not station.name else None
    work.require(unnamed, place="name")
    work.require(None if station.kind in KINDS else Text("请选择种类。", "Choose the kind."), place="kind")
    work.insert(station)
    work.record(station, "agencies.workstation_opened", {"unit": unit.pk, "kind": station.kind})
    return {"workstation": str(station.pk)}


@handles(EnrolWorkstation, grant=ENROL)
def enrol_workstation(work: Work, command: EnrolWorkstation) -> Result:
    """The code works once, within the hour. Raises Invalid."""
    known = Workstation.objects.filter(code=command.code).first()
    if known is None:
        raise Invalid(_WRONG_CODE, place="code")
    station = work.lock(Workstation, known.pk)
    work.authorise(ENROL, by_grant(work.actor, ENROL))
    holds = station.code is not None and hmac.compare_digest(bytes(station.code), command.code)
    fits = holds and station.ended_at is None and work.now < station.code_until
    work.require(None if fits else _WRONG_CODE, place="code")
    station.code, station.digest, station.enrolled_at = None, command.digest, work.now
    work.save(station, "code", "digest", "enrolled_at")
    work.record(station, "agencies.workstation_enrolled", {"kind": station.kind})
    return {"workstation": str(station.pk), "kind": station.kind}


@handles(EndWorkstation, grant=EDIT)
def end_workstation(work: Work, command: EndWorkstation) -> Result:
    """Its cookie opens nothing any more; the row stays, for the record."""
    known = Workstation.objects.filter(pk=command.workstation).select_related("unit__area").first()
    if known is None:
        raise not_found()
    station = work.lock(Workstation, known.pk)
    work.authorise(EDIT, may_edit(work.actor, EDIT, known.unit.area.lft, known.unit_id))
    work.require(ended_problem(station.ended_at is not None, _STATION))
    station.ended_at, station.code, station.digest = work.now, None, None
    work.save(station, "ended_at", "code", "digest")
    work.record(station, "agencies.workstation_ended", {})
    return {"workstation": str(station.pk)}
