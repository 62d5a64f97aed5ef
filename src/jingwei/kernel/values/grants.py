"""What grants are called on screens; every grant of a type or a pack has a title here, which a test compares."""

from collections.abc import Mapping

from jingwei.kernel.values.words import Text

TITLES: Mapping[str, Text] = {
    "matter.report": Text("上报", "report"),
    "matter.read": Text("查看事项", "read matters"),
    "matter.accept": Text("受理", "accept"),
    "matter.verify": Text("核实、立案", "verify and file"),
    "matter.dispatch": Text("派遣", "dispatch"),
    "matter.handle": Text("处置", "handle"),
    "matter.check": Text("核查", "check"),
    "matter.close": Text("结案", "close"),
    "matter.extend": Text("延期", "extend"),
    "matter.supervise": Text("督办", "supervise"),
    "matter.urge": Text("催办", "urge"),
    "matter.lead": Text("负责本单位", "head the unit"),
    "matter.adopt": Text("接管", "take over"),
    "matter.fix": Text("当场处置", "fix on the spot"),
    "matter.answer": Text("替诉求人评价、要求重办", "answer and reopen for the reporter"),
    "matter.confirm": Text("确认已解决", "confirm that it is solved"),
    "matter.review": Text("超期申诉终审", "decide appeals against overdue marks"),
    "matter.link": Text("关联", "link"),
    "matter.give_limit": Text("给定时限", "give a limit"),
    "matter.restate": Text("按来源更正", "restate"),
    "matter.carry_over": Text("转入旧系统事项", "carry over from another system"),
    "matter.seal": Text("封存个人信息", "seal personal data"),
    "matter.erase": Text("清除个人信息", "erase personal data"),
    "matter.finish_erasure": Text("完成清除", "finish an erasure"),
    "matter.state": Text("记录来源所述", "record what a source states"),
    "hazard.grade": Text("隐患定级、交办", "grade and assign hazards"),
    "hazard.supervise": Text("隐患监管", "supervise the rectifying of hazards"),
    "hazard.hang": Text("挂牌督办", "hang up hazards for supervision"),
    "hazard.verify": Text("隐患验收", "verify that hazards are rectified"),
    "hazard.cancel": Text("隐患销号", "cancel hazards"),
    "project.own": Text("牵头项目", "own projects"),
    "project.verify": Text("核验项目自报", "verify what projects report"),
    "project.score": Text("对照指标评项目", "score projects against their indicator"),
    "project.lead": Text("审批项目调整、督办项目", "approve changes of projects and press for them"),
    "need.collect": Text("走访收集企业需求", "collect needs of enterprises"),
    "need.classify": Text("企业需求归类", "sort needs of enterprises"),
    "need.supply": Text("编制供给措施", "write measures for needs"),
    "need.coordinate": Text("统筹企业需求落实", "coordinate what enterprises need"),
    "instruction.issue": Text("下达指令", "issue instructions"),
    "file.original": Text("打开原件", "open originals"),
    "matter.print": Text("打印文书", "print papers"),
    "retention.read": Text("查看销毁清单", "read destruction lists"),
    "retention.propose": Text("提出销毁清单", "propose destruction lists"),
    "retention.review": Text("审核销毁清单", "review destruction lists"),
    "retention.destroy": Text("执行销毁", "carry out destruction lists"),
    "retention.hold": Text("暂缓销毁与解除", "place and lift legal holds"),
    "clock.ring": Text("到时提醒", "ring clocks"),
    "rulebook.read": Text("查看规则库", "read the rulebook"),
    "rulebook.edit": Text("修改规则库", "edit the rulebook"),
    "agencies.edit": Text("管理机构与人员", "edit units, posts and people"),
    "duty.own": Text("本人请假、换班", "take leave and swap shifts"),
    "roster.edit": Text("编排值班", "edit duty rosters"),
    "places.edit": Text("管理区划", "edit areas"),
    "system.operate": Text("系统运维", "operate the system"),
    "system.check": Text("提醒自检", "check the chain of reminders"),
    "reads.seal": Text("封存阅看记录", "seal the read log"),
    "reads.audit": Text("审计谁看了什么", "audit who read what"),
    "account.own": Text("管理本人的登录", "look after the own login"),
    "workstation.enrol": Text("登记工作站", "enrol a workstation"),
    "own.ask": Text("索取验证码", "ask for a code"),
    "own.prove": Text("为到场本人出具查询凭证", "give people present a slip for their own matters"),
    "own.use": Text("查找本人的事项", "find one's own matters"),
    "ledger.read": Text("查看台账", "read the ledger"),
    "measures.read": Text("查看指标", "read figures"),
}


def title_of(grant: str) -> Text:
    """The grant's title; its name where it has none."""
    return TITLES.get(grant, Text(grant, grant))


def missing(grant: str) -> Text:
    """The sentence that says somebody lacks a grant."""
    title = title_of(grant)
    return Text(f"您的岗位没有“{title.zh}”权限。", f"Your posts may not “{title.en}”.")


def elsewhere(grant: str) -> Text:
    """The sentence that says somebody has a grant, but not for this matter."""
    title = title_of(grant)
    return Text(
        f"这件事不归您岗位的单位或区域，不能由您“{title.zh}”。",
        f"Your posts may “{title.en}”, but not this matter: it is not with their unit or in their area.",
    )
