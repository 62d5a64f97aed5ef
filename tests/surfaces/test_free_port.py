"""The port that a city is started on where none is named: of installations that start at once each has its own."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from jingwei.surfaces.console import site
from jingwei.surfaces.console.answer import Faults
from jingwei.surfaces.console.site import LOCAL, free_port

_STARTING = """
import sys
from jingwei.surfaces.console import site
site._FIRST_PORT = int(sys.argv[1])
with site.free_port() as port:
    print(port, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def first(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port that nobody listens on, far from those of cities that run here; the first that is tried."""
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        port = int(probe.getsockname()[1])
    monkeypatch.setattr(site, "_FIRST_PORT", port)
    yield port


def test_installations_that_start_at_once_have_a_port_each(first: int) -> None:
    words = [sys.executable, "-c", _STARTING, str(first)]
    with ExitStack() as ended:
        starting = [
            ended.enter_context(subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
            for _ in range(4)
        ]
        ports = [int(one.stdout.readline()) for one in starting if one.stdout]
        assert len(set(ports)) == 4 and first <= min(ports)
        starting[0].kill()
        starting[0].wait()
        with free_port() as port:
            assert port == ports[0], "what was killed claims nothing"
        for one in starting[1:]:
            one.communicate()


def test_a_port_is_given_again_once_the_start_is_over_and_nobody_answers(first: int) -> None:
    with free_port() as port:
        pass
    with free_port() as again:
        assert again == port
    with closing(socket.create_server((LOCAL, port))), free_port() as next_one:
        assert next_one != port, "somebody answers"


def test_where_all_are_taken_it_says_so(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "range", lambda *_: range(first, first + 1), raising=False)
    with free_port(), pytest.raises(Faults, match="no free port from"), free_port():
        pass
