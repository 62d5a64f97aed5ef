"""Figures of a type as a table and as a file; as files one split by what was asked, and the matters behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import cast

from django.http import QueryDict
from django.urls import reverse

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.measures.compute import Cut, Part
from jingwei.kernel.measures.declared import Measure
from jingwei.kernel.reads.note import Seen
from jingwei.kernel.values.words import Text
from jingwei.kit.figures.words import Shown
from jingwei.kit.lists.listing import Listing, listing_of
from jingwei.kit.parts.table import Cell, Column, Table, table_of
from jingwei.surfaces.desk.measures.queries import PARTS, figures_of, grouped, groupings, title_of
from jingwei.surfaces.desk.measures.split import Split
from jingwei.surfaces.desk.tables.columns import columns_of
from jingwei.surfaces.desk.tables.matters import rows_behind

_SAID = Column("said", Text("数值", "Value"), sorts=False, fixed=True)
_MADE_OF = (
    _SAID,
    Column("value", Text("数", "As a number"), numeric=True),
    Column("numerator", Text("分子", "Numerator"), numeric=True),
    Column("denominator", Text("分母", "Denominator"), numeric=True),
    Column("unknown", Text("说不清", "Cannot be told"), numeric=True),
)
_TITLE, _GROUP = Column("title", Text("指标", "Figure"), fixed=True), Column("group", Text("分列", "Split by"))
_BASIS = Column("basis", Text("依据", "Basis"))
_SHOWN = (_TITLE, _SAID, Column("made_of", Text("由来", "Made of"), sorts=False), _BASIS)
_BEHIND = ("class", "clock", "number", "due")


def figures_table(scope: Scope, of: str, asked: QueryDict) -> Table:
    """Every figure of a type."""
    return table_of(_SHOWN, list(_rows(figures_of(scope, of))), asked)


def figures_listing(scope: Scope, of: str, asked: QueryDict) -> Listing:
    """The same in its order as a file, which has what each is made of as numbers, whatever the page shows of it."""
    every = [replace(one, fixed=True) for one in (_TITLE, *_MADE_OF, _BASIS)]
    table = table_of(every, list(_rows(figures_of(scope, of))), asked)
    return listing_of(table, "figures", Text("指标", "Figures"), [(Text("事项类型", "Type"), title_of(of))])


def split_listing(scope: Scope, measure: Measure, split: Split) -> Listing:
    """One figure by unit, class or area, and under which borders; as a whole where it is not split."""
    by = groupings(scope).get(split.by)
    filters = [(_GROUP.title, by)] if by else []
    group = replace(_GROUP, title=split.heading(by)) if by else _GROUP
    figures, whole = grouped(scope, measure, split)
    return Listing(
        name="figure",
        title=measure.title,
        columns=(group, *_MADE_OF),
        rows=_rows(figures if split.by else [whole]),
        filters=[*filters, *split.filters(scope)],
    )


def _rows(figures: Sequence[Shown]) -> Iterator[dict[str, Cell]]:
    for one in figures:
        yield {
            "title": Cell(
                words=one.measure.title,
                address=reverse("desk:measure", args=[one.measure.key]),
                order=one.measure.title.zh,
            ),
            "group": Cell(words=one.group),
            "said": Cell(words=one.value),
            "value": Cell(number=one.figure.value),
            "numerator": Cell(number=one.figure.numerator),
            "denominator": Cell(number=one.figure.denominator),
            "unknown": Cell(number=one.figure.unknown),
            "made_of": Cell(words=one.made_of),
            "basis": Cell(text=one.measure.basis, order=one.measure.basis),
        }


def behind_listing(scope: Scope, measure: Measure, part: str, split: Split) -> Listing:
    """The matters of one part of a figure."""
    noted: list[Seen] = []
    return Listing(
        name="behind",
        title=measure.title,
        columns=columns_of(_BEHIND),
        rows=rows_behind(scope, measure, cast(Part, part), Cut(among=split.among), noted),
        filters=[(Text("背后的事项", "Matters behind it"), PARTS[part]), *split.period],
        seen=noted,
    )
