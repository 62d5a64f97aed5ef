"""Papers as documents of Word: a template is checked when it is sent, and filled with what a matter says."""

import difflib
import functools
import io
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from jingwei.kernel.values.words import Text
from jingwei.kit.printing.blanks import clean, fill, paragraphs
from jingwei.kit.printing.fields import Field, fields_of, key_of, named
from jingwei.kit.printing.package import Fault, opened, part_named

_FILLED = ("document", "header", "footer")
_CODE_MM = 24
_AROUND = 12
"""Characters beside a place that tell where it stands."""

_ANYWHERE = Text("整份文件", "The whole file")
_BROKEN = Text("大括号不成对", "Braces that make no pair")
_AS_PAIR = Text(
    "字段写成 {{ 编号 }}；其他地方不要用双大括号。", "A field is written {{ Number }}: no other double braces."
)
_ELSEWHERE = Text("字段写错了地方", "A field in a place that is not filled in")
_NOT_HERE = Text(
    "字段只能写在正文、表格、文本框、页眉和页脚里。", "Fields stand in text, tables, text boxes, headers, footers."
)
_NOT_OPENED = Fault(
    _ANYWHERE,
    Text("打开时出错", "It cannot be opened"),
    Text("请用 Word 或 WPS 打开，另存为“Word 文档 (*.docx)”。", "Open it in Word or WPS and save it as “.docx”."),
)


def faults_of(content: bytes, paper: str) -> tuple[Fault, ...]:
    """What is wrong with a document as the template of a paper: whether it is safe, then whether its fields are
    right."""
    roots, faults = opened(content)
    if faults:
        return faults
    known = named(paper)
    used: set[Field] = set()
    wrong: list[Fault] = []
    for name, root in roots.items():
        for paragraph in paragraphs(root):
            for place in paragraph.places:
                field = known.get(key_of(place.name))
                at = _at(name, paragraph.text, place.start, place.end)
                if field is None:
                    wrong.append(_unknown(place.name, paper, at))
                elif not _holds(name):
                    wrong.append(Fault(at, _ELSEWHERE, _NOT_HERE))
                else:
                    used.add(field)
            if paragraph.broken:
                wrong.append(Fault(_at(name, paragraph.text, 0, _AROUND), _BROKEN, _AS_PAIR))
    wrong += _missing(paper, used)
    return tuple(wrong) if wrong or _can_be_filled(content, paper) else (_NOT_OPENED,)


def _holds(part: str) -> bool:
    return part.rpartition("/")[2].startswith(_FILLED)


def _at(part: str, text: str, start: int, end: int) -> Text:
    """Where something stands: the part, and the words around it."""
    where, said = part_named(part), text[max(start - _AROUND, 0) : end + _AROUND].strip()
    return Text(f"{where.zh}：“{said}”", f"{where.en}: “{said}”")


def _unknown(name: str, paper: str, at: Text) -> Fault:
    names = {key_of(one): one for field in fields_of(paper) for one in (field.name.zh, field.name.en)}
    near = difflib.get_close_matches(key_of(name), names, 1, 0.5)
    remedy = Text("能用的字段见下表。", "The fields that it has are in the table below.")
    if near:
        meant = f"{{{{ {names[near[0]]} }}}}"
        remedy = Text(f"是不是 {meant}？", f"Perhaps {meant}?")
    return Fault(at, Text(f"没有“{name}”这个字段", f"There is no field “{name}”"), remedy)


def _missing(paper: str, used: Collection[Field]) -> Iterator[Fault]:
    for field in fields_of(paper):
        if paper in field.needed and field not in used:
            what = Text(f"缺少“{field.name.zh}”", f"“{field.name.en}” is missing")
            zh, en = f"{{{{ {field.name.zh} }}}}", f"{{{{ {field.name.en} }}}}"
            yield Fault(_ANYWHERE, what, Text(f"请写上 {zh}。", f"Write {en} into it."))


def _can_be_filled(content: bytes, paper: str) -> bool:
    """Whether the library opens it, and no place is left over when it is filled."""
    from docx.opc.exceptions import OpcError

    values = {field.key: field.name.zh for field in fields_of(paper)}
    try:
        whole = filled(content, paper, values, b"")
    except (OpcError, SyntaxError, KeyError, ValueError, AttributeError):
        return False
    roots, faults = opened(whole)
    return not faults and not any(one.places for root in roots.values() for one in paragraphs(root))


def filled(content: bytes, paper: str, values: Mapping[str, str], code: bytes, invalid: str = "") -> bytes:
    """The document with its fields filled in; `code` is the QR code as PNG, `invalid` stands at the head of each page.
    Of whoever edited the template nothing stays in its properties."""
    from docx import Document  # not with the module: the XML library under it is needed for papers alone
    from docx.parts.document import DocumentPart
    from docx.parts.hdrftr import FooterPart, HeaderPart
    from docx.shared import Mm

    whole, known = Document(io.BytesIO(content)), named(paper)

    def value(part: Any, name: str) -> str | Any:
        field = known[key_of(name)]
        if not field.picture or not code:
            return values.get(field.key, "")
        drawing = whole.element.makeelement(_DRAWING)
        drawing.append(part.new_pic_inline(io.BytesIO(code), width=Mm(_CODE_MM)))
        return drawing

    parts = [one for one in whole.part.package.iter_parts() if isinstance(one, DocumentPart | HeaderPart | FooterPart)]
    for part in parts:
        fill(part.element, lambda name, part=part: value(part, name))  # type: ignore[misc]
    if invalid:
        _mark(whole, invalid)
    told = whole.core_properties
    told.title, told.author = (clean(values.get(key, ""))[:250] for key in ("heading", "city"))
    told.last_modified_by, told.comments = told.author, invalid
    kept = io.BytesIO()
    whole.save(kept)
    return kept.getvalue()


_DRAWING = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}drawing"


def _mark(whole: Any, invalid: str) -> None:
    """At the head of the text, and of each page: a later page may go on its own way."""
    from docx.shared import RGBColor

    def say(paragraph: Any) -> None:
        run = paragraph.add_run(invalid)
        run.bold, run.font.color.rgb = True, RGBColor(0xC0, 0, 0)

    first = whole.element.body.makeelement(_PARAGRAPH)
    whole.element.body.insert(0, first)
    say(whole.paragraphs[0])
    for number, section in enumerate(whole.sections):
        for header in (section.header, section.first_page_header, section.even_page_header):
            if number == 0 or not header.is_linked_to_previous:
                header.is_linked_to_previous = False
                say(header.add_paragraph())


_PARAGRAPH = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"


@functools.lru_cache(maxsize=32)
def text_of(content: bytes) -> tuple[str, ...]:
    """What a template says, paragraph by paragraph: the text, then headers and footers."""
    roots, _ = opened(content)
    shown = sorted((name for name in roots if _holds(name)), key=lambda name: (_FILLED.index(_start(name)), name))
    said = (paragraph.text.strip() for name in shown for paragraph in paragraphs(roots[name]))
    return tuple(one for one in said if one)


@functools.lru_cache(maxsize=32)
def used_in(content: bytes, paper: str) -> frozenset[Field]:
    """The fields that stand in a template which was checked."""
    known, (roots, _) = named(paper), opened(content)
    names = (key_of(one.name) for root in roots.values() for said in paragraphs(root) for one in said.places)
    return frozenset(known[name] for name in names if name in known)


def _start(part: str) -> str:
    return next(one for one in _FILLED if part.rpartition("/")[2].startswith(one))
