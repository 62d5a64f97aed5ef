"""Workbooks of units, posts and people, as somebody might fill them in."""

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

Rows = Sequence[Sequence[object]]
UNITS = ["代码", "种类", "上级单位", "区域代码", "中文名称", "英文名称", "撤销日期"]
POSTS = ["code", "unit", "area", "role", "title_zh", "title_en", "grants", "ends_on", "hand_over_to"]
PEOPLE = ["账户名", "姓名", "电话", "离职日期"]
HOLDINGS = ["login", "post", "from", "until"]


def book(sheets: Mapping[str, Rows]) -> bytes:
    """An .xlsx file with these sheets."""
    kept = io.BytesIO()
    made = xlsxwriter.Workbook(kept, {"in_memory": True})
    for name, rows in sheets.items():
        page = made.add_worksheet(name)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    made.close()
    return kept.getvalue()


NEW: Mapping[str, Rows] = {
    "单位": [UNITS, ["WATER", "department", "CITY", "T", "水务局", "Water department", ""]],
    "posts": [POSTS, ["handler-water", "WATER", "T", "handler", "水务承办员", "Water handler", "", "", ""]],
    "人员": [PEOPLE, ["li.si", "李四", 13800138000, ""]],
    "holdings": [HOLDINGS, ["li.si", "handler-water", "2026-01-01", ""]],
}
