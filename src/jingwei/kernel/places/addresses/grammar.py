"""What an address says: roads with house numbers, estates, villages; never more than a house number of it is kept."""

import re
from dataclasses import dataclass

from jingwei.kernel.places.addresses.writing import written

_HAN = r"[\u4e00-\u9fff]"
# A road's name ends in one of these; 里 and 村 are left out because they end estates as well.
_ROAD = re.compile(rf"(?P<name>{_HAN}{{1,9}}?(?:大道|大街|路|街|巷|胡同|弄)(?:[一二三四五六七八九十东南西北中]段)?)")
_NUMBER = re.compile(r"\s*(?P<low>\d{1,5})(?:-(?P<high>\d{1,5}))?\s*(?P<unit>号院|号楼|号|弄)?(?!\d|楼|栋|幢|单元|室)")
_ENGLISH = re.compile(
    r"(?:(?P<low>\d{1,5})(?:-(?P<high>\d{1,5}))?[a-z]?\s+)?"
    r"(?P<name>(?:[a-z][a-z']*\s+){1,4}?(?:street|avenue|road|boulevard|square|place|drive|lane|court|terrace|parkway"
    r"|highway|way))(?![a-z])"
)
_ESTATE = re.compile(
    rf"(?P<name>(?:{_HAN}|[a-z]){{1,12}}?(?:小区|花园|家园|公寓|新村|新城|大厦|大楼|商厦|广场|宿舍|家属院|家属楼|工业园|产业园"
    r"|科技园|软件园|创业园|园区|市场|医院|学校|小学|中学|大学|苑|城|府|庭|湾|居|园|里)(?:小区)?)(?!路|街|道|大街|大道|巷)"
)
_VILLAGE = re.compile(rf"(?P<name>{_HAN}{{1,7}}?(?:村委会|居委会|社区|[庄屯寨]?村|[庄屯寨](?!村)))(?!路|街|道|巷)")
_ABOVE = re.compile(
    rf"^\s*(?:中国)?(?:{_HAN}{{2,9}}?(?:省|自治区|自治州|地区|市|盟|(?<![小社园])区|县|旗|街道办事处|街道|镇|乡)(?!路|街|道|政府|场))"
)
_WITHIN = re.compile(r"\d+(?:-\d+)*\s*(?:号楼|栋|幢|座|单元|室|层|楼|户|号)?|[a-z]\s*(?:座|栋|幢)")


@dataclass(frozen=True, slots=True)
class Numbered:
    """A road, and the house number on it where one is said."""

    road: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an address that are the same for many households, each as written in one way."""

    roads: tuple[Numbered, ...] = ()
    estates: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()


def number_after(text: str, end: int) -> int | None:
    """The house number right behind a road's name in written text; None for a building, a storey or nothing."""
    found = _NUMBER.match(text, end)
    if found is None or (found["unit"] is None and len(text) > found.end() and text[found.end()] in "年月日元米"):
        return None
    return None if found["unit"] == "号楼" else int(found["low"])


def number_before(text: str, start: int) -> int | None:
    """The house number right before an English road's name in written text."""
    found = re.search(r"(?<![\d-])(\d{1,5})(?:-\d{1,5})?[a-z]?\s+$", text[:start])
    return int(found[1]) if found else None


def read(text: str) -> Address:
    """The parts of an address; what stands above the road (province to town) is passed over."""
    plain = _below(written(text))
    roads, rest = [], plain
    for found in _ROAD.finditer(plain):
        roads.append(Numbered(found["name"], number_after(plain, found.end())))
    for found in _ENGLISH.finditer(plain):
        roads.append(Numbered(found["name"], int(found["low"]) if found["low"] else None))
    rest = _WITHIN.sub(" ", _ENGLISH.sub(" ", _ROAD.sub(" ", plain)))
    villages = tuple(dict.fromkeys(found["name"] for found in _VILLAGE.finditer(rest)))
    estates = tuple(dict.fromkeys(found["name"] for found in _ESTATE.finditer(_VILLAGE.sub(" ", rest))))
    return Address(tuple(dict.fromkeys(roads)), estates, villages)


def _below(plain: str) -> str:
    """The text behind province, city, district and town, which are often said twice."""
    for _ in range(12):
        found = _ABOVE.match(plain)
        if found is None:
            return plain
        plain = plain[found.end() :].lstrip()
    return plain
