"""An enterprise's legal need 企业法治需求: three lists of need, supply and fulfilment (domain 4.15).

It has no code of its own. The enterprise's contact is a party's: sealed, for those who work on the need.
"""

from jingwei.capabilities.enterprise_needs.acts.fields import SET_BY_ACTS
from jingwei.capabilities.enterprise_needs.acts.serving import SERVING
from jingwei.capabilities.enterprise_needs.acts.sorting import SORTING
from jingwei.kernel.matters.types import FIVE_YEARS, ClockRule, Field, MatterType, Retention, State, register
from jingwei.kernel.values.words import Text

_WITHDRAWN = Retention(
    years=1,
    basis=Text(
        "个人信息保护法第四十七条：目的不再需要的应当删除",
        "Personal Information Protection Law 47: what the purpose no longer needs is deleted",
    ),
    results=("withdrawn",),
)

ENTERPRISE_NEED = register(
    MatterType(
        key="enterprise_need",
        version=1,
        title=Text("企业法治需求", "Legal need of an enterprise"),
        basis="优化营商环境条例第三十五条至第三十七条；法治需求、供给、落实三张清单",
        basis_en="Regulation on the business environment 35 to 37; lists of needs, of supply, of fulfilment",
        confidentiality="internal",
        retention=(FIVE_YEARS, _WITHDRAWN),
        initial="collected",
        classes="own",
        report_grant="need.collect",
        escalates_to="need.coordinate",
        calls=("need.collect", "need.classify", "need.coordinate", "matter.handle"),
        parties=("reporter",),
        fields=(
            Field(key="enterprise", title=Text("企业名称", "Enterprise"), longest=120, searchable=True, required=True),
            Field(
                key="code",
                title=Text("统一社会信用代码", "Unified social credit code"),
                longest=18,
                harmless=True,
            ),
            Field(
                key="text",
                title=Text("需求", "What is needed"),
                kind="text",
                longest=4000,
                searchable=True,
                required=True,
                hint=Text("请不要写个人的姓名和电话。", "Please leave out names and phone numbers of persons."),
            ),
            Field(key="visited_on", title=Text("走访日期", "Day of the visit"), kind="day", required=True),
            Field(
                key="consent",
                title=Text("同意留下联系方式", "Consents to being contacted"),
                kind="choice",
                required=True,
                choices=(("yes", Text("同意", "yes")), ("no", Text("不同意", "no"))),
                hint=Text("不同意的，姓名和电话留空。", "If not, leave name and telephone empty."),
            ),
            Field(key="address", title=Text("地址", "Address"), longest=300, searchable=True),
            *SET_BY_ACTS,
        ),
        clocks=(
            ClockRule(key="code", title=Text("编码时限", "Time to code"), measures_due=True),
            ClockRule(key="merge", title=Text("归并时限", "Time to settle"), measures_due=True),
            ClockRule(key="supply", title=Text("措施编制时限", "Time to write the measure"), measures_due=True),
            ClockRule(key="assign", title=Text("落实清单时限", "Time to assign"), measures_due=True),
            ClockRule(key="serve", title=Text("服务期限", "Time to serve"), measures_due=True),
            ClockRule(key="rate", title=Text("评价时限", "Time to rate"), measures_due=True),
            ClockRule(key="again", title=Text("结转时限", "Time to take it up again"), measures_due=True),
        ),
        starts=("code",),
        states=(
            State(key="collected", title=Text("已收集", "Collected"), waits_for="need.classify"),
            State(key="classified", title=Text("已归类", "Coded"), waits_for="need.classify"),
            State(key="merged", title=Text("已归并", "Settled"), waits_for="need.supply"),
            State(key="supply_matched", title=Text("已匹配措施", "Measure written"), waits_for="need.coordinate"),
            State(key="responsibility", title=Text("已列落实清单", "To be served"), waits_for="matter.handle"),
            State(key="serving", title=Text("已服务，待评价", "Served, to be rated"), waits_for="need.coordinate"),
            State(key="rated", title=Text("已评价", "Rated"), waits_for="need.coordinate"),
            State(key="carried_over", title=Text("已结转", "Carried over"), waits_for="need.coordinate"),
            State(key="closed", title=Text("已办结", "Closed"), final=True),
            State(key="joined", title=Text("已并入共性需求", "Joined with a common need"), final=True),
            State(key="withdrawn", title=Text("已撤回", "Withdrawn"), final=True),
        ),
        actions=(*SORTING, *SERVING),
    )
)
