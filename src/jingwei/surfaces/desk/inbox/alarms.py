"""What operators must see on every page: messages that could not be delivered."""

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.outbox.waiting import given_up
from jingwei.kernel.values.words import Text

OPERATE = "system.operate"


def alarms_for(scope: Scope) -> tuple[Text, ...]:
    """The alarms an operator reads, none for anybody else. One statement."""
    if not scope.actor.holds(OPERATE):
        return ()
    dead = given_up()
    if not dead:
        return ()
    return (Text(f"有 {dead} 条消息没有送达。", f"{dead} messages could not be delivered."),)
