"""Which sheets and columns a workbook of units, posts, people, holdings and shifts has."""

from jingwei.kernel.values.words import Text
from jingwei.kit.lists.sheets import Column, Sheet

_CODE = Text("代码", "code")
_LOGIN, _POST = Text("账户名", "login"), Text("岗位代码", "post")
SHEETS = (
    Sheet(
        "units",
        Text("单位", "units"),
        (
            Column("code", _CODE, required=True, longest=40),
            Column("kind", Text("种类", "kind"), required=True, longest=20),
            Column("parent", Text("上级单位", "parent"), longest=40),
            Column("area", Text("区域代码", "area"), required=True, longest=40),
            Column("name_zh", Text("中文名称", "name_zh"), required=True),
            Column("name_en", Text("英文名称", "name_en"), required=True),
            Column("ends_on", Text("撤销日期", "ends_on"), "day"),
        ),
        ("code",),
    ),
    Sheet(
        "posts",
        Text("岗位", "posts"),
        (
            Column("code", _CODE, required=True, longest=60),
            Column("unit", Text("单位代码", "unit"), required=True, longest=40),
            Column("area", Text("区域代码", "area"), required=True, longest=40),
            Column("role", Text("角色", "role"), required=True, longest=40),
            Column("title_zh", Text("中文名称", "title_zh"), required=True),
            Column("title_en", Text("英文名称", "title_en"), required=True),
            Column("grants", Text("权限", "grants"), longest=2000),
            Column("ends_on", Text("撤岗日期", "ends_on"), "day"),
            Column("hand_over_to", Text("移交岗位", "hand_over_to"), longest=60),
        ),
        ("code",),
    ),
    Sheet(
        "people",
        Text("人员", "people"),
        (
            Column("login", _LOGIN, required=True, longest=60),
            Column("name", Text("姓名", "name"), required=True),
            Column("phone", Text("电话", "phone"), longest=40),
            Column("language", Text("语言", "language"), longest=10),
            Column("ends_on", Text("离职日期", "ends_on"), "day"),
        ),
        ("login",),
    ),
    Sheet(
        "holdings",
        Text("任岗", "holdings"),
        (
            Column("login", _LOGIN, required=True, longest=60),
            Column("post", _POST, required=True, longest=60),
            Column("from_at", Text("开始", "from"), "moment"),
            Column("until_at", Text("结束", "until"), "moment"),
        ),
        ("login", "post"),
    ),
    Sheet(
        "shifts",
        Text("值班", "shifts"),
        (
            Column("roster", Text("值班表代码", "roster"), required=True, longest=40),
            Column("post", _POST, required=True, longest=60),
            Column("login", _LOGIN, required=True, longest=60),
            Column("from_at", Text("开始", "from"), "moment", required=True),
            Column("until_at", Text("结束", "until"), "moment", required=True),
            Column("goes", Text("取消", "goes"), longest=10),
        ),
        ("roster", "login", "from_at"),
    ),
)
