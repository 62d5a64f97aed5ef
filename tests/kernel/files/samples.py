"""Pictures and documents for tests, made as bytes."""

import io
import struct
import zlib

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n"


def jpeg(size: tuple[int, int] = (64, 48), colour: str = "red", exif: Image.Exif | None = None) -> bytes:
    """A JPEG in one colour."""
    return _saved(Image.new("RGB", size, colour), "JPEG", exif)


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> bytes:
    """A picture of another kind or mode."""
    return _saved(Image.new(mode, size), kind, None)


def _saved(image: Image.Image, kind: str, exif: Image.Exif | None) -> bytes:
    into = io.BytesIO()
    if exif is None:
        image.save(into, kind)
    else:
        image.save(into, kind, exif=exif)
    return into.getvalue()


def located(orientation: int = 1) -> Image.Exif:
    """Metadata as a telephone writes it: where, when, which way up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secretphone"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:24 14:05:00"
    exif.get_ifd(0x8769)[0x9011] = "+08:00"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (36.0, 5.0, 7.0)
    return exif


def bomb(edge: int = 60_000) -> bytes:
    """A PNG of a few kilobytes that says it has `edge` × `edge` pixels."""
    head = struct.pack(">IIBBBBB", edge, edge, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small PNG with a compressed text of 300 MB."""
    whole = picture("PNG")
    text = b"x\0\0" + zlib.compress(bytes(300_000_000), 9)
    return whole[:33] + _chunk(b"zTXt", text) + whole[33:]


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
