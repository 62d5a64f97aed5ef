"""The clean copy of a picture: decoded and encoded anew, upright, bounded, without metadata or anything behind it.

Decoding runs in a process of its own with bounded time and memory, started with this very file: a
picture made to hurt ends that process, not the server. It comes and goes through pipes, never through a file.
Standard library and Pillow only.
"""

import io
import json
import resource
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MOST_PIXELS = 50_000_000
COPY_EDGE, THUMB_EDGE = 2048, 320  # pixels of the longer edge
_COPY_QUALITY, _THUMB_QUALITY = 82, 72
_SECONDS = 10  # of processor time
_MEMORY = 1024 * 1024 * 1024  # bytes of address space
_AT_ONCE = threading.BoundedSemaphore(2)
_ORIENTATION, _ON_ITS_SIDE = 0x0112, (5, 6, 7, 8)  # EXIF
_UNREADABLE, _TOO_MANY_PIXELS = 3, 4  # how the process ends


class Unreadable(Exception):
    """The bytes are no whole picture of their kind."""


class TooManyPixels(Exception):
    """The picture says it has more than `MOST_PIXELS`."""


@dataclass(frozen=True, slots=True)
class Copies:
    """What is shown instead of the picture, as JPEG; and when it says it was taken (local time, offset if stated)."""

    width: int
    height: int
    copy: bytes
    thumb: bytes
    taken: str


def copies_of(chunks: Iterable[bytes], kind: str) -> Copies:
    """The clean copies of a picture. Raises Unreadable, TooManyPixels."""
    with _AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603  # our own module, no shell
                [sys.executable, "-I", __file__, kind.upper()],
                input=b"".join(chunks),
                capture_output=True,
                timeout=3 * _SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Unreadable(f"not decoded within {3 * _SECONDS} s") from error
    if done.returncode == _TOO_MANY_PIXELS:
        raise TooManyPixels
    if done.returncode:
        raise Unreadable(done.stderr.decode(errors="replace")[-300:].strip())
    head, _, content = done.stdout.partition(b"\n")
    said = json.loads(head)
    size = said.pop("copy_bytes")
    return Copies(copy=content[:size], thumb=content[size:], **said)


def _main(kind: str) -> int:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what lies in memory stays off the disk
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    from PIL import Image, ImageFile

    Image.MAX_IMAGE_PIXELS = None  # asked below, before anything is decoded
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=[kind]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return _TOO_MANY_PIXELS
            made = _made(picture)
    except Exception as error:  # whatever a decoder trips over: the picture is not sound
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return _UNREADABLE
    sys.stdout.buffer.write(made)
    return 0


def _made(picture: Any) -> bytes:
    """Header and copies of an open picture, one after the other."""
    from PIL import ImageOps

    taken, width, height = _taken(picture), picture.width, picture.height
    if picture.getexif().get(_ORIENTATION, 1) in _ON_ITS_SIDE:
        width, height = height, width
    picture.draft("RGB", (COPY_EDGE, COPY_EDGE))  # a JPEG is decoded no finer than needed
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((COPY_EDGE, COPY_EDGE))
    flat = _flat(upright)
    copy = _jpeg(flat, _COPY_QUALITY)
    flat.thumbnail((THUMB_EDGE, THUMB_EDGE))
    said = {"width": width, "height": height, "taken": taken, "copy_bytes": len(copy)}
    return json.dumps(said).encode() + b"\n" + copy + _jpeg(flat, _THUMB_QUALITY)


def _flat(picture: Any) -> Any:
    """The picture in RGB, on white where it is transparent."""
    from PIL import Image

    if picture.mode.startswith("I;16") or picture.mode == "I":
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layers = picture.convert("RGBA")
        ground = Image.new("RGBA", layers.size, "white")
        ground.alpha_composite(layers)
        picture = ground
    rgb = picture.convert("RGB")
    rgb.info = {}
    return rgb


def _jpeg(picture: Any, quality: int) -> bytes:
    into = io.BytesIO()
    picture.save(into, "JPEG", quality=quality, optimize=True)
    return into.getvalue()


def _taken(picture: Any) -> str:
    """DateTimeOriginal with its offset, as `2026:11-24 14:05:00+08:00`; empty where it is not stated with one."""
    exif = picture.getexif().get_ifd(0x8769)
    moment, offset = exif.get(0x9003), exif.get(0x9011)
    return f"{moment}{offset}"[:40] if isinstance(moment, str) and isinstance(offset, str) else ""


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
