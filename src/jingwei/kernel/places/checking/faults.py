"""What may be wrong with a grid, in words, and from which size on it counts."""

from collections.abc import Mapping
from dataclasses import dataclass

from jingwei.kernel.values.words import Text


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on something counts; each default with its reason."""

    least_m2: float = 1.0  # gaps and overlaps below come from rounding to seven decimals: 11 mm along 100 m of border
    sliver_m2: float = 1_000.0  # a gap or overlap below is a drawing fault rather than land that nobody serves
    cell_m2: float = (
        5_000.0  # a cell below is a leftover of laying two maps over each other: one block of flats is more
    )
    cell_km2: float = 4.0  # a cell above takes more than half an hour to cross on foot; soft, villages may be larger
    households: int = 500  # recalled from practice (300 to 500 a cell), no rule of law: soft
    snap_m: float = 1.0  # a corner this near to another cell's border was meant to lie on it
    outside_share: float = 0.01  # of a child's area: borders from two sources differ by that much
    same_share: float = 0.99  # of both areas: two cells that share it are one, entered twice

    def __post_init__(self) -> None:
        """Raises ValueError for a threshold that is not positive."""
        for name in self.__dataclass_fields__:
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be greater than 0")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fault. A note may be meant so; a fault is wrong in any grid."""

    title: Text
    remedy: Text
    note: bool = False


KINDS: Mapping[str, Kind] = {
    "gap": Kind(
        Text("空隙：网格之间有无人管的地方", "Gap: land between cells that none of them holds"),
        Text("把相邻网格的边界接上。", "Extend one of the neighbours over it."),
    ),
    "overlap": Kind(
        Text("重叠：两个网格都含这块地方", "Overlap: land that two cells hold"),
        Text("把它从其中一个网格中去掉。", "Cut it off one of the two."),
    ),
    "duplicate": Kind(
        Text("重复：两个编码是同一块地方", "Duplicate: two codes for the same land"),
        Text("删去其中一个。", "Remove one of the two."),
    ),
    "repeated_code": Kind(
        Text("编码重复：两块地方用同一个编码", "Repeated code: one code for two areas"),
        Text("给其中一块另取编码。", "Give one of the two a code of its own."),
    ),
    "invalid_ring": Kind(
        Text("无效的环：边界自相交或自相接", "Invalid ring: the border crosses or touches itself"),
        Text("重画此处的边界；系统读入时已修复。", "Redraw the border here; it was repaired on reading."),
    ),
    "unmatched_vertices": Kind(
        Text("未对齐的顶点：一侧有拐点，另一侧没有", "Unmatched vertices: corners on one side of a border only"),
        Text("让两侧的边界用同一串顶点。", "Give both sides the same corners (snap them together)."),
    ),
    "outside_parent": Kind(
        Text("越界：下级超出上级的范围", "Outside: an area reaches beyond the one above it"),
        Text("改正两者之一的边界，或改它的上级。", "Correct one of the two borders, or the area's parent."),
    ),
    "uncovered": Kind(
        Text("未覆盖：上级范围内没有下级的地方", "Uncovered: land of an area that none of those below holds"),
        Text("补上缺少的网格，或扩展相邻的。", "Add the missing cell, or extend a neighbour."),
    ),
    "misplaced": Kind(
        Text("整层位置不对：坐标系或经纬度次序有误", "The whole layer lies elsewhere: wrong datum or axes swapped"),
        Text("按 WGS-84、先经度后纬度重新导出。", "Export it again in WGS-84, longitude first."),
    ),
    "unreadable": Kind(
        Text("文件或要素读不出来", "A file or feature cannot be read"),
        Text("按提示改正文件。", "Correct the file as the message says."),
    ),
    "sliver": Kind(
        Text("碎片：面积小得不像网格", "Sliver: too small to be a cell"),
        Text("并入相邻的网格。", "Merge it into a neighbour."),
        note=True,
    ),
    "too_large": Kind(
        Text("网格偏大", "The cell is large"),
        Text("考虑拆分；规模上限只是提醒。", "Consider splitting it; the limit is a reminder only."),
        note=True,
    ),
    "no_boundary": Kind(
        Text("尚无边界：只能按地址归格", "No boundary yet: found by address only"),
        Text("有图后逐个录入边界。", "Enter its boundary when there is a map."),
        note=True,
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, or worth a look, at one place."""

    kind: str
    cells: tuple[str, ...]  # codes
    size_m2: float
    lon: float | None  # degrees of a point in it
    lat: float | None
    size_m: float | None = None  # its mean width, or how far a corner is off
    sliver: bool = False  # a gap or overlap so small or thin that it is a drawing fault
    count: int = 1  # corners, or households
    detail: Text | None = None

    @property
    def note(self) -> bool:
        """Whether it may be meant so."""
        return KINDS[self.kind].note
