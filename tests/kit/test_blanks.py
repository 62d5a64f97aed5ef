"""Places to be filled in of a document: found however Word splits them, filled once, in the face of their beginning."""

import io
import zipfile
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from docx import Document
from docx.oxml import parse_xml
from hypothesis import given
from hypothesis import strategies as st

from jingwei.kit.printing.blanks import clean, fill, paragraphs

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMES = ("编号", "承办单位", "QR code", "日期")
_PLAIN = st.text("甲乙丙 ab.:，（）\n", max_size=12)


def body(*paragraphs_of: str) -> Any:
    """An element with paragraphs, of lxml."""
    return parse_xml(f'<w:body xmlns:w="{W}">{"".join(paragraphs_of)}</w:body>')


def runs(text: str, cuts: list[int]) -> str:
    """A paragraph of a text, cut into runs of different faces; lines of it are breaks."""
    ends = [0, *sorted({cut % (len(text) + 1) for cut in cuts}), len(text)]
    said = ""
    for number, (begin, end) in enumerate(zip(ends, ends[1:], strict=False)):
        inside = "<w:br/>".join(
            f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text[begin:end].split("\n")
        )
        said += f'<w:r><w:rPr><w:sz w:val="{20 + number}"/></w:rPr><w:proofErr w:type="spellStart"/>{inside}</w:r>'
    return f"<w:p>{said}</w:p>"


def said(root: Any) -> list[str]:
    """The text of each paragraph."""
    return [one.text for one in paragraphs(root)]


@given(st.lists(st.tuples(_PLAIN, st.sampled_from(_NAMES)), max_size=4), _PLAIN, st.lists(st.integers(0, 200)))
def test_a_place_is_found_however_it_is_split(parts: list[tuple[str, str]], last: str, cuts: list[int]) -> None:
    values = {name: f"<{number}&值{{{{ 编号 }}}}\n二行>" for number, name in enumerate(_NAMES)}
    text = "".join(f"{plain}{{{{ {name} }}}}" for plain, name in parts) + last
    root = body(runs(text, cuts))
    fill(root, lambda name: values[name])
    expected = "".join(plain + values[name] for plain, name in parts) + last
    assert said(root) == [expected]
    assert said(parse_xml(ElementTree.tostring(ElementTree.fromstring(_bytes(root)))))[0] == expected


def _bytes(root: Any) -> bytes:
    from lxml import etree  # type: ignore[import-untyped]

    return bytes(etree.tostring(root))


def test_what_stands_around_keeps_its_face() -> None:
    root = body(runs("前{{ 编号 }}后", [1, 4, 8, 10]))
    fill(root, lambda _: "X")
    sizes = {run.t_lst[0].text: run.rPr.sz_val for run in root.p_lst[0].r_lst if run.t_lst[0].text}
    assert set(sizes) == {"前", "X", "后"}
    assert len(set(sizes.values())) == 3


def test_text_boxes_tables_and_content_controls_are_filled() -> None:
    place = runs("{{ 编号 }}", [4])
    box = f"<w:p><w:r><w:pict><w:txbxContent>{place}</w:txbxContent></w:pict><w:t>{{{{ 编号 }}}}</w:t></w:r></w:p>"
    table = f"<w:tbl><w:tr><w:tc>{place}</w:tc></w:tr></w:tbl>"
    control = f"<w:sdt><w:sdtContent>{place}</w:sdtContent></w:sdt>"
    inside = f"<w:p><w:sdt><w:sdtContent>{place[5:-6]}</w:sdtContent></w:sdt></w:p>"
    root = body(box, table, control, inside)
    fill(root, lambda _: "7")
    assert said(root) == ["7"] * 5


@pytest.mark.parametrize("typed", ["{{编号}}", "{{　编号 }}", "｛｛编号｝｝", "{｛ 编号 }｝"])
def test_wide_braces_of_an_input_method_are_braces(typed: str) -> None:
    root = body(runs(typed, []))
    fill(root, lambda name: f"({name})")
    assert said(root) == ["(编号)"]


@pytest.mark.parametrize("typed", ["{{ 编号", "编号 }}", "{{ a {{ 编号 }}", "{{ 编号 }} }}", "{{ %s }}" % ("长" * 70)])
def test_braces_that_make_no_place_are_seen(typed: str) -> None:
    (paragraph,) = paragraphs(body(runs(typed, [2])))
    assert paragraph.broken


def test_braces_of_a_value_are_never_a_place_again() -> None:
    root = body(runs("{{ a }}{{ b }}", []))
    values = {"a": "{{ b }}", "b": "{{ a }}{{"}
    asked: list[str] = []

    def value(name: str) -> str:
        asked.append(name)
        return values[name]

    fill(root, value)
    assert said(root) == ["{{ b }}{{ a }}{{"]
    assert asked == ["b", "a"]


@given(st.text())
def test_any_value_goes_into_xml(value: str) -> None:
    root = body(runs("前{{ 编号 }}后", []))
    fill(root, lambda _: value)
    assert said(parse_xml(_bytes(root)))[0] == f"前{clean(value)}后"


def test_a_long_value_stays_whole() -> None:
    document = Document()
    document.add_paragraph("内容：{{ 编号 }}。")
    value = "\n".join("长" * 49 for _ in range(1000))
    fill(document.element, lambda _: value)
    kept = io.BytesIO()
    document.save(kept)
    assert Document(io.BytesIO(kept.getvalue())).paragraphs[0].text == f"内容：{value}。"
    assert zipfile.ZipFile(kept).testzip() is None
