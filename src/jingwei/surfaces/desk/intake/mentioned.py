"""The address in what somebody tells: the part of the text that most surely names a place of the city."""

import datetime
import re

from jingwei.kernel.places.finding import match_address
from jingwei.kernel.places.snapshot import Places

_CLAUSES = re.compile(r"[\n，。；！？,;!?]+")
_PLACED = re.compile(r"^.*(?:[路街巷村庄苑里号栋幢楼桥]|大道|小区|花园|单元|[东南西北正后侧]门|路口|门口|旁边|附近)")
_BEFORE = re.compile(r"^(?:地址|位置|地点)?[是在:： ]*(?:我们?家?|就|位于)*[住是在]*")
_MOST = 12  # clauses that are looked at
_LONGEST = 60


def mentioned_address(words: str, on: datetime.date, places: Places) -> str:
    """As it was told, from its first to its last word of a place; "" where it names no place known here."""
    found = [one.group() for clause in _CLAUSES.split(words) if (one := _PLACED.match(clause.strip()))]
    best, most = "", (False, 0)
    for clause in found[:_MOST]:
        address = _BEFORE.sub("", clause)[-_LONGEST:]
        matched = match_address(address, on, places)
        if matched.proposals:
            score = (bool(matched.code), matched.proposals[0].score)
            best, most = (address, score) if score > most else (best, most)
    return best
