"""A declared type that uses every word a type can be declared in, and the shortest way to work with it."""

import datetime
from dataclasses import replace
from typing import Any

import pytest

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Command
from jingwei.kernel.matters import types
from jingwei.kernel.matters.commands import Act, Contact, ReportMatter
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.types import (
    Action,
    ClockRule,
    Extends,
    Field,
    FileRule,
    MatterType,
    Promises,
    Renews,
    Retention,
    State,
    TaskRule,
    Times,
    When,
)
from jingwei.kernel.rulebook.commands import SetValue
from jingwei.kernel.values.ids import new_id
from jingwei.kernel.values.words import Text
from tests.city import FOUNDER, City, point_in

MONDAY = datetime.datetime(2026, 11, 30, 2, tzinfo=datetime.UTC)
"""Ten in the morning of a working day in the test city."""

LATELY = datetime.date(2026, 11, 1)


def _t(word: str) -> Text:
    return Text(f"试{word}", word)


_UNIT = Field(key="unit", title=_t("unit"), kind="unit", required=True)
_DAYS = Field(key="days", title=_t("days"), kind="number", required=True)
_PROMISED = Field(key="promised", title=_t("promised"), kind="day", asked_of="act")
_CAUSES = (("not_ours", _t("not ours")), ("unclear", _t("unclear")))
_WORKING = ("given", "working")


def _act(key: str, begins: tuple[str, ...], ends: str, grant: str, **words: object) -> Action:
    return Action(key=key, title=_t(key), begins=begins, ends=ends, grant=grant, **words)  # type: ignore[arg-type]  # words of Action


PROCEDURE = MatterType(
    key="procedure",
    version=1,
    title=_t("procedure"),
    basis="tests",
    retention=(Retention(years=1, basis=_t("a year")), Retention(years=3, basis=_t("three"), results=("parted",))),
    initial="new",
    public=True,
    fields=(
        Field(key="title", title=_t("title"), searchable=True, public=True),
        Field(key="secret", title=_t("secret"), sealed=True),
        Field(
            key="request",
            title=_t("request"),
            kind="choice",
            choices=(("ask", _t("question")), ("repair", _t("repair"))),
        ),
        Field(key="condition", title=_t("condition"), kind="choice", choices=(("deep", _t("deep")),)),
        _PROMISED,
    ),
    files=(FileRule(key="paper", title=_t("paper")),),
    clocks=(
        ClockRule(key="handle", title=_t("handle"), measures_due=True),
        ClockRule(key="sign", title=_t("sign")),
        ClockRule(key="promise", title=_t("promise")),
        ClockRule(key="reopen", title=_t("window to reopen"), window=True),
    ),
    starts=("handle",),
    states=(
        State(key="new", title=_t("new"), waits_for="matter.dispatch"),
        State(key="given", title=_t("given"), waits_for="matter.handle"),
        State(key="working", title=_t("working"), waits_for="matter.handle"),
        State(key="longer", title=_t("asked for longer"), waits_for="matter.supervise"),
        State(key="done", title=_t("done"), waits_for="matter.check"),
        State(key="closed", title=_t("closed"), final=True),
        State(key="merged", title=_t("merged"), final=True),
        State(key="parted", title=_t("parted"), final=True),
    ),
    tasks=(
        TaskRule(
            role="assist",
            title=_t("assist"),
            begins=("working",),
            grant="matter.handle",
            answers="matter.handle",
            fields=(Field(key="what", title=_t("what"), required=True),),
            result=(Field(key="outcome", title=_t("outcome"), sealed=True, required=True),),
            refusals=_CAUSES,
            limit="assist",
            blocks=("finish",),
        ),
        TaskRule(
            role="cosign",
            title=_t("cosign"),
            begins=("working",),
            grant="matter.handle",
            answers="matter.handle",
            refusals=_CAUSES,
            blocks=("finish",),
        ),
        TaskRule(
            role="consult",
            title=_t("consult"),
            begins=_WORKING,
            grant="matter.handle",
            answers="matter.read",
            result=(Field(key="advice", title=_t("advice")),),
        ),
        TaskRule(
            role="hand_over",
            title=_t("hand over"),
            begins=_WORKING,
            grant="matter.handle",
            answers="matter.handle",
            refusals=_CAUSES,
        ),
    ),
    actions=(
        _act(
            "answer",
            ("new",),
            "closed",
            "matter.dispatch",
            when=(When(of="request", among=("ask",)),),
            tells=("reporter",),
        ),
        _act("give", ("new",), "given", "matter.dispatch", fields=(_UNIT,), assigns="unit", starts=("sign",)),
        _act(
            "recall",
            ("given",),
            "new",
            "matter.dispatch",
            only_by=("give",),
            assigns="nobody",
            stops=("sign",),
        ),
        _act("sign", ("given",), "working", "matter.handle", assigns="holder", stops=("sign",)),
        _act(
            "dispute",
            ("given",),
            "new",
            "matter.handle",
            causes=_CAUSES,
            times=Times(most=1),
            within="sign",
            then=("give",),
            assigns="nobody",
            stops=("sign",),
        ),
        _act("ask_longer", ("working",), "longer", "matter.handle", fields=(_DAYS,), within="handle"),
        _act(
            "grant_longer",
            ("longer",),
            "working",
            "matter.supervise",
            extends=Extends(clock="handle", field="days"),
            not_by=("ask_longer",),
        ),
        _act("deny_longer", ("longer",), "working", "matter.supervise", not_by=("ask_longer",), reason=True),
        _act(
            "promise",
            ("working",),
            "",
            "matter.handle",
            fields=(replace(_PROMISED, required=True),),
            sets=("promised",),
            promises=Promises(clock="promise", field="promised"),
            unless=("redo",),
        ),
        _act("finish", ("working",), "done", "matter.handle", stops=("promise",)),
        _act("note_late", ("done",), "", "matter.check", past="promise"),
        _act(
            "redo",
            ("done",),
            "working",
            "matter.check",
            causes=_CAUSES,
            times=Times(most=2, since=("reopen",)),
            renews=Renews(clock="handle", percent=50),
            assigns="",
        ),
        _act(
            "pass",
            ("done",),
            "closed",
            "matter.check",
            not_by=("finish",),
            when=(When(of="category.check", among=("site", "sample")),),
            tells=("reporter",),
        ),
        _act(
            "pass_unseen",
            ("done",),
            "closed",
            "matter.check",
            when=(When(of="category.check", among=("picture", "reporter", "spared")),),
        ),
        _act("reopen", ("closed",), "new", "matter.supervise", reason=True, times=Times(most=1), within="reopen"),
        _act("merge", ("new", "given"), "merged", "matter.dispatch", kind="merge", tells=("reporter",)),
        _act("separate", ("merged",), "new", "matter.supervise", kind="separate", reason=True),
        _act("split", ("new",), "parted", "matter.dispatch", kind="split"),
    ),
)


def install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The type is installed for one test alone."""
    monkeypatch.setitem(types._types, (PROCEDURE.key, PROCEDURE.version), PROCEDURE)
    monkeypatch.setitem(types._latest, PROCEDURE.key, PROCEDURE)


def named(action: str) -> dict[str, Any]:
    """The action with its grant, as commands name it."""
    declared = PROCEDURE.action(action)
    assert declared is not None
    return {"action": action, "grant": declared.grant}


class Procedure:
    """The shortest way to report and act in a matter of the type at a stated time."""

    def __init__(self, city: City) -> None:
        self.city = city

    def report(self, at: datetime.datetime = MONDAY, *, contact: Contact | None = None, **fields: Any) -> Matter:
        command = ReportMatter(
            matter_id=new_id(),
            type=PROCEDURE.key,
            category="ROAD-1",
            fields={"title": "路面有坑", **fields},
            channel="portal",
            point=point_in("T1-01"),
            contact=contact,
        )
        execute(public("matter.report"), command, self.city.key(), now=at)
        return Matter.objects.get(pk=command.matter_id)

    def act(
        self, post: str, matter: Matter, action: str, at: datetime.datetime = MONDAY, *, reason: str = "", **fields: Any
    ) -> Matter:
        return self.send(post, Act(matter_id=matter.pk, fields=fields, reason=reason, **named(action)), at)

    def send(self, post: str, command: Command, at: datetime.datetime = MONDAY) -> Matter:
        """Any command on a matter by the holder of a post; gives the matter as it then is."""
        result = execute(self.city.actor(post), command, self.city.key(), now=at)
        return Matter.objects.get(pk=str(result["matter"]))

    def value(self, parameter: str, subject: str, **content: Any) -> None:
        value = SetValue(parameter=parameter, subject=subject, from_on=LATELY, content=content, basis="tests")
        execute(FOUNDER, value, self.city.key())

    def limit(self, subject: str, days: int) -> None:
        self.value("limit", subject, counting="natural_day", amount=days, unit="day")
