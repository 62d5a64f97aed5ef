"""The commands every matter has: report, carry over, act, place, class, merge, split, tasks, links, limits, urging."""

from jingwei.kernel.matters.commands.act import Act
from jingwei.kernel.matters.commands.carry_over import CarryOver
from jingwei.kernel.matters.commands.give_limit import GiveLimit
from jingwei.kernel.matters.commands.link import LinkMatters
from jingwei.kernel.matters.commands.merge import MergeMatters, SeparateMatter
from jingwei.kernel.matters.commands.place import PlaceMatter
from jingwei.kernel.matters.commands.posts.end_post import EndPost, EndUnit
from jingwei.kernel.matters.commands.posts.hand_over import AcceptHandOver, HandOverShift
from jingwei.kernel.matters.commands.posts.leaving import PersonLeaves
from jingwei.kernel.matters.commands.reclassify import ReclassifyMatter
from jingwei.kernel.matters.commands.report import Contact, External, ReportMatter
from jingwei.kernel.matters.commands.restate import RestateMatter
from jingwei.kernel.matters.commands.ring import RingClock
from jingwei.kernel.matters.commands.split import Part, SplitMatter
from jingwei.kernel.matters.commands.tasks import AnswerTask, AskTask
from jingwei.kernel.matters.commands.urge import AnswerUrging, Supervise, Urge

__all__ = [
    "AcceptHandOver",
    "Act",
    "AnswerTask",
    "AnswerUrging",
    "AskTask",
    "CarryOver",
    "Contact",
    "EndPost",
    "EndUnit",
    "External",
    "GiveLimit",
    "HandOverShift",
    "LinkMatters",
    "MergeMatters",
    "Part",
    "PersonLeaves",
    "PlaceMatter",
    "ReclassifyMatter",
    "ReportMatter",
    "RestateMatter",
    "RingClock",
    "SeparateMatter",
    "SplitMatter",
    "Supervise",
    "Urge",
]
