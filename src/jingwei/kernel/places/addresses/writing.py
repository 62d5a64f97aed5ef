"""One way of writing for what is written in many: widths, variants, Chinese numerals, English street words."""

import re
import unicodedata

# Variant and traditional characters that occur in addresses; everything else is compared as it is written.
_VARIANTS = str.maketrans(
    "號樓棟區縣鎮鄉莊臺衖華廣場園門東灣裏橋國際車馬龍鳳寧濟陽陰",
    "号楼栋区县镇乡庄台弄华广场园门东湾里桥国际车马龙凤宁济阳阴",
)
_DIGIT = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNIT = {"十": 10, "百": 100, "千": 1000}
_COUNTED = "号|弄|支弄|栋|幢|座|单元|室|层|楼|组|队"  # what a number in words counts in an address
_NUMERAL = re.compile(rf"[零〇一二两三四五六七八九十百千]+(?=(?:{_COUNTED}))")
_LONGEST = 1_000  # characters that are looked at: no address is longer, and marks piled on one take their square
_SIGNS = re.compile(r"[\s,，、。.;；:：()（）\[\]【】<>〈〉《》{}|/\\·•'\"“”‘’_]+")
_DASHES = re.compile(r"\s*[-‐‑‒–—―~～至]\s*(?=\d)")
_LEADING = re.compile(r"(?<![a-z])no\.?\s*(?=\d)")  # No. 120
_PREFIX = re.compile(r"[甲乙丙丁附](?=\d+\s*号)")  # 甲26号: beside 26, for finding the cell the same
_ENGLISH = {
    "st": "street",
    "str": "street",
    "ave": "avenue",
    "av": "avenue",
    "rd": "road",
    "blvd": "boulevard",
    "sq": "square",
    "pl": "place",
    "dr": "drive",
    "ln": "lane",
    "ct": "court",
    "ter": "terrace",
    "terr": "terrace",
    "pkwy": "parkway",
    "hwy": "highway",
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
}
_WORD = re.compile(r"(?<![a-z0-9])[a-z]+(?![a-z0-9])")


def number_of(words: str) -> int:
    """The number that Chinese numerals write: 一百二十 is 120, 一二〇 is 120, 十五 is 15. Raises ValueError."""
    if not words:
        raise ValueError("no numeral")
    if not any(character in _UNIT for character in words):
        return int("".join(str(_DIGIT[character]) for character in words))
    total, digit = 0, None
    for character in words:
        if character in _UNIT:
            total += (1 if digit is None else digit) * _UNIT[character]
            digit = None
        else:
            digit = _DIGIT[character]
    return total + (digit or 0)


def written(text: str) -> str:
    """The address in one way of writing: half-width, lower case, digits for numerals that count, spaces for signs."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).translate(_VARIANTS).lower()
    plain = _LEADING.sub("", plain).replace("#", "号").replace("&", " and ")
    plain = _DASHES.sub("-", plain)
    plain = _SIGNS.sub(" ", plain)
    plain = _NUMERAL.sub(lambda found: str(number_of(found[0])), plain)
    plain = _PREFIX.sub("", plain)
    plain = _WORD.sub(lambda found: _ENGLISH.get(found[0], found[0]), plain)
    return plain.strip()
