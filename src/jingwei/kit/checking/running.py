"""What runs: schema, web, worker, reminders, the outbox, channels, clocks."""

import datetime
import socket
import time
from functools import cache
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.commands.ring import unrung
from jingwei.kernel.matters.self_check.probe import self_check_of
from jingwei.kernel.outbox.waiting import failing, given_up, waiting
from jingwei.kernel.values.words import Text
from jingwei.kit.checking.lines import Line, State, read_sign

LONGEST_SILENCE = 60.0  # seconds since the worker's last round
LONGEST_WAIT = 900.0  # seconds a message may wait; a mail server away for minutes is no failure of the city


@cache
def wanted() -> frozenset[tuple[str, str]]:
    """The migrations that this program brings."""
    return frozenset(MigrationLoader(None).disk_migrations or {})


def missing_migrations() -> int:
    """How many of them the city's tables have not seen. One or two statements."""
    return len(wanted() - set(MigrationRecorder(connection).applied_migrations()))


def worker_age(home: Path, city: str) -> float | None:
    """Seconds since the worker's last round; None where it never made one."""
    try:
        return max(0.0, time.time() - (home / "run" / f"worker-{city}.alive").stat().st_mtime)
    except OSError:
        return None


def schema() -> Line:
    """Whether the tables are those of this program."""
    title, missing = Text("数据库与表结构", "Database and its tables"), missing_migrations()
    if not missing:
        return Line("schema", title, State.OK, Text("数据库正常，表结构是最新的。", "It answers and is up to date."))
    said = Text(f"表结构缺少 {missing} 步升级。", f"{missing} steps of the upgrade are missing.")
    return Line("schema", title, State.FAULT, said, Text("执行 jingwei upgrade。", "Run jingwei upgrade."))


def web(home: Path, city: str) -> Line:
    """Whether the port that the city's web server noted takes connections."""
    title = Text("网页服务", "Web server")
    site = read_sign(home / "run" / f"web-{city}.json")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(str(site.get("host")), str(site.get("host")))  # noqa: S104  # asked
    try:
        port = int(site["port"])
        with socket.create_connection((host, port), timeout=2):
            return Line("web", title, State.OK, Text(f"端口 {port} 正常。", f"Port {port} answers."))
    except (OSError, ValueError, KeyError):
        return Line("web", title, State.FAULT, Text("没有应答。", "It does not answer."), _start("web", city))


def _start(process: str, city: str) -> Text:
    return Text(
        f"执行 jingwei up --city {city}（或启动其 systemd 单元），再看 logs/{process}-{city}.log。",
        f"Run jingwei up --city {city} (or start its systemd unit), then see logs/{process}-{city}.log.",
    )


def worker(home: Path, city: str) -> Line:
    """Whether the worker goes round."""
    title, seconds = Text("后台进程", "Worker"), worker_age(home, city)
    if seconds is not None and seconds <= LONGEST_SILENCE:
        return Line("worker", title, State.OK, Text(f"{seconds:.0f} 秒前有动静。", f"Alive {seconds:.0f} s ago."))
    said = Text("从未运行。", "It never ran.")
    if seconds is not None:
        said = Text(f"已 {seconds:.0f} 秒没有动静。", f"Silent for {seconds:.0f} s.")
    return Line("worker", title, State.FAULT, said, _start("worker", city))


def reminders(scope: Scope) -> Line:
    """The daily self-check. One statement."""
    title, found = Text("提醒自检", "Self-check of reminders"), self_check_of(scope)
    if found.ok:
        return Line("reminders", title, State.OK, Text("提醒链路正常。", "Reminders are seen to arrive."))
    silent = found.state == "silent"
    said = (
        Text("今天没有自检。", "Not checked today.")
        if silent
        else Text("没有按时送达。", "They did not arrive in time.")
    )
    remedy = Text("按“提醒自检”页的步骤办理。", "Follow the steps of the page “Self-check of reminders”.")
    return Line("reminders", title, State.FAULT, said, remedy)


def outbox() -> Line:
    """How long the oldest message has waited. One statement."""
    title, queue = Text("待发消息", "Messages that wait"), waiting()
    said = Text(
        f"{queue.messages} 条在等，最久 {queue.oldest_seconds:.0f} 秒。",
        f"{queue.messages} wait, the oldest for {queue.oldest_seconds:.0f} s.",
    )
    if queue.oldest_seconds <= LONGEST_WAIT:
        return Line("outbox", title, State.OK, said)
    remedy = Text(
        "看后台进程的日志：消息没有丢，恢复后会送达。", "See the worker's log. Nothing is lost: they go out later."
    )
    return Line("outbox", title, State.FAULT, said, remedy)


def dead_letters() -> Line:
    """What was given up. One statement."""
    title, count = Text("未送达的消息", "Messages not delivered"), given_up()
    said = Text(f"{count} 条已放弃。", f"{count} given up.")
    if not count:
        return Line("dead_letters", title, State.OK, said)
    remedy = Text(
        "打开“未送达的消息”页：先排除所列故障，再发一次。",
        "Open the page “Messages not delivered”: mend the fault it names, then send again.",
    )
    return Line("dead_letters", title, State.WARNING, said, remedy)


def channels() -> Line:
    """Channels to the outside with deliveries that failed and are tried again. One statement, from their index."""
    title = Text("对外通道", "Channels to the outside")
    named = ", ".join(f"{channel} ({count})" for channel, count in failing().items())
    if not named:
        return Line("channels", title, State.OK, Text("没有正在失败的发送。", "No delivery is failing."))
    remedy = Text(
        "检查所列通道的网关或邮件服务器，以及 secrets/channel-名称；排除后自动重发。",
        "See to the gateway or mail server of the channels named, and to secrets/channel-NAME;"
        " it is tried again by itself.",
    )
    said = Text(f"发送失败、正在重试：{named}。", f"Failing and tried again: {named}.")
    return Line("channels", title, State.WARNING, said, remedy)


def clocks(now: datetime.datetime) -> Line:
    """Marks of clocks that came and that no worker rang. One statement, from their index."""
    title = Text("到期未响的时限", "Clocks that nobody rang")
    count = unrung(now)
    said = Text(f"{count} 个已过响铃时刻五分钟。", f"{count} are more than five minutes past their mark.")
    if not count:
        return Line("clocks", title, State.OK, said)
    remedy = Text(
        "后台进程停过或跟不上：看它的日志；恢复后会补响，并写明迟了多久。",
        "The worker stood still or is behind: see its log. They ring later, and the record says how late.",
    )
    return Line("clocks", title, State.WARNING, said, remedy)
