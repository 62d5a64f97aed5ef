"""The forms of duty, and the commands they send."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from jingwei.kernel.agencies.commands import (
    AnswerSwap,
    AskSwap,
    CancelShift,
    ChangeRoster,
    DraftShifts,
    EndLeave,
    EnterShifts,
    OpenRoster,
    ReplaceShift,
    ShiftRow,
    TakeLeave,
)
from jingwei.kernel.agencies.models import Holding, Roster, Shift
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Input
from jingwei.surfaces.desk.doing import Form, Reader, Refused, choice, form, line, moment, read_id, read_moment, written

_FROM, _UNTIL = Text("从", "From"), Text("到", "Until")
_AT_ONCE = Text(
    "临时加班次：24 小时内开始，不经草案立即生效，并注明临时",
    "At short notice: begins within 24 hours, holds at once without a draft, and is recorded so",
)
_HOURS = Text(
    "每天须有人值班的时段，如 00:00-24:00；多个用逗号隔开，跨夜写 20:00-08:00。",
    "Hours of every day that must be covered, such as 00:00-24:00; several with commas, over midnight 20:00-08:00.",
)


def _covers(values: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    windows = [part.strip().partition("-") for part in values.get("covers", "").replace("，", ",").split(",")]
    return tuple((begins.strip(), ends.strip()) for begins, _, ends in windows)


def _names(values: Mapping[str, str]) -> tuple[str, str]:
    return values.get("title_zh", "").strip()[:120], values.get("title_en", "").strip()[:120]


def own(actor: Actor) -> Mapping[str, Reader]:
    """What somebody may do about their own duty."""
    me = actor.id or uuid.UUID(int=0)

    def leave(values: Mapping[str, str], zone: ZoneInfo) -> TakeLeave:
        person = values.get("stand_in", "")
        return TakeLeave(
            person=me,
            from_at=read_moment(values, "from_at", zone),
            until_at=read_moment(values, "until_at", zone),
            stand_in=read_id(values, "stand_in") if person else None,
            stand_in_post="" if person else values.get("stand_in_post", ""),
        )

    return {
        "leave": leave,
        "end_leave": lambda values, _: EndLeave(leave=read_id(values, "_subject")),
        "agree": lambda values, _: AnswerSwap(swap=read_id(values, "_subject"), answer="agreed"),
        "decline": lambda values, _: AnswerSwap(swap=read_id(values, "_subject"), answer="declined"),
        "withdraw": lambda values, _: AnswerSwap(swap=read_id(values, "_subject"), answer="withdrawn"),
        "open_roster": _open_roster,
    }


def _open_roster(values: Mapping[str, str], _: ZoneInfo) -> OpenRoster:
    return OpenRoster(
        code=values.get("code", "").strip()[:40],
        unit=values.get("unit", ""),
        area=values.get("area", ""),
        title=_names(values),
        covers=_covers(values),
    )


def on_roster(roster: Roster) -> Mapping[str, Reader]:
    """What may be done on the page of a roster."""

    def change(values: Mapping[str, str], zone: ZoneInfo) -> ChangeRoster:
        closed = values.get("closed") == "on"
        return ChangeRoster(code=roster.code, title=_names(values), covers=_covers(values), closed=closed)

    def enter(values: Mapping[str, str], zone: ZoneInfo) -> EnterShifts | DraftShifts:
        holding = _holding(values)
        from_at, until_at = read_moment(values, "from_at", zone), read_moment(values, "until_at", zone)
        times = [
            (_later(from_at, day, zone), _later(until_at, day, zone)) for day in range(_days(values.get("days", "1")))
        ]
        rows = tuple(
            ShiftRow(post=holding.post.code, person=holding.person_id, from_at=a, until_at=b) for a, b in times
        )
        if values.get("at_once") == "on":
            return EnterShifts(roster=roster.code, shifts=rows)
        return DraftShifts(roster=roster.code, comes=rows)

    def replace(values: Mapping[str, str], zone: ZoneInfo) -> ReplaceShift:
        holding = _holding(values)
        return ReplaceShift(shift=read_id(values, "_subject"), post=holding.post.code, person=holding.person_id)

    return {
        "change": change,
        "enter": enter,
        "replace": replace,
        "cancel": lambda values, _: CancelShift(shift=read_id(values, "_subject")),
        "away": lambda values, _: DraftShifts(roster=roster.code, goes=(read_id(values, "_subject"),)),
        "ask": _ask,
    }


def _holding(values: Mapping[str, str]) -> Holding:
    """Who is to be on duty, and in which post. Raises Denied as not found."""
    holding = Holding.objects.filter(pk=read_id(values, "holding")).select_related("post").first()
    if holding is None:
        raise not_found()
    return holding


def _ask(values: Mapping[str, str], zone: ZoneInfo) -> AskSwap:
    """The choice names a person, or a shift of theirs to have in return."""
    kind, _, key = values.get("with", "").partition(":")
    wanted = read_id({"key": key}, "key")
    if kind == "person":
        return AskSwap(shift=read_id(values, "_subject"), asked=wanted)
    back = Shift.objects.filter(pk=wanted).first()
    if back is None:
        raise not_found()
    return AskSwap(shift=read_id(values, "_subject"), asked=back.person_id, back=back.pk)


def _days(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= 62:
        return int(text)
    raise Invalid(Text("连续天数须为 1 到 62。", "Repeat for 1 to 62 days."), place="days")


def _later(at: datetime.datetime, days: int, zone: ZoneInfo) -> datetime.datetime:
    """The same hour on the clock so many days later. Raises Invalid beyond the end of the calendar."""
    try:
        return (at.astimezone(zone) + datetime.timedelta(days=days)).astimezone(datetime.UTC)
    except OverflowError as error:
        raise Invalid(Text("日期太远。", "The day is too far away."), place="from_at") from error


# --- As they are drawn --------------------------------------------------------------------------------------------


def leave_form(scope: Scope, colleagues: Sequence[Holding], zone: ZoneInfo, tried: Refused | None) -> Form:
    """Leave with its stand-in, a colleague of one's units or a post there."""
    people = {one.person_id: one.person.name for one in colleagues if one.person_id != scope.actor.id}
    posts = {one.post.code: Text(one.post.title_zh, one.post.title_en) for one in colleagues}
    named = [(str(key), Text(name, name)) for key, name in people.items()]
    inputs = (
        moment("from_at", _FROM, written(scope.now, zone)),
        moment("until_at", _UNTIL),
        choice("stand_in", Text("代行人", "Stand-in"), named, required=False),
        choice("stand_in_post", Text("或由岗位代行", "Or a post stands in"), list(posts.items()), required=False),
    )
    return form("leave", Text("登记请假", "Enter leave"), inputs, tried=tried)


def open_roster_form(scope: Scope, tried: Refused | None) -> Form:
    """A new roster."""
    units = [(unit.code, unit.name) for unit in agencies_of(scope).unit_by_code.values()]
    areas = [(place.code, place.name) for place in places_of(scope).by_code.values()]
    inputs = (
        line("code", Text("代码", "Code")),
        choice("unit", Text("单位", "Unit"), units),
        choice("area", Text("区域", "Area"), areas),
        *_title_inputs("", "", "00:00-24:00"),
    )
    return form("open_roster", Text("新设值班表", "Open a roster"), inputs, tried=tried)


def _title_inputs(zh: str, en: str, covers: str) -> tuple[Input, ...]:
    return (
        line("title_zh", Text("中文名称", "Name in Chinese"), zh),
        line("title_en", Text("英文名称", "Name in English"), en),
        line("covers", Text("值班时段", "Hours"), covers, hint=_HOURS),
    )


def change_form(roster: Roster, tried: Refused | None) -> Form:
    """A roster's names and hours."""
    covers = ", ".join("-".join(window) for window in roster.covers)
    closed = Input(
        name="closed",
        title=Text("结束这张值班表，取消未开始的班次", "Close it; cancel what has not begun"),
        kind="yes_no",
    )
    inputs = (*_title_inputs(roster.title_zh, roster.title_en, covers), closed)
    return form("change", Text("变更值班表", "Change the roster"), inputs, tried=tried)


def enter_form(holdings: Sequence[Holding], scope: Scope, zone: ZoneInfo, tried: Refused | None) -> Form:
    """One shift, or the same hours on several days."""
    inputs = (
        _who(holdings),
        moment("from_at", _FROM, written(scope.now + datetime.timedelta(days=1), zone)),
        moment("until_at", _UNTIL),
        Input(name="days", title=Text("连续几天", "On how many days running"), kind="number", value="1", required=True),
        Input(name="at_once", title=_AT_ONCE, kind="yes_no"),
    )
    return form("enter", Text("排班（写进草案）", "Enter shifts (into the draft)"), inputs, tried=tried)


def replace_form(shift: uuid.UUID, holdings: Sequence[Holding], tried: Refused | None) -> Form:
    """Another person for a shift of the next 24 hours, at once."""
    return form("replace", Text("临时换人", "Replace at once"), (_who(holdings),), str(shift), tried)


def _who(holdings: Sequence[Holding]) -> Input:
    named = [
        (str(one.pk), Text(f"{one.post.title_zh} · {one.person.name}", f"{one.post.title_en} · {one.person.name}"))
        for one in holdings
    ]
    return choice("holding", Text("岗位与人员", "Post and person"), named)


def ask_form(shift: uuid.UUID, others: Sequence[tuple[str, Text]], tried: Refused | None) -> Form:
    """A request to swap one shift of mine."""
    inputs = (choice("with", Text("换给谁", "With whom"), others),)
    return form("ask", Text("请求换班", "Ask to swap"), inputs, str(shift), tried)
