"""Applying a plan: one command a change, in order; the first refusal stops it and is named by its row."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jingwei.kernel.agencies.accounts import open_account
from jingwei.kernel.agencies.commands import (
    ChangePerson,
    ChangePost,
    ChangeUnit,
    DraftShifts,
    EnterPerson,
    EnterPost,
    EnterUnit,
    ShiftRow,
    StepDown,
    TakeUpPost,
)
from jingwei.kernel.agencies.invitations import digest_of, path_of, secret_for
from jingwei.kernel.agencies.models import Person
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.matters.commands import EndPost, EndUnit, PersonLeaves
from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.sheets import Fault, Row
from jingwei.kit.people.plan import Change, Plan


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done: how many changes, the one-time links of new logins, and what stopped it, if anything."""

    done: int
    links: Mapping[str, str]  # by login; shown once
    fault: Fault | None = None


def apply(actor: Actor, plan: Plan) -> Applied:
    """Every change has been checked by the plan; what the commands still refuse is named, and a second run goes on."""
    links: dict[str, str] = {}
    for number, change in enumerate(plan.changes):
        try:
            if change.kind == "shifts":
                _shifts_of_roster(actor, plan, change)
            elif (change.kind, change.verb) == ("people", "new"):
                links[change.what] = _new_person(actor, change.row)
            else:
                execute(actor, _COMMANDS[change.kind, change.verb](change), f"people:{uuid.uuid4()}")
        except Refusal as refusal:
            remedy = Text(
                "改正后再导入；已办的不会重复。", "Correct it and import again; what was done is not repeated."
            )
            return Applied(number, links, change.row.fault(change.row.sheet.keys[0], refusal.reason, remedy))
    return Applied(len(plan.changes), links)


def _new_person(actor: Actor, row: Row) -> str:
    account = open_account(row.values["login"], row.values["language"] or "zh-hans")
    key = f"person:{account.pk}"
    secret, values = secret_for(key), row.values
    person = EnterPerson(
        account=account.pk, name=values["name"], posts=(), phone=values["phone"], invitation=digest_of(secret)
    )
    execute(actor, person, key)
    return path_of(secret)


def _person_id(login: str) -> uuid.UUID:
    return Person.objects.get(account__username=login).pk


def _known(change: Change) -> uuid.UUID:
    assert change.id is not None, "the plan names what exists by its id"  # noqa: S101  # a defect of the plan
    return change.id


def _names(row: Row) -> tuple[str, str]:
    return row.values["name_zh"], row.values["name_en"]


def _titles(row: Row) -> tuple[str, str]:
    return row.values["title_zh"], row.values["title_en"]


def _new_unit(change: Change) -> Command:
    row = change.row
    return EnterUnit(
        code=row.values["code"],
        kind=row.values["kind"],
        parent=row.values["parent"],
        area=row.values["area"],
        name=_names(row),
    )


def _new_post(change: Change) -> Command:
    row = change.row
    return EnterPost(
        code=row.values["code"],
        unit=row.values["unit"],
        area=row.values["area"],
        role=row.values["role"],
        title=_titles(row),
        grants=tuple(row.values["grants"].split(",")),
    )


def _changed_post(change: Change) -> Command:
    row = change.row
    return ChangePost(
        code=row.values["code"],
        area=row.values["area"],
        role=row.values["role"],
        title=_titles(row),
        grants=tuple(row.values["grants"].split(",")),
    )


def _shifts_of_roster(actor: Actor, plan: Plan, change: Change) -> None:
    """With the first row of a roster all of them, as one act on its draft: hours that move come and go together."""
    code = change.row.values["roster"]
    rows = [one for one in plan.changes if one.kind == "shifts" and one.row.values["roster"] == code]
    if rows[0] is change:
        comes = tuple(_shift(one.row) for one in rows if one.verb == "new")
        goes = tuple(_known(one) for one in rows if one.verb == "end")
        execute(actor, DraftShifts(roster=code, comes=comes, goes=goes), f"people:{uuid.uuid4()}")


def _shift(row: Row) -> ShiftRow:
    return ShiftRow(
        post=row.values["post"],
        person=_person_id(row.values["login"]),
        from_at=row.moments["from_at"],
        until_at=row.moments["until_at"],
    )


_COMMANDS: Mapping[tuple[str, str], Callable[[Change], Command]] = {
    ("units", "new"): _new_unit,
    ("units", "change"): lambda one: ChangeUnit(
        code=one.row.values["code"], area=one.row.values["area"], name=_names(one.row)
    ),
    ("units", "end"): lambda one: EndUnit(code=one.row.values["code"]),
    ("posts", "new"): _new_post,
    ("posts", "change"): _changed_post,
    ("posts", "end"): lambda one: EndPost(post=one.row.values["code"], to=one.row.values["hand_over_to"]),
    ("people", "change"): lambda one: ChangePerson(
        person=_known(one), name=one.row.values["name"], phone=one.row.values["phone"]
    ),
    ("people", "end"): lambda one: PersonLeaves(person=_known(one)),
    ("holdings", "new"): lambda one: TakeUpPost(
        person=_person_id(one.row.values["login"]),
        post=one.row.values["post"],
        from_at=one.row.moments.get("from_at"),
        until_at=one.row.moments.get("until_at"),
    ),
    ("holdings", "end"): lambda one: StepDown(holding=_known(one), until_at=one.row.moments["until_at"]),
}
