"""What monitors ask of the logs: checkpoints, consistency, inclusion, hashes of leaves. Public, and nothing personal:
no entry is handed out, only hashes."""

import base64
import binascii
import datetime
from http import HTTPStatus
from typing import Annotated, Any, ClassVar

import msgspec
from django.http import HttpRequest, HttpResponseBase
from dmr import Query, modify
from dmr.openapi.objects import SecurityRequirement
from msgspec import Meta

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.ledger import proofs
from jingwei.kernel.values.errors import Invalid, not_found
from jingwei.kernel.values.words import Text
from jingwei.kit.limits import Limit
from jingwei.surfaces.api.answering import Answering, refusals
from jingwei.surfaces.api.keys import Asker, count_public

MONITORING = Limit("api.log", 240, 60)
"""Requests of one address: a monitor that reads a log of millions of leaves takes a thousand at a time."""

MOST_LEAVES = 1000

_LATEST = "public, max-age=2"
_FOREVER = "public, max-age=31536000, immutable"  # of sizes that were signed nothing ever changes

Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Size = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Count = Annotated[int, Meta(ge=1, le=MOST_LEAVES)]

_NOT_SIGNED = Text("这个日志还没有签发到这么多条。", "The log has not signed for so many entries.")
_BACKWARDS = Text("旧的条数不能大于新的条数。", "The older size cannot be larger than the newer one.")
_OUTSIDE = Text("序号从 0 起，须小于条数。", "The index begins at 0 and must be smaller than the size.")
_ONE_OF = Text("请给出 index 或 hash 之一。", "Give either index or hash.")
_NO_HASH = Text("哈希须为 32 字节的 base64。", "A hash is 32 bytes in base64.")


class LogAnswer(msgspec.Struct, frozen=True):
    """A log and what it signed last."""

    log: int
    origin: str
    key: str  # as C2SP tools take it
    size: int  # 0 before the first checkpoint
    root: str | None
    at: datetime.datetime | None
    checkpoint: str | None  # the signed note


class ConsistencyQuery(msgspec.Struct, frozen=True):
    """Two sizes of a log."""

    log: Size
    old: Size
    new: Size


class InclusionQuery(msgspec.Struct, frozen=True):
    """A leaf, by its place or by its hash, in a log of that size."""

    log: Size
    size: Size
    index: Number | None = None
    hash: Annotated[str, Meta(max_length=60)] | None = None


class LeavesQuery(msgspec.Struct, frozen=True):
    """A run of leaves."""

    log: Size
    start: Number
    count: Count = MOST_LEAVES


class ConsistencyAnswer(msgspec.Struct, frozen=True):
    """The hashes that show the older tree to be the beginning of the newer (RFC 9162, 2.1.4)."""

    proof: list[str]


class InclusionAnswer(msgspec.Struct, frozen=True):
    """The hashes from the leaf to the root (RFC 9162, 2.1.3)."""

    index: int
    proof: list[str]


class LeavesAnswer(msgspec.Struct, frozen=True):
    """Hashes of leaves in their order; fewer than asked for where the log has not signed for more."""

    start: int
    hashes: list[str]


class Public(Answering):
    """For everybody alike, within a limit of its own."""

    is_abstract = True
    security: ClassVar[tuple[SecurityRequirement, ...]] = ({},)
    keeps = _FOREVER

    def who_asks(self, request: HttpRequest) -> Asker:
        """The public, whatever key is sent."""
        count_public(MONITORING, request)
        return Asker(public())

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """What was found may be kept; refusals may not."""
        answer = super().dispatch(request, *args, **kwargs)
        answer["Cache-Control"] = self.keeps if answer.status_code == HTTPStatus.OK else "no-store"
        return answer


class Logs(Public):
    """The logs of the city."""

    keeps = _LATEST

    @modify(extra_responses=refusals(HTTPStatus.TOO_MANY_REQUESTS))
    def get(self) -> list[LogAnswer]:
        """Every log, the oldest first, each with its latest checkpoint; the last one grows."""
        with reading(public()):
            return [_log(one) for one in proofs.logs()]


class Consistency(Public):
    """That a log was only added to."""

    @modify(
        extra_responses=refusals(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS)
    )
    def get(self, parsed_query: Query[ConsistencyQuery]) -> ConsistencyAnswer:
        """The proof between two sizes, up to the one signed last."""
        with reading(public()):
            _check_size(parsed_query.log, parsed_query.new, "new")
            if parsed_query.old > parsed_query.new:
                raise Invalid(_BACKWARDS, place="old")
            found = proofs.consistency(parsed_query.log, parsed_query.old, parsed_query.new)
        return ConsistencyAnswer([_encoded(one) for one in found])


class Inclusion(Public):
    """That a leaf is in a log."""

    @modify(
        extra_responses=refusals(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS)
    )
    def get(self, parsed_query: Query[InclusionQuery]) -> InclusionAnswer:
        """The proof for one leaf, in a tree of the given size."""
        asked = parsed_query
        with reading(public()):
            _check_size(asked.log, asked.size, "size")
            if (asked.index is None) == (asked.hash is None):
                raise Invalid(_ONE_OF, place="index")
            index = proofs.index_of(asked.log, _hash(asked.hash)) if asked.hash is not None else asked.index
            if index is None or (asked.hash is not None and index >= asked.size):
                raise not_found()
            if index >= asked.size:
                raise Invalid(_OUTSIDE, place="index")
            found = proofs.inclusion(asked.log, index, asked.size)
        return InclusionAnswer(index, [_encoded(one) for one in found])


class Leaves(Public):
    """The hashes from which anybody builds the tree anew."""

    keeps = _LATEST  # fewer than asked for may be there yet

    @modify(
        extra_responses=refusals(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS)
    )
    def get(self, parsed_query: Query[LeavesQuery]) -> LeavesAnswer:
        """Up to a thousand hashes of leaves from `start` on, as far as they are signed for."""
        start = parsed_query.start
        with reading(public()):
            end = min(_signed_size(parsed_query.log), start + parsed_query.count)
            found = proofs.leaf_hashes(parsed_query.log, start, end)
        return LeavesAnswer(start, [_encoded(one) for one in found])


def _log(one: proofs.LogShown) -> LogAnswer:
    last = one.signed
    if last is None:
        return LogAnswer(one.epoch, one.origin, one.key, 0, None, None, None)
    return LogAnswer(one.epoch, one.origin, one.key, last.size, _encoded(last.root), last.at, last.note)


def _signed_size(number: int) -> int:
    """What this log has signed for last. Raises Denied as not found where there is no such checkpoint."""
    last = proofs.latest_checkpoint(number) if number < 2**31 else None
    if last is None:
        raise not_found()
    return last.size


def _check_size(number: int, size: int, place: str) -> None:
    if size > _signed_size(number):
        raise Invalid(_NOT_SIGNED, place=place)


def _encoded(one: bytes | memoryview) -> str:
    return base64.b64encode(one).decode()


def _hash(text: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != 32:
        raise Invalid(_NO_HASH, place="hash")
    return found
