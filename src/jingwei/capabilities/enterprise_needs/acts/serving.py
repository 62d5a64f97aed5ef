"""Serving, and what the enterprise thinks of it; what it is not satisfied with is carried over, not closed."""

from jingwei.capabilities.enterprise_needs.acts.fields import BAD, GOOD, RATING, asked, words
from jingwei.capabilities.enterprise_needs.acts.sorting import OPEN
from jingwei.kernel.matters.types import Action, FileRule, When
from jingwei.kernel.values.words import Text

SERVING = (
    Action(
        key="serve",
        title=Text("提供服务", "Serve it"),
        begins=("responsibility",),
        ends="serving",
        grant="matter.handle",
        fields=(words("done", Text("服务内容", "What was done"), public=True),),
        files=(FileRule(key="evidence", title=Text("服务记录", "Evidence of the service"), least=1, sealed=True),),
        assigns="holder",
        stops=("serve",),
        starts=("rate",),
        tells=("reporter", "need.coordinate"),
    ),
    Action(
        key="rate",
        title=Text("企业评价", "Rate the service"),
        begins=("serving",),
        ends="rated",
        grant="matter.answer",
        sets=("rating",),
        fields=(asked(RATING), words("words", Text("想说的话", "In your words"), sealed=True, required=False)),
        stops=("rate",),
        tells=("need.coordinate", "unit"),
    ),
    Action(
        key="close",
        title=Text("办结", "Close"),
        begins=("rated",),
        ends="closed",
        grant="need.coordinate",
        not_by=("serve",),
        when=(When(of="rating", among=GOOD),),
    ),
    Action(
        key="close_unrated",
        title=Text("逾期未评价，办结", "Close: not rated in time"),
        begins=("serving",),
        ends="closed",
        grant="need.coordinate",
        not_by=("serve",),
        past="rate",
        reason=True,
    ),
    Action(
        key="carry_over",
        title=Text("结转下季度", "Carry over to the next quarter"),
        begins=("rated",),
        ends="carried_over",
        grant="need.coordinate",
        when=(When(of="rating", among=BAD),),
        reason=True,
        starts=("again",),
        tells=("unit", "need.supply"),
    ),
    Action(
        key="take_up_again",
        title=Text("重新编制措施", "Take it up again"),
        begins=("carried_over",),
        ends="merged",
        grant="need.coordinate",
        stops=("again",),
        starts=("supply",),
        tells=("need.supply",),
    ),
    Action(
        key="withdraw",
        title=Text("企业撤回", "Withdrawn by the enterprise"),
        begins=OPEN,
        ends="withdrawn",
        grant="need.collect",
        reason=True,
        tells=("unit",),
    ),
)
