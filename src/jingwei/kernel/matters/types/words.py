"""The words that a matter type is declared in, as plain values. No Django here.

Approval by a second person (extension, deferral, return) is said in one way: asking leads to a state of its own, and
the act that leaves it says `not_by` the act that asked.
"""

from dataclasses import dataclass
from typing import Literal

from jingwei.kernel.values.words import Text

FieldKind = Literal["line", "text", "choice", "number", "yes_no", "unit", "post", "category", "day", "condition"]


FREE_WORDS = ("line", "text")
"""Kinds of fields that hold whatever somebody wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One declared field of a matter, of an action or of a task.

    Free words of a matter (line, text) are exactly one of `searchable` (indexed, for every reader), `sealed` (never
    indexed, shown only to those who work on the matter: whatever may name a person) and `harmless` (a code or a mark:
    shown to every reader, not indexed). Fields of actions are never indexed; they too may be sealed.
    """

    key: str
    title: Text
    kind: FieldKind = "line"
    required: bool = False
    longest: int = 200  # characters, for line and text
    choices: tuple[tuple[str, Text], ...] = ()
    searchable: bool = False
    sealed: bool = False
    harmless: bool = False
    public: bool = False  # shown to whoever follows the matter by code
    limits: bool = False  # each choice may have limits of its own; the earlier of the class's and the choice's applies
    least: int | None = None  # bounds of a number
    most: int | None = None
    asked_of: Literal["everybody", "staff", "source", "act"] = (
        "everybody"  # of a matter's field: by every form of report, that of staff, none (a source states it), or an act
    )
    hint: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRule:
    """Files that a report or an action takes or demands."""

    key: str
    title: Text
    least: int = 0
    most: int = 9
    images: bool = False  # nothing but pictures
    sealed: bool = False  # evidence: the original is sealed with its hash, and only a copy is shown
    public: bool = False  # their copies are shown to whoever follows the matter by code
    hint: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A condition on the locked matter: `of` is one of `among`.

    `of` names what the rulebook says of the category (`category.urgency`, `category.verify`, `category.check`), whether
    the matter is late (`matter.late`: yes, no), whether it was opened today (`matter.opened`: today, earlier), or a
    declared field of the matter (`request`). Where it does not hold,
    the action is barred, with the reason shown.
    """

    of: str
    among: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """An action may be done at most so often on one matter, counted anew after any of the actions `since`."""

    most: int
    since: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extends:
    """An action lengthens a clock that has not fallen due; all extensions together never exceed the first limit.

    The amount is a number field, in the unit of the first limit (of this action, or the newest step that holds it:
    the act that asked), or a share of the first limit.
    """

    clock: str
    field: str = ""
    percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Renews:
    """An action gives a clock a new term of `percent` of its first limit, from now on (rework).

    A clock that is already late is not renewed: late work stays late.
    """

    clock: str
    percent: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """An action makes the end of a day that a field names (of this action, or the newest step that holds it) the due
    moment of a clock, which starts if it did not run.

    A clock that is already late keeps its due moment: late work stays late.
    """

    clock: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One state. A final state ends the matter: `closed_at` is set and the clocks stop."""

    key: str
    title: Text
    final: bool = False
    public_title: Text | None = None  # what residents read; the title if None
    waits_for: str = ""  # grant of those who are expected to act next


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long a matter is kept once it is closed, and by which law; `results` are the final states it is for."""

    years: int
    basis: Text
    results: tuple[str, ...] = ()  # every final state that no other term of the type names, if empty


REPORT = "report"
"""The action of the step that a member of staff leaves by reporting: guards may name it, no type declares it."""

CAUSE = "cause"
"""The field of a return that says for which of the allowed reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that may be done: from which states, by whom, with what, and what follows.

    An action of another kind than `act` is done by a command of its own (`MergeMatters`, `SeparateMatter` which takes a
    merge back, `SplitMatter`, `ReclassifyMatter`); its states, grant and guards are declared like those of every other.

    An action with `causes` is a row of the return matrix: who (`grant`) sends back from where (`begins`) to where
    (`ends`, `assigns`), why, how often (`times`), and what the receiver may do next (`then`).
    """

    key: str
    title: Text
    begins: tuple[str, ...]  # states
    ends: str  # state; "" keeps the state
    grant: str
    kind: Literal["act", "merge", "separate", "split", "reclassify"] = "act"
    fields: tuple[Field, ...] = ()
    files: tuple[FileRule, ...] = ()
    when: tuple[When, ...] = ()  # all must hold
    times: Times | None = None
    within: str = ""  # a clock that must not be past its due moment; a window counts from the closing
    past: str = ""  # a clock that must be past its due moment, or stopped: nobody is cut short
    starts: tuple[str, ...] = ()  # clocks, each with its own limit; one that was stopped begins a new term
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    extends: Extends | None = None
    renews: Renews | None = None
    promises: Promises | None = None
    sets: tuple[str, ...] = ()  # fields of the action that become the matter's own, under the same key
    reason: bool = False  # a written reason is asked for
    causes: tuple[tuple[str, Text], ...] = ()  # a row of the return matrix: for these reasons only, as a choice
    then: tuple[str, ...] = ()  # the acts that may move the matter next; all that its state allows if empty
    not_by: tuple[str, ...] = ()  # second person: refused to whoever did one of these actions on this matter
    other_unit: bool = False  # refused to everybody of the unit that the matter is with: it does not judge its own work
    after: tuple[str, ...] = ()  # only once one of these actions was done on the matter
    unless: tuple[str, ...] = ()  # only while none of these actions was done on the matter
    only_by: tuple[str, ...] = ()  # recall: only for the post that did the newest of these actions
    assigns: Literal["", "unit", "holder", "nobody"] = (
        ""  # unit: field "unit"; holder: the actor's post; nobody: no holder
    )
    tells: tuple[str, ...] = ()  # "unit", "holder", "reporter", or a grant of the posts of the area
    system_only: bool = False  # offered to nobody; done by a named part of the system
    replaced: bool = False  # a generic act has taken its place: what was done is read, and no page offers it any more
    at_intake: bool = False  # may be done in the same sending as the report, by the clerk who takes it in

    @property
    def offered(self) -> bool:
        """Whether people are to do it from now on."""
        return not (self.system_only or self.replaced)

    def __post_init__(self) -> None:
        if self.causes and not any(one.key == CAUSE for one in self.fields):
            title = Text("退回原因", "Reason for sending back")
            cause = Field(key=CAUSE, title=title, kind="choice", required=True, choices=self.causes)
            object.__setattr__(self, "fields", (cause, *self.fields))


TaskRole = Literal["assist", "consult", "cosign", "instruct", "hand_over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRule:
    """A task that another unit or post is asked for beside the lead unit, with its own clock.

    - assist, consult, instruct: asked, accepted, answered.
    - cosign: signed or refused; a refusal stands in the way until it is signed or withdrawn.
    - hand_over: addressed to a post, which becomes the holder when it accepts, and not before.
    """

    role: TaskRole
    title: Text
    begins: tuple[str, ...]  # states in which it may be asked for
    grant: str  # of who asks
    answers: str  # grant of who accepts and answers, in a post of the unit asked
    fields: tuple[Field, ...] = ()  # filled in by who asks
    result: tuple[Field, ...] = ()  # filled in by who answers
    refusals: tuple[tuple[str, Text], ...] = ()  # reasons to refuse; it may not be refused if empty
    limit: str = ""  # its clock: key of the limit in the rulebook
    blocks: tuple[str, ...] = ()  # actions that wait until it is answered


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """One clock of the type; its limit is found in the rulebook by category and condition, under this key."""

    key: str
    title: Text
    measures_due: bool = False  # its due moment is the matter's; of several that run, the earliest
    reachable: bool = False  # runs only where somebody who reported can be reached
    window: bool = False  # started by nobody: the time after closing in which an act `within` it may be done
