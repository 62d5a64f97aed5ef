"""The commands every matter has: report, give a limit, act, link, restate, ring."""

from jingwei.kernel.matters.commands.act import Act
from jingwei.kernel.matters.commands.give_limit import GiveLimit
from jingwei.kernel.matters.commands.link import LinkMatters
from jingwei.kernel.matters.commands.report import Contact, External, ReportMatter
from jingwei.kernel.matters.commands.restate import RestateMatter
from jingwei.kernel.matters.commands.ring import RingClock

__all__ = ["Act", "Contact", "External", "GiveLimit", "LinkMatters", "ReportMatter", "RestateMatter", "RingClock"]
