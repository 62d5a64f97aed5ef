"""Writes a brief as a document of Word, in the faces that offices use: 黑体 for headings, 仿宋 for text."""

import io
from collections.abc import Sequence
from typing import Any

from jingwei.kernel.values.words import Text
from jingwei.kit import moments
from jingwei.kit.page import INVALID, Face
from jingwei.surfaces.desk.brief.period import KINDS
from jingwei.surfaces.desk.brief.queries import Brief
from jingwei.surfaces.desk.brief.wording import OVERDUE, beyond, days_of, lead, note, parts

_LATIN = "Times New Roman"
_STYLES = {"Normal": ("仿宋", 12), "Title": ("黑体", 20), "Heading 1": ("黑体", 15)}  # face and points
_LIST = (
    Text("编号", "Number"),
    Text("类别", "Category"),
    Text("地点", "Place"),
    Text("承办单位", "Unit"),
    Text("期限", "Due"),
    Text("时限情况", "Time"),
)


def written(brief: Brief, face: Face, language: str) -> bytes:
    """The document, in one language."""
    from docx import Document  # not with the module: the XML library under it is needed for a brief alone

    paper = Document()
    for style, (east_asian, points) in _STYLES.items():
        _set_faces(paper.styles[style], east_asian, points)
    titles = [one.in_(language) for one in (face.title, brief.type.title, KINDS[brief.period.kind])]
    paper.core_properties.title, paper.core_properties.author = " ".join(titles), titles[0]
    paper.add_paragraph(" ".join(titles), "Title")
    if face.training:
        invalid = f"{face.training.mark.in_(language)}　{INVALID.in_(language)}"
        paper.add_paragraph(invalid, "Heading 1")
        paper.core_properties.comments = invalid
        paper.sections[0].header.paragraphs[0].text = invalid  # on each page, as a later one may go on its own way
    elif face.practice:
        paper.add_paragraph(face.practice.in_(language))
    for words in (days_of(brief.period), lead(brief)):
        paper.add_paragraph(words.in_(language))
    for part in parts(brief):
        paper.add_heading(part.title.in_(language), 1)
        _add_table(paper, [[cell.in_(language) for cell in row] for row in (part.headings, *part.rows)])
    if brief.rows:
        paper.add_heading(OVERDUE.in_(language), 1)
        _add_table(paper, _listed(brief, face, language))
    if further := beyond(brief):
        paper.add_paragraph(further.in_(language))
    paper.add_paragraph(note(brief, face.zone).in_(language))
    content = io.BytesIO()
    paper.save(content)
    return content.getvalue()


def _set_faces(style: Any, east_asian: str, points: int) -> None:
    """The face of East Asian letters is an attribute of its own, which the library has no name for."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.color.rgb = _LATIN, Pt(points), RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [one for one in fonts.attrib if one.endswith("Theme")]:  # a theme's face would go before ours
        del fonts.attrib[name]
    fonts.set(qn("w:eastAsia"), east_asian)


def _add_table(paper: Any, rows: Sequence[Sequence[str]]) -> None:
    table = paper.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for row, words in zip(table.rows, rows, strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    paper.add_paragraph()


def _listed(brief: Brief, face: Face, language: str) -> list[list[str]]:
    lines = [
        [
            row.number,
            row.category.in_(language),
            row.place.in_(language),
            row.unit.in_(language),
            moments.written(row.due_at, face.zone).in_(language) if row.due_at else "",
            row.left.words.in_(language),
        ]
        for row in brief.rows
    ]
    return [[one.in_(language) for one in _LIST], *lines]
