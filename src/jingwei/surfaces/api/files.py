"""The endpoint that takes in a file before the report or the act that it belongs to."""

import datetime
from http import HTTPStatus
from typing import Annotated

import msgspec
from django.http import HttpRequest
from dmr import FileMetadata, Headers, modify
from dmr.parsers import MultiPartParser
from msgspec import Meta

from jingwei.kernel.commands.execute import check_key
from jingwei.kernel.files.kinds import LARGEST
from jingwei.kernel.files.uploads import receive
from jingwei.kernel.values.words import Text
from jingwei.kit.limits import TOO_OFTEN
from jingwei.kit.receiving import LARGEST_REQUEST, upload_id, wait_for_room
from jingwei.surfaces.api.answering import Answering, refusals
from jingwei.surfaces.api.bodies import ReportHeaders
from jingwei.surfaces.api.problems import Unanswerable
from jingwei.surfaces.api.views import check_key_length

_NOT_A_FORM = Text(
    "请以 multipart/form-data 发送，字段名为 file。", "Send it as multipart/form-data, in the field file."
)


class FileSaid(msgspec.Struct, frozen=True):
    """What comes with a file. Neither its name nor the kind it claims decides anything."""

    size: Annotated[int, Meta(ge=1, le=LARGEST)]


class FileBody(msgspec.Struct, frozen=True):
    """One file."""

    file: FileSaid


class FileTaken(msgspec.Struct, frozen=True):
    """The file as taken in. `file` is named in the report; it is its sender's own until `expires_at`."""

    file: str
    kind: str
    size: int
    sha256: str
    expires_at: datetime.datetime


class Files(Answering):
    """Files that wait for their report."""

    parsers = (MultiPartParser(),)

    def check_body(self, request: HttpRequest) -> None:
        """Refuses, unread, what is no multipart form or is too large. Raises Unanswerable: 413, 415, 429."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
            reason = Text("内容过大。", "The body is too large.")
            raise Unanswerable(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason)
        if request.content_type != "multipart/form-data":
            raise Unanswerable(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _NOT_A_FORM, place="Content-Type")
        wait = wait_for_room(request) if self.asker.is_public else 0
        if wait:
            raise Unanswerable(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN, headers={"Retry-After": str(wait)})

    @modify(
        status_code=HTTPStatus.CREATED,
        extra_responses=refusals(
            HTTPStatus.UNAUTHORIZED,
            HTTPStatus.CONFLICT,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
            HTTPStatus.TOO_MANY_REQUESTS,
        ),
    )
    def post(self, parsed_headers: Headers[ReportHeaders], parsed_file_metadata: FileMetadata[FileBody]) -> FileTaken:
        """Take in a JPEG, PNG or WebP picture or a PDF document.

        Sent again under the same Idempotency-Key it changes nothing; other content under that key is refused.
        """
        key = check_key(parsed_headers.idempotency_key)
        if self.asker.is_public:
            check_key_length(key)
        name = upload_id(f"{self.asker.actor.reference}|api|{key}")
        (sent,) = self.request.FILES.getlist("file")[:1]
        now = datetime.datetime.now(datetime.UTC)
        upload = receive(self.asker.actor, lambda _: name, (bytes(chunk) for chunk in sent.chunks()), now)
        return FileTaken(str(upload.pk), upload.kind, upload.size, upload.opener.sha256, upload.expires_at)
