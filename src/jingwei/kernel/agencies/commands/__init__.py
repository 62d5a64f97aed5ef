"""Commands on units, posts, people: entering, changing, leaving; leave and its stand-in; duty rosters and swaps."""

from jingwei.kernel.agencies.commands.change import ChangePost, ChangeUnit, StepDown
from jingwei.kernel.agencies.commands.drafting.at_once import ReplaceShift
from jingwei.kernel.agencies.commands.drafting.publishing import (
    HandInRoster,
    PublishRoster,
    ReturnRoster,
    UndoRoster,
    WithdrawRoster,
)
from jingwei.kernel.agencies.commands.drafting.writing import DraftShifts, LeaveShiftOut
from jingwei.kernel.agencies.commands.enter import EndKey, EnterPerson, EnterPost, EnterUnit, GiveKey, TakeUpPost
from jingwei.kernel.agencies.commands.factors import AddFactor, EndFactor
from jingwei.kernel.agencies.commands.invitations import Invite, UseInvitation, WithdrawInvitation
from jingwei.kernel.agencies.commands.leave import EndLeave, TakeLeave
from jingwei.kernel.agencies.commands.passwords import ChangeOwnPassword
from jingwei.kernel.agencies.commands.people import ChangePerson, MatchIdentity
from jingwei.kernel.agencies.commands.resets import DecideReset, ProposeReset
from jingwei.kernel.agencies.commands.roster import CancelShift, ChangeRoster, EnterShifts, OpenRoster, ShiftRow
from jingwei.kernel.agencies.commands.sessions import EndOwnSessions, EndSessionsOf
from jingwei.kernel.agencies.commands.swap import AnswerSwap, AskSwap
from jingwei.kernel.agencies.commands.workstations import EndWorkstation, EnrolWorkstation, OpenWorkstation

__all__ = [
    "AddFactor",
    "AnswerSwap",
    "AskSwap",
    "CancelShift",
    "ChangeOwnPassword",
    "ChangePerson",
    "ChangePost",
    "ChangeRoster",
    "ChangeUnit",
    "DecideReset",
    "DraftShifts",
    "EndFactor",
    "EndKey",
    "EndLeave",
    "EndOwnSessions",
    "EndSessionsOf",
    "EndWorkstation",
    "EnrolWorkstation",
    "EnterPerson",
    "EnterPost",
    "EnterShifts",
    "EnterUnit",
    "GiveKey",
    "HandInRoster",
    "Invite",
    "LeaveShiftOut",
    "MatchIdentity",
    "OpenRoster",
    "OpenWorkstation",
    "ProposeReset",
    "PublishRoster",
    "ReplaceShift",
    "ReturnRoster",
    "ShiftRow",
    "StepDown",
    "TakeLeave",
    "TakeUpPost",
    "UndoRoster",
    "UseInvitation",
    "WithdrawInvitation",
    "WithdrawRoster",
]
