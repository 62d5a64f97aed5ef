"""What several acts of an instruction share."""

from jingwei.kernel.matters.types import Field, FileRule
from jingwei.kernel.values.words import Text

UNIT = Field(key="unit", title=Text("下达给哪个单位", "Unit that is instructed"), kind="unit", required=True)
ATTACHED = FileRule(key="attached", title=Text("附件", "Attachments"))
UNIT_DID = ("sign", "refuse", "answer")
"""Whoever did one of these is not independent."""
