"""What operators must see on every page: messages that could not be delivered, and a chain that is silent."""

from dataclasses import dataclass

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.self_check.matter_type import OPERATE
from jingwei.kernel.matters.self_check.probe import self_check_of
from jingwei.kernel.outbox.waiting import given_up
from jingwei.kernel.values.words import Text

_SILENT = Text(
    "提醒链路今天没有自检：后台进程可能没有运行。",
    "The chain of reminders was not checked today: the worker may not run.",
)
_MISSED = Text(
    "提醒链路自检没有按时送达：催办和到期提醒可能没有发出。",
    "The self-check of reminders did not arrive in time: reminders may not go out.",
)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is wrong, and the page that says more."""

    text: Text
    page: str


def alarms_for(scope: Scope) -> tuple[Alarm, ...]:
    """The alarms an operator reads, none for anybody else. Two statements."""
    if not scope.actor.holds(OPERATE):
        return ()
    alarms, dead, check = [], given_up(), self_check_of(scope)
    if not check.ok:
        alarms.append(Alarm(_SILENT if check.state == "silent" else _MISSED, "desk:self_check"))
    if dead:
        words = Text(f"有 {dead} 条消息没有送达。", f"{dead} messages could not be delivered.")
        alarms.append(Alarm(words, "desk:dead_letters"))
    return tuple(alarms)
