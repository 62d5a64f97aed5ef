"""The channels of the outbox: whom a message is for, how it reaches them. Number and link only, no personal data."""

import json
import os
import uuid
from pathlib import Path

from django.core.mail import EmailMessage

from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.commands.scope import Scope
from jingwei.kernel.matters.models import Matter, Party
from jingwei.kernel.matters.receivers import posts_told
from jingwei.kernel.outbox.deliver import Channel, notice_id_bytes
from jingwei.kernel.outbox.models import Message, Notice

_SHOWN = ("number", "action", "type", "clock", "mark", "late")
"""What of a message the inbox keeps: keys and the public number."""


def inbox(scope: Scope) -> Channel:
    """A line in the in-app inbox of every post that is to be told."""

    def deliver(message: Message) -> None:
        matter = Matter.objects.filter(pk=message.stream).first()
        if matter is None:
            return
        for post in posts_told(agencies_of(scope), matter, message.body.get("tells", ())):
            Notice.objects.get_or_create(
                message=message,
                post=post,
                defaults={
                    "id": uuid.UUID(bytes=notice_id_bytes(message, str(post))),
                    "stream": message.stream,
                    "topic": message.topic,
                    "body": {key: message.body[key] for key in _SHOWN if key in message.body},
                    "created_at": message.created_at,
                },
            )

    return deliver


def mail(from_address: str, link: str) -> Channel:
    """A mail to reporters who gave an address: the number and where to look, in both languages."""

    def deliver(message: Message) -> None:
        if "reporter" not in message.body.get("tells", ()):
            return
        for party in Party.objects.filter(matter_id=message.stream, role="reporter"):
            address = party.contact.get("email")
            if address:
                number = message.body["number"]
                body = (
                    f"您反映的事项 {number} 有了新进展，请凭查询码查看：{link}\n\n"
                    f"There is news of your report {number}. Look it up with your code: {link}\n"
                )
                EmailMessage(f"经纬 Jingwei {number}", body, from_address, [address]).send()

    return deliver


def spool(folder: Path) -> Channel:
    """A file a message, for a gateway that fetches them: written whole or not at all, the same name when sent again."""

    def deliver(message: Message) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{message.pk}.json"
        content = {"id": str(message.pk), "topic": message.topic, "stream": str(message.stream), **message.body}
        unfinished = path.with_suffix(".part")
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    return deliver
