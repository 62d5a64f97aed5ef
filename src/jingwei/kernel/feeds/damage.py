"""What makes a file unusable: named by file, row, column and remedy, before anything changes."""

from pathlib import Path

from jingwei.kernel.values.errors import Invalid
from jingwei.kernel.values.words import Text


class DamagedFile(Invalid):
    """The file cannot be taken; nothing was changed."""

    def __init__(self, file: Path, row: int, column: str, reason: Text, remedy: Text) -> None:
        place = f"{file.name}, row {row}" + (f", column {column}" if column else "")
        super().__init__(Text(f"{reason.zh} {remedy.zh}", f"{reason.en} {remedy.en}"), place=place)
        self.file, self.row, self.column, self.remedy = file.name, row, column, remedy


AGAIN = Text("请重新导出或下载该文件后再试。", "Export or download the file again.")
MEND = Text("请改正这一格后再导入；本次没有改动任何数据。", "Mend this cell and import again; nothing was changed.")
