"""What a measure counts, in words: told by its declaration itself, so that the words cannot say anything else."""

import datetime
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from jingwei.kernel.matters.types import Action, ClockRule, Field, MatterType, every_version
from jingwei.kernel.measures.declared import Measure, NullRule
from jingwei.kernel.measures.facts import COLUMNS
from jingwei.kernel.measures.predicates import (
    AllOf,
    AnyOf,
    Before,
    Did,
    Drawn,
    Due,
    Extended,
    First,
    Is,
    IsNull,
    Last,
    Moment,
    Not,
    NotNull,
    Predicate,
    Said,
    SameUnit,
    Setting,
    Span,
    Stopped,
)
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import length

_UNTOLD: Mapping[NullRule, Text] = {
    "leave_out": Text("说不清的不计入。", "What cannot be told is left out."),
    "count_as_no": Text("说不清的算作没有。", "What cannot be told counts as a no."),
    "count_until_now": Text("还没有结束的，算到统计时点。", "What has not ended counts with the time that has passed."),
}

_YES_NO: Mapping[str, Text] = {"true": Text("是", "yes"), "false": Text("否", "no")}
_REPORT = Text("上报", "the report")


@dataclass(frozen=True, slots=True)
class Definition:
    """What is counted, of what, and what becomes of matters of which that cannot be told."""

    counted: Text
    of: Text
    untold: Text


@functools.cache  # of what is declared, and each page of figures asks for forty
def definition_of(measure: Measure) -> Definition:
    """The numerator, the denominator and the null rule of a measure in words."""
    words = _Words(measure.key.partition(".")[0])
    counted = measure.numerator
    told = words.span(counted) if isinstance(counted, Span) else words.of(counted)
    return Definition(told, words.of(measure.denominator), _UNTOLD[measure.null_rule])


class _Words:
    """Predicates in the words of one type; of an act that several versions declare, in those of the newest."""

    def __init__(self, key: str) -> None:
        versions = [one for one in every_version() if one.key == key]
        self._types: Mapping[str, MatterType] = {one.key: one for one in every_version()}
        self._states: dict[str, Text] = {one.key: one.title for each in versions for one in each.states}
        self._actions: dict[str, Action] = {one.key: one for each in versions for one in each.actions}
        self._clocks: dict[str, ClockRule] = {one.key: one for each in versions for one in each.clocks}

    def of(self, predicate: Predicate) -> Text:
        """A predicate as a clause."""
        match predicate:
            case AllOf() | Not(AnyOf()):
                return self._joined(_every(predicate), "，并且", " and ")
            case AnyOf():
                return self._joined(_any(predicate), "，或者", " or ")
            case Not(part):
                return self._opposite(part)
            case Is() | IsNull() | NotNull() | Before():
                return self._of_column(predicate)
            case _:
                return self._of_record(predicate)

    def span(self, span: Span) -> Text:
        """A span as what lies between its moments."""
        since, until = self._moment(span.since), self._moment(span.until)
        return Text(f"从{since.zh}到{until.zh}的时间", f"the time from {since.en} to {until.en}")

    def _joined(self, parts: Sequence[Predicate], zh: str, en: str) -> Text:
        told = [self._inner(one) if len(parts) > 1 else self.of(one) for one in parts]
        return Text(zh.join(one.zh for one in told), en.join(one.en for one in told))

    def _inner(self, predicate: Predicate) -> Text:
        told = self.of(predicate)
        return (
            Text(f"（{told.zh}）", f"({told.en})") if len(_every(predicate)) > 1 or len(_any(predicate)) > 1 else told
        )

    def _opposite(self, part: Predicate) -> Text:
        match part:
            case Before(column, other, hours):
                one, two, gap = self._moment(column), self._moment(other), _gap(hours)
                if not hours:
                    return Text(f"{two.zh}不晚于{one.zh}", f"{two.en} is not after {one.en}")
                return Text(f"{one.zh}比{two.zh}早不过{gap.zh}", f"{one.en} is not more than {gap.en} before {two.en}")
            case Is(column, str(value)):
                title, named = COLUMNS[column].title, self._value(column, value)
                return Text(f"{title.zh}不是{named.zh}", f"{title.en.lower()} is not {named.en}")
            case Did(actions, times=1):
                named = self._acts(actions)
                return Text(f"没有做过{named.zh}", f"{named.en} was not done")
        told = self.of(part)
        return Text(f"并非（{told.zh}）", f"not ({told.en})")

    def _of_column(self, predicate: Is | IsNull | NotNull | Before) -> Text:
        match predicate:
            case Is(column, bool(value)):
                title = COLUMNS[column].title
                return Text(f"{title.zh}：{'是' if value else '否'}", f"{title.en.lower()}: {'yes' if value else 'no'}")
            case Is(column, value):
                title, named = COLUMNS[column].title, self._value(column, str(value))
                return Text(f"{title.zh}是{named.zh}", f"{title.en.lower()} is {named.en}")
            case IsNull(column):
                named = self._moment(column)
                return Text(f"没有{named.zh}", f"{named.en} is empty")
            case NotNull(column):
                named = self._moment(column)
                return Text(f"有{named.zh}", f"{named.en} is filled in")
            case Before(column, "as_of", hours=0):
                named = self._moment(column)
                return Text(f"{named.zh}已过", f"{named.en} has gone by")
            case Before(column, other, hours):
                one, two, gap = self._moment(column), self._moment(other), _gap(hours)
                if not hours:
                    return Text(f"{one.zh}早于{two.zh}", f"{one.en} is before {two.en}")
                return Text(f"{one.zh}比{two.zh}早{gap.zh}以上", f"{one.en} is more than {gap.en} before {two.en}")

    def _of_record(self, predicate: Predicate) -> Text:
        match predicate:
            case Did(actions, times):
                named, often = self._acts(actions), _times(times)
                return Text(f"做过{named.zh}{often.zh}", f"{named.en} was done{often.en}")
            case Said(actions, field, values):
                return self._said(actions, field, values)
            case SameUnit(some, others):
                one, two = self._acts(some), self._acts(others)
                return Text(f"{one.zh}与{two.zh}由同一单位做", f"{one.en} and {two.en} were done by one unit")
            case Extended(clock, hours):
                title, late = self._clock(clock), _late(hours)
                return Text(f"{title.zh}的期限{late.zh}延长过", f"the time of {title.en} was extended{late.en}")
            case Drawn(percent=percent):
                share = _percent(percent)
                return Text(f"{share.zh}抽中", f"it was drawn, {share.en}")
        raise TypeError(f"no words for {predicate!r}")

    def _moment(self, moment: Moment) -> Text:
        match moment:
            case str():
                title = COLUMNS[moment].title
                return Text(title.zh, f"“{title.en}”")
            case First(actions):
                named = self._acts(actions)
                return Text(f"第一次{named.zh}", f"the first {named.en}")
            case Last(actions):
                named = self._acts(actions)
                return Text(f"最后一次{named.zh}", f"the last {named.en}")
            case Due(clock):
                title = self._clock(clock)
                return Text(f"{title.zh}的到期时间", f"the due moment of {title.en}")
            case Stopped(clock):
                title = self._clock(clock)
                return Text(f"{title.zh}的完成时间", f"the end of {title.en}")

    def _said(self, actions: tuple[str, ...], field: str, values: tuple[str, ...]) -> Text:
        declared = self._field(actions, field)
        choices = dict(declared.choices)
        if declared.kind == "number":  # every value from a bound on: the bound says as much
            bound = Text(f"不低于 {values[0]}", f"at least {values[0]}")
        elif declared.kind == "yes_no":
            bound = _YES_NO[values[0]]
        else:
            bound = _quoted(choices[one] for one in values)
        return Text(f"“{declared.title.zh}”填的是{bound.zh}", f"“{declared.title.en}” was answered with {bound.en}")

    def _field(self, actions: tuple[str, ...], key: str) -> Field:
        known = (self._actions[one] for one in actions if one in self._actions)
        return next(one for action in known for one in action.fields if one.key == key)

    def _acts(self, actions: Iterable[str]) -> Text:
        known = (self._actions[one].title for one in actions if one in self._actions)
        return _quoted(known) if set(actions) & self._actions.keys() else _REPORT

    def _clock(self, key: str) -> Text:
        return _quoted([self._clocks[key].title])

    def _value(self, column: str, value: str) -> Text:
        if column == "type":
            return _quoted([self._types[value].title])
        return _quoted([self._states[value] if column == "state" else Text(value, value)])


def _every(predicate: Predicate) -> list[Predicate]:
    """What must hold together, one by one; what is compared is there, and that is not said twice."""
    match predicate:
        case AllOf(parts):
            told = [inner for one in parts for inner in _every(one)]
            inner = [one.part if isinstance(one, Not) else one for one in told]
            compared = {moment for one in inner if isinstance(one, Before) for moment in (one.column, one.other)}
            return [one for one in told if not (isinstance(one, NotNull) and one.column in compared)]
        case Not(AnyOf(parts)):
            return [Not(one) for one in parts]
    return [predicate]


def _any(predicate: Predicate) -> list[Predicate]:
    """Of what one must hold, one by one."""
    return [inner for one in predicate.parts for inner in _any(one)] if isinstance(predicate, AnyOf) else [predicate]


def _quoted(titles: Iterable[Text]) -> Text:
    told = list(dict.fromkeys(titles))  # acts of one name are one act to whoever reads of them
    return Text("".join(f"“{one.zh}”" for one in told), " / ".join(f"“{one.en}”" for one in told))


def _times(times: int) -> Text:
    return Text("", "") if times == 1 else Text(f"至少 {times} 次", f" {times} times or more")


def _gap(hours: int | Setting) -> Text:
    if isinstance(hours, Setting):
        return Text("市里定的时间", "the time that the city has set")
    return length(datetime.timedelta(hours=hours))


def _late(hours: int | None) -> Text:
    return Text("", "") if hours is None else Text(f"在最后 {hours} 小时内", f" within its last {hours} hours")


def _percent(percent: int | Setting) -> Text:
    if isinstance(percent, Setting):
        return Text("按市里定的比例", "by the share that the city has set")
    return Text(f"按 {percent}%", f"{percent} % of all")
