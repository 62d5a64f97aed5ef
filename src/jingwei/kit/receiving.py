"""Files that come with a form: bounded while read, taken in before the command, remembered if it is refused."""

import datetime
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import Any

from django.core import signing
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from jingwei.kernel.commands.actor import Actor
from jingwei.kernel.commands.keyed import keyed
from jingwei.kernel.files.attaching import FileGiven
from jingwei.kernel.files.kinds import KINDS, LARGEST, MOST_OF_ACT
from jingwei.kernel.files.uploads import LIVES, receive
from jingwei.kernel.matters.types import FileRule
from jingwei.kernel.sealing import stream
from jingwei.kernel.values.errors import Refusal
from jingwei.kernel.values.words import Text
from jingwei.kit.forms import Input, error_at, read_key
from jingwei.kit.limits import Limit, address_of, wait_for

LARGEST_REQUEST = MOST_OF_ACT * LARGEST + 1_000_000  # bytes, all files and fields together
OF_ADDRESS = Limit("files.kilobytes", 600_000, 3600)
"""Kilobytes that one address may send in an hour without a login or a key: three reports with all the files they may
have, or a street's worth of pictures from behind one router."""

_PLAIN = 64_000  # bytes: a form without files is never larger
KEPT = "_files"
"""The hidden input in which a refused form brings its files back."""

_SALT = "jingwei.kit.receiving"
_HINTS = {
    True: Text(
        "JPEG、PNG 或 WebP，每张不超过 20 MB，一次最多 9 张。给人看的是去掉拍摄地点等信息的副本。",
        "JPEG, PNG or WebP, up to 20 MB each, nine at a time. What is shown is a copy without the place it was taken.",
    ),
    False: Text(
        "JPEG、PNG、WebP 图片或 PDF 文件，每个不超过 20 MB，一次最多 9 个。",
        "JPEG, PNG, WebP pictures or PDF documents, up to 20 MB each, nine at a time.",
    ),
}


class WholeBody:
    """The body of a request as the web server hands it over. One that ends before its said length was broken off: it is
    no shorter one, and nothing of it is done."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream, self._left = stream, length

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or all that are left. Raises BadRequest where fewer came than were said."""
        wanted, parts = self._left if size < 0 else min(size, self._left), []
        while wanted > 0:
            parts.append(self._came(self._stream.read(wanted)))
            wanted -= len(parts[-1])
        return b"".join(parts)

    def readline(self, size: int = -1) -> bytes:
        """The next line, or so many bytes of it. Raises BadRequest as `read` does."""
        wanted = self._left if size < 0 else min(size, self._left)
        return self._came(self._stream.readline(wanted)) if wanted else b""

    def _came(self, block: bytes) -> bytes:
        self._left -= len(block)
        if not block:
            raise BadRequest(f"{self._left} bytes of the body did not come")
        return block


class SentFile(UploadedFile):  # type: ignore[type-arg]  # no subscript at run time
    """A file of a request. It waits on the disk without a name, sealed under a key that only this process knows."""

    def __init__(self, about: FileUploadHandler) -> None:
        self._disk = TemporaryFile()  # noqa: SIM115  # Django closes it with the request
        extra = about.content_type_extra
        super().__init__(self._disk, about.file_name, about.content_type, 0, about.charset, extra)
        self._key = stream.new_key()
        self._sealer = stream.Sealer(self._key, _SALT)

    def take(self, piece: bytes) -> None:
        """The next bytes."""
        self._disk.write(self._sealer.update(piece))

    def complete(self, size: int) -> None:
        """There are no more."""
        self._disk.write(self._sealer.finish())
        self.size = size

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """All of it, from the beginning each time."""
        self._disk.seek(0)
        return stream.opened(self._key, _SALT, self._disk)

    def read(self, size: int = -1) -> bytes:
        """The first so many bytes, or all."""
        wanted, found = self.size or 0 if size < 0 else size, b""
        for chunk in self.chunks():
            if len(found) >= wanted:
                break
            found += chunk
        return found[:wanted]


class BoundedUpload(FileUploadHandler):
    """Reads files to the disk, sealed, and refuses a request over `LARGEST_REQUEST`, said or found."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._read = 0
        self._file: SentFile | None = None

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803  # Django's name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[Any, Any] | None:
        """Refuses at once what says it is too large. Raises RequestDataTooBig (400)."""
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig(f"{content_length} bytes")
        return None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Counts what really comes. Raises RequestDataTooBig (400)."""
        self._read += len(raw_data)
        if self._read > LARGEST_REQUEST:
            raise RequestDataTooBig(f"more than {LARGEST_REQUEST} bytes")
        if self._file is not None:
            self._file.take(raw_data)
        return None

    def new_file(self, *about: Any, **more: Any) -> None:
        """A file begins."""
        super().new_file(*about, **more)
        self._file = SentFile(self)

    def file_complete(self, file_size: int) -> SentFile | None:
        """The file, whole."""
        if self._file is not None:
            self._file.complete(file_size)
        return self._file

    def upload_interrupted(self) -> None:
        """The rest does not come; what came is gone with its file."""
        if self._file is not None:
            self._file.close()


def wait_for_room(request: HttpRequest) -> int:
    """Counts what a request says it brings against its address; seconds to wait before it may be read, 0 goes on."""
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    return wait_for(OF_ADDRESS, address_of(request), uses=-(-size // 1000)) if size > _PLAIN else 0


def file_inputs(
    rules: Sequence[FileRule], kept: Sequence[FileGiven] = (), refusal: Refusal | None = None, prefix: str = ""
) -> list[Input]:
    """The inputs of a form's files; `kept` are those that came before and the form brings back."""
    counts = Counter(one.rule for one in kept)
    return [
        Input(
            name=_input_name(rule),
            title=rule.title,
            kind="file",
            id=f"{prefix}{_input_name(rule)}",
            required=rule.least > 0,
            hint=rule.hint or _HINTS[rule.images],
            error=error_at(f"files.{rule.key}", refusal) or error_at("files", refusal),
            accept=",".join(kind.media_type for kind in KINDS.values() if kind.picture or not rule.images),
            received=counts[rule.key],
        )
        for rule in rules
    ]


def _input_name(rule: FileRule) -> str:
    return f"file-{rule.key}"


def received(request: HttpRequest, actor: Actor, rules: Sequence[FileRule]) -> list[FileGiven]:
    """The files of a form, those it brought back first. The same form sent again gives the same.

    Raises Invalid for a file that is not taken, and nothing of the form is done then.
    """
    form_key, _ = read_key(request.POST.get("_key", ""))
    given = read_kept(request.POST.get(KEPT, ""), rules)
    now = datetime.datetime.now(datetime.UTC)
    for rule in rules:
        for file in request.FILES.getlist(_input_name(rule))[: MOST_OF_ACT + 1]:
            named = _named(f"{actor.reference}|{form_key}|{rule.key}")
            upload = receive(actor, named, _chunks(file), now)
            given.append(FileGiven(rule=rule.key, upload=upload.pk))
    return list(dict.fromkeys(given))


def _named(key: str) -> Callable[[bytes], uuid.UUID]:
    return lambda digest: upload_id(key, digest)


def upload_id(named: str, digest: bytes = b"") -> uuid.UUID:
    """The id of an upload under this name, not to be guessed by anyone else."""
    return uuid.UUID(bytes=keyed(_SALT, f"{named}|{digest.hex()}".encode())[:16], version=4)


def _chunks(file: "UploadedFile[bytes]") -> Iterable[bytes]:
    return (bytes(chunk) for chunk in file.chunks())


def keep(given: Sequence[FileGiven]) -> str:
    """What a refused form carries on, so that nobody chooses the files again; signed, while they wait."""
    return signing.dumps([[one.rule, str(one.upload)] for one in given], salt=_SALT) if given else ""


def read_kept(text: str, rules: Sequence[FileRule]) -> list[FileGiven]:
    """What `keep` wrote, as far as the rules still ask for it; nothing where it is not ours or too old."""
    try:
        said = signing.loads(text[:4000], salt=_SALT, max_age=LIVES) if text else []
    except signing.BadSignature:
        return []
    keys = {rule.key for rule in rules}
    return [FileGiven(rule=rule, upload=uuid.UUID(key)) for rule, key in said if rule in keys]
