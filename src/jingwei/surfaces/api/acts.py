"""Acts on matters for other systems: everything that a type declares, as the desk's forms offer it.

The forms and the description are made from the declared types; nothing here knows any one of them. A key acts in the
exercise of its post: its reach and grants are the post's, and what asks for a second factor is for persons alone.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, ClassVar

import msgspec
from dmr import Body, Headers, Path, modify
from dmr.openapi.objects import SecurityRequirement
from msgspec import Meta

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.clocks.models import Clock
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import check_key, execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.commands import Act
from jingwei.kernel.matters.commands.link import GRANT as LINK
from jingwei.kernel.matters.commands.tasks import answer_problem, ask_problem
from jingwei.kernel.matters.fields import spelled
from jingwei.kernel.matters.guards import Case, why_not
from jingwei.kernel.matters.models import Detail, Matter, Step, Task
from jingwei.kernel.matters.policies import in_scope, may_act, may_answer
from jingwei.kernel.matters.types import Field, MatterType, type_of
from jingwei.kernel.reads.note import note_reads, seen
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Denied, Invalid, not_found
from jingwei.kernel.values.ids import read_number
from jingwei.kernel.values.words import Text
from jingwei.kit.acts.orders import ANSWERS, Filled, command_of, fields_of
from jingwei.kit.forms import composed_or_typed
from jingwei.kit.intake import types_used
from jingwei.kit.signing.rule import sign_in_rule
from jingwei.surfaces.api.answering import KEYED, Answering, refusals
from jingwei.surfaces.api.bodies import FieldShown, FileNamed, NumberPath, ReportHeaders, Titled
from jingwei.surfaces.api.views import field_shown, files_given, text_or_none

_FOR_PERSONS = Text(
    "这个动作要求二次验证，只由本人登录办理。", "This act asks for a second factor: a person signs in and does it."
)
_REFUSALS = refusals(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
)


class FileRuleShown(msgspec.Struct, frozen=True):
    """Files that an act takes: at least and at most so many, under this key."""

    key: str
    title: Titled
    least: int
    most: int
    images: bool


class ActShown(msgspec.Struct, frozen=True):
    """One act with the fields that it takes."""

    key: str
    title: Titled
    fields: list[FieldShown]
    files: list[FileRuleShown]


class DeclaredAct(msgspec.Struct, frozen=True):
    """One act that a type declares: from which states (all if none is named), to which, under which grant."""

    type: str
    key: str
    title: Titled
    begins: list[str]
    ends: str
    grant: str
    fields: list[FieldShown]
    files: list[FileRuleShown]


class BarredAct(msgspec.Struct, frozen=True):
    """One act that the state allows and this key may not do, and why."""

    key: str
    title: Titled
    reason: Titled


class ActsShown(msgspec.Struct, frozen=True):
    """What may be done on a matter now. With `version` an act is refused once the matter has moved on."""

    number: str
    type: str
    state: str
    version: int
    acts: list[ActShown]
    barred: list[BarredAct]


class ActBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One act. Units and posts are named by their codes, other matters by their numbers."""

    act: Annotated[str, Meta(min_length=1, max_length=100, description="key of GET /api/v1/reports/{number}/acts")]
    fields: Annotated[dict[str, str | int | bool], Meta(max_length=40)] = msgspec.field(default_factory=dict)
    files: Annotated[tuple[FileNamed, ...], Meta(max_length=9)] = ()
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None


class ActDone(msgspec.Struct, frozen=True):
    """The matter after the act, with the state and the version that the act gave it: no state where a task was asked
    or answered, neither where matters were linked. `task` is the task that was asked or answered."""

    number: str
    state: str | None
    version: int | None
    task: str | None


class Declared(Answering):
    """The acts of the types in use."""

    keyed = KEYED
    security: ClassVar[Sequence[SecurityRequirement]] = ({"key": []},)

    @modify(extra_responses=refusals(HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS))
    def get(self) -> list[DeclaredAct]:
        """Every act that the types in use declare, as `act` of a type's matters is called."""
        with reading(self.asker.actor) as scope:
            return [one for known in types_used(scope) for one in declared_acts(known)]


class Acts(Answering):
    """The acts on one matter."""

    keyed = KEYED
    security: ClassVar[Sequence[SecurityRequirement]] = ({"key": []},)

    @modify(extra_responses=refusals(HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS))
    def get(self, parsed_path: Path[NumberPath]) -> ActsShown:
        """What the key may do on the matter now, with what each act asks for, and why not the rest."""
        held = sign_in_rule().second_factor
        with reading(self.asker.actor) as scope:
            matter = _matter(scope, parsed_path.number)
            offered = _offered(scope, matter, held)
        note_reads(self.asker.actor, "api", [seen(matter)])
        return offered

    @modify(status_code=HTTPStatus.OK, extra_responses=_REFUSALS)
    def post(
        self, parsed_path: Path[NumberPath], parsed_headers: Headers[ReportHeaders], parsed_body: Body[ActBody]
    ) -> ActDone:
        """Do an act.

        Sent again under the same Idempotency-Key it is done once and answered with the same bytes. Of what the type
        declares nothing is left out: guards, the second person, the return matrix and the files hold as at the desk.
        """
        actor, body, key = self.asker.actor, parsed_body, check_key(parsed_headers.idempotency_key)
        held = sign_in_rule().second_factor
        with reading(actor) as scope:
            matter = _matter(scope, parsed_path.number)
            matter_type = type_of(matter.type, matter.type_version)
            action = matter_type.action(body.act)
            if action is not None and action.grant in held:
                raise Denied(_FOR_PERSONS, place="act")
            made = int(matter.opened_at.timestamp() * 1000)
            filled = Filled(_values(scope, matter_type, body), key, made, body.version)
            command = command_of(scope, matter, matter_type, body.act, filled)
        if isinstance(command, Act):
            command = replace(command, files=files_given(body.files))
        elif body.files:
            raise Invalid(Text("这个动作不收文件。", "This act takes no files."), place="files")
        result = execute(actor, command, key)
        version, task = result.get("version"), text_or_none(result.get("task"))
        state = None if task else text_or_none(result.get("state"))
        return ActDone(matter.number, state, int(version) if version is not None else None, task)


def declared_acts(matter_type: MatterType) -> Iterator[DeclaredAct]:
    """What people may do by the declaration of a type: its actions, then what may be asked of others."""
    for action in matter_type.actions:
        if action.offered:
            yield DeclaredAct(
                matter_type.key,
                action.key,
                Titled.of(action.title),
                list(action.begins),
                action.ends,
                action.grant,
                _fields_shown(fields_of(matter_type, action.key)),
                _files_shown(matter_type, action.key),
            )
    for rule in matter_type.tasks:
        key = f"ask.{rule.role}"
        fields = _fields_shown(fields_of(matter_type, key))
        yield DeclaredAct(matter_type.key, key, Titled.of(rule.title), list(rule.begins), "", rule.grant, fields, [])


def _matter(scope: Scope, number: str) -> Matter:
    """The matter in the scope of the key. Raises Denied (404)."""
    matter = Matter.objects.filter(in_scope(scope.actor), number=read_number(number)).first()
    if matter is None:
        raise not_found()
    return matter


def _offered(scope: Scope, matter: Matter, held: Collection[str]) -> ActsShown:
    matter_type = type_of(matter.type, matter.type_version)
    case = Case(
        matter=matter,
        type=matter_type,
        rules=rules_of(scope),
        at=scope.now,
        steps=list(Step.objects.filter(matter=matter).order_by("seq", "id")),
        clocks=list(Clock.objects.filter(stream_id=matter.pk)),
        tasks=list(Task.objects.filter(matter=matter).order_by("seq")) if matter_type.tasks else (),
        fields=Detail.objects.get(pk=matter.pk).fields,
    )
    acts, barred = [], []
    for action in matter_type.offered(matter.state):
        problem = _FOR_PERSONS if action.grant in held else _problem(scope.actor, case, action.key)
        if problem is None:
            acts.append(_act(case, action.key, action.title))
        else:
            barred.append(BarredAct(action.key, Titled.of(action.title), Titled.of(problem)))
    acts += [_act(case, key, title) for key, title in _asks_and_answers(scope.actor, case)]
    return ActsShown(matter.number, matter.type, matter.state, matter.version, acts, barred)


def _problem(actor: Actor, case: Case, key: str) -> Text | None:
    """Why the act cannot be done by this actor now."""
    action = case.type.action(key)
    if action is None:
        return None
    decision = may_act(actor, case.matter, action.grant)
    return why_not(action, case, actor.reference, actor.duties) if decision.allowed else decision.reason


def _asks_and_answers(actor: Actor, case: Case) -> Iterator[tuple[str, Text]]:
    """What may be asked of others, what others asked, and the link to another matter."""
    for rule in case.type.tasks:
        if ask_problem(rule, case.matter, case.type) is None and may_act(actor, case.matter, rule.grant).allowed:
            yield f"ask.{rule.role}", rule.title
    for task in case.tasks:
        known = case.type.task(task.role)
        if known is None:
            continue
        for answer, title in ANSWERS.items():
            if answer == "withdrawn":
                decision = may_act(actor, case.matter, known.grant)
            else:
                decision = may_answer(actor, case.matter, task, known.answers)
            if decision.allowed and answer_problem(known, task, answer) is None:
                yield f"answer.{known.role}.{answer}.{task.pk}", title
    if may_act(actor, case.matter, LINK).allowed:
        yield "link", Text("关联另一件事", "Link another matter")


def _act(case: Case, key: str, title: Text) -> ActShown:
    conditions = case.rules.conditions(case.matter.category, case.rules.day_of(case.matter.opened_at))
    fields = spelled(fields_of(case.type, key), conditions)
    return ActShown(key, Titled.of(title), _fields_shown(fields), _files_shown(case.type, key))


def _fields_shown(fields: Sequence[Field]) -> list[FieldShown]:
    return [field_shown(one) for one in fields]


def _files_shown(matter_type: MatterType, key: str) -> list[FileRuleShown]:
    action = matter_type.action(key)
    rules = action.files if action else ()
    return [FileRuleShown(one.key, Titled.of(one.title), one.least, one.most, one.images) for one in rules]


def _values(scope: Scope, matter_type: MatterType, body: ActBody) -> Mapping[str, str]:
    """What was sent, as a form would send it; codes of units and posts become their ids. Raises Invalid for a field
    that the act does not ask for, and for a code that nobody has."""
    fields = {one.key: one for one in fields_of(matter_type, body.act)}
    agencies = agencies_of(scope)
    units = {code: one.id for code, one in agencies.unit_by_code.items()}
    posts = {one.code: one.id for one in agencies.posts.values()}
    values = {}
    for name, value in body.fields.items():
        if name not in fields:
            raise Invalid(Text("这个动作没有这一项。", "The act has no such field."), place=f"fields.{name[:40]}")
        text = ("true" if value else "false") if isinstance(value, bool) else composed_or_typed(str(value))
        known = {"unit": units, "post": posts}.get(fields[name].kind)
        if text and known is not None and text not in known:
            raise Invalid(Text(f"没有编码 {text[:40]}。", f"There is no code {text[:40]}."), place=name)
        values[name] = str(known[text]) if text and known is not None else text
    return values
