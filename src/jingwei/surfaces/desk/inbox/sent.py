"""What became of each message of a matter: over which channel, when, and whether it was seen."""

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.outbox.models import Delivery, Notice
from jingwei.kernel.rulebook.snapshot import rules_of
from jingwei.kernel.values.words import Text
from jingwei.surfaces.desk.inbox.queries import told

_MOST = 40
_INBOX = Text("收件箱", "Inbox")
_SEEN, _UNSEEN = Text("已看", "seen"), Text("未看", "not seen yet")
_STATES: Mapping[str, Text] = {
    Delivery.QUEUED: Text("待发送", "waiting"),
    Delivery.SENT: Text("已发送", "sent"),
    Delivery.FAILED: Text("发送失败", "failed"),
    Delivery.DROPPED: Text("已无需发送", "no longer needed"),
}
AUDIENCES: Mapping[str, Text] = {
    "staff": Text("工作人员", "staff"),
    "reporter": Text("上报人", "whoever reported"),
    Delivery.PARTNER: Text("合作系统", "another system"),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """One message over one channel."""

    at: datetime.datetime
    channel: Text
    who: Text
    what: Text
    state: Text
    tries: int
    error: str


def sent_of(scope: Scope, stream: uuid.UUID) -> tuple[Sent, ...]:
    """The latest lines of inboxes and deliveries of a matter, the newest first. Two statements."""
    posts = agencies_of(scope).posts
    lines = [
        Sent(
            one.created_at,
            _INBOX,
            posts[one.post].title if one.post in posts else Text("", ""),
            told(one),
            _SEEN if one.read_at else _UNSEEN,
            0,
            "",
        )
        for one in Notice.objects.filter(stream=stream).order_by("-created_at")[:_MOST]
    ]
    titles = {
        name: Text(dated.content["title"]["zh"], dated.content["title"]["en"])
        for name, dated in rules_of(scope).all_of("channel", scope.today).items()
    }
    for one in Delivery.objects.filter(stream=stream).select_related("message").order_by("-created_at")[:_MOST]:
        title = titles.get(one.channel, Text(one.channel, one.channel))
        state, at = _STATES[one.state], one.sent_at or one.created_at
        what = told(Notice(topic=one.message.topic, body=one.message.body))
        lines.append(Sent(at, title, AUDIENCES[one.audience], what, state, one.tries, one.error))
    return tuple(sorted(lines, key=lambda line: line.at, reverse=True)[:_MOST])
