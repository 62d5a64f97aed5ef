"""Everything a declaration says, in the order in which people ask for it."""

from collections.abc import Iterable, Iterator

from jingwei.kernel.matters.types import Action, ClockRule, Extends, Field, MatterType, Retention, State, TaskRule
from jingwei.kernel.values.grants import title_of
from jingwei.kernel.values.words import Text
from jingwei.kit.handbook.parts import Entry, Facts, Handbook, Lines, Section, Table, facts, joined, quoted_list
from jingwei.kit.handbook.wording import (
    BY_SYSTEM,
    conditions,
    consequences,
    field_line,
    file_line,
    kind_of,
    led_from,
    marks_of,
    needs,
    posts_with,
    told,
    waits_for,
    who,
)

_CONFIDENTIALITY = {
    "public": Text("公开", "public"),
    "internal": Text("内部：范围内的工作人员", "internal: staff in whose scope it lies"),
    "personal": Text("含个人信息：范围内的工作人员", "personal data: staff in whose scope it lies"),
    "mediation": Text("调解保密", "mediation, confidential"),
    "tip": Text("举报保密", "a tip, confidential"),
    "sealed": Text("封存", "sealed"),
}
_CLASSES = {
    "any": Text("目录中的所有类别", "all classes of the catalogue"),
    "general": Text("目录中不专属于某类事项的类别", "classes of the catalogue that belong to no type"),
    "own": Text("目录中专属于这类事项的类别", "classes of the catalogue that belong to this type"),
}
_NAMED = Text("由上报的人写明，不按派单规则", "named by whoever reports it, not by the routing rules")
_PARTIES = {"reporter": Text("上报人", "whoever reported it")}
_NONE = (Text("—", "—"),)
_REACHABLE = Text("只在有诉求人、联系得上时计时", "only where somebody who reported can be reached")
_RULEBOOK = Text(
    "天数、计日方法（工作日、自然日、工作时、连续计时）、暂停上限和可延期次数由本市规则库按类别和情形规定；没有规定的不计时。",
    "Its length, kind of days (working, natural, working time, elapsed), how long it may be paused and how often "
    "extended are values of the city's rulebook, by category and condition; where nothing is set, nothing is counted.",
)


def handbook_of(one: MatterType) -> Handbook:
    """The page of a type."""
    sections = (_states(one), _acts(one), _returns(one), _tasks(one), _clocks(one), _fields(one), _grants(one))
    return Handbook(one.key, one.version, one.title, _facts(one), tuple(part for part in sections if part))


def _facts(one: MatterType) -> Facts:
    supervising = posts_with(one.escalates_to)
    everybody = [Text("公众", "residents")] if one.public else []
    return facts(
        (Text("依据", "Legal basis"), [Text(one.basis, one.basis_en or one.basis)]),
        (Text("谁可以上报", "Who may report it"), [*everybody, posts_with(one.report_grant)]),
        (Text("承办单位", "Unit"), [_NAMED] if one.names_unit else []),
        (Text("类别", "Classes"), [_CLASSES[one.classes]]),
        (Text("当事人", "Parties"), [_PARTIES.get(key, Text(key, key)) for key in one.parties]),
        (
            Text("可看当事人联系方式", "May read how its parties are reached"),
            [posts_with(grant) for grant in one.calls] if one.parties else [],
        ),
        (Text("保密", "Confidentiality"), [_CONFIDENTIALITY[one.confidentiality]]),
        (Text("办结后保存", "Kept after closing"), [_kept(one, term) for term in one.retention]),
        (
            Text("没人办时告知", "Told when nobody acts"),
            [Text(f"{supervising.zh}，由近到远", f"{supervising.en}, the nearest first")],
        ),
        (Text("声明版本", "Version of the declaration"), [Text(str(one.version), str(one.version))]),
    )


def _kept(one: MatterType, term: Retention) -> Text:
    plural = "s" if term.years > 1 else ""
    years = Text(f"{term.years} 年（{term.basis.zh}）", f"{term.years} year{plural} ({term.basis.en})")
    if not term.results:
        return years
    titles = [one.state(result).title for result in term.results]
    zh, en = "、".join(title.zh for title in titles), ", ".join(title.en for title in titles)
    return Text(f"{zh}：{years.zh}", f"{en}: {years.en}")


def _states(one: MatterType) -> Section:
    heads = (
        Text("状态", "State"),
        Text("上报人看到的", "What the reporter reads"),
        Text("等谁办", "Waits for"),
        Text("可以办什么 → 到哪里（谁）", "What may be done → leading to (by whom)"),
    )
    always = acts_of_every_state(one)
    rows = [
        (
            (state.title,),
            (state.public_title or state.title,),
            (waits_for(state),),
            tuple(_open(one, state, [] if state.final else always)) or _NONE,
        )
        for state in one.states
    ]
    if always:
        every = Text("任何未办结的状态", "Every open state")
        rows.append(((every,), _NONE, _NONE, tuple(_opened(one, action, "") for action in always)))
    lead = Text(
        "每个状态下没有列出的动作一律不能办，系统会说明理由。",
        "What is not listed for a state cannot be done in it; the refusal says why.",
    )
    return Section(key="states", title=Text("状态", "States"), lead=lead, table=Table(heads, tuple(rows)))


def acts_of_every_state(one: MatterType) -> list[Action]:
    """The acts that may be done in every open state, where there are several: told once."""
    open_states = {state.key for state in one.states if not state.final}
    return [action for action in one.actions if len(open_states) > 1 and open_states <= set(action.begins)]


def _open(one: MatterType, state: State, told_once: list[Action]) -> Iterator[Text]:
    for action in one.actions:
        if state.key in action.begins and action not in told_once:
            yield _opened(one, action, state.key)
    for task in one.tasks:
        if state.key in task.begins:
            title, by = task.title, _by(task.grant)
            yield Text(f"交办任务“{title.zh}”（{by.zh}）", f"ask for the task “{title.en}” ({by.en})")


def _opened(one: MatterType, action: Action, begins: str) -> Text:
    to = one.state(action.ends).title if action.ends and action.ends != begins else None
    title, by = action.title, _by(action.grant, system_only=action.system_only)
    return Text(
        f"{title.zh}{f' → {to.zh}' if to else ''}（{by.zh}）", f"{title.en}{f' → {to.en}' if to else ''} ({by.en})"
    )


def _by(grant: str, *, system_only: bool = False) -> Text:
    title = title_of(grant)
    return BY_SYSTEM if system_only else Text(f"权限：{title.zh}", f"grant: {title.en}")


def _acts(one: MatterType) -> Section:
    entries = tuple(Entry(action.key, action.title, _act(one, action)) for action in one.actions)
    return Section(key="acts", title=Text("动作", "Acts"), entries=entries)


def _act(one: MatterType, action: Action) -> Facts:
    return facts(
        (Text("从哪里到哪里", "From and to"), [led_from(one, action)]),
        (Text("谁", "Who"), [who(action)]),
        (Text("条件", "Conditions"), conditions(one, action)),
        (Text("要填、要附", "To be filled in and sent"), needs(action)),
        (Text("结果", "What follows"), consequences(one, action)),
        (Text("计时", "Clocks"), _turned(one, action)),
        (Text("告知", "Told"), told(action)),
    )


def _turned(one: MatterType, action: Action) -> Iterator[Text]:
    clocks = {clock.key: clock.title for clock in one.clocks}
    for word, keys in (
        (Text("停止", "stops"), action.stops),
        (Text("暂停", "pauses"), action.pauses),
        (Text("恢复", "resumes"), action.resumes),
        (Text("开始", "starts"), action.starts),
    ):
        if keys:
            named = quoted_list(clocks[key] for key in keys)
            yield Text(f"{word.zh}{named.zh}", f"{word.en} {named.en}")
    if action.extends:
        yield _extension(one, action.extends)
    if action.promises:
        title = clocks[action.promises.clock]
        day = _field_title(one, action.promises.field)
        yield Text(
            f"“{title.zh}”到“{day.zh}”所填的那一天结束为止（已超期的不变）",
            f"“{title.en}” is due at the end of the day that “{day.en}” names (not where it is late already)",
        )
    if action.renews:
        title, share = clocks[action.renews.clock], action.renews.percent
        yield Text(
            f"“{title.zh}”重新起算，为原时限的 {share}%（已超期的不重新起算）",
            f"“{title.en}” has a new term of {share} % of the first (not where it is late already)",
        )


def _extension(one: MatterType, extends: Extends) -> Text:
    title = next(clock.title for clock in one.clocks if clock.key == extends.clock)
    by = Text(f"原时限的 {extends.percent}%", f"{extends.percent} % of the first limit")
    if extends.field:
        asked = _field_title(one, extends.field)
        by = Text(f"所填的“{asked.zh}”", f"what “{asked.en}” says")
    return Text(
        f"延长“{title.zh}”：{by.zh}，合计不超过原时限，届满后不能延长",
        f"extends “{title.en}” by {by.en}; never by more than the first limit in all, never once it has passed",
    )


def _field_title(one: MatterType, key: str) -> Text:
    return next(field.title for action in one.actions for field in action.fields if field.key == key)


def _returns(one: MatterType) -> Section | None:
    if not one.returns:
        return None
    heads = (
        Text("动作", "Act"),
        Text("谁", "Who"),
        Text("从哪里到哪里", "From and to"),
        Text("原因（只限这些）", "Causes (these only)"),
        Text("条件与次数", "Conditions, how often"),
        Text("之后", "What follows"),
    )
    rows = tuple(
        (
            (action.title,),
            (who(action),),
            (led_from(one, action),),
            tuple(title for _, title in action.causes),
            tuple(conditions(one, action)) or _NONE,
            tuple(consequences(one, action)) or _NONE,
        )
        for action in one.returns
    )
    return Section(key="returns", title=Text("退回矩阵", "Return matrix"), table=Table(heads, rows))


def _tasks(one: MatterType) -> Section | None:
    if not one.tasks:
        return None
    entries = tuple(Entry(task.role, task.title, _task(one, task)) for task in one.tasks)
    lead = Text(
        "主办单位不变，另请别的单位或岗位办一件事；被请的单位由此看得到这件事项。",
        "Something asked of another unit or post while the lead unit stays; the unit asked sees the matter then.",
    )
    return Section(key="tasks", title=Text("任务", "Tasks"), lead=lead, entries=entries)


def _task(one: MatterType, task: TaskRule) -> Facts:
    limit = Text(
        f"由规则库的“{task.limit}”时限规定；没有规定的不计时",
        f"set by the limit “{task.limit}” of the rulebook; where nothing is set, nothing is counted",
    )
    return facts(
        (Text("何时可以交办", "May be asked for in"), [one.state(key).title for key in task.begins]),
        (Text("谁交办", "Who asks"), [posts_with(task.grant)]),
        (Text("谁答复", "Who answers"), [posts_with(task.answers)]),
        (Text("交办时填", "Filled in when asking"), map(field_line, task.fields)),
        (Text("答复时填", "Filled in when answering"), map(field_line, task.result)),
        (Text("拒接的原因（只限这些）", "Causes to refuse (these only)"), [title for _, title in task.refusals]),
        (Text("时限", "Limit"), [limit] if task.limit else []),
        (
            Text("办完之前不能办", "Bars until settled"),
            [action.title for action in one.actions if action.key in task.blocks],
        ),
    )


def _clocks(one: MatterType) -> Section | None:
    if not one.clocks:
        return None
    entries = tuple(Entry(clock.key, clock.title, _clock(one, clock)) for clock in one.clocks)
    return Section(key="clocks", title=Text("时限与计时", "Limits and clocks"), lead=_RULEBOOK, entries=entries)


def _clock(one: MatterType, clock: ClockRule) -> Facts:
    reported = [Text("上报", "the report")] if clock.key in one.starts else []
    kind = Text("办理时限", "a limit")
    if clock.measures_due:
        kind = Text("整件事项的到期时刻", "the due moment of the whole matter")
        if len(one.due_clocks) > 1:
            kind = Text("事项在这一段的到期时刻", "the due moment of the matter in this stage")
    elif clock.window:
        kind = Text("办结后的一段时间，不由动作开始", "a time after the closing; no act starts it")

    def by(acts: Iterable[Action]) -> Lines:
        titles = [action.title for action in acts]
        return (joined(titles, "／", " / "),) if titles else ()

    acts = one.actions
    return facts(
        (Text("性质", "What it is"), [kind]),
        (Text("何时计时", "When it runs"), [_REACHABLE] if clock.reachable else []),
        (Text("开始", "Started by"), [*reported, *by(act for act in acts if clock.key in act.starts)]),
        (Text("停止", "Stopped by"), by(act for act in acts if clock.key in act.stops)),
        (Text("暂停", "Paused by"), by(act for act in acts if clock.key in act.pauses)),
        (Text("恢复", "Resumed by"), by(act for act in acts if clock.key in act.resumes)),
        (Text("延长", "Extended by"), by(act for act in acts if act.extends and act.extends.clock == clock.key)),
        (Text("重新起算", "Renewed by"), by(act for act in acts if act.renews and act.renews.clock == clock.key)),
        (
            Text("由所填日期规定", "Set to a day named by"),
            by(act for act in acts if act.promises and act.promises.clock == clock.key),
        ),
        (Text("届满前才能办", "Only before it has passed"), by(act for act in acts if act.within == clock.key)),
        (Text("届满后才能办", "Only once it has passed"), by(act for act in acts if act.past == clock.key)),
    )


def _fields(one: MatterType) -> Section | None:
    if not one.fields and not one.files:
        return None
    heads = (Text("上报时的内容", "What a report holds"), Text("填什么", "What it takes"), Text("说明", "Notes"))
    rows = [_field(field) for field in one.fields]
    rows += [((rule.title,), (file_line(rule),), (rule.hint,) if rule.hint else _NONE) for rule in one.files]
    return Section(key="fields", title=Text("上报内容", "The report"), table=Table(heads, tuple(rows)))


def _field(field: Field) -> tuple[Lines, ...]:
    notes = [*marks_of(field), *([field.hint] if field.hint else [])]
    return (field.title,), (kind_of(field),), tuple(notes) or _NONE


def grants_of(one: MatterType) -> list[str]:
    """Every grant that people need for something of the type, in the order of the declaration."""
    acts = [action.grant for action in one.actions if not action.system_only]
    tasks = [grant for task in one.tasks for grant in (task.grant, task.answers)]
    return list(dict.fromkeys([one.report_grant, *acts, *tasks]))


def _grants(one: MatterType) -> Section:
    heads = (Text("权限", "Grant"), Text("等它办的状态", "States that wait for it"), Text("能办什么", "What it allows"))
    rows = tuple(((title_of(grant),), _waiting(one, grant), tuple(_allowed(one, grant))) for grant in grants_of(one))
    return Section(key="grants", title=Text("谁能办什么", "Who may do what"), table=Table(heads, rows))


def _waiting(one: MatterType, grant: str) -> Lines:
    return tuple(state.title for state in one.states if state.waits_for == grant) or _NONE


def _allowed(one: MatterType, grant: str) -> Iterator[Text]:
    if grant == one.report_grant:
        yield Text("上报", "report it")
    acts = [action.title for action in one.actions if action.grant == grant and not action.system_only]
    if acts:
        yield joined(acts, "／", " / ")
    for task in one.tasks:
        if task.grant == grant:
            yield Text(f"交办任务“{task.title.zh}”", f"ask for the task “{task.title.en}”")
        if task.answers == grant:
            yield Text(f"答复任务“{task.title.zh}”", f"answer the task “{task.title.en}”")
