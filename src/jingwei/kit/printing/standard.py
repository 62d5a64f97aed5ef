"""The document templates that every city begins with: one of each paper in each language, for Word or WPS.

Page, heading and lines follow the format of official papers (GB/T 9704-2012: 5.2 margins and faces, 7.2.4 the red name
of whoever sends it, 7.2.6 the red line, 7.3.5 signature, seal and date, 7.5 page numbers).
"""

import functools
import io
from dataclasses import dataclass
from typing import Any, Literal

from jingwei.kernel.values.words import Text
from jingwei.kit.printing.fields import FIELDS
from jingwei.kit.printing.sheets import PAPERS, Paper

_TITLES, _LABELS, _WORDS, _LATIN = "方正小标宋简体", "黑体", "仿宋", "Times New Roman"
_RED, _GREY = "C81010", "5A5A5A"
_LABEL_MM, _VALUE_MM, _BOX_MM = 34, 122, 24  # 156 mm between the margins
_FOLLOW_MM, _CODE_MM = 126, 30

_ROWS = {
    "receipt": ("category", "place", "received", "due"),
    "order": ("category", "place", "received", "due", "standing", "particulars"),
    "urging": ("category", "place", "received", "due", "standing", "particulars"),
    "notice": ("category", "place", "received", "closed", "result"),
}
"""Fields of each paper's table."""

_GREETING = {
    "resident": Text("您好：", "Dear resident,"),
    "unit": Text("{{ 承办单位 }}：", "To: {{ Unit }}"),
}
_FOLLOW = Text(
    "查询网址：{{ 查询网址 }}\n监督方式：{{ 监督方式 }}",
    "To follow it: {{ Address }}\nSupervision: {{ Supervision }}",
)
_SEAL = Text("（盖章）", "(seal)")
_NUMBER = Text("编号：{{ 编号 }}", "No. {{ Number }}")
_FOOT = Text("{{ 编号 }}　{{ 打印时间 }}", "{{ Number }} · {{ Printed }}")


@dataclass(frozen=True, slots=True)
class _Look:
    """How a line looks: face, points, place, colour."""

    face: str = _WORDS
    points: float = 16
    align: Literal["LEFT", "CENTER", "RIGHT", "JUSTIFY"] = "LEFT"
    colour: str = ""
    before: float = 0
    after: float = 0
    indent: float = 0  # characters


@functools.cache
def standard_document(paper: str, language: str) -> bytes:
    """The template of a paper in a language (`zh`, `en`). Raises KeyError."""
    from docx import Document  # not with the module: the XML library under it is needed for papers alone

    declared, whole = PAPERS[paper], Document()
    _lay_out(whole)
    write = functools.partial(_write, whole)
    office, number = ("{{ 机关 }}", "{{ 文书 }}") if language == "zh" else ("{{ Office }}", "{{ Paper }}")
    _underline(write(office, _Look(_TITLES, 28, "CENTER", _RED, after=6)))
    write(_NUMBER.in_(language), _Look(points=14, align="RIGHT", before=10))
    write(number, _Look(_TITLES, 22, "CENTER", before=18, after=14))
    write(_GREETING[declared.reader].in_(language), _Look())
    for words in declared.paragraphs:
        write(words.in_(language), _Look(align="JUSTIFY", indent=2))
    _table(whole, declared, language)
    _end(whole, declared, language)
    told = whole.core_properties
    told.title, told.author, told.comments = declared.title.in_(language), "", ""
    kept = io.BytesIO()
    whole.save(kept)
    return kept.getvalue()


def _field(key: str, language: str) -> tuple[str, str]:
    """The name of a field, and the place that it fills."""
    name = next(one.name for one in FIELDS if one.key == key).in_(language)
    return name, f"{{{{ {name} }}}}"


def _lay_out(whole: Any) -> None:
    """A4 with the margins of official papers; the faces of text in both scripts."""
    from docx.shared import Mm, Pt

    page = whole.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(30), Mm(30), Mm(28), Mm(26)
    page.footer_distance = Mm(15)
    normal = whole.styles["Normal"]
    _face(normal.element.get_or_add_rPr(), _WORDS)
    normal.font.size = Pt(16)
    normal.paragraph_format.space_after = Pt(0)


def _face(properties: Any, face: str) -> None:
    """The face of East Asian letters has no name of its own in the library."""
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    for name in [one for one in fonts.attrib if one.endswith("Theme")]:  # a theme's face would go before ours
        del fonts.attrib[name]
    for name, value in (("w:ascii", _LATIN), ("w:hAnsi", _LATIN), ("w:eastAsia", face)):
        fonts.set(qn(name), value)


def _write(on: Any, text: str, look: _Look) -> Any:
    """A paragraph at the end of a document, a cell, a header or a footer."""
    return _say(on.add_paragraph(), text, look)


def _say(paragraph: Any, text: str, look: _Look) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    _face(run.element.get_or_add_rPr(), look.face)
    run.font.size = Pt(look.points)
    if look.colour:
        run.font.color.rgb = RGBColor.from_string(look.colour)
    form = paragraph.paragraph_format
    form.space_before, form.space_after = Pt(look.before), Pt(look.after)
    form.first_line_indent = Pt(look.indent * look.points) if look.indent else None
    form.line_spacing, form.line_spacing_rule = Pt(look.points * 1.75), WD_LINE_SPACING.AT_LEAST
    form.alignment = getattr(WD_ALIGN_PARAGRAPH, look.align)
    return paragraph


def _underline(paragraph: Any) -> None:
    """The red line below the name of the office."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    edges, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "6"), ("color", _RED)):
        line.set(qn(f"w:{name}"), value)
    edges.append(line)
    paragraph.paragraph_format.element.get_or_add_pPr().insert_element_before(
        edges, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _table(whole: Any, paper: Paper, language: str) -> None:
    """What is known of the matter, then room for what the unit writes."""
    from docx.enum.table import WD_ROW_HEIGHT_RULE
    from docx.shared import Mm

    whole.add_paragraph().paragraph_format.line_spacing = 0.5
    rows = [_field(key, language) for key in _ROWS[paper.key]]
    rows += [(one.in_(language), "") for one in paper.boxes]
    table = whole.add_table(rows=len(rows), cols=2, style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, (_LABEL_MM, _VALUE_MM), strict=True):
        column.width = Mm(width)
    for row, (label, value) in zip(table.rows, rows, strict=True):
        row.height_rule, row.height = WD_ROW_HEIGHT_RULE.AT_LEAST, Mm(10 if value else _BOX_MM)
        for cell, width, words, face in zip(
            row.cells, (_LABEL_MM, _VALUE_MM), (label, value), (_LABELS, _WORDS), strict=True
        ):
            cell.width = Mm(width)
            cell.vertical_alignment = 1  # in the middle
            _say(cell.paragraphs[0], words, _Look(face, 14))


def _end(whole: Any, paper: Paper, language: str) -> None:
    """Signature, seal and date; for residents how to follow it and whom to call; page numbers."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    for key, before in (("signed", 30.0), ("day", 0.0)):
        _write(whole, _field(key, language)[1], _Look(align="RIGHT", before=before))
    _write(whole, _SEAL.in_(language), _Look(points=12, align="RIGHT", colour=_GREY, after=18))
    if paper.reader == "resident":
        table = whole.add_table(rows=1, cols=2)
        table.autofit = False
        words, code = table.rows[0].cells
        for part, width in ((0, _FOLLOW_MM), (1, _CODE_MM)):
            table.columns[part].width = table.rows[0].cells[part].width = Mm(width)
        for at, line in enumerate(_FOLLOW.in_(language).split("\n")):
            _say(words.paragraphs[0] if at == 0 else words.add_paragraph(), line, _Look(points=12))
        _say(code.paragraphs[0], _field("code", language)[1], _Look(points=12, align="RIGHT"))
    foot = whole.sections[0].footer
    _say(foot.paragraphs[0], _FOOT.in_(language), _Look(points=9, align="CENTER", colour=_GREY))
    page = _say(foot.add_paragraph(), "— ", _Look("宋体", 14, "CENTER"))
    counted = OxmlElement("w:fldSimple")
    counted.set(qn("w:instr"), "PAGE")
    page.paragraph_format.element.append(counted)
    _say(page, " —", _Look("宋体", 14, "CENTER"))
