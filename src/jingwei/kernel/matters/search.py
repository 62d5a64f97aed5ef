"""Finding matters: by words in mid-sentence, by the first letters of Chinese words, by number.

Words and questions are cut the same way. What enters is what every reader of the matter may see: its searchable
fields, the titles of its category and the names of its place; a sealed field never does.
"""

import datetime
import re
import unicodedata
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import RawSQL

from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import WRITING, Scope, begin, reading
from jingwei.kernel.commands.sql import raw_connection
from jingwei.kernel.matters.models import Detail, ExternalNumber, Matter
from jingwei.kernel.matters.policies import in_scope
from jingwei.kernel.matters.types import type_of
from jingwei.kernel.places.snapshot import Place, Places, places_of
from jingwei.kernel.rulebook.snapshot import Rules, rules_of
from jingwei.kernel.values.ids import read_code, read_number
from jingwei.kernel.values.words import Text

EDITION = 1
"""Of the way words are made; what was indexed in an earlier one is indexed anew by `jingwei upgrade`."""

_WORD = re.compile(r"\w", re.UNICODE)
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LETTERS = re.compile(r"[a-z]{3,20}")  # a trigram index finds nothing shorter
_SEPARATORS = re.compile(r"[\s-]")
_SHORT = 60  # characters
_MOST = 2_000  # characters of a text that are indexed
_MOST_INITIALS = 400
_NUMBER = 12  # letters of a public number
_SHORTEST_NUMBER = 4
_BATCH = 2_000
_SEARCH = system("search", "matter.read")
_NEWEST = uuid.UUID(int=2**128 - 1)
_FEW = 1_000
"""Hits that a search with further filters names one by one."""
_FIND = "SELECT search_matters(%s::text[], %s, %s::text[], %s, %s, %s, %s)"
_WRITE = """UPDATE matters_detail SET words = given.words::tsvector, initials = given.initials, indexed = %s
FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS given (id, words, initials)
WHERE matters_detail.matter_id = given.id AND matters_detail.indexed < %s"""


_Cut = TypeVar("_Cut")


class _Matches(Func):
    """`vector @@ query`."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


class _Query(Func):
    """The text form of a tsquery as one."""

    template = "(%(expressions)s)::tsquery"


def _short_kept(cut: Callable[[str], _Cut]) -> Callable[[str], _Cut]:
    """Keeps what short texts are cut into: titles of categories and names of places come with every matter."""
    kept = lru_cache(maxsize=8192)(cut)
    return lambda text: kept(text) if len(text) <= _SHORT else cut(text)


@_short_kept
def _lexemes(text: str) -> tuple[str, ...]:
    """The words of a text in its order, and the shorter ones within them, as PostgreSQL writes lexemes."""
    import rjieba  # its dictionary is a tenth of what a process needs to start, and hardly a page asks for it

    return _written(rjieba.cut_for_search(_folded(text)))


def words_asked(text: str) -> list[str]:
    """The words of a question, each once, as PostgreSQL writes lexemes.

    Without the shorter words within them: whatever holds the long one holds those, and each costs a list of its own.
    """
    import rjieba

    return list(dict.fromkeys(_written(rjieba.cut(_folded(text[:200])))))


def _folded(text: str) -> str:
    """Lower case, widths folded."""
    return unicodedata.normalize("NFKC", text[:_MOST]).lower()


def _written(words: Iterable[str]) -> tuple[str, ...]:
    """Quoted, without punctuation."""
    kept = (word for word in words if _WORD.search(word))
    return tuple("'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in kept)


def initials_of(texts: Iterable[str]) -> str:
    """The first letters (pinyin) of the Chinese in these texts: 垃圾成堆，路灯 → `ljcd ld`. Empty without Chinese."""
    return " ".join(filter(None, map(_letters_of, texts)))[:_MOST_INITIALS]


@_short_kept
def _letters_of(text: str) -> str:
    return " ".join("".join(_initials(word) for word in _pieces(text)).split())


def _pieces(text: str) -> list[str]:
    if not _CHINESE.search(text):
        return []
    import rjieba

    return [str(word) for word in rjieba.cut(unicodedata.normalize("NFKC", text[:_MOST_INITIALS]))]


@lru_cache(maxsize=65_536)
def _initials(word: str) -> str:
    """Letters for Chinese, digits as they are, a gap for everything else. The word decides how 重 or 长 is read."""
    if not _CHINESE.search(word):
        return word if word.isascii() and word.isdigit() else "" if word.isspace() else " "
    from pypinyin import Style, lazy_pinyin  # its dictionaries take 40 MB: only where there is Chinese

    letters = lazy_pinyin(word, style=Style.FIRST_LETTER, errors=lambda _: " ")
    return "".join(letter[:1].lower() or " " for letter in letters)


def titles_of(rules: Rules, places: Places, category: str, place: Place | None, on: datetime.date) -> list[Text]:
    """What a matter is also found by: its category and its place, each with those above it, without the city itself."""
    known = rules.categories(on)
    above = [places.by_code[code] for code in place.lineage] if place else []
    return [
        *(known[code].title for code in rules.lineage(category, on) if code in known),
        *(area.name for area in above if area.parent is not None),
    ]


def indexed(matter: Matter, fields: Mapping[str, Any], titles: Iterable[Text]) -> dict[str, Any]:
    """The columns of `Detail` that a matter is found by, from its searchable fields, its titles and its place."""
    matter_type = type_of(matter.type, matter.type_version)
    own = dict.fromkeys(str(fields[one.key]) for one in matter_type.fields if one.searchable and one.key in fields)
    told = tuple(words for title in titles for words in (title.zh, title.en) if words not in own)
    lexemes, letters = _cut_titles(told)
    words = " ".join(dict.fromkeys(chain(chain.from_iterable(map(_lexemes, own)), lexemes)))
    initials = " ".join(filter(None, (initials_of(own), letters)))[:_MOST_INITIALS]
    return {"words": words, "initials": initials, "indexed": EDITION, "area_lft": matter.area_lft}


@lru_cache(maxsize=8192)
def _cut_titles(titles: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The words of some titles, each once, and their first letters: many matters are of one class at one place."""
    once = tuple(dict.fromkeys(titles))
    return tuple(dict.fromkeys(chain.from_iterable(map(_lexemes, once)))), initials_of(once)


def index_anew(detail: Detail, matter: Matter, titles: Iterable[Text]) -> tuple[str, ...]:
    """What a matter is found by follows what it says and where it lies now; gives the columns' names, to be saved."""
    columns = indexed(matter, detail.fields, titles)
    for name, value in columns.items():
        setattr(detail, name, value)
    return tuple(columns)


def found_by(scope: Scope, asked: str) -> Q:
    """What somebody typed into the one search box, as a condition on `Matter`; scope is for the caller to add.

    By number, ours or another's, where it looks like a whole one or one is in scope (a statement to know); else by
    words, or by first letters where it is nothing but letters. Few hits are named (a statement); many are asked for row
    by row, which is quick where every some-hundredth row is one.
    """
    text = _typed(asked)
    numbered = _numbered(scope, text)
    if numbered is not None:
        return numbered
    arguments = _asking(scope, text, None, None, _FEW + 1)
    if arguments is None:
        return Q(pk__in=[])
    with connection.cursor() as cursor:
        cursor.execute(_FIND, arguments)
        hits = [key for (key,) in cursor.fetchall()]
    if len(hits) <= _FEW:
        return Q(pk__in=hits)
    held = Q(_Matches(F("detail__words"), _Query(Value(" & ".join(words_asked(text))))))
    return held | Q(detail__initials__contains=_letters(text)) if _letters(text) else held


def newest_found_by(
    scope: Scope, asked: str, before: uuid.UUID | None, most: int, categories: Collection[str] | None = None
) -> Q:
    """As `found_by`, of the newest `most` of them that the actor sees, that are older than `before` and of one of the
    `categories` (None: of any).

    By words the one function of the database is asked that looks inside a range of areas, in the caller's statement.
    """
    text = _typed(asked)
    older = Q(pk__lt=before) if before else Q()
    numbered = _numbered(scope, text)
    if numbered is not None:
        return numbered & older & (Q() if categories is None else Q(category__in=categories))
    arguments = _asking(scope, text, categories, before, most)
    return Q(pk__in=[]) if arguments is None else Q(pk__in=RawSQL(_FIND, arguments))  # noqa: S611  # a constant


def _asking(
    scope: Scope, text: str, categories: Collection[str] | None, before: uuid.UUID | None, most: int
) -> list[Any] | None:
    """The arguments of the function of the database, for the range of areas that the actor's posts lie in."""
    if not scope.actor.duties:
        return None
    areas = [duty.area for duty in scope.actor.duties]
    low, high = min(low for low, _ in areas), max(high for _, high in areas)
    of = None if categories is None else list(categories)
    return [words_asked(text), _letters(text), of, low, high, before or _NEWEST, most]


def _typed(asked: str) -> str:
    return unicodedata.normalize("NFKC", asked).strip()[:200]


def _letters(text: str) -> str:
    """The first letters of Chinese words that this may be; "" where it is none."""
    return text.lower() if _LETTERS.fullmatch(text.lower()) else ""


def _numbered(scope: Scope, text: str) -> Q | None:
    """What is asked for as a number; None where it is none that there is. One number in ninety has no digit: twelve
    letters in a row may be a word as well."""
    plain, digits = _SEPARATORS.sub("", text), any(character.isdigit() for character in text)
    whole = len(read_code(text)) == len(plain) == _NUMBER
    if not digits and not whole:
        return None
    numbered = _by_number(text)
    sure = whole and (digits or "-" in text)
    return numbered if sure or Matter.objects.filter(in_scope(scope.actor), numbered).exists() else None


def _by_number(text: str) -> Q:
    """Our number with or without dashes, whole or its beginning; another system's, whole or a part of it."""
    plain = _SEPARATORS.sub("", text)
    condition = Q(pk__in=[])
    letters = read_code(plain)
    if len(letters) == len(plain) and _SHORTEST_NUMBER <= len(letters) <= _NUMBER:
        dashed = read_number(plain)
        condition |= Q(number=dashed) if len(letters) == _NUMBER else Q(number__startswith=dashed)
    if len(text) >= _SHORTEST_NUMBER:
        condition |= Q(pk__in=ExternalNumber.objects.filter(number__contains=text[:80]).values("matter_id"))
    return condition


def reindex(progress: Callable[[int], None] = lambda _: None) -> int:
    """Indexes what is of an earlier edition, in batches of their own transactions; gives how many there were."""
    done, last = 0, uuid.UUID(int=0)
    while True:
        with reading(_SEARCH) as scope:
            rows = _batch(scope, last)
        if not rows:
            return done
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            begin(_SEARCH, None, read_only=False)
            raw_connection().execute(WRITING)
            keys, words, initials = zip(*rows, strict=True)
            cursor.execute(_WRITE, [EDITION, list(keys), list(words), list(initials), EDITION])
        done, last = done + len(rows), rows[-1][0]
        progress(done)


def _batch(scope: Scope, after: uuid.UUID) -> list[tuple[uuid.UUID, str, str]]:
    rules, places, rows = rules_of(scope), places_of(scope), []
    old = Detail.objects.filter(indexed__lt=EDITION, pk__gt=after).select_related("matter").order_by("pk")
    for detail in old[:_BATCH]:
        matter = detail.matter
        place = places.by_id.get(matter.area_id) if matter.area_id else None
        titles = titles_of(rules, places, matter.category, place, rules.day_of(matter.opened_at))
        columns = indexed(matter, detail.fields, titles)
        rows.append((detail.pk, columns["words"], columns["initials"]))
    return rows
