"""Rows 19 and 78: of many persons some are erased; nothing of them is found anywhere, and every proof still holds."""

import datetime
import io
import re
import uuid
from collections.abc import Iterator, Sequence
from itertools import islice
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
from jingwei.kernel.ledger.checkpoints import PAUSE, Keeper
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

PHONE, NAME, MAIL = ("13977", 6, ""), ("诸葛第", 5, "号"), ("p", 5, "@marker.example")
"""How a person is marked: what stands before the person's number, its digits, what stands after it."""
_BATCH = 1_000


def marked(form: tuple[str, int, str], number: int) -> str:
    before, digits, after = form
    return f"{before}{number:0{digits}}{after}"


def looked_for(form: tuple[str, int, str]) -> Iterator[re.Pattern[bytes]]:
    """Any person's mark: as text, and as a column of bytes is dumped. Marks may overlap."""
    before, digits, after = form
    yield re.compile(b"(?=%b([0-9]{%d})%b)" % (before.encode(), digits, after.encode()))
    yield re.compile(
        b"(?=%b((?:3[0-9]){%d})%b)" % (before.encode().hex().encode(), digits, after.encode().hex().encode())
    )


def persons_in(content: bytes) -> set[int]:
    """The numbers of the persons of whom anything is found."""
    found: set[int] = set()
    for form in (PHONE, NAME, MAIL):
        plain, in_bytes = looked_for(form)
        found |= {int(one) for one in plain.findall(content)}
        found |= {int(bytes.fromhex(one.decode())) for one in in_bytes.findall(content)}
    return found


def reports(persons: int) -> Iterator[Keyed]:
    """Every second wrote name and telephone into the words as well: of them everything is erased, of others the
    contact."""
    for number in range(persons):
        phone, name = marked(PHONE, number), marked(NAME, number)
        words = f"请打 {phone} 找{name}" if number % 2 == 0 else "路灯旁的坑"
        contact = Contact(name=name, phone=phone, email=marked(MAIL, number))
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


def dumped(name: str, file: Path) -> bytes:
    """The whole database as `pg_dump` writes it."""
    one = server().on(name)
    run_tool(client_tools(one, checked_version(one)), "pg_dump", one, ["--format=plain", f"--file={file}"])
    return file.read_bytes()


def reported(persons: int) -> dict[int, Party]:
    """Everybody's row, by number."""
    told = reports(persons)
    while batch := list(islice(told, _BATCH)):
        assert all(one.refusal is None for one in execute_many(system("import", "matter.report"), batch))
    parties = {int(str(one.contact["phone"]).removeprefix(PHONE[0])): one for one in reveal(list(Party.objects.all()))}
    assert parties.keys() == set(range(persons))
    return parties


@pytest.mark.parametrize(
    ("persons", "erased"),
    [
        pytest.param(1_000, 100, marks=pytest.mark.proof),
        pytest.param(10_000, 1_000, marks=pytest.mark.long),
    ],
)
def test_nothing_of_the_erased_is_found_and_every_proof_holds(
    clone: Clone, settings: Settings, tmp_path: Path, persons: int, erased: int
) -> None:
    settings.FILES = tmp_path / "files"
    city, keeper = appoint_protectors(clone.city), keeper_with(b"first", tmp_path / "checkpoints")
    parties = reported(persons)
    signed(keeper)
    handed_out = {matter: proofs.prove(matter).text for matter in Matter.objects.values_list("pk", flat=True)}
    assert persons_in(dumped(clone.name, tmp_path / "before.sql")) == set(range(0, persons, 2))

    for number in range(erased):
        party = parties[number]
        target: uuid.UUID | None = party.pk if number % 2 else None
        decide(city, propose(city, Matter.objects.get(pk=party.matter_id), target))
    assert finish_erasures() == erased

    assert persons_in(dumped(clone.name, tmp_path / "after.sql")) == set(range(erased, persons, 2))
    assert persons_in(keys_dumped(tmp_path / "keys.sql")) == set()
    assert persons_in(b"".join(file.read_bytes() for file in store().folder.rglob("*") if file.is_file())) == set()
    assert persons_in(shown(clone, [parties[number] for number in range(erased)])) == set()
    readable = [one for one in reveal(list(Party.objects.all())) if isinstance(one.contact.get("phone"), str)]
    assert len(readable) == persons - erased

    keys = proofs.keys()
    assert all(verifier.verified(text, keys) for text in handed_out.values()) and len(handed_out) == persons
    signed(keeper)
    assert all(verifier.verified(proofs.prove(matter).text, proofs.keys()) for matter in handed_out)
    assert verify(clone.owner).faults == []


def signed(keeper: Keeper) -> None:
    """Whatever waits for the log is taken into it, and signed for when the pause after the last signature is over."""
    while one_round(keeper, datetime.datetime.now(datetime.UTC)).taken:
        pass
    one_round(keeper, datetime.datetime.now(datetime.UTC) + PAUSE)


def keys_dumped(file: Path) -> bytes:
    from jingwei.installation import keys_server

    one = keys_server()
    run_tool(client_tools(one, checked_version(one)), "pg_dump", one, ["--format=plain", f"--file={file}"])
    return file.read_bytes()


def shown(clone: Clone, parties: Sequence[Party]) -> bytes:
    """The pages of their matters, to whoever may see all of them."""
    told = io.StringIO()
    with reading(clone.city.actor("intake")) as scope:
        for party in parties:
            told.write(str(matter_page(scope, Matter.objects.get(pk=party.matter_id).number)))
    return told.getvalue().encode()
