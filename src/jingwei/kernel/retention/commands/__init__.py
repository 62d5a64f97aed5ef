"""The commands of a destruction list: propose, withdraw, take out, review; and its carrying out."""

from jingwei.kernel.retention.commands.carry_out import DestroyListed
from jingwei.kernel.retention.commands.propose import ProposeDestruction, WithdrawList
from jingwei.kernel.retention.commands.review import ReviewList, TakeOut

__all__ = ["DestroyListed", "ProposeDestruction", "ReviewList", "TakeOut", "WithdrawList"]
