"""The spool: messages as files, for a gateway that fetches them."""

import json
import os
from pathlib import Path

from jingwei.kernel.outbox.deliver import Channel
from jingwei.kernel.outbox.models import Message


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
