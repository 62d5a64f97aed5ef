"""Actor, command, Work, execute, execute_many: the one way to change state; reading: the one way to read in scope."""

from jingwei.kernel.commands.actor import Actor, Decision, Duty, by_grant, public, system
from jingwei.kernel.commands.bulk import Keyed, Outcome, execute_many
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.registry import Bulk, Command, Result, catalogue, handles, handles_prepared
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.commands.work import Work

__all__ = [
    "Actor",
    "Bulk",
    "Command",
    "Decision",
    "Duty",
    "Keyed",
    "Outcome",
    "Result",
    "Scope",
    "Work",
    "by_grant",
    "catalogue",
    "execute",
    "execute_many",
    "handles",
    "handles_prepared",
    "public",
    "reading",
    "system",
]
