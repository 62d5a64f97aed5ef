"""Rows 19 and 78: of many persons some are erased; nothing of them is found anywhere, and every proof still holds."""

import datetime
import io
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from jingwei.installation import server
from jingwei.installation.backups import client_tools, run_tool
from jingwei.installation.database import checked_version
from jingwei.kernel.commands.actor import system
from jingwei.kernel.commands.bulk import Keyed, execute_many
from jingwei.kernel.commands.scope import reading
from jingwei.kernel.files.store import store
from jingwei.kernel.ledger import proofs, verifier
from jingwei.kernel.ledger.sequencer import one_round
from jingwei.kernel.ledger.verify import verify
from jingwei.kernel.matters.commands import Contact, ReportMatter
from jingwei.kernel.matters.models import Matter, Party
from jingwei.kernel.sealing import reveal
from jingwei.kernel.subjects.destroying import finish_erasures
from jingwei.kernel.values.ids import new_id
from jingwei.surfaces.desk.matter_page import matter_page
from tests.clones import Clone
from tests.kernel.epochs.conftest import keeper_with
from tests.kernel.subjects.conftest import appoint_protectors, decide, propose

pytestmark = pytest.mark.proof

PERSONS, ERASED = 1_000, 100
"""Every second of the erased has everything personal erased, the others their contact."""


def phone_of(number: int) -> str:
    return f"139{77_000_000 + number}"


def name_of(number: int) -> str:
    return f"诸葛第{number:05}号"


def reports() -> Iterator[Keyed]:
    """Those of whom everything is erased wrote name and telephone into their words as well."""
    for number in range(PERSONS):
        words = f"请打 {phone_of(number)} 找{name_of(number)}" if number % 2 == 0 else "路灯旁的坑"
        contact = Contact(name=name_of(number), phone=phone_of(number), email=f"p{number:05}@marker.example")
        yield Keyed(
            f"report:{number}",
            ReportMatter(
                matter_id=new_id(),
                type="grid_event",
                category="ROAD-1",
                fields={"title": "路面有坑", "text": words},
                contact=contact,
                channel="phone",
            ),
        )


def markers(numbers: range) -> list[bytes]:
    """What may be found nowhere: as text, and as a column of bytes is dumped."""
    words = [word for one in numbers for word in (phone_of(one), name_of(one), f"p{one:05}@marker.example")]
    return [form for word in words for form in (word.encode(), word.encode().hex().encode())]


def dumped(name: str, file: Path) -> bytes:
    """The whole database as `pg_dump` writes it."""
    one = server().on(name)
    run_tool(client_tools(one, checked_version(one)), "pg_dump", one, ["--format=plain", f"--file={file}"])
    return file.read_bytes()


def found_in(content: bytes, wanted: list[bytes]) -> list[bytes]:
    return [marker for marker in wanted if marker in content]


def test_nothing_of_the_erased_is_found_and_every_proof_holds(clone: Clone, settings: Settings, tmp_path: Path) -> None:
    settings.FILES = tmp_path / "files"
    city, keeper = appoint_protectors(clone.city), keeper_with(b"first", tmp_path / "checkpoints")
    assert all(one.refusal is None for one in execute_many(system("import", "matter.report"), list(reports())))
    parties = {phone: one for one in reveal(Party.objects.all()) if (phone := str(one.contact["phone"]))}
    assert len(parties) == PERSONS
    one_round(keeper, datetime.datetime.now(datetime.UTC))
    handed_out = {matter: proofs.prove(matter).text for matter in Matter.objects.values_list("pk", flat=True)}
    before = dumped(clone.name, tmp_path / "before.sql")
    assert found_in(before, markers(range(0, ERASED, 2))) and not found_in(before, markers(range(1, PERSONS, 2)))

    for number in range(ERASED):
        party = parties[phone_of(number)]
        target: uuid.UUID | None = party.pk if number % 2 else None
        decide(city, propose(city, Matter.objects.get(pk=party.matter_id), target))
    assert finish_erasures() == ERASED

    gone = markers(range(ERASED))
    assert found_in(dumped(clone.name, tmp_path / "after.sql"), gone) == []
    assert found_in(keys_dumped(tmp_path / "keys.sql"), gone) == []
    assert found_in(b"".join(file.read_bytes() for file in store().folder.rglob("*") if file.is_file()), gone) == []
    assert found_in(shown(clone, parties), gone) == []
    assert sum(
        "phone" in one.contact and isinstance(one.contact["phone"], str) for one in reveal(Party.objects.all())
    ) == (PERSONS - ERASED)

    keys = proofs.keys()
    assert all(verifier.verified(text, keys) for text in handed_out.values()) and len(handed_out) == PERSONS
    one_round(keeper, datetime.datetime.now(datetime.UTC))
    assert all(verifier.verified(proofs.prove(matter).text, proofs.keys()) for matter in handed_out)
    assert verify(clone.owner).faults == []


def keys_dumped(file: Path) -> bytes:
    from jingwei.installation import keys_server

    one = keys_server()
    run_tool(client_tools(one, checked_version(one)), "pg_dump", one, ["--format=plain", f"--file={file}"])
    return file.read_bytes()


def shown(clone: Clone, parties: dict[str, Party]) -> bytes:
    """The pages of the erased, to whoever may see all of them."""
    told = io.StringIO()
    with reading(clone.city.actor("intake")) as scope:
        for number in range(ERASED):
            matter = Matter.objects.get(pk=parties[phone_of(number)].matter_id)
            told.write(str(matter_page(scope, matter.number)))
    return told.getvalue().encode()
