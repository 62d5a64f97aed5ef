"""What is said of each fault of a boundary layer, and how to mend it."""

from jingwei.kernel.values.words import Text

_SPLIT = Text("简化边界，或拆成几个文件。", "Simplify the boundaries, or split them over several files.")
_EXPORT_AGAIN = Text("从来源重新导出或下载。", "Export or download it from its source again.")
_AREAS_ONLY = Text("只留面要素：Polygon 或 MultiPolygon。", "Keep areas only: Polygon or MultiPolygon.")
_RING = Text("环至少四点，首尾两点相同。", "A ring has at least four positions, of which the first and last are equal.")
_SWAP = Text(
    "GeoJSON 先经度后纬度：对调两列后重新导出。", "GeoJSON puts longitude first: swap the two and export again."
)

PROBLEMS: dict[str, tuple[Text, Text]] = {
    "unreadable": (
        Text("文件打不开：{reason}。", "The file cannot be opened: {reason}."),
        Text("检查路径和读取权限。", "Check its path and whether it may be read."),
    ),
    "gzip_broken": (
        Text("压缩文件不完整或已损坏：{reason}。", "The gzip file is cut short or damaged: {reason}."),
        _EXPORT_AGAIN,
    ),
    "too_large": (Text("解压后超过{limit}字节。", "Unpacked it is larger than {limit} bytes."), _SPLIT),
    "not_utf8": (
        Text("不是 UTF-8 编码。", "The text is not UTF-8."),
        Text("另存为 UTF-8（原文件可能是 GB18030）。", "Save it as UTF-8 (it may be GB18030)."),
    ),
    "too_many_values": (Text("内容超过{limit}个值。", "It holds more than {limit} values."), _SPLIT),
    "too_deep": (
        Text("括号嵌套{depth}层，超过{limit}层。", "Brackets nest {depth} deep, more than {limit}."),
        Text("删去嵌套的属性。", "Remove the nested properties."),
    ),
    "not_json": (Text("不是 JSON：{reason}。", "It is not JSON: {reason}."), _EXPORT_AGAIN),
    "not_collection": (
        Text(
            "顶层不是含 features 列表的 FeatureCollection。", "It is not a FeatureCollection with a list of features."
        ),
        Text("导出为 GeoJSON FeatureCollection（RFC 7946）。", "Export it as a GeoJSON FeatureCollection (RFC 7946)."),
    ),
    "no_features": (Text("一个要素也没有。", "It has no features."), _EXPORT_AGAIN),
    "too_many_features": (
        Text("有{count}个要素，超过{limit}个。", "It has {count} features, more than {limit}."),
        _SPLIT,
    ),
    "too_many_vertices": (
        Text("到此处共有{count}个顶点，超过{limit}个。", "Up to here it has {count} vertices, more than {limit}."),
        _SPLIT,
    ),
    "outside_city": (
        Text("整层{box}都在本市范围{city}之外。", "The whole layer, {box}, lies outside the city, {city}."),
        Text(
            "检查坐标系与所选城市：须为 WGS-84 经纬度。", "Check the datum and the city: degrees of WGS-84 are meant."
        ),
    ),
    "layer_swapped": (
        Text(
            "整层{box}在本市之外，对调经纬度则在其内。", "The layer, {box}, is outside the city but inside if swapped."
        ),
        _SWAP,
    ),
    "not_feature": (
        Text("不是带 properties 的 Feature。", "It is not a Feature with properties."),
        Text("每个要素须有 type、properties、geometry。", "Each feature has a type, properties and a geometry."),
    ),
    "not_areal": (Text("几何类型是{kind}，不是面。", "The geometry is {kind}, not an area."), _AREAS_ONLY),
    "too_many_vertices_here": (
        Text("这一个区划有{count}个顶点，超过{limit}个。", "This one area has {count} vertices, more than {limit}."),
        Text("简化这一边界。", "Simplify this boundary."),
    ),
    "not_positions": (
        Text("坐标的层数与类型{kind}不符。", "The coordinates do not nest as {kind} asks."),
        _EXPORT_AGAIN,
    ),
    "wrong_dimension": (
        Text("坐标有{count}个数，应为二或三个。", "A position has {count} numbers instead of two or three."),
        _EXPORT_AGAIN,
    ),
    "not_number": (
        Text("坐标中的 {value} 不是数。", "{value} in a position is not a number."),
        Text("坐标写成不带引号的数。", "Write coordinates as numbers without quotes."),
    ),
    "not_finite": (Text("坐标不是有限的数。", "A coordinate is not a finite number."), _EXPORT_AGAIN),
    "out_of_range": (
        Text("坐标{lon}, {lat}超出经纬度范围。", "The position {lon}, {lat} is beyond ±180°, ±90°."),
        Text("导出为 WGS-84 经纬度（不是投影坐标）。", "Export it in degrees of WGS-84, not in a projection."),
    ),
    "swapped": (
        Text("坐标{lon}, {lat}似乎先纬度后经度。", "The position {lon}, {lat} seems to put latitude first."),
        _SWAP,
    ),
    "short_ring": (Text("环只有{count}点。", "The ring has only {count} positions."), _RING),
    "open_ring": (Text("环没有闭合。", "The ring is not closed."), _RING),
    "tangled": (
        Text(
            "边界的线段彼此缠绕过多，无法安全处理。", "The edges overlap each other too often to be worked on safely."
        ),
        Text("修正或简化这一边界。", "Correct or simplify this boundary."),
    ),
    "no_area": (
        Text("边界围不成面。", "The boundary encloses no area."),
        Text("修正或删去这一要素。", "Correct this feature or remove it."),
    ),
}

NOTES: dict[str, Text] = {
    "crs_ignored": Text(
        "忽略 crs 成员：坐标一律按 WGS-84 经纬度读取。",
        "The crs member is ignored: coordinates are read as degrees of WGS-84.",
    ),
    "repaired": Text(
        "边界有误（{reason}），已修复：面积由{before}变为{after}平方公里。",
        "The boundary was invalid ({reason}) and is repaired: its area went from {before} to {after} km².",
    ),
}
