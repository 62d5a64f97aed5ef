"""What is taken, what is refused, and that nothing of a picture but the picture is shown."""

import datetime
import io
from collections.abc import Iterator

import pytest
from PIL import Image

from jingwei.kernel.commands.actor import public, system
from jingwei.kernel.files.kinds import LARGEST
from jingwei.kernel.files.models import Upload
from jingwei.kernel.files.pictures import COPY_EDGE
from jingwei.kernel.files.store import Shape, Store, Stored
from jingwei.kernel.files.uploads import LIVES, receive, send_again, uploads_of
from jingwei.kernel.values.errors import Conflict, Invalid
from jingwei.kernel.values.ids import new_id
from tests.kernel.files.samples import PDF, bomb, jpeg, located, picture, text_bomb

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 24, 6, tzinfo=datetime.UTC)


def _received(content: bytes) -> Upload:
    return receive(public(), lambda _: new_id(), [content], NOW)


def _content(kept: Store, upload: Upload, shape: Shape) -> bytes:
    stored = Stored(bytes(getattr(upload, shape)), upload.opener.key, shape)
    return b"".join(kept.open(stored).chunks)


def _copy(kept: Store, upload: Upload) -> tuple[bytes, Image.Image]:
    content = _content(kept, upload, "copy")
    return content, Image.open(io.BytesIO(content))


def test_the_copy_carries_no_metadata_and_stands_upright(kept: Store) -> None:
    upload = _received(jpeg((60, 40), exif=located(orientation=6)))
    content, image = _copy(kept, upload)
    assert (upload.width, upload.height, image.size) == (40, 60, (40, 60))
    assert (b"Secretphone" in content, b"Exif" in content, dict(image.getexif())) == (False, False, {})
    assert upload.taken_at == datetime.datetime(2026, 11, 24, 6, 5, tzinfo=datetime.UTC)
    assert b"Secretphone" in _content(kept, upload, "original")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation(kept: Store, orientation: int) -> None:
    image = Image.new("RGB", (60, 40), "blue")
    image.paste("red", (0, 0, 30, 20))  # the top left quarter
    turned = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]  # how the camera would have stored it
    stored = image if turned is None else image.transpose(Image.Transpose(turned))
    into, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    stored.save(into, "JPEG", exif=exif, quality=95)
    _, copy = _copy(kept, _received(into.getvalue()))
    red, blue = copy.convert("RGB").getpixel((8, 8)), copy.convert("RGB").getpixel((50, 32))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert (copy.size, red[0] > 200, blue[2] > 200) == ((60, 40), True, True)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "1"), ("PNG", "I;16"), ("PNG", "LA")]
    + [("JPEG", "CMYK"), ("JPEG", "L"), ("WEBP", "RGB"), ("WEBP", "RGBA")],
)
def test_every_mode_becomes_a_plain_jpeg(kept: Store, kind: str, mode: str) -> None:
    _, copy = _copy(kept, _received(picture(kind, mode)))
    assert (copy.format, copy.mode, copy.size) == ("JPEG", "RGB", (64, 48))


def test_a_large_picture_is_shown_smaller(kept: Store) -> None:
    _, copy = _copy(kept, _received(jpeg((3000, 1000))))
    assert copy.size == (COPY_EDGE, 683)


@pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x03\x04 an archive", b"\0" * 5000])
def test_what_hangs_behind_a_picture_is_gone(kept: Store, tail: bytes) -> None:
    content, _ = _copy(kept, _received(jpeg() + tail))
    assert tail[:20] not in content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"GIF89a/*" + b"a" * 100,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>",
        b"PK\x03\x04" + b"\0" * 100,
        b"MZ" + b"\0" * 100,
        b"\0\0\0\x18ftypheic" + b"\0" * 100,
        b"\0\0\0\x18ftypmp42" + b"\0" * 100,
        b"%PDF-1.7\nno end",
        jpeg()[:-200],
        jpeg()[:300] + b"\0" * 300,
        picture("PNG")[:60],
        b"\xff\xd8\xff\xe0" + b"JFIF not at all",
        b"RIFF\x10\0\0\0WEBPVP8 \0\0\0\0",
        bomb(),
        text_bomb(),
    ],
    ids="nothing one-byte gif svg html zip exe heic mp4 cut-pdf cut-jpeg bad-jpeg cut-png fake-jpeg fake-webp bomb "
    "text-bomb".split(),
)
def test_what_is_refused_leaves_no_row(kept: Store, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        _received(content)
    assert refused.value.place == "files"
    assert not Upload.objects.exists()


def test_heic_is_named_with_its_remedy(kept: Store) -> None:
    with pytest.raises(Invalid, match="HEIC photo"):
        _received(b"\0\0\0\x18ftypheic" + b"\0" * 100)


def test_a_file_over_the_limit_is_not_read_to_its_end(kept: Store) -> None:
    seen = []

    def endless() -> Iterator[bytes]:
        yield PDF
        for number in range(10_000):
            seen.append(number)
            yield bytes(1024 * 1024)

    with pytest.raises(Invalid, match="at most 20 MB"):
        receive(public(), lambda _: new_id(), endless(), NOW)
    assert len(seen) <= LARGEST // 1024 // 1024 + 1


def test_a_file_of_exactly_the_limit_is_taken(kept: Store) -> None:
    padding = b"%" * (LARGEST - len(PDF) - 9) + b"\n"
    upload = receive(public(), lambda _: new_id(), [PDF[:9], padding, PDF[9:]], NOW)
    assert (upload.kind, upload.copy) == ("pdf", None)


def test_the_same_again_changes_nothing_and_other_content_is_refused(kept: Store) -> None:
    key = new_id()
    first = receive(public(), lambda _: key, [jpeg()], NOW)
    assert receive(public(), lambda _: key, [jpeg()], NOW).pk == first.pk
    with pytest.raises(Conflict):
        receive(public(), lambda _: key, [jpeg(colour="blue")], NOW)
    with pytest.raises(Conflict):
        receive(system("another"), lambda _: key, [jpeg()], NOW)
    assert Upload.objects.count() == 1


def test_an_upload_is_its_senders_and_expires(kept: Store) -> None:
    upload = _received(jpeg())
    assert set(uploads_of(public(), [upload.pk], NOW)) == {upload.pk}
    assert uploads_of(system("another"), [upload.pk], NOW) == {}
    assert uploads_of(public(), [upload.pk], NOW + LIVES) == {}


def test_the_same_content_for_others_is_an_upload_of_each(kept: Store) -> None:
    upload, mine, theirs = _received(jpeg((60, 40))), new_id(), new_id()
    one, other = system("one"), system("other")
    for _ in range(2):
        send_again(upload, {mine: one.reference, theirs: other.reference}, NOW)
    assert set(uploads_of(one, [mine, theirs], NOW)) == {mine}
    given = uploads_of(other, [theirs], NOW)[theirs]
    assert given.key != upload.key and _content(kept, given, "original") == jpeg((60, 40))
    assert not uploads_of(other, [theirs], NOW + LIVES)
