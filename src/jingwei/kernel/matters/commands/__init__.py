"""The commands every matter has: report, give a limit, act, link, restate, ring, urge."""

from jingwei.kernel.matters.commands.act import Act
from jingwei.kernel.matters.commands.give_limit import GiveLimit
from jingwei.kernel.matters.commands.link import LinkMatters
from jingwei.kernel.matters.commands.report import Contact, External, ReportMatter
from jingwei.kernel.matters.commands.restate import RestateMatter
from jingwei.kernel.matters.commands.ring import RingClock
from jingwei.kernel.matters.commands.urge import AnswerUrging, Supervise, Urge

__all__ = [
    "Act",
    "AnswerUrging",
    "Contact",
    "External",
    "GiveLimit",
    "LinkMatters",
    "ReportMatter",
    "RestateMatter",
    "RingClock",
    "Supervise",
    "Urge",
]
