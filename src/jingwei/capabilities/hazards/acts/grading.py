"""Grading and assigning: what has been found, interim measures before anything else, hanging, who rectifies it."""

from dataclasses import replace

from jingwei.capabilities.hazards.acts.fields import GRADE, HUNG, LIFE, SHOWN, YES_NO, asked
from jingwei.kernel.matters.types import Action, Field, FileRule, When
from jingwei.kernel.values.words import Text

_NOT_ASSIGNED = ("found", "graded", "hung")
_AT_WORK = ("assigned", "plan", "rectifying", "applied")
_MAJOR = (When(of="grade", among=("major",)),)
SECURED = ("secure", "secure_on_site")
"""Interim measures 临时措施: fenced off or put out of use, and those in danger told."""

HUNG_UP = ("hang", "hang_at_work")

_SECURE = Action(
    key="secure",
    title=Text("采取临时措施", "Take interim measures"),
    begins=_NOT_ASSIGNED,
    ends="",
    grant="hazard.grade",
    fields=(
        Field(
            key="measures",
            title=Text("围挡、停用等措施", "Fencing off, putting out of use"),
            kind="text",
            required=True,
            longest=1000,
            public=True,
        ),
        Field(
            key="told",
            title=Text("怎样告知受威胁的人", "How those in danger were told"),
            kind="text",
            required=True,
            longest=1000,
        ),
    ),
    files=(SHOWN,),
    tells=("unit", "hazard.supervise"),
)
_ASSIGN = Action(
    key="assign",
    title=Text("交办", "Assign"),
    begins=("graded", "hung"),
    ends="assigned",
    grant="hazard.grade",
    when=(When(of="life", among=("no",)),),
    fields=(
        Field(key="unit", title=Text("治理责任单位", "Unit that rectifies it"), kind="unit", required=True),
        Field(
            key="responsible",
            title=Text("治理责任人", "Person responsible"),
            required=True,
            longest=60,
            sealed=True,
        ),
        Field(key="supervised_by", title=Text("监管部门", "Supervising body"), kind="unit", required=True),
    ),
    assigns="unit",
    stops=("assign",),
    starts=("plan",),
    tells=("unit", "hazard.supervise"),
)
_HANG = Action(
    key="hang",
    title=Text("挂牌督办", "Hang up for supervision"),
    begins=("graded",),
    ends="hung",
    grant="hazard.hang",
    when=_MAJOR,
    unless=HUNG_UP,
    sets=("hung",),
    fields=(
        asked(HUNG),
        Field(
            key="published",
            title=Text("公布方式和日期", "Where and when it was published"),
            required=True,
            public=True,
        ),
        Field(
            key="honours",
            title=Text("六个月内取消评先资格", "Barred from honours for six months"),
            kind="choice",
            required=True,
            choices=YES_NO,
        ),
    ),
    stops=("hang",),
    tells=("unit", "hazard.supervise"),
)

GRADING = (
    _SECURE,
    replace(
        _SECURE,
        key="secure_on_site",
        title=Text("责任单位采取临时措施", "Interim measures by the unit"),
        begins=(*_NOT_ASSIGNED, *_AT_WORK),
        grant="matter.handle",
    ),
    Action(
        key="grade",
        title=Text("登记、定级", "Record and grade"),
        begins=("found",),
        ends="graded",
        grant="hazard.grade",
        sets=("grade", "life"),
        fields=(
            asked(GRADE),
            asked(LIFE),
            Field(
                key="danger",
                title=Text("可能造成的后果", "What may come of it"),
                kind="text",
                required=True,
                longest=1000,
            ),
        ),
        files=(FileRule(key="seen", title=Text("隐患照片", "Pictures of the hazard"), least=1, images=True),),
        stops=("grade",),
        starts=("assign", "hang"),
        tells=("unit", "hazard.supervise"),
    ),
    Action(
        key="regrade",
        title=Text("重新定级", "Grade anew"),
        begins=("graded",),
        ends="",
        grant="hazard.supervise",
        reason=True,
        not_by=("grade",),
        sets=("grade", "life"),
        fields=(asked(GRADE), asked(LIFE)),
        starts=("hang",),
        tells=("hazard.grade",),
    ),
    Action(
        key="dismiss",
        title=Text("不构成隐患", "Not a hazard"),
        begins=("found", "graded"),
        ends="dismissed",
        grant="hazard.grade",
        reason=True,
        fields=(
            Field(
                key="ground",
                title=Text("情形", "Why"),
                kind="choice",
                required=True,
                public=True,
                choices=(
                    ("not_found", Text("现场没有发现", "not found on site")),
                    ("no_danger", Text("没有危险", "no danger")),
                    ("known", Text("已在治理", "being rectified already")),
                    ("gone", Text("已经消除", "gone already")),
                ),
            ),
        ),
        tells=("reporter",),
    ),
    _HANG,
    replace(
        _HANG,
        key="hang_at_work",
        title=Text("治理中挂牌督办", "Hang up while it is being rectified"),
        begins=_AT_WORK,
        ends="",
    ),
    Action(
        key="not_to_hang",
        title=Text("不挂牌，说明理由", "Do not hang up"),
        begins=("graded", *_AT_WORK),
        ends="",
        grant="hazard.hang",
        when=_MAJOR,
        unless=HUNG_UP,
        reason=True,
        stops=("hang",),
    ),
    _ASSIGN,
    replace(
        _ASSIGN,
        key="assign_secured",
        title=Text("已采取临时措施，交办", "Assign, interim measures taken"),
        when=(When(of="life", among=("yes",)),),
        after=SECURED,
    ),
)
