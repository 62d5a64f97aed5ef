"""Terms of retention that several types share. No Django here."""

from jingwei.kernel.matters.types.words import Retention
from jingwei.kernel.values.words import Text

FIVE_YEARS = Retention(
    years=5,
    basis=Text(
        "行政诉讼法第四十六条：自行政行为作出之日起超过五年的不予受理；个人信息保护法第十九条：不超过必要的时间",
        "Administrative Litigation Law 46: no suit is taken up later than five years after the act; Personal "
        "Information Protection Law 19: no longer than needed",
    ),
)
"""For what the administration did, or declined to do: as long as somebody may go to court about it, and no longer."""
