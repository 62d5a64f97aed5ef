"""Sorting: coded by sector, common or individual, joined with the same need of others, matched with a measure."""

from jingwei.capabilities.enterprise_needs.acts.fields import NATURE, SECTOR, TERM, asked, words
from jingwei.kernel.matters.types import Action, Field, Promises
from jingwei.kernel.values.words import Text

OPEN = (
    *("collected", "classified", "merged", "supply_matched", "responsibility", "serving", "rated"),
    "carried_over",
)

SORTING = (
    Action(
        key="visit_again",
        title=Text("再次走访", "Visit again"),
        begins=("collected", "classified", "responsibility"),
        ends="",
        grant="need.collect",
        fields=(
            Field(key="visited_on", title=Text("走访日期", "Day of the visit"), kind="day", required=True),
            words("said", Text("企业所说", "What was said"), sealed=True),
        ),
    ),
    Action(
        key="code",
        title=Text("编码归类", "Code it"),
        begins=("collected",),
        ends="classified",
        grant="need.classify",
        sets=("sector",),
        fields=(asked(SECTOR),),
        stops=("code",),
        starts=("merge",),
    ),
    Action(
        key="settle",
        title=Text("定为共性或个性需求", "Settle whether it is common"),
        begins=("classified",),
        ends="merged",
        grant="need.classify",
        sets=("nature",),
        fields=(asked(NATURE),),
        stops=("merge",),
        starts=("supply",),
        tells=("need.supply",),
    ),
    Action(
        key="join",
        title=Text("并入相同的共性需求", "Join it with the same common need"),
        begins=("classified",),
        ends="joined",
        grant="need.classify",
        kind="merge",
        tells=("reporter",),
    ),
    Action(
        key="separate",
        title=Text("撤销并入", "Separate it again"),
        begins=("joined",),
        ends="classified",
        grant="need.classify",
        kind="separate",
        reason=True,
    ),
    Action(
        key="write_measure",
        title=Text("编制供给措施", "Write the measure"),
        begins=("merged",),
        ends="supply_matched",
        grant="need.supply",
        fields=(
            words("measure", Text("供给措施", "Measure"), public=True),
            Field(key="supply_list", title=Text("列入哪张供给清单", "On which list of supply"), required=True),
            words("law", Text("法律依据", "Basis in law")),
            Field(key="by_unit", title=Text("措施单位", "Unit of the measure"), kind="unit", required=True),
        ),
        stops=("supply",),
        starts=("assign",),
        tells=("need.coordinate",),
    ),
    Action(
        key="assign",
        title=Text("列入落实清单", "Put it on the list of fulfilment"),
        begins=("supply_matched",),
        ends="responsibility",
        grant="need.coordinate",
        sets=("term",),
        fields=(
            Field(key="unit", title=Text("落实单位", "Unit that serves it"), kind="unit", required=True),
            Field(key="person", title=Text("落实责任人", "Person responsible"), required=True, longest=60, sealed=True),
            asked(TERM),
        ),
        assigns="unit",
        stops=("assign",),
        promises=Promises(clock="serve", field="term"),
        tells=("unit",),
    ),
)
