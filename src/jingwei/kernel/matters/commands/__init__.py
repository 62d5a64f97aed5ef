"""The commands every matter has: report, give a limit, act, link, restate, ring, urge, hand over, end a post."""

from jingwei.kernel.matters.commands.act import Act
from jingwei.kernel.matters.commands.end_post import EndPost, EndUnit
from jingwei.kernel.matters.commands.give_limit import GiveLimit
from jingwei.kernel.matters.commands.hand_over import AcceptHandOver, HandOverShift
from jingwei.kernel.matters.commands.link import LinkMatters
from jingwei.kernel.matters.commands.report import Contact, External, ReportMatter
from jingwei.kernel.matters.commands.restate import RestateMatter
from jingwei.kernel.matters.commands.ring import RingClock
from jingwei.kernel.matters.commands.urge import AnswerUrging, Supervise, Urge

__all__ = [
    "AcceptHandOver",
    "Act",
    "AnswerUrging",
    "Contact",
    "EndPost",
    "EndUnit",
    "External",
    "GiveLimit",
    "HandOverShift",
    "LinkMatters",
    "ReportMatter",
    "RestateMatter",
    "RingClock",
    "Supervise",
    "Urge",
]
