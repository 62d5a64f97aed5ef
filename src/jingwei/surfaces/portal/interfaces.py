"""The page for developers of other systems: which interfaces there are, and what each does with and without a key."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from jingwei.kernel.values.words import Text
from jingwei.kit.lists.listing import MOST
from jingwei.kit.page import public_face, show

Route = tuple[str, tuple[str, ...]]
"""The name of a route, and what its address is made with."""


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface: what it is, where it begins, what anybody may do, what a key adds, and its guide in the
    source."""

    title: Text
    what: Text
    routes: tuple[Route, ...]
    open: Text
    keyed: Text
    guide: str = ""


_NOTHING_MORE = Text("不需要密钥，有密钥也一样。", "No key is needed, and none gives more.")

INTERFACES = (
    Interface(
        Text("自有接口", "The city's own interface"),
        Text(
            "JSON。上报、查询，以及各类事项声明的全部办理动作；接口文档为 OpenAPI 3.1。",
            "JSON. Report, look up, and every act that a type of matters declares; described in OpenAPI 3.1.",
        ),
        (("api:schema", ()), ("api:types", ()), ("api:reports", ())),
        Text(
            "上报；读取事项类型、居民可选的类别、区域。",
            "Report; read types, the classes that residents use, and areas.",
        ),
        Text(
            "列出、查看、办理密钥所属岗位看得到、办得了的事项；传文件。",
            "List, look up and act on what the key's post may see and do; send files.",
        ),
        "docs/guides/api.md",
    ),
    Interface(
        Text("整批导出", "Exports"),
        Text(
            f"CSV 或 Parquet，一次最多 {MOST:,} 件，可按类型、类别、区域、状态、时间筛选。",
            f"CSV or Parquet, up to {MOST:,} matters at once, by type, class, area, status and time.",
        ),
        (("api:export", ("csv",)), ("api:export", ("parquet",))),
        Text("不开放。", "Nothing."),
        Text("密钥所属岗位范围内的事项。", "The matters within reach of the key's post."),
        "docs/guides/api.md",
    ),
    Interface(
        Text("Open311", "Open311"),
        Text(
            "GeoReport v2，XML 和 JSON；其他城市的手机应用从“发现”地址找到其余地址。",
            "GeoReport v2, XML and JSON; apps of other cities find the rest from the discovery.",
        ),
        (("api:open311_discovery", ("xml",)), ("api:open311_services", ("json",))),
        Text(
            "读取服务；上报；按得到的编号查自己上报的事项。",
            "Read services; report; follow what you reported by its id.",
        ),
        Text(
            "列出、筛选岗位范围内的事项；一年的整批文件。", "Lists within reach of the key's post; a year as one file."
        ),
        "docs/guides/open311.md",
    ),
    Interface(
        Text("地图数据（OGC API Features）", "Map data (OGC API Features)"),
        Text(
            "网格、各级区域和公开统计，GeoJSON；QGIS、ArcGIS、网页地图直接取用。",
            "The grid, the areas above it and what is counted in public, as GeoJSON for QGIS, ArcGIS and web maps.",
        ),
        (("api:features_landing", ()), ("api:features_collections", ())),
        Text("全部；没有单件事项。", "All of it; there is no single matter in it."),
        _NOTHING_MORE,
        "docs/guides/features.md",
    ),
    Interface(
        Text("事件推送（webhook）", "Webhooks"),
        Text(
            "事项有了动静，本市把 CloudEvents 1.0 事件按 Standard Webhooks 签名推送到您的 https 地址；只含编号和动作。",
            "When something happens to a matter the city posts a CloudEvent 1.0, signed as Standard Webhooks has it, "
            "to your https address; with number and act alone.",
        ),
        (),
        Text("不开放。", "Nothing."),
        Text(
            "与密钥一并申请；推送的是岗位范围内的事项，内容再用密钥查询。",
            "Ask for it along with a key; it tells of the post's reach, and the key asks for the rest.",
        ),
        "docs/guides/webhooks.md",
    ),
    Interface(
        Text("订阅（Atom）", "Feed (Atom)"),
        Text("每周办结多少，一周一条。", "How much was closed, a week an entry."),
        (("portal:feed", ()),),
        Text("全部；件数取整到五，太少的不公布。", "All of it; counts to fives, and none of what is too few."),
        _NOTHING_MORE,
    ),
    Interface(
        Text("公开日志", "The public log"),
        Text(
            "供审计和监督程序：签发的检查点、一致性和包含证明、叶子的哈希；没有事项内容。",
            "For auditors and monitors: signed checkpoints, proofs of consistency and inclusion, hashes of leaves; "
            "nothing of what matters say.",
        ),
        (("api:log", ()), ("portal:proofs", ())),
        Text("全部。", "All of it."),
        _NOTHING_MORE,
        "docs/guides/ledger.md",
    ),
)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What there is for other systems, with the host that stands before every address."""
    shown = [(one, [reverse(name, args=keys) for name, keys in one.routes]) for one in INTERFACES]
    said = {"interfaces": shown, "site": request.build_absolute_uri("/").rstrip("/")}
    return show(request, "portal/interfaces.html", public_face(), said)
