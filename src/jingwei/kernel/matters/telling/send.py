"""Sending what is queued: claimed with SKIP LOCKED, each under its own key, within quotas, with growing pauses."""

import datetime
import logging
import smtplib
import time
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.mail import EmailMessage
from django.db import connection, transaction

from jingwei.kernel.agencies.models import Account, Person
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.matters.models import Matter, Party
from jingwei.kernel.matters.telling.route import address_of
from jingwei.kernel.matters.telling.timing import room_for
from jingwei.kernel.outbox.adapters import Adapter
from jingwei.kernel.outbox.events import event_of, send_event
from jingwei.kernel.outbox.gateway import Letter, NotSent, send_http
from jingwei.kernel.outbox.models import Delivery, Preference
from jingwei.kernel.sealing import revealed
from jingwei.kernel.values.errors import Conflict

log = logging.getLogger("jingwei.telling")

_SENDER = system("sender", "matter.read")
LEASE = datetime.timedelta(seconds=75)
"""How long a claimed delivery is left alone, anew before each letter: longer than any gateway may take to answer, and
no longer than that does a worker hold it that was killed while it sent."""

MOST_TRIES = 8
"""Pauses double from half a minute: given up, and shown to operators, after about two hours."""

_PAUSE = datetime.timedelta(seconds=30)
_LONGEST_PAUSE = datetime.timedelta(hours=6)
_MOST_TRIES_OF_SYSTEMS = 17
"""A system that is away for a weekend is told all the same: given up after about two and a half days."""
_RENEWED_AFTER = datetime.timedelta(seconds=5)
_CLAIM = """UPDATE outbox_delivery SET try_at = %(until)s WHERE id IN (
SELECT id FROM outbox_delivery WHERE try_at <= %(now)s ORDER BY urgent DESC, try_at, id LIMIT %(most)s
FOR UPDATE SKIP LOCKED) RETURNING id"""


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs from the installation: where links lead, whom mail is from, secrets, allowed hosts."""

    site: str  # address of the site without a slash at the end; "" where none was given
    mail_from: str
    secret: Callable[[str], str]  # of a channel; raises OSError
    gateways: Collection[str]  # hosts of the own network that may be spoken to
    away: set[str] = field(default_factory=set)  # channels that did not answer in this round


def send_queued(adapters: Mapping[str, Adapter], post: Post, now: datetime.datetime, most: int = 40) -> int:
    """One round: claims what is due and sends it, receiver by receiver. Gives how many deliveries were looked at."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + LEASE, "most": most})
        claimed = [row[0] for row in cursor.fetchall()]
    held, groups = _Held(claimed, now), dict[tuple[str, uuid.UUID], list[Delivery]]()
    rows = Delivery.objects.filter(pk__in=claimed).select_related("message")
    for row in rows.order_by("-urgent", "created_at", "id"):
        groups.setdefault((row.channel, row.receiver), []).append(row)
    post.away.clear()
    for (channel, _), group in groups.items():
        _Round(adapters.get(channel), post, now, held).send(_still_wanted(group))
    return len(claimed)


class _Held:
    """The deliveries of a round that are still to be sent, kept from other workers while this one lives."""

    def __init__(self, claimed: Collection[uuid.UUID], now: datetime.datetime) -> None:
        self._left, self._now, self._began = set(claimed), now, time.monotonic()
        self._until = now + LEASE

    def renew(self, sent: Collection[uuid.UUID]) -> None:
        """These are sent now: holds them and all that are left anew, once a part of the last lease has passed."""
        now = self._now + datetime.timedelta(seconds=time.monotonic() - self._began)
        if self._until - now < LEASE - _RENEWED_AFTER:
            ours = Delivery.objects.filter(pk__in=self._left, try_at=self._until)  # not what is put off or dropped
            self._until = now + LEASE
            ours.update(try_at=self._until)
        self._left -= set(sent)


def _still_wanted(rows: Sequence[Delivery]) -> list[Delivery]:
    """A reminder of a matter that has ended meanwhile tells nobody anything; whoever was erased is not told."""
    reminders = [row.stream for row in rows if _is_reminder(row)]
    ended: set[uuid.UUID] = set()
    if reminders:
        with reading(_SENDER):
            ended.update(Matter.objects.filter(pk__in=reminders, closed_at__isnull=False).values_list("pk", flat=True))
    reporters = [row.receiver for row in rows if row.audience == "reporter"]
    erased: set[uuid.UUID] = set()
    if reporters:
        with reading(_SENDER):
            gone = Party.objects.filter(pk__in=reporters, erased__isnull=False)
            erased.update(one.pk for one in gone if not one.left_contact)
    kept = []
    for row in rows:
        if (_is_reminder(row) and row.stream in ended) or row.receiver in erased:
            Delivery.objects.filter(pk=row.pk).update(state=Delivery.DROPPED, try_at=None)
        else:
            kept.append(row)
    return kept


def _is_reminder(row: Delivery) -> bool:
    """Whether it reminds a person; a system is told of everything that happened, in whatever order it can take it."""
    return row.message.topic == "matter.clock_rang" and row.audience != Delivery.PARTNER


@dataclass(frozen=True, slots=True)
class _Round:
    """The deliveries of one receiver over one channel in this round."""

    adapter: Adapter | None
    post: Post
    now: datetime.datetime
    held: _Held

    def send(self, rows: Sequence[Delivery]) -> None:
        """The urgent ones at once; the rest as far as the quota goes, its last place saying how many more there are."""
        for row in (row for row in rows if row.urgent):
            self._one([row])
        rest = [row for row in rows if not row.urgent]
        if not rest:
            return
        room = room_for(self.adapter, self._sent_to(rest[0]), self.now, len(rest)) if self.adapter else None
        left = room.left if room else len(rest)
        if room is not None and left == 0:
            Delivery.objects.filter(pk__in=[row.pk for row in rest]).update(
                try_at=max(room.opens_at, self.now + _PAUSE)
            )
            return
        alone = rest if left >= len(rest) else rest[: left - 1]
        for row in alone:
            self._one([row])
        if len(alone) < len(rest):
            self._one(rest[len(alone) :])

    def _sent_to(self, row: Delivery) -> list[datetime.datetime]:
        since = self.now - datetime.timedelta(days=1)
        sent = Delivery.objects.filter(
            channel=row.channel, receiver=row.receiver, sent_at__gt=since, within=None, urgent=False
        )
        return [at for at in sent.order_by("-sent_at").values_list("sent_at", flat=True) if at is not None]

    def _one(self, rows: Sequence[Delivery]) -> None:
        """One letter for these deliveries, carried by the first. The record follows the sending, so none is lost."""
        first, others = rows[0], rows[1:]
        keys = [row.pk for row in rows]
        self.held.renew(keys)
        try:
            self._letter(first, len(others))
        except NotSent as fault:
            self._failed(rows, fault)
            return
        Delivery.objects.filter(pk__in=keys[1:]).update(within=first.pk)
        Delivery.objects.filter(pk__in=keys).update(state=Delivery.SENT, sent_at=self.now, try_at=None, error="")

    def _letter(self, row: Delivery, more: int) -> None:
        adapter = self.adapter
        if adapter is None:
            raise NotSent("the rulebook has no such channel any more")
        if adapter.name in self.post.away:
            raise NotSent("the gateway did not answer a moment ago", away=True)
        if adapter.kind == "webhook":
            send_event(adapter, event_of(row, self.post.site), self._secret(adapter), self.post.gateways)
            return
        address, language = _address_of(row, adapter)
        letter = _written(row, more, self.post.site, language)
        if adapter.kind == "mail":
            _send_mail(letter, address, self.post.mail_from)
            return
        secret = self._secret(adapter) if adapter.asks_secret else ""
        send_http(adapter, letter, address, secret, self.post.gateways)

    def _secret(self, adapter: Adapter) -> str:
        try:
            return self.post.secret(adapter.name)
        except OSError as error:
            raise NotSent(f"the secret of {adapter.name} cannot be read") from error

    def _failed(self, rows: Sequence[Delivery], fault: NotSent) -> None:
        waited = self.adapter is not None and self.adapter.name in self.post.away
        if fault.away and self.adapter is not None:
            self.post.away.add(self.adapter.name)
        for row in rows:
            tries = row.tries if waited else row.tries + 1
            given_up = tries >= (_MOST_TRIES_OF_SYSTEMS if row.audience == Delivery.PARTNER else MOST_TRIES)
            log.warning("delivery %s over %s not sent, try %s: %s", row.pk, row.channel, tries, fault)
            Delivery.objects.filter(pk=row.pk).update(
                tries=tries,
                state=Delivery.FAILED if given_up else Delivery.QUEUED,
                try_at=None if given_up else self.now + min(_PAUSE * 2**tries, _LONGEST_PAUSE),
                error=str(fault)[:300],
            )


def _address_of(row: Delivery, adapter: Adapter) -> tuple[str, str]:
    """Where it goes, and in which language; looked up only now, so that no queue holds an address. Raises NotSent."""
    if row.audience == "reporter":
        with reading(_SENDER):
            party = Party.objects.filter(pk=row.receiver).first()
        try:
            found, language = (address_of(revealed(party), adapter) if party else ""), ""
        except Conflict as error:
            raise NotSent("the address cannot be opened: no key can be had", away=True) from error
    else:
        person = Person.objects.filter(pk=row.receiver, active=True).first()
        account = Account.objects.filter(pk=person.account_id).first() if person and person.account_id else None
        language = account.language if account else "zh-hans"
        found = _of_person(person, account, adapter) if person else ""
    if not found and adapter.address != "none":
        raise NotSent(f"the receiver has given no {adapter.address} address")
    return found, language


def _of_person(person: Person, account: Account | None, adapter: Adapter) -> str:
    """The address that the person entered for this channel goes before the one on file."""
    wish = Preference.objects.filter(person=person.pk).first()
    own = str(wish.addresses.get(adapter.name, "")) if wish else ""
    on_file = {"phone": person.phone, "email": account.email if account else ""}
    return own or on_file.get(adapter.address, "")


def _number_of(row: Delivery) -> str:
    """A reporter reads the number of the report made, never that of the matter it was merged into."""
    if row.audience == "reporter":
        with reading(_SENDER):
            return Party.objects.select_related("matter").get(pk=row.receiver).matter.number
    return str(row.message.body.get("number", ""))


def _written(row: Delivery, more: int, site: str, language: str) -> Letter:
    """Number and link, in the receiver's language; in both where it is not known."""
    number = _number_of(row)
    if row.audience == "staff" and not number:
        return _of_login(row, site, language)
    path = "/follow/" if row.audience == "reporter" else "/inbox/" if more else f"/matters/{number}/"
    link = f"{site}{path}" if site else ""
    zh = (
        f"【经纬】事项 {number} 有新消息"
        + (f"，收件箱中另有 {more} 条" if more else "")
        + (f"：{link}" if link else "。")
    )
    en = f"Jingwei: news of matter {number}" + (f", and {more} more in your inbox" if more else "")
    en += f": {link}" if link else "."
    text = zh if language.startswith("zh") else en if language else f"{zh}\n{en}"
    return Letter(str(row.pk), number, link, more, text)


def _of_login(row: Delivery, site: str, language: str) -> Letter:
    """News of the receiver's own login, which names no matter."""
    link = f"{site}/inbox/" if site else ""
    zh, en = "【经纬】您的登录有变动，请到收件箱查看", "Jingwei: your sign-in was changed, see your inbox"
    zh, en = (f"{zh}：{link}", f"{en}: {link}") if link else (f"{zh}。", f"{en}.")
    return Letter(str(row.pk), "", link, 0, zh if language.startswith("zh") else en)


def _send_mail(letter: Letter, address: str, mail_from: str) -> None:
    domain = mail_from.rpartition("@")[2].rstrip(">") or "localhost"
    headers = {"Message-ID": f"<{letter.id}@{domain}>", "Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(
            f"经纬 Jingwei {letter.number}".strip(), letter.text + "\n", mail_from, [address], headers=headers
        ).send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        raise NotSent(f"the mail server refused it ({type(error).__name__})") from error
    except OSError as error:
        raise NotSent(f"the mail server did not answer ({type(error).__name__})", away=True) from error
