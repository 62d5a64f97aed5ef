"""What a column of the old table may mean here, and the heads such columns usually have."""

from collections.abc import Sequence
from dataclasses import dataclass

from jingwei.kernel.matters.types import MatterType
from jingwei.kernel.values.words import Text

FIELD = "field:"
"""Before the key of a field that the type declares."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing a column may hold."""

    key: str
    title: Text
    heads: tuple[str, ...]
    needed: bool = False


_OURS = (
    Meaning(
        "number",
        Text("外部编号", "External number"),
        ("编号", "工单编号", "案卷编号", "案件编号", "事件编号", "任务号", "任务编号", "受理编号", "流水号", "工单号"),
        needed=True,
    ),
    Meaning(
        "state",
        Text("状态", "State"),
        ("状态", "工单状态", "案件状态", "案卷状态", "办理状态", "处理状态", "当前状态", "当前环节", "当前阶段"),
        needed=True,
    ),
    Meaning(
        "received",
        Text("受理时间", "Received"),
        ("受理时间", "受理日期", "上报时间", "登记时间", "登记日期", "接收时间", "来电时间", "上报日期"),
        needed=True,
    ),
    Meaning(
        "category",
        Text("类别", "Category"),
        ("类别", "问题类别", "事件类别", "案件类别", "诉求类别", "问题小类", "案件小类", "小类", "小类名称"),
        needed=True,
    ),
    Meaning(
        "due",
        Text("承诺的期限", "Due moment promised"),
        ("截止时间", "截止日期", "办结时限", "办理时限", "到期时间", "到期日期", "要求办结时间", "承诺办结时间"),
    ),
    Meaning(
        "elapsed_days",
        Text("已用天数", "Days of the term used"),
        ("已用天数", "已用工作日", "已用时(天)", "已办天数", "已用时间(天)", "已用时（天）", "已用时间（天）"),
    ),
    Meaning(
        "elapsed_hours",
        Text("已用小时", "Hours of the term used"),
        ("已用小时", "已用工时", "已用时(小时)", "已用时间(小时)", "已用时（小时）", "已用时间（小时）"),
    ),
    Meaning(
        "paused_days",
        Text("已暂停天数", "Days paused"),
        ("已暂停天数", "暂停天数", "挂起天数", "扣除天数", "停表天数"),
    ),
    Meaning(
        "unit",
        Text("承办单位", "Unit in charge"),
        ("承办单位", "责任单位", "主办单位", "处置单位", "办理单位", "责任部门", "处置部门", "承办部门"),
    ),
    Meaning("holder", Text("经办岗位", "Post that has it in hand"), ("经办岗位", "承办岗位", "岗位")),
    Meaning(
        "area", Text("网格或区域", "Cell or area"), ("网格", "网格编码", "所属网格", "所在网格", "网格名称", "网格号")
    ),
    Meaning("lon", Text("经度", "Longitude"), ("经度",)),
    Meaning("lat", Text("纬度", "Latitude"), ("纬度",)),
    Meaning("channel", Text("渠道", "Channel"), ("渠道", "来源", "来源渠道", "上报渠道", "问题来源", "诉求来源")),
    Meaning("name", Text("诉求人", "Reporter"), ("诉求人", "来电人", "反映人", "上报人", "联系人", "姓名", "投诉人")),
    Meaning(
        "phone",
        Text("联系电话", "Telephone"),
        ("联系电话", "电话", "来电号码", "手机", "手机号", "手机号码", "联系方式", "电话号码"),
    ),
)
_FIELD_HEADS = {
    "title": ("标题", "主题", "诉求标题", "案件标题"),
    "text": ("内容", "诉求内容", "问题描述", "事件描述", "案件描述", "描述", "情况描述"),
    "address": ("地址", "发生地址", "事发地址", "事发地点", "详细地址", "位置", "位置描述", "事件地点"),
}


def meanings_for(matter_type: MatterType) -> Sequence[Meaning]:
    """Everything a column may hold of a matter of this type; its declared fields come last."""
    fields = (
        Meaning(
            f"{FIELD}{one.key}", one.title, (one.title.zh, one.title.en, *_FIELD_HEADS.get(one.key, ())), one.required
        )
        for one in matter_type.fields
    )
    return (*_OURS, *fields)
