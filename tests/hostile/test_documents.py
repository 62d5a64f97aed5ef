"""Documents of Word that somebody sends as a template: what would run, load, hide or swell is refused and named."""

import io
import itertools
import zipfile
from collections.abc import Callable, Mapping
from types import MappingProxyType

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from jingwei.kit.printing.package import opened
from jingwei.kit.printing.sheets import PAPERS
from jingwei.kit.printing.standard import standard_document
from jingwei.kit.printing.word import faults_of, filled

MAIN, RELATED, SETTINGS = "word/document.xml", "word/_rels/document.xml.rels", "word/settings.xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def template() -> bytes:
    """One that is right."""
    return standard_document("receipt", "zh")


def parts_of(content: bytes) -> dict[str, bytes]:
    """Its files."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """An archive of these files."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return kept.getvalue()


def changed(name: str, change: Callable[[bytes], bytes], more: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The template with one part changed, and with more of them by their names."""
    parts = parts_of(template())
    before = parts.get(name, b"")
    parts[name] = change(before)
    assert parts[name] != before
    return packed({**parts, **more})


def inside(xml: str) -> bytes:
    """The template with an element in its text."""
    return changed(MAIN, lambda old: old.replace(b"<w:sectPr", xml.encode() + b"<w:sectPr", 1))


def related(kind: str, target: str, mode: str = "", more: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The template with a relationship of its text."""
    said = f'<Relationship Id="rId99" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'
    return changed(RELATED, lambda old: old.replace(b"</Relationships>", said.encode()), more)


def said(content: bytes) -> str:
    """What is wrong, in English."""
    faults = faults_of(content, "receipt")
    assert all(text.zh and text.en for one in faults for text in (one.place, one.what, one.remedy))
    return "\n".join(f"{one.place.en} {one.what.en}" for one in faults)


_EXTERNAL = ' TargetMode="External"'
_BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
_READS = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
_DEEP = b"<a>" * 5000 + b"</a>" * 5000
HOSTILE: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "no document of Word"),
    "text": (b"{{ number }}", "no document of Word"),
    "old .doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .doc"),
    "half": (template()[:9000], "no document of Word"),
    "another archive": (packed({"a.txt": b"a"}), "no plain document"),
    "a book": (packed({**parts_of(template()), "[Content_Types].xml": b"<Types/>"}), "no plain document"),
    "macro": (related("vbaProject", "a.bin", more={"word/a.bin": b""}), "vbaProject"),
    "macro type": (
        changed("[Content_Types].xml", lambda old: old.replace(b"wordprocessingml.document.main", b"x.macroEnabled")),
        "has macros",
    ),
    "a file that belongs to nothing": (packed({**parts_of(template()), "word/vbaProject.bin": b"x"}), "nothing"),
    "linked picture": (related("image", "http://evil.test/a.png", _EXTERNAL), "http://evil.test/a.png A link"),
    "link": (related("hyperlink", "http://evil.test/", _EXTERNAL), "A link to something outside"),
    "template elsewhere": (related("attachedTemplate", "http://evil.test/a.dotm", _EXTERNAL), "A link"),
    "shared file": (related("frame", r"\\evil.test\share", _EXTERNAL), "A link"),
    "embedded object": (related("oleObject", "embeddings/a.bin"), "oleObject"),
    "embedded workbook": (related("package", "embeddings/a.xlsx"), "package"),
    "another document in it": (related("aFChunk", "a.html"), "aFChunk"),
    "a part that is not there": (related("image", "media/none.png"), "A part that is not there"),
    "a picture that is none": (related("image", "a.svg", more={"word/a.svg": b"<svg/>"}), "Not a PNG"),
    "object": (inside("<w:p><w:r><w:object/></w:r></w:p>"), "embedded object"),
    "control": (inside("<w:p><w:r><w:control/></w:r></w:p>"), "control"),
    "comment": (inside('<w:p><w:r><w:commentReference w:id="0"/></w:r></w:p>'), "comment"),
    "tracked": (inside('<w:p><w:ins w:id="1"><w:r><w:t>x</w:t></w:r></w:ins></w:p>'), "tracked change"),
    "deleted": (inside('<w:p><w:del w:id="1"><w:r><w:delText>x</w:delText></w:r></w:del></w:p>'), "tracked change"),
    "includes": (inside('<w:p><w:fldSimple w:instr="INCLUDETEXT c:/x"/></w:p>'), "INCLUDETEXT"),
    "split field": (
        inside(
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DDE</w:instrText></w:r><w:r>'
            '<w:instrText>AUTO c:/x</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        ),
        "DDEAUTO c:/x",
    ),
    "mail merge": (changed(SETTINGS, lambda old: old.replace(b"<w:zoom", b"<w:mailMerge/><w:zoom", 1)), "mail merge"),
    "entities": (changed(SETTINGS, lambda _: _BOMB), "document type"),
    "reads a file": (changed(MAIN, lambda _: _READS), "document type"),
    "entities in relationships": (changed(RELATED, lambda _: _READS), "document type"),
    "entities in types": (changed("[Content_Types].xml", lambda _: _READS), "document type"),
    "utf-16 entities": (changed(SETTINGS, lambda _: _BOMB[21:].decode().encode("utf-16")), "document type"),
    "deep": (changed(SETTINGS, lambda _: _DEEP), "nested too deep"),
    "wide": (changed(SETTINGS, lambda _: b"<a>" + b"<b/>" * 300_000 + b"</a>"), "Too much"),
    "broken XML": (changed(MAIN, lambda old: old[:-20]), "not well-formed"),
    "strict": (
        changed(MAIN, lambda old: old.replace(b"schemas.openxmlformats.org/wordprocessingml", b"purl.oclc.org/x")),
        "strict Open XML",
    ),
    "zip bomb": (changed("word/media/a.xml", lambda _: bytes(30_000_000)), "too large when unpacked"),
    "many parts": (packed({f"{number}.xml": b"" for number in range(500)}), "too large when unpacked"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_would_run_load_hide_or_swell_is_refused_and_named(name: str) -> None:
    content, expected = HOSTILE[name]
    assert expected in said(content)


def test_two_parts_of_one_name_and_a_password_are_refused() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, content in itertools.chain(parts_of(template()).items(), [("WORD/document.xml", b"<x/>")]):
            archive.writestr(name, content)
    assert "one name" in said(kept.getvalue())
    locked = bytearray(template())
    for at in (locked.find(b"PK\x03\x04") + 6, locked.find(b"PK\x01\x02") + 8):
        locked[at] |= 1
    assert "password" in said(bytes(locked))


def test_a_size_that_the_archive_lies_about_unpacks_no_further() -> None:
    big = changed("word/media/a.xml", lambda _: bytes(15_000_000))
    at = big.rfind(b"PK\x01\x02", 0, big.rfind(b"word/media/a.xml"))
    lied = big[: at + 24] + (10).to_bytes(4, "little") + big[at + 28 :]
    assert said(lied)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_standard_template_is_right(paper: str, language: str) -> None:
    assert faults_of(standard_document(paper, language), paper) == ()


def refused_or_right(content: bytes) -> bool:
    """Whether it is said what is wrong, or the paper can be made from it."""
    return bool(said(content)) or opened(filled(content, "receipt", {"number": "1"}, b""))[1] == ()


@settings(max_examples=25)
@given(st.integers(0, 60_000), st.binary(min_size=1, max_size=40))
def test_a_damaged_document_is_refused_or_right_and_never_an_error(at: int, junk: bytes) -> None:
    content = template()
    place = at % len(content)
    assert refused_or_right(content[:place] + junk + content[place + len(junk) :])


@settings(max_examples=20)
@given(st.integers(0, 20_000), st.sampled_from([b"<", b">", b"&", b"{{", b"}}", b"\x00", b"]]>", b"<w:p>", b"<!--"]))
def test_damaged_text_in_it_likewise(at: int, junk: bytes) -> None:
    def damage(old: bytes) -> bytes:
        place = at % len(old)
        return old[:place] + junk + old[place:]

    assert refused_or_right(changed(MAIN, damage))


_ODD = "]]></w:t><w:p>\x00\x07&amp;{{ 编号 }}${x}{% x %}\ud7ff\ufffe𠀀\u202e\u200f" + "长" * 50_000


def test_no_value_breaks_the_document_or_is_filled_again() -> None:
    values = {key: _ODD for key in ("city", "heading", "number", "category", "place", "received", "due", "address")}
    whole = filled(template(), "receipt", values, b"")
    roots, faults = opened(whole)
    assert faults == ()
    kept = "".join(roots[MAIN].itertext())
    assert kept.count("{{ 编号 }}${x}{% x %}") == len(values) and "\x07" not in kept
    assert Document(io.BytesIO(whole)).core_properties.title.startswith("]]>")
