"""The papers of a matter as documents of Word: which template holds, and what its fields are filled with."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import segno

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Matter
from jingwei.kernel.rulebook.documents import MEMBER, document
from jingwei.kernel.rulebook.snapshot import Dated, rules_of
from jingwei.kernel.values.words import Text
from jingwei.kit.moments import written
from jingwei.kit.page import INVALID, Face
from jingwei.kit.printing.fields import LANGUAGES, Field, fields_of
from jingwei.kit.printing.sheets import PAPERS, Paper, day_of, facts_of, fitting, signed_by
from jingwei.kit.printing.standard import standard_document
from jingwei.kit.printing.word import filled

PARAMETER = "print"
SUPERVISION = "card.supervision"
"""The city's word for whom to call; residents read it on the card of their grid worker as well."""

_PIXELS = 8  # of one square of a QR code


def subject_of(paper: str, language: str) -> str:
    """What the rulebook calls the document template of a paper in a language (`zh`, `en`)."""
    return f"{paper}/{language}"


def value_of(scope: Scope, paper: str, language: str) -> Dated | None:
    """The city's own document template that holds today; None where the standard one does."""
    found = rules_of(scope).value(PARAMETER, subject_of(paper, language), scope.today)
    return found if found and MEMBER in found.content else None


def template_of(scope: Scope, paper: str, language: str) -> bytes:
    """The template that holds today. Raises Conflict where it is not kept."""
    own = value_of(scope, paper, language)
    return document(own.content[MEMBER]) if own else standard_document(paper, language)


def language_of(scope: Scope) -> str:
    """In which language whoever acts prints."""
    return "zh" if scope.actor.language.startswith("zh") else "en"


@dataclass(frozen=True, slots=True)
class Letter:
    """A paper ready to be filled in: its template and what its fields say."""

    paper: str
    template: bytes
    values: Mapping[str, str]
    link: str
    invalid: str

    def docx(self) -> bytes:
        """Fills it in, outside any transaction."""
        code = io.BytesIO()
        segno.make_qr(self.link, error="m").save(code, kind="png", scale=_PIXELS, border=0)
        return filled(self.template, self.paper, self.values, code.getvalue(), self.invalid)

    def said(self) -> list[tuple[Field, str]]:
        """Each field with what it is filled with."""
        return [(one, self.link if one.picture else self.values.get(one.key, "")) for one in fields_of(self.paper)]


def letter_of(
    scope: Scope, face: Face, matter: Matter, key: str, link: str, template: tuple[str, bytes] | None = None
) -> Letter:
    """One paper in the actor's language, by the template that holds today, or by another one of a language. Raises
    Denied as not found, Conflict where it does not fit now."""
    paper = fitting(key, matter)
    language, content = template or (language_of(scope), b"")
    values = _values(scope, face, matter, paper, link)
    said = {one: words.in_("zh-hans" if language == "zh" else "en") for one, words in values.items()}
    invalid = INVALID.in_("zh-hans" if language == "zh" else "en") if face.training else ""
    return Letter(key, content or template_of(scope, key, language), said, link, invalid)


def _values(scope: Scope, face: Face, matter: Matter, paper: Paper, link: str) -> dict[str, Text]:
    facts = facts_of(scope, face, matter, paper)
    by_name = dict((*facts.head, *facts.closed))
    word = rules_of(scope).word(SUPERVISION, scope.today)
    values = {one.key: by_name[one.name] for one in fields_of(paper.key) if one.name in by_name}
    return values | {
        "city": face.title,
        "heading": paper.title,
        "number": Text(matter.number, matter.number),
        "particulars": _lines(facts.particulars),
        "result": _lines(facts.result),
        "address": Text(link, link),
        "supervision": word or Text("", ""),
        "signed": signed_by(scope, face, matter),
        "day": day_of(scope, face),
        "printed": written(scope.now, face.zone),
    }


def _lines(rows: tuple[tuple[Text, Text], ...]) -> Text:
    """Rows as lines of one field."""
    zh = "\n".join(f"{name.zh}：{words.zh}" for name, words in rows if words.zh)
    return Text(zh, "\n".join(f"{name.en}: {words.en}" for name, words in rows if words.en))


def title_of(subject: str) -> Text | None:
    """What a template of the rulebook is called: its paper and its language; None for one that is no document's."""
    paper, _, language = subject.partition("/")
    if paper not in PAPERS or language not in LANGUAGES:
        return None
    title, spoken = PAPERS[paper].title, LANGUAGES[language]
    return Text(f"{title.zh}（{spoken.zh}）", f"{title.en} ({spoken.en})")
