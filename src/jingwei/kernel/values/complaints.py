"""What is wrong with a declared value, in both languages.

The Chinese sentence says what a member is called, the English one the key under which a file has it.
"""

from collections.abc import Iterable
from typing import Any

from jingwei.kernel.values.words import Text

_NOTHING = Text("", "")

MEMBERS = {
    "zh": Text("中文", "Chinese"),
    "en": Text("英文", "English"),
    "parent": Text("上级", "Parent"),
    "urgency": Text("紧急程度", "Urgency"),
    "open": Text("公众可选", "Open to residents"),
    "verify": Text("核实方式", "How it is verified"),
    "check": Text("核查方式", "How it is checked"),
    "sample": Text("抽查比例（%）", "Share that is checked (%)"),
    "counting": Text("计时方式", "Counting"),
    "amount": Text("数量", "Amount"),
    "unit": Text("单位", "Unit"),
    "hold_days": Text("暂停上限（天）", "Pauses at most (days)"),
    "extensions": Text("可延期次数", "Extensions"),
    "priority": Text("先后", "Order"),
    "category": Text("类别", "Category"),
    "area": Text("区域", "Area"),
    "condition": Text("情形", "Condition"),
    "zone": Text("时区", "Time zone"),
    "weekdays": Text("工作日（周几）", "Weekdays worked"),
    "hours": Text("工作时段", "Working hours"),
    "after_hours": Text("下班后收件", "After hours"),
    "days": Text("例外日", "Days that differ"),
    "titles": Text("例外日的名称", "Names of those days"),
    "notices": Text("放假通知", "Notices of holidays"),
    "type": Text("事项类型", "Type of matters"),
    "columns": Text("列", "Columns"),
    "column": Text("列", "Column"),
    "state": Text("状态", "State"),
    "holder": Text("岗位", "Post"),
    "channel": Text("渠道", "Channel"),
    "source": Text("来源系统", "Source system"),
    "title": Text("名称", "Name"),
    "key": Text("外部编号", "External number"),
    "mode": Text("导入方式", "Way of taking in"),
    "format": Text("文件格式", "Format of the file"),
    "encoding": Text("字符编码", "Encoding"),
    "datum": Text("坐标系", "Datum"),
    "place": Text("地点", "Place"),
    "lon": Text("经度", "Longitude"),
    "lat": Text("纬度", "Latitude"),
    "opened": Text("上报时间", "Reported"),
    "closed": Text("办结时间", "Closed"),
    "target": Text("来源的期限", "Due by the source"),
    "verdict": Text("来源的判定", "Verdict of the source"),
    "duplicate": Text("重复", "Duplicate of"),
    "fields": Text("字段", "Fields"),
    "closing_fields": Text("办结字段", "Fields at closing"),
    "limits": Text("读取上限", "Limits of reading"),
    "return": Text("回传", "What goes back"),
    "contact": Text("联系方式", "Contact"),
    "name": Text("姓名", "Name"),
    "phone": Text("电话", "Telephone"),
    "email": Text("电子邮件", "E-mail"),
    "map": Text("对应", "Map"),
    "answer": Text("答复时限", "To be answered within"),
    "most": Text("每件至多次数", "Times a matter at most"),
    "pause_hours": Text("两次间隔（小时）", "Hours between two"),
    "rungs": Text("提醒时刻", "Reminded at"),
    "text_zh": Text("中文正文", "Text in Chinese"),
    "text_en": Text("英文正文", "Text in English"),
    "categories": Text("适用类别", "Classes"),
    "seed": Text("种子", "Seed"),
    "docx": Text("Word 模板", "Document template"),
    "typst": Text("模板正文", "Text of the template"),
    "second_factor": Text("须经第二步验证的权限", "Grants that need a second factor"),
    "idle": Text("多少分钟不操作即退出", "Minutes without a request until a session ends"),
    "lock": Text("窗口多少分钟不操作即锁定", "Minutes until a counter locks"),
    "kind": Text("种类", "Kind"),
    "address": Text("地址", "Address"),
    "url": Text("网址", "Internet address"),
    "method": Text("请求方式", "Method of the request"),
    "headers": Text("请求头", "Headers of the request"),
    "body": Text("请求正文", "Body of the request"),
    "encode": Text("正文编码", "How the body is written"),
    "success": Text("成功标志", "What tells success"),
    "sign": Text("签名", "Signature"),
    "sign.key": Text("签名密钥", "Key of the signature"),
    "sign.text": Text("签名内容", "What is signed"),
    "sign.unit": Text("签名时间单位", "Unit of the signature's time"),
    "per_hour": Text("每小时上限", "At most an hour"),
    "per_day": Text("每天上限", "At most a day"),
    "everybody": Text("未选择者也用", "For whoever chose nothing"),
    "residents": Text("通知居民", "Tells residents"),
    "timeout": Text("超时（秒）", "Given up after (seconds)"),
    "post": Text("岗位", "Post"),
    "topics": Text("主题", "Topics"),
    "success.status": Text("成功的状态码", "Codes of success"),
    "success.member": Text("回答里表示成功的项", "Member of the answer that tells success"),
    "success.equals": Text("该项应为（JSON）", "What that member says (JSON)"),
    "key.column": Text("编号列", "Column of the number"),
    "opened.format": Text("时间格式", "Format of moments"),
    "state.open": Text("未结的状态", "States that are open"),
    "state.closed": Text("已结的状态", "States that are closed"),
    "category.columns": Text("类别所在的列", "Columns of the class"),
    "category.rows": Text("类别对应", "Map of classes"),
    "category.other": Text("对应不上的归入（类别代码）", "For what the map does not name (a code)"),
    "channel.every": Text("没有渠道列时一律为", "Channel of all, without a column"),
}
"""What the members of declared values are called, by key, or by path where they mean something of their own."""


def called(path: str) -> Text:
    """What a member is called (`answer.amount`); a word that is no member stays as somebody wrote it."""
    if path in MEMBERS:
        return MEMBERS[path]
    parts = [MEMBERS.get(part, Text(part, part)) for part in path.split(".")]
    return Text("·".join(part.zh for part in parts), " · ".join(part.en for part in parts))


def missing(path: str, more: Text = _NOTHING) -> Text:
    """That a member was not given; `more` says what it would be, as a clause."""
    zh, en = f"，{more.zh}" if more.zh else "", more.en
    return Text(f"缺少“{called(path).zh}”{zh}", f"{path} is missing{en}")


def not_so(path: str, zh: str, en: str) -> Text:
    """That a member does not have the shape it needs: “should be {zh}”, “is not {en}”."""
    return Text(f"“{called(path).zh}”应为{_set(zh)}", f"{path} is not {en}")


def instead_of(path: str, given: Any, zh: str, en: str) -> Text:
    """That a member says something else: “{given}, should be {zh}”, “is {given}, not {en}”."""
    said = "没有填" if given is None else f"是“{given}”"
    return Text(f"“{called(path).zh}”{said}，应为{_set(zh)}", f"{path} is {given!r}, not {en}")


def none_of(path: str, given: Any, known: Iterable[str]) -> Text:
    """That a member is none of the words it may be."""
    words = list(known)
    return instead_of(path, given, f"{'、'.join(words)} 之一", f"one of {', '.join(words)}")


def not_whole(path: str, given: Any, least: int, most: int, of: Text = _NOTHING) -> Text:
    """That a member is no whole number within its bounds; `of` says what is counted, ended by a space in English."""
    return instead_of(
        path, given, f"{least} 到 {most:,} 的整数{of.zh}", f"a whole number {of.en}from {least} to {most:,}"
    )


def in_one(complaints: Iterable[Text], about: str = "") -> Text:
    """Several complaints as one refusal, headed by the value that they are about."""
    found = list(complaints)
    zh, en = "；".join(one.zh for one in found), "; ".join(one.en for one in found)
    return Text(f"{about}：{zh}", f"{about}: {en}") if about else Text(zh, en)


def _set(zh: str) -> str:
    """Chinese words set after others: a space goes before what begins with a digit or a Latin letter."""
    return f" {zh}" if zh[:1].isascii() else zh
