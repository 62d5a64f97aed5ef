"""What a file is, told from its first bytes and never from its name; everything not on the list is refused."""

from dataclasses import dataclass

from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text

LARGEST = 20 * 1024 * 1024  # bytes of one file
MOST_OF_ACT = 9  # files of one report or act
MOST_OF_STREAM = 200  # files of one matter
HEAD = 1024  # bytes that `kind_of` wants to see


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file that is taken. A picture gets a clean copy; anything else is an original only."""

    key: str
    title: Text
    media_type: str
    suffix: str
    picture: bool = True


KINDS = {
    one.key: one
    for one in (
        Kind("jpeg", Text("JPEG 图片", "JPEG picture"), "image/jpeg", "jpg"),
        Kind("png", Text("PNG 图片", "PNG picture"), "image/png", "png"),
        Kind("webp", Text("WebP 图片", "WebP picture"), "image/webp", "webp"),
        Kind("pdf", Text("PDF 文件", "PDF document"), "application/pdf", "pdf", picture=False),
    )
}

_EMPTY = Text("文件是空的；请重新选择。", "The file is empty; choose it again.")
_HEIC = Text(
    "这是 HEIC 照片，请改用 JPEG：在手机相机设置中选“兼容性最佳”，或先另存为 JPEG。",
    "This is a HEIC photo; send a JPEG: set the camera to “most compatible”, or save it as JPEG first.",
)
_OTHER = Text(
    "只收 JPEG、PNG、WebP 图片和 PDF 文件；以内容为准，不看文件名。",
    "JPEG, PNG and WebP pictures and PDF documents are taken; the content decides, not the name.",
)


def kind_of(head: bytes) -> Kind:
    """The kind of a file by its first `HEAD` bytes. Raises Invalid for anything that is not taken."""
    if not head:
        raise Invalid(_EMPTY, place="files")
    if head.startswith(b"\xff\xd8\xff"):
        return KINDS["jpeg"]
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return KINDS["png"]
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return KINDS["webp"]
    if head.startswith(b"%PDF-1.") or head.startswith(b"%PDF-2."):
        return KINDS["pdf"]
    heic = head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1")
    raise Invalid(_HEIC if heic else _OTHER, place="files")


def too_large() -> Invalid:
    """The refusal of a file over `LARGEST`."""
    megabytes = LARGEST // 1024 // 1024
    return Invalid(
        Text(f"每个文件不超过 {megabytes} MB。", f"A file has at most {megabytes} MB."),
        place="files",
    )
