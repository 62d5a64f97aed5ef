"""The open ledger of an invented old system of the practice city, as its last export lies on the centre's desk.

About 300 rows under a title, heads in that system's own words and order, dates in every form, and the faults of such
lists, each planted once or more: `FAULTS` says how many rows have which.
"""

import datetime
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter

HEADS = (
    *("序号", "案卷编号", "当前环节", "问题小类", "登记时间", "要求办结时间", "已用工作日", "责任单位"),
    *("所属网格", "详细地址", "问题描述", "标题", "反映人", "手机号码", "问题来源", "身份证号"),
)
STATES = {  # theirs: ours, and how often
    "待受理": ("reported", 20),
    "待立案": ("verifying", 15),
    "待派遣": ("filed", 25),
    "待签收": ("dispatched", 40),
    "处理中": ("processing", 130),
    "挂账": ("hung_up", 10),
    "待核查": ("feedback", 40),
    "已结案": ("closed", 12),
}
FAULTS = {"unknown unit": 4, "no date": 3, "no unit": 2, "twice": 2, "two telephones": 1, "due before": 1}
RENAMED = "建设局"
"""A unit of the old system that no longer exists under this name."""


@dataclass
class OldLedger:
    """The rows as written, and what each is to become."""

    rows: list[list[Any]] = field(default_factory=list)
    sound: int = 0
    closed: int = 0
    refused: dict[str, list[int]] = field(default_factory=dict)  # fault: rows as Excel counts


def _day(number: int, at: datetime.datetime) -> object:
    """Dates as such lists have them: as dates, as serial numbers, as text in three ways."""
    serial = (at - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1)
    forms = (at, serial, f"{at:%Y-%m-%d %H:%M:%S}", f"{at:%Y/%m/%d %H:%M}", f"{at:%Y年%m月%d日 %H时%M分}")
    return forms[number % len(forms)]


def old_ledger(
    units: Sequence[str], classes: Sequence[str], cells: Sequence[str], as_of: datetime.datetime
) -> OldLedger:
    """The ledger of that day; `units` and `classes` by their titles here, `cells` by code."""
    chance, made = random.Random(12), OldLedger()
    states = [state for state, (_, count) in STATES.items() for _ in range(count)]
    chance.shuffle(states)
    for number, state in enumerate(states):
        received = as_of - datetime.timedelta(days=chance.randrange(1, 30), minutes=chance.randrange(600))
        early = state in ("待受理", "待立案", "待派遣")
        promised = number % 3 != 0
        row: list[Any] = [
            number + 1,
            f"WG2026{number:06}",
            state,
            chance.choice(classes),
            _day(number, received),
            _day(number + 1, received + datetime.timedelta(days=chance.randrange(5, 40))) if promised else "",
            "" if promised else chance.randrange(0, 2),
            "" if early else chance.choice(units),
            chance.choice(cells) if number % 4 else "",
            f"{chance.choice(('幸福', '建设', '人民'))}路{chance.randrange(1, 200)}号",
            "巡查发现，影响通行",
            "路面问题",
            "王某（演练）" if number % 2 else "匿名",
            f"140 {number:04} 5678" if number % 2 else "无",
            chance.choice(("热线", "巡查", "12345热线")),
            "",
        ]
        made.rows.append(row)
    _spoil(made)
    return made


def _spoil(made: OldLedger) -> None:
    """Each fault in rows of its own, all of them in work."""
    working = [place for place, row in enumerate(made.rows) if row[2] == "处理中"]
    for fault, count in FAULTS.items():
        for _ in range(count):
            place = working.pop()
            row = made.rows[place]
            if fault == "unknown unit":
                row[7] = RENAMED
            elif fault == "no date":
                row[4] = ""
            elif fault == "no unit":
                row[7] = ""
            elif fault == "twice":
                row[1] = made.rows[0][1]
            elif fault == "two telephones":
                row[13] = "14000001111/14000002222"
            else:
                row[5] = "2020-01-01"
            made.refused.setdefault(fault, []).append(place + 3)
    made.closed = sum(row[2] == "已结案" for row in made.rows)
    made.sound = len(made.rows) - made.closed - sum(map(len, made.refused.values()))


def as_workbook(made: OldLedger) -> bytes:
    """Under a title over all columns, on a sheet of its own name."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        sheet, days = book.add_worksheet("未结案件"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.merge_range(0, 0, 0, len(HEADS) - 1, "旧网格系统未结案件台账")
        sheet.write_row(1, 0, HEADS)
        for number, row in enumerate(made.rows, 2):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime.datetime):
                    sheet.write_datetime(number, place, cell, days)
                else:
                    sheet.write(number, place, cell)
    return kept.getvalue()
