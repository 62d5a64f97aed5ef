"""Only commands write: no other module calls a writing verb of the ORM or carries a writing statement of SQL."""

import ast
import re

import pytest

from tests.architecture.tree import dotted_parts, shown, source_modules, syntax, texts, within

MAY_WRITE = {
    "kernel/commands": "Work, execute and execute_many: the one way",
    "kernel/ledger/append.py": "makes the entries that Work writes",
    "kernel/ledger/sequencer.py": "takes entries that wait into the log's tree",
    "kernel/ledger/opening.py": "ends a log at its last checkpoint and opens the next, for a command",
    "kernel/ledger/checkpoints.py": "opens the log, notes its trouble, keeps what was signed",
    "kernel/outbox/publish.py": "makes the messages that Work writes",
    "kernel/outbox/deliver.py": "marks what it delivered",
    "kernel/outbox/marks.py": "marks of one's own inbox, wishes and dead letters; about no matter",
    "kernel/matters/telling/route.py": "the lines of inboxes and the deliveries that a message means",
    "kernel/matters/telling/send.py": "claims deliveries and marks what became of them",
    "kernel/matters/commands/ring.py": "claims due clocks before it rings them by command; the column is untracked",
    "kernel/matters/search.py": "words of the search made anew: untracked columns that follow from the others",
    "kernel/files/uploads.py": "what was received and waits to be attached; forgotten after a day",
    "kernel/files/pictures.py": "saves pictures into memory; there is no table in it",
    "kernel/reads/note.py": "notes what is about to be shown; sealed by a command",
    "kernel/sealing/keys.py": "reserves keys in the key database, which holds nothing else",
    "kernel/retention/clearing.py": "lines of inboxes and letters of a destroyed matter",
    "kernel/files/looks.py": "notes who opens an original, before it is handed out",
    "kernel/agencies/accounts.py": "the login account: a thin table without a stream, beside Django's own sign-in",
    "kernel/agencies/sessions.py": "takes away sessions that a command ends, and those that are over",
    "kit/signing/engine.py": "sessions, as Django's own engine writes them: a thin table beside the account",
    "kernel/agencies/factors/store.py": "second factors: a thin table beside the account; added and ended by command",
    "kernel/agencies/factors/presence.py": "who may come back by PIN today, and wrong tries; forgotten with the day",
    "kit/kept/typed.py": "what was typed when a counter locked, sealed, for half a day; about no matter yet",
    "kit/kept/views.py": "views of the work list that a person keeps; about no matter",
    "kit/limits.py": "counts calls of public forms for a minute; holds nothing about a matter",
    "kit/printing": "saves documents of Word and codes into memory; there is no table in it",
    "surfaces/desk/brief/document.py": "saves a document of Word into memory; there is no table in it",
    "surfaces/console/measurements/pgbench.py": "what pgbench sends, in a city made to be measured",
    "installation": "makes databases and roles, before there is a table",
}
"""Where writing is allowed, and why."""

ALWAYS = frozenset("bulk_create bulk_update get_or_create update_or_create".split())
ALWAYS_ASYNC = frozenset(f"a{verb}" for verb in ("save", "create", "update", "delete", *ALWAYS))
UNLESS_ON_WORK = frozenset("save create delete save_base".split())
QUERY_SETS = frozenset(
    "objects _default_manager _base_manager filter exclude all order_by select_for_update using".split()
)
WRITING_SQL = re.compile(
    r"\s*(INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|TRUNCATE\b|MERGE\s+INTO|COPY\s+\S+(\s*\([^)]*\))?\s+FROM)",
    re.I,
)


def _writes(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    verb, chain = call.func.attr, list(dotted_parts(call.func.value))
    if verb in ALWAYS | ALWAYS_ASYNC:
        return True
    if verb in UNLESS_ON_WORK:
        return chain[-1:] not in (["work"], ["_work"])
    # a dict, a set and a hash have `update` too; by keywords alone, or on a query, it is the ORM's
    return verb == "update" and (bool(QUERY_SETS & set(chain)) or (not call.args and bool(call.keywords)))


def writing_places(tree: ast.AST) -> list[str]:
    """Line and text of every call or statement in a tree that would change a table."""
    calls = [
        (node.lineno, ast.unparse(node.func)) for node in ast.walk(tree) if isinstance(node, ast.Call) and _writes(node)
    ]
    statements = [(node.lineno, str(node.value)[:60]) for node in texts(tree) if WRITING_SQL.match(str(node.value))]
    return [f"{line}: {text}" for line, text in sorted(calls + statements)]


@pytest.mark.parametrize(
    "sample",
    [
        "Matter.objects.create(state='open')",
        "matter.save()",
        "matter.save(update_fields=['state'])",
        "Matter.objects.filter(pk=1).update(state='closed')",
        "rows.update(state='closed')",
        "Matter.objects.bulk_create(rows)",
        "matter.parties.all().delete()",
        "await matter.asave()",
        "Matter._default_manager.get_or_create(pk=1)",
        "cursor.execute('UPDATE matters_matter SET state = %s', ['closed'])",
        "cursor.execute(f'delete from {table}')",
        "cursor.copy('COPY ledger_entry (id, body) FROM STDIN')",
        "network.save(matter)",
    ],
)
def test_writing_is_caught(sample: str) -> None:
    assert writing_places(ast.parse(sample))


@pytest.mark.parametrize(
    "sample",
    [
        "work.save(matter, 'state')",
        "self._work.save(matter)",
        "seen.update(other)",
        "totals.update({'a': 1})",
        "hashlib.sha256().update(b'x')",
        "Matter.objects.filter(state='open').order_by('due')",
        "cursor.execute('SELECT updated FROM matters_matter')",
        "path.unlink()",
        "def f() -> None:\n    '''DELETE FROM is what this never does.'''",
    ],
)
def test_reading_passes(sample: str) -> None:
    assert writing_places(ast.parse(sample)) == []


def test_only_commands_write() -> None:
    found = [
        f"{shown(path)}:{place}"
        for path in source_modules()
        if not within(path, *MAY_WRITE) and "migrations" not in path.parts
        for place in writing_places(syntax(path))
    ]
    assert found == [], "write through a command (CONTRIBUTING.md: add a command)"


def test_the_list_of_places_is_true() -> None:
    idle = [place for place in MAY_WRITE if not any(within(path, place) for path in source_modules())]
    assert idle == [], "no such module any more: strike it off the list"


def test_the_one_way_is_read_at_all() -> None:
    allowed = [path for path in source_modules() if within(path, "kernel/commands")]
    assert any(writing_places(syntax(path)) for path in allowed), (
        "the commands no longer write: this test looks in vain"
    )
