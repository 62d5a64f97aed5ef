"""The words of a declaration, in sentences: who, when, with what, and what follows."""

from collections.abc import Iterator

from jingwei.kernel.matters.guards import ANSWERS, ASKED
from jingwei.kernel.matters.types import Action, Field, FileRule, MatterType, State, Times, When
from jingwei.kernel.matters.types.words import REPORT
from jingwei.kernel.values.grants import title_of
from jingwei.kernel.values.words import Text
from jingwei.kit.handbook.parts import joined, quoted_list

BY_SYSTEM = Text("只由系统完成", "done by the system only")
_REPORTED = Text("代为上报", "report it as staff")
_KINDS = {
    "line": Text("一行文字", "a line of text"),
    "text": Text("文字", "text"),
    "choice": Text("选项", "a choice"),
    "number": Text("数字", "a number"),
    "yes_no": Text("是或否", "yes or no"),
    "unit": Text("单位", "a unit"),
    "post": Text("岗位", "a post"),
    "category": Text("类别", "a category"),
    "day": Text("日期", "a day"),
    "condition": Text("本类在规则库中的情形", "a condition of its class in the rulebook"),
}
_TOLD = {
    "unit": Text("承办单位", "the unit in charge"),
    "holder": Text("经办岗位", "the post that holds it"),
    "reporter": Text("上报人", "whoever reported it"),
}
_ASSIGNED = {
    "unit": Text("交给所填的承办单位", "the unit named takes it over"),
    "holder": Text("由办理人的岗位经办", "the post of whoever acts holds it"),
    "nobody": Text("不再有经办岗位", "no post holds it any more"),
}

_ASKED_OF = {
    "staff": Text("只在工作人员登记时填", "asked of staff alone"),
    "source": Text("只由来源系统给出，表单不问", "stated by another system alone; no form asks for it"),
    "act": Text("上报时不填，由动作填写", "not asked when reporting: an act fills it in"),
}


def who(action: Action) -> Text:
    """Who may do it."""
    return BY_SYSTEM if action.system_only else posts_with(action.grant)


def posts_with(grant: str) -> Text:
    """The holders of a grant."""
    title = title_of(grant)
    return Text(f"有“{title.zh}”权限的岗位", f"posts that may “{title.en}”")


def act_title(one: MatterType, key: str) -> Text:
    """What an act is called; reporting by staff too, which no type declares."""
    action = one.action(key)
    return action.title if action else _REPORTED


def led_from(one: MatterType, action: Action) -> Text:
    """From which states to which one."""
    begins = joined((one.state(key).title for key in action.begins), "／", " / ")
    ends = one.state(action.ends).title if action.ends else Text("状态不变", "the state stays")
    return Text(f"{begins.zh} → {ends.zh}", f"{begins.en} → {ends.en}")


def _independence(one: MatterType, action: Action) -> Iterator[Text]:
    """Who is too near to the work to do the act."""
    if action.not_by:
        done = _named(one, action.not_by)
        yield Text(f"办过这些的人不能办：{done.zh}", f"not by whoever did: {done.en}")
    if action.other_unit:
        yield Text("承办单位的人不能办", "not by anybody of the unit that handles it")


def conditions(one: MatterType, action: Action) -> Iterator[Text]:
    """Everything that bars the act, a line each; the state and the grant are said elsewhere."""
    for when in action.when:
        yield _condition(one, when)
    if action.times:
        yield _times(one, action.times)
    if action.within:
        clock = next(clock.title for clock in one.clocks if clock.key == action.within)
        yield Text(f"须在“{clock.zh}”届满之前", f"before “{clock.en}” has passed")
    if action.past:
        clock = next(clock.title for clock in one.clocks if clock.key == action.past)
        yield Text(f"须在“{clock.zh}”届满或者停止之后", f"only once “{clock.en}” has passed, or was stopped")
    yield from _independence(one, action)
    if action.after:
        done = _named(one, action.after)
        yield Text(f"须先办过：{done.zh}", f"only after: {done.en}")
    if action.unless:
        done = _named(one, action.unless)
        yield Text(f"办过这些之后不能再办：{done.zh}", f"not once one of these was done: {done.en}")
    if action.only_by:
        done = _named(one, action.only_by)
        yield Text(f"只限刚办了这一步的岗位：{done.zh}", f"only by the post that just did: {done.en}")
    waits = [task.title for task in one.tasks if action.key in task.blocks]
    if waits:
        tasks = joined(waits)
        yield Text(f"须等这些任务办完：{tasks.zh}", f"waits until these tasks are settled: {tasks.en}")


def _condition(one: MatterType, when: When) -> Text:
    field = next((field for field in one.fields if field.key == when.of), None)
    asked = field.title if field else ASKED[when.of]
    words = {**ANSWERS, **(dict(field.choices) if field else {})}
    among = joined(words.get(answer, Text(answer, answer)) for answer in when.among)
    return Text(f"{asked.zh}：{among.zh}", f"{asked.en}: {among.en}")


def _times(one: MatterType, times: Times) -> Text:
    most = times.most
    often = Text(f"最多 {most} 次", "once only" if most == 1 else f"{most} times at most")
    if not times.since:
        return often
    since = _named(one, times.since)
    return Text(f"{often.zh}（办了这些之后重新计数：{since.zh}）", f"{often.en} (counted anew after: {since.en})")


def _named(one: MatterType, keys: tuple[str, ...]) -> Text:
    return joined(_REPORTED if key == REPORT else act_title(one, key) for key in keys)


def field_line(field: Field) -> Text:
    """A field with its kind and what holds for it."""
    kind = _KINDS[field.kind]
    if field.kind == "choice":
        choices = joined(title for _, title in field.choices)
        kind = Text(f"选：{choices.zh}", f"one of: {choices.en}")
    marks = [kind, *marks_of(field)]
    words = joined(marks, "；", "; ")
    return Text(f"{field.title.zh}（{words.zh}）", f"{field.title.en} ({words.en})")


def kind_of(field: Field) -> Text:
    """What may be filled in."""
    return joined(title for _, title in field.choices) if field.kind == "choice" else _KINDS[field.kind]


def marks_of(field: Field) -> Iterator[Text]:
    """Whether it is needed, within which bounds, who is asked for it, and who reads it."""
    if field.required:
        yield Text("必填", "needed")
    if field.least is not None:
        yield Text(f"不小于 {field.least}", f"at least {field.least}")
    if field.most is not None:
        yield Text(f"不大于 {field.most}", f"at most {field.most}")
    if field.asked_of != "everybody":
        yield _ASKED_OF[field.asked_of]
    if field.sealed:
        yield Text("密封：只有办理的人看得到，不进搜索", "sealed: read only by those who work on it, never searched")
    if field.searchable:
        yield Text("可搜索", "searchable")
    if field.public:
        yield Text("上报人看得到", "shown to whoever reported it")
    if field.limits:
        yield Text(
            "各选项可以另有时限，以先到者为准", "each choice may have limits of its own; the earlier one applies"
        )


def file_line(rule: FileRule) -> Text:
    """Files with how many, and what becomes of them."""
    many = Text(f"{rule.least}–{rule.most} 个", f"{rule.least} to {rule.most}")
    marks = [many]
    marks += [Text("只收图片", "pictures only")] if rule.images else []
    marks += [Text("原件封存并记下摘要", "the original is sealed with its hash")] if rule.sealed else []
    marks += [Text("上报人看得到副本", "copies shown to whoever reported it")] if rule.public else []
    words = joined(marks, "；", "; ")
    return Text(f"{rule.title.zh}（{words.zh}）", f"{rule.title.en} ({words.en})")


def needs(action: Action) -> Iterator[Text]:
    """What has to be, or may be, filled in and sent along; causes of return are said elsewhere."""
    if action.reason:
        yield Text("理由（必填）", "the reason (needed)")
    for field in action.fields:
        yield field_line(field)
    for rule in action.files:
        yield file_line(rule)


def told(action: Action) -> Iterator[Text]:
    """Who is told of it."""
    for word in action.tells:
        yield _TOLD.get(word) or posts_with(word)


def consequences(one: MatterType, action: Action) -> Iterator[Text]:
    """What the act does besides leading to a state: the owner, what may follow."""
    if action.assigns:
        yield _ASSIGNED[action.assigns]
    if action.replaced:
        yield Text("已由别的动作代替，页面不再提供", "another act has taken its place; no page offers it any more")
    if action.at_intake:
        yield Text("受理员可以在登记的同时办", "may be done in the same sending as the report, by who takes it in")
    if action.sets:
        fields = quoted_list(field.title for field in action.fields if field.key in action.sets)
        yield Text(f"所填的{fields.zh}记为事项本身的内容", f"what {fields.en} says becomes the matter's own")
    if action.then:
        following = _named(one, action.then)
        yield Text(f"之后只能：{following.zh}", f"only this may follow: {following.en}")


def waits_for(state: State) -> Text:
    """Who is expected to act next."""
    if state.final:
        return Text("已终结", "it has ended")
    return title_of(state.waits_for) if state.waits_for else Text("—", "—")
