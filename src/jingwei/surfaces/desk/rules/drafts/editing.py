"""The form of a value: one input for each member that people edit; what a form does not show stays as it is."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.feeds.definition import feed_problems
from jingwei.kernel.matters.types import all_types
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.complaints import in_one
from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Group, Input, error_at
from jingwei.kit.signing.rule import SUBJECT as SIGN_IN
from jingwei.kit.signing.rule import SignInRule
from jingwei.surfaces.desk.doing import Refused
from jingwei.surfaces.desk.rules.drafts.member import Member
from jingwei.surfaces.desk.rules.drafts.members import MEMBERS, grouped
from jingwei.surfaces.desk.rules.values import clock_title, counted


@dataclass(frozen=True, slots=True)
class Naming:
    """How a new value of a parameter is named: its inputs, and the subject that they make."""

    inputs: Callable[[Scope], Sequence[Input]]
    subject: Callable[[Mapping[str, str]], str]


_LONGEST_LIMIT = 36_500
"""The largest amount that the rulebook takes (`kernel/rulebook/parameters.py`)."""

_KEPT = frozenset({"category", "limit", "calendar", "ladder"})
"""Parameters of which a matter keeps the values of the day on which it was reported."""

_EARLIER = Text("此前上报的事项照旧规则办。", "Matters reported before that day keep the rules they began with.")
_PRINTED = Text("这一天起打印的文书用它。", "Papers printed from that day on are made by it.")
_HOLDS = Text("自这一天起适用。", "It holds from that day on.")

_CODE = Text("代码", "Code")
_CODE_HINT = Text("字母、数字和“-”，定了就不再改。", "Letters, digits and “-”; it stays once it is given.")


def editable(parameter: str) -> bool:
    """Whether values of this parameter are edited here; the others are entered by whoever runs the machine."""
    return parameter in MEMBERS


def since(parameter: str) -> Text:
    """What the day from which a value holds means for the matters there are."""
    return _EARLIER if parameter in _KEPT else _PRINTED if parameter == "print" else _HOLDS


def since_each(parameters: Iterable[str]) -> list[Text]:
    """The same of several parameters, each named where they differ."""
    means = {one: since(one) for one in dict.fromkeys(parameters)}
    if len(set(means.values())) < 2:
        return list(means.values())[:1]
    titles = {one: PARAMETERS[one].title for one in means}
    return [Text(f"{titles[one].zh}：{said.zh}", f"{titles[one].en}: {said.en}") for one, said in means.items()]


def inputs_of(scope: Scope, parameter: str, content: Mapping[str, Any] | None, tried: Refused | None) -> list[Input]:
    """The inputs, filled in with what a refused form held, else with the value."""
    shown = []
    for member in MEMBERS[parameter]:
        value = member.shown(content if content is not None else {})
        if tried is not None:
            value = tried.values.get(member.key, "")
        shown.append(
            Input(
                name=member.key,
                id=f"member-{member.key}",
                title=member.title,
                kind=member.kind,
                value=value,
                required=member.required,
                longest=member.longest,
                groups=tuple(member.groups(scope)) if member.groups else (),
                hint=member.hint,
                part=member.part,
                error=error_at(member.key, tried.refusal if tried else None),
            )
        )
    return shown


def content_of(parameter: str, values: Mapping[str, str], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """The value that a form says. Raises Invalid, with the member as its place."""
    content = dict(before or {})
    for member in MEMBERS[parameter]:
        member.write(content, _typed(member, values))
    for member in MEMBERS[parameter]:
        top = member.path.partition(".")[0]
        if content.get(top) == {}:  # of a table that the form shows, nothing was filled in
            del content[top]
    if parameter == "limit":
        _counted_so(content)
    if parameter == "feed":
        _can_be_read(content)
    return content


def _can_be_read(feed: Mapping[str, Any]) -> None:
    """That an import would find its way by this declaration. Raises Invalid."""
    problems = list(feed_problems(feed))
    if problems:
        raise Invalid(in_one(problems))


def _counted_so(limit: Mapping[str, Any]) -> None:
    """That the unit of a limit goes with the way it is counted. Raises Invalid."""
    in_days = limit["counting"] not in ("continuous", "working_hour")
    if in_days and limit["unit"] != "day":
        raise Invalid(Text("按天计的时限，单位选“天”。", "A limit counted by days is given in days."), place="unit")
    if limit["counting"] == "working_hour" and limit["unit"] == "day":
        raise Invalid(
            Text("工作小时的单位选“小时”或“分钟”。", "Working hours are given in hours or minutes."), place="unit"
        )
    if not 0 < limit["amount"] <= _LONGEST_LIMIT:
        raise Invalid(
            Text(f"数量须在 1 到 {_LONGEST_LIMIT:,} 之间。", f"The amount is from 1 to {_LONGEST_LIMIT:,}."),
            place="amount",
        )


def _typed(member: Member, values: Mapping[str, str]) -> str:
    text = values.get(member.key, "").replace("\r\n", "\n").strip()
    if member.required and not text:
        raise Invalid(Text(f"请填写“{member.title.zh}”。", f"Fill in “{member.title.en}”."), place=member.key)
    return text


def usual(parameter: str, subject: str) -> dict[str, Any] | None:
    """What holds where nobody has entered a value, for what every city has: its rule of signing in."""
    if (parameter, subject) != ("sign_in", SIGN_IN):
        return None
    rule = SignInRule()
    return {"second_factor": list(rule.second_factor), "idle": rule.idle, "lock": rule.lock}


def naming(parameter: str) -> Naming | None:
    """How a new value is named; None where values are changed, and none is added."""
    return _NAMINGS.get(parameter)


def _coded(scope: Scope) -> Sequence[Input]:
    return (_code_input(_CODE_HINT),)


def _of_withheld(scope: Scope) -> Sequence[Input]:
    return (_code_input(PARAMETERS["withheld"].subject),)


def _code_input(hint: Text) -> Input:
    return Input(name="_code", id="member-_code", title=_CODE, required=True, longest=60, hint=hint)


def _of_limit(scope: Scope) -> Sequence[Input]:
    clocks = {key: clock_title(all_types(), key) for one in all_types() for key in counted(one)}
    classes = grouped(scope)
    plain = (Group(Text("", ""), tuple(clocks.items())),)
    return (
        Input(
            name="_category",
            id="member-_category",
            title=Text("类别", "Class"),
            kind="category",
            groups=(Group(Text("", ""), (("*", Text("所有类别", "Every class")),)), *classes),
            required=True,
        ),
        Input(
            name="_condition",
            id="member-_condition",
            title=Text("情形（代码，可不填）", "Condition (its code, may be empty)"),
            longest=40,
        ),
        Input(
            name="_clock",
            id="member-_clock",
            title=Text("计时", "Clock"),
            kind="choice",
            groups=plain,
            required=True,
        ),
    )


def _limit_subject(values: Mapping[str, str]) -> str:
    category = values.get("_category", "").strip()
    parts = (
        "" if category == "*" else category,
        values.get("_condition", "").strip(),
        values.get("_clock", "").strip(),
    )
    if not category or not parts[2]:
        raise Invalid(Text("请选择类别和计时。", "Choose a class and a clock."), place="_category")
    return "/".join(parts)


def _code(values: Mapping[str, str]) -> str:
    code = values.get("_code", "").strip()
    if not code or not code.isprintable() or " " in code:
        raise Invalid(Text("请写一个不含空格的代码。", "Give a code without spaces."), place="_code")
    return code


def taken_problem(scope: Scope, parameter: str, subject: str) -> Text | None:
    """Why a new value cannot have this name: there is one already, which is changed instead."""
    if rules_of(scope).value(parameter, subject, scope.today) is None:
        return None
    return Text(f"已有 {subject}；请直接修改它。", f"There is a {subject} already: change that one.")


_BY_CODE = Naming(_coded, _code)
_NAMINGS: Mapping[str, Naming] = {
    "category": _BY_CODE,
    "limit": Naming(_of_limit, _limit_subject),
    "routing": _BY_CODE,
    "word": _BY_CODE,
    "reply_templates": _BY_CODE,
    "feed": _BY_CODE,
    "channel": _BY_CODE,
    "cutover": _BY_CODE,
    "withheld": Naming(_of_withheld, _code),
}
