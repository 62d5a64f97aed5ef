"""How texts are cut: Chinese into declared phrases and pairs of characters, English into stems."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST = 2_000
"""Characters of a text that are looked at."""

PAIR = 2
_PIECES = re.compile(r"[a-z]{3,}|[\u3400-\u4dbf\u4e00-\u9fff]+")
_GAPS = re.compile(r"[^0-9a-z\u3400-\u4dbf\u4e00-\u9fff]+")
_JOINTS = re.compile(r"[^0-9a-z\u3400-\u4dbf\u4e00-\u9fff]+|[与和及或、的]")
_ENDINGS = ("ings", "ing", "ies", "ied", "es", "ed", "s", "y", "e")
_SHORTEST_STEM = 3
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_SMALL = re.compile(r"(?<![A-Za-z0-9'])[a-z]{4,}(?![A-Za-z0-9'])")
_COMMON = frozenset("n vn v a an ad i l".split())  # the dictionary's marks; names are nr, ns, nt, nz
_EMPTY = frozenset(
    "the and for with not but has have had was were are his her its our your their they them this that there here from "
    "into onto over under out off all any can will would please need needs new other general request requests issue "
    "issues problem problems misc miscellaneous per 问题 情况 其他 一般 有关 相关 管理 反映 进行 没有 不能".split()
)


def folded(text: str) -> str:
    """Lower case, widths folded, no longer than what is looked at."""
    return unicodedata.normalize("NFKC", text[:LONGEST]).lower()


def stem(word: str) -> str:
    """An English word without its ending: lamps, lamp; leaking, leaks, leak."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word


def phrases_of(declared: str) -> list[str]:
    """What was declared with blanks between, as it is looked for: Chinese as it stands, English as stems."""
    return list(dict.fromkeys(_looked_for(_GAPS.split(folded(declared)))))


def parts_of(title: str) -> list[str]:
    """The parts of a title that say something alone: 井盖雨箅缺损; 非机动车, 共享单车乱停."""
    return list(dict.fromkeys(_looked_for(_JOINTS.split(folded(title)))))


def _looked_for(pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        if piece.isascii() and piece.isalpha():
            if len(piece) > PAIR and piece not in _EMPTY:
                yield stem(piece)
        elif len(piece) >= PAIR and not piece.isdigit():
            yield piece


def pairs_of(phrase: str) -> list[str]:
    """The neighbours within a Chinese phrase, so that a compound is found by its parts, wherever it is cut."""
    found = [] if phrase.isascii() else [phrase[at : at + PAIR] for at in range(len(phrase) - PAIR + 1)]
    return [pair for pair in found if pair not in _EMPTY]


def pieces_of(text: str) -> Iterator[tuple[int, str]]:
    """The English words and the runs of Chinese of a folded text, each with its place."""
    return ((found.start(), found[0]) for found in _PIECES.finditer(text))


def size_of(text: str) -> int:
    """How much a text says: its Chinese characters, and two for each English word."""
    return sum(PAIR if piece.isascii() else len(piece) for _, piece in pieces_of(folded(text)))


def common_words(text: str) -> set[str]:
    """The nouns, verbs and adjectives of a text that a dictionary knows as common ones, in Chinese of two characters
    and more; of English the stems of words in small letters. No names, no numbers."""
    small = {stem(word) for word in _SMALL.findall(text[:LONGEST]) if word not in _EMPTY}
    if not _CHINESE.search(text):
        return small
    import rjieba  # its dictionary takes 30 MB, which only whoever counts needs

    tagged = rjieba.tag(folded(text))
    return small | {word for word, tag in tagged if tag in _COMMON and _CHINESE.fullmatch(word) and len(word) >= PAIR}
