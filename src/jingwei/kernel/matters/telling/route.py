"""Routing a message: a line in the inbox of each post, or of one person, and a delivery for each channel outside."""

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from jingwei.kernel.agencies.duty import exercising, on_duty
from jingwei.kernel.agencies.snapshot import agencies_of
from jingwei.kernel.clocks.calendars import WorkCalendar
from jingwei.kernel.clocks.running import calendar_of
from jingwei.kernel.commands.scope import Scope, as_uuid, begin
from jingwei.kernel.matters.kin import hearers
from jingwei.kernel.matters.models import Matter, Party
from jingwei.kernel.matters.policies import READ
from jingwei.kernel.matters.receivers import posts_told
from jingwei.kernel.matters.telling.timing import first_allowed
from jingwei.kernel.outbox.adapters import MAIL, Adapter
from jingwei.kernel.outbox.deliver import Channel, notice_id_bytes
from jingwei.kernel.outbox.models import Delivery, Message, Notice, Preference
from jingwei.kernel.rulebook.snapshot import CITY_CALENDAR, rules_of
from jingwei.kernel.rulebook.training import training_of
from jingwei.kernel.sealing import AWAY, shown

LIFE_AND_DANGER = "U1"
"""The urgency whose messages go at once to whoever is on duty, whatever the hour (event catalogue, 3)."""

_SHOWN = ("number", "action", "type", "clock", "mark", "late", "task", "answer")
"""What of a message the inbox keeps: keys and the public number."""


def adapters_of(scope: Scope, *, mail: bool) -> dict[str, Adapter]:
    """The channels of the rulebook, by name, and the standard one of `mail` where the installation has a server. A
    training city has none, whatever its rulebook says: nothing that somebody tries there reaches anybody."""
    if training_of(scope) is not None:
        return {}
    found = rules_of(scope).all_of("channel", scope.today)
    described = {name: Adapter.of(name, dated.content) for name, dated in found.items()}
    return {MAIL.name: MAIL, **described} if mail else described


def router(scope: Scope, adapters: Iterable[Adapter]) -> Channel:
    """Gives each message its receivers. Seen again after a kill, it makes the same lines and deliveries, once."""
    calendar = calendar_of(rules_of(scope), CITY_CALENDAR, scope.today)
    every, now = tuple(adapters), scope.now
    known = tuple(one for one in every if one.tells_people)
    webhooks = tuple(one for one in every if not one.tells_people)

    def deliver(message: Message) -> None:
        begin(scope.actor, now, read_only=False)  # the round's own transaction, not the one that `scope` was read in
        matter = Matter.objects.filter(pk=message.stream).first()
        if matter is None:
            _tell_person(_Run(message, calendar, now), known)
            return
        posts = posts_told(agencies_of(scope), matter, message.body.get("tells", ()))
        at_once = on_duty(scope, matter.area_lft, now) if posts and is_urgent(scope, matter) else ()
        everyone = sorted({*posts, *(one.post for one in at_once)})
        Notice.objects.bulk_create([_notice(message, post) for post in everyone], ignore_conflicts=True)
        run = _Run(message, calendar, now)
        if webhooks:
            told_systems = _to_partners(scope, run, webhooks, matter)
            Delivery.objects.bulk_create(told_systems, ignore_conflicts=True)
        if known:
            urgent = {one.person for one in at_once} if at_once else None
            told = _persons(run, posts, urgent, is_urgent(scope, matter))
            deliveries = [*_to_staff(run, known, told), *_to_reporters(run, known, matter)]
            Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)

    return deliver


def _tell_person(run: "_Run", adapters: Sequence[Adapter]) -> None:
    """What is about somebody's own login, and about no matter: a line in the own inbox, and at once over each channel.
    Nothing for a message about anything else."""
    person = as_uuid(str(run.message.body.get("person", "")))
    if person is not None:
        Notice.objects.bulk_create([_notice(run.message, person)], ignore_conflicts=True)
        Delivery.objects.bulk_create(_to_staff(run, adapters, {person: True}), ignore_conflicts=True)


def is_urgent(scope: Scope, matter: Matter) -> bool:
    """Whether the matter's class is one of life and danger."""
    known = rules_of(scope).categories(scope.today).get(matter.category)
    return known is not None and known.urgency == LIFE_AND_DANGER


def _persons(
    run: "_Run", posts: Sequence[uuid.UUID], on_duty_now: Collection[uuid.UUID] | None, urgent: bool
) -> dict[uuid.UUID, bool]:
    """Each person who exercises one of these posts now, stand-ins included, and whether it is told at once.

    Where it is urgent, whoever is on duty is; without a duty roster for the place, everybody whom the message means.
    """
    persons = {one.person: urgent and on_duty_now is None for one in exercising(posts, run.now)}
    return {**persons, **dict.fromkeys(on_duty_now or (), True)}


def _notice(message: Message, post: uuid.UUID) -> Notice:
    return Notice(
        id=uuid.UUID(bytes=notice_id_bytes(message, str(post))),
        message=message,
        post=post,
        stream=message.stream,
        topic=message.topic,
        body={key: message.body[key] for key in _SHOWN if key in message.body},
        created_at=message.created_at,
    )


@dataclass(frozen=True, slots=True)
class _Run:
    message: Message
    calendar: WorkCalendar
    now: datetime.datetime

    def delivery(
        self, adapter: Adapter, audience: str, receiver: uuid.UUID, at: datetime.datetime, urgent: bool
    ) -> Delivery:
        key = notice_id_bytes(self.message, f"{adapter.name}:{audience}:{receiver}")
        return Delivery(
            id=uuid.UUID(bytes=key),
            message=self.message,
            stream=self.message.stream,
            channel=adapter.name,
            audience=audience,
            receiver=receiver,
            urgent=urgent,
            created_at=self.now,
            try_at=at,
        )


def _to_staff(run: _Run, adapters: Sequence[Adapter], told: Mapping[uuid.UUID, bool]) -> Iterable[Delivery]:
    wishes = {wish.person: wish for wish in Preference.objects.filter(person__in=told)}
    for person, at_once in told.items():
        wish = wishes.get(person)
        at = run.now if at_once else first_allowed(run.now, run.calendar, wish)
        for adapter in adapters:
            if wants(adapter, wish):
                yield run.delivery(adapter, "staff", person, at, at_once)


def wants(adapter: Adapter, wish: Preference | None) -> bool:
    """Whether somebody is told over this channel: as chosen, else where the city turns it on for everybody."""
    return adapter.everybody if wish is None or wish.channels is None else adapter.name in wish.channels


def address_of(party: Party, adapter: Adapter) -> str:
    """The address that a party left for this channel; "" without one, or where it was erased. As long as no key can
    be had the party's id stands for it: whoever left one is told, and looked up when the letter goes out."""
    known = party.contact.get(adapter.address, "")
    return known if isinstance(known, str) else str(party.pk) if known is AWAY else ""


def _to_partners(scope: Scope, run: _Run, webhooks: Sequence[Adapter], matter: Matter) -> Iterable[Delivery]:
    """One for each webhook that wants such news and whose post may read the matter; at once, at any hour."""
    agencies = agencies_of(scope)
    reaching = {agencies.posts[one].code: one for one in agencies.posts_with(READ, matter.area_lft, matter.unit_id)}
    for one in webhooks:
        if one.post in reaching and (not one.topics or run.message.topic in one.topics):
            yield run.delivery(one, Delivery.PARTNER, reaching[one.post], run.now, False)


def _to_reporters(run: _Run, adapters: Sequence[Adapter], matter: Matter) -> Iterable[Delivery]:
    if "reporter" not in run.message.body.get("tells", ()):
        return
    told: set[tuple[str, str]] = set()  # whoever reported twice is told once
    for party in shown(Party.objects.filter(matter__in=hearers(matter.pk), role="reporter").order_by("id")):
        for adapter in adapters:
            to = (adapter.name, address_of(party, adapter))
            if adapter.residents and to[1] and to not in told:
                told.add(to)
                yield run.delivery(adapter, "reporter", party.pk, run.now, False)
