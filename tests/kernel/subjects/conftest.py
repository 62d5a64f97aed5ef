"""A city with two people who see to the protection of data."""

import uuid

import pytest

from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.commands import Contact
from jingwei.kernel.matters.models import Matter, Party
from jingwei.kernel.subjects.destroying import finish_erasures
from jingwei.kernel.subjects.erasing import GRANT, DecideErasure, ProposeErasure
from jingwei.kernel.subjects.models import Erasure
from tests.city import City, add_post

PERSON = Contact(name="诸葛测试", phone="13912345678", email="zhuge@example.org")
ONE, OTHER = "protector-one", "protector-two"


def appoint_protectors(city: City) -> City:
    """Two posts for the whole city, held by two people."""
    for code in (ONE, OTHER):
        add_post(city, code, "CITY", "T", "protector", ("matter.read", GRANT))
    return city


@pytest.fixture
def protected(city: City) -> City:
    return appoint_protectors(city)


def party_of(matter: Matter) -> Party:
    return Party.objects.get(matter=matter)


def propose(city: City, matter: Matter, party: uuid.UUID | None = None, by: str = ONE) -> uuid.UUID:
    command = ProposeErasure(matter_id=matter.pk, party=party, basis="pipl47")
    return uuid.UUID(str(execute(city.actor(by), command, city.key())["erasure"]))


def decide(city: City, erasure: uuid.UUID, *, approve: bool = True, by: str = OTHER) -> Erasure:
    matter = Erasure.objects.get(pk=erasure).matter_id
    command = DecideErasure(matter_id=matter, erasure=erasure, approve=approve)
    execute(city.actor(by), command, city.key())
    return Erasure.objects.get(pk=erasure)


def erased(city: City, matter: Matter, party: uuid.UUID | None = None) -> Erasure:
    """Proposed, approved, done."""
    one = decide(city, propose(city, matter, party))
    finish_erasures()
    return Erasure.objects.get(pk=one.pk)
