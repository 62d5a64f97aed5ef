"""No table holds an unkeyed hash of what people leave: whoever has the database alone can try no number by it."""

import hashlib
import itertools
import json

from django.db import connection

from jingwei.kernel.commands.actor import public
from jingwei.kernel.commands.execute import execute
from jingwei.kernel.matters.telephones import digits_of
from jingwei.kernel.subjects.commands import ASK, GiveProof
from jingwei.kernel.subjects.own import code_digest, name_of, whose
from jingwei.kit.limits import Limit, wait_for
from tests.city import City
from tests.kernel.subjects.conftest import PERSON

WAYS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s", "sm3")
FEWEST = 16
"""Hexadecimal digits of a hash that are looked for: whoever shortens it keeps at least so many."""


def guesses() -> list[bytes]:
    """What somebody with the database would try: each member, in every order that a row or a command might have."""
    told = [PERSON.phone, f"+86{PERSON.phone}", PERSON.name, PERSON.email, name_of(PERSON.name)]
    pairs = [f"{one}{between}{other}" for one, other in itertools.permutations(told, 2) for between in "|,: \x1f"]
    contact = {"name": PERSON.name, "phone": PERSON.phone, "email": PERSON.email}
    whole = [json.dumps(contact, ensure_ascii=False, separators=s) for s in ((",", ":"), (", ", ": "))]
    return [text.encode() for text in (*told, *pairs, *whole)]


def everything_stored() -> str:
    """All rows of all tables as text; bytes as hexadecimal digits."""
    told = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT string_agg(row::text, ' ') FROM {connection.ops.quote_name(table)} row")
            told.append(cursor.fetchone()[0] or "")
    return "\n".join(told)


def test_no_hash_of_what_people_leave_is_found_by_trying(city: City) -> None:
    city.bring_to(city.report(contact=PERSON), "filed")
    phone, code = digits_of(PERSON.phone), "1234-5678"
    proof = GiveProof(how="phone", whose=whose(phone, name_of(PERSON.name)), code=code_digest(code))
    execute(public(ASK), proof, city.key())
    wait_for(Limit("tests", 5, 60), phone)
    stored = everything_stored()
    assert proof.whose.hex() in stored, "hashes are found where they are"
    ways = [way for way in WAYS if way in hashlib.algorithms_available]
    tried = {hashlib.new(way, guess).hexdigest()[:FEWEST] for way in ways for guess in (*guesses(), code.encode())}
    assert not [one for one in tried if one in stored]
