"""What the city has written down: the ledger, rules in force, next year's calendar, duty rosters."""

import datetime
from pathlib import Path

from jingwei.kernel.agencies.gaps import uncovered, windows
from jingwei.kernel.agencies.models import Roster, Shift
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.ledger.checkpoints import TROUBLES
from jingwei.kernel.ledger.extent import COUNTED, log_extent, signed
from jingwei.kernel.ledger.sample import broken_of_latest
from jingwei.kernel.matters.rules.problems import rules_problems
from jingwei.kernel.subjects.destroying import undone
from jingwei.kernel.values.errors import Conflict
from jingwei.kernel.values.words import Text
from jingwei.kit.checking.lines import Line, State, age, hours_since, read_sign

_VERIFIED_LATE = 8 * 24.0  # hours; verified once a week
_AHEAD = datetime.timedelta(days=7)
_SAMPLE = 200  # entries
_BEHIND = 5_000  # entries
_UNSIGNED = datetime.timedelta(minutes=15)
_NAMED = 5  # rosters; the roster pages show them all


def ledger(home: Path, city: str, now: datetime.datetime) -> Line:
    """The latest entries, looked at here, and the last whole verification, as `jingwei ledger verify` notes it."""
    title, sign = Text("账本", "Ledger"), read_sign(home / "run" / f"verified-{city}.json")
    broken, verified = broken_of_latest(_SAMPLE), hours_since(sign.get("verified_at"), now)
    command = f"jingwei ledger verify --city {city}"
    if broken or sign.get("faults"):
        said = Text(
            f"最近 {_SAMPLE} 条中 {broken} 条不符；上次全面核验 {sign.get('faults', 0)} 处不符。",
            f"{broken} of the latest {_SAMPLE} entries are broken; the last verification found "
            f"{sign.get('faults', 0)}.",
        )
        remedy = Text(
            f"数据库保持原样，先做一份备份，再执行 {command}，按所列行与旧备份比对。",
            f"Leave the database as it is, make a backup, run {command} and compare "
            "the rows it names with older backups.",
        )
        return Line("ledger", title, State.FAULT, said, remedy)
    remedy = Text(f"执行 {command}。", f"Run {command}.")
    if verified is None:
        return Line("ledger", title, State.WARNING, Text("从未全面核验。", "It was never verified as a whole."), remedy)
    said = Text(f"{age(verified).zh}前全面核验无误。", f"Found whole {age(verified).en} ago.")
    if verified > _VERIFIED_LATE:
        return Line("ledger", title, State.WARNING, said, remedy)
    return Line("ledger", title, State.OK, said)


def log(now: datetime.datetime) -> Line:
    """Whether the log over the entries goes on, how much waits for it, what it signed last. Five statements."""
    title, extent, last = Text("账本日志", "Log of the ledger"), log_extent(), signed()
    more = "+" if extent.pending == COUNTED else ""
    said = Text("尚未签发检查点。", "No checkpoint was signed yet.")
    if last.at:
        ago = age((now - last.at).total_seconds() / 3600)
        said = Text(f"{ago.zh}前签发过检查点（{last.size} 条）。", f"{last.size} entries were signed for {ago.en} ago.")
    said = Text(
        f"已编入 {extent.size} 条，{extent.pending}{more} 条在等；{said.zh}",
        f"{extent.size} entries are in it, {extent.pending}{more} wait. {said.en}",
    )
    if extent.trouble:
        said = Text(f"日志停止，不再签发检查点。{said.zh}", f"It stands still; no checkpoint is signed. {said.en}")
        return Line("log", title, State.FAULT, said, TROUBLES[extent.trouble])
    if extent.pending <= _BEHIND and not (last.since and now - last.since > _UNSIGNED):
        return Line("log", title, State.OK, said)
    remedy = Text("后台进程停过或跟不上：看它的日志。", "The worker stood still or is behind: see its log.")
    return Line("log", title, State.WARNING, said, remedy)


def rules(scope: Scope) -> Line:
    """Broken rules, the calendar apart."""
    title = Text("规则", "Rules")
    found = [one for one in rules_problems(scope) if one.kind != "calendar"]
    if not found:
        return Line("rules", title, State.OK, Text("没有失效的规则。", "No rule is broken."))
    said = Text(
        f"{len(found)} 处失效，例如 {found[0].subject}：{found[0].what.zh}。",
        f"{len(found)} are broken, for example {found[0].subject}: {found[0].what.en}.",
    )
    remedy = Text(
        "看 jingwei rules check 或规则页，逐条修改。", "See jingwei rules check or the rulebook's pages; mend each."
    )
    return Line("rules", title, State.FAULT, said, remedy)


def calendar(scope: Scope) -> Line:
    """Whether the holidays of the year that comes within a month are entered."""
    title = Text("下一年日历", "Next year's calendar")
    found = [one for one in rules_problems(scope) if one.kind == "calendar"]
    if not found:
        return Line("calendar", title, State.OK, Text("所需年份已录入。", "The years needed are entered."))
    return Line("calendar", title, State.WARNING, found[0].what, found[0].remedy)


def rosters(scope: Scope) -> Line:
    """Hours of the coming week that no shift covers. Two statements."""
    title, now = Text("值班空缺", "Gaps of duty"), scope.now
    zone = scope.zone
    shifts: dict[object, list[tuple[datetime.datetime, datetime.datetime]]] = {}
    coming = Shift.objects.filter(cancelled=False, from_at__lt=now + _AHEAD, until_at__gt=now)
    for roster, begins, ends in coming.values_list("roster_id", "from_at", "until_at"):
        shifts.setdefault(roster, []).append((begins, ends))
    gaps = {
        roster.code: len(uncovered(windows(roster.covers, zone, now, now + _AHEAD), shifts.get(roster.pk, [])))
        for roster in Roster.objects.filter(closed_at=None).order_by("code")
    }
    wanting = [f"{code} ({count})" for code, count in gaps.items() if count]
    if not wanting:
        return Line(
            "rosters", title, State.OK, Text("未来七天都有人值班。", "Somebody is on duty all the coming week.")
        )
    named = ", ".join(wanting[:_NAMED]) + (" …" if len(wanting) > _NAMED else "")
    said = Text(
        f"未来七天 {len(wanting)} 张值班表有空缺（处数）：{named}",
        f"{len(wanting)} rosters have gaps in the coming week (so many): {named}",
    )
    return Line(
        "rosters", title, State.WARNING, said, Text("在值班表页补排班次。", "Plan shifts on the roster's page.")
    )


def erasures() -> Line:
    """Erasures that a restore has undone: of the city, or of the key database. Three statements, one of them there."""
    title = Text("清除的个人信息", "Erased personal data")
    try:
        count = undone()
    except Conflict as away:
        remedy = Text("先恢复密钥库的连接（运维指南）。", "See to the key database first (operations guide).")
        return Line("erasures", title, State.FAULT, away.reason, remedy)
    if count == 0:
        return Line("erasures", title, State.OK, Text("已清除的没有再出现。", "Nothing erased has come back."))
    said = Text(f"恢复备份后，{count} 项清除已失效。", f"A restore has brought back what {count} erasures removed.")
    remedy = Text("立即执行 jingwei upgrade：它会重新清除。", "Run jingwei upgrade now: it erases them again.")
    return Line("erasures", title, State.FAULT, said, remedy)
