"""A workbook that is sent to a page: looked at first, then brought back by the page and taken in; what is wrong with it
as a table."""

import base64
import binascii
from collections.abc import Sequence

from django.http import HttpRequest

from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text
from jingwei.kit.lists.sheets import Fault
from jingwei.kit.parts.table import Cell, Table, still_table

MOST = 600_000
"""Bytes of a file taken on the desk; larger ones go through the console."""

_TOO_LARGE = Text("文件超过 600 KB；请分成几份。", "The file is larger than 600 KB: split it.")
_EMPTY = Text("文件是空的；请另选一个。", "The file is empty; choose another.")
_FAULTS = (
    ("sheet", Text("工作表", "Sheet")),
    ("row", Text("行", "Row")),
    ("column", Text("列", "Column")),
    ("what", Text("问题", "Problem")),
    ("remedy", Text("怎么改", "What to do")),
)


def sent_workbook(request: HttpRequest) -> bytes:
    """The file, or the one that was looked at and is brought back as `kept`. Raises Invalid."""
    given = request.FILES.get("file")
    if given is not None and not given.size:
        raise Invalid(_EMPTY, place="file")
    if given is not None and (given.size or 0) <= MOST:
        return bytes(given.read())
    try:
        content = base64.b64decode(request.POST.get("kept", ""), validate=True)
    except binascii.Error:
        content = b""
    if given is not None or not 0 < len(content) <= MOST:
        raise Invalid(_TOO_LARGE if given is not None else Text("请选择文件。", "Choose a file."), place="file")
    return content


def kept_text(content: bytes) -> str:
    """The file as its page brings it back."""
    return base64.b64encode(content).decode()


def faults_table(faults: Sequence[Fault]) -> Table:
    """What is wrong: where, and what to do about it."""
    rows = [
        {
            "sheet": Cell(words=one.sheet),
            "row": Cell(number=one.row or None),
            "column": Cell(words=one.column),
            "what": Cell(words=one.what),
            "remedy": Cell(words=one.remedy),
        }
        for one in faults
    ]
    return still_table(_FAULTS, rows)
