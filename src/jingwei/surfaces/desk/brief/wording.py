"""A brief in words: the sentence at its head and its tables, the same on the page and in the document."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from jingwei.kernel.values.words import Text
from jingwei.kit.moments import counted, day_written, written
from jingwei.surfaces.desk.brief.period import Period
from jingwei.surfaces.desk.brief.queries import LISTED, Brief, Flow, Share

OVERDUE = Text("逾期未结（现在）", "Open and overdue (now)")
_FLOW = (
    Text("受理", "Reported"),
    Text("办结", "Closed"),
    Text("期末未结", "Open"),
    Text("其中逾期", "Of these overdue"),
)
_BEFORE = Text("上期受理", "Reported before")


@dataclass(frozen=True, slots=True)
class Part:
    """One table: the first column names what the row is about, the others are numbers."""

    title: Text
    headings: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]


def days_of(period: Period) -> Text:
    """From which day to which."""
    first, last = day_written(period.first), day_written(period.last)
    return first if period.first == period.last else Text(f"{first.zh}至{last.zh}", f"{first.en} to {last.en}")


def lead(brief: Brief) -> Text:
    """What the period was like, in two sentences."""
    now, before = brief.flow, brief.before
    more = now.reported - before.reported
    zh = f"比上期{'多' if more > 0 else '少'} {abs(more):,} 件" if more else "与上期相同"
    en = f"{abs(more):,} {'more' if more > 0 else 'fewer'} than before" if more else "as many as before"
    return Text(
        f"受理 {now.reported:,} 件，{zh}；办结 {now.closed:,} 件。期末未结 {now.still_open:,} 件，其中逾期 "
        f"{now.overdue:,} 件。",
        f"{now.reported:,} matters were reported, {en}; {now.closed:,} were closed. {now.still_open:,} are open at its "
        f"end, {now.overdue:,} of them overdue.",
    )


def parts(brief: Brief) -> Iterator[Part]:
    """The tables, those without rows left out."""
    periods = (_flow(Text("本期", "This period"), brief.flow), _flow(Text("上期", "The period before"), brief.before))
    yield Part(Text("进出", "In and out"), (Text("周期", "Period"), *_FLOW), periods)
    if brief.figures:
        yield Part(
            Text("期限落在本期的事项", "Matters that fell due in this period"),
            (
                Text("指标", "Figure"),
                Text("数值", "Value"),
                Text("符合的", "Those that count"),
                Text("件数", "Matters"),
            ),
            tuple(
                (one.measure.title, one.value, _number(one.figure.numerator), _number(one.figure.denominator))
                for one in brief.figures
            ),
        )
    for title, first, shares in (
        (Text("受理最多的类别", "Categories with the most reports"), Text("类别", "Category"), brief.classes),
        (Text("承办单位", "Units"), Text("单位", "Unit"), brief.units),
    ):
        if shares:
            yield Part(title, (first, *_FLOW, _BEFORE), tuple(_share(one) for one in shares))


def note(brief: Brief, zone: ZoneInfo) -> Text:
    """What the figures rest on."""
    until = written(brief.until, zone)
    return Text(
        f"统计截至 {until.zh}。状态、承办单位和期限按现在的记录；未结的逾期事项都计入期限落在本期的件数。",
        f"Counted until {until.en}. State, unit and due moment as they now stand; open overdue matters count among "
        "those that fell due.",
    )


def beyond(brief: Brief) -> Text | None:
    """How many overdue matters are not listed; None where all are."""
    if brief.more <= 0:
        return None
    return Text(
        f"只列出最早到期的 {LISTED} 件，另有 {brief.more:,} 件。",
        f"The {LISTED} that fell due first are listed; there are {brief.more:,} more.",
    )


def _flow(title: Text, flow: Flow) -> tuple[Text, ...]:
    return (title, *map(_number, (flow.reported, flow.closed, flow.still_open, flow.overdue)))


def _share(one: Share) -> tuple[Text, ...]:
    return (*_flow(one.title, one.flow), _number(one.reported_before))


def _number(count: int) -> Text:
    return Text(counted(count), counted(count))
