"""The papers of a matter: what each says, as plain data for its template. Nothing sealed stands on any of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import segno

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import ExternalNumber, Matter, Step
from jingwei.kernel.matters.policies import may_act
from jingwei.kernel.matters.types import Field, MatterType, type_of
from jingwei.kernel.places.snapshot import places_of
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.errors import Conflict, Invalid, not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import time_left, written
from jingwei.kit.page import INVALID, Face
from jingwei.kit.printing.typeset import NotTypeset, standard, typeset

GRANT = "matter.print"
SHARED = "letter"
_ACROSS = "training"  # laid over every paper of a training city, whichever template makes it
Row = tuple[Text, Text]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: for whom, what it is called, what its paragraphs say."""

    key: str
    title: Text
    reader: Literal["resident", "unit"]
    paragraphs: tuple[Text, ...]
    when: Literal["always", "with_unit", "open_with_unit", "closed"] = "always"
    boxes: tuple[Text, ...] = ()


PAPERS = {
    one.key: one
    for one in (
        Paper(
            "receipt",
            Text("受理回执", "Receipt"),
            "resident",
            (
                Text(
                    "您反映的事项已经收到。请凭上报时得到的查询码，在所印网址查看办到了哪一步。",
                    "We have your report. Follow it at the printed address with the code you were given.",
                ),
            ),
        ),
        Paper(
            "order",
            Text("工作单", "Work order"),
            "unit",
            (Text("请按期限办理，办完后反馈结果。", "Please do this within the limit and report the result."),),
            "with_unit",
            (Text("处置情况", "What was done"), Text("签名、日期", "Signature and date")),
        ),
        Paper(
            "urging",
            Text("催办函", "Letter of urging"),
            "unit",
            (
                Text(
                    "下列事项由贵单位承办，尚未办结。请抓紧办理，并反馈进展和原因。",
                    "Your unit is in charge of this, and it is still open. Please act, and report where it stands.",
                ),
            ),
            "open_with_unit",
        ),
        Paper(
            "notice",
            Text("办理结果告知书", "Notice of result"),
            "resident",
            (
                Text("您反映的事项已经办结，结果如下。", "Your report has been dealt with; the result is below."),
                Text("如有异议，可凭查询码在所印网址提出。", "If you disagree, say so at the printed address."),
            ),
            "closed",
        ),
    )
}
TEMPLATES = (*PAPERS, SHARED)
"""What a pack or the rulebook may replace, by name."""


def papers_of(actor: Actor, matter: Matter) -> tuple[Paper, ...]:
    """The papers that this actor can print of a matter as it stands."""
    if not may_act(actor, matter, GRANT).allowed:
        return ()
    return tuple(paper for paper in PAPERS.values() if _fits(paper, matter))


def _fits(paper: Paper, matter: Matter) -> bool:
    if paper.when == "closed":
        return matter.closed_at is not None
    if paper.when == "open_with_unit" and matter.closed_at is not None:
        return False
    return paper.when == "always" or matter.unit_id is not None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper ready to be typeset: its templates and its data."""

    key: str
    template: str
    shared: str
    data: dict[str, Any]

    def pdf(self) -> bytes:
        """Typesets it, outside any transaction. Raises Invalid with the compiler's words where a template is wrong."""
        try:
            return typeset(self.template, self.shared, self.data)
        except NotTypeset as error:
            raise Invalid(
                Text(
                    f"文书模板 {self.key} 无法排版，请改正规则库中的 print/{self.key}：{error}",
                    f"The template {self.key} cannot be typeset; mend print/{self.key} in the rulebook: {error}",
                )
            ) from error


def sheet_of(scope: Scope, face: Face, matter: Matter, key: str, link: str) -> Sheet:
    """One paper in the actor's language. Raises Denied as not found, Conflict where it does not fit now."""
    paper = fitting(key, matter)
    language = scope.actor.language
    facts = facts_of(scope, face, matter, paper)
    data = {
        "lang": "zh" if language.startswith("zh") else "en",
        "city": face.title.in_(language),
        "heading": paper.title.in_(language),
        "number": matter.number,
        "link": link,
        "qr": _qr(link),
        "rows": [(one.in_(language), value.in_(language)) for one, value in facts.rows],
        "paragraphs": [one.in_(language) for one in paper.paragraphs],
        "boxes": [one.in_(language) for one in paper.boxes],
        "signed": signed_by(scope, face, matter).in_(language),
        "day": day_of(scope, face).in_(language),
        "printed": written(scope.now, face.zone).in_(language),
    }
    template = _template(scope, key)
    if face.training:
        data["invalid"] = INVALID.in_(language)
        template = f"{standard(_ACROSS)}\n{template}"
    return Sheet(key, template, _template(scope, SHARED), data)


def fitting(key: str, matter: Matter) -> Paper:
    """The paper of this name. Raises Denied as not found, Conflict where it does not fit the matter now."""
    paper = PAPERS.get(key)
    if paper is None:
        raise not_found()
    if not _fits(paper, matter):
        raise Conflict(
            Text(f"这件事现在不能打印“{paper.title.zh}”。", f"“{paper.title.en}” cannot be printed of this now.")
        )
    return paper


def signed_by(scope: Scope, face: Face, matter: Matter) -> Text:
    """The city, and the post of whoever prints."""
    duty = scope.actor.duty_for(GRANT, matter.area_lft, matter.unit_id)
    return Text(f"{face.title.zh} {duty.title.zh}", f"{face.title.en}, {duty.title.en}") if duty else face.title


def day_of(scope: Scope, face: Face) -> Text:
    """Today, as a paper is dated."""
    day = scope.now.astimezone(face.zone)
    return Text(f"{day:%Y} 年 {day.month} 月 {day.day} 日", f"{day.day} {day:%B %Y}")


def _template(scope: Scope, name: str) -> str:
    """The city's own, if its rulebook has one, else the one that ships."""
    own = rules_of(scope).value("print", name, scope.today)
    return str(own.content["typst"]) if own else standard(name)


def _qr(link: str) -> str:
    """The link as a picture (SVG)."""
    drawn = str(segno.make_qr(link, error="m").svg_inline(border=0))
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a paper says of a matter, in rows: what every matter has, what its type has, when it was closed, and the
    answer to the public."""

    head: tuple[Row, ...]
    particulars: tuple[Row, ...]
    closed: tuple[Row, ...]
    result: tuple[Row, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All of them that say something."""
        return tuple(row for row in (*self.head, *self.particulars, *self.closed, *self.result) if row[1].zh)


def facts_of(scope: Scope, face: Face, matter: Matter, paper: Paper) -> Facts:
    """The rows of one paper. Nothing sealed is among them, and for a resident nothing but what is public."""
    matter_type = type_of(matter.type, matter.type_version)
    opened, due = written(matter.opened_at, face.zone), matter.due_at
    head = [
        (Text("类别", "Category"), _category(scope, matter)),
        (Text("地点", "Place"), _place(scope, matter)),
        (Text("收到时间", "Received"), opened),
        (Text("期限", "Due"), written(due, face.zone) if due else _same("")),
    ]
    particulars: list[Row] = []
    if paper.reader == "unit":
        unit = agencies_of(scope).unit_by_id.get(matter.unit_id) if matter.unit_id else None
        head.append((Text("承办单位", "Unit"), unit.name if unit else _same("")))
        left = time_left(due, matter.closed_at, scope.now).words
        head.append((Text("时限情况", "Standing"), left))
        particulars = [*_fields(matter_type.fields, matter.detail.fields, public=False), *_externals(matter)]
    closed = (
        [(Text("办结时间", "Closed"), written(matter.closed_at, face.zone))] if matter.closed_at is not None else []
    )
    result = _answers(matter, matter_type) if paper.key == "notice" else []
    return Facts(tuple(head), tuple(particulars), tuple(closed), tuple(result))


def _same(value: str) -> Text:
    return Text(value, value)


def _category(scope: Scope, matter: Matter) -> Text:
    on = scope.today
    known = rules_of(scope).categories(on)
    line = [known[code].title for code in reversed(rules_of(scope).lineage(matter.category, on)) if code in known]
    return Text(" › ".join(one.zh for one in line), " › ".join(one.en for one in line))


def _place(scope: Scope, matter: Matter) -> Text:
    places = places_of(scope)
    place = places.by_id.get(matter.area_id) if matter.area_id else None
    line = [places.by_code[code].name for code in reversed(place.lineage)] if place else []
    return Text(" › ".join(one.zh for one in line[1:]), " › ".join(one.en for one in line[1:]))


def _fields(fields: Sequence[Field], values: dict[str, Any], *, public: bool) -> list[Row]:
    """Free words and choices, without what is sealed; for the public only what is public."""
    rows = []
    for one in fields:
        if one.key not in values or one.sealed or (public and not one.public):
            continue
        if one.kind in ("line", "text", "day", "number"):
            rows.append((one.title, _same(str(values[one.key]))))
        elif one.kind == "choice":
            chosen = dict(one.choices).get(str(values[one.key]))
            rows.append((one.title, chosen or _same(str(values[one.key]))))
    return rows


def _externals(matter: Matter) -> list[Row]:
    numbers = ExternalNumber.objects.filter(matter=matter).order_by("id").values_list("source", "number")
    return [(Text("外部编号", "External number"), _same(f"{number}（{source}）")) for source, number in numbers]


def _answers(matter: Matter, matter_type: MatterType) -> list[Row]:
    """The public answers of the newest step of each action."""
    newest = {step.action: step for step in Step.objects.filter(matter=matter).order_by("at", "id")}
    rows: list[Row] = []
    for key, step in newest.items():
        action = matter_type.action(key)
        rows += _fields(action.fields, step.content, public=True) if action else []
    return rows
