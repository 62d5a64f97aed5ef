"""A small proxy between a client and a server: loses replies, is slow, loses packets, is cut."""

import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

Target = tuple[str, int] | Path
"""A port of this machine, or a socket in its files."""

_BLOCK = 65_536


@dataclass
class Proxy:
    """Passes on what comes to `port`. What is wrong with it may be changed while it runs."""

    target: Target
    chance: random.Random
    port: int = 0
    loses: float = 0.0  # share of the replies that are thrown away, with their connection
    delay: float = 0.0  # seconds that each block takes, each way
    hiccups: float = 0.0  # share of the blocks that take a fifth of a second longer, as a packet that is sent again
    is_cut: bool = False
    lost: int = 0
    _lines: set[socket.socket] = field(default_factory=set)

    def cut(self) -> None:
        """Ends every connection and takes no other, until `mend`."""
        self.is_cut = True
        for line in list(self._lines):
            _close(line)

    def mend(self) -> None:
        """Takes connections again."""
        self.is_cut = False

    def serve(self, listening: socket.socket) -> None:
        """Until the listening socket is closed."""
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        try:
            if self.is_cut:
                raise ConnectionAbortedError
            server = self._reach()
        except OSError:
            _close(client)
            return
        self._lines |= {client, server}
        back = threading.Thread(target=self._replies, args=(server, client), daemon=True)
        back.start()
        self._copy(client, server)
        back.join()
        self._lines -= {client, server}

    def _reach(self) -> socket.socket:
        if isinstance(self.target, Path):
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self.target))
            return server
        return socket.create_connection(self.target)

    def _copy(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while block := one.recv(_BLOCK):
                self._wait()
                other.sendall(block)
        _close(one)
        _close(other)

    def _replies(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while block := server.recv(_BLOCK):
                if self.loses and self.chance.random() < self.loses:
                    self.lost += 1
                    break
                self._wait()
                client.sendall(block)
        _close(server)
        _close(client)

    def _wait(self) -> None:
        pause = self.delay + (0.2 if self.hiccups and self.chance.random() < self.hiccups else 0.0)
        if pause:
            time.sleep(pause)


def _close(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        line.close()


@contextmanager
def proxy(target: Target, chance: random.Random) -> Iterator[Proxy]:
    """A proxy on a free port of this machine, until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Proxy(target, chance, listening.getsockname()[1])
        serving = threading.Thread(target=made.serve, args=(listening,), daemon=True)
        serving.start()
        yield made
        made.cut()
        _close(listening)
        serving.join()
