"""What somebody may do on a matter now, as forms made from the declared type, and why not the rest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.matters.commands.link import GRANT as LINK
from jingwei.kernel.matters.commands.tasks import ask_problem, receivers
from jingwei.kernel.matters.fields import spelled
from jingwei.kernel.matters.guards import Case, why_not
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.matters.types import Field, MatterType
from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.acts.orders import fields_of
from jingwei.kit.forms import Group, Input, inputs_of, new_key
from jingwei.kit.intake import categories_for
from jingwei.kit.receiving import file_inputs, keep

_PLAIN = Text("", "")


@dataclass(frozen=True, slots=True)
class Attempt:
    """An act that was not done yet: what was filled in, and the refusal where there was one."""

    action: str
    values: Mapping[str, str]
    refusal: Refusal | None
    files: tuple[FileGiven, ...] = ()  # that came with it and need not be chosen again


@dataclass(frozen=True, slots=True)
class Own:
    """What a matter brings to its forms: the choices that are its alone, by the kind of field, and what is proposed."""

    choices: Mapping[str, Sequence[tuple[str, Text]]] = field(default_factory=dict)
    proposed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """One action that may be done now."""

    key: str
    title: Text
    inputs: tuple[Input, ...]
    form_key: str = field(default_factory=new_key)
    error: Text | None = None  # that belongs to no input
    tried: bool = False
    files: tuple[Input, ...] = ()
    kept: str = ""
    into: str = ""  # the id of the input that the reporter will read, for a reply template


@dataclass(frozen=True, slots=True)
class Refused:
    """One action that the state allows and this person may not do."""

    title: Text
    reason: Text


_NOTHING = Own()


def offers_of(scope: Scope, case: Case, attempt: Attempt | None) -> tuple[tuple[Offer, ...], tuple[Refused, ...]]:
    """The actions the matter's state allows, in the declared order, and why not those that are barred."""
    offers, refused = [], []
    choices = {"condition": _conditions(case)}
    routed = {"unit": str(case.matter.unit_id)} if case.matter.unit_id and not case.given_by_somebody else {}
    for action in case.type.offered(case.matter.state):
        decision = may_act(scope.actor, case.matter, action.grant)
        barred = why_not(action, case, scope.actor.reference, scope.actor.duties)
        problem = barred if decision.allowed else decision.reason
        if problem is not None:
            refused.append(Refused(action.title, problem))
        elif decision.allowed:
            own = Own(choices, routed if action.assigns == "unit" else {})
            offers.append(offer_of(scope, case.type, action.key, action.title, attempt, own))
    offers += _asking(scope, case, attempt)
    if may_act(scope.actor, case.matter, LINK).allowed:
        offers.append(offer_of(scope, case.type, "link", Text("关联另一件事", "Link another matter"), attempt))
    return tuple(offers), tuple(refused)


def _conditions(case: Case) -> tuple[tuple[str, Text], ...]:
    """What its class may be filed under."""
    return tuple(case.rules.conditions(case.matter.category, case.rules.day_of(case.matter.opened_at)))


def _asking(scope: Scope, case: Case, attempt: Attempt | None) -> Iterator[Offer]:
    for rule in case.type.tasks:
        if ask_problem(rule, case.matter, case.type) is None and may_act(scope.actor, case.matter, rule.grant).allowed:
            posts = receivers(rule, case.matter, agencies_of(scope)) if rule.role == "hand_over" else ()
            known = agencies_of(scope).posts
            own = Own({"post": tuple((str(post), known[post].title) for post in posts)})
            if posts or rule.role != "hand_over":
                yield offer_of(scope, case.type, f"ask.{rule.role}", rule.title, attempt, own)


def offer_of(
    scope: Scope,
    matter_type: MatterType,
    key: str,
    title: Text,
    attempt: Attempt | None = None,
    own: Own = _NOTHING,
) -> Offer:
    """One form of the page, with what was filled in before where it is the one that was refused."""
    tried = attempt if attempt and attempt.action == key else None
    fields = spelled(fields_of(matter_type, key), own.choices.get("condition", ()))
    refusal = tried.refusal if tried else None
    inputs = inputs_of(
        fields,
        groups=_groups(scope, matter_type, own.choices.get("post", ())) if fields else {},
        values=tried.values if tried else own.proposed,
        refusal=refusal,
        prefix=f"{key}-",
    )
    action, kept = matter_type.action(key), tried.files if tried else ()
    rules = action.files if action else ()
    files = file_inputs(rules, kept, refusal, prefix=f"{key}-")
    shown = {one.key for one in fields} | {f"files.{rule.key}" for rule in rules} | ({"files"} if rules else set())
    elsewhere = refusal is not None and refusal.place not in shown
    error = refusal.reason if refusal is not None and elsewhere else None
    return Offer(
        key,
        title,
        tuple(inputs),
        error=error,
        tried=tried is not None,
        files=tuple(files),
        kept=keep(kept),
        into=f"{key}-{into}" if (into := reply_field(fields)) else "",
    )


def reply_field(fields: Iterable[Field]) -> str:
    """The key of the text that the reporter will read, into which a reply template goes; "" where there is none."""
    return next((one.key for one in fields if one.kind == "text" and one.public), "")


def _groups(scope: Scope, matter_type: MatterType, posts: Sequence[tuple[str, Text]]) -> dict[str, tuple[Group, ...]]:
    agencies = agencies_of(scope)
    units = sorted(agencies.unit_by_code.values(), key=lambda unit: unit.code)
    return {
        "unit": (Group(_PLAIN, tuple((str(unit.id), unit.name) for unit in units)),),
        "post": (Group(_PLAIN, tuple(posts)),),
        "category": categories_for(scope, matter_type, open_only=False),
    }
