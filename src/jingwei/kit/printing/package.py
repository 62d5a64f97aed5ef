"""A document of Word that somebody sends: opened without trust, and refused for everything that a paper does not need.

Only what is on a list is taken: kinds of parts, kinds of pictures, fields that count pages. What would run (macros,
controls), load (links, linked pictures, templates elsewhere), hide (embedded files, tracked changes, comments) or swell
(entities, archives that unpack without end) is named with what to do about it. Office Open XML: ISO/IEC 29500-2 (the
package), 29500-1 (the words).
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers import expat

from jingwei.kernel.values.words import Text
from jingwei.kit.printing.blanks import W

_MOST_PARTS, _MOST_BYTES = 200, 20_000_000
_MOST_ELEMENTS, _DEEPEST = 200_000, 120
_TYPES = "[Content_Types].xml"
_RELATED = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_KINDS = frozenset(
    (
        *(
            "officeDocument",
            "styles",
            "stylesWithEffects",
            "settings",
            "webSettings",
            "fontTable",
            "theme",
            "numbering",
        ),
        *("header", "footer", "footnotes", "endnotes", "image", "glossaryDocument", "customXml", "customXmlProps"),
        *("core-properties", "extended-properties", "custom-properties", "thumbnail"),
    )
)
"""Last words of the types of relationships that are taken."""

_PICTURED = frozenset(("image", "thumbnail"))
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM")
_COUNTING = frozenset(("PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES"))
"""Fields of Word that are taken: they count pages."""

_DELETE = Text("请从文件里删去。", "Delete it from the file.")
_AS_DOCX = Text("请用 Word 或 WPS 打开，另存为“Word 文档 (*.docx)”。", "Open it in Word or WPS and save it as “.docx”.")
_ACCEPT = Text("请先接受或拒绝所有修订。", "Accept or reject all changes first.")
_OBJECT = Text("嵌入的对象", "An embedded object")
_REVISED = Text("没有处理的修订", "A tracked change")
_AS_TEXT = Text("请改为普通文字；只收页码。", "Make it plain text; page numbers are taken.")
_NOT_PLAIN = Text("不是普通的 Word 文档，或带有宏", "It is no plain document of Word, or has macros")
_STRAY, _ABSENT = Text("来历不明的部分", "A part that belongs to nothing"), Text("缺了一部分", "A part that is missing")
_OTHER_PICTURE = Text("不是 PNG、JPEG、GIF 或 BMP 图片", "Not a PNG, JPEG, GIF or BMP picture")
_AS_PNG = Text("请把图片另存为 PNG，再插入。", "Save the picture as PNG and insert it again.")
_REFUSED: Mapping[str, tuple[Text, Text]] = {
    f"{W}object": (_OBJECT, _DELETE),
    f"{W}control": (Text("控件", "A control"), _DELETE),
    f"{W}altChunk": (_OBJECT, _DELETE),
    f"{W}subDoc": (_OBJECT, _DELETE),
    f"{W}mailMerge": (Text("邮件合并的数据源", "A data source of a mail merge"), _DELETE),
    f"{W}dataBinding": (Text("与文档属性绑定的控件", "A control bound to a property of the document"), _DELETE),
    f"{W}commentReference": (Text("批注", "A comment"), _DELETE),
    **{f"{W}{name}": (_REVISED, _ACCEPT) for name in ("ins", "del", "moveFrom", "moveTo")},
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a document: where, what, and what to do about it."""

    place: Text
    what: Text
    remedy: Text


class _NotTaken(Exception):
    """The document is not even read further."""

    def __init__(self, place: Text, what: Text, remedy: Text = _AS_DOCX) -> None:
        super().__init__(what.en)
        self.fault = Fault(place, what, remedy)


_WHOLE = Text("整份文件", "The whole file")


def opened(content: bytes) -> tuple[Mapping[str, ElementTree.Element], tuple[Fault, ...]]:
    """The parts that hold XML, by name, and everything that is not taken; no parts where it is no such document."""
    try:
        files = _unpacked(content)
        kinds, faults = _reached(files)
        roots = {name: _read(name, files[name]) for name, kind in kinds.items() if kind in _KINDS - _PICTURED}
    except _NotTaken as refusal:
        return {}, (refusal.fault,)
    for name in (name for name, kind in kinds.items() if kind in _PICTURED):
        if not files[name].startswith(_PICTURES):
            faults.append(Fault(part_named(name), _OTHER_PICTURE, _AS_PNG))
    for name, root in roots.items():
        faults += _unwanted(name, root)
    return roots, tuple(faults)


def part_named(part: str) -> Text:
    """Where a part stands, in words."""
    for start, words in (
        ("document", Text("正文", "Text")),
        ("header", Text("页眉", "Header")),
        ("footer", Text("页脚", "Footer")),
        ("footnotes", Text("脚注", "Footnotes")),
        ("endnotes", Text("尾注", "Endnotes")),
    ):
        if posixpath.basename(part).startswith(start):
            return words
    return Text(part, part)


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The files of the archive. Raises _NotTaken."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _NotTaken(_WHOLE, Text("是旧版 .doc 文件，或加了密码", "It is an old .doc file, or has a password"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = [one.filename for one in entries]
            if len(entries) > _MOST_PARTS or sum(one.file_size for one in entries) > _MOST_BYTES:
                raise _NotTaken(_WHOLE, Text("解压后太大", "It is too large when unpacked"))
            if len({one.casefold() for one in names}) < len(names):
                raise _NotTaken(_WHOLE, Text("里面有同名的部分", "Two of its parts have one name"))
            if any(one.flag_bits & 1 for one in entries):
                raise _NotTaken(_WHOLE, Text("加了密码", "It has a password"))
            return {one.filename: archive.read(one) for one in entries if not one.is_dir()}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, OSError, ValueError, EOFError) as error:
        raise _NotTaken(_WHOLE, Text("不是 Word 文档 (.docx)", "It is no document of Word (.docx)")) from error
    except zlib.error as error:
        raise _NotTaken(_WHOLE, Text("文件已损坏", "The file is damaged")) from error


def _reached(files: Mapping[str, bytes]) -> tuple[dict[str, str], list[Fault]]:
    """The parts that are related to the package, each with the kind of its relationship; and those that are refused.
    Raises _NotTaken for what is no document."""
    kinds: dict[str, str] = {}
    faults: list[Fault] = []
    known = {_TYPES, "_rels/.rels"}
    waiting = [""]
    while waiting:
        part = waiting.pop()
        folder, name = posixpath.split(part)
        listed = posixpath.join(folder, "_rels", f"{name}.rels")
        if listed not in files:
            continue
        known.add(listed)
        for relation in _read(listed, files[listed]).iter(_RELATED):
            fault, target, kind = _related(folder, relation.attrib, files)
            if fault is not None:
                faults.append(fault)
            if target in files and target not in kinds:
                kinds[target] = kind
                waiting.append(target)
    _main_of(files, kinds)
    stray = sorted(set(files) - known - set(kinds))
    faults += [
        Fault(Text(one, one), Text("来历不明的部分", "A part that belongs to nothing"), _AS_DOCX) for one in stray
    ]
    return kinds, faults


def _related(folder: str, relation: Mapping[str, str], files: Collection[str]) -> tuple[Fault | None, str, str]:
    """What is wrong with a relationship, the part that it leads to, and its kind."""
    kind, target = relation.get("Type", "").rpartition("/")[2], relation.get("Target", "")
    if relation.get("TargetMode") == "External":
        shown = Text(target[:80], target[:80])
        remedy = Text("请取消超链接，或改为插入图片本身。", "Remove the hyperlink, or insert the picture itself.")
        return Fault(shown, Text("指向文件以外的链接", "A link to something outside the file"), remedy), "", kind
    part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    if kind not in _KINDS:
        what = Text(f"不能收的内容（{kind[:40]}）", f"Something that is not taken ({kind[:40]})")
        return Fault(Text(part[:80], part[:80]), what, _DELETE), part, kind
    if part not in files:
        return (
            Fault(Text(part[:80], part[:80]), Text("引用的部分不存在", "A part that is not there"), _AS_DOCX),
            part,
            kind,
        )
    return None, part, kind


def _main_of(files: Mapping[str, bytes], kinds: Mapping[str, str]) -> None:
    """That the archive holds one document, of the kind that everybody writes. Raises _NotTaken."""
    main = [name for name, kind in kinds.items() if kind == "officeDocument"]
    types = _read(_TYPES, files[_TYPES]) if _TYPES in files else ElementTree.Element("none")
    said = [one.get("ContentType") for one in types.iter() if main and one.get("PartName") == f"/{main[0]}"]
    if len(main) != 1 or said != [_DOCUMENT]:
        raise _NotTaken(
            _WHOLE, Text("不是普通的 Word 文档，或带有宏", "It is no plain document of Word, or has macros")
        )
    if _read(main[0], files[main[0]]).tag != f"{W}document":
        raise _NotTaken(_WHOLE, Text("是“严格 Open XML”文档", "It is a “strict Open XML” document"))


def _read(name: str, content: bytes) -> ElementTree.Element:
    """The root of a part. Raises _NotTaken for what is not well-formed, declares a document type (and with it
    entities), or has too much in it."""
    elements = depth = 0

    def begin(*_: object) -> None:
        nonlocal elements, depth
        elements, depth = elements + 1, depth + 1
        if elements > _MOST_ELEMENTS or depth > _DEEPEST:
            raise _NotTaken(part_named(name), Text("内容太多或嵌套太深", "Too much, or nested too deep"))

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_: object) -> None:
        raise _NotTaken(part_named(name), Text("声明了文档类型（DTD）", "It declares a document type (DTD)"))

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(content, True)
        return ElementTree.fromstring(content)  # noqa: S314  # without a document type there is no entity
    except (expat.ExpatError, ElementTree.ParseError, ValueError, LookupError) as error:
        raise _NotTaken(part_named(name), Text("不是完整的 XML", "It is not well-formed XML")) from error


def _unwanted(name: str, root: ElementTree.Element) -> Iterator[Fault]:
    """Elements that are refused, once a kind, and fields of Word that do more than count pages."""
    for tag, (what, remedy) in _REFUSED.items():
        if next(root.iter(tag), None) is not None:
            yield Fault(part_named(name), what, remedy)
    for instruction in dict.fromkeys(_instructions(root)):
        if (instruction.split() or [""])[0].upper() not in _COUNTING:
            shown = instruction.strip()[:40]
            what = Text(f"Word 域“{shown}”", f"The field of Word “{shown}”")
            yield Fault(
                part_named(name),
                what,
                Text("请改为普通文字；只收页码。", "Make it plain text; page numbers are taken."),
            )


def _instructions(root: ElementTree.Element) -> Iterator[str]:
    """What the fields of a part do; Word splits an instruction over runs."""
    under_way: list[str] = []
    for one in root.iter():
        if one.tag == f"{W}fldSimple":
            yield one.get(f"{W}instr", "")
        elif one.tag == f"{W}fldChar" and one.get(f"{W}fldCharType") == "begin":
            under_way.append("")
        elif one.tag == f"{W}instrText" and under_way:
            under_way[-1] += one.text or ""
        elif one.tag == f"{W}instrText":
            yield one.text or ""
        elif one.tag == f"{W}fldChar" and one.get(f"{W}fldCharType") == "end" and under_way:
            yield under_way.pop()
    yield from under_way
