"""The life of a draft, whatever it changes: written, handed in, sent back, published by a second person, withdrawn.

Who may do what in which state is said here once, for the commands and for the pages. A handler locks and authorises by
its own rule, asks `writes` or `decides`, takes the step, and records it under its own name.
"""

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.work import Work
from jingwei.kernel.drafts.head import DraftHead
from jingwei.kernel.values.grants import TITLES
from jingwei.kernel.values.words import Text

LONGEST_REASON = 1_000

STATES = {
    "open": Text("起草中", "Being written"),
    "asked": Text("待另一人发布", "Waits for a second person"),
    "published": Text("已发布", "Published"),
    "withdrawn": Text("已撤销", "Withdrawn"),
}

_PERSON = Text("草案由在岗的人起草和发布。", "People write and publish drafts, in a post of their own.")
_NOT_OPEN = {
    "asked": Text(
        "草案正在等另一个人发布，不能改；请先收回。",
        "The draft waits for somebody to publish it: take it back before you change it.",
    ),
    "published": Text("草案已经发布，不能再改；请另起草案。", "The draft was published: begin another one."),
    "withdrawn": Text("草案已经撤销，不能再改；请另起草案。", "The draft was withdrawn: begin another one."),
}
_NOT_ASKED = {
    "open": Text(
        "草案还没有提交；请起草的人先提交，再由另一个人发布。",
        "The draft is still being written: whoever wrote it asks for publication first.",
    ),
    "published": Text("草案已经发布。", "The draft was published already."),
    "withdrawn": Text("草案已经撤销。", "The draft was withdrawn."),
}
_EMPTY = Text("草案里没有改动，不能提交。", "The draft holds no change that could be published.")
_WHY = Text("请写明理由。", "Give the reason.")
_LONG = Text(f"理由最多 {LONGEST_REASON} 个字。", f"A reason has {LONGEST_REASON} characters at most.")


def person_problem(actor: Actor) -> Text | None:
    """Why a machine does not write drafts: there would be no two persons."""
    return None if actor.kind == "person" else _PERSON


def open_problem(draft: DraftHead) -> Text | None:
    """Why nothing more is written in it."""
    return _NOT_OPEN.get(draft.state)


def asked_problem(draft: DraftHead) -> Text | None:
    """Why nobody publishes it, or sends it back, now."""
    return _NOT_ASKED.get(draft.state)


def second_problem(actor: Actor, draft: DraftHead) -> Text | None:
    """Whoever wrote anything in a draft does not publish it."""
    if actor.reference not in draft.hands and actor.reference != draft.asked_by:
        return None
    may = TITLES[draft.grant]
    return Text(
        f"草案里有您写的内容，须由另一个人发布：请一位有“{may.zh}”权限的同事来发布。",
        f"You wrote in this draft, so a second person must publish it: ask a colleague who may {may.en}.",
    )


def writes(work: Work, one: DraftHead) -> None:
    """That a person writes, and the draft is being written. Raises Invalid."""
    work.require(person_problem(work.actor))
    work.require(open_problem(one))


def decides(work: Work, one: DraftHead, *, publishes: bool = False) -> None:
    """That a person decides about a draft that was handed in; whoever publishes has written nothing in it. Raises
    Invalid."""
    work.require(person_problem(work.actor))
    work.require(asked_problem(one))
    work.require(second_problem(work.actor, one) if publishes else None)


def holds_something(work: Work, changes: int) -> None:
    """Raises Invalid for a draft that would change nothing."""
    work.require(None if changes else _EMPTY)


def sign(work: Work, one: DraftHead) -> None:
    """From now on the draft is also by this hand."""
    if work.actor.reference not in one.hands:
        one.hands = [*one.hands, work.actor.reference]
        work.save(one, "hands")


def hand_in(work: Work, one: DraftHead) -> None:
    """The draft is as it should be; somebody else is to publish it."""
    one.state, one.asked_by, one.asked_at = "asked", work.actor.reference, work.now
    one.returned_by, one.returned_because = "", ""
    work.save(one, "state", "asked_by", "asked_at", "returned_by", "returned_because")


def take_back(work: Work, one: DraftHead, reason: str) -> bool:
    """The draft is written again; gives whether one of its own hands took it back. Whoever did not write it says why.
    Raises Invalid."""
    decides(work, one)
    own, why = second_problem(work.actor, one) is not None, reason.strip()
    work.require(_WHY if not own and not why else None, place="reason")
    work.require(_LONG if len(why) > LONGEST_REASON else None, place="reason")
    one.state, one.returned_by, one.returned_because = "open", work.actor.reference, why
    work.save(one, "state", "returned_by", "returned_because")
    return own


def end(work: Work, one: DraftHead, state: str) -> None:
    """The draft is `published` or `withdrawn`, by whoever acts."""
    one.state, one.ended_by, one.ended_at = state, work.actor.reference, work.now
    work.save(one, "state", "ended_by", "ended_at")
