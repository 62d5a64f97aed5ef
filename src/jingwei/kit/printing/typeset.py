"""Typesetting: templates and data become a PDF in a process of its own, with bounded time and memory.

The data reaches the template as one text of JSON, `sys.inputs.data`, so no value is ever read as markup; it goes by a
pipe, as what a paper says of persons is to lie on no disk. Standard library and typst only.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MAIN, SHARED = "main.typ", "letter.typ"
_HERE = Path(__file__).resolve().parent
_SECONDS = 15  # of processor time; the clock may show twice as much
_MEMORY = 3 * 1024 * 1024 * 1024  # bytes of address space; the fonts are mapped into it


class NotTypeset(Exception):
    """The template is wrong, or took too long or too much memory; the message is the compiler's."""


def standard(paper: str) -> str:
    """The template of this name that ships with the project. Raises FileNotFoundError."""
    return (_HERE / "papers" / f"{paper}.typ").read_text(encoding="utf-8")


def typeset(template: str, shared: str, data: Mapping[str, Any]) -> bytes:
    """The PDF. Raises NotTypeset."""
    with tempfile.TemporaryDirectory(prefix="jingwei-print-") as name:
        folder = Path(name)
        (folder / MAIN).write_text(template, encoding="utf-8")
        (folder / SHARED).write_text(shared, encoding="utf-8")
        try:
            done = subprocess.run(  # noqa: S603  # our own module, no shell
                [sys.executable, "-I", __file__, str(folder)],
                input=json.dumps(data, ensure_ascii=False).encode(),
                capture_output=True,
                timeout=2 * _SECONDS,
                check=False,
                cwd=folder,
                env={"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9", **_kept()},
            )
        except subprocess.TimeoutExpired as error:
            raise NotTypeset(f"not done within {2 * _SECONDS} s") from error
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        raise NotTypeset(done.stderr.decode(errors="replace").strip()[-1000:] or f"ended with {done.returncode}")
    return done.stdout


def _kept() -> dict[str, str]:
    """What of the environment the compiler needs: nothing it could tell to a template, and no way to the network."""
    return {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}


def _main(folder: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    import typst

    given, fonts = {"data": sys.stdin.buffer.read().decode()}, [str(_HERE / "fonts")]
    sys.stdout.buffer.write(
        typst.compile(f"{folder}/{MAIN}", root=folder, font_paths=fonts, format="pdf", sys_inputs=given)
    )
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
