"""How a file is called that is handed out, and whether it is to be saved, is said in one place."""

import ast

import pytest

from tests.architecture.tree import shown, source_modules, syntax, texts

PLACE = "src/jingwei/kit/serving.py"


def dispositions(tree: ast.AST) -> list[int]:
    """The lines on which the header is named."""
    return [node.lineno for node in texts(tree) if "content-disposition" in str(node.value).lower()]


@pytest.mark.parametrize(
    "sample",
    [
        "answer['Content-Disposition'] = f'attachment; filename=\"{name}.csv\"'",
        "HttpResponse(content, headers={'content-disposition': 'inline'})",
    ],
)
def test_a_header_written_by_hand_is_caught(sample: str) -> None:
    assert dispositions(ast.parse(sample))


def test_files_are_handed_out_by_one_module() -> None:
    found = {shown(path): lines for path in source_modules() if (lines := dispositions(syntax(path)))}
    assert list(found) == [PLACE], "answer files by kit/serving.py: file_answer"
