"""Drafts of rules: written by some, published by another person, taken back by a further publication."""

from jingwei.kernel.rulebook.drafting.publishing import (
    AskPublication,
    PublishDraft,
    ReturnDraft,
    UndoPublication,
    WithdrawDraft,
)
from jingwei.kernel.rulebook.drafting.writing import BeginDraft, ChangeDraft, LeaveOut, NewValue, RenameDraft

__all__ = [
    "AskPublication",
    "BeginDraft",
    "ChangeDraft",
    "LeaveOut",
    "NewValue",
    "PublishDraft",
    "RenameDraft",
    "ReturnDraft",
    "UndoPublication",
    "WithdrawDraft",
]
