"""The page of a paper's document template: taken to Word, brought back into a draft, tried on a real matter."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.commands.scope import Scope, reading
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.reads.note import note_reads, seen
from jingwei.kernel.rulebook.documents import LARGEST, MEMBER, TOO_LARGE, digest_of, document
from jingwei.kernel.rulebook.drafting import NewValue
from jingwei.kernel.rulebook.drafting.rules import GRANT
from jingwei.kernel.rulebook.models import DraftChange
from jingwei.kernel.rulebook.parameters import PARAMETERS
from jingwei.kernel.rulebook.snapshot import Dated, rules_of
from jingwei.kernel.values.errors import Conflict, Denied, Invalid, not_found
from jingwei.kernel.values.grants import missing
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import read_key
from jingwei.kit.page import Face, face_of, show
from jingwei.kit.parts.table import Cell, Table, still_table
from jingwei.kit.permission import ActorRequest, grants
from jingwei.kit.printing.fields import LANGUAGES, fields_of
from jingwei.kit.printing.letters import PARAMETER as PRINT
from jingwei.kit.printing.letters import Letter, language_of, letter_of, subject_of, title_of, value_of
from jingwei.kit.printing.package import Fault
from jingwei.kit.printing.sheets import PAPERS
from jingwei.kit.printing.standard import standard_document
from jingwei.kit.printing.word import faults_of, used_in
from jingwei.kit.serving import file_answer
from jingwei.surfaces.desk.doing import Form, Refused, form, status_after
from jingwei.surfaces.desk.handing_out import leads_to
from jingwei.surfaces.desk.matter_page import found_matter
from jingwei.surfaces.desk.rules.drafts.changing import PUT, drafting, into
from jingwei.surfaces.desk.rules.drafts.editing import since
from jingwei.surfaces.desk.rules.drafts.reading import open_drafts
from jingwei.surfaces.desk.rules.pages import parts

READS = "rulebook.read"

STANDARD = "standard"
"""In the place of a SHA-256: the template that every city begins with."""

_MOST_FAULTS, _LONGEST_SHOWN = 100, 400
_FAULTY = Text("文件有下列问题，没有放进草案。", "The file has these problems, and went into no draft.")
_NO_FILE = Text("请选择文件。", "Choose a file.")
_END = Text("改回标准模板", "Return to the standard template")
_NEEDED, _UNUSED = Text("必须有", "needed"), Text("没有用到", "not used")
_FAULTS = (
    ("place", Text("位置", "Place")),
    ("what", Text("问题", "Problem")),
    ("remedy", Text("怎么改", "What to do")),
)
_FIELDS = (
    ("field", Text("字段", "Field")),
    ("says", Text("内容", "What it says")),
    ("marks", Text("要求", "Asked for")),
)
_VALUE = ("value", Text("填入的内容", "Filled in"))


class _NotRight(Invalid):
    """The file has faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(_FAULTY, place="file")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Shown:
    """The template that the page is about: the one in force, or one that was asked for by its SHA-256."""

    paper: str
    language: str
    sha256: str  # `STANDARD` for the one that every city begins with
    standing: Dated | None
    content: bytes

    @property
    def subject(self) -> str:
        """What the rulebook calls it."""
        return subject_of(self.paper, self.language)

    @property
    def title(self) -> Text:
        """What people call it."""
        return title_of(self.subject) or Text(self.subject, self.subject)

    @property
    def holds(self) -> bool:
        """Whether papers are filled by it today."""
        return self.sha256 == (self.standing.content[MEMBER] if self.standing else STANDARD)

    @property
    def standard(self) -> bool:
        """Whether it is the one that every city begins with."""
        return self.sha256 == STANDARD


@dataclass(frozen=True, slots=True)
class Trial:
    """The template tried on a matter: what it was filled with, or why it was not."""

    number: str = ""
    matter: Matter | None = None
    letter: Letter | None = None
    problem: Text | None = None


@grants(READS)
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, paper: str) -> HttpResponse:
    """A paper's template of a `?language=`, or another one of it by `?document=`; `?number=` tries it on a matter, and
    `?as=docx` hands out the template, or the paper that was tried. Raises Denied as not found."""
    actor = cast(ActorRequest, request).actor
    if paper not in PAPERS:
        raise not_found()
    tried: Refused | None = None
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            draft = _taken(request, actor, paper)
        except (Invalid, Conflict) as refusal:
            faults = refusal.faults if isinstance(refusal, _NotRight) else ()
            tried = Refused(request.POST.get("_do", ""), "", request.POST.dict(), refusal)
        else:
            address = f"{reverse('desk:rules_draft', args=[draft])}?done=1"
            return HttpResponseRedirect(address, status=HTTPStatus.SEE_OTHER)
    with reading(actor) as scope:
        face, shown = face_of(scope), _shown(scope, request, paper)
        trial = _trial(scope, request, face, shown)
        forms = _forms(scope, shown, tried) if actor.holds(GRANT) else {}
        context: dict[str, Any] = {"parts": parts(scope), "parameter": PARAMETERS[PRINT], "shown": shown, **forms}
    if trial.matter is not None:
        note_reads(actor, "print", [seen(trial.matter)])
    if request.GET.get("as") == "docx" and trial.problem is None:
        content = trial.letter.docx() if trial.letter else shown.content
        name = "-".join(filter(None, (paper, shown.language, trial.number)))
        return file_answer(content, face.file_name(name), "docx")
    context |= {"trial": trial, "fields": _fields(shown, trial), "languages": LANGUAGES.items()}
    context |= {"faults": _table(faults) if faults else None, "refused": tried}
    return show(request, "desk/drafts/paper.html", face, context, status_after(tried))


def _taken(request: HttpRequest, actor: Actor, paper: str) -> str:
    """Puts the file that was sent into a draft, or the end of the city's own template; gives the draft. Raises Invalid,
    and Denied for whoever edits no rules."""
    if not actor.holds(GRANT):
        raise Denied(missing(GRANT))
    content = _file(request) if request.POST.get("_do") != "end" else None
    faults = faults_of(content, paper) if content is not None else ()
    if faults:
        raise _NotRight(faults)
    key, _ = read_key(request.POST.get("_key", ""))
    with reading(actor) as scope:
        subject, today = subject_of(paper, _language(scope, request)), scope.today
        title = (title_of(subject) or PAPERS[paper].title).in_(actor.language)
    value = NewValue(
        parameter=PRINT,
        subject=subject,
        content={MEMBER: digest_of(content)} if content is not None else None,
        basis=request.POST.get("basis", ""),
    )
    documents = (content,) if content is not None else ()
    result = execute(actor, drafting(request.POST.dict(), value, title, today, documents), key)
    return str(result["draft"])


def _file(request: HttpRequest) -> bytes:
    given = request.FILES.get("file")
    if given is None or not given.size:
        raise Invalid(_NO_FILE, place="file")
    if given.size > LARGEST:
        raise Invalid(TOO_LARGE, place="file")
    return bytes(given.read())


def _language(scope: Scope, request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in LANGUAGES else language_of(scope)


def _shown(scope: Scope, request: HttpRequest, paper: str) -> Shown:
    """Raises Denied as not found for a document that was never this template, or stands in a draft alone and the
    reader edits none."""
    language, asked = _language(scope, request), request.GET.get("document", "")
    standing, subject = value_of(scope, paper, language), subject_of(paper, language)
    sha256 = asked or (standing.content[MEMBER] if standing else STANDARD)
    if sha256 == STANDARD:
        return Shown(paper, language, sha256, standing, standard_document(paper, language))
    known = any(one.content.get(MEMBER) == sha256 for one in rules_of(scope).history(PRINT, subject))
    if not known and scope.actor.holds(GRANT):
        drafted = DraftChange.objects.filter(parameter=PRINT, subject=subject, content__docx=sha256)
        known = drafted.values_list("pk").first() is not None
    if not known:
        raise not_found()
    return Shown(paper, language, sha256, standing, document(sha256))


def _trial(scope: Scope, request: HttpRequest, face: Face, shown: Shown) -> Trial:
    number = request.GET.get("number", "").strip()[:40]
    if not number:
        return Trial()
    try:
        if not scope.actor.holds(READ):
            raise Denied(missing(READ))
        matter = found_matter(scope, number)
        link = leads_to(request, shown.paper, number)
        letter = letter_of(scope, face, matter, shown.paper, link, (shown.language, shown.content))
    except (Denied, Conflict) as refusal:
        return Trial(number, problem=refusal.reason)
    return Trial(number, matter, letter)


def _forms(scope: Scope, shown: Shown, tried: Refused | None) -> dict[str, Form]:
    """Into a draft: the file that is sent, or the end of the city's own template."""
    drafts = [one for one in open_drafts(scope) if one.state == "open"]
    inputs = into(drafts, "", scope.today, since(PRINT))
    forms = {"form": form("put", PUT, inputs, tried=tried)}
    return forms | ({"end": form("end", _END, inputs, tried=tried)} if shown.standing else {})


def _fields(shown: Shown, trial: Trial) -> Table:
    """The fields of the paper: what each says, whether it is needed and used, and what it was filled with."""
    used = used_in(shown.content, shown.paper)
    said = dict(trial.letter.said()) if trial.letter else {}
    spoken = "zh-hans" if shown.language == "zh" else "en"
    rows = []
    for one in fields_of(shown.paper):
        marks = ((_NEEDED,) if shown.paper in one.needed else ()) + (() if one in used else (_UNUSED,))
        place = f"{{{{ {one.name.in_(spoken)} }}}}"  # as it stands in the template, whatever its reader speaks
        row = {
            "field": Cell(words=Text(place, place)),
            "says": Cell(words=one.says),
            "marks": Cell(marks=marks),
        }
        rows.append(row | ({"value": Cell(text=said[one][:_LONGEST_SHOWN])} if said else {}))
    return still_table((*_FIELDS, *((_VALUE,) if said else ())), rows)


def _table(faults: Sequence[Fault]) -> Table:
    rows = [
        {"place": Cell(words=one.place), "what": Cell(words=one.what), "remedy": Cell(words=one.remedy)}
        for one in faults[:_MOST_FAULTS]
    ]
    return still_table(_FAULTS, rows)
